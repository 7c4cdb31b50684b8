//! Accounts that prove a point, and their trial by the plain evaluator.

use std::sync::Arc;

use super::smallest::{Choice, ordinary};
use super::space::{ABSENT, Member, Part, Shape, Space};
use crate::diagnostic::{Counterexample, Example};
use crate::facts::{Facts, Said, Value};
use crate::formula::Codes;
use crate::schema::{EnumCode, Fact, FactId, Kind, Schema};
use crate::value::{Duration, Time};

/// The smallest account that proves a point: whatever else is true of an account, with these facts
/// it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The moment at which it does.
    pub now: Time,
    /// What must be known of it, in the order of the schema.
    pub told: Vec<Told>,
    /// How far it is from an ordinary account of which nothing need be told: a thousand a fact,
    /// and a little more for what is unknown, old or unusual.
    pub cost: u32,
}

/// What must be known of one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The fact.
    pub fact: FactId,
    /// Its value; nothing where it must be unknown.
    pub value: Option<Value>,
    /// As of when, where facts of its kind go stale or its age matters.
    pub as_of: Option<Time>,
}

/// From the first to the last moment that is usual: no length that a rule may name leads from here
/// to where moments cannot be written any more.
const NEAR: (i64, i64) = (
    Time::MIN.0 + 3 * Duration::MAX.as_micros(),
    Time::MAX.0 - 3 * Duration::MAX.as_micros(),
);

/// No moment fits all that was told of moments and their distance from now.
pub(super) struct NoSuchMoment;

/// All that was chosen about one fact.
#[derive(Default)]
struct Chosen {
    age: Option<Choice>,
    value: Option<Choice>,
    at: Option<Choice>,
    away: Option<Choice>,
    groups: Vec<(usize, i64)>,
    rest: bool,
}

impl Witness {
    /// The account of those choices, at the possible moment that is nearest to `near`.
    pub(super) fn of(
        space: &Space,
        schema: &Schema,
        choices: &[Choice],
        cost: u32,
        near: Time,
    ) -> Result<Witness, NoSuchMoment> {
        let mut facts: std::collections::BTreeMap<FactId, Chosen> = Default::default();
        for choice in choices {
            let Some(var) = space.var(choice.var) else {
                continue;
            };
            let chosen = facts.entry(var.fact).or_default();
            match var.part {
                Part::Age => chosen.age = Some(*choice),
                Part::Value => chosen.value = Some(*choice),
                Part::At => chosen.at = Some(*choice),
                Part::Away => chosen.away = Some(*choice),
                Part::Group(number) => chosen.groups.push((number, choice.pick)),
                Part::Rest => chosen.rest = choice.pick > 0,
            }
        }
        let now = moment(facts.values(), near)?;
        let told = facts.iter().filter_map(|(id, chosen)| {
            let fact = schema.fact(*id)?;
            let age = chosen.age.map_or(0, |age| age.pick);
            let dated = fact.fresh_for.is_some() || age > 0;
            let known = age != ABSENT;
            Some(Told {
                fact: *id,
                value: known.then(|| chosen.value(fact, space.shape(*id), now)),
                as_of: (known && dated).then(|| Time(now.0.saturating_sub(age))),
            })
        });
        Ok(Witness {
            now,
            told: told.collect(),
            cost,
        })
    }

    /// The account's facts.
    #[must_use]
    pub fn facts(&self, schema: &Arc<Schema>) -> Facts {
        let mut facts = Facts::builder(schema);
        for told in &self.told {
            let said = told.value.clone().map_or(Said::Unknown, Said::Value);
            facts.say(told.fact, said, told.as_of);
        }
        facts.build()
    }

    /// The same account with everything that is known of it fresh.
    pub(super) fn fresh(&self) -> Witness {
        let told = self.told.iter().cloned().map(|told| Told {
            as_of: told.as_of.map(|_| self.now),
            ..told
        });
        Witness {
            told: told.collect(),
            ..*self
        }
    }

    /// The account as people and programs are shown it.
    #[must_use]
    pub fn example(&self, schema: &Schema) -> Counterexample {
        let facts = self.told.iter().filter_map(|told| {
            let fact = schema.fact(told.fact)?;
            let shown = told.value.as_ref();
            Some(Example {
                fact: fact.name.to_string(),
                value: told.value.as_ref().map(|value| value.to_json(fact)),
                shown: shown.map(|value| value.display(schema, told.fact)),
                as_of: told.as_of,
                moment: match told.value {
                    Some(Value::Time(time)) => Some(time),
                    _ => None,
                },
            })
        });
        Counterexample {
            now: self.now,
            facts: facts.collect(),
        }
    }
}

