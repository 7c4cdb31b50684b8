//! Rules one after the other, as flat code: a step asks one atom and says where to go on. Of a
//! formula without negation only the atoms that are true matter, so two ways out are enough.

use super::domain::{Domain, Domains};
use super::reading::{Moment, Reading};
use crate::facts::{Sealed, bit};
use crate::formula::{Atom, AtomId, Codes, Formulas, Node, NodeId, Question, away};
use crate::value::Time;

/// Where a program ends.
const YES: u32 = u32::MAX;
const NO: u32 = u32::MAX - 1;

/// A formula with more steps, written out as a tree, than this is worked out step by shared step.
pub(super) const LARGEST_TREE: u32 = 512;
/// All programs together have room for about so many steps; past it only small trees are written out.
const ROOM: usize = 1 << 20;
const SMALL_TREE: u32 = 32;
/// And so is one that is deeper.
pub(super) const DEEPEST: u32 = 64;

/// One atom, and where to go on.
#[derive(Clone, Debug)]
struct Step {
    reading: Reading,
    ask: Ask,
    yes: u32,
    no: u32,
}

/// The commonest questions by value, so that a step needs no second look-up.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Known,
    Unknown,
    /// Of a truth value, of an enum with at most 64 values, or of a text of which few have a
    /// number: the bits of those that are wanted.
    Bits(u64),
    /// Of a number or a moment.
    Range(i64, i64),
    Away(i64, i64),
    /// Whether a set has one of some members, or has not; by the place of these.
    Members(u32),
    Other(AtomId),
}

/// The members that an atom about a set names.
#[derive(Clone, Debug)]
struct Named {
    bits: u64,
    /// Nothing, where their bits say all.
    numbers: Box<[u64]>,
    /// The answer where the set has one of them.
    holds: bool,
}

impl Named {
    #[inline]
    fn is_true(&self, account: Sealed<'_>, word: u64) -> bool {
        let set = account.members(word);
        let meets = set.bits & self.bits != 0
            && (self.numbers.is_empty()
                || set.numbers.iter().any(|has| self.numbers.contains(has)));
        meets == self.holds
    }
}

impl Ask {
    fn of(id: AtomId, atom: &Atom, domain: &Domain<'_>, named: &mut Vec<Named>) -> Ask {
        match &atom.question {
            Question::Known => Ask::Known,
            Question::Unknown => Ask::Unknown,
            Question::Int(ranges) | Question::At(ranges) => one(ranges.iter(), Ask::Range, id),
            Question::Away(ranges) => one(ranges.iter(), Ask::Away, id),
            question @ (Question::Bool(_) | Question::Enum(_) | Question::Text { .. }) => {
                let wanted = domain.wanted(question);
                wanted
                    .as_ref()
                    .and_then(mask)
                    .map_or(Ask::Other(id), Ask::Bits)
            }
            question @ Question::Set { holds, .. } => {
                let Some(members) = domain.named(question) else {
                    return Ask::Other(id);
                };
                let numbers: Vec<u64> = members.iter().map(|number| *number as u64).collect();
                named.push(Named {
                    bits: numbers.iter().fold(0, |bits, number| bits | bit(*number)),
                    numbers: if domain.members() <= 64 {
                        Box::default()
                    } else {
                        numbers.into()
                    },
                    holds: *holds,
                });
                Ask::Members(u32::try_from(named.len() - 1).unwrap_or(NO))
            }
        }
    }
}

fn mask(codes: &Codes) -> Option<u64> {
    match codes.words() {
        [word] => Some(*word),
        _ => None,
    }
}

fn one(
    mut ranges: impl ExactSizeIterator<Item = (i64, i64)>,
    ask: impl Fn(i64, i64) -> Ask,
    id: AtomId,
) -> Ask {
    match (ranges.next(), ranges.next()) {
        (Some((low, high)), None) => ask(low, high),
        _ => Ask::Other(id),
    }
}

/// Programs of some formulas.
#[derive(Clone, Debug, Default)]
pub(super) struct Programs {
    steps: Vec<Step>,
    named: Vec<Named>,
    /// By rule, its way in.
    rules: Vec<Entry>,
}

#[derive(Clone, Debug)]
enum Entry {
    At(u32),
    /// Too large to be written out: the shared steps that it needs, children first.
    Shared(Box<[NodeId]>),
}

/// Memory for formulas that are worked out step by shared step.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(Vec<bool>);

/// How large and how deep every formula is as a tree.
pub(super) struct Sizes(Vec<(u32, u32)>);

impl Sizes {
    pub(super) fn of(formulas: &Formulas) -> Sizes {
        let mut sizes: Vec<(u32, u32)> = Vec::with_capacity(formulas.len());
        for node in formulas.nodes() {
            let size = match node {
                Node::All(parts) | Node::Any(parts) => {
                    let sizes = parts.iter().filter_map(|part| sizes.get(part.index()));
                    sizes.fold((1_u32, 1_u32), |(size, depth), part| {
                        (
                            size.saturating_add(part.0),
                            depth.max(part.1.saturating_add(1)),
                        )
                    })
                }
                _ => (1, 1),
            };
            sizes.push(size);
        }
        Sizes(sizes)
    }

