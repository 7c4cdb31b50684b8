//! NDJSON accounts on standard input to a Parquet file as a warehouse has it, with what the plain
//! evaluator says of every banner (audience and contract) and segment in columns beside the facts.
//!
//! ```sh
//! accounts_table BOOK accounts.parquet 2026-05-04T12:00:00Z < accounts.ndjson
//! ```
//!
//! The book's `warehouse:` section says how the columns are called. On standard output stands, for
//! each of those audiences, its name, the column with its truths, and its query in every dialect.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead as _, stdin};
use std::path::Path;

use banneret::{Book, NodeId, Time, read_directory, read_json};
use banneret_audience::{Ask, Audience, Dialect, sql};
use serde_json::json;

#[path = "../tests/sql/table.rs"]
#[allow(dead_code, reason = "the tests use the rest of it")]
mod table;

use table::{Table, Told};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [book, path, now] = words.as_slice() else {
        return Err("usage: accounts_table BOOK FILE.parquet NOW < accounts.ndjson".into());
    };
    let book = Book::from_files(read_directory(Path::new(book))?)?;
    let now: Time = now.parse()?;
    let told: Vec<Told> = told(&book).collect();
    let mut table = Table::new(&book, &told, now, Path::new(path));
    for line in stdin().lock().lines() {
        table.push(read_json(&line?)?);
    }
    table.end();
    for told in told {
        let name = told.column.trim_start_matches("truth_of_").to_owned();
        let audience = Audience {
            name: name.clone(),
            kind: "where",
            book: &book,
            formulas: told.formulas,
            root: told.root,
        };
        let mut queries = BTreeMap::new();
        for dialect in Dialect::ALL {
            queries.insert(
                dialect.name(),
                sql(&audience, &Ask::Answers, dialect, Some(now))?,
            );
        }
        println!(
            "{}",
            json!({"name": name, "column": told.column, "queries": queries})
        );
    }
    Ok(())
}

fn told(book: &Book) -> impl Iterator<Item = Told> {
    let banners = book.banners().iter().map(|banner| {
        let kind = book.kind_of(banner);
        let contract = kind.map_or(NodeId::FALSE, |kind| kind.contract);
        (&banner.name, vec![banner.audience, contract])
    });
    let segments = book.segments().iter();
    let segments = segments.map(|segment| (&segment.name, vec![segment.formula]));
    banners.chain(segments).map(|(name, parts)| {
        let (mut formulas, parts) = book.formulas().extract(&parts);
        let root = formulas.all(parts);
        let column = format!("truth_of_{name}");
        Told {
            column,
            formulas,
            root,
        }
    })
}
