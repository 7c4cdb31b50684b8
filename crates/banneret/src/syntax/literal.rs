//! Reading single words: names, numbers, dates, moments and lengths of time.

use jiff::civil::Date;

use super::ast::{Length, LiteralKind, Unit, When};
use super::words::{is_fact_name, is_name};
use super::{chars, shown};
use crate::codes;
use crate::diagnostic::Code;
use crate::value::Time;

/// Why a word cannot be read as what should stand there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) code: &'static Code,
    /// Nothing where it has been reported already.
    pub(super) message: Option<String>,
    pub(super) help: String,
}

pub(super) fn wrong(message: impl Into<String>, help: impl Into<String>) -> Wrong {
    Wrong {
        code: &codes::SYNTAX,
        message: Some(message.into()),
        help: help.into(),
    }
}

/// A word with foreign characters has been reported by `chars` and is read as what it looks like.
fn in_ascii(word: &str) -> Result<std::borrow::Cow<'_, str>, Wrong> {
    if word.is_ascii() {
        return Ok(word.into());
    }
    chars::plain(word).map(Into::into).ok_or(Wrong {
        code: &codes::CONFUSABLE_TEXT,
        message: None,
        help: String::new(),
    })
}

/// A name, without dots or a fact's.
pub(super) fn name(word: &str) -> Result<Box<str>, Wrong> {
    once(word, ascii_name)
}

/// What looks foreign is reported once, for its characters.
fn once<T>(word: &str, read: fn(&str) -> Result<T, Wrong>) -> Result<T, Wrong> {
    let ascii = in_ascii(word)?;
    read(&ascii).map_err(|wrong| Wrong {
        message: wrong.message.filter(|_| word.is_ascii()),
        ..wrong
    })
}

fn ascii_name(word: &str) -> Result<Box<str>, Wrong> {
    if is_name(word) || is_fact_name(word) {
        return Ok(word.into());
    }
    Err(wrong(
        format!("`{}` is no name", shown(word)),
        match as_name(word) {
            Some(name) => format!("write `{}`", shown(&name)),
            None => "a name is a small letter, then small letters, digits and `_`".to_owned(),
        },
    ))
}

/// The name that was probably meant.
fn as_name(word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase().replace(['-', '/', '+'], "_");
    let word = word.trim_matches(['.', '_']);
    (is_name(word) || is_fact_name(word)).then(|| word.to_owned())
}

/// A value that stands without quotes.
pub(super) fn bare(word: &str) -> Result<LiteralKind, Wrong> {
    once(word, ascii_bare)
}

fn ascii_bare(word: &str) -> Result<LiteralKind, Wrong> {
    if starts_as_number(word) {
        return number_or_date(word);
    }
    match word {
        "true" => return Ok(LiteralKind::Bool(true)),
        "false" => return Ok(LiteralKind::Bool(false)),
        "unknown" | "null" => {
            return Err(wrong(
                format!("`{word}` is no value that a fact could be compared with"),
                "write `is unknown`",
            ));
        }
        _ if is_name(word) => return Ok(LiteralKind::Name(word.into())),
        _ => {}
    }
    Err(no_value(word))
}

fn no_value(word: &str) -> Wrong {
    let lower = word.to_ascii_lowercase();
    if is_fact_name(word) {
        return wrong(
            format!("`{}` is a fact, and a value belongs here", shown(word)),
            "comparing two facts is not in edition 1",
        );
    }
    if lower == "true" || lower == "false" {
        return wrong(
            format!("`{word}` is written small"),
            format!("write `{lower}`"),
        );
    }
    wrong(
        format!("`{}` is no bare name", shown(word)),
        format!("put it in quotes: `\"{}\"`", shown(word)),
    )
}

fn starts_as_number(word: &str) -> bool {
    word.trim_start_matches(['-', '+'])
        .starts_with(|c: char| c.is_ascii_digit())
}

