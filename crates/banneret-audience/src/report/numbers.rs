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

/// `22.7 %`; of nothing it is a dash. Some are never none, and not quite all are never all.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    let (parts, all) = (u128::from(part) * 1_000, u128::from(whole));
    match part {
        _ if whole == 0 => "–".to_owned(),
        0 => "0 %".to_owned(),
        _ if part == whole => "100 %".to_owned(),
        _ if parts < all => "under 0.1 %".to_owned(),
        _ if parts > all * 999 && part < whole => "over 99.9 %".to_owned(),
        _ => {
            let tenths = (parts * 2 + all) / (all * 2);
            format!("{}.{} %", tenths / 10, tenths % 10)
        }
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

    #[test]
    fn some_are_never_none_and_not_all_are_never_all() {
        for (part, whole, shown) in [
            (0, 3_000, "0 %"),
            (1, 3_000, "under 0.1 %"),
            (3, 3_000, "0.1 %"),
            (1, 3, "33.3 %"),
            (2, 3, "66.7 %"),
            (2_997, 3_000, "99.9 %"),
            (2_999, 3_000, "over 99.9 %"),
            (3_000, 3_000, "100 %"),
            (u64::MAX - 1, u64::MAX, "over 99.9 %"),
            (1, u64::MAX, "under 0.1 %"),
        ] {
            assert_eq!(percent(part, whole), shown, "{part} of {whole}");
        }
    }
}
