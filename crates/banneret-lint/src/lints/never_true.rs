//! An audience that nobody can be in.

use banneret::ast::ExprKind;
use banneret::{Answer, Code, Diagnostic, Level, Prover};

use crate::lint::{Blame, Context, Extent, Joint, Lint, Part, Parts, Rule, What, tell};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN301",
        name: "never-true",
        level: Level::Error,
        firm: false,
        summary: "an audience that nobody can be in",
        page: include_str!("never_true.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut never = Vec::new();
    for rule in context.rules() {
        // Of requirements BN008 speaks.
        if matches!(rule.what, What::Requirement(_)) {
            continue;
        }
        match context.extent(rule.formula) {
            Ok(Extent::Nobody) => never.push(rule),
            Ok(Extent::Some | Extent::Everybody) => {}
            Err(why) => found.extend(context.unproven(&rule, "that anybody can be in it", why)),
        }
    }
    if never.is_empty() {
        return;
    }
    let parts = Parts::of(context.book, never);
    let mut prover = Prover::new(context.book.schema(), &parts.formulas);
    let blame = Blame {
        extent: Extent::Nobody,
        rules: &parts.rules,
    };
    let roots = blame.roots(&mut prover);
    found.extend(tell(
        &parts.rules,
        &roots,
        "so nobody can be in",
        |rule, part| finding(rule, part, &mut prover),
    ));
}

fn finding(rule: &Rule<'_>, part: &Part<'_>, prover: &mut Prover<'_>) -> Diagnostic {
    let message = match rule.what {
        What::Segment(segment) => {
            format!("nobody can be in the segment `{}`", segment.name.value)
        }
        _ => format!("nobody can be in {}", rule.name()),
    };
    let guilty = contradiction(part, prover);
    match &guilty[..] {
        [] => rule
            .finding(&LINT.code, rule.expr.span, message)
            .label("no account makes this true")
            .help("each of its alternatives contradicts itself: mend one, or take the rule out"),
        [alone] => rule
            .finding(
                &LINT.code,
                alone.expr.span,
                format!("{message}: `{}` is never true", alone.text()),
            )
            .label("no account makes this true")
            .help("mend it, or take the rule out"),
        [first @ .., last] => {
            let names: Vec<_> = guilty
                .iter()
                .map(|part| format!("`{}`", part.text()))
                .collect();
            let message = format!("{message}: {} contradict each other", together(&names));
            let mut finding =
                rule.finding(&LINT.code, last.expr.span, message)
                    .label(match first {
                        [_] => "never true where the other holds",
                        _ => "never true where the others hold",
                    });
            for part in first {
                finding = finding.related(part.expr.span, "this says otherwise");
            }
            finding.help("take one of them out, or join them with `or`, in parentheses, where either is meant")
        }
    }
}

/// Conditions that must all be true and cannot, none of which can be left out; nothing where the
/// whole is no such list.
fn contradiction<'p, 'c>(part: &'p Part<'c>, prover: &mut Prover<'_>) -> Vec<&'p Part<'c>> {
    let mut guilty = Vec::new();
    conditions(part, &mut guilty);
    if let ([alone], Joint::Any) = (&guilty[..], part.joint)
        && !alone.parts.is_empty()
    {
        return Vec::new();
    }
    // Of a segment that nobody is in that is told where it stands.
    let is_dead = |part: &&Part<'_>, prover: &mut Prover<'_>| {
        matches!(part.expr.kind, ExprKind::Name(_))
            && prover.find(&[part.holds], &[]) == Answer::Nobody
    };
    let mut alive = guilty.clone();
    alive.retain(|part| !is_dead(part, prover));
    let holds: Vec<_> = alive.iter().map(|part| part.holds).collect();
    if !alive.is_empty() && prover.find(&holds, &[]) == Answer::Nobody {
        guilty = alive;
    }
    // Many at a time first: of a long list most have nothing to do with it.
    let mut size = guilty.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < guilty.len() && guilty.len() > size {
            let some = at..guilty.len().min(at + size);
            let others = guilty.iter().enumerate();
            let others = others.filter(|(other, _)| !some.contains(other));
            let others: Vec<_> = others.map(|(_, part)| part.holds).collect();
            match prover.find(&others, &[]) {
                Answer::Nobody => _ = guilty.drain(some),
                Answer::Somebody(_) | Answer::Unproven(_) => at += size,
            }
        }
        size /= 2;
    }
    guilty
}

/// What must all be true, through parentheses.
fn conditions<'p, 'c>(part: &'p Part<'c>, into: &mut Vec<&'p Part<'c>>) {
    match part.joint {
        Joint::All => part.parts.iter().for_each(|part| conditions(part, into)),
        Joint::Any | Joint::Leaf => into.push(part),
    }
}

/// `a`, `b` and `c`
fn together(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.join(", "),
    }
}
