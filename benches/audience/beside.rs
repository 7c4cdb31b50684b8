//! The workloads A to D beside Polars and DuckDB, in turns, in one run: what each comes to is
//! compared every time, and the ratios are told.
//!
//! ```sh
//! cargo bench -p banneret-benches --bench audience_beside -- --threads 1 --places memory,file
//! ```

mod ours;
mod peers;
mod rules;
mod table;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use ours::{Ours, Place, Workload};
use peers::Peer;
use rules::Rules;

/// What was asked for on the command line.
struct Options {
    rows: usize,
    threads: Vec<usize>,
    places: Vec<String>,
    workloads: Vec<Workload>,
    peers: Vec<&'static str>,
    rounds: usize,
    /// Only tell how much memory it takes: what the comparison starts for itself.
    peak: bool,
}

impl Options {
    fn read() -> Options {
        let mut options = Options {
            rows: 10_000_000,
            threads: vec![1, 2],
            places: vec!["memory".to_owned(), "file".to_owned()],
            workloads: Workload::ALL.to_vec(),
            peers: vec!["polars", "duckdb"],
            rounds: 5,
            peak: false,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_default();
            match word.as_str() {
                "--bench" => {}
                "--rows" => options.rows = value().parse().expect("a number"),
                "--rounds" => options.rounds = value().parse().expect("a number"),
                "--threads" => {
                    let threads = value();
                    let threads = threads
                        .split(',')
                        .map(|many| many.parse().expect("a number"));
                    options.threads = threads.collect();
                }
                "--places" => options.places = value().split(',').map(str::to_owned).collect(),
                "--workloads" => {
                    let wanted = value();
                    options
                        .workloads
                        .retain(|known| wanted.contains(known.name()));
                }
                "--peers" => {
                    let wanted = value();
                    options.peers.retain(|known| wanted.contains(known));
                }
                "--peak" => options.peak = true,
                other => panic!("what is `{other}`?"),
            }
        }
        options
    }
}

fn main() {
    let options = Options::read();
    let file = table::file(options.rows);
    let rules = Rules::new();
    let ours = Ours::new(&rules);
    if options.peak {
        let place = Place::File(file);
        for workload in &options.workloads {
            ours.run(*workload, &place, options.threads[0]);
        }
        return println!("{}", peak());
    }
    println!(
        "{} rows; ms, medians, and how many times as long as banneret\n",
        options.rows
    );
    let columns = options.peers.iter().map(|peer| format!(" {peer} | × |"));
    println!("| | threads | | banneret |{}", columns.collect::<String>());
    println!(
        "|---|---|---|---|{}",
        "---|---|".repeat(options.peers.len())
    );
    for place in &options.places {
        let held = match place.as_str() {
            "memory" => ours.memory(options.rows),
            "file" => Place::File(file.clone()),
            other => panic!("`{other}` is neither memory nor file"),
        };
        for threads in &options.threads {
            let start = |peer: &&'static str| Peer::start(peer, *threads, place, &file, &rules);
            let mut peers: Vec<Peer> = options.peers.iter().map(start).collect();
            for workload in &options.workloads {
                let rounds = options.rounds;
                let line = turns(&ours, *workload, &held, *threads, &mut peers, rounds);
                println!("| {place} | {threads} | {} | {line}", workload.name());
            }
            if place == "file" {
                told(&options, &file, *threads, &mut peers);
            }
        }
    }
}

/// Runs a workload in turns.
fn turns(
    ours: &Ours,
    workload: Workload,
    place: &Place,
    threads: usize,
    peers: &mut [Peer],
    rounds: usize,
) -> String {
    let mut own = Vec::new();
    let mut others = vec![Vec::new(); peers.len()];
    for round in 0..rounds {
        let mut known = None;
        // The first turn of a round finds the caches full of something else, as the others do.
        for _ in 0..2 {
            let start = Instant::now();
            known = Some(ours.run(workload, place, threads));
            own.push(start.elapsed());
        }
        for (peer, times) in peers.iter_mut().zip(&mut others) {
            let slow = |times: &Vec<Duration>| times.iter().sum::<Duration>().as_secs() >= 10;
            if round > 0 && slow(times) {
                continue;
            }
            let (time, found) = peer.run(workload);
            times.push(time);
            let known = known.as_ref().expect("told above");
            let name = workload.name();
            assert_eq!(
                *known, found,
                "{name}: {} counts otherwise than banneret",
                peer.name
            );
        }
    }
    let own = median(own);
    let mut line = format!("{:.1} |", own * 1e3);
    for times in others {
        let other = median(times);
        line += &format!(" {:.0} | {:.1} |", other * 1e3, other / own);
    }
    line
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

/// Tells how much memory a process takes at most that runs those workloads from the file.
fn told(options: &Options, file: &Path, threads: usize, peers: &mut [Peer]) {
    let names = options.workloads.iter().map(|workload| workload.name());
    let own = Command::new(std::env::current_exe().expect("this program"))
        .args(["--peak", "--rows", &options.rows.to_string()])
        .args(["--threads", &threads.to_string()])
        .args(["--workloads", &names.collect::<String>()])
        .output()
        .expect("this program again");
    let own = String::from_utf8_lossy(&own.stdout).trim().parse::<u64>();
    let own = own.expect("a number of bytes") as f64;
    let mut line = format!("{:.0} MB |", own / 1e6);
    for peer in peers {
        let other = peer.peak() as f64;
        line += &format!(" {:.0} MB | {:.1} |", other / 1e6, other / own);
    }
    let size = std::fs::metadata(file).map_or(0, |file| file.len()) / 1_000_000;
    println!("| file of {size} MB | {threads} | peak memory | {line}");
}

/// How many bytes of memory this process ever had.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1_024
}
