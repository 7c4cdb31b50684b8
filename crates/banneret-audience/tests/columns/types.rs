//! Types that are taken, and how others are refused.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampSecondArray, UInt64Array, new_null_array,
};
use arrow_schema::DataType;
use banneret::{Book, Clock, Time};
use banneret_audience::{BindError, Count, Detail, Evaluator, Scratch, Table};

fn book() -> Book {
    let schema = "facts:
  account.id: {type: string}
  t.flag: {type: bool}
  t.state: {type: enum, values: [fine, late], fresh_for: 1h}
  t.seats: {type: int, min: 0, max: 9}
  t.at: {type: time}
  t.tags: {type: set of string}
";
    let manifest = "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}";
    Book::from_files([("banneret.yaml", manifest), ("schema.yaml", schema)]).unwrap()
}

const NOW: &str = "2026-05-04T12:00:00Z";

fn now() -> Time {
    NOW.parse().unwrap()
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let columns = columns
        .iter()
        .map(|(name, array)| (*name, Arc::clone(array)));
    RecordBatch::try_from_iter(columns).unwrap()
}

fn bind(columns: &[(&str, ArrayRef)]) -> Result<Table, BindError> {
    Table::bind(book().schema(), &batch(columns))
}

/// How many are in an audience, and how many are not: `[true, false, unknown]`.
#[track_caller]
fn count(rule: &str, columns: &[(&str, ArrayRef)]) -> [u64; 3] {
    let book = book();
    let (formulas, root) = book.compile(rule).unwrap();
    let table = bind(columns).unwrap();
    let audience = Evaluator::new(book.schema(), &formulas, &[root], Detail::Reasons);
    let clock = Clock {
        now: now(),
        skew: book.manifest().clock_skew,
    };
    let counts = audience.count(&table, clock, &mut Scratch::default());
    let count: &Count = &counts[0];
    [count.truths, count.falses, count.unknowns()]
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

#[test]
fn what_is_not_there_is_unknown() {
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]));
    assert_eq!(count("t.flag", &[("t.flag", flag.clone())]), [1, 1, 1]);
    assert_eq!(count("t.seats > 1", &[("t.flag", flag.clone())]), [0, 0, 3]);
    assert_eq!(count("t.seats is unknown", &[("t.flag", flag)]), [3, 0, 0]);
    assert_eq!(
        count("true", &[("t.flag", Arc::new(BooleanArray::new_null(0)))]),
        [0, 0, 0]
    );
}

#[test]
fn a_column_of_nothing_fits_every_fact() {
    for (fact, rule) in [
        ("t.flag", "t.flag"),
        ("t.state", "t.state == late"),
        ("t.seats", "t.seats > 1"),
        ("t.at", "t.at in the past"),
        ("t.tags", "t.tags is empty"),
    ] {
        let nothing = new_null_array(&DataType::Null, 70);
        assert_eq!(count(rule, &[(fact, nothing)]), [0, 0, 70], "{rule}");
    }
}

#[test]
fn what_goes_stale_needs_an_age_of_its_own_or_the_shared_one() {
    let state = texts(&[Some("late"); 5]);
    let own = texts(&[
        None,
        Some("2026-05-04T11:00:00Z"),
        Some("2026-05-04T10:59:59Z"),
        None,
        None,
    ]);
    let shared: Vec<i64> = [0, 0, 0, -3_601, 6]
        .map(|away| now().as_unix_micros() / 1_000_000 + away)
        .to_vec();
    let shared: ArrayRef = Arc::new(TimestampSecondArray::from(shared).with_timezone("UTC"));
    let rule = "t.state == late";
    assert_eq!(count(rule, &[("t.state", state.clone())]), [0, 0, 5]);
    let dated = [("t.state", state.clone()), ("t.state@as_of", own.clone())];
    assert_eq!(count(rule, &dated), [1, 0, 4]);
    let both = [
        ("t.state", state),
        ("t.state@as_of", own),
        ("as_of", shared),
    ];
    assert_eq!(count(rule, &both), [2, 0, 3]);
}

