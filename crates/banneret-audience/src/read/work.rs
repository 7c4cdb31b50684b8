//! Sharing the work: the files' pieces are taken one after the other, read and counted by whoever
//! is free, and told about in the order in which they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use banneret::FactId;

use super::cells::{Header, Rows};
use super::find::{Files, Format, Length};
use super::lines::{Chunk, Lines};
use super::parquet::{Group, Groups};
use super::take::Accounts;
use super::trouble::{ReadError, shown};
use super::{Reader, cells, lines, parquet};

/// So many refused rows of a piece are told each; of more, only how many.
const MOST_TOLD: usize = 200;

/// What came of reading.
#[derive(Debug)]
pub struct Read<S> {
    /// What the threads made.
    pub states: Vec<S>,
    /// What else there is to say.
    pub report: Report,
    /// Why reading broke off; what was made is no answer then.
    pub failed: Option<ReadError>,
}

/// What there is to say of files beside their accounts.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many accounts were taken.
    pub taken: u64,
    /// How many rows were passed over, nobody in them being wanted: see [`Reader::only_where`].
    pub skipped: u64,
    /// How many lines or rows were no accounts.
    pub refused: u64,
    /// Why, with the place of each, in the order of the files.
    pub told: Vec<String>,
    /// Facts that were wanted and that a file has no column of, so that they are unknown of all its
    /// accounts: in how many files, and the first of them.
    pub missing: BTreeMap<FactId, (u64, String)>,
}

/// What one piece of a file came to.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) taken: u64,
    pub(super) refused: u64,
    told: Vec<String>,
}

impl Piece {
    pub(super) fn refuse(&mut self, place: impl FnOnce() -> String, why: &str) {
        self.refused += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(format!("{}: {why}", place()));
        }
    }

    fn untold(&self) -> u64 {
        self.refused - self.told.len() as u64
    }
}

/// A piece of work: enough for one thread for a while.
enum Work {
    Lines(Arc<Path>, Chunk),
    Rows(Arc<Path>, Arc<Header>, Rows),
    Group(Group),
}

/// The file that is being read.
enum Open {
    Lines(Lines, Length),
    Rows(cells::Csv, Length),
    Groups(Groups, Length),
}

/// Hands out the pieces of all files, in order.
struct Pieces<'a> {
    reader: &'a Reader<'a>,
    format: Format,
    waiting: std::vec::IntoIter<PathBuf>,
    open: Option<(Arc<Path>, Open)>,
    missing: BTreeMap<FactId, (u64, String)>,
    notes: Vec<String>,
    skipped: u64,
    number: usize,
    over: bool,
    /// Whether there is no other file.
    is_alone: bool,
}

const NO_ACCOUNT: &str = "the file is empty: it holds no account, so nothing can be counted";

impl Pieces<'_> {
    fn next(&mut self) -> Result<Option<(usize, Work)>, ReadError> {
        while !self.over {
            let Some((path, open)) = &mut self.open else {
                match self.waiting.next() {
                    Some(path) => self.open(path.into())?,
                    None => self.over = true,
                }
                continue;
            };
            let work = match open {
                Open::Lines(lines, _) => {
                    let chunk = lines.next().map_err(|error| ReadError::io(path, error))?;
                    chunk.map(|chunk| Work::Lines(Arc::clone(path), chunk))
                }
                Open::Rows(rows, _) => {
                    let header = Arc::clone(&rows.header);
                    let next = rows.next().map_err(|error| ReadError::io(path, error))?;
                    next.map(|rows| Work::Rows(Arc::clone(path), header, rows))
                }
                Open::Groups(groups, _) => groups.next().map(Work::Group),
            };
            match work {
                Some(work) => {
                    self.number += 1;
                    return Ok(Some((self.number, work)));
                }
                None => self.close()?,
            }
        }
        Ok(None)
    }

    fn open(&mut self, path: Arc<Path>) -> Result<(), ReadError> {
        let facts: BTreeSet<FactId> = self.reader.wanted.facts().collect();
        let (open, held) = match self.format {
            Format::Ndjson => {
                let (lines, length) = Lines::open(&path)?;
                if lines.is_empty && self.is_alone {
                    return Err(ReadError::file(&path, NO_ACCOUNT));
                }
                // Engines leave such files beside full ones.
                if lines.is_empty {
                    self.notes
                        .push(format!("{}: the file is empty", shown(&path)));
                }
                (Open::Lines(lines, length), None)
            }
            Format::Csv => {
                let (rows, length) = cells::Csv::open(&path, self.reader)?;
                let held = rows.header.facts();
                (Open::Rows(rows, length), Some(held))
            }
            Format::Parquet => {
                let (groups, length) = Groups::open(&path, self.reader)?;
                let held = groups.facts();
                let (rows, bytes) = groups.skipped();
                self.skipped += rows;
                self.reader.saw(bytes);
                (Open::Groups(groups, length), Some(held))
            }
        };
        let id = self.reader.schema.id("account.id");
        for fact in held.iter().flat_map(|held| facts.difference(held)) {
            if Some(*fact) != id {
                let first = || (0, shown(&path));
                self.missing.entry(*fact).or_insert_with(first).0 += 1;
            }
        }
        self.open = Some((path, open));
        Ok(())
    }

    /// A file's end. Whether it grew is asked again when all of its rows were read.
    fn close(&mut self) -> Result<(), ReadError> {
        match self.open.take() {
            Some((_, Open::Lines(_, length) | Open::Rows(_, length) | Open::Groups(_, length))) => {
                length.is_kept()
            }
            None => Ok(()),
        }
    }
}

