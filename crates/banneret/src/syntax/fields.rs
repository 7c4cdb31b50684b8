//! The values of fields: each is parsed by itself.

use std::collections::HashMap;

use pest::Parser;
use pest::iterators::Pairs;

use super::ast::{Allow, Cap, Dismiss, Expr, Field, Length, Name, Share, Spanned, When};
use super::grammar::{Grammar, Rule};
use super::literal::{self, Wrong, wrong};
use super::lower::{Lower, Node};
use super::scan::{Kind, Token, is_unseen};
use super::words::{is_copy_id, is_name};
use super::{Place, blame, shown};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Brackets and `not`s may stand so deep in each other.
const MOST_DEEP: usize = 128;

/// So many mistakes in one expression are enough to begin with.
const MOST_MISTAKES: usize = 20;

/// What a field says.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Expression(Expr),
    Word(Name),
    Words(Vec<Name>),
    Text(Name),
    Number(Spanned<i64>),
    When(Spanned<When>),
    ReviewBy(Spanned<When>),
    Share(Share),
    Cap(Spanned<Cap>),
    Dismiss(Spanned<Dismiss>),
    OnClick(Span),
    Allow(Allow),
}

/// The tokens of one value, without comments, and the text they are of.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a, 't> {
    pub(super) place: Place,
    pub(super) text: &'t str,
    pub(super) tokens: &'a [Token<'t>],
}

impl<'a, 't> Piece<'a, 't> {
    pub(super) fn start(&self) -> usize {
        self.tokens.first().map_or(0, |token| token.start)
    }

    fn slice(&self) -> &'t str {
        let end = self.tokens.last().map_or(0, Token::end);
        self.text.get(self.start()..end).unwrap_or_default()
    }

    fn of(&self, tokens: &'a [Token<'t>]) -> Piece<'a, 't> {
        Piece { tokens, ..*self }
    }

    /// Whether characters that are reported already, wherever they stand, may be why it cannot be
    /// read.
    fn is_tainted(&self) -> bool {
        let foreign = |token: &Token| token.kind == Kind::Word && !token.text.is_ascii();
        self.tokens.iter().any(foreign)
            || self
                .slice()
                .split("\r\n")
                .any(|line| line.contains(is_unseen))
    }
}

/// A field's value.
pub(super) fn value(
    field: Field,
    place: Place,
    text: &str,
    tokens: &[Token],
    found: &mut Vec<Diagnostic>,
) -> Option<Value> {
    if field.is_expression() {
        return expression(place, text, tokens, found).map(Value::Expression);
    }
    let piece = Piece {
        place,
        text,
        tokens,
    };
    let place = place.inside(piece.start());
    match Grammar::parse(rule(field), piece.slice()) {
        Ok(pairs) => Lower { place, found }.field(field, pairs),
        Err(error) => {
            if !piece.is_tainted() {
                found.push(blame::field(field, &piece, &error));
            }
            None
        }
    }
}

fn rule(field: Field) -> Rule {
    match field {
        Field::Audience | Field::Requires => Rule::expression,
        Field::Holdout | Field::Rollout => Rule::share_field,
        Field::Placement | Field::Locales => Rule::words_field,
        Field::Cap => Rule::cap_field,
        Field::Dismiss => Rule::dismiss_field,
        Field::Ends => Rule::ends_field,
        Field::Review => Rule::review_field,
        Field::Allow => Rule::allow_field,
        Field::Message
        | Field::Priority
        | Field::From
        | Field::Until
        | Field::Zone
        | Field::Copy
        | Field::Owner => Rule::word_field,
    }
}

/// An expression. Where it cannot be read as a whole, each of its operands is tried by itself, so
/// that a mistake in one does not hide a mistake in the next.
pub(super) fn expression(
    place: Place,
    text: &str,
    tokens: &[Token],
    found: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let piece = Piece {
        place,
        text,
        tokens,
    };
    if let Some(deep) = too_deep(tokens) {
        let message = format!("brackets and `not`s stand more than {MOST_DEEP} deep in each other");
        let finding = Diagnostic::new(&codes::LIMIT, place.of(deep), message);
        found.push(finding.help("name the inner parts as segments"));
        return None;
    }
    let error = match Grammar::parse(Rule::expression, piece.slice()) {
        Ok(pairs) => {
            let place = place.inside(piece.start());
            return Lower { place, found }.expression(pairs);
        }
        Err(error) => error,
    };
    if piece.is_tainted() {
        return None;
    }
    let before = found.len();
    let operands = operands(tokens);
    if operands.len() > 1 {
        let mut at = 0;
        for operand in operands {
            match operand.first() {
                Some(_) => part(&piece.of(operand), found),
                None => found.push(blame::no_operand(place, tokens, at)),
            }
            at += operand.len() + 1;
            if found.len() >= before + MOST_MISTAKES {
                break;
            }
        }
    }
    if found.len() == before {
        found.push(blame::expression(&piece, &error));
    }
    None
}

