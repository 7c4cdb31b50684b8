//! The words that banners use, as far as the engine needs them: which there are, and a hash of
//! each, so that a dismissal counts for the words that were dismissed. Reading Fluent itself is
//! the lint's and the renderer's.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

/// An entry of a Fluent file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// 16 hexadecimal digits of SHA-256 over its lines, trimmed, without comments, blank lines and
    /// the `.kind` attribute, which are no words.
    pub(crate) hash: Box<str>,
    /// The kinds of message that it says it is for: its own `.kind`, and that of every entry whose
    /// words it takes over (`{ other-entry }`), through terms too. More than one is a mistake.
    pub(crate) kinds: BTreeSet<Box<str>>,
    /// Whether it names a kind itself.
    pub(crate) names_kind: bool,
    /// Whether the file has it twice; runtimes keep the first, and a reader sees either.
    pub(crate) is_twice: bool,
}

/// The entries of one locale, by identifier.
pub(crate) type Entries = BTreeMap<Box<str>, Entry>;

#[derive(Default)]
struct Draft<'t> {
    lines: Vec<&'t str>,
    kinds: Vec<&'t str>,
    is_twice: bool,
}

type Drafts<'t> = BTreeMap<&'t str, Draft<'t>>;

/// The entries of a Fluent file, by identifier.
pub(crate) fn entries(text: &str) -> BTreeMap<&str, Entry> {
    finished(&drafts(text), &Drafts::new())
}

/// The entries of a translation. They need not say their kinds: those that the source locale gives
/// to an entry or a term count for its translation, wherever its words are taken over.
pub(crate) fn translations<'t>(text: &'t str, source: &str) -> BTreeMap<&'t str, Entry> {
    finished(&drafts(text), &drafts(source))
}

fn drafts(text: &str) -> Drafts<'_> {
    let mut drafts: BTreeMap<&str, Draft<'_>> = BTreeMap::new();
    let mut current = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.starts_with('#') {
            current = None;
        } else if let Some((id, words)) = begins_entry(line) {
            current = Some(id);
            let is_twice = drafts.contains_key(id);
            let draft = drafts.entry(id).or_default();
            draft.is_twice |= is_twice;
            draft.lines.push(words.trim());
        } else if let Some(draft) = current.and_then(|id| drafts.get_mut(id)) {
            let line = line.trim();
            match kind_of(line) {
                Some(named) => draft.kinds.push(named),
                None if line.is_empty() => {}
                None => draft.lines.push(line),
            }
        }
    }
    drafts
}

fn finished<'t>(drafts: &Drafts<'t>, source: &Drafts<'_>) -> BTreeMap<&'t str, Entry> {
    let messages = drafts.iter().filter(|(id, _)| !id.starts_with('-'));
    let read = messages.map(|(id, draft)| {
        let entry = Entry {
            hash: hash(&draft.lines.join("\n")),
            kinds: kinds(id, [drafts, source]),
            names_kind: !draft.kinds.is_empty(),
            is_twice: draft.is_twice,
        };
        (*id, entry)
    });
    read.collect()
}

/// The kinds that an entry and those whose words it takes over name, in either of two files.
fn kinds(id: &str, files: [&Drafts<'_>; 2]) -> BTreeSet<Box<str>> {
    let mut seen: BTreeSet<Box<str>> = BTreeSet::from([id.into()]);
    let mut left: Vec<Box<str>> = vec![id.into()];
    let mut kinds = BTreeSet::new();
    while let Some(id) = left.pop() {
        for draft in files.iter().filter_map(|drafts| drafts.get(&*id)) {
            kinds.extend(draft.kinds.iter().map(|kind| Box::from(*kind)));
            let text = draft.lines.join("\n");
            let words = inside_braces(&text).into_iter();
            let entries = words.filter(|word| files.iter().any(|drafts| drafts.contains_key(word)));
            for id in entries {
                if seen.insert(id.into()) {
                    left.push(id.into());
                }
            }
        }
    }
    kinds
}

/// The words between braces that may name an entry or a term, `$variables` and quoted texts left
/// out.
fn inside_braces(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$');
    let (mut depth, mut is_quoted, mut start) = (0_usize, false, None);
    let (mut words, mut is_escaped) = (Vec::new(), false);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let counts = depth > 0 && !is_quoted && is_word(c);
        match (start, counts) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.extend(text.get(from..at));
                start = None;
            }
            _ => {}
        }
        // A quotation mark or a backslash behind a backslash ends no quoted text.
        let escaped = is_escaped;
        is_escaped = is_quoted && c == '\\' && !escaped;
        match c {
            '"' if escaped => {}
            '"' if depth > 0 => is_quoted = !is_quoted,
            '\n' => is_quoted = false,
            '{' if !is_quoted => depth += 1,
            '}' if !is_quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words
}

/// An entry begins in column 1 with its identifier and `=`, a term with a `-` before it.
fn begins_entry(line: &str) -> Option<(&str, &str)> {
    let (id, words) = line.split_once('=')?;
    let id = id.trim_end();
    let name = id.strip_prefix('-').unwrap_or(id);
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic());
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
        let kinds = |text, id| entries(text).remove(id).map(|entry: Entry| entry.kinds);
        assert_eq!(kinds(one, "failed"), Some(["payment_failed".into()].into()));
        let bleeding =
            "failed = Sorry\n    .kind = payment_failed\n-brand = Acme\n    .kind = upsell\n";
        assert_eq!(
            kinds(bleeding, "failed"),
            Some(["payment_failed".into()].into())
        );
        assert!(!entries(bleeding).contains_key("-brand"));
        let twice = "failed = Sorry\n    .kind = payment_failed\n    .kind = upsell\n";
        assert_eq!(kinds(twice, "failed").unwrap().len(), 2);
        let taken = "a = { -b }\n    .kind = upsell\n-b = { \"}\" }{ failed }\nfailed = Sorry\n    .kind = payment_failed\n";
        assert_eq!(kinds(taken, "a").unwrap().len(), 2);
        let behind = "a = { \"\\\"\" }{ failed }{ \"\\\\\" }\n    .kind = upsell\nfailed = Sorry\n    .kind = payment_failed\n";
        assert_eq!(kinds(behind, "a").unwrap().len(), 2);
        let source = "failed = Sorry\n    .kind = payment_failed\na = Hello\n    .kind = upsell\n";
        let taken = translations("failed = Leider\na = { failed }\n", source).remove("a");
        assert_eq!(taken.unwrap().kinds.len(), 2);
        let own = translations("failed = Leider\na = Hallo\n", source).remove("a");
        assert_eq!(own.unwrap().kinds, ["upsell".into()].into());
        let again = "a = Sorry\na = Hello\n";
        assert!(entries(again).remove("a").unwrap().is_twice);
    }
}