    /// Whether a walk over the formula as a tree is short and does not go deep.
    pub(super) fn are_small(&self, root: NodeId) -> bool {
        self.are_within(root, LARGEST_TREE)
    }

    fn are_within(&self, root: NodeId, largest: u32) -> bool {
        let size = self.0.get(root.index());
        size.is_some_and(|(size, depth)| *size <= largest && *depth <= DEEPEST)
    }
}

impl Programs {
    /// Programs for those formulas.
    pub(super) fn of(
        domains: Domains<'_>,
        formulas: &Formulas,
        sizes: &Sizes,
        roots: impl Iterator<Item = NodeId>,
    ) -> Programs {
        let mut programs = Programs::default();
        for root in roots {
            let crowded = programs.steps.len() > ROOM;
            let largest = if crowded { SMALL_TREE } else { LARGEST_TREE };
            let entry = if sizes.are_within(root, largest) {
                Entry::At(programs.emit(domains, formulas, root, YES, NO))
            } else {
                Entry::Shared(formulas.below(&[root]).into())
            };
            programs.rules.push(entry);
        }
        programs
    }

    /// Writes a formula's steps, last ones first so that every way out is known, and says where
    /// it begins.
    fn emit(
        &mut self,
        domains: Domains<'_>,
        formulas: &Formulas,
        root: NodeId,
        yes: u32,
        no: u32,
    ) -> u32 {
        match formulas.node(root) {
            Node::False => no,
            Node::True => yes,
            Node::Atom(id) => {
                let Some(atom) = formulas.atom(*id) else {
                    return no;
                };
                let domain = domains.of(atom.fact);
                let ask = Ask::of(*id, atom, &domain, &mut self.named);
                self.steps.push(Step {
                    reading: Reading::of(atom),
                    ask,
                    yes,
                    no,
                });
                u32::try_from(self.steps.len() - 1).unwrap_or(NO)
            }
            Node::All(parts) => parts.iter().rev().fold(yes, |yes, part| {
                self.emit(domains, formulas, *part, yes, no)
            }),
            Node::Any(parts) => parts
                .iter()
                .rev()
                .fold(no, |no, part| self.emit(domains, formulas, *part, yes, no)),
        }
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.rules.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn bytes(&self) -> usize {
        let texts = self.named.iter().map(|named| named.numbers.len());
        self.named.capacity() * size_of::<Named>()
            + texts.sum::<usize>() * size_of::<u64>()
            + self.steps.capacity() * size_of::<Step>()
            + self.rules.capacity() * size_of::<Entry>()
    }

    /// Whether a rule is true.
    #[inline]
    pub(super) fn is_true(
        &self,
        rule: usize,
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
        held: &mut Held,
    ) -> bool {
        match self.rules.get(rule) {
            Some(Entry::At(at)) => self.run(*at, formulas, account, moment),
            Some(Entry::Shared(nodes)) => held.is_true(nodes, formulas, account, moment),
            None => false,
        }
    }

    #[inline]
    fn run(&self, mut at: u32, formulas: &Formulas, account: Sealed<'_>, moment: Moment) -> bool {
        // Every step leads to one that was written before it, so this ends.
        while let Some(step) = self.steps.get(at as usize) {
            at = if self.is_true_at(step, formulas, account, moment) {
                step.yes
            } else {
                step.no
            };
        }
        at == YES
    }
}

impl Programs {
    #[inline]
    fn is_true_at(
        &self,
        step: &Step,
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
    ) -> bool {
        let Some(word) = step.reading.word(account, moment) else {
            return matches!(step.ask, Ask::Unknown);
        };
        let number = word.cast_signed();
        let asked = |id: AtomId| {
            let atom = formulas.atom(id);
            atom.is_some_and(|atom| step.reading.holds(&atom.question, account, moment))
        };
        match step.ask {
            Ask::Known => true,
            Ask::Unknown => false,
            Ask::Bits(wanted) => word < 64 && wanted >> word & 1 == 1,
            Ask::Range(low, high) => low <= number && number <= high,
            Ask::Away(low, high) => {
                let away = away(Time(number), moment.clock.now);
                low <= away && away <= high
            }
            Ask::Members(named) => {
                let named = self.named.get(named as usize);
                named.is_some_and(|named| named.is_true(account, word))
            }
            Ask::Other(id) => asked(id),
        }
    }
}

impl Held {
    /// Works out a formula from the steps that it needs, each once, children first.
    fn is_true(
        &mut self,
        nodes: &[NodeId],
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
    ) -> bool {
        let last = nodes.last().map_or(0, |root| root.index());
        if self.0.len() <= last {
            self.0.resize(last + 1, false);
        }
        let mut is = false;
        for id in nodes {
            let of = |part: &NodeId| self.0.get(part.index()).copied().unwrap_or(false);
            is = match formulas.node(*id) {
                Node::False => false,
                Node::True => true,
                Node::Atom(atom) => formulas
                    .atom(*atom)
                    .is_some_and(|atom| Reading::of(atom).is_true(atom, account, moment)),
                Node::All(parts) => parts.iter().all(of),
                Node::Any(parts) => parts.iter().any(of),
            };
            if let Some(slot) = self.0.get_mut(id.index()) {
                *slot = is;
            }
        }
        is
    }
}
