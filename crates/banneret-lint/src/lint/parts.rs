//! Expressions in their parts: what each part means where it stands, so that a lint can ask about
//! one of them.

use banneret::ast::{Expr, ExprKind, Length, Spanned};
use banneret::{Book, Formulas, NodeId};

use super::Rule;

/// How the parts of a part belong together where it stands; `not` around them turns it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// It has none.
    Leaf,
    /// All must be true.
    All,
    /// One must be true.
    Any,
}

/// A part of an expression.
#[derive(Debug)]
pub(crate) struct Part<'c> {
    /// As it was written, without a `not` or an age around it that is around its neighbours too.
    pub(crate) expr: &'c Expr,
    /// Whether a `not` around its neighbours turns it over.
    turned: bool,
    pub(crate) joint: Joint,
    pub(crate) parts: Vec<Part<'c>>,
    /// What it means where it stands: with every `not` and every age around it.
    pub(crate) holds: NodeId,
    /// What makes it false there; it may be neither.
    pub(crate) fails: NodeId,
    leaf: usize,
}

/// Rules in their parts, and the formulas that these mean.
#[derive(Debug)]
pub(crate) struct Parts<'c> {
    pub(crate) formulas: Formulas,
    pub(crate) rules: Vec<(Rule<'c>, Part<'c>)>,
}

#[derive(Clone, Copy)]
struct Around<'c> {
    negated: bool,
    within: Option<&'c Spanned<Length>>,
}

impl<'c> Parts<'c> {
    pub(crate) fn of(book: &Book, rules: Vec<Rule<'c>>) -> Parts<'c> {
        let around = Around {
            negated: false,
            within: None,
        };
        let mut leaves = Vec::new();
        let mut drafts: Vec<_> = rules
            .into_iter()
            .map(|rule| {
                let part = Part::draft((rule.expr, false), rule.expr, around, &mut leaves);
                (rule, part)
            })
            .collect();
        let (mut formulas, nodes) = book.lower(leaves.iter().map(|leaf| (leaf, false)));
        for (_, part) in &mut drafts {
            part.settle(&nodes, &mut formulas);
        }
        Parts {
            formulas,
            rules: drafts,
        }
    }
}

impl<'c> Part<'c> {
    /// The part that is written as `whole`, turned over or not, of which `expr` is left to look into.
    fn draft(
        whole: (&'c Expr, bool),
        expr: &'c Expr,
        around: Around<'c>,
        leaves: &mut Vec<Expr>,
    ) -> Part<'c> {
        let (parts, joint) = match &expr.kind {
            ExprKind::Paren(inner) => return Part::draft(whole, inner, around, leaves),
            ExprKind::Not(inner) => {
                let negated = !around.negated;
                return Part::draft(whole, inner, Around { negated, ..around }, leaves);
            }
            ExprKind::Fresh(inner, length) => {
                let within = Some(tighter(around.within, length));
                return Part::draft(whole, inner, Around { within, ..around }, leaves);
            }
            ExprKind::And(parts) if around.negated => (&parts[..], Joint::Any),
            ExprKind::And(parts) => (&parts[..], Joint::All),
            ExprKind::Or(parts) if around.negated => (&parts[..], Joint::All),
            ExprKind::Or(parts) => (&parts[..], Joint::Any),
            ExprKind::Const(_) | ExprKind::Name(_) | ExprKind::Test(..) => (&[][..], Joint::Leaf),
        };
        let leaf = leaves.len();
        if joint == Joint::Leaf {
            leaves.push(alone(expr, around.negated, around.within));
            leaves.push(alone(expr, !around.negated, around.within));
        }
        let parts = parts.iter();
        let parts = parts.map(|part| Part::draft((part, around.negated), part, around, leaves));
        Part {
            expr: whole.0,
            turned: whole.1,
            joint,
            parts: parts.collect(),
            holds: NodeId::FALSE,
            fails: NodeId::FALSE,
            leaf,
        }
    }

    fn settle(&mut self, nodes: &[NodeId], formulas: &mut Formulas) {
        for part in &mut self.parts {
            part.settle(nodes, formulas);
        }
        let holds: Vec<_> = self.parts.iter().map(|part| part.holds).collect();
        let fails: Vec<_> = self.parts.iter().map(|part| part.fails).collect();
        let node = |at: usize| nodes.get(at).copied().unwrap_or(NodeId::FALSE);
        (self.holds, self.fails) = match self.joint {
            Joint::Leaf => (node(self.leaf), node(self.leaf + 1)),
            Joint::All => (formulas.all(holds), formulas.any(fails)),
            Joint::Any => (formulas.any(holds), formulas.all(fails)),
        };
    }

    /// As it was written, with the `not` that it is under, on one line that is not too long to be
    /// read.
    pub(crate) fn text(&self) -> String {
        match (self.turned, &self.expr.kind) {
            (false, _) => shown(self.expr),
            (true, ExprKind::And(_) | ExprKind::Or(_)) => format!("not ({})", shown(self.expr)),
            (true, _) => format!("not {}", shown(self.expr)),
        }
    }
}

/// An expression on one line that is not too long to be read.
pub(crate) fn shown(expr: &Expr) -> String {
    const WIDTH: usize = 60;
    let mut text = expr.to_string();
    if let Some((at, _)) = text.char_indices().nth(WIDTH) {
        text.truncate(at);
        text.push('…');
    }
    text
}

fn tighter<'c>(
    one: Option<&'c Spanned<Length>>,
    other: &'c Spanned<Length>,
) -> &'c Spanned<Length> {
    match one {
        Some(one) if one.value.duration() <= other.value.duration() => one,
        _ => other,
    }
}

/// An expression that stands by itself and means what this one does where it stands.
fn alone(expr: &Expr, negated: bool, within: Option<&Spanned<Length>>) -> Expr {
    let wrapped = |inner: Expr, wrap: &dyn Fn(Box<Expr>) -> ExprKind| Expr {
        span: inner.span,
        kind: wrap(Box::new(inner)),
    };
    let mut alone = expr.clone();
    if let Some(within) = within {
        alone = wrapped(alone, &|inner| ExprKind::Fresh(inner, within.clone()));
    }
    if negated {
        alone = wrapped(alone, &ExprKind::Not);
    }
    alone
}
