//! Chance that repeats itself.

use oorandom::Rand64;

pub(super) struct Chance(Rand64);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(Rand64::new(u128::from(seed)))
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.rand_range(0..end as u64) as usize
    }

    /// A number from `low` to `high`, both ends in.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// True in so many cases of a hundred.
    pub(super) fn percent(&mut self, percent: f64) -> bool {
        self.0.rand_float() * 100.0 < percent
    }

    /// A number whose likelihood falls off with its size, `mean` on average.
    pub(super) fn falling(&mut self, mean: f64) -> i64 {
        (-(1.0 - self.0.rand_float()).ln() * mean) as i64
    }

    /// The place of one of the weights.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum::<u32>() as usize) as u32;
        for (place, weight) in weights.iter().enumerate() {
            match left.checked_sub(*weight) {
                Some(less) => left = less,
                None => return place,
            }
        }
        0
    }

    /// A place below `end`, the first the likeliest, in the manner of Zipf. The steeper, the more
    /// of them fall on the first.
    pub(super) fn zipf(&mut self, end: usize, steep: f64) -> usize {
        let weight = |rank: usize| (rank as f64 + 1.0).powf(-steep);
        let mut left = self.0.rand_float() * (0..end).map(weight).sum::<f64>();
        for rank in 0..end {
            left -= weight(rank);
            if left < 0.0 {
                return rank;
            }
        }
        end - 1
    }
}
