//! One item as raw values see it, whether of JSON or of a row.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::pointer::{Item, Pattern, Pointer};

/// One item.
#[derive(Clone, Copy, Debug)]
pub(super) enum View<'d> {
    Json(&'d Json),
    Row(Row<'d>),
    /// An item of which nothing can be read.
    Opaque,
    /// What a list holds beyond the document.
    Rest,
}

/// A row of texts; an empty text is null.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'d> {
    pub(super) columns: &'d HashMap<Box<str>, usize>,
    pub(super) fields: &'d [&'d str],
}

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'d> {
    Missing,
    Null,
    Json(&'d Json),
    /// Of a row: it may mean a number or a truth value.
    Text(&'d str),
}

impl<'d> From<Item<'d>> for View<'d> {
    fn from(item: Item<'d>) -> View<'d> {
        match item {
            Item::Object(object) => View::Json(object),
            Item::Opaque => View::Opaque,
        }
    }
}

impl<'d> View<'d> {
    pub(super) fn cell(&self, place: &Pointer) -> Cell<'d> {
        match self {
            View::Json(document) => match place.find(document) {
                None => Cell::Missing,
                Some(Json::Null) => Cell::Null,
                Some(value) => Cell::Json(value),
            },
            View::Row(row) => {
                let at = place.column().and_then(|column| row.columns.get(column));
                match at.and_then(|at| row.fields.get(*at)) {
                    None => Cell::Missing,
                    Some(&"") => Cell::Null,
                    Some(text) => Cell::Text(text),
                }
            }
            View::Opaque | View::Rest => Cell::Missing,
        }
    }

    /// What stands at every place of a pattern; nothing of places that are not there.
    pub(super) fn cells(&self, places: &Pattern) -> Vec<Cell<'d>> {
        match self {
            View::Json(document) => {
                let values = places.values(document).into_iter();
                let cell = |value: &'d Json| match value {
                    Json::Null => Cell::Null,
                    value => Cell::Json(value),
                };
                values.map(cell).collect()
            }
            View::Row(row) => {
                let at = places.column().and_then(|column| row.columns.get(column));
                match at.and_then(|at| row.fields.get(*at)) {
                    None => Vec::new(),
                    Some(&"") => vec![Cell::Null],
                    Some(text) => vec![Cell::Text(text)],
                }
            }
            View::Opaque | View::Rest => Vec::new(),
        }
    }

    /// What stands at the first place that is there and not null; null where one is null.
    pub(super) fn first(&self, places: &[Pointer]) -> Cell<'d> {
        let mut best = Cell::Missing;
        for place in places {
            match self.cell(place) {
                Cell::Missing => {}
                Cell::Null => best = Cell::Null,
                cell => return cell,
            }
        }
        best
    }
}

impl<'d> Cell<'d> {
    pub(super) fn is_missing(self) -> bool {
        matches!(self, Cell::Missing)
    }

    pub(super) fn is_nothing(self) -> bool {
        matches!(self, Cell::Missing | Cell::Null)
    }

    pub(super) fn bool(self) -> Option<bool> {
        match self {
            Cell::Json(value) => value.as_bool(),
            Cell::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Cell::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    pub(super) fn int(self) -> Option<i64> {
        match self {
            Cell::Json(value) => value.as_i64(),
            Cell::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn text(self) -> Option<&'d str> {
        match self {
            Cell::Json(value) => value.as_str(),
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// For people, on one line and cut where it is long.
    pub(super) fn shown(self) -> String {
        match self {
            Cell::Missing => "nothing".to_owned(),
            Cell::Null => "null".to_owned(),
            Cell::Json(Json::Array(_)) => "a list".to_owned(),
            Cell::Json(Json::Object(_)) => "an object".to_owned(),
            Cell::Json(Json::String(text)) => shown(text),
            Cell::Json(value) => format!("`{value}`"),
            Cell::Text(text) => shown(text),
        }
    }
}

/// A text of the world in quotes, on one line and cut where it is long.
pub(super) fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("{cut:?}")
}
