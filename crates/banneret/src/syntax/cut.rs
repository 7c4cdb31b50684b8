//! A file cut into items, and items into fields, by its lines alone. What a field's value says is
//! none of its business, so a mistake there cannot move a cut.

use super::ast::Field;
use super::scan::{Kind, Token};
use super::words::ItemKind;
use super::{Place, shown};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};

/// One item.
pub(super) struct Item<'t> {
    pub(super) kind: ItemKind,
    pub(super) keyword: Token<'t>,
    pub(super) name: Option<Token<'t>>,
    pub(super) doc: Option<String>,
    pub(super) fields: Vec<Cut<'t>>,
    /// Where its last field ends.
    pub(super) end: usize,
    /// The text that its tokens are of.
    pub(super) text: &'t str,
}

/// One field; a segment's expression is one without a keyword.
pub(super) struct Cut<'t> {
    pub(super) keyword: Option<Token<'t>>,
    /// Nothing where the keyword is no field's.
    pub(super) field: Option<Field>,
    /// Its value, without comments.
    pub(super) tokens: Vec<Token<'t>>,
    /// How many brackets are open at its end.
    depth: usize,
}

/// Cuts a file. What stands in the wrong column or begins no item is reported.
pub(super) fn cut<'t>(
    place: Place,
    text: &'t str,
    tokens: &[Token<'t>],
    found: &mut Vec<Diagnostic>,
) -> Vec<Item<'t>> {
    let starts = starts(tokens);
    if let Some(stray) = tokens.iter().find(|token| !token.is_comment())
        && starts.first().is_none_or(|first| *first > 0)
        && tokens
            .get(starts.first().copied().unwrap_or(usize::MAX))
            .is_none_or(|first| first.start > stray.start)
    {
        found.push(stray_text(place, stray));
    }
    let ends = starts.iter().copied().skip(1).chain([tokens.len()]);
    let mut items = Vec::new();
    for (start, end) in starts.iter().copied().zip(ends) {
        let own = tokens.get(start..end).unwrap_or_default();
        let mut cutter = Cutter { place, text, found };
        if let Some(mut item) = cutter.item(own) {
            item.doc = doc(tokens.get(..start).unwrap_or_default(), item.keyword.line);
            items.push(item);
        }
    }
    items
}

fn stray_text(place: Place, token: &Token) -> Diagnostic {
    let message = format!("`{}` belongs to no item", shown(token.text));
    Diagnostic::new(&codes::SYNTAX, place.of(token), message)
        .help("begin with `segment`, `message` or `banner` in column 1")
}

/// The tokens that begin an item: in column 1, and not plainly part of the item above.
fn starts(tokens: &[Token]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut above = None;
    for (at, token) in tokens.iter().enumerate() {
        if !token.flush || token.is_comment() {
            continue;
        }
        let rest = tokens.get(at..).unwrap_or_default();
        if !starts.is_empty() && belongs_above(rest, above) {
            continue;
        }
        above = ItemKind::of(token.text);
        starts.push(at);
    }
    starts
}

fn belongs_above(rest: &[Token], above: Option<ItemKind>) -> bool {
    let Some(token) = rest.first() else {
        return false;
    };
    let colon = rest
        .iter()
        .take(4)
        .any(|t| t.line == token.line && t.is_symbol(":"));
    match Field::of(token.text) {
        _ if token.kind != Kind::Word => true,
        Some(Field::Message) => above == Some(ItemKind::Banner) && !colon,
        Some(_) => true,
        None => continues(rest),
    }
}

