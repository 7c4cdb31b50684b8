//! Interval decision diagrams: a set of accounts as a graph. A node asks for one variable and goes
//! on by the interval that its value lies in; variables come in one order, equal nodes are one, and
//! no node asks for nothing. So two sets are the same where they are the same node (R. E. Bryant,
//! "Graph-Based Algorithms for Boolean Function Manipulation", 1986; with intervals, K. Strehl and
//! L. Thiele, "Interval Diagrams for Efficient Symbolic Verification", 2000).

use std::hash::BuildHasher as _;

use hashbrown::DefaultHashBuilder;
use hashbrown::{HashMap, HashTable};

use super::space::VarId;
use crate::formula::Ranges;

/// A set of accounts, by its node in one [`Diagrams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Set(u32);

impl Set {
    pub(super) const NOBODY: Set = Set(0);
    pub(super) const EVERYBODY: Set = Set(1);
}

/// A proof has grown over its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OverBudget;

/// An edge: up to which value of the variable, and where it leads.
pub(super) type Edge = (i64, Set);

#[derive(Clone, Copy, Debug)]
struct Node {
    var: VarId,
    from: u32,
    to: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
    Without,
}

/// So many edges cost a step more, so that sets of many ranges grow within the budget too.
const EDGES_A_STEP: usize = 16;

/// How deep the variables of one proof may lie under each other, so that no stack runs out.
const DEEPEST: usize = 1_000;

/// All diagrams of one prover.
#[derive(Clone, Debug)]
pub(super) struct Diagrams {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    unique: HashTable<u32>,
    hasher: DefaultHashBuilder,
    done: HashMap<(Operation, Set, Set), Set>,
    /// Edges of nodes that are being made, of the outermost first.
    open: Vec<Edge>,
    steps: u64,
    budget: u64,
}

impl Diagrams {
    pub(super) fn new(budget: u64) -> Diagrams {
        let nothing = Node {
            var: VarId(u32::MAX),
            from: 0,
            to: 0,
        };
        Diagrams {
            nodes: vec![nothing, nothing],
            edges: Vec::new(),
            unique: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            done: HashMap::new(),
            open: Vec::new(),
            steps: 0,
            budget,
        }
    }

    /// How much is kept, in nodes: edges and results take memory as well.
    pub(super) fn size(&self) -> usize {
        self.nodes.len() + self.edges.len() / 16 + self.done.len() / 4
    }

    /// Steps taken since the last question.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// The steps that each question may take from now on.
    pub(super) fn limit(&mut self, budget: u64) {
        self.budget = budget;
    }

    /// Begins the next question with its whole budget.
    pub(super) fn begin(&mut self) {
        self.steps = 0;
    }

    /// The variable that a set asks for first; after all others for a constant.
    pub(super) fn var(&self, set: Set) -> VarId {
        self.nodes
            .get(set.0 as usize)
            .map_or(VarId(u32::MAX), |node| node.var)
    }

    /// The edges of a set, in the order of their values; none for a constant.
    pub(super) fn edges(&self, set: Set) -> &[Edge] {
        let node = self.nodes.get(set.0 as usize);
        node.and_then(|node| self.edges.get(node.from as usize..node.to as usize))
            .unwrap_or_default()
    }

    /// Counts a step that looks at so many edges.
    pub(super) fn step_over(&mut self, edges: usize) -> Result<(), OverBudget> {
        let steps = 1 + u64::try_from(edges / EDGES_A_STEP).unwrap_or(u64::MAX);
        // Never more than one over, so that what was taken can be told.
        let over = self.budget.saturating_add(1).max(self.steps);
        self.steps = self.steps.saturating_add(steps).min(over);
        match self.steps > self.budget {
            true => Err(OverBudget),
            false => Ok(()),
        }
    }

    /// Those whose variable lies in the ranges, within its domain.
    pub(super) fn within(&mut self, var: VarId, domain: (i64, i64), ranges: &Ranges) -> Set {
        let (least, most) = domain;
        let start = self.open.len();
        let mut next = Some(least);
        for (low, high) in ranges.iter() {
            let (low, high) = (low.max(least), high.min(most));
            let Some(from) = next.filter(|_| low <= high) else {
                continue;
            };
            if from < low {
                self.open.push((low - 1, Set::NOBODY));
            }
            self.open.push((high, Set::EVERYBODY));
            next = high.checked_add(1).filter(|next| *next <= most);
        }
        if next.is_some() {
            self.open.push((most, Set::NOBODY));
        }
        self.close(var, start)
    }

