//! The facts that everything here is about: one of each type, with and without freshness, and some
//! segments. The table below is what the oracle goes by; the schema is written from it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use banneret::ast::Expr;
use banneret::{Book, Span, Time};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::rules;

/// 2026-05-04T12:00:00Z in microseconds.
pub(crate) const NOW: i64 = 1_777_896_000 * SECOND;
pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
/// The book says no other.
pub(crate) const SKEW: i64 = 5 * SECOND;

/// The type of a fact, and its domain.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Bool,
    Enum(&'static [&'static str]),
    Text(Option<&'static [&'static str]>),
    Int(i64, i64),
    Time,
    EnumSet(&'static [&'static str]),
    TextSet,
}

/// A fact.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// In minutes.
    pub(crate) fresh_for: Option<i64>,
}

const fn spec(name: &'static str, kind: Kind, fresh_for: Option<i64>) -> Spec {
    Spec {
        name,
        kind,
        fresh_for,
    }
}

pub(crate) const STATES: &[&str] = &["fine", "late", "lost"];
/// The values of `p.state` that mean dunning.
pub(crate) const IN_DUNNING: &[&str] = &["late", "lost"];

pub(crate) const FACTS: &[Spec] = &[
    spec("p.flag", Kind::Bool, None),
    spec("p.paid", Kind::Bool, Some(60)),
    spec(
        "p.plan",
        Kind::Enum(&["free", "pro", "and", "eu-west-1"]),
        None,
    ),
    spec("p.state", Kind::Enum(STATES), Some(120)),
    spec("p.text", Kind::Text(None), None),
    spec("p.code", Kind::Text(None), Some(30)),
    spec(
        "p.country",
        Kind::Text(Some(&["DE", "SE", "unknown"])),
        None,
    ),
    spec("p.number", Kind::Int(i64::MIN, i64::MAX), None),
    spec("p.seats", Kind::Int(-2, 7), Some(60)),
    spec("p.at", Kind::Time, None),
    spec("p.due", Kind::Time, Some(180)),
    spec("p.caps", Kind::EnumSet(&["read", "write", "pay"]), None),
    spec("p.perms", Kind::EnumSet(&["x", "y"]), Some(60)),
    spec("p.tags", Kind::TextSet, None),
    spec("p.marks", Kind::TextSet, Some(1_440)),
];

impl Kind {
    fn yaml(self) -> String {
        match self {
            Kind::Bool => "type: bool".to_owned(),
            Kind::Enum(values) => format!("type: enum, values: {values:?}"),
            Kind::Text(None) => "type: string".to_owned(),
            Kind::Text(Some(values)) => format!("type: string, values: {values:?}"),
            Kind::Int(min, max) => format!("type: int, min: {min}, max: {max}"),
            Kind::Time => "type: time".to_owned(),
            Kind::EnumSet(values) => format!("type: set of enum, values: {values:?}"),
            Kind::TextSet => "type: set of string".to_owned(),
        }
    }
}

/// A `schema.yaml` of all facts, of which `p.state` has the dunning role.
pub(crate) fn schema() -> String {
    let mut text = "facts:\n  viewer.locale: {type: string}\n".to_owned();
    for fact in FACTS {
        let fresh = fact
            .fresh_for
            .map(|minutes| format!(", fresh_for: {minutes}m"));
        let fresh = fresh.unwrap_or_default();
        let kind = match fact.name {
            "p.state" => "type: enum, role: dunning_state, values: \
                          {fine: {}, late: {in_dunning: true}, lost: {in_dunning: true}}"
                .to_owned(),
            _ => fact.kind.yaml(),
        };
        text.push_str(&format!("  {}: {{{kind}{fresh}}}\n", fact.name));
    }
    text
}

pub(crate) const MANIFEST: &str =
    "edition: 1\nplacements: {bar: 1, inline: 2}\ncopy: {dir: copy, source: en, locales: [en, de]}";

/// A rule book with the facts and some segments, and the segments as the oracle knows them.
pub(crate) struct World {
    pub(crate) book: Book,
    pub(crate) segments: BTreeMap<Box<str>, Expr>,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(|| {
    let segments = segments();
    let texts = segments
        .iter()
        .map(|(name, expr)| format!("segment {name}: {expr}\n"));
    let texts: String = texts.collect();
    let book = Book::from_files([
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", &schema()),
        ("copy/en.ftl", "words = Words.\n"),
        ("segments.banner", &texts),
    ]);
    World {
        book: book.unwrap(),
        segments,
    }
});

/// Six random segments, each of which may name those before it.
fn segments() -> BTreeMap<Box<str>, Expr> {
    let mut runner = TestRunner::new(crate::cases(1));
    let mut segments = BTreeMap::new();
    for number in 0..rules::SEGMENTS.len() {
        let known = &rules::SEGMENTS[..number];
        let expr = rules::rule_naming(known)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        segments.insert(rules::SEGMENTS[number].into(), expr);
    }
    segments
}

/// A book of which nothing is wanted but places and times.
static EMPTY: LazyLock<Book> = LazyLock::new(|| {
    let files = [("banneret.yaml", MANIFEST), ("schema.yaml", "facts: {}")];
    Book::from_files(files).unwrap()
});

/// Where whatever is made here stands.
pub(crate) fn nowhere() -> Span {
    EMPTY.manifest().span
}

/// The moment of so many microseconds since 1970.
pub(crate) fn time(micros: i64) -> Time {
    let seconds = micros.div_euclid(SECOND);
    let rest = micros.rem_euclid(SECOND);
    let whole = Time::from_unix_seconds(seconds).to_string();
    let text = format!("{}.{rest:06}Z", whole.trim_end_matches('Z'));
    text.parse().unwrap()
}
