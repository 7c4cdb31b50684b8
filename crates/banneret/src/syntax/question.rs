//! What is asked of a fact: the tests, and the wrong spellings of them that people try.

use super::ast::{Literal, LiteralKind, Operator, Spanned, Test, Unit};
use super::grammar::Rule;
use super::lower::{Lower, Node};
use super::{literal, shown};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A set may list so many members.
const MOST_MEMBERS: usize = 10_000;

/// The parts of a test, as the grammar gives them.
#[derive(Default)]
struct Parts<'t> {
    not: Option<Node<'t>>,
    nodes: Vec<Node<'t>>,
}

impl<'t> Parts<'t> {
    fn of(node: Node<'t>) -> Parts<'t> {
        let mut parts = Parts::default();
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::not_word => parts.not = Some(inner),
                _ => parts.nodes.push(inner),
            }
        }
        parts
    }

    fn take(&mut self, rule: Rule) -> Option<Node<'t>> {
        let at = self.nodes.iter().position(|node| node.as_rule() == rule)?;
        Some(self.nodes.remove(at))
    }

    fn has(&self, rule: Rule) -> bool {
        self.nodes.iter().any(|node| node.as_rule() == rule)
    }
}

impl Lower<'_> {
    pub(super) fn test(&mut self, fact: &str, node: Node) -> Option<Spanned<Test>> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let body = parts.nodes.pop()?;
        if let Some(not) = &parts.not {
            self.spelling(not);
            if body.as_rule() != Rule::in_set {
                self.negated(not, fact, &body);
            }
        }
        let value = self.body(fact, body, parts.not.is_some())?;
        Some(Spanned { value, span })
    }

    /// `f not before T`: only `in` has a `not` of its own.
    fn negated(&mut self, not: &Node, fact: &str, body: &Node) {
        let fact = shown(fact);
        let help = match body.as_str() {
            text if text.starts_with("==") => "write `!=`".to_owned(),
            text => format!("write `not {fact} {}`", shown(text)),
        };
        self.say(
            self.span(not),
            "`not` stands before the fact, or in `not in {…}`",
            help,
        );
    }

    fn body(&mut self, fact: &str, node: Node, negated: bool) -> Option<Test> {
        match node.as_rule() {
            Rule::compare => self.compare(node),
            Rule::compare_span => self.compare_span(node),
            Rule::between => self.between(node),
            Rule::in_span => self.in_span(node),
            Rule::in_side => self.in_side(node),
            Rule::in_set => self.in_set(node, negated),
            Rule::starts => self.with(node, "starts").map(Test::StartsWith),
            Rule::ends => self.with(node, "ends").map(Test::EndsWith),
            Rule::contains => self.only_value(node).map(Test::Contains),
            Rule::before => self.only_value(node).map(Test::Before),
            Rule::after => self.only_value(node).map(Test::After),
            Rule::more => self.more(node),
            Rule::has_many => self.has_many(node),
            Rule::has => self.has(fact, node),
            _ => self.is(fact, node),
        }
    }

    fn only_value(&mut self, node: Node) -> Option<Literal> {
        let value = node.into_inner().next()?;
        self.value(value)
    }

    fn compare(&mut self, node: Node) -> Option<Test> {
        let mut inner = node.into_inner();
        let sign = inner.next()?;
        let operand = inner.next()?;
        let operator = self.operator(&sign);
        if operand.as_rule() == Rule::set {
            let (said, right) = match operator {
                Operator::Equal => (true, "in"),
                Operator::NotEqual => (true, "not in"),
                _ => (false, "in"),
            };
            let message = format!(
                "`{}` compares with one value, not with a set",
                sign.as_str()
            );
            self.say(self.span(&sign), message, format!("write `{right} {{…}}`"));
            let members = self.set(operand)?;
            let negated = operator == Operator::NotEqual;
            return said.then_some(Test::In { negated, members });
        }
        let value = self.value(operand)?;
        Some(Test::Compare(operator, value))
    }

    fn operator(&mut self, sign: &Node) -> Operator {
        let (operator, right) = match sign.as_str() {
            "==" | "=" | "===" => (Operator::Equal, "=="),
            "!=" | "!==" | "<>" => (Operator::NotEqual, "!="),
            "<" => (Operator::Less, "<"),
            "<=" | "=<" => (Operator::LessOrEqual, "<="),
            ">" => (Operator::Greater, ">"),
            _ => (Operator::GreaterOrEqual, ">="),
        };
        if sign.as_str() != right {
            let message = format!("`{}` is no operator", sign.as_str());
            self.say(self.span(sign), message, format!("write `{right}`"));
        }
        operator
    }

    /// `t > 3 days ago`: which side is meant is known, the spelling is another.
    fn compare_span(&mut self, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let later = parts.take(Rule::operator)?.as_str().starts_with('>');
        let ago = parts.take(Rule::direction)?.as_str() == "ago";
        let length = parts.take(Rule::length)?;
        let length = self.length(length)?;
        let help = match (ago, later) {
            (true, true) => format!("write `in the last {length}`"),
            (true, false) => format!("write `more than {length} ago`"),
            (false, true) => format!("write `more than {length} ahead`"),
            (false, false) => format!("write `in the next {length}`"),
        };
        let message = "a length of time is asked for in words, not with an operator";
        self.say(span, message, help);
        None
    }

    fn between(&mut self, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut values = Vec::new();
        let mut units = Vec::new();
        let mut direction = None;
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::value => values.push(inner),
                Rule::unit => units.push((inner, values.len())),
                Rule::direction => direction = Some(inner.as_str() == "ago"),
                _ => self.spelling(&inner),
            }
        }
        let second = values.pop()?;
        let first = values.pop()?;
        match (direction, units.pop()) {
            (None, None) => self.between_values(first, second, span),
            (None, Some((_, 1))) | (Some(_), Some((_, 1))) => self.unit_first(span),
            (None, Some((unit, _))) => self.no_direction(&unit),
            (Some(ago), unit) => {
                if !units.is_empty() {
                    return self.unit_first(span);
                }
                let unit = unit.map(|(unit, _)| unit);
                self.between_span(&first, &second, unit.as_ref(), ago)
            }
        }
    }

    fn unit_first(&mut self, span: Span) -> Option<Test> {
        let message = "the unit stands once, after the second number";
        self.say(span, message, "write `between 2 and 4 days ago`");
        None
    }

    fn no_direction(&mut self, unit: &Node) -> Option<Test> {
        let span = self.span(unit);
        let read = literal::read_unit(unit.as_str());
        self.read(span, read)?;
        self.say(
            span,
            "`ago` or `ahead` is missing after the length of time",
            "write `between 2 and 4 days ago` or `… ahead`",
        );
        None
    }

    fn between_values(&mut self, first: Node, second: Node, span: Span) -> Option<Test> {
        let first = self.value(first);
        let second = self.value(second);
        let (first, second) = (first?, second?);
        if reversed(&first.value, &second.value) {
            self.reversed(span, "between", &second.to_string(), &first.to_string());
        }
        Some(Test::Between(first, second))
    }

    fn reversed(&mut self, span: Span, word: &str, low: &str, high: &str) {
        let message = format!("the ends of `{word}` are reversed, so nothing lies in it");
        self.say(span, message, format!("write `{word} {low} and {high}`"));
    }

    fn between_span(
        &mut self,
        first: &Node,
        second: &Node,
        unit: Option<&Node>,
        ago: bool,
    ) -> Option<Test> {
        let from = self.number(first);
        let span = self.span(second);
        let read = literal::length(second.as_str(), unit.map(|unit| unit.as_str()));
        let to = self.read(span, read);
        let (from, to) = (from?, to?);
        let read = literal::sized(&from.to_string(), to.unit);
        self.read(self.span(first), read)?;
        if from > to.count {
            let span = self.span(first).to(span);
            self.reversed(span, "between", &to.count.to_string(), &from.to_string());
        }
        let (from, to, unit) = (from, to.count, to.unit);
        Some(if ago {
            Test::BetweenAgo { from, to, unit }
        } else {
            Test::BetweenAhead { from, to, unit }
        })
    }

    /// The first number of a span, which has no unit of its own.
    fn number(&mut self, node: &Node) -> Option<u32> {
        let text = node.as_str();
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let span = self.span(node);
        if digits {
            // Too long a number is reported by its size in days.
            let read = literal::sized(text, Unit::Minute).map(|length| length.count);
            return self.read(span, read);
        }
        if literal::length(text, None).is_ok() {
            self.unit_first(span);
        } else {
            let message = format!("`{}` is no whole number", shown(text));
            self.say(span, message, "write `between 2 and 4 days ago`");
        }
        None
    }

    /// `in last 3 days`, without `the`.
    fn wants_the(&mut self, parts: &Parts, span: Span) {
        if !parts.has(Rule::the) {
            self.say(
                span,
                "`the` is missing after `in`",
                "write `in the last 3 days`, `in the past` and the like",
            );
        }
    }

    fn in_span(&mut self, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        self.wants_the(&parts, span);
        let last = parts.take(Rule::span_word)?.as_str() == "last";
        let length = parts.take(Rule::length)?;
        let length = self.length(length)?;
        Some(if last {
            Test::InTheLast(length)
        } else {
            Test::InTheNext(length)
        })
    }

    fn in_side(&mut self, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        self.wants_the(&parts, span);
        let past = parts.take(Rule::side)?.as_str() == "past";
        Some(if past {
            Test::InThePast
        } else {
            Test::InTheFuture
        })
    }

    fn in_set(&mut self, node: Node, negated: bool) -> Option<Test> {
        let mut parts = Parts::of(node);
        if let Some(not) = &parts.not {
            self.say(
                self.span(not),
                "`not` stands before `in`",
                "write `not in {…}`",
            );
        }
        let negated = negated || parts.not.is_some();
        let set = parts.nodes.pop()?;
        let members = self.members(set, "in")?;
        Some(Test::In { negated, members })
    }

    /// The members of a set, where one may have been written in another way.
    fn members(&mut self, node: Node, word: &str) -> Option<Vec<Literal>> {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::set => self.set(node),
            Rule::wrong_set => {
                self.say(
                    span,
                    "a set stands in braces",
                    format!("write `{word} {{…}}`"),
                );
                self.set(node)
            }
            _ => {
                let help = format!("write `{word} {{{}}}`", shown(node.as_str()));
                self.say(
                    span,
                    format!("`{word}` asks for a set, and a set stands in braces"),
                    help,
                );
                self.value(node).map(|value| vec![value])
            }
        }
    }

    fn set(&mut self, node: Node) -> Option<Vec<Literal>> {
        let span = self.span(&node);
        let braces = node.as_rule() == Rule::set;
        let open = Span::new(span.file, span.start as usize, span.start as usize + 1);
        let mut members = Vec::new();
        let (mut whole, mut commas) = (true, true);
        for inner in node.into_inner() {
            match inner.as_rule() {
                Rule::value if members.len() >= MOST_MEMBERS => return self.too_many(open),
                Rule::value => match self.value(inner) {
                    Some(value) => members.push(value),
                    None => whole = false,
                },
                Rule::no_comma if commas => {
                    commas = false;
                    self.say(
                        self.span(&inner),
                        "a comma is missing between two members of a set",
                        "write `{a, b}`",
                    );
                }
                Rule::close if braces => self.closes(&inner, open, "{", "}"),
                Rule::lost => self.unclosed(open, "{", "}"),
                _ => {}
            }
        }
        if whole && members.is_empty() {
            self.say(
                span,
                "an empty set holds nothing",
                "name its members, or ask `is empty` of a set",
            );
            return None;
        }
        whole.then_some(members)
    }

    fn too_many(&mut self, open: Span) -> Option<Vec<Literal>> {
        let message = format!("this set has more than {MOST_MEMBERS} members");
        let finding = Diagnostic::new(&codes::LIMIT, open, message);
        self.found
            .push(finding.help("let the host compute a fact for it"));
        None
    }

    fn with(&mut self, node: Node, word: &str) -> Option<Literal> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        if !parts.has(Rule::with) {
            self.say(
                span,
                format!("`with` is missing after `{word}`"),
                format!("write `{word} with \"…\"`"),
            );
        }
        let value = parts.take(Rule::value)?;
        self.value(value)
    }

    fn more(&mut self, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let less = parts.take(Rule::more_word)?.as_str() == "less";
        let node = parts.take(Rule::length)?;
        let length = self.length(node);
        let ago = parts
            .take(Rule::direction)
            .map(|node| node.as_str() == "ago");
        match (less, ago) {
            (true, ago) => {
                let right = if ago == Some(false) { "next" } else { "last" };
                let help = match length {
                    Some(length) => format!("write `in the {right} {length}`"),
                    None => format!("write `in the {right} 3 days`"),
                };
                self.say(span, "`less than` is written otherwise", help);
                None
            }
            (false, None) => {
                self.say(
                    span,
                    "`ago` or `ahead` is missing after the length of time",
                    "write `more than 3 days ago` or `… ahead`",
                );
                None
            }
            (false, Some(true)) => length.map(Test::MoreThanAgo),
            (false, Some(false)) => length.map(Test::MoreThanAhead),
        }
    }

    fn has_many(&mut self, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let quantifier = parts.take(Rule::quantifier)?.as_str();
        let phrase = format!("has {quantifier} of");
        if !parts.has(Rule::of) {
            let message = format!("`of` is missing after `has {quantifier}`");
            self.say(span, message, format!("write `{phrase} {{…}}`"));
        }
        let set = parts.nodes.pop()?;
        let members = self.members(set, &phrase)?;
        Some(match quantifier {
            "any" => Test::HasAnyOf(members),
            "all" => Test::HasAllOf(members),
            _ => Test::HasNoneOf(members),
        })
    }

    fn has(&mut self, fact: &str, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let operand = parts.nodes.pop()?;
        if parts.not.is_some() {
            let help = format!(
                "write `not {} has {}`",
                shown(fact),
                shown(operand.as_str())
            );
            self.say(span, "`not` stands before the fact", help);
        }
        if operand.as_rule() == Rule::set {
            let message = "`has` alone asks for one member";
            self.say(
                span,
                message,
                "write `has any of {…}`, `has all of {…}` or `has none of {…}`",
            );
            self.set(operand)?;
            return None;
        }
        self.value(operand).map(Test::Has)
    }

    fn is(&mut self, fact: &str, node: Node) -> Option<Test> {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let operand = parts.nodes.pop()?;
        let negated = parts.not.is_some();
        let word = operand.as_str();
        let (test, right) = match (word, negated) {
            ("empty", false) => return Some(Test::IsEmpty),
            ("known", false) => return Some(Test::IsKnown),
            ("unknown", false) => return Some(Test::IsUnknown),
            ("empty", true) => (None, format!("not {} is empty", shown(fact))),
            ("known", true) => (Some(Test::IsUnknown), "is unknown".to_owned()),
            ("unknown", true) => (Some(Test::IsKnown), "is known".to_owned()),
            ("null" | "missing" | "absent", false) => {
                (Some(Test::IsUnknown), "is unknown".to_owned())
            }
            ("null" | "missing" | "absent", true) => (Some(Test::IsKnown), "is known".to_owned()),
            _ => (None, comparison(operand.as_rule(), word, negated)),
        };
        let not = if negated { "is not" } else { "is" };
        let message = format!("`{not} {}` is written otherwise", shown(word));
        self.say(span, message, format!("write `{right}`"));
        test
    }
}

fn comparison(rule: Rule, word: &str, negated: bool) -> String {
    let operator = match (rule, negated) {
        (Rule::set, false) => "in",
        (Rule::set, true) => "not in",
        (_, false) => "==",
        (_, true) => "!=",
    };
    format!("{operator} {}", shown(word))
}

fn reversed(first: &LiteralKind, second: &LiteralKind) -> bool {
    match (first, second) {
        (LiteralKind::Int(first), LiteralKind::Int(second)) => first > second,
        _ => false,
    }
}
