//! One canonical layout. Comments stay: on a line of their own before what they stood before, or
//! at the end of the line whose end they stood at.

use super::ast::{Expr, ExprKind, Field, Item, Literal, Test};
use super::cut::{self, Cut};
use super::fields::{self, Value};
use super::print::Short;
use super::scan::Token;
use super::words::ItemKind;
use super::{Place, items, open};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// Lines are no longer than this, where they can be broken.
const WIDTH: usize = 88;
/// Fields stand so far in.
const INDENT: usize = 2;
/// A banner's values begin so far in.
const VALUES: usize = 13;

/// The text of a `.banner` file in its canonical layout: the same meaning, the same comments, LF,
/// no byte order mark. Formatting twice changes nothing more.
///
/// # Errors
///
/// A text with mistakes is left alone, and they are given.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut text = once(Place { file, base: 0 }, text, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    // A comment that had to leave an expression may let it fit on one line.
    for _ in 0..3 {
        let next = once(Place { file, base: 0 }, &text, &mut found);
        if !found.is_empty() || next == text {
            break;
        }
        text = next;
    }
    Ok(text)
}

fn once(place: Place, text: &str, found: &mut Vec<Diagnostic>) -> String {
    let tokens = open(place, text, found).unwrap_or_default();
    let cuts = cut::cut(place, text, &tokens, found);
    for item in &cuts {
        items::item(place, item, found);
    }
    if !found.is_empty() {
        return String::new();
    }
    let mut layout = Layout {
        text,
        comments: tokens.iter().filter(|t| t.is_comment()).collect(),
        taken: 0,
        limit: usize::MAX,
        lines: Vec::new(),
    };
    for (at, item) in cuts.iter().enumerate() {
        let next = cuts
            .get(at + 1)
            .map_or(usize::MAX, |next| next.keyword.start);
        layout.item(item, next);
    }
    layout.leading(None);
    layout.finish()
}

/// An item in its canonical layout, without a line break at its end.
pub(super) fn item(item: &Item) -> String {
    let (word, name, doc, fields) = match item {
        Item::Segment(s) => ("segment", &s.name, &s.doc, Vec::new()),
        Item::Message(m) => ("message", &m.name, &m.doc, items::message_fields(m)),
        Item::Banner(b) => ("banner", &b.name, &b.doc, items::banner_fields(b)),
    };
    let doc = doc.iter().flat_map(|doc| doc.split('\n'));
    let mut lines: Vec<String> = doc
        .map(|line| format!("# {line}").trim_end().to_owned())
        .collect();
    match item {
        Item::Segment(segment) => {
            let audience = segment.audience.as_ref().map(Expr::to_string);
            lines.push(format!("{word} {name}: {}", audience.unwrap_or_default()));
        }
        _ => lines.push(format!("{word} {name}:")),
    }
    for (field, value) in fields {
        lines.push(format!("  {} {value}", label(field)));
    }
    let raw = lines.join("\n");
    let text = format(FileId(0), &raw).unwrap_or(raw);
    text.trim_end().to_owned()
}

fn label(field: Field) -> &'static str {
    match field {
        Field::Review => "review by",
        _ => field.keyword(),
    }
}

struct Line {
    indent: usize,
    text: String,
    comment: bool,
}

struct Layout<'a, 't> {
    text: &'t str,
    comments: Vec<&'a Token<'t>>,
    /// How many comments have been laid out.
    taken: usize,
    /// Where the group ends that is being laid out: comments beyond are not of its lines.
    limit: usize,
    lines: Vec<Line>,
}

impl<'a, 't> Layout<'a, 't> {
    fn finish(self) -> String {
        let mut out = String::with_capacity(self.text.len());
        for line in self.lines {
            out.extend(std::iter::repeat_n(
                ' ',
                if line.text.is_empty() { 0 } else { line.indent },
            ));
            out.push_str(&line.text);
            out.push('\n');
        }
        out
    }

    fn push(&mut self, indent: usize, text: impl Into<String>) {
        self.lines.push(Line {
            indent,
            text: text.into(),
            comment: false,
        });
    }

    fn blank(&mut self) {
        if !self.lines.is_empty() {
            self.push(0, "");
        }
    }

    fn pending(&self) -> Option<&'a Token<'t>> {
        self.comments.get(self.taken).copied()
    }

    fn comment(&mut self, indent: usize, token: &Token) {
        let text = token.text.trim_end().to_owned();
        self.lines.push(Line {
            indent,
            text,
            comment: true,
        });
        self.taken += 1;
    }

