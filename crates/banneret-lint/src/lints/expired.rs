//! A banner whose time is over.

use banneret::{Code, Diagnostic, Level};

use crate::days;
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN401",
        name: "expired",
        level: Level::Warning,
        firm: false,
        summary: "a banner whose time is over",
        page: include_str!("expired.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (written, banner) in context.banners() {
        let (Some(until), Some(when)) = (banner.until, &written.until) else {
            continue;
        };
        if context.now < until {
            continue;
        }
        let message = format!(
            "`{}` ended on {}, {}",
            banner.name,
            days::written(context.sources, when),
            days::ago(context.now, until)
        );
        found.push(
            Diagnostic::new(&LINT.code, when.span, message)
                .label("nobody has been shown it since")
                .help("delete the banner with its words and its tests, or write a later `until`")
                .banner(&*banner.name),
        );
    }
}
