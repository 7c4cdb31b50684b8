//! Accounts that move in and out of audiences: by columns from files of accounts, by the row through
//! sources and where a fact has two types.

use std::collections::BTreeSet;
use std::path::Path;

use banneret::{Book, FactId, Schema, Time};
use banneret_audience::{Compared, Comparing, Versions};

use super::Diff;
use crate::accounts::{Reader, Tally, Twice, bad, batches, clock};
use crate::args::DiffArgs;
use crate::failure::Failure;
use crate::render::printable;

/// Counts who moves, of the accounts of a file.
pub(super) fn count(
    diff: &Diff<'_>,
    path: &Path,
    args: &DiffArgs,
    now: Time,
) -> Result<(Compared, Tally), Failure> {
    let (old, new) = (diff.old, diff.new);
    let versions = Versions::new((old.1, clock(old.1, now)), (new.1, clock(new.1, now)));
    if !batches::come_in_columns(path, &args.reading) {
        return by_the_row(&versions, [old, new], path, args, now);
    }
    match versions.retyped() {
        [] => by_columns(diff, &versions, path, args),
        [fact, ..] if batches::are_parquet(path, &args.reading) => Err(Failure::request(format!(
            "`{fact}` is of one type in {} and of another in {}, and a column of Parquet has one \
             type: count over NDJSON or CSV, where each version reads what is written there",
            printable(old.0),
            printable(new.0)
        ))),
        _ => by_the_row(&versions, [old, new], path, args, now),
    }
}

fn by_columns(
    diff: &Diff<'_>,
    versions: &Versions<'_>,
    path: &Path,
    args: &DiffArgs,
) -> Result<(Compared, Tally), Failure> {
    let changed = asked_by_what_changed(diff, versions.schema());
    let asked = batches::Asked {
        schema: versions.schema(),
        wanted: versions.wanted(),
        hangs_on: &|fact| changed.contains(&fact),
    };
    let make = || versions.start();
    let mut batches = batches::read(path, &args.reading, asked, make, Comparing::take)?;
    let compared = Comparing::finish(versions, std::mem::take(&mut batches.states));
    let tally = Tally::of(&batches, bad(&compared.bad_input));
    batches.read?;
    Ok((compared, tally))
}

/// The facts that the banners which are different ask about, in either version.
fn asked_by_what_changed(diff: &Diff<'_>, both: &Schema) -> BTreeSet<FactId> {
    let mut asked = BTreeSet::new();
    for book in [diff.old.1, diff.new.1] {
        let changed = diff.comparison.banners.iter();
        let changed = changed.filter(|change| !change.is_nothing());
        let banners = changed.filter_map(|change| book.banner(&change.banner));
        let facts = banners.flat_map(|banner| book.formulas().facts_of(banner.audience));
        let names = facts.filter_map(|fact| book.schema().fact(fact));
        asked.extend(names.filter_map(|fact| both.id(&fact.name)));
    }
    asked
}

fn by_the_row(
    versions: &Versions<'_>,
    books: [(&str, &Book); 2],
    path: &Path,
    args: &DiffArgs,
    now: Time,
) -> Result<(Compared, Tally), Failure> {
    let [before, after] = books.map(|(name, book)| {
        let reader = Reader::new(book, &args.reading, now);
        reader.map_err(|failure| Failure::request(format!("{name}: {failure}")))
    });
    let twice = Twice::new(before?, after?, versions.schema());
    let shared = twice.share(path, || versions.start(), Comparing::push)?;
    shared.read?;
    let compared = Comparing::finish(versions, shared.states);
    let mut tally = shared.tally;
    tally.bad = bad(&compared.bad_input);
    Ok((compared, tally))
}
