//! Two rules that mean the same accounts.

use std::collections::HashMap;

use banneret::ast::{Expr, ExprKind};
use banneret::{Answer, BUCKETS, Banner, Code, Diagnostic, Level, NodeId, Prover};

use crate::lint::{Context, Extent, Lint, Parts, Rule, What};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN305",
        name: "same-audience-twice",
        level: Level::Warning,
        firm: false,
        summary: "two rules that mean the same accounts",
        page: include_str!("same_audience_twice.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rules = context.rules();
    segments(context, &rules, found);
    banners(context, &rules, found);
}

/// Segments that are true, and false, for the same accounts.
fn segments(context: &Context<'_>, rules: &[Rule<'_>], found: &mut Vec<Diagnostic>) {
    // One that only names another is another name for it, which is no repetition.
    let own = rules.iter().filter(|rule| {
        matches!(rule.what, What::Segment(_))
            && !is_name(rule.expr)
            && context.extent(rule.formula) == Ok(Extent::Some)
    });
    let own: Vec<_> = own.copied().collect();
    if own.len() < 2 {
        return;
    }
    let Parts { formulas, rules } = Parts::of(context.book, own);
    let mut prover = Prover::new(context.book.schema(), &formulas);
    let mut groups: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, (_, part)) in rules.iter().enumerate() {
        let key = [part.holds, part.fails].map(|node| fingerprint(&mut prover, node));
        let group = groups.entry(key).or_default();
        let first = group.iter().filter_map(|first| rules.get(*first));
        let mut same = first.filter(|(_, first)| {
            is_same(&mut prover, first.holds, part.holds)
                && is_same(&mut prover, first.fails, part.fails)
        });
        let Some(((first, _), (rule, _))) = same.next().zip(rules.get(at)) else {
            group.push(at);
            continue;
        };
        let message = format!("{} means the same as {}", rule.name(), first.name());
        let finding = rule.finding(&LINT.code, rule.expr.span, message);
        found.push(
            finding
                .label("the same accounts")
                .related(first.expr.span, "as here")
                .help("keep one of them: two will not stay the same when one is changed"),
        );
    }
}

/// Banners of one kind that can stand in one place for the same accounts.
fn banners(context: &Context<'_>, rules: &[Rule<'_>], found: &mut Vec<Diagnostic>) {
    let mut prover = context.prover.borrow_mut();
    let mut groups: HashMap<_, Vec<(&Rule<'_>, &Banner)>> = HashMap::new();
    for rule in rules {
        let What::Audience(_, banner) = rule.what else {
            continue;
        };
        let group = groups.entry((fingerprint(&mut prover, rule.formula), banner.kind));
        let group = group.or_default();
        let first = group.iter().find(|(other, first)| {
            meet(first, banner) && is_same(&mut prover, other.formula, rule.formula)
        });
        // Of an audience that nobody is in BN301 speaks.
        let mut is_empty = || prover.find(&[rule.formula], &[]) == Answer::Nobody;
        if let Some((other, first)) = first.copied().filter(|_| !is_empty()) {
            let message = format!(
                "the banner `{}` says the same kind of thing to the same accounts as `{}`",
                banner.name, first.name
            );
            let finding = rule.finding(&LINT.code, rule.expr.span, message);
            found.push(
                finding
                    .label("the same accounts, in the same placement")
                    .related(other.expr.span, format!("the audience of `{}`", first.name))
                    .help("keep one of them, or tell apart for whom or when each is"),
            );
        }
        group.push((rule, banner));
    }
}

/// Whether two banners share a placement, and some time and locale. Where one is for a share of the
/// accounts only, the other is for the rest.
fn meet(one: &Banner, other: &Banner) -> bool {
    let is_part = |banner: &Banner| {
        let rollout = banner.rollout.as_ref();
        rollout.is_some_and(|share| share.hundredths < BUCKETS)
    };
    if is_part(one) || is_part(other) {
        return false;
    }
    let shares = |placement| other.placements.contains(placement);
    one.placements.iter().any(shares) && one.can_meet(other)
}

/// What is equal for formulas that are true for the same accounts; where nobody can tell, for the
/// same formula only.
fn fingerprint(prover: &mut Prover<'_>, formula: NodeId) -> Result<u64, NodeId> {
    prover.fingerprint(formula).map_err(|_| formula)
}

fn is_same(prover: &mut Prover<'_>, one: NodeId, other: NodeId) -> bool {
    one == other
        || (prover.find(&[one], &[other]) == Answer::Nobody
            && prover.find(&[other], &[one]) == Answer::Nobody)
}

/// Whether it only names a segment.
fn is_name(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_name(inner),
        ExprKind::Name(name) => !name.contains('.') && &**name != "in_dunning",
        _ => false,
    }
}
