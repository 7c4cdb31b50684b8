//! Rules that are never true, or always, for no other reason than a segment that is: what there is to
//! mend is the segment, so that one is told and they are notes beside it.

use std::collections::HashMap;

use banneret::ast::{Expr, ExprKind};
use banneret::{Answer, Diagnostic, Prover};

use super::{Extent, Joint, Part, Rule, What};

/// More than this are counted and not shown.
const MOST_SHOWN: usize = 5;

/// Finds what a rule is never true by, or always.
pub(crate) struct Blame<'c> {
    /// [`Extent::Nobody`] or [`Extent::Everybody`].
    pub(crate) extent: Extent,
    /// Every rule of that extent.
    pub(crate) rules: &'c [(Rule<'c>, Part<'c>)],
}

impl<'c> Blame<'c> {
    /// For each rule the place of the segment that is to be mended for it, if it is not itself.
    pub(crate) fn roots(&self, prover: &mut Prover<'_>) -> Vec<Option<usize>> {
        let segments = self.rules.iter().enumerate();
        let segments = segments.filter_map(|(at, (rule, _))| match rule.what {
            What::Segment(segment) => Some((&*segment.name.value, at)),
            _ => None,
        });
        let segments: HashMap<&str, usize> = segments.collect();
        let causes = self.rules.iter().map(|(_, part)| {
            let name = self.culprit(part, &segments, prover)?;
            segments.get(name).copied()
        });
        let causes: Vec<Option<usize>> = causes.collect();
        let root = |cause: usize| {
            let mut root = cause;
            // Segments never lead back to themselves.
            while let Some(deeper) = causes.get(root).copied().flatten() {
                root = deeper;
            }
            root
        };
        causes.iter().map(|cause| cause.map(root)).collect()
    }

    /// The segment by which a part is so, where nothing else would make it so.
    fn culprit(
        &self,
        part: &Part<'c>,
        segments: &HashMap<&str, usize>,
        prover: &mut Prover<'_>,
    ) -> Option<&'c str> {
        let one_is_enough = match self.extent {
            Extent::Everybody => Joint::Any,
            Extent::Nobody | Extent::Some => Joint::All,
        };
        if part.joint == Joint::Leaf {
            let name = named(part.expr).filter(|name| segments.contains_key(name))?;
            return self.is_so(&[part], prover).then_some(name);
        }
        let (mut culprits, mut rest) = (Vec::new(), Vec::new());
        for part in &part.parts {
            match self.culprit(part, segments, prover) {
                Some(culprit) => culprits.push(culprit),
                None => rest.push(part),
            }
        }
        let by_itself = match part.joint == one_is_enough {
            true => !rest.is_empty() && self.is_so(&rest, prover),
            false => !rest.is_empty(),
        };
        culprits.first().copied().filter(|_| !by_itself)
    }

    /// Whether parts together are true of nobody, or one of them of everybody.
    fn is_so(&self, parts: &[&Part<'_>], prover: &mut Prover<'_>) -> bool {
        let parts: Vec<_> = parts.iter().map(|part| part.holds).collect();
        let answer = match self.extent {
            Extent::Everybody => prover.find(&[], &parts),
            Extent::Nobody | Extent::Some => prover.find(&parts, &[]),
        };
        answer == Answer::Nobody
    }
}

/// The name that an expression is, whatever stands around it.
fn named(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Not(inner) | ExprKind::Paren(inner) | ExprKind::Fresh(inner, _) => named(inner),
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

/// Tells each rule that is to be mended, and beside it those that are so by it; `so` says of what
/// is named after it what they are.
pub(crate) fn tell(
    rules: &[(Rule<'_>, Part<'_>)],
    roots: &[Option<usize>],
    so: &str,
    mut finding: impl FnMut(&Rule<'_>, &Part<'_>) -> Diagnostic,
) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for (at, (rule, part)) in rules.iter().enumerate() {
        if roots.get(at).copied().flatten().is_some() {
            continue;
        }
        let mut finding = finding(rule, part);
        let by_it = rules
            .iter()
            .zip(roots)
            .filter(|(_, root)| **root == Some(at));
        let by_it: Vec<_> = by_it.map(|((rule, _), _)| rule).collect();
        for rule in by_it.iter().take(MOST_SHOWN) {
            finding = finding.related(rule.expr.span, format!("{so} {}", rule.name()));
        }
        let more = by_it.len().saturating_sub(MOST_SHOWN);
        told.push(match more {
            0 => finding,
            more => finding.help(format!("{more} more rules are so by it")),
        });
    }
    told
}
