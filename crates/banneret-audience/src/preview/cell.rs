//! A value in a breakdown.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use banneret::{Given, Kind, Schema, Value};

use crate::columns::Column;
use crate::read::{given, number, text};

/// A value in a breakdown: known ones in the schema's or their own order, unknown last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Its place in the order of its kind, and its text.
    Known(i64, Box<str>),
    /// Nobody knows the value, at the moment that is asked about.
    Unknown,
}

impl Cell {
    /// What is told of it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Cell::Known(_, text) => text,
            Cell::Unknown => "unknown",
        }
    }

    pub(crate) fn of_bool(value: bool) -> Cell {
        Cell::Known(i64::from(value), value.to_string().into())
    }

    pub(crate) fn of_number(number: i64) -> Cell {
        Cell::Known(number, number.to_string().into())
    }

    /// Of an enum or a text.
    pub(crate) fn of_text(kind: &Kind, text: &str) -> Cell {
        let code = kind
            .code(text)
            .and_then(|code| i64::try_from(code.index()).ok());
        Cell::Known(code.unwrap_or(0), text.into())
    }

    /// A word of a column's dictionary.
    pub(super) fn of_code(schema: &Schema, column: &Column, code: usize) -> Cell {
        let kind = schema.fact(column.fact).map(|fact| &fact.kind);
        let words = column.values.as_any_dictionary_opt();
        let word = words.and_then(|words| text(words.values(), code));
        kind.zip(word)
            .map_or(Cell::Unknown, |(kind, word)| Cell::of_text(kind, word))
    }

    /// The value of a row, which is known, of any kind.
    pub(super) fn of_row(schema: &Schema, column: &Column, row: usize) -> Cell {
        let Some(fact) = schema.fact(column.fact) else {
            return Cell::Unknown;
        };
        match &fact.kind {
            Kind::Bool => match column.values.as_boolean_opt() {
                Some(values) if values.is_valid(row) => Cell::of_bool(values.value(row)),
                _ => Cell::Unknown,
            },
            Kind::Int { .. } => number(&column.values, row).map_or(Cell::Unknown, Cell::of_number),
            Kind::Enum(_) | Kind::String(_) => match text(&column.values, row) {
                Some(text) => Cell::of_text(&fact.kind, text),
                None => match number(&column.values, row) {
                    Some(id) => Cell::Known(0, id.to_string().into()),
                    None => Cell::Unknown,
                },
            },
            Kind::Time | Kind::EnumSet(_) | Kind::StringSet => {
                let value = match given(&fact.kind, &column.values, row) {
                    Some(Given::Time(time)) => Value::Time(time),
                    Some(Given::List(mut members)) => {
                        members.sort_unstable();
                        members.dedup();
                        match &fact.kind {
                            Kind::EnumSet(values) => Value::Codes(banneret::Codes::of(
                                values.len(),
                                members.iter().filter_map(|member| fact.kind.code(member)),
                            )),
                            _ => Value::Texts(members.iter().map(String::as_str).collect()),
                        }
                    }
                    _ => return Cell::Unknown,
                };
                Cell::Known(0, value.display(schema, column.fact).into())
            }
        }
    }
}