fn number_or_date(word: &str) -> Result<LiteralKind, Wrong> {
    if looks_like_date(word) {
        return when(word).map(LiteralKind::When);
    }
    if is_integer(word) || word.starts_with('+') {
        return int(word).map(LiteralKind::Int);
    }
    let digits = word
        .trim_start_matches('-')
        .trim_start_matches(|c: char| c.is_ascii_digit());
    if unit(digits).is_some() {
        return Err(wrong(
            format!(
                "`{}` is a length of time, and a value belongs here",
                shown(word)
            ),
            "ask `in the last 3 days` or `more than 3 days ago`",
        ));
    }
    if digits.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
        return Err(no_value(word));
    }
    int(word).map(LiteralKind::Int)
}

fn is_integer(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty()
        && digits
            .split('_')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A whole number of 64 bits.
pub(super) fn int(word: &str) -> Result<i64, Wrong> {
    once(word, ascii_int)
}

fn ascii_int(word: &str) -> Result<i64, Wrong> {
    if is_integer(word) {
        return word.replace('_', "").parse().map_err(|_| {
            wrong(
                format!("`{}` does not fit in 64 bits", shown(word)),
                format!("numbers lie between {} and {}", i64::MIN, i64::MAX),
            )
        });
    }
    let message = format!("`{}` is no whole number", shown(word));
    Err(match word {
        _ if word.contains('.') && starts_as_number(word) => wrong(
            message,
            "numbers are whole; money is counted in minor units such as cents",
        ),
        _ if word.starts_with('+') => wrong(message, "write it without `+`"),
        _ if word.contains('_') && starts_as_number(word) => {
            wrong(message, "`_` stands between two digits")
        }
        _ => wrong(message, "write it with digits, such as `900`"),
    })
}

fn looks_like_date(word: &str) -> bool {
    let mut parts = word.splitn(3, '-');
    let digits = |part: Option<&str>| {
        part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let (year, month) = (parts.next(), parts.next());
    let long = year.is_some_and(|y| y.len() == 4);
    long && digits(year)
        && digits(month)
        && parts
            .next()
            .is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}

/// A date, or a moment with its zone.
pub(super) fn when(word: &str) -> Result<When, Wrong> {
    once(word, ascii_when)
}

fn ascii_when(word: &str) -> Result<When, Wrong> {
    let (day, clock) = match word.split_once(['T', 't']) {
        Some((day, _)) => (day, true),
        None => (word, false),
    };
    let date = date(day, word)?;
    if !clock {
        return Ok(When::Date(date));
    }
    match word.parse::<Time>() {
        Ok(time) => Ok(When::Moment {
            time,
            text: word.into(),
        }),
        Err(error) => Err(wrong(
            error.to_string(),
            "a date alone needs no zone: `2026-05-04`",
        )),
    }
}

fn date(day: &str, word: &str) -> Result<Date, Wrong> {
    let shape = wrong(
        format!("`{}` is no date", shown(word)),
        "write it like `2026-03-01`, or with a time like `2026-03-01T12:00:00Z`",
    );
    let lengths = day.split('-').map(str::len);
    let digits = day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !digits || !lengths.eq([4, 2, 2]) {
        return Err(shape);
    }
    let mut parts = day.split('-').map(str::parse::<i16>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day_of))) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(shape);
    };
    let small = |n: i16| i8::try_from(n).unwrap_or(0);
    Date::new(year, small(month), small(day_of)).map_err(|_| Wrong {
        code: &codes::BAD_DATES,
        message: Some(format!("{day} is not in the calendar")),
        help: "a date is year, month, day: `2026-03-01`".to_owned(),
    })
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "m" | "minute" | "minutes" => Unit::Minute,
        "h" | "hour" | "hours" => Unit::Hour,
        "d" | "day" | "days" => Unit::Day,
        "w" | "week" | "weeks" => Unit::Week,
        _ => return None,
    })
}

/// A unit of time.
pub(super) fn read_unit(word: &str) -> Result<Unit, Wrong> {
    unit(word).ok_or_else(|| {
        let message = format!("`{}` is no unit of time", shown(word));
        let lower = word.to_ascii_lowercase();
        let help = match lower.trim_end_matches('s') {
            "month" | "mo" | "quarter" | "year" | "y" => {
                "months differ in length: count in days or weeks"
            }
            "econd" | "second" | "sec" | "" => "the smallest unit is the minute",
            _ => "the units are `minutes`, `hours`, `days` and `weeks`, or `m`, `h`, `d`, `w`",
        };
        wrong(message, help)
    })
}