#[test]
fn one_age_for_all_is_one_comparison_and_the_same_answer() {
    let rows = 5_000;
    let state = texts(&vec![Some("late"); rows]);
    let age = |away: i64, null: Option<usize>| -> ArrayRef {
        let ages =
            (0..rows).map(|row| (Some(row) != null).then_some(now().as_unix_micros() + away));
        Arc::new(
            ages.collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
        )
    };
    let of = |as_of| {
        count(
            "t.state == late",
            &[("t.state", state.clone()), ("as_of", as_of)],
        )
    };
    assert_eq!(of(age(0, None)), [5_000, 0, 0]);
    assert_eq!(of(age(0, Some(4_500))), [4_999, 0, 1]);
    assert_eq!(of(age(-3_600_000_000, None)), [5_000, 0, 0]);
    assert_eq!(of(age(-3_600_000_001, None)), [0, 0, 5_000]);
    assert_eq!(of(age(5_000_000, None)), [5_000, 0, 0]);
    assert_eq!(of(age(5_000_001, None)), [0, 0, 5_000]);
}

#[test]
fn many_different_texts_are_asked_one_by_one() {
    let many: Vec<String> = (0..20_000).map(|n| format!("acct_{n}")).collect();
    let many: ArrayRef = Arc::new(StringArray::from(many));
    let rule = "account.id ends with \"7\"";
    assert_eq!(
        count(rule, &[("account.id", many.clone())]),
        [2_000, 18_000, 0]
    );
    assert_eq!(count(rule, &[("id", many)]), [2_000, 18_000, 0]);
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..20_000));
    assert_eq!(count(rule, &[("id", numbers)]), [2_000, 18_000, 0]);
}

#[test]
fn what_cannot_be_taken_is_told() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let naive: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![0]));
    let large: ArrayRef = Arc::new(UInt64Array::from(vec![1, u64::MAX]));
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a")]);
    lists.append_value([Some("a"), None]);
    let lists: ArrayRef = Arc::new(lists.finish());
    let told = |columns: &[(&str, ArrayRef)]| bind(columns).unwrap_err().to_string();
    let cases = [
        (
            told(&[("t.seats", floats.clone())]),
            "the column `t.seats` should hold whole numbers, and holds Float64",
        ),
        (
            told(&[("t.at", naive)]),
            "the column `t.at` should hold timestamps in UTC, or texts like `2026-05-04T12:00:00Z`, and holds timestamps without a zone",
        ),
        (
            told(&[("t.seats", large)]),
            "row 2, column `t.seats`: 18446744073709551615 is more than a whole number of 64 bits with a sign can be",
        ),
        (
            told(&[("t.tags", lists)]),
            "row 2, column `t.tags`: the members of a set are texts, but one is null",
        ),
        (
            told(&[("t.sets", floats.clone())]),
            "the column `t.sets` is no fact of this rule book: did you mean `t.seats`?",
        ),
        (
            told(&[("t.seats@as_of", texts(&[None]))]),
            "the column `t.seats@as_of` says how old `t.seats` is, but no column is `t.seats`",
        ),
        (
            told(&[("t.at", texts(&[None, Some("soon")]))]),
            "row 2, column `t.at`: `soon` is no time: write it like `2026-05-04T12:00:00Z`",
        ),
        (
            told(&[("as_of", texts(&[Some("2026-05-04T12:00:00")]))]),
            "row 1, column `as_of`: `2026-05-04T12:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it",
        ),
        (
            told(&[("id", floats)]),
            "the column `id` should hold texts or whole numbers, and holds Float64",
        ),
        (
            told(&[
                ("id", texts(&[Some("a")])),
                ("account.id", texts(&[Some("b")])),
            ]),
            "row 1, column `account.id`: it is `b`, but the account's `id` is `a`",
        ),
        (
            told(&[("t.flag", texts(&[None])), ("t.flag", texts(&[None]))]),
            "the column `t.flag` should hold true or false, and holds Utf8",
        ),
    ];
    for (told, wanted) in cases {
        assert_eq!(told, wanted);
    }
    let flags = || -> ArrayRef { Arc::new(BooleanArray::from(vec![true])) };
    assert_eq!(
        told(&[("t.flag", flags()), ("t.flag", flags())]),
        "the column `t.flag` is there twice, so that nobody can say which of them counts"
    );
    let late = bind(&[("t.at", texts(&[Some("soon")]))])
        .unwrap_err()
        .after(899_999);
    assert!(
        late.to_string().starts_with("row 900000, column `t.at`"),
        "{late}"
    );
}
