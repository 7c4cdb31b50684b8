//! How many rows there are in sets of rows, sixty-four to a word.

use super::lanes::{Bits, Lanes, Loop};

/// How many there are.
pub(crate) fn count(words: &[u64]) -> u64 {
    Lanes::best().run(Ones(words.iter().copied()))
}

/// How many there are in both.
pub(crate) fn count_both(one: &[u64], other: &[u64]) -> u64 {
    let both = one.iter().zip(other);
    Lanes::best().run(Ones(both.map(|(one, other)| one & other)))
}

struct Ones<I>(I);

impl<I: Iterator<Item = u64>> Loop for Ones<I> {
    type Output = u64;

    #[inline(always)]
    fn run<B: Bits>(self, _: B) -> u64 {
        self.0.map(|word| u64::from(word.count_ones())).sum()
    }
}
