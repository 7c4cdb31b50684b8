//! Who comes in and who goes out between two versions of a book, counted over the same accounts.
//! Each version reads them by its own schema and clock: what one of them does not know, or holds for
//! too old, is unknown to that one alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use banneret::{Account, Atom, Book, Clock, Codes, FactId, Joined, Question, Schema};

use super::bad::{Bad, Clean};
use super::document::{BadInput, Standing};
use crate::columns::{Chunk, Column, Detail, Evaluator, Scratch, Table, count, count_both};
use crate::read::{Accounts, Gathering, Wanted};

/// How many accounts are counted at once where they come one by one.
const BATCH: usize = 16_384;

/// Two versions of a book, made ready for accounts. Each thread counts for itself with
/// [`Versions::start`].
#[derive(Debug)]
pub struct Versions<'b> {
    old: Side<'b>,
    new: Side<'b>,
    both: Joined,
    /// By banner of either: its formula in the old and in the new one, where it is there.
    banners: Vec<(&'b str, [Option<usize>; 2])>,
    /// By fact of both: what it is in the old and in the new one.
    facts: BTreeMap<FactId, [Option<FactId>; 2]>,
}

/// One version.
#[derive(Debug)]
struct Side<'b> {
    book: &'b Book,
    clock: Clock,
    /// The audiences of the banners, then by value of the dunning role whether it is that one.
    audience: Evaluator,
    /// The values of the dunning role: the formula, and whether it means dunning.
    statuses: Vec<(Status, usize, bool)>,
}

/// A value of the dunning role, in the order of its list, unknown last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Status {
    place: usize,
    /// The value's name; `unknown` where it is.
    pub name: String,
}

impl Status {
    fn unknown() -> Status {
        Status {
            place: usize::MAX,
            name: "unknown".to_owned(),
        }
    }
}

/// Accounts that went one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movers {
    /// How many.
    pub all: u64,
    /// What is known of their payments: in good standing are those who are that to one of the
    /// versions, for a mark that one of them sets makes nobody's good standing bad.
    pub standing: Standing,
    /// By the value of the dunning role in the new version, those of whom there are some.
    pub by: BTreeMap<Status, u64>,
}

/// What the accounts do about one banner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Those newly in its audience.
    pub entered: Movers,
    /// Those newly out of it.
    pub left: Movers,
    /// Those who are in it as they were.
    pub stayed: Movers,
    /// Those in neither of whom it is unknown whether they are in one.
    pub unknown: u64,
}

impl Moves {
    /// Whether nobody comes and nobody goes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.entered.all == 0 && self.left.all == 0
    }
}

/// What came of counting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// By banner of either version.
    pub moves: BTreeMap<String, Moves>,
    /// The fact that says who is in dunning, the new version's if both have one.
    pub dunning_role: Option<String>,
    /// Facts that were given wrongly for the new version, of those that are asked about.
    pub bad_input: Vec<BadInput>,
}

