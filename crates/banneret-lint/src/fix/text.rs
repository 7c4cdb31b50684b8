//! Edits of expressions that leave comments and layout alone.

use banneret::ast::{Expr, ExprKind};
use banneret::{Edit, Sources, Span};

/// A part of an `and` or `or`, with those around it.
pub(crate) struct Among<'e> {
    /// The parts, as they were written.
    pub(crate) parts: Vec<&'e Expr>,
    /// Which of them it is.
    pub(crate) at: usize,
}

/// The edits that take a part out with the `and` or `or` that joins it to its neighbours. Comments
/// stay where they are; a line on which nothing is left goes.
pub(crate) fn without(among: &Among<'_>, sources: &Sources) -> Option<Vec<Edit>> {
    let one = among.parts.get(among.at)?.span;
    let (joint, lies_before) = match among.at {
        0 => (joint(one, among.parts.get(1)?.span, sources)?, false),
        at => (joint(among.parts.get(at - 1)?.span, one, sources)?, true),
    };
    let (first, last) = match lies_before {
        true => (joint, one),
        false => (one, joint),
    };
    let between = Span::new(one.file, first.end as usize, last.start as usize);
    let pieces = match sources.text(between).trim().is_empty() {
        true => vec![first.to(last)],
        // A comment stands between the two.
        false => vec![first, last],
    };
    let cut = |span| Edit {
        span: whole_lines(span, lies_before, sources),
        text: String::new(),
    };
    Some(pieces.into_iter().map(cut).collect())
}

/// The word between two parts.
fn joint(one: Span, other: Span, sources: &Sources) -> Option<Span> {
    let between = Span::new(one.file, one.end as usize, other.start as usize);
    let text = sources.text(between);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or_default();
        let word = code.trim();
        if !word.is_empty() {
            let at = one.end as usize + start + code.find(word)?;
            return Some(Span::new(one.file, at, at + word.len()));
        }
        start += line.len();
    }
    None
}

/// The span with the blanks beside it: with its line, where nothing else stands on it.
fn whole_lines(span: Span, lies_before: bool, sources: &Sources) -> Span {
    let Some(file) = sources.file(span.file) else {
        return span;
    };
    let text = file.text();
    let (start, end) = (span.start as usize, span.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let blank = |c: char| c == ' ' || c == '\t';
    let line_before = before.trim_end_matches(blank);
    let line_after = after.trim_start_matches(blank);
    let begins = line_before.is_empty() || line_before.ends_with('\n');
    let ends = line_after.is_empty() || line_after.starts_with(['\n', '\r']);
    match (begins, ends) {
        // The line goes, with the break before it.
        (true, true) => {
            let kept = line_before.trim_end_matches(['\n', '\r']).len();
            Span::new(span.file, kept, text.len() - line_after.len())
        }
        (false, true) => Span::new(span.file, line_before.len(), text.len() - line_after.len()),
        // What follows moves up to where this stood.
        (_, false) if !lies_before => Span::new(span.file, start, text.len() - line_after.len()),
        (false, false) => Span::new(span.file, line_before.len(), end),
        // A comment moves up to where this stood.
        (true, false) => Span::new(span.file, start, text.len() - line_after.len()),
    }
}

/// The edits that add a condition to an expression with `and`.
pub(crate) fn conjoined(expr: &Expr, condition: &str) -> Vec<Edit> {
    match expr.kind {
        ExprKind::Or(_) => vec![
            insert(expr.span, true, "("),
            insert(expr.span, false, &format!(") and {condition}")),
        ],
        _ => vec![insert(expr.span, false, &format!(" and {condition}"))],
    }
}

fn insert(span: Span, before: bool, text: &str) -> Edit {
    let at = if before { span.start } else { span.end } as usize;
    Edit {
        span: Span::new(span.file, at, at),
        text: text.to_owned(),
    }
}
