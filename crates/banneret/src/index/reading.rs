//! A fact under a bound of age, read at one moment.

use crate::eval::holds;
use crate::facts::{Clock, Facts, Said, Value};
use crate::formula::{Atom, Question};
use crate::schema::{FactId, Schema};

/// A fact and how old its value may be. Atoms with the same reading are known together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reading {
    pub(super) fact: FactId,
    /// In microseconds; the largest number where there is no bound.
    within: i64,
    /// Whether a value without an age counts for nothing.
    dated: bool,
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
    pub(super) fn of(atom: &Atom, schema: &Schema) -> Reading {
        let fact = schema.fact(atom.fact);
        Reading {
            fact: atom.fact,
            within: atom.within.map_or(i64::MAX, |within| within.as_micros()),
            dated: fact.is_some_and(|fact| fact.fresh_for.is_some()),
        }
    }

    /// The fact's value where it is known, as [`Facts::read`] has it: every atom's `within` is no
    /// longer than its fact's `fresh_for`, so one bound is enough.
    #[inline]
    pub(super) fn value(self, facts: &Facts, moment: Moment) -> Option<&Value> {
        let Said::Value(value) = facts.said(self.fact) else {
            return None;
        };
        let known = match facts.as_of(self.fact) {
            None => !self.dated,
            Some(as_of) => {
                as_of.0 <= moment.latest
                    && as_of.0 >= moment.clock.now.0.saturating_sub(self.within)
            }
        };
        known.then_some(value)
    }

    /// Whether an atom of this reading is true.
    pub(super) fn is_true(self, atom: &Atom, facts: &Facts, moment: Moment) -> bool {
        match (self.value(facts, moment), &atom.question) {
            (value, Question::Known) => value.is_some(),
            (value, Question::Unknown) => value.is_none(),
            (Some(value), question) => holds(question, value, moment.clock.now).is_true(),
            (None, _) => false,
        }
    }
}
