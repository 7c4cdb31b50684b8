//! For people.

use std::io::Write;

use super::Report;
use crate::failure::Failure;
use crate::lint::closing;
use crate::render::{self, printable};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let coloured = render::coloured(&std::io::stdout());
    let found = render::findings(&report.found, report.sources, report.folder, coloured);
    write!(out, "{found}")?;
    if let Some((base, diff)) = report.diff {
        writeln!(out, "Compared with {}:\n\n{}", printable(base), diff.text())?;
    }
    writeln!(out, "{}", closed(report))?;
    Ok(())
}

/// The closing line, with what a baseline hides.
pub(super) fn closed(report: &Report<'_>) -> String {
    let line = closing(report.folder, &report.found);
    match &report.baseline {
        None => line,
        Some(hidden) => {
            let findings = render::count(hidden.findings, "finding");
            format!("{line}; {findings} in the baseline")
        }
    }
}
