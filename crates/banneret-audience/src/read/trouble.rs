//! What can be wrong with a file of accounts, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;

/// Why accounts could not be read to the end. What was counted before is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The system does not give the file.
    #[error("cannot read {}: {error}", shown(file))]
    Io {
        /// The file, `-` being standard input.
        file: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The file is not what it should be, and what to do.
    #[error("{}{}: {why}", shown(file), .place.as_deref().unwrap_or_default())]
    File {
        /// The file.
        file: PathBuf,
        /// `:1`, or `, row group 3`: where in it, where that is known.
        place: Option<String>,
        /// What is wrong, and what to do.
        why: String,
    },
    /// Nothing is there under that name.
    #[error("{0}")]
    NoFile(String),
}

impl ReadError {
    pub(crate) fn io(file: &Path, error: io::Error) -> ReadError {
        let file = file.to_owned();
        ReadError::Io { file, error }
    }

    pub(crate) fn file(file: &Path, why: impl Into<String>) -> ReadError {
        ReadError::File {
            file: file.to_owned(),
            place: None,
            why: why.into(),
        }
    }

    pub(crate) fn at(file: &Path, place: impl Into<String>, why: impl Into<String>) -> ReadError {
        ReadError::File {
            file: file.to_owned(),
            place: Some(place.into()),
            why: why.into(),
        }
    }
}

/// A path as people are told of it; `-` is standard input.
pub(crate) fn shown(path: &Path) -> String {
    match path == Path::new("-") {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// Why the end of a Parquet file, which tells what is in it, cannot be read.
pub(crate) fn footer_in_words(error: &ParquetError) -> String {
    format!(
        "no whole Parquet file: its end, which says what is in it, cannot be read ({error}); it was \
         cut short while it was written or copied, or is of another kind: fetch it again"
    )
}

/// Why the rows of a Parquet file cannot be read.
pub(crate) fn pages_in_words(error: &dyn std::error::Error) -> String {
    format!("its rows cannot be read ({error}): the file is damaged; fetch it again")
}
