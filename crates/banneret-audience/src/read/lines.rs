//! NDJSON: an account a line, as banneret reads it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use banneret::Account;

use super::Reader;
use super::build::Gathering;
use super::find::Length;
use super::take::Accounts;
use super::trouble::{ReadError, shown};
use super::work::Piece;

/// The longest line; more is no account but a file of another kind.
pub(super) const LONGEST: usize = 16 << 20;
/// How much of a file is read at a time.
const BLOCK: usize = 1 << 20;
/// How many accounts make a batch.
const BATCH: usize = 16_384;

/// A file, cut into pieces that end where lines do.
pub(super) struct Lines {
    file: Box<dyn Read + Send>,
    /// What was read of the lines to come.
    rest: Vec<u8>,
    /// The number of the next line.
    line: u64,
    over: bool,
    pub(super) is_empty: bool,
}

/// Some whole lines.
pub(super) struct Chunk {
    text: Vec<u8>,
    /// The number of the first.
    first: u64,
    /// They are one, which is too long to be kept.
    is_too_long: bool,
}

impl Chunk {
    pub(super) fn bytes(&self) -> u64 {
        self.text.len() as u64
    }
}

/// A file, or standard input, and how long it is.
pub(super) fn open(path: &Path) -> Result<(Box<dyn Read + Send>, Length), ReadError> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), Length::unknown()));
    }
    let file = File::open(path).map_err(|error| ReadError::io(path, error))?;
    let length = Length::of(path, &file);
    Ok((Box::new(file), length))
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<(Lines, Length), ReadError> {
        let (file, length) = open(path)?;
        let lines = Lines {
            file,
            rest: Vec::new(),
            line: 1,
            over: false,
            is_empty: length.is_nothing(),
        };
        Ok((lines, length))
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Chunk>> {
        let mut text = std::mem::take(&mut self.rest);
        let mut looked = 0;
        loop {
            if text.len() >= BLOCK || self.over {
                let end = match self.over {
                    true => Some(text.len()),
                    false => text
                        .get(looked..)
                        .and_then(|new| new.iter().rposition(|byte| *byte == b'\n'))
                        .map(|at| looked + at + 1),
                };
                if let Some(end) = end {
                    self.rest = text.split_off(end);
                    return Ok(self.chunk(text, false));
                }
                if text.len() > LONGEST {
                    return self.skip_line();
                }
                looked = text.len();
            }
            self.over = self.read(&mut text)? == 0;
        }
    }

    fn read(&mut self, text: &mut Vec<u8>) -> io::Result<usize> {
        let block = BLOCK as u64;
        (&mut self.file).take(block).read_to_end(text)
    }

    fn chunk(&mut self, text: Vec<u8>, is_too_long: bool) -> Option<Chunk> {
        let first = self.line;
        let ends = text.iter().filter(|byte| **byte == b'\n').count();
        self.line += ends as u64 + u64::from(is_too_long);
        (is_too_long || !text.is_empty()).then_some(Chunk {
            text,
            first,
            is_too_long,
        })
    }

    /// Passes over the rest of a line that is too long.
    fn skip_line(&mut self) -> io::Result<Option<Chunk>> {
        loop {
            let mut text = Vec::new();
            if self.read(&mut text)? == 0 {
                self.over = true;
                break;
            }
            if let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                self.rest = text.split_off(end + 1);
                break;
            }
        }
        Ok(self.chunk(Vec::new(), true))
    }
}

/// Reads the accounts of some lines.
pub(super) fn take(
    reader: &Reader<'_>,
    path: &Path,
    chunk: &Chunk,
    piece: &mut Piece,
    mut take: impl FnMut(&Accounts),
) {
    let place = |line: u64| format!("{}:{line}", shown(path));
    if chunk.is_too_long {
        return piece.refuse(|| place(chunk.first), TOO_LONG);
    }
    let mut gathering = Gathering::new(&reader.schema, &reader.wanted);
    let mut account = Account::new(&reader.schema);
    for (line, bytes) in (chunk.first..).zip(chunk.text.split(|byte| *byte == b'\n')) {
        if bytes.len() > LONGEST {
            piece.refuse(|| place(line), TOO_LONG);
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            let why = "the line is not UTF-8: save the file as UTF-8";
            piece.refuse(|| place(line), why);
            continue;
        };
        let text = match line {
            1 => text.trim_start_matches('\u{feff}').trim(),
            _ => text.trim(),
        };
        if text.is_empty() {
            continue;
        }
        match account.read_line(&reader.schema, text, reader.ignore_unknown) {
            Ok(()) => {
                piece.taken += 1;
                gathering.push(&account.facts, &account.history, line);
            }
            Err(error) => piece.refuse(|| place(line), &error.in_words()),
        }
        if gathering.len() >= BATCH {
            take(&gathering.finish());
        }
    }
    if !gathering.is_empty() {
        take(&gathering.finish());
    }
}

const TOO_LONG: &str = "the line is longer than 16 MiB: write one account a line";
