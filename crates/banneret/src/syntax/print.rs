//! The AST as text, on one line. `parse(print(x))` is `x`, apart from spans.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    Allow, Cap, Dismiss, Expr, ExprKind, Item, Length, Literal, LiteralKind, Operator, Share,
    Spanned, Test, When,
};
use super::fields::Value;

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Display for ExprKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            ExprKind::Const(value) => value.fmt(f),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::Test(fact, test) => write!(f, "{} {}", fact.value, test.value),
            ExprKind::Not(inner) => {
                f.write_str("not ")?;
                within(f, inner, binds_less_than_not(inner))
            }
            ExprKind::And(operands) => joined(f, operands, " and ", |kind| {
                matches!(kind, ExprKind::And(_) | ExprKind::Or(_))
            }),
            ExprKind::Or(operands) => {
                joined(f, operands, " or ", |kind| matches!(kind, ExprKind::Or(_)))
            }
            ExprKind::Paren(inner) => write!(f, "({inner})"),
            ExprKind::Fresh(inner, length) => {
                within(f, inner, !matches!(inner.kind, ExprKind::Paren(_)))?;
                write!(f, " no older than {}", Short(length.value))
            }
        }
    }
}

fn binds_less_than_not(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_))
}

/// An expression built by a program may lack parentheses that its meaning needs.
fn within(f: &mut Formatter<'_>, inner: &Expr, parentheses: bool) -> fmt::Result {
    if parentheses {
        write!(f, "({inner})")
    } else {
        inner.fmt(f)
    }
}

fn joined(
    f: &mut Formatter<'_>,
    operands: &[Expr],
    word: &str,
    parentheses: fn(&ExprKind) -> bool,
) -> fmt::Result {
    for (at, operand) in operands.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        within(f, operand, parentheses(&operand.kind))?;
    }
    Ok(())
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Test::Compare(operator, value) => write!(f, "{operator} {value}"),
            Test::In {
                negated: false,
                members,
            } => write!(f, "in {}", Set(members)),
            Test::In {
                negated: true,
                members,
            } => write!(f, "not in {}", Set(members)),
            Test::Between(low, high) => write!(f, "between {low} and {high}"),
            Test::StartsWith(value) => write!(f, "starts with {value}"),
            Test::EndsWith(value) => write!(f, "ends with {value}"),
            Test::Contains(value) => write!(f, "contains {value}"),
            Test::Before(value) => write!(f, "before {value}"),
            Test::After(value) => write!(f, "after {value}"),
            Test::InTheLast(length) => write!(f, "in the last {length}"),
            Test::InTheNext(length) => write!(f, "in the next {length}"),
            Test::MoreThanAgo(length) => write!(f, "more than {length} ago"),
            Test::MoreThanAhead(length) => write!(f, "more than {length} ahead"),
            Test::BetweenAgo { from, to, unit } => {
                write!(f, "between {from} and {to} {} ago", unit.word(*to))
            }
            Test::BetweenAhead { from, to, unit } => {
                write!(f, "between {from} and {to} {} ahead", unit.word(*to))
            }
            Test::InThePast => f.write_str("in the past"),
            Test::InTheFuture => f.write_str("in the future"),
            Test::Has(value) => write!(f, "has {value}"),
            Test::HasAnyOf(members) => write!(f, "has any of {}", Set(members)),
            Test::HasAllOf(members) => write!(f, "has all of {}", Set(members)),
            Test::HasNoneOf(members) => write!(f, "has none of {}", Set(members)),
            Test::IsEmpty => f.write_str("is empty"),
            Test::IsKnown => f.write_str("is known"),
            Test::IsUnknown => f.write_str("is unknown"),
        }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        })
    }
}

struct Set<'a>(&'a [Literal]);

impl Display for Set<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('{')?;
        for (at, member) in self.0.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}{member}")?;
        }
        f.write_char('}')
    }
}

impl Display for LiteralKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            LiteralKind::Name(name) => f.write_str(name),
            LiteralKind::Text(text) => quoted(f, text),
            LiteralKind::Int(number) => number.fmt(f),
            LiteralKind::Bool(value) => value.fmt(f),
            LiteralKind::When(when) => when.fmt(f),
        }
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

impl Display for When {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            When::Date(date) => date.fmt(f),
            When::Moment { text, .. } => f.write_str(text),
        }
    }
}

/// In words, `3 days`, as everywhere but after `no older than`.
impl Display for Length {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.unit.word(self.count))
    }
}

/// In short, `5m`.
pub(super) struct Short(pub(super) Length);

impl Display for Short {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.count, self.0.unit.letter())
    }
}

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.hundredths / 100, self.hundredths % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole}")?,
            (_, 0) => write!(f, "{whole}.{}", part / 10)?,
            _ => write!(f, "{whole}.{part:02}")?,
        }
        write!(f, "% by {}", self.by.value)
    }
}

impl Display for Cap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.within {
            Some(length) => write!(f, "{} per {length}", self.times),
            None => write!(f, "{} ever", self.times),
        }
    }
}

impl Display for Dismiss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Dismiss::For(length) => write!(f, "for {length}"),
            Dismiss::Forever => f.write_str("forever"),
        }
    }
}

impl Display for Allow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} until {} because ", self.code.value, self.until.value)?;
        quoted(f, &self.because.value)
    }
}

/// The value of a field, without its keyword.
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Expression(expr) => expr.fmt(f),
            Value::Word(word) => f.write_str(&word.value),
            Value::Words(words) => {
                for (at, word) in words.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(f, "{comma}{}", word.value)?;
                }
                Ok(())
            }
            Value::Text(text) => quoted(f, &text.value),
            Value::Number(number) => number.value.fmt(f),
            Value::When(when) => when.value.fmt(f),
            Value::ReviewBy(when) => when.value.fmt(f),
            Value::Share(share) => share.fmt(f),
            Value::Cap(cap) => cap.value.fmt(f),
            Value::Dismiss(dismiss) => dismiss.value.fmt(f),
            Value::OnClick(_) => f.write_str("on click"),
            Value::Allow(allow) => allow.fmt(f),
        }
    }
}

/// The item in its canonical layout, its documentation above it.
impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&super::layout::item(self))
    }
}

impl<T: Display> Display for Spanned<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
