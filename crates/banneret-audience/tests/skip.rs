//! Row groups of Parquet in which nothing wanted can be true are passed over, and the counts are
//! what they are without that.

mod population;

use std::path::Path;

use banneret::{Book, Formulas, NodeId};
use banneret_audience::{Detail, Evaluator, Files, Reader, Report, Scratch, Wanted};
use population::{accounts, batch, book, clock, folder, parquet as write_parquet, table};
use serde_json::Value as Json;

const ASKED: [&str; 14] = [
    "t.seats > 900",
    "t.seats < 30 or t.seats == 500",
    "not (t.seats > 100)",
    "t.seats is known",
    "t.seats is unknown",
    "t.admin",
    "not t.admin",
    "t.plan == \"pro\"",
    "t.plan in {\"free\", \"team\"} and t.seats >= 10",
    "t.tier == high",
    "t.word starts with \"w4\"",
    "not (t.word starts with \"w\")",
    "t.word in {\"v1\", \"v12\"}",
    "t.since before 2026-05-01T12:00:00Z",
];

/// How many accounts a formula is true for, and what there is to say of the reading.
fn counted(book: &Book, path: &Path, asked: &(Formulas, NodeId), skip: bool) -> (u64, Report) {
    let (formulas, root) = asked;
    let roots = [*root];
    let evaluator = Evaluator::new(book.schema(), formulas, &roots, Detail::Truths);
    let wanted = Wanted::nothing().with_facts(evaluator.facts());
    let mut reader = Reader::new(book.schema(), wanted);
    if skip {
        reader = reader.only_where(formulas, &roots);
    }
    let files = Files::find(path, None).unwrap();
    let read = reader.read(
        &files,
        || (Scratch::default(), 0),
        |(scratch, sum), _, accounts| {
            *sum += evaluator.count(&accounts.table, clock(book), scratch)[0].truths;
        },
    );
    assert!(read.failed.is_none(), "{:?}", read.failed);
    (read.states[0].1, read.report)
}

#[test]
fn what_is_passed_over_holds_nobody() {
    let (book, folder) = (book(), folder("skipping"));
    let mut passed_over = [0; ASKED.len()];
    for (number, sorted_by) in [
        "", "t.seats", "t.admin", "t.plan", "t.tier", "t.word", "t.since",
    ]
    .into_iter()
    .enumerate()
    {
        let mut accounts = accounts(4_000, 3);
        let value = |account: &Json| {
            let said = &account["facts"][sorted_by];
            let value = said.get("value").unwrap_or(said);
            match value {
                Json::Number(number) => format!("{:05}", number.as_i64().unwrap()),
                other => other.to_string(),
            }
        };
        accounts.sort_by_cached_key(value);
        let path = folder.join(format!("{number}.parquet"));
        let table = table(&book, &accounts);
        write_parquet(&path, &batch(book.schema(), &table), 60);
        for (at, text) in ASKED.iter().enumerate() {
            let asked = book
                .compile(text)
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let (all, whole) = counted(&book, &path, &asked, false);
            let (found, report) = counted(&book, &path, &asked, true);
            assert_eq!(found, all, "{text}, sorted by `{sorted_by}`");
            assert_eq!((whole.taken, whole.skipped), (4_000, 0));
            assert_eq!(report.taken + report.skipped, 4_000, "{text}");
            passed_over[at] += report.skipped;
        }
    }
    // Who asks whether something is unknown has to look.
    let none: Vec<_> = ASKED
        .iter()
        .zip(passed_over)
        .filter(|(_, rows)| *rows == 0)
        .collect();
    assert_eq!(none, [(&"t.seats is unknown", 0)]);
}
