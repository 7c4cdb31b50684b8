//! `banneret lint`: the mistakes in a rule book.

use std::io::Write;

use banneret::{Diagnostic, Level, Sources};
use serde::Serialize;
use serde_json::json;

use crate::args::{LintArgs, TextOrJson};
use crate::book::{self, Found};
use crate::failure::{Ended, Failure};
use crate::render::{self, count, in_folder, say};

/// The finding that nothing hides: a banner that could tell an untruth.
const NEVER_HIDDEN: &str = "BN001";

pub(crate) fn run(args: &LintArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    args.select
        .iter()
        .chain(&args.ignore)
        .try_for_each(|code| is_code(code))?;
    let Found { folder, checked } = book::check(args.book.as_deref())?;
    let checked = checked.waived(book::now(args.now));
    let mut found = checked.diagnostics;
    found.retain(|finding| wanted(finding, args));
    match args.format {
        TextOrJson::Text => {
            let coloured = render::coloured(&std::io::stdout());
            write!(
                out,
                "{}",
                render::findings(&found, &checked.sources, &folder, coloured)
            )?;
            writeln!(out, "{}", closing(&folder, &found))?;
        }
        TextOrJson::Json => {
            let book = checked.book.as_ref().map(|book| book.fingerprint());
            serde_json::to_writer_pretty(
                &mut *out,
                &as_json(&found, &checked.sources, &folder, book),
            )?;
            writeln!(out)?;
        }
    }
    let shown = found.iter().any(Diagnostic::is_error);
    if checked.book.is_none() && !shown {
        say(&format!(
            "{folder} does not load: it has errors of codes that are not shown here; \
             `banneret lint` without --select and --ignore tells them"
        ));
    }
    Ok(Ended::with(shown || checked.book.is_none()))
}

fn is_code(code: &str) -> Result<(), Failure> {
    let ids = || banneret::codes::all().iter().map(|known| known.id);
    if ids().any(|id| id == code) {
        return Ok(());
    }
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

fn wanted(finding: &Diagnostic, args: &LintArgs) -> bool {
    let named = |codes: &[String]| codes.iter().any(|code| code == finding.code.id);
    finding.code.id == NEVER_HIDDEN
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
    }
}
