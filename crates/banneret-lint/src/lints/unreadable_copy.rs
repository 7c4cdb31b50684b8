//! Copy that is no Fluent.

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN508",
        name: "unreadable-copy",
        level: Level::Error,
        // What cannot be read is not looked at by any other lint.
        firm: true,
        summary: "copy that is no Fluent",
        page: include_str!("unreadable_copy.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for trouble in &context.copy().troubles {
        let message = trouble.kind.to_string();
        let finding = Diagnostic::new(&LINT.code, trouble.span, message);
        found.push(finding.help(trouble.kind.help()));
    }
}
