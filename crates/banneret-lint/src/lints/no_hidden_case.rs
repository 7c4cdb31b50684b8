//! A banner of which no test says from whom it is hidden.

use std::collections::HashSet;

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};
use crate::tested;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN601",
        name: "no-hidden-case",
        level: Level::Warning,
        firm: false,
        summary: "a banner that no test hides from anybody",
        page: include_str!("no_hidden_case.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let cases = tested::decisions(context.book);
    let hidden: HashSet<&str> = cases.flat_map(|(_, case)| tested::hidden(case)).collect();
    let finding = |banner: &banneret::Banner, span| {
        let message = format!("no test says from whom `{}` is hidden", banner.name);
        Diagnostic::new(&LINT.code, span, message).help(format!(
            "add a test with an account that must not be told, and `hides: [{}]`",
            banner.name
        ))
    };
    let without = |banner: &banneret::Banner| !hidden.contains(&*banner.name);
    tested::missing(context, without, finding, found);
}