/// What all threads share.
struct Shared<'a> {
    pieces: Pieces<'a>,
    done: BTreeMap<usize, Piece>,
    failed: Option<ReadError>,
}

pub(super) fn read<S: Send>(
    reader: &Reader<'_>,
    files: &Files,
    make: impl Fn() -> S + Sync,
    take: impl Fn(&mut S, &Path, &Accounts) + Sync,
) -> Read<S> {
    let shared = Mutex::new(Shared {
        pieces: Pieces {
            reader,
            format: files.format,
            waiting: files.paths.clone().into_iter(),
            open: None,
            missing: BTreeMap::new(),
            notes: Vec::new(),
            skipped: 0,
            number: 0,
            over: false,
            is_alone: files.paths.len() == 1,
        },
        done: BTreeMap::new(),
        failed: None,
    });
    let run = || {
        let mut state = make();
        work(reader, &shared, &mut state, &take);
        state
    };
    let mut states = Vec::new();
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..reader.threads).map(|_| scope.spawn(run)).collect();
        states.push(run());
        for other in others {
            match other.join() {
                Ok(state) => states.push(state),
                // Decoders are guarded, so this is a mistake of ours: nothing it counted is an answer.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    Read {
        states,
        report: report(shared.pieces, shared.done),
        failed: shared.failed,
    }
}

/// One thread's share.
fn work<S>(
    reader: &Reader<'_>,
    shared: &Mutex<Shared<'_>>,
    state: &mut S,
    take: impl Fn(&mut S, &Path, &Accounts),
) {
    loop {
        let next = {
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            if shared.failed.is_some() {
                return;
            }
            match shared.pieces.next() {
                Ok(next) => next,
                Err(error) => {
                    shared.failed = Some(error);
                    return;
                }
            }
        };
        let Some((number, work)) = next else {
            return;
        };
        let mut piece = Piece::default();
        let done = match work {
            Work::Lines(path, chunk) => {
                reader.saw(chunk.bytes());
                lines::take(reader, &path, &chunk, &mut piece, |accounts| {
                    take(state, &path, accounts);
                });
                Ok(())
            }
            Work::Rows(path, header, rows) => {
                reader.saw(rows.bytes());
                cells::take(reader, &path, &header, rows, &mut piece, |accounts| {
                    take(state, &path, accounts);
                });
                Ok(())
            }
            Work::Group(group) => {
                let path = group.path();
                let done = parquet::take(reader, &group, &mut piece, |accounts| {
                    take(state, &path, accounts);
                });
                reader.saw(group.bytes());
                done
            }
        };
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.done.insert(number, piece);
        if let Err(error) = done {
            // Of two that break off at once, the one that stands first would be told by one thread
            // too; the other is as true.
            shared.failed.get_or_insert(error);
            return;
        }
    }
}

fn report(pieces: Pieces<'_>, done: BTreeMap<usize, Piece>) -> Report {
    let mut report = Report {
        told: pieces.notes,
        missing: pieces.missing,
        skipped: pieces.skipped,
        ..Report::default()
    };
    let mut untold = 0;
    for piece in done.into_values() {
        report.taken += piece.taken;
        report.refused += piece.refused;
        untold += piece.untold();
        report.told.extend(piece.told);
    }
    if untold > 0 {
        let more = "more rows that are no accounts";
        report.told.push(format!("and {untold} {more}"));
    }
    report
}
