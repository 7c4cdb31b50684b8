//! Random expressions that are well typed.

use banneret::ast::{
    Expr, ExprKind, Length, Literal, LiteralKind, Operator, Spanned, Test, Unit, When,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::world::{DAY, FACTS, HOUR, Kind, MINUTE, NOW, Spec, nowhere, time};

pub(crate) const SEGMENTS: &[&str] = &["seg_a", "seg_b", "seg_c", "seg_d", "seg_e", "seg_f"];

/// Lengths that questions name; accounts have times and ages at their edges.
pub(crate) const LENGTHS: &[(u32, Unit)] = &[
    (0, Unit::Minute),
    (5, Unit::Minute),
    (90, Unit::Minute),
    (1, Unit::Hour),
    (2, Unit::Day),
    (3, Unit::Day),
    (1, Unit::Week),
];

/// Bounds of `no older than`.
pub(crate) const BOUNDS: &[(u32, Unit)] = &[
    (5, Unit::Minute),
    (40, Unit::Minute),
    (1, Unit::Hour),
    (3, Unit::Hour),
    (2, Unit::Day),
];

/// Moments that questions name; accounts have them and their neighbours.
pub(crate) const MOMENTS: &[i64] = &[
    NOW - 3 * DAY,
    NOW - 90 * MINUTE,
    NOW,
    NOW + HOUR,
    NOW + 7 * DAY,
];

pub(crate) const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "ba",
    "Å",
    "say \"a\"",
    "\\",
    "# {a}",
    "unknown",
];

/// A rule that may name any segment.
pub(crate) fn rule() -> BoxedStrategy<Expr> {
    rule_naming(SEGMENTS)
}

/// A rule that may name those segments, and `in_dunning`.
pub(crate) fn rule_naming(segments: &'static [&'static str]) -> BoxedStrategy<Expr> {
    let names = segments.iter().copied().chain(["in_dunning"]);
    let name = select(names.collect::<Vec<_>>());
    let leaf = prop_oneof![
        20 => question(),
        2 => name.prop_map(|name| ExprKind::Name(name.into())),
        1 => any::<bool>().prop_map(ExprKind::Const),
    ];
    let leaf = leaf.prop_map(expr);
    let rule = leaf.prop_recursive(4, 24, 4, |inner| {
        let some = || vec(inner.clone(), 2..5);
        let one = || inner.clone().prop_map(Box::new);
        let bound = select(BOUNDS).prop_map(|(count, unit)| at(Length { count, unit }));
        prop_oneof![
            3 => some().prop_map(ExprKind::And),
            3 => some().prop_map(ExprKind::Or),
            3 => one().prop_map(ExprKind::Not),
            1 => one().prop_map(ExprKind::Paren),
            2 => (one(), bound).prop_map(|(inner, bound)| ExprKind::Fresh(inner, bound)),
        ]
        .prop_map(expr)
    });
    rule.boxed()
}

pub(crate) fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: nowhere(),
    }
}

fn at<T>(value: T) -> Spanned<T> {
    Spanned {
        value,
        span: nowhere(),
    }
}

/// A question about any fact.
fn question() -> impl Strategy<Value = ExprKind> {
    let every = FACTS.iter().map(about).collect::<Vec<_>>();
    proptest::strategy::Union::new(every)
}

fn about(fact: &'static Spec) -> BoxedStrategy<ExprKind> {
    let own = match fact.kind {
        Kind::Bool => truth(),
        Kind::Enum(values) => among(values, word),
        Kind::Text(domain) => text(domain),
        Kind::Int(min, max) => number(min, max),
        Kind::Time => moment(),
        Kind::EnumSet(values) => set(values, word),
        Kind::TextSet => set(TEXTS, quoted),
    };
    let known = prop_oneof![Just(Test::IsKnown), Just(Test::IsUnknown)];
    let test = prop_oneof![14 => own, 1 => known];
    let name = Box::<str>::from(fact.name);
    let asked = test.prop_map({
        let name = name.clone();
        move |test| ExprKind::Test(at(name.clone()), at(test))
    });
    match fact.kind {
        Kind::Bool => prop_oneof![asked, Just(ExprKind::Name(name))].boxed(),
        _ => asked.boxed(),
    }
}

fn word(value: &str) -> Literal {
    let bare = value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match bare {
        true => at(LiteralKind::Name(value.into())),
        false => quoted(value),
    }
}

fn quoted(value: &str) -> Literal {
    at(LiteralKind::Text(value.into()))
}

