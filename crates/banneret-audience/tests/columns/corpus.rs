//! The conformance corpus through columns.

use std::collections::BTreeMap;

use banneret::{Account, Book, Clock, Facts, Time};
use banneret_audience::{Detail, Evaluator, Scratch, Table};
use banneret_corpus::{Refusal, Subject, Truth, run};
use serde_json::Value as Json;

use crate::tables::{Ways, batch};

#[test]
fn columns_keep_to_the_corpus() {
    // Each way to write the accounts down draws other types of columns.
    for ways in 0..8 {
        let report = run(&Columns { ways });
        println!("{report}");
        assert!(report.passed(), "{report}");
        assert!(report.truths > 1_000, "{report}");
        let skips = report.skipped.iter();
        let mut others = skips.filter(|skip| skip.because.contains("single rules"));
        assert_eq!(others.next(), None);
    }
}

struct Columns {
    ways: u64,
}

fn fail(error: impl ToString) -> Refusal {
    Refusal::Fail(error.to_string())
}

impl Subject for Columns {
    type Book = Book;

    fn load(&self, files: &BTreeMap<String, String>) -> Result<Book, Refusal> {
        Book::from_files(files.clone()).map_err(fail)
    }

    fn truths(
        &self,
        book: &Book,
        rule: &str,
        all: &[Json],
        now: &str,
    ) -> Result<Vec<Truth>, Refusal> {
        let (formulas, root) = book.compile(rule).map_err(fail)?;
        let clock = Clock {
            now: now.parse::<Time>().map_err(fail)?,
            skew: book.manifest().clock_skew,
        };
        let accounts = all.iter().map(|account| {
            Account::from_line(book.schema(), &account.to_string(), false).map_err(fail)
        });
        let accounts: Vec<Account> = accounts.collect::<Result<_, _>>()?;
        let facts: Vec<&Facts> = accounts.iter().map(|account| &account.facts).collect();
        let batch = batch(book.schema(), &facts, None, &mut Ways(self.ways));
        // The corpus names its accounts otherwise than the rows here are named.
        let wanted = batch.schema().fields().len() - 1;
        let batch = batch
            .project(&(0..wanted).collect::<Vec<_>>())
            .map_err(fail)?;
        let table = Table::bind(book.schema(), &batch).map_err(fail)?;
        let audience = Evaluator::new(book.schema(), &formulas, &[root], Detail::Reasons);
        let mut truths = Vec::new();
        audience.each(&table, clock, &mut Scratch::default(), |chunk| {
            let (yes, no) = (chunk.truths(0), chunk.falses(0).unwrap_or_default());
            truths.extend((0..chunk.rows()).map(|row| {
                let has = |words: &[u64]| words[row / 64] >> (row % 64) & 1 == 1;
                match (has(yes), has(no)) {
                    (true, _) => Truth::True,
                    (_, true) => Truth::False,
                    _ => Truth::Unknown,
                }
            }));
        });
        Ok(truths)
    }
}
