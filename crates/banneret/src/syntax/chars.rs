//! Characters that hide what a rule says, or look like others.

use super::scan::{BOM, Kind, Token, is_hidden, is_unseen};
use super::{Place, shown};
use crate::codes;
use crate::diagnostic::Diagnostic;

/// Nobody reads more findings about single characters than this.
const MOST: usize = 100;

/// Reports what must not stand in the text, or not outside of strings and comments.
pub(super) fn check(place: Place, text: &str, tokens: &[Token], found: &mut Vec<Diagnostic>) {
    if text
        .bytes()
        .all(|b| matches!(b, b'\n' | b'\t' | b' '..=b'~'))
    {
        return;
    }
    let hidden = hidden(place, text);
    let visible = tokens.iter().filter_map(|token| foreign(place, token));
    found.extend(hidden.into_iter().chain(visible).take(MOST));
}

fn hidden(place: Place, text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut last = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends_line = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
        let begins = at == 0 && c == BOM;
        if begins || ends_line || !is_unseen(c) {
            last = None;
        } else if last != Some(c) && found.len() < MOST {
            last = Some(c);
            found.push(hidden_one(place, at, c));
        }
    }
    found
}

fn hidden_one(place: Place, at: usize, c: char) -> Diagnostic {
    let span = place.span(at, at + c.len_utf8());
    let point = format!("U+{:04X}", u32::from(c));
    let message = match hidden_name(c) {
        Some(name) => format!("{point}, {name}, may not stand in a rule"),
        None => format!("the control character {point} may not stand in a rule"),
    };
    Diagnostic::new(&codes::CONFUSABLE_TEXT, span, message)
        .help("delete it: it cannot be seen, and readers would see another rule than runs")
}

fn hidden_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{AD}' => "a soft hyphen",
        '\u{200B}' => "a zero-width space",
        '\u{200C}' => "a zero-width non-joiner",
        '\u{200D}' => "a zero-width joiner",
        '\u{200E}' | '\u{200F}' | '\u{61C}' => "a mark of writing direction",
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "a control that turns the direction of the text around"
        }
        BOM => "a byte order mark after the start of the file",
        c if is_hidden(c) => "an invisible character",
        _ => return None,
    })
}

/// What is wrong with a token outside of strings and comments: one finding a word.
fn foreign(place: Place, token: &Token) -> Option<Diagnostic> {
    match token.kind {
        Kind::Text | Kind::Comment => return None,
        Kind::Odd if token.text.chars().any(is_unseen) => return None,
        Kind::Word | Kind::Symbol | Kind::Odd => {}
    }
    let (at, c) = token.text.char_indices().find(|(_, c)| !c.is_ascii())?;
    let start = token.start + at;
    let span = place.span(start, start + c.len_utf8());
    let point = format!("U+{:04X}", u32::from(c));
    let message = match (token.kind, ascii(c)) {
        (Kind::Odd, _) => format!("{point} is no ordinary space"),
        (_, Some((_, ""))) => format!("`{c}` ({point}) is not of the rule language"),
        (_, Some((_, script))) => format!("`{c}` ({point}) is a {script} letter"),
        (_, None) => format!("`{c}` ({point}) stands outside of strings and comments"),
    };
    let finding = Diagnostic::new(&codes::CONFUSABLE_TEXT, span, message);
    Some(match (token.kind, plain(token.text)) {
        (Kind::Odd, _) => finding.help("write a space"),
        (_, Some(plain)) => finding.help(format!("write `{}`", shown(&plain))),
        (_, None) => finding.help(
            "names are written with `a` to `z`, `0` to `9` and `_`; put other text in quotes",
        ),
    })
}

/// The word in ASCII, where each of its characters looks like one of ours.
pub(super) fn plain(word: &str) -> Option<String> {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match ascii(c) {
            _ if c.is_ascii() => out.push(c),
            Some((plain, _)) => out.push_str(plain),
            None => return None,
        }
    }
    Some(out)
}

/// Pairs of a look-alike and what it looks like.
const CYRILLIC: &str = "аaеeоoрpсcуyхxіiјjѕsԁdԛqԝwһhӏlкkпnмmтtвbгrАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅS";
const GREEK: &str = "αaβbγyεeηnιiκkνvοoρpτtυuχxωwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX";

/// What a character looks like, and its script; no script for punctuation.
fn ascii(c: char) -> Option<(&'static str, &'static str)> {
    if let Some(plain) = fullwidth(c) {
        return Some((plain, "full-width"));
    }
    let lists = [(CYRILLIC, "Cyrillic"), (GREEK, "Greek")];
    let letter = lists.into_iter().find_map(|(list, script)| {
        let at = list.find(c)? + c.len_utf8();
        Some((list.get(at..=at)?, script))
    });
    letter.or_else(|| punctuation(c).map(|plain| (plain, "")))
}

/// Full-width forms stand in the order of ASCII, from `!` to `~`.
fn fullwidth(c: char) -> Option<&'static str> {
    const PLAIN: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    let at = usize::try_from(u32::from(c).checked_sub(0xFF01)?).ok()?;
    PLAIN.get(at..=at)
}

fn punctuation(c: char) -> Option<&'static str> {
    Some(match c {
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' => "\"",
        '–' | '—' | '−' | '‐' | '‑' => "-",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '∈' => "in",
        '∧' => "and",
        '∨' => "or",
        '¬' => "not",
        '…' => "...",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes() {
        assert_eq!(plain("bіlling.аmount").as_deref(), Some("billing.amount"));
        assert_eq!(plain("ａ＿１").as_deref(), Some("a_1"));
        assert_eq!(plain("größe"), None);
        for list in [CYRILLIC, GREEK] {
            let chars: Vec<char> = list.chars().collect();
            assert!(
                chars
                    .chunks(2)
                    .all(|p| !p[0].is_ascii() && p[1].is_ascii_alphabetic())
            );
        }
    }
}
