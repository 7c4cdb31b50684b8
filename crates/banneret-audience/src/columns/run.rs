//! Working a plan out for the rows of a table, a chunk at a time.

use banneret::{Clock, FactId, Formulas, NodeId, Schema, WhyUnknown};

use super::ages::{Aged, Ages, Believed, Shared};
use super::asked::{SAID, VALID};
use super::lanes::{Bits, Lanes, Loop};
use super::mask::{self, Mask, NONE, ROWS};
use super::plan::{Ask, AtomPlan, Detail, Plan, Step};
use super::table::Table;
use super::values::{Remembered, Values};
use std::sync::Arc;

/// Formulas made ready for tables.
#[derive(Clone, Debug)]
pub struct Evaluator {
    plan: Plan,
    detail: Detail,
    lanes: Lanes,
    /// By this a scratch knows whom it worked for last.
    own: Arc<()>,
}

impl Evaluator {
    /// Makes those formulas ready; answers are by their places in `wanted`. The formulas are of the
    /// schema.
    #[must_use]
    pub fn new(
        schema: &Schema,
        formulas: &Formulas,
        wanted: &[NodeId],
        detail: Detail,
    ) -> Evaluator {
        Evaluator {
            plan: Plan::new(schema, formulas, wanted),
            detail,
            lanes: Lanes::best(),
            own: Arc::new(()),
        }
    }

    /// The facts that are asked about, each once: the columns that a reader must read.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = FactId> {
        self.plan.facts.iter().map(|fact| fact.fact)
    }

    /// How many formulas are wanted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plan.roots.len()
    }

    /// Whether no formula is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plan.roots.is_empty()
    }

    /// Works the formulas out for every account of a table, some thousand at a time, and shows each
    /// lot as it is done. `scratch` is memory that the next table can use again.
    pub fn each(
        &self,
        table: &Table,
        clock: Clock,
        scratch: &mut Scratch,
        mut show: impl FnMut(&Chunk<'_>),
    ) {
        scratch.fit(self);
        let mut bound = Bound::new(self, table, clock, &mut scratch.remembered);
        for start in (0..table.rows).step_by(ROWS) {
            let rows = ROWS.min(table.rows - start);
            bound.fill(start, rows, scratch);
            self.lanes.run(Combine {
                audience: self,
                scratch: &mut *scratch,
                rows,
            });
            show(&Chunk {
                audience: self,
                scratch,
                bound: &bound,
                start,
                rows,
            });
        }
    }

    /// How many accounts of a table each formula is true and false for.
    #[must_use]
    pub fn count(&self, table: &Table, clock: Clock, scratch: &mut Scratch) -> Vec<Count> {
        let mut counts = vec![Count::default(); self.len()];
        self.each(table, clock, scratch, |chunk| {
            let counts = &mut counts;
            self.lanes.run(Tally { chunk, counts });
        });
        counts
    }

    /// The truths of every step, children first, and where wanted the falsehoods.
    #[inline(always)]
    fn combine(&self, rows: usize, scratch: &mut Scratch) {
        let Scratch {
            answers,
            known,
            truths,
            falses,
            ..
        } = scratch;
        let (and, or) = (|one, other| one & other, |one, other| one | other);
        let all = mask::first(rows);
        for (at, step) in self.plan.steps.iter().enumerate() {
            let (before, after) = truths.split_at_mut(at);
            let Some(truth) = after.first_mut() else {
                return;
            };
            match step {
                Step::False => *truth = NONE,
                Step::True => *truth = all,
                Step::Atom(atom) => self.atom(atom, answers, known, &all, truth),
                Step::All(parts) => fold(truth, parts, before, and),
                Step::Any(parts) => fold(truth, parts, before, or),
            }
            if self.detail == Detail::Truths {
                continue;
            }
            let (before, after) = falses.split_at_mut(at);
            let Some(falsehood) = after.first_mut() else {
                return;
            };
            match step {
                Step::False => *falsehood = all,
                Step::True => *falsehood = NONE,
                Step::Atom(atom) => {
                    let known = match atom.ask {
                        Ask::Known | Ask::Unknown => &all,
                        Ask::Answer { .. } => &known[self.known_at(atom)],
                    };
                    *falsehood = mask::without(known, truth);
                }
                Step::All(parts) => fold(falsehood, parts, before, or),
                Step::Any(parts) => fold(falsehood, parts, before, and),
            }
        }
    }

    #[inline(always)]
    fn atom(
        &self,
        atom: &AtomPlan,
        answers: &[Mask],
        known: &[Mask],
        all: &Mask,
        truth: &mut Mask,
    ) {
        let known = &known[self.known_at(atom)];
        *truth = match atom.ask {
            Ask::Known => *known,
            Ask::Unknown => mask::without(all, known),
            Ask::Answer { at, turned } => {
                let answer = &answers[self.plan.facts[atom.fact].answers + at];
                match turned {
                    true => mask::without(known, answer),
                    false => mask::both(known, answer),
                }
            }
        };
    }

    #[inline(always)]
    fn known_at(&self, atom: &AtomPlan) -> usize {
        self.plan.facts[atom.fact].first_bound + atom.bound
    }
}

