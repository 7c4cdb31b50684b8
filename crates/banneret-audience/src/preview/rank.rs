//! Who else speaks to whom, and who has to give way, by the sets of banners that are true together.

use std::collections::BTreeMap;

use banneret::Book;
use hashbrown::HashMap;

/// More different sets than this are added up before they are counted further.
const MOST_SETS: usize = 4_096;

/// Counts sets of banners, by their places in the book.
#[derive(Debug, Default)]
pub(super) struct Meetings {
    sets: HashMap<Box<[u32]>, u64>,
    pub(super) pairs: Pairs,
}

/// By banner and other banner.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Of how many accounts both are true.
    pub(super) both: BTreeMap<(u32, u32), u64>,
    /// From how many accounts the other takes the place of the first.
    pub(super) outranked: BTreeMap<(u32, u32), u64>,
}

impl Meetings {
    /// Counts an account of which these banners are true, in the book's order.
    pub(super) fn add(&mut self, book: &Book, set: &[u32]) {
        match self.sets.get_mut(set) {
            Some(number) => *number += 1,
            None => {
                if self.sets.len() >= MOST_SETS {
                    self.settle(book);
                }
                self.sets.insert(set.into(), 1);
            }
        }
    }

    /// Adds the sets up.
    pub(super) fn settle(&mut self, book: &Book) {
        for (set, number) in self.sets.drain() {
            for one in &set {
                for other in set.iter().filter(|other| *other != one) {
                    *self.pairs.both.entry((*one, *other)).or_default() += number;
                }
            }
            for pair in outranked(book, &set) {
                *self.pairs.outranked.entry(pair).or_default() += number;
            }
        }
    }
}

impl Pairs {
    pub(super) fn merge(&mut self, other: Pairs) {
        for (pair, number) in other.both {
            *self.both.entry(pair).or_default() += number;
        }
        for (pair, number) in other.outranked {
            *self.outranked.entry(pair).or_default() += number;
        }
    }
}

/// Which of these banners find no place, and which one took the last: placements are given out by
/// their names, each to those of the highest priority, as the engine does.
fn outranked(book: &Book, set: &[u32]) -> Vec<(u32, u32)> {
    let banner = |at: u32| book.banners().get(at as usize);
    let mut ranked: Vec<u32> = set.to_vec();
    ranked.sort_by_key(|at| (banner(*at).map(|banner| -i128::from(banner.priority)), *at));
    let mut shown: Vec<u32> = Vec::new();
    let mut gives_way: BTreeMap<u32, u32> = BTreeMap::new();
    for (placement, room) in book.manifest().placements.values().enumerate() {
        let mut free = *room;
        let mut last = None;
        for at in &ranked {
            let speaks_here =
                banner(*at).is_some_and(|banner| banner.placements.contains(&placement));
            match (speaks_here, free, last) {
                (false, ..) => {}
                (true, 1.., _) => {
                    free -= 1;
                    last = Some(*at);
                    gives_way.remove(at);
                    shown.push(*at);
                }
                (true, 0, Some(by)) if !shown.contains(at) => _ = gives_way.insert(*at, by),
                (true, 0, _) => {}
            }
        }
    }
    gives_way.into_iter().collect()
}