fn truth() -> BoxedStrategy<Test> {
    let operator = select(&[Operator::Equal, Operator::NotEqual][..]);
    (operator, any::<bool>())
        .prop_map(|(operator, value)| Test::Compare(operator, at(LiteralKind::Bool(value))))
        .boxed()
}

/// `==`, `!=`, `in`, `not in`
fn among(values: &'static [&'static str], literal: fn(&str) -> Literal) -> BoxedStrategy<Test> {
    let one = select(values).prop_map(literal);
    let operator = select(&[Operator::Equal, Operator::NotEqual][..]);
    let members = vec(select(values).prop_map(literal), 1..=values.len());
    prop_oneof![
        (operator, one).prop_map(|(operator, one)| Test::Compare(operator, one)),
        (any::<bool>(), members).prop_map(|(negated, members)| Test::In { negated, members }),
    ]
    .boxed()
}

fn text(domain: Option<&'static [&'static str]>) -> BoxedStrategy<Test> {
    let part = || select(TEXTS).prop_map(quoted);
    prop_oneof![
        2 => among(domain.unwrap_or(TEXTS), quoted),
        1 => part().prop_map(Test::StartsWith),
        1 => part().prop_map(Test::EndsWith),
        1 => part().prop_map(Test::Contains),
    ]
    .boxed()
}

fn number(min: i64, max: i64) -> BoxedStrategy<Test> {
    let int = |number: i64| at(LiteralKind::Int(number));
    let near = -4..=9_i64;
    let any_number = prop_oneof![8 => near, 1 => Just(i64::MIN), 1 => Just(i64::MAX)];
    let own = any_number
        .clone()
        .prop_map(move |number| int(number.clamp(min, max)));
    let exact = select(&[Operator::Equal, Operator::NotEqual][..]);
    let ordering = [
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ];
    let ends = (any_number.clone(), any_number.clone());
    prop_oneof![
        (exact, own.clone()).prop_map(|(operator, own)| Test::Compare(operator, own)),
        (select(ordering.to_vec()), any_number)
            .prop_map(move |(operator, number)| Test::Compare(operator, int(number))),
        ends.prop_map(move |(a, b)| Test::Between(int(a.min(b)), int(a.max(b)))),
        (any::<bool>(), vec(own, 1..5))
            .prop_map(|(negated, members)| Test::In { negated, members }),
    ]
    .boxed()
}

fn moment() -> BoxedStrategy<Test> {
    let length = || select(LENGTHS).prop_map(|(count, unit)| Length { count, unit });
    let date = jiff::civil::date(2026, 5, 4);
    let when = prop_oneof![
        3 => select(MOMENTS).prop_map(|micros| {
            let time = time(micros);
            When::Moment { time, text: time.to_string().into() }
        }),
        1 => Just(When::Date(date)),
    ];
    let when = when.prop_map(|when| at(LiteralKind::When(when)));
    let unit = select(&[Unit::Minute, Unit::Hour, Unit::Day][..]);
    let span = (0..4_u32, 0..4_u32, unit).prop_map(|(a, b, unit)| (a.min(b), a.max(b), unit));
    prop_oneof![
        when.clone().prop_map(Test::Before),
        when.prop_map(Test::After),
        length().prop_map(Test::InTheLast),
        length().prop_map(Test::InTheNext),
        length().prop_map(Test::MoreThanAgo),
        length().prop_map(Test::MoreThanAhead),
        span.clone()
            .prop_map(|(from, to, unit)| Test::BetweenAgo { from, to, unit }),
        span.prop_map(|(from, to, unit)| Test::BetweenAhead { from, to, unit }),
        Just(Test::InThePast),
        Just(Test::InTheFuture),
    ]
    .boxed()
}

fn set(values: &'static [&'static str], literal: fn(&str) -> Literal) -> BoxedStrategy<Test> {
    let members = || vec(select(values).prop_map(literal), 1..4);
    prop_oneof![
        select(values).prop_map(literal).prop_map(Test::Has),
        members().prop_map(Test::HasAnyOf),
        members().prop_map(Test::HasAllOf),
        members().prop_map(Test::HasNoneOf),
        Just(Test::IsEmpty),
    ]
    .boxed()
}

/// Microseconds in that many of a unit.
pub(crate) fn micros((count, unit): (u32, Unit)) -> i64 {
    let unit = match unit {
        Unit::Minute => MINUTE,
        Unit::Hour => HOUR,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
    };
    i64::from(count) * unit
}