/// Combining the answers of one chunk.
struct Combine<'c> {
    audience: &'c Evaluator,
    scratch: &'c mut Scratch,
    rows: usize,
}

impl Loop for Combine<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Bits>(self, _: B) {
        self.audience.combine(self.rows, self.scratch);
    }
}

/// Counting the rows of one chunk.
struct Tally<'c> {
    chunk: &'c Chunk<'c>,
    counts: &'c mut [Count],
}

impl Loop for Tally<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Bits>(self, _: B) {
        let Chunk { scratch, rows, .. } = self.chunk;
        let roots = &self.chunk.audience.plan.roots;
        for (root, count) in roots.iter().zip(self.counts) {
            count.rows += *rows as u64;
            count.truths += mask::count(&scratch.truths[*root]);
            count.falses += scratch.falses.get(*root).map_or(0, mask::count);
        }
    }
}

/// Joins masks part by part: a part of the whole stays in registers until it is joined.
#[inline(always)]
fn fold(whole: &mut Mask, parts: &[usize], before: &[Mask], join: impl Fn(u64, u64) -> u64) {
    const PART: usize = 16;
    let Some((first, others)) = parts.split_first() else {
        return;
    };
    let (whole, _) = whole.as_chunks_mut::<PART>();
    for (at, whole) in whole.iter_mut().enumerate() {
        let of = |step: usize| before[step].as_chunks::<PART>().0[at];
        let mut joined = of(*first);
        for other in others {
            for (word, other) in joined.iter_mut().zip(of(*other)) {
                *word = join(*word, other);
            }
        }
        *whole = joined;
    }
}

/// Memory for the masks of one chunk; one a thread.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// By fact, then by answer.
    answers: Vec<Mask>,
    /// By fact, then by bound: whether it is known at that age.
    known: Vec<Mask>,
    /// By step.
    truths: Vec<Mask>,
    /// By step, where they are wanted.
    falses: Vec<Mask>,
    /// By fact.
    remembered: Vec<Remembered>,
    /// Whose facts those are.
    last: Option<Arc<()>>,
}

impl Scratch {
    fn fit(&mut self, audience: &Evaluator) {
        let Evaluator { plan, detail, .. } = audience;
        let is_known = |own| Arc::ptr_eq(own, &audience.own);
        if !self.last.as_ref().is_some_and(is_known) {
            self.last = Some(Arc::clone(&audience.own));
            self.remembered.clear();
        }
        self.remembered
            .resize(plan.facts.len(), Remembered::default());
        self.answers.resize(plan.answers, NONE);
        self.known.resize(plan.bounds, NONE);
        self.truths.resize(plan.steps.len(), NONE);
        let falses = if *detail == Detail::Reasons {
            plan.steps.len()
        } else {
            0
        };
        self.falses.resize(falses, NONE);
    }
}

/// How many accounts a formula was worked out for, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many accounts there are.
    pub rows: u64,
    /// For how many it is true.
    pub truths: u64,
    /// For how many it is false; 0 with [`Detail::Truths`].
    pub falses: u64,
}

impl Count {
    /// For how many nobody can say, where falsehoods were counted.
    #[must_use]
    pub fn unknowns(&self) -> u64 {
        self.rows - self.truths - self.falses
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.rows += other.rows;
        self.truths += other.truths;
        self.falses += other.falses;
    }
}

/// A plan bound to the columns of one table.
struct Bound<'a> {
    plan: &'a Plan,
    facts: Vec<(Values<'a>, Aged<'a>)>,
    shared: Shared<'a>,
}

impl<'a> Bound<'a> {
    fn new(
        audience: &'a Evaluator,
        table: &'a Table,
        clock: Clock,
        remembered: &mut [Remembered],
    ) -> Bound<'a> {
        let Evaluator { plan, lanes, .. } = audience;
        let believed = Believed::at(clock);
        let facts = plan.facts.iter().zip(remembered).map(|(fact, remembered)| {
            let column = table.column(fact.fact);
            let values = column.map(|column| &column.values);
            let own = column.and_then(|column| column.as_of.as_ref());
            let aged = Aged {
                own: Ages::of(own, *lanes),
                goes_stale: fact.goes_stale,
            };
            let values = Values::new(&fact.asked, values, clock.now, *lanes, remembered);
            (values, aged)
        });
        Bound {
            plan,
            facts: facts.collect(),
            shared: Shared::new(Ages::of(table.as_of.as_ref(), *lanes), believed),
        }
    }

    /// Every answer, and what is known at which age.
    fn fill(&mut self, start: usize, rows: usize, scratch: &mut Scratch) {
        self.shared.turn_to(start, rows);
        for (fact, (values, aged)) in self.plan.facts.iter().zip(&mut self.facts) {
            let answers = fact.answers..fact.answers + fact.asked.answers();
            values.fill(start, rows, &mut scratch.answers[answers]);
            let valid = &scratch.answers[fact.answers + VALID];
            let known = &mut scratch.known[fact.first_bound..];
            for (known, bound) in known.iter_mut().zip(&fact.bounds) {
                self.shared.keep(*bound, start, rows);
                *known = match aged.same(&self.shared) {
                    Some(true) => *valid,
                    Some(false) => NONE,
                    None => {
                        let believed = aged.believed(*bound, &self.shared, start, rows);
                        mask::both(valid, &believed)
                    }
                };
            }
        }
    }
}

