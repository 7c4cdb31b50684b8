//! The plain evaluator: one pass over the formulas, children first. Small and obviously right, it
//! is what every faster evaluator is measured against.

mod trace;

use crate::facts::{Clock, Facts, Said, Value};
use crate::formula::{Atom, Formulas, Members, Node, NodeId, Question, SetTest, TextTest, away};
use crate::schema::FactId;
use crate::truth::Truth;
use crate::value::{Duration, Time};

pub use trace::{Trace, TraceStep};

/// The truth of every formula of a book for one account at one moment.
#[derive(Clone, Debug, Default)]
pub struct Truths(Vec<Truth>);

impl Truths {
    /// Works out every formula; what was in there before is gone, its memory is used again.
    pub fn fill(&mut self, formulas: &Formulas, facts: &Facts, clock: Clock) {
        self.0.clear();
        for node in formulas.nodes() {
            let truth = match node {
                Node::False => Truth::False,
                Node::True => Truth::True,
                Node::Atom(id) => match formulas.atom(*id) {
                    Some(atom) => answer(atom, facts, clock),
                    None => Truth::Unknown,
                },
                Node::All(parts) => parts
                    .iter()
                    .fold(Truth::True, |sum, part| sum.and(self.of(*part))),
                Node::Any(parts) => parts
                    .iter()
                    .fold(Truth::False, |sum, part| sum.or(self.of(*part))),
            };
            self.0.push(truth);
        }
    }

    /// The truth of one formula; unknown where it is none of these.
    #[must_use]
    pub fn of(&self, id: NodeId) -> Truth {
        self.0.get(id.index()).copied().unwrap_or(Truth::Unknown)
    }
}

/// The answer to one atom.
pub(crate) fn answer(atom: &Atom, facts: &Facts, clock: Clock) -> Truth {
    let read = facts.read(atom.fact, atom.within, clock);
    match (&atom.question, read) {
        (Question::Known, read) => read.is_ok().into(),
        (Question::Unknown, read) => read.is_err().into(),
        (_, Err(_)) => Truth::Unknown,
        (question, Ok(value)) => holds(question, value, clock.now),
    }
}

/// Whether a known value is in the set that a question asks for; unknown where the question is
/// about another type, which checking rules out.
pub(crate) fn holds(question: &Question, value: &Value, now: Time) -> Truth {
    match (question, value) {
        (Question::Bool(wanted), Value::Bool(value)) => (wanted == value).into(),
        (Question::Enum(codes), Value::Enum(code)) => codes.has(*code).into(),
        (Question::Int(ranges), Value::Int(number)) => ranges.has(*number).into(),
        (Question::At(ranges), Value::Time(time)) => ranges.has(time.0).into(),
        (Question::Away(ranges), Value::Time(time)) => ranges.has(away(*time, now)).into(),
        (Question::Text { test, holds }, Value::Text(text)) => {
            (text_is(test, text) == *holds).into()
        }
        (Question::Set { test, holds }, value) => match set_is(test, value) {
            Some(is) => (is == *holds).into(),
            None => Truth::Unknown,
        },
        _ => Truth::Unknown,
    }
}

pub(crate) fn text_is(test: &TextTest, text: &str) -> bool {
    match test {
        TextTest::In(members) => members
            .binary_search_by(|member| (**member).cmp(text))
            .is_ok(),
        TextTest::StartsWith(part) => text.starts_with(&**part),
        TextTest::EndsWith(part) => text.ends_with(&**part),
        TextTest::Contains(part) => text.contains(&**part),
    }
}

fn set_is(test: &SetTest, value: &Value) -> Option<bool> {
    Some(match (test, value) {
        (SetTest::Empty, Value::Codes(has)) => has.is_empty(),
        (SetTest::Any(Members::Codes(wanted)), Value::Codes(has)) => wanted.meets(has),
        (SetTest::All(Members::Codes(wanted)), Value::Codes(has)) => wanted.within(has),
        (SetTest::Empty, Value::Texts(has)) => has.is_empty(),
        (SetTest::Any(Members::Texts(wanted)), Value::Texts(has)) => {
            wanted.iter().any(|member| has.contains(member))
        }
        (SetTest::All(Members::Texts(wanted)), Value::Texts(has)) => {
            wanted.iter().all(|member| has.contains(member))
        }
        _ => return None,
    })
}

/// The next moment, for every formula, at which it could become true, or stop being true, by
/// itself. Between false and unknown there is nothing to see, so that is no change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edges(Vec<Option<Time>>);

