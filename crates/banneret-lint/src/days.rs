//! Dates as findings tell them.

use banneret::ast::{Spanned, When};
use banneret::{Duration, Sources, Time};

const DAY: i64 = 86_400_000_000;

/// A date as its author wrote it.
pub(crate) fn written<'s>(sources: &'s Sources, when: &Spanned<When>) -> &'s str {
    sources.text(when.span)
}

/// How long ago a moment was, in whole days of 24 hours: `12 days ago`.
pub(crate) fn ago(now: Time, then: Time) -> String {
    let micros = now.as_unix_micros().saturating_sub(then.as_unix_micros());
    match micros.div_euclid(DAY) {
        ..=0 => "less than a day ago".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// The first moment at which something is late that was to be done by then: whoever writes a date
/// means that day too.
pub(crate) fn late_from(when: &When, moment: Time) -> Time {
    match when {
        When::Date(_) => moment.plus(Duration::from_hours(24)),
        When::Moment { .. } => moment,
    }
}
