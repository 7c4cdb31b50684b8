//! Questions about many formulas at once, by a SAT solver: is there an account for which all of
//! these hold? The diagrams of the prover would hold the union of a thousand rules as one graph,
//! which explodes; a solver only looks for one account.
//!
//! A variable of a proof becomes a row of literals "it is at most c", one for each end of a range
//! that occurs, in order (the order encoding: N. Tamura et al., "Compiling Finite Linear CSP into
//! SAT", 2009). A formula becomes one literal that is true exactly where the formula is (G. S.
//! Tseitin, "On the Complexity of Derivation in Propositional Calculus", 1968). What cannot be said
//! in variables is left open, so "nobody" is always a proof and "somebody" may be a stranger.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use banneret::{AtomId, Claim, Formulas, Node, NodeId, Ranges, Reading, Space, VarId};
use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface as _, SolverOpts, lbool};

/// Something that is true of an account or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Statement(Lit);

impl std::ops::Not for Statement {
    type Output = Statement;

    fn not(self) -> Statement {
        Statement(!self.0)
    }
}

/// What came of looking for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// There is none: proven.
    Nobody,
    /// There is one, unless moments or texts that were left open do not fit together.
    Somebody,
    /// The search went over its budget.
    Unproven,
}

/// Counts the conflicts of one question.
struct Budget {
    conflicts: u64,
    most: u64,
}

impl Callbacks for Budget {
    fn on_start(&mut self) {
        self.conflicts = 0;
    }

    fn on_new_clause(&mut self, _: &[Lit], kind: ClauseKind) {
        self.conflicts += u64::from(kind == ClauseKind::Learnt);
    }

    fn stop(&self) -> bool {
        self.conflicts > self.most
    }
}

/// A solver, and what was said to it of the formulas of one book.
pub(crate) struct Sat<'f> {
    formulas: &'f Formulas,
    space: &'f Space,
    solver: Solver<Budget>,
    always: Lit,
    formula: HashMap<NodeId, Lit>,
    open: HashMap<AtomId, Lit>,
    at_most: HashMap<VarId, BTreeMap<i64, Lit>>,
    conflicts: u64,
}

