//! What deciding reads of an account: for each fact one word and its age, side by side, so that a
//! question about a fact costs one look into memory. Worked out from what was said once all of it
//! was said, with texts as the numbers that a vocabulary gives them.

use super::{Facts, Said, Slot, Text, Value};
use crate::schema::{FactId, Schema, TextHash, Vocabulary, Words};
use crate::value::Time;

/// A fact's word and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// As of when its value was vouched for, in microseconds, or [`NEVER`] or [`ALWAYS`].
    pub(crate) since: i64,
    /// A truth value, an enum's code, a number, a moment in microseconds, a text's number (of one
    /// that has none, how many texts have one), or where the members of a set begin and, in the
    /// upper half, how many there are.
    pub(crate) word: u64,
}

/// The age of a fact that is unknown whatever the time.
pub(crate) const NEVER: i64 = i64::MIN;

/// The age of a value that came with the request and never goes stale.
pub(crate) const ALWAYS: i64 = i64::MAX;

const NOTHING: Cell = Cell {
    since: NEVER,
    word: 0,
};

/// The cells of an account, in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    /// Of which vocabulary the numbers of texts are; nought where there was none.
    vocabulary: u64,
    /// Two words a fact, and behind them for each set its bits and then its members.
    words: Vec<u64>,
}

/// The members of a set: codes of an enum, or numbers of those texts that have any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Members<'f> {
    /// A bit for each member, by its number: of different members two may share one past 64.
    pub(crate) bits: u64,
    /// Each once.
    pub(crate) numbers: &'f [u64],
}

/// A bit of [`Members::bits`].
pub(crate) fn bit(number: u64) -> u64 {
    1 << (number % 64)
}

/// An account as deciding reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed<'f> {
    pub(crate) facts: &'f Facts,
    words: &'f [u64],
}

impl Cells {
    /// Cells of those slots.
    fn fill(&mut self, schema: &Schema, vocabulary: Option<&Vocabulary>, slots: &[Slot]) {
        let Cells {
            vocabulary: id,
            words,
        } = self;
        *id = vocabulary.map_or(0, Vocabulary::id);
        words.clear();
        words.resize(2 * slots.len(), 0);
        let slots = slots.iter().zip(schema.facts());
        for (at, (slot, (fact, about))) in slots.enumerate() {
            let Cell { since, word } = match (&slot.said, slot.as_of) {
                (Said::Value(_), None) if about.fresh_for.is_some() => NOTHING,
                (Said::Value(value), as_of) => Cell {
                    since: as_of.map_or(ALWAYS, |Time(time)| time.clamp(NEVER + 1, ALWAYS - 1)),
                    word: word(value, || vocabulary?.named(fact), words),
                },
                _ => NOTHING,
            };
            let cell = words.get_mut(2 * at..).and_then(<[u64]>::first_chunk_mut);
            if let Some(cell) = cell {
                *cell = [since.cast_unsigned(), word];
            }
        }
    }
}

fn word<'v>(value: &Value, named: impl Fn() -> Option<&'v Words>, words: &mut Vec<u64>) -> u64 {
    match value {
        Value::Bool(value) => u64::from(*value),
        Value::Enum(code) => u64::from(code.0),
        Value::Int(number) | Value::Time(Time(number)) => number.cast_unsigned(),
        Value::Text(text) => named().map_or(0, |named| number(named, text)),
        Value::Codes(codes) => members(codes.iter().map(|code| u64::from(code.0)), words),
        Value::Texts(texts) => match named() {
            None => 0,
            Some(named) => {
                let numbers = texts.hashed();
                let numbers = numbers.filter_map(|(hash, text)| named.number(hash, text));
                members(numbers.map(u64::from), words)
            }
        },
    }
}

fn number(named: &Words, text: &Text) -> u64 {
    let number = named.number(TextHash::of(text), text);
    number.map_or(named.len() as u64, u64::from)
}

/// Writes the members of a set down, and says where.
fn members(numbers: impl Iterator<Item = u64>, words: &mut Vec<u64>) -> u64 {
    let start = words.len();
    words.push(0);
    words.extend(numbers);
    let bits = words.iter().skip(start + 1);
    let bits = bits.fold(0, |bits, number| bits | bit(*number));
    let count = words.len() - start - 1;
    if let Some(first) = words.get_mut(start) {
        *first = bits;
    }
    (count as u64) << 32 | start as u64
}

impl Facts {
    /// Works out what deciding reads, after all was said.
    pub(super) fn seal(&mut self) {
        let vocabulary = self.schema.vocabulary().map(|vocabulary| &**vocabulary);
        self.cells.fill(&self.schema, vocabulary, &self.slots);
    }

    /// The account as a book with that vocabulary reads it. Facts that were made before there was
    /// one, or for an earlier book, are worked out again, in `spare`.
    #[inline]
    pub(crate) fn sealed<'f>(
        &'f self,
        vocabulary: &Vocabulary,
        spare: &'f mut Cells,
    ) -> Sealed<'f> {
        let cells = if self.cells.vocabulary == vocabulary.id() {
            &self.cells
        } else {
            spare.fill(&self.schema, Some(vocabulary), &self.slots);
            spare
        };
        Sealed {
            facts: self,
            words: &cells.words,
        }
    }
}

impl<'f> Sealed<'f> {
    /// A fact's word and age.
    #[inline(always)]
    pub(crate) fn cell(self, FactId(fact): FactId) -> Cell {
        let words = self.words.get(2 * fact as usize..);
        match words.and_then(<[u64]>::first_chunk) {
            Some([since, word]) => Cell {
                since: since.cast_signed(),
                word: *word,
            },
            None => NOTHING,
        }
    }

    /// The members of the set that a word is about.
    #[inline(always)]
    pub(crate) fn members(self, word: u64) -> Members<'f> {
        let start = (word & u64::from(u32::MAX)) as usize;
        let count = (word >> 32) as usize;
        match self.words.get(start..start + 1 + count) {
            Some([bits, numbers @ ..]) if start > 0 => Members {
                bits: *bits,
                numbers,
            },
            _ => Members {
                bits: 0,
                numbers: &[],
            },
        }
    }
}