/// One operand of an expression that cannot be read: what is wrong in it, if anything.
fn part(piece: &Piece, found: &mut Vec<Diagnostic>) {
    match Grammar::parse(Rule::expression, piece.slice()) {
        Ok(pairs) => {
            let place = piece.place.inside(piece.start());
            Lower { place, found }.expression(pairs);
        }
        Err(error) => found.push(blame::expression(piece, &error)),
    }
}

/// The pieces between `and`s and `or`s that stand in no bracket.
fn operands<'a, 't>(tokens: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    let mut depth = 0_usize;
    let mut between = false;
    tokens
        .split(|token| match (token.kind, token.text) {
            (Kind::Symbol, "(" | "{" | "[") => {
                depth += 1;
                false
            }
            (Kind::Symbol, ")" | "}" | "]") => {
                depth = depth.saturating_sub(1);
                false
            }
            (Kind::Symbol, "&&" | "||") => depth == 0,
            (Kind::Word, "between") => {
                between = true;
                false
            }
            (Kind::Word, word) if joins(word) => depth == 0 && !std::mem::take(&mut between),
            _ => false,
        })
        .collect()
}

fn joins(word: &str) -> bool {
    word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or")
}

/// The bracket or `not` that goes too deep: pest and everything after it recurse over them.
fn too_deep<'a, 't>(tokens: &'a [Token<'t>]) -> Option<&'a Token<'t>> {
    let mut open: Vec<usize> = Vec::new();
    let (mut nots, mut depth) = (0_usize, 0_usize);
    for token in tokens {
        let symbol = token.kind == Kind::Symbol;
        let not = token.kind == Kind::Word && token.text.eq_ignore_ascii_case("not");
        if not || token.is_symbol("!") {
            nots += 1;
            depth += 1;
        } else if symbol && matches!(token.text, "(" | "{" | "[") {
            open.push(nots);
            nots = 0;
            depth += 1;
        } else {
            depth = depth.saturating_sub(nots);
            nots = 0;
            if symbol
                && matches!(token.text, ")" | "}" | "]")
                && let Some(before) = open.pop()
            {
                depth = depth.saturating_sub(before + 1);
            }
        }
        if depth > MOST_DEEP {
            return Some(token);
        }
    }
    None
}

