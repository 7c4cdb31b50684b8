//! Raw values: what stands in an item, read as the source says it is written.

use super::NoteKind;
use super::moment::{self, Form};
use super::money;
use super::pointer::Pointer;
use super::view::{Cell, View};
use crate::facts::{Given, Said};
use crate::schema::Fact;

/// Where a raw value stands and how it is written; its type and domain are a fact's.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    /// The place of its kind of item among the source's.
    pub(super) kind: usize,
    /// The first place that is there and not null counts.
    pub(super) at: Vec<Pointer>,
    pub(super) form: RawForm,
    /// Where the currency of an amount stands.
    pub(super) currency: Vec<Pointer>,
    /// The currencies whose amounts the provider counts in other units than ISO 4217 has, with the
    /// digits that those stand for.
    pub(super) digits: Vec<(Box<str>, u32)>,
}

#[derive(Clone, Debug)]
pub(super) enum RawForm {
    Bool,
    /// An enum or string, or a string in capitals whatever letters it is written in.
    Text {
        capitals: bool,
    },
    Int,
    /// A decimal amount in major units, read into minor ones.
    Major,
    /// Whether there is anything: null is false, nothing at all is unknown.
    Present,
    Time(Form),
    /// The end of a month, whose year and month stand apart.
    MonthEnd {
        year: Pointer,
        month: Pointer,
    },
}

/// What an item says of a raw value.
pub(super) struct Reading {
    /// Whether the item has the value's place, be it null.
    pub(super) is_held: bool,
    pub(super) said: Said,
    /// What is wrong with it, if anything is.
    pub(super) trouble: Option<(NoteKind, String)>,
}

type Trouble = (NoteKind, String);

impl Raw {
    /// Reads the value, whose type and domain `fact` gives, from an item.
    pub(super) fn read(&self, fact: &Fact, item: &View<'_>) -> Reading {
        if let RawForm::MonthEnd { year, month } = &self.form {
            return month_end(item.cell(year), item.cell(month));
        }
        let cell = item.first(&self.at);
        // There is nothing only where every place says so; a missing one may yet hold something.
        let missing = || self.at.iter().any(|place| item.cell(place).is_missing());
        if matches!(self.form, RawForm::Present) && !(cell.is_nothing() && missing()) {
            let is_there = Given::Bool(!cell.is_nothing());
            return finish(
                true,
                is_there
                    .said(fact)
                    .map_err(|error| (NoteKind::WrongType, error.to_string())),
            );
        }
        if cell.is_nothing() {
            return finish(!cell.is_missing(), Ok(Said::Unknown));
        }
        finish(
            true,
            self.given(cell, item).and_then(|given| domain(given, fact)),
        )
    }

    fn given(&self, cell: Cell<'_>, item: &View<'_>) -> Result<Given, Trouble> {
        let wrong = |wanted: &str| {
            (
                NoteKind::WrongType,
                format!("{} is no {wanted}", cell.shown()),
            )
        };
        match &self.form {
            RawForm::Bool => cell.bool().map(Given::Bool).ok_or_else(|| wrong("bool")),
            RawForm::Int => {
                let number = cell.int().ok_or_else(|| wrong("64-bit whole number"))?;
                self.in_minor_units(number, cell, item).map(Given::Int)
            }
            RawForm::Text { capitals } => {
                let text = cell.text().ok_or_else(|| wrong("text"))?;
                Ok(Given::Text(match capitals {
                    true => text.to_ascii_uppercase(),
                    false => text.to_owned(),
                }))
            }
            RawForm::Major => self.major(cell, item).map(Given::Int),
            RawForm::Time(form) => form
                .read(cell)
                .map(Given::Time)
                .map_err(|why| (why.kind(), why.about(cell))),
            RawForm::Present | RawForm::MonthEnd { .. } => Ok(Given::Unknown),
        }
    }

    fn in_minor_units(&self, number: i64, cell: Cell<'_>, item: &View<'_>) -> Result<i64, Trouble> {
        let Some(currency) = self.currency(item).filter(|_| !self.digits.is_empty()) else {
            return Ok(number);
        };
        let wrong = |why: &str| (NoteKind::Money, format!("{}: {why}", cell.shown()));
        match self.digits.iter().find(|(code, _)| *code == currency) {
            Some((_, digits)) => {
                money::from_units(number, *digits, &currency).map_err(|why| wrong(&why))
            }
            None => Ok(number),
        }
    }

    fn major(&self, cell: Cell<'_>, item: &View<'_>) -> Result<i64, Trouble> {
        let written = match cell {
            Cell::Json(serde_json::Value::Number(number)) => money::decimal(number),
            cell => cell.text().map(str::to_owned),
        };
        let wrong = |kind, why: &str| (kind, format!("{}: {why}", cell.shown()));
        let written =
            written.ok_or_else(|| wrong(NoteKind::WrongType, "it is no exact decimal number"))?;
        let currency = self.currency(item);
        let currency =
            currency.ok_or_else(|| wrong(NoteKind::Money, "nobody says of which currency"))?;
        money::minor(&written, &currency).map_err(|why| wrong(NoteKind::Money, &why))
    }

    /// The currency beside an amount, in capitals.
    pub(super) fn currency(&self, item: &View<'_>) -> Option<Box<str>> {
        let text = item.first(&self.currency).text()?;
        Some(text.to_ascii_uppercase().into())
    }
}

fn domain(given: Given, fact: &Fact) -> Result<Said, Trouble> {
    let said = given.said(fact);
    said.map_err(|error| (NoteKind::WrongType, error.to_string()))
}

fn finish(is_held: bool, read: Result<Said, Trouble>) -> Reading {
    let (said, trouble) = match read {
        Ok(Said::OutOfDomain(value)) => {
            let text = format!("{} is none of its values", super::view::shown(&value));
            (
                Said::OutOfDomain(value),
                Some((NoteKind::OutOfDomain, text)),
            )
        }
        Ok(said) => (said, None),
        Err(trouble) => (Said::Unknown, Some(trouble)),
    };
    Reading {
        is_held,
        said,
        trouble,
    }
}

fn month_end(year: Cell<'_>, month: Cell<'_>) -> Reading {
    let is_held = !(year.is_missing() && month.is_missing());
    if year.is_nothing() || month.is_nothing() {
        return finish(is_held, Ok(Said::Unknown));
    }
    let shown = || format!("year {}, month {}", year.shown(), month.shown());
    let end = match (year.int(), month.int()) {
        (Some(year), Some(month)) => moment::month_end(year, month)
            .map(|end| Said::Value(crate::facts::Value::Time(end)))
            .ok_or_else(|| {
                (
                    NoteKind::OutOfDomain,
                    format!("{}: there is no such month", shown()),
                )
            }),
        _ => Err((
            NoteKind::WrongType,
            format!("{}: they are no whole numbers", shown()),
        )),
    };
    finish(is_held, end)
}