impl Edges {
    /// Works out every formula's edge. The truths must be of the same facts and moment.
    pub(crate) fn fill(
        &mut self,
        formulas: &Formulas,
        facts: &Facts,
        clock: Clock,
        truths: &Truths,
    ) {
        self.0.clear();
        for (index, node) in formulas.nodes().enumerate() {
            let holds = truths.0.get(index).is_some_and(|truth| truth.is_true());
            let edge = match node {
                Node::False | Node::True => None,
                Node::Atom(id) => formulas
                    .atom(*id)
                    .and_then(|atom| edge(atom, facts, clock, holds)),
                // All of them stop being true with the first, and become true with the last.
                Node::All(parts) if holds => self.first(parts),
                Node::All(parts) => self.last(parts, truths, false),
                Node::Any(parts) if holds => self.last(parts, truths, true),
                Node::Any(parts) => self.first(parts),
            };
            self.0.push(edge);
        }
    }

    /// The edge of one formula; nothing where it cannot change by itself.
    pub(crate) fn of(&self, id: NodeId) -> Option<Time> {
        self.0.get(id.index()).copied().flatten()
    }

    fn first(&self, parts: &[NodeId]) -> Option<Time> {
        parts.iter().filter_map(|part| self.of(*part)).min()
    }

    /// The last edge of the parts that hold, or that do not; never where one of them never changes.
    fn last(&self, parts: &[NodeId], truths: &Truths, holding: bool) -> Option<Time> {
        let same = parts
            .iter()
            .filter(|part| truths.of(**part).is_true() == holding);
        let edges: Option<Vec<Time>> = same.map(|part| self.of(*part)).collect();
        edges?.into_iter().max()
    }
}

/// The next moment at which an atom could become true, or stop being true, by itself: its fact
/// goes stale or comes to be believed, or a span's edge passes.
pub(crate) fn edge(atom: &Atom, facts: &Facts, clock: Clock, holds: bool) -> Option<Time> {
    let life = Life::of(atom.fact, atom.within, facts, clock.skew)?;
    if let Some(begins) = life.begins.filter(|begins| clock.now < *begins) {
        return Some(begins);
    }
    if life.ends.is_some_and(|ends| ends < clock.now) {
        return None;
    }
    let stale = soonest(life.ends, clock.now);
    let turn = turn(&atom.question, atom.fact, facts, clock.now);
    match &atom.question {
        Question::Unknown => stale,
        _ if holds => earlier(stale, turn),
        // A fact that is stale by then turns nothing.
        _ => turn.filter(|turn| stale.is_none_or(|stale| *turn <= stale)),
    }
}

/// The next moment at which a fact could come to be known or unknown by itself.
pub(crate) fn fact_edge(fact: FactId, facts: &Facts, clock: Clock) -> Option<Time> {
    let atom = Atom {
        fact,
        within: facts.schema().fact(fact)?.fresh_for,
        question: Question::Known,
    };
    edge(&atom, facts, clock, true)
}

/// From when until when a value is believed, both ends in; nothing where it never is.
struct Life {
    begins: Option<Time>,
    ends: Option<Time>,
}

impl Life {
    fn of(fact: FactId, within: Option<Duration>, facts: &Facts, skew: Duration) -> Option<Life> {
        let Said::Value(_) = facts.said(fact) else {
            return None;
        };
        let goes_stale = facts.schema().fact(fact)?.fresh_for.is_some();
        match facts.as_of(fact) {
            None if goes_stale => None,
            None => Some(Life {
                begins: None,
                ends: None,
            }),
            Some(as_of) => Some(Life {
                begins: Some(as_of.minus(skew)),
                ends: within.map(|bound| as_of.plus(bound)),
            }),
        }
    }
}

/// The next moment at which a question about the distance from now turns. It asks whether
/// `low <= time - now <= high`, so it turns at `time - high` and after `time - low`.
fn turn(question: &Question, fact: FactId, facts: &Facts, now: Time) -> Option<Time> {
    let (Question::Away(ranges), Said::Value(Value::Time(time))) = (question, facts.said(fact))
    else {
        return None;
    };
    let ends = ranges.iter().flat_map(|(low, high)| [low, high]);
    let turns = ends.filter_map(|end| Some(Time(time.0.checked_sub(end)?)));
    soonest(turns, now)
}

/// The earlier of two moments, where there are any.
pub(crate) fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (time, None) | (None, time) => time,
    }
}

/// The soonest of those edges that is still to come. Whether the edge itself belongs to the time
/// before it or after differs from edge to edge, so the edge counts while it is ahead, and the
/// moment right after it once it is reached: never too late either way.
pub(crate) fn soonest(edges: impl IntoIterator<Item = Time>, now: Time) -> Option<Time> {
    let ahead = edges.into_iter().filter_map(|edge| match edge.cmp(&now) {
        std::cmp::Ordering::Greater => Some(edge),
        std::cmp::Ordering::Equal => Some(edge.next()),
        std::cmp::Ordering::Less => None,
    });
    ahead.min()
}
