//! Expressions against the schema: every question must be one that the fact's type can answer,
//! and every value one that the fact can have.

use std::collections::BTreeSet;

use crate::codes;
use crate::diagnostic::{Diagnostic, Edit, Fix, nearest};
use crate::formula::{Codes, Members, Question, Ranges, SegmentNames, SetTest, TextTest, Typed};
use crate::schema::{EnumCode, Fact, FactId, Kind, Schema};
use crate::source::Span;
use crate::syntax::ast::{
    Expr, ExprKind, Length, Literal, LiteralKind, Name, Operator, Test, Unit, When,
};
use crate::value::Time;

/// What the names of an expression can mean.
pub(crate) struct Scope<'s> {
    /// The facts.
    pub(crate) schema: &'s Schema,
    /// The segments.
    pub(crate) segments: &'s SegmentNames,
    /// Whether the text is the library's own: it speaks of the library's facts, never of a book's
    /// own that took the name. One that the book leaves out makes its question false there; a
    /// value that the book has taken away is no value that the fact has.
    pub(crate) standard: bool,
}

/// Nobody reads more, and looking for the nearest name takes its time.
pub(crate) const MOST_FINDINGS: usize = 1_000;

/// The typed form of an expression; nothing where a mistake was found (and reported).
pub(crate) fn typed(expr: &Expr, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) -> Option<Typed> {
    if found.len() >= MOST_FINDINGS {
        return None;
    }
    match &expr.kind {
        ExprKind::Const(value) => Some(Typed::Const(*value)),
        ExprKind::Name(name) => scope.name(name, expr.span, found),
        ExprKind::Test(name, test) => scope.test(name, &test.value, test.span, found),
        ExprKind::Not(inner) => Some(Typed::Not(Box::new(typed(inner, scope, found)?))),
        ExprKind::And(parts) => Some(Typed::All(all(parts, scope, found)?)),
        ExprKind::Or(parts) => {
            found.extend(parts.iter().filter_map(mixed));
            let before = found.len();
            let typed = all(parts, scope, found);
            let new = found.iter_mut().skip(before);
            new.for_each(|finding| scope.help_with_list(parts, finding));
            Some(Typed::Any(typed?))
        }
        ExprKind::Paren(inner) => typed(inner, scope, found),
        ExprKind::Fresh(inner, bound) => {
            let inner = typed(inner, scope, found)?;
            Some(Typed::Fresh(Box::new(inner), bound.value.duration()?))
        }
    }
}

/// Every part, so that each one's mistakes show.
fn all(parts: &[Expr], scope: &Scope<'_>, found: &mut Vec<Diagnostic>) -> Option<Vec<Typed>> {
    let parts: Vec<_> = parts.iter().map(|part| typed(part, scope, found)).collect();
    parts.into_iter().collect()
}

fn mixed(part: &Expr) -> Option<Diagnostic> {
    let ExprKind::And(_) = part.kind else {
        return None;
    };
    let message = "`and` and `or` are mixed without parentheses";
    let found = Diagnostic::new(&codes::MIXED_AND_OR, part.span, message)
        .label("this belongs together, which is easy to read wrongly")
        .help(format!("write `({part})`"));
    let (start, end) = (part.span.start as usize, part.span.end as usize);
    let insert = |at, text: &str| Edit {
        span: Span::new(part.span.file, at, at),
        text: text.to_owned(),
    };
    Some(found.fix(Fix {
        title: "put what belongs together in parentheses".to_owned(),
        edits: vec![insert(start, "("), insert(end, ")")],
        is_safe: true,
    }))
}

type Found<T> = Result<T, Box<Diagnostic>>;

fn mistake(code: &'static crate::Code, span: Span, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code, span, message))
}

