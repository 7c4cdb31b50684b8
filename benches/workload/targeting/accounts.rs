//! Accounts whose facts fit together: who is behind on a payment has tried, unpaid days, and a
//! subscription that says so.

use super::chance::Chance;
use super::facts::{FACTS, Kind, fact};

/// What a fact says, with words as codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of an enum.
    Word(u8),
    /// Of an int.
    Number(i64),
    /// Of a bool.
    Flag(bool),
    /// Of a set: a bit for each word.
    Words([u64; 4]),
}

/// What is known of one account, by fact.
#[derive(Clone, Debug)]
pub struct Account {
    /// What is known.
    pub values: [Option<Value>; 20],
    /// What was known of a fact so long ago that it is unknown now.
    pub stale: [Option<Value>; 20],
    /// How many seconds ago billing vouched for what it says.
    pub age: u32,
}

/// So many accounts.
#[must_use]
pub fn accounts(count: usize, seed: u64) -> Vec<Account> {
    let mut chance = Chance::new(seed);
    (0..count).map(|_| account(&mut chance)).collect()
}

fn account(chance: &mut Chance) -> Account {
    let mut account = Account {
        values: [None; 20],
        stale: [None; 20],
        age: chance.below(3_000) as u32,
    };
    let mut say = |name: &str, value: Value| account.values[fact(name)] = Some(value);
    billing(chance, &mut say);
    let plan = chance.zipf(12, 0.8);
    let seats = 1 + chance.falling(3.0 + 6.0 * plan as f64);
    let cents = if plan == 0 {
        0
    } else {
        seats * 100 * chance.between(5, 85)
    };
    let country = chance.zipf(60, 1.0);
    let region = if chance.percent(5.0) { 5 } else { country % 5 };
    say("account.plan", Value::Word(plan as u8));
    say("account.seats", Value::Number(seats));
    say("account.monthly_cents", Value::Number(cents));
    say("account.country", Value::Word(country as u8));
    say("account.region", Value::Word(region as u8));
    say("account.channel", Value::Word(chance.zipf(10, 0.7) as u8));
    say("account.age_days", Value::Number(chance.falling(420.0)));
    say("account.is_test", Value::Flag(chance.percent(4.0)));
    let role = chance.weighted(&[50, 20, 15, 5, 10]);
    say("viewer.role", Value::Word(role as u8));
    say("viewer.language", Value::Word(chance.zipf(20, 1.0) as u8));
    say("viewer.release", Value::Number(chance.between(300, 399)));
    say("viewer.is_author", Value::Flag(chance.percent(30.0)));
    for (name, most) in [("account.features", 12), ("account.labels", 5)] {
        say(name, words(chance, FACTS[fact(name)].words(), most));
    }
    forget(chance, &mut account);
    account
}

fn billing(chance: &mut Chance, say: &mut impl FnMut(&str, Value)) {
    let stage = chance.weighted(&[81, 6, 4, 3, 3, 2, 1]);
    let status = match stage {
        0 => [0, 1, 4, 5, 6, 7][chance.weighted(&[77, 12, 7, 2, 1, 1])],
        1 | 2 => 2,
        3 => [2, 3][chance.below(2)],
        4 => 3,
        5 => 7,
        _ => 4,
    };
    let (least, most) = [
        (0, 0),
        (1, 7),
        (3, 16),
        (14, 30),
        (25, 64),
        (0, 60),
        (60, 180),
    ][stage];
    let attempts = match stage {
        0 => i64::from(chance.percent(5.0)),
        5 => chance.between(0, 3),
        late => late as i64 + chance.between(0, 2),
    };
    say("dues.stage", Value::Word(stage as u8));
    say("dues.days", Value::Number(chance.between(least, most)));
    say("dues.attempts", Value::Number(attempts));
    say("subscription.status", Value::Word(status));
    let kind = chance.weighted(&[68, 9, 7, 6, 6, 4]);
    say("card.kind", Value::Word(kind as u8));
    say(
        "card.ends_in_days",
        Value::Number(chance.between(-60, 1_140)),
    );
}

fn words(chance: &mut Chance, of: usize, most: usize) -> Value {
    let mut words = [0; 4];
    for _ in 0..chance.below(most + 1) {
        let code = chance.zipf(of, 0.8);
        words[code / 64] |= 1_u64 << (code % 64);
    }
    Value::Words(words)
}

/// Some facts nobody knows; of those that go stale, every other was known once.
fn forget(chance: &mut Chance, account: &mut Account) {
    for (place, fact) in FACTS.iter().enumerate() {
        if chance.below(1_000) < fact.unknown {
            let was = account.values[place].take();
            if fact.fresh_for.is_some() && chance.percent(50.0) {
                account.stale[place] = was;
            }
        }
    }
}

impl Value {
    /// Whether it is of a fact of that kind.
    #[must_use]
    pub fn is_of(self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Value::Word(_), Kind::Enum(_))
                | (Value::Number(_), Kind::Int)
                | (Value::Flag(_), Kind::Bool)
                | (Value::Words(_), Kind::Set(..))
        )
    }
}
