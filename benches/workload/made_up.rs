//! Accounts for any schema, made up fact by fact.

use std::sync::Arc;

use banneret::{Fact, Facts, Given, Kind, Schema, Time};

use crate::books::Chance;

/// So many accounts, of which nothing is stale and one fact in twenty is unknown.
///
/// # Panics
/// Where a value of a fact's own kind is refused.
#[must_use]
pub fn accounts(schema: &Arc<Schema>, count: usize, now: Time) -> Vec<Facts> {
    let mut chance = Chance(23);
    let one = |_| {
        let mut builder = Facts::builder(schema).as_of(now);
        for (id, fact) in schema.facts() {
            if chance.below(20) > 0 {
                let value = value(fact, now, &mut chance);
                builder
                    .insert(id, value, None)
                    .expect("a value of its kind");
            }
        }
        builder.build()
    };
    (0..count).map(one).collect()
}

fn value(fact: &Fact, now: Time, chance: &mut Chance) -> Given {
    let some = |of: Vec<&str>, chance: &mut Chance| {
        let chosen = of.into_iter().filter(|_| chance.below(4) == 0);
        Given::List(chosen.map(str::to_owned).collect())
    };
    match &fact.kind {
        Kind::Bool => Given::Bool(chance.below(2) == 0),
        Kind::Enum(values) => Given::from(&*values[chance.below(values.len())].name),
        Kind::EnumSet(values) => some(values.iter().map(|value| &*value.name).collect(), chance),
        Kind::StringSet => some(vec!["api", "beta", "frozen", "legacy", "sso"], chance),
        Kind::String(Some(texts)) => Given::from(&*texts[chance.below(texts.len())]),
        Kind::String(None) => Given::from(["DE", "US", "a-on", "b-off"][chance.below(4)]),
        Kind::Int { min, max } => Given::Int(
            (*min)
                .max(-5)
                .saturating_add(chance.below(100) as i64)
                .min(*max),
        ),
        Kind::Time => {
            let quarters = chance.below(4 * 24 * 60) as i64 - 2 * 24 * 60;
            Given::Time(Time::from_unix_seconds(
                now.as_unix_micros() / 1_000_000 + quarters * 900,
            ))
        }
    }
}
