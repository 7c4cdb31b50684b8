//! The bytes of one column of a row group, some of them at a time.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// So much is read at once: pages are small, and asking the system for each takes longer than
/// reading it.
const AHEAD: usize = 256 * 1024;
/// A page's head is never longer than this.
const HEAD: usize = 64 * 1024;

/// A file that several columns are read from.
#[derive(Clone)]
pub(super) struct Shared {
    file: Arc<Mutex<File>>,
    length: u64,
}

impl Shared {
    pub(super) fn new(file: File) -> Result<Shared> {
        let length = file.metadata()?.len();
        let file = Arc::new(Mutex::new(file));
        Ok(Shared { file, length })
    }

    fn read(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = Vec::with_capacity(length);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        let file = &mut *file;
        file.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// The bytes of a column, up to an end.
pub(super) struct Window {
    shared: Shared,
    end: u64,
    held: Mutex<(u64, Bytes)>,
}

impl Window {
    pub(super) fn new(shared: &Shared, (start, length): (u64, u64)) -> Window {
        Window {
            shared: shared.clone(),
            end: start.saturating_add(length).min(shared.length),
            held: Mutex::new((start, Bytes::new())),
        }
    }

    /// The bytes from there on, at least so many where there are.
    fn from(&self, start: u64, least: usize) -> Result<Bytes> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let skipped = start.checked_sub(held.0);
        let skipped = skipped.and_then(|skipped| usize::try_from(skipped).ok());
        let known = skipped.filter(|skipped| *skipped <= held.1.len());
        let known = known.map(|skipped| held.1.slice(skipped..));
        let left = usize::try_from(self.end.saturating_sub(start)).unwrap_or(usize::MAX);
        match known {
            Some(known) if known.len() >= least.min(left) => Ok(known),
            _ => {
                let bytes = self.shared.read(start, least.max(AHEAD).min(left))?;
                *held = (start, bytes.clone());
                Ok(bytes)
            }
        }
    }
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.shared.length
    }
}

impl ChunkReader for Window {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> Result<Cursor<Bytes>> {
        Ok(Cursor::new(self.from(start, HEAD)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = self.from(start, length)?;
        if bytes.len() < length {
            let why = format!(
                "{length} bytes should be there, but only {} are",
                bytes.len()
            );
            return Err(ParquetError::EOF(why));
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}
