//! Accounts from files: NDJSON, JSON and CSV, as accounts or through a source of the book. One
//! after the other, so that a file of any length fits; what cannot be read is told and passed over.
//! Who counts accounts has them as batches of columns, from Parquet too.

pub(crate) mod batches;
mod columns;
mod records;
mod shared;
mod twice;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use banneret::{
    Account, AccountError, Book, Clock, History, Intake, IntakeError, Note, RowReader, Schema,
    Source, Time, read_json,
};
use banneret_audience::{BadInput, Repeated, Repeats};

use crate::args::{Input, Reading};
use crate::failure::{Failure, shown};
use crate::render::{count, printable};
use batches::Batches;
use columns::Columns;
use records::{Content, Record, Records};
pub(crate) use shared::Shared;
use shared::{Piece, share};
pub(crate) use twice::Twice;

/// How accounts are to be read.
pub(crate) struct Reader<'b> {
    book: &'b Book,
    source: Option<&'b Source>,
    as_of: Time,
    clock: Clock,
    input: Option<Input>,
    ignore_unknown: bool,
    /// Whether each note of a source is told, rather than counted.
    tells_notes: bool,
}

/// What a file held.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Accounts that were taken.
    pub(crate) taken: u64,
    /// Lines, rows or documents that were no accounts.
    pub(crate) refused: u64,
    /// Documents in which a source found nothing to take.
    pub(crate) silent: u64,
    /// Facts that were given wrongly, by name and reason; they count as unknown.
    pub(crate) bad: BTreeMap<(String, &'static str), u64>,
    /// Ids that stand there more than once, where anybody looked.
    pub(crate) repeated: Option<Repeated>,
    /// What a source could not read or decide, by what it is about: how often, and the first.
    notes: BTreeMap<String, (u64, String)>,
}

/// Why a record is no account.
enum No {
    /// It carries no fact; that is no mistake.
    Fact(String),
    /// It cannot be read as one.
    Account(String),
}

impl No {
    fn row() -> No {
        No::Account("a row is no account here".to_owned())
    }
}

impl From<String> for No {
    fn from(why: String) -> No {
        No::Account(why)
    }
}

