//! Texts of a column, however Arrow keeps them.

use arrow_array::cast::AsArray;
use arrow_array::{Array, LargeStringArray, StringArray, StringViewArray};
use arrow_schema::DataType;

/// A column of texts without a dictionary.
#[derive(Clone, Copy)]
pub(super) enum Plain<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    /// Another type, which holds no texts.
    None,
}

impl<'a> Plain<'a> {
    pub(super) fn of(values: &'a dyn Array) -> Plain<'a> {
        match values.data_type() {
            DataType::Utf8 => Plain::Small(values.as_string()),
            DataType::LargeUtf8 => Plain::Large(values.as_string()),
            DataType::Utf8View => Plain::View(values.as_string_view()),
            _ => Plain::None,
        }
    }

    /// The text at a place; nothing where it is null.
    pub(super) fn at(&self, row: usize) -> Option<&'a str> {
        match self {
            Plain::Small(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Plain::Large(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Plain::View(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Plain::None => None,
        }
    }
}

/// A column of texts, by rows.
pub(super) struct Texts<'a> {
    values: Plain<'a>,
    keys: Option<Keys<'a>>,
}

struct Keys<'a> {
    array: &'a dyn Array,
    /// By row; where the row is null it is any.
    keys: Vec<usize>,
    distinct: usize,
}

impl<'a> Texts<'a> {
    pub(super) fn of(values: &'a dyn Array) -> Texts<'a> {
        let Some(dictionary) = values.as_any_dictionary_opt() else {
            let values = Plain::of(values);
            return Texts { values, keys: None };
        };
        let keys = match dictionary.values().is_empty() {
            true => Vec::new(),
            false => dictionary.normalized_keys(),
        };
        let array = dictionary.keys();
        let distinct = dictionary.values().len();
        Texts {
            values: Plain::of(dictionary.values()),
            keys: Some(Keys {
                array,
                keys,
                distinct,
            }),
        }
    }

    /// The text of a row; nothing where it is null.
    pub(super) fn at(&self, row: usize) -> Option<&'a str> {
        match &self.keys {
            None => self.values.at(row),
            Some(keys) if keys.array.is_valid(row) => self.values.at(*keys.keys.get(row)?),
            Some(_) => None,
        }
    }

    /// How many values its dictionary has, if it has one.
    pub(super) fn distinct(&self) -> usize {
        self.keys.as_ref().map_or(0, |keys| keys.distinct)
    }

    /// A value of its dictionary.
    pub(super) fn value(&self, at: usize) -> Option<&'a str> {
        self.values.at(at)
    }

    /// The place of a row's text in the dictionary, if it has one.
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        let keys = self.keys.as_ref()?;
        keys.array
            .is_valid(row)
            .then(|| keys.keys.get(row).copied())?
    }
}
