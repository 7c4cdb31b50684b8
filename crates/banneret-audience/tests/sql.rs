//! SQL as text: what no engine is needed for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use banneret::{Book, Time};
use banneret_audience::{Ask, Audience, Dialect, SqlError, sql};
use proptest::prelude::*;

const SCHEMA: &str = "facts:
  t.plan: {type: enum, values: [free, pro, team]}
  t.name: {type: string}
  t.tags: {type: set of string}
  t.seats: {type: int, min: 0, max: 100, fresh_for: 1h}
  t.end: {type: time}
";

fn book(warehouse: &str) -> Book {
    let manifest = format!("edition: 1\nplacements: {{top: 1}}\n{warehouse}");
    let files = BTreeMap::from([
        ("banneret.yaml", manifest),
        ("schema.yaml", SCHEMA.to_owned()),
    ]);
    let files = files.into_iter().chain([("copy/en.ftl", String::new())]);
    Book::from_files(files).expect("a book")
}

fn audience<'b>(book: &'b Book, rule: &str) -> Audience<'b> {
    let (formulas, root) = book.compile(rule).expect("an expression");
    Audience {
        name: rule.to_owned(),
        kind: "where",
        book,
        formulas,
        root,
    }
}

fn query(warehouse: &str, rule: &str, dialect: Dialect, now: Option<&str>) -> String {
    let book = book(warehouse);
    let now = now.map(|now| now.parse::<Time>().expect("a time"));
    sql(&audience(&book, rule), &Ask::Answers, dialect, now).expect("a query")
}

#[test]
fn a_moment_that_is_not_given_is_a_parameter() {
    for dialect in Dialect::ALL {
        let text = query("", "t.seats > 3", dialect, None);
        assert!(text.contains(dialect.parameter()), "{text}");
        let text = query("", "t.seats > 3", dialect, Some("2026-05-04T12:00:00Z"));
        assert!(!text.contains(dialect.parameter()), "{text}");
        assert!(
            text.contains("1777892400000000 /* 2026-05-04T11:00:00Z */"),
            "{text}"
        );
    }
}

#[test]
fn a_fact_that_goes_stale_and_has_no_time_is_refused() {
    let book = book("warehouse: {table: accounts}\n");
    let asked = audience(&book, "t.seats > 3");
    for dialect in Dialect::ALL {
        let error = sql(&asked, &Ask::Count, dialect, None).expect_err("no time");
        let fact = "t.seats".into();
        assert_eq!(error, SqlError::Undated { fact });
        assert!(error.to_string().contains("as_of"), "{error}");
    }
}

#[test]
fn a_fact_that_the_table_does_not_have_is_unknown_of_everybody() {
    let absent = "warehouse: {table: accounts, absent: [t.seats]}\n";
    let unknown = "CASE WHEN FALSE THEN TRUE END AS answer";
    for (rule, said) in [
        ("t.seats > 3", unknown),
        ("t.seats is known", "FALSE AS answer"),
        ("t.seats is unknown", "TRUE AS answer"),
    ] {
        let text = query(absent, rule, Dialect::DuckDb, None);
        assert!(text.contains(said), "{rule}\n{text}");
        assert!(!text.contains("seats"), "{text}");
    }
}

#[test]
fn names_are_mapped_and_quoted() {
    let warehouse = "warehouse:
  table: ['my catalogue', 'a.b', 'say \"it\"']
  id: 'the `id`'
  names: underscores
  columns:
    t.plan: 'plan \"\\ `x`'
";
    let quoted = |dialect| {
        query(
            warehouse,
            "t.plan == pro and t.name == \"x\"",
            dialect,
            None,
        )
    };
    let text = quoted(Dialect::Spark);
    assert!(
        text.contains("FROM `my catalogue`.`a.b`.`say \"it\"`"),
        "{text}"
    );
    assert!(text.contains("CAST(`the ``id``` AS STRING)"), "{text}");
    assert!(text.contains("CAST(`plan \"\\ ``x``` AS STRING)"), "{text}");
    assert!(text.contains("CAST(`t_name` AS STRING)"), "{text}");
    let text = quoted(Dialect::Postgres);
    assert!(
        text.contains("FROM \"my catalogue\".\"a.b\".\"say \"\"it\"\"\""),
        "{text}"
    );
    assert!(text.contains("CAST(\"plan \"\"\\ `x`\" AS text)"), "{text}");
    let text = quoted(Dialect::ClickHouse);
    assert!(text.contains("toString(\"plan \\\"\\\\ `x`\")"), "{text}");
}

