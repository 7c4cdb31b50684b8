//! A batch being gathered, an account at a time.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Int64Builder, ListBuilder, StringBuilder, StringDictionaryBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, StringArray};
use banneret::{Fact, FactId, Facts, History, Kind, Said, Schema, Time, Value};

use super::Wanted;
use super::take::{Accounts, Places};
use crate::columns::{Column, Table};

/// What an account says of a fact, as a column of its type holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing, or that it is unknown.
    Null,
    Bool(bool),
    Int(i64),
    Time(i64),
    Text(&'a str),
    /// The members of a set as CSV writes them, `a|b|c`; `{}` is the empty set.
    Joined(&'a str),
}

/// Gathers accounts into a batch, the facts that are wanted only.
pub struct Gathering {
    schema: Arc<Schema>,
    columns: Vec<Building>,
    as_of: TimestampMicrosecondBuilder,
    ids: Option<StringBuilder>,
    histories: Option<StringBuilder>,
    places: Vec<u64>,
}

struct Building {
    fact: FactId,
    values: Values,
    /// Made with the first age that differs from the row's.
    ages: Option<TimestampMicrosecondBuilder>,
}

enum Values {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Time(TimestampMicrosecondBuilder),
    Text(StringBuilder),
    /// Texts of which there are few.
    Code(StringDictionaryBuilder<Int32Type>),
    Set(ListBuilder<StringBuilder>),
}

impl Values {
    fn of(fact: &Fact) -> Values {
        match &fact.kind {
            Kind::Bool => Values::Bool(BooleanBuilder::new()),
            Kind::Int { .. } => Values::Int(Int64Builder::new()),
            Kind::Time => Values::Time(moments()),
            Kind::String(None) => Values::Text(StringBuilder::new()),
            Kind::Enum(_) | Kind::String(Some(_)) => Values::Code(StringDictionaryBuilder::new()),
            Kind::EnumSet(_) | Kind::StringSet => {
                Values::Set(ListBuilder::new(StringBuilder::new()))
            }
        }
    }

    fn null(&mut self) {
        match self {
            Values::Bool(values) => values.append_null(),
            Values::Int(values) => values.append_null(),
            Values::Time(values) => values.append_null(),
            Values::Text(values) => values.append_null(),
            Values::Code(values) => values.append_null(),
            Values::Set(values) => values.append_null(),
        }
    }

    fn put(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Values::Bool(values), Cell::Bool(value)) => values.append_value(value),
            (Values::Int(values), Cell::Int(value)) => values.append_value(value),
            (Values::Time(values), Cell::Time(value)) => values.append_value(value),
            (Values::Text(values), Cell::Text(text)) => values.append_value(text),
            (Values::Code(values), Cell::Text(text)) => values.append_value(text),
            (Values::Set(sets), Cell::Joined(text)) => {
                if text != "{}" {
                    text.split('|')
                        .for_each(|member| sets.values().append_value(member));
                }
                sets.append(true);
            }
            (values, _) => values.null(),
        }
    }

    fn say(&mut self, said: &Said, fact: &Fact) {
        let value = match said {
            Said::Value(value) => value,
            Said::OutOfDomain(given) => return self.put_wrong(given),
            Said::Nothing | Said::Unknown | Said::Contradiction => return self.null(),
        };
        match (self, value) {
            (Values::Bool(values), Value::Bool(value)) => values.append_value(*value),
            (Values::Int(values), Value::Int(value)) => values.append_value(*value),
            (Values::Time(values), Value::Time(value)) => {
                values.append_value(value.as_unix_micros());
            }
            (Values::Text(values), Value::Text(text)) => values.append_value(text),
            (Values::Code(values), Value::Text(text)) => values.append_value(text),
            (Values::Code(values), Value::Enum(code)) => {
                values.append_option(fact.kind.value_name(*code));
            }
            (Values::Set(sets), Value::Codes(codes)) => {
                let names = codes.iter().filter_map(|code| fact.kind.value_name(code));
                names.for_each(|name| sets.values().append_value(name));
                sets.append(true);
            }
            (Values::Set(sets), Value::Texts(texts)) => {
                texts
                    .iter()
                    .for_each(|text| sets.values().append_value(text));
                sets.append(true);
            }
            (values, _) => values.null(),
        }
    }

    /// A value outside its domain, as it was given, so that it is out of it here too.
    fn put_wrong(&mut self, given: &str) {
        match self {
            Values::Int(values) => values.append_option(given.parse().ok()),
            Values::Text(values) => values.append_value(given),
            Values::Code(values) => values.append_value(given),
            Values::Set(sets) => {
                sets.values().append_value(given);
                sets.append(true);
            }
            Values::Bool(_) | Values::Time(_) => self.null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Values::Bool(values) => Arc::new(values.finish()),
            Values::Int(values) => Arc::new(values.finish()),
            Values::Time(values) => Arc::new(values.finish()),
            Values::Text(values) => Arc::new(values.finish()),
            Values::Code(values) => Arc::new(values.finish()),
            Values::Set(values) => Arc::new(values.finish()),
        }
    }
}

