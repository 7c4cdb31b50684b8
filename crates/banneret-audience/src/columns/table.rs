//! A batch of accounts as columns of facts: what the readers make and the kernels take.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, TimestampMicrosecondArray, new_null_array};
use arrow_schema::{DataType, TimeUnit};
use banneret::{Fact, FactId, Kind, Schema, Time, nearest};

use super::texts::Texts;

/// A batch of accounts, one a row. A null is nothing known; a value outside its fact's domain is
/// kept, and the fact then unknown. [`Table::bind`] makes it, and checks the types.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Table {
    /// How many accounts there are; every column has that many rows.
    pub rows: usize,
    /// What is said of facts; of a fact without a column nothing is said.
    pub facts: Vec<Column>,
    /// As of when every fact was said that says no time of its own: timestamps in UTC.
    pub as_of: Option<ArrayRef>,
    /// The accounts' ids: texts or whole numbers.
    pub id: Option<ArrayRef>,
}

/// What is said of one fact.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Column {
    /// The fact.
    pub fact: FactId,
    /// Its values: booleans, texts, whole numbers, timestamps in UTC, or lists of texts, as the
    /// fact's type wants; texts may be dictionaries.
    pub values: ArrayRef,
    /// As of when each was said: timestamps in UTC.
    pub as_of: Option<ArrayRef>,
}

/// What a column is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    /// `id`: the account's.
    Id,
    /// `as_of`: of every fact that says no time of its own.
    AsOf,
    /// `FACT`: its values.
    Fact(FactId),
    /// `FACT@as_of`: as of when each was said.
    Age(FactId),
}

impl ColumnRole {
    /// What the column of that name is; nothing where the schema has no such fact.
    #[must_use]
    pub fn of(schema: &Schema, name: &str) -> Option<ColumnRole> {
        match (name, name.strip_suffix("@as_of")) {
            ("id", _) => Some(ColumnRole::Id),
            ("as_of", _) => Some(ColumnRole::AsOf),
            (_, Some(fact)) => schema.id(fact).map(ColumnRole::Age),
            (_, None) => schema.id(name).map(ColumnRole::Fact),
        }
    }
}

