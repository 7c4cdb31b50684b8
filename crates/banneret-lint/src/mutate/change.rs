//! The changes that a slip of the hand, or a careless review, makes to a rule: one place each.

use banneret::ast::{Expr, ExprKind, Length, Literal, LiteralKind, Operator, Spanned, Test, When};
use banneret::{Duration, Edit, Fact, Kind, Schema, Sources, Span, is_name};

use crate::lint::shown;

/// As many values are added to one list, one by one, and as many taken out; a list with more is
/// one of countries.
const MOST_LISTED: usize = 16;

/// One change to the text of a rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// What kind of change it is, for programs.
    pub(super) operator: &'static str,
    /// What is changed, in words that follow "with".
    pub(super) what: String,
    /// What is changed, as it stands there.
    pub(super) span: Span,
    /// In the order of the text.
    pub(super) edits: Vec<Edit>,
}

/// Every change to an expression.
pub(super) fn changes(expr: &Expr, schema: &Schema, sources: &Sources) -> Vec<Change> {
    let mut changer = Changer {
        schema,
        sources,
        changes: Vec::new(),
    };
    changer.whole(expr);
    changer.look(expr);
    changer.changes
}

struct Changer<'c> {
    schema: &'c Schema,
    sources: &'c Sources,
    changes: Vec<Change>,
}