    /// Comments that stand before that place, on lines of their own.
    fn comments_before(&mut self, place: usize, indent: usize) {
        while let Some(token) = self.pending().filter(|token| token.start < place) {
            self.comment(indent, token);
        }
    }

    fn has_comment_before(&self, place: usize) -> bool {
        self.pending().is_some_and(|token| token.start < place)
    }

    /// The comment that ends the line on which something ends, put at the end of the last line.
    fn trailing(&mut self, end: usize) {
        let Some(token) = self.pending().filter(|token| token.start >= end) else {
            return;
        };
        let between = self.text.get(end..token.start).unwrap_or("\n");
        let own = between
            .split([' ', '\t', ')', ',', ':'])
            .all(|w| matches!(w, "" | "and" | "or"));
        if !own || token.start >= self.limit {
            return;
        }
        if let Some(line) = self.lines.last_mut() {
            line.text.push_str("  ");
            line.text.push_str(token.text.trim_end());
            self.taken += 1;
        }
    }

    /// The comments before an item, or at the end of the file: blank lines between them stay.
    fn leading(&mut self, keyword: Option<&Token>) {
        let place = keyword.map_or(usize::MAX, |keyword| keyword.start);
        if self.has_comment_before(place) || keyword.is_some() {
            self.blank();
        }
        let mut last: Option<&Token> = None;
        while let Some(token) = self.pending().filter(|token| token.start < place) {
            // Only lines in column 1 are documentation, and must not become it by moving there.
            if last.is_some_and(|last| token.line > last.line + 1 || token.flush != last.flush) {
                self.blank();
            }
            last = Some(token);
            self.comment(0, token);
        }
        if let (Some(last), Some(keyword)) = (last, keyword)
            && (keyword.line > last.line + 1 || !last.flush)
        {
            self.blank();
        }
    }

    fn item(&mut self, item: &cut::Item<'t>, next: usize) {
        self.leading(Some(&item.keyword));
        let name = item.name.map_or("", |name| name.text);
        let head = format!("{} {name}:", item.kind.word());
        match (item.kind, item.fields.first()) {
            (ItemKind::Segment, Some(body)) => self.segment(head, item, body),
            _ => {
                self.push(0, head);
                self.trailing(header_end(item));
                for field in &item.fields {
                    self.field(item, field);
                }
            }
        }
        let own = self
            .comments
            .iter()
            .skip(self.taken)
            .take_while(|token| token.start < next);
        let indented = own
            .filter(|token| !token.flush)
            .last()
            .map(|token| token.start + 1);
        self.comments_before(indented.unwrap_or(0), INDENT);
    }

    fn segment(&mut self, head: String, item: &cut::Item<'t>, body: &Cut<'t>) {
        let mut nothing = Vec::new();
        let place = Place {
            file: FileId(0),
            base: 0,
        };
        let Some(expr) = fields::expression(place, self.text, &body.tokens, &mut nothing) else {
            return;
        };
        let line = format!("{head} {expr}");
        if !self.has_comment_before(item.end) && line.chars().count() <= WIDTH {
            self.push(0, line);
        } else {
            self.push(0, head);
            self.trailing(header_end(item));
            self.expression(&expr, INDENT);
        }
        self.trailing(item.end);
    }

    fn field(&mut self, item: &cut::Item<'t>, cut: &Cut<'t>) {
        let (Some(field), Some(first), Some(last)) =
            (cut.field, cut.tokens.first(), cut.tokens.last())
        else {
            return;
        };
        self.comments_before(first.start, INDENT);
        let label = match item.kind {
            ItemKind::Banner => format!("  {:<width$}", label(field), width = VALUES - INDENT),
            _ => format!("  {} ", label(field)),
        };
        let mut nothing = Vec::new();
        let place = Place {
            file: FileId(0),
            base: 0,
        };
        let from = self.lines.len();
        match fields::value(field, place, self.text, &cut.tokens, &mut nothing) {
            Some(Value::Expression(expr)) => self.wrapped(&expr, label.len(), last.end()),
            Some(value) => self.push(label.len(), value.to_string()),
            None => return,
        }
        self.trailing(last.end());
        // Comments that had to leave the first operand stand before the field.
        let own = self.lines.iter_mut().skip(from);
        for line in own {
            if !line.comment {
                line.text.insert_str(0, &label);
                line.indent = 0;
                break;
            }
            line.indent = INDENT;
        }
    }

