//! How long reading, checking and proving a book takes, and one proof:
//! `cargo bench -p banneret-benches --bench prove`.

use std::hint::black_box;

use banneret::{Book, Prover, Time};
use banneret_benches::books as workload;
use banneret_lint::Options;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read, check and prove");
    group.sample_size(10);
    for banners in [100, 1_000, 10_000] {
        let files = workload::book(banners, 1);
        group.throughput(Throughput::Elements(banners as u64));
        group.bench_function(BenchmarkId::from_parameter(banners), |bencher| {
            bencher.iter_batched(|| files.clone(), Book::check, BatchSize::PerIteration);
        });
    }
    // Those that are refuted are also asked which requirement they do not keep, and by whom.
    let files = workload::with_wrong(1_000, 100, 1);
    group.bench_function("1000, of which 100 are wrong", |bencher| {
        bencher.iter_batched(|| files.clone(), Book::check, BatchSize::PerIteration);
    });
}

fn proofs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("prove");
    group.sample_size(10);
    for banners in [100, 1_000, 10_000] {
        let book = Book::from_files(workload::book(banners, 1)).expect("the workload is sound");
        group.throughput(Throughput::Elements(banners as u64));
        group.bench_function(BenchmarkId::from_parameter(banners), |bencher| {
            bencher.iter(|| {
                let mut prover = Prover::new(book.schema(), book.formulas());
                for banner in book.banners() {
                    let contract = book.kind_of(banner).map(|kind| kind.contract);
                    black_box(prover.find(&[banner.audience], contract.as_slice()));
                }
            });
        });
    }
}

fn lint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lint");
    group.sample_size(10);
    let now: Time = "2026-05-04T12:00:00Z".parse().expect("a moment");
    let options = Options {
        now,
        levels: Vec::new(),
    };
    for banners in [100, 1_000] {
        let checked = Book::check(workload::book(banners, 1));
        group.throughput(Throughput::Elements(banners as u64));
        group.bench_function(BenchmarkId::from_parameter(banners), |bencher| {
            let lint = |checked| banneret_lint::lint(checked, &options);
            bencher.iter_batched(|| checked.clone(), lint, BatchSize::PerIteration);
        });
    }
}

criterion_group!(benches, load, proofs, lint);
criterion_main!(benches);
