//! Two books' formulas in one space, so that questions can be asked across them.
//!
//! The facts of both become one schema, wide enough for either, and every atom is rewritten so that
//! the joined formula is true for exactly the accounts for which the book's own formula is: a value
//! that a book does not know is unknown to it, and a book's own `fresh_for` is in its atoms already.
//! One thing one space cannot hold: a fact that goes stale in one book only, and comes without an
//! age, is known to the other book alone. [`Joined::undated`] names those facts.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::eval::text_is;
use crate::formula::{
    Atom, Codes, Formulas, Members, Node, NodeId, Question, Ranges, SetTest, TextTest,
};
use crate::schema::{EnumCode, EnumValue, Fact, FactId, Kind, Schema};

/// The facts of two books as one schema, and formulas of both over it.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The facts of both, by name: those of the new book first.
    pub schema: Arc<Schema>,
    /// The formulas of both.
    pub formulas: Formulas,
    /// The old book's roots, in the order in which they were given.
    pub old: Vec<NodeId>,
    /// The new book's roots.
    pub new: Vec<NodeId>,
    /// Facts whose types differ: they are taken as two facts.
    pub retyped: Vec<Box<str>>,
    /// Facts that go stale in one of the books only: where one comes without an age, the books do
    /// not agree on whether it is known, and no formula here says so.
    pub undated: Vec<Box<str>>,
}

/// What one of the books brings: its facts, its formulas, and which of them are asked about.
pub type Side<'b> = (&'b Schema, &'b Formulas, &'b [NodeId]);

impl Joined {
    /// Brings both into one space.
    #[must_use]
    pub fn of(old: Side<'_>, new: Side<'_>) -> Joined {
        let mut facts: Vec<Fact> = Vec::with_capacity(new.0.len());
        let (mut retyped, mut undated) = (Vec::new(), Vec::new());
        for (_, fact) in new.0.facts() {
            let before = old.0.id(&fact.name).and_then(|id| old.0.fact(id));
            let both = before.map(|before| both(before, fact));
            if both == Some(None) {
                retyped.push(fact.name.clone());
            } else if before.is_some_and(|old| old.fresh_for.is_some() != fact.fresh_for.is_some())
            {
                undated.push(fact.name.clone());
            }
            facts.push(both.flatten().unwrap_or_else(|| fact.clone()));
        }
        for (_, fact) in old.0.facts() {
            let name = match retyped.contains(&fact.name) {
                true => as_it_was(fact),
                false => fact.name.clone(),
            };
            if name != fact.name || new.0.id(&fact.name).is_none() {
                facts.push(Fact {
                    name,
                    ..fact.clone()
                });
            }
        }
        let schema = Arc::new(Schema::new(facts));
        let mut formulas = Formulas::default();
        let mut moved = |(own, from, roots): Side<'_>, is_old: bool| {
            let retyped = if is_old { retyped.as_slice() } else { &[] };
            let moving = Moving {
                own,
                joined: &schema,
                retyped,
            };
            moving.all(from, roots, &mut formulas)
        };
        let (old, new) = (moved(old, true), moved(new, false));
        Joined {
            schema,
            formulas,
            old,
            new,
            retyped,
            undated,
        }
    }
}

/// The old one of two facts that share a name and no type. No book can give a fact this name.
fn as_it_was(fact: &Fact) -> Box<str> {
    format!("{} (as {})", fact.name, fact.kind.name()).into()
}

/// The fact that takes what either takes; nothing where the types differ.
fn both(old: &Fact, new: &Fact) -> Option<Fact> {
    let kind = match (&old.kind, &new.kind) {
        (Kind::Bool, Kind::Bool) => Kind::Bool,
        (Kind::Time, Kind::Time) => Kind::Time,
        (Kind::StringSet, Kind::StringSet) => Kind::StringSet,
        (Kind::Enum(old), Kind::Enum(new)) => Kind::Enum(values(old, new)),
        (Kind::EnumSet(old), Kind::EnumSet(new)) => Kind::EnumSet(values(old, new)),
        (
            Kind::Int { min, max },
            Kind::Int {
                min: low,
                max: high,
            },
        ) => Kind::Int {
            min: *min.min(low),
            max: *max.max(high),
        },
        (Kind::String(old), Kind::String(new)) => Kind::String(match (old, new) {
            (Some(old), Some(new)) => {
                let more = old.iter().filter(|text| !new.contains(text));
                Some(new.iter().chain(more).cloned().collect())
            }
            _ => None,
        }),
        _ => return None,
    };
    let fresh_for = old.fresh_for.zip(new.fresh_for);
    Some(Fact {
        kind,
        // The longer, as each book's atoms hold its own; none where one of the books has none.
        fresh_for: fresh_for.map(|(old, new)| old.max(new)),
        ..new.clone()
    })
}

/// The new values in their order, then those that are gone.
fn values(old: &[EnumValue], new: &[EnumValue]) -> Vec<EnumValue> {
    let gone = |value: &&EnumValue| new.iter().all(|known| known.name != value.name);
    new.iter().chain(old.iter().filter(gone)).cloned().collect()
}

/// From one book's facts to the joined ones.
struct Moving<'b> {
    own: &'b Schema,
    joined: &'b Schema,
    /// Facts that go by another name there.
    retyped: &'b [Box<str>],
}

