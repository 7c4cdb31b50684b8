//! Raw billing documents to facts.
//!
//! A source describes the objects of a provider: where their items stand, what raw values an item
//! has, and how facts follow from them in the rule language. It is a pure function of one document
//! about one account. What cannot be decided is unknown, never guessed, and a note says why.

mod derivation;
mod derive;
mod fold;
mod items;
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
use self::items::{Envelope, Found, ItemKind};
use self::moment::Form;
use self::pointer::{Pattern, Pointer};
use self::view::{Cell, Row, View};
use crate::facts::{Clock, Facts, FactsBuilder, Said, Value};
use crate::formula::{Formulas, NodeId};
use crate::schema::{FactId, Schema};
use crate::source::Span;
use crate::value::Time;

pub use derivation::Derivation;
pub(crate) use derive::{How, Line};
pub(crate) use load::{load, load_carried};

/// How the raw documents of one provider become facts.
#[derive(Clone, Debug)]
pub struct Source {
    name: Box<str>,
    span: Span,
    schema: Arc<Schema>,
    account: Vec<AccountPlace>,
    as_of: AsOf,
    envelopes: Vec<Envelope>,
    /// One without a name, or several with one each.
    kinds: Vec<ItemKind>,
    rules: Rules,
    derived: Vec<Derived>,
    picks: Vec<Pick>,
}

