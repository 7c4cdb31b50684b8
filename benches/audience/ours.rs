//! banneret on the workloads.

use std::path::{Path, PathBuf};

use banneret::{Book, Clock, Duration, FactId, NodeId, Time};
use banneret_audience::{
    Accounts, Asked, AskedKind, Chunk, Count, Counting, Detail, Evaluator, Files, Format, Plan,
    Reader, Report, Request, Scratch, Table, Wanted,
};
use serde_json::{Value, json};

use crate::rules::Rules;
use crate::table::{BATCH, DUNNING, Maker, NOW};

/// A workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    A,
    B,
    C,
    D,
}

impl Workload {
    pub(crate) const ALL: [Workload; 4] = [Workload::A, Workload::B, Workload::C, Workload::D];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Workload::A => "A",
            Workload::B => "B",
            Workload::C => "C",
            Workload::D => "D",
        }
    }
}

/// Where accounts are.
pub(crate) enum Place {
    Memory(Vec<Table>),
    File(PathBuf),
}

/// The rule book of all workloads.
pub(crate) struct Ours {
    book: Book,
    clock: Clock,
}

impl Ours {
    pub(crate) fn new(rules: &Rules) -> Ours {
        let book = match Book::from_files(rules.book()) {
            Ok(book) => book,
            Err(error) => panic!("{error}"),
        };
        let clock = Clock {
            now: Time::from_unix_seconds(NOW),
            skew: Duration::from_seconds(5).expect("a short while"),
        };
        Ours { book, clock }
    }

    /// The whole table, in batches.
    pub(crate) fn memory(&self, rows: usize) -> Place {
        let maker = Maker::new();
        let tables = (0..rows.div_ceil(BATCH)).map(|number| {
            Table::bind(self.book.schema(), &maker.batch(number, rows)).expect("the facts' types")
        });
        Place::Memory(tables.collect())
    }

    /// What a workload comes to, in a form that all engines have in common.
    pub(crate) fn run(&self, workload: Workload, place: &Place, threads: usize) -> Value {
        match workload {
            Workload::A => json!(self.counts("a", place, threads)),
            Workload::B => json!(self.counts("b", place, threads)),
            Workload::C => self.broken_down(place, threads),
            Workload::D => self.difference(place, threads),
        }
    }

    /// The formulas of the segments whose name begins so.
    fn segments(&self, name: &str) -> Vec<NodeId> {
        let segments = self.book.segments().iter();
        let named = segments.filter(|segment| segment.name.starts_with(name));
        named.map(|segment| segment.formula).collect()
    }

    fn evaluator(&self, roots: &[NodeId]) -> Evaluator {
        let formulas = self.book.formulas();
        Evaluator::new(self.book.schema(), formulas, roots, Detail::Truths)
    }

    fn counts(&self, name: &str, place: &Place, threads: usize) -> Vec<u64> {
        let evaluator = self.evaluator(&self.segments(name));
        let wanted = Wanted::nothing().with_facts(evaluator.facts());
        let make = || (Scratch::default(), vec![0; evaluator.len()]);
        let states = self.each(place, threads, &wanted, make, |(scratch, sums), table| {
            let counts = evaluator.count(table, self.clock, scratch);
            let pairs = sums.iter_mut().zip(&counts);
            pairs.for_each(|(sum, count): (&mut u64, &Count)| *sum += count.truths);
        });
        let sums = states.into_iter().map(|(_, sums)| sums);
        sums.reduce(|mut sums, other| {
            sums.iter_mut()
                .zip(other)
                .for_each(|(sum, more)| *sum += more);
            sums
        })
        .unwrap_or_default()
    }

