//! A banner that never ends by itself.

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN403",
        name: "no-end-date",
        level: Level::Warning,
        firm: false,
        summary: "a banner that never ends by itself",
        page: include_str!("no_end_date.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let endless = context
        .banners()
        .filter(|(_, banner)| banner.until.is_none());
    for (written, banner) in endless {
        let message = format!("`{}` has no `until`, so it never ends", banner.name);
        found.push(
            Diagnostic::new(&LINT.code, written.name.span, message)
                .label("shown for as long as the book is there")
                .help("add `until` with the first date on which it is not to be shown any more")
                .banner(&*banner.name),
        );
    }
}
