//! Accounts that move in and out of audiences, counted by the plain evaluator under each version.

use std::collections::{BTreeMap, BTreeSet};

use banneret::{Book, Clock, FactId, Facts, Formulas, NodeId, Truth, Truths, Value};

use crate::accounts::clock;

/// Accounts, by what is known of their payments.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub(super) all: u64,
    pub(super) in_dunning: u64,
    /// Known, and not dunning, to one of the versions.
    pub(super) good: u64,
    pub(super) unknown: u64,
    /// By the value of the dunning role in the new version; `unknown` where it is.
    pub(super) by: BTreeMap<Status, u64>,
}

/// A value of the dunning role, in the order of its list, unknown last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Status(usize, pub(super) String);

impl Standing {
    fn take(&mut self, status: &Status, dunning: Truth) {
        self.all += 1;
        match dunning {
            Truth::True => self.in_dunning += 1,
            Truth::False => self.good += 1,
            Truth::Unknown => self.unknown += 1,
        }
        *self.by.entry(status.clone()).or_default() += 1;
    }
}

/// What the accounts do about one banner.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    pub(super) entered: Standing,
    pub(super) left: Standing,
    pub(super) stayed: Standing,
    /// Those in neither of whom it is unknown whether they are in one.
    pub(super) unknown: u64,
}

impl Moves {
    pub(super) fn is_nothing(&self) -> bool {
        self.entered.all == 0 && self.left.all == 0
    }
}

/// Counts every banner's accounts.
pub(super) struct Counting {
    pub(super) moves: BTreeMap<String, Moves>,
    pub(super) role: Option<String>,
    old: Side,
    new: Side,
}

/// One version: its audiences, by the names of their banners, and who is in dunning there.
struct Side {
    formulas: Formulas,
    audiences: BTreeMap<String, NodeId>,
    truths: Truths,
    clock: Clock,
    role: Option<(FactId, Vec<(String, bool)>)>,
}

impl Side {
    fn of(book: &Book, now: banneret::Time) -> Side {
        let roots: Vec<_> = book
            .banners()
            .iter()
            .map(|banner| banner.audience)
            .collect();
        let (formulas, roots) = book.formulas().extract(&roots);
        let names = book.banners().iter().map(|banner| banner.name.to_string());
        let role = book.schema().dunning_role().map(|(id, fact)| {
            let values = fact.kind.values().iter();
            let values = values.map(|value| (value.name.to_string(), value.in_dunning));
            (id, values.collect())
        });
        Side {
            formulas,
            audiences: names.zip(roots).collect(),
            truths: Truths::default(),
            clock: clock(book, now),
            role,
        }
    }

    fn fill(&mut self, facts: &Facts) {
        self.truths.fill(&self.formulas, facts, self.clock);
    }

    fn has(&self, banner: &str) -> Truth {
        let audience = self.audiences.get(banner);
        audience.map_or(Truth::False, |audience| self.truths.of(*audience))
    }

    fn status(&self, facts: &Facts) -> (Status, Truth) {
        let unknown = (Status(usize::MAX, "unknown".to_owned()), Truth::Unknown);
        let Some((role, values)) = &self.role else {
            return unknown;
        };
        match facts.read(*role, None, self.clock) {
            Ok(Value::Enum(code)) => values.get(code.index()).map_or(unknown, |(name, marked)| {
                (Status(code.index(), name.clone()), (*marked).into())
            }),
            _ => unknown,
        }
    }
}

impl Counting {
    pub(super) fn new(old: &Book, new: &Book, now: banneret::Time) -> Counting {
        let (before, after) = (Side::of(old, now), Side::of(new, now));
        let names: BTreeSet<_> = before
            .audiences
            .keys()
            .chain(after.audiences.keys())
            .collect();
        let moves = names
            .into_iter()
            .map(|name| (name.clone(), Moves::default()));
        let role = [new, old]
            .iter()
            .find_map(|book| book.schema().dunning_role());
        Counting {
            moves: moves.collect(),
            role: role.map(|(_, fact)| fact.name.to_string()),
            old: before,
            new: after,
        }
    }

    /// Counts an account as either version reads it.
    pub(super) fn take(&mut self, before: &Facts, after: &Facts) {
        self.old.fill(before);
        self.new.fill(after);
        let (status, dunning) = self.new.status(after);
        // A mark that one version sets makes nobody's good standing bad.
        let dunning = match (self.old.status(before).1, dunning) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (_, dunning) => dunning,
        };
        for (banner, moves) in &mut self.moves {
            let standing = match (self.old.has(banner), self.new.has(banner)) {
                (Truth::True, Truth::True) => &mut moves.stayed,
                (_, Truth::True) => &mut moves.entered,
                (Truth::True, _) => &mut moves.left,
                (Truth::False, Truth::False) => continue,
                _ => {
                    moves.unknown += 1;
                    continue;
                }
            };
            standing.take(&status, dunning);
        }
    }
}
