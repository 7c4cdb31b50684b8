//! Files of accounts as batches of columns, for who counts them.

use std::path::Path;
use std::sync::Arc;

use banneret::{FactId, Schema};
use banneret_audience::{Accounts, Files, Format, Read, ReadError, Reader, Report, Wanted};

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

/// Reads accounts in as many threads as the machine has. What is no account is told on standard
/// error.
///
/// # Errors
/// Where there is no such file. Where reading broke off later, [`broken_off`] says so.
pub(crate) fn read<S: Send>(
    path: &Path,
    said: &Reading,
    asked: Asked<'_>,
    make: impl Fn() -> S + Sync,
    take: impl Fn(&mut S, &Path, &Accounts) + Sync,
) -> Result<Read<S>, Failure> {
    let files = Files::find(path, format(said)).map_err(failed)?;
    let bar = bar_of(files.bytes());
    let watch = |bytes| bar.inc(bytes);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let reader = Reader::new(asked.schema, asked.wanted)
        .ignoring_unknown(said.ignore_unknown_columns)
        .threads(threads)
        .watched(&watch);
    let read = reader.read(&files, make, take);
    bar.finish_and_clear();
    let told = read.report.told.iter().map(|line| printable(line));
    let missing = missing(asked.schema, asked.hangs_on, &read.report);
    told.chain(missing).for_each(|line| say(&line));
    Ok(read)
}

fn format(said: &Reading) -> Option<Format> {
    match said.input? {
        Input::Csv => Some(Format::Csv),
        Input::Ndjson => Some(Format::Ndjson),
        Input::Parquet => Some(Format::Parquet),
        Input::Json => None,
    }
}

/// Why reading broke off, if it did; what was counted is no answer then.
pub(crate) fn broken_off(failure: Option<ReadError>) -> Result<(), Failure> {
    failure.map_or(Ok(()), |error| Err(failed(error)))
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what errors are mapped with"
)]
fn failed(error: ReadError) -> Failure {
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