impl Scope<'_> {
    fn name(&self, name: &str, span: Span, found: &mut Vec<Diagnostic>) -> Option<Typed> {
        if name.contains('.') {
            let (id, fact) = match self.fact(name, span) {
                Ok(Some(fact)) => fact,
                Ok(None) => return Some(Typed::Const(false)),
                Err(diagnostic) => return report(*diagnostic, found),
            };
            return match fact.kind {
                Kind::Bool => Some(Typed::Ask(id, Question::Bool(true))),
                _ => report(bare_fact(fact, span), found),
            };
        }
        if name == "in_dunning" {
            return self.in_dunning(span, found);
        }
        match self.segments.number(name) {
            Some(number) => Some(Typed::Segment(number)),
            None => report(self.no_segment(name, span), found),
        }
    }

    fn in_dunning(&self, span: Span, found: &mut Vec<Diagnostic>) -> Option<Typed> {
        let Some((id, fact)) = self.schema.dunning_role() else {
            if self.standard {
                return Some(Typed::Const(false));
            }
            let message = "`in_dunning` means nothing here: no fact has the dunning role";
            let help = "include billing@1, or give an enum fact `role: dunning_state` and mark \
                        the values that mean dunning with `in_dunning: true`";
            return report(
                Diagnostic::new(&codes::DUNNING_ROLE, span, message).help(help),
                found,
            );
        };
        let values = fact.kind.values();
        let marked = values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.in_dunning);
        let marked = marked.filter_map(|(at, _)| u16::try_from(at).ok().map(EnumCode));
        Some(Typed::Ask(
            id,
            Question::Enum(Codes::of(values.len(), marked)),
        ))
    }

    fn no_segment(&self, name: &str, span: Span) -> Diagnostic {
        let message = format!("there is no segment `{name}`");
        let found = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
        if let Some(near) = nearest(name, self.segments.names().chain(["in_dunning"])) {
            return found.help(format!("did you mean `{near}`?"));
        }
        if matches!(name, "everyone" | "everybody" | "anyone" | "all" | "always") {
            return found.help("for all accounts, write `true`");
        }
        match self.with_tail(name) {
            Some(fact) => found.help(format!("a fact is named in full: `{fact}`")),
            None => found.help(format!("define it with `segment {name}: …`")),
        }
    }

    /// The fact of that name; nothing where the library's text may speak of a fact that the book
    /// leaves out.
    fn fact(&self, name: &str, span: Span) -> Found<Option<(FactId, &Fact)>> {
        let id = self.schema.id(name);
        if let Some(found) = id.and_then(|id| Some((id, self.schema.fact(id)?))) {
            let is_meant = !self.standard || found.1.group.is_some();
            return Ok(is_meant.then_some(found));
        }
        if self.standard {
            return Ok(None);
        }
        let mut found = mistake(
            &codes::UNKNOWN_FACT,
            span,
            format!("there is no fact `{name}`"),
        );
        let names = || self.schema.facts().map(|(_, fact)| &*fact.name);
        found
            .help
            .push(match (nearest(name, names()), self.with_tail(name)) {
                (_, Some(fact)) => format!("a fact is named in full: `{fact}`"),
                (Some(near), None) => format!("did you mean `{near}`?"),
                (None, None) => match crate::standard::group_of(name) {
                    Some(group) => format!("add `include: [{group}]` to the schema, which has it"),
                    None => "declare it in the schema, with its type and what it means".to_owned(),
                },
            });
        Err(found)
    }

    /// `f == a or b` asks for a segment `b` where the other value of `f` is meant.
    fn help_with_list(&self, parts: &[Expr], finding: &mut Diagnostic) {
        let at = parts
            .iter()
            .position(|part| part.span == finding.primary.span);
        let before = at.and_then(|at| parts.get(..at)).unwrap_or_default();
        let Some(ExprKind::Name(value)) = at.and_then(|at| parts.get(at)).map(|part| &part.kind)
        else {
            return;
        };
        let asked = before.iter().rev().find_map(|part| match &part.kind {
            ExprKind::Test(fact, test) => Some((&fact.value, &test.value)),
            _ => None,
        });
        let Some((fact, Test::Compare(Operator::Equal, first))) = asked else {
            return;
        };
        let known = self.schema.id(fact).and_then(|id| self.schema.fact(id));
        if known.is_some_and(|known| known.kind.code(value).is_some()) {
            let first = &first.value;
            finding.help = vec![format!(
                "for one of several values, write `{fact} in {{{first}, {value}}}`"
            )];
        }
    }

    /// The fact whose last part is that name: what somebody meant who left the rest out.
    fn with_tail(&self, name: &str) -> Option<&str> {
        let mut facts = self.schema.facts().map(|(_, fact)| &*fact.name);
        facts.find(|fact| fact.rsplit('.').next() == Some(name))
    }

    fn test(
        &self,
        name: &Name,
        test: &Test,
        span: Span,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Typed> {
        let asked = match self.fact(&name.value, name.span) {
            Ok(Some((id, fact))) => {
                let asked = Asked {
                    fact,
                    span,
                    standard: self.standard,
                };
                asked.question(test).map(|question| (id, question))
            }
            Ok(None) => return Some(Typed::Const(false)),
            Err(found) => Err(found),
        };
        match asked {
            Ok((id, question)) => Some(Typed::Ask(id, question)),
            Err(diagnostic) => report(*diagnostic, found),
        }
    }
}

