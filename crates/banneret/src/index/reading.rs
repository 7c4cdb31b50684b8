//! A fact under a bound of age, read at one moment.

use crate::eval::holds;
use crate::facts::{ALWAYS, Cell, Clock, NEVER, Said, Sealed, Value};
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

    /// Whether the fact is known, as [`Facts::read`] has it, and its word: every atom's `within` is
    /// no longer than its fact's `fresh_for`, so one bound is enough. Without a branch: which facts
    /// are known differs from account to account.
    ///
    /// [`Facts::read`]: crate::Facts::read
    #[inline(always)]
    pub(super) fn look(self, account: Sealed<'_>, moment: Moment) -> (bool, u64) {
        let Cell { since, word } = account.cell(self.fact);
        let oldest = moment.clock.now.0.saturating_sub(self.within);
        let oldest = oldest.max(NEVER + 1);
        let is_fresh = (oldest <= since) & (since <= moment.latest);
        (is_fresh | (since == ALWAYS), word)
    }

    /// The word of a known fact.
    #[inline(always)]
    pub(super) fn word(self, account: Sealed<'_>, moment: Moment) -> Option<u64> {
        let (is_known, word) = self.look(account, moment);
        is_known.then_some(word)
    }

    /// The value of a known fact.
    #[inline]
    fn value(self, account: Sealed<'_>) -> Option<&Value> {
        match account.facts.said(self.fact) {
            Said::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Whether an atom of this reading is true.
    pub(super) fn is_true(self, atom: &Atom, account: Sealed<'_>, moment: Moment) -> bool {
        let is_known = self.word(account, moment).is_some();
        match &atom.question {
            Question::Known => is_known,
            Question::Unknown => !is_known,
            question => is_known && self.holds(question, account, moment),
        }
    }

    /// Whether a question is true of a known fact.
    pub(super) fn holds(self, question: &Question, account: Sealed<'_>, moment: Moment) -> bool {
        let value = self.value(account);
        value.is_some_and(|value| holds(question, value, moment.clock.now).is_true())
    }
}
