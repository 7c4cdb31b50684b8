//! Prints how long the proof of a large book takes, and of the worst that we could think of:
//! `cargo bench -p banneret-benches --bench figures`, with a number of banners behind `--`.

mod entangled;

use std::time::{Duration, Instant};

use banneret::{Answer, Book, Checked, Engine, Prover, Time};
use banneret_benches::{books as workload, rule_book, targeting};
use banneret_lint::Options;

/// Rounds of which the median is told.
const ROUNDS: usize = 3;

fn main() {
    let banners = std::env::args()
        .filter_map(|given| given.parse().ok())
        .next();
    let banners = banners.unwrap_or(10_000);
    large(banners);
    deciding(banners);
    worst();
}

/// What the rules that decisions are measured with take before the first of them.
fn deciding(rules: usize) {
    println!("\n{rules} rules of the decision benches\n");
    let files = rule_book::files(&targeting::rules(rules));
    let read = median(|| drop(Book::check(files.clone())));
    let copied = median(|| drop(files.clone()));
    let book = Book::from_files(files).expect("the workload is sound");
    let clone = median(|| drop(book.clone()));
    let index = median(|| drop(Engine::new(book.clone())));
    tell("read, checked and proven", read - copied);
    tell("an engine made of it", index.saturating_sub(clone));
    let memory = Engine::new(book).memory();
    let each = memory.bytes as f64 / memory.banners as f64;
    println!("  for deciding, bytes a rule  {each:>10.0}");
}

fn large(banners: usize) {
    println!("a book of {banners} banners in ten placements\n");
    let files = workload::book(banners, 1);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!(
        "  files                       {:>10.1} MB",
        bytes as f64 / 1e6
    );
    let whole = median(|| drop(Book::check(files.clone())));
    let copied = median(|| drop(files.clone()));
    let checked = Book::check(files.clone());
    let book = checked.book.as_ref().expect("the workload is sound");
    assert_eq!(book.report().len(), 0, "the workload is sound");
    let proof = median(|| _ = proofs(book));
    tell("read, checked and proven", whole - copied);
    tell("of that the proof", proof);
    let without = (whole - copied).saturating_sub(proof);
    println!(
        "  with the proof / without    {:>10.2}",
        (whole - copied).as_secs_f64() / without.as_secs_f64()
    );
    let mut each = proofs(book);
    each.sort_unstable();
    for (name, part) in [
        ("p50", 0.5),
        ("p99", 0.99),
        ("p99.9", 0.999),
        ("longest", 1.0),
    ] {
        let at = ((each.len() - 1) as f64 * part) as usize;
        tell(&format!("one proof, {name}"), each[at]);
    }
    lints("the lint BN304 alone", checked.clone(), Some("BN304"));
    lints("all lints", checked, None);
    let wrong = Book::check(workload::with_wrong(banners, 10, 1));
    let withheld = wrong
        .book
        .as_ref()
        .map_or(0, |book| book.quarantined().count());
    println!("  withheld of 10 wrong ones   {withheld:>10}");
}

fn lints(name: &str, checked: Checked, only: Option<&str>) {
    let now: Time = "2026-05-04T12:00:00Z".parse().expect("a moment");
    let others = banneret_lint::codes()
        .into_iter()
        .filter(|code| only.is_some_and(|only| only != code.id) && !code.is_contract());
    let levels = others.map(|code| (code.id.to_owned(), None)).collect();
    let options = Options { now, levels };
    let start = Instant::now();
    let checked = banneret_lint::lint(checked, &options);
    tell(name, start.elapsed());
    let mut counts = std::collections::BTreeMap::new();
    for found in &checked.diagnostics {
        *counts.entry(found.code.id).or_insert(0) += 1;
    }
    println!("  findings                    {counts:?}");
}

/// What each proof of a book took, with one prover for all as when it is read.
fn proofs(book: &Book) -> Vec<Duration> {
    let mut prover = Prover::new(book.schema(), book.formulas());
    let banners = book.banners().iter();
    let proofs = banners.filter_map(|banner| {
        let contract = book.kind_of(banner)?.contract;
        let start = Instant::now();
        assert_eq!(prover.find(&[banner.audience], &[contract]), Answer::Nobody);
        Some(start.elapsed())
    });
    proofs.collect()
}

fn worst() {
    println!("\nthe worst that one audience can do\n");
    for (name, files) in entangled::audiences() {
        let start = Instant::now();
        let checked = Book::check(files);
        let took = start.elapsed();
        let Some(book) = &checked.book else {
            println!(
                "  {name:<34} is refused: {}",
                checked.diagnostics[0].message
            );
            continue;
        };
        let mut prover = Prover::new(book.schema(), book.formulas());
        let banner = &book.banners()[0];
        let contract = book.kind_of(banner).map(|kind| kind.contract);
        let start = Instant::now();
        let answer = prover.find(
            &[banner.audience],
            &contract.map_or(Vec::new(), |one| vec![one]),
        );
        let proof = start.elapsed();
        let answer = match answer {
            Answer::Nobody => "proven".to_owned(),
            Answer::Somebody(_) => "refuted".to_owned(),
            Answer::Unproven(why) => format!("unproven: {why}"),
        };
        println!(
            "  {name:<34} {proof:>10.1?}  {:>9} steps  {answer}  (read in {took:.1?})",
            prover.taken()
        );
    }
    for banners in [100, 1_000, 10_000] {
        let files = entangled::many(banners);
        let start = Instant::now();
        let checked = Book::check(files);
        let took = start.elapsed();
        let what = checked.book.map_or_else(
            || format!("refused: {}", checked.diagnostics[0].message),
            |book| format!("{} are withheld", book.quarantined().count()),
        );
        let name = format!("{banners} of 20 pairs, read");
        println!("  {name:<34} {took:>10.1?}  {what}");
    }
    println!("\nthe worst that one placement can do\n");
    for (name, files) in entangled::placements() {
        lints(&name, Book::check(files), Some("BN304"));
    }
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[ROUNDS / 2]
}

fn tell(name: &str, took: Duration) {
    println!("  {name:<26}  {took:>12.1?}");
}
