//! Accounts for a preview: by columns from files of accounts, by the row through a source.

use std::collections::BTreeMap;
use std::path::Path;

use banneret::{Account, Book};
use banneret_audience::{
    Accounts, Counting, Files, Format, Gathering, Plan, Preview, Reader, Report,
};

use crate::accounts::{self, Tally, bar_of, by_ending};
use crate::args::{Input, PreviewArgs};
use crate::failure::Failure;
use crate::render::{printable, say};

/// How many accounts are counted at once where they come one by one.
const BATCH: usize = 16_384;

/// What was counted, and how much of the input was taken.
pub(super) struct Counted {
    pub(super) preview: Preview,
    pub(super) tally: Tally,
    /// Why reading broke off; what was counted is no answer then.
    pub(super) read: Result<(), Failure>,
}

/// Counts the accounts that the command line names.
pub(super) fn count(
    args: &PreviewArgs,
    path: &Path,
    book: &Book,
    plan: &Plan<'_>,
) -> Result<Counted, Failure> {
    let input = args.reading.input.unwrap_or_else(|| by_ending(path));
    let counted = match (&args.reading.source, input) {
        (Some(_), _) | (None, Input::Json) => by_the_row(args, path, book, plan)?,
        (None, _) => by_columns(args, path, book, plan)?,
    };
    Ok(counted)
}

fn by_columns(
    args: &PreviewArgs,
    path: &Path,
    book: &Book,
    plan: &Plan<'_>,
) -> Result<Counted, Failure> {
    let failed =
        |error: banneret_audience::ReadError| Failure::request(printable(&error.to_string()));
    let format = args.reading.input.and_then(|input| match input {
        Input::Csv => Some(Format::Csv),
        Input::Ndjson => Some(Format::Ndjson),
        Input::Parquet => Some(Format::Parquet),
        Input::Json => None,
    });
    let files = Files::find(path, format).map_err(failed)?;
    let bar = bar_of(files.bytes());
    let watch = |bytes| bar.inc(bytes);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let reader = Reader::new(book.schema(), plan.wanted())
        .ignoring_unknown(args.reading.ignore_unknown_columns)
        .threads(threads)
        .watched(&watch);
    let read = reader.read(&files, || plan.start(), Counting::take);
    bar.finish_and_clear();
    let told = read.report.told.iter().map(|line| printable(line));
    told.chain(missing(book, plan, &read.report))
        .for_each(|line| say(&line));
    let preview = Counting::finish(plan, read.states, &read.report);
    Ok(Counted {
        tally: tally(&preview, &read.report),
        preview,
        read: read.failed.map_or(Ok(()), |error| Err(failed(error))),
    })
}

/// The facts that an audience hangs on and that no column holds, in one line.
fn missing(book: &Book, plan: &Plan<'_>, report: &Report) -> Option<String> {
    let missing = report
        .missing
        .iter()
        .filter(|(fact, _)| plan.hangs_on(**fact));
    let (_, (files, first)) = missing.clone().max_by_key(|(_, (files, _))| *files)?;
    let name = |fact| book.schema().fact(fact).map_or("", |fact| &*fact.name);
    let facts: Vec<_> = missing
        .map(|(fact, _)| format!("`{}`", name(*fact)))
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

fn by_the_row(
    args: &PreviewArgs,
    path: &Path,
    book: &Book,
    plan: &Plan<'_>,
) -> Result<Counted, Failure> {
    let reader = accounts::Reader::new(book, &args.reading, plan.now())?;
    let mut tally = Tally::default();
    let mut counting = plan.start();
    let mut gathering = Gathering::new(book.schema(), &plan.wanted());
    let mut count = |accounts: &Accounts| counting.take(path, accounts);
    let read = reader.each(path, &mut tally, |account: &Account| {
        gathering.push(&account.facts, &account.history, 0);
        if gathering.len() >= BATCH {
            count(&gathering.finish());
        }
        Ok(())
    });
    count(&gathering.finish());
    let report = Report {
        taken: tally.taken,
        refused: tally.refused,
        ..Report::default()
    };
    let preview = Counting::finish(plan, [counting], &report);
    tally.bad = bad(&preview);
    Ok(Counted {
        preview,
        tally,
        read,
    })
}

/// What was given wrongly, of what is asked about.
fn bad(preview: &Preview) -> BTreeMap<(String, &'static str), u64> {
    let bad = preview.bad_input.iter().map(|bad| {
        let why = match &*bad.why {
            "future" => "future",
            "out-of-domain" => "out-of-domain",
            _ => "contradiction",
        };
        ((bad.fact.clone(), why), bad.accounts)
    });
    bad.collect()
}

fn tally(preview: &Preview, report: &Report) -> Tally {
    let mut tally = Tally::default();
    tally.taken = report.taken;
    tally.refused = report.refused;
    tally.bad = bad(preview);
    tally
}
