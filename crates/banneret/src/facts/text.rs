//! Texts as facts hold them: short ones in place, sets of them in one piece, and the memory of
//! both used again.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;

use compact_str::{CompactString, ToCompactString};

/// A text. Up to 24 bytes need no memory of their own.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(CompactString);

impl Text {
    /// Whether it holds memory of its own, which is worth keeping.
    pub(super) fn is_long(&self) -> bool {
        self.0.is_heap_allocated()
    }

    /// A number's digits.
    pub(super) fn of_int(number: i64) -> Text {
        Text(number.to_compact_string())
    }

    /// Becomes that text, in its own memory where that is enough.
    pub(super) fn become_text(&mut self, text: &str) {
        if self.is_long() {
            self.0.clear();
            self.0.push_str(text);
        } else {
            self.0 = CompactString::new(text);
        }
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.0.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Text {
        Text(CompactString::new(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text.into())
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Text {
        Text(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

/// A set of texts: sorted byte by byte, each once.
#[derive(Clone, Default)]
pub struct Texts(Box<Piece>);

/// All members' bytes in one text, so that a set costs two pieces of memory, not one a member.
#[derive(Clone, Default)]
struct Piece {
    bytes: String,
    members: Vec<Member>,
}

#[derive(Clone, Copy)]
struct Member {
    /// The first eight bytes as a number, so that most comparisons look no further.
    head: u64,
    start: usize,
    end: usize,
}

/// Orders as the texts do wherever the heads differ: a text that ends early is filled with zeros,
/// and nothing is less than zero.
fn head(text: &str) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(text.as_bytes()) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

impl Piece {
    fn text(&self, member: &Member) -> &str {
        self.bytes.get(member.start..member.end).unwrap_or_default()
    }
}

impl Texts {
    /// The members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.0.members.iter().map(|member| self.0.text(member))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.members.is_empty()
    }

    /// Whether this is a member.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        let wanted = head(text);
        let order = |member: &Member| {
            let by_head = member.head.cmp(&wanted);
            by_head.then_with(|| self.0.text(member).cmp(text))
        };
        self.0.members.binary_search_by(order).is_ok()
    }

    /// Takes every member out; the memory stays.
    pub(super) fn clear(&mut self) {
        self.0.bytes.clear();
        self.0.members.clear();
    }

    /// Adds a member behind the others; [`Texts::sort`] before anybody looks.
    pub(super) fn push(&mut self, text: &str) {
        let start = self.0.bytes.len();
        self.0.bytes.push_str(text);
        let end = self.0.bytes.len();
        let head = head(text);
        self.0.members.push(Member { head, start, end });
    }

    /// Puts the members in order, each once.
    pub(super) fn sort(&mut self) {
        let Piece { bytes, members } = &mut *self.0;
        let text = |member: &Member| bytes.get(member.start..member.end).unwrap_or_default();
        let order = |one: &Member, other: &Member| {
            let by_head = one.head.cmp(&other.head);
            by_head.then_with(|| text(one).cmp(text(other)))
        };
        members.sort_unstable_by(order);
        members.dedup_by(|one, other| order(one, other) == Ordering::Equal);
    }
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Texts {
        let mut texts = Texts::default();
        for member in members {
            texts.push(member.as_ref());
        }
        texts.sort();
        texts
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Texts) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Texts {}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
