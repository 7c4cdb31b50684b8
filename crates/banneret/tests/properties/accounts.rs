//! Random accounts: values in and out of their domains, of every age and of none.

use banneret::{Facts, Given, Schema};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;

use crate::rules::{BOUNDS, LENGTHS, MOMENTS, TEXTS, micros};
use crate::world::{DAY, FACTS, HOUR, Kind, MINUTE, NOW, SKEW, Spec, time};

/// What is said of one fact.
#[derive(Clone, PartialEq)]
pub(crate) struct Word {
    pub(crate) value: Value,
    /// Microseconds since 1970.
    pub(crate) as_of: Option<i64>,
}

/// On one line, for reading a failure.
impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let as_of = self.as_of.map(time);
        let as_of = as_of.map_or(String::new(), |as_of| format!(" as of {as_of}"));
        match self.value {
            Value::Time(micros) => write!(f, "{}{as_of}", time(micros)),
            _ => write!(f, "{}{as_of}", format_args!("{:?}", self.value)),
        }
    }
}

/// A value as a host gives it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Text(String),
    Int(i64),
    Time(i64),
    List(Vec<String>),
}

/// What is said of each fact, in the order of the table.
pub(crate) type Account = Vec<Option<Word>>;

/// An account of which anything may be wrong.
pub(crate) fn account() -> impl Strategy<Value = Account> {
    FACTS.iter().map(fact).collect::<Vec<_>>()
}

fn fact(fact: &'static Spec) -> BoxedStrategy<Option<Word>> {
    let value = prop_oneof![
        12 => value(fact.kind),
        1 => Just(Value::Null),
        1 => outside(fact.kind),
    ];
    let word = (value, age(fact)).prop_map(|(value, as_of)| Some(Word { value, as_of }));
    prop_oneof![12 => word, 1 => Just(None)].boxed()
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    let texts = |values: &'static [&'static str]| select(values).prop_map(str::to_owned);
    match kind {
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Enum(values) | Kind::Text(Some(values)) => {
            texts(values).prop_map(Value::Text).boxed()
        }
        Kind::Text(None) => texts(TEXTS).prop_map(Value::Text).boxed(),
        Kind::Int(min, max) => prop_oneof![
            10 => (-4..=9_i64).prop_map(move |n| n.clamp(min, max)),
            1 => Just(min),
            1 => Just(max),
        ]
        .prop_map(Value::Int)
        .boxed(),
        Kind::Time => moment().prop_map(Value::Time).boxed(),
        Kind::EnumSet(values) => vec(texts(values), 0..4).prop_map(Value::List).boxed(),
        Kind::TextSet => vec(texts(TEXTS), 0..4).prop_map(Value::List).boxed(),
    }
}

/// A value of the right type that the domain does not have; `null` where it has all.
fn outside(kind: Kind) -> BoxedStrategy<Value> {
    let text = |text: &str| Value::Text(text.to_owned());
    match kind {
        Kind::Enum(_) => prop_oneof![Just(text("unknown")), Just(text("gone"))].boxed(),
        Kind::Text(Some(_)) => Just(text("FR")).boxed(),
        Kind::Int(min, max) if (min, max) != (i64::MIN, i64::MAX) => {
            prop_oneof![Just(min - 1), Just(max + 1), Just(i64::MAX)]
                .prop_map(Value::Int)
                .boxed()
        }
        Kind::EnumSet(values) => {
            Just(Value::List(vec![values[0].to_owned(), "gone".to_owned()])).boxed()
        }
        _ => Just(Value::Null).boxed(),
    }
}

/// Moments at the edges of the questions that are asked, a microsecond beside them, and any.
fn moment() -> impl Strategy<Value = i64> {
    let away = prop_oneof![
        select(LENGTHS).prop_map(micros),
        (0..4_i64, select(&[MINUTE, HOUR, DAY][..])).prop_map(|(count, unit)| count * unit),
    ];
    let edge = prop_oneof![
        3 => (away, any::<bool>()).prop_map(|(away, ago)| if ago { NOW - away } else { NOW + away }),
        2 => select(MOMENTS),
    ];
    prop_oneof![
        2 => (edge, -1..=1_i64).prop_map(|(edge, beside)| edge + beside),
        1 => (-9 * DAY..9 * DAY).prop_map(|away| NOW + away),
    ]
}

/// As of when; a fact that goes stale is rarely without.
fn age(fact: &'static Spec) -> BoxedStrategy<Option<i64>> {
    let bounds: Vec<i64> = BOUNDS.iter().copied().map(micros).collect();
    let bounds = bounds
        .into_iter()
        .chain(fact.fresh_for.map(|minutes| minutes * MINUTE));
    let edge = (select(bounds.collect::<Vec<_>>()), -1..=1_i64);
    let fresh = 0..fact.fresh_for.map_or(9 * DAY, |minutes| minutes * MINUTE);
    let ahead = prop_oneof![Just(SKEW), Just(SKEW + 1), Just(SKEW - 1), Just(HOUR)];
    let dated = prop_oneof![
        3 => edge.prop_map(|(bound, beside)| NOW - bound + beside),
        9 => fresh.prop_map(|age| NOW - age),
        4 => (0..5 * MINUTE).prop_map(|age| NOW - age),
        1 => ahead.prop_map(|ahead| NOW + ahead),
    ];
    let undated = if fact.fresh_for.is_some() { 1 } else { 20 };
    prop_oneof![undated => Just(None), 16 => dated.prop_map(Some)].boxed()
}

/// The facts as the engine has them.
pub(crate) fn facts(schema: &Arc<Schema>, account: &Account) -> Facts {
    let mut builder = Facts::builder(schema);
    for (fact, word) in FACTS.iter().zip(account) {
        if let Some(word) = word {
            let id = schema.id(fact.name).unwrap();
            builder
                .insert(id, given(&word.value), word.as_of.map(time))
                .unwrap();
        }
    }
    builder.build()
}

fn given(value: &Value) -> Given {
    match value {
        Value::Null => Given::Unknown,
        Value::Bool(value) => Given::Bool(*value),
        Value::Text(text) => Given::Text(text.clone()),
        Value::Int(number) => Given::Int(*number),
        Value::Time(micros) => Given::Time(time(*micros)),
        Value::List(members) => Given::List(members.clone()),
    }
}
