//! The short way from JSON to facts says what the long way says, of right lines and of wrong ones.

use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::rulebook::Book;

const SCHEMA: &str = r#"
facts:
  t.flag: {type: bool}
  t.plan: {type: enum, values: [free, paid, partner]}
  t.country: {type: enum, values: [AT, BE, CH, CZ, DE, DK, ES, FI, FR], fresh_for: 24h}
  t.name: {type: string}
  t.currency: {type: string, values: [CHF, CZK, DKK, EUR, GBP, NOK, PLN, SEK, USD]}
  t.tier: {type: string, values: [low, high]}
  t.count: {type: int, min: -3, max: 9}
  t.at: {type: time}
  t.caps: {type: set of enum, values: [cards, debit, transfer]}
  t.tags: {type: set of string}
"#;

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let manifest = "edition: 1\nplacements: {top: 1}\n";
    let files = [("banneret.yaml", manifest), ("schema.yaml", SCHEMA)];
    Book::from_files(files).unwrap()
});

fn schema() -> &'static Arc<Schema> {
    BOOK.schema()
}

/// Values as they stand in a line: right for some fact, or for none.
const VALUES: [&str; 44] = [
    "null",
    "true",
    "false",
    "3",
    "-3",
    "10",
    "-0",
    "1.0",
    "2.5",
    "1e3",
    "1e400",
    "9223372036854775807",
    "9223372036854775808",
    "\"paid\"",
    "\"free\"",
    "\"p\\u0061id\"",
    "\"unknown\"",
    "\"gone\"",
    "\"DE\"",
    "\"EUR\"",
    "\"XXX\"",
    "\"\"",
    "\"high\"",
    "\"ä – ✓\"",
    "\"a text that is far too long to be held in place, whatever that place may be\"",
    "\"\\ud800\"",
    "\"2026-05-04T12:00:00Z\"",
    "\"2026-05-04T14:00:00+02:00\"",
    "\"2026-05-04T12:00:00\"",
    "[]",
    "[\"cards\"]",
    "[\"transfer\", \"cards\", \"cards\"]",
    "[\"cards\", \"gone\", \"lost\"]",
    "[\"cards\", 1]",
    "[\"gone\", null]",
    "[\"feature_1\", \"feature_10\", \"\", \"feature_1\", \"f\", \"a member that is far too long to be held in place\"]",
    "[[\"a\"]]",
    "{}",
    "{\"a\": 1}",
    "{\"a\": 1, \"a\": 1}",
    "{\"value\": 1}",
    "{\"value\": \"paid\", \"value\": \"paid\"}",
    "{\"value\": \"paid\", \"of\": 1}",
    "{\"as_of\": null}",
];

const TIMES: [&str; 6] = [
    "\"2026-05-04T12:00:00Z\"",
    "\"2026-05-04T11:59:30.25+02:00\"",
    "null",
    "\"yesterday\"",
    "\"2026-05-04T12:00:00\"",
    "7",
];

const HISTORIES: [&str; 12] = [
    "null",
    "{}",
    r#"{"hello": {}}"#,
    r#"{"hello": {"shown_at": ["2026-05-04T12:00:00Z"], "dismissed_copy": "c0ffee"}, "bye": {}}"#,
    r#"{"hello": {"clicked_at": null, "dismissed_at": "2026-05-04T12:00:00Z"}}"#,
    r#"{"hello": {}, "hello": {}}"#,
    r#"{"hello": {"shown_at": [], "shown_at": []}}"#,
    r#"{"hello": {"shown_at": ["soon"]}}"#,
    r#"{"hello": {"shown": []}}"#,
    r#"{"hello": [[], null, null, null]}"#,
    "[]",
    "3",
];

/// What is right for each fact.
fn right(name: &str) -> &'static [&'static str] {
    match name {
        "t.flag" => &["true", "false", "null"],
        "t.plan" => &["\"paid\"", "\"gone\"", "\"unknown\"", "\"p\\u0061id\""],
        "t.country" => &["\"AT\"", "\"FR\"", "\"US\"", "\"unknown\"", "null"],
        "t.currency" => &["\"CHF\"", "\"USD\"", "\"XXX\""],
        "t.tier" => &["\"low\"", "\"mid\""],
        "t.count" => &["0", "-3", "9", "10"],
        "t.at" => &["\"2026-05-04T12:00:00Z\""],
        "t.caps" => &[
            "[]",
            "[\"debit\", \"cards\"]",
            "[\"cards\", \"gone\", \"lost\"]",
        ],
        "t.tags" => &[
            "[]",
            "[\"b\", \"a\", \"b\"]",
            "[\"feature_10\", \"feature_1\", \"feature\"]",
        ],
        _ => &[
            "\"acct_1\"",
            "\"a\"",
            "\"a text that is too long for its place\"",
        ],
    }
}

fn fact() -> impl Strategy<Value = String> {
    let names: Vec<String> = schema().facts().map(|(_, f)| f.name.to_string()).collect();
    let known = select(names).prop_flat_map(|name| {
        let value = prop_oneof![
            40 => select(right(&name)),
            1 => select(&VALUES[..]),
        ];
        (Just(name), value)
    });
    let known = prop_oneof![12 => known, 1 => (Just("t.tags".to_owned()), select(&VALUES[..]))];
    let strange = (
        select(&["x.y", "x.z", "t.\\u0066lag"][..]),
        select(&VALUES[..]),
    );
    let strange = strange.prop_map(|(name, value)| (name.to_owned(), value));
    let plain = prop_oneof![60 => known, 1 => strange];
    let age = prop_oneof![8 => select(&TIMES[..3]), 1 => select(&TIMES[..])];
    (plain, prop::option::weighted(0.3, age), any::<bool>()).prop_map(
        |((name, value), as_of, first)| match as_of {
            None => format!("\"{name}\": {value}"),
            Some(as_of) if first => {
                format!("\"{name}\":{{\"as_of\":{as_of},\"value\":{value}}}")
            }
            Some(as_of) => format!("\"{name}\": {{\"value\": {value} , \"as_of\": {as_of}}}"),
        },
    )
}

