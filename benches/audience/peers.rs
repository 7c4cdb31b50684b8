//! Polars and DuckDB, each in a process of its own that is asked for one workload at a time.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::ours::Workload;
use crate::rules::Rules;
use crate::table;

/// What they are: as `pip` has them.
const WANTED: [&str; 3] = ["polars", "duckdb", "pytz"];

/// One engine, started.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start(
        name: &'static str,
        threads: usize,
        place: &str,
        file: &Path,
        rules: &Rules,
    ) -> Peer {
        let written = table::cache().join("audience-data/rules.json");
        std::fs::write(&written, rules.json().to_string()).expect("a place to write to");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("audience/peers.py");
        let mut child = Command::new(python())
            .args([script.as_os_str(), name.as_ref()])
            .args([&threads.to_string(), place])
            .args([file, &written])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python in the cache");
        let asks = child.stdin.take().expect("asked for");
        let answers = BufReader::new(child.stdout.take().expect("asked for"));
        let mut peer = Peer {
            name,
            child,
            asks,
            answers,
        };
        assert_eq!(peer.answer(), "ready");
        peer
    }

    /// Runs a workload: how long it took, and what it came to.
    pub(crate) fn run(&mut self, workload: Workload) -> (Duration, Value) {
        let answer = self.ask(workload.name());
        let seconds = answer[0].as_f64().expect("a time");
        (Duration::from_secs_f64(seconds), answer[1].clone())
    }

    /// How many bytes of memory it ever had.
    pub(crate) fn peak(&mut self) -> u64 {
        self.ask("peak").as_u64().expect("a number of bytes")
    }

    fn ask(&mut self, what: &str) -> Value {
        writeln!(self.asks, "{what}").expect("an engine that listens");
        self.answer()
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        let read = self
            .answers
            .read_line(&mut line)
            .expect("an engine that answers");
        assert!(read > 0, "{} is gone; what it said stands above", self.name);
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A Python with the engines, made on the first run.
fn python() -> PathBuf {
    let place = table::cache().join("audience");
    let python = place.join("bin/python");
    let ready = place.join("wanted");
    if std::fs::read_to_string(&ready).is_ok_and(|found| found == WANTED.join(" ")) {
        return python;
    }
    let run = |command: &mut Command| {
        let status = command.status().expect("Python 3 with venv and pip");
        assert!(status.success(), "the engines could not be fetched");
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&place));
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    run(Command::new(&python).args(pip).args(WANTED));
    std::fs::write(&ready, WANTED.join(" ")).expect("a place to write to");
    python
}
