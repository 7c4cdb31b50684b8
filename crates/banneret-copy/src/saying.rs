//! One thing that an entry can say.

use std::ops::Range;

use banneret::Span;

/// Stands for a value in plain text: the object replacement character, which no author types.
pub const PLACEABLE: char = '\u{fffc}';

/// One thing that an entry can say: one variant of each selector, references followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saying {
    /// The attribute whose words these are; nothing where they are the entry's own.
    pub attribute: Option<Box<str>>,
    /// What is said, in its order.
    pub pieces: Vec<Piece>,
    /// The variants that lead here, in the order in which a reader comes to them.
    pub choices: Vec<Choice>,
}

/// A piece of what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words, as a viewer reads them.
    Text {
        /// The words; a line of the file ends in a line feed.
        text: Box<str>,
        /// Where they stand.
        span: Span,
    },
    /// The value of a variable.
    Value {
        /// Its name, without `$`.
        variable: Box<str>,
        /// The function that writes it, such as `NUMBER`.
        function: Option<Box<str>>,
        /// What the function is told, by name.
        options: Vec<(Box<str>, Box<str>)>,
        /// Where the variable stands, with its `$`.
        span: Span,
    },
}

/// A variant that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The variable that decides it, without `$`; nothing where a literal or a term does.
    pub variable: Option<Box<str>>,
    /// The function that it goes through, such as `NUMBER`.
    pub function: Option<Box<str>>,
    /// The variant's key, as it is written.
    pub key: Box<str>,
    /// The keys of the selector's other variants, in the order of the file.
    pub others: Box<[Box<str>]>,
    /// Whether it is the variant that is taken where no other fits.
    pub is_default: bool,
    /// Where the variable stands, with its `$`; where there is none, the key.
    pub span: Span,
    /// Which selector it was, and which of its variants.
    pub(crate) of: (usize, usize),
}

/// The text of a saying: white space folded to single spaces, values as [`PLACEABLE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The text.
    pub text: String,
    /// Where each of its characters begins, and where that stands.
    places: Vec<(usize, Span)>,
}

impl Saying {
    /// The variables that it says or that its selectors ask, without `$`, as often as they stand.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.uses().map(|(variable, _)| variable)
    }

    /// The same with the places of the variables.
    pub fn uses(&self) -> impl Iterator<Item = (&str, Span)> {
        let chosen = self.choices.iter();
        let chosen = chosen.filter_map(|choice| Some((choice.variable.as_deref()?, choice.span)));
        let said = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value { variable, span, .. } => Some((&**variable, *span)),
            Piece::Text { .. } => None,
        });
        chosen.chain(said)
    }

    /// What it says, as text.
    #[must_use]
    pub fn plain(&self) -> Plain {
        let mut plain = Plain {
            text: String::new(),
            places: Vec::new(),
        };
        for piece in &self.pieces {
            match piece {
                Piece::Value { span, .. } => plain.push(PLACEABLE, *span),
                Piece::Text { text, span } => plain.push_text(text, *span),
            }
        }
        if plain.text.ends_with(' ') {
            plain.text.pop();
            plain.places.pop();
        }
        plain
    }
}

impl Plain {
    /// Where a piece of the text stands, given in bytes of it; where it comes from several places
    /// of the file, the first of them. Nothing where it is no piece of the text.
    #[must_use]
    pub fn span(&self, piece: Range<usize>) -> Option<Span> {
        let from = self.places.partition_point(|(at, _)| *at < piece.start);
        let to = self.places.partition_point(|(at, _)| *at < piece.end);
        let places = self.places.get(from..to)?;
        let mut span = places.first()?.1;
        for (_, next) in places {
            if next.start < span.start || next.start > span.end.saturating_add(GAP) {
                break;
            }
            span = span.to(*next);
        }
        Some(span)
    }

    fn push(&mut self, character: char, span: Span) {
        if character == ' ' && (self.text.is_empty() || self.text.ends_with(' ')) {
            return;
        }
        self.places.push((self.text.len(), span));
        self.text.push(character);
    }

    fn push_text(&mut self, text: &str, span: Span) {
        // A text with escapes is shorter than it is written, and stands where it stands.
        let is_as_written = text.len() == span.range().len();
        for (at, character) in text.char_indices() {
            let start = span.range().start + at;
            let own = Span::new(span.file, start, start + character.len_utf8());
            let own = if is_as_written { own } else { span };
            let is_space = character.is_whitespace();
            self.push(if is_space { ' ' } else { character }, own);
        }
    }
}

/// As far as two characters of a text may stand apart in the file, in bytes, and be of one place:
/// an indented line, or the braces around a variable.
const GAP: u32 = 40;
