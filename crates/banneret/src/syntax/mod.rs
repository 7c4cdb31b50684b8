//! Text to AST and back. This is the only module that knows pest.
//!
//! A file is cut into items and fields by its lines (`cut`), each field's value is parsed by
//! itself (`grammar.pest`) and lowered to the AST (`lower`, `question`, `fields`). So a mistake in
//! one field hides nothing in another, and no backtracking crosses a line that begins something.

pub mod ast;
mod blame;
mod chars;
mod cut;
mod fields;
mod grammar;
mod items;
mod layout;
mod literal;
mod lower;
mod print;
mod question;
mod scan;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;

pub use layout::format;
pub use words::{WORDS, is_fact_name, is_name, is_word_of_the_language};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A text may be so many bytes long.
const MOST_BYTES: usize = 1 << 20;

/// So many findings of one text are given: nobody reads more, and to place one costs time.
const MOST_FINDINGS: usize = 500;

/// The items of one `.banner` file. What cannot be read is reported, and what is left is given.
#[must_use]
pub fn parse(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Vec<ast::Item> {
    let place = Place { file, base: 0 };
    let before = found.len();
    let Some(tokens) = open(place, text, found) else {
        return Vec::new();
    };
    let cuts = cut::cut(place, text, &tokens, found);
    let read = cuts.iter().filter_map(|cut| items::item(place, cut, found));
    let items = read.collect();
    found.truncate(before.saturating_add(MOST_FINDINGS));
    items
}

/// An expression that stands in another text, beginning `offset` bytes into `file`; nothing where
/// it could not be read, which is reported.
#[must_use]
pub fn parse_expr(
    file: FileId,
    offset: usize,
    text: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<ast::Expr> {
    let place = Place { file, base: offset };
    let tokens = open(place, text, found)?;
    let tokens: Vec<_> = tokens
        .into_iter()
        .filter(|token| !token.is_comment())
        .collect();
    if tokens.is_empty() {
        let span = place.span(0, text.len());
        let finding = Diagnostic::new(&codes::SYNTAX, span, "an expression is missing");
        found.push(finding.help("write `true` where nothing is asked"));
        return None;
    }
    let before = found.len();
    let expr = fields::expression(place, text, &tokens, found);
    found.truncate(before.saturating_add(MOST_FINDINGS));
    expr
}

/// The tokens of a text that is not too long; odd characters are reported and left out.
fn open<'t>(
    place: Place,
    text: &'t str,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<scan::Token<'t>>> {
    if text.len() > MOST_BYTES {
        let message = format!("this text has {} bytes, more than 1 MiB", text.len());
        let finding = Diagnostic::new(&codes::LIMIT, place.span(0, 0), message);
        found.push(finding.help("split it into several files"));
        return None;
    }
    let mut tokens = scan::scan(text);
    chars::check(place, text, &tokens, found);
    tokens.retain(|token| token.kind != scan::Kind::Odd);
    Some(tokens)
}

/// Where a text begins, for the spans of its parts.
#[derive(Clone, Copy)]
struct Place {
    file: FileId,
    base: usize,
}

impl Place {
    fn span(self, start: usize, end: usize) -> Span {
        let at = |offset: usize| self.base.saturating_add(offset);
        Span::new(self.file, at(start), at(end))
    }

    fn of(self, token: &scan::Token) -> Span {
        self.span(token.start, token.end())
    }

    /// The same for a piece of the text that begins so many bytes in.
    fn inside(self, offset: usize) -> Place {
        Place {
            file: self.file,
            base: self.base.saturating_add(offset),
        }
    }
}

/// An author's text as a message quotes it: one line, not endless.
fn shown(text: &str) -> Cow<'_, str> {
    const MOST: usize = 60;
    let line_breaks = text.contains(char::is_control);
    if text.len() <= MOST && !line_breaks {
        return text.into();
    }
    let mut out: String = text.chars().take(MOST).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").replace(char::is_control, "").into()
}
