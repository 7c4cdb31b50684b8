//! `banneret diff`: who is newly in and newly out between two versions of a rule book.

mod against;
mod counts;
mod gate;
mod html;
mod print;

use std::io::Write;

use banneret::{Book, Time};
use banneret_audience::Compared;
use banneret_lint::{Comparison, compare};

use crate::accounts::Tally;
use crate::args::{DiffArgs, DiffFormat};
use crate::book;
use crate::decide::{ended, sum_up};
use crate::failure::{Ended, Failure};
use crate::revision::Version;
use gate::{Kept, Tripped};

pub(crate) use against::Base;
pub(crate) use gate::Limit;

/// Two versions of a book, and what is different between them.
pub(crate) struct Diff<'b> {
    old: (&'b str, &'b Book),
    new: (&'b str, &'b Book),
    comparison: Comparison,
    /// The moment that accounts are counted for.
    now: Option<Time>,
    /// What was counted, where accounts were given.
    counted: Option<(Compared, Tally)>,
    tripped: Vec<Tripped>,
    /// The limits that no banner goes over.
    kept: Vec<Kept>,
}

pub(crate) fn run(args: &DiffArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let old = Version::read(&args.old, &args.new)?;
    let new = Version::read(&args.new, &args.old)?;
    let mut diff = Diff::of((&old.name, old.book()?), (&new.name, new.book()?));
    let mut ending = Ended::Well;
    if let Some(path) = &args.accounts {
        let now = book::now(args.reading.now);
        diff.now = Some(now);
        let (compared, tally) = counts::count(&diff, path, args, now)?;
        gate::can_trip(args, &compared, &tally)?;
        sum_up(&tally, "compared");
        ending = ended(&tally);
        diff.tripped = gate::tripped(args, &compared, tally.taken);
        diff.kept = gate::kept(args, &compared, tally.taken);
        diff.counted = Some((compared, tally));
    }
    match args.format {
        DiffFormat::Text => out.write_all(diff.text().as_bytes())?,
        DiffFormat::Html => out.write_all(diff.html(args)?.as_bytes())?,
        DiffFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &diff.json())?;
            writeln!(out)?;
        }
    }
    // What could not be read is the graver matter: a gate over half of a file says little.
    Ok(ending.max(Ended::with(!diff.tripped.is_empty())))
}

impl<'b> Diff<'b> {
    /// Compares two versions, each beside its name.
    pub(crate) fn of(old: (&'b str, &'b Book), new: (&'b str, &'b Book)) -> Diff<'b> {
        Diff {
            old,
            new,
            comparison: compare(old.1, new.1),
            now: None,
            counted: None,
            tripped: Vec::new(),
            kept: Vec::new(),
        }
    }
}
