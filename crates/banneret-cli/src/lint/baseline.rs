//! Findings of an old book that are known and not told again: `--baseline` and `--write-baseline`.
//!
//! Neither what guards the truth of banners nor what keeps a book from being understood can be in
//! such a file, and what a hand writes into it hides nothing of that either.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use banneret::{Code, Diagnostic, Sources};
use serde::{Deserialize, Serialize};

use super::is_code;
use crate::failure::{Failure, shown};
use crate::render::{count, printable, say, wrapped};

/// As many entries that nothing matches any more are told one by one.
const TOLD: usize = 8;

/// A baseline file, as `docs/schemas/baseline.json` describes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    banneret: u32,
    findings: Vec<Entry>,
}

/// A finding that is known. All but the fingerprint is for people who read the file, and to refuse
/// it where it must not be there.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) file: Option<String>,
    pub(super) banner: Option<String>,
    pub(super) message: String,
    pub(super) fingerprint: String,
}

/// The findings that are known.
pub(crate) struct Baseline {
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Baseline {
    /// Reads the file, and refuses it where it holds what nothing may hide.
    pub(crate) fn read(path: &Path) -> Result<Baseline, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::read(path, error))?;
        let document: Document = serde_json::from_str(&text).map_err(|error| {
            let error = printable(&error.to_string());
            let path = shown(path);
            Failure::request(format!(
                "{path} is no baseline: {error}; write one with `--write-baseline FILE`"
            ))
        })?;
        if document.banneret != 1 {
            return Err(Failure::request(format!(
                "{} is a baseline of edition {}, and this is banneret for edition 1",
                shown(path),
                document.banneret
            )));
        }
        for entry in &document.findings {
            refuse(entry, path)?;
        }
        Ok(Baseline {
            path: path.to_owned(),
            entries: document.findings,
        })
    }

    /// What is found now as a baseline; of a finding that may not be in one nothing is kept.
    pub(super) fn of(
        path: &Path,
        found: &[Diagnostic],
        fingerprints: &[String],
        sources: &Sources,
    ) -> Baseline {
        let kept = found.iter().zip(fingerprints);
        let kept = kept.filter(|(finding, _)| may_be_kept(finding.code));
        let entry = |(finding, fingerprint): (&Diagnostic, &String)| Entry {
            code: finding.code.id.to_owned(),
            file: sources
                .file(finding.primary.span.file)
                .map(|file| file.name().to_owned()),
            banner: finding.banner.clone(),
            message: finding.message.clone(),
            fingerprint: fingerprint.clone(),
        };
        let mut entries: Vec<_> = kept.map(entry).collect();
        entries.sort();
        Baseline {
            path: path.to_owned(),
            entries,
        }
    }

    /// Only what another baseline holds too.
    pub(super) fn within(mut self, other: &Baseline) -> Baseline {
        let known = other.fingerprints();
        self.entries
            .retain(|entry| known.contains(entry.fingerprint.as_str()));
        self
    }

    pub(super) fn write(&self) -> Result<(), Failure> {
        let document = Document {
            banneret: 1,
            findings: self.entries.clone(),
        };
        let text = serde_json::to_string_pretty(&document)?;
        let written = std::fs::write(&self.path, format!("{text}\n"));
        written.map_err(|error| Failure::write(&self.path, error))?;
        let findings = count(self.entries.len() as u64, "finding");
        say(&format!("{findings} written to {}", shown(&self.path)));
        Ok(())
    }

    fn fingerprints(&self) -> BTreeSet<&str> {
        let entries = self.entries.iter();
        entries.map(|entry| entry.fingerprint.as_str()).collect()
    }

    /// For each finding, whether it is known. What guards the truth never is, nor what keeps the
    /// book from being understood.
    pub(super) fn hides(&self, found: &[Diagnostic], fingerprints: &[String]) -> Vec<bool> {
        let known = self.fingerprints();
        let both = found.iter().zip(fingerprints);
        let hides = |(finding, fingerprint): (&Diagnostic, &String)| {
            may_be_kept(finding.code) && known.contains(fingerprint.as_str())
        };
        both.map(hides).collect()
    }

    /// The entries that nothing matches any more, but those of codes that were not looked for.
    pub(super) fn stale(
        &self,
        fingerprints: &[String],
        is_off: impl Fn(&str) -> bool,
    ) -> Vec<Entry> {
        let found: BTreeSet<_> = fingerprints.iter().map(String::as_str).collect();
        let gone = self
            .entries
            .iter()
            .filter(|entry| !found.contains(entry.fingerprint.as_str()) && !is_off(&entry.code));
        gone.cloned().collect()
    }

    /// Says on standard error what can be deleted from the file.
    pub(super) fn tell_stale(&self, stale: &[Entry]) {
        if stale.is_empty() {
            return;
        }
        let path = shown(&self.path);
        let gone = count(stale.len() as u64, "finding");
        say(&format!(
            "{path} holds {gone} that nothing matches any more:"
        ));
        for entry in stale.iter().take(TOLD) {
            let file = entry.file.as_deref().unwrap_or_default();
            let line = printable(&format!("{} in {file}: {}", entry.code, entry.message));
            say(wrapped("  ", &line, 100).trim_end());
        }
        if let Some(more @ 1..) = stale.len().checked_sub(TOLD) {
            say(&format!("  and {more} more"));
        }
        say(&format!(
            "  `--baseline {path} --write-baseline {path}` takes them out"
        ));
    }
}

