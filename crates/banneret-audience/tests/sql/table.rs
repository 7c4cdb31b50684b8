//! Accounts as a warehouse keeps them: a Parquet file with a column for each fact, each fact's own
//! time, the row's time, and what the plain evaluator says of each audience.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use banneret::{Account, Book, Clock, Formulas, Kind, NodeId, Time, Truth, Truths};
use parquet::arrow::ArrowWriter;
use serde_json::Value as Json;

/// An audience whose truths become a column of that name.
pub(crate) struct Told {
    pub(crate) column: String,
    pub(crate) formulas: Formulas,
    pub(crate) root: NodeId,
}

/// The column with a fact's own times.
pub(crate) fn own(fact: &str) -> String {
    format!("as_of_{}", fact.replace('.', "_"))
}

/// The section of a manifest that describes such a table.
pub(crate) fn manifest(facts: impl IntoIterator<Item = String>) -> String {
    let mut text = "warehouse:\n  table: accounts\n  id: account\n  as_of: row_at\n  \
                    names: underscores\n  columns:\n"
        .to_owned();
    for fact in facts.into_iter().filter(|fact| fact != "account.id") {
        let own = own(&fact);
        text.push_str(&format!("    {fact}: {{as_of: {own}}}\n"));
    }
    text
}

/// Writes accounts in batches, so that a million fit.
pub(crate) struct Table<'b> {
    book: &'b Book,
    told: &'b [Told],
    clock: Clock,
    truths: Truths,
    lines: Vec<Json>,
    said: Vec<Vec<Truth>>,
    writer: Option<ArrowWriter<File>>,
    path: &'b Path,
}

impl<'b> Table<'b> {
    pub(crate) fn new(book: &'b Book, told: &'b [Told], now: Time, path: &'b Path) -> Table<'b> {
        Table {
            book,
            told,
            clock: Clock {
                now,
                skew: book.manifest().clock_skew,
            },
            truths: Truths::default(),
            lines: Vec::new(),
            said: vec![Vec::new(); told.len()],
            writer: None,
            path,
        }
    }

    pub(crate) fn push(&mut self, line: Json) {
        if !self.told.is_empty() {
            let account =
                Account::from_json(self.book.schema(), line.clone(), false).expect("an account");
            for (told, said) in self.told.iter().zip(&mut self.said) {
                self.truths.fill(&told.formulas, &account.facts, self.clock);
                said.push(self.truths.of(told.root));
            }
        }
        self.lines.push(line);
        if self.lines.len() >= 65_536 {
            self.flush();
        }
    }

    pub(crate) fn end(mut self) {
        if !self.lines.is_empty() || self.writer.is_none() {
            self.flush();
        }
        let writer = self.writer.expect("a batch was written");
        writer.close().expect("the file closes");
    }

    fn flush(&mut self) {
        let batch = self.batch();
        let path = self.path;
        let writer = self.writer.get_or_insert_with(|| {
            let file = File::create(path).expect("a file");
            ArrowWriter::try_new(file, batch.schema(), None).expect("a writer")
        });
        writer.write(&batch).expect("the batch is written");
        self.lines.clear();
        self.said.iter_mut().for_each(Vec::clear);
    }

    fn batch(&self) -> RecordBatch {
        let warehouse = &self.book.manifest().warehouse;
        let mut columns: Vec<(String, ArrayRef, bool)> = Vec::new();
        let mut add = |name: String, array: ArrayRef| columns.push((name, array, true));
        add(
            warehouse.id.to_string(),
            texts(self.lines.iter().map(|line| Some(&line["id"]))),
        );
        if let Some(name) = &warehouse.as_of {
            let times = self.lines.iter().map(|line| Some(&line["as_of"]));
            add(name.to_string(), moments(times));
        }
        for (_, fact) in self.book.schema().facts() {
            if &*fact.name == "account.id" {
                continue;
            }
            let said = self.lines.iter().map(|line| said(line, &fact.name));
            let values = said.clone().map(|(value, _)| value);
            let values = match fact.kind {
                Kind::Bool => bools(values),
                Kind::Int { .. } => numbers(values),
                Kind::Time => moments(values),
                Kind::Enum(_) | Kind::String(_) => texts(values),
                Kind::EnumSet(_) | Kind::StringSet => lists(values),
            };
            add(warehouse.column(&fact.name).expect("a column"), values);
            let mut times = said.map(|(_, as_of)| as_of);
            match warehouse.own_as_of(&fact.name) {
                Some(own) => add(own.to_owned(), moments(times)),
                None => assert!(
                    times.all(|time| time.is_none()),
                    "{} is dated by itself, and the table has no column for that",
                    fact.name
                ),
            }
        }
        for (told, said) in self.told.iter().zip(&self.said) {
            let mut truths = StringBuilder::new();
            said.iter()
                .for_each(|truth| truths.append_value(word(*truth)));
            add(told.column.clone(), Arc::new(truths.finish()));
        }
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
    }
}

pub(crate) fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

/// A fact's value, and its own time.
fn said<'j>(line: &'j Json, fact: &str) -> (Option<&'j Json>, Option<&'j Json>) {
    match line["facts"].get(fact) {
        Some(Json::Object(both)) => (both.get("value"), both.get("as_of")),
        value => (value, None),
    }
}

fn given(value: Option<&Json>) -> Option<&Json> {
    value.filter(|value| !value.is_null())
}

fn bools<'j>(values: impl Iterator<Item = Option<&'j Json>>) -> ArrayRef {
    let mut column = BooleanBuilder::new();
    for value in values {
        column.append_option(given(value).map(|value| value.as_bool().expect("a bool")));
    }
    Arc::new(column.finish())
}

fn numbers<'j>(values: impl Iterator<Item = Option<&'j Json>>) -> ArrayRef {
    let mut column = Int64Builder::new();
    for value in values {
        column.append_option(given(value).map(|value| value.as_i64().expect("a whole number")));
    }
    Arc::new(column.finish())
}

fn texts<'j>(values: impl Iterator<Item = Option<&'j Json>>) -> ArrayRef {
    let mut column = StringBuilder::new();
    for value in values {
        column.append_option(given(value).map(|value| value.as_str().expect("a text")));
    }
    Arc::new(column.finish())
}

fn moments<'j>(values: impl Iterator<Item = Option<&'j Json>>) -> ArrayRef {
    let mut column = TimestampMicrosecondBuilder::new().with_timezone("UTC");
    for value in values {
        let time = given(value).map(|value| value.as_str().expect("a time"));
        let time = time.map(|time| time.parse::<Time>().expect("a time").as_unix_micros());
        column.append_option(time);
    }
    Arc::new(column.finish())
}

fn lists<'j>(values: impl Iterator<Item = Option<&'j Json>>) -> ArrayRef {
    let mut column = ListBuilder::new(StringBuilder::new());
    for value in values {
        let members = given(value).map(|value| value.as_array().expect("a list"));
        for member in members.into_iter().flatten() {
            column.values().append_option(member.as_str());
        }
        column.append(members.is_some());
    }
    Arc::new(column.finish())
}
