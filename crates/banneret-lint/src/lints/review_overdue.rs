//! A banner that should have been looked at again.

use banneret::{Code, Diagnostic, Level};

use crate::days;
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN406",
        name: "review-overdue",
        level: Level::Warning,
        firm: false,
        summary: "a banner that should have been looked at again",
        page: include_str!("review_overdue.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (written, banner) in context.banners() {
        let (Some(by), Some(when)) = (banner.review_by, &written.review_by) else {
            continue;
        };
        // Of a banner whose time is over BN401 speaks.
        let is_over = banner.until.is_some_and(|until| until <= context.now);
        if is_over || context.now < days::late_from(&when.value, by) {
            continue;
        }
        let message = format!(
            "`{}` was to be reviewed by {}, {}",
            banner.name,
            days::written(context.sources, when),
            days::ago(context.now, by)
        );
        found.push(
            Diagnostic::new(&LINT.code, when.span, message)
                .label(format!("its owner is \"{}\"", banner.owner))
                .help("look whether its rule, its words and its dates still hold, and write the date of the next review")
                .banner(&*banner.name),
        );
    }
}