impl Lower<'_> {
    fn field(&mut self, field: Field, pairs: Pairs<Rule>) -> Option<Value> {
        let whole = pairs.peek()?;
        let span = self.span(&whole);
        let nodes: Vec<Node> = whole
            .into_inner()
            .filter(|node| node.as_rule() != Rule::EOI)
            .collect();
        Some(match field {
            Field::Holdout | Field::Rollout => Value::Share(self.share(&nodes, span, field)?),
            Field::Placement | Field::Locales => Value::Words(self.words(field, &nodes)?),
            Field::Cap => Value::Cap(Spanned {
                value: self.cap(nodes, span)?,
                span,
            }),
            Field::Dismiss => Value::Dismiss(Spanned {
                value: self.dismiss(nodes, span)?,
                span,
            }),
            Field::Ends => {
                if !nodes.iter().any(|node| node.as_rule() == Rule::on) {
                    self.say(span, "`on` is missing", "write `ends on click`");
                }
                Value::OnClick(span)
            }
            Field::Review => Value::ReviewBy(self.review(&nodes, span)?),
            Field::Allow => Value::Allow(self.allow(&nodes, span)?),
            Field::From | Field::Until => Value::When(self.when(nodes.first()?)?),
            Field::Priority => {
                let node = nodes.first()?;
                let value = self.unquoted(node, literal::int)?;
                Value::Number(Spanned { value, span })
            }
            Field::Owner => Value::Text(self.string(nodes.first()?, "owner")?),
            _ => Value::Word(self.word(field, nodes.first()?)?),
        })
    }

    /// A word that may not be quoted, read.
    fn unquoted<T>(&mut self, node: &Node, read: fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let span = self.span(node);
        if node.as_rule() == Rule::bare {
            return self.read(span, read(node.as_str()));
        }
        let inner = self.text(node)?;
        if node.as_rule() == Rule::text {
            let message = format!("`\"{}\"` stands in quotes and should not", shown(&inner));
            self.say(span, message, format!("write `{}`", shown(&inner)));
        }
        None
    }

    fn word(&mut self, field: Field, node: &Node) -> Option<Name> {
        let value = self.unquoted(
            node,
            match field {
                Field::Zone => zone,
                Field::Copy => copy_id,
                Field::Locales => locale,
                _ => plain_name,
            },
        )?;
        Some(Name {
            value,
            span: self.span(node),
        })
    }

    fn words(&mut self, field: Field, nodes: &[Node]) -> Option<Vec<Name>> {
        let nodes = nodes.iter().filter(|node| node.as_rule() != Rule::comma);
        // All are read before one that is missing counts, so that every mistake shows.
        let words: Vec<_> = nodes.map(|node| self.word(field, node)).collect();
        let words: Vec<Name> = words.into_iter().collect::<Option<_>>()?;
        let mut seen = HashMap::new();
        for word in &words {
            let first = *seen.entry(&word.value).or_insert(word);
            if first.span != word.span {
                let message = format!("`{}` is listed twice", shown(&word.value));
                let finding = Diagnostic::new(&codes::DUPLICATE, word.span, message);
                self.found.push(
                    finding
                        .related(first.span, "first listed here")
                        .help("keep one of them"),
                );
            }
        }
        Some(words)
    }

    fn when(&mut self, node: &Node) -> Option<Spanned<When>> {
        let value = self.unquoted(node, literal::when)?;
        Some(Spanned {
            value,
            span: self.span(node),
        })
    }

    fn review(&mut self, nodes: &[Node], span: Span) -> Option<Spanned<When>> {
        if nodes.len() < 2 {
            self.say(
                span,
                "`by` is missing after `review`",
                "write it like `review by 2027-01-15`",
            );
        }
        self.when(nodes.last()?)
    }

    /// A string; a bare word gets told about quotes.
    fn string(&mut self, node: &Node, what: &str) -> Option<Name> {
        let span = self.span(node);
        if node.as_rule() != Rule::bare {
            return self.text(node).map(|value| Name { value, span });
        }
        let word = shown(node.as_str());
        self.say(
            span,
            format!("the {what} is not in quotes"),
            format!("write `\"{word}\"`"),
        );
        None
    }

    fn share(&mut self, nodes: &[Node], span: Span, field: Field) -> Option<Share> {
        let mut bare = nodes.iter().filter(|node| node.as_rule() == Rule::bare);
        let number = bare.next()?;
        let at = self.span(number);
        let hundredths = self.read(at, literal::share(number.as_str()));
        if !nodes.iter().any(|node| node.as_rule() == Rule::percent) && hundredths.is_some() {
            self.say(
                at,
                "`%` is missing",
                format!("write `{}%`", shown(number.as_str())),
            );
        }
        let Some(fact) = bare.next() else {
            let message = "it is not said by which fact people are divided";
            self.say(
                span,
                message,
                format!("write it like `{}`", field.example()),
            );
            return None;
        };
        let by = self.read(self.span(fact), literal::name(fact.as_str()));
        let by = Name {
            value: by?,
            span: self.span(fact),
        };
        Some(Share {
            hundredths: hundredths?,
            by,
            span,
        })
    }

    fn cap(&mut self, nodes: Vec<Node>, span: Span) -> Option<Cap> {
        let mut nodes = nodes.into_iter();
        let number = nodes.next()?;
        let times = self.read(self.span(&number), count(number.as_str()));
        let mut within = None;
        for node in nodes {
            match node.as_rule() {
                Rule::times => self.say(
                    self.span(&node),
                    "the number alone says how often",
                    "write it like `cap 3 per 7 days`",
                ),
                Rule::ever => within = Some(None),
                Rule::line_length => within = Some(Some(self.line_length(node)?)),
                _ => {}
            }
        }
        if within.is_none() {
            self.say(
                span,
                "it is not said within how long",
                "write it like `cap 3 per 7 days` or `cap 3 ever`",
            );
        }
        let (times, within) = (times?, within?);
        Some(Cap { times, within })
    }

    /// A length after `per` or `for`, where people leave out the `1`.
    fn line_length(&mut self, node: Node) -> Option<Length> {
        let alone = node.as_str().to_owned();
        if literal::read_unit(&alone).is_ok() {
            let message = format!("`{alone}` lacks its number");
            self.say(self.span(&node), message, format!("write `1 {alone}`"));
            return None;
        }
        let span = self.span(&node);
        let length = self.length(node)?;
        if length.count == 0 {
            self.say(
                span,
                "that is no time at all",
                "write a number of 1 or more",
            );
        }
        Some(length)
    }

    fn dismiss(&mut self, nodes: Vec<Node>, span: Span) -> Option<Dismiss> {
        let said = nodes.len();
        let last = nodes.into_iter().last()?;
        if last.as_rule() == Rule::forever {
            return Some(Dismiss::Forever);
        }
        if said < 2 {
            self.say(
                span,
                "`for` is missing after `dismiss`",
                "write it like `dismiss for 2 days`, or `dismiss forever`",
            );
        }
        self.line_length(last).map(Dismiss::For)
    }

    fn allow(&mut self, nodes: &[Node], span: Span) -> Option<Allow> {
        let has = |rule: Rule| nodes.iter().any(|node| node.as_rule() == rule);
        let example = format!("write it like `{}`", Field::Allow.example());
        if !has(Rule::until) {
            self.say(
                span,
                "it is not said until when this is allowed",
                example.clone(),
            );
        }
        if !has(Rule::because) {
            self.say(span, "it is not said why this is allowed", example);
        }
        let first = nodes.first()?;
        let code = self.unquoted(first, code);
        let code = code.map(|value| Name {
            value,
            span: self.span(first),
        });
        let until = nodes
            .iter()
            .skip(2)
            .take(usize::from(has(Rule::until)))
            .next();
        let until = until.and_then(|node| self.when(node));
        let reason = nodes.iter().find(|node| node.as_rule() == Rule::reason);
        let because = reason.and_then(|node| {
            let inner = node.clone().into_inner().next()?;
            self.string(&inner, "reason")
        });
        Some(Allow {
            code: code?,
            until: until?,
            because: because?,
            span,
        })
    }
}