fn report(diagnostic: Diagnostic, found: &mut Vec<Diagnostic>) -> Option<Typed> {
    found.push(diagnostic);
    None
}

fn bare_fact(fact: &Fact, span: Span) -> Diagnostic {
    let message = format!(
        "`{}` is {}: it is not true or false by itself",
        fact.name,
        a(&fact.kind)
    );
    Diagnostic::new(&codes::TYPE_MISMATCH, span, message)
        .help(format!("ask something of it, {}", examples(fact)))
}

/// `an enum`, `a set of string`
fn a(kind: &Kind) -> String {
    let name = kind.name();
    let article = if name.starts_with(['e', 'i']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}

/// What can be asked of a fact, as an example.
fn examples(fact: &Fact) -> String {
    let name = &fact.name;
    let value = fact.kind.values().first().map_or("x", |value| &value.name);
    match fact.kind {
        Kind::Bool => format!("like `{name}` or `not {name}`"),
        Kind::Enum(_) => format!("like `{name} == {value}` or `{name} in {{{value}, …}}`"),
        Kind::String(_) => format!("like `{name} == \"…\"` or `{name} starts with \"…\"`"),
        Kind::Int { .. } => format!("like `{name} > 0` or `{name} between 1 and 5`"),
        Kind::Time => format!("like `{name} in the last 3 days` or `{name} before 2026-03-01`"),
        Kind::EnumSet(_) => format!("like `{name} has {value}` or `{name} is empty`"),
        Kind::StringSet => format!("like `{name} has \"…\"` or `{name} is empty`"),
    }
}

/// One question about one fact, being typed.
struct Asked<'s> {
    fact: &'s Fact,
    span: Span,
    standard: bool,
}

