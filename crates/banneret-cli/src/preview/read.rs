//! Accounts for a preview: by columns from files of accounts, by the row through a source.

use std::path::Path;

use banneret::Book;
use banneret_audience::{Counting, Gathering, Plan, Preview, Report};

use crate::accounts::{self, Tally, bad, batches};
use crate::args::PreviewArgs;
use crate::failure::Failure;

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
    match batches::come_in_columns(path, &args.reading) {
        true => by_columns(args, path, book, plan),
        false => by_the_row(args, path, book, plan),
    }
}

fn by_columns(
    args: &PreviewArgs,
    path: &Path,
    book: &Book,
    plan: &Plan<'_>,
) -> Result<Counted, Failure> {
    let asked = batches::Asked {
        schema: book.schema(),
        wanted: plan.wanted(),
        hangs_on: &|fact| plan.hangs_on(fact),
    };
    let make = || plan.start();
    let mut batches = batches::read(path, &args.reading, asked, make, Counting::take)?;
    let states = std::mem::take(&mut batches.states);
    let mut preview = Counting::finish(plan, states, &batches.report);
    preview.repeated_ids.clone_from(&batches.repeated);
    Ok(Counted {
        tally: Tally::of(&batches, bad(&preview.bad_input)),
        preview,
        read: batches.read,
    })
}

fn by_the_row(
    args: &PreviewArgs,
    path: &Path,
    book: &Book,
    plan: &Plan<'_>,
) -> Result<Counted, Failure> {
    let reader = accounts::Reader::new(book, &args.reading, plan.now())?;
    let wanted = plan.wanted();
    let make = || (plan.start(), Gathering::new(book.schema(), &wanted));
    let shared = reader.share(path, make, |(counting, gathering), account| {
        gathering.push(&account.facts, &account.history, 0);
        if gathering.len() >= BATCH {
            counting.take(path, &gathering.finish());
        }
    })?;
    let mut tally = shared.tally;
    let states = shared.states.into_iter();
    let states = states.map(|(mut counting, mut gathering)| {
        counting.take(path, &gathering.finish());
        counting
    });
    let report = Report {
        taken: tally.taken,
        refused: tally.refused,
        ..Report::default()
    };
    let mut preview = Counting::finish(plan, states, &report);
    preview.repeated_ids.clone_from(&tally.repeated);
    preview.silent = tally.silent;
    tally.bad = bad(&preview.bad_input);
    Ok(Counted {
        preview,
        tally,
        read: shared.read,
    })
}
