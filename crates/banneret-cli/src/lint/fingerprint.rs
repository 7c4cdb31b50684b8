//! What a finding is known by from one run to the next, wherever its lines have gone.

use std::collections::BTreeMap;

use banneret::{Diagnostic, Sources};
use sha2::{Digest as _, Sha256};

/// As many bytes of the hash tell findings apart.
const BYTES: usize = 16;

/// A fingerprint for each finding, in their order.
///
/// It is made of what the author wrote and not of where: code, file, banner, requirement and the
/// marked text, however that is laid out. The message is no part of it, so that better words in a
/// new version change nothing. A banner has its name for itself in a book, so what is said of its
/// rule is known in whichever file that stands. Findings that are equal in all of that are counted
/// through.
pub(super) fn of(found: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut one = |finding: &Diagnostic| {
        let about = about(finding, sources);
        let number = seen.entry(about.clone()).or_default();
        let fingerprint = hash(&format!("{about}{number}"));
        *number += 1;
        fingerprint
    };
    found.iter().map(&mut one).collect()
}

fn about(finding: &Diagnostic, sources: &Sources) -> String {
    let span = finding.primary.span;
    let banner = finding.banner.as_deref().unwrap_or_default();
    let file = sources.file(span.file).map_or("", |file| file.name());
    let file = match !banner.is_empty() && file.ends_with(".banner") {
        true => "",
        false => file,
    };
    let requirement = finding.requirement.as_deref().unwrap_or_default();
    let marked: Vec<_> = sources.text(span).split_whitespace().collect();
    let marked = marked.join(" ");
    // Lengths go in too, so that no two findings run together to one text.
    [finding.code.id, file, banner, requirement, &marked]
        .map(|part| format!("{}:{part}\n", part.len()))
        .concat()
}

fn hash(text: &str) -> String {
    let hash = Sha256::digest(text);
    let bytes = hash.iter().take(BYTES);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
