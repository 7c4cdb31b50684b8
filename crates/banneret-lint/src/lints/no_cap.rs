//! A banner that one viewer can be shown any number of times.

use banneret::{Code, Diagnostic, Dismissal, Level};

use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN402",
        name: "no-cap",
        level: Level::Warning,
        firm: false,
        summary: "a banner that one viewer can be shown any number of times",
        page: include_str!("no_cap.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let uncapped = context.banners().filter(|(_, banner)| banner.cap.is_none());
    for (written, banner) in uncapped {
        let message = format!(
            "`{}` has no cap, so one viewer can be shown it any number of times",
            banner.name
        );
        let label = match banner.dismiss {
            None => "and the viewer cannot dismiss it",
            Some(Dismissal::For(_)) => "unless the viewer dismisses it, again and again",
            Some(Dismissal::Forever) => "unless the viewer dismisses it",
        };
        found.push(
            Diagnostic::new(&LINT.code, written.name.span, message)
                .label(label)
                .help("add `cap 3 per 7 days`, or as often as is enough")
                .help("one that must stand as long as it is true can say so: `allow BN402 until … because \"…\"`")
                .banner(&*banner.name),
        );
    }
}