impl Changer<'_> {
    /// A rule that asks one thing only has no list to drop it from.
    fn whole(&mut self, expr: &Expr) {
        let mut inner = expr;
        while let ExprKind::Paren(next) | ExprKind::Fresh(next, _) = &inner.kind {
            inner = next;
        }
        let is_list = matches!(inner.kind, ExprKind::And(_) | ExprKind::Or(_));
        if !is_list && !matches!(inner.kind, ExprKind::Const(_)) {
            let what = format!("`{}` dropped", shown(expr));
            let (span, text) = (expr.span, "true".to_owned());
            self.push("dropped", what, vec![Edit { span, text }]);
        }
    }

    fn look(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Const(_) => {}
            ExprKind::Name(name) => self.name(name, expr),
            ExprKind::Test(name, test) => {
                let fact = self.schema.id(&name.value);
                if let Some(fact) = fact.and_then(|id| self.schema.fact(id)) {
                    self.test(&name.value, test, fact);
                }
            }
            ExprKind::Not(inner) => {
                let what = format!("`not` dropped before `{}`", shown(inner));
                self.cut("not", what, expr.span, inner.span.start, expr.span.start);
                self.look(inner);
            }
            ExprKind::Paren(inner) => self.look(inner),
            ExprKind::Fresh(inner, length) => {
                self.fresh(expr, inner, length);
                self.look(inner);
            }
            ExprKind::And(parts) => self.list(parts, "and", "or"),
            ExprKind::Or(parts) => {
                self.list(parts, "or", "and");
                self.let_unknown_in(parts);
            }
        }
    }

    fn push(&mut self, operator: &'static str, what: String, edits: Vec<Edit>) {
        if let Some(span) = edits.first().map(|edit| edit.span) {
            self.changes.push(Change {
                operator,
                what,
                span,
                edits,
            });
        }
    }

    /// Takes something out, with the text between two places around it.
    fn cut(&mut self, operator: &'static str, what: String, of: Span, end: u32, start: u32) {
        let span = Span { start, end, ..of };
        let text = String::new();
        self.changes.push(Change {
            operator,
            what,
            span: of,
            edits: vec![Edit { span, text }],
        });
    }

    /// A fact that is true or false by itself.
    fn name(&mut self, name: &str, expr: &Expr) {
        if name.contains('.') {
            let what = format!("`{name}` turned into `not {name}`");
            let span = Span {
                end: expr.span.start,
                ..expr.span
            };
            let text = "not ".to_owned();
            self.push("turned", what, vec![Edit { span, text }]);
        }
    }

    fn fresh(&mut self, expr: &Expr, inner: &Expr, length: &Spanned<Length>) {
        let what = format!("`no older than {}` dropped", length.value);
        self.cut("age", what, length.span, expr.span.end, inner.span.end);
        let wider = length.value.count.checked_mul(2).map(|count| Length {
            count,
            ..length.value
        });
        if let Some(wider) = wider.filter(|wider| wider.duration().is_some()) {
            let what = format!("`no older than {}` widened to `{wider}`", length.value);
            let (span, text) = (length.span, wider.to_string());
            self.push("age", what, vec![Edit { span, text }]);
        }
    }

    fn list(&mut self, parts: &[Expr], joint: &'static str, other: &'static str) {
        for (at, part) in parts.iter().enumerate() {
            let what = format!("`{}` dropped", shown(part));
            let (before, after) = (at.checked_sub(1).and_then(|at| parts.get(at)), at + 1);
            match (before, parts.get(after)) {
                (Some(before), _) => {
                    self.cut("dropped", what, part.span, part.span.end, before.span.end);
                }
                (None, Some(next)) => {
                    self.cut("dropped", what, part.span, next.span.start, part.span.start);
                }
                (None, None) => {}
            }
        }
        let joints: Option<Vec<Edit>> = parts.windows(2).map(|pair| self.joint(pair)).collect();
        if let Some(mut edits) = joints {
            for edit in &mut edits {
                edit.text = other.to_owned();
            }
            let what = match edits.len() {
                1 => format!("`{joint}` turned into `{other}`"),
                _ => format!("each `{joint}` turned into `{other}`"),
            };
            self.push("joint", what, edits);
        }
        parts.iter().for_each(|part| self.look(part));
    }

    /// The word that joins two parts, comments between them being none.
    fn joint(&self, pair: &[Expr]) -> Option<Edit> {
        let [one, other] = pair else { return None };
        let between = Span {
            start: one.span.end,
            end: other.span.start,
            ..one.span
        };
        let mut at = usize::try_from(between.start).ok()?;
        for line in self.sources.text(between).split_inclusive('\n') {
            let code = line.split('#').next().unwrap_or_default();
            let word = code.trim();
            if !word.is_empty() {
                let start = at + code.find(word)?;
                let span = Span::new(between.file, start, start + word.len());
                let text = String::new();
                return Some(Edit { span, text });
            }
            at += line.len();
        }
        None
    }

    /// One alternative more: that nobody knows what the first one asks about.
    fn let_unknown_in(&mut self, parts: &[Expr]) {
        let asked = parts.iter().find_map(|part| match &part.kind {
            ExprKind::Test(name, _) => Some(&*name.value),
            ExprKind::Name(name) if name.contains('.') => Some(&**name),
            _ => None,
        });
        if let (Some(fact), Some(last)) = (asked, parts.last()) {
            let span = Span {
                start: last.span.end,
                ..last.span
            };
            let text = format!(" or {fact} is unknown");
            let what = format!("`{fact} is unknown` added");
            self.push("added", what, vec![Edit { span, text }]);
        }
    }

    fn test(&mut self, fact_name: &str, test: &Spanned<Test>, fact: &Fact) {
        for (operator, other) in tests(&test.value, fact) {
            let old = cut_short(format!("{fact_name} {}", test.value));
            let what = format!("`{old}` turned into `{}`", cut_short(other.to_string()));
            let (span, text) = (test.span, other.to_string());
            self.push(operator, what, vec![Edit { span, text }]);
        }
    }
}

fn cut_short(mut text: String) -> String {
    const WIDTH: usize = 60;
    if let Some((at, _)) = text.char_indices().nth(WIDTH) {
        text.truncate(at);
        text.push('…');
    }
    text
}

