//! `banneret import`: raw billing objects to account lines.

use std::io::Write;

use crate::accounts::{Reader, Tally};
use crate::args::ImportArgs;
use crate::book;
use crate::decide::finish;
use crate::failure::{Ended, Failure};

pub(crate) fn run(args: &ImportArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let book = book::load(args.book.as_deref(), "imported")?;
    let now = book::now(None);
    let as_of = args.as_of.unwrap_or(now);
    // A document may be of any time, but not of the future.
    let reader = Reader::of_source(&book, &args.source, as_of, now.max(as_of), args.input)?;
    let mut tally = Tally::default();
    let read = args.files.iter().try_for_each(|file| {
        reader.each(file, &mut tally, |account| {
            serde_json::to_writer(&mut *out, &account.facts)?;
            Ok(writeln!(out)?)
        })
    });
    finish(read, &tally, "imported", out)
}