    /// The node of the open edges from `start` on.
    fn close(&mut self, var: VarId, start: usize) -> Set {
        // Neighbours that lead to the same place are one.
        let mut last = start;
        for at in start + 1..self.open.len() {
            let (Some(before), Some(edge)) =
                (self.open.get(last).copied(), self.open.get(at).copied())
            else {
                break;
            };
            if before.1 != edge.1 {
                last += 1;
            }
            if let Some(slot) = self.open.get_mut(last) {
                *slot = edge;
            }
        }
        self.open.truncate(last + 1);
        let made = self.open.get(start..).unwrap_or_default();
        if let [(_, only)] = made {
            let only = *only;
            self.open.truncate(start);
            return only;
        }
        let hash = self.hasher.hash_one((var, made));
        let (nodes, edges) = (&self.nodes, &self.edges);
        let edges_of = |at: u32| {
            let node = nodes.get(at as usize)?;
            let edges = edges.get(node.from as usize..node.to as usize)?;
            Some((node.var, edges))
        };
        let known = self
            .unique
            .find(hash, |at| edges_of(*at) == Some((var, made)));
        let set = match known {
            Some(at) => Set(*at),
            None => {
                let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                let set = Set(number(self.nodes.len()));
                let from = number(self.edges.len());
                self.edges.extend_from_slice(made);
                let to = number(self.edges.len());
                self.nodes.push(Node { var, from, to });
                let (nodes, edges, hasher) = (&self.nodes, &self.edges, &self.hasher);
                self.unique.insert_unique(hash, set.0, |at| {
                    let node = nodes.get(*at as usize);
                    let made = node.and_then(|node| {
                        Some((node.var, edges.get(node.from as usize..node.to as usize)?))
                    });
                    made.map_or(0, |made| hasher.hash_one(made))
                });
                set
            }
        };
        self.open.truncate(start);
        set
    }

    pub(super) fn and(&mut self, one: Set, other: Set) -> Result<Set, OverBudget> {
        self.apply(Operation::And, one, other, 0)
    }

    pub(super) fn or(&mut self, one: Set, other: Set) -> Result<Set, OverBudget> {
        self.apply(Operation::Or, one, other, 0)
    }

    /// Those of the first who are not of the second.
    pub(super) fn without(&mut self, one: Set, other: Set) -> Result<Set, OverBudget> {
        self.apply(Operation::Without, one, other, 0)
    }

    fn apply(
        &mut self,
        operation: Operation,
        one: Set,
        other: Set,
        depth: usize,
    ) -> Result<Set, OverBudget> {
        if let Some(known) = at_once(operation, one, other) {
            return Ok(known);
        }
        // The order of `and` and `or` says nothing.
        let (one, other) = match operation {
            Operation::And | Operation::Or if other < one => (other, one),
            _ => (one, other),
        };
        if let Some(done) = self.done.get(&(operation, one, other)) {
            return Ok(*done);
        }
        let var = self.var(one).min(self.var(other));
        let asked = [one, other].into_iter().filter(|set| self.var(*set) == var);
        let edges = asked.map(|set| self.edges(set).len()).sum();
        self.step_over(edges)?;
        if depth > DEEPEST {
            return Err(OverBudget);
        }
        let start = self.open.len();
        let result = self.join(operation, (one, other), var, depth);
        if let Err(over) = result {
            self.open.truncate(start);
            return Err(over);
        }
        let set = self.close(var, start);
        self.done.insert((operation, one, other), set);
        Ok(set)
    }

