//! A proof did not come to an end, so nothing is promised.

use banneret::{Code, Diagnostic, Level, WhyNot};

use crate::lint::{Context, Lint, unproven_help};

pub(crate) static LINT: Lint = Lint {
    code: Code {
        id: "BN006",
        name: "unproven",
        level: Level::Error,
        firm: false,
        summary: "a proof did not come to an end, so nothing is promised",
        page: include_str!("unproven.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for broken in context.broken() {
        let WhyNot::Unproven(why) = broken.why else {
            continue;
        };
        context.says_unproven(broken.banner.audience_span);
        let message = format!(
            "the banner `{}` is not proven to keep what `{}` requires: {why}",
            broken.banner.name, broken.kind.name
        );
        let label = "what is not proven is not shown";
        let finding = broken.finding(context, &LINT.code, message, label);
        found.push(unproven_help(finding, *why));
    }
    // Words that may claim anything.
    for trouble in &context.copy().unread {
        let message = format!("nobody can tell what these words say: {}", trouble.kind);
        let finding = Diagnostic::new(&LINT.code, trouble.span, message);
        found.push(finding.help(trouble.kind.help()));
    }
}
