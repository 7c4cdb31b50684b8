//! Texts as facts hold them: short ones in place, sets of them in one piece, and the memory of
//! both used again.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use compact_str::{CompactString, ToCompactString};

use crate::schema::TextHash;

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
pub struct Texts {
    /// A bit for each member, by its hash: most questions about others end here.
    bits: u64,
    piece: Box<Piece>,
}

/// All members' bytes in one text, so that a set costs two pieces of memory, not one a member.
#[derive(Clone, Default)]
struct Piece {
    bytes: String,
    members: Vec<Member>,
}

#[derive(Clone, Copy)]
struct Member {
    hash: TextHash,
    start: u32,
    end: u32,
}

impl Piece {
    fn text(&self, member: &Member) -> &str {
        let range = member.start as usize..member.end as usize;
        self.bytes.get(range).unwrap_or_default()
    }
}

impl Texts {
    /// The members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.hashed().map(|(_, text)| text)
    }

    /// The members in order, each with its hash.
    pub(crate) fn hashed(&self) -> impl ExactSizeIterator<Item = (TextHash, &str)> + Clone {
        let members = self.piece.members.iter();
        members.map(|member| (member.hash, self.piece.text(member)))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.piece.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.piece.members.is_empty()
    }

    /// Whether this is a member.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        let wanted = TextHash::of(text);
        let mut members = self.hashed();
        self.bits & wanted.bit() != 0
            && members.any(|(hash, member)| hash == wanted && member == text)
    }

    /// Takes every member out; the memory stays.
    pub(super) fn clear(&mut self) {
        self.bits = 0;
        self.piece.bytes.clear();
        self.piece.members.clear();
    }

    /// Adds a member behind the others, but not one that would make the set larger than 4 GiB;
    /// [`Texts::sort`] before anybody looks.
    pub(super) fn push(&mut self, text: &str) {
        let at = |at: usize| u32::try_from(at).ok();
        let start = self.piece.bytes.len();
        if let (Some(start), Some(end)) = (at(start), at(start.saturating_add(text.len()))) {
            let hash = TextHash::of(text);
            self.bits |= hash.bit();
            self.piece.bytes.push_str(text);
            self.piece.members.push(Member { hash, start, end });
        }
    }

    /// Puts the members in order, each once.
    pub(super) fn sort(&mut self) {
        let Piece { bytes, members } = &mut *self.piece;
        let text = |member: &Member| {
            let range = member.start as usize..member.end as usize;
            bytes.get(range).unwrap_or_default()
        };
        members.sort_unstable_by(|one, other| text(one).cmp(text(other)));
        members.dedup_by(|one, other| one.hash == other.hash && text(one) == text(other));
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
