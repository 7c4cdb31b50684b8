//! What the accounts' ids hash to: MurmurHash3, 32 bits, seed 0, of the id as text, as everywhere
//! else in banneret.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};

use super::rows_of;
use crate::columns::ROWS;
use crate::read::{number, text};

/// What the ids of some rows of a chunk hash to, by row; those of other rows stay as they are.
pub(super) fn fill(ids: Option<&ArrayRef>, start: usize, rows: &[u64], hashes: &mut [u32]) {
    let numbers = ids.and_then(|ids| ids.as_primitive_opt::<Int64Type>());
    let Some(numbers) = numbers.filter(|numbers| numbers.null_count() == 0) else {
        for row in rows_of(rows) {
            if let Some(known) = hashes.get_mut(row) {
                *known = hash(ids, start + row);
            }
        }
        return;
    };
    // They lie far apart: many are fetched at once, and hashed when they are there.
    let numbers = numbers.values().get(start..).unwrap_or_default();
    let mut fetched: Vec<i64> = Vec::with_capacity(ROWS);
    fetched.extend(rows_of(rows).map(|row| numbers.get(row).copied().unwrap_or_default()));
    for (row, number) in rows_of(rows).zip(fetched) {
        if let Some(known) = hashes.get_mut(row) {
            *known = of_number(number);
        }
    }
}

/// The id of a row; nothing hashes to 0.
fn hash(ids: Option<&ArrayRef>, row: usize) -> u32 {
    let Some(ids) = ids else {
        return 0;
    };
    let number = match ids.as_primitive_opt::<Int64Type>() {
        Some(ids) => ids.is_valid(row).then(|| ids.value(row)),
        None => match text(ids, row) {
            Some(id) => return murmur(id.as_bytes()),
            None => number(ids, row),
        },
    };
    number.map_or(0, of_number)
}

/// A whole number as text. The text of a short one is a word.
#[inline]
fn of_number(number: i64) -> u32 {
    let Some(short) = u32::try_from(number).ok().filter(|short| *short < LOT) else {
        return murmur(digits(number, &mut [0; MOST_DIGITS]));
    };
    let digits = eight(short);
    let zeros = zeros(digits);
    let text = (digits | ASCII) >> (8 * zeros);
    let (first, rest) = (text as u32, (text >> 32) as u32);
    let length = 8 - zeros as u32;
    let hash = match length {
        8 => add(add(0, first), rest),
        5..8 => add(0, first) ^ mix(rest),
        4 => add(0, first),
        _ => mix(first),
    };
    end(hash, length)
}

/// Room for a whole number as text: three lots of eight digits, and a sign.
const MOST_DIGITS: usize = 25;

/// Eight digits have less.
const LOT: u32 = 100_000_000;
/// What makes eight digits texts.
const ASCII: u64 = 0x3030_3030_3030_3030;

/// How many of eight digits stand before the number.
fn zeros(digits: u64) -> usize {
    (digits.trailing_zeros() as usize / 8).min(7)
}

/// A whole number as text, at the end of a buffer.
fn digits(number: i64, buffer: &mut [u8; MOST_DIGITS]) -> &[u8] {
    let mut rest = number.unsigned_abs();
    let mut start = MOST_DIGITS;
    let (_, lots) = buffer.as_rchunks_mut::<8>();
    for lot in lots.iter_mut().rev() {
        let digits = eight((rest % u64::from(LOT)) as u32);
        *lot = (digits | ASCII).to_le_bytes();
        rest /= u64::from(LOT);
        start -= 8;
        if rest == 0 {
            start += zeros(digits);
            break;
        }
    }
    if let (true, Some(before)) = (number < 0, start.checked_sub(1)) {
        start = before;
        buffer[start] = b'-';
    }
    buffer.get(start..).unwrap_or_default()
}

/// The digits of a number below a hundred million, the first in the lowest byte. Halves, then their
/// halves, then those of these are told apart side by side, each division being a product.
fn eight(number: u32) -> u64 {
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = (fours * 10_486) >> 20 & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = (twos * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (twos - tens * 10) << 8
}

fn murmur(bytes: &[u8]) -> u32 {
    let (fours, rest) = bytes.as_chunks::<4>();
    let fours = fours.iter().map(|four| u32::from_le_bytes(*four));
    let hash = fours.fold(0, add);
    let rest = rest.iter().rev();
    let rest = rest.fold(0, |part, byte| part << 8 | u32::from(*byte));
    // Of no bytes at the end nothing is mixed in, and of nought it is nothing.
    end(hash ^ mix(rest), bytes.len() as u32)
}

fn mix(part: u32) -> u32 {
    let part = part.wrapping_mul(0xcc9e_2d51).rotate_left(15);
    part.wrapping_mul(0x1b87_3593)
}

fn add(hash: u32, four: u32) -> u32 {
    let hash = (hash ^ mix(four)).rotate_left(13);
    hash.wrapping_mul(5).wrapping_add(0xe654_6b64)
}

fn end(hash: u32, length: u32) -> u32 {
    let mut hash = hash ^ length;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Int64Array, StringArray};
    use proptest::prelude::*;

    use super::*;

    fn known(mut bytes: &[u8]) -> u32 {
        murmur3::murmur3_32(&mut bytes, 0).unwrap()
    }

    proptest! {
        #[test]
        fn it_is_murmur3(text in ".*") {
            prop_assert_eq!(murmur(text.as_bytes()), known(text.as_bytes()));
        }

        #[test]
        fn numbers_hash_as_texts(number in any::<i64>()) {
            let text = number.to_string();
            let numbers: ArrayRef = Arc::new(Int64Array::from(vec![None, Some(number)]));
            let texts: ArrayRef = Arc::new(StringArray::from(vec![None, Some(text.clone())]));
            let mut some = [0, 0];
            fill(Some(&numbers.slice(1, 1)), 0, &[1], &mut some);
            prop_assert_eq!(some, [known(text.as_bytes()), 0]);
            prop_assert_eq!(hash(Some(&numbers), 1), known(text.as_bytes()));
            prop_assert_eq!(hash(Some(&texts), 1), known(text.as_bytes()));
            prop_assert_eq!((hash(Some(&numbers), 0), hash(Some(&texts), 0), hash(None, 0)), (0, 0, 0));
        }
    }

    #[test]
    fn every_length_of_number_is_right() {
        let lots = (0..20).flat_map(|digits| {
            let ten = 10_i64.checked_pow(digits).unwrap_or(i64::MAX);
            [ten - 1, ten, -ten]
        });
        for number in (0..20_000).chain(lots).chain([i64::MIN, i64::MAX]) {
            let text = number.to_string();
            assert_eq!(digits(number, &mut [0; MOST_DIGITS]), text.as_bytes());
            assert_eq!(of_number(number), known(text.as_bytes()), "{text}");
        }
    }
}
