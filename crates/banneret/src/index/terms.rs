//! Rules as alternatives: each a list of what it asks of single columns, all of which must hold.
//!
//! Where a rule has too many alternatives, or asks what no column answers, its terms ask less than
//! the rule does, never more: they are necessary, and whoever meets one is asked the rule itself.

use super::columns::{Classes, Columns};
use crate::formula::{Formulas, Node};

/// A rule with more alternatives than this is cut short.
const ALTERNATIVES: usize = 16;

/// Of so many lists of members a term can demand one each; the rule is asked about further ones.
const LISTS: usize = 2;

/// What is asked of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) column: usize,
    pub(super) wants: Wants,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// That the fact is in one of these classes.
    Classes(Classes),
    /// That it is known, has one of each of the first, and none of the second.
    Members {
        any: Vec<Box<[u32]>>,
        none: Box<[u32]>,
    },
}

impl Part {
    pub(super) fn classes(column: usize, classes: Classes) -> Part {
        Part {
            column,
            wants: Wants::Classes(classes),
        }
    }

    /// One of the members, or none of them.
    pub(super) fn members(column: usize, mut members: Vec<u32>, holds: bool) -> Part {
        members.sort_unstable();
        members.dedup();
        let members = members.into_boxed_slice();
        let wants = if holds {
            Wants::Members {
                any: vec![members],
                none: Box::default(),
            }
        } else {
            Wants::Members {
                any: Vec::new(),
                none: members,
            }
        };
        Part { column, wants }
    }
}

/// One alternative of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Term {
    /// By column, each once.
    pub(super) parts: Vec<Part>,
    /// Whether the rule must be asked as well.
    pub(super) is_short: bool,
}

/// The terms of every formula, by its number; those that nobody needs are empty.
pub(super) fn terms(formulas: &Formulas, columns: &Columns, wanted: &[bool]) -> Vec<Vec<Term>> {
    let mut all: Vec<Vec<Term>> = Vec::with_capacity(formulas.len());
    for (node, wanted) in formulas.nodes().zip(wanted) {
        let of = |id: &crate::formula::NodeId| all.get(id.index()).map_or(&[][..], Vec::as_slice);
        let terms = match node {
            _ if !wanted => Vec::new(),
            Node::False => Vec::new(),
            Node::True => vec![Term::default()],
            Node::Atom(atom) => vec![match columns.asked(*atom) {
                Some(asked) => Term {
                    parts: vec![asked.part.clone()],
                    is_short: !asked.is_exact,
                },
                None => short(),
            }],
            Node::All(parts) => both(parts.iter().map(of)),
            Node::Any(parts) => either(parts.iter().map(of)),
        };
        all.push(terms);
    }
    all
}

/// The term that asks nothing by itself.
fn short() -> Term {
    Term {
        parts: Vec::new(),
        is_short: true,
    }
}

/// Each alternative of one with each of the others; the parts with the fewest come first, and those
/// that would make too many are left to the rule.
fn both<'t>(parts: impl Iterator<Item = &'t [Term]>) -> Vec<Term> {
    let mut parts: Vec<&[Term]> = parts.collect();
    parts.sort_by_key(|terms| terms.len());
    let mut sum = vec![Term::default()];
    for terms in parts {
        if sum.len() * terms.len() > ALTERNATIVES.max(sum.len()) {
            sum.iter_mut().for_each(|term| term.is_short = true);
            continue;
        }
        let pairs = sum
            .iter()
            .flat_map(|one| terms.iter().map(move |other| (one, other)));
        sum = pairs.filter_map(|(one, other)| join(one, other)).collect();
    }
    sum
}

