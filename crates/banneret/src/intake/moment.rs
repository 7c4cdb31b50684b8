//! Moments as providers write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::NoteKind;
use super::view::Cell;
use crate::value::{Time, TimeError};

/// How a provider writes moments.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A whole number of these since 1970.
    Unix(Unix),
    /// RFC 3339; where a zone is given, a time without one is in it.
    Text(Option<TimeZone>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unix {
    Seconds,
    Millis,
}

/// Why there is no moment.
#[derive(Clone, Copy, Debug)]
pub(super) enum NoMoment {
    /// Not this, which it should be.
    WrongType(&'static str),
    OutOfRange,
    NoZone,
    Malformed,
}

impl NoMoment {
    pub(super) fn kind(self) -> NoteKind {
        match self {
            NoMoment::WrongType(_) => NoteKind::WrongType,
            _ => NoteKind::OutOfDomain,
        }
    }

    /// In words, of what stands there.
    pub(super) fn about(self, cell: Cell<'_>) -> String {
        let found = cell.shown();
        match self {
            NoMoment::WrongType(wanted) => format!("{found} is not {wanted}"),
            NoMoment::OutOfRange => format!("{found} is beyond the years that can be written"),
            NoMoment::NoZone => format!("{found} has no time zone, and the source names none"),
            NoMoment::Malformed => format!("{found} is no time like `2026-05-04T12:00:00Z`"),
        }
    }
}

impl Form {
    pub(super) fn read(&self, cell: Cell<'_>) -> Result<Time, NoMoment> {
        match self {
            Form::Unix(unit) => {
                let number = cell
                    .int()
                    .ok_or(NoMoment::WrongType("a whole number, as unix times are"))?;
                unit.moment(number).ok_or(NoMoment::OutOfRange)
            }
            Form::Text(zone) => {
                let text = cell
                    .text()
                    .ok_or(NoMoment::WrongType("a text that holds a time"))?;
                written(text, zone.as_ref())
            }
        }
    }
}

impl Unix {
    fn moment(self, number: i64) -> Option<Time> {
        let (size, moment) = match self {
            Unix::Seconds => (1_000_000, Time::from_unix_seconds(number)),
            Unix::Millis => (1_000, Time::from_unix_millis(number)),
        };
        // A time at the edge was held there: it is not the one that was written.
        (number.checked_mul(size) == Some(moment.as_unix_micros())).then_some(moment)
    }
}

/// A date alone is its midnight, in the zone or UTC; a time that a zone's clocks skip or show
/// twice is read as RFC 5545 does: with the offset before the change.
fn written(text: &str, zone: Option<&TimeZone>) -> Result<Time, NoMoment> {
    match text.parse::<Time>() {
        Ok(moment) => return Ok(moment),
        Err(TimeError::Malformed(_)) => return Err(NoMoment::Malformed),
        Err(TimeError::NoZone(_)) => {}
    }
    let is_date = text.len() <= 10 && !text.contains(['T', 't', ' ', ':']);
    let zone = match zone {
        Some(zone) => zone.clone(),
        None if is_date => TimeZone::UTC,
        None => return Err(NoMoment::NoZone),
    };
    let local = text.parse::<DateTime>().ok();
    let moment = local.and_then(|local| local.to_zoned(zone).ok());
    moment
        .map(|moment| Time::from_jiff(moment.timestamp()))
        .ok_or(NoMoment::OutOfRange)
}

/// The last microsecond of a month, UTC: a card is good for the whole of it.
pub(super) fn month_end(year: i64, month: i64) -> Option<Time> {
    let year = i16::try_from(year)
        .ok()
        .filter(|year| (1970..=9998).contains(year))?;
    let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
    let last = first.last_of_month().at(23, 59, 59, 999_999_000);
    Some(Time::from_jiff(
        last.to_zoned(TimeZone::UTC).ok()?.timestamp(),
    ))
}