/// The comment lines in column 1 right above a line.
fn doc(above: &[Token], mut line: u32) -> Option<String> {
    let mut lines = Vec::new();
    for token in above.iter().rev() {
        if !(token.is_comment() && token.flush && token.line + 1 == line) {
            break;
        }
        line = token.line;
        let text = token.text.strip_prefix('#').unwrap_or(token.text);
        lines.push(text.strip_prefix(' ').unwrap_or(text).trim_end());
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

struct Cutter<'c, 't> {
    place: Place,
    text: &'t str,
    found: &'c mut Vec<Diagnostic>,
}

impl<'t> Cutter<'_, 't> {
    fn say(&mut self, token: &Token, message: String, help: impl Into<String>) {
        let finding = Diagnostic::new(&codes::SYNTAX, self.place.of(token), message);
        self.found.push(finding.help(help));
    }

    fn item(&mut self, own: &[Token<'t>]) -> Option<Item<'t>> {
        let keyword = *own.first()?;
        let kind = self.kind(&keyword)?;
        let tokens: Vec<_> = own.iter().filter(|t| !t.is_comment()).copied().collect();
        let (name, body) = self.header(kind, tokens.get(1..).unwrap_or_default(), &keyword);
        if let Some(flush) = tokens.get(1..).unwrap_or_default().iter().find(|t| t.flush) {
            let message = format!("`{}` is not indented", shown(flush.text));
            self.say(flush, message, "indent it: only items begin in column 1");
        }
        let end = tokens.last().unwrap_or(&keyword).end();
        let fields = fields(kind, body);
        let (doc, text) = (None, self.text);
        Some(Item {
            kind,
            keyword,
            name,
            doc,
            fields,
            end,
            text,
        })
    }

    fn kind(&mut self, keyword: &Token) -> Option<ItemKind> {
        if let Some(kind) = ItemKind::of(keyword.text) {
            return Some(kind);
        }
        let lower: String = keyword.text.chars().take(32).collect();
        let lower = lower.to_lowercase();
        let near = nearest(&lower, ItemKind::ALL.map(ItemKind::word));
        let message = format!("`{}` begins no item", shown(keyword.text));
        match near {
            Some(near) => self.say(keyword, message, format!("write `{near}`")),
            None => self.say(
                keyword,
                message,
                "an item begins with `segment`, `message` or `banner`; all other lines are indented",
            ),
        }
        near.and_then(ItemKind::of)
    }

    /// The name and the tokens after the colon.
    fn header<'a>(
        &mut self,
        kind: ItemKind,
        tokens: &'a [Token<'t>],
        keyword: &Token<'t>,
    ) -> (Option<Token<'t>>, &'a [Token<'t>]) {
        let in_line = |token: &&Token| token.line == keyword.line;
        let name = tokens
            .first()
            .filter(in_line)
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Text))
            .copied();
        let rest = tokens
            .get(usize::from(name.is_some())..)
            .unwrap_or_default();
        let word = kind.word();
        let Some(name) = name else {
            self.say(
                keyword,
                format!("this {word} has no name"),
                format!("write `{word} some_name:`"),
            );
            let colon = rest.first().is_some_and(|t| t.is_symbol(":"));
            return (None, rest.get(usize::from(colon)..).unwrap_or_default());
        };
        match rest.first().filter(in_line) {
            Some(colon) if colon.is_symbol(":") => {}
            Some(equals) if equals.is_symbol("=") || equals.is_symbol("::") => {
                let message = format!("a `:` stands after the name, not `{}`", equals.text);
                self.say(
                    equals,
                    message,
                    format!("write `{word} {}:`", shown(name.text)),
                );
            }
            _ => {
                let message = format!("a `:` is missing after `{}`", shown(name.text));
                self.say(
                    &name,
                    message,
                    format!("write `{word} {}:`", shown(name.text)),
                );
                return (Some(name), rest);
            }
        }
        (Some(name), rest.get(1..).unwrap_or_default())
    }
}

fn fields<'t>(kind: ItemKind, body: &[Token<'t>]) -> Vec<Cut<'t>> {
    let mut fields: Vec<Cut> = Vec::new();
    if kind == ItemKind::Segment {
        fields.push(Cut {
            keyword: None,
            field: None,
            tokens: Vec::new(),
            depth: 0,
        });
    }
    for (at, token) in body.iter().enumerate() {
        let rest = body.get(at..).unwrap_or_default();
        match fields.last_mut() {
            Some(current) if !current.ends_before(rest) => current.push(*token),
            _ => fields.push(Cut {
                keyword: Some(*token),
                field: Field::of(token.text),
                tokens: Vec::new(),
                depth: 0,
            }),
        }
    }
    fields
}

