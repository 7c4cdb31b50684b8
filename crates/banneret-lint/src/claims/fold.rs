//! A text as its reader sees it: without markup, marks, case and look-alikes.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::compose;

/// Where a value is put in.
pub(super) const PLACEABLE: char = '\u{fffc}';

/// A folded character, and the bytes of the text that it comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) character: char,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The characters of a text, folded.
pub(super) fn fold(text: &str) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let markup = markup(&text[at..]);
        let (length, seen) = markup.unwrap_or((character.len_utf8(), Some(character)));
        let (start, end) = (at, at + length);
        at = end;
        let Some(seen) = seen else { continue };
        // A voiced sound mark by itself, which the kana before it takes in.
        if let Some(last) = glyphs.last_mut()
            && matches!(seen, '\u{3099}' | '\u{309a}')
            && let Some(voiced) = compose(last.character, seen)
        {
            (last.character, last.end) = (voiced, end);
            continue;
        }
        for character in folded(seen) {
            glyphs.push(Glyph {
                character,
                start,
                end,
            });
        }
    }
    glyphs
}

/// The folded form of one word, for tables.
pub(super) fn folded_word(word: &str) -> String {
    word.chars().flat_map(folded).collect()
}

fn folded(character: char) -> Vec<char> {
    if character.is_ascii() {
        return vec![character.to_ascii_lowercase()];
    }
    if is_invisible(character) {
        return Vec::new();
    }
    let bare: String = character.nfkd().filter(|c| !is_mark_to_drop(*c)).collect();
    let lower = bare.nfc().flat_map(char::to_lowercase);
    let mut folded = Vec::with_capacity(2);
    for character in lower.filter(|c| !is_mark_to_drop(*c)) {
        match one_of_several(character) {
            Some(several) => folded.extend(several.chars()),
            None => folded.push(other_form(character)),
        }
    }
    folded
}

/// Marks over and under letters, of scripts that are read without them too.
fn is_mark_to_drop(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}')
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

fn one_of_several(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// The usual form of a letter that is written in several ways.
fn other_form(character: char) -> char {
    match character {
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ı' => 'i',
        'ς' => 'σ',
        'ى' | 'ی' | 'ې' => 'ي',
        'ک' => 'ك',
        'ة' | 'ە' => 'ه',
        '’' | 'ʼ' | '‘' | '`' | '´' => '\'',
        '‐' | '‑' | '−' => '-',
        other => other,
    }
}

/// The Latin letter that this Cyrillic or Greek one looks like.
pub(super) fn latin_twin(character: char) -> Option<char> {
    Some(match character {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ԍ' => 'g',
        'һ' | 'н' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

/// How many bytes of markup begin here, and the character that a reader sees in their place.
fn markup(text: &str) -> Option<(usize, Option<char>)> {
    match text.as_bytes().first()? {
        b'<' => tag(text),
        b'&' => entity(text),
        b'{' => Some((text.find('}')? + 1, Some(PLACEABLE))),
        // Stress: a word in which one letter is bold is that word.
        b'*' | b'~' => Some((1, None)),
        b']' if text.starts_with("](") => Some((text.find(')')? + 1, Some(' '))),
        b'h' | b'H' if is_address(text) => {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            Some((end, Some(' ')))
        }
        _ => None,
    }
}

fn is_address(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        let begin = text.get(..scheme.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    })
}

fn tag(text: &str) -> Option<(usize, Option<char>)> {
    const BREAKS: [&str; 14] = [
        "br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "h1", "h2", "h3", "h4", "hr",
    ];
    let inside = &text[1..text.find('>')?];
    let name = inside.trim_start_matches('/');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') || inside.contains('<') {
        return None;
    }
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let breaks = BREAKS.iter().any(|tag| name.eq_ignore_ascii_case(tag));
    Some((inside.len() + 2, breaks.then_some(' ')))
}

fn entity(text: &str) -> Option<(usize, Option<char>)> {
    let end = text.find(';').filter(|end| *end < 12)?;
    let name = &text[1..end];
    let character = match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "shy" | "zwj" | "zwnj" | "lrm" | "rlm" => return Some((end + 1, None)),
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "ndash" | "mdash" => '–',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)?
        }
    };
    Some((end + 1, (!is_invisible(character)).then_some(character)))
}