fn plain_name(word: &str) -> Result<Box<str>, Wrong> {
    let name = literal::name(word)?;
    if is_name(&name) {
        return Ok(name);
    }
    let message = format!("`{}` has a dot, as only facts have", shown(&name));
    Err(wrong(message, "write a name without dots"))
}

/// Whether there is such a zone is seen in checking; here, that it could be one.
fn zone(word: &str) -> Result<Box<str>, Wrong> {
    if word.is_ascii() {
        return Ok(word.into());
    }
    Err(wrong(
        format!("`{}` is no time zone", shown(word)),
        "write it like `Europe/Stockholm`",
    ))
}

fn copy_id(word: &str) -> Result<Box<str>, Wrong> {
    if is_copy_id(word) {
        return Ok(word.into());
    }
    Err(wrong(
        format!("`{}` is no id of copy", shown(word)),
        "a letter begins it, then letters, digits, `-` and `_` follow",
    ))
}

fn locale(word: &str) -> Result<Box<str>, Wrong> {
    let tag = word.split('-').all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if tag {
        return Ok(word.into());
    }
    Err(wrong(
        format!("`{}` is no locale", shown(word)),
        "write it like `de` or `de-AT`",
    ))
}

fn code(word: &str) -> Result<Box<str>, Wrong> {
    let digits = word.strip_prefix("BN").unwrap_or_default();
    if digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(word.into());
    }
    Err(wrong(
        format!("`{}` is no code of a finding", shown(word)),
        "write it like `BN404`",
    ))
}

fn count(word: &str) -> Result<u32, Wrong> {
    let count = literal::int(word)?;
    u32::try_from(count)
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| {
            let message = format!("`{}` is no number of times", shown(word));
            wrong(message, format!("write a number from 1 to {}", u32::MAX))
        })
}
