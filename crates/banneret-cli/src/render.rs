//! How findings and tables look on a terminal.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Severity, Origin, Renderer, Snippet,
    normalize_untrusted_str,
};
use banneret::{Diagnostic, Level, Sources, Span};
use banneret_audience::report::Caveats;
pub(crate) use banneret_audience::report::{percent, thousands};

use crate::example;

/// A line that is longer is named but not shown: nobody reads it, and laying it out takes long.
const LONGEST_LINE: usize = 1_000;

/// Findings as text, a blank line between them; `folder` comes before the names of files.
pub(crate) fn findings(
    found: &[Diagnostic],
    sources: &Sources,
    folder: &str,
    coloured: bool,
) -> String {
    let renderer = match coloured {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let mut text = String::new();
    for finding in found {
        let group = group(finding, sources, folder);
        _ = writeln!(text, "{}\n", renderer.render(&[group]));
    }
    text
}

fn group<'a>(finding: &'a Diagnostic, sources: &'a Sources, folder: &str) -> Group<'a> {
    let severity = match finding.level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
    };
    let title = severity
        .primary_title(normalize_untrusted_str(&finding.message))
        .id(finding.code.id);
    let mut group = Group::with_title(title);
    for place in places(finding, sources, folder) {
        group = group.element(place);
    }
    for (name, text) in example::told(finding) {
        group = group.element(Severity::NOTE.with_name(name).message(text));
    }
    for help in &finding.help {
        let help = example::lines(&normalize_untrusted_str(help));
        group = group.element(Severity::HELP.message(help));
    }
    group
}

/// The marked places, one snippet a file, the primary one's first.
fn places<'a>(finding: &'a Diagnostic, sources: &'a Sources, folder: &str) -> Vec<Element<'a>> {
    let mut labels = vec![(AnnotationKind::Primary, &finding.primary)];
    let related = finding.related.iter();
    // What the library requires is told as the requirement; nobody can open its texts.
    let related = related.filter(|label| {
        let file = sources.file(label.span.file);
        finding.requirement.is_none() || !file.is_some_and(|file| is_of_the_library(file.name()))
    });
    labels.extend(related.map(|label| (AnnotationKind::Context, label)));
    let mut files = Vec::new();
    for (_, label) in &labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let mut places = Vec::new();
    for file in files {
        let here = labels.iter().filter(|(_, label)| label.span.file == file);
        let here: Vec<_> = here
            .map(|(kind, label)| (*kind, label.span, label.text.as_str()))
            .collect();
        places.extend(place(&here, sources, folder));
    }
    places
}

fn place<'a>(
    marks: &[(AnnotationKind, Span, &'a str)],
    sources: &'a Sources,
    folder: &str,
) -> Option<Element<'a>> {
    let (_, first, _) = marks.first()?;
    let file = sources.file(first.file)?;
    let path = normalize_untrusted_str(&in_folder(folder, file.name()));
    let position = file.position(first.start);
    let (from, to) = whole_lines(file.text(), marks.iter().map(|(_, span, _)| *span));
    let cut = file.text().get(from..to).unwrap_or_default();
    if cut.is_empty() || cut.lines().any(|line| line.len() > LONGEST_LINE) {
        let origin = Origin::path(path)
            .line(position.line as usize)
            .char_column(position.column as usize);
        return Some(origin.into());
    }
    let line = file.position(u32::try_from(from).unwrap_or(u32::MAX)).line;
    let snippet = Snippet::source(cut).line_start(line as usize).path(path);
    let annotations = marks.iter().map(|(kind, span, text)| {
        let at = |offset: u32| (offset as usize).clamp(from, to) - from;
        let annotation = kind.span(at(span.start)..at(span.end));
        match text.is_empty() {
            true => annotation,
            false => annotation.label(normalize_untrusted_str(text)),
        }
    });
    Some(snippet.annotations(annotations).into())
}

