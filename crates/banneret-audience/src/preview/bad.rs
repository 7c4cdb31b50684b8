//! Facts that were given wrongly: dated ahead, or outside their domain.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use banneret::{Clock, Fact, FactId, Given, Kind, Schema, Time, WhyUnknown};

use crate::columns::{Column, Table, all_within, none_after};
use crate::read::{given, moment, text};

/// In how many accounts, by fact and what is wrong with it.
pub(super) type Bad = BTreeMap<(FactId, WhyUnknown), u64>;

/// The last dictionary of each fact, as far as all of its words are of the domain: batches often
/// share theirs.
#[derive(Debug, Default)]
pub(super) struct Clean(BTreeMap<FactId, ArrayRef>);

impl Clean {
    /// Counts what is wrong with the facts of a table.
    pub(super) fn count(&mut self, table: &Table, schema: &Schema, clock: Clock, bad: &mut Bad) {
        count(table, schema, clock, bad, |fact, kind, words| {
            let known = self.0.get(&fact);
            if known.is_some_and(|known| Arc::ptr_eq(known, words)) {
                return false;
            }
            let is_outside = texts_are_outside(kind, words);
            if !is_outside {
                self.0.insert(fact, Arc::clone(words));
            }
            is_outside
        });
    }
}

fn count(
    table: &Table,
    schema: &Schema,
    clock: Clock,
    bad: &mut Bad,
    mut are_outside: impl FnMut(FactId, &Kind, &ArrayRef) -> bool,
) {
    let last = clock.now.plus(clock.skew);
    let shared = table
        .as_of
        .as_ref()
        .is_some_and(|ages| is_ahead(ages, last));
    for column in &table.facts {
        let Some(fact) = schema.fact(column.fact) else {
            continue;
        };
        let ahead = shared
            || column
                .as_of
                .as_ref()
                .is_some_and(|ages| is_ahead(ages, last));
        // Looking at each row is for where there is something to see.
        if !ahead
            && !may_be_outside(&fact.kind, &column.values, |words| {
                are_outside(column.fact, &fact.kind, words)
            })
        {
            continue;
        }
        for row in 0..table.rows {
            if let Some(why) = wrong(table, column, fact, row, last) {
                *bad.entry((column.fact, why)).or_default() += 1;
            }
        }
    }
}

fn is_ahead(ages: &dyn Array, last: Time) -> bool {
    !none_after(ages, last)
}

/// Whether a value may be outside its domain.
fn may_be_outside(
    kind: &Kind,
    values: &dyn Array,
    are_outside: impl FnOnce(&ArrayRef) -> bool,
) -> bool {
    match kind {
        Kind::Bool | Kind::Time | Kind::String(None) | Kind::StringSet => false,
        Kind::Int { min, max } => !all_within(values, *min, *max),
        Kind::Enum(_) | Kind::String(Some(_)) => match values.as_any_dictionary_opt() {
            Some(dictionary) => are_outside(dictionary.values()),
            None => texts_are_outside(kind, values),
        },
        Kind::EnumSet(_) => {
            let members = match (values.as_list_opt::<i32>(), values.as_list_opt::<i64>()) {
                (Some(lists), _) => lists.values(),
                (None, Some(lists)) => lists.values(),
                (None, None) => return false,
            };
            match members.as_any_dictionary_opt() {
                Some(dictionary) => are_outside(dictionary.values()),
                None => texts_are_outside(kind, members),
            }
        }
    }
}

fn texts_are_outside(kind: &Kind, texts: &dyn Array) -> bool {
    (0..texts.len()).any(|at| text(texts, at).is_some_and(|text| is_outside(kind, text)))
}

fn is_outside(kind: &Kind, text: &str) -> bool {
    match kind {
        Kind::Enum(_) => kind.code(text).is_none() && text != "unknown",
        Kind::EnumSet(_) => kind.code(text).is_none(),
        Kind::String(Some(domain)) => !domain.iter().any(|value| **value == *text),
        _ => false,
    }
}

/// What is wrong with a fact of a row. A wrong value stays wrong when it is stale too.
fn wrong(
    table: &Table,
    column: &Column,
    fact: &Fact,
    row: usize,
    last: Time,
) -> Option<WhyUnknown> {
    let given = given(&fact.kind, &column.values, row)?;
    if matches!((&fact.kind, &given), (Kind::Enum(_), Given::Text(text)) if text == "unknown" && fact.kind.code(text).is_none())
    {
        return None;
    }
    let own = column.as_of.as_ref().and_then(|ages| moment(ages, row));
    let age = own.or_else(|| moment(table.as_of.as_ref()?, row));
    if age.is_some_and(|age| age > last) {
        return Some(WhyUnknown::Future);
    }
    let is_outside = match &given {
        Given::Int(value) => match fact.kind {
            Kind::Int { min, max } => !(min..=max).contains(value),
            _ => false,
        },
        Given::Text(text) => is_outside(&fact.kind, text),
        Given::List(members) => members.iter().any(|member| is_outside(&fact.kind, member)),
        _ => false,
    };
    is_outside.then_some(WhyUnknown::OutOfDomain)
}
