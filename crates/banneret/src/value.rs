//! The values of facts, moments, and lengths of time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, in microseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
///
/// It reads and prints RFC 3339. A time without a zone is refused.
///
/// ```
/// let noon: banneret::Time = "2026-05-04T14:00:00+02:00".parse()?;
/// assert_eq!(noon.to_string(), "2026-05-04T12:00:00Z");
/// assert!("2026-05-04T12:00:00".parse::<banneret::Time>().is_err());
/// # Ok::<(), banneret::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub(crate) i64);

const MICROS: i64 = 1_000_000;

impl Time {
    /// The first moment that can be written, at the start of the year −9999 (jiff's first).
    pub const MIN: Time = Time(-377_705_023_201 * MICROS);
    /// The last whole second that can be written, at the end of the year 9999 (jiff's last).
    pub const MAX: Time = Time(253_402_207_200 * MICROS);

    /// The moment that many seconds after 1970, held to the years that can be written.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Time {
        Time(seconds.saturating_mul(MICROS)).held()
    }

    /// The moment that many milliseconds after 1970, held to the years that can be written.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Time {
        Time(millis.saturating_mul(1_000)).held()
    }

    /// The moment that many microseconds after 1970, held to the years that can be written.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Time {
        Time(micros).held()
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn as_unix_micros(self) -> i64 {
        self.0
    }

    /// The moment `length` later, held to the years that can be written.
    #[must_use]
    pub fn plus(self, length: Duration) -> Time {
        Time(self.0.saturating_add(length.as_micros())).held()
    }

    /// The moment `length` earlier, held to the years that can be written.
    #[must_use]
    pub fn minus(self, length: Duration) -> Time {
        Time(self.0.saturating_sub(length.as_micros())).held()
    }

    /// The next moment that can be told apart.
    #[must_use]
    pub(crate) fn next(self) -> Time {
        Time(self.0.saturating_add(1))
    }

    fn held(self) -> Time {
        Time(self.0.clamp(Time::MIN.0, Time::MAX.0))
    }

    pub(crate) fn from_jiff(moment: jiff::Timestamp) -> Time {
        Time(moment.as_microsecond()).held()
    }

    pub(crate) fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }
}

impl From<std::time::SystemTime> for Time {
    fn from(moment: std::time::SystemTime) -> Time {
        let micros = |d: std::time::Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
        match moment.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => Time(micros(after)).held(),
            Err(before) => Time(micros(before.duration()).saturating_neg()).held(),
        }
    }
}

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// There is a date and a time, but no zone, so nobody can say which moment it is.
    #[error("`{0}` has no zone: write `Z` for UTC or an offset like `+02:00` after it")]
    NoZone(String),
    /// It is no RFC 3339 time at all.
    #[error("`{0}` is no time: write it like `2026-05-04T12:00:00Z`")]
    Malformed(String),
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Time, TimeError> {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Ok(Time::from_jiff(moment));
        }
        Err(match text.parse::<jiff::civil::DateTime>() {
            Ok(_) => TimeError::NoZone(text.to_owned()),
            Err(_) => TimeError::Malformed(text.to_owned()),
        })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A length of time in whole seconds; a day is 24 hours. At most [`Duration::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// A hundred years of 365 days, the longest length a rule may name.
    pub const MAX: Duration = Duration(100 * 365 * 86_400);

    /// That many seconds, or nothing where it is longer than [`Duration::MAX`].
    #[must_use]
    pub fn from_seconds(seconds: u64) -> Option<Duration> {
        (seconds <= Duration::MAX.0).then_some(Duration(seconds))
    }

    /// Whole hours, held to [`Duration::MAX`].
    #[must_use]
    pub const fn from_hours(hours: u32) -> Duration {
        let seconds = hours as u64 * 3_600;
        if seconds < Duration::MAX.0 {
            Duration(seconds)
        } else {
            Duration::MAX
        }
    }

    /// Whole seconds.
    #[must_use]
    pub fn as_seconds(self) -> u64 {
        self.0
    }

    pub(crate) const fn as_micros(self) -> i64 {
        // A hundred years are far from the end of 64 bits.
        (self.0 as i64).saturating_mul(MICROS)
    }
}

/// Prints the length in the largest unit that is whole: `24h`, `90m`, `7d`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Days from two days up: people and contracts say "24h", not "1d".
        let units = [(172_800, 86_400, 'd'), (3_600, 3_600, 'h'), (60, 60, 'm')];
        let mut fits = units
            .into_iter()
            .filter(|(from, size, _)| self.0 >= *from && self.0.is_multiple_of(*size));
        match fits.next() {
            Some((_, size, unit)) => write!(f, "{}{unit}", self.0 / size),
            None => write!(f, "{}s", self.0),
        }
    }
}