/// Why a batch cannot be taken for accounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// A column names no fact.
    #[error("the column `{column}` is no fact of this rule book{}", .nearest.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
    NoSuchFact {
        /// Its name.
        column: Box<str>,
        /// The nearest name there is.
        nearest: Option<Box<str>>,
    },
    /// Two columns have one name.
    #[error("the column `{column}` is there twice, so that nobody can say which of them counts")]
    Twice {
        /// The name.
        column: Box<str>,
    },
    /// There are ages of a fact, and no values.
    #[error("the column `{column}` says how old `{fact}` is, but no column is `{fact}`")]
    AgeAlone {
        /// The column with the ages.
        column: Box<str>,
        /// The fact.
        fact: Box<str>,
    },
    /// A column is of another type than its fact.
    #[error("the column `{column}` should hold {wanted}, and holds {found}")]
    WrongType {
        /// Its name.
        column: Box<str>,
        /// What it should hold.
        wanted: &'static str,
        /// What it holds, as Arrow calls it.
        found: String,
    },
    /// A value cannot be taken.
    #[error("row {}, column `{column}`: {why}", .row + 1)]
    Value {
        /// The column's name.
        column: Box<str>,
        /// The row in the batch, from 0.
        row: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl BindError {
    /// The same, of a batch that so many rows stand before.
    #[must_use]
    pub fn after(mut self, rows: usize) -> BindError {
        if let BindError::Value { row, .. } = &mut self {
            *row += rows;
        }
        self
    }
}

impl Table {
    /// Takes the columns `FACT`, `FACT@as_of`, `as_of` and `id` of a batch. Leave other columns out
    /// before; [`ColumnRole::of`] tells which those are.
    ///
    /// # Errors
    /// Where a column stands for nothing, is there twice, is of another type than its fact, or
    /// holds a time that is none, a number beyond 64 bits or a null in a set.
    pub fn bind(schema: &Schema, batch: &RecordBatch) -> Result<Table, BindError> {
        let mut table = Table {
            rows: batch.num_rows(),
            facts: Vec::with_capacity(batch.num_columns()),
            as_of: None,
            id: None,
        };
        let mut ages = Vec::new();
        let fields = batch.schema();
        let columns = fields.fields().iter().zip(batch.columns()).enumerate();
        for (at, (field, values)) in columns {
            let name = field.name().as_str();
            let before = fields.fields().iter().take(at);
            if before.into_iter().any(|other| other.name() == name) {
                let column = name.into();
                return Err(BindError::Twice { column });
            }
            match ColumnRole::of(schema, name).ok_or_else(|| no_such_fact(schema, name))? {
                ColumnRole::Id => table.id = Some(id(name, values)?),
                ColumnRole::AsOf => table.as_of = Some(moments(name, values)?),
                ColumnRole::Fact(fact) => table.facts.push(Column {
                    fact,
                    values: match schema.fact(fact) {
                        Some(declared) => bound(declared, values)?,
                        None => Arc::clone(values),
                    },
                    as_of: None,
                }),
                ColumnRole::Age(fact) => ages.push((fact, name, moments(name, values)?)),
            }
        }
        for (fact, column, age) in ages {
            match table.facts.iter_mut().find(|column| column.fact == fact) {
                Some(values) => values.as_of = Some(age),
                None => {
                    let fact = column.trim_end_matches("@as_of").into();
                    return Err(BindError::AgeAlone {
                        column: column.into(),
                        fact,
                    });
                }
            }
        }
        table.identify(schema)?;
        Ok(table)
    }

    /// The column of a fact.
    #[must_use]
    pub fn column(&self, fact: FactId) -> Option<&Column> {
        self.facts.iter().find(|column| column.fact == fact)
    }

    /// The accounts' ids are their `account.id`, where the schema has it.
    fn identify(&mut self, schema: &Schema) -> Result<(), BindError> {
        let (Some(fact), Some(id)) = (schema.id("account.id"), &self.id) else {
            return Ok(());
        };
        let column = self.facts.iter().find(|column| column.fact == fact);
        let Some(column) = column else {
            self.facts.push(Column {
                fact,
                values: Arc::clone(id),
                as_of: None,
            });
            return Ok(());
        };
        // A column of its own must not say otherwise.
        let (said, ids) = (Texts::of(&column.values), Texts::of(id));
        for row in 0..self.rows {
            if let (Some(said), Some(id)) = (said.at(row), ids.at(row))
                && said != id
            {
                return Err(BindError::Value {
                    column: "account.id".into(),
                    row,
                    why: format!("it is `{said}`, but the account's `id` is `{id}`"),
                });
            }
        }
        Ok(())
    }
}

fn no_such_fact(schema: &Schema, column: &str) -> BindError {
    let name = column.trim_end_matches("@as_of");
    BindError::NoSuchFact {
        column: column.into(),
        nearest: nearest(name, schema.facts().map(|(_, fact)| &*fact.name)).map(Into::into),
    }
}

fn wrong_type(column: &str, wanted: &'static str, values: &ArrayRef) -> BindError {
    let found = match values.data_type() {
        DataType::Timestamp(_, None) => "timestamps without a zone".to_owned(),
        other => other.to_string(),
    };
    BindError::WrongType {
        column: column.into(),
        wanted,
        found,
    }
}

/// The values of a fact, in one of the types that the kernels read.
fn bound(fact: &Fact, values: &ArrayRef) -> Result<ArrayRef, BindError> {
    let column = &*fact.name;
    let kind = values.data_type();
    match &fact.kind {
        Kind::Time => return moments(column, values),
        Kind::Bool if *kind == DataType::Boolean => {}
        Kind::Enum(_) | Kind::String(_) if is_text(kind) => {}
        Kind::Int { .. } if kind.is_integer() => fits(column, values)?,
        Kind::EnumSet(_) | Kind::StringSet if is_texts(kind) => whole(column, values)?,
        of if *kind == DataType::Null => return Ok(new_null_array(&stands_for(of), values.len())),
        Kind::Bool => return Err(wrong_type(column, "true or false", values)),
        Kind::Enum(_) | Kind::String(_) => return Err(wrong_type(column, "texts", values)),
        Kind::Int { .. } => return Err(wrong_type(column, "whole numbers", values)),
        Kind::EnumSet(_) | Kind::StringSet => {
            return Err(wrong_type(column, "lists of texts", values));
        }
    }
    Ok(Arc::clone(values))
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, of) => !matches!(**of, DataType::Dictionary(..)) && is_text(of),
        _ => false,
    }
}

