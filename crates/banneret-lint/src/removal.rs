//! Taking lines out of a book's text so that what is left looks as if they had never been there.

use banneret::{Edit, Sources, Span};

/// Takes out a field: its lines, and the comment right above it.
pub(crate) fn of_field(sources: &Sources, span: Span) -> Edit {
    let lines = Lines::around(sources, span);
    lines.edit(lines.start, lines.end)
}

/// Takes out an item: its lines, the comment right above it, and the blank lines that kept it
/// apart from the next one, or from the one before where it was the last.
pub(crate) fn of_item(sources: &Sources, span: Span) -> Edit {
    let lines = Lines::around(sources, span);
    let (mut start, mut end) = (lines.start, lines.end);
    while let Some(blank) = lines.next(end).filter(|line| line.trim().is_empty()) {
        end += blank.len();
    }
    if lines.next(end).is_none() {
        while let Some(blank) = lines.before(start).filter(|line| line.trim().is_empty()) {
            start -= blank.len();
        }
    }
    lines.edit(start, end)
}

/// The whole lines of a piece of text, with the comment right above them.
struct Lines<'t> {
    text: &'t str,
    span: Span,
    start: usize,
    end: usize,
}

impl<'t> Lines<'t> {
    fn around(sources: &'t Sources, span: Span) -> Lines<'t> {
        let text = sources.file(span.file).map_or("", |file| file.text());
        let (before, _) = split(text, span.start as usize);
        let written = sources.text(span).trim_end().len();
        let (within, after) = split(text, span.start as usize + written);
        let line = after.split_inclusive('\n').next().unwrap_or_default();
        let mut lines = Lines {
            text,
            span,
            start: before.rfind('\n').map_or(0, |at| at + 1),
            end: within.len() + line.len(),
        };
        let is_comment = |line: &&str| line.trim_start().starts_with('#');
        while let Some(comment) = lines.before(lines.start).filter(is_comment) {
            lines.start -= comment.len();
        }
        lines
    }

    /// The line that ends there.
    fn before(&self, at: usize) -> Option<&'t str> {
        let (before, _) = split(self.text, at);
        before.split_inclusive('\n').next_back()
    }

    /// The line that begins there.
    fn next(&self, at: usize) -> Option<&'t str> {
        let (_, after) = split(self.text, at);
        after.split_inclusive('\n').next()
    }

    fn edit(&self, start: usize, end: usize) -> Edit {
        Edit {
            span: Span::new(self.span.file, start, end),
            text: String::new(),
        }
    }
}

fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}
