//! The waist of the house: a rule is a boolean formula over atoms, and an atom is a set of values
//! of one fact. Everything above makes formulas, everything below reads nothing else.
//!
//! Negation lives inside the atoms (an atom's complement is an atom, and both are unknown where
//! the fact is), so a formula is only `all` and `any`. Equal formulas are one node. Nodes are
//! numbered children first: one pass in order evaluates a whole book.

mod normalize;
mod print;
mod ranges;

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::schema::{EnumCode, FactId};
use crate::value::{Duration, Time};

pub(crate) use normalize::{Lowering, SegmentNames, Typed};
pub(crate) use print::{bare, braced, names, quoted};
pub use ranges::Ranges;

/// A formula, by its number in one [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The formula that nobody satisfies.
    pub const FALSE: NodeId = NodeId(0);
    /// The formula that everybody satisfies.
    pub const TRUE: NodeId = NodeId(1);

    /// Its number, for tables beside the formulas.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An atom, by its number in one [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtomId(u32);

/// One step of a formula.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Never.
    False,
    /// Always.
    True,
    /// A question about one fact.
    Atom(AtomId),
    /// Every one of these, at least two, in the author's order.
    All(Box<[NodeId]>),
    /// At least one of these, at least two, in the author's order.
    Any(Box<[NodeId]>),
}

/// A question about one fact, answered from a value no older than a bound.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Atom {
    /// The fact.
    pub fact: FactId,
    /// How old its value may be: the least of the fact's `fresh_for` and every `no older than`
    /// around the question; nothing where neither is.
    pub within: Option<Duration>,
    /// The question.
    pub question: Question,
}

/// What is asked of a fact: whether its value is in a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// Whether anything is known; never unknown itself.
    Known,
    /// Whether nothing is known; never unknown itself.
    Unknown,
    /// This truth value.
    Bool(bool),
    /// One of these values of an enum.
    Enum(Codes),
    /// In these ranges of whole numbers.
    Int(Ranges),
    /// In these ranges of moments, in microseconds since 1970.
    At(Ranges),
    /// In these ranges of distance from now, in microseconds, the past being negative.
    Away(Ranges),
    /// This of a text, or not this.
    Text {
        /// What is asked.
        test: TextTest,
        /// Whether the answer is to be yes.
        holds: bool,
    },
    /// This of a set, or not this.
    Set {
        /// What is asked.
        test: SetTest,
        /// Whether the answer is to be yes.
        holds: bool,
    },
}

/// A question about a text; comparisons are byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// One of these, sorted.
    In(Box<[Box<str>]>),
    /// Begins with this.
    StartsWith(Box<str>),
    /// Ends with this.
    EndsWith(Box<str>),
    /// Holds this.
    Contains(Box<str>),
}

/// A question about a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SetTest {
    /// Has at least one of these.
    Any(Members),
    /// Has every one of these.
    All(Members),
    /// Has nothing in it.
    Empty,
}

/// Members of a set, by the type of the fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Members {
    /// Values of a `set of enum`.
    Codes(Codes),
    /// Texts of a `set of string`, sorted.
    Texts(Box<[Box<str>]>),
}

/// Some values of an enum, as a set of bits over its whole list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Codes {
    words: Words,
    size: u16,
}

/// Enums of up to 64 values, nearly all, need no memory of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Words {
    One(u64),
    Many(Box<[u64]>),
}

impl Codes {
    /// None of the values of an enum with `size` values.
    #[must_use]
    pub fn none(size: usize) -> Codes {
        Codes {
            words: match size.div_ceil(64) {
                0 | 1 => Words::One(0),
                many => Words::Many(vec![0; many].into()),
            },
            size: u16::try_from(size).unwrap_or(u16::MAX),
        }
    }

    /// Those values of an enum with `size` values; others are left out.
    #[must_use]
    pub fn of(size: usize, codes: impl IntoIterator<Item = EnumCode>) -> Codes {
        let mut set = Codes::none(size);
        for code in codes {
            set.insert(code);
        }
        set
    }

    fn words_mut(&mut self) -> &mut [u64] {
        match &mut self.words {
            Words::One(word) => std::slice::from_mut(word),
            Words::Many(words) => words,
        }
    }

    /// Whether it holds memory of its own, which is worth keeping.
    pub(crate) fn has_memory(&self) -> bool {
        matches!(self.words, Words::Many(_))
    }

    /// Takes every value out.
    pub(crate) fn clear(&mut self) {
        self.words_mut().fill(0);
    }

    /// Adds a value.
    #[inline]
    pub fn insert(&mut self, code: EnumCode) {
        if code.0 < self.size
            && let Some(word) = self.words_mut().get_mut(usize::from(code.0) / 64)
        {
            *word |= 1 << (code.0 % 64);
        }
    }

    /// Whether the value is among them.
    #[must_use]
    #[inline]
    pub fn has(&self, code: EnumCode) -> bool {
        let word = self.words().get(usize::from(code.0) / 64);
        word.is_some_and(|word| word >> (code.0 % 64) & 1 == 1)
    }

