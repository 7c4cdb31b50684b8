//! Reading a rule book from a directory. The only module that touches files.
#![cfg(feature = "fs")]

use std::path::{Path, PathBuf};

/// A directory cannot be read as a rule book.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or directory cannot be read.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A file is no text.
    #[error("{}: it is no UTF-8 text: save it as UTF-8, or move it out of the rule book", path.display())]
    NotText {
        /// Which.
        path: PathBuf,
    },
    /// Something is neither a file nor a directory, and reading it might never end.
    #[error("{}: it is neither a file nor a directory: move it out of the rule book", path.display())]
    NoFile {
        /// Which.
        path: PathBuf,
    },
    /// A directory nests too deep, or holds itself through a link.
    #[error("{}: it nests deeper than {DEEPEST} directories", path.display())]
    TooDeep {
        /// Which.
        path: PathBuf,
    },
}

const DEEPEST: usize = 32;

/// The files of a rule book: names relative to the directory, with `/`, and texts, in the order of
/// the names. Dotfiles and READMEs are no part of a book and are not read; of a file over the
/// limit only as much is read as shows that it is.
///
/// # Errors
/// Where something cannot be read.
pub fn read_directory(directory: impl AsRef<Path>) -> Result<Vec<(String, String)>, LoadError> {
    let mut files = Vec::new();
    let mut open = vec![(directory.as_ref().to_owned(), String::new(), 0)];
    while let Some((path, prefix, depth)) = open.pop() {
        if depth > DEEPEST {
            return Err(LoadError::TooDeep { path });
        }
        let failed = |error| LoadError::Io {
            path: path.clone(),
            error,
        };
        for entry in std::fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A directory called README is not a README.
            let inner = entry.path();
            if name.starts_with('.') || (!inner.is_dir() && crate::assemble::is_aside(&name)) {
                continue;
            }
            let name = format!("{prefix}{name}");
            // Of a link, what it leads to.
            let kind = std::fs::metadata(&inner);
            let kind = kind.map_err(|error| LoadError::Io {
                path: inner.clone(),
                error,
            })?;
            match (kind.is_dir(), kind.is_file()) {
                (true, _) => open.push((inner, format!("{name}/"), depth + 1)),
                (_, true) => files.push((name, read(inner)?)),
                _ => return Err(LoadError::NoFile { path: inner }),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The largest file that a rule book may hold, in bytes.
pub const LARGEST_FILE: usize = crate::assemble::LARGEST;

/// Whether a file of that name, relative to a book's directory, is a part of the book: dotfiles and
/// READMEs are none.
#[must_use]
pub fn is_part_of_a_book(name: &str) -> bool {
    !crate::assemble::is_aside(name)
}

fn read(path: PathBuf) -> Result<String, LoadError> {
    use std::io::Read as _;
    let most = crate::assemble::LARGEST as u64 + 1;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    match (file, String::from_utf8(bytes)) {
        (Err(error), _) => Err(LoadError::Io { path, error }),
        (Ok(_), Ok(text)) => Ok(text),
        // A file over the limit is cut anywhere, also inside a character.
        (Ok(length), Err(text)) if length as u64 == most => {
            Ok(String::from_utf8_lossy(text.as_bytes()).into_owned())
        }
        (Ok(_), Err(_)) => Err(LoadError::NotText { path }),
    }
}