/// The moment nearest to `near` at which everything that was chosen about moments can be.
fn moment<'c>(facts: impl Iterator<Item = &'c Chosen>, near: Time) -> Result<Time, NoSuchMoment> {
    let (mut first, mut last) = (Time::MIN.0, Time::MAX.0);
    for chosen in facts {
        let (at, away) = (chosen.at, chosen.away);
        let at = at.map_or((Time::MIN.0, Time::MAX.0), |at| (at.low, at.high));
        if let Some(away) = away {
            first = first.max(at.0.saturating_sub(away.high));
            last = last.min(at.1.saturating_sub(away.low));
        }
    }
    // Far off only where it must be: what is not looked at is not proven either.
    let usual = (first.max(NEAR.0), last.min(NEAR.1));
    for (first, last) in [usual, (first, last)] {
        if first <= last {
            return Ok(Time(near.0.clamp(first, last)));
        }
    }
    Err(NoSuchMoment)
}

impl Chosen {
    fn value(&self, fact: &Fact, shape: Option<&Shape>, now: Time) -> Value {
        let pick = self.value.map(|choice| choice.pick);
        let plain = |low, high| pick.unwrap_or_else(|| ordinary(fact, low, high).1);
        match &fact.kind {
            Kind::Bool => Value::Bool(plain(0, 1) > 0),
            Kind::Enum(values) => {
                let last = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1) - 1;
                Value::Enum(EnumCode(u16::try_from(plain(0, last)).unwrap_or_default()))
            }
            Kind::Int { min, max } => Value::Int(plain(*min, *max)),
            Kind::Time => Value::Time(self.time(now)),
            Kind::String(_) => Value::Text(match shape {
                Some(Shape::Texts(_, texts)) => {
                    let free = (0..)
                        .take(texts.len())
                        .find(|class| !texts.is_listed(*class));
                    texts.text(pick.or(free).unwrap_or(0)).into()
                }
                _ => "other".into(),
            }),
            Kind::EnumSet(values) => {
                let members = self.members(shape, || other_code(fact, shape).map(Member::Code));
                let codes = members.into_iter().filter_map(|member| match member {
                    Member::Code(code) => Some(code),
                    Member::Text(_) => None,
                });
                Value::Codes(Codes::of(values.len(), codes))
            }
            Kind::StringSet => {
                let members = self.members(shape, || other_text(shape).map(Member::Text));
                let texts = members.into_iter().filter_map(|member| match member {
                    Member::Text(text) => Some(text),
                    Member::Code(_) => None,
                });
                Value::Texts(texts.collect())
            }
        }
    }

    fn time(&self, now: Time) -> Time {
        let at = self.at.map_or((i64::MIN, i64::MAX), |at| (at.low, at.high));
        let away = self.away.map_or((i64::MIN, i64::MAX), |away| {
            let from_now = |distance: i64| now.0.saturating_add(distance);
            (from_now(away.low), from_now(away.high))
        });
        let (low, high) = (at.0.max(away.0), at.1.min(away.1));
        Time(now.0.clamp(low, high.max(low)))
    }

    fn members(&self, shape: Option<&Shape>, other: impl Fn() -> Option<Member>) -> Vec<Member> {
        let Some(Shape::Set { groups, .. }) = shape else {
            return Vec::new();
        };
        let mut members: Vec<Member> = Vec::new();
        for (number, has) in &self.groups {
            let group = groups.get(*number);
            let of = group.map_or(&[][..], |group| group.members.as_slice());
            let some = match (of.len(), has) {
                (_, 0) => 0,
                (0 | 1, _) => 1,
                (_, 1) => 1,
                (all, _) => all,
            };
            members.extend(of.iter().take(some).cloned());
        }
        if self.rest {
            members.extend(other());
        }
        members
    }
}

/// A value that no formula names, a usual one if there is one.
fn other_code(fact: &Fact, shape: Option<&Shape>) -> Option<EnumCode> {
    let Some(Shape::Set { of, .. }) = shape else {
        return None;
    };
    let values = fact.kind.values();
    let free = |usual: bool| {
        let mut codes = values.iter().enumerate();
        codes.find_map(|(at, value)| {
            let code = EnumCode(u16::try_from(at).ok()?);
            let wanted = value.usual || !usual;
            (wanted && !of.contains_key(&Member::Code(code))).then_some(code)
        })
    };
    free(true).or_else(|| free(false))
}

/// A text that no formula names.
fn other_text(shape: Option<&Shape>) -> Option<Box<str>> {
    let Some(Shape::Set { of, .. }) = shape else {
        return None;
    };
    let names = (1_u32..).map(|number| match number {
        1 => "other".to_owned(),
        number => format!("other_{number}"),
    });
    let mut names = names.map(String::into_boxed_str);
    names.find(|name| !of.contains_key(&Member::Text(name.clone())))
}
