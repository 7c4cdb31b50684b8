//! What a sentence claims: whether words for customers say that a payment failed, or is owed.
//!
//! A text is folded (markup, case, marks, invisible and look-alike characters), cut into sentences,
//! clauses and words, and held against the words of every language that it may be of, whatever its
//! locale says, since copy may stand in the wrong file. A word for a payment and one for a failure
//! near each other in a clause are a claim, and so are some sayings ("could not charge"). What is
//! denied, asked, supposed or to come, and what a correction quotes, is none.

mod fold;
mod judge;
mod pattern;
mod split;
mod tables;

use std::ops::Range;

pub use judge::What;

use split::Sentence;
use tables::{TABLES, Table};

/// Words that claim something about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where they stand, in bytes of the text.
    pub range: Range<usize>,
    /// What they claim.
    pub what: What,
}

/// Where a value stands in a text, as one character; `{ … }` counts too. A value may be any word.
pub const PLACEABLE: char = fold::PLACEABLE;

/// The first words of a text that claim that a payment failed, or else that one is owed, or else
/// that something is amiss. The locale (`de`, `zh-CN`) says which language is tried first.
#[must_use]
pub fn payment_failed(text: &str, locale: &str) -> Option<Claim> {
    let claims = all(text, locale);
    let order = |claim: &Claim| (claim.what, claim.range.start);
    claims.into_iter().min_by_key(order)
}

/// Everything that a text claims about payments, in its order; of words that make two claims, the
/// graver.
#[must_use]
pub fn all(text: &str, locale: &str) -> Vec<Claim> {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    let language = language.to_ascii_lowercase();
    let sentences = split::sentences(text);
    let mut claims = Vec::new();
    for table in TABLES.of(&bare(&sentences), &language) {
        for (at, sentence) in sentences.iter().enumerate() {
            judge::claims(sentence, sentences.get(at + 1), table, &mut claims);
        }
    }
    claims.sort_by_key(|claim: &Claim| (claim.what, claim.range.start, claim.range.end));
    let mut kept: Vec<Claim> = Vec::new();
    for claim in claims {
        let meets =
            |kept: &Claim| kept.range.start < claim.range.end && claim.range.start < kept.range.end;
        if !kept.iter().any(meets) {
            kept.push(claim);
        }
    }
    kept.sort_by_key(|claim| claim.range.start);
    kept
}

/// The words of sentences in a row; what finds no telling word here finds none in them.
fn bare(sentences: &[Sentence]) -> String {
    let clauses = sentences.iter().flat_map(|sentence| &sentence.clauses);
    let words = clauses.flat_map(|clause| &clause.words);
    words.map(|word| &*word.text).collect()
}

/// The language tags that have a table of words.
pub fn languages() -> impl Iterator<Item = &'static str> {
    let tags = |table: &'static Table| table.tags.iter().copied();
    TABLES.tables.iter().flat_map(tags)
}
