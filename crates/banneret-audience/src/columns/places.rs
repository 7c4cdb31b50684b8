//! Which combination of words each row has, as a number: its place in a table that has a side for
//! each column. Of words that are few these are counted by the place, and named once for a batch.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::ArrowNativeType;

use super::keys::Keys;
use super::lanes::{Bits, Lanes, Loop};
use super::mask::ROWS;

/// A row's combination.
pub(crate) type Place = u16;

/// Columns of words of which there are few.
pub(crate) struct Places<'t> {
    sides: Vec<Side<'t>>,
    many: usize,
    lanes: Lanes,
}

struct Side<'t> {
    keys: Keys<'t>,
    words: Place,
    /// How far apart two words are; the first place is that of nothing known.
    step: Place,
}

impl<'t> Places<'t> {
    /// Those columns, as far as they are there; nothing where one has no codes, or where there are
    /// more places than `most`.
    pub(crate) fn of(
        columns: impl IntoIterator<Item = Option<&'t ArrayRef>>,
        most: usize,
    ) -> Option<Places<'t>> {
        let mut places = Places {
            sides: Vec::new(),
            many: 1,
            lanes: Lanes::best(),
        };
        let most = most.min(Place::MAX.into());
        for column in columns {
            let (words, keys) = match column {
                Some(column) => {
                    let words = column.as_any_dictionary_opt()?.values().len();
                    (words, Keys::of(column))
                }
                None => (0, Keys::Wide(Vec::new())),
            };
            let step = places.many;
            places.many = step.checked_mul(words + 1).filter(|many| *many <= most)?;
            places.sides.push(Side {
                keys,
                words: Place::try_from(words).ok()?,
                step: Place::try_from(step).ok()?,
            });
        }
        Some(places)
    }

    /// How many places there are.
    pub(crate) fn many(&self) -> usize {
        self.many
    }

    /// Tells the places of some rows; `known` is by column.
    pub(crate) fn fill(
        &self,
        (start, rows): (usize, usize),
        known: &[&[u64]],
        out: &mut [Place; ROWS],
    ) {
        out.fill(0);
        for (side, known) in self.sides.iter().zip(known) {
            side.add(self.lanes, start..start + rows, known, out);
        }
    }

    /// The code of each column at a place; nothing where that is not known.
    pub(crate) fn codes(&self, place: usize) -> impl Iterator<Item = Option<usize>> {
        self.sides.iter().map(move |side| {
            let words = usize::from(side.words);
            (place / usize::from(side.step) % (words + 1)).checked_sub(1)
        })
    }
}

impl Side<'_> {
    fn add(
        &self,
        lanes: Lanes,
        part: std::ops::Range<usize>,
        known: &[u64],
        out: &mut [Place; ROWS],
    ) {
        let Side { words, step, .. } = *self;
        let last = words.saturating_sub(1);
        macro_rules! add {
            ($($keys:ident),*) => {
                match &self.keys {
                    $(Keys::$keys(keys) => lanes.run(Add {
                        keys: keys.get(part).unwrap_or_default(),
                        last,
                        step,
                        known,
                        out,
                    }),)*
                }
            };
        }
        add!(I8, I16, I32, U8, U16, U32, Wide);
    }
}

/// Adding up what one column's codes make of the places.
struct Add<'l, K> {
    keys: &'l [K],
    last: Place,
    step: Place,
    known: &'l [u64],
    out: &'l mut [Place; ROWS],
}

impl<K: ArrowNativeType> Loop for Add<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<B: Bits>(self, _: B) {
        // The key of a row that is null may be any.
        let of = |key: K| ((key.as_usize() as Place).min(self.last) + 1) * self.step;
        for (place, key) in self.out.iter_mut().zip(self.keys) {
            *place += of(*key);
        }
        // Few are not known, as a rule; what was added for these is taken away.
        let words = self.out.chunks_mut(64).zip(self.keys.chunks(64));
        for ((places, keys), known) in words.zip(self.known) {
            let mut unknown = !known;
            while unknown != 0 {
                let row = unknown.trailing_zeros() as usize;
                unknown &= unknown - 1;
                if let (Some(place), Some(key)) = (places.get_mut(row), keys.get(row)) {
                    *place -= of(*key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::{Int8Type, UInt16Type};
    use arrow_array::{DictionaryArray, PrimitiveArray, StringArray};
    use proptest::prelude::*;

    use super::*;

    fn column<K: arrow_array::types::ArrowDictionaryKeyType>(
        keys: PrimitiveArray<K>,
        words: usize,
    ) -> ArrayRef {
        let words: StringArray = (0..words).map(|word| Some(word.to_string())).collect();
        Arc::new(DictionaryArray::new(keys, Arc::new(words)))
    }

    proptest! {
        #[test]
        fn a_place_tells_the_codes(
            keys in proptest::collection::vec((0..5_i8, 0..300_u16, any::<bool>(), any::<bool>()), 1..500),
            start in 0..100_usize,
        ) {
            let start = start.min(keys.len() - 1);
            let rows = keys.len() - start;
            let one = column::<Int8Type>(keys.iter().map(|key| Some(key.0)).collect(), 5);
            let other = column::<UInt16Type>(keys.iter().map(|key| Some(key.1)).collect(), 300);
            let places = Places::of([Some(&one), None, Some(&other)], 6 * 301).unwrap();
            prop_assert_eq!(places.many(), 6 * 301);
            prop_assert!(Places::of([Some(&one), Some(&other)], 6 * 301 - 1).is_none());
            let known = |of: fn(&(i8, u16, bool, bool)) -> bool| {
                let mut words = vec![0_u64; rows.div_ceil(64)];
                for (row, key) in keys[start..].iter().enumerate() {
                    words[row / 64] |= u64::from(of(key)) << (row % 64);
                }
                words
            };
            let (first, second) = (known(|key| key.2), known(|key| key.3));
            let mut out = [0; ROWS];
            places.fill((start, rows), &[&first, &[], &second], &mut out);
            for (key, place) in keys[start..].iter().zip(out) {
                let codes: Vec<_> = places.codes(place.into()).collect();
                let told = |code: usize, is_known: bool| is_known.then_some(code);
                let wanted = [told(key.0 as usize, key.2), None, told(key.1.into(), key.3)];
                prop_assert_eq!(codes, wanted);
            }
        }
    }

    #[test]
    fn words_without_codes_have_no_places() {
        let plain: ArrayRef = Arc::new(StringArray::from(vec!["one"]));
        assert!(Places::of([Some(&plain)], 100).is_none());
        assert_eq!(Places::of([], 100).unwrap().many(), 1);
    }
}
