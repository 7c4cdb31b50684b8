//! For programs, as `docs/schemas/lint.json` describes it.

use std::io::Write;

use banneret::{Counterexample, Diagnostic, Edit, Fix, Level, Span};
use serde::Serialize;
use serde_json::{Value, json};

use super::Report;
use crate::failure::Failure;
use crate::lint::tally;
use crate::render::in_folder;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let findings = report.findings();
    let findings: Vec<_> = findings
        .map(|(finding, fingerprint)| of(report, finding, fingerprint))
        .collect();
    let (errors, warnings) = tally(&report.found);
    let mut document = json!({
        "banneret": 1,
        "book": report.book,
        "findings": findings,
        "summary": {"errors": errors, "warnings": warnings},
    });
    if let Some((_, diff)) = report.diff {
        document["diff"] = diff.json();
    }
    if let Some(hidden) = &report.baseline {
        document["baseline"] = json!({"findings": hidden.findings, "stale": hidden.stale});
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

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
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Value>,
    fingerprint: &'a str,
}

fn of<'a>(report: &Report<'_>, finding: &'a Diagnostic, fingerprint: &'a str) -> Finding<'a> {
    let (file, place) = place(report, finding.primary.span).unzip();
    let [line, column, end_line, end_column] = place.map_or([None; 4], |place| place.map(Some));
    Finding {
        code: finding.code.id,
        name: finding.code.name,
        level: finding.level,
        file,
        line,
        column,
        end_line,
        end_column,
        banner: finding.banner.as_deref(),
        message: &finding.message,
        help: &finding.help,
        requirement: finding.requirement.as_deref(),
        counterexample: finding.counterexample.as_deref(),
        fix: finding.fix.as_deref().map(|fix| fix_of(report, fix)),
        fingerprint,
    }
}

/// The file's name as it can be clicked; line, column, last line and the column after the last.
fn place(report: &Report<'_>, span: Span) -> Option<(String, [u32; 4])> {
    let (name, from, to) = report.sources.locate(span)?;
    let place = [from.line, from.column, to.line, to.column];
    Some((in_folder(report.folder, name), place))
}

fn fix_of(report: &Report<'_>, fix: &Fix) -> Value {
    let edit = |edit: &Edit| {
        let (file, [line, column, end_line, end_column]) = place(report, edit.span)?;
        Some(json!({
            "file": file,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "text": edit.text,
        }))
    };
    let edits: Vec<_> = fix.edits.iter().filter_map(edit).collect();
    json!({"title": fix.title, "safe": fix.is_safe, "edits": edits})
}