    /// The values, in the enum's order.
    pub fn iter(&self) -> impl Iterator<Item = EnumCode> {
        self.words().iter().zip(0_u16..).flat_map(|(word, at)| {
            let rests =
                std::iter::successors(Some(*word), |rest| Some(rest & rest.wrapping_sub(1)));
            let lowest = rests.take_while(|rest| *rest != 0).map(u64::trailing_zeros);
            lowest.map(move |bit| EnumCode(at * 64 + u16::try_from(bit).unwrap_or_default()))
        })
    }

    /// The set as bits, the enum's first value lowest.
    #[inline]
    pub(crate) fn words(&self) -> &[u64] {
        match &self.words {
            Words::One(word) => std::slice::from_ref(word),
            Words::Many(words) => words,
        }
    }

    /// How many values the enum has.
    pub(crate) fn size(&self) -> usize {
        self.size.into()
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words()
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words().iter().all(|word| *word == 0)
    }

    /// Whether every one of these is among the others.
    #[must_use]
    pub fn within(&self, others: &Codes) -> bool {
        self.iter().all(|code| others.has(code))
    }

    /// Whether one of these is among the others.
    #[must_use]
    pub fn meets(&self, others: &Codes) -> bool {
        let mut pairs = self.words().iter().zip(others.words());
        pairs.any(|(a, b)| a & b != 0)
    }

    /// The other values of the enum.
    #[must_use]
    pub fn complement(&self) -> Codes {
        Codes::of(
            usize::from(self.size),
            (0..self.size).map(EnumCode).filter(|code| !self.has(*code)),
        )
    }
}

impl Question {
    /// The texts that it names as a whole.
    fn texts(&self) -> &[Box<str>] {
        match self {
            Question::Text {
                test: TextTest::In(texts),
                ..
            }
            | Question::Set {
                test: SetTest::Any(Members::Texts(texts)) | SetTest::All(Members::Texts(texts)),
                ..
            } => texts,
            _ => &[],
        }
    }

    /// The question whose answer is the opposite wherever the fact is known.
    #[must_use]
    pub fn negated(&self) -> Question {
        match self {
            Question::Known => Question::Unknown,
            Question::Unknown => Question::Known,
            Question::Bool(value) => Question::Bool(!value),
            Question::Enum(codes) => Question::Enum(codes.complement()),
            Question::Int(ranges) => Question::Int(ranges.complement()),
            Question::At(ranges) => Question::At(ranges.complement()),
            Question::Away(ranges) => Question::Away(ranges.complement()),
            Question::Text { test, holds } => Question::Text {
                test: test.clone(),
                holds: !holds,
            },
            Question::Set { test, holds } => Question::Set {
                test: test.clone(),
                holds: !holds,
            },
        }
    }
}

/// How large the formulas of a book may grow in all, in steps and their parts. A rule book of
/// ten thousand banners needs a tenth of it; segments under ever other ages can multiply without end.
pub(crate) const LARGEST: usize = 2_000_000;

/// A shared part with more parts of its own than this stays a part: copying it into everything
/// that names it would cost more than the step that it saves.
const FLATTENED: usize = 16;

/// All formulas of a rule book, each held once.
#[derive(Clone, Debug)]
pub struct Formulas {
    nodes: IndexSet<Node>,
    atoms: IndexSet<Atom>,
    size: usize,
}

impl Default for Formulas {
    fn default() -> Formulas {
        Formulas {
            nodes: IndexSet::from([Node::False, Node::True]),
            atoms: IndexSet::new(),
            size: 2,
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Formulas {
    /// The step of that number; [`Node::False`] where there is none.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get_index(id.index()).unwrap_or(&Node::False)
    }

    /// The atom of that number.
    #[must_use]
    pub fn atom(&self, id: AtomId) -> Option<&Atom> {
        self.atoms.get_index(id.0 as usize)
    }

    /// Every text that is named as a whole, with its fact.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (FactId, &str)> {
        self.atoms.iter().flat_map(|atom| {
            let texts = atom.question.texts().iter();
            texts.map(|text| (atom.fact, &**text))
        })
    }

    /// Every step, children before parents.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.nodes.iter()
    }