/// What came of some rows of a table.
pub struct Chunk<'c> {
    audience: &'c Evaluator,
    scratch: &'c Scratch,
    bound: &'c Bound<'c>,
    start: usize,
    rows: usize,
}

/// Why a formula is unknown, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The fact that decides and is unknown.
    pub fact: FactId,
    /// Why it is.
    pub why: WhyUnknown,
    /// The rows of the chunk, sixty-four to a word.
    pub rows: Box<[u64]>,
}

impl Chunk<'_> {
    /// The place of its first row in the table.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows for which a formula is true, sixty-four to a word, the first being the lowest bit.
    #[must_use]
    pub fn truths(&self, wanted: usize) -> &[u64] {
        self.truth(wanted)
    }

    /// The rows for which a formula is false; nothing with [`Detail::Truths`].
    #[must_use]
    pub fn falses(&self, wanted: usize) -> Option<&[u64]> {
        self.falsehood(wanted).map(|mask| mask.as_slice())
    }

    fn truth(&self, wanted: usize) -> &Mask {
        let root = self.audience.plan.roots.get(wanted);
        let truth = root.and_then(|root| self.scratch.truths.get(*root));
        truth.unwrap_or(&NONE)
    }

    fn falsehood(&self, wanted: usize) -> Option<&Mask> {
        let root = self.audience.plan.roots.get(wanted)?;
        self.scratch.falses.get(*root)
    }

    /// Why a formula is unknown: which facts decide that, and what is wrong with each. A row may
    /// have several reasons. Nothing with [`Detail::Truths`].
    #[must_use]
    pub fn reasons(&self, wanted: usize) -> Vec<Reason> {
        let Some(root) = self.audience.plan.roots.get(wanted) else {
            return Vec::new();
        };
        if self.scratch.falses.is_empty() {
            return Vec::new();
        }
        let mut blamed = vec![NONE; root + 1];
        blamed[*root] = self.unknown(*root);
        let mut found: Vec<(FactId, WhyUnknown, Mask)> = Vec::new();
        for at in (0..=*root).rev() {
            let blame = blamed[at];
            if blame == NONE {
                continue;
            }
            match &self.audience.plan.steps[at] {
                Step::False | Step::True => {}
                Step::All(parts) | Step::Any(parts) => {
                    for part in parts {
                        let unknown = mask::both(&blame, &self.unknown(*part));
                        mask::or(&mut blamed[*part], &unknown);
                    }
                }
                Step::Atom(atom) => self.blame(atom, &blame, &mut found),
            }
        }
        found.sort_by_key(|(fact, why, _)| (*fact, *why));
        let found = found.into_iter().map(|(fact, why, rows)| Reason {
            fact,
            why,
            rows: rows.into(),
        });
        found.collect()
    }

    /// The rows for which a step is unknown.
    fn unknown(&self, step: usize) -> Mask {
        let all = mask::first(self.rows);
        let unknown = mask::without(&all, &self.scratch.truths[step]);
        mask::without(&unknown, &self.scratch.falses[step])
    }

    /// Tells why the fact of an atom is unknown in some rows: as [`banneret::Facts::read`] does.
    fn blame(&self, atom: &AtomPlan, rows: &Mask, found: &mut Vec<(FactId, WhyUnknown, Mask)>) {
        let fact = &self.audience.plan.facts[atom.fact];
        let (_, aged) = &self.bound.facts[atom.fact];
        let said = mask::both(rows, &self.scratch.answers[fact.answers + SAID]);
        let dated = aged.dated(&self.bound.shared, self.start, self.rows);
        let ahead = aged.ahead(&self.bound.shared, self.start, self.rows);
        let outside = mask::without(&said, &self.scratch.answers[fact.answers + VALID]);
        let undated = match fact.goes_stale {
            true => mask::without(&said, &dated),
            false => NONE,
        };
        let ahead = mask::both(&said, &ahead);
        let believed = aged.believed(
            fact.bounds[atom.bound],
            &self.bound.shared,
            self.start,
            self.rows,
        );
        let stale = mask::without(
            &mask::without(&mask::both(&said, &dated), &ahead),
            &believed,
        );
        let outside = mask::both(&outside, &believed);
        let reasons = [
            (WhyUnknown::Absent, mask::without(rows, &said)),
            (WhyUnknown::Undated, undated),
            (WhyUnknown::Future, ahead),
            (WhyUnknown::Stale, stale),
            (WhyUnknown::OutOfDomain, outside),
        ];
        for (why, rows) in reasons.into_iter().filter(|(_, rows)| *rows != NONE) {
            let known = found
                .iter_mut()
                .find(|(other, of, _)| (*other, *of) == (fact.fact, why));
            match known {
                Some((_, _, known)) => mask::or(known, &rows),
                None => found.push((fact.fact, why, rows)),
            }
        }
    }
}
