//! How long a decision takes, beside other engines that answer the same question:
//! `cargo bench -p banneret-benches --features peers --bench decide`, and then
//! `cargo run -p banneret-benches --bin ratios`.
//!
//! Every engine's matches are compared with the plain meaning of the rules before it is measured;
//! one that disagrees ends the run. Without `peers`, banneret is measured alone.

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use banneret::{Account, Book, Facts};
use banneret_benches::ours::{self, Decide, Interpreter, Matches, Plain};
#[cfg(feature = "peers")]
use banneret_benches::peer::Flat;
use banneret_benches::peer::{Given, Peer, given};
#[cfg(feature = "peers")]
use banneret_benches::peers::{ATree, Cedar, Cel, DataLogic, HardCoded, Yggdrasil, Zen};
use banneret_benches::targeting::{self, Rule};
use banneret_benches::{books, form, made_up, rule_book};
use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};

/// How many accounts an engine goes round: so many that no branch predictor knows them by heart.
const ACCOUNTS: usize = 10_000;

/// As many as stay near and are known by heart, to see what that is worth.
const NEAR: usize = 100;

/// How many are read from JSON: a host's documents are in memory that it has just written, and of more
/// of these trees none would be.
const READ: usize = 1_000;

/// How many answers of an engine are compared before it is measured, at the least; the slowest
/// take some 7 µs for one.
const COMPARED: usize = 1_000_000;

/// Single rules, each a book of its own, of which the mean is told.
const SINGLE: usize = 5;

/// Rules and accounts, and who matches what.
struct Workload {
    rules: Vec<Rule>,
    given: Vec<Given>,
}

impl Workload {
    fn new(rules: usize) -> Workload {
        Workload::of(rules, ACCOUNTS)
    }

    fn of(rules: usize, accounts: usize) -> Workload {
        Workload {
            rules: targeting::rules(rules),
            given: given(accounts),
        }
    }
}

/// An engine with some rules, and the accounts in its form.
struct Ready<P: Peer> {
    engine: P,
    accounts: Vec<P::Account>,
    next: usize,
    found: Vec<u32>,
}

impl<P: Peer> Ready<P> {
    /// Loads the rules, and panics where the engine's matches are not those that are meant.
    fn new(rules: &[Rule], given: &[Given]) -> Ready<P> {
        let mut engine = P::load(&P::source(rules));
        let accounts: Vec<_> = given.iter().map(|given| engine.convert(given)).collect();
        let compared = (COMPARED / rules.len()).clamp(100, given.len());
        let mut found = Vec::new();
        for (at, (given, account)) in given.iter().zip(&accounts).enumerate().take(compared) {
            found.clear();
            engine.find(account, &mut found);
            found.sort_unstable();
            let meant = (0..)
                .zip(rules)
                .filter(|(_, rule)| rule.matches(&given.plain));
            let meant: Vec<u32> = meant.map(|(number, _)| number).collect();
            assert_eq!(found, meant, "{} disagrees about account {at}", P::NAME);
        }
        Ready {
            engine,
            accounts,
            next: 0,
            found,
        }
    }

    /// Asks about the next account.
    #[inline]
    fn run(&mut self) {
        self.next = if self.next + 1 < self.accounts.len() {
            self.next + 1
        } else {
            0
        };
        self.engine.run(&self.accounts[self.next], &mut self.found);
        black_box(&self.found);
    }
}

type Group<'c> = BenchmarkGroup<'c, WallTime>;

/// One rule: some single ones, each asked about as many accounts.
fn single<P: Peer>(group: &mut Group, workload: &Workload) {
    let mut engines = None;
    group.bench_function(P::NAME, |bencher| {
        let engines = engines.get_or_insert_with(|| {
            let some = workload.rules.chunks(7).take(SINGLE);
            let engines = some.map(|rules| Ready::<P>::new(&rules[..1], &workload.given));
            engines.collect::<Vec<_>>()
        });
        bencher.iter_custom(|times| {
            let start = Instant::now();
            for engine in &mut *engines {
                for _ in 0..times {
                    engine.run();
                }
            }
            start.elapsed() / SINGLE as u32
        });
    });
}

/// criterion calls what it is given several times; the engine is made and compared once.
fn many<P: Peer>(group: &mut Group, workload: &Workload) {
    let mut engine = None;
    group.bench_function(P::NAME, |bencher| {
        let engine =
            engine.get_or_insert_with(|| Ready::<P>::new(&workload.rules, &workload.given));
        bencher.iter(|| engine.run());
    });
}

/// The same with the first so many rules.
fn by_rules<P: Peer>(group: &mut Group, id: BenchmarkId, workload: &Workload, rules: usize) {
    let mut engine = None;
    group.bench_function(id, |bencher| {
        let engine = engine
            .get_or_insert_with(|| Ready::<P>::new(&workload.rules[..rules], &workload.given));
        bencher.iter(|| engine.run());
    });
}