impl<'t> Cut<'t> {
    fn push(&mut self, token: Token<'t>) {
        if token.kind == Kind::Symbol {
            match token.text {
                "(" | "{" | "[" => self.depth += 1,
                ")" | "}" | "]" => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.tokens.push(token);
    }

    /// A field of unknown name may have been meant to hold an expression.
    fn is_expression(&self) -> bool {
        self.field.is_none_or(Field::is_expression)
    }

    /// Whether the line that `rest` begins with begins another field.
    fn ends_before(&self, rest: &[Token]) -> bool {
        let Some(token) = rest.first().filter(|token| token.first) else {
            return false;
        };
        let last = self.tokens.last();
        if token.kind == Kind::Word && Field::of(token.text).is_some() {
            let test = token.text == "ends" && rest.get(1).is_some_and(|t| t.is_word("with"));
            let value = self.wants_value() && !has_value(rest);
            return !(value || test && self.is_expression());
        }
        if !self.is_expression() {
            let comma = last.is_some_and(|t| t.is_symbol(",")) || token.is_symbol(",");
            return !(comma || self.tokens.is_empty());
        }
        let unit = last.is_some_and(|t| t.text.bytes().all(|b| b.is_ascii_digit()))
            && matches!(
                token.text,
                "m" | "h"
                    | "d"
                    | "w"
                    | "minute"
                    | "minutes"
                    | "hour"
                    | "hours"
                    | "day"
                    | "days"
                    | "week"
                    | "weeks"
            );
        let goes_on = self.depth > 0 || last.is_none_or(is_incomplete) || unit || continues(rest);
        !goes_on
    }

    /// Whether the expression so far ends where only a value can follow, which may be any word.
    fn wants_value(&self) -> bool {
        self.is_expression()
            && self.tokens.last().is_some_and(|last| match last.kind {
                Kind::Word => matches!(last.text, "has" | "before" | "after" | "with" | "contains"),
                _ => !last.text.contains(['(', ')', '}', ']', '"', '\'']),
            })
    }
}

/// Whether a field's keyword is followed by a value on its line, so that it is one indeed.
fn has_value(rest: &[Token]) -> bool {
    let mut rest = rest.iter();
    let line = rest.next().map(|token| token.line);
    rest.next().is_some_and(|next| {
        let goes_on = match next.kind {
            Kind::Word => matches!(next.text, "and" | "or"),
            _ => matches!(next.text, ")" | "}" | ","),
        };
        Some(next.line) == line && !goes_on
    })
}

/// Whether an expression cannot end with this token.
fn is_incomplete(last: &Token) -> bool {
    match last.kind {
        Kind::Word => matches!(
            last.text.to_ascii_lowercase().as_str(),
            "and"
                | "or"
                | "not"
                | "in"
                | "the"
                | "last"
                | "next"
                | "than"
                | "with"
                | "of"
                | "between"
                | "is"
                | "has"
                | "before"
                | "after"
                | "more"
                | "less"
                | "starts"
                | "ends"
                | "contains"
                | "no"
                | "older"
        ),
        Kind::Symbol => !matches!(last.text, ")" | "}" | "]"),
        _ => false,
    }
}

/// Whether a line that begins so goes on with the expression above it.
fn continues(rest: &[Token]) -> bool {
    let Some(token) = rest.first() else {
        return false;
    };
    match token.kind {
        Kind::Word => match token.text {
            "ends" => rest.get(1).is_some_and(|next| next.is_word("with")),
            word => matches!(
                word.to_ascii_lowercase().as_str(),
                "and"
                    | "or"
                    | "not"
                    | "in"
                    | "between"
                    | "starts"
                    | "contains"
                    | "before"
                    | "after"
                    | "has"
                    | "is"
                    | "more"
                    | "less"
                    | "ago"
                    | "ahead"
                    | "no"
                    | "older"
                    | "than"
                    | "of"
            ),
        },
        _ => true,
    }
}