impl Moving<'_> {
    /// Copies what the roots need, parts before wholes, and gives their new numbers.
    fn all(&self, from: &Formulas, roots: &[NodeId], into: &mut Formulas) -> Vec<NodeId> {
        let mut wanted = std::collections::BTreeSet::new();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            if wanted.insert(id)
                && let Node::All(parts) | Node::Any(parts) = from.node(id)
            {
                open.extend(parts);
            }
        }
        let mut moved: HashMap<NodeId, NodeId> = HashMap::with_capacity(wanted.len());
        for wanted in wanted {
            let at = |id: &NodeId| moved.get(id).copied().unwrap_or(NodeId::FALSE);
            let id = match from.node(wanted) {
                Node::False => NodeId::FALSE,
                Node::True => NodeId::TRUE,
                Node::Atom(atom) => {
                    let atom = from.atom(*atom);
                    let atom = atom.and_then(|atom| self.atom(atom, into));
                    atom.unwrap_or(NodeId::FALSE)
                }
                Node::All(parts) => into.all(parts.iter().map(at)),
                Node::Any(parts) => into.any(parts.iter().map(at)),
            };
            moved.insert(wanted, id);
        }
        let at = |id: &NodeId| moved.get(id).copied().unwrap_or(NodeId::FALSE);
        roots.iter().map(at).collect()
    }

    fn atom(&self, atom: &Atom, into: &mut Formulas) -> Option<NodeId> {
        let own = self.own.fact(atom.fact)?;
        let id = match self.retyped.contains(&own.name) {
            true => self.joined.id(&as_it_was(own))?,
            false => self.joined.id(&own.name)?,
        };
        let joined = &self.joined.fact(id)?.kind;
        let known = domain(&own.kind, joined);
        let mut ask = |question| ask(into, id, atom, question);
        Some(match &atom.question {
            Question::Known => {
                let parts: Vec<_> = [Some(Question::Known), known]
                    .into_iter()
                    .flatten()
                    .map(ask)
                    .collect();
                into.all(parts)
            }
            Question::Unknown => {
                let foreign = known.map(|known| known.negated());
                let parts: Vec<_> = [Some(Question::Unknown), foreign]
                    .into_iter()
                    .flatten()
                    .map(ask)
                    .collect();
                into.any(parts)
            }
            question @ Question::Set { .. } => {
                let asked = ask(moved(question, &own.kind, joined));
                let known = known.map(ask);
                into.all([Some(asked), known].into_iter().flatten())
            }
            question => ask(moved(question, &own.kind, joined)),
        })
    }
}

fn ask(into: &mut Formulas, fact: FactId, atom: &Atom, question: Question) -> NodeId {
    into.ask(Atom {
        fact,
        within: atom.within,
        question,
    })
}

/// What holds for the values that a book knows, of all that either knows; nothing where it knows
/// them all.
fn domain(own: &Kind, joined: &Kind) -> Option<Question> {
    if own == joined {
        return None;
    }
    match (own, joined) {
        (Kind::Enum(values), Kind::Enum(all)) if values.len() < all.len() => {
            let codes = values.iter().filter_map(|value| joined.code(&value.name));
            Some(Question::Enum(Codes::of(all.len(), codes)))
        }
        (Kind::EnumSet(values), Kind::EnumSet(all)) if values.len() < all.len() => {
            let foreign = all.iter().enumerate().filter_map(|(at, value)| {
                let foreign = own.code(&value.name).is_none();
                foreign
                    .then(|| u16::try_from(at).ok().map(EnumCode))
                    .flatten()
            });
            let foreign = Members::Codes(Codes::of(all.len(), foreign));
            Some(Question::Set {
                test: SetTest::Any(foreign),
                holds: false,
            })
        }
        (Kind::Int { min, max }, Kind::Int { .. }) => {
            Some(Question::Int(Ranges::of([(*min, *max)])))
        }
        (Kind::String(Some(domain)), Kind::String(_)) => Some(listed(domain.iter())),
        _ => None,
    }
}

/// A question in terms of the joined fact's values, true of those of the book's own domain only;
/// of a set, where it is known.
fn moved(question: &Question, own: &Kind, joined: &Kind) -> Question {
    match (question, own) {
        (Question::Enum(codes), _) => Question::Enum(renumbered(codes, own, joined)),
        (Question::Int(ranges), Kind::Int { min, max }) if own != joined => {
            let held = ranges
                .iter()
                .map(|(low, high)| (low.max(*min), high.min(*max)));
            Question::Int(Ranges::of(held))
        }
        (Question::Text { test, holds }, Kind::String(Some(domain))) if own != joined => {
            listed(domain.iter().filter(|text| text_is(test, text) == *holds))
        }
        (Question::Set { test, holds }, Kind::EnumSet(_)) => {
            let members = |members: &Members| match members {
                Members::Codes(codes) => Members::Codes(renumbered(codes, own, joined)),
                Members::Texts(texts) => Members::Texts(texts.clone()),
            };
            let test = match test {
                SetTest::Any(any) => SetTest::Any(members(any)),
                SetTest::All(all) => SetTest::All(members(all)),
                SetTest::Empty => SetTest::Empty,
            };
            Question::Set {
                test,
                holds: *holds,
            }
        }
        _ => question.clone(),
    }
}

fn renumbered(codes: &Codes, own: &Kind, joined: &Kind) -> Codes {
    let names = codes.iter().filter_map(|code| own.value_name(code));
    let codes = names.filter_map(|name| joined.code(name));
    Codes::of(joined.values().len(), codes)
}

fn listed<'t>(texts: impl Iterator<Item = &'t Box<str>>) -> Question {
    let mut texts: Vec<_> = texts.cloned().collect();
    texts.sort_unstable();
    texts.dedup();
    Question::Text {
        test: TextTest::In(texts.into()),
        holds: true,
    }
}
