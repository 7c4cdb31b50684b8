//! Small numbers as Parquet packs them: runs of one number, and lots of eight in a few bits each.

/// More than this is read at once of packed numbers.
const WINDOW: usize = 40;

/// A number that codes are wanted as.
pub(super) trait Code: Copy + Default {
    fn of(code: u32) -> Self;
}

impl Code for u8 {
    #[inline(always)]
    fn of(code: u32) -> u8 {
        code as u8
    }
}

impl Code for u32 {
    #[inline(always)]
    fn of(code: u32) -> u32 {
        code
    }
}

/// One run.
enum Run<'b> {
    Same(u32, usize),
    /// Packed numbers, of which there are at most so many.
    Packed(&'b [u8], usize),
}

/// The next run of numbers of so many bits; nothing where the bytes end too early.
#[inline]
fn next<'b>(rest: &mut &'b [u8], bits: usize) -> Option<Run<'b>> {
    let head = varint(rest)?;
    let many = head >> 1;
    if many == 0 {
        return None;
    }
    if head & 1 == 0 {
        let (number, after) = rest.split_at_checked(bits.div_ceil(8))?;
        *rest = after;
        let number = number.iter().rev();
        let number = number.fold(0, |number, byte| number << 8 | u32::from(*byte));
        return Some(Run::Same(number, many));
    }
    let packed = *rest;
    // The last lot may lack the bytes that nobody needs.
    let end = many.checked_mul(bits)?.min(packed.len());
    let (packed, after) = packed.split_at_checked(end)?;
    *rest = after;
    Some(Run::Packed(packed, many.checked_mul(8)?))
}

#[inline]
fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..35).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// So many codes of so many bits; nothing where they are not all there.
pub(super) fn codes<T: Code>(
    mut rest: &[u8],
    bits: usize,
    many: usize,
    out: &mut Vec<T>,
) -> Option<()> {
    out.clear();
    while out.len() < many {
        let left = many - out.len();
        match next(&mut rest, bits)? {
            Run::Same(number, many) => out.resize(out.len() + many.min(left), T::of(number)),
            Run::Packed(packed, many) => unpack(packed, bits, many.min(left), out)?,
        }
    }
    Some(())
}