/// What two terms ask together; nothing where nobody can meet both.
fn join(one: &Term, other: &Term) -> Option<Term> {
    let mut joined = Term {
        parts: Vec::with_capacity(one.parts.len() + other.parts.len()),
        is_short: one.is_short || other.is_short,
    };
    let (mut ones, mut others) = (one.parts.iter().peekable(), other.parts.iter().peekable());
    loop {
        let part = match (ones.peek(), others.peek()) {
            (None, None) => break,
            (Some(a), Some(b)) if a.column == b.column => {
                let (wants, is_exact) = meet(&a.wants, &b.wants)?;
                joined.is_short |= !is_exact;
                let column = a.column;
                ones.next();
                others.next();
                Part { column, wants }
            }
            (Some(a), Some(b)) if a.column > b.column => others.next()?.clone(),
            (Some(_), _) => ones.next()?.clone(),
            (None, Some(_)) => others.next()?.clone(),
        };
        joined.parts.push(part);
    }
    Some(joined)
}

/// What two demands on one column ask together, and whether that is all they ask.
fn meet(one: &Wants, other: &Wants) -> Option<(Wants, bool)> {
    match (one, other) {
        (Wants::Classes(one), Wants::Classes(other)) => {
            let both = one.and(other);
            (!both.is_empty()).then_some((Wants::Classes(both), true))
        }
        (
            Wants::Members { any, none },
            Wants::Members {
                any: other_any,
                none: other_none,
            },
        ) => {
            let mut none: Vec<u32> = none.iter().chain(other_none).copied().collect();
            none.sort_unstable();
            none.dedup();
            // The shorter a list, the stricter.
            let mut lists: Vec<&Box<[u32]>> = any.iter().chain(other_any).collect();
            lists.sort_by_key(|list| list.len());
            let mut any: Vec<Box<[u32]>> = Vec::new();
            for list in lists {
                let mut kept = any.iter();
                if !kept.any(|kept| kept.iter().all(|member| list.contains(member))) {
                    any.push(list.clone());
                }
            }
            let is_exact = any.len() <= LISTS;
            any.truncate(LISTS);
            let none = none.into();
            Some((Wants::Members { any, none }, is_exact))
        }
        // One column has one form of demand.
        _ => Some((one.clone(), false)),
    }
}

/// All alternatives; those that ask the same columns and differ in one are one.
fn either<'t>(parts: impl Iterator<Item = &'t [Term]>) -> Vec<Term> {
    let mut sum: Vec<Term> = Vec::new();
    for term in parts.flatten() {
        let merged = sum.iter_mut().find_map(|one| widen(one, term));
        if merged.is_none() {
            sum.push(term.clone());
        }
    }
    if sum.len() <= ALTERNATIVES {
        return sum;
    }
    vec![hull(&sum)]
}

/// Takes an alternative into another that it differs from in the classes of one column only.
fn widen(one: &mut Term, other: &Term) -> Option<()> {
    if one.is_short || other.is_short || one.parts.len() != other.parts.len() {
        return None;
    }
    let pairs = || one.parts.iter().zip(&other.parts);
    if !pairs().all(|(a, b)| a.column == b.column) {
        return None;
    }
    let mut differing = pairs().enumerate().filter(|(_, (a, b))| a != b);
    let Some((at, (a, b))) = differing.next() else {
        return Some(());
    };
    let (Wants::Classes(a), Wants::Classes(b), None) = (&a.wants, &b.wants, differing.next())
    else {
        return None;
    };
    let wants = Wants::Classes(a.or(b));
    one.parts.get_mut(at)?.wants = wants;
    Some(())
}

/// What all alternatives ask alike: the classes that any of them lets pass, of the columns that
/// every one asks.
fn hull(terms: &[Term]) -> Term {
    let mut hull = short();
    let Some((first, others)) = terms.split_first() else {
        return hull;
    };
    for part in &first.parts {
        let Wants::Classes(classes) = &part.wants else {
            continue;
        };
        let all = others.iter().try_fold(*classes, |sum, term| {
            let asks = term
                .parts
                .iter()
                .find(|other| other.column == part.column)?;
            match &asks.wants {
                Wants::Classes(classes) => Some(sum.or(classes)),
                Wants::Members { .. } => None,
            }
        });
        hull.parts
            .extend(all.map(|classes| Part::classes(part.column, classes)));
    }
    hull
}