impl<'f> Sat<'f> {
    /// A solver to which nothing was said yet.
    pub(crate) fn new(formulas: &'f Formulas, space: &'f Space) -> Sat<'f> {
        let budget = Budget {
            conflicts: 0,
            most: 0,
        };
        let mut solver = Solver::new(SolverOpts::default(), budget);
        let always = Lit::new(solver.new_var_default(), true);
        solver.add_clause_reuse(&mut vec![always]);
        Sat {
            formulas,
            space,
            solver,
            always,
            formula: HashMap::new(),
            open: HashMap::new(),
            at_most: HashMap::new(),
            conflicts: 0,
        }
    }

    /// Whether there is an account for which all of these hold; not looked for any longer than for
    /// so many conflicts.
    pub(crate) fn find(&mut self, these: &[Statement], conflicts: u64) -> Found {
        self.solver.cb_mut().most = conflicts;
        let these: Vec<Lit> = these.iter().map(|statement| statement.0).collect();
        let found = self.solver.solve_limited(&these);
        self.conflicts += self.solver.cb().conflicts;
        match found {
            found if found == lbool::TRUE => Found::Somebody,
            found if found == lbool::FALSE => Found::Nobody,
            _ => Found::Unproven,
        }
    }

    /// The conflicts of all questions together.
    pub(crate) fn conflicts(&self) -> u64 {
        self.conflicts
    }

    /// Something that only later statements decide about.
    pub(crate) fn free(&mut self) -> Statement {
        Statement(self.choice())
    }

    /// That at least one of these holds, from now on.
    pub(crate) fn demand(&mut self, one_of: &[Statement]) {
        self.clause(one_of.iter().map(|statement| statement.0));
    }

    /// That a formula is true of the account. Parts before wholes, and each once.
    pub(crate) fn formula(&mut self, root: NodeId) -> Statement {
        let formulas = self.formulas;
        let (mut open, mut wanted) = (vec![root], BTreeSet::new());
        while let Some(node) = open.pop() {
            if self.formula.contains_key(&node) || !wanted.insert(node) {
                continue;
            }
            if let Node::All(parts) | Node::Any(parts) = formulas.node(node) {
                open.extend(parts);
            }
        }
        // Parts have lower numbers than what they are parts of.
        for node in wanted {
            let part = |part: &NodeId| self.formula.get(part).copied();
            let literal = match formulas.node(node) {
                Node::False => !self.always,
                Node::True => self.always,
                Node::Atom(atom) => self.atom(*atom),
                Node::All(parts) => {
                    let parts = parts.iter().filter_map(part).collect();
                    self.all(parts)
                }
                Node::Any(parts) => {
                    let parts = parts.iter().filter_map(part).collect();
                    self.any(parts)
                }
            };
            self.formula.insert(node, literal);
        }
        Statement(self.formula.get(&root).copied().unwrap_or(!self.always))
    }

    fn atom(&mut self, id: AtomId) -> Lit {
        let atom = self.formulas.atom(id);
        let claim = atom.and_then(|atom| self.space.claim(atom, Reading::True));
        match claim {
            Some(claim) => self.claim(&claim),
            // Left open: more accounts than there are, so "nobody" stays true.
            None => match self.open.get(&id) {
                Some(literal) => *literal,
                None => {
                    let literal = self.choice();
                    self.open.insert(id, literal);
                    literal
                }
            },
        }
    }

    fn claim(&mut self, claim: &Claim) -> Lit {
        match claim {
            Claim::In(var, ranges) => self.within(*var, ranges),
            Claim::All(parts) => {
                let parts = parts.iter().map(|part| self.claim(part)).collect();
                self.all(parts)
            }
            Claim::Any(parts) => {
                let parts = parts.iter().map(|part| self.claim(part)).collect();
                self.any(parts)
            }
        }
    }

    fn within(&mut self, var: VarId, ranges: &Ranges) -> Lit {
        let (least, _) = self.space.domain(var);
        let mut parts = Vec::new();
        for (low, high) in ranges.iter() {
            let below = match low > least {
                true => self.at_most(var, low - 1),
                false => !self.always,
            };
            let high = self.at_most(var, high);
            parts.push(self.all(vec![!below, high]));
        }
        self.any(parts)
    }

    /// That a variable is at most that: the next link of a chain, each of which implies the one
    /// after it.
    fn at_most(&mut self, var: VarId, end: i64) -> Lit {
        let (least, most) = self.space.domain(var);
        if end < least {
            return !self.always;
        }
        if end >= most {
            return self.always;
        }
        let chain = self.at_most.entry(var).or_default();
        if let Some(link) = chain.get(&end) {
            return *link;
        }
        let before = chain.range(..end).next_back().map(|(_, link)| *link);
        let after = chain.range(end..).next().map(|(_, link)| *link);
        let link = self.choice();
        self.at_most.entry(var).or_default().insert(end, link);
        if let Some(before) = before {
            self.clause([!before, link]);
        }
        if let Some(after) = after {
            self.clause([!link, after]);
        }
        link
    }

    fn all(&mut self, mut parts: Vec<Lit>) -> Lit {
        let never = !self.always;
        parts.retain(|part| *part != self.always);
        parts.sort_unstable();
        parts.dedup();
        if parts.contains(&never) {
            return never;
        }
        match parts.as_slice() {
            [] => return self.always,
            [only] => return *only,
            _ => {}
        }
        let whole = self.made();
        for part in &parts {
            self.clause([!whole, *part]);
        }
        self.clause(parts.iter().map(|part| !*part).chain([whole]));
        whole
    }

    fn any(&mut self, parts: Vec<Lit>) -> Lit {
        !self.all(parts.into_iter().map(|part| !part).collect())
    }

    /// A literal that the solver chooses. It tries "no" first: a fact is then unknown, and of
    /// what is unknown little is true.
    fn choice(&mut self) -> Lit {
        Lit::new(self.solver.new_var(lbool::FALSE, true), true)
    }

    /// A literal that follows from those that are chosen.
    fn made(&mut self) -> Lit {
        Lit::new(self.solver.new_var(lbool::UNDEF, false), true)
    }

    fn clause(&mut self, literals: impl IntoIterator<Item = Lit>) {
        let mut literals: Vec<Lit> = literals.into_iter().collect();
        self.solver.add_clause_reuse(&mut literals);
    }
}

/// How many of a growing list of statements hold, up to a number that is asked for (the sequential
/// counter of C. Sinz, "Towards an Optimal CNF Encoding of Boolean Cardinality Constraints", 2005).
pub(crate) struct Tally {
    /// That at least one holds, at least two, and so on.
    at_least: Vec<Statement>,
    most: usize,
}

impl Tally {
    /// Counts up to `most`, which is at least one.
    pub(crate) fn up_to(most: usize) -> Tally {
        Tally {
            at_least: Vec::new(),
            most,
        }
    }

    /// Counts one more where all of these hold.
    pub(crate) fn add(&mut self, sat: &mut Sat<'_>, all_of: &[Statement]) {
        let before = self.at_least.clone();
        if before.len() < self.most {
            self.at_least.push(Statement(!sat.always));
        }
        let not: Vec<Statement> = all_of.iter().map(|statement| !*statement).collect();
        for (place, slot) in self.at_least.iter_mut().enumerate() {
            let now = Statement(sat.made());
            let already = before.get(place).copied();
            if let Some(already) = already {
                sat.demand(&[!already, now]);
            }
            let one_less = place.checked_sub(1).and_then(|place| before.get(place));
            let one_less = one_less.map(|statement| !*statement);
            let clause: Vec<_> = not.iter().copied().chain(one_less).chain([now]).collect();
            sat.demand(&clause);
            *slot = now;
        }
    }

    /// That as many hold as it counts up to. Nothing keeps it from being true elsewhere, so it is
    /// only good for being denied.
    pub(crate) fn is_full(&self) -> Option<Statement> {
        self.at_least.get(self.most.checked_sub(1)?).copied()
    }
}
