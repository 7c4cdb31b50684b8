//! Why a formula is true, false or unknown: the atoms that decided, and nothing else.

use std::collections::HashSet;

use serde::Serialize;

use super::Truths;
use crate::facts::{Clock, Facts, Said, WhyUnknown};
use crate::formula::{Formulas, Node, NodeId};
use crate::truth::Truth;
use crate::value::Time;

/// A truth and the steps that led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// What came out.
    pub truth: Truth,
    /// How.
    #[serde(flatten)]
    pub step: TraceStep,
}

/// One step of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceStep {
    /// `true` or `false` stands there.
    Constant,
    /// These, of which all had to hold, decided.
    All(Vec<Trace>),
    /// These, of which one had to hold, decided.
    Any(Vec<Trace>),
    /// The same as a part that was told before.
    Told,
    /// A question about a fact decided.
    #[serde(untagged)]
    Fact {
        /// The fact's name.
        fact: Box<str>,
        /// What was asked, in the rule language.
        asks: String,
        /// The value as it is, whatever its age; nothing where there is none.
        value: Option<String>,
        /// As of when.
        as_of: Option<Time>,
        /// Why the fact is unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        unknown: Option<WhyUnknown>,
    },
}

impl Trace {
    /// Why a formula has the truth it has. The truths must be of the same facts and moment.
    ///
    /// Of `all` that is false, the false parts decide, and so on; a part that stands in several
    /// places is told once, so that a trace is never longer than its formula.
    #[must_use]
    pub fn of(
        formulas: &Formulas,
        root: NodeId,
        facts: &Facts,
        clock: Clock,
        truths: &Truths,
    ) -> Trace {
        let mut tracer = Tracer {
            formulas,
            facts,
            clock,
            truths,
            told: HashSet::new(),
        };
        tracer.trace(root)
    }

    /// The facts that decided, each once, with why it is unknown where it is.
    #[must_use]
    pub fn facts(&self) -> Vec<(&str, Option<WhyUnknown>)> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'t>(&'t self, found: &mut Vec<(&'t str, Option<WhyUnknown>)>) {
        match &self.step {
            TraceStep::Constant | TraceStep::Told => {}
            TraceStep::Fact { fact, unknown, .. } => {
                if !found.contains(&(fact, *unknown)) {
                    found.push((fact, *unknown));
                }
            }
            TraceStep::All(parts) | TraceStep::Any(parts) => {
                parts.iter().for_each(|part| part.collect(found));
            }
        }
    }
}

struct Tracer<'a> {
    formulas: &'a Formulas,
    facts: &'a Facts,
    clock: Clock,
    truths: &'a Truths,
    told: HashSet<NodeId>,
}

impl Tracer<'_> {
    fn trace(&mut self, id: NodeId) -> Trace {
        let truth = self.truths.of(id);
        let formulas = self.formulas;
        let step = match formulas.node(id) {
            Node::False | Node::True => TraceStep::Constant,
            Node::Atom(atom) => match formulas.atom(*atom) {
                Some(atom) => self.fact(atom),
                None => TraceStep::Constant,
            },
            Node::All(_) | Node::Any(_) if !self.told.insert(id) => TraceStep::Told,
            Node::All(parts) => TraceStep::All(self.deciding(parts, truth)),
            Node::Any(parts) => TraceStep::Any(self.deciding(parts, truth)),
        };
        Trace { truth, step }
    }

    /// Whether true or false or unknown, the parts that decide are those of the same truth.
    fn deciding(&mut self, parts: &[NodeId], truth: Truth) -> Vec<Trace> {
        let same = parts.iter().filter(|part| self.truths.of(**part) == truth);
        let same: Vec<_> = same.copied().collect();
        same.into_iter().map(|part| self.trace(part)).collect()
    }

    fn fact(&self, atom: &crate::formula::Atom) -> TraceStep {
        let schema = self.facts.schema();
        let name = schema.fact(atom.fact).map(|fact| fact.name.clone());
        let value = match self.facts.said(atom.fact) {
            Said::Nothing | Said::Unknown | Said::Contradiction => None,
            Said::Value(value) => Some(value.display(schema, atom.fact)),
            Said::OutOfDomain(given) => Some(given.to_string()),
        };
        TraceStep::Fact {
            fact: name.unwrap_or_default(),
            asks: atom.display(schema),
            value,
            as_of: self.facts.as_of(atom.fact),
            unknown: self.facts.read(atom.fact, atom.within, self.clock).err(),
        }
    }
}
