//! The records of one file, read by several threads: pieces are taken one after the other by whoever
//! is free, and told about in the order in which they stand.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use banneret_audience::Repeats;

use super::Tally;
use super::records::{Record, Records};
use crate::failure::Failure;

/// How many records make a piece.
const PIECE: usize = 512;
/// Records of more bytes than these are a piece before they are so many.
const BYTES: usize = 1 << 20;

/// What came of reading a file.
pub(crate) struct Shared<S> {
    /// What each thread made.
    pub(crate) states: Vec<S>,
    pub(crate) tally: Tally,
    /// Why reading broke off; what was made is no answer then.
    pub(crate) read: Result<(), Failure>,
}

impl<S> Shared<S> {
    /// With what the threads made, once the ids that they saw are put together.
    pub(super) fn settled<T>(mut self, to: impl Fn(S) -> (T, Repeats)) -> Shared<T> {
        let (mut states, mut repeats) = (Vec::new(), Repeats::default());
        for (state, seen) in self.states.into_iter().map(to) {
            states.push(state);
            repeats.merge(seen);
        }
        self.tally.repeated = repeats.finish();
        Shared {
            states,
            tally: self.tally,
            read: self.read,
        }
    }
}

/// What one piece came to.
#[derive(Default)]
pub(super) struct Piece {
    pub(super) tally: Tally,
    /// What is to be said of its records.
    pub(super) told: Vec<String>,
}

struct Work {
    records: Records,
    /// The number of the next piece to be taken.
    next: usize,
    /// Pieces that are done before one that stands in front of them.
    done: BTreeMap<usize, Piece>,
    /// The number of the next piece to be told about.
    telling: usize,
    tally: Tally,
    failed: Option<Failure>,
}

impl Work {
    fn take(&mut self) -> Option<(usize, Vec<Record>)> {
        let mut piece = Vec::with_capacity(PIECE);
        let mut bytes = 0;
        while self.failed.is_none() && piece.len() < PIECE && bytes < BYTES {
            match self.records.next() {
                Some(Ok(record)) => {
                    bytes += record.bytes();
                    piece.push(record);
                }
                Some(Err(failure)) => self.failed = Some(failure),
                None => {
                    self.failed = self.records.is_kept().err();
                    break;
                }
            }
        }
        let number = self.next;
        self.next += 1;
        (!piece.is_empty()).then_some((number, piece))
    }

    fn put(&mut self, number: usize, piece: Piece) {
        self.done.insert(number, piece);
        while let Some(piece) = self.done.remove(&self.telling) {
            piece.told.iter().for_each(|line| self.records.tell(line));
            self.tally.add(piece.tally);
            self.telling += 1;
        }
    }
}

/// Reads all records, in as many threads as the machine has. Each makes a state and hands every
/// piece to `work` with it.
pub(super) fn share<S: Send>(
    records: Records,
    make: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Vec<Record>) -> Piece + Sync,
) -> Shared<S> {
    let shared = Mutex::new(Work {
        records,
        next: 0,
        done: BTreeMap::new(),
        telling: 0,
        tally: Tally::default(),
        failed: None,
    });
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let run = || {
        let mut state = make();
        loop {
            let Some((number, records)) = lock().take() else {
                return state;
            };
            let piece = work(&mut state, records);
            lock().put(number, piece);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut states = Vec::new();
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        states.push(run());
        for other in others {
            match other.join() {
                Ok(state) => states.push(state),
                // A mistake of ours: nothing that was counted is an answer.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    let work = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    Shared {
        states,
        tally: work.tally,
        read: work.failed.map_or(Ok(()), Err),
    }
}
