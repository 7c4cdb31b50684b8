//! Counting a table at a time, in memory that does not grow with the number of accounts.

use std::collections::BTreeMap;
use std::path::Path;

use banneret::{FactId, Time, Truth, WhyUnknown};

use super::bad::{Bad, Clean};
use super::cell::Cell;
use super::document::{AudienceCounts, BadInput, Combination, Outcomes, Preview, Standing};
use super::gates::Passed;
use super::groups::{Bound, Combinations, Groups};
use super::hash;
use super::plan::{Asked, AskedKind, Plan, dunning_role};
use super::rank::{Meetings, Pairs};
use super::rows_of;
use super::sample::{From, Sample};
use crate::columns::{Chunk, Scratch, count, count_both};
use crate::read::{Accounts, Report};

/// The counts of one thread.
#[derive(Debug)]
pub struct Counting<'p> {
    plan: &'p Plan<'p>,
    scratch: Scratch,
    rows: u64,
    bad: Bad,
    clean: Clean,
    counts: Vec<Counts>,
    groups: Groups,
    meetings: Meetings,
    passed: Passed,
    /// The banners of each row that several are true of; used while counting.
    sets: Vec<Vec<u32>>,
    /// What the ids hash to of those that some audience has, by row of the chunk.
    hashes: Vec<u32>,
}

/// What was counted of one audience.
#[derive(Debug, Default)]
struct Counts {
    all: Outcomes,
    standing: Standing,
    why_unknown: BTreeMap<(FactId, WhyUnknown), u64>,
    /// Of a segment or an expression: by banner of the book. Of a banner, the meetings tell it.
    overlap: BTreeMap<u32, u64>,
    sample: Sample,
}

/// Who is in an audience, of a chunk's rows, and of whom that is unknown.
struct Truths<'c> {
    yes: &'c [u64],
    unknown: Vec<u64>,
    outcomes: Outcomes,
}

impl<'c> Truths<'c> {
    fn of(chunk: &'c Chunk<'_>, at: usize) -> Truths<'c> {
        let yes = chunk.truths(at);
        let no = chunk.falses(at).unwrap_or_default();
        let rows = chunk.rows();
        let words = yes.iter().zip(no).enumerate().map(|(at, (yes, no))| {
            let all = match rows.saturating_sub(at * 64) {
                0 => 0,
                some @ 1..=63 => (1 << some) - 1,
                _ => u64::MAX,
            };
            all & !yes & !no
        });
        let unknown: Vec<u64> = words.collect();
        let outcomes = Outcomes {
            yes: count(yes),
            no: count(no),
            unknown: count(&unknown),
        };
        Truths {
            yes,
            unknown,
            outcomes,
        }
    }
}

