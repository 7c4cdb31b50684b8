//! `banneret lint`: the mistakes in a rule book.

mod baseline;
mod fingerprint;
mod formats;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use banneret::{Book, Checked, Code, Diagnostic, Level, Span};
use banneret_lint::Options;

pub(crate) use self::baseline::Baseline;
use self::formats::{Hidden, Report};
use crate::args::{CodeLevel, LintArgs};
use crate::book::{self, Found};
use crate::diff::Base;
use crate::failure::{Ended, Failure};
use crate::fix;
use crate::render::{self, count};

pub(crate) fn run(args: &LintArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    args.select
        .iter()
        .try_for_each(|code| is_code(code).map(drop))?;
    args.ignore.iter().try_for_each(|code| may_ignore(code))?;
    args.levels.iter().try_for_each(may_level)?;
    // What is said last of a code counts.
    let levels = args.levels.iter();
    let levels: BTreeMap<_, _> = levels.map(|one| (one.code.clone(), one.level)).collect();
    let options = Options {
        now: book::now(args.now),
        levels: levels.into_iter().collect(),
    };
    let known = args.baseline.as_deref().map(Baseline::read).transpose()?;
    if let Some(path) = &args.write_baseline {
        baseline::refuse_inside(path, &book::find(args.book.as_deref())?)?;
    }
    if args.fix || args.unsafe_fixes {
        let wanted = |finding: &Diagnostic| wanted(finding, args);
        fix::run(args.book.as_deref(), &options, args.unsafe_fixes, wanted)?;
    }
    let levels = options.levels.clone();
    let Found { folder, checked } = book::lint(args.book.as_deref(), Some(options.now), levels)?;
    let base = args.against.as_deref();
    // What is wrong with the book itself is told even where there is nothing to compare it with.
    let (base, unread) = match base.map(|named| Base::read(named, &folder)) {
        Some(Ok(base)) => (Some(base), None),
        Some(Err(failure)) => (None, Some(failure)),
        None => (None, None),
    };
    let against = base
        .as_ref()
        .and_then(|base| base.against(&folder, checked.book.as_ref(), &options));
    let (weaker, diff) = against.unzip();
    let mut found = checked.diagnostics;
    found.extend(weaker.into_iter().flatten());
    found.sort_by_key(in_order);
    let fingerprints = fingerprint::of(&found, &checked.sources);
    let is_off = |code: &Code| is_off(code, args, checked.book.as_ref());
    let mut report = Report {
        found,
        fingerprints,
        sources: &checked.sources,
        folder: &folder,
        book: checked.book.as_ref().map(Book::fingerprint),
        diff: args.against.as_deref().zip(diff.as_ref()),
        baseline: None,
        is_off: &is_off,
    };
    without_the_known(&mut report, known, args)?;
    let loads = report.book.is_some();
    // Whatever was asked for, nobody is to think that a book which does not load is well.
    report.retain(|finding| wanted(finding, args) || (!loads && finding.is_error()));
    report.write(args.format, out)?;
    if let Some(failure) = unread {
        return Err(failure);
    }
    Ok(Ended::with(
        !loads || report.found.iter().any(Diagnostic::is_error),
    ))
}

/// Takes out what the baseline knows, having written one where that is asked for.
fn without_the_known(
    report: &mut Report<'_>,
    known: Option<Baseline>,
    args: &LintArgs,
) -> Result<(), Failure> {
    let known = match &args.write_baseline {
        None => known,
        Some(path) => Some(written(report, known, path)?),
    };
    let Some(known) = known else { return Ok(()) };
    let is_known = known.hides(&report.found, &report.fingerprints);
    // Of a book that does not load most kinds of findings were not looked for.
    let stale = match report.book {
        Some(_) => known.stale(&report.fingerprints, |code| {
            let off = args.levels.iter().rfind(|one| one.code == code);
            off.is_some_and(|one| one.level.is_none())
        }),
        None => Vec::new(),
    };
    known.tell_stale(&stale);
    let mut is_known = is_known.into_iter();
    let mut hidden = 0;
    report.retain(|finding| {
        let is_known = is_known.next() == Some(true);
        hidden += u64::from(is_known && wanted(finding, args));
        !is_known
    });
    report.baseline = Some(Hidden {
        findings: hidden,
        stale,
    });
    Ok(())
}

/// Takes out of what was found what a baseline knows; how many findings that were.
pub(crate) fn take_out_the_known(checked: &mut Checked, known: &Baseline) -> u64 {
    let mut found = std::mem::take(&mut checked.diagnostics);
    found.sort_by_key(in_order);
    let fingerprints = fingerprint::of(&found, &checked.sources);
    let is_known = known.hides(&found, &fingerprints);
    if checked.book.is_some() {
        known.tell_stale(&known.stale(&fingerprints, |_| false));
    }
    let both = found.into_iter().zip(is_known);
    let (hidden, told): (Vec<_>, Vec<_>) = both.partition(|(_, is_known)| *is_known);
    checked.diagnostics = told.into_iter().map(|(finding, _)| finding).collect();
    hidden.len() as u64
}