fn moments() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone("UTC")
}

impl Gathering {
    /// An empty batch.
    #[must_use]
    pub fn new(schema: &Arc<Schema>, wanted: &Wanted) -> Gathering {
        let columns = wanted.facts().filter_map(|fact| {
            Some(Building {
                fact,
                values: Values::of(schema.fact(fact)?),
                ages: None,
            })
        });
        Gathering {
            schema: Arc::clone(schema),
            columns: columns.collect(),
            as_of: moments(),
            ids: wanted.ids().then(StringBuilder::new),
            histories: wanted.histories().then(StringBuilder::new),
            places: Vec::new(),
        }
    }

    /// How many accounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds an account; `place` is its line, or its number among the documents of a file.
    pub fn push(&mut self, facts: &Facts, history: &History, place: u64) {
        let shared = self.shared_age(facts);
        let schema = Arc::clone(&self.schema);
        let row = self.begin(facts.account_id(), shared, place);
        if let Some(histories) = &mut self.histories {
            match history == &History::new() {
                true => histories.append_null(),
                false => histories.append_option(serde_json::to_string(history).ok()),
            }
        }
        for column in &mut self.columns {
            let Some(fact) = schema.fact(column.fact) else {
                column.values.null();
                continue;
            };
            column.values.say(facts.said(column.fact), fact);
            let age = facts.as_of(column.fact).filter(|age| Some(*age) != shared);
            column.age(row, age);
        }
    }

    /// Adds an account by the cells of the wanted facts, in their order, with their own ages.
    pub(super) fn push_cells(
        &mut self,
        id: &str,
        as_of: Option<Time>,
        cells: &[(Cell<'_>, Option<Time>)],
        place: u64,
    ) {
        let row = self.begin(Some(id), as_of, place);
        if let Some(histories) = &mut self.histories {
            histories.append_null();
        }
        for (column, (cell, age)) in self.columns.iter_mut().zip(cells) {
            column.values.put(*cell);
            column.age(row, *age);
        }
    }

    fn begin(&mut self, id: Option<&str>, as_of: Option<Time>, place: u64) -> usize {
        let row = self.places.len();
        self.places.push(place);
        self.as_of.append_option(as_of.map(Time::as_unix_micros));
        if let Some(ids) = &mut self.ids {
            ids.append_option(id);
        }
        row
    }

    /// The age that everything said of the wanted facts has.
    fn shared_age(&self, facts: &Facts) -> Option<Time> {
        let said = self.columns.iter().map(|column| column.fact);
        let said = said.filter(|fact| *facts.said(*fact) != Said::Nothing);
        let mut ages = said.map(|fact| facts.as_of(fact));
        let first = ages.next()??;
        ages.all(|age| age == Some(first)).then_some(first)
    }

    /// The batch; what comes after begins another.
    pub fn finish(&mut self) -> Accounts {
        let rows = self.places.len();
        let facts = self.columns.iter_mut().map(|column| Column {
            fact: column.fact,
            values: column.values.finish(),
            as_of: column
                .ages
                .take()
                .map(|mut ages| Arc::new(ages.finish()) as ArrayRef),
        });
        let facts = facts.collect();
        let as_of = self.as_of.finish();
        let as_of = (as_of.null_count() < rows).then(|| Arc::new(as_of) as ArrayRef);
        let ids: Option<StringArray> = self.ids.as_mut().map(StringBuilder::finish);
        Accounts {
            table: Table {
                rows,
                facts,
                as_of,
                id: ids.map(|ids| Arc::new(ids) as ArrayRef),
            },
            histories: self.histories.as_mut().map(StringBuilder::finish),
            places: Places::Each(std::mem::take(&mut self.places)),
        }
    }
}

impl Building {
    fn age(&mut self, row: usize, age: Option<Time>) {
        if self.ages.is_none() {
            if age.is_none() {
                return;
            }
            let mut ages = moments();
            ages.append_nulls(row);
            self.ages = Some(ages);
        }
        if let Some(ages) = &mut self.ages {
            ages.append_option(age.map(Time::as_unix_micros));
        }
    }
}
