//! A rule at a value that nobody has thought of yet: what it would say.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use banneret::ast::{Expr, ExprKind, Literal, LiteralKind, Operator, Test};
use banneret::{FactId, Span};

use crate::asked::{Around, Ask, Asked, Leaf, Names};

/// Conditions that are to let no added value in, by place and which way round they count there.
pub(super) type Closed = HashSet<(Span, bool)>;

/// The facts of each segment, once they were looked up.
#[derive(Default)]
pub(super) struct Mentioned<'c>(RefCell<HashMap<&'c str, Rc<HashSet<FactId>>>>);

/// A rule that is deeper is not written out: the language allows about as much.
const DEEPEST: usize = 128;

/// Writes rules for accounts whose fact has an added value. What asks the fact is decided then.
pub(super) struct Added<'n, 'c> {
    names: &'n Names<'c>,
    mentioned: &'n Mentioned<'c>,
    fact: FactId,
    closed: &'n Closed,
    most: usize,
    left: usize,
}

impl<'n, 'c> Added<'n, 'c> {
    pub(super) fn of(
        names: &'n Names<'c>,
        mentioned: &'n Mentioned<'c>,
        fact: FactId,
        closed: &'n Closed,
        most: usize,
    ) -> Added<'n, 'c> {
        Added {
            names,
            mentioned,
            fact,
            closed,
            most,
            left: most,
        }
    }

    /// The rule for such accounts, and the steps that it took; nothing where it would be too long.
    pub(super) fn rule(mut self, expr: &'c Expr) -> Option<(Expr, usize)> {
        let rule = self.at(expr, false, false, 0)?;
        Some((rule, self.most - self.left))
    }

    fn at(&mut self, expr: &'c Expr, negated: bool, standard: bool, depth: usize) -> Option<Expr> {
        self.left = self.left.checked_sub(1)?;
        let depth = Some(depth + 1).filter(|depth| *depth < DEEPEST)?;
        let mut all = |parts: &'c [Expr]| -> Option<Vec<Expr>> {
            let parts = parts.iter();
            parts
                .map(|part| self.at(part, negated, standard, depth))
                .collect()
        };
        let kind = match &expr.kind {
            ExprKind::Const(value) => ExprKind::Const(*value),
            ExprKind::And(parts) => ExprKind::And(all(parts)?),
            ExprKind::Or(parts) => ExprKind::Or(all(parts)?),
            ExprKind::Not(inner) => {
                ExprKind::Not(Box::new(self.at(inner, !negated, standard, depth)?))
            }
            ExprKind::Paren(inner) => {
                ExprKind::Paren(Box::new(self.at(inner, negated, standard, depth)?))
            }
            ExprKind::Fresh(inner, bound) => {
                let inner = self.at(inner, negated, standard, depth)?;
                ExprKind::Fresh(Box::new(inner), bound.clone())
            }
            ExprKind::Name(_) | ExprKind::Test(..) => self.leaf(expr, negated, standard, depth)?,
        };
        Some(Expr {
            kind,
            span: expr.span,
        })
    }

    fn leaf(
        &mut self,
        expr: &'c Expr,
        negated: bool,
        standard: bool,
        depth: usize,
    ) -> Option<ExprKind> {
        if let Some(name) = self.names.named(expr) {
            let (standard, inner) = self.names.segment(name)?;
            if !self.mentions(name, inner, standard) {
                return Some(expr.kind.clone());
            }
            let inner = self.at(inner, negated, standard, depth)?;
            return Some(ExprKind::Paren(Box::new(inner)));
        }
        let around = Around {
            negated,
            within: None,
        };
        let leaf = Leaf {
            expr,
            around,
            not: None,
        };
        Some(match self.names.condition(&leaf, standard) {
            // The library speaks of a fact that the book leaves out.
            None => ExprKind::Const(false),
            Some(asked) if asked.id == self.fact => ExprKind::Const(self.decided(&asked)?),
            Some(asked) if standard => known(&asked, expr),
            Some(_) => expr.kind.clone(),
        })
    }

    /// What a condition on the fact says of an added value: nothing for the rule if it is closed.
    fn decided(&self, asked: &Asked<'_>) -> Option<bool> {
        match asked.ask {
            Ask::Test(Test::IsKnown) => Some(true),
            Ask::Test(Test::IsUnknown) => Some(false),
            ask => match self.closed.contains(&(asked.span, asked.around.negated)) {
                true => Some(asked.around.negated),
                false => ask.holds_beyond(),
            },
        }
    }

    fn mentions(&self, name: &'c str, expr: &'c Expr, standard: bool) -> bool {
        let known = self.mentioned.0.borrow().get(name).cloned();
        let facts = known.unwrap_or_else(|| {
            let asked = self.names.asked_in(expr, Around::default(), standard);
            let facts: Rc<HashSet<_>> = Rc::new(asked.iter().map(|asked| asked.id).collect());
            let mut mentioned = self.mentioned.0.borrow_mut();
            Rc::clone(mentioned.entry(name).or_insert(facts))
        });
        facts.contains(&self.fact)
    }
}

/// A condition of the library's as the book could write it: without the values that it took away.
fn known(asked: &Asked<'_>, expr: &Expr) -> ExprKind {
    let ExprKind::Test(name, test) = &expr.kind else {
        return expr.kind.clone();
    };
    let is_known = |literal: &Literal| match &literal.value {
        LiteralKind::Name(value) | LiteralKind::Text(value) => {
            asked.fact.kind.code(value).is_some()
        }
        _ => true,
    };
    if asked.fact.kind.values().is_empty() {
        return expr.kind.clone();
    }
    let mut test = test.clone();
    match &mut test.value {
        Test::Compare(Operator::Equal, value) if !is_known(value) => ExprKind::Const(false),
        Test::Compare(Operator::NotEqual, value) if !is_known(value) => ExprKind::Const(true),
        Test::In { negated, members } => {
            members.retain(is_known);
            match members.is_empty() {
                true => ExprKind::Const(*negated),
                false => ExprKind::Test(name.clone(), test),
            }
        }
        _ => ExprKind::Test(name.clone(), test),
    }
}
