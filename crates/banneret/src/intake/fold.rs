//! From what the items say to what the document says.

use super::NoteKind;
use super::derive::{Currency, Share};
use crate::facts::{Given, Said, Value};
use crate::schema::Fact;

/// How the items' values become one. An unknown item makes the fact unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    Sum,
    Min,
    Max,
    Any,
    All,
    /// What the one item says; of several nobody can say which counts.
    Only,
}

/// A fact by which the item is picked that speaks for the facts of its kind without a fold of their
/// own. Of several such facts the first decides, and the next among those that are equal in it.
#[derive(Clone, Debug)]
pub(super) struct Pick {
    /// The kind of item.
    pub(super) kind: Option<usize>,
    /// The place of the fact that decides among the derived ones.
    pub(super) derived: usize,
    /// The value that speaks first comes first.
    pub(super) order: Vec<Value>,
}

impl Pick {
    /// From where to where an item may rank: what nobody knows may be any of the values.
    fn ranks(&self, share: &Share) -> (usize, usize) {
        let rank = match &share.said {
            Said::Value(value) => self.order.iter().position(|ranked| ranked == value),
            _ => None,
        };
        rank.map_or((0, self.order.len().saturating_sub(1)), |rank| (rank, rank))
    }
}

/// The item that speaks, of which the picks are in their order; `shares` are of the derived facts.
/// It is the one that comes first whatever the unknown ones turn out to be: the only one always is.
/// Nobody speaks where there is none.
pub(super) fn speaker<'p>(
    picks: impl Iterator<Item = &'p Pick>,
    shares: &[Vec<Share>],
    items: usize,
) -> Option<usize> {
    let mut at_best = vec![Vec::new(); items];
    let mut at_worst = vec![Vec::new(); items];
    for pick in picks {
        let shares = shares.get(pick.derived)?;
        for ((share, best), worst) in shares.iter().zip(&mut at_best).zip(&mut at_worst) {
            let (first, last) = pick.ranks(share);
            best.push(first);
            worst.push(last);
        }
    }
    let ranked: Vec<_> = at_best.into_iter().zip(at_worst).collect();
    let mut each = ranked.iter().enumerate();
    let first = each.find(|(at, item)| {
        let mut others = ranked.iter().enumerate().filter(|(other, _)| other != at);
        others.all(|(other, (best, worst))| {
            // Of items that are known to be equal the first in the document speaks.
            let are_equal = best == worst && item.0 == *best && item.1 == *worst;
            item.1 < *best || (are_equal && *at < other)
        })
    });
    first.map(|(at, _)| at)
}

type Trouble = (NoteKind, String);

impl Fold {
    /// The one value of the items' values, and what was wrong on the way.
    pub(super) fn over(self, fact: &Fact, shares: &[Share]) -> (Said, Option<Trouble>) {
        if self == Fold::Only {
            return only(shares);
        }
        let about: Vec<&Share> = shares.iter().filter(|share| !share.is_silent).collect();
        if about.is_empty() && !shares.is_empty() {
            return (Said::Unknown, None);
        }
        let shares = &*about;
        if let Some(said) = unknown(shares) {
            return (said, None);
        }
        if matches!(self, Fold::Sum | Fold::Min | Fold::Max)
            && let Some(trouble) = two_currencies(shares)
        {
            return (Said::Unknown, Some(trouble));
        }
        let values = shares.iter().filter_map(|share| match &share.said {
            Said::Value(value) => Some(value),
            _ => None,
        });
        let given = match self {
            Fold::Sum => match sum(values) {
                Some(sum) => Given::Int(sum),
                None => {
                    let text = "the sum of the items is over 64 bits".to_owned();
                    return (Said::Unknown, Some((NoteKind::Overflow, text)));
                }
            },
            Fold::Min => least(values),
            Fold::Max => greatest(values),
            Fold::Only => Given::Unknown,
            Fold::Any => Given::Bool(bools(values).any(|value| value)),
            // Of no items it would be true of all of them, and nobody has said a thing.
            Fold::All if shares.is_empty() => Given::Unknown,
            Fold::All => Given::Bool(bools(values).all(|value| value)),
        };
        (given.said(fact).unwrap_or(Said::Unknown), None)
    }
}

fn only(shares: &[Share]) -> (Said, Option<Trouble>) {
    match shares {
        [] => (Said::Unknown, None),
        [share] => (share.said.clone(), None),
        _ => {
            let text = format!(
                "there are {} items, and nobody says which counts",
                shares.len()
            );
            (Said::Unknown, Some((NoteKind::Several, text)))
        }
    }
}

/// What the first item that is not known says.
fn unknown(shares: &[&Share]) -> Option<Said> {
    let mut said = shares.iter().map(|share| &share.said);
    said.find(|said| !matches!(said, Said::Value(_))).cloned()
}

/// Amounts of two currencies have no sum, and none of them is the least.
fn two_currencies(shares: &[&Share]) -> Option<Trouble> {
    let currencies = shares.iter().map(|share| &share.currency);
    let amounts: Vec<_> = currencies
        .filter(|currency| **currency != Currency::None)
        .collect();
    let (first, others) = amounts.split_first()?;
    let text = match (first, others.iter().find(|other| *other != first)) {
        (_, None) if **first == Currency::Unnamed && !others.is_empty() => {
            "no item says its currency".into()
        }
        (_, None) => return None,
        (Currency::Named(one), Some(Currency::Named(other))) => {
            format!("the items are in {one} and {other}")
        }
        (_, Some(_)) => "an item does not say its currency".into(),
    };
    Some((NoteKind::Currencies, text))
}

fn sum<'v>(mut values: impl Iterator<Item = &'v Value>) -> Option<i64> {
    // The parts may leave 64 bits and come back: 128 hold the sum of as many as memory does.
    let sum = values.try_fold(0_i128, |sum, value| match value {
        Value::Int(number) => sum.checked_add(i128::from(*number)),
        _ => None,
    })?;
    i64::try_from(sum).ok()
}

fn least<'v>(values: impl Iterator<Item = &'v Value>) -> Given {
    values
        .filter_map(ordered)
        .min_by_key(|(key, _)| *key)
        .map_or(Given::Unknown, |(_, given)| given)
}

fn greatest<'v>(values: impl Iterator<Item = &'v Value>) -> Given {
    values
        .filter_map(ordered)
        .max_by_key(|(key, _)| *key)
        .map_or(Given::Unknown, |(_, given)| given)
}

fn ordered(value: &Value) -> Option<(i64, Given)> {
    match value {
        Value::Int(number) => Some((*number, Given::Int(*number))),
        Value::Time(time) => Some((time.as_unix_micros(), Given::Time(*time))),
        _ => None,
    }
}

fn bools<'v>(values: impl Iterator<Item = &'v Value>) -> impl Iterator<Item = bool> {
    values.filter_map(|value| match value {
        Value::Bool(value) => Some(*value),
        _ => None,
    })
}
