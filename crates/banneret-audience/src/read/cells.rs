//! CSV: a header, then a row for each account. An empty cell is nothing known, a set is `a|b|c`.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use banneret::{Fact, FactError, FactId, Facts, Given, Kind, Schema, Time};

use super::Reader;
use super::build::{Cell, Gathering};
use super::find::Length;
use super::lines::{LONGEST, open};
use super::take::Accounts;
use super::trouble::{ReadError, shown};
use super::work::Piece;
use crate::columns::ColumnRole;

/// How many rows make a batch.
const BATCH: usize = 16_384;
/// Room for more bytes than this is not made before a row is read.
const LIKELY: usize = 1 << 10;
/// Rows of more bytes than this are handed over before they are so many.
const BLOCK: u64 = 4 << 20;

/// A file of rows.
pub(super) struct Csv {
    reader: csv::Reader<Rationed>,
    pub(super) header: Arc<Header>,
    ration: Arc<AtomicU64>,
}

/// What the columns are.
pub(super) struct Header(Vec<Heading>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    Id,
    AsOf,
    Fact(FactId),
    Age(FactId),
    Ignored,
}

/// Some rows, with their lines, or why a row is none.
pub(super) struct Rows {
    rows: Vec<(u64, Result<csv::ByteRecord, String>)>,
    bytes: u64,
}

impl Rows {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Csv {
    pub(super) fn open(path: &Path, reader: &Reader<'_>) -> Result<(Csv, Length), ReadError> {
        let (file, length) = open(path)?;
        let ration = Arc::new(AtomicU64::new(LONGEST as u64));
        let rationed = Rationed {
            file,
            left: Arc::clone(&ration),
        };
        let mut rows = csv::ReaderBuilder::new()
            .buffer_capacity(1 << 18)
            .from_reader(rationed);
        let header = match rows.headers() {
            Ok(header) => header.iter().map(|name| name.trim().to_owned()).collect(),
            Err(error) => {
                return Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => ReadError::io(path, error),
                    _ => ReadError::at(
                        path,
                        ":1",
                        "the header is not UTF-8: save the file as UTF-8",
                    ),
                });
            }
        };
        let header = Header::of(&reader.schema, header, reader.ignore_unknown)
            .map_err(|why| ReadError::at(path, ":1", why))?;
        let csv = Csv {
            reader: rows,
            header: Arc::new(header),
            ration,
        };
        Ok((csv, length))
    }

    /// Some more rows.
    pub(super) fn next(&mut self) -> io::Result<Option<Rows>> {
        let mut rows = Vec::new();
        let begin = self.reader.position().byte();
        // A row is about as long as the one before it; one that is very long says nothing of others.
        let (mut length, mut fields) = (0, 0);
        let bytes = loop {
            self.ration.store(LONGEST as u64, Ordering::Relaxed);
            let mut row = csv::ByteRecord::with_capacity(length, fields);
            let read = self.reader.read_byte_record(&mut row);
            let line = row.position().map_or(0, csv::Position::line);
            match read {
                Ok(true) => {
                    length = row.as_slice().len().min(LIKELY);
                    fields = row.len();
                    rows.push((line, Ok(row)));
                }
                Ok(false) => break self.reader.position().byte() - begin,
                Err(error) => rows.push(not_a_row(error, line)?),
            }
            let bytes = self.reader.position().byte() - begin;
            if rows.len() >= BATCH || bytes >= BLOCK {
                break bytes;
            }
        };
        Ok((!rows.is_empty()).then_some(Rows { rows, bytes }))
    }
}

fn not_a_row(error: csv::Error, line: u64) -> io::Result<(u64, Result<csv::ByteRecord, String>)> {
    let line = error.position().map_or(line, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Err(error),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            let plural = if len == 1 { "" } else { "s" };
            let why = format!("the row has {len} field{plural}, but the header has {expected_len}");
            Ok((line, Err(why)))
        }
        _ => Ok((line, Err(NO_UTF_8.to_owned()))),
    }
}

const NO_UTF_8: &str = "the row is not UTF-8: save the file as UTF-8";