/// A length of time: `5m` in one word, or `5` and `minutes`.
pub(super) fn length(number: &str, unit: Option<&str>) -> Result<Length, Wrong> {
    let number = &*in_ascii(number)?;
    let digits = number.len()
        - number
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let (count, glued) = number.split_at_checked(digits).unwrap_or((number, ""));
    if count.is_empty() {
        return Err(wrong(
            format!("`{}` is no length of time", shown(number)),
            "write a whole number and a unit, such as `3 days` or `5m`",
        ));
    }
    let unit = match (glued, unit) {
        ("", Some(unit)) => read_unit(unit)?,
        ("", None) => {
            return Err(wrong(
                format!("`{}` lacks its unit", shown(number)),
                format!("write `{} days` or another unit", shown(number)),
            ));
        }
        (glued, None) => read_unit(glued)?,
        (_, Some(unit)) => {
            return Err(wrong(
                format!("`{} {}` is no length of time", shown(number), shown(unit)),
                "write a whole number and a unit, such as `3 days` or `5m`",
            ));
        }
    };
    sized(count, unit)
}

/// That many of a unit, at most a hundred years.
pub(super) fn sized(count: &str, unit: Unit) -> Result<Length, Wrong> {
    let length = count.parse().ok().map(|count| Length { count, unit });
    length
        .filter(|length| length.duration().is_some())
        .ok_or_else(|| Wrong {
            code: &codes::LIMIT,
            message: Some(format!(
                "a length of {} {} is over a hundred years",
                shown(count),
                unit.word(2)
            )),
            help: "write a shorter one, or leave the question out".to_owned(),
        })
}

impl Unit {
    /// The unit as it is written after a number.
    #[must_use]
    pub fn word(self, count: u32) -> &'static str {
        match (self, count) {
            (Unit::Minute, 1) => "minute",
            (Unit::Minute, _) => "minutes",
            (Unit::Hour, 1) => "hour",
            (Unit::Hour, _) => "hours",
            (Unit::Day, 1) => "day",
            (Unit::Day, _) => "days",
            (Unit::Week, 1) => "week",
            (Unit::Week, _) => "weeks",
        }
    }

    /// The unit's letter, glued to its number.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Unit::Minute => 'm',
            Unit::Hour => 'h',
            Unit::Day => 'd',
            Unit::Week => 'w',
        }
    }
}

/// Hundredths of a percent: at most two decimals, at most 100.
pub(super) fn share(word: &str) -> Result<u16, Wrong> {
    once(word, ascii_share)
}

