//! `banneret test`: the rule book's own cases.

use std::io::Write;

use banneret::CaseResult;
use serde_json::json;

use crate::args::{TestArgs, TextOrJson};
use crate::book;
use crate::failure::{Ended, Failure};
use crate::render::{in_folder, thousands, wrapped};

pub(crate) fn run(args: &TestArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let found = book::check(args.book.as_deref())?;
    let Some(book) = &found.checked.book else {
        return Ok(book::refuted(&found, "tested"));
    };
    let results = book.run_cases();
    let failed = results
        .iter()
        .filter(|result| !result.failures.is_empty())
        .count();
    let place = |result: &CaseResult| {
        let place = book.texts().locate(result.span);
        place.map(|(name, at, _)| (in_folder(&found.folder, name), at.line))
    };
    match args.format {
        TextOrJson::Text => {
            for result in &results {
                let place = place(result).map(|(file, line)| format!("{file}:{line}"));
                write!(out, "{}", told(result, &place.unwrap_or_default()))?;
            }
            writeln!(out, "{}", closing(results.len(), failed))?;
        }
        TextOrJson::Json => {
            let cases = results.iter().map(|result| {
                let place = place(result);
                json!({
                    "name": result.name,
                    "file": place.as_ref().map(|(file, _)| file),
                    "line": place.as_ref().map(|(_, line)| line),
                    "passed": result.failures.is_empty(),
                    "failures": result.failures,
                })
            });
            let cases: Vec<_> = cases.collect();
            let document = json!({
                "banneret": 1,
                "book": book.fingerprint(),
                "cases": cases,
                "summary": {"passed": results.len() - failed, "failed": failed},
            });
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)?;
        }
    }
    Ok(Ended::with(failed > 0))
}

fn told(result: &CaseResult, place: &str) -> String {
    if result.failures.is_empty() {
        return format!("✓ {}\n", result.name);
    }
    let mut text = format!("✗ {}  ({place})\n", result.name);
    for failure in &result.failures {
        text.push_str(&wrapped("    ", failure, 100));
    }
    text
}

/// `43 passed, 0 failed`
pub(crate) fn closing(all: usize, failed: usize) -> String {
    format!(
        "{} passed, {} failed",
        thousands((all - failed) as u64),
        thousands(failed as u64)
    )
}
