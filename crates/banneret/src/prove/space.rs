//! The variables of a proof: for each fact one for its age and one or a few for its value, each
//! over the real domain. An account is one value for each; what no formula can tell apart is one.

use std::collections::{BTreeMap, HashMap};

use super::claim::{Claim, Reading};
use super::texts::{self, Texts};
use crate::formula::{Atom, Formulas, Members, Question, Ranges, SetTest, TextTest};
use crate::schema::{EnumCode, FactId, Kind, Schema};
use crate::value::{Duration, Time};

/// A variable, by its place in the order of one [`Space`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub(super) u32);

impl VarId {
    /// Its number, for tables beside the variables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The age of a fact of which nothing is known, whatever the reason.
pub(super) const ABSENT: i64 = i64::MAX;

/// A variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Var {
    pub(super) fact: FactId,
    pub(super) part: Part,
    pub(super) low: i64,
    pub(super) high: i64,
}

/// What of a fact a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Microseconds since its source vouched for it; [`ABSENT`] where nothing is known.
    Age,
    /// A truth value, an enum's code, a number, or a class of texts.
    Value,
    /// A moment, in microseconds since 1970.
    At,
    /// A moment's distance from now in microseconds.
    Away,
    /// How many of a group of members a set has: 0 none; 1 some or, in a group of one, all; 2 all.
    Group(usize),
    /// Whether a set has members that no formula names.
    Rest,
}

/// What stands for the value of a fact.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Plain(VarId),
    Texts(VarId, Texts),
    /// More questions about texts than can be told apart.
    TooManyTexts,
    Time {
        at: VarId,
        away: VarId,
    },
    Set {
        groups: Vec<Group>,
        of: HashMap<Member, usize>,
        rest: Option<VarId>,
    },
}

/// Members of a set that every formula names together or not at all.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) var: VarId,
    pub(super) members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Member {
    Code(EnumCode),
    Text(Box<str>),
}

#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) age: VarId,
    pub(super) shape: Shape,
}

/// The variables of the facts that some formulas ask about.
#[derive(Clone, Debug)]
pub struct Space {
    vars: Vec<Var>,
    places: HashMap<FactId, Place>,
    /// What it took to tell texts apart, in steps of a proof.
    steps: u64,
}

/// What the formulas ask of one fact, where that decides about its variables.
#[derive(Default)]
struct Asked<'f> {
    texts: Vec<&'f TextTest>,
    sets: Vec<&'f Members>,
}

impl Space {
    /// The variables of all facts that the formulas ask about, those of `order` first and in that
    /// order, the rest as the schema has them.
    #[must_use]
    pub fn new(schema: &Schema, formulas: &Formulas, order: &[FactId]) -> Space {
        let mut asked: BTreeMap<FactId, Asked<'_>> = BTreeMap::new();
        for atom in formulas.atoms() {
            let asked = asked.entry(atom.fact).or_default();
            match &atom.question {
                Question::Text { test, .. } => asked.texts.push(test),
                Question::Set {
                    test: SetTest::Any(members) | SetTest::All(members),
                    ..
                } => asked.sets.push(members),
                _ => {}
            }
        }
        let mut space = Space {
            vars: Vec::new(),
            places: HashMap::new(),
            steps: 0,
        };
        for fact in order {
            if let Some(asked) = asked.remove(fact) {
                space.place(schema, *fact, &asked);
            }
        }
        for (fact, asked) in &asked {
            space.place(schema, *fact, asked);
        }
        space
    }