impl<'b> Versions<'b> {
    /// Makes two versions ready, each with the clock that it is judged by.
    #[must_use]
    pub fn new((old, before): (&'b Book, Clock), (new, after): (&'b Book, Clock)) -> Versions<'b> {
        let both = Joined::of(
            (old.schema(), old.formulas(), &[]),
            (new.schema(), new.formulas(), &[]),
        );
        let name = |book: &'b Book| book.banners().iter().map(|banner| &*banner.name);
        let place = |book: &Book, name: &str| {
            let mut banners = book.banners().iter();
            banners.position(|banner| *banner.name == *name)
        };
        let names: BTreeSet<_> = name(old).chain(name(new)).collect();
        let banners = names
            .into_iter()
            .map(|name| (name, [old, new].map(|book| place(book, name))));
        let facts = both.schema.facts();
        let facts =
            facts.map(|(id, fact)| (id, [old, new].map(|book| book.schema().id(&fact.name))));
        Versions {
            banners: banners.collect(),
            facts: facts.collect(),
            old: Side::of(old, before),
            new: Side::of(new, after),
            both,
        }
    }

    /// The facts of both versions, by which a reader reads accounts for both at once.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.both.schema
    }

    /// The facts of one name and two types. Where there is one, no column can be read for both: the
    /// accounts are read for each version, and counted with [`Comparing::push`].
    #[must_use]
    pub fn retyped(&self) -> &[Box<str>] {
        &self.both.retyped
    }

    /// What a reader must read, by the facts of both.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let [old, new] =
            [&self.old, &self.new].map(|side| side.audience.facts().collect::<Vec<_>>());
        let asks =
            |asked: &[FactId], own: &Option<FactId>| own.is_some_and(|own| asked.contains(&own));
        let facts = self.facts.iter();
        let facts = facts.filter(|(_, [was, is])| asks(&old, was) || asks(&new, is));
        Wanted::nothing().with_facts(facts.map(|(fact, _)| *fact))
    }

    /// Counts nothing yet.
    #[must_use]
    pub fn start(&self) -> Comparing<'_> {
        let gathering = |side: &Side<'_>| {
            let wanted = Wanted::nothing().with_facts(side.audience.facts());
            Gathering::new(side.book.schema(), &wanted)
        };
        Comparing {
            versions: self,
            moves: vec![Moves::default(); self.banners.len()],
            bad: Bad::new(),
            clean: Clean::default(),
            scratch: Default::default(),
            before: Vec::new(),
            one_by_one: [gathering(&self.old), gathering(&self.new)],
        }
    }

    /// A table of both versions' facts as one of them sees it.
    fn table(&self, table: &Table, version: usize) -> Table {
        let columns = table.facts.iter().filter_map(|column| {
            let own = self.facts.get(&column.fact)?.get(version)?;
            Some(Column {
                fact: (*own)?,
                ..column.clone()
            })
        });
        Table {
            facts: columns.collect(),
            ..table.clone()
        }
    }
}

impl<'b> Side<'b> {
    fn of(book: &'b Book, clock: Clock) -> Side<'b> {
        let banners = book.banners().iter();
        let roots: Vec<_> = banners.map(|banner| banner.audience).collect();
        let (mut formulas, mut roots) = book.formulas().extract(&roots);
        let mut statuses = Vec::new();
        if let Some((fact, role)) = book.schema().dunning_role() {
            let values = role.kind.values();
            for (place, value) in values.iter().enumerate() {
                let codes = Codes::of(values.len(), role.kind.code(&value.name));
                let name = value.name.to_string();
                statuses.push((Status { place, name }, roots.len(), value.in_dunning));
                roots.push(formulas.ask(Atom {
                    fact,
                    within: role.fresh_for,
                    question: Question::Enum(codes),
                }));
            }
        }
        Side {
            book,
            clock,
            audience: Evaluator::new(book.schema(), &formulas, &roots, Detail::Reasons),
            statuses,
        }
    }
}

/// The counts of one thread.
pub struct Comparing<'v> {
    versions: &'v Versions<'v>,
    /// By banner.
    moves: Vec<Moves>,
    bad: Bad,
    clean: Clean,
    scratch: [Scratch; 2],
    /// What the old version says of the table that is being counted, by formula.
    before: Vec<Said>,
    /// Accounts that came one by one, as either version reads them.
    one_by_one: [Gathering; 2],
}

impl std::fmt::Debug for Comparing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Comparing")
            .field("moves", &self.moves)
            .finish_non_exhaustive()
    }
}

/// For whom a formula is true and for whom it is false, of the rows of a table.
#[derive(Clone, Debug, Default)]
struct Said {
    yes: Vec<u64>,
    no: Vec<u64>,
}

/// Who is in good standing, and who is in dunning; the others are neither.
struct Payments {
    good: Vec<u64>,
    in_dunning: Vec<u64>,
}

