//! What criterion wrote of a run.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

/// One engine on one task: nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) group: String,
    pub(crate) engine: String,
    /// What of the group was measured, where an engine was measured more than once.
    pub(crate) part: Option<String>,
    pub(crate) median: f64,
    /// Between these the median lies with a confidence of 95 %.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The median distance of a sample from the median.
    pub(crate) spread: f64,
    pub(crate) written: SystemTime,
}

/// Every measurement under a directory, in a lasting order.
///
/// # Errors
/// Where something cannot be read.
pub(crate) fn read(directory: &Path) -> Result<Vec<Measured>> {
    let mut found = Vec::new();
    visit(directory, &mut found)?;
    found.sort_by(|one, other| {
        let key = |of: &Measured| (of.group.clone(), of.part.clone(), of.engine.clone());
        key(one).cmp(&key(other))
    });
    Ok(found)
}

/// Whether some were measured so long before others that they cannot be of one run. Ratios of
/// several runs say nothing.
pub(crate) fn are_of_several_runs(found: &[Measured]) -> bool {
    let times = || found.iter().map(|one| one.written);
    let apart = times().max().zip(times().min());
    let apart = apart.and_then(|(last, first)| last.duration_since(first).ok());
    apart.is_some_and(|apart| apart > Duration::from_secs(3_600))
}

/// A measurement is two files in a directory called `new`.
fn visit(directory: &Path, found: &mut Vec<Measured>) -> Result<()> {
    let (about, estimates) = (
        directory.join("benchmark.json"),
        directory.join("estimates.json"),
    );
    if directory.ends_with("new") && about.exists() && estimates.exists() {
        found.push(measurement(&about, &estimates)?);
        return Ok(());
    }
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            visit(&path, found)?;
        }
    }
    Ok(())
}

fn measurement(about: &Path, estimates: &Path) -> Result<Measured> {
    let (names, figures) = (json(about)?, json(estimates)?);
    let text = |key: &str| names[key].as_str().map(str::to_owned);
    let number = |path: &str| {
        let wrong = || wrong(estimates, format!("it has no number at {path}"));
        figures
            .pointer(path)
            .and_then(Value::as_f64)
            .ok_or_else(wrong)
    };
    Ok(Measured {
        group: text("group_id").ok_or_else(|| wrong(about, "it names no group"))?,
        engine: text("function_id").ok_or_else(|| wrong(about, "it names no function"))?,
        part: text("value_str"),
        median: number("/median/point_estimate")?,
        low: number("/median/confidence_interval/lower_bound")?,
        high: number("/median/confidence_interval/upper_bound")?,
        spread: number("/median_abs_dev/point_estimate")?,
        written: estimates.metadata()?.modified()?,
    })
}

fn json(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| wrong(path, error))?;
    serde_json::from_str(&text).map_err(|error| wrong(path, error))
}

fn wrong(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidData, format!("{}: {why}", path.display()))
}
