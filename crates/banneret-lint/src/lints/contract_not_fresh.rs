//! A banner believes older facts than its kind requires.

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN003",
        name: "contract-not-fresh",
        level: Level::Error,
        firm: false,
        summary: "a banner believes older facts than its kind requires",
        page: include_str!("contract_not_fresh.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for broken in context.broken() {
        if broken.is_headline() || broken.by_age_alone() != Some(true) {
            continue;
        }
        let message = format!(
            "the banner `{}` goes by facts that are older than `{}` lets them be",
            broken.banner.name, broken.kind.name
        );
        let label = "true, but it may have been true too long ago";
        let finding = broken.finding(context, &LINT.code, message, label);
        found.push(finding.help(broken.remedy(context)));
    }
}
