//! Raw billing documents to facts.
//!
//! A source describes the objects of a provider: where their items stand, what raw values an item
//! has, and how facts follow from them in the rule language. It is a pure function of one document
//! about one account. What cannot be decided is unknown, never guessed, and a note says why.

mod derivation;
mod derive;
mod fold;
mod load;
mod moment;
mod money;
mod pointer;
mod raw;
#[cfg(test)]
mod tests;
mod uncovered;
mod view;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use self::derive::{Derived, Read, Rules, Share};
use self::fold::Pick;
use self::moment::Form;
use self::pointer::{Pattern, Pointer};
use self::view::{Cell, Row, View};
use crate::facts::{Clock, Facts, FactsBuilder, Said, Value};
use crate::formula::Formulas;
use crate::schema::{FactId, Schema};
use crate::source::Span;
use crate::value::Time;

pub use derivation::Derivation;
pub(crate) use derive::{How, Line};
pub(crate) use load::load;

/// How the raw documents of one provider become facts.
#[derive(Clone, Debug)]
pub struct Source {
    name: Box<str>,
    span: Span,
    schema: Arc<Schema>,
    account: Vec<Pointer>,
    as_of: AsOf,
    items: Vec<Pattern>,
    rules: Rules,
    derived: Vec<Derived>,
    pick: Option<Pick>,
}

/// As of when a document speaks.
#[derive(Clone, Debug)]
enum AsOf {
    /// The host says when it fetched it.
    Given,
    /// The document itself says so.
    At(Vec<Pointer>, Form),
}

/// What a document says of one account.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The account's id, which is also the fact `account.id`.
    pub account: Box<str>,
    /// As of when the document speaks.
    pub as_of: Time,
    /// What it says; of a fact whose raw values it holds nowhere it says nothing.
    pub facts: FactsBuilder,
    /// What could not be read or decided, in the order of the document and the source.
    pub notes: Vec<Note>,
}

/// Why a raw value or a fact of one document is unknown, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The raw value or fact; `items` where a whole item, or all of them, are meant.
    pub about: Box<str>,
    /// The item, counted from 1, where the document has several.
    pub item: Option<usize>,
    /// What kind of reason, for counting.
    pub kind: NoteKind,
    /// The reason.
    pub text: String,
}

/// Kinds of reason for an unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NoteKind {
    /// A raw value is of another type than described.
    WrongType,
    /// A raw value, or a fact made of some, is outside its domain.
    OutOfDomain,
    /// An amount in major units cannot be brought into minor ones exactly.
    Money,
    /// An item is no object, so that nothing can be read of it.
    Opaque,
    /// None of the places where items stand is in the document.
    NoItems,
    /// No line of a fact holds.
    NoLine,
    /// Two lines of a fact hold.
    TwoLines,
    /// Whether a condition holds cannot be said.
    Undecided,
    /// Amounts of two currencies meet.
    Currencies,
    /// A sum is over 64 bits.
    Overflow,
}

/// `billing.dunning_state is unknown: no line holds for inv.status=open`
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(item) = self.item {
            write!(f, "item {item}: ")?;
        }
        match self.kind {
            NoteKind::Opaque | NoteKind::NoItems => f.write_str(&self.text),
            _ => write!(f, "{} is unknown: {}", self.about, self.text),
        }
    }
}

impl Note {
    fn new(about: &str, kind: NoteKind, text: String) -> Note {
        Note {
            about: about.into(),
            item: None,
            kind,
            text,
        }
    }
}

/// Why a document cannot be taken at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// It does not say whose it is.
    #[error(
        "the document does not say whose it is: source `{source_name}` looks for the account at {places}"
    )]
    NoAccount {
        /// The source.
        source_name: Box<str>,
        /// Where it looked.
        places: String,
    },
    /// What should be the account's id cannot be one.
    #[error("an account's id is a text or a whole number, but {found} stands at {places}")]
    BadAccount {
        /// What stands there.
        found: String,
        /// Where the source looked.
        places: String,
    },
    /// The source takes the time from the document, which has none.
    #[error(
        "the document does not say as of when it speaks: source `{source_name}` looks for the time at {places}"
    )]
    NoTime {
        /// The source.
        source_name: Box<str>,
        /// Where it looked.
        places: String,
    },
    /// What should be the document's time is none.
    #[error("the document's time at {places} cannot be read: {why}")]
    BadTime {
        /// Where the source looked.
        places: String,
        /// What is wrong with it.
        why: String,
    },
    /// The document speaks of the future.
    #[error("the document is dated {as_of}, but it is only {now}: check the clocks and `as_of`")]
    Future {
        /// The document's time.
        as_of: Time,
        /// Now.
        now: Time,
    },
    /// Two columns of a table have one name.
    #[error("the column `{0}` is there twice, so that nobody can say which of them counts")]
    TwoColumns(Box<str>),
}

