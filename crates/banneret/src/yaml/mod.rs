//! Guarded YAML: a tree with the place of every part, and helpers that read it and collect every
//! mistake on the way.
//!
//! saphyr-parser's events give shape and places; `serde_yaml` says what a plain scalar means
//! (`yes` is text, `0x10` is sixteen). Nothing that hides what a file says gets through: anchors,
//! aliases, merge keys, tags, a key given twice, a second document, control characters.

mod guard;
mod read;

pub(crate) use guard::read;
pub(crate) use read::{Map, listed, quoted};

use std::borrow::Cow;

use serde_json::Value;

use crate::source::Span;

/// One value of a YAML file.
#[derive(Clone, Debug)]
pub(crate) struct Node<'t> {
    /// Where it stands, quotes and brackets included.
    pub(crate) span: Span,
    pub(crate) kind: Kind<'t>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind<'t> {
    Scalar(Scalar<'t>),
    List(Vec<Node<'t>>),
    /// In the order of the file; no key is there twice.
    Map(Vec<(Key<'t>, Node<'t>)>),
    /// Refused and reported: whoever meets it says nothing more.
    Broken,
}

/// A key of a map; whatever it looks like, it is text.
#[derive(Clone, Debug)]
pub(crate) struct Key<'t> {
    pub(crate) span: Span,
    pub(crate) text: Cow<'t, str>,
}

/// A value that is neither list nor map.
#[derive(Clone, Debug)]
pub(crate) struct Scalar<'t> {
    /// The text that is meant: without quotes, escapes and folds.
    pub(crate) text: Cow<'t, str>,
    /// Null, bool, number or string, as `serde_yaml` reads it; numbers are finite.
    pub(crate) value: Value,
    /// The content as it stands in the file, without the quotes around it.
    written: &'t str,
    /// The byte at which `written` begins.
    at: usize,
    /// Whether `written` holds escapes, so that it is not what is meant.
    is_escaped: bool,
}

impl Scalar<'_> {
    /// The text to parse as an expression, and the byte of the file at which it begins.
    ///
    /// That is the written text, folds and all, so that places inside it are right; only where it
    /// holds escapes it is the meant text, and places behind the first escape are near.
    pub(crate) fn expression(&self) -> (usize, &str) {
        if self.is_escaped {
            (self.at, &self.text)
        } else {
            (self.at, self.written)
        }
    }
}

impl Node<'_> {
    /// Whether nothing is written here, or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(scalar) if scalar.value.is_null())
    }

    /// The whole as JSON; refused parts are null.
    pub(crate) fn json(&self) -> Value {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.value.clone(),
            Kind::List(items) => items.iter().map(Node::json).collect(),
            Kind::Map(entries) => entries
                .iter()
                .map(|(key, value)| (key.text.clone().into_owned(), value.json()))
                .collect(),
            Kind::Broken => Value::Null,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