/// Every question that is one slip away.
fn tests(test: &Test, fact: &Fact) -> Vec<(&'static str, Test)> {
    let mut tests = Vec::new();
    tests.extend(turned(test).map(|test| ("turned", test)));
    tests.extend(moved(test).into_iter().map(|test| ("bound", test)));
    tests.extend(listed(test, fact).into_iter().map(|test| ("value", test)));
    tests
}

/// The question with its comparing word turned.
fn turned(test: &Test) -> Option<Test> {
    Some(match test {
        Test::Compare(operator, value) => {
            let operator = match operator {
                Operator::Equal => Operator::NotEqual,
                Operator::NotEqual => Operator::Equal,
                Operator::Less => Operator::LessOrEqual,
                Operator::LessOrEqual => Operator::Less,
                Operator::Greater => Operator::GreaterOrEqual,
                Operator::GreaterOrEqual => Operator::Greater,
            };
            Test::Compare(operator, value.clone())
        }
        Test::In { negated, members } => Test::In {
            negated: !negated,
            members: members.clone(),
        },
        Test::Before(value) => Test::After(value.clone()),
        Test::After(value) => Test::Before(value.clone()),
        Test::InTheLast(length) => Test::MoreThanAgo(*length),
        Test::InTheNext(length) => Test::MoreThanAhead(*length),
        Test::MoreThanAgo(length) => Test::InTheLast(*length),
        Test::MoreThanAhead(length) => Test::InTheNext(*length),
        Test::InThePast => Test::InTheFuture,
        Test::InTheFuture => Test::InThePast,
        Test::HasAnyOf(members) => Test::HasAllOf(members.clone()),
        Test::HasAllOf(members) => Test::HasAnyOf(members.clone()),
        Test::HasNoneOf(members) => Test::HasAnyOf(members.clone()),
        Test::IsKnown => Test::IsUnknown,
        Test::IsUnknown => Test::IsKnown,
        _ => return None,
    })
}

/// The question with one of its bounds a step further or nearer.
fn moved(test: &Test) -> Vec<Test> {
    let both = |value: &Literal, make: &dyn Fn(Literal) -> Test| {
        let steps = [1, -1].into_iter();
        let moved = steps.filter_map(|step| stepped(value, step));
        moved.map(make).collect::<Vec<_>>()
    };
    let lengths = |length: &Length, make: fn(Length) -> Test| {
        let counts = steps(length.count).into_iter();
        let lengths = counts.map(|count| Length { count, ..*length });
        lengths.map(make).collect::<Vec<_>>()
    };
    match test {
        Test::Compare(operator, value) => both(value, &|value| Test::Compare(*operator, value)),
        Test::Between(low, high) => {
            let mut moved = both(low, &|low| Test::Between(low, high.clone()));
            moved.extend(both(high, &|high| Test::Between(low.clone(), high)));
            moved
        }
        Test::Before(value) => both(value, &Test::Before),
        Test::After(value) => both(value, &Test::After),
        Test::InTheLast(length) => lengths(length, Test::InTheLast),
        Test::InTheNext(length) => lengths(length, Test::InTheNext),
        Test::MoreThanAgo(length) => lengths(length, Test::MoreThanAgo),
        Test::MoreThanAhead(length) => lengths(length, Test::MoreThanAhead),
        Test::BetweenAgo { from, to, unit } => {
            let make = |(from, to)| Test::BetweenAgo {
                from,
                to,
                unit: *unit,
            };
            spans(*from, *to).into_iter().map(make).collect()
        }
        Test::BetweenAhead { from, to, unit } => {
            let make = |(from, to)| Test::BetweenAhead {
                from,
                to,
                unit: *unit,
            };
            spans(*from, *to).into_iter().map(make).collect()
        }
        _ => Vec::new(),
    }
}

/// One more and one less.
fn steps(count: u32) -> Vec<u32> {
    let steps = [count.checked_add(1), count.checked_sub(1)];
    steps.into_iter().flatten().collect()
}

