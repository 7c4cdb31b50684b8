//! Lines, documents and rows of a file, with their places, in bounded memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use banneret::read_json;
use banneret_audience::Length;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value as Json;

use crate::args::Input;
use crate::failure::{Failure, shown};
use crate::render::{count, printable};

/// The longest line, row or document; more is no account but a file of another kind.
const LONGEST: u64 = 16 << 20;
/// From how many bytes on a bar is worth its flicker.
const LONG_FILE: u64 = 8 << 20;

/// One record of a file.
pub(super) struct Record {
    /// `file:line`, or the number of a document.
    pub(super) place: String,
    /// What stands there, or why it cannot be read.
    pub(super) content: Result<Content, String>,
}

impl Record {
    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        match &self.content {
            Ok(Content::Line(text)) => text.len(),
            Ok(Content::Row(row)) => row.as_slice().len(),
            // These are in memory already, all of them.
            Ok(Content::Document(_)) | Err(_) => 0,
        }
    }
}

pub(super) enum Content {
    /// A line of NDJSON, not yet read as JSON.
    Line(String),
    /// A document.
    Document(Json),
    /// A row of CSV.
    Row(csv::StringRecord),
}

/// The records of one file.
pub(super) struct Records {
    path: PathBuf,
    form: Form,
    bar: ProgressBar,
    length: Length,
}

enum Form {
    Lines {
        reader: Box<dyn BufRead + Send>,
        line: u64,
    },
    Documents {
        documents: std::vec::IntoIter<Json>,
        number: u64,
    },
    Rows(Box<Rows>),
    Over,
}

struct Rows {
    reader: csv::Reader<Rationed>,
    header: Vec<String>,
    ration: Arc<AtomicU64>,
}

impl Records {
    pub(super) fn open(path: &Path, input: Option<Input>) -> Result<Records, Failure> {
        let bar = ProgressBar::hidden();
        let (reader, bar, length): (Box<dyn Read + Send>, _, _) = if path == Path::new("-") {
            (Box::new(io::stdin()), bar, Length::unknown())
        } else {
            is_one(path)?;
            let file = File::open(path).map_err(|error| Failure::read(path, error))?;
            let (bar, length) = (bar_for(&file), Length::of(path, &file));
            (Box::new(bar.wrap_read(file)), bar, length)
        };
        let form = match input.unwrap_or_else(|| by_ending(path)) {
            Input::Ndjson => Form::Lines {
                reader: Box::new(BufReader::new(reader)),
                line: 0,
            },
            Input::Json => documents(path, reader)?,
            Input::Csv => Form::Rows(Box::new(Rows::open(path, reader)?)),
            Input::Parquet => {
                return Err(Failure::request(format!(
                    "{}: Parquet is read by `preview` and `diff`, and through no source; write NDJSON or CSV",
                    shown(path)
                )));
            }
        };
        Ok(Records {
            path: path.to_owned(),
            form,
            bar,
            length,
        })
    }

    /// Refuses a file that is not as long as it was when it was opened.
    pub(super) fn is_kept(&self) -> Result<(), Failure> {
        let kept = self.length.is_kept();
        kept.map_err(|error| Failure::request(printable(&error.to_string())))
    }

    /// The names of the columns, of a CSV file.
    pub(super) fn header(&self) -> Option<&[String]> {
        match &self.form {
            Form::Rows(rows) => Some(&rows.header),
            _ => None,
        }
    }