/// What is said of a change and not of a book. It is known by the banner, so that a baseline would
/// hide every later change of it too, without the reason that an override has to give.
const OF_A_CHANGE: &str = "BN407";

/// Whether findings of that kind may be in a baseline.
fn may_be_kept(code: &Code) -> bool {
    why_not_kept(code).is_none()
}

fn why_not_kept(code: &Code) -> Option<&'static str> {
    if code.is_contract() {
        Some("guards the truth of what banners say")
    } else if code.firm {
        Some("keeps a rule book from being understood")
    } else if code.id == OF_A_CHANGE {
        Some("is about a change and is overridden with a reason")
    } else {
        None
    }
}

/// Where a finding must not be in a baseline, it is said rather than passed over.
fn refuse(entry: &Entry, path: &Path) -> Result<(), Failure> {
    // A code that this version does not have matches nothing, and is told as that.
    let Ok(code) = is_code(&entry.code) else {
        return Ok(());
    };
    let Some(why) = why_not_kept(code) else {
        return Ok(());
    };
    Err(Failure::request(format!(
        "{} holds a finding of {}, which {why} and cannot be in a baseline: delete it there and \
         mend the rule (`banneret explain {}`)",
        shown(path),
        code.id,
        code.id
    )))
}

/// Says on standard error which findings are not in a baseline that was written, and why.
pub(super) fn tell_left_out(found: &[Diagnostic]) {
    let left = found.iter().filter(|finding| !may_be_kept(finding.code));
    let codes: Vec<_> = left.map(|finding| finding.code.id).collect();
    if codes.is_empty() {
        return;
    }
    let number = count(codes.len() as u64, "finding");
    let codes: BTreeSet<_> = codes.into_iter().collect();
    let codes = codes.into_iter().collect::<Vec<_>>().join(", ");
    let line = format!(
        "{number} of {codes} cannot be in a baseline: mend what guards the truth of banners, or \
         keeps the book from being understood, first{}",
        match codes.contains(OF_A_CHANGE) {
            true => "; what is changed inside a freeze says why, with `allow`",
            false => "",
        }
    );
    say(wrapped("", &line, 100).trim_end());
}

/// Refuses to write where the file would be read as a part of the book.
pub(super) fn refuse_inside(path: &Path, folder: &Path) -> Result<(), Failure> {
    let Some(name) = path.file_name() else {
        return Err(Failure::request(format!("{} is no file", shown(path))));
    };
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let parent = parent.canonicalize();
    let parent = parent.map_err(|error| Failure::write(path, error))?;
    let folder = folder.canonicalize();
    let folder = folder.map_err(|error| Failure::write(path, error))?;
    let Ok(within) = parent.strip_prefix(&folder) else {
        return Ok(());
    };
    let is_hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
    if is_hidden(name) || within.iter().any(is_hidden) {
        return Ok(());
    }
    let hidden = path.with_file_name(format!(".{}", name.to_string_lossy()));
    Err(Failure::request(format!(
        "{} would be a part of the rule book: write it to {}, or outside",
        shown(path),
        shown(&hidden)
    )))
}
