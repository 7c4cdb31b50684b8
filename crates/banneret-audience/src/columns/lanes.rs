//! The loops that look at every row, compiled for the widest instructions that the machine has. What
//! LLVM makes of plain Rust is good enough but for two steps, which are written twice: packing bytes
//! to bits, and looking codes up in a table.

use super::mask;

/// What this machine can do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lanes {
    /// What every machine of its kind can.
    Plain,
    /// 256 bits at once.
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
}

/// A loop that is compiled for each kind of machine. `run` is always inlined, with all that it
/// calls, or else it is compiled for none of them.
pub(super) trait Loop {
    type Output;
    fn run<B: Bits>(self, bits: B) -> Self::Output;
}

impl Lanes {
    /// The best that this machine can do.
    pub(super) fn best() -> Lanes {
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = pulp::x86::V3::try_new() {
            return Lanes::Avx2(v3);
        }
        Lanes::Plain
    }

    #[inline]
    pub(super) fn run<L: Loop>(self, work: L) -> L::Output {
        match self {
            Lanes::Plain => work.run(Plain),
            #[cfg(target_arch = "x86_64")]
            Lanes::Avx2(v3) => v3.vectorize(avx2::Within { work, v3 }),
        }
    }
}

/// The two steps.
pub(super) trait Bits: Copy {
    /// Sixty-four bytes, each 0 or 255, as bits.
    fn pack(self, bytes: &[u8; 64]) -> u64;

    /// The answers for sixty-four codes: a word for each, the first so many of them.
    fn answers(self, table: &Answers, codes: &[u8; 64], words: &mut [u64; 8]);
}

/// What is answered for each of the codes that a byte can be, eight answers to a byte, the first in
/// the highest bit: the instructions tell the highest bits of many bytes.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    bytes: [u8; 256],
    /// How many sixteens of codes are in use.
    sixteens: usize,
    /// How many answers are.
    many: usize,
}

impl Answers {
    /// Of so many answers; nothing where the codes are more than a byte can be.
    pub(super) fn new(of: &[u8], many: usize) -> Option<Answers> {
        let mut bytes = [0; 256];
        for (byte, of) in bytes.get_mut(..of.len())?.iter_mut().zip(of) {
            *byte = of.reverse_bits();
        }
        Some(Answers {
            bytes,
            sixteens: of.len().div_ceil(16),
            many,
        })
    }
}

/// Without any particular instructions.
#[derive(Clone, Copy)]
pub(super) struct Plain;

impl Bits for Plain {
    #[inline(always)]
    fn pack(self, bytes: &[u8; 64]) -> u64 {
        mask::bit_of(bytes, 0)
    }

    #[inline(always)]
    fn answers(self, table: &Answers, codes: &[u8; 64], words: &mut [u64; 8]) {
        let found = codes.map(|code| table.bytes[usize::from(code)]);
        for (bit, word) in (0..).zip(words).take(table.many) {
            *word = mask::bit_of(&found, 7 - bit);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use core::arch::x86_64::__m256i;

    use pulp::cast;
    use pulp::x86::V3;

    use super::{Answers, Bits, Loop};

    /// A loop within which the instructions are there.
    pub(super) struct Within<L> {
        pub(super) work: L,
        pub(super) v3: V3,
    }

    impl<L: Loop> pulp::NullaryFnOnce for Within<L> {
        type Output = L::Output;

        #[inline(always)]
        fn call(self) -> L::Output {
            self.work.run(self.v3)
        }
    }

    impl Bits for V3 {
        #[inline(always)]
        fn pack(self, bytes: &[u8; 64]) -> u64 {
            let [low, high]: [__m256i; 2] = cast(*bytes);
            word(self, low, high)
        }

        #[inline(always)]
        fn answers(self, table: &Answers, codes: &[u8; 64], words: &mut [u64; 8]) {
            let [low, high]: [__m256i; 2] = cast(*codes);
            let none = self.avx._mm256_setzero_si256();
            let (mut of_low, mut of_high) = (none, none);
            let (sixteens, _) = table.bytes.as_chunks::<16>();
            for (number, sixteen) in (0_u8..).zip(sixteens).take(table.sixteens) {
                let sixteen = self.avx2._mm256_broadcastsi128_si256(cast(*sixteen));
                let first = self.avx._mm256_set1_epi8((number << 4) as i8);
                // A code of another sixteen gets its highest bit set, for which nothing is found.
                let within = self.avx._mm256_set1_epi8(0x70);
                let find = |codes| {
                    let codes = self.avx2._mm256_xor_si256(codes, first);
                    let codes = self.avx2._mm256_adds_epu8(codes, within);
                    self.avx2._mm256_shuffle_epi8(sixteen, codes)
                };
                of_low = self.avx2._mm256_or_si256(of_low, find(low));
                of_high = self.avx2._mm256_or_si256(of_high, find(high));
            }
            for told in words.iter_mut().take(table.many) {
                *told = word(self, of_low, of_high);
                of_low = self.avx2._mm256_add_epi8(of_low, of_low);
                of_high = self.avx2._mm256_add_epi8(of_high, of_high);
            }
        }
    }

    /// The highest bit of each byte.
    #[inline(always)]
    fn word(v3: V3, low: __m256i, high: __m256i) -> u64 {
        let bits = |half| u64::from(v3.avx2._mm256_movemask_epi8(half) as u32);
        bits(low) | bits(high) << 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Both<'a>(&'a [u8; 64], &'a Answers, &'a [u8; 64]);

    impl Loop for Both<'_> {
        type Output = (u64, [u64; 8]);

        #[inline(always)]
        fn run<B: Bits>(self, bits: B) -> (u64, [u64; 8]) {
            let mut words = [0; 8];
            bits.answers(self.1, self.2, &mut words);
            (bits.pack(self.0), words)
        }
    }

    proptest! {
        #[test]
        fn every_machine_says_the_same(
            told in proptest::collection::vec(any::<bool>(), 64),
            of in proptest::collection::vec(any::<u8>(), 0..=256),
            many in 0..=8_usize,
            codes in proptest::collection::vec(any::<u8>(), 64),
        ) {
            let bytes: Vec<u8> = told.iter().map(|told| if *told { 255 } else { 0 }).collect();
            let (bytes, codes) = (bytes.try_into().unwrap(), codes.try_into().unwrap());
            let answers = Answers::new(&of, many).unwrap();
            let both = || Both(&bytes, &answers, &codes);
            let found = Lanes::Plain.run(both());
            prop_assert_eq!(Lanes::best().run(both()), found);
            for (row, told) in told.iter().enumerate() {
                prop_assert_eq!(found.0 >> row & 1 == 1, *told);
            }
            for (at, word) in found.1.iter().enumerate() {
                for (row, code) in codes.iter().enumerate() {
                    let byte = of.get(usize::from(*code)).copied().unwrap_or(0);
                    let told = at < many && byte >> at & 1 == 1;
                    prop_assert_eq!(word >> row & 1 == 1, told);
                }
            }
        }
    }

    #[test]
    fn a_byte_has_256_codes() {
        assert!(Answers::new(&[0; 257], 1).is_none());
    }
}
