//! Parse tree to expression. What the grammar let in and the language does not know is refused
//! here, with the right spelling; lowering goes on after it, so that the next mistake shows too.

use pest::iterators::{Pair, Pairs};

use super::ast::{Expr, ExprKind, Length, Literal, LiteralKind, Name, Spanned};
use super::grammar::Rule;
use super::literal::{self, Wrong, wrong};
use super::words::is_word_of_the_language;
use super::{Place, shown};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A rule's pair, over the text of one field or expression.
pub(super) type Node<'t> = Pair<'t, Rule>;

/// Lowers one field's value; `None` from its functions means that the reason has been reported.
pub(super) struct Lower<'f> {
    pub(super) place: Place,
    pub(super) found: &'f mut Vec<Diagnostic>,
}

impl Lower<'_> {
    pub(super) fn span(&self, node: &Node) -> Span {
        let span = node.as_span();
        self.place.span(span.start(), span.end())
    }

    pub(super) fn report(&mut self, span: Span, wrong: Wrong) {
        if let Some(message) = wrong.message {
            let finding = Diagnostic::new(wrong.code, span, message);
            self.found.push(match wrong.help.as_str() {
                "" => finding,
                _ => finding.help(wrong.help),
            });
        }
    }

    /// A wrong spelling, and what to write instead.
    pub(super) fn say(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report(span, wrong(message, help));
    }

    /// The thing, or a report at its place.
    pub(super) fn read<T>(&mut self, span: Span, read: Result<T, Wrong>) -> Option<T> {
        read.map_err(|wrong| self.report(span, wrong)).ok()
    }

    pub(super) fn expression(&mut self, mut pairs: Pairs<Rule>) -> Option<Expr> {
        let expression = pairs.next()?;
        let or = expression.into_inner().next()?;
        self.or(or)
    }

    fn or(&mut self, node: Node) -> Option<Expr> {
        self.list(node, Rule::and, Lower::and, ExprKind::Or)
    }

    fn and(&mut self, node: Node) -> Option<Expr> {
        self.list(node, Rule::unary, Lower::unary, ExprKind::And)
    }

    /// Operands with a joining word between them; one alone stays itself.
    fn list(
        &mut self,
        node: Node,
        operand: Rule,
        lower: fn(&mut Self, Node) -> Option<Expr>,
        join: fn(Vec<Expr>) -> ExprKind,
    ) -> Option<Expr> {
        let span = self.span(&node);
        let mut operands = Vec::new();
        let mut whole = true;
        for inner in node.into_inner() {
            if inner.as_rule() != operand {
                self.spelling(&inner);
                continue;
            }
            match lower(self, inner) {
                Some(expr) => operands.push(expr),
                None => whole = false,
            }
        }
        match operands.len() {
            _ if !whole => None,
            0 | 1 => operands.pop(),
            _ => Some(Expr {
                kind: join(operands),
                span,
            }),
        }
    }

    /// `and`, `or` and `not` are spelt in one way only.
    pub(super) fn spelling(&mut self, node: &Node) {
        let right = match node.as_rule() {
            Rule::and_word => "and",
            Rule::or_word => "or",
            _ => "not",
        };
        let written = node.as_str();
        if written == right {
            return;
        }
        let message = if written.eq_ignore_ascii_case(right) {
            format!("`{written}` is written small")
        } else {
            format!("`{written}` is no operator here")
        };
        self.say(self.span(node), message, format!("write `{right}`"));
    }

    fn unary(&mut self, node: Node) -> Option<Expr> {
        let mut nots = Vec::new();
        let mut operand = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::not_word => {
                    self.spelling(&inner);
                    nots.push(self.span(&inner));
                }
                Rule::paren => operand = self.paren(inner),
                _ => operand = self.question(inner),
            }
        }
        let mut expr = operand?;
        for not in nots.into_iter().rev() {
            let span = not.to(expr.span);
            expr = Expr {
                kind: ExprKind::Not(Box::new(expr)),
                span,
            };
        }
        Some(expr)
    }

    fn paren(&mut self, node: Node) -> Option<Expr> {
        let whole = self.span(&node);
        let mut paren = whole;
        let mut open = whole;
        let mut inside = None;
        let mut fresh = None;
        for inner in node.into_inner() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::open => open = span,
                Rule::or => inside = self.or(inner),
                Rule::fresh => fresh = Some(self.fresh(inner)),
                Rule::close => {
                    paren.end = span.end;
                    self.closes(&inner, open, "(", ")");
                }
                _ => self.unclosed(open, "(", ")"),
            }
        }
        let kind = ExprKind::Paren(Box::new(inside?));
        let paren = Expr { kind, span: paren };
        match fresh {
            None => Some(paren),
            Some(length) => {
                let kind = ExprKind::Fresh(Box::new(paren), length?);
                Some(Expr { kind, span: whole })
            }
        }
    }

    /// Another kind of bracket than the one that was opened.
    pub(super) fn closes(&mut self, close: &Node, open: Span, opener: &str, closer: &str) {
        if close.as_str() == closer {
            return;
        }
        let message = format!("`{}` does not close the `{opener}`", close.as_str());
        let finding = Diagnostic::new(&codes::SYNTAX, self.span(close), message)
            .related(open, "opened here")
            .help(format!("write `{closer}`"));
        self.found.push(finding);
    }

    pub(super) fn unclosed(&mut self, open: Span, opener: &str, closer: &str) {
        let message = format!("this `{opener}` is never closed");
        self.say(open, message, format!("write `{closer}` where it ends"));
    }

    fn fresh(&mut self, node: Node) -> Option<Spanned<Length>> {
        let span = self.span(&node);
        if node.as_str().starts_with("not") {
            self.say(
                span,
                "`not older than` is written otherwise",
                "write `no older than`",
            );
        }
        let length = node.into_inner().next()?;
        let span = self.span(&length);
        let value = self.length(length)?;
        Some(Spanned { value, span })
    }

    pub(super) fn length(&mut self, node: Node) -> Option<Length> {
        let span = self.span(&node);
        let mut words = node.into_inner().map(|word| word.as_str());
        let number = words.next()?;
        let read = literal::length(number, words.next());
        self.read(span, read)
    }

    fn question(&mut self, node: Node) -> Option<Expr> {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let subject = inner.next()?;
        let at = self.span(&subject);
        let word = subject.as_str();
        let mut test = None;
        for part in inner {
            if part.as_rule() == Rule::test {
                test = Some(part);
            } else {
                self.say(
                    self.span(&part),
                    "`no older than` stands only after a closing parenthesis",
                    format!(
                        "write `({}) no older than …`",
                        shown_question(word, test.as_ref())
                    ),
                );
            }
        }
        match test {
            None => {
                let kind = self.alone(at, word)?;
                Some(Expr { kind, span: at })
            }
            Some(test) => self.asked(subject, test, span),
        }
    }

    /// A word that nothing is asked of: a segment, a `bool` fact, or a constant.
    fn alone(&mut self, span: Span, word: &str) -> Option<ExprKind> {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "true" | "false" => {
                if word != lower {
                    let message = format!("`{word}` is written small");
                    self.say(span, message, format!("write `{lower}`"));
                }
                return Some(ExprKind::Const(lower == "true"));
            }
            _ => {}
        }
        let Some(unquoted) = unquoted(word) else {
            return self.plain_name(span, word).map(ExprKind::Name);
        };
        let message = format!("the string `\"{}\"` asks nothing", shown(unquoted));
        self.say(
            span,
            message,
            "a fact stands first: `viewer.country == \"DE\"`",
        );
        None
    }

    /// A name that is no word of the language.
    fn plain_name(&mut self, span: Span, word: &str) -> Option<Box<str>> {
        let read = literal::name(word);
        let name = self.read(span, read)?;
        if is_word_of_the_language(&name) {
            self.say(
                span,
                format!("`{name}` is a word of the language and cannot stand here"),
                "a fact, a segment, `not` or `(` belongs here",
            );
            return None;
        }
        Some(name)
    }

    fn asked(&mut self, subject: Node, test: Node, span: Span) -> Option<Expr> {
        let at = self.span(&subject);
        let word = subject.as_str();
        let digit = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if digit || unquoted(word).is_some() || matches!(word, "true" | "false") {
            self.say(
                at,
                format!("the value `{}` stands where a fact belongs", shown(word)),
                "the fact stands first: `viewer.country == \"DE\"`",
            );
            return None;
        }
        let name = self.plain_name(at, word);
        let test = self.test(word, test);
        let (name, test) = (name?, test?);
        let name = Name {
            value: name,
            span: at,
        };
        Some(Expr {
            kind: ExprKind::Test(name, test),
            span,
        })
    }

    pub(super) fn value(&mut self, node: Node) -> Option<Literal> {
        let span = self.span(&node);
        let inner = node.into_inner().next()?;
        let text = inner.as_str();
        let value = match inner.as_rule() {
            Rule::bare => {
                let read = literal::bare(text);
                self.read(span, read)?
            }
            _ => LiteralKind::Text(self.text(&inner)?),
        };
        Some(Literal { value, span })
    }

    /// A string, however it is quoted.
    pub(super) fn text(&mut self, node: &Node) -> Option<Box<str>> {
        let span = self.span(node);
        let text = node.as_str();
        match node.as_rule() {
            Rule::text => {
                let read = literal::string(text);
                self.read(span, read)
            }
            Rule::single => {
                let inner = unquoted(text).unwrap_or_default();
                let message = "strings stand in double quotes";
                self.say(span, message, format!("write `\"{}\"`", shown(inner)));
                Some(inner.into())
            }
            _ => {
                self.say(
                    span,
                    "this string is never closed",
                    "a string ends with `\"` on the line on which it begins",
                );
                None
            }
        }
    }
}

/// What stands between quotes, of either kind; nothing where none begins.
fn unquoted(word: &str) -> Option<&str> {
    let quote = word.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = word.strip_prefix(quote)?;
    Some(inner.strip_suffix(quote).unwrap_or(inner))
}

fn shown_question(word: &str, test: Option<&Node>) -> String {
    match test {
        Some(test) => format!("{} {}", shown(word), shown(test.as_str())),
        None => shown(word).into_owned(),
    }
}
