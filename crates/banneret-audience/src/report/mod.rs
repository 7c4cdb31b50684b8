//! A preview or a difference as a page for people who write no programs: one file that needs no
//! network, with charts drawn as SVG, in the light or the dark as the reader has it.
//!
//! The templates are in `templates/`. Every text from a book or a table is escaped by them, and
//! what is left that could deceive an eye is made visible in `sealed`.

mod caveats;
mod chart;
mod difference;
mod numbers;
mod page;
mod rows;
mod section;
mod told;

pub use caveats::Caveats;
pub use difference::{BannerChange, Difference, Gate, Group, KindChange, Moves, StatusMoves};
pub use numbers::{percent, thousands};
pub use rows::{RowsError, from_rows};
pub use section::{not_known, reason, warnings};
pub use told::{DecidingFact, Piece, Rule, Told, Version, Words};

use crate::preview::Preview;

/// A page could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be written: {0}")]
pub struct PageError(#[from] askama::Error);

/// A preview as a page.
///
/// # Errors
/// Where a template fails.
pub fn page(preview: &Preview, told: &Told) -> Result<String, PageError> {
    let page = page::Page::of(preview, told);
    Ok(sealed(&askama::Template::render(&page)?))
}

/// A difference as a page.
///
/// # Errors
/// Where a template fails.
pub fn difference_page(difference: &Difference) -> Result<String, PageError> {
    let page = difference::Page::of(difference);
    Ok(sealed(&askama::Template::render(&page)?))
}

/// A text in pieces, and whether each is code: what stands between backticks is.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let pieces: Vec<_> = text.split('`').collect();
    // One that is alone is a character like others.
    if pieces.len().is_multiple_of(2) {
        return vec![(false, text)];
    }
    let pieces = pieces.into_iter().enumerate();
    pieces.map(|(at, piece)| (at % 2 == 1, piece)).collect()
}

/// Makes visible what does not show, or turns a line around: no template holds such characters, so
/// all of them come from books and tables.
fn sealed(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for c in page.chars() {
        let hides = matches!(c,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        match hides || (c.is_control() && c != '\n') {
            true => text.extend(c.escape_unicode()),
            false => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks() {
        assert_eq!(pieces("plain"), [(false, "plain")]);
        assert_eq!(
            pieces("`a` and `b`"),
            [
                (false, ""),
                (true, "a"),
                (false, " and "),
                (true, "b"),
                (false, "")
            ]
        );
        assert_eq!(pieces("5` long"), [(false, "5` long")]);
    }
}