    /// Every atom.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = &Atom> {
        self.atoms.iter()
    }

    /// How many steps there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: `true` and `false` are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The formula of one atom.
    pub fn ask(&mut self, atom: Atom) -> NodeId {
        let (atom, _) = self.atoms.insert_full(atom);
        self.insert(Node::Atom(AtomId(number(atom))))
    }

    /// The formula that holds where all of those do.
    pub fn all(&mut self, parts: impl IntoIterator<Item = NodeId>) -> NodeId {
        self.join(
            parts,
            NodeId::TRUE,
            NodeId::FALSE,
            |node| match node {
                Node::All(parts) => Some(parts),
                _ => None,
            },
            Node::All,
        )
    }

    /// The formula that holds where one of those does.
    pub fn any(&mut self, parts: impl IntoIterator<Item = NodeId>) -> NodeId {
        self.join(
            parts,
            NodeId::FALSE,
            NodeId::TRUE,
            |node| match node {
                Node::Any(parts) => Some(parts),
                _ => None,
            },
            Node::Any,
        )
    }

    /// Joins parts, flat and each once. Only laws that hold with three values are used:
    /// `x and true` is `x`, `x and false` is false, but `x and not x` is not false.
    fn join(
        &mut self,
        parts: impl IntoIterator<Item = NodeId>,
        neutral: NodeId,
        absorbing: NodeId,
        inner: impl Fn(&Node) -> Option<&[NodeId]>,
        make: impl Fn(Box<[NodeId]>) -> Node,
    ) -> NodeId {
        let mut flat = IndexSet::new();
        for part in parts {
            match inner(self.node(part)) {
                Some(parts) if parts.len() <= FLATTENED => flat.extend(parts.iter().copied()),
                _ => _ = flat.insert(part),
            }
        }
        flat.shift_remove(&neutral);
        if flat.contains(&absorbing) {
            return absorbing;
        }
        match flat.len() {
            0 => neutral,
            1 => flat.first().copied().unwrap_or(neutral),
            _ => self.insert(make(flat.into_iter().collect())),
        }
    }

    fn insert(&mut self, node: Node) -> NodeId {
        let parts = match &node {
            Node::All(parts) | Node::Any(parts) => parts.len(),
            _ => 0,
        };
        let (at, new) = self.nodes.insert_full(node);
        self.size += if new { 1 + parts } else { 0 };
        NodeId(number(at))
    }

    /// Whether there is more than a rule book can mean.
    pub(crate) fn is_too_large(&self) -> bool {
        self.size > LARGEST
    }

    /// The atoms that a formula asks, each once, in the author's order.
    #[must_use]
    pub fn atoms_of(&self, root: NodeId) -> Vec<AtomId> {
        let mut seen = IndexSet::from([root]);
        let mut atoms = Vec::new();
        let mut next = vec![root];
        while let Some(id) = next.pop() {
            match self.node(id) {
                Node::False | Node::True => {}
                Node::Atom(atom) => atoms.push(*atom),
                Node::All(parts) | Node::Any(parts) => {
                    next.extend(parts.iter().rev().filter(|part| seen.insert(**part)));
                }
            }
        }
        atoms
    }

    /// The facts that a formula asks about, each once, in the author's order.
    #[must_use]
    pub fn facts_of(&self, root: NodeId) -> Vec<FactId> {
        let atoms = self.atoms_of(root);
        let facts = atoms.iter().filter_map(|id| Some(self.atom(*id)?.fact));
        facts.collect::<IndexSet<_>>().into_iter().collect()
    }

    /// The facts that some formulas ask about, each once.
    pub(crate) fn facts_among(&self, roots: &[NodeId]) -> Vec<FactId> {
        let atoms = self
            .below(roots)
            .into_iter()
            .filter_map(|id| match self.node(id) {
                Node::Atom(atom) => self.atom(*atom),
                _ => None,
            });
        let facts: IndexSet<FactId> = atoms.map(|atom| atom.fact).collect();
        facts.into_iter().collect()
    }

    /// Every step that those formulas need, themselves included, children before parents.
    #[must_use]
    pub(crate) fn below(&self, roots: &[NodeId]) -> Vec<NodeId> {
        let mut wanted = hashbrown::HashSet::new();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            if wanted.insert(id)
                && let Node::All(parts) | Node::Any(parts) = self.node(id)
            {
                open.extend(parts);
            }
        }
        let mut wanted: Vec<NodeId> = wanted.into_iter().collect();
        wanted.sort_unstable();
        wanted
    }

    /// Copies only what those formulas need, in the same order, with their new numbers.
    #[must_use]
    pub fn extract(&self, roots: &[NodeId]) -> (Formulas, Vec<NodeId>) {
        let wanted = self.below(roots);
        let mut copy = Formulas::default();
        let mut moved = HashMap::with_capacity(wanted.len());
        for wanted in wanted {
            let at = |id: &NodeId| moved.get(id).copied().unwrap_or(NodeId::FALSE);
            let id = match self.node(wanted) {
                Node::False => NodeId::FALSE,
                Node::True => NodeId::TRUE,
                Node::Atom(atom) => match self.atom(*atom) {
                    Some(atom) => copy.ask(atom.clone()),
                    None => NodeId::FALSE,
                },
                Node::All(parts) => {
                    let parts: Vec<_> = parts.iter().map(at).collect();
                    copy.all(parts)
                }
                Node::Any(parts) => {
                    let parts: Vec<_> = parts.iter().map(at).collect();
                    copy.any(parts)
                }
            };
            moved.insert(wanted, id);
        }
        let at = |id: &NodeId| moved.get(id).copied().unwrap_or(NodeId::FALSE);
        let roots = roots.iter().map(at).collect();
        (copy, roots)
    }
}

/// The distance of a moment from now in microseconds, the past being negative.
pub(crate) fn away(moment: Time, now: Time) -> i64 {
    moment.0.saturating_sub(now.0)
}
