//! A waiver whose time is over.

use banneret::{Code, Diagnostic, Fix, Level};

use crate::days;
use crate::lint::{Context, Lint};
use crate::removal;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN703",
        name: "waiver-past-its-end",
        level: Level::Error,
        firm: false,
        summary: "a waiver whose time is over",
        page: include_str!("waiver_past_its_end.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (written, banner) in context.banners() {
        for (allow, waiver) in written.allow.iter().zip(&banner.waivers) {
            if context.now < waiver.until {
                continue;
            }
            let message = format!(
                "the waiver of {} of `{}` ended on {}, {}",
                waiver.code,
                banner.name,
                days::written(context.sources, &allow.until),
                days::ago(context.now, waiver.until)
            );
            found.push(
                Diagnostic::new(&LINT.code, allow.span, message)
                    .label("it waives nothing any more")
                    .help(
                        "delete the line, or agree on a later date with a reason that holds today",
                    )
                    .banner(&*banner.name)
                    .fix(Fix {
                        title: format!("delete the waiver of {} of `{}`", waiver.code, banner.name),
                        edits: vec![removal::of_field(context.sources, allow.span)],
                        is_safe: true,
                    }),
            );
        }
    }
}