impl Comparing<'_> {
    /// Counts some accounts of a file that was read by [`Versions::schema`].
    pub fn take(&mut self, _path: &Path, accounts: &Accounts) {
        let [old, new] = [0, 1].map(|version| self.versions.table(&accounts.table, version));
        self.count(&old, &new);
    }

    /// Counts one account as either version reads it.
    pub fn push(&mut self, old: &Account, new: &Account) {
        let [before, after] = &mut self.one_by_one;
        before.push(&old.facts, &old.history, 0);
        after.push(&new.facts, &new.history, 0);
        if after.len() >= BATCH {
            self.settle();
        }
    }

    /// Counts the accounts that came one by one.
    fn settle(&mut self) {
        let [old, new] = self.one_by_one.each_mut().map(Gathering::finish);
        self.count(&old.table, &new.table);
    }

    fn count(&mut self, old: &Table, new: &Table) {
        let Versions {
            old: before,
            new: after,
            ..
        } = self.versions;
        self.clean
            .count(new, after.book.schema(), after.clock, &mut self.bad);
        let [mut first, mut second] = std::mem::take(&mut self.scratch);
        self.before.clear();
        self.before.resize(before.audience.len(), Said::default());
        before
            .audience
            .each(old, before.clock, &mut first, |chunk| {
                for (at, said) in self.before.iter_mut().enumerate() {
                    said.yes.extend_from_slice(chunk.truths(at));
                    said.no
                        .extend_from_slice(chunk.falses(at).unwrap_or_default());
                }
            });
        after
            .audience
            .each(new, after.clock, &mut second, |chunk| self.chunk(chunk));
        self.scratch = [first, second];
    }

    fn chunk(&mut self, chunk: &Chunk<'_>) {
        let versions = self.versions;
        let words = chunk.rows().div_ceil(64);
        // Chunks begin at whole words.
        let from = chunk.start() / 64;
        let before = |at: usize| {
            let said = self.before.get(at);
            let part = |of: fn(&Said) -> &[u64]| {
                let rest = said.map(of).and_then(|words| words.get(from..));
                rest.and_then(|rest| rest.get(..words)).unwrap_or_default()
            };
            (part(|said| &said.yes), part(|said| &said.no))
        };
        let after = |at: usize| (chunk.truths(at), chunk.falses(at).unwrap_or_default());
        // A banner that a version does not have is true of nobody there.
        let (nobody, all) = (vec![0; words], all(chunk.rows()));
        let payments = Payments::of(versions, words, |at| before(at).0, |at| after(at).0);
        let statuses = versions.new.statuses.iter();
        let statuses: Vec<_> = statuses
            .map(|(status, at, _)| (status, chunk.truths(*at)))
            .collect();
        for (moves, (_, [old, new])) in self.moves.iter_mut().zip(&versions.banners) {
            let (was, was_not) = old.map_or((&*nobody, &*all), before);
            let (is, is_not) = new.map_or((&*nobody, &*all), after);
            let rows = |which: fn([u64; 4]) -> u64| -> Vec<u64> {
                let truths = was.iter().zip(was_not).zip(is.iter().zip(is_not));
                truths
                    .map(|((was, was_not), (is, is_not))| which([*was, *was_not, *is, *is_not]))
                    .collect()
            };
            moves
                .entered
                .add(&rows(|[was, _, is, _]| is & !was), &payments, &statuses);
            moves
                .left
                .add(&rows(|[was, _, is, _]| was & !is), &payments, &statuses);
            moves
                .stayed
                .add(&rows(|[was, _, is, _]| was & is), &payments, &statuses);
            let decided = rows(|[was, was_not, is, is_not]| was | is | (was_not & is_not));
            moves.unknown += chunk.rows() as u64 - count(&decided);
        }
    }

    /// Adds up what several threads counted.
    #[must_use]
    pub fn finish<'v>(
        versions: &Versions<'_>,
        threads: impl IntoIterator<Item = Comparing<'v>>,
    ) -> Compared {
        let mut moves = vec![Moves::default(); versions.banners.len()];
        let mut bad = Bad::new();
        for mut thread in threads {
            thread.settle();
            for (sum, moves) in moves.iter_mut().zip(thread.moves) {
                sum.merge(moves);
            }
            for (why, number) in thread.bad {
                *bad.entry(why).or_default() += number;
            }
        }
        let books = [versions.new.book, versions.old.book];
        let role = books.iter().find_map(|book| book.schema().dunning_role());
        let names = versions.banners.iter().map(|(name, _)| (*name).to_owned());
        let schema = versions.new.book.schema();
        let bad = bad.into_iter().map(|((fact, why), accounts)| BadInput {
            fact: schema.fact(fact).map_or("", |fact| &*fact.name).to_owned(),
            why: why.name().to_owned(),
            accounts,
        });
        Compared {
            moves: names.zip(moves).collect(),
            dunning_role: role.map(|(_, fact)| fact.name.to_string()),
            bad_input: bad.collect(),
        }
    }
}

