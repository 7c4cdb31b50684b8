//! A `no older than` that every fact in it keeps anyway.

use banneret::ast::{Expr, ExprKind};
use banneret::{Code, Diagnostic, Duration, Level, Span};

use crate::asked::{Around, Asked, Names};
use crate::lint::{Context, Lint, Rule};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN203",
        name: "no-older-than-has-no-effect",
        level: Level::Warning,
        firm: false,
        summary: "a `no older than` that every fact in it keeps anyway",
        page: include_str!("no_older_than_has_no_effect.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let names = Names::of(context.book, context.items);
    for rule in context.rules() {
        for place in places(rule.expr) {
            let asked = names.asked_in(place.inner, place.around, false);
            // How old each fact could be here without this bound; without end is oldest.
            let mut ages = asked.iter().map(Asked::believed);
            if ages.all(|age| age.is_some_and(|age| age <= place.bound)) {
                let oldest = asked.iter().filter_map(Asked::believed).max();
                found.push(finding(context, &rule, &place, oldest));
            }
        }
    }
}

/// A `no older than`.
struct Place<'c> {
    /// What it is said of.
    inner: &'c Expr,
    bound: Duration,
    /// What surrounds the whole of it.
    around: Around,
    /// The whole of it.
    span: Span,
}

fn places(expr: &Expr) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut open = vec![(expr, Around::default())];
    while let Some((expr, around)) = open.pop() {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Name(_) | ExprKind::Test(..) => {}
            // Which way round is all the same for an age.
            ExprKind::Not(inner) | ExprKind::Paren(inner) => open.push((inner, around)),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                open.extend(parts.iter().map(|part| (part, around)));
            }
            ExprKind::Fresh(inner, length) => {
                let bound = length.value.duration();
                open.push((inner, around.no_older(bound)));
                places.extend(bound.map(|bound| Place {
                    inner,
                    bound,
                    around,
                    span: expr.span,
                }));
            }
        }
    }
    places
}

fn finding(
    context: &Context<'_>,
    rule: &Rule<'_>,
    place: &Place<'_>,
    oldest: Option<Duration>,
) -> Diagnostic {
    let message = format!("`no older than {}` changes nothing here", place.bound);
    let help = match oldest {
        Some(oldest) => format!("delete it, or name a time under {oldest}"),
        None => "delete it: it is said of nothing that has an age".to_owned(),
    };
    let label = match oldest {
        Some(oldest) => {
            format!("nothing in the parentheses counts for longer than {oldest} anyway")
        }
        None => "nothing in the parentheses has an age".to_owned(),
    };
    let span = behind(context, place);
    rule.finding(&LINT.code, span, message)
        .label(label)
        .help(help)
}

/// The `no older than …` without what it is said of.
fn behind(context: &Context<'_>, place: &Place<'_>) -> Span {
    let (start, end) = (place.inner.span.range().end, place.span.range().end);
    let text = context.sources.file(place.span.file);
    let text = text.and_then(|file| file.text().get(start..end));
    let space = text.map_or(0, |text| text.len() - text.trim_start().len());
    Span::new(place.span.file, start + space, end)
}
