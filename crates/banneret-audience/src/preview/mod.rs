//! Seeing an audience before it sees a banner: how many, who, and why not the others, counted in
//! one pass over any number of accounts.

mod bad;
mod cell;
mod counting;
mod document;
mod gates;
mod groups;
mod hash;
mod plan;
mod rank;
mod sample;
mod versions;

pub use cell::Cell;
pub use counting::Counting;
pub use document::{
    AudienceCounts, BadInput, Combination, Gates, Outcomes, Preview, Sampled, Standing,
};
pub use plan::{Asked, AskedKind, Plan, Request};
pub use versions::{Compared, Comparing, Movers, Moves, Status, Versions};

/// Sixty-four rows a word: their places in the chunk.
fn rows_of(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros();
            // A word without bits has 64 noughts.
            let row = (bit < 64).then_some(at * 64 + bit as usize)?;
            rest &= rest - 1;
            Some(row)
        })
    })
}