/// Where an account's id may stand.
#[derive(Clone, Debug)]
struct AccountPlace {
    /// Where it stands; a `*` is every element of a list, and all of them must say the same.
    at: Pattern,
    /// It counts only where this text stands there.
    only: Option<(Pointer, Box<str>)>,
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
    /// There are several items where only one would be clear.
    Several,
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

/// Why nothing comes of a document.
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
    /// Its items are of several accounts, so that one would be told what is true of another.
    #[error(
        "the document is about several accounts, such as {0:?} and {1:?}: make a document of each account's own"
    )]
    TwoAccounts(Box<str>, Box<str>),
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
    /// It carries no fact that the source derives, so that there is nothing to take or to merge. That
    /// is no mistake: a provider sends much that a source leaves alone.
    #[error("it carries no fact that source `{source_name}` derives{looked_at}")]
    NoFact {
        /// The source.
        source_name: Box<str>,
        /// What the source went by, in words: `: "charge" stands at `/object``; may be empty.
        looked_at: String,
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
        // One fact may come from several kinds of item.
        let facts: indexmap::IndexSet<FactId> =
            self.derived.iter().map(|derived| derived.fact).collect();
        facts.into_iter()
    }

    /// How each fact comes from raw values, in the order of the source.
    pub(crate) fn hows(&self) -> impl Iterator<Item = (FactId, &How)> {
        self.derived
            .iter()
            .map(|derived| (derived.fact, &derived.how))
    }

    /// What a fact is where a list of items has nothing on it, and where that stands.
    pub(crate) fn of_nothing(&self, fact: FactId) -> impl Iterator<Item = (&Value, Span)> {
        let derived = self
            .derived
            .iter()
            .filter(move |derived| derived.fact == fact);
        derived.filter_map(|derived| derived.empty.as_ref().map(|(value, span)| (value, *span)))
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
        self.take(View::Json(document), as_of, clock)
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

    fn take(&self, whole: View<'_>, as_of: Time, clock: Clock) -> Result<Intake, IntakeError> {
        let mut envelopes = self.envelopes.iter();
        let opened = envelopes.find_map(|envelope| Some((envelope, envelope.open(whole)?)));
        let (said, inside) = match opened {
            Some((envelope, inside)) => (envelope.as_of.as_ref(), inside),
            None => (None, whole),
        };
        let as_of = self.time(said.unwrap_or(&self.as_of), whole, as_of);
        let at = Clock {
            now: *as_of.as_ref().unwrap_or(&clock.now),
            ..clock
        };
        let kinds = self.kinds.iter().enumerate();
        let found = kinds.map(|(at_kind, kind)| kind.find(at_kind, inside, &self.rules, at));
        let found: Vec<_> = found.collect();
        if found.iter().all(Option::is_none) && self.has_kinds() {
            return Err(self.no_fact(inside, at));
        }
        let account = self.account(inside)?;
        let as_of = as_of?;
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
            let text = Value::Text(intake.account.clone().into());
            intake.facts.say(id, Said::Value(text), Some(as_of));
        }
        if found.iter().all(Option::is_none) {
            let text = "none of the places of `items` is in the document".to_owned();
            let note = Note::new("items", NoteKind::NoItems, text);
            intake.notes.push(note);
            return Ok(intake);
        }
        self.derive(found, &mut intake);
        Ok(intake)
    }

    /// Whether its items are of several kinds, each with a name.
    fn has_kinds(&self) -> bool {
        self.kinds.iter().any(|kind| !kind.name.is_empty())
    }

    /// What a document is that holds nothing for the source, by what tells items from others.
    fn no_fact(&self, whole: View<'_>, clock: Clock) -> IntakeError {
        // What might have been an item first, then what is certainly none.
        let (mut shown, mut none) = (Vec::new(), Vec::new());
        for (at, kind) in self.kinds.iter().enumerate() {
            let places = kind.places.iter();
            let wholes = places.filter(|place| place.pattern.is_document());
            for only in wholes.filter_map(|place| place.only) {
                let read = self.rules.read(whole, at, clock, &mut Vec::new());
                match read.might_be(only) {
                    true => shown.extend(read.places(&self.rules, only, true)),
                    false => none.extend(read.places(&self.rules, only, false)),
                }
            }
        }
        shown.append(&mut none);
        let mut seen = std::collections::HashSet::new();
        shown.retain(|one| seen.insert(one.clone()));
        shown.truncate(4);
        let looked_at = match shown.is_empty() {
            true => String::new(),
            false => format!(": {}", shown.join(", ")),
        };
        IntakeError::NoFact {
            source_name: self.name.clone(),
            looked_at,
        }
    }

    fn account(&self, whole: View<'_>) -> Result<Box<str>, IntakeError> {
        let counts = |place: &&AccountPlace| match &place.only {
            Some((at, text)) => whole.cell(at).text() == Some(&**text),
            None => true,
        };
        let counting = self.account.iter().filter(counts);
        let said: Vec<(&AccountPlace, Vec<Cell<'_>>)> = counting
            .map(|place| (place, whole.cells(&place.at)))
            .collect();
        let cells = || said.iter().flat_map(|(_, cells)| cells).copied();
        let cell = cells()
            .find(|cell| !cell.is_nothing())
            .or_else(|| cells().next())
            .unwrap_or(Cell::Missing);
        let listed = || listed(self.account.iter().map(|place| &place.at));
        let id = match cell {
            Cell::Missing | Cell::Null => {
                return Err(IntakeError::NoAccount {
                    source_name: self.name.clone(),
                    places: listed(),
                });
            }
            cell => account_id(cell),
        };
        let id = id.ok_or_else(|| IntakeError::BadAccount {
            found: cell.shown(),
            places: listed(),
        })?;
        let several = said.iter().filter(|(place, _)| place.at.is_several());
        let mut others = several.flat_map(|(_, cells)| cells);
        match others.find_map(|cell| account_id(*cell).filter(|other| *other != id)) {
            Some(other) => Err(IntakeError::TwoAccounts(id.into(), other.into())),
            None => Ok(id.into()),
        }
    }

    fn time(&self, said: &AsOf, whole: View<'_>, given: Time) -> Result<Time, IntakeError> {
        let AsOf::At(places, form) = said else {
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

    /// Says of every fact what the items of its kind come to; nothing of a kind that is not there.
    fn derive(&self, found: Vec<Option<Found<'_>>>, intake: &mut Intake) {
        let is_there: Vec<bool> = found.iter().map(Option::is_some).collect();
        let speaks = self.speaks(&is_there);
        let mut shares: Vec<Vec<Share>> = vec![Vec::new(); self.derived.len()];
        let mut items = Vec::with_capacity(found.len());
        for (kind, found) in found.into_iter().enumerate() {
            let Found {
                items: read,
                mut notes,
            } = found.unwrap_or_default();
            for (at, one) in read.iter().enumerate() {
                let before = notes.len();
                self.share(kind, one, &speaks, &mut shares, &mut notes);
                for note in notes.iter_mut().skip(before) {
                    note.item = Some(at + 1);
                }
            }
            notes.sort_by_key(|note| note.item);
            let is_several = read.len() > 1;
            let notes = notes.into_iter();
            intake.notes.extend(notes.map(|note| Note {
                item: note.item.filter(|_| is_several),
                ..note
            }));
            items.push(read);
        }
        for ((derived, of_items), speaks) in self.derived.iter().zip(&shares).zip(speaks) {
            let items = match derived.kind {
                Some(kind) => items.get(kind).filter(|_| speaks),
                None => {
                    self.constant(derived, intake);
                    None
                }
            };
            let Some(items) = items else { continue };
            let is_held = |raw: &FactId| {
                items
                    .iter()
                    .any(|item| item.holds(*raw) || item.is_opaque())
            };
            if items.is_empty() || derived.asks.is_empty() || derived.asks.iter().any(is_held) {
                let picks = self.picks.iter().filter(|pick| pick.kind == derived.kind);
                // Of a list that goes on, or an item that cannot be read, nobody knows the rest.
                let is_whole = !items.iter().any(Read::is_opaque);
                let speaker = fold::speaker(picks, &shares, items.len()).filter(|_| is_whole);
                self.say(derived, of_items, speaker, intake);
            } else if let Some(fact) = self.schema.fact(derived.fact) {
                // The document is about something else: that is nothing to report.
                intake.notes.retain(|note| note.about != fact.name);
            }
        }
    }

    /// Of each derived fact, whether it is this part of it that speaks: the first whose kind of item
    /// is there.
    fn speaks(&self, is_there: &[bool]) -> Vec<bool> {
        let mut taken: Vec<FactId> = Vec::new();
        let speaks = self.derived.iter().map(|derived| {
            let is_there = derived.kind.and_then(|kind| is_there.get(kind)) == Some(&true);
            let speaks = is_there && !taken.contains(&derived.fact);
            if speaks {
                taken.push(derived.fact);
            }
            speaks
        });
        speaks.collect()
    }

    /// Says a fact that hangs on nothing in the document.
    fn constant(&self, derived: &Derived, intake: &mut Intake) {
        let value = match &derived.how {
            How::Lines { lines, .. } => {
                let line = lines.iter().find(|line| line.formula == NodeId::TRUE);
                line.map(|line| line.value.clone())
            }
            How::Decide(node) => Some(Value::Bool(*node == NodeId::TRUE)),
            How::Copy { .. } => None,
        };
        let said = value.map_or(Said::Unknown, Said::Value);
        intake.facts.say(derived.fact, said, Some(intake.as_of));
    }

    /// What one item says of every fact of its kind.
    fn share(
        &self,
        kind: usize,
        read: &Read<'_>,
        speaks: &[bool],
        shares: &mut [Vec<Share>],
        notes: &mut Vec<Note>,
    ) {
        if let Some(why) = read.why_opaque() {
            notes.push(Note::new("items", NoteKind::Opaque, why.to_owned()));
        }
        let derived = self.derived.iter().zip(shares).zip(speaks);
        for ((derived, shares), _) in derived.filter(|(_, speaks)| **speaks) {
            if derived.kind == Some(kind) {
                shares.push(derived.share(&self.rules, &self.schema, read, notes));
            }
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
        let picks = self.picks.iter().any(|pick| pick.kind == derived.kind);
        let (said, trouble) = match (&derived.empty, derived.fold) {
            (Some((empty, _)), _) if shares.is_empty() => (Said::Value(empty.clone()), None),
            (_, Some(fold)) => fold.over(fact, shares),
            (_, None) if picks => (of_item(shares, speaker), None),
            (_, None) => (of_item(shares, Some(0)), None),
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

/// The id of an account, where it is one.
fn account_id(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Json(Json::Number(number)) if !number.is_f64() => Some(number.to_string()),
        cell => {
            let text = cell.text().filter(|text| !text.is_empty());
            text.map(str::to_owned)
        }
    }
}

fn of_item(shares: &[Share], item: Option<usize>) -> Said {
    let share = item.and_then(|item| shares.get(item));
    share.map_or(Said::Unknown, |share| share.said.clone())
}

fn listed<P: fmt::Display>(places: impl IntoIterator<Item = P>) -> String {
    let places = places.into_iter();
    let places: Vec<_> = places.map(|place| format!("`{place}`")).collect();
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
        self.source.take(row, as_of, clock)
    }
}

/// The Rust of the page about sources is run with the documentation's tests.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/sources.md")]
struct PageAboutSources;