fn spans(from: u32, to: u32) -> Vec<(u32, u32)> {
    let moved = steps(from).into_iter().map(|from| (from, to));
    let moved = moved.chain(steps(to).into_iter().map(|to| (from, to)));
    moved.filter(|(from, to)| from <= to).collect()
}

/// A value one step on; nothing where there are no steps.
fn stepped(literal: &Literal, step: i64) -> Option<Literal> {
    let value = match &literal.value {
        LiteralKind::Int(number) => LiteralKind::Int(number.checked_add(step)?),
        LiteralKind::When(When::Date(date)) => {
            let other = if step > 0 {
                date.tomorrow()
            } else {
                date.yesterday()
            };
            LiteralKind::When(When::Date(other.ok()?))
        }
        LiteralKind::When(When::Moment { time, .. }) => {
            let second = Duration::from_seconds(1)?;
            let time = if step > 0 {
                time.plus(second)
            } else {
                time.minus(second)
            };
            let text = time.to_string().into();
            LiteralKind::When(When::Moment { time, text })
        }
        _ => return None,
    };
    let span = literal.span;
    Some(Literal { value, span })
}

/// The question with one value more or less in its list.
fn listed(test: &Test, fact: &Fact) -> Vec<Test> {
    match test {
        Test::Compare(operator @ (Operator::Equal | Operator::NotEqual), value) => {
            let negated = *operator == Operator::NotEqual;
            let added = with_one_more(std::slice::from_ref(value), fact);
            added.map(|members| Test::In { negated, members }).collect()
        }
        Test::In { negated, members } => with_one_less(members)
            .chain(with_one_more(members, fact))
            .map(|members| Test::In {
                negated: *negated,
                members,
            })
            .collect(),
        Test::HasAnyOf(members) => varied(members, fact, Test::HasAnyOf),
        Test::HasAllOf(members) => varied(members, fact, Test::HasAllOf),
        Test::HasNoneOf(members) => varied(members, fact, Test::HasNoneOf),
        Test::Has(value) => with_one_more(std::slice::from_ref(value), fact)
            .map(Test::HasAnyOf)
            .collect(),
        _ => Vec::new(),
    }
}

fn varied(members: &[Literal], fact: &Fact, make: fn(Vec<Literal>) -> Test) -> Vec<Test> {
    with_one_less(members)
        .chain(with_one_more(members, fact))
        .map(make)
        .collect()
}

fn with_one_less(members: &[Literal]) -> impl Iterator<Item = Vec<Literal>> {
    let all = if members.len() > 1 { members } else { &[] };
    (0..all.len().min(MOST_LISTED)).map(|at| {
        let mut fewer = all.to_vec();
        fewer.remove(at);
        fewer
    })
}

fn with_one_more(members: &[Literal], fact: &Fact) -> impl Iterator<Item = Vec<Literal>> {
    let has = |name: &str| {
        members.iter().any(|member| match &member.value {
            LiteralKind::Name(member) | LiteralKind::Text(member) => **member == *name,
            _ => false,
        })
    };
    let span = members.first().map(|member| member.span);
    let others = values(fact).into_iter();
    let others = others.filter(|(name, _)| !has(name)).take(MOST_LISTED);
    let others: Vec<_> = others.map(|(_, value)| value).collect();
    others.into_iter().filter_map(move |value| {
        let mut more = members.to_vec();
        more.push(Literal { value, span: span? });
        Some(more)
    })
}

/// The values that a fact can have, as a rule writes them.
fn values(fact: &Fact) -> Vec<(&str, LiteralKind)> {
    match &fact.kind {
        Kind::String(Some(texts)) => texts
            .iter()
            .map(|text| (&**text, LiteralKind::Text(text.clone())))
            .collect(),
        kind => kind
            .values()
            .iter()
            .map(|value| {
                let written = match is_name(&value.name) {
                    true => LiteralKind::Name(value.name.clone()),
                    false => LiteralKind::Text(value.name.clone()),
                };
                (&*value.name, written)
            })
            .collect(),
    }
}