impl Source {
    /// Its name, `stripe@1`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its name stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The facts that it derives, in the order of the source.
    pub fn derives(&self) -> impl ExactSizeIterator<Item = FactId> {
        self.derived.iter().map(|derived| derived.fact)
    }

    /// How each fact comes from raw values, in the order of the source.
    pub(crate) fn hows(&self) -> impl Iterator<Item = (FactId, &How)> {
        self.derived
            .iter()
            .map(|derived| (derived.fact, &derived.how))
    }

    /// The raw values as facts that never go stale, and every formula about them.
    pub(crate) fn raw(&self) -> (&Arc<Schema>, &Formulas) {
        (&self.rules.schema, &self.rules.formulas)
    }

    /// The places at which a raw value is looked for.
    pub(crate) fn places(&self, raw: FactId) -> impl Iterator<Item = String> {
        let raw = self.rules.raw.get(raw.0 as usize);
        let places = raw.into_iter().flat_map(|raw| &raw.at);
        places.map(ToString::to_string)
    }

    /// What a JSON document says. `as_of` is when the host fetched it; a source whose documents
    /// carry their own time leaves it aside. Questions like `in the past` are about the moment as
    /// of which the document speaks, so that equal documents give equal facts whenever they are
    /// read.
    ///
    /// # Errors
    /// Where the document does not say whose it is, or does not say when (and should), or is dated
    /// further ahead than clocks may differ.
    pub fn read(&self, document: &Json, as_of: Time, clock: Clock) -> Result<Intake, IntakeError> {
        let whole = View::Json(document);
        let items = self
            .items
            .iter()
            .find_map(|pattern| pattern.items(document));
        let items = items.map(|items| items.into_iter().map(View::from).collect());
        self.take(whole, items, as_of, clock)
    }

