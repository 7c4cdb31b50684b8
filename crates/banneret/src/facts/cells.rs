//! What deciding reads of an account: for each fact one word and its age, side by side, so that a
//! question about a fact costs one look into memory. Worked out from what was said once all of it
//! was said.

use super::{Facts, Said, Slot, TextHash, Texts, Value};
use crate::schema::{FactId, Schema};
use crate::value::Time;

/// A fact's word and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// As of when its value was vouched for, in microseconds, or [`NEVER`] or [`ALWAYS`].
    pub(crate) since: i64,
    /// A truth value, an enum's code, a number, a moment in microseconds, a text's hash, the first
    /// 64 values of a set of enum, or where the hashes of a set of texts begin and, in the upper
    /// half, how many there are.
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

/// Cells by fact, and the hashes of all sets of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// For each set of texts a bit for each member, and then the members' hashes.
    hashes: Vec<u64>,
}

/// The hashes of a set of texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hashes<'f> {
    /// A bit for each member.
    pub(crate) bits: u64,
    /// In the order of the members.
    pub(crate) members: &'f [u64],
}

impl Cells {
    /// Cells of those slots.
    pub(super) fn fill(&mut self, schema: &Schema, slots: &[Slot]) {
        let Cells { cells, hashes } = self;
        cells.clear();
        hashes.clear();
        let slots = slots.iter().zip(schema.facts());
        cells.extend(slots.map(|(slot, (_, fact))| {
            let Said::Value(value) = &slot.said else {
                return NOTHING;
            };
            let since = match slot.as_of {
                None if fact.fresh_for.is_some() => return NOTHING,
                None => ALWAYS,
                Some(Time(as_of)) => as_of.clamp(NEVER + 1, ALWAYS - 1),
            };
            let word = word(value, hashes);
            Cell { since, word }
        }));
    }
}

fn word(value: &Value, hashes: &mut Vec<u64>) -> u64 {
    match value {
        Value::Bool(value) => u64::from(*value),
        Value::Enum(code) => u64::from(code.0),
        Value::Int(number) | Value::Time(Time(number)) => number.cast_unsigned(),
        Value::Text(text) => TextHash::of(text).number(),
        Value::Codes(codes) => codes.words().first().copied().unwrap_or_default(),
        Value::Texts(texts) => place(texts, hashes),
    }
}

/// Writes the hashes of a set down, and says where.
fn place(texts: &Texts, hashes: &mut Vec<u64>) -> u64 {
    let start = u32::try_from(hashes.len()).unwrap_or(u32::MAX);
    hashes.push(texts.bits());
    hashes.extend(texts.hashed().map(|(hash, _)| hash.number()));
    let count = u32::try_from(texts.len()).unwrap_or(u32::MAX);
    u64::from(count) << 32 | u64::from(start)
}

impl Facts {
    /// A fact's word and age.
    #[inline]
    pub(crate) fn cell(&self, fact: FactId) -> Cell {
        let cell = self.cells.cells.get(fact.0 as usize);
        cell.copied().unwrap_or(NOTHING)
    }

    /// The hashes that the word of a set of texts is about.
    #[inline]
    pub(crate) fn hashes(&self, word: u64) -> Hashes<'_> {
        let start = (word & u64::from(u32::MAX)) as usize;
        let count = (word >> 32) as usize;
        let hashes = self.cells.hashes.get(start..start + 1 + count);
        match hashes {
            Some([bits, members @ ..]) => Hashes {
                bits: *bits,
                members,
            },
            _ => Hashes {
                bits: 0,
                members: &[],
            },
        }
    }
}
