//! The words that banners use, as far as the engine needs them: which there are, and a hash of
//! each, so that a dismissal counts for the words that were dismissed. Reading Fluent itself is
//! the lint's and the renderer's.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// The entries of a Fluent file and the hash of each: 16 hexadecimal digits of SHA-256 over its
/// lines, trimmed, without comments, blank lines and the `.kind` attribute, which are no words.
pub(crate) fn entries(text: &str) -> BTreeMap<&str, Box<str>> {
    let mut entries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut current = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.starts_with('#') {
            current = None;
        } else if let Some((id, words)) = begins_entry(line) {
            current = Some(id);
            entries.insert(id, vec![words.trim()]);
        } else if let Some(lines) = current.and_then(|id| entries.get_mut(id)) {
            let line = line.trim();
            if !line.is_empty() && !is_kind(line) {
                lines.push(line);
            }
        }
    }
    let hashed = entries
        .into_iter()
        .map(|(id, lines)| (id, hash(&lines.join("\n"))));
    hashed.collect()
}

/// An entry begins in column 1 with its identifier and `=`.
fn begins_entry(line: &str) -> Option<(&str, &str)> {
    let (id, words) = line.split_once('=')?;
    let id = id.trim_end();
    let first = id.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (first && rest).then_some((id, words))
}

fn is_kind(line: &str) -> bool {
    let attribute = line.strip_prefix(".kind").map(str::trim_start);
    attribute.is_some_and(|rest| rest.starts_with('='))
}

fn hash(words: &str) -> Box<str> {
    let bytes = Sha256::digest(words.as_bytes());
    let digits = bytes.iter().take(8).map(|byte| format!("{byte:02x}"));
    digits.collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_or_the_kind_changes_no_words() {
        let one = "# note\nfailed = Your payment\n    of { $amount } failed.\n    .kind = payment_failed\n";
        let two = "failed = Your payment\r\n\r\n  of { $amount } failed.\r\n# other\n";
        assert_eq!(entries(one), entries(two));
        let other = "failed = Your payment of { $amount } failed!\n";
        assert_ne!(entries(one), entries(other));
    }
}
