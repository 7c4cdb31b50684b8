//! The smallest account of a set: what must be known of an account so that it is of the set
//! whatever else is true of it, told in as few facts and in as ordinary values as can be.
//!
//! This is a cheapest prime implicant. At a variable either one value is told, and the rest is the
//! cheapest of where it leads; or nothing is told, and the rest must be right wherever it could
//! lead, which is one more set (O. Coudert and J. C. Madre, "Implicit and Incremental Computation
//! of Primes and Essential Primes of Boolean Functions", 1992).

use hashbrown::HashMap;

use super::diagram::{Diagrams, Edge, OverBudget, Set};
use super::space::{ABSENT, Part, Shape, Space, VarId};
use crate::schema::{Fact, FactId, Kind, Schema};

/// One more fact to be told, whether its value, its age or both.
const FACT: u32 = 1_000;
/// That a fact is unknown: readers understand a value better.
const UNKNOWN: u32 = 20;
/// That a fact is old: harder still.
const OLD: u32 = 30;
/// A value that is not usual, or one more member of a set.
const UNUSUAL: u32 = 1;

/// How deep the search goes, so that no stack runs out; beyond it a cheapest path must do.
const DEEPEST: usize = 500;

/// What is told of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) var: VarId,
    /// All values that would do here.
    pub(super) low: i64,
    pub(super) high: i64,
    /// The most ordinary of them.
    pub(super) pick: i64,
}

#[derive(Clone, Copy)]
enum Turn {
    Tell { edge: usize },
    Leave(Set),
}

struct Search<'p> {
    diagrams: &'p mut Diagrams,
    space: &'p Space,
    schema: &'p Schema,
    best: HashMap<Place, (u32, Turn)>,
}

/// Where the search stands: in a set, and whether something was told already of the fact that the
/// set asks for, which then costs no more than a fact once.
type Place = (Set, bool);

/// The smallest account of a set that is not empty, and what it costs. Where finding the smallest
/// goes over the budget or too deep, one that is nearly as small.
pub(super) fn smallest(
    diagrams: &mut Diagrams,
    space: &Space,
    schema: &Schema,
    set: Set,
) -> (u32, Vec<Choice>) {
    let mut search = Search {
        diagrams,
        space,
        schema,
        best: HashMap::new(),
    };
    if search.cost(set, None, 0).is_err() {
        search.best.clear();
        search.cheapest_paths(set);
    }
    search.told(set)
}

impl Search<'_> {
    /// The place of a set, after something was told of that fact last. Variables of one fact stand
    /// side by side, so what was told of facts before it does not matter any more.
    fn place(&self, set: Set, told: Option<FactId>) -> Place {
        let fact = self.space.var(self.diagrams.var(set)).map(|var| var.fact);
        (set, fact.is_some() && fact == told)
    }

    fn cost(&mut self, set: Set, told: Option<FactId>, depth: usize) -> Result<u32, OverBudget> {
        match set {
            Set::NOBODY => return Ok(u32::MAX),
            Set::EVERYBODY => return Ok(0),
            _ => {}
        }
        let place = self.place(set, told);
        if let Some((cost, _)) = self.best.get(&place) {
            return Ok(*cost);
        }
        if depth > DEEPEST {
            return Err(OverBudget);
        }
        // Joining sets that were joined before takes no steps, but looking at them does take time.
        self.diagrams.step_over(self.diagrams.edges(set).len())?;
        let mut best = (u32::MAX, Turn::Leave(Set::NOBODY));
        let var = self.diagrams.var(set);
        let fact = self.space.var(var).map(|var| var.fact);
        let once = if place.1 { 0 } else { FACT };
        let edges: Vec<Edge> = self.diagrams.edges(set).to_vec();
        let mut everywhere = Set::EVERYBODY;
        let mut low = self.space.domain(var).0;
        for (edge, (high, next)) in edges.iter().enumerate() {
            let (own, _) = price(self.space, self.schema, var, low, *high);
            let rest = self.cost(*next, fact, depth + 1)?;
            let cost = rest.saturating_add(own).saturating_add(once);
            if cost < best.0 {
                best = (cost, Turn::Tell { edge });
            }
            everywhere = self.diagrams.and(everywhere, *next)?;
            low = high.saturating_add(1);
        }
        let cost = self.cost(everywhere, told, depth + 1)?;
        if cost <= best.0 && cost < u32::MAX {
            best = (cost, Turn::Leave(everywhere));
        }
        self.best.insert(place, best);
        Ok(best.0)
    }

    /// As if every set had to be told what it asks for: cheapest paths, which take no steps of the
    /// budget and no stack.
    fn cheapest_paths(&mut self, set: Set) {
        let mut below = std::collections::BTreeSet::new();
        let mut open = vec![set];
        while let Some(set) = open.pop() {
            if below.insert(set) {
                open.extend(self.diagrams.edges(set).iter().map(|(_, next)| *next));
            }
        }
        // What a set leads to was made before it.
        for set in below {
            for told in [false, true] {
                let best = self.cheapest_edge(set, told);
                self.best.extend(best.map(|best| ((set, told), best)));
            }
        }
    }

    /// The cheapest edge of a set, where those below have theirs; nothing of a constant.
    fn cheapest_edge(&self, set: Set, told: bool) -> Option<(u32, Turn)> {
        let var = self.diagrams.var(set);
        let fact = self.space.var(var)?.fact;
        let once = if told { 0 } else { FACT };
        let mut low = self.space.domain(var).0;
        let mut best: Option<(u32, Turn)> = None;
        for (edge, (high, next)) in self.diagrams.edges(set).iter().enumerate() {
            let (own, _) = price(self.space, self.schema, var, low, *high);
            low = high.saturating_add(1);
            let rest = match *next {
                Set::EVERYBODY => 0,
                next => match self.best.get(&self.place(next, Some(fact))) {
                    Some((cost, _)) => *cost,
                    None => continue,
                },
            };
            let cost = rest.saturating_add(own).saturating_add(once);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, Turn::Tell { edge }));
            }
        }
        best
    }

    fn told(&self, set: Set) -> (u32, Vec<Choice>) {
        let mut place = self.place(set, None);
        let cost = self.best.get(&place).map_or(0, |(cost, _)| *cost);
        let mut told = Vec::new();
        let mut last = None;
        while let Some((_, turn)) = self.best.get(&place) {
            let next = match turn {
                Turn::Leave(next) => *next,
                Turn::Tell { edge } => {
                    let var = self.diagrams.var(place.0);
                    let edges = self.diagrams.edges(place.0);
                    let before = edge.checked_sub(1).and_then(|before| edges.get(before));
                    let low = before.map_or(self.space.domain(var).0, |(end, _)| end + 1);
                    let Some((high, next)) = edges.get(*edge).copied() else {
                        break;
                    };
                    let (_, pick) = price(self.space, self.schema, var, low, high);
                    told.push(Choice {
                        var,
                        low,
                        high,
                        pick,
                    });
                    last = self.space.var(var).map(|var| var.fact);
                    next
                }
            };
            place = self.place(next, last);
        }
        (cost, told)
    }
}