/// Adds so many packed codes.
pub(super) fn unpack<T: Code>(
    packed: &[u8],
    bits: usize,
    many: usize,
    out: &mut Vec<T>,
) -> Option<()> {
    if packed.len() < many.checked_mul(bits)?.div_ceil(8) {
        return None;
    }
    macro_rules! by_width {
        ($($bits:literal)*) => {
            match bits {
                0 => out.resize(out.len() + many, T::default()),
                $($bits => eights::<$bits, T>(packed, many, out),)*
                _ => return None,
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32);
    Some(())
}

fn eights<const BITS: usize, T: Code>(mut packed: &[u8], many: usize, out: &mut Vec<T>) {
    let start = out.len();
    out.resize(start + many, T::default());
    let Some(out) = out.get_mut(start..) else {
        return;
    };
    let (eights, rest) = out.as_chunks_mut::<8>();
    for out in eights {
        *out = eight::<BITS, T>(packed);
        packed = packed.get(BITS..).unwrap_or_default();
    }
    for (out, code) in rest.iter_mut().zip(eight::<BITS, T>(packed)) {
        *out = code;
    }
}

#[inline(always)]
fn eight<const BITS: usize, T: Code>(packed: &[u8]) -> [T; 8] {
    match packed.first_chunk::<WINDOW>() {
        Some(window) => within::<BITS, T>(window),
        None => {
            let mut window = [0; WINDOW];
            for (byte, packed) in window.iter_mut().zip(packed) {
                *byte = *packed;
            }
            within::<BITS, T>(&window)
        }
    }
}

#[inline(always)]
fn within<const BITS: usize, T: Code>(window: &[u8; WINDOW]) -> [T; 8] {
    let word = |at: usize| {
        let bytes = window.get(at..).and_then(<[u8]>::first_chunk::<8>);
        u64::from_le_bytes(bytes.copied().unwrap_or_default())
    };
    let mask = u64::MAX >> (64 - BITS);
    let first = word(0);
    std::array::from_fn(|number| {
        let bit = number * BITS;
        let shifted = match BITS <= 8 {
            true => first >> bit,
            false => word(bit / 8) >> (bit % 8),
        };
        T::of((shifted & mask) as u32)
    })
}

/// Bits by the word, the first being the lowest.
#[derive(Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    many: usize,
}

impl Bits {
    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.many = 0;
    }

    pub(super) fn into_words(self) -> Vec<u64> {
        self.words
    }

    pub(super) fn with_room(many: usize) -> Bits {
        let words = Vec::with_capacity(many.div_ceil(64) + 1);
        Bits { words, many: 0 }
    }

    /// How many are set.
    pub(super) fn ones(&self) -> usize {
        let ones = self.words.iter().map(|word| word.count_ones() as usize);
        ones.sum()
    }

    /// Sixty-four bits from there on.
    #[inline]
    pub(super) fn word(&self, at: usize) -> u64 {
        let word = |at: usize| self.words.get(at).copied().unwrap_or(0);
        let low = word(at / 64) >> (at % 64);
        match at % 64 {
            0 => low,
            shift => low | word(at / 64 + 1) << (64 - shift),
        }
    }

    /// Adds the lowest so many bits of a word, at most sixty-four.
    #[inline]
    pub(super) fn push(&mut self, word: u64, many: usize) {
        if many == 0 {
            return;
        }
        let word = word & u64::MAX >> (64 - many);
        let shift = self.many % 64;
        match self.words.last_mut().filter(|_| shift != 0) {
            Some(last) => {
                *last |= word << shift;
                if many > 64 - shift {
                    self.words.push(word >> (64 - shift));
                }
            }
            None => self.words.push(word),
        }
        self.many += many;
    }

    fn push_same(&mut self, is_set: bool, mut many: usize) {
        let word = if is_set { u64::MAX } else { 0 };
        while many > 0 {
            let some = many.min(64);
            self.push(word, some);
            many -= some;
        }
    }

    fn push_packed(&mut self, packed: &[u8], mut many: usize) -> Option<()> {
        if packed.len() < many.div_ceil(8) {
            return None;
        }
        let (words, rest) = packed.as_chunks::<8>();
        for word in words {
            let some = many.min(64);
            self.push(u64::from_le_bytes(*word), some);
            many -= some;
        }
        let rest = rest.iter().rev();
        let word = rest.fold(0, |word, byte| word << 8 | u64::from(*byte));
        self.push(word, many.min(64));
        Some(())
    }

    /// So many bits as they are packed.
    pub(super) fn plain(&mut self, packed: &[u8], many: usize) -> Option<()> {
        self.clear();
        self.push_packed(packed, many)
    }

    /// So many levels of one bit, the first in the highest, as files had them once.
    pub(super) fn packed_long_ago(&mut self, packed: &[u8], many: usize) {
        self.clear();
        for (at, byte) in packed.iter().enumerate() {
            let some = many.saturating_sub(at * 8).min(8);
            self.push(byte.reverse_bits().into(), some);
        }
    }

    /// So many levels of one bit, in runs.
    pub(super) fn levels(&mut self, mut rest: &[u8], many: usize) -> Option<()> {
        self.clear();
        while self.many < many {
            let left = many - self.many;
            match next(&mut rest, 1)? {
                Run::Same(level, many) => self.push_same(level != 0, many.min(left)),
                Run::Packed(packed, many) => self.push_packed(packed, many.min(left))?,
            }
        }
        Some(())
    }
}

