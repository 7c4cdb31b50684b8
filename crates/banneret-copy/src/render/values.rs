//! Numbers, money, moments and lists, as a locale writes them; by ICU4X and the CLDR.

use std::borrow::Cow;

use banneret::Time;
use fixed_decimal::Decimal;
use fluent_bundle::types::FluentType;
use fluent_bundle::{FluentArgs, FluentValue};
use icu_datetime::input::{Date, DateTime, Time as TimeOfDay};
use icu_datetime::{DateTimeFormatter, fieldsets};
use icu_decimal::DecimalFormatter;
use icu_experimental::dimension::currency::CurrencyType;
use icu_experimental::dimension::currency::formatter::CurrencyFormatter;
use icu_list::ListFormatter;
use icu_locale_core::Locale;
use intl_memoizer::Memoizable;
use jiff::tz::TimeZone;

/// An amount of money.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Money {
    amount: Decimal,
    /// Whether it is no whole number of the currency's units.
    has_coins: bool,
    code: String,
}

/// A moment, as a clock on the viewer's wall shows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    at: jiff::Timestamp,
    zone: TimeZone,
    with_time: bool,
}

/// Several things.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct List(pub(super) Vec<String>);

impl Money {
    /// An amount in minor units of that currency (ISO 4217), if it is one.
    pub(super) fn of(minor: i64, code: &str) -> Option<Money> {
        let digits = iso_currency::Currency::from_code(code)?.exponent()?;
        let mut amount = Decimal::from(minor);
        amount.multiply_pow10(-i16::try_from(digits).ok()?);
        let unit = 10_i64.checked_pow(digits.into())?;
        Some(Money {
            amount,
            has_coins: minor % unit != 0,
            code: code.to_owned(),
        })
    }

    fn written(&self, locale: &Locale) -> Option<String> {
        let currency = CurrencyType::try_from_str(&self.code).ok()?;
        let formatter =
            CurrencyFormatter::try_new_symbol(locale.into(), currency, Default::default()).ok()?;
        let written = formatter.format_fixed_decimal(&self.amount).to_string();
        let number = DecimalFormatter::try_new(locale.into(), Default::default()).ok()?;
        let exact = number.format(&self.amount).to_string();
        // Where a locale leaves out the small coins of a currency, an amount that has some would be
        // told wrongly.
        Some(match self.has_coins && !written.contains(&exact) {
            true => format!("{exact}\u{a0}{}", self.code),
            false => written,
        })
    }
}

impl Moment {
    pub(super) fn of(time: Time, zone: &TimeZone) -> Moment {
        let at = jiff::Timestamp::from_microsecond(time.as_unix_micros());
        Moment {
            at: at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            zone: zone.clone(),
            with_time: false,
        }
    }

    fn written(&self, locale: &Locale) -> Option<String> {
        let at = self.zone.to_datetime(self.at);
        let (date, time) = (at.date(), at.time());
        let at = |part: i8| u8::try_from(part).unwrap_or_default();
        let date = Date::try_new_iso(date.year().into(), at(date.month()), at(date.day())).ok()?;
        let time = TimeOfDay::try_new(at(time.hour()), at(time.minute()), 0, 0).ok()?;
        let at = DateTime { date, time };
        let days = fieldsets::YMD::long();
        Some(match self.with_time {
            true => DateTimeFormatter::try_new(locale.into(), days.with_time_hm())
                .ok()?
                .format(&at)
                .to_string(),
            false => DateTimeFormatter::try_new(locale.into(), days)
                .ok()?
                .format(&at)
                .to_string(),
        })
    }
}

impl List {
    fn written(&self, locale: &Locale) -> Option<String> {
        let formatter = ListFormatter::try_new_and(locale.into(), Default::default()).ok()?;
        Some(formatter.format(self.0.iter()).to_string())
    }
}

/// What one of Fluent's own types needs to be written: the locale, which only what is kept for it
/// is told.
struct Language(Locale);

impl Memoizable for Language {
    type Args = ();
    type Error = icu_locale_core::ParseError;

    fn construct(language: unic_langid::LanguageIdentifier, (): ()) -> Result<Self, Self::Error> {
        language.to_string().parse().map(Language)
    }
}

macro_rules! written_by_locale {
    ($($kind:ty),*) => {$(
        impl FluentType for $kind {
            fn duplicate(&self) -> Box<dyn FluentType + Send> {
                Box::new(self.clone())
            }

            fn as_string(&self, intls: &intl_memoizer::IntlLangMemoizer) -> Cow<'static, str> {
                let written = intls.with_try_get::<Language, _, _>((), |language| {
                    self.written(&language.0)
                });
                written.ok().flatten().unwrap_or_default().into()
            }

            fn as_string_threadsafe(
                &self,
                intls: &intl_memoizer::concurrent::IntlLangMemoizer,
            ) -> Cow<'static, str> {
                let written = intls.with_try_get::<Language, _, _>((), |language| {
                    self.written(&language.0)
                });
                written.ok().flatten().unwrap_or_default().into()
            }
        }

        impl From<$kind> for FluentValue<'static> {
            fn from(value: $kind) -> FluentValue<'static> {
                FluentValue::Custom(Box::new(value))
            }
        }
    )*};
}

written_by_locale!(Money, Moment, List);

/// Writes a plain number.
pub(super) fn number(
    value: &FluentValue<'_>,
    intls: &intl_memoizer::concurrent::IntlLangMemoizer,
) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let decimal: Decimal = number.as_string().parse().ok()?;
    let written = intls.with_try_get::<Language, _, _>((), |language| {
        let formatter = DecimalFormatter::try_new((&language.0).into(), Default::default()).ok()?;
        Some(formatter.format(&decimal).to_string())
    });
    written.ok().flatten()
}

/// What stands for a moment that cannot be told. Fluent would write the function's name among the
/// words, and report no error; this is no character, so no words hold it.
pub(super) const UNTOLD: &str = "\u{ffff}";

/// `DATETIME($x, timeStyle: "short")`: a moment with its time of day. Without a style of time, or
/// with no `DATETIME` around it, a moment is told as its date. With `timeZone: "UTC"`, or another, it
/// is told as of there: the end of a card's month is the same day for everybody.
pub(super) fn date_time<'a>(given: &[FluentValue<'a>], named: &FluentArgs<'_>) -> FluentValue<'a> {
    let Some(FluentValue::Custom(value)) = given.first() else {
        return FluentValue::from(UNTOLD);
    };
    let Some(moment) = value.as_ref().as_any().downcast_ref::<Moment>() else {
        return FluentValue::from(UNTOLD);
    };
    let zone = match named.get("timeZone") {
        None => Some(moment.zone.clone()),
        Some(FluentValue::String(name)) => TimeZone::get(name).ok(),
        Some(_) => None,
    };
    match zone {
        Some(zone) => FluentValue::Custom(Box::new(Moment {
            zone,
            with_time: named.get("timeStyle").is_some(),
            ..moment.clone()
        })),
        None => FluentValue::from(UNTOLD),
    }
}
