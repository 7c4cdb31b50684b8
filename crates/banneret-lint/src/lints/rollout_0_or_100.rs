//! A rollout or a holdout that shares nothing out.

use banneret::ast::{Item, Share};
use banneret::{BUCKETS, Code, Diagnostic, Fix, Level};

use crate::lint::{Context, Lint};
use crate::removal;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN404",
        name: "rollout-0-or-100",
        level: Level::Warning,
        firm: false,
        summary: "a rollout or a holdout of nobody or of everybody",
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
                    .fix(removed(context, share, "rollout 100%", &banner.name)),
            );
        }
    }
    held_out(context, found);
}

/// A holdout stands at a message kind, where nothing is waived.
fn held_out(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let own = context.items.iter().filter(|(standard, _)| !standard);
    for (_, item) in own {
        let Item::Message(message) = item else {
            continue;
        };
        let Some(share) = &message.holdout else {
            continue;
        };
        let name = &message.name.value;
        let finding = |message: String| Diagnostic::new(&LINT.code, share.span, message);
        if share.hundredths == 0 {
            let message = format!("the holdout of `{name}` is 0%, which is nobody");
            found.push(
                finding(message)
                    .label("nobody is left out")
                    .help("delete the line: without it nobody is left out either")
                    .fix(removed(context, share, "holdout 0%", name)),
            );
        } else if share.hundredths >= BUCKETS {
            let message = format!(
                "the holdout of `{name}` is 100%, so nobody is shown any banner of that kind"
            );
            found.push(
                finding(message)
                    .label("everybody is left out")
                    .help("write a share below 100%, or delete the banners of that kind"),
            );
        }
    }
}

fn removed(context: &Context<'_>, share: &Share, what: &str, of: &str) -> Fix {
    Fix {
        title: format!("delete `{what}` of `{of}`"),
        edits: vec![removal::of_field(context.sources, share.span)],
        is_safe: true,
    }
}