/// What it costs to tell a value out of a range, beside telling of its fact at all, and the most
/// ordinary one.
fn price(space: &Space, schema: &Schema, id: VarId, low: i64, high: i64) -> (u32, i64) {
    let Some(var) = space.var(id) else {
        return (0, low);
    };
    match var.part {
        Part::Age if low == 0 => (0, 0),
        Part::Age if high == ABSENT => (UNKNOWN, ABSENT),
        Part::Age => (OLD, older(low, high)),
        Part::At | Part::Away => (0, 0_i64.clamp(low, high)),
        Part::Rest => (if low > 0 { UNUSUAL } else { 0 }, low),
        Part::Group(number) => match (low, space.shape(var.fact)) {
            (2, Some(Shape::Set { groups, .. })) => {
                let members = groups.get(number).map_or(0, |group| group.members.len());
                (
                    UNUSUAL.saturating_mul(u32::try_from(members).unwrap_or(u32::MAX)),
                    2,
                )
            }
            _ => (if low > 0 { UNUSUAL } else { 0 }, low),
        },
        Part::Value => match schema.fact(var.fact) {
            Some(fact) => ordinary(fact, low, high),
            None => (0, low),
        },
    }
}

/// The most ordinary value of a fact within a range, and what it costs.
pub(super) fn ordinary(fact: &Fact, low: i64, high: i64) -> (u32, i64) {
    match &fact.kind {
        Kind::Bool => (if low > 0 { UNUSUAL } else { 0 }, low),
        Kind::Enum(values) => {
            let last = i64::try_from(values.len()).unwrap_or(i64::MAX) - 1;
            let usual = |code: &i64| {
                let value = usize::try_from(*code)
                    .ok()
                    .and_then(|code| values.get(code));
                value.is_some_and(|value| value.usual)
            };
            match (low..=high.min(last)).find(usual) {
                Some(code) => (0, code),
                None => (UNUSUAL, low),
            }
        }
        Kind::Int { .. } => (0, 0_i64.clamp(low, high)),
        _ => (0, low),
    }
}

/// An age out of a range of ages, a little over its beginning, as people would say it.
fn older(low: i64, high: i64) -> i64 {
    const SECOND: i64 = 1_000_000;
    let bound = low.saturating_sub(1);
    [3_600 * SECOND, 60 * SECOND, SECOND]
        .into_iter()
        // No more over the bound than the bound itself: 15 minutes become 16, not 75.
        .filter(|more| *more <= bound)
        .filter_map(|more| bound.checked_add(more))
        .find(|age| *age <= high)
        .unwrap_or(low)
}