    /// On one line where it fits and nothing stands inside.
    fn wrapped(&mut self, expr: &Expr, indent: usize, end: usize) {
        let line = expr.to_string();
        if !self.has_comment_before(end) && indent + line.chars().count() <= WIDTH {
            self.push(indent, line);
        } else {
            self.expression(expr, indent);
        }
    }

    /// One operand a line.
    fn expression(&mut self, expr: &Expr, indent: usize) {
        self.operands(expr, indent, "");
    }

    fn operands(&mut self, expr: &Expr, indent: usize, prefix: &str) {
        let (operands, word) = match &expr.kind {
            ExprKind::And(operands) => (operands, "and "),
            ExprKind::Or(operands) => (operands, "or "),
            _ => return self.operand(expr, indent, prefix),
        };
        for (at, operand) in operands.iter().enumerate() {
            self.operands(operand, indent, if at == 0 { prefix } else { word });
        }
    }

    fn operand(&mut self, expr: &Expr, indent: usize, prefix: &str) {
        let (start, end) = (expr.span.start as usize, expr.span.end as usize);
        self.comments_before(start, indent);
        let line = format!("{prefix}{expr}");
        let fits = indent + line.chars().count() <= WIDTH;
        if !self.has_comment_before(end) && fits {
            self.push(indent, line);
        } else if !self.broken(expr, indent, prefix) {
            self.comments_before(end, indent);
            self.push(indent, line);
        }
        self.trailing(end);
    }

    /// A group or a set over several lines; `false` where there is nothing to break.
    fn broken(&mut self, expr: &Expr, indent: usize, prefix: &str) -> bool {
        match &expr.kind {
            ExprKind::Not(inner) => self.broken(inner, indent, &format!("{prefix}not ")),
            ExprKind::Paren(inner) => {
                self.group(inner, expr.span.end as usize, indent, prefix);
                true
            }
            ExprKind::Fresh(paren, length) => match &paren.kind {
                ExprKind::Paren(inner) => {
                    self.group(inner, paren.span.end as usize, indent, prefix);
                    let suffix = format!(" no older than {}", Short(length.value));
                    if let Some(line) = self.lines.last_mut() {
                        line.text.push_str(&suffix);
                    }
                    true
                }
                _ => false,
            },
            ExprKind::Test(fact, test) => match members(&test.value) {
                Some((word, members)) => {
                    self.push(indent, format!("{prefix}{} {word} {{", fact.value));
                    self.members(members, indent + INDENT);
                    self.comments_before(expr.span.end as usize, indent + INDENT);
                    self.push(indent, "}");
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    fn group(&mut self, inner: &Expr, end: usize, indent: usize, prefix: &str) {
        let outer = std::mem::replace(&mut self.limit, end);
        self.push(indent, format!("{prefix}("));
        self.expression(inner, indent + INDENT);
        self.limit = outer;
        self.comments_before(end, indent + INDENT);
        self.push(indent, ")");
    }

    /// As many on a line as fit; a comment ends its line.
    fn members(&mut self, members: &[Literal], indent: usize) {
        let mut fill = false;
        for (at, member) in members.iter().enumerate() {
            let comma = if at + 1 < members.len() { "," } else { "" };
            let text = format!("{member}{comma}");
            if self.has_comment_before(member.span.start as usize) {
                self.comments_before(member.span.start as usize, indent);
                fill = false;
            }
            match self.lines.last_mut() {
                Some(line)
                    if fill
                        && indent + line.text.chars().count() + 1 + text.chars().count()
                            <= WIDTH =>
                {
                    line.text.push(' ');
                    line.text.push_str(&text);
                }
                _ => self.push(indent, text),
            }
            let taken = self.taken;
            self.trailing(member.span.end as usize);
            fill = taken == self.taken;
        }
    }
}

/// The end of what stands in the first line of an item.
fn header_end(item: &cut::Item) -> usize {
    item.name.map_or(item.keyword.end(), |name| name.end())
}

fn members(test: &Test) -> Option<(&'static str, &[Literal])> {
    Some(match test {
        Test::In {
            negated: false,
            members,
        } => ("in", members),
        Test::In {
            negated: true,
            members,
        } => ("not in", members),
        Test::HasAnyOf(members) => ("has any of", members),
        Test::HasAllOf(members) => ("has all of", members),
        Test::HasNoneOf(members) => ("has none of", members),
        _ => return None,
    })
}
