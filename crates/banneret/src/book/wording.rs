//! The words that banners use, as far as the engine needs them: which there are, and a hash of
//! each, so that a dismissal counts for the words that were dismissed. Reading Fluent itself is
//! the lint's and the renderer's.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// An entry of a Fluent file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// 16 hexadecimal digits of SHA-256 over its lines, trimmed, without comments, blank lines and
    /// the `.kind` attribute, which are no words.
    pub(crate) hash: Box<str>,
    /// The kind of message that it says it is for.
    pub(crate) kind: Option<Box<str>>,
}

/// The entries of a Fluent file, by identifier; of two with one identifier the last counts.
pub(crate) fn entries(text: &str) -> BTreeMap<&str, Entry> {
    let mut entries: BTreeMap<&str, (Vec<&str>, Option<&str>)> = BTreeMap::new();
    let mut current = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.starts_with('#') {
            current = None;
        } else if let Some((id, words)) = begins_entry(line) {
            current = Some(id);
            entries.insert(id, (vec![words.trim()], None));
        } else if let Some((lines, kind)) = current.and_then(|id| entries.get_mut(id)) {
            let line = line.trim();
            match kind_of(line) {
                Some(named) => *kind = Some(named),
                None if line.is_empty() => {}
                None => lines.push(line),
            }
        }
    }
    let read = entries.into_iter().map(|(id, (lines, kind))| {
        let entry = Entry {
            hash: hash(&lines.join("\n")),
            kind: kind.map(Into::into),
        };
        (id, entry)
    });
    read.collect()
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

/// What `.kind = …` names.
fn kind_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(".kind")?.trim_start();
    rest.strip_prefix('=').map(str::trim)
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
        let hash = |text| entries(text).remove("failed").map(|entry| entry.hash);
        assert_eq!(hash(one), hash(two));
        let other = "failed = Your payment of { $amount } failed!\n";
        assert_ne!(hash(one), hash(other));
        let kind = entries(one).remove("failed").and_then(|entry| entry.kind);
        assert_eq!(kind.as_deref(), Some("payment_failed"));
    }
}
