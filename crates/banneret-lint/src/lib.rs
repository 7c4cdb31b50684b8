//! Proves things about a rule book and says so as diagnostics.

mod asked;
pub mod claims;
mod compare;
mod copy;
mod coverage;
mod days;
mod fix;
mod lint;
mod lints;
mod mutate;
mod payment;
mod removal;
mod sat;
mod tested;
mod uses;

use banneret::{Book, Checked, Code, Diagnostic, Level, Sources, Time};

pub use compare::{Change, Comparison, Group, KindChange, Moved, Presence, compare};

pub use fix::{Applied, Fixed, fix};

pub use coverage::{Condition, Coverage, Covered, coverage};
pub use mutate::{Expectation, Missed, Mutant, Mutants, Outcome, mutate};
pub use uses::RuleName;

use lint::Context;
use lints::{Findings, LINTS};

/// How a book is linted.
#[derive(Clone, Debug)]
pub struct Options {
    /// The moment at which waivers and counterexamples are looked at.
    pub now: Time,
    /// Levels by code that go before those of the manifest; nothing switches a lint off. Those of
    /// the contract group have no effect.
    pub levels: Vec<(String, Option<Level>)>,
}

/// Every kind of finding there is, by code.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    let engine = banneret::codes::all().iter().copied();
    let mut codes: Vec<_> = engine.chain(LINTS.iter().map(|lint| &lint.code)).collect();
    codes.sort_unstable_by_key(|code| code.id);
    codes
}

/// Adds what the lints find in a book that loads, and leaves out what its manifest, the options or
/// its waivers switch off. Nothing switches off what is of the contract group.
#[must_use]
pub fn lint(mut checked: Checked, options: &Options) -> Checked {
    if let Some(book) = &checked.book {
        let context = Context::new(book, &checked.items, &checked.sources, options.now);
        let mut found = Vec::new();
        let levels = book.manifest().lint.iter();
        let asked = |code: &str| options.levels.iter().any(|(asked, _)| asked == code);
        let of_manifest = levels.filter(|level| !asked(&level.code));
        let of_manifest = of_manifest.map(|level| (&*level.code, level.level));
        let of_options = options.levels.iter();
        let of_options = of_options.map(|(code, level)| (code.as_str(), *level));
        let levels: Vec<_> = of_manifest.chain(of_options).collect();
        let is_off =
            |code: &Code| !code.is_contract() && !code.firm && levels.contains(&(code.id, None));
        for lint in LINTS.iter().filter(|lint| !is_off(&lint.code)) {
            (lint.check)(&context, &mut found);
        }
        let of_engine = checked.diagnostics.iter();
        let all = of_engine.chain(&checked.switched_off).chain(&found);
        let of_banners = all.filter_map(|found| Some((found.banner.as_deref()?, found.code.id)));
        let findings = Findings {
            codes: codes(),
            of_banners: of_banners.collect(),
            off: levels
                .iter()
                .filter_map(|(code, level)| level.is_none().then_some(*code))
                .collect(),
        };
        let unused = lints::unused_waivers(&context, &findings);
        found.extend(unused);
        for (code, level) in levels {
            relevel(&mut found, code, level);
        }
        for finding in &mut found {
            without_the_library(finding, &checked.sources);
        }
        checked.diagnostics.extend(found);
    }
    // What the manifest switches off is told to whoever asks for it by its code.
    let asked = options.levels.iter();
    let asked: Vec<_> = asked.map(|(code, _)| code.as_str()).collect();
    let told = |found: &mut Diagnostic| asked.contains(&found.code.id);
    let told = checked.switched_off.extract_if(.., told);
    checked.diagnostics.extend(told);
    for (code, level) in &options.levels {
        relevel(&mut checked.diagnostics, code, *level);
    }
    let place = |found: &Diagnostic| (found.primary.span, found.code.id);
    checked.diagnostics.sort_by_key(place);
    checked.waived(options.now)
}

/// Shows no author a text of the library, which nobody can open, unless as what is required.
fn without_the_library(found: &mut Diagnostic, sources: &Sources) {
    if found.requirement.is_none() {
        found.related.retain(|label| {
            let file = sources.file(label.span.file);
            !file.is_some_and(|file| file.name().starts_with('<'))
        });
    }
}

fn relevel(found: &mut Vec<Diagnostic>, code: &str, level: Option<Level>) {
    let fixed = |finding: &Diagnostic| {
        finding.is_firm() || finding.code.is_contract() || finding.code.id != code
    };
    found.retain_mut(|finding| {
        if let (false, Some(level)) = (fixed(finding), level) {
            finding.level = level;
        }
        fixed(finding) || level.is_some()
    });
}

/// What guards less in the new version of a book than in the old one, as `BN007`. Nothing switches
/// it off. The findings stand in the new book's texts.
#[must_use]
pub fn against(old: &Book, new: &Book) -> Vec<Diagnostic> {
    lints::against(old, new)
}

/// What decides otherwise in the new version of a book than in the old one while now is inside a
/// freeze, as `BN407`: a warning where a banner says why. The findings stand in the new book's
/// texts.
#[must_use]
pub fn frozen(old: &Book, new: &Book, options: &Options) -> Vec<Diagnostic> {
    lints::frozen(old, new, options)
}