impl Asked<'_> {
    /// The question.
    fn question(&self, test: &Test) -> Found<Question> {
        match (&self.fact.kind, test) {
            (_, Test::IsKnown) => Ok(Question::Known),
            (_, Test::IsUnknown) => Ok(Question::Unknown),
            (Kind::Bool, Test::Compare(operator, literal)) => self.bool(*operator, literal),
            (Kind::Enum(_), test) => self.enumerated(test),
            (Kind::String(_), test) => self.text(test),
            (Kind::Int { .. }, test) => self.number(test),
            (Kind::Time, test) => self.time(test),
            (Kind::EnumSet(_) | Kind::StringSet, test) => self.set(test),
            _ => Err(self.cannot()),
        }
    }

    fn cannot(&self) -> Box<Diagnostic> {
        let message = format!(
            "`{}` is {}, which cannot be asked this",
            self.fact.name,
            a(&self.fact.kind)
        );
        let mut found = mistake(&codes::TYPE_MISMATCH, self.span, message);
        found
            .help
            .push(format!("ask something of it, {}", examples(self.fact)));
        found
    }

    fn bool(&self, operator: Operator, literal: &Literal) -> Found<Question> {
        let LiteralKind::Bool(value) = literal.value else {
            return Err(self.wrong_literal(literal));
        };
        match operator {
            Operator::Equal => Ok(Question::Bool(value)),
            Operator::NotEqual => Ok(Question::Bool(!value)),
            _ => Err(self.cannot()),
        }
    }

    fn enumerated(&self, test: &Test) -> Found<Question> {
        let (members, holds) = match test {
            Test::Compare(Operator::Equal, literal) => (std::slice::from_ref(literal), true),
            Test::Compare(Operator::NotEqual, literal) => (std::slice::from_ref(literal), false),
            Test::In { negated, members } => (members.as_slice(), !negated),
            _ => return Err(self.cannot()),
        };
        let question = Question::Enum(self.codes(members)?);
        Ok(if holds { question } else { question.negated() })
    }

    /// The values that a question lists. One that the book took away is left out of a text of the
    /// library, and so the question is still about the fact: unknown where the fact is, also
    /// under `not`.
    fn codes(&self, members: &[Literal]) -> Found<Codes> {
        let mut codes = Codes::none(self.fact.kind.values().len());
        for member in members {
            let (LiteralKind::Name(name) | LiteralKind::Text(name)) = &member.value else {
                return Err(self.wrong_literal(member));
            };
            match self.fact.kind.code(name) {
                Some(code) => codes.insert(code),
                None if self.standard => {}
                None => return Err(self.no_value(name, member.span)),
            }
        }
        Ok(codes)
    }

    fn no_value(&self, name: &str, span: Span) -> Box<Diagnostic> {
        let message = format!("`{}` cannot be `{name}`", self.fact.name);
        let mut found = mistake(&codes::UNKNOWN_VALUE, span, message);
        let names = || self.fact.kind.values().iter().map(|value| &*value.name);
        found.help.push(match nearest(name, names()) {
            _ if name == "unknown" => format!("write `{} is unknown`", self.fact.name),
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", crate::yaml::listed(names())),
        });
        found
    }

    fn wrong_literal(&self, literal: &Literal) -> Box<Diagnostic> {
        let given = match &literal.value {
            LiteralKind::Name(name) => format!("`{name}`"),
            LiteralKind::Text(text) => format!("the text \"{text}\""),
            LiteralKind::Int(number) => format!("the number {number}"),
            LiteralKind::Bool(value) => format!("`{value}`"),
            LiteralKind::When(_) => "a date".to_owned(),
        };
        let message = format!(
            "`{}` is {} and cannot be compared with {given}",
            self.fact.name,
            a(&self.fact.kind)
        );
        let mut found = mistake(&codes::TYPE_MISMATCH, literal.span, message);
        found.help.push(match (&self.fact.kind, &literal.value) {
            (Kind::String(_) | Kind::StringSet, LiteralKind::Name(name)) => {
                format!("put it in quotes: `\"{name}\"`")
            }
            (_, LiteralKind::Name(name)) if &**name == "unknown" || &**name == "null" => {
                format!("write `{} is unknown`", self.fact.name)
            }
            (Kind::Int { .. }, LiteralKind::Text(text)) if text.parse::<i64>().is_ok() => {
                format!("leave the quotes out: `{text}`")
            }
            _ => format!("ask something of it, {}", examples(self.fact)),
        });
        found
    }

    fn text(&self, test: &Test) -> Found<Question> {
        let one = |literal: &Literal| self.string(literal).map(|text| TextTest::In([text].into()));
        let (test, holds) = match test {
            Test::Compare(Operator::Equal, literal) => (one(literal)?, true),
            Test::Compare(Operator::NotEqual, literal) => (one(literal)?, false),
            Test::In { negated, members } => (TextTest::In(self.strings(members)?), !negated),
            Test::StartsWith(part) => (TextTest::StartsWith(plain(self, part)?), true),
            Test::EndsWith(part) => (TextTest::EndsWith(plain(self, part)?), true),
            Test::Contains(part) => (TextTest::Contains(plain(self, part)?), true),
            _ => return Err(self.cannot()),
        };
        Ok(Question::Text { test, holds })
    }

    /// A text that the fact can be.
    fn string(&self, literal: &Literal) -> Found<Box<str>> {
        let text = plain(self, literal)?;
        let Kind::String(Some(domain)) = &self.fact.kind else {
            return Ok(text);
        };
        if domain.contains(&text) {
            return Ok(text);
        }
        let message = format!("`{}` cannot be \"{text}\"", self.fact.name);
        let mut found = mistake(&codes::UNKNOWN_VALUE, literal.span, message);
        found
            .help
            .push(match nearest(&text, domain.iter().map(|value| &**value)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!(
                    "it is one of {}",
                    crate::yaml::listed(domain.iter().map(|value| &**value))
                ),
            });
        Err(found)
    }

    fn strings(&self, members: &[Literal]) -> Found<Box<[Box<str>]>> {
        let texts: BTreeSet<_> = members
            .iter()
            .map(|member| self.string(member))
            .collect::<Found<_>>()?;
        Ok(texts.into_iter().collect())
    }

    fn number(&self, test: &Test) -> Found<Question> {
        let ranges = match test {
            Test::Compare(operator, literal) => {
                let number = self.int(literal)?;
                if matches!(operator, Operator::Equal | Operator::NotEqual) {
                    self.in_domain(number, literal.span)?;
                }
                compared(*operator, number)
            }
            Test::In { negated, members } => {
                let mut points = Vec::with_capacity(members.len());
                for member in members {
                    let number = self.int(member)?;
                    self.in_domain(number, member.span)?;
                    points.push((number, number));
                }
                let ranges = Ranges::of(points);
                if *negated {
                    ranges.complement()
                } else {
                    ranges
                }
            }
            Test::Between(low, high) => Ranges::of([(self.int(low)?, self.int(high)?)]),
            _ => return Err(self.cannot()),
        };
        Ok(Question::Int(ranges))
    }

    fn int(&self, literal: &Literal) -> Found<i64> {
        match literal.value {
            LiteralKind::Int(number) => Ok(number),
            _ => Err(self.wrong_literal(literal)),
        }
    }

    fn in_domain(&self, number: i64, span: Span) -> Found<()> {
        match self.fact.kind {
            Kind::Int { min, max } if !(min..=max).contains(&number) => {
                let message = format!("`{}` cannot be {number}", self.fact.name);
                let mut found = mistake(&codes::UNKNOWN_VALUE, span, message);
                found.help.push(match (min, max) {
                    (min, i64::MAX) => format!("it is {min} or more"),
                    (i64::MIN, max) => format!("it is {max} or less"),
                    (min, max) => format!("it is between {min} and {max}"),
                });
                Err(found)
            }
            _ => Ok(()),
        }
    }

    fn time(&self, test: &Test) -> Found<Question> {
        let length = |length: &Length| {
            length
                .duration()
                .map_or(i64::MAX, |length| length.as_micros())
        };
        let many = |count: u32, unit: Unit| length(&Length { count, unit });
        let away = |low: i64, high: i64| Question::Away(Ranges::of([(low, high)]));
        Ok(match test {
            Test::Before(literal) => {
                let end = self.moment(literal)?.as_unix_micros();
                Question::At(Ranges::of([(i64::MIN, end.saturating_sub(1))]))
            }
            Test::After(literal) => {
                let end = self.moment(literal)?.as_unix_micros();
                Question::At(Ranges::of([(end.saturating_add(1), i64::MAX)]))
            }
            Test::InTheLast(span) => away(-length(span), 0),
            Test::InTheNext(span) => away(0, length(span)),
            Test::MoreThanAgo(span) => away(i64::MIN, -length(span) - 1),
            Test::MoreThanAhead(span) => away(length(span).saturating_add(1), i64::MAX),
            Test::BetweenAgo { from, to, unit } => away(-many(*to, *unit), -many(*from, *unit)),
            Test::BetweenAhead { from, to, unit } => away(many(*from, *unit), many(*to, *unit)),
            Test::InThePast => away(i64::MIN, -1),
            Test::InTheFuture => away(1, i64::MAX),
            _ => return Err(self.cannot()),
        })
    }

    fn moment(&self, literal: &Literal) -> Found<Time> {
        match &literal.value {
            LiteralKind::When(When::Moment { time, .. }) => Ok(*time),
            LiteralKind::When(When::Date(date)) => match date.to_zoned(jiff::tz::TimeZone::UTC) {
                Ok(midnight) => Ok(Time::from_jiff(midnight.timestamp())),
                Err(_) => Err(self.wrong_literal(literal)),
            },
            _ => Err(self.wrong_literal(literal)),
        }
    }

    fn set(&self, test: &Test) -> Found<Question> {
        let (members, all, holds) = match test {
            Test::IsEmpty => {
                let test = SetTest::Empty;
                return Ok(Question::Set { test, holds: true });
            }
            Test::Has(member) => (std::slice::from_ref(member), false, true),
            Test::HasAnyOf(members) => (members.as_slice(), false, true),
            Test::HasAllOf(members) => (members.as_slice(), true, true),
            Test::HasNoneOf(members) => (members.as_slice(), false, false),
            _ => return Err(self.cannot()),
        };
        let members = match self.fact.kind {
            Kind::EnumSet(_) => Members::Codes(self.codes(members)?),
            _ => Members::Texts(self.strings(members)?),
        };
        Ok(Question::Set {
            test: if all {
                SetTest::All(members)
            } else {
                SetTest::Any(members)
            },
            holds,
        })
    }
}

fn plain(asked: &Asked<'_>, literal: &Literal) -> Found<Box<str>> {
    match &literal.value {
        LiteralKind::Text(text) => Ok(text.clone()),
        _ => Err(asked.wrong_literal(literal)),
    }
}

fn compared(operator: Operator, number: i64) -> Ranges {
    let up_to = |high: Option<i64>| Ranges::of(high.map(|high| (i64::MIN, high)));
    let from = |low: Option<i64>| Ranges::of(low.map(|low| (low, i64::MAX)));
    match operator {
        Operator::Equal => Ranges::of([(number, number)]),
        Operator::NotEqual => Ranges::of([(number, number)]).complement(),
        Operator::Less => up_to(number.checked_sub(1)),
        Operator::LessOrEqual => up_to(Some(number)),
        Operator::Greater => from(number.checked_add(1)),
        Operator::GreaterOrEqual => from(Some(number)),
    }
}