/// How the records of one file become accounts.
enum Form<'b> {
    Accounts,
    Columns(Columns),
    Documents(&'b Source),
    Rows(RowReader<'b>),
}

impl<'b> Reader<'b> {
    /// As the command line says; `now` is the moment that everything is judged at.
    pub(crate) fn new(book: &'b Book, said: &Reading, now: Time) -> Result<Reader<'b>, Failure> {
        let source = said
            .source
            .as_deref()
            .map(|name| source(book, name))
            .transpose()?;
        Ok(Reader {
            book,
            source,
            as_of: said.as_of.unwrap_or(now),
            clock: clock(book, now),
            input: said.input,
            ignore_unknown: said.ignore_unknown_columns,
            tells_notes: false,
        })
    }

    /// Raw documents, fetched at that moment.
    pub(crate) fn of_source(
        book: &'b Book,
        name: &str,
        as_of: Time,
        now: Time,
        input: Option<Input>,
    ) -> Result<Reader<'b>, Failure> {
        let source = Some(source(book, name)?);
        let clock = clock(book, now);
        Ok(Reader {
            book,
            source,
            as_of,
            clock,
            input,
            ignore_unknown: false,
            tells_notes: true,
        })
    }

    /// Hands over each account of a file, all in the same memory. What is no account is told on
    /// standard error.
    pub(crate) fn each(
        &self,
        path: &Path,
        tally: &mut Tally,
        mut take: impl FnMut(&Account) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (mut records, form) = self.open(path)?;
        let mut account = Account::new(self.book.schema());
        while let Some(record) = records.next() {
            let Record { place, content } = record?;
            let content = content.map_err(No::Account);
            match content.and_then(|content| self.read(&form, &content, &mut account)) {
                Ok(notes) => {
                    for note in notes {
                        match self.tells_notes {
                            true => {
                                records.tell(&format!("{place}: {}", printable(&note.to_string())))
                            }
                            false => tally.note(&place, &note),
                        }
                    }
                    tally.take(&account, self.clock);
                    take(&account)?;
                }
                Err(no) => records.tell(&tally.refuse(&place, &no)),
            }
        }
        Ok(())
    }

    /// The same in as many threads as the machine has: each hands its accounts to a state of its own.
    pub(crate) fn share<S: Send>(
        &self,
        path: &Path,
        make: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, &Account) + Sync,
    ) -> Result<Shared<S>, Failure> {
        let (records, form) = self.open(path)?;
        let make = || {
            let account = Account::new(self.book.schema());
            (make(), Repeats::default(), account)
        };
        let shared = share(records, make, |(state, repeats, account), records| {
            let mut piece = Piece::default();
            for Record { place, content } in records {
                let content = content.map_err(No::Account);
                match content.and_then(|content| self.read(&form, &content, account)) {
                    Ok(notes) => {
                        notes.iter().for_each(|note| piece.tally.note(&place, note));
                        piece.tally.take(account, self.clock);
                        repeats.see_id(account.facts.account_id().unwrap_or_default());
                        take(state, account);
                    }
                    Err(no) => piece.told.push(piece.tally.refuse(&place, &no)),
                }
            }
            piece
        });
        Ok(shared.settled(|(state, repeats, _)| (state, repeats)))
    }

    fn open(&self, path: &Path) -> Result<(Records, Form<'b>), Failure> {
        let records = Records::open(path, self.input)?;
        let form = self.form(&records);
        let form = form.map_err(|why| Failure::request(format!("{}:1: {why}", shown(path))))?;
        Ok((records, form))
    }

    fn form(&self, records: &Records) -> Result<Form<'b>, String> {
        Ok(match (records.header(), self.source) {
            (None, None) => Form::Accounts,
            (None, Some(source)) => Form::Documents(source),
            (Some(header), None) => Form::Columns(Columns::new(
                self.book.schema(),
                header,
                self.ignore_unknown,
            )?),
            (Some(header), Some(source)) => {
                let rows = source.rows(header.iter().map(String::as_str));
                Form::Rows(rows.map_err(|error| error.to_string())?)
            }
        })
    }

    /// Writes what a record holds over the account before; what a source has to say of it.
    fn read(
        &self,
        form: &Form<'_>,
        content: &Content,
        account: &mut Account,
    ) -> Result<Vec<Note>, No> {
        let schema = self.book.schema();
        let intake = match (form, content) {
            (Form::Documents(source), Content::Line(text)) => {
                let document =
                    read_json(text).map_err(|error| AccountError::Json(error).in_words())?;
                source.read(&document, self.as_of, self.clock)
            }
            (Form::Documents(source), Content::Document(document)) => {
                source.read(document, self.as_of, self.clock)
            }
            (Form::Rows(rows), Content::Row(row)) => {
                let fields: Vec<_> = row.iter().collect();
                rows.read(&fields, self.as_of, self.clock)
            }
            (Form::Columns(columns), Content::Row(row)) => {
                *account = columns.account(schema, row)?;
                return Ok(Vec::new());
            }
            _ => {
                read_account(schema, content, self.ignore_unknown, account)?;
                return Ok(Vec::new());
            }
        };
        let (read, notes) = taken(intake)?;
        *account = read;
        Ok(notes)
    }
}

/// Writes an account over the one before.
fn read_account(
    schema: &Arc<Schema>,
    content: &Content,
    ignore_unknown: bool,
    account: &mut Account,
) -> Result<(), No> {
    let read = match content {
        Content::Line(text) => account.read_line(schema, text, ignore_unknown),
        Content::Document(json) => account.read_json(schema, json, ignore_unknown),
        // A form of rows is made for every file of rows.
        Content::Row(_) => return Err(No::row()),
    };
    Ok(read.map_err(|error| error.in_words())?)
}

