//! An audience that everybody is in.

use banneret::ast::ExprKind;
use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Extent, Lint, What};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN302",
        name: "always-true",
        level: Level::Warning,
        firm: false,
        summary: "an audience that everybody is in",
        page: include_str!("always_true.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for rule in context.rules() {
        // Who writes `true` says it on purpose; of requirements BN008 speaks.
        if matches!(rule.what, What::Requirement(_)) || rule.expr.kind == ExprKind::Const(true) {
            continue;
        }
        if context.extent(rule.formula) == Ok(Extent::Everybody) {
            let message = match rule.what {
                What::Segment(segment) => {
                    format!("everybody is in the segment `{}`", segment.name.value)
                }
                _ => format!("everybody is in {}", rule.name()),
            };
            let finding = rule.finding(&LINT.code, rule.expr.span, message);
            found.push(
                finding
                    .label("true of every account, also where nothing is known of it")
                    .help(
                        "take out what can never be false; where everybody is meant, write `true`",
                    ),
            );
        }
    }
}
