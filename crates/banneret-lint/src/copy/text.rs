//! Words and sentences of plain text, and patterns of words.

use std::ops::Range;

use banneret_copy::PLACEABLE;

/// A word in small letters, or one character of a script without spaces, or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Where it stands, in bytes of the text.
    pub(crate) range: Range<usize>,
}

/// The words up to a mark that ends a sentence.
pub(crate) type Sentence = Vec<Word>;

/// Words in a row; one that ends in `*` may go on.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<(String, bool)>);

/// The sentences of a text, those without a word left out.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let (mut sentences, mut sentence, mut start) = (Vec::new(), Sentence::new(), None);
    let mut characters = text.char_indices().chain([(text.len(), ' ')]).peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        let goes_on = is_of_a_word(character)
            || (start.is_some()
                && "'’\u{ad}\u{200b}\u{200d}".contains(character)
                && is_of_a_word(next));
        if goes_on {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            sentence.push(word(text, start..at));
        }
        if is_spaceless(character) || character == PLACEABLE {
            sentence.push(word(text, at..at + character.len_utf8()));
        }
        let ends = "!?;。！？；".contains(character) || (character == '.' && next.is_whitespace());
        if ends && !sentence.is_empty() {
            sentences.push(std::mem::take(&mut sentence));
        }
    }
    sentences.extend(Some(sentence).filter(|sentence| !sentence.is_empty()));
    sentences
}

/// A sentence between its commas and dashes.
pub(crate) fn clauses<'s>(text: &str, sentence: &'s [Word]) -> Vec<&'s [Word]> {
    let (mut clauses, mut from) = (Vec::new(), 0);
    for (at, pair) in sentence.windows(2).enumerate() {
        let between = text.get(pair[0].range.end..pair[1].range.start);
        if between.is_some_and(|marks| marks.contains([',', '，', '、', ':', '：', '–', '—', '(']))
        {
            clauses.push(&sentence[from..=at]);
            from = at + 1;
        }
    }
    clauses.push(&sentence[from..]);
    clauses
}

fn is_of_a_word(character: char) -> bool {
    (character.is_alphanumeric() && !is_spaceless(character)) || character == '_'
}

/// Of a script that puts no space between words.
fn is_spaceless(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fff}' | '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && character.is_alphanumeric()
}

/// Whether it is as wide as two letters.
pub(crate) fn is_wide(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}')
}

fn word(text: &str, range: Range<usize>) -> Word {
    let written = text.get(range.clone()).unwrap_or_default();
    let seen = written
        .chars()
        .filter(|c| c.is_alphanumeric() || "_'’\u{fffc}".contains(*c));
    let seen = seen.map(|c| if c == '’' { '\'' } else { c });
    Word {
        text: seen.flat_map(char::to_lowercase).collect(),
        range,
    }
}

impl Pattern {
    /// Reads `do not honor`, `mahn*`, `对账`.
    pub(crate) fn new(text: &str) -> Pattern {
        let words = sentences(text).into_iter().flatten();
        let parts = words.map(|word| {
            let goes_on = text
                .get(word.range.end..)
                .is_some_and(|rest| rest.starts_with('*'));
            (word.text, goes_on)
        });
        Pattern(parts.collect())
    }

    /// How many words it takes at the beginning of some.
    pub(crate) fn begins(&self, words: &[Word]) -> Option<usize> {
        let fits = |((part, goes_on), word): (&(String, bool), &Word)| match goes_on {
            true => word.text.starts_with(&**part),
            false => word.text == *part,
        };
        let is_whole = !self.0.is_empty() && self.0.len() <= words.len();
        (is_whole && self.0.iter().zip(words).all(fits)).then_some(self.0.len())
    }

    /// Where it stands in a sentence, by words.
    fn find(&self, sentence: &[Word]) -> Option<Range<usize>> {
        (0..sentence.len()).find_map(|at| Some(at..at + self.begins(&sentence[at..])?))
    }
}

/// Patterns between `|`.
pub(crate) fn patterns(text: &str) -> Vec<Pattern> {
    text.split('|').map(Pattern::new).collect()
}

/// Where the first of some patterns stands in a sentence, in bytes of the text.
pub(crate) fn first(patterns: &[Pattern], sentence: &[Word]) -> Option<Range<usize>> {
    let found = patterns.iter().find_map(|pattern| pattern.find(sentence))?;
    Some(sentence.get(found.start)?.range.start..sentence.get(found.end - 1)?.range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_way_they_are_written() {
        let texts = |text: &str| -> Vec<Vec<String>> {
            let words = |sentence: Sentence| sentence.into_iter().map(|word| word.text).collect();
            sentences(text).into_iter().map(words).collect()
        };
        assert_eq!(
            texts("Don’t PAY, v1.2. \u{fffc} 付款 past_due!"),
            [
                vec!["don't", "pay", "v1", "2"],
                vec!["\u{fffc}", "付", "款", "past_due"]
            ]
        );
        let found = |pattern: &str, text: &str| {
            let sentence = sentences(text).remove(0);
            first(&[Pattern::new(pattern)], &sentence).map(|found| text[found].to_owned())
        };
        assert_eq!(
            found("mahn*", "Ihr Mahnstatus ist offen"),
            Some("Mahnstatus".into())
        );
        assert_eq!(found("mahn*", "Sie sind gemahnt"), None);
        assert_eq!(
            found("web hook", "Ein Web-Hook kam"),
            Some("Web-Hook".into())
        );
        assert_eq!(found("对账", "正在对 账中"), Some("对 账".into()));
        assert_eq!(
            found("dunning", "web\u{ad}hook of Dun\u{ad}ning"),
            Some("Dun\u{ad}ning".into())
        );
    }
}
