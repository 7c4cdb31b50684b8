//! What a contract requires as an author would write it into an audience, so that no other lint has
//! anything to say of it: with the values that are meant, and no age that makes no difference.

use banneret::Requirement;
use banneret::ast::{Expr, ExprKind, Item, LiteralKind, Operator, Spanned, Test};

use super::Context;
use crate::asked::{Around, Asked, Leaf, Names};

/// What to add to an audience.
pub(crate) enum Wanted {
    /// A condition, in parentheses where it needs them beside `and`.
    Condition(String),
    /// Nothing helps: it asks about this fact, which the book leaves out.
    LeftOut(String),
}

/// A requirement as a condition beside others.
pub(crate) fn wanted(context: &Context<'_>, requirement: &Requirement) -> Wanted {
    let required = context.items.iter().find_map(|(standard, item)| {
        let Item::Message(message) = item else {
            return None;
        };
        let mut requires = message.requires.iter();
        let expr = requires.find(|expr| expr.span == requirement.span)?;
        Some((*standard, expr))
    });
    let Some((standard, expr)) = required else {
        return Wanted::Condition(requirement.text.clone());
    };
    let names = Names::of(context.book, context.items);
    let writer = Writer {
        names: &names,
        standard,
    };
    match writer.written(expr, Around::default()) {
        Ok(expr) => Wanted::Condition(match expr.kind {
            ExprKind::Or(_) => format!("({expr})"),
            _ => expr.to_string(),
        }),
        Err(LeftOut(fact)) => Wanted::LeftOut(fact),
    }
}

struct LeftOut(String);

struct Writer<'n, 'c> {
    names: &'n Names<'c>,
    standard: bool,
}

impl<'c> Writer<'_, 'c> {
    /// The expression with every `not` around and in it written into its conditions.
    fn written(&self, expr: &'c Expr, around: Around) -> Result<Expr, LeftOut> {
        let kind = match &expr.kind {
            ExprKind::Const(value) => ExprKind::Const(*value != around.negated),
            ExprKind::Paren(inner) => return self.written(inner, around),
            ExprKind::Not(inner) => {
                let negated = !around.negated;
                return self.written(inner, Around { negated, ..around });
            }
            ExprKind::And(parts) if around.negated => ExprKind::Or(self.all(parts, around)?),
            ExprKind::Or(parts) if around.negated => ExprKind::And(self.all(parts, around)?),
            ExprKind::And(parts) => ExprKind::And(self.all(parts, around)?),
            ExprKind::Or(parts) => ExprKind::Or(self.all(parts, around)?),
            ExprKind::Fresh(inner, length) => {
                let bound = length.value.duration();
                let asked = self.names.asked_in(inner, around, self.standard);
                let mut ages = asked.iter().map(Asked::believed);
                let inner = self.written(inner, around.no_older(bound))?;
                // The facts themselves do not count for longer.
                if ages.all(|age| age.is_some() && age <= bound) {
                    return Ok(inner);
                }
                ExprKind::Fresh(Box::new(inner), length.clone())
            }
            ExprKind::Name(_) | ExprKind::Test(..) => self.leaf(expr, around)?,
        };
        Ok(Expr {
            kind,
            span: expr.span,
        })
    }

    /// The parts of a whole, in parentheses where they have parts too.
    fn all(&self, parts: &'c [Expr], around: Around) -> Result<Vec<Expr>, LeftOut> {
        let part = |part: &'c Expr| {
            let part = self.written(part, around)?;
            let has_parts = matches!(part.kind, ExprKind::And(_) | ExprKind::Or(_));
            Ok(match has_parts {
                true => Expr {
                    span: part.span,
                    kind: ExprKind::Paren(Box::new(part)),
                },
                false => part,
            })
        };
        parts.iter().map(part).collect()
    }

    fn leaf(&self, expr: &'c Expr, around: Around) -> Result<ExprKind, LeftOut> {
        let as_it_is = || match around.negated {
            true => ExprKind::Not(Box::new(expr.clone())),
            false => expr.kind.clone(),
        };
        if self.names.named(expr).is_some() {
            return Ok(as_it_is());
        }
        let leaf = Leaf {
            expr,
            around,
            not: None,
        };
        let Some(asked) = self.names.condition(&leaf, self.standard) else {
            return Err(LeftOut(match &expr.kind {
                ExprKind::Test(name, _) => name.value.to_string(),
                _ => expr.to_string(),
            }));
        };
        Ok(match &expr.kind {
            ExprKind::Test(name, test) if asked.is_of_enum() => {
                let literal = |value: &str| Spanned {
                    value: LiteralKind::Name(value.into()),
                    span: test.span,
                };
                let value = match asked.meant().as_slice() {
                    [] => return Ok(ExprKind::Const(false)),
                    [one] => Test::Compare(Operator::Equal, literal(one)),
                    some => Test::In {
                        negated: false,
                        members: some.iter().map(|value| literal(value)).collect(),
                    },
                };
                let span = test.span;
                ExprKind::Test(name.clone(), Spanned { value, span })
            }
            _ => as_it_is(),
        })
    }
}
