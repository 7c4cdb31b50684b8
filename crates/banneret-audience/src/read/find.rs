//! Which files a name stands for: one, all of a directory, or those that a pattern matches.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::trouble::{ReadError, shown};

/// What a file of accounts is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A header, then a row for each account.
    Csv,
    /// A JSON object on each line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// By how the name ends; nothing where that says nothing.
    #[must_use]
    pub fn of(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Some(Format::Csv),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "parquet" | "parq" | "pq" => Some(Format::Parquet),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Format::Csv => "CSV",
            Format::Ndjson => "NDJSON",
            Format::Parquet => "Parquet",
        }
    }
}

/// The files that a name stands for, sorted, all of one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Their paths; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// What all of them are written in.
    pub format: Format,
}

impl Files {
    /// A file, every file of a directory and those below it, or those that a pattern like
    /// `day=*/part-*.parquet` matches. Without a format, the names' endings say it, and what ends
    /// otherwise is NDJSON.
    ///
    /// # Errors
    /// Where there is no such file, or there are several formats and none was named.
    pub fn find(name: &Path, format: Option<Format>) -> Result<Files, ReadError> {
        if name != Path::new("-") && !name.exists() && is_pattern(name) {
            return matching(name, format);
        }
        if name.is_dir() {
            let mut paths = Vec::new();
            below(name, &mut paths)?;
            let found = of_one_format(name, paths, format)?;
            return match found.paths.is_empty() {
                true => Err(ReadError::file(
                    name,
                    "the directory holds no file that ends in .parquet, .csv, .ndjson or .jsonl",
                )),
                false => Ok(found),
            };
        }
        Ok(Files {
            paths: vec![name.to_owned()],
            format: format.or(Format::of(name)).unwrap_or(Format::Ndjson),
        })
    }

    /// How many bytes they are in all, where that is known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let lengths = self.paths.iter().filter_map(|path| fs::metadata(path).ok());
        lengths.map(|metadata| metadata.len()).sum()
    }
}

fn is_pattern(name: &Path) -> bool {
    name.to_str()
        .is_some_and(|name| name.contains(['*', '?', '[']))
}

fn matching(pattern: &Path, format: Option<Format>) -> Result<Files, ReadError> {
    let text = pattern.to_str().unwrap_or_default();
    let refuse = |why: String| ReadError::NoFile(format!("{}: {why}", shown(pattern)));
    let found = glob::glob(text).map_err(|error| refuse(format!("no pattern: {}", error.msg)))?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| {
            let path = error.path().to_owned();
            ReadError::io(&path, error.into())
        })?;
        if path.is_dir() {
            below(&path, &mut paths)?;
        } else {
            paths.push(path);
        }
    }
    match paths.is_empty() {
        true => Err(refuse("no file matches the pattern".to_owned())),
        false => {
            let found = of_one_format(pattern, paths.clone(), format)?;
            // A pattern names its files: none is passed over for its ending.
            let paths = paths.into_iter().collect::<BTreeSet<_>>();
            Ok(Files {
                paths: paths.into_iter().collect(),
                format: found.format,
            })
        }
    }
}

/// Every file below a directory but those that are marked as no data: a name that begins with a
/// dot or an underscore, as engines write beside their tables.
fn below(directory: &Path, paths: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let failed = |error| ReadError::io(directory, error);
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(['.', '_']) {
            continue;
        }
        let path = entry.path();
        // A link to a directory is not followed: it could lead back here.
        match entry.file_type().map_err(failed)?.is_dir() {
            true => below(&path, paths)?,
            false => paths.push(path),
        }
    }
    Ok(())
}

/// Those of one format. Several formats side by side are most likely the same accounts twice.
fn of_one_format(
    name: &Path,
    paths: Vec<PathBuf>,
    format: Option<Format>,
) -> Result<Files, ReadError> {
    let formats: BTreeSet<_> = paths.iter().filter_map(|path| Format::of(path)).collect();
    let format = match (format, formats.first()) {
        (Some(format), _) => format,
        (None, Some(first)) if formats.len() == 1 => *first,
        (None, None) => Format::Ndjson,
        (None, Some(_)) => {
            let names: Vec<_> = formats.iter().map(|format| format.name()).collect();
            return Err(ReadError::file(
                name,
                format!(
                    "there are files of {} here, perhaps the same accounts more than once: name \
                     those that count with a pattern like `{}/*.parquet`",
                    names.join(" and "),
                    name.display()
                ),
            ));
        }
    };
    let own = paths
        .into_iter()
        .filter(|path| Format::of(path) == Some(format));
    let sorted: BTreeSet<_> = own.collect();
    Ok(Files {
        paths: sorted.into_iter().collect(),
        format,
    })
}

/// How long a file is, so that it is noticed where it grows or shrinks while it is read.
#[derive(Clone, Debug)]
pub struct Length {
    path: PathBuf,
    at_open: Option<u64>,
}

impl Length {
    /// Of a file that was opened just now.
    #[must_use]
    pub fn of(path: &Path, file: &File) -> Length {
        let metadata = file.metadata().ok();
        // A pipe has no length.
        let at_open = metadata
            .filter(fs::Metadata::is_file)
            .map(|found| found.len());
        let path = path.to_owned();
        Length { path, at_open }
    }

    /// Of standard input.
    #[must_use]
    pub fn unknown() -> Length {
        let (path, at_open) = (PathBuf::from("-"), None);
        Length { path, at_open }
    }

    /// Whether the file had nothing in it.
    pub(crate) fn is_nothing(&self) -> bool {
        self.at_open == Some(0)
    }

    /// Refuses a file that is not as long as it was, once it was read to its end.
    ///
    /// # Errors
    /// Where it grew or shrank, or is not there any more.
    pub fn is_kept(&self) -> Result<(), ReadError> {
        let Some(before) = self.at_open else {
            return Ok(());
        };
        let now = fs::metadata(&self.path).map_err(|error| ReadError::io(&self.path, error))?;
        match now.len() {
            now if now == before => Ok(()),
            now => Err(ReadError::file(
                &self.path,
                format!(
                    "it had {before} bytes when reading began and has {now} now: something writes \
                     to it, so nobody can say what was counted; read a copy, or wait until it is \
                     written"
                ),
            )),
        }
    }
}