fn taken(intake: Result<Intake, IntakeError>) -> Result<(Account, Vec<Note>), No> {
    let Intake { facts, notes, .. } = intake.map_err(|error| match error {
        IntakeError::NoFact { .. } => No::Fact(error.to_string()),
        error => No::Account(error.to_string()),
    })?;
    let account = Account {
        facts: facts.build(),
        history: History::new(),
    };
    Ok((account, notes))
}

fn source<'b>(book: &'b Book, name: &str) -> Result<&'b Source, Failure> {
    book.source(name).ok_or_else(|| {
        let names: Vec<_> = book
            .sources()
            .iter()
            .map(|source| format!("`{}`", source.name()))
            .collect();
        Failure::request(match names.is_empty() {
            true => format!("there is no source `{name}`: the book has no `sources/`"),
            false => format!(
                "there is no source `{name}`: the book has {}",
                names.join(", ")
            ),
        })
    })
}

/// The moment that a book is asked about, with the book's own clock skew.
pub(crate) fn clock(book: &Book, now: Time) -> Clock {
    Clock {
        now,
        skew: book.manifest().clock_skew,
    }
}

/// What was given wrongly, as a tally has it.
pub(crate) fn bad(input: &[BadInput]) -> BTreeMap<(String, &'static str), u64> {
    let bad = input.iter().map(|bad| {
        let why = match &*bad.why {
            "future" => "future",
            "out-of-domain" => "out-of-domain",
            _ => "contradiction",
        };
        ((bad.fact.clone(), why), bad.accounts)
    });
    bad.collect()
}

impl Tally {
    /// Of accounts that were read by columns.
    pub(crate) fn of<S>(batches: &Batches<S>, bad: BTreeMap<(String, &'static str), u64>) -> Tally {
        Tally {
            taken: batches.report.taken,
            refused: batches.report.refused,
            repeated: batches.repeated.clone(),
            bad,
            ..Tally::default()
        }
    }

    fn take(&mut self, account: &Account, clock: Clock) {
        self.taken += 1;
        for (_, fact, why) in account.facts.bad_input(clock) {
            *self
                .bad
                .entry((fact.name.to_string(), why.name()))
                .or_default() += 1;
        }
    }

    /// Adds what came after it in the file.
    fn add(&mut self, other: Tally) {
        self.taken += other.taken;
        self.refused += other.refused;
        self.silent += other.silent;
        for (what, number) in other.bad {
            *self.bad.entry(what).or_default() += number;
        }
        for (about, (number, first)) in other.notes {
            self.notes.entry(about).or_insert((0, first)).0 += number;
        }
    }

    /// Counts a record that is no account; what to tell of it.
    fn refuse(&mut self, place: &str, no: &No) -> String {
        let why = match no {
            No::Fact(why) => {
                self.silent += 1;
                why
            }
            No::Account(why) => {
                self.refused += 1;
                why
            }
        };
        format!("{place}: {}", printable(why))
    }

    fn note(&mut self, place: &str, note: &Note) {
        let seen = self.notes.entry(note.about.to_string());
        let first = || (0, printable(&format!("{place}: {}", note.text)));
        seen.or_insert_with(first).0 += 1;
    }

    /// A line for the documents of which nothing came.
    pub(crate) fn silent_in_words(&self) -> Option<String> {
        let carry = match self.silent {
            0 => return None,
            1 => "carries",
            _ => "carry",
        };
        let documents = count(self.silent, "document");
        Some(format!(
            "{documents} {carry} nothing that the source derives"
        ))
    }

    /// A line for what a source could not read or decide, by what it is about.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> + '_ {
        self.notes.iter().map(|(about, (number, first))| {
            format!(
                "`{about}` could not be read or decided {}; first at {first}",
                count(*number, "time")
            )
        })
    }

    /// A line for each fact that was given wrongly.
    pub(crate) fn bad_input(&self) -> impl Iterator<Item = String> + '_ {
        self.bad.iter().map(|((fact, why), number)| {
            let what = match *why {
                "future" => "is dated in the future",
                "out-of-domain" => "has a value that the schema does not allow",
                _ => "has two values of one age",
            };
            format!(
                "`{fact}` {what} in {}, and counts as unknown there",
                count(*number, "account")
            )
        })
    }
}
