//! A rollout that shares nothing out.

use banneret::{BUCKETS, Code, Diagnostic, Fix, Level};

use crate::lint::{Context, Lint};
use crate::removal;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN404",
        name: "rollout-0-or-100",
        level: Level::Warning,
        firm: false,
        summary: "a rollout to nobody or to everybody",
        page: include_str!("rollout_0_or_100.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (written, banner) in context.banners() {
        let Some(share) = &written.rollout else {
            continue;
        };
        let finding = |message: String| {
            Diagnostic::new(&LINT.code, share.span, message).banner(&*banner.name)
        };
        if share.hundredths == 0 {
            let message = format!(
                "`{}` is rolled out to 0%, so nobody is shown it",
                banner.name
            );
            found.push(
                finding(message).label("a share of nobody").help(
                    "write a share above 0%, or delete the banner with its words and its tests",
                ),
            );
        } else if share.hundredths >= BUCKETS {
            let message = format!(
                "`{}` is rolled out to 100%, which is everybody",
                banner.name
            );
            found.push(
                finding(message)
                    .label("nobody is left out")
                    .help("delete the line: without it everybody is meant too")
                    .fix(Fix {
                        title: format!("delete `rollout 100%` of `{}`", banner.name),
                        edits: vec![removal::of_field(context.sources, share.span)],
                        is_safe: true,
                    }),
            );
        }
    }
}
