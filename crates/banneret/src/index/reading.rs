//! A fact under a bound of age, read at one moment.

use crate::eval::holds;
use crate::facts::{ALWAYS, Clock, Facts, NEVER, Said, Value};
use crate::formula::{Atom, Question};
use crate::schema::FactId;

/// A fact and how old its value may be. Atoms with the same reading are known together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reading {
    pub(super) fact: FactId,
    /// In microseconds; the largest number where there is no bound.
    within: i64,
}

/// Now, and how far ahead of it a value may be dated, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(super) clock: Clock,
    latest: i64,
}

impl Moment {
    pub(crate) fn of(clock: Clock) -> Moment {
        Moment {
            clock,
            latest: clock.now.plus(clock.skew).0,
        }
    }
}

impl Reading {
    pub(super) fn of(atom: &Atom) -> Reading {
        Reading {
            fact: atom.fact,
            within: atom.within.map_or(i64::MAX, |within| within.as_micros()),
        }
    }

    /// The fact's word where it is known, as [`Facts::read`] has it: every atom's `within` is no
    /// longer than its fact's `fresh_for`, so one bound is enough.
    #[inline]
    pub(super) fn word(self, facts: &Facts, moment: Moment) -> Option<u64> {
        let cell = facts.cell(self.fact);
        let oldest = moment
            .clock
            .now
            .0
            .saturating_sub(self.within)
            .max(NEVER + 1);
        let known = cell.since == ALWAYS || (oldest <= cell.since && cell.since <= moment.latest);
        known.then_some(cell.word)
    }

    /// The value of a known fact.
    #[inline]
    pub(super) fn value(self, facts: &Facts) -> Option<&Value> {
        match facts.said(self.fact) {
            Said::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Whether an atom of this reading is true.
    pub(super) fn is_true(self, atom: &Atom, facts: &Facts, moment: Moment) -> bool {
        let is_known = self.word(facts, moment).is_some();
        match &atom.question {
            Question::Known => is_known,
            Question::Unknown => !is_known,
            question => is_known && self.holds(question, facts, moment),
        }
    }

    /// Whether a question is true of a known fact.
    pub(super) fn holds(self, question: &Question, facts: &Facts, moment: Moment) -> bool {
        let value = self.value(facts);
        value.is_some_and(|value| holds(question, value, moment.clock.now).is_true())
    }
}
