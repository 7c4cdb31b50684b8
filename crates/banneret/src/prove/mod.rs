//! Proofs about formulas: decided for every possible account, not sampled, and not searched for in
//! the text.
//!
//! Everything is one question: is there an account for whom all of these hold, and none of those?
//! "Holds" is definitely true; "not" is false or unknown. An audience implies a contract where
//! nobody is in the audience and not in the contract.

mod claim;
mod diagram;
mod difference;
mod joined;
mod point;
mod smallest;
mod space;
mod texts;
mod witness;

use std::sync::Arc;

use crate::formula::{Formulas, NodeId};
use crate::schema::Schema;
use crate::value::{Duration, Time};

pub use claim::{Claim, Reading};
pub use difference::Difference;
pub use joined::{Joined, Side};
pub use space::{Space, VarId};
pub use witness::{Told, Witness};

use self::diagram::{Diagrams, OverBudget, Set};
use self::witness::NoSuchMoment;
use crate::eval::Truths;
use crate::facts::Clock;
use crate::formula::Node;
use hashbrown::HashMap;

/// What came of looking for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is none: proven.
    Nobody,
    /// This is the smallest, and the plain evaluator agrees.
    Somebody(Witness),
    /// Nobody can say.
    Unproven(Unproven),
}

/// Why a question was not decided. It counts as an error, never as a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The rule is too entangled.
    #[error("the proof went over its budget of steps")]
    OverBudget,
    /// One fact's texts are asked about in too many ways.
    #[error("one fact's texts are asked about in too many ways to tell them apart")]
    Texts,
    /// One fact is asked both where it lies in time and how far from now, in too many ways.
    #[error("a moment is compared with dates and with now in too many ways at once")]
    Moments,
    /// The plain evaluator does not agree: a mistake of banneret's.
    #[error(
        "the counterexample that was found is none for the plain evaluator: please report this"
    )]
    NotReplayed,
}

/// The steps that one question may take. A usual proof takes some hundred.
pub const BUDGET: u64 = 200_000;

/// What a question costs in any case, in steps: its account, and trying it.
const QUESTION: u64 = 20;

/// How many nodes are kept for the questions to come.
const KEPT: usize = 500_000;

/// How often a set is looked into again for an account whose moments fit together.
const ROUNDS: usize = 64;

/// Decides questions about the formulas of one book.
#[derive(Debug)]
pub struct Prover<'f> {
    schema: Arc<Schema>,
    formulas: &'f Formulas,
    space: Space,
    diagrams: Diagrams,
    done: HashMap<(NodeId, Reading), Set>,
    /// The hashes of sets' structures.
    hashes: HashMap<Set, u64>,
    near: Time,
    budget: u64,
    taken: u64,
    /// What it took beside to pose the questions and to try their answers, in steps.
    posed: u64,
    /// Whether the variables stand in the order of these formulas alone.
    is_local: bool,
}

/// Why a formula has no set.
enum Stop {
    OverBudget,
    TooManyTexts,
}

impl From<OverBudget> for Stop {
    fn from(_: OverBudget) -> Stop {
        Stop::OverBudget
    }
}

impl From<Stop> for Unproven {
    fn from(stop: Stop) -> Unproven {
        match stop {
            Stop::OverBudget => Unproven::OverBudget,
            Stop::TooManyTexts => Unproven::Texts,
        }
    }
}

impl<'f> Prover<'f> {
    /// A prover for those formulas, over the facts of that schema.
    #[must_use]
    pub fn new(schema: &Arc<Schema>, formulas: &'f Formulas) -> Prover<'f> {
        Prover::with_budget(schema, formulas, BUDGET)
    }

    /// A prover whose questions may take so many steps each.
    #[must_use]
    pub fn with_budget(schema: &Arc<Schema>, formulas: &'f Formulas, budget: u64) -> Prover<'f> {
        let space = Space::new(schema, formulas, &[]);
        Prover {
            schema: Arc::clone(schema),
            formulas,
            posed: space.steps(),
            taken: 0,
            space,
            diagrams: Diagrams::new(budget),
            done: HashMap::new(),
            hashes: HashMap::new(),
            near: Time::from_unix_seconds(1_767_268_800),
            budget,
            is_local: false,
        }
    }

    /// The moment at which witnesses are told where nothing else decides; noon of 2026-01-01
    /// without it.
    pub fn near(&mut self, now: Time) {
        self.near = now;
    }

    /// The steps that each question may take from now on; with none every one is unproven at once.
    pub fn limit(&mut self, budget: u64) {
        self.budget = budget;
        self.diagrams.limit(budget);
    }

    /// The steps that all questions together have taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken + self.diagrams.steps()
    }

    /// Those steps with all that it took beside: what the budget of a whole book is held against.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.posed.saturating_add(self.taken())
    }