impl Header {
    fn of(schema: &Schema, names: Vec<String>, ignore_unknown: bool) -> Result<Header, String> {
        for (at, name) in names.iter().enumerate() {
            if names.iter().take(at).any(|before| before == name) {
                return Err(format!("the column `{name}` stands there twice"));
            }
        }
        if !names.iter().any(|name| name == "id") {
            return Err(no_id(&names));
        }
        let headings = names.iter().map(|name| match ColumnRole::of(schema, name) {
            Some(ColumnRole::Id) => Ok(Heading::Id),
            Some(ColumnRole::AsOf) => Ok(Heading::AsOf),
            Some(ColumnRole::Fact(fact)) => Ok(Heading::Fact(fact)),
            Some(ColumnRole::Age(fact)) => Ok(Heading::Age(fact)),
            None if ignore_unknown => Ok(Heading::Ignored),
            None => Err(unknown_column(schema, name)),
        });
        headings.collect::<Result<_, _>>().map(Header)
    }

    /// The facts that have a column.
    pub(super) fn facts(&self) -> BTreeSet<FactId> {
        let facts = self.0.iter().filter_map(|heading| match heading {
            Heading::Fact(fact) => Some(*fact),
            _ => None,
        });
        facts.collect()
    }

    fn at(&self, wanted: Heading) -> Option<usize> {
        self.0.iter().position(|heading| *heading == wanted)
    }
}

fn no_id(header: &[String]) -> String {
    match header {
        [] => "the file is empty: its first line names the columns, one of them `id`".to_owned(),
        [only] if only.contains([';', '\t']) => {
            "the columns are not separated by commas: save the file with commas".to_owned()
        }
        _ => NO_ID_COLUMN.to_owned(),
    }
}

pub(super) const NO_ID_COLUMN: &str =
    "no column is `id`: name the column that holds the account's id so";

/// What to say of a column that is no fact.
pub(super) fn unknown_column(schema: &Schema, column: &str) -> String {
    let name = column.strip_suffix("@as_of").unwrap_or(column);
    let error = FactError::NoSuchFact {
        name: name.into(),
        nearest: banneret::nearest(name, schema.facts().map(|(_, fact)| &*fact.name))
            .map(Into::into),
    };
    format!("{error}; correct the column's name, or pass over it with --ignore-unknown-columns")
}

/// Reads the accounts of some rows.
pub(super) fn take(
    reader: &Reader<'_>,
    path: &Path,
    header: &Header,
    rows: Rows,
    piece: &mut Piece,
    mut take: impl FnMut(&Accounts),
) {
    let mut gathering = Gathering::new(&reader.schema, &reader.wanted);
    let plan = Plan::new(reader, header);
    for (line, row) in rows.rows {
        let row = row.and_then(|row| {
            let texts = csv::StringRecord::from_byte_record(row);
            texts.map_err(|_| NO_UTF_8.to_owned())
        });
        match row.and_then(|row| plan.push(&row, line, &mut gathering)) {
            Ok(()) => piece.taken += 1,
            Err(why) => piece.refuse(|| format!("{}:{line}", shown(path)), &why),
        }
    }
    if !gathering.is_empty() {
        take(&gathering.finish());
    }
}

/// Where to find what in a row.
struct Plan<'s> {
    schema: &'s Arc<Schema>,
    id: usize,
    as_of: Option<usize>,
    /// The facts that are wanted, in the order of the batch.
    wanted: Vec<Source<'s>>,
    /// Those that are not, whose cells must be of their types all the same: what `decide` refuses
    /// is not counted here.
    others: Vec<Source<'s>>,
}

struct Source<'s> {
    id: FactId,
    fact: &'s Fact,
    /// Nothing where the file has no column of it.
    column: Option<usize>,
    age: Option<usize>,
    /// It is the account's id, which is given anyway.
    is_id: bool,
}

