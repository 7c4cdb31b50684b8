//! The workloads A to D with criterion, banneret alone: what a change to the kernels or to the
//! reader does. `audience_beside` has the other engines.

#[allow(dead_code, reason = "the other bench uses the rest of it")]
mod ours;
#[allow(dead_code, reason = "the other bench uses the rest of it")]
mod rules;
#[allow(dead_code, reason = "the other bench uses the rest of it")]
mod table;

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ours::{Ours, Place, Workload};
use rules::Rules;

/// Few enough that each sample is short; a batch is what counts, not how many there are.
const ROWS: usize = 1_000_000;

fn audience(criterion: &mut Criterion) {
    let ours = Ours::new(&Rules::new());
    let places = [
        ("memory", ours.memory(ROWS)),
        ("file", Place::File(table::file(ROWS))),
    ];
    for (name, place) in &places {
        for threads in [1, 2] {
            let mut group = criterion.benchmark_group(format!("audience/{name}/{threads}"));
            group.throughput(Throughput::Elements(ROWS as u64));
            group.sample_size(20);
            group.measurement_time(Duration::from_secs(2));
            for workload in Workload::ALL {
                group.bench_function(workload.name(), |bencher| {
                    bencher.iter(|| ours.run(workload, place, threads));
                });
            }
            group.finish();
        }
    }
}

criterion_group!(benches, audience);
criterion_main!(benches);