#[test]
fn no_list_is_empty_and_none_holds_a_null() {
    for dialect in Dialect::ALL {
        for rule in [
            "t.plan in {free, pro, team}",
            "t.plan not in {free, pro, team}",
            "t.name in {\"a\", \"b\"} or t.name not in {\"a\"}",
            "t.tags has any of {\"a\"} and not t.tags has all of {\"a\", \"b\"}",
        ] {
            let text = query("", rule, dialect, None);
            let flat = text
                .replace(char::is_whitespace, "")
                .replace("text[]", "text");
            assert!(
                !flat.contains("IN()") && !flat.contains("[]") && !flat.contains("array()"),
                "{text}"
            );
            assert!(
                !flat.contains("IN(NULL") && !flat.contains(",NULL,"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_column_that_is_called_as_ours_is_not_hidden() {
    let warehouse = "warehouse: {table: accounts, columns: {t.plan: Known_1}}\n";
    let text = query(warehouse, "t.plan == pro", Dialect::ClickHouse, None);
    assert!(text.contains("AS is_known_1"), "{text}");
}

#[test]
fn a_query_that_no_engine_reads_is_refused() {
    let book = book("");
    let members: Vec<String> = (0..9_000)
        .map(|at| format!("\"member {at} of many more\""))
        .collect();
    let rule = format!("t.name in {{{}}}", members.join(", "));
    let rule = format!("{rule} and t.plan == pro");
    let refused = sql(
        &audience(&book, &rule),
        &Ask::Count,
        Dialect::ClickHouse,
        None,
    );
    assert!(
        matches!(refused, Err(SqlError::TooLong { .. })),
        "{refused:?}"
    );
}

proptest! {
    /// Whatever stands in a literal, the text around it stays what it was, and nothing that a
    /// driver, a client or an engine could take for more than text is between the quotes.
    #[test]
    fn any_text_survives(text in any::<String>()) {
        let visible: String = text.chars().filter(|c| !c.is_control() && !hidden(*c)).collect();
        let written = visible.replace('\\', "\\\\").replace('"', "\\\"");
        static BOOK: LazyLock<Book> = LazyLock::new(|| book(""));
        let book = &*BOOK;
        prop_assume!(book.compile(&format!("t.name == \"{written}\"")).is_ok());
        let rule = format!("t.name == \"{written}\"");
        for dialect in Dialect::ALL {
            let text = sql(&audience(book, &rule), &Ask::Answers, dialect, None).expect("a query");
            let (before, rest) = text.split_once("_2 = ").or(text.split_once("_1 = ")).expect("=");
            prop_assert!(!before.is_empty());
            let literal = rest.split_once(" AS answer").expect("the answer").0;
            prop_assert_eq!(meant(literal), visible.clone());
        }
    }
}

fn hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// What a literal says, if it is a plain text between quotes or hexadecimal digits in a call.
fn meant(literal: &str) -> String {
    let inner = literal.split('\'').nth(1).expect("quotes");
    assert_eq!(literal.split('\'').count() % 2, 1, "{literal}");
    if literal == format!("'{inner}'") {
        let harmful = ['\\', '"', ';', '%', '$', '?', '`', '{', '*'];
        assert!(
            !inner.contains(harmful) && !inner.contains("--"),
            "{literal}"
        );
        return inner.to_owned();
    }
    let bytes = inner.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).expect("digits");
        u8::from_str_radix(pair, 16).expect("digits")
    });
    String::from_utf8(bytes.collect()).expect("UTF-8")
}