    /// Whether there is an account for whom all of `these` are true, and none of `those` is.
    pub fn find(&mut self, these: &[NodeId], those: &[NodeId]) -> Answer {
        self.find_as(Reading::True, these, those)
    }

    /// As [`Prover::find`], but age is no reason for one of `those` to be unknown.
    pub fn find_at_any_age(&mut self, these: &[NodeId], those: &[NodeId]) -> Answer {
        self.find_as(Reading::TrueAtAnyAge, these, those)
    }

    fn find_as(&mut self, reading: Reading, these: &[NodeId], those: &[NodeId]) -> Answer {
        if self.budget == 0 {
            return Answer::Unproven(Unproven::OverBudget);
        }
        self.begin();
        self.posed += QUESTION;
        match self.look(reading, these, those) {
            Ok(answer) => answer,
            // Once more by itself: only its own facts, in the order in which its authors named them.
            Err(_) if !self.is_local => self.find_alone(reading, these, those),
            Err(stop) => Answer::Unproven(stop.into()),
        }
    }

    fn begin(&mut self) {
        if self.diagrams.size() > KEPT {
            self.diagrams.clear();
            self.done.clear();
            self.hashes.clear();
        }
        self.taken += self.diagrams.steps();
        self.diagrams.begin();
    }

    fn find_alone(&mut self, reading: Reading, these: &[NodeId], those: &[NodeId]) -> Answer {
        let roots: Vec<_> = these.iter().chain(those).copied().collect();
        let (formulas, roots) = self.formulas.extract(&roots);
        self.posed += steps(&formulas);
        let (these, those) = roots.split_at_checked(these.len()).unwrap_or_default();
        let mut alone = self.alone(&formulas, &roots);
        let answer = alone.find_as(reading, these, those);
        self.taken += alone.taken();
        self.posed += alone.posed;
        answer
    }

