//! Annotations of GitHub Actions: workflow commands, a line each.

use std::io::Write;

use banneret::{Diagnostic, Level};

use super::text::closed;
use super::{Report, in_full, title};
use crate::failure::Failure;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for finding in &report.found {
        writeln!(out, "{}", annotation(report, finding))?;
    }
    writeln!(
        out,
        "banneret lint: {}",
        crate::render::printable(&closed(report))
    )?;
    Ok(())
}

fn annotation(report: &Report<'_>, finding: &Diagnostic) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(place) = report.place(finding.primary.span) {
        let (from, to) = (place.from, place.to);
        properties.push(("file", place.file));
        properties.push(("line", from.line.to_string()));
        properties.push(("endLine", to.line.to_string()));
        properties.push(("col", from.column.to_string()));
        // GitHub knows an end of columns on one line only.
        if from.line == to.line {
            properties.push(("endColumn", to.column.to_string()));
        }
    }
    properties.push(("title", title(finding.code)));
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)))
        .collect();
    let message = data(&in_full(finding));
    format!("::{command} {}::{message}", properties.join(","))
}

/// A message as a command carries it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a,b:c%0A\n"), "a%2Cb%3Ac%250A%0A");
    }
}
