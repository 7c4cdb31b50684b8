//! What a reader hands over: some accounts, and where each of them stands.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, StringArray};
use arrow_schema::{DataType, TimeUnit};
use banneret::{Facts, Given, History, Kind, Schema, Time};

use super::trouble::shown;
use crate::columns::Table;

/// Some accounts of one file.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// What is known of them.
    pub table: Table,
    /// What their viewers have seen, as JSON, where that was wanted and is told.
    pub(super) histories: Option<StringArray>,
    pub(super) places: Places,
}

/// Where accounts stand in their file.
#[derive(Clone, Debug)]
pub(super) enum Places {
    /// The line of each.
    Each(Vec<u64>),
    /// The number of each row, from 1, in the file.
    Rows(Vec<u64>),
    /// The number of the first row; the others follow it.
    From(u64),
}

impl Accounts {
    /// Accounts that are of no file.
    #[must_use]
    pub fn of(table: Table) -> Accounts {
        Accounts {
            table,
            histories: None,
            places: Places::From(1),
        }
    }

    /// Where an account stands: `accounts.csv:17`, or `accounts.parquet, row 17`.
    #[must_use]
    pub fn place(&self, file: &Path, row: usize) -> String {
        let file = shown(file);
        match &self.places {
            Places::Each(lines) => match lines.get(row) {
                Some(line) => format!("{file}:{line}"),
                None => file,
            },
            Places::Rows(rows) => match rows.get(row) {
                Some(row) => format!("{file}, row {row}"),
                None => file,
            },
            Places::From(first) => format!("{file}, row {}", first + row as u64),
        }
    }

    /// The account of a row, as far as its facts were wanted, for what works by the row.
    #[must_use]
    pub fn facts(&self, schema: &Arc<Schema>, row: usize) -> Facts {
        facts_of(&self.table, schema, row)
    }

    /// What the viewer of a row has seen; nobody has seen anything where that was not wanted.
    #[must_use]
    pub fn history(&self, row: usize) -> History {
        let Some(histories) = &self.histories else {
            return History::new();
        };
        if histories.is_null(row) {
            return History::new();
        }
        serde_json::from_str(histories.value(row)).unwrap_or_default()
    }
}

/// The account's id of a row.
#[must_use]
pub fn id_of(table: &Table, row: usize) -> Option<String> {
    let ids = table.id.as_ref()?;
    text(ids, row)
        .map(str::to_owned)
        .or_else(|| number(ids, row).map(|id| id.to_string()))
}

fn facts_of(table: &Table, schema: &Arc<Schema>, row: usize) -> Facts {
    let mut facts = Facts::builder(schema);
    if let Some(as_of) = table.as_of.as_ref().and_then(|ages| moment(ages, row)) {
        facts = facts.as_of(as_of);
    }
    let mut is_identified = false;
    for column in &table.facts {
        let Some(fact) = schema.fact(column.fact) else {
            continue;
        };
        let Some(given) = given(&fact.kind, &column.values, row) else {
            continue;
        };
        let as_of = column.as_of.as_ref().and_then(|ages| moment(ages, row));
        is_identified |= &*fact.name == "account.id";
        // The columns are of their facts' types, so nothing is refused here.
        _ = facts.insert(column.fact, given, as_of);
    }
    if let (false, Some(id)) = (is_identified, id_of(table, row)) {
        _ = facts.identify(&id);
    }
    facts.build()
}

/// What a row says of a fact of that type.
pub(crate) fn given(kind: &Kind, values: &dyn Array, row: usize) -> Option<Given> {
    Some(match kind {
        Kind::Bool => match values.as_boolean_opt() {
            Some(values) if values.is_valid(row) => Given::Bool(values.value(row)),
            _ => return None,
        },
        Kind::Int { .. } => Given::Int(number(values, row)?),
        Kind::Time => Given::Time(moment(values, row)?),
        Kind::Enum(_) | Kind::String(_) => match text(values, row) {
            Some(text) => Given::Text(text.to_owned()),
            None => Given::Text(number(values, row)?.to_string()),
        },
        Kind::EnumSet(_) | Kind::StringSet => Given::List(members(values, row)?),
    })
}

/// The text of a row, however Arrow keeps it.
pub(crate) fn text(values: &dyn Array, row: usize) -> Option<&str> {
    if values.is_null(row) {
        return None;
    }
    match values.data_type() {
        DataType::Utf8 => Some(values.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Some(values.as_string::<i64>().value(row)),
        DataType::Utf8View => Some(values.as_string_view().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = values.as_any_dictionary_opt()?;
            let key = number(dictionary.keys(), row)?;
            text(dictionary.values(), usize::try_from(key).ok()?)
        }
        _ => None,
    }
}

/// The whole number of a row.
pub(crate) fn number(values: &dyn Array, row: usize) -> Option<i64> {
    use arrow_array::types::{
        Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    };
    if values.is_null(row) {
        return None;
    }
    Some(match values.data_type() {
        DataType::Int8 => values.as_primitive::<Int8Type>().value(row).into(),
        DataType::Int16 => values.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int32 => values.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => values.as_primitive::<Int64Type>().value(row),
        DataType::UInt8 => values.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => values.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => values.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => values
            .as_primitive::<UInt64Type>()
            .value(row)
            .try_into()
            .ok()?,
        _ => return None,
    })
}

/// The moment of a row.
pub(crate) fn moment(values: &dyn Array, row: usize) -> Option<Time> {
    if values.is_null(row) {
        return None;
    }
    let micros = match values.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            return Some(Time::from_unix_seconds(
                values.as_primitive::<TimestampSecondType>().value(row),
            ));
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            return Some(Time::from_unix_millis(
                values.as_primitive::<TimestampMillisecondType>().value(row),
            ));
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            values.as_primitive::<TimestampMicrosecondType>().value(row)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => values
            .as_primitive::<TimestampNanosecondType>()
            .value(row)
            .div_euclid(1_000),
        _ => return None,
    };
    Some(Time::from_unix_micros(micros))
}

/// The members of a row's set.
fn members(values: &dyn Array, row: usize) -> Option<Vec<String>> {
    if values.is_null(row) {
        return None;
    }
    let members = match values.data_type() {
        DataType::List(_) => values.as_list::<i32>().value(row),
        DataType::LargeList(_) => values.as_list::<i64>().value(row),
        _ => return None,
    };
    let texts = (0..members.len()).filter_map(|at| text(&members, at).map(str::to_owned));
    Some(texts.collect())
}
