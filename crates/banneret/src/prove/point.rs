//! What the diagrams say of one account: for holding them against the plain evaluator.

use super::space::{ABSENT, Member, Part, Shape};
use super::{Prover, Reading, Unproven};
use crate::facts::{Clock, Facts, Said, Value};
use crate::formula::NodeId;
use crate::schema::FactId;
use crate::value::Time;

impl Prover<'_> {
    /// Whether a formula is so read for one account. The plain evaluator says the same, faster;
    /// this is the side of the proof that is tried against it.
    ///
    /// # Errors
    /// Where the formula has no diagram within the budget.
    pub fn holds(
        &mut self,
        formula: NodeId,
        reading: Reading,
        facts: &Facts,
        clock: Clock,
    ) -> Result<bool, Unproven> {
        self.begin();
        let mut set = self.set(formula, reading)?;
        loop {
            let Some(var) = self.space.var(self.diagrams.var(set)) else {
                return Ok(set == super::Set::EVERYBODY);
            };
            let (fact, part) = (var.fact, var.part);
            let value = match part {
                Part::Age => age(facts, fact, clock),
                part => self.coordinate(facts, fact, part, clock.now),
            };
            let edges = self.diagrams.edges(set);
            let edge = edges.iter().find(|(high, _)| value <= *high);
            set = edge.map_or(super::Set::NOBODY, |(_, next)| *next);
        }
    }

    /// The value of a variable. Of a fact that is unknown it is any: no formula asks then.
    fn coordinate(&self, facts: &Facts, fact: FactId, part: Part, now: Time) -> i64 {
        let Said::Value(value) = facts.said(fact) else {
            return 0;
        };
        let shape = self.space.shape(fact);
        match (part, value, shape) {
            (Part::Value, Value::Bool(value), _) => i64::from(*value),
            (Part::Value, Value::Enum(code), _) => i64::from(code.0),
            (Part::Value, Value::Int(number), _) => *number,
            (Part::Value, Value::Text(text), Some(Shape::Texts(_, texts))) => texts.class_of(text),
            (Part::At, Value::Time(time), _) => time.0,
            (Part::Away, Value::Time(time), _) => crate::formula::away(*time, now),
            (Part::Group(number), value, Some(Shape::Set { groups, .. })) => {
                let members = groups.get(number).map_or(&[][..], |group| &group.members);
                let has = members.iter().filter(|member| has(value, member)).count();
                match (has, members.len()) {
                    (0, _) => 0,
                    (has, all) if has < all || all == 1 => 1,
                    _ => 2,
                }
            }
            (Part::Rest, value, Some(Shape::Set { of, .. })) => {
                let other = match value {
                    Value::Codes(codes) => codes
                        .iter()
                        .any(|code| !of.contains_key(&Member::Code(code))),
                    Value::Texts(texts) => {
                        let known = |text: &str| of.contains_key(&Member::Text(text.into()));
                        !texts.iter().all(known)
                    }
                    _ => false,
                };
                i64::from(other)
            }
            _ => 0,
        }
    }
}

/// The age of a fact as the proof counts it: none below nought, and the highest where nothing is
/// known, however old.
fn age(facts: &Facts, fact: FactId, clock: Clock) -> i64 {
    let goes_stale = facts.schema().fact(fact);
    let goes_stale = goes_stale.is_some_and(|fact| fact.fresh_for.is_some());
    match (facts.said(fact), facts.as_of(fact)) {
        (Said::Value(_), None) if !goes_stale => 0,
        (Said::Value(_), Some(as_of)) if as_of <= clock.now.plus(clock.skew) => {
            clock.now.0.saturating_sub(as_of.0).max(0)
        }
        _ => ABSENT,
    }
}

fn has(value: &Value, member: &Member) -> bool {
    match (value, member) {
        (Value::Codes(codes), Member::Code(code)) => codes.has(*code),
        (Value::Texts(texts), Member::Text(text)) => texts.contains(text),
        _ => false,
    }
}
