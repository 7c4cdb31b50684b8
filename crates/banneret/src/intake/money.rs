//! Amounts in major units, exactly: the digits are moved, nothing is rounded.

use iso_currency::Currency;
use serde_json::Number;

/// Decimal digits that a 64-bit float always gives back as they were written.
const EXACT_DIGITS: usize = 15;

/// The amount in minor units of a currency, by its exponent in ISO 4217, or why there is none.
pub(super) fn minor(amount: &str, currency: &str) -> Result<i64, String> {
    let code = currency.to_ascii_uppercase();
    let exponent = Currency::from_code(&code).and_then(Currency::exponent);
    let Some(exponent) = exponent.map(usize::from) else {
        return Err("its currency is none of ISO 4217 that has units".into());
    };
    let (sign, digits) = match amount.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", amount),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return Err("an amount in major units is written like `249.00`".into());
    }
    // `249.000` is an amount in thousands to some, so more zeros are refused like other digits.
    let part = if part == "0" { "" } else { part };
    if part.len() > exponent {
        return Err(format!("{code} has {exponent} digits after the point"));
    }
    let moved = format!("{sign}{whole}{part:0<exponent$}");
    moved.parse().map_err(|_| "it is over 64 bits".into())
}

/// An amount in a provider's own smallest unit, which has that many digits after the point, in minor
/// units of the currency.
pub(super) fn from_units(amount: i64, digits: u32, currency: &str) -> Result<i64, String> {
    let exponent = Currency::from_code(currency).and_then(Currency::exponent);
    let Some(exponent) = exponent.map(u32::from) else {
        return Err("its currency is none of ISO 4217 that has units".into());
    };
    let over = || "it is over 64 bits".to_owned();
    let power = |exponent: u32| 10_i64.checked_pow(exponent).ok_or_else(over);
    if digits <= exponent {
        return amount
            .checked_mul(power(exponent - digits)?)
            .ok_or_else(over);
    }
    let unit = power(digits - exponent)?;
    match amount.checked_rem(unit) {
        Some(0) => amount.checked_div(unit).ok_or_else(over),
        _ => Err(format!(
            "{currency} has {exponent} digits after the point, and this has more"
        )),
    }
}

/// A JSON number in digits, where it surely is the number that was written.
pub(super) fn decimal(number: &Number) -> Option<String> {
    if number.is_i64() || number.is_u64() {
        return Some(number.to_string());
    }
    // Display of a float has no exponent and is the shortest that reads back the same.
    let text = number.as_f64()?.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits <= EXACT_DIGITS).then_some(text)
}
