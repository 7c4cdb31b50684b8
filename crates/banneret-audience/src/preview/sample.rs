//! The accounts of a sample: those whose ids hash lowest, the same ones whatever their order.

use std::collections::BinaryHeap;
use std::path::Path;

use banneret::{Clock, Schema, Trace, TraceStep, Truths};
use std::sync::Arc;

use super::document::Sampled;
use super::plan::Asked;
use crate::read::Accounts;

/// The accounts kept so far.
#[derive(Debug, Default)]
pub(super) struct Sample {
    kept: BinaryHeap<Kept>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    hash: u32,
    id: String,
    place: String,
    facts: Vec<(String, Option<String>)>,
}

/// Where an account of a sample is from.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub(super) path: &'a Path,
    pub(super) accounts: &'a Accounts,
    pub(super) schema: &'a Arc<Schema>,
    pub(super) clock: Clock,
}

impl Sample {
    /// The highest hash that may still be kept.
    pub(super) fn highest(&self, size: usize) -> u32 {
        let highest = self.kept.peek().filter(|_| self.kept.len() >= size);
        highest.map_or(u32::MAX, |kept| kept.hash)
    }

    /// Keeps an account of the audience, if its hash is among the lowest.
    pub(super) fn offer(
        &mut self,
        size: usize,
        hash: u32,
        row: usize,
        from: From<'_>,
        asked: &Asked,
    ) {
        let full = self.kept.len() >= size;
        if size == 0 || hash > self.highest(size) {
            return;
        }
        let id = crate::read::id_of(&from.accounts.table, row).unwrap_or_default();
        let highest = self.kept.peek().map(|kept| (kept.hash, kept.id.as_str()));
        if full && highest.is_some_and(|highest| highest <= (hash, id.as_str())) {
            return;
        }
        let facts = from.accounts.facts(from.schema, row);
        let mut truths = Truths::default();
        truths.fill(&asked.formulas, &facts, from.clock);
        let trace = Trace::of(&asked.formulas, asked.root, &facts, from.clock, &truths);
        let mut decided = Vec::new();
        values(&trace, &mut decided);
        self.kept.push(Kept {
            hash,
            id,
            place: from.accounts.place(from.path, row),
            facts: decided,
        });
        if full {
            self.kept.pop();
        }
    }

    pub(super) fn merge(&mut self, size: usize, other: Sample) {
        for kept in other.kept {
            self.kept.push(kept);
            if self.kept.len() > size {
                self.kept.pop();
            }
        }
    }

    /// The accounts, by id.
    pub(super) fn finish(self) -> Vec<Sampled> {
        let kept = self.kept.into_iter().map(|kept| Sampled {
            id: kept.id,
            facts: kept.facts,
            place: kept.place,
        });
        let mut kept: Vec<_> = kept.collect();
        kept.sort_by(|one, other| one.id.cmp(&other.id));
        kept
    }
}

fn values(trace: &Trace, found: &mut Vec<(String, Option<String>)>) {
    match &trace.step {
        TraceStep::All(parts) | TraceStep::Any(parts) => {
            parts.iter().for_each(|part| values(part, found));
        }
        TraceStep::Fact { fact, value, .. } => {
            if !found.iter().any(|(name, _)| **name == **fact) {
                found.push((fact.to_string(), value.clone()));
            }
        }
        TraceStep::Constant | TraceStep::Told => {}
    }
}
