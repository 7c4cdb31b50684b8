//! Accounts as JSON: in banneret's form, and flat for the others.

use banneret::{Duration, Time};
use serde_json::{Value as Json, json};

use crate::peer::Flat;
use crate::targeting::{Account, FACTS, Fact, Value};

/// The moment at which everything is decided: noon of 4 May 2026, UTC.
#[must_use]
pub fn now() -> Time {
    Time::from_unix_seconds(1_777_896_000)
}

/// An account in banneret's form, with what is unknown because it is stale.
///
/// # Panics
/// Never.
#[must_use]
pub fn account(account: &Account, number: usize) -> Json {
    let before = |seconds: u64| {
        let age = Duration::from_seconds(seconds).expect("a small number of seconds");
        now().minus(age).to_string()
    };
    let mut facts = serde_json::Map::new();
    for (place, fact) in FACTS.iter().enumerate() {
        if let Some(value) = account.values[place] {
            facts.insert(fact.name.to_owned(), value_of(fact, value));
        } else if let Some(value) = account.stale[place] {
            let stale = json!({"value": value_of(fact, value), "as_of": before(3 * 86_400)});
            facts.insert(fact.name.to_owned(), stale);
        }
    }
    json!({
        "id": format!("acct_{number:05}"),
        "as_of": before(account.age.into()),
        "facts": facts,
    })
}

/// An account for the other engines: what is stale is simply not there, as if the host had seen
/// to it.
#[must_use]
pub fn flat(account: &Account) -> Flat {
    let facts = FACTS.iter().zip(account.values);
    let known = facts.filter_map(|(fact, value)| Some((fact.identifier(), value_of(fact, value?))));
    known.collect()
}

fn value_of(fact: &Fact, value: Value) -> Json {
    match value {
        Value::Word(code) => fact.word(code).into(),
        Value::Number(number) => number.into(),
        Value::Flag(flag) => flag.into(),
        Value::Words(words) => {
            let codes =
                (0..=u8::MAX).filter(|code| words[usize::from(code / 64)] >> (code % 64) & 1 == 1);
            codes.map(|code| Json::from(fact.word(code))).collect()
        }
    }
}
