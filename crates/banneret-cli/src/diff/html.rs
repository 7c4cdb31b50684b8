//! A difference as a page for people who write no programs.

use std::collections::{BTreeMap, BTreeSet};

use banneret::Book;
use banneret_audience::Moves;
use banneret_audience::report::{
    self, BannerChange, Difference, Gate, Group, KindChange, StatusMoves, Version,
};
use banneret_lint::{Change, Moved};

use super::Diff;
use super::print::{Way, also, kind_ways, ways, what, what_kind};
use crate::args::DiffArgs;
use crate::example;
use crate::failure::{Failure, shown};

impl Diff<'_> {
    /// A page in one file.
    pub(crate) fn html(&self, args: &DiffArgs) -> Result<String, Failure> {
        let page = report::difference_page(&self.told(args));
        page.map_err(|error| Failure::request(error.to_string()))
    }

    fn told(&self, args: &DiffArgs) -> Difference {
        let version = |(name, book): (&str, &Book)| Version {
            name: name.to_owned(),
            book: book.fingerprint().to_owned(),
        };
        let counted = self.counted.as_ref();
        let kinds = self.comparison.kinds.iter().map(|kind| KindChange {
            name: kind.kind.clone(),
            what: what_kind(kind).to_owned(),
            groups: kind_ways(kind).into_iter().filter_map(group).collect(),
            also: kind.also.clone(),
        });
        Difference {
            old: version(self.old),
            new: version(self.new),
            accounts: counted.map(|(_, tally)| tally.taken),
            refused: counted.map_or(0, |(_, tally)| tally.refused),
            silent: counted.map_or(0, |(_, tally)| tally.silent),
            repeated_ids: counted.and_then(|(_, tally)| tally.repeated.clone()),
            bad_input: counted.map_or_else(Vec::new, |(compared, _)| compared.bad_input.clone()),
            source: args.accounts.as_deref().map(shown).unwrap_or_default(),
            now: self.now,
            dunning_role: counted.and_then(|(compared, _)| compared.dunning_role.clone()),
            banners: self
                .changed()
                .map(|change| self.banner_told(change))
                .collect(),
            same: self.same().map(str::to_owned).collect(),
            kinds: kinds.collect(),
            rest: self.comparison.book.clone(),
            gates: self.gates(),
        }
    }

    fn gates(&self) -> Vec<Gate> {
        let tripped = self.tripped.iter().map(|one| Gate {
            option: one.gate.to_owned(),
            limit: one.limit.to_string(),
            banner: Some(one.banner.clone()),
            moved: one.moved,
            trips: true,
        });
        let kept = self.kept.iter().map(|one| Gate {
            option: one.gate.to_owned(),
            limit: one.limit.to_string(),
            banner: one.nearest.clone(),
            moved: one.moved,
            trips: false,
        });
        tripped.chain(kept).collect()
    }

    fn banner_told(&self, change: &Change) -> BannerChange {
        BannerChange {
            name: change.banner.clone(),
            what: what(change).to_owned(),
            is_of_failed_payments: [self.new.1, self.old.1]
                .iter()
                .any(|book| is_of_failed_payments(book, &change.banner)),
            groups: ways(change).into_iter().filter_map(group).collect(),
            also: also(change),
            moves: self.moves(&change.banner).map(|moves| self.moved(moves)),
        }
    }

    fn moved(&self, moves: &Moves) -> report::Moves {
        let marks: BTreeMap<_, _> = [self.old.1, self.new.1]
            .iter()
            .filter_map(|book| book.schema().dunning_role())
            .flat_map(|(_, fact)| fact.kind.values())
            .map(|value| (value.name.to_string(), value.in_dunning))
            .collect();
        let all = [&moves.entered, &moves.left, &moves.stayed];
        let statuses: BTreeSet<_> = all.iter().flat_map(|one| one.by.keys()).collect();
        let by = statuses.into_iter().map(|status| StatusMoves {
            in_dunning: marks.get(&status.name).copied(),
            counts: all.map(|one| one.by.get(status).copied().unwrap_or(0)),
            status: status.name.clone(),
        });
        let has_role = self
            .counted
            .as_ref()
            .is_some_and(|(compared, _)| compared.dunning_role.is_some());
        report::Moves {
            entered: moves.entered.all,
            entered_good: moves.entered.standing.good,
            left: moves.left.all,
            stayed: moves.stayed.all,
            unknown: moves.unknown,
            by: by.filter(|_| has_role).collect(),
        }
    }
}

fn is_of_failed_payments(book: &Book, banner: &str) -> bool {
    let kind = book.banner(banner).and_then(|banner| book.kind_of(banner));
    kind.is_some_and(|kind| kind.requirements.iter().any(|required| required.is_core))
}

/// Who went that way; nothing where it is nobody.
fn group((way, of, moved): Way<'_>) -> Option<Group> {
    let way = way.replacen('n', "N", usize::from(way.starts_with('n')));
    match moved {
        Moved::Nobody => None,
        Moved::Unproven(why) => Some(Group {
            heading: format!("{way}: not decided, because {why}"),
            ..Group::default()
        }),
        Moved::These(group) => {
            let one = match group.told_by.len() {
                1 => "this is true",
                _ => "one of these is true",
            };
            Some(Group {
                heading: format!("{way}: {of} {one}"),
                told_by: group.told_by.clone(),
                more: group.more,
                example: Some(example::account(&group.example)),
            })
        }
    }
}
