//! What the world can do to a run, and how a run ends. An author's mistakes are findings instead.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How a run ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ended {
    /// All well.
    Well,
    /// Something was found: errors of lint, failed tests.
    Findings,
    /// Some of the input could not be read; the rest was worked on.
    Unreadable,
}

impl Ended {
    /// Findings where there are some.
    pub(crate) fn with(findings: bool) -> Ended {
        if findings {
            Ended::Findings
        } else {
            Ended::Well
        }
    }

    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Ended::Well => 0,
            Ended::Findings => 1,
            Ended::Unreadable => 2,
        })
    }
}

/// Why a run could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file could not be read.
    #[error("cannot read {}: {error}", shown(path))]
    Read { path: PathBuf, error: io::Error },
    /// A file could not be written.
    #[error("cannot write {}: {error}", shown(path))]
    Write { path: PathBuf, error: io::Error },
    /// Nothing listens to the output any more; not worth a word.
    #[error("nobody reads the output")]
    NobodyListens,
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// There is no rule book.
    #[error("no rule book here: neither {} nor a directory above it holds a banneret.yaml; \
             name the book's directory", shown(.0))]
    NoBook(PathBuf),
    /// The directory that was named is no rule book.
    #[error("{} is no rule book: it holds no banneret.yaml", shown(.0))]
    NotABook(PathBuf),
    /// The rule book has errors, which were shown.
    #[error("the rule book {book} has {errors}, so nothing was {done}")]
    Refuted {
        book: String,
        errors: String,
        done: &'static str,
    },
    /// Something in the request is wrong.
    #[error("{0}")]
    Request(String),
}

/// A path as people are told of it; `-` is standard input.
pub(crate) fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".to_owned();
    }
    crate::render::printable(&path.display().to_string())
}

impl Failure {
    pub(crate) fn read(path: &Path, error: io::Error) -> Failure {
        Failure::Read {
            path: path.to_owned(),
            error,
        }
    }

    pub(crate) fn write(path: &Path, error: io::Error) -> Failure {
        Failure::Write {
            path: path.to_owned(),
            error,
        }
    }

    pub(crate) fn request(text: impl Into<String>) -> Failure {
        Failure::Request(text.into())
    }
}

/// Only writing to standard output uses `?` on an I/O error; every other names its file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::NobodyListens,
            _ => Failure::Output(error),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        io::Error::from(error).into()
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Failure {
        io::Error::from(error).into()
    }
}
