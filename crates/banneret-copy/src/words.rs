//! The file of one locale.

use std::collections::HashMap;

use banneret::{FileId, Span};
use fluent_syntax::ast;
use fluent_syntax::parser;

use crate::expand;
use crate::saying::Saying;
use crate::trouble::{Trouble, TroubleKind};

/// The words of one locale, as its Fluent file has them.
#[derive(Clone, Debug)]
pub struct Words<'t> {
    entries: Vec<Entry<'t>>,
    /// The first of each name: the one that runtimes keep.
    by_id: HashMap<&'t str, usize>,
    troubles: Vec<Trouble>,
    pub(crate) place: Place<'t>,
}

/// A message or a term.
#[derive(Clone, Debug)]
pub struct Entry<'t> {
    /// Its name; a term's begins with `-`.
    pub id: &'t str,
    /// Where the name stands.
    pub span: Span,
    pub(crate) value: Option<ast::Pattern<&'t str>>,
    pub(crate) attributes: Vec<ast::Attribute<&'t str>>,
}

impl<'t> Words<'t> {
    /// Reads a Fluent file. What cannot be read is in [`Words::troubles`], and left out.
    #[must_use]
    pub fn read(file: FileId, text: &'t str) -> Words<'t> {
        let place = Place { file, text };
        let mut words = Words {
            entries: Vec::new(),
            by_id: HashMap::new(),
            troubles: Vec::new(),
            place,
        };
        let readable = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let Some(nested) = nested(readable) {
            words.trouble(TroubleKind::Nested, place.of(nested));
            return words;
        }
        let (resource, errors) = match parser::parse(readable) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        let shift = text.len() - readable.len();
        for error in errors {
            let span = place.between(error.pos.start + shift, error.pos.end + shift);
            words.trouble(TroubleKind::Syntax(said(&error.kind)), span);
        }
        for entry in resource.body {
            words.push(entry);
        }
        words
    }

    /// Every message and term, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'t>] {
        &self.entries
    }

    /// The entry of that name, the first where there are several.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry<'t>> {
        self.entries.get(*self.by_id.get(id)?)
    }

    /// What of the file cannot be read.
    #[must_use]
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    /// Everything that an entry can say: its own words first, then those of its attributes, other
    /// than `.kind`, which is no word. Every variant of every selector is taken, and the words of
    /// other entries are followed; where two selectors ask the same of one variable and have the
    /// same keys, both take the same. An entry that is not there says nothing.
    ///
    /// # Errors
    /// Where nobody can tell what it says: a cycle, a reference to nothing, or too many sayings.
    pub fn sayings(&self, id: &str) -> Result<Vec<Saying>, Trouble> {
        match self.entry(id) {
            Some(entry) => expand::sayings(self, entry),
            None => Ok(Vec::new()),
        }
    }

    fn push(&mut self, entry: ast::Entry<&'t str>) {
        let (id, value, attributes) = match entry {
            ast::Entry::Message(message) => (message.id.name, message.value, message.attributes),
            ast::Entry::Term(term) => {
                let id = self.place.with_sigil(term.id.name);
                (id, Some(term.value), term.attributes)
            }
            _ => return,
        };
        let span = self.place.of(id);
        self.by_id.entry(id).or_insert(self.entries.len());
        self.entries.push(Entry {
            id,
            span,
            value,
            attributes,
        });
    }

    fn trouble(&mut self, kind: TroubleKind, span: Span) {
        self.troubles.push(Trouble { kind, span });
    }
}

impl<'t> Entry<'t> {
    /// Whether it is a term, which is only ever said by other entries.
    #[must_use]
    pub fn is_term(&self) -> bool {
        self.id.starts_with('-')
    }

    /// Whether it has words of its own, beside its attributes.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.value.is_some()
    }

    /// The names of its attributes, in the order of the file.
    pub fn attributes(&self) -> impl Iterator<Item = &'t str> {
        self.attributes.iter().map(|attribute| attribute.id.name)
    }

    /// The kind of message that it says it is for, in its attribute `.kind`.
    #[must_use]
    pub fn kind(&self) -> Option<&'t str> {
        let mut attributes = self.attributes.iter();
        let kind = attributes.find(|attribute| attribute.id.name == KIND)?;
        match kind.value.elements.as_slice() {
            [ast::PatternElement::TextElement { value }] => Some(value.trim()),
            _ => None,
        }
    }
}

/// The attribute that names a kind.
pub(crate) const KIND: &str = "kind";

/// A text and its file, to say where a piece of it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'t> {
    file: FileId,
    text: &'t str,
}

impl<'t> Place<'t> {
    /// Where a piece that was cut out of the text stands.
    pub(crate) fn of(self, piece: &str) -> Span {
        let start = self.offset(piece);
        self.between(start, start + piece.len())
    }

    /// The name behind a `-` or `$`, with it.
    pub(crate) fn with_sigil(self, name: &'t str) -> &'t str {
        let start = self.offset(name);
        let longer = start
            .checked_sub(1)
            .map(|before| before..start + name.len());
        longer
            .and_then(|longer| self.text.get(longer))
            .unwrap_or(name)
    }

    fn between(self, start: usize, end: usize) -> Span {
        let length = self.text.len();
        Span::new(self.file, start.min(length), end.min(length))
    }

    /// Fluent's parser keeps no places, but each of its texts is a slice of what it was given.
    fn offset(self, piece: &str) -> usize {
        (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }
}

/// How many braces and parentheses may be open at once. Fluent's parser descends into each.
const DEEPEST: usize = 200;

/// The line in which an entry may have opened too many. What is closed beside a quotation mark, and
/// every parenthesis, counts as open until the entry ends: it may be within a quoted text, or
/// within words.
fn nested(text: &str) -> Option<&str> {
    let mut open: usize = 0;
    // Only an entry has a `=` behind a name in column 1, and a comment opens nothing.
    for line in text.split('\n').filter(|line| !line.starts_with('#')) {
        if begins_entry(line) {
            open = 0;
        }
        let is_quoted = line.contains('"');
        for character in line.chars() {
            match character {
                '{' | '(' => open += 1,
                '}' if !is_quoted => open = open.saturating_sub(1),
                _ => {}
            }
            if open > DEEPEST {
                return Some(line);
            }
        }
    }
    None
}

fn begins_entry(line: &str) -> bool {
    let name = line.strip_prefix('-').unwrap_or(line);
    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.trim_start_matches(' ').starts_with('=')
}

/// What the parser says, in the form of our messages.
fn said(kind: &parser::ErrorKind) -> String {
    let said = kind.to_string().replace('"', "`");
    let mut letters = said.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
