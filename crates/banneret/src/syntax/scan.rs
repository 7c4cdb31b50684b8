//! Text to tokens, flat and total: for cutting, for limits, for blame and for comments. What the
//! tokens of a value mean is the grammar's business; where both speak of a word or a string they
//! agree on its ends.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, keyword, number, date or moment.
    Word,
    /// A string in double or single quotes; to the end of its line where nothing closes it.
    Text,
    /// From `#` to the end of the line.
    Comment,
    /// A bracket, operator, or any character that belongs to nothing else.
    Symbol,
    /// A character that looks like nothing or like a space; removed once it is reported.
    Odd,
}

/// A piece of text that cannot be cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) line: u32,
    /// The first of its line.
    pub(super) first: bool,
    /// In column 1.
    pub(super) flush: bool,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_comment(&self) -> bool {
        self.kind == Kind::Comment
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }
}

/// The byte order mark, allowed at the start of a file only.
pub(super) const BOM: char = '\u{FEFF}';

/// Whether it shows nothing or turns the text around, and so can hide what a rule says.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | BOM | '\u{FFF9}'..='\u{FFFB}')
}

/// Whether it is a hidden or a control character, which may stand nowhere. (A carriage return may,
/// before a line feed.)
pub(super) fn is_unseen(c: char) -> bool {
    is_hidden(c) || (c.is_control() && c != '\n' && c != '\t')
}

/// Whether it is white space that the language does not know, a control or a hidden character;
/// the grammar's `odd`.
pub(super) fn is_odd(c: char) -> bool {
    let space = matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    );
    space || is_unseen(c)
}

/// Whether it is part of a word; the grammar's `word_char`.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '.' | '-' | '+' | '/')
        || (c >= '\u{A1}' && !is_odd(c))
}

/// All tokens of a text.
pub(super) fn scan(text: &str) -> Vec<Token<'_>> {
    let at = if text.starts_with(BOM) {
        BOM.len_utf8()
    } else {
        0
    };
    let mut scanner = Scanner {
        text,
        at,
        line: 0,
        line_start: at,
        first: true,
        tokens: Vec::new(),
    };
    while scanner.step() {}
    scanner.tokens
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    line_start: usize,
    first: bool,
    tokens: Vec<Token<'t>>,
}

impl<'t> Scanner<'t> {
    fn step(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else {
            return false;
        };
        match c {
            '\n' => self.end_line(),
            ' ' | '\t' => self.at += 1,
            '\r' if rest.starts_with("\r\n") => self.at += 1,
            '#' => self.push(Kind::Comment, line_end(rest)),
            '"' => self.push(Kind::Text, text_end(rest)),
            '\'' => match single_end(rest) {
                Some(length) => self.push(Kind::Text, length),
                None => self.push(Kind::Symbol, 1),
            },
            _ if is_odd(c) => self.push(Kind::Odd, c.len_utf8()),
            _ if is_word_char(c) => self.push(Kind::Word, word_end(rest)),
            _ => self.push(Kind::Symbol, symbol_end(rest)),
        }
        true
    }

    fn end_line(&mut self) {
        self.at += 1;
        self.line = self.line.saturating_add(1);
        self.line_start = self.at;
        self.first = true;
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let end = self.at + length;
        self.tokens.push(Token {
            kind,
            text: self.text.get(self.at..end).unwrap_or_default(),
            start: self.at,
            line: self.line,
            first: self.first,
            flush: self.at == self.line_start,
        });
        // A hidden character does not make what follows it indented or later in the line.
        if kind == Kind::Odd {
            if self.line_start == self.at {
                self.line_start = end;
            }
        } else {
            self.first = false;
        }
        self.at = end;
    }
}

// None of these looks beyond its line, nor further than it must: many strings on one long line
// are read in one go.

fn line_end(rest: &str) -> usize {
    match rest.find('\n') {
        Some(at) if rest.get(..at).is_some_and(|line| line.ends_with('\r')) => at - 1,
        Some(at) => at,
        None => rest.len(),
    }
}

fn text_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return line_end(rest),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn single_end(rest: &str) -> Option<usize> {
    let inner = rest.get(1..)?;
    let at = inner.find(['\'', '\n'])?;
    inner.get(at..)?.starts_with('\'').then_some(at + 2)
}

fn word_end(rest: &str) -> usize {
    let digit_at = |at| {
        rest.get(at..)
            .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
    };
    let inside = |at, c| is_word_char(c) || (c == ':' && digit_at(at + 1));
    let mut chars = rest.char_indices();
    chars
        .find(|(at, c)| !inside(*at, *c))
        .map_or(rest.len(), |(at, _)| at)
}

const SYMBOLS: [&str; 12] = [
    "===", "!==", "==", "=>", "=<", "!=", "<=", "<>", ">=", "&&", "||", "::",
];

fn symbol_end(rest: &str) -> usize {
    let known = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
    let one = rest.chars().next().map_or(1, char::len_utf8);
    known.map_or(one, |symbol| symbol.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        scan(text).iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_strings_and_symbols() {
        assert_eq!(
            tokens("a.b==\"x # \\\" y\" and c>=-3 # why\r\nbanner x:  2026-03-01T12:00:00Z"),
            [
                "a.b",
                "==",
                "\"x # \\\" y\"",
                "and",
                "c",
                ">=",
                "-3",
                "# why",
                "banner",
                "x",
                ":",
                "2026-03-01T12:00:00Z"
            ]
        );
        assert_eq!(
            tokens("'DE' it's \"open # x\r\n y"),
            ["'DE'", "it", "'", "s", "\"open # x", "y"]
        );
    }

    #[test]
    fn columns_and_lines() {
        let flat: Vec<_> = scan("\u{FEFF}a b\r\n\tc\nd\n")
            .iter()
            .map(|t| (t.text, t.line, t.first, t.flush))
            .collect();
        assert_eq!(
            flat,
            [
                ("a", 0, true, true),
                ("b", 0, false, false),
                ("c", 1, true, false),
                ("d", 2, true, true)
            ]
        );
    }
}