/// From a JSON document that is parsed to what matches.
fn from_json<P: Peer>(group: &mut Group, workload: &Workload) {
    let mut ready = None;
    group.bench_function(BenchmarkId::new(P::NAME, "Value"), |bencher| {
        let ready = ready.get_or_insert_with(|| Ready::<P>::new(&workload.rules, &workload.given));
        let mut accounts = workload.given.iter().cycle();
        bencher.iter(|| {
            let given = accounts.next().expect("an account");
            ready.engine.run_json(given, &mut ready.found);
            black_box(&ready.found);
        });
    });
}

/// Calls a function for every engine that there is.
macro_rules! every_engine {
    ($measure:ident, $group:expr, $workload:expr) => {
        $measure::<Matches>($group, $workload);
        $measure::<Decide>($group, $workload);
        $measure::<Plain>($group, $workload);
        $measure::<Interpreter>($group, $workload);
        #[cfg(feature = "peers")]
        {
            if $workload.rules.len() <= 1_000 {
                $measure::<HardCoded>($group, $workload);
            }
            $measure::<ATree>($group, $workload);
            $measure::<Yggdrasil>($group, $workload);
            $measure::<DataLogic>($group, $workload);
            $measure::<Zen>($group, $workload);
            $measure::<Cel>($group, $workload);
            $measure::<Cedar>($group, $workload);
        }
    };
}

fn brief(group: &mut Group, samples: usize, millis: u64) {
    group.sample_size(samples);
    group.warm_up_time(Duration::from_millis(millis / 3));
    group.measurement_time(Duration::from_millis(millis));
}

fn one_account(criterion: &mut Criterion) {
    let workload = Workload::new(SINGLE * 7);
    let mut group = criterion.benchmark_group("1 rule");
    brief(&mut group, 20, 400);
    every_engine!(single, &mut group, &workload);
    group.finish();
    for (rules, name, samples) in [
        (10, "10 rules", 30),
        (100, "100 rules", 30),
        (1_000, "1000 rules", 20),
        (10_000, "10000 rules", 10),
    ] {
        let workload = Workload::new(rules);
        let mut group = criterion.benchmark_group(name);
        brief(&mut group, samples, 900);
        every_engine!(many, &mut group, &workload);
    }
}

/// The same few accounts over and over.
fn near(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("the same 100 accounts");
    brief(&mut group, 20, 600);
    for rules in [10, 100, 1_000] {
        let workload = &Workload::of(rules, NEAR);
        let id = |name| BenchmarkId::new(name, rules);
        by_rules::<Matches>(&mut group, id(Matches::NAME), workload, rules);
        by_rules::<Interpreter>(&mut group, id(Interpreter::NAME), workload, rules);
        #[cfg(feature = "peers")]
        by_rules::<HardCoded>(&mut group, id(HardCoded::NAME), workload, rules);
        #[cfg(feature = "peers")]
        by_rules::<ATree>(&mut group, id(ATree::NAME), workload, rules);
    }
}

/// The same from a line of JSON, which any engine but banneret has to have parsed first.
#[cfg(feature = "peers")]
fn from_line<P: Peer>(group: &mut Group, workload: &Workload) {
    group.bench_function(BenchmarkId::new(P::NAME, "line"), |bencher| {
        let mut ready = Ready::<P>::new(&workload.rules, &workload.given);
        let given = workload.given.iter();
        let lines = given.map(|given| (given, serde_json::Value::from(given.flat.clone())));
        let lines: Vec<_> = lines
            .map(|(given, flat)| (given, flat.to_string()))
            .collect();
        let mut accounts = lines.iter().cycle();
        bencher.iter(|| {
            let (given, line) = accounts.next().expect("an account");
            let flat: Flat = serde_json::from_str(line).expect("what was written");
            black_box(flat);
            ready.engine.run_json(given, &mut ready.found);
            black_box(&ready.found);
        });
    });
}

fn json(criterion: &mut Criterion) {
    let workload = Workload::of(1_000, READ);
    let mut group = criterion.benchmark_group("JSON to matches, 1000 rules");
    brief(&mut group, 20, 900);
    every_engine!(from_json, &mut group, &workload);
    group.bench_function(BenchmarkId::new(Matches::NAME, "line"), |bencher| {
        let mut ready = Ready::<Matches>::new(&workload.rules, &workload.given);
        let mut accounts = workload.given.iter().cycle();
        bencher.iter(|| {
            let given = accounts.next().expect("an account");
            ready.engine.run_line(&given.line);
        });
    });
    group.bench_function(BenchmarkId::new(Decide::NAME, "line"), |bencher| {
        let mut ready = Ready::<Decide>::new(&workload.rules, &workload.given);
        let mut accounts = workload.given.iter().cycle();
        bencher.iter(|| {
            let given = accounts.next().expect("an account");
            ready.engine.run_line(&given.line);
        });
    });
    #[cfg(feature = "peers")]
    from_line::<ATree>(&mut group, &workload);
}