    /// A reader of rows with those columns. A place `/NAME` is the column of that name, and the
    /// row is the one item.
    ///
    /// # Errors
    /// Where two columns have one name.
    pub fn rows<'c>(
        &self,
        columns: impl IntoIterator<Item = &'c str>,
    ) -> Result<RowReader<'_>, IntakeError> {
        let mut by_name = HashMap::new();
        for (at, column) in columns.into_iter().enumerate() {
            if by_name.insert(Box::from(column), at).is_some() {
                return Err(IntakeError::TwoColumns(column.into()));
            }
        }
        Ok(RowReader {
            source: self,
            columns: by_name,
        })
    }

    fn take(
        &self,
        whole: View<'_>,
        items: Option<Vec<View<'_>>>,
        as_of: Time,
        clock: Clock,
    ) -> Result<Intake, IntakeError> {
        let account = self.account(whole)?;
        let as_of = self.as_of(whole, as_of)?;
        if as_of > clock.now.plus(clock.skew) {
            return Err(IntakeError::Future {
                as_of,
                now: clock.now,
            });
        }
        let mut intake = Intake {
            account,
            as_of,
            facts: Facts::builder(&self.schema),
            notes: Vec::new(),
        };
        if let Some(id) = self.schema.id("account.id") {
            let text = Value::Text(intake.account.clone());
            intake.facts.say(id, Said::Value(text), Some(as_of));
        }
        match items {
            Some(items) => {
                let clock = Clock {
                    now: as_of,
                    ..clock
                };
                self.derive(&items, clock, &mut intake);
            }
            None => {
                let text = "none of the places of `items` is in the document".to_owned();
                intake
                    .notes
                    .push(Note::new("items", NoteKind::NoItems, text));
            }
        }
        Ok(intake)
    }

    fn account(&self, whole: View<'_>) -> Result<Box<str>, IntakeError> {
        let cell = whole.first(&self.account);
        let id = match cell {
            Cell::Missing | Cell::Null => {
                return Err(IntakeError::NoAccount {
                    source_name: self.name.clone(),
                    places: listed(&self.account),
                });
            }
            Cell::Json(Json::Number(number)) if !number.is_f64() => Some(number.to_string()),
            cell => cell
                .text()
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
        };
        id.map(Into::into).ok_or_else(|| IntakeError::BadAccount {
            found: cell.shown(),
            places: listed(&self.account),
        })
    }

    fn as_of(&self, whole: View<'_>, given: Time) -> Result<Time, IntakeError> {
        let AsOf::At(places, form) = &self.as_of else {
            return Ok(given);
        };
        let cell = whole.first(places);
        if cell.is_nothing() {
            let source_name = self.name.clone();
            return Err(IntakeError::NoTime {
                source_name,
                places: listed(places),
            });
        }
        form.read(cell).map_err(|why| IntakeError::BadTime {
            places: listed(places),
            why: why.about(cell),
        })
    }

    fn derive(&self, items: &[View<'_>], clock: Clock, intake: &mut Intake) {
        let mut held = vec![false; self.rules.raw.len()];
        let mut shares = vec![Vec::with_capacity(items.len()); self.derived.len()];
        for (at, item) in items.iter().enumerate() {
            let before = intake.notes.len();
            let read = self.rules.read(*item, clock, &mut intake.notes);
            self.share(&read, &mut held, &mut shares, &mut intake.notes);
            if items.len() > 1 {
                for note in intake.notes.iter_mut().skip(before) {
                    note.item = Some(at + 1);
                }
            }
        }
        let pick = self.pick.as_ref();
        let speaker = pick.and_then(|pick| pick.speaker(shares.get(pick.derived)?));
        for (derived, shares) in self.derived.iter().zip(&shares) {
            let is_held = |raw: &FactId| held.get(raw.0 as usize) == Some(&true);
            if items.is_empty() || derived.asks.is_empty() || derived.asks.iter().any(is_held) {
                self.say(derived, shares, speaker, intake);
            } else if let Some(fact) = self.schema.fact(derived.fact) {
                // The document is about something else: that is nothing to report.
                intake.notes.retain(|note| note.about != fact.name);
            }
        }
    }

    /// What one item says of every fact.
    fn share(
        &self,
        read: &Read<'_>,
        held: &mut [bool],
        shares: &mut [Vec<Share>],
        notes: &mut Vec<Note>,
    ) {
        for ((raw, _), held) in self.rules.schema.facts().zip(held) {
            // Of an item that nobody can look into, nobody can say that it does not hold a value.
            *held |= read.holds(raw) || read.is_opaque();
        }
        if read.is_opaque() {
            let text = "the item is no object: nothing can be read of it".to_owned();
            notes.push(Note::new("items", NoteKind::Opaque, text));
        }
        for (derived, shares) in self.derived.iter().zip(shares) {
            shares.push(derived.share(&self.rules, &self.schema, read, notes));
        }
    }

    /// Says of one fact what the items come to.
    fn say(
        &self,
        derived: &Derived,
        shares: &[Share],
        speaker: Option<usize>,
        intake: &mut Intake,
    ) {
        let Some(fact) = self.schema.fact(derived.fact) else {
            return;
        };
        let (said, trouble) = match (derived.fold, &self.pick) {
            (Some(fold), _) => fold.over(fact, shares),
            (None, Some(_)) => (of_item(shares, speaker), None),
            (None, None) => (of_item(shares, Some(0)), None),
        };
        let trouble = match (&said, trouble) {
            (Said::OutOfDomain(value), None) => {
                let text = format!("{} is none of its values", view::shown(value));
                Some((NoteKind::OutOfDomain, text))
            }
            (_, trouble) => trouble,
        };
        if let Some((kind, text)) = trouble {
            intake.notes.push(Note::new(&fact.name, kind, text));
        }
        intake.facts.say(derived.fact, said, Some(intake.as_of));
    }
}

fn of_item(shares: &[Share], item: Option<usize>) -> Said {
    let share = item.and_then(|item| shares.get(item));
    share.map_or(Said::Unknown, |share| share.said.clone())
}

fn listed(places: &[Pointer]) -> String {
    let places: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
    places.join(", ")
}

/// Reads the rows of one table.
#[derive(Clone, Debug)]
pub struct RowReader<'s> {
    source: &'s Source,
    columns: HashMap<Box<str>, usize>,
}

impl RowReader<'_> {
    /// What a row says. A field is read by the type that the source describes; an empty one is
    /// null, one that the row is too short for is missing.
    ///
    /// # Errors
    /// As for [`Source::read`].
    pub fn read(&self, fields: &[&str], as_of: Time, clock: Clock) -> Result<Intake, IntakeError> {
        let row = View::Row(Row {
            columns: &self.columns,
            fields,
        });
        let is_item = self.source.items.iter().any(Pattern::is_document);
        self.source
            .take(row, is_item.then(|| vec![row]), as_of, clock)
    }
}
