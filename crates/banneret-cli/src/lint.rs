//! `banneret lint`: the mistakes in a rule book.

use std::collections::BTreeMap;
use std::io::Write;

use banneret::{Code, Counterexample, Diagnostic, Level, Sources};
use banneret_lint::Options;
use serde::Serialize;
use serde_json::json;

use crate::args::{CodeLevel, LintArgs, TextOrJson};
use crate::book::{self, Found};
use crate::diff::Base;
use crate::failure::{Ended, Failure};
use crate::fix;
use crate::render::{self, count, in_folder};

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
    if args.fix || args.unsafe_fixes {
        let wanted = |finding: &Diagnostic| wanted(finding, args);
        fix::run(args.book.as_deref(), &options, args.unsafe_fixes, wanted)?;
    }
    let Found { folder, checked } =
        book::lint(args.book.as_deref(), Some(options.now), options.levels)?;
    let base = args.against.as_deref();
    // What is wrong with the book itself is told even where there is nothing to compare it with.
    let (base, unread) = match base.map(|named| Base::read(named, &folder)) {
        Some(Ok(base)) => (Some(base), None),
        Some(Err(failure)) => (None, Some(failure)),
        None => (None, None),
    };
    let against = base
        .as_ref()
        .and_then(|base| base.against(&folder, checked.book.as_ref()));
    let (weaker, diff) = against.unzip();
    let mut found = checked.diagnostics;
    found.extend(weaker.into_iter().flatten());
    found.sort_by_key(|finding| (finding.primary.span, finding.code.id));
    let loads = checked.book.is_some();
    // Whatever was asked for, nobody is to think that a book which does not load is well.
    found.retain(|finding| wanted(finding, args) || (!loads && finding.is_error()));
    match args.format {
        TextOrJson::Text => {
            let coloured = render::coloured(&std::io::stdout());
            write!(
                out,
                "{}",
                render::findings(&found, &checked.sources, &folder, coloured)
            )?;
            if let Some(diff) = &diff {
                let base = render::printable(args.against.as_deref().unwrap_or_default());
                writeln!(out, "Compared with {base}:\n\n{}", diff.text())?;
            }
            writeln!(out, "{}", closing(&folder, &found))?;
        }
        TextOrJson::Json => {
            let book = checked.book.as_ref().map(|book| book.fingerprint());
            let mut document = as_json(&found, &checked.sources, &folder, book);
            if let Some(diff) = &diff {
                document["diff"] = diff.json();
            }
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)?;
        }
    }
    if let Some(failure) = unread {
        return Err(failure);
    }
    Ok(Ended::with(
        !loads || found.iter().any(Diagnostic::is_error),
    ))
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

/// A finding as `docs/schemas/lint.json` describes it.
#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    name: &'static str,
    level: Level,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    banner: Option<&'a str>,
    message: &'a str,
    help: &'a [String],
    requirement: Option<&'a str>,
    counterexample: Option<&'a Counterexample>,
}

fn as_json(
    found: &[Diagnostic],
    sources: &Sources,
    folder: &str,
    book: Option<&str>,
) -> serde_json::Value {
    let findings: Vec<_> = found
        .iter()
        .map(|one| finding(one, sources, folder))
        .collect();
    let (errors, warnings) = tally(found);
    json!({
        "banneret": 1,
        "book": book,
        "findings": findings,
        "summary": {"errors": errors, "warnings": warnings},
    })
}

fn finding<'a>(finding: &'a Diagnostic, sources: &Sources, folder: &str) -> Finding<'a> {
    let place = sources.locate(finding.primary.span);
    Finding {
        code: finding.code.id,
        name: finding.code.name,
        level: finding.level,
        file: place.map(|(name, ..)| in_folder(folder, name)),
        line: place.map(|(_, from, _)| from.line),
        column: place.map(|(_, from, _)| from.column),
        end_line: place.map(|(.., to)| to.line),
        end_column: place.map(|(.., to)| to.column),
        banner: finding.banner.as_deref(),
        message: &finding.message,
        help: &finding.help,
        requirement: finding.requirement.as_deref(),
        counterexample: finding.counterexample.as_deref(),
    }
}