/// Books as they are in use: what ships with banneret, and one of forty banners.
fn real(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("real books");
    brief(&mut group, 30, 900);
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shipped = banneret::read_directory(repository.join("rules")).expect("the shipped book");
    let shipped = ours::book(shipped);
    let lines = std::fs::read_to_string(repository.join("examples/accounts.ndjson"));
    let lines = lines.expect("the sample accounts");
    let accounts = lines.lines().map(|line| {
        let account = Account::from_line(shipped.schema(), line, true);
        account.expect("a sample account").facts
    });
    let accounts: Vec<_> = accounts.collect();
    agrees(&shipped, &accounts);
    rounds(&mut group, "the shipped book", shipped, &accounts);
    let forty = ours::book(books::book(40, 1));
    let accounts = made_up::accounts(forty.schema(), ACCOUNTS / 10, form::now());
    agrees(&forty, &accounts);
    rounds(&mut group, "40 banners", forty, &accounts);
}

/// What matches is what the plain evaluator says.
fn agrees(book: &Book, accounts: &[Facts]) {
    let mut engine = Matches::new(book.clone());
    for facts in accounts {
        let mut found = Vec::new();
        engine.each(facts, |name| found.push(name.to_owned()));
        let outcomes = engine
            .engine()
            .outcomes(facts, &banneret::History::new(), form::now());
        let outcomes = outcomes.expect("facts of this book");
        let meant = book.banners().iter().zip(outcomes);
        let meant = meant.filter(|(_, outcome)| outcome.is_match());
        let meant: Vec<_> = meant.map(|(banner, _)| banner.name.to_string()).collect();
        assert_eq!(found, meant);
    }
}

fn rounds(group: &mut Group, name: &str, book: Book, accounts: &[Facts]) {
    group.bench_function(BenchmarkId::new(Matches::NAME, name), |bencher| {
        let mut engine = Matches::new(book.clone());
        let mut accounts = accounts.iter().cycle();
        bencher.iter(|| {
            let facts = accounts.next().expect("an account");
            engine.each(facts, |name| _ = black_box(name));
        });
    });
    group.bench_function(BenchmarkId::new(Decide::NAME, name), |bencher| {
        let mut engine = Decide::new(book.clone());
        let mut accounts = accounts.iter().cycle();
        bencher.iter(|| engine.run(accounts.next().expect("an account"), &mut Vec::new()));
    });
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load 10000 rules");
    brief(&mut group, 10, 3_000);
    group.throughput(Throughput::Elements(10_000));
    let files = LazyCell::new(|| rule_book::files(&targeting::rules(10_000)));
    group.bench_function("read, checked, proven and indexed", |bencher| {
        let load = |files| Matches::new(ours::book(files));
        bencher.iter_batched(|| files.clone(), load, BatchSize::PerIteration);
    });
    let book = LazyCell::new(|| ours::book(files.clone()));
    group.bench_function("of that indexed", |bencher| {
        bencher.iter_batched(|| book.clone(), Matches::new, BatchSize::PerIteration);
    });
}

/// banneret alone: how the time grows with the rules.
fn curve(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("more rules");
    brief(&mut group, 20, 600);
    let workload = LazyCell::new(|| Workload::new(50_000));
    for rules in [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 50_000] {
        let id = BenchmarkId::new(Matches::NAME, rules);
        by_rules::<Matches>(&mut group, id, &workload, rules);
    }
}

/// Two threads that ask one engine, each of them as often: what a decision costs while another
/// core does the same.
fn two_threads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("threads, 1000 rules");
    brief(&mut group, 20, 900);
    let workload = LazyCell::new(|| Workload::new(1_000));
    let first = LazyCell::new(|| Ready::<Matches>::new(&workload.rules, &workload.given));
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::new(Matches::NAME, threads), |bencher| {
            let (engine, accounts) = (first.engine.engine(), &first.accounts);
            bencher.iter_custom(|times| {
                let start = Instant::now();
                std::thread::scope(|scope| {
                    for _ in 0..threads {
                        scope.spawn(|| {
                            let mut scratch = engine.scratch();
                            for facts in accounts.iter().cycle().take(times as usize) {
                                ours::matches(engine, facts, &mut scratch, |name| {
                                    _ = black_box(name)
                                });
                            }
                        });
                    }
                });
                start.elapsed()
            });
        });
    }
}

criterion_group!(
    benches,
    one_account,
    near,
    json,
    real,
    load,
    curve,
    two_threads
);
criterion_main!(benches);
