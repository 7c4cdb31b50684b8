//! Numbers as people read them.

/// `6,818`
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `22.7 %`; of nothing it is a dash.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    match whole {
        0 => "–".to_owned(),
        #[expect(clippy::cast_precision_loss, reason = "one decimal is printed")]
        _ => format!("{:.1} %", part as f64 * 100.0 / whole as f64),
    }
}

/// `1 account`, `2 accounts`
pub(super) fn accounts(number: u64) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} account{plural}", thousands(number))
}

/// `is` for one, `are` for all others.
pub(super) fn are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 999, 1_000, 6_818, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "6,818", "1,234,567"]);
        assert_eq!(percent(6_818, 30_000), "22.7 %");
        assert_eq!(percent(0, 0), "–");
    }
}
