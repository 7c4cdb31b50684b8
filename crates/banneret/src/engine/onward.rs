//! When formulas change by themselves, for those that anybody asks about: a walk over a formula,
//! cut short where the rest cannot matter. It answers as [`crate::eval::Edges`] does, which works
//! out every formula of a book.

use super::gates::Told;
use crate::eval::{answer, edge};
use crate::facts::{Clock, Facts};
use crate::formula::{Formulas, Node, NodeId};
use crate::value::Time;

/// Formulas that are small and not deep, before one account at one moment.
pub(super) struct Walked<'a> {
    formulas: &'a Formulas,
    facts: &'a Facts,
    clock: Clock,
}

impl<'a> Walked<'a> {
    pub(super) fn of(formulas: &'a Formulas, facts: &'a Facts, clock: Clock) -> Walked<'a> {
        Walked {
            formulas,
            facts,
            clock,
        }
    }
}

impl Told for Walked<'_> {
    fn holds(&self, formula: NodeId) -> bool {
        match self.formulas.node(formula) {
            Node::False => false,
            Node::True => true,
            Node::Atom(id) => {
                let atom = self.formulas.atom(*id);
                atom.is_some_and(|atom| answer(atom, self.facts, self.clock).is_true())
            }
            Node::All(parts) => parts.iter().all(|part| self.holds(*part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part)),
        }
    }

    /// All of them stop with the first, one of them with the last of those that hold.
    fn closes(&self, formula: NodeId) -> Option<Time> {
        match self.formulas.node(formula) {
            Node::False | Node::True => None,
            Node::Atom(id) => {
                let atom = self.formulas.atom(*id)?;
                edge(atom, self.facts, self.clock, true)
            }
            Node::All(parts) => parts.iter().filter_map(|part| self.closes(*part)).min(),
            Node::Any(parts) => {
                let mut holding = parts.iter().filter(|part| self.holds(**part));
                holding.try_fold(None, |last, part| Some(last.max(Some(self.closes(*part)?))))?
            }
        }
    }

    /// All of them come to hold with the last of those that do not, one of them with the first.
    fn opens(&self, formula: NodeId) -> Option<Time> {
        match self.formulas.node(formula) {
            Node::False | Node::True => None,
            Node::Atom(id) => {
                let atom = self.formulas.atom(*id)?;
                edge(atom, self.facts, self.clock, false)
            }
            Node::All(parts) => {
                let mut lacking = parts.iter().filter(|part| !self.holds(**part));
                lacking.try_fold(None, |last, part| Some(last.max(Some(self.opens(*part)?))))?
            }
            Node::Any(parts) => parts.iter().filter_map(|part| self.opens(*part)).min(),
        }
    }
}
