//! Typed expressions to formulas: negation goes into the atoms, ages go into the atoms, segments
//! are put in place.

use std::collections::HashMap;

use super::{Atom, Formulas, NodeId, Question};
use crate::schema::{FactId, Schema};
use crate::value::Duration;

/// An expression whose names and types are known to be right.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Typed {
    Const(bool),
    Ask(FactId, Question),
    /// A segment, by its number among the book's.
    Segment(usize),
    Not(Box<Typed>),
    All(Vec<Typed>),
    Any(Vec<Typed>),
    Fresh(Box<Typed>, Duration),
}

/// The names of a book's segments, and the number of each.
#[derive(Clone, Debug, Default)]
pub(crate) struct SegmentNames {
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, usize>,
}

impl FromIterator<Box<str>> for SegmentNames {
    /// Of two segments with one name the first counts; the second is reported elsewhere.
    fn from_iter<T: IntoIterator<Item = Box<str>>>(names: T) -> SegmentNames {
        let names: Vec<_> = names.into_iter().collect();
        let mut numbers = HashMap::with_capacity(names.len());
        for (number, name) in names.iter().enumerate() {
            numbers.entry(name.clone()).or_insert(number);
        }
        SegmentNames { names, numbers }
    }
}

impl SegmentNames {
    /// The number of the segment of that name.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// All names, by number.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}

/// What surrounds an expression.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Around {
    negated: bool,
    within: Option<Duration>,
}

/// Makes formulas of typed expressions. Segments must not form a cycle.
pub(crate) struct Lowering<'b> {
    schema: &'b Schema,
    segments: &'b [Typed],
    formulas: &'b mut Formulas,
    /// What a segment is taken to be instead of what it is.
    instead: Option<(usize, &'b Typed)>,
    done: HashMap<(usize, Around), NodeId>,
}

impl<'b> Lowering<'b> {
    pub(crate) fn new(
        schema: &'b Schema,
        segments: &'b [Typed],
        formulas: &'b mut Formulas,
    ) -> Lowering<'b> {
        Lowering {
            schema,
            segments,
            formulas,
            instead: None,
            done: HashMap::new(),
        }
    }

    /// Takes the segment of that number to be this.
    pub(crate) fn instead(mut self, number: usize, typed: &'b Typed) -> Lowering<'b> {
        self.instead = Some((number, typed));
        self
    }

    /// The formula of an expression that stands by itself.
    pub(crate) fn lower(&mut self, expr: &Typed) -> NodeId {
        let around = Around {
            negated: false,
            within: None,
        };
        self.inside(expr, around)
    }

    /// The formula that holds where all of those do.
    pub(crate) fn all(&mut self, parts: &[NodeId]) -> NodeId {
        self.formulas.all(parts.iter().copied())
    }

    /// Whether the formulas have grown out of bounds; what is lowered from then on is `false`.
    pub(crate) fn is_too_large(&self) -> bool {
        self.formulas.is_too_large()
    }

    fn inside(&mut self, expr: &Typed, around: Around) -> NodeId {
        match expr {
            _ if self.is_too_large() => NodeId::FALSE,
            Typed::Const(value) if *value == around.negated => NodeId::FALSE,
            Typed::Const(_) => NodeId::TRUE,
            Typed::Ask(fact, question) => self.ask(*fact, question, around),
            Typed::Segment(number) => self.segment(*number, around),
            Typed::Not(inner) => {
                let negated = !around.negated;
                self.inside(inner, Around { negated, ..around })
            }
            Typed::All(parts) => self.join(parts, around, !around.negated),
            Typed::Any(parts) => self.join(parts, around, around.negated),
            Typed::Fresh(inner, bound) => {
                let within = tighter(around.within, Some(*bound));
                self.inside(inner, Around { within, ..around })
            }
        }
    }

    fn join(&mut self, parts: &[Typed], around: Around, all: bool) -> NodeId {
        let parts: Vec<_> = parts.iter().map(|part| self.inside(part, around)).collect();
        match all {
            true => self.formulas.all(parts),
            false => self.formulas.any(parts),
        }
    }

    fn ask(&mut self, fact: FactId, question: &Question, around: Around) -> NodeId {
        let fresh_for = self.schema.fact(fact).and_then(|fact| fact.fresh_for);
        self.formulas.ask(Atom {
            fact,
            within: tighter(fresh_for, around.within),
            question: match around.negated {
                true => question.negated(),
                false => question.clone(),
            },
        })
    }

    fn segment(&mut self, number: usize, around: Around) -> NodeId {
        if let Some(done) = self.done.get(&(number, around)) {
            return *done;
        }
        let instead = self.instead.filter(|(other, _)| *other == number);
        let instead = instead.map(|(_, typed)| typed);
        let node = match instead.or(self.segments.get(number)) {
            Some(expr) => self.inside(expr, around),
            None => NodeId::FALSE,
        };
        self.done.insert((number, around), node);
        node
    }
}

fn tighter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (bound, None) | (None, bound) => bound,
    }
}
