//! What lint found, for people, for programs and for the places where teams look at findings.

mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;

use std::io::Write;
use std::path::Path;

use banneret::{Code, Diagnostic, Position, Sources, Span};

use super::baseline::Entry;
use crate::args::LintFormat;
use crate::diff::Diff;
use crate::example;
use crate::failure::Failure;
use crate::render::{in_folder, printable};

/// What is written.
pub(super) struct Report<'r> {
    /// What is told.
    pub(super) found: Vec<Diagnostic>,
    /// What each is known by.
    pub(super) fingerprints: Vec<String>,
    pub(super) sources: &'r Sources,
    /// The directory of the book, as it was named.
    pub(super) folder: &'r str,
    /// The fingerprint of the book; nothing where it does not load.
    pub(super) book: Option<&'r str>,
    /// What is different from the version that the book is compared with, and how that was named.
    pub(super) diff: Option<(&'r str, &'r Diff<'r>)>,
    /// What a baseline hides.
    pub(super) baseline: Option<Hidden>,
    /// Whether findings of a kind were not looked for.
    pub(super) is_off: &'r dyn Fn(&Code) -> bool,
}

/// What a baseline came to.
pub(super) struct Hidden {
    /// How many findings are not told because of it.
    pub(super) findings: u64,
    /// Its entries that nothing matches any more.
    pub(super) stale: Vec<Entry>,
}

/// A file as it is found from where the command runs, and a piece of it.
struct Place {
    file: String,
    from: Position,
    to: Position,
}

impl Report<'_> {
    pub(super) fn write(&self, format: LintFormat, out: &mut dyn Write) -> Result<(), Failure> {
        match format {
            LintFormat::Text => text::write(self, out),
            LintFormat::Json => json::write(self, out),
            LintFormat::Sarif => sarif::write(self, out),
            LintFormat::Github => github::write(self, out),
            LintFormat::Gitlab => gitlab::write(self, out),
            LintFormat::Junit => junit::write(self, out),
        }
    }

    /// Keeps the findings of which that is true.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Diagnostic) -> bool) {
        let found = std::mem::take(&mut self.found).into_iter();
        let both = found.zip(std::mem::take(&mut self.fingerprints));
        (self.found, self.fingerprints) = both.filter(|(finding, _)| keep(finding)).unzip();
    }

    /// Each finding with what it is known by.
    fn findings(&self) -> impl Iterator<Item = (&Diagnostic, &str)> {
        let fingerprints = self.fingerprints.iter().map(String::as_str);
        self.found.iter().zip(fingerprints)
    }

    /// Where a piece is; nothing for the library's own texts, which nobody can open.
    fn place(&self, span: Span) -> Option<Place> {
        let (name, from, to) = self.sources.locate(span)?;
        let file = in_folder(&from_here(self.folder), name);
        (!name.starts_with('<')).then_some(Place { file, from, to })
    }
}

/// A directory as programs name it that know the files of a repository: without `./`, and seen from
/// where the command runs where it is below.
fn from_here(folder: &str) -> String {
    let path = Path::new(folder);
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    let path = below.unwrap_or_else(|| path.to_owned());
    let plain: std::path::PathBuf = path.components().collect();
    let plain = plain.strip_prefix(".").unwrap_or(&plain);
    plain.to_string_lossy().replace('\\', "/")
}

/// All that is told of a finding beneath its message: requirement, example, what to do.
fn beneath(finding: &Diagnostic) -> Vec<(&'static str, String)> {
    let mut told = example::told(finding);
    let help = finding.help.iter().map(|help| ("help", printable(help)));
    told.extend(help);
    told
}

/// The message and all beneath it, in lines.
fn in_full(finding: &Diagnostic) -> String {
    let mut text = printable(&finding.message);
    for (name, told) in beneath(finding) {
        // A table begins on a line of its own.
        let gap = if told.contains('\n') { "\n" } else { " " };
        text += &format!("\n{name}:{gap}{told}");
    }
    text
}

/// `BN303 redundant-condition`
fn title(code: &Code) -> String {
    format!("{} {}", code.id, code.name)
}
