//! Counting the banners by the account, beside decisions.

use banneret::{Book, Clock, FactId, Facts, Truth, Truths, Value};
use banneret_audience::{Asked, Outcomes};

/// Counts every banner of a book over the accounts that it is given.
pub(crate) struct Counting {
    pub(crate) asked: Vec<Asked>,
    pub(crate) counts: Vec<Outcomes>,
    clock: Clock,
    truths: Truths,
    in_dunning: Option<(FactId, Vec<bool>)>,
}

impl Counting {
    pub(crate) fn new(book: &Book, clock: Clock) -> Counting {
        let asked = Asked::every_banner(book);
        let in_dunning = book.schema().dunning_role().map(|(id, fact)| {
            let marks = fact.kind.values().iter().map(|value| value.in_dunning);
            (id, marks.collect())
        });
        Counting {
            counts: vec![Outcomes::default(); asked.len()],
            asked,
            clock,
            truths: Truths::default(),
            in_dunning,
        }
    }

    /// Counts an account.
    pub(crate) fn take(&mut self, facts: &Facts) {
        for (asked, counts) in self.asked.iter().zip(&mut self.counts) {
            self.truths.fill(&asked.formulas, facts, self.clock);
            counts.take(self.truths.of(asked.root));
        }
    }

    /// Whether the account is in dunning, by the one fact that can say so.
    pub(crate) fn dunning(&self, facts: &Facts) -> Truth {
        let Some((role, marked)) = &self.in_dunning else {
            return Truth::Unknown;
        };
        match facts.read(*role, None, self.clock) {
            Ok(Value::Enum(code)) => marked.get(code.index()).copied().unwrap_or(false).into(),
            _ => Truth::Unknown,
        }
    }
}