impl<'s> Plan<'s> {
    fn new(reader: &'s Reader<'_>, header: &Header) -> Plan<'s> {
        let schema = &reader.schema;
        let source = |id: FactId| {
            let fact = schema.fact(id)?;
            Some(Source {
                id,
                fact,
                column: header.at(Heading::Fact(id)),
                age: header.at(Heading::Age(id)),
                is_id: &*fact.name == "account.id",
            })
        };
        let wanted: BTreeSet<_> = reader.wanted.facts().collect();
        let others = header
            .facts()
            .into_iter()
            .filter(|fact| !wanted.contains(fact));
        Plan {
            schema,
            id: header.at(Heading::Id).unwrap_or(usize::MAX),
            as_of: header.at(Heading::AsOf),
            wanted: wanted.iter().filter_map(|fact| source(*fact)).collect(),
            others: others.filter_map(source).collect(),
        }
    }

    fn push(
        &self,
        row: &csv::StringRecord,
        line: u64,
        gathering: &mut Gathering,
    ) -> Result<(), String> {
        let text = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim();
        let id = text(Some(self.id));
        let as_of = time("as_of", text(self.as_of))?;
        let mut cells = Vec::with_capacity(self.wanted.len());
        for source in &self.wanted {
            cells.push(self.read(source, id, &text)?);
        }
        for source in &self.others {
            self.read(source, id, &text)?;
        }
        if id.is_empty() {
            return Err("the account has no `id`".to_owned());
        }
        gathering.push_cells(id, as_of, &cells, line);
        Ok(())
    }

    fn read<'r>(
        &self,
        source: &Source<'_>,
        id: &'r str,
        text: &impl Fn(Option<usize>) -> &'r str,
    ) -> Result<(Cell<'r>, Option<Time>), String> {
        let said = text(source.column);
        if said.is_empty() {
            let given = if source.is_id {
                Cell::Text(id)
            } else {
                Cell::Null
            };
            return Ok((given, None));
        }
        let cell = self.cell(source, said)?;
        if source.is_id && said != id && !id.is_empty() {
            let (fact, id) = (said.into(), id.into());
            return Err(FactError::OtherId { fact, id }.to_string());
        }
        Ok((cell, time("@as_of", text(source.age))?))
    }

    fn cell<'r>(&self, source: &Source<'_>, text: &'r str) -> Result<Cell<'r>, String> {
        let read = match &source.fact.kind {
            Kind::Bool => text.parse().map(Cell::Bool).ok(),
            Kind::Int { .. } => text.parse().map(Cell::Int).ok(),
            Kind::Time => text
                .parse()
                .ok()
                .map(|time: Time| Cell::Time(time.as_unix_micros())),
            // As the language has it, unless the enum itself has such a value.
            Kind::Enum(_) if text == "unknown" && source.fact.kind.code(text).is_none() => {
                Some(Cell::Null)
            }
            Kind::Enum(_) | Kind::String(_) => Some(Cell::Text(text)),
            Kind::EnumSet(_) | Kind::StringSet => Some(Cell::Joined(text)),
        };
        read.ok_or_else(|| self.why_not(source, text))
    }

    /// What banneret itself says of a cell that is none.
    fn why_not(&self, source: &Source<'_>, text: &str) -> String {
        let said = Given::from_text(source.fact, text).and_then(|given| {
            let mut facts = Facts::builder(self.schema);
            facts.insert(source.id, given, None)
        });
        let why = said.err().map(|error| error.to_string());
        why.unwrap_or_else(|| format!("`{}`: `{text}` cannot be read", source.fact.name))
    }
}

fn time(what: &str, text: &str) -> Result<Option<Time>, String> {
    match text {
        "" => Ok(None),
        text => match text.parse() {
            Ok(time) => Ok(Some(time)),
            Err(error) => Err(format!("`{what}`: {error}")),
        },
    }
}

/// Gives no more than it may: a quote that is never closed would make one row of a whole file.
struct Rationed {
    file: Box<dyn Read + Send>,
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
        let length = self.file.read(buffer)?;
        let left = left.saturating_sub(length as u64);
        self.left.store(left, Ordering::Relaxed);
        Ok(length)
    }
}