    /// A prover for a few formulas only: their facts come in the order in which their authors named
    /// them, and no other question tells texts or members of sets apart.
    fn alone<'a>(&self, formulas: &'a Formulas, roots: &[NodeId]) -> Prover<'a> {
        let space = Space::new(&self.schema, formulas, &order(formulas, roots));
        Prover {
            posed: space.steps(),
            taken: 0,
            space,
            diagrams: Diagrams::new(self.budget),
            done: HashMap::new(),
            hashes: HashMap::new(),
            schema: Arc::clone(&self.schema),
            formulas,
            near: self.near,
            budget: self.budget,
            is_local: true,
        }
    }

    /// A number that is equal for formulas that are true for the same accounts, and, but for a
    /// chance of one in 2⁶⁴, for no others. It means something for this prover only.
    ///
    /// # Errors
    /// Where the formula is too entangled.
    pub fn fingerprint(&mut self, node: NodeId) -> Result<u64, Unproven> {
        self.begin();
        let set = self.set(node, Reading::True);
        Ok(self.hash(set?))
    }

    /// The hash of a set's structure, which outlives the nodes it is made of.
    fn hash(&mut self, root: Set) -> u64 {
        let mut open = vec![root];
        while let Some(set) = open.last().copied() {
            let edges = self.diagrams.edges(set);
            let before = open.len();
            let unknown = edges.iter().map(|(_, next)| *next);
            open.extend(unknown.filter(|next| !self.hashes.contains_key(next)));
            if open.len() > before {
                continue;
            }
            let parts: Vec<(i64, u64)> = edges
                .iter()
                .map(|(high, next)| (*high, self.hashes.get(next).copied().unwrap_or_default()))
                .collect();
            let hash = self.diagrams.hash_of(set, &parts);
            self.hashes.insert(set, hash);
            open.pop();
        }
        self.hashes.get(&root).copied().unwrap_or_default()
    }

    fn look(
        &mut self,
        reading: Reading,
        these: &[NodeId],
        those: &[NodeId],
    ) -> Result<Answer, Stop> {
        let mut set = self.all(these)?;
        for node in those {
            if set == Set::NOBODY {
                break;
            }
            let wrong = self.set(*node, reading)?;
            set = self.diagrams.without(set, wrong)?;
        }
        for _ in 0..ROUNDS {
            if set == Set::NOBODY {
                return Ok(Answer::Nobody);
            }
            let (cost, choices) =
                smallest::smallest(&mut self.diagrams, &self.space, &self.schema, set);
            match Witness::of(&self.space, &self.schema, &choices, cost, self.near) {
                Ok(witness) => {
                    return Ok(match self.replays(reading, &witness, these, those) {
                        true => Answer::Somebody(witness),
                        false => Answer::Unproven(Unproven::NotReplayed),
                    });
                }
                Err(NoSuchMoment) => set = self.block(set, &choices)?,
            }
        }
        Ok(Answer::Unproven(Unproven::Moments))
    }

    /// The set without the moments that do not fit together.
    fn block(&mut self, set: Set, choices: &[smallest::Choice]) -> Result<Set, OverBudget> {
        let mut never = Set::EVERYBODY;
        for choice in choices.iter().rev() {
            let is_moment = self
                .space
                .var(choice.var)
                .is_some_and(|var| matches!(var.part, space::Part::At | space::Part::Away));
            if is_moment {
                let domain = self.space.domain(choice.var);
                let ranges = crate::formula::Ranges::of([(choice.low, choice.high)]);
                let here = self.diagrams.within(choice.var, domain, &ranges);
                never = self.diagrams.and(here, never)?;
            }
        }
        self.diagrams.without(set, never)
    }

    /// Those for whom all of these are true.
    fn all(&mut self, nodes: &[NodeId]) -> Result<Set, Stop> {
        let mut sets = Vec::with_capacity(nodes.len());
        for node in nodes {
            sets.push(self.set(*node, Reading::True)?);
        }
        Ok(self.join(sets, true)?)
    }

    /// Joins sets from the last variable up, so that each step puts little on top.
    fn join(&mut self, mut sets: Vec<Set>, all: bool) -> Result<Set, OverBudget> {
        sets.sort_by_key(|set| std::cmp::Reverse(self.diagrams.var(*set)));
        let mut sum = if all { Set::EVERYBODY } else { Set::NOBODY };
        let mut sets = sets.as_slice();
        while let Some(first) = sets.first() {
            let var = self.diagrams.var(*first);
            let same = sets.partition_point(|set| self.diagrams.var(*set) == var);
            let (group, rest) = sets.split_at_checked(same.max(1)).unwrap_or((sets, &[]));
            let group = self.paired(group.to_vec(), all)?;
            sum = self.joined(group, sum, all)?;
            sets = rest;
        }
        Ok(sum)
    }

    /// Joins sets of one variable in pairs, and these in pairs: what many ranges make of it is gone
    /// through a few times, not once for each.
    fn paired(&mut self, mut sets: Vec<Set>, all: bool) -> Result<Set, OverBudget> {
        while sets.len() > 1 {
            let mut half = Vec::with_capacity(sets.len().div_ceil(2));
            for pair in sets.chunks(2) {
                half.push(match pair {
                    [one, other] => self.joined(*one, *other, all)?,
                    rest => rest.first().copied().unwrap_or(Set::NOBODY),
                });
            }
            sets = half;
        }
        let neutral = if all { Set::EVERYBODY } else { Set::NOBODY };
        Ok(sets.first().copied().unwrap_or(neutral))
    }

    fn joined(&mut self, one: Set, other: Set, all: bool) -> Result<Set, OverBudget> {
        match all {
            true => self.diagrams.and(one, other),
            false => self.diagrams.or(one, other),
        }
    }

    /// Those for whom a formula is true, or false. Parts before wholes, and each once.
    fn set(&mut self, root: NodeId, reading: Reading) -> Result<Set, Stop> {
        if let Some(done) = self.done.get(&(root, reading)) {
            return Ok(*done);
        }
        let formulas = self.formulas;
        let mut open = vec![root];
        let mut wanted = std::collections::BTreeSet::new();
        while let Some(node) = open.pop() {
            if self.done.contains_key(&(node, reading)) || !wanted.insert(node) {
                continue;
            }
            if let Node::All(parts) | Node::Any(parts) = formulas.node(node) {
                open.extend(parts);
            }
        }
        // Parts have lower numbers than what they are parts of.
        for node in wanted {
            let set = self.made(node, reading)?;
            self.done.insert((node, reading), set);
        }
        Ok(self
            .done
            .get(&(root, reading))
            .copied()
            .unwrap_or(Set::NOBODY))
    }

    fn made(&mut self, node: NodeId, reading: Reading) -> Result<Set, Stop> {
        let formulas = self.formulas;
        let negative = reading == Reading::False;
        let (parts, all) = match formulas.node(node) {
            Node::False if negative => return Ok(Set::EVERYBODY),
            Node::True if !negative => return Ok(Set::EVERYBODY),
            Node::False | Node::True => return Ok(Set::NOBODY),
            Node::Atom(atom) => {
                let atom = formulas.atom(*atom).ok_or(Stop::TooManyTexts)?;
                let claim = self.space.claim(atom, reading).ok_or(Stop::TooManyTexts)?;
                return Ok(self.claimed(&claim)?);
            }
            Node::All(parts) => (parts, !negative),
            Node::Any(parts) => (parts, negative),
        };
        let sets = parts
            .iter()
            .map(|part| self.done.get(&(*part, reading)).copied());
        // Parts are made first; a proof that lacks one would be none.
        let sets: Option<Vec<Set>> = sets.collect();
        Ok(self.join(sets.ok_or(Stop::OverBudget)?, all)?)
    }

    fn claimed(&mut self, claim: &Claim) -> Result<Set, OverBudget> {
        match claim {
            Claim::In(var, ranges) => {
                let domain = self.space.domain(*var);
                Ok(self.diagrams.within(*var, domain, ranges))
            }
            Claim::All(parts) | Claim::Any(parts) => {
                let mut sets = Vec::with_capacity(parts.len());
                for part in parts {
                    sets.push(self.claimed(part)?);
                }
                self.join(sets, matches!(claim, Claim::All(_)))
            }
        }
    }

    /// Whether the plain evaluator agrees. What would not even be true at any age is not true.
    fn replays(
        &mut self,
        reading: Reading,
        witness: &Witness,
        these: &[NodeId],
        those: &[NodeId],
    ) -> bool {
        let roots: Vec<_> = these.iter().chain(those).copied().collect();
        let (formulas, roots) = self.formulas.extract(&roots);
        self.posed += steps(&formulas);
        let clock = Clock {
            now: witness.now,
            skew: Duration::default(),
        };
        let mut truths = Truths::default();
        truths.fill(&formulas, &witness.facts(&self.schema), clock);
        let (these, those) = roots.split_at_checked(these.len()).unwrap_or_default();
        if !these.iter().all(|node| truths.of(*node).is_true()) {
            return false;
        }
        if reading == Reading::TrueAtAnyAge {
            // The same account with everything that is known of it fresh.
            truths.fill(&formulas, &witness.fresh().facts(&self.schema), clock);
        }
        !those.iter().any(|node| truths.of(*node).is_true())
    }
}

/// What copying formulas costs, in steps.
fn steps(formulas: &Formulas) -> u64 {
    u64::try_from(formulas.len())
        .unwrap_or(u64::MAX)
        .saturating_mul(4)
}

/// The facts of some formulas in the order in which their authors named them.
fn order(formulas: &Formulas, roots: &[NodeId]) -> Vec<crate::schema::FactId> {
    let named = roots.iter().flat_map(|root| formulas.facts_of(*root));
    named
        .collect::<indexmap::IndexSet<_>>()
        .into_iter()
        .collect()
}