/// The lowest bits of a word, put where another has bits.
pub(super) fn deposit(bits: u64, present: u64) -> u64 {
    // Most are there; at each that is not, what comes after moves on.
    let (mut word, mut absent) = (bits, !present);
    while absent != 0 {
        let below = (absent & absent.wrapping_neg()) - 1;
        word = word & below | (word & !below) << 1;
        absent &= absent - 1;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pack(numbers: &[u32], bits: usize) -> Vec<u8> {
        let mut packed = vec![0; (numbers.len() * bits).div_ceil(8)];
        for (at, number) in numbers.iter().enumerate() {
            for bit in 0..bits {
                let place = at * bits + bit;
                packed[place / 8] |= ((number >> bit & 1) as u8) << (place % 8);
            }
        }
        packed
    }

    fn head(out: &mut Vec<u8>, mut number: usize) {
        while number >= 0x80 {
            out.push(number as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    }

    /// Numbers in runs, as a writer may make them, and the numbers.
    fn written(runs: &[(bool, Vec<u32>)], bits: usize) -> (Vec<u8>, Vec<u32>) {
        let mask = (1_u64 << bits) - 1;
        let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
        for (is_same, run) in runs {
            let mut run: Vec<_> = run
                .iter()
                .map(|number| (u64::from(*number) & mask) as u32)
                .collect();
            if *is_same {
                let first = run[0];
                run.fill(first);
                head(&mut bytes, run.len() << 1);
                bytes.extend(&run[0].to_le_bytes()[..bits.div_ceil(8)]);
            } else {
                run.resize(run.len().next_multiple_of(8), 0);
                head(&mut bytes, ((run.len() / 8) << 1) | 1);
                bytes.extend(pack(&run, bits));
            }
            numbers.extend(run);
        }
        (bytes, numbers)
    }

    fn runs() -> impl Strategy<Value = Vec<(bool, Vec<u32>)>> {
        let run = proptest::collection::vec(any::<u32>(), 1..300);
        proptest::collection::vec((any::<bool>(), run), 1..6)
    }

    proptest! {
        #[test]
        fn codes_are_what_was_written(runs in runs(), bits in 0..=32_usize, cut in 0..9_usize) {
            let (bytes, numbers) = written(&runs, bits);
            let many = numbers.len().saturating_sub(cut);
            let mut wide: Vec<u32> = Vec::new();
            codes(&bytes, bits, many, &mut wide).unwrap();
            prop_assert_eq!(&wide, &numbers[..many]);
            prop_assert!(codes(&bytes, bits, numbers.len() + 1, &mut wide).is_none());
            if bits <= 8 {
                let mut narrow: Vec<u8> = Vec::new();
                codes(&bytes, bits, many, &mut narrow).unwrap();
                let narrow: Vec<u32> = narrow.into_iter().map(u32::from).collect();
                prop_assert_eq!(&narrow, &numbers[..many]);
            }
        }

        #[test]
        fn levels_are_what_was_written(runs in runs(), cut in 0..9_usize, at in 0..200_usize) {
            let (bytes, numbers) = written(&runs, 1);
            let many = numbers.len().saturating_sub(cut);
            let mut bits = Bits::default();
            bits.levels(&bytes, many).unwrap();
            let set = |at: usize| at < many && numbers[at] == 1;
            prop_assert_eq!(bits.ones(), (0..many).filter(|at| set(*at)).count());
            for bit in 0..64 {
                prop_assert_eq!(bits.word(at) >> bit & 1 == 1, set(at + bit));
            }
            prop_assert!(bits.levels(&bytes, numbers.len() + 1).is_none());
        }

        #[test]
        fn bits_go_where_there_are_some(bits in any::<u64>(), present in any::<u64>()) {
            let word = deposit(bits, present);
            let mut next = 0;
            for at in 0..64 {
                let is_there = present >> at & 1 == 1;
                prop_assert_eq!(word >> at & 1 == 1, is_there && bits >> next & 1 == 1);
                next += u32::from(is_there);
            }
        }

        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..100), bits in 0..40_usize) {
            let mut out: Vec<u32> = Vec::new();
            _ = codes(&bytes, bits, 1_000, &mut out);
            _ = Bits::default().levels(&bytes, 1_000);
        }
    }
}
