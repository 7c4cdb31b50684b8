//! GitLab's code quality report: a subset of the Code Climate format.

use std::io::Write;

use banneret::{Diagnostic, Level};
use serde_json::{Value, json};

use super::{Report, title};
use crate::failure::Failure;
use crate::render::{in_folder, printable};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let findings = report.findings();
    let issues: Vec<_> = findings
        .map(|(finding, fingerprint)| issue(report, finding, fingerprint))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)?;
    Ok(())
}

fn issue(report: &Report<'_>, finding: &Diagnostic, fingerprint: &str) -> Value {
    let place = report.place(finding.primary.span);
    // GitLab shows nothing that has no place.
    let (file, begin, end) = place.map_or_else(
        || {
            (
                in_folder(&super::from_here(report.folder), "banneret.yaml"),
                1,
                1,
            )
        },
        |place| (place.file, place.from.line, place.to.line),
    );
    let help = finding.help.iter().map(|help| format!(" - {help}"));
    json!({
        "description": printable(&format!("{}{}", finding.message, help.collect::<String>())),
        "check_name": title(finding.code),
        "fingerprint": fingerprint,
        "severity": severity(finding),
        "location": {"path": file, "lines": {"begin": begin, "end": end}},
    })
}

fn severity(finding: &Diagnostic) -> &'static str {
    match (finding.code.is_contract(), finding.level) {
        (true, _) => "blocker",
        (false, Level::Error) => "major",
        (false, Level::Warning) => "minor",
    }
}