/// The words of so many rows, all set.
fn all(rows: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; rows.div_ceil(64)];
    if let (Some(last), some @ 1..) = (words.last_mut(), rows % 64) {
        *last = (1 << some) - 1;
    }
    words
}

impl Payments {
    fn of<'c>(
        versions: &Versions<'_>,
        words: usize,
        before: impl Fn(usize) -> &'c [u64],
        after: impl Fn(usize) -> &'c [u64],
    ) -> Payments {
        let mut payments = Payments {
            good: vec![0; words],
            in_dunning: vec![0; words],
        };
        let add = |sum: &mut [u64], rows: &[u64]| {
            sum.iter_mut()
                .zip(rows)
                .for_each(|(sum, rows)| *sum |= rows);
        };
        for (_, at, in_dunning) in &versions.old.statuses {
            if !in_dunning {
                add(&mut payments.good, before(*at));
            }
        }
        for (_, at, in_dunning) in &versions.new.statuses {
            let sum = match in_dunning {
                true => &mut payments.in_dunning,
                false => &mut payments.good,
            };
            add(sum, after(*at));
        }
        let good = payments.in_dunning.iter_mut().zip(&payments.good);
        good.for_each(|(in_dunning, good)| *in_dunning &= !good);
        payments
    }
}

impl Movers {
    fn add(&mut self, rows: &[u64], payments: &Payments, statuses: &[(&Status, &[u64])]) {
        let all = count(rows);
        if all == 0 {
            return;
        }
        let good = count_both(rows, &payments.good);
        let in_dunning = count_both(rows, &payments.in_dunning);
        self.all += all;
        self.standing.good += good;
        self.standing.in_dunning += in_dunning;
        self.standing.unknown += all - good - in_dunning;
        let mut rest = all;
        for (status, of_it) in statuses {
            match count_both(rows, of_it) {
                0 => {}
                some => {
                    self.tally(status, some);
                    rest -= some;
                }
            }
        }
        if rest > 0 {
            self.tally(&Status::unknown(), rest);
        }
    }

    fn tally(&mut self, status: &Status, number: u64) {
        match self.by.get_mut(status) {
            Some(sum) => *sum += number,
            None => _ = self.by.insert(status.clone(), number),
        }
    }

    fn merge(&mut self, other: Movers) {
        self.all += other.all;
        self.standing.in_dunning += other.standing.in_dunning;
        self.standing.good += other.standing.good;
        self.standing.unknown += other.standing.unknown;
        for (status, number) in &other.by {
            self.tally(status, *number);
        }
    }
}

impl Moves {
    fn merge(&mut self, other: Moves) {
        self.entered.merge(other.entered);
        self.left.merge(other.left);
        self.stayed.merge(other.stayed);
        self.unknown += other.unknown;
    }
}
