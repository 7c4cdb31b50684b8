//! Whether the same account stands there more than once, as where a table holds several days.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::take::{Accounts, number, text};

/// Of no more ids than this it is remembered how often they were seen.
const MOST: usize = 1 << 15;

/// How often ids were seen: of all of them while they are few, then of fewer and fewer, always the
/// same ones whoever reads what and in which order.
#[derive(Clone, Debug, Default)]
pub struct Repeats {
    /// By hash: the id, and how often it was seen.
    seen: HashMap<u64, (Box<str>, u64)>,
    /// Only ids count whose hash ends in that many noughts.
    noughts: u32,
}

/// Ids that stand in more than one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// How many.
    pub ids: u64,
    /// Of how many that were looked at: all, or some thousand of them where there are more.
    pub of: u64,
    /// One of them.
    pub example: String,
    /// In how many rows that one stands.
    pub rows: u64,
}

impl Repeats {
    /// Sees the accounts of a batch, if their ids were read.
    pub fn see(&mut self, accounts: &Accounts) {
        let Some(ids) = &accounts.table.id else {
            return;
        };
        for row in 0..accounts.table.rows {
            match (text(ids, row), number(ids, row)) {
                (Some(id), _) => self.see_id(id),
                (None, Some(id)) => self.see_id(&id.to_string()),
                (None, None) => {}
            }
        }
    }

    /// Sees one account.
    pub fn see_id(&mut self, id: &str) {
        // Without a seed: every thread must pick the same ones.
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let hash = hasher.finish();
        if hash.trailing_zeros() >= self.noughts {
            self.seen.entry(hash).or_insert_with(|| (id.into(), 0)).1 += 1;
            self.thin(self.noughts);
        }
    }

    fn thin(&mut self, noughts: u32) {
        let mut noughts = noughts;
        while noughts > self.noughts || self.seen.len() > MOST {
            noughts = noughts.max(self.noughts + 1);
            self.noughts = noughts;
            self.seen.retain(|hash, _| hash.trailing_zeros() >= noughts);
        }
    }

    /// Adds what another thread saw.
    pub fn merge(&mut self, other: Repeats) {
        self.thin(other.noughts);
        for (hash, (id, rows)) in other.seen {
            if hash.trailing_zeros() >= self.noughts {
                self.seen.entry(hash).or_insert((id, 0)).1 += rows;
            }
        }
        self.thin(self.noughts);
    }

    /// What there is to say, if some stand there more than once.
    #[must_use]
    pub fn finish(self) -> Option<Repeated> {
        let repeated = self.seen.values().filter(|(_, rows)| *rows > 1);
        let (example, rows) = repeated
            .clone()
            .max_by(|(id, rows), (other, more)| rows.cmp(more).then_with(|| other.cmp(id)))?;
        Some(Repeated {
            ids: repeated.count() as u64,
            of: self.seen.len() as u64,
            example: example.to_string(),
            rows: *rows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ids: impl IntoIterator<Item = u32>) -> Repeats {
        let mut repeats = Repeats::default();
        ids.into_iter()
            .for_each(|id| repeats.see_id(&id.to_string()));
        repeats
    }

    #[test]
    fn few_ids_are_all_remembered() {
        assert_eq!(seen(0..1_000).finish(), None);
        let found = seen((0..1_000).chain([7, 8, 7])).finish().unwrap();
        let wanted = Repeated {
            ids: 2,
            of: 1_000,
            example: "7".to_owned(),
            rows: 3,
        };
        assert_eq!(found, wanted);
    }

    #[test]
    fn of_many_some_are_remembered_whoever_saw_them() {
        assert_eq!(seen(0..200_000).finish(), None);
        let twice = || (0..200_000).chain((0..200_000).filter(|id| id % 10 == 0));
        let one = seen(twice()).finish().unwrap();
        let mut several = seen(twice().take(90_000));
        several.merge(seen(twice().skip(90_000).take(3)));
        several.merge(seen(twice().skip(90_003)));
        assert_eq!(several.finish().unwrap(), one);
        assert!(one.of > MOST as u64 / 4 && one.of <= MOST as u64, "{one:?}");
        let tenth = one.of / 10;
        assert!(one.ids.abs_diff(tenth) < tenth / 4, "{one:?}");
        assert_eq!(one.rows, 2);
    }
}
