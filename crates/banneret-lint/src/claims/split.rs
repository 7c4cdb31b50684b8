//! A text as sentences, clauses and words.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::fold::{Glyph, PLACEABLE, fold, latin_twin};

/// A word, or one character of a script that puts no space between words.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    /// Where it stands, in bytes of the text.
    pub(super) range: Range<usize>,
    /// Whether it was put together from single letters: where one word ends and the next begins
    /// is lost then.
    pub(super) is_spelled: bool,
    pub(super) is_quoted: bool,
    /// Whether more than one space stands before it.
    is_apart: bool,
}

impl Word {
    /// A value, which may stand for any word.
    pub(super) fn is_placeable(&self) -> bool {
        self.text.starts_with(PLACEABLE)
    }

    fn is_letter(&self) -> bool {
        let mut letters = self.text.chars();
        letters
            .next()
            .is_some_and(|c| c.is_alphabetic() && !is_spaceless(c))
            && letters.next().is_none()
    }
}

/// What ends a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// A comma or a bracket: what follows may be put in between.
    Comma,
    /// A colon or a dash: what follows may be said of what stands before.
    Colon,
    /// The sentence ends too.
    End,
}

/// Words between two marks.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) words: Vec<Word>,
    pub(super) ends_with: Break,
}

/// Clauses up to a full stop.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    pub(super) clauses: Vec<Clause>,
    pub(super) is_question: bool,
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let glyphs = fold(text);
    let mut splitting = Splitting::default();
    for at in 0..glyphs.len() {
        splitting.take(&glyphs, at);
    }
    splitting.end_sentence(false);
    splitting.sentences
}

/// Scripts without a space between words, and Hangul, whose words run together at will.
pub(super) fn is_spaceless(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
        && character != '・'
}

/// What is written short before a number.
const NUMBER_SIGNS: [&str; 8] = ["no", "nr", "num", "nro", "ref", "inv", "fakt", "rechn"];

#[derive(Default)]
struct Splitting {
    sentences: Vec<Sentence>,
    sentence: Sentence,
    clause: Vec<Word>,
    word: Option<Word>,
    is_quoted: bool,
    spaces: usize,
}

impl Splitting {
    fn take(&mut self, glyphs: &[Glyph], at: usize) {
        let glyph = glyphs[at];
        let near = |step: isize| {
            let at = at.checked_add_signed(step)?;
            Some(glyphs.get(at)?.character)
        };
        let is_space = |near: Option<char>| near.is_none_or(char::is_whitespace);
        let is_digit = |near: Option<char>| near.is_some_and(char::is_numeric);
        match glyph.character {
            PLACEABLE => self.alone(glyph),
            c if is_spaceless(c) => self.alone(glyph),
            c if c.is_alphanumeric() || is_combining_mark(c) => self.letter(glyph),
            '\n' if near(-1) == Some('\n') => self.end_sentence(false),
            c if c.is_whitespace() => {
                self.end_word();
                self.spaces += 1;
            }
            '?' | '؟' | '՞' => self.end_sentence(true),
            '!' | '。' | '।' | '۔' => self.end_sentence(false),
            '.' if self.is_number_sign(&glyphs[at + 1..]) => self.word = None,
            '.' if self.ends_a_sentence(near(1)) => self.end_sentence(false),
            ',' | '.' if is_digit(near(-1)) && is_digit(near(1)) => {}
            ',' | '、' | '،' | ';' | '؛' | '(' | ')' | '[' | ']' => {
                self.end_clause(Break::Comma);
            }
            ':' | '|' | '•' | '–' | '—' => self.end_clause(Break::Colon),
            '-' if is_space(near(-1)) && is_space(near(1)) => self.end_clause(Break::Colon),
            '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '《' | '》' =>
            {
                self.end_word();
                self.is_quoted = !self.is_quoted;
            }
            _ => self.end_word(),
        }
    }

    /// "No. 3": neither the end of a sentence nor a denial.
    fn is_number_sign(&self, behind: &[Glyph]) -> bool {
        let mut behind = behind.iter().map(|glyph| glyph.character);
        let is_short = self
            .word
            .as_ref()
            .is_some_and(|word| NUMBER_SIGNS.contains(&&*word.text));
        let next = behind.find(|c| !c.is_whitespace());
        is_short && next.is_some_and(|c| c.is_numeric() || matches!(c, '#' | PLACEABLE))
    }

    /// Not within an address or a version, and not behind the number of a day.
    fn ends_a_sentence(&self, next: Option<char>) -> bool {
        let is_day = self
            .word
            .as_ref()
            .is_some_and(|word| word.text.len() <= 2 && word.text.chars().all(char::is_numeric));
        !is_day && next.is_none_or(|next| !next.is_alphanumeric())
    }

    fn new_word(&mut self, glyph: Glyph) -> Word {
        Word {
            text: glyph.character.to_string(),
            range: glyph.start..glyph.end,
            is_spelled: false,
            is_quoted: self.is_quoted,
            is_apart: std::mem::take(&mut self.spaces) > 1,
        }
    }

    fn alone(&mut self, glyph: Glyph) {
        self.end_word();
        let word = self.new_word(glyph);
        self.clause.push(word);
    }

    fn letter(&mut self, glyph: Glyph) {
        match &mut self.word {
            Some(word) => {
                word.text.push(glyph.character);
                word.range.end = glyph.end;
            }
            None => self.word = Some(self.new_word(glyph)),
        }
    }

    fn end_word(&mut self) {
        if let Some(mut word) = self.word.take() {
            unmasked(&mut word.text);
            self.clause.push(word);
        }
    }

    fn end_clause(&mut self, ends_with: Break) {
        self.end_word();
        self.spaces = 0;
        let words = joined(std::mem::take(&mut self.clause));
        if !words.is_empty() {
            self.sentence.clauses.push(Clause { words, ends_with });
        } else if let (Break::End, Some(last)) = (ends_with, self.sentence.clauses.last_mut()) {
            last.ends_with = Break::End;
        }
    }

    fn end_sentence(&mut self, is_question: bool) {
        self.end_clause(Break::End);
        let mut sentence = std::mem::take(&mut self.sentence);
        if !sentence.clauses.is_empty() {
            sentence.is_question = is_question;
            self.sentences.push(sentence);
        }
    }
}

/// Replaces Cyrillic and Greek letters in a word that has Latin ones, or nothing but look-alikes
/// of them with one that no other alphabet would take for a word.
fn unmasked(word: &mut String) {
    let has_latin = word.chars().any(|c| c.is_ascii_alphabetic());
    if has_latin && !word.is_ascii() {
        *word = word.chars().map(|c| latin_twin(c).unwrap_or(c)).collect();
    }
}

/// Puts together what is spelled out: four letters or more, each by itself.
fn joined(words: Vec<Word>) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(first) = words.next() {
        if !first.is_letter() {
            joined.push(first);
            continue;
        }
        let mut letters = vec![first];
        while let Some(next) = words.next_if(|next| next.is_letter() && !next.is_apart) {
            letters.push(next);
        }
        if letters.len() < 4 {
            joined.extend(letters);
            continue;
        }
        let mut text: String = letters.iter().map(|letter| &*letter.text).collect();
        unmasked(&mut text);
        let end = letters.last().map_or(0, |last| last.range.end);
        let mut word = letters.swap_remove(0);
        word.text = text;
        word.range.end = end;
        word.is_spelled = true;
        joined.push(word);
    }
    joined
}