    /// Opens the edges of the joint node: both are followed side by side.
    fn join(
        &mut self,
        operation: Operation,
        (one, other): (Set, Set),
        var: VarId,
        depth: usize,
    ) -> Result<(), OverBudget> {
        let (mut left, mut right) = (0, 0);
        loop {
            let a = self.follow(one, var, left);
            let b = self.follow(other, var, right);
            let end = a.0.min(b.0);
            let set = self.apply(operation, a.1, b.1, depth + 1)?;
            self.open.push((end, set));
            // Both end with the domain, and a set that does not ask goes on for ever.
            if self.is_last(one, var, left) && self.is_last(other, var, right) {
                return Ok(());
            }
            left += usize::from(a.0 == end);
            right += usize::from(b.0 == end);
        }
    }

    fn follow(&self, set: Set, var: VarId, at: usize) -> Edge {
        match self.var(set) == var {
            true => self.edges(set).get(at).copied().unwrap_or((i64::MAX, set)),
            false => (i64::MAX, set),
        }
    }

    fn is_last(&self, set: Set, var: VarId, at: usize) -> bool {
        self.var(set) != var || at + 1 >= self.edges(set).len()
    }

    /// A hash of what a set asks first and of where it leads, given by its edges' hashes.
    pub(super) fn hash_of(&self, set: Set, edges: &[(i64, u64)]) -> u64 {
        match edges {
            [] => self.hasher.hash_one(set),
            edges => self.hasher.hash_one((self.var(set), edges)),
        }
    }

    /// Forgets every set.
    pub(super) fn clear(&mut self) {
        self.nodes.truncate(2);
        self.edges.clear();
        self.unique.clear();
        self.done.clear();
        self.open.clear();
    }
}

/// What an operation gives without a look inside.
fn at_once(operation: Operation, one: Set, other: Set) -> Option<Set> {
    const NOBODY: Set = Set::NOBODY;
    const EVERYBODY: Set = Set::EVERYBODY;
    match operation {
        Operation::And => match (one, other) {
            (NOBODY, _) | (_, NOBODY) => Some(NOBODY),
            (EVERYBODY, set) | (set, EVERYBODY) => Some(set),
            _ => (one == other).then_some(one),
        },
        Operation::Or => match (one, other) {
            (EVERYBODY, _) | (_, EVERYBODY) => Some(EVERYBODY),
            (NOBODY, set) | (set, NOBODY) => Some(set),
            _ => (one == other).then_some(one),
        },
        Operation::Without => match (one, other) {
            (NOBODY, _) | (_, EVERYBODY) => Some(NOBODY),
            (set, NOBODY) => Some(set),
            _ => (one == other).then_some(NOBODY),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: VarId = VarId(0);
    const Y: VarId = VarId(1);

    fn between(diagrams: &mut Diagrams, var: VarId, low: i64, high: i64) -> Set {
        diagrams.within(var, (0, 9), &Ranges::of([(low, high)]))
    }

    #[test]
    fn equal_sets_are_one_node() {
        let mut d = Diagrams::new(1_000);
        let low = between(&mut d, X, 0, 4);
        let high = between(&mut d, X, 5, 9);
        assert_eq!(d.or(low, high), Ok(Set::EVERYBODY));
        assert_eq!(d.and(low, high), Ok(Set::NOBODY));
        assert_eq!(d.without(Set::EVERYBODY, low), Ok(high));
        let y = between(&mut d, Y, 2, 3);
        let one = d.and(low, y).and_then(|both| d.or(both, high));
        let other = d.or(high, y);
        assert_eq!(one, other, "(x and y) or not x is not x or y");
    }

    #[test]
    fn ranges_are_held_to_the_domain() {
        let mut d = Diagrams::new(1_000);
        assert_eq!(between(&mut d, X, -5, 20), Set::EVERYBODY);
        assert_eq!(between(&mut d, X, 10, 20), Set::NOBODY);
        let ends = d.within(X, (i64::MIN, i64::MAX), &Ranges::of([(i64::MAX, i64::MAX)]));
        assert_eq!(
            d.edges(ends),
            [(i64::MAX - 1, Set::NOBODY), (i64::MAX, Set::EVERYBODY)]
        );
    }

    #[test]
    fn the_budget_ends_it() {
        let mut d = Diagrams::new(0);
        let (x, y) = (between(&mut d, X, 0, 4), between(&mut d, Y, 0, 4));
        assert_eq!(d.and(x, y), Err(OverBudget));
    }
}
