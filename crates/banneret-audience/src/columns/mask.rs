//! Sets of the rows of one chunk, as bits.

use arrow_buffer::BooleanBuffer;

/// How many words a mask has. A chunk of 4,096 rows keeps the masks of a hundred formulas in the
/// second cache, and those of their atoms nearly in the first.
pub(super) const WORDS: usize = 64;

/// How many rows a chunk has at most.
pub(crate) const ROWS: usize = WORDS * 64;

/// A bit for each row of a chunk.
pub(super) type Mask = [u64; WORDS];

pub(super) const NONE: Mask = [0; WORDS];

/// The first so many rows.
#[inline]
pub(super) fn first(rows: usize) -> Mask {
    if rows >= ROWS {
        return [u64::MAX; WORDS];
    }
    let mut mask = NONE;
    for (at, word) in mask.iter_mut().enumerate() {
        *word = match rows.saturating_sub(at * 64) {
            0 => 0,
            some @ 1..=63 => (1 << some) - 1,
            _ => u64::MAX,
        };
    }
    mask
}

#[inline(always)]
pub(super) fn and(mask: &mut Mask, other: &Mask) {
    for (word, other) in mask.iter_mut().zip(other) {
        *word &= other;
    }
}

#[inline(always)]
pub(super) fn or(mask: &mut Mask, other: &Mask) {
    for (word, other) in mask.iter_mut().zip(other) {
        *word |= other;
    }
}

/// Those of `one` that are not in `other`.
#[inline(always)]
pub(super) fn without(one: &Mask, other: &Mask) -> Mask {
    std::array::from_fn(|at| one[at] & !other[at])
}

#[inline(always)]
pub(super) fn both(one: &Mask, other: &Mask) -> Mask {
    std::array::from_fn(|at| one[at] & other[at])
}

/// How many rows there are.
#[inline(always)]
pub(super) fn count(mask: &Mask) -> u64 {
    mask.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The bits of some rows of a column.
pub(super) fn bits(bits: &BooleanBuffer, start: usize, rows: usize) -> Mask {
    let mut mask = NONE;
    // Whole chunks begin with a byte, as a rule.
    let first = bits.offset() + start;
    let bytes = bits.values().get(first / 8..);
    if let (0, ROWS, Some(bytes)) = (first % 8, rows, bytes)
        && let Some(bytes) = bytes.first_chunk::<{ WORDS * 8 }>()
    {
        let (words, _) = bytes.as_chunks::<8>();
        for (word, bytes) in mask.iter_mut().zip(words) {
            *word = u64::from_le_bytes(*bytes);
        }
        return mask;
    }
    let part = bits.slice(start, rows);
    let words = part.bit_chunks();
    for (word, bits) in mask.iter_mut().zip(words.iter_padded()) {
        *word = bits;
    }
    mask
}

/// The lowest bit of each of eight bytes; the others must be nought.
#[inline(always)]
fn gather(eight: u64) -> u64 {
    // Byte `n` is moved to bit `56 + n` by the one term of the product that puts it there.
    eight.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// One bit of each of sixty-four bytes.
#[inline(always)]
pub(super) fn bit_of(bytes: &[u8; 64], bit: u32) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    let mut word = 0;
    for (at, eight) in eights.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight) >> bit & 0x0101_0101_0101_0101;
        word |= gather(eight) << (8 * at);
    }
    word
}

/// Sets the bit of each row of which `holds` says so.
pub(super) fn rows_where(rows: usize, mut holds: impl FnMut(usize) -> bool) -> Mask {
    let mut mask = NONE;
    for row in 0..rows.min(ROWS) {
        mask[row / 64] |= u64::from(holds(row)) << (row % 64);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packing_is_what_it_says(bytes in proptest::collection::vec(any::<u8>(), 64)) {
            let all: [u8; 64] = bytes.try_into().unwrap();
            for bit in 0..8 {
                let plain = rows_where(64, |row| all[row] >> bit & 1 == 1)[0];
                prop_assert_eq!(bit_of(&all, bit), plain);
            }
        }

        #[test]
        fn the_first_rows_are_so_many(rows in 0..=ROWS) {
            prop_assert_eq!(count(&first(rows)), rows as u64);
            prop_assert_eq!(first(rows), rows_where(rows, |_| true));
        }
    }
}
