//! What comes behind audience and contract: kills, dates, shares, caps, placements. By the row,
//! through the engine itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use banneret::{Clock, Engine, Outcome, Schema, Scratch};

use super::document::Gates;
use crate::read::Accounts;

/// By banner of the book, reason, and the banner that took the place.
type Reasons = BTreeMap<(usize, &'static str, Option<usize>), u64>;

fn note(counts: &mut Reasons, at: usize, outcome: Outcome) {
    let by = match outcome {
        Outcome::Outranked(by) => Some(by),
        _ => None,
    };
    *counts.entry((at, outcome.code(), by)).or_default() += 1;
}

/// What came of each banner that was asked about, by reason.
#[derive(Debug, Default)]
pub(super) struct Passed {
    counts: Reasons,
    scratch: Option<Scratch>,
}

impl Passed {
    /// Decides for an account; `asked` are the banners that are true of it.
    pub(super) fn decide(
        &mut self,
        engine: &Engine,
        accounts: &Accounts,
        (schema, clock): (&Arc<Schema>, Clock),
        row: usize,
        asked: &[usize],
    ) {
        let facts = accounts.facts(schema, row);
        let history = accounts.history(row);
        let scratch = self.scratch.get_or_insert_with(|| engine.scratch());
        // The facts are made for the engine's own schema.
        let Ok(decision) = engine.decide(&facts, &history, clock.now, scratch) else {
            return;
        };
        let mut open = asked.to_vec();
        for (banner, outcome) in decision.outcomes() {
            let banners = decision.book().banners();
            let Ok(at) = banners.binary_search_by(|known| known.name.cmp(&banner.name)) else {
                continue;
            };
            if let Some(place) = open.iter().position(|asked| *asked == at) {
                open.swap_remove(place);
                note(&mut self.counts, at, outcome);
            }
        }
        // What is switched off, or not of this day or locale, is no match for the engine.
        if open.is_empty() {
            return;
        }
        if let Ok(outcomes) = engine.outcomes(&facts, &history, clock.now) {
            for at in open {
                if let Some(outcome) = outcomes.get(at) {
                    note(&mut self.counts, at, *outcome);
                }
            }
        }
    }

    pub(super) fn merge(&mut self, other: Passed) {
        for (key, number) in other.counts {
            *self.counts.entry(key).or_default() += number;
        }
    }

    /// What came of one banner.
    pub(super) fn of(&self, banner: usize, name: impl Fn(usize) -> String) -> Gates {
        let mut gates = Gates::default();
        for ((at, reason, by), number) in &self.counts {
            if *at != banner {
                continue;
            }
            match *reason {
                "shown" => gates.shown += number,
                reason => *gates.withheld.entry(reason.to_owned()).or_default() += number,
            }
            if let Some(by) = by {
                *gates.outranked_by.entry(name(*by)).or_default() += number;
            }
        }
        gates
    }
}
