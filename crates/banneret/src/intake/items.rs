//! Which parts of a document are items, and of which kind.

use serde_json::Value as Json;

use super::derive::{Read, Rules};
use super::pointer::{Pattern, Pointer};
use super::view::{Cell, View};
use super::{AsOf, Note};
use crate::facts::Clock;
use crate::formula::NodeId;

/// Items that have the same raw values.
#[derive(Clone, Debug)]
pub(super) struct ItemKind {
    /// What its raw values' names begin with; empty where a source has one kind of item only.
    pub(super) name: Box<str>,
    /// The first of these that is there counts.
    pub(super) places: Vec<Place>,
}

/// Where items of a kind are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) pattern: Pattern,
    /// What is there is an item where this is true of it.
    pub(super) only: Option<NodeId>,
    /// Where the document says that the list goes on beyond it.
    pub(super) more: Option<Pointer>,
}

/// What a document may be wrapped in.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    /// The place of the object inside.
    pub(super) holds: Pointer,
    /// Where the envelope says as of when it speaks.
    pub(super) as_of: Option<AsOf>,
}

/// The items of one kind in a document, each read.
#[derive(Debug, Default)]
pub(super) struct Found<'d> {
    pub(super) items: Vec<Read<'d>>,
    /// What was wrong with them.
    pub(super) notes: Vec<Note>,
}

impl ItemKind {
    pub(super) fn is_several(&self) -> bool {
        self.places.iter().any(|place| place.pattern.is_several())
    }

    /// The items of this kind; nothing where none of its places is in the document.
    pub(super) fn find<'d>(
        &self,
        kind: usize,
        whole: View<'d>,
        rules: &Rules,
        clock: Clock,
    ) -> Option<Found<'d>> {
        let mut places = self.places.iter();
        places.find_map(|place| place.find(kind, whole, rules, clock))
    }
}

impl Place {
    fn find<'d>(
        &self,
        kind: usize,
        whole: View<'d>,
        rules: &Rules,
        clock: Clock,
    ) -> Option<Found<'d>> {
        let mut views: Vec<View<'d>> = match whole {
            View::Json(document) => {
                let items = self.pattern.items(document)?;
                items.into_iter().map(View::from).collect()
            }
            row => {
                let is_item = self.pattern.is_document();
                is_item.then(|| vec![row])?
            }
        };
        let goes_on = self.more.as_ref().is_some_and(|more| {
            let cell = whole.cell(more);
            !(cell.is_nothing() || cell.bool() == Some(false))
        });
        views.extend(goes_on.then_some(View::Rest));
        let mut found = Found {
            items: Vec::with_capacity(views.len()),
            notes: Vec::new(),
        };
        for view in views {
            let mut notes = Vec::new();
            let read = rules.read(view, kind, clock, &mut notes);
            // Nobody can say of an item that cannot be read that it is none.
            if self.only.is_some_and(|only| !read.is_true(only)) && !read.is_opaque() {
                continue;
            }
            found.items.push(read);
            let item = Some(found.items.len());
            found
                .notes
                .extend(notes.into_iter().map(|note| Note { item, ..note }));
        }
        (self.only.is_none() || !found.items.is_empty()).then_some(found)
    }
}

impl Envelope {
    /// What it holds, where the document is one.
    pub(super) fn open<'d>(&self, whole: View<'d>) -> Option<View<'d>> {
        match whole.cell(&self.holds) {
            Cell::Json(inside @ Json::Object(_)) => Some(View::Json(inside)),
            _ => None,
        }
    }
}
