//! Everything that an author wrote about accounts: audiences, segments and requirements.

use std::collections::HashMap;

use banneret::ast::Expr;
use banneret::{
    Answer, Atom, Banner, Code, Diagnostic, Formulas, NodeId, Prover, Question, Span, Unproven, ast,
};

use super::Context;

/// An expression of an author's own that says something of accounts, and what it means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule<'c> {
    pub(crate) what: What<'c>,
    pub(crate) expr: &'c Expr,
    pub(crate) formula: NodeId,
}

/// What a rule is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'c> {
    /// The audience of a banner.
    Audience(&'c ast::Banner, &'c Banner),
    /// Who is in a segment.
    Segment(&'c ast::Segment),
    /// What a message kind requires.
    Requirement(&'c ast::Message),
}

/// How many accounts a formula can be true of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Nobody,
    Some,
    Everybody,
}

impl Rule<'_> {
    /// ``the audience of `x` ``
    pub(crate) fn name(&self) -> String {
        match self.what {
            What::Audience(banner, _) => format!("the audience of `{}`", banner.name.value),
            What::Segment(segment) => format!("the segment `{}`", segment.name.value),
            What::Requirement(message) => {
                format!("what `{}` requires", message.name.value)
            }
        }
    }

    /// A finding about it at that place.
    pub(crate) fn finding(
        &self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        let finding = Diagnostic::new(code, span, message);
        match self.what {
            What::Audience(banner, _) => finding.banner(&*banner.name.value),
            What::Segment(_) | What::Requirement(_) => finding,
        }
    }
}

impl<'c> Context<'c> {
    /// Audiences, segments and requirements, in the order of the text.
    pub(crate) fn rules(&self) -> Vec<Rule<'c>> {
        let book = self.book;
        let segments = book.segments().iter().filter(|segment| !segment.standard);
        let segments: HashMap<&str, NodeId> = segments
            .map(|segment| (&*segment.name, segment.formula))
            .collect();
        let required = book.kinds().iter().flat_map(|kind| &kind.requirements);
        let required: HashMap<Span, NodeId> = required
            .map(|requirement| (requirement.span, requirement.formula))
            .collect();
        let mut rules = Vec::new();
        for item in self.own() {
            match item {
                ast::Item::Segment(segment) => {
                    let formula = segments.get(&*segment.name.value).copied();
                    let expr = segment.audience.as_ref();
                    let what = What::Segment(segment);
                    rules.extend(rule(what, expr, formula));
                }
                ast::Item::Message(message) => {
                    rules.extend(message.requires.iter().filter_map(|expr| {
                        let formula = required.get(&expr.span).copied();
                        rule(What::Requirement(message), Some(expr), formula)
                    }))
                }
                ast::Item::Banner(written) => {
                    if let Some(banner) = book.banner(&written.name.value) {
                        let what = What::Audience(written, banner);
                        let expr = written.audience.as_ref();
                        rules.extend(rule(what, expr, Some(banner.audience)));
                    }
                }
            }
        }
        rules
    }

    /// How many accounts a formula of the book can be true of.
    pub(crate) fn extent(&self, formula: NodeId) -> Result<Extent, Unproven> {
        if let Some(known) = self.extents.borrow().get(&formula) {
            return *known;
        }
        let extent = measured(&mut self.prover.borrow_mut(), self.book.formulas(), formula);
        self.extents.borrow_mut().insert(formula, extent);
        extent
    }

    /// Says once of a place that nothing is proven about it, and what stood to be proven.
    pub(crate) fn unproven(
        &self,
        rule: &Rule<'_>,
        what: &str,
        why: Unproven,
    ) -> Option<Diagnostic> {
        let message = format!("{}: it is not proven {what}: {why}", rule.name());
        let finding = rule.finding(super::unkept::unproven(), rule.expr.span, message);
        let finding = super::unkept::unproven_help(finding, why);
        self.says_unproven(rule.expr.span).then_some(finding)
    }

    /// Whether this is the first time that nothing is proven about a place.
    pub(crate) fn says_unproven(&self, span: Span) -> bool {
        self.unproven.borrow_mut().insert(span)
    }
}

fn measured(
    prover: &mut Prover<'_>,
    formulas: &Formulas,
    formula: NodeId,
) -> Result<Extent, Unproven> {
    // Most are neither nobody nor everybody, which shows without an account for each side.
    let mut is_other = |than: NodeId| match (prover.fingerprint(formula), prover.fingerprint(than))
    {
        (Ok(one), Ok(other)) => one != other,
        _ => false,
    };
    let is_some = is_other(NodeId::FALSE) && is_other(NodeId::TRUE);
    if is_some && !mixes_moments(formulas, formula) {
        return Ok(Extent::Some);
    }
    let mut is_nobody = |these: &[NodeId], those: &[NodeId]| match prover.find(these, those) {
        Answer::Nobody => Ok(true),
        Answer::Somebody(_) => Ok(false),
        Answer::Unproven(why) => Err(why),
    };
    if is_nobody(&[formula], &[])? {
        return Ok(Extent::Nobody);
    }
    match is_nobody(&[], &[formula])? {
        true => Ok(Extent::Everybody),
        false => Ok(Extent::Some),
    }
}

/// Whether one fact is asked both where it lies in time and how far from now: then there may be
/// no now that fits, which only a whole account shows.
fn mixes_moments(formulas: &Formulas, formula: NodeId) -> bool {
    let atoms = formulas.atoms_of(formula).into_iter();
    let atoms: Vec<_> = atoms.filter_map(|atom| formulas.atom(atom)).collect();
    let is_at = |atom: &&&Atom| matches!(atom.question, Question::At(_));
    let is_away = |atom: &Atom| matches!(atom.question, Question::Away(_));
    let mut fixed = atoms.iter().filter(is_at);
    fixed.any(|at| {
        atoms
            .iter()
            .any(|atom| atom.fact == at.fact && is_away(atom))
    })
}

fn rule<'c>(what: What<'c>, expr: Option<&'c Expr>, formula: Option<NodeId>) -> Option<Rule<'c>> {
    Some(Rule {
        what,
        expr: expr?,
        formula: formula?,
    })
}
