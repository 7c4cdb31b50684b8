//! A value as a host gives it, and what it becomes under the type of a fact.

use super::{Said, Value};
use crate::diagnostic::nearest;
use crate::formula::Codes;
use crate::schema::{Fact, Kind};
use crate::value::{Time, TimeError};

/// A value as a host or a JSON document gives it, before the fact's type is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Nothing is known.
    Unknown,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that is no whole number of 64 bits; no fact takes it.
    Float(f64),
    /// A text: of a string, an enum's value, or a time in RFC 3339.
    Text(String),
    /// A moment.
    Time(Time),
    /// The members of a set.
    List(Vec<String>),
}

macro_rules! given {
    ($($from:ty => $make:expr;)*) => {
        $(impl From<$from> for Given {
            fn from(value: $from) -> Given {
                #[allow(clippy::redundant_closure_call, reason = "the macro takes a closure")]
                ($make)(value)
            }
        })*
    };
}

given! {
    bool => Given::Bool;
    i64 => Given::Int;
    i32 => |value| Given::Int(i64::from(value));
    u32 => |value| Given::Int(i64::from(value));
    f64 => Given::Float;
    String => Given::Text;
    &str => |value: &str| Given::Text(value.to_owned());
    Time => Given::Time;
    Vec<String> => Given::List;
    &[&str] => |value: &[&str]| Given::List(value.iter().map(|text| (*text).to_owned()).collect());
}

impl<T: Into<Given>> From<Option<T>> for Given {
    fn from(value: Option<T>) -> Given {
        value.map_or(Given::Unknown, Into::into)
    }
}

/// Why a value cannot be taken for a fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// The schema has no such fact.
    #[error("`{name}` is no fact of this rule book{}", .nearest.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default())]
    NoSuchFact {
        /// The name that was given.
        name: Box<str>,
        /// The nearest name there is.
        nearest: Option<Box<str>>,
    },
    /// The value is of another type.
    #[error("`{fact}` is {}, but {given} was given", article(.wanted))]
    WrongType {
        /// The fact.
        fact: Box<str>,
        /// Its type.
        wanted: &'static str,
        /// What was given instead, in words.
        given: String,
    },
    /// A text that should be a time is none.
    #[error("`{fact}`: {error}")]
    BadTime {
        /// The fact.
        fact: Box<str>,
        /// What is wrong with it.
        error: TimeError,
    },
    /// The account's `id` and its fact `account.id` differ.
    #[error("`account.id` is `{fact}`, but the account's `id` is `{id}`")]
    OtherId {
        /// The fact's value.
        fact: Box<str>,
        /// The account's.
        id: Box<str>,
    },
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

impl FactError {
    pub(super) fn no_such_fact<'n>(
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> FactError {
        FactError::NoSuchFact {
            name: name.into(),
            nearest: nearest(name, names).map(Into::into),
        }
    }
}

impl Given {
    /// What it says of a fact.
    pub(crate) fn said(self, fact: &Fact) -> Result<Said, FactError> {
        let wrong = |given: String| FactError::WrongType {
            fact: fact.name.clone(),
            wanted: fact.kind.name(),
            given,
        };
        Ok(match (&fact.kind, self) {
            (_, Given::Unknown) => Said::Unknown,
            (Kind::Bool, Given::Bool(value)) => Said::Value(Value::Bool(value)),
            (Kind::Int { min, max }, Given::Int(value)) => match (*min..=*max).contains(&value) {
                true => Said::Value(Value::Int(value)),
                false => Said::OutOfDomain(value.to_string().into()),
            },
            (Kind::Time, Given::Time(value)) => Said::Value(Value::Time(value)),
            (Kind::Time, Given::Text(text)) => {
                Said::Value(Value::Time(text.parse().map_err(|error| {
                    let fact = fact.name.clone();
                    FactError::BadTime { fact, error }
                })?))
            }
            (Kind::Enum(_), Given::Text(text)) => match fact.kind.code(&text) {
                Some(code) => Said::Value(Value::Enum(code)),
                None if text == "unknown" => Said::Unknown,
                None => Said::OutOfDomain(text.into()),
            },
            (Kind::String(domain), Given::Text(text)) => match domain {
                Some(domain) if !domain.iter().any(|value| **value == *text) => {
                    Said::OutOfDomain(text.into())
                }
                _ => Said::Value(Value::Text(text.into())),
            },
            (Kind::EnumSet(_), Given::List(members)) => codes(fact, &members),
            (Kind::StringSet, Given::List(members)) => {
                Said::Value(Value::Texts(members.into_iter().collect()))
            }
            (_, other) => return Err(wrong(other.in_words())),
        })
    }

    /// What a text of a CSV field says of a fact: a set is `a|b|c`, the empty set `{}`.
    ///
    /// # Errors
    /// Where the text is of another type than the fact.
    pub fn from_text(fact: &Fact, text: &str) -> Result<Given, FactError> {
        let wrong = || FactError::WrongType {
            fact: fact.name.clone(),
            wanted: fact.kind.name(),
            given: format!("`{text}`"),
        };
        match fact.kind {
            Kind::Bool => text.parse().map(Given::Bool).map_err(|_| wrong()),
            Kind::Int { .. } => text.parse().map(Given::Int).map_err(|_| wrong()),
            Kind::Enum(_) | Kind::String(_) | Kind::Time => Ok(Given::Text(text.to_owned())),
            Kind::EnumSet(_) | Kind::StringSet if text == "{}" => Ok(Given::List(Vec::new())),
            Kind::EnumSet(_) | Kind::StringSet => {
                Ok(Given::List(text.split('|').map(str::to_owned).collect()))
            }
        }
    }

    fn in_words(&self) -> String {
        match self {
            Given::Unknown => "nothing".to_owned(),
            Given::Bool(value) => format!("`{value}`"),
            Given::Int(value) => format!("the number {value}"),
            Given::Float(value) if value.abs() >= 9.2e18 => {
                format!("{value:?}, which is no 64-bit whole number,")
            }
            Given::Float(value) if value.fract() == 0.0 => {
                format!("{value:?}, which is written with a point,")
            }
            Given::Float(value) => format!("{value}, which is no whole number,"),
            Given::Text(text) => format!("the text \"{text}\""),
            Given::Time(time) => format!("the time {time}"),
            Given::List(_) => "a list".to_owned(),
        }
    }
}

fn codes(fact: &Fact, members: &[String]) -> Said {
    let mut codes = Codes::none(fact.kind.values().len());
    for member in members {
        match fact.kind.code(member) {
            Some(code) => codes.insert(code),
            None => return Said::OutOfDomain(member.as_str().into()),
        }
    }
    Said::Value(Value::Codes(codes))
}
