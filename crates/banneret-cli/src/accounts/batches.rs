//! Files of accounts as batches of columns, for who counts them.

use std::path::Path;
use std::sync::Arc;

use banneret::{FactId, Schema};
use banneret_audience::{
    Accounts, Files, Format, ReadError, Reader, Repeated, Repeats, Report, Wanted,
};

use super::records::{bar_of, by_ending};
use crate::args::{Input, Reading};
use crate::failure::Failure;
use crate::render::{printable, say};

/// Whether the accounts can be read by columns: through a source, or from one JSON document, they
/// come one by one.
pub(crate) fn come_in_columns(path: &Path, said: &Reading) -> bool {
    let input = said.input.unwrap_or_else(|| by_ending(path));
    said.source.is_none() && input != Input::Json
}

/// Whether they are written as Parquet; in a directory or by a pattern the endings say it.
pub(crate) fn are_parquet(path: &Path, said: &Reading) -> bool {
    let files = Files::find(path, format(said));
    files.is_ok_and(|files| files.format == Format::Parquet)
}

/// What of the accounts is wanted, and in whose words.
pub(crate) struct Asked<'a> {
    pub(crate) schema: &'a Arc<Schema>,
    pub(crate) wanted: Wanted,
    /// Whether it is worth a word where no column is that fact.
    pub(crate) hangs_on: &'a dyn Fn(FactId) -> bool,
}

/// What came of reading.
pub(crate) struct Batches<S> {
    /// What each thread made.
    pub(crate) states: Vec<S>,
    pub(crate) report: Report,
    pub(crate) repeated: Option<Repeated>,
    /// Why reading broke off; what was made is no answer then.
    pub(crate) read: Result<(), Failure>,
}

/// Reads accounts in as many threads as the machine has. What is no account is told on standard
/// error.
///
/// # Errors
/// Where there is no such file.
pub(crate) fn read<S: Send>(
    path: &Path,
    said: &Reading,
    asked: Asked<'_>,
    make: impl Fn() -> S + Sync,
    take: impl Fn(&mut S, &Path, &Accounts) + Sync,
) -> Result<Batches<S>, Failure> {
    let files = Files::find(path, format(said)).map_err(|error| failed(&error))?;
    let bar = bar_of(files.bytes());
    let watch = |bytes| bar.inc(bytes);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Their ids say whether some are counted twice.
    let reader = Reader::new(asked.schema, asked.wanted.with_ids())
        .ignoring_unknown(said.ignore_unknown_columns)
        .threads(threads)
        .watched(&watch);
    let make = || (make(), Repeats::default());
    let read = reader.read(&files, make, |(state, repeats), path, accounts| {
        repeats.see(accounts);
        take(state, path, accounts);
    });
    bar.finish_and_clear();
    let told = read.report.told.iter().map(|line| printable(line));
    let missing = missing(asked.schema, asked.hangs_on, &read.report);
    told.chain(missing).for_each(|line| say(&line));
    let (mut states, mut repeats) = (Vec::new(), Repeats::default());
    for (state, seen) in read.states {
        states.push(state);
        repeats.merge(seen);
    }
    Ok(Batches {
        states,
        report: read.report,
        repeated: repeats.finish(),
        read: read.failed.map_or(Ok(()), |error| Err(failed(&error))),
    })
}

fn format(said: &Reading) -> Option<Format> {
    match said.input? {
        Input::Csv => Some(Format::Csv),
        Input::Ndjson => Some(Format::Ndjson),
        Input::Parquet => Some(Format::Parquet),
        Input::Json => None,
    }
}

fn failed(error: &ReadError) -> Failure {
    Failure::request(printable(&error.to_string()))
}

/// The facts that an audience hangs on and that no column holds, in one line.
fn missing(schema: &Schema, hangs_on: &dyn Fn(FactId) -> bool, report: &Report) -> Option<String> {
    let missing = report.missing.iter().filter(|(fact, _)| hangs_on(**fact));
    let (_, (files, first)) = missing.clone().max_by_key(|(_, (files, _))| *files)?;
    let facts: Vec<_> = missing
        .map(|(fact, _)| format!("`{}`", schema.fact(*fact).map_or("", |fact| &*fact.name)))
        .collect();
    let more = match files - 1 {
        0 => String::new(),
        1 => " and another file".to_owned(),
        more => format!(" and {more} more files"),
    };
    Some(format!(
        "{}{more}: no column is {}, so that is unknown of every account there",
        printable(first),
        facts.join(" or ")
    ))
}