/// From the start of the first line that is marked to the end of the last.
fn whole_lines(text: &str, spans: impl Iterator<Item = Span>) -> (usize, usize) {
    let (mut from, mut to) = (text.len(), 0);
    for span in spans {
        from = from.min(span.start as usize);
        to = to.max(span.end as usize);
    }
    let before = text.get(..from).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let after = text.get(to..).unwrap_or_default();
    let end = after.find('\n').map_or(text.len(), |at| to + at);
    (start, end)
}

/// `<standard>/core.banner`
fn is_of_the_library(name: &str) -> bool {
    name.starts_with('<')
}

/// A file's name as it can be clicked.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    match folder {
        _ if is_of_the_library(name) => name.to_owned(),
        "" | "." => name.to_owned(),
        _ if folder.ends_with('/') => format!("{folder}{name}"),
        _ => format!("{folder}/{name}"),
    }
}

/// Whether colour may be used: a terminal listens, and nobody asked for none (no-color.org).
pub(crate) fn coloured(stream: &impl IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !refused
}

/// A text from outside, without characters that a terminal acts on or that turn the line around.
pub(crate) fn printable(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match hidden(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// `1 account`, `2 accounts`
pub(crate) fn count(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number))
}

/// A text of at most `width` characters; what is longer ends in `…`.
pub(crate) fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        None => text.to_owned(),
        Some(_) => text
            .chars()
            .take(width.saturating_sub(1))
            .chain(['…'])
            .collect(),
    }
}

/// A line on standard error. Where nobody listens there is nothing to be done about it.
pub(crate) fn say(text: &str) {
    _ = writeln!(std::io::stderr(), "{text}");
}

/// A table of aligned columns; those named in `numbers` are right-aligned.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    numbers: Vec<bool>,
}

impl Table {
    /// A heading that ends in `#` is of a column of numbers.
    pub(crate) fn new(headings: &[&str]) -> Table {
        let numbers = headings
            .iter()
            .map(|heading| heading.ends_with('#'))
            .collect();
        let heading = |text: &&str| text.trim_end_matches('#').to_owned();
        Table {
            rows: vec![headings.iter().map(heading).collect()],
            numbers,
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines, each indented.
    pub(crate) fn text(&self, indent: &str) -> String {
        let widths: Vec<usize> = (0..self.numbers.len())
            .map(|column| {
                self.rows
                    .iter()
                    .map(|row| width(row, column))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in self
            .rows
            .iter()
            .filter(|row| row.iter().any(|cell| !cell.is_empty()))
        {
            let mut line = String::from(indent);
            for (column, cell) in row.iter().enumerate() {
                let wanted = widths.get(column).copied().unwrap_or(0);
                let gap = " ".repeat(wanted.saturating_sub(cell.chars().count()));
                match self.numbers.get(column) {
                    Some(true) => _ = write!(line, "{gap}{cell}  "),
                    _ => _ = write!(line, "{cell}{gap}  "),
                }
            }
            _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

fn width(row: &[String], column: usize) -> usize {
    row.get(column).map_or(0, |cell| cell.chars().count())
}

/// What makes counts say less than they seem to; nothing where that is nothing.
pub(crate) fn cautions(caveats: Caveats<'_>, width: usize) -> String {
    let cautions = caveats.cautions().into_iter();
    let lines = cautions.map(|(title, text)| {
        let text = printable(&format!("{title}. {text}"));
        wrapped("! ", &text, width)
    });
    lines.collect()
}

/// A text in lines of at most `width` characters, broken at spaces; the first line begins with
/// `first`, the others with as many spaces.
pub(crate) fn wrapped(first: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(first.chars().count());
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            _ = writeln!(lines, "{line}");
            line.clone_from(&indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    _ = writeln!(lines, "{}", line.trim_end());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(&["who", "how many#"]);
        table.row(["ä".to_owned(), "1".to_owned()]);
        table.row(["longer".to_owned(), "12,345".to_owned()]);
        let wanted = "  who     how many\n  ä              1\n  longer    12,345\n";
        assert_eq!(table.text("  "), wanted);
    }

    #[test]
    fn text_from_outside_cannot_drive_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
    }

    #[test]
    fn long_text_is_wrapped_under_its_beginning() {
        assert_eq!(wrapped("- ", "one two three", 9), "- one two\n  three\n");
    }
}
