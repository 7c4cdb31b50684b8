//! A banner takes accounts for which what its kind requires is not true.

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN002",
        name: "contract-not-implied",
        level: Level::Error,
        firm: false,
        summary: "a banner takes accounts for which what its kind requires is not true",
        page: include_str!("contract_not_implied.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for broken in context.broken() {
        if broken.is_headline() || broken.by_age_alone() != Some(false) {
            continue;
        }
        let message = format!(
            "the banner `{}` would be shown to accounts for which `{}` is not true, and `{}` requires it",
            broken.banner.name,
            broken.text(),
            broken.kind.name
        );
        let label = "nothing here makes sure of what is required";
        let finding = broken.finding(context, &LINT.code, message, label);
        found.push(finding.help(broken.remedy(context)));
    }
}