impl<'p> Counting<'p> {
    pub(super) fn new(plan: &'p Plan<'p>) -> Counting<'p> {
        Counting {
            plan,
            scratch: Scratch::default(),
            rows: 0,
            bad: Bad::new(),
            clean: Clean::default(),
            counts: plan.asked.iter().map(|_| Counts::default()).collect(),
            groups: Groups::new(&plan.by, plan.asked.len()),
            meetings: Meetings::default(),
            passed: Passed::default(),
            sets: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Counts some accounts of a file.
    pub fn take(&mut self, path: &Path, accounts: &Accounts) {
        let plan = self.plan;
        let table = &accounts.table;
        self.rows += table.rows as u64;
        self.clean
            .count(table, plan.book.schema(), plan.clock, &mut self.bad);
        let mut bound = (!plan.by.is_empty()).then(|| self.groups.bind(table));
        let mut scratch = std::mem::take(&mut self.scratch);
        plan.audience
            .each(table, plan.clock, &mut scratch, |chunk| {
                self.chunk(path, accounts, bound.as_mut(), chunk);
            });
        self.scratch = scratch;
        if let Some(bound) = bound {
            self.groups.settle(plan.book.schema(), &bound);
        }
    }

    fn chunk(
        &mut self,
        path: &Path,
        accounts: &Accounts,
        mut bound: Option<&mut Bound<'_>>,
        chunk: &Chunk<'_>,
    ) {
        let plan = self.plan;
        if let Some(bound) = &mut bound {
            let known: Vec<_> = plan.known.iter().map(|at| chunk.truths(*at)).collect();
            let place = (chunk.start(), chunk.rows());
            self.groups
                .turn_to(plan.book.schema(), bound, place, &known);
        }
        self.hash(accounts, chunk);
        let from = From {
            path,
            accounts,
            schema: plan.book.schema(),
            clock: plan.clock,
        };
        for (at, asked) in plan.asked.iter().enumerate() {
            let truths = Truths::of(chunk, at);
            if let Some(bound) = &mut bound {
                self.groups.count(bound, at, truths.yes, &truths.unknown);
            }
            if let Some(counts) = self.counts.get_mut(at) {
                counts.count(plan, asked, at, chunk, &truths);
            }
            self.offer(at, asked, chunk, truths.yes, from);
        }
        self.meet(chunk);
        self.pass(accounts, chunk);
    }

    /// Tells what the ids hash to of those that some audience has: once, however many have them.
    fn hash(&mut self, accounts: &Accounts, chunk: &Chunk<'_>) {
        if self.plan.sample == 0 {
            return;
        }
        let mut some = vec![0; chunk.rows().div_ceil(64)];
        for at in 0..self.plan.asked.len() {
            let words = some.iter_mut().zip(chunk.truths(at));
            words.for_each(|(some, yes)| *some |= yes);
        }
        self.hashes.resize(chunk.rows(), 0);
        let ids = accounts.table.id.as_ref();
        hash::fill(ids, chunk.start(), &some, &mut self.hashes);
    }

    /// Offers those in an audience to its sample.
    fn offer(&mut self, at: usize, asked: &Asked, chunk: &Chunk<'_>, yes: &[u64], from: From<'_>) {
        let size = self.plan.sample;
        let Some(counts) = self.counts.get_mut(at).filter(|_| size > 0) else {
            return;
        };
        let mut highest = counts.sample.highest(size);
        for row in rows_of(yes) {
            if let Some(hash) = self.hashes.get(row).filter(|hash| **hash <= highest) {
                let row = chunk.start() + row;
                counts.sample.offer(size, *hash, row, from, asked);
                highest = counts.sample.highest(size);
            }
        }
    }

    /// Notes the sets of banners that are true of one account.
    fn meet(&mut self, chunk: &Chunk<'_>) {
        let banners = &self.plan.banners;
        if banners.len() < 2 {
            return;
        }
        let words = chunk.rows().div_ceil(64);
        let (mut once, mut twice) = (vec![0; words], vec![0; words]);
        for banner in banners {
            let sums = once.iter_mut().zip(&mut twice);
            for ((once, twice), yes) in sums.zip(chunk.truths(*banner)) {
                *twice |= *once & yes;
                *once |= yes;
            }
        }
        if count(&twice) == 0 {
            return;
        }
        self.sets.iter_mut().for_each(Vec::clear);
        self.sets
            .resize(chunk.rows().max(self.sets.len()), Vec::new());
        for (number, banner) in (0..).zip(banners) {
            let yes = chunk.truths(*banner).iter().zip(&twice);
            let both: Vec<u64> = yes.map(|(yes, twice)| yes & twice).collect();
            for row in rows_of(&both) {
                if let Some(set) = self.sets.get_mut(row) {
                    set.push(number);
                }
            }
        }
        for row in rows_of(&twice) {
            if let Some(set) = self.sets.get(row) {
                self.meetings.add(self.plan.book, set);
            }
        }
    }

    /// Sends those of whom a banner is true through the gates.
    fn pass(&mut self, accounts: &Accounts, chunk: &Chunk<'_>) {
        let Some(engine) = &self.plan.engine else {
            return;
        };
        let asked = self.plan.asked.iter().enumerate();
        let banners: Vec<_> = asked
            .filter_map(|(at, asked)| Some((asked.banner?, chunk.truths(at))))
            .collect();
        let schema = self.plan.book.schema();
        for row in 0..chunk.rows() {
            let is_true = |yes: &[u64]| {
                yes.get(row / 64)
                    .is_some_and(|word| word >> (row % 64) & 1 == 1)
            };
            let speaking = banners.iter().filter(|(_, yes)| is_true(yes));
            let speaking: Vec<_> = speaking.map(|(banner, _)| *banner).collect();
            if !speaking.is_empty() {
                let at = chunk.start() + row;
                let before = (schema, self.plan.clock);
                self.passed.decide(engine, accounts, before, at, &speaking);
            }
        }
    }

    /// Adds up what several threads counted, and tells it all.
    #[must_use]
    pub fn finish(
        plan: &Plan<'_>,
        threads: impl IntoIterator<Item = Counting<'p>>,
        report: &Report,
    ) -> Preview {
        let mut sum = Sum {
            plan,
            rows: 0,
            bad: Bad::new(),
            counts: plan.asked.iter().map(|_| Counts::default()).collect(),
            combinations: Combinations::default(),
            pairs: Pairs::default(),
            passed: Passed::default(),
        };
        for thread in threads {
            sum.add(thread);
        }
        sum.preview(report)
    }
}

impl Counts {
    fn count(
        &mut self,
        plan: &Plan<'_>,
        asked: &Asked,
        at: usize,
        chunk: &Chunk<'_>,
        truths: &Truths<'_>,
    ) {
        self.all += truths.outcomes;
        let yes = truths.yes;
        if truths.outcomes.yes > 0 {
            if let Some(dunning) = plan.dunning {
                let marked = count_both(yes, chunk.truths(dunning));
                let good = count_both(yes, chunk.falses(dunning).unwrap_or_default());
                self.standing.in_dunning += marked;
                self.standing.good += good;
                self.standing.unknown += truths.outcomes.yes - marked - good;
            }
            if asked.banner.is_none() {
                for (number, banner) in (0..).zip(&plan.banners) {
                    let both = count_both(yes, chunk.truths(*banner));
                    if both > 0 {
                        *self.overlap.entry(number).or_default() += both;
                    }
                }
            }
        }
        if truths.outcomes.unknown > 0 {
            for reason in chunk.reasons(at) {
                let why = (reason.fact, reason.why);
                *self.why_unknown.entry(why).or_default() += count(&reason.rows);
            }
        }
    }