    /// A word on standard error that the bar does not cover.
    pub(super) fn tell(&self, text: &str) {
        self.bar.suspend(|| crate::render::say(text));
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Iterator for Records {
    type Item = Result<Record, Failure>;

    fn next(&mut self) -> Option<Result<Record, Failure>> {
        let file = shown(&self.path);
        let (place, content) = match &mut self.form {
            Form::Over => return None,
            Form::Documents { documents, number } => {
                *number += 1;
                let document = documents.next()?;
                (
                    format!("{file}, document {number}"),
                    Ok(Content::Document(document)),
                )
            }
            Form::Lines { reader, line } => match next_line(reader.as_mut(), line) {
                Ok(Some(content)) => (format!("{file}:{line}"), content.map(Content::Line)),
                Ok(None) => return None,
                Err(error) => return self.fail(error),
            },
            Form::Rows(rows) => match rows.next() {
                Ok(Some((line, row))) => (format!("{file}:{line}"), row.map(Content::Row)),
                Ok(None) => return None,
                Err(error) => return self.fail(error),
            },
        };
        Some(Ok(Record { place, content }))
    }
}

impl Records {
    fn fail(&mut self, error: io::Error) -> Option<Result<Record, Failure>> {
        self.form = Form::Over;
        Some(Err(Failure::read(&self.path, error)))
    }
}

pub(super) fn by_ending(path: &Path) -> Input {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => Input::Csv,
        Some("json") => Input::Json,
        Some("parquet" | "parq" | "pq") => Input::Parquet,
        _ => Input::Ndjson,
    }
}

/// Refuses what stands for several files.
fn is_one(path: &Path) -> Result<(), Failure> {
    let is_pattern = path.to_string_lossy().contains(['*', '?', '[']) && !path.exists();
    match path.is_dir() || is_pattern {
        true => Err(Failure::request(format!(
            "{}: here one file is read: name it, or write several to standard input and name `-`",
            shown(path)
        ))),
        false => Ok(()),
    }
}

fn bar_for(file: &File) -> ProgressBar {
    bar_of(file.metadata().map_or(0, |metadata| metadata.len()))
}

/// A bar for so many bytes; none where nobody would see it, or not for long.
pub(super) fn bar_of(length: u64) -> ProgressBar {
    if length < LONG_FILE || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent} %  {bytes_per_sec}  {eta} left");
    let bar = ProgressBar::new(length);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The next line that is not blank; the inner error is a line that cannot be read.
fn next_line(
    reader: &mut dyn BufRead,
    number: &mut u64,
) -> io::Result<Option<Result<String, String>>> {
    loop {
        let mut bytes = Vec::new();
        let length = reader.take(LONGEST + 1).read_until(b'\n', &mut bytes)?;
        if length == 0 {
            return Ok(None);
        }
        *number += 1;
        if bytes.len() as u64 > LONGEST && !bytes.ends_with(b"\n") {
            reader.skip_until(b'\n')?;
            return Ok(Some(Err(
                "the line is longer than 16 MiB: write one account a line".to_owned(),
            )));
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return Ok(Some(Err(
                "the line is not UTF-8: save the file as UTF-8".to_owned()
            )));
        };
        let text = match *number {
            1 => text.trim_start_matches('\u{feff}').trim(),
            _ => text.trim(),
        };
        if !text.is_empty() {
            return Ok(Some(Ok(text.to_owned())));
        }
    }
}

fn documents(path: &Path, reader: Box<dyn Read + Send>) -> Result<Form, Failure> {
    let mut bytes = Vec::new();
    let read = reader.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::read(path, error))?;
    let refuse = |why: &str| Failure::request(format!("{}: {why}", shown(path)));
    if bytes.len() as u64 > LONGEST {
        return Err(refuse(
            "longer than 16 MiB: write one document a line and end the file's name in .ndjson",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("not UTF-8: save the file as UTF-8"))?;
    let json = read_json(text.trim_start_matches('\u{feff}'));
    let documents = match json.map_err(|error| refuse(&no_json(&error)))? {
        Json::Array(documents) => documents,
        document => vec![document],
    };
    Ok(Form::Documents {
        documents: documents.into_iter(),
        number: 0,
    })
}

fn no_json(error: &serde_json::Error) -> String {
    match error.is_eof() {
        true => "the file ends before its JSON does: write one whole document, or an array of them"
            .to_owned(),
        false => format!("no JSON: {error}"),
    }
}

impl Rows {
    fn open(path: &Path, reader: Box<dyn Read + Send>) -> Result<Rows, Failure> {
        let ration = Arc::new(AtomicU64::new(LONGEST));
        let rationed = Rationed {
            reader,
            left: Arc::clone(&ration),
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(rationed);
        let header = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(error) => {
                return Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => Failure::read(path, error),
                    _ => Failure::request(format!(
                        "{}:1: the header is not UTF-8: save the file as UTF-8",
                        shown(path)
                    )),
                });
            }
        };
        Ok(Rows {
            reader,
            header,
            ration,
        })
    }

    fn next(&mut self) -> io::Result<Option<(u64, Result<csv::StringRecord, String>)>> {
        self.ration.store(LONGEST, Ordering::Relaxed);
        let mut row = csv::StringRecord::new();
        let read = self.reader.read_record(&mut row);
        let line = row.position().map_or(0, csv::Position::line);
        match read {
            Ok(true) => Ok(Some((line, Ok(row)))),
            Ok(false) => Ok(None),
            Err(error) => {
                let line = error.position().map_or(line, csv::Position::line);
                match error.into_kind() {
                    csv::ErrorKind::Io(error) => Err(error),
                    csv::ErrorKind::UnequalLengths {
                        expected_len, len, ..
                    } => Ok(Some((
                        line,
                        Err(format!(
                            "the row has {}, but the header has {expected_len}",
                            count(len, "field")
                        )),
                    ))),
                    _ => Ok(Some((
                        line,
                        Err("the row is not UTF-8: save the file as UTF-8".to_owned()),
                    ))),
                }
            }
        }
    }
}

/// Gives no more than it may: a quote that is never closed would make one row of a whole file.
struct Rationed {
    reader: Box<dyn Read + Send>,
    left: Arc<AtomicU64>,
}

impl Read for Rationed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other(
                "a row is longer than 16 MiB: is a quote never closed?",
            ));
        }
        let length = self.reader.read(buffer)?;
        let left = left.saturating_sub(length as u64);
        self.left.store(left, Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_that_grows_while_it_is_read_is_noticed() {
        let path = std::env::temp_dir().join(format!("banneret-grows-{}", std::process::id()));
        std::fs::write(&path, "{}\n{}\n").unwrap();
        let mut records = Records::open(&path, None).unwrap();
        assert!(records.next().is_some() && records.is_kept().is_ok());
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"{}\n").unwrap();
        assert!(records.by_ref().all(|record| record.is_ok()));
        let why = records.is_kept().unwrap_err().to_string();
        std::fs::remove_file(&path).unwrap();
        assert!(
            why.contains("it had 6 bytes when reading began and has 9 now"),
            "{why}"
        );
    }
}
