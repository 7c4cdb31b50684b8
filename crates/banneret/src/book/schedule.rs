//! Dates with time zones to moments. Zones come with the library, so that every build agrees.

use jiff::tz::TimeZone;

use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Name, Spanned, When};
use crate::value::Time;

/// The zone of that name, UTC where none is named.
pub(crate) fn zone(name: Option<&Name>, found: &mut Vec<Diagnostic>) -> TimeZone {
    let Some(name) = name else {
        return TimeZone::UTC;
    };
    TimeZone::get(&name.value).unwrap_or_else(|_| {
        found.push(no_zone(&name.value, name.span));
        TimeZone::UTC
    })
}

/// That there is no such zone, with the nearest there is.
pub(crate) fn no_zone(name: &str, span: Span) -> Diagnostic {
    let zones = jiff::tz::db();
    let names: Vec<_> = zones.available().map(|zone| zone.to_string()).collect();
    let message = format!("there is no time zone `{name}`");
    let found = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("write an IANA name like `Europe/Stockholm`, or `UTC`"),
    }
}

/// The moment: a date is its midnight in the zone, or the day's first moment where the clocks
/// skip midnight.
pub(crate) fn moment(when: &Spanned<When>, zone: &TimeZone) -> Time {
    match &when.value {
        When::Moment { time, .. } => *time,
        When::Date(date) => match date.to_zoned(zone.clone()) {
            Ok(midnight) => Time::from_jiff(midnight.timestamp()),
            Err(_) if date.year() < 0 => Time::MIN,
            Err(_) => Time::MAX,
        },
    }
}