fn is_texts(kind: &DataType) -> bool {
    match kind {
        DataType::List(of) | DataType::LargeList(of) => is_text(of.data_type()),
        _ => false,
    }
}

/// The type of a column that holds nothing but nulls.
fn stands_for(kind: &Kind) -> DataType {
    match kind {
        Kind::Bool => DataType::Boolean,
        Kind::Enum(_) | Kind::String(_) => DataType::Utf8,
        Kind::Int { .. } => DataType::Int64,
        Kind::Time => micros(),
        Kind::EnumSet(_) | Kind::StringSet => DataType::new_list(DataType::Utf8, true),
    }
}

fn micros() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// Unsigned numbers must not go beyond 63 bits.
fn fits(column: &str, values: &ArrayRef) -> Result<(), BindError> {
    let Some(values) = values.as_primitive_opt::<UInt64Type>() else {
        return Ok(());
    };
    let large = |value: Option<u64>| value.filter(|value| i64::try_from(*value).is_err());
    match values
        .iter()
        .enumerate()
        .find_map(|(row, value)| Some((row, large(value)?)))
    {
        None => Ok(()),
        Some((row, value)) => Err(BindError::Value {
            column: column.into(),
            row,
            why: format!("{value} is more than a whole number of 64 bits with a sign can be"),
        }),
    }
}

/// The members of sets are all there.
fn whole(column: &str, sets: &ArrayRef) -> Result<(), BindError> {
    let members = |row| match sets.as_list_opt::<i32>() {
        Some(lists) => lists.value(row),
        None => sets.as_list::<i64>().value(row),
    };
    let child = match sets.as_list_opt::<i32>() {
        Some(lists) => lists.values(),
        None => sets.as_list::<i64>().values(),
    };
    if child.logical_null_count() == 0 {
        return Ok(());
    }
    let mut rows = (0..sets.len()).filter(|row| sets.is_valid(*row));
    match rows.find(|row| members(*row).logical_null_count() > 0) {
        None => Ok(()),
        Some(row) => Err(BindError::Value {
            column: column.into(),
            row,
            why: "the members of a set are texts, but one is null".to_owned(),
        }),
    }
}

/// Moments as timestamps; texts are read.
fn moments(column: &str, values: &ArrayRef) -> Result<ArrayRef, BindError> {
    match values.data_type() {
        DataType::Timestamp(_, Some(_)) => Ok(Arc::clone(values)),
        DataType::Null => Ok(new_null_array(&micros(), values.len())),
        kind if is_text(kind) => read_moments(column, values),
        _ => {
            let wanted = "timestamps in UTC, or texts like `2026-05-04T12:00:00Z`";
            Err(wrong_type(column, wanted, values))
        }
    }
}

fn read_moments(column: &str, values: &ArrayRef) -> Result<ArrayRef, BindError> {
    let texts = Texts::of(values);
    // Neighbours are often equal.
    let mut last: (&str, i64) = ("", 0);
    let mut read = |row: usize| -> Result<Option<i64>, BindError> {
        let Some(text) = texts.at(row) else {
            return Ok(None);
        };
        if text.is_empty() || last.0 != text {
            let time = text.parse::<Time>().map_err(|why| BindError::Value {
                column: column.into(),
                row,
                why: why.to_string(),
            })?;
            last = (text, time.as_unix_micros());
        }
        Ok(Some(last.1))
    };
    let read: Result<TimestampMicrosecondArray, _> = (0..values.len()).map(&mut read).collect();
    Ok(Arc::new(read?.with_timezone("UTC")))
}

/// The accounts' ids: texts or whole numbers.
fn id(column: &str, values: &ArrayRef) -> Result<ArrayRef, BindError> {
    match values.data_type() {
        kind if is_text(kind) || kind.is_integer() => Ok(Arc::clone(values)),
        _ => Err(wrong_type(column, "texts or whole numbers", values)),
    }
}