fn ascii_share(word: &str) -> Result<u16, Wrong> {
    let (whole, part) = word.split_once('.').unwrap_or((word, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return Err(wrong(
            format!("`{}` is no percentage", shown(word)),
            "write it like `25%` or `0.25%`",
        ));
    }
    if part.len() > 2 {
        return Err(wrong(
            format!("`{}%` has more than two decimals", shown(word)),
            "write at most two, such as `0.25%`",
        ));
    }
    let tens = if part.len() == 1 { 10 } else { 1 };
    let whole: Option<u32> = whole.parse().ok().filter(|whole| *whole <= 100);
    let hundredths = whole.map(|whole| whole * 100 + part.parse::<u32>().unwrap_or(0) * tens);
    hundredths
        .filter(|h| *h <= 10_000)
        .and_then(|h| u16::try_from(h).ok())
        .ok_or_else(|| {
            wrong(
                format!("`{}%` is over 100 %", shown(word)),
                "write at most `100%`",
            )
        })
}

/// The text of a closed string, its quotes and escapes taken away.
pub(super) fn string(quoted: &str) -> Result<Box<str>, Wrong> {
    let inner = quoted.strip_prefix('"').and_then(|s| s.strip_suffix('"'));
    let mut out = String::with_capacity(quoted.len());
    let mut chars = inner.unwrap_or_default().chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            (_, true) => match chars.next() {
                Some(escaped @ ('"' | '\\')) => out.push(escaped),
                other => {
                    let other = other.map(String::from).unwrap_or_default();
                    return Err(wrong(
                        format!("strings know no `\\{other}`"),
                        "strings know `\\\"` and `\\\\` only",
                    ));
                }
            },
        }
    }
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T: std::fmt::Debug>(read: Result<T, Wrong>) -> String {
        read.unwrap_err().message.unwrap()
    }

    #[test]
    fn numbers() {
        assert_eq!(int("-1_000"), Ok(-1000));
        assert_eq!(int("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(
            message(int("18446744073709551616")),
            "`18446744073709551616` does not fit in 64 bits"
        );
        for no in ["1__0", "_1", "1_", "1.5", "+1", "", "-", "x"] {
            assert!(int(no).is_err(), "{no}");
        }
    }

    #[test]
    fn values() {
        assert_eq!(bare("none"), Ok(LiteralKind::Name("none".into())));
        assert_eq!(bare("true"), Ok(LiteralKind::Bool(true)));
        assert!(matches!(
            bare("2026-03-01"),
            Ok(LiteralKind::When(When::Date(_)))
        ));
        assert!(matches!(
            bare("2026-03-01T12:00:00+01:00"),
            Ok(LiteralKind::When(When::Moment { .. }))
        ));
        for (no, says) in [
            (
                "unknown",
                "`unknown` is no value that a fact could be compared with",
            ),
            ("DE", "`DE` is no bare name"),
            ("eu-west-1", "`eu-west-1` is no bare name"),
            ("3rd", "`3rd` is no bare name"),
            ("a.b", "`a.b` is a fact, and a value belongs here"),
            ("True", "`True` is written small"),
            ("5m", "`5m` is a length of time, and a value belongs here"),
            ("1.5", "`1.5` is no whole number"),
            ("2026-02-30", "2026-02-30 is not in the calendar"),
            ("2026-2-3", "`2026-2-3` is no date"),
            ("2026-02-30T00:00:00Z", "2026-02-30 is not in the calendar"),
        ] {
            assert_eq!(message(bare(no)), says);
        }
        assert!(message(bare("2026-03-01T12:00:00")).contains("has no zone"));
        assert!(message(bare("2026-03-01T12")).contains("`2026-03-01T12`"));
    }

    #[test]
    fn lengths() {
        let five = Length {
            count: 5,
            unit: Unit::Minute,
        };
        assert_eq!(length("5m", None), Ok(five));
        assert_eq!(length("5minutes", None), Ok(five));
        assert_eq!(length("5", Some("minute")), Ok(five));
        assert!(length("36500d", None).is_ok());
        assert_eq!(
            message(length("36501d", None)),
            "a length of 36501 days is over a hundred years"
        );
        assert!(length("99999999999999999999d", None).is_err());
        assert_eq!(
            message(length("3", Some("months"))),
            "`months` is no unit of time"
        );
        assert_eq!(message(length("30s", None)), "`s` is no unit of time");
        assert_eq!(message(length("3", None)), "`3` lacks its unit");
        assert_eq!(
            message(length("month", None)),
            "`month` is no length of time"
        );
        assert_eq!(
            message(length("3d", Some("days"))),
            "`3d days` is no length of time"
        );
    }

    #[test]
    fn shares() {
        assert_eq!(share("25"), Ok(2500));
        assert_eq!(share("0.25"), Ok(25));
        assert_eq!(share("99.9"), Ok(9990));
        assert_eq!(share("100.00"), Ok(10_000));
        assert_eq!(message(share("100.01")), "`100.01%` is over 100 %");
        assert_eq!(
            message(share("0.125")),
            "`0.125%` has more than two decimals"
        );
        for no in ["", ".5", "5.", "-1", "1_0", "99999999999999999999"] {
            assert!(share(no).is_err(), "{no}");
        }
    }

    #[test]
    fn strings() {
        assert_eq!(string(r#""a \"b\" \\ c""#).as_deref(), Ok(r#"a "b" \ c"#));
        assert_eq!(message(string(r#""a\n""#)), "strings know no `\\n`");
    }
}