    /// What it took to tell texts apart, in steps of a proof.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// How many variables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vars.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vars.is_empty()
    }

    /// The least and the greatest value of a variable.
    #[must_use]
    pub fn domain(&self, var: VarId) -> (i64, i64) {
        self.var(var).map_or((0, 0), |var| (var.low, var.high))
    }

    pub(super) fn var(&self, var: VarId) -> Option<&Var> {
        self.vars.get(var.index())
    }

    pub(super) fn shape(&self, fact: FactId) -> Option<&Shape> {
        self.places.get(&fact).map(|place| &place.shape)
    }

    fn add(&mut self, fact: FactId, part: Part, low: i64, high: i64) -> VarId {
        let id = VarId(u32::try_from(self.vars.len()).unwrap_or(u32::MAX));
        self.vars.push(Var {
            fact,
            part,
            low,
            high,
        });
        id
    }

    fn texts(&mut self, domain: Option<&[Box<str>]>, tests: &[&TextTest]) -> Option<Texts> {
        if domain.is_none() {
            self.steps = self.steps.saturating_add(texts::cost(tests));
        }
        Texts::new(domain, tests)
    }

    fn place(&mut self, schema: &Schema, id: FactId, asked: &Asked<'_>) {
        let Some(fact) = schema.fact(id) else {
            return;
        };
        let age = self.add(id, Part::Age, 0, ABSENT);
        let last = |count: usize| i64::try_from(count).unwrap_or(i64::MAX).max(1) - 1;
        let shape = match &fact.kind {
            Kind::Bool => Shape::Plain(self.add(id, Part::Value, 0, 1)),
            Kind::Enum(values) => Shape::Plain(self.add(id, Part::Value, 0, last(values.len()))),
            Kind::Int { min, max } => Shape::Plain(self.add(id, Part::Value, *min, *max)),
            Kind::String(domain) => match self.texts(domain.as_deref(), &asked.texts) {
                Some(texts) => {
                    let var = self.add(id, Part::Value, 0, last(texts.len()));
                    Shape::Texts(var, texts)
                }
                None => Shape::TooManyTexts,
            },
            Kind::Time => {
                let span = Time::MAX.0.saturating_sub(Time::MIN.0);
                Shape::Time {
                    at: self.add(id, Part::At, Time::MIN.0, Time::MAX.0),
                    away: self.add(id, Part::Away, -span, span),
                }
            }
            Kind::EnumSet(values) => self.set(id, asked, Some(values.len())),
            Kind::StringSet => self.set(id, asked, None),
        };
        self.places.insert(id, Place { age, shape });
    }

    /// Groups the members that are named by the same questions: nothing tells them apart.
    fn set(&mut self, id: FactId, asked: &Asked<'_>, size: Option<usize>) -> Shape {
        let mut lists: Vec<Vec<Member>> = asked.sets.iter().map(|list| members(list)).collect();
        lists.sort_unstable();
        lists.dedup();
        let mut named: BTreeMap<&Member, Vec<usize>> = BTreeMap::new();
        for (number, list) in lists.iter().enumerate() {
            for member in list {
                named.entry(member).or_default().push(number);
            }
        }
        let known = named.len();
        let mut by_lists: BTreeMap<Vec<usize>, Vec<Member>> = BTreeMap::new();
        for (member, lists) in named {
            by_lists.entry(lists).or_default().push(member.clone());
        }
        let mut groups = Vec::with_capacity(by_lists.len());
        let mut of = HashMap::new();
        for (number, members) in by_lists.into_values().enumerate() {
            of.extend(members.iter().map(|member| (member.clone(), number)));
            let most = if members.len() > 1 { 2 } else { 1 };
            let var = self.add(id, Part::Group(number), 0, most);
            groups.push(Group { var, members });
        }
        let rest = size.is_none_or(|size| known < size);
        let rest = rest.then(|| self.add(id, Part::Rest, 0, 1));
        Shape::Set { groups, of, rest }
    }

    /// What an atom says of the variables; nothing where too much is asked of the fact's texts.
    #[must_use]
    pub fn claim(&self, atom: &Atom, reading: Reading) -> Option<Claim> {
        let place = self.places.get(&atom.fact)?;
        let question = match reading {
            Reading::False => &atom.question.negated(),
            Reading::True | Reading::TrueAtAnyAge => &atom.question,
        };
        let bound = match reading {
            Reading::TrueAtAnyAge => None,
            Reading::True | Reading::False => atom.within,
        };
        let oldest = bound.map_or(ABSENT - 1, Duration::as_micros);
        let known = Claim::range(place.age, 0, oldest);
        Some(match question {
            Question::Known => known,
            Question::Unknown => Claim::range(place.age, oldest + 1, ABSENT),
            question => Claim::All(vec![known, place.shape.value(question)?]),
        })
    }
}

impl Shape {
    fn value(&self, question: &Question) -> Option<Claim> {
        Some(match (self, question) {
            (Shape::Plain(var), Question::Bool(value)) => {
                Claim::range(*var, i64::from(*value), i64::from(*value))
            }
            (Shape::Plain(var), Question::Enum(codes)) => {
                let codes = codes.iter().map(|code| i64::from(code.0));
                Claim::In(*var, Ranges::of(codes.map(|code| (code, code))))
            }
            (Shape::Plain(var), Question::Int(ranges)) => Claim::In(*var, ranges.clone()),
            (Shape::Time { at, .. }, Question::At(ranges)) => Claim::In(*at, ranges.clone()),
            (Shape::Time { away, .. }, Question::Away(ranges)) => Claim::In(*away, ranges.clone()),
            (Shape::Texts(var, texts), Question::Text { test, holds }) => {
                Claim::In(*var, texts.classes_where(test, *holds))
            }
            (Shape::Set { groups, of, rest }, Question::Set { test, holds }) => {
                has(groups, of, *rest, test, *holds)
            }
            _ => return None,
        })
    }
}

/// A question about a set as claims about its groups.
fn has(
    groups: &[Group],
    of: &HashMap<Member, usize>,
    rest: Option<VarId>,
    test: &SetTest,
    holds: bool,
) -> Claim {
    let most = |group: &Group| if group.members.len() > 1 { 2 } else { 1 };
    let named = |members: &Members| {
        let named = members_of(members).filter_map(|member| of.get(&member).copied());
        let mut named: Vec<usize> = named.collect();
        named.sort_unstable();
        named.dedup();
        let named = named.into_iter().filter_map(|number| groups.get(number));
        named.collect::<Vec<_>>()
    };
    let none = |group: &&Group| Claim::range(group.var, 0, 0);
    match test {
        SetTest::Any(members) => match holds {
            true => Claim::Any(
                named(members)
                    .into_iter()
                    .map(|group| Claim::range(group.var, 1, most(group)))
                    .collect(),
            ),
            false => Claim::All(named(members).iter().map(none).collect()),
        },
        SetTest::All(members) => match holds {
            true => Claim::All(
                named(members)
                    .into_iter()
                    .map(|group| Claim::range(group.var, most(group), most(group)))
                    .collect(),
            ),
            false => Claim::Any(
                named(members)
                    .into_iter()
                    .map(|group| Claim::range(group.var, 0, most(group) - 1))
                    .collect(),
            ),
        },
        SetTest::Empty => {
            let each = groups.iter().map(|group| (group.var, most(group)));
            let each = each.chain(rest.map(|rest| (rest, 1)));
            match holds {
                true => Claim::All(each.map(|(var, _)| Claim::range(var, 0, 0)).collect()),
                false => Claim::Any(each.map(|(var, most)| Claim::range(var, 1, most)).collect()),
            }
        }
    }
}

fn members(list: &Members) -> Vec<Member> {
    members_of(list).collect()
}

fn members_of(list: &Members) -> Box<dyn Iterator<Item = Member> + '_> {
    match list {
        Members::Codes(codes) => Box::new(codes.iter().map(Member::Code)),
        Members::Texts(texts) => Box::new(texts.iter().cloned().map(Member::Text)),
    }
}
