//! When formulas change by themselves, for those that anybody asks about: a walk over a formula,
//! cut short where the rest cannot matter. It answers as [`crate::eval::Edges`] does, which works
//! out every formula of a book.

use std::cell::RefCell;

use super::gates::Told;
use crate::eval::{answer, edge};
use crate::facts::{Clock, Facts};
use crate::formula::{AtomId, Formulas, Node, NodeId};
use crate::value::Time;

/// Formulas that are small and not deep, before one account at one moment.
pub(super) struct Walked<'a> {
    formulas: &'a Formulas,
    facts: &'a Facts,
    clock: Clock,
    asked: RefCell<&'a mut Asked>,
}

/// What atoms say of one account at one moment: many formulas ask the same, and none is asked
/// twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Which account and moment this is; what was said in another round is forgotten.
    round: u32,
    atoms: Vec<Said>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Said {
    round: u32,
    holds: Option<bool>,
    closes: Option<Option<Time>>,
}

impl Asked {
    fn forget(&mut self) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.atoms.clear();
            self.round = 1;
        }
    }

    fn of(&mut self, atom: AtomId) -> Option<&mut Said> {
        let at = atom.index();
        if self.atoms.len() <= at {
            self.atoms.resize(at + 1, Said::default());
        }
        let said = self.atoms.get_mut(at)?;
        if said.round != self.round {
            *said = Said {
                round: self.round,
                ..Said::default()
            };
        }
        Some(said)
    }
}

impl<'a> Walked<'a> {
    pub(super) fn of(
        formulas: &'a Formulas,
        facts: &'a Facts,
        clock: Clock,
        asked: &'a mut Asked,
    ) -> Walked<'a> {
        asked.forget();
        Walked {
            formulas,
            facts,
            clock,
            asked: RefCell::new(asked),
        }
    }

    fn atom_holds(&self, id: AtomId) -> bool {
        let mut asked = self.asked.borrow_mut();
        asked.of(id).is_some_and(|said| {
            *said.holds.get_or_insert_with(|| {
                let atom = self.formulas.atom(id);
                atom.is_some_and(|atom| answer(atom, self.facts, self.clock).is_true())
            })
        })
    }

    fn atom_closes(&self, id: AtomId) -> Option<Time> {
        let mut asked = self.asked.borrow_mut();
        *asked.of(id)?.closes.get_or_insert_with(|| {
            let atom = self.formulas.atom(id)?;
            edge(atom, self.facts, self.clock, true)
        })
    }
}

impl Told for Walked<'_> {
    fn holds(&self, formula: NodeId) -> bool {
        match self.formulas.node(formula) {
            Node::False => false,
            Node::True => true,
            Node::Atom(id) => self.atom_holds(*id),
            Node::All(parts) => parts.iter().all(|part| self.holds(*part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(*part)),
        }
    }

    /// All of them stop with the first, one of them with the last of those that hold.
    fn closes(&self, formula: NodeId) -> Option<Time> {
        match self.formulas.node(formula) {
            Node::False | Node::True => None,
            Node::Atom(id) => self.atom_closes(*id),
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