    /// Workload C is a preview as people ask for it, and so does more than the others do: who is
    /// out, of whom it is unknown and why.
    fn broken_down(&self, place: &Place, threads: usize) -> Value {
        let [root] = self.segments("c")[..] else {
            panic!("one segment");
        };
        let (formulas, roots) = self.book.formulas().extract(&[root]);
        let request = Request {
            asked: vec![Asked {
                name: "c".to_owned(),
                kind: AskedKind::Segment,
                formulas,
                root: roots[0],
                banner: None,
            }],
            by: vec![self.fact("dunning.state"), self.fact("account.plan")],
            sample: 20,
            overlap: false,
            after_gates: false,
        };
        let plan = Plan::new(&self.book, self.clock, request);
        let counted: Vec<Counting<'_>> = match place {
            Place::File(path) => {
                let reader = self.reader(plan.wanted(), threads);
                let take = |counting: &mut Counting<'_>, path: &Path, accounts: &Accounts| {
                    counting.take(path, accounts);
                };
                let read = reader.read(&files(path), || plan.start(), take);
                assert!(read.failed.is_none(), "{:?}", read.failed);
                read.states
            }
            Place::Memory(tables) => shared(
                tables,
                threads,
                || plan.start(),
                |counting, table| {
                    counting.take(Path::new("memory"), &Accounts::of(table.clone()));
                },
            ),
        };
        let preview = Counting::finish(&plan, counted, &Report::default());
        let audience = &preview.audiences[0];
        let mut rows = Vec::new();
        for combination in audience.by.iter().filter(|found| found.outcomes.yes > 0) {
            let of = |fact: &str| {
                match combination.values[fact].as_str() {
                    "unknown" => "~",
                    value => value,
                }
                .to_owned()
            };
            let yes = combination.outcomes.yes;
            rows.push((of("dunning.state"), of("account.plan"), yes));
        }
        rows.sort();
        json!([rows, audience.sample.len()])
    }

    fn fact(&self, name: &str) -> FactId {
        self.book.schema().id(name).expect("a fact of the schema")
    }

    /// Who is newly in and newly out, by the state of dunning.
    fn difference(&self, place: &Place, threads: usize) -> Value {
        let mut roots = self.segments("d");
        let mut formulas = self.book.formulas().clone();
        let state = self.fact("dunning.state");
        let schema = self.book.schema();
        let kind = &schema.fact(state).expect("a fact of the schema").kind;
        for name in DUNNING {
            let code = kind.code(name);
            let question = banneret::Question::Enum(banneret::Codes::of(DUNNING.len(), code));
            let fact = state;
            roots.push(formulas.ask(banneret::Atom {
                fact,
                within: None,
                question,
            }));
        }
        let evaluator = Evaluator::new(schema, &formulas, &roots, Detail::Truths);
        let wanted = Wanted::nothing().with_facts(evaluator.facts());
        let make = || (Scratch::default(), [[0_u64; 2]; DUNNING.len() + 1]);
        let states = self.each(place, threads, &wanted, make, |(scratch, sums), table| {
            evaluator.each(table, self.clock, scratch, |chunk| differ(chunk, sums));
        });
        let mut sums = [[0; 2]; DUNNING.len() + 1];
        for (_, found) in states {
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum = [sum[0] + found[0], sum[1] + found[1]];
            }
        }
        let names = DUNNING.iter().chain([&"~"]);
        let mut rows: Vec<_> = names
            .zip(sums)
            .map(|(name, [entered, left])| (*name, entered, left))
            .collect();
        rows.sort();
        json!(rows)
    }

    /// Shows every batch to one of the threads' states.
    fn each<S: Send>(
        &self,
        place: &Place,
        threads: usize,
        wanted: &Wanted,
        make: impl Fn() -> S + Sync,
        take: impl Fn(&mut S, &Table) + Sync,
    ) -> Vec<S> {
        match place {
            Place::Memory(tables) => shared(tables, threads, make, take),
            Place::File(path) => {
                let reader = self.reader(wanted.clone(), threads);
                let take = |state: &mut S, _: &Path, accounts: &Accounts| {
                    take(state, &accounts.table);
                };
                let read = reader.read(&files(path), make, take);
                assert!(read.failed.is_none(), "{:?}", read.failed);
                read.states
            }
        }
    }

    fn reader(&self, wanted: Wanted, threads: usize) -> Reader<'static> {
        Reader::new(self.book.schema(), wanted).threads(threads)
    }
}

/// Shares tables out among threads.
fn shared<S: Send>(
    tables: &[Table],
    threads: usize,
    make: impl Fn() -> S + Sync,
    take: impl Fn(&mut S, &Table) + Sync,
) -> Vec<S> {
    let part = tables.len().div_ceil(threads).max(1);
    let run = |tables: &[Table]| {
        let mut state = make();
        tables.iter().for_each(|table| take(&mut state, table));
        state
    };
    let mut parts = tables.chunks(part);
    let Some(first) = parts.next() else {
        return Vec::new();
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(|| run(part))).collect();
        let mut states = vec![run(first)];
        for other in others {
            states.push(other.join().expect("no panic"));
        }
        states
    })
}

fn files(path: &Path) -> Files {
    Files {
        format: Format::Parquet,
        paths: vec![path.to_owned()],
    }
}

/// Counts who is in one of two audiences only, by the others.
fn differ(chunk: &Chunk<'_>, sums: &mut [[u64; 2]; DUNNING.len() + 1]) {
    let (old, new) = (chunk.truths(0), chunk.truths(1));
    for (word, (old, new)) in old.iter().zip(new).enumerate() {
        if old == new {
            continue;
        }
        let (mut entered, mut left) = (new & !old, old & !new);
        for (state, sum) in sums[..DUNNING.len()].iter_mut().enumerate() {
            let within = chunk.truths(2 + state)[word];
            sum[0] += u64::from((entered & within).count_ones());
            sum[1] += u64::from((left & within).count_ones());
            (entered, left) = (entered & !within, left & !within);
        }
        sums[DUNNING.len()][0] += u64::from(entered.count_ones());
        sums[DUNNING.len()][1] += u64::from(left.count_ones());
    }
}