/// The order in which findings are told, and in which equal ones are counted through.
fn in_order(finding: &Diagnostic) -> (Span, &'static str) {
    (finding.primary.span, finding.code.id)
}

/// A baseline of what was found, written to that file.
fn written(report: &Report<'_>, known: Option<Baseline>, path: &Path) -> Result<Baseline, Failure> {
    let (found, sources) = (&report.found, report.sources);
    let now = Baseline::of(path, found, &report.fingerprints, sources);
    if report.book.is_none() {
        let errors: Vec<_> = found.iter().filter(|one| one.is_firm()).cloned().collect();
        book::tell(&errors, sources, report.folder);
        return Err(Failure::Refuted {
            book: report.folder.to_owned(),
            errors: count(errors.len() as u64, "error"),
            done: "written",
        });
    }
    let now = match &known {
        Some(known) => now.within(known),
        None => now,
    };
    now.write()?;
    baseline::tell_left_out(found);
    Ok(now)
}

/// Whether findings of that kind are not told, because somebody switched them off.
fn is_off(code: &Code, args: &LintArgs, book: Option<&Book>) -> bool {
    if code.is_contract() {
        return false;
    }
    let named = |codes: &[String]| codes.iter().any(|named| named == code.id);
    let asked = args.levels.iter().rfind(|one| one.code == code.id);
    let manifest = book.and_then(|book| {
        let mut levels = book.manifest().lint.iter();
        levels.rfind(|one| *one.code == *code.id)
    });
    let level = match (asked, manifest) {
        (Some(asked), _) => asked.level.is_none(),
        (None, Some(manifest)) => manifest.level.is_none(),
        (None, None) => false,
    };
    let unwanted = (!args.select.is_empty() && !named(&args.select)) || named(&args.ignore);
    unwanted || (level && !code.firm)
}

fn is_code(code: &str) -> Result<&'static Code, Failure> {
    let codes = banneret_lint::codes();
    if let Some(known) = codes.iter().find(|known| known.id == code) {
        return Ok(known);
    }
    let ids = || codes.iter().map(|known| known.id);
    let near = banneret::nearest(&code.to_ascii_uppercase(), ids());
    let near = near.map_or_else(
        || format!("there are {}", ids().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Failure::request(format!(
        "`{}` is no lint code: {near}",
        render::printable(code)
    )))
}

/// Whoever wants to silence one of these is told that it cannot be, rather than left to wonder.
fn may_ignore(code: &str) -> Result<(), Failure> {
    match is_code(code)?.is_contract() {
        true => Err(always_an_error(code, &format!("--ignore {code}"))),
        false => Ok(()),
    }
}

fn may_level(wanted: &CodeLevel) -> Result<(), Failure> {
    let code = is_code(&wanted.code)?;
    let word = match wanted.level {
        Some(Level::Error) => return Ok(()),
        Some(Level::Warning) => "warning",
        None => "off",
    };
    let option = format!("--level {}={word}", code.id);
    if code.is_contract() {
        return Err(always_an_error(code.id, &option));
    }
    if code.firm {
        return Err(Failure::request(format!(
            "`{option}` cannot be: a rule book with it cannot be understood, so it is always an \
             error (`banneret explain {}`)",
            code.id
        )));
    }
    Ok(())
}

fn always_an_error(code: &str, option: &str) -> Failure {
    Failure::request(format!(
        "`{option}` cannot be: {code} guards the truth of what banners say, so it is always shown \
         and always an error; mend the rule instead (`banneret explain {code}`)"
    ))
}

/// What guards the truth is shown whatever was asked for.
fn wanted(finding: &Diagnostic, args: &LintArgs) -> bool {
    let named = |codes: &[String]| codes.iter().any(|code| code == finding.code.id);
    finding.code.is_contract()
        || ((args.select.is_empty() || named(&args.select)) && !named(&args.ignore))
}

/// `rules: 2 errors, 1 warning`
pub(crate) fn closing(folder: &str, found: &[Diagnostic]) -> String {
    let (errors, warnings) = tally(found);
    match (errors, warnings) {
        (0, 0) => format!("{folder}: no errors, no warnings"),
        _ => format!(
            "{folder}: {}, {}",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    }
}

pub(crate) fn tally(found: &[Diagnostic]) -> (u64, u64) {
    let errors = found.iter().filter(|finding| finding.is_error()).count() as u64;
    (errors, found.len() as u64 - errors)
}