    fn merge(&mut self, size: usize, other: Counts) {
        self.all += other.all;
        self.standing.in_dunning += other.standing.in_dunning;
        self.standing.good += other.standing.good;
        self.standing.unknown += other.standing.unknown;
        for (why, number) in other.why_unknown {
            *self.why_unknown.entry(why).or_default() += number;
        }
        for (banner, number) in other.overlap {
            *self.overlap.entry(banner).or_default() += number;
        }
        self.sample.merge(size, other.sample);
    }
}

/// What all threads counted.
struct Sum<'a> {
    plan: &'a Plan<'a>,
    rows: u64,
    bad: Bad,
    counts: Vec<Counts>,
    combinations: Combinations,
    pairs: Pairs,
    passed: Passed,
}

impl Sum<'_> {
    fn add(&mut self, mut thread: Counting<'_>) {
        self.rows += thread.rows;
        for (why, number) in thread.bad {
            *self.bad.entry(why).or_default() += number;
        }
        for (sum, counts) in self.counts.iter_mut().zip(thread.counts) {
            sum.merge(self.plan.sample, counts);
        }
        self.combinations.merge(thread.groups.finish());
        thread.meetings.settle(self.plan.book);
        self.pairs.merge(thread.meetings.pairs);
        self.passed.merge(thread.passed);
    }

    fn name(&self, fact: FactId) -> String {
        let fact = self.plan.book.schema().fact(fact);
        fact.map_or_else(String::new, |fact| fact.name.to_string())
    }

    fn banner(&self, at: usize) -> String {
        let banner = self.plan.book.banners().get(at);
        banner.map_or_else(String::new, |banner| banner.name.to_string())
    }

    fn preview(mut self, report: &Report) -> Preview {
        let counts = std::mem::take(&mut self.counts);
        let asked = self.plan.asked.iter().zip(counts).enumerate();
        let audiences = asked.map(|(at, (asked, counts))| self.audience(at, asked, counts));
        let audiences = audiences.collect();
        let bad = self.bad.iter().map(|((fact, why), accounts)| BadInput {
            fact: self.name(*fact),
            why: why.name().to_owned(),
            accounts: *accounts,
        });
        let now: Time = self.plan.clock.now;
        Preview {
            banneret: 1,
            book: self.plan.book.fingerprint().to_owned(),
            now,
            accounts: self.rows,
            refused: report.refused,
            silent: 0,
            bad_input: bad.collect(),
            repeated_ids: None,
            dunning_role: dunning_role(self.plan.book.schema()).map(|(role, _)| self.name(role)),
            by: self.plan.by.iter().map(|fact| self.name(*fact)).collect(),
            audiences,
        }
    }

    fn audience(&self, at: usize, asked: &Asked, counts: Counts) -> AudienceCounts {
        let mut why_unknown: BTreeMap<FactId, BTreeMap<String, u64>> = BTreeMap::new();
        for ((fact, why), number) in &counts.why_unknown {
            let whys = why_unknown.entry(*fact).or_default();
            whys.insert(why.name().to_owned(), *number);
        }
        let why_unknown = why_unknown.into_iter();
        let why_unknown = why_unknown.map(|(fact, whys)| (self.name(fact), whys));
        let (overlap, outranked_by) = match asked.banner {
            None => {
                let overlap = counts.overlap.iter();
                let overlap = overlap.map(|(at, number)| (self.banner(*at as usize), *number));
                (overlap.collect(), BTreeMap::new())
            }
            Some(banner) => (
                self.others(&self.pairs.both, banner),
                self.others(&self.pairs.outranked, banner),
            ),
        };
        let others = self.combinations.others.outcomes(at);
        let is_banner = asked.kind == AskedKind::Banner;
        let passed = asked
            .banner
            .filter(|_| is_banner && self.plan.engine.is_some());
        AudienceCounts {
            name: asked.name.clone(),
            kind: asked.kind.name().to_owned(),
            outcomes: counts.all,
            standing: self.plan.dunning.map(|_| counts.standing),
            why_unknown: why_unknown.collect(),
            by: self.combinations(at),
            by_others: (others.sum() > 0).then_some(others),
            overlap,
            outranked_by,
            after_gates: passed.map(|banner| self.passed.of(banner, |at| self.banner(at))),
            sample: counts.sample.finish(),
            not_known: self.plan.not_known(),
        }
    }

    fn others(&self, pairs: &BTreeMap<(u32, u32), u64>, banner: usize) -> BTreeMap<String, u64> {
        let own = pairs.iter().filter(|((one, _), _)| *one as usize == banner);
        own.map(|((_, other), number)| (self.banner(*other as usize), *number))
            .collect()
    }

    fn combinations(&self, at: usize) -> Vec<Combination> {
        if self.plan.by.is_empty() {
            return Vec::new();
        }
        let role = dunning_role(self.plan.book.schema());
        let rows = self.combinations.kept.iter().map(|(cells, tally)| {
            let facts = self.plan.by.iter().map(|fact| self.name(*fact));
            let values = facts.zip(cells.iter().map(|cell| cell.text().to_owned()));
            Combination {
                values: values.collect(),
                in_dunning: match in_dunning(role.as_ref(), &self.plan.by, cells) {
                    Truth::True => Some(true),
                    Truth::False => Some(false),
                    Truth::Unknown => None,
                },
                outcomes: tally.outcomes(at),
            }
        });
        rows.collect()
    }
}

/// Whether a combination is in dunning.
fn in_dunning(role: Option<&(FactId, Vec<bool>)>, by: &[FactId], cells: &[Cell]) -> Truth {
    let Some((role, marks)) = role else {
        return Truth::Unknown;
    };
    let at = by.iter().position(|fact| fact == role);
    match at.and_then(|at| cells.get(at)) {
        Some(Cell::Known(code, _)) => {
            let code = usize::try_from(*code).unwrap_or(usize::MAX);
            marks.get(code).copied().unwrap_or(false).into()
        }
        Some(Cell::Unknown) | None => Truth::Unknown,
    }
}
