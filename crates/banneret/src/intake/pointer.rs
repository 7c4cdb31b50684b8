//! Places in a document: JSON pointers (RFC 6901), and patterns of the items in it.

use std::fmt;

use serde_json::Value as Json;

/// A place below an item, as its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer(Box<[Box<str>]>);

/// Where items are: keys, and `*` for every element of a list; nothing at all is the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Box<[Step]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(Box<str>),
    Every,
}

/// One item of a JSON document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'d> {
    /// What it holds.
    Object(&'d Json),
    /// There is an item, but it is no object, so that nothing can be read of it.
    Opaque,
}

/// Why a text is no place, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoPlace {
    pub(super) message: String,
    pub(super) help: String,
}

impl Pointer {
    pub(super) fn parse(text: &str) -> Result<Pointer, NoPlace> {
        let keys = keys(text)?;
        if keys.iter().any(|key| **key == *"*") {
            return Err(NoPlace {
                message: format!("`{text}` has a `*`: a value has one place in an item"),
                help: "write the list into `items`, and the place below one element here".into(),
            });
        }
        Ok(Pointer(keys))
    }

    /// The column of a row that it names.
    pub(super) fn column(&self) -> Option<&str> {
        match &*self.0 {
            [column] => Some(column),
            _ => None,
        }
    }

    /// Whether the other place is this one, or inside it.
    pub(super) fn holds(&self, other: &Pointer) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The value at this place, null included.
    pub(super) fn find<'d>(&self, from: &'d Json) -> Option<&'d Json> {
        self.0.iter().try_fold(from, |at, key| child(at, key))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.iter();
        keys.into_iter()
            .try_for_each(|key| write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Every => f.write_str("/*"),
        })
    }
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Pattern, NoPlace> {
        if text == "." {
            return Ok(Pattern(Box::default()));
        }
        let step = |key: Box<str>| match &*key {
            "*" => Step::Every,
            _ => Step::Key(key),
        };
        Ok(Pattern(keys(text)?.into_iter().map(step).collect()))
    }

    /// The column of a row that it names.
    pub(super) fn column(&self) -> Option<&str> {
        match &*self.0 {
            [Step::Key(column)] => Some(column),
            _ => None,
        }
    }

    /// Every value at its place, null included.
    pub(super) fn values<'d>(&self, document: &'d Json) -> Vec<&'d Json> {
        self.0.iter().fold(vec![document], |at, step| match step {
            Step::Key(key) => at.into_iter().filter_map(|at| child(at, key)).collect(),
            Step::Every => at
                .into_iter()
                .filter_map(Json::as_array)
                .flatten()
                .collect(),
        })
    }

    /// Whether the whole document is the item.
    pub(super) fn is_document(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it can give several items.
    pub(super) fn is_several(&self) -> bool {
        self.0.contains(&Step::Every)
    }

    /// Whether the place is an item of the pattern, or inside one.
    pub(super) fn holds(&self, place: &Pointer) -> bool {
        let steps = self.0.iter().zip(&place.0);
        self.0.len() <= place.0.len()
            && steps.into_iter().all(|(step, key)| match step {
                Step::Every => true,
                Step::Key(wanted) => wanted == key,
            })
    }

    /// The items that a document has at this pattern, if the pattern's place is there.
    ///
    /// An item is an object. The place of a pattern that ends in a key is there when an object is
    /// (a bare Stripe object says `object: invoice`, which is no item); the place of a `*` is
    /// there when anything but null is, and what is no list then is an item of which nothing can
    /// be read.
    pub(super) fn items<'d>(&self, document: &'d Json) -> Option<Vec<Item<'d>>> {
        let first = self.0.iter().position(|step| *step == Step::Every);
        let (before, after) = self.0.split_at_checked(first.unwrap_or(self.0.len()))?;
        let place = before.iter().try_fold(document, |at, step| match step {
            Step::Key(key) => child(at, key),
            Step::Every => None,
        })?;
        match first {
            None => place.is_object().then(|| vec![Item::Object(place)]),
            Some(_) if place.is_null() => None,
            Some(_) => {
                let mut items = Vec::new();
                gather(place, after, &mut items);
                Some(items)
            }
        }
    }
}

fn gather<'d>(at: &'d Json, steps: &[Step], items: &mut Vec<Item<'d>>) {
    match (steps, at) {
        ([], Json::Object(_)) => items.push(Item::Object(at)),
        ([Step::Every, rest @ ..], Json::Array(elements)) => {
            for element in elements {
                gather(element, rest, items);
            }
        }
        ([Step::Key(key), rest @ ..], _) => match child(at, key) {
            Some(below) => gather(below, rest, items),
            None => items.push(Item::Opaque),
        },
        _ => items.push(Item::Opaque),
    }
}

fn child<'d>(at: &'d Json, key: &str) -> Option<&'d Json> {
    match at {
        Json::Object(map) => map.get(key),
        Json::Array(elements) => elements.get(index(key)?),
        _ => None,
    }
}

/// RFC 6901: digits without a leading zero.
fn index(key: &str) -> Option<usize> {
    let plain = key.bytes().all(|b| b.is_ascii_digit()) && (key == "0" || !key.starts_with('0'));
    plain.then(|| key.parse().ok()).flatten()
}

fn keys(text: &str) -> Result<Box<[Box<str>]>, NoPlace> {
    let wrong = |message: String, help: String| Err(NoPlace { message, help });
    let Some(path) = text.strip_prefix('/') else {
        let help = format!(
            "write `/{}`",
            text.trim_start_matches("./").replace('.', "/")
        );
        return wrong(
            format!("`{text}` is no place: a place begins with `/`"),
            help,
        );
    };
    if path.split('/').any(str::is_empty) {
        let help = "write the keys of the document with one `/` before each".into();
        return wrong(format!("`{text}` is no place: a key in it is empty"), help);
    }
    if path
        .split('~')
        .skip(1)
        .any(|rest| !rest.starts_with(['0', '1']))
    {
        let help = "in a place `~` is written `~0`, and a `/` inside a key `~1`".into();
        return wrong(
            format!("`{text}` is no place: `~` stands alone in it"),
            help,
        );
    }
    let plain = |key: &str| key.replace("~1", "/").replace("~0", "~").into();
    Ok(path.split('/').map(plain).collect())
}
