//! An audience that everybody is in.

use banneret::ast::ExprKind;
use banneret::{Code, Diagnostic, Level, Prover};

use crate::lint::{Blame, Context, Extent, Lint, Parts, Rule, What, tell};

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
    let mut always = context.rules();
    always.retain(|rule| {
        // Who writes `true` says it on purpose; of requirements BN008 speaks.
        !matches!(rule.what, What::Requirement(_))
            && rule.expr.kind != ExprKind::Const(true)
            && context.extent(rule.formula) == Ok(Extent::Everybody)
    });
    if always.is_empty() {
        return;
    }
    let parts = Parts::of(context.book, always);
    let mut prover = Prover::new(context.book.schema(), &parts.formulas);
    let blame = Blame {
        extent: Extent::Everybody,
        rules: &parts.rules,
    };
    let roots = blame.roots(&mut prover);
    let so = "so everybody is in";
    found.extend(tell(&parts.rules, &roots, so, |rule, _| finding(rule)));
}

fn finding(rule: &Rule<'_>) -> Diagnostic {
    let message = match rule.what {
        What::Segment(segment) => {
            format!("everybody is in the segment `{}`", segment.name.value)
        }
        _ => format!("everybody is in {}", rule.name()),
    };
    rule.finding(&LINT.code, rule.expr.span, message)
        .label("true of every account, also where nothing is known of it")
        .help("take out what can never be false; where everybody is meant, write `true`")
}