/// A line that is an account, or nearly one.
fn line() -> impl Strategy<Value = String> {
    let id = prop_oneof![
        30 => Just("\"id\": \"acct_1\""),
        1 => select(&["\"id\": \"\"", "\"id\": 7", "\"name\": \"x\"", "\"\\u0069d\": \"a\""][..]),
    ];
    let id = id.prop_map(str::to_owned);
    let as_of = prop_oneof![30 => select(&TIMES[..3]), 1 => select(&TIMES[..])];
    let as_of = as_of.prop_map(|time| format!("\"as_of\":{time}"));
    let facts = prop_oneof![
        30 => vec(fact(), 0..6).prop_map(|facts| format!("\"facts\": {{{}}}", facts.join(","))),
        1 => Just("\"facts\": []".to_owned()),
    ];
    let history = prop_oneof![4 => select(&HISTORIES[..5]), 1 => select(&HISTORIES[..])];
    let history = history.prop_map(|history| format!("\"history\": {history}"));
    let rest = prop_oneof![
        3 => as_of.boxed(),
        2 => history.boxed(),
    ];
    let keys = (id, vec(rest, 0..3), facts, any::<Index>());
    keys.prop_map(|(id, rest, facts, turn)| {
        let mut keys = vec![id, facts];
        keys.extend(rest);
        let turn = turn.index(keys.len());
        keys.rotate_left(turn);
        format!("{{{}}}", keys.join(", "))
    })
}

/// Now and then cut off, with a stranger in it, or with something behind it.
fn damaged() -> impl Strategy<Value = String> {
    (line(), any::<Index>(), 0..40_u8).prop_map(|(line, at, damage)| {
        let mut chars: Vec<char> = line.chars().collect();
        let at = at.index(chars.len());
        match damage {
            0 => chars.truncate(at),
            1 => chars[at] = '"',
            2 => chars[at] = '}',
            3 => chars[at] = '\u{7}',
            4 => _ = chars.remove(at),
            5 => chars.push('x'),
            6 => chars.push(' '),
            _ => {}
        }
        chars.into_iter().collect()
    })
}

type Read = Result<(Facts, History), String>;

fn read(account: &Account, read: Result<(), AccountError>) -> Read {
    match read {
        Ok(()) => Ok((account.facts.clone(), account.history.clone())),
        Err(error) => Err(error.to_string()),
    }
}

/// By way of a tree, as every line was read before there was a shorter way.
fn long_way(line: &str, ignore: bool) -> Read {
    let json = read_json(line).map_err(|error| AccountError::Json(error).to_string())?;
    let account = Account::from_tree(schema(), json, ignore).map_err(|error| error.to_string())?;
    Ok((account.facts, account.history))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// One account takes all the lines, so what an earlier one left must not show.
    #[test]
    fn both_ways_say_the_same(lines in vec(damaged(), 1..5), ignore in any::<bool>()) {
        let mut account = Account::new(schema());
        for line in &lines {
            let done = account.read_line(schema(), line, ignore);
            let straight = read(&account, done);
            prop_assert_eq!(&straight, &long_way(line, ignore), "{}", line);
            if straight.is_err() {
                prop_assert_eq!(&account.facts, &Facts::builder(schema()).build());
                prop_assert_eq!(&account.history, &History::new());
            }
        }
    }

    #[test]
    fn a_document_says_what_its_line_says(lines in vec(line(), 1..5), ignore in any::<bool>()) {
        let mut account = Account::new(schema());
        for line in &lines {
            let Ok(json) = read_json(line) else { continue };
            let done = account.read_json(schema(), &json, ignore);
            prop_assert_eq!(read(&account, done), long_way(line, ignore), "{}", line);
        }
    }

    /// What is stored and what is asked for, whatever the texts have in common.
    #[test]
    fn a_set_of_texts_is_a_set(texts in vec("[ab\\x00]{0,10}", 0..12), other in "[ab\\x00]{0,10}") {
        let set: Texts = texts.iter().collect();
        let wanted: std::collections::BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        prop_assert!(set.iter().eq(wanted.iter().copied()));
        prop_assert_eq!(set.len(), wanted.len());
        prop_assert_eq!(set.contains(&other), wanted.contains(&*other));
        prop_assert!(texts.iter().all(|text| set.contains(text)));
    }
}

/// The lines above are of every sort, and most right ones go the short way.
#[test]
fn the_lines_are_right_and_wrong() {
    let mut runner = TestRunner::deterministic();
    let (mut right, mut wrong, mut short) = (0, 0, 0);
    let mut account = Account::new(schema());
    for _ in 0..2_000 {
        let line = damaged().new_tree(&mut runner).unwrap().current();
        match long_way(&line, false) {
            Ok(_) => right += 1,
            Err(_) => wrong += 1,
        }
        let mut reader = serde_json::Deserializer::from_str(&line);
        let open = account.open(schema(), false);
        short += u32::from(serde::de::DeserializeSeed::deserialize(open, &mut reader).is_ok());
    }
    assert!(right > 400 && wrong > 400, "{right} right, {wrong} wrong");
    assert!(short * 10 > right * 7, "{short} short of {right} right");
}
