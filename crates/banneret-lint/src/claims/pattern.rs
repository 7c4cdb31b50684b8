//! Words in a row, as the tables write them.

use std::collections::HashMap;

use super::fold::folded_word;
use super::split::{Word, is_spaceless};

/// Lists of patterns by name.
pub(super) type Lists = HashMap<String, Vec<Pattern>>;

/// Words in a row.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    /// `word`
    Exact(String),
    /// `word*`
    Begins(String),
    /// `*word`
    Ends(String),
    /// `*word*`
    Holds(String),
    /// `_`
    Any,
    /// `…`: up to so many words, none of which denies: "there are no bills open" says nothing of
    /// open ones
    Gap(usize),
    /// `{}`
    Placeable,
    /// `@list`: a pattern of another list
    List(String),
}

/// How many words `…` stands for at most.
const GAP: usize = 5;

impl Pattern {
    /// Reads `could not | @list … payment*`, one of these alternatives.
    pub(super) fn new(text: &str) -> Pattern {
        let mut pieces = Vec::new();
        for word in text.split_whitespace() {
            match (word, word.strip_prefix('@')) {
                ("_", _) => pieces.push(Piece::Any),
                ("…", _) => pieces.push(Piece::Gap(GAP)),
                ("{}", _) => pieces.push(Piece::Placeable),
                (_, Some(list)) => pieces.push(Piece::List(list.to_owned())),
                _ => words(word, &mut pieces),
            }
        }
        Pattern { pieces }
    }

    /// The end of the match that begins at a word.
    pub(super) fn end(&self, words: &[Word], at: usize, lists: &Lists) -> Option<usize> {
        end(&self.pieces, words, at, lists)
    }

    /// The longest piece that the folded text must hold for this to match; none where a list or a
    /// value comes first.
    pub(super) fn literal(&self) -> Option<&str> {
        let literals = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Exact(text) | Piece::Begins(text) | Piece::Ends(text) | Piece::Holds(text) => {
                Some(&**text)
            }
            _ => None,
        });
        literals.max_by_key(|text| text.len())
    }

    pub(super) fn lists(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::List(list) => Some(&**list),
            _ => None,
        })
    }
}

/// A word of a pattern; one of a script without spaces is a piece for each character, and an
/// apostrophe or a hyphen parts words as it does in a text.
fn words(word: &str, pieces: &mut Vec<Piece>) {
    let folded = folded_word(word.trim_matches('*'));
    if folded.contains(is_spaceless) {
        pieces.extend(folded.chars().map(|c| Piece::Exact(c.to_string())));
        return;
    }
    let parts: Vec<_> = folded
        .split(['\'', '-'])
        .filter(|part| !part.is_empty())
        .collect();
    for (index, part) in parts.iter().enumerate() {
        let (is_first, is_last) = (index == 0, index + 1 == parts.len());
        let text = (*part).to_owned();
        let open = (
            is_first && word.starts_with('*'),
            is_last && word.ends_with('*'),
        );
        pieces.push(match open {
            (false, false) => Piece::Exact(text),
            (false, true) => Piece::Begins(text),
            (true, false) => Piece::Ends(text),
            (true, true) => Piece::Holds(text),
        });
    }
}

fn end(pieces: &[Piece], words: &[Word], at: usize, lists: &Lists) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(at);
    };
    match piece {
        Piece::Gap(most) => {
            let is_plain =
                |at: &usize| !lists.get("not").is_some_and(|not| denies(not, words, *at));
            let last = words.len().min(at + most);
            let far = (at..last).take_while(is_plain).count();
            let ends = (at..=at + far).filter_map(|at| end(rest, words, at, lists));
            ends.min()
        }
        Piece::List(list) => {
            let patterns = lists.get(list).into_iter().flatten();
            let ends = patterns.filter_map(|pattern| end(&pattern.pieces, words, at, lists));
            ends.filter_map(|at| end(rest, words, at, lists)).max()
        }
        piece => {
            let word = words.get(at)?;
            is_word(piece, word).then(|| end(rest, words, at + 1, lists))?
        }
    }
}

/// Whether a word by itself denies what stands about it.
fn denies(not: &[Pattern], words: &[Word], at: usize) -> bool {
    not.iter().any(|pattern| match &*pattern.pieces {
        [piece] => words.get(at).is_some_and(|word| is_word(piece, word)),
        _ => false,
    })
}

fn is_word(piece: &Piece, word: &Word) -> bool {
    let text = &*word.text;
    match piece {
        Piece::Any => true,
        Piece::Placeable => word.is_placeable(),
        Piece::Exact(literal)
        | Piece::Begins(literal)
        | Piece::Ends(literal)
        | Piece::Holds(literal)
            if word.is_spelled =>
        {
            literal.len() > 3 && text.contains(&**literal)
        }
        Piece::Exact(literal) => text == literal,
        Piece::Begins(literal) => text.starts_with(&**literal),
        Piece::Ends(literal) => text.ends_with(&**literal),
        Piece::Holds(literal) => text.contains(&**literal),
        Piece::Gap(_) | Piece::List(_) => false,
    }
}
