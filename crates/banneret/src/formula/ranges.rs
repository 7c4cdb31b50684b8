//! Sets of 64-bit whole numbers as sorted ranges.

/// A set of whole numbers: ranges with both ends in, sorted, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ranges(Box<[(i64, i64)]>);

impl Ranges {
    /// The numbers that lie in at least one of the ranges; one whose ends are reversed is empty.
    #[must_use]
    pub fn of(ranges: impl IntoIterator<Item = (i64, i64)>) -> Ranges {
        let mut sorted: Vec<_> = ranges
            .into_iter()
            .filter(|(low, high)| low <= high)
            .collect();
        sorted.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
        for (low, high) in sorted {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Ranges(joined.into())
    }

    /// Whether the number is in the set.
    #[must_use]
    pub fn has(&self, number: i64) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= number);
        let last = after.checked_sub(1).and_then(|at| self.0.get(at));
        last.is_some_and(|(_, high)| number <= *high)
    }

    /// The ranges, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (i64, i64)> + DoubleEndedIterator {
        self.0.iter().copied()
    }

    /// Every other number.
    #[must_use]
    pub fn complement(&self) -> Ranges {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut from = Some(i64::MIN);
        for (low, high) in self.iter() {
            if let (Some(from), Some(to)) = (from, low.checked_sub(1))
                && from <= to
            {
                gaps.push((from, to));
            }
            from = high.checked_add(1);
        }
        gaps.extend(from.map(|from| (from, i64::MAX)));
        Ranges(gaps.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranges() -> impl Strategy<Value = Vec<(i64, i64)>> {
        let end = prop_oneof![-9..9i64, Just(i64::MIN), Just(i64::MAX)];
        proptest::collection::vec((end.clone(), end), 0..5)
    }

    proptest! {
        #[test]
        fn a_set_and_its_complement_share_nothing_and_miss_nothing(
            given in ranges(),
            number in prop_oneof![-10..10i64, Just(i64::MIN), Just(i64::MAX)],
        ) {
            let set = Ranges::of(given.clone());
            let plain = given.iter().any(|(low, high)| (*low..=*high).contains(&number));
            prop_assert_eq!(set.has(number), plain);
            prop_assert_eq!(set.complement().has(number), !plain);
            prop_assert_eq!(set.complement().complement(), set);
        }
    }
}
