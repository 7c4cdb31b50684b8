//! The tables.

use crate::measured::Measured;

/// The engine that others are divided by unless told otherwise.
pub(crate) const OURS: &str = "banneret, matches";

/// One account against some rules, by the groups' names.
const RULES: [(&str, &str); 5] = [
    ("1 rule", "1"),
    ("10 rules", "10"),
    ("100 rules", "100"),
    ("1000 rules", "1,000"),
    ("10000 rules", "10,000"),
];

/// A goal: in which group, over which engine, and how many times as fast.
const GOALS: [(&str, &str, Option<&str>, f64); 8] = [
    ("10000 rules", "a-tree", None, 300.0),
    ("1000 rules", "a-tree", None, 200.0),
    ("100 rules", "a-tree", None, 50.0),
    ("10 rules", "a-tree", None, 12.0),
    ("10 rules", "hard-coded Rust", None, 0.5),
    ("1 rule", "hard-coded Rust", None, 1.0 / 1.5),
    (JSON, "a-tree", Some("Value"), 50.0),
    (JSON, "a-tree", Some("line"), 50.0),
];

const JSON: &str = "JSON to matches, 1000 rules";

/// The groups of the bench that are not about some rules and all engines.
const OTHERS: [&str; 6] = [
    JSON,
    "the same 100 accounts",
    "real books",
    "load 10000 rules",
    "more rules",
    "threads, 1000 rules",
];

/// What is of this bench: others write to the same place.
pub(crate) fn known(mut found: Vec<Measured>) -> Vec<Measured> {
    let is_in_rules = |group: &str| RULES.iter().any(|(name, _)| *name == group);
    found.retain(|one| is_in_rules(&one.group) || OTHERS.contains(&&*one.group));
    found
}

/// Every table that the measurements give.
pub(crate) fn all(found: &[Measured], by: &str) -> String {
    let tables = [times(found), ratios(found, by), goals(found), others(found)];
    let tables = tables.into_iter().filter(|table| !table.is_empty());
    tables.collect::<Vec<_>>().join("\n")
}

fn of<'m>(
    found: &'m [Measured],
    group: &str,
    engine: &str,
    part: Option<&str>,
) -> Option<&'m Measured> {
    found
        .iter()
        .find(|one| one.group == group && one.engine == engine && one.part.as_deref() == part)
}

/// The engines that were given rules, the fastest first by the most rules that all had.
fn engines(found: &[Measured]) -> Vec<&str> {
    let in_rules = |one: &&Measured| RULES.iter().any(|(group, _)| *group == one.group);
    let mut engines: Vec<&str> = found
        .iter()
        .filter(in_rules)
        .map(|one| &*one.engine)
        .collect();
    engines.sort_unstable();
    engines.dedup();
    let time = |engine: &str| {
        let times = ["1000 rules", "100 rules", "10 rules", "1 rule"];
        let mut times = times
            .iter()
            .filter_map(|group| of(found, group, engine, None));
        times.next().map_or(f64::MAX, |one| one.median)
    };
    engines.sort_by(|one, other| time(one).total_cmp(&time(other)));
    engines
}

/// Median time of one account, and how far samples lie from it.
fn times(found: &[Measured]) -> String {
    by_rules(
        found,
        "one account, median ± median deviation",
        |engine, group| {
            let one = of(found, group, engine, None)?;
            Some(format!(
                "{} ± {:.0} %",
                time(one.median),
                one.spread / one.median * 100.0
            ))
        },
    )
}

/// How many times as long as one engine the others take; in brackets the least that the bounds of
/// both medians allow.
fn ratios(found: &[Measured], by: &str) -> String {
    by_rules(
        found,
        &format!("times as long as `{by}` (at least)"),
        |engine, group| {
            let (one, other) = (of(found, group, engine, None)?, of(found, group, by, None)?);
            let least = one.low / other.high;
            Some(format!(
                "{} ({})",
                factor(one.median / other.median),
                factor(least)
            ))
        },
    )
}

fn by_rules(
    found: &[Measured],
    title: &str,
    cell: impl Fn(&str, &str) -> Option<String>,
) -> String {
    let engines = engines(found);
    if engines.is_empty() {
        return String::new();
    }
    let columns: Vec<_> = RULES.iter().map(|(_, name)| format!("N={name}")).collect();
    let mut table = head(title, &columns);
    for engine in engines {
        let cells = RULES
            .iter()
            .map(|(group, _)| cell(engine, group).unwrap_or_default());
        table += &row(engine, &cells.collect::<Vec<_>>());
    }
    table
}

/// What was wanted, what came of it, and by how much it was missed.
fn goals(found: &[Measured]) -> String {
    let mut rows = String::new();
    for (group, engine, part, wanted) in GOALS {
        // Where another was not given a line, from a parsed document.
        let theirs = of(found, group, engine, part)
            .or_else(|| of(found, group, engine, part.map(|_| "Value")));
        let (Some(ours), Some(theirs)) = (of(found, group, OURS, part), theirs) else {
            continue;
        };
        let got = theirs.median / ours.median;
        let verdict = match got >= wanted {
            true => "reached".to_owned(),
            false => format!("missed by {:.0} %", (1.0 - got / wanted) * 100.0),
        };
        let part = part.map_or(String::new(), |part| format!(", from a {part}"));
        let cells = [factor(wanted), factor(got), verdict];
        rows += &row(&format!("{group}{part}, over {engine}"), &cells);
    }
    if rows.is_empty() {
        return rows;
    }
    let columns = ["goal", "measured", ""].map(str::to_owned);
    head("how many times as fast", &columns) + &rows
}

/// The groups of [`OTHERS`].
fn others(found: &[Measured]) -> String {
    let other = |one: &&Measured| OTHERS.contains(&&*one.group);
    let mut others: Vec<&Measured> = found.iter().filter(other).collect();
    if others.is_empty() {
        return String::new();
    }
    // Numbers by their size, not their digits.
    let key = |one: &Measured| {
        let number = one.part.as_ref().and_then(|part| part.parse::<u64>().ok());
        (one.group.clone(), number, one.part.clone())
    };
    others.sort_by(|one, other| {
        key(one)
            .cmp(&key(other))
            .then(one.median.total_cmp(&other.median))
    });
    let columns = ["", "", "median", "±"].map(str::to_owned);
    let mut table = head("what", &columns);
    for one in others {
        let spread = format!("{:.0} %", one.spread / one.median * 100.0);
        let part = one.part.clone().unwrap_or_default();
        let cells = [one.engine.clone(), part, time(one.median), spread];
        table += &row(&one.group, &cells);
    }
    table
}

fn head(first: &str, columns: &[String]) -> String {
    let line: String = columns.iter().map(|_| "---|").collect();
    format!("{}|---|{line}\n", row(first, columns))
}

fn row(first: &str, cells: &[String]) -> String {
    let cells: String = cells.iter().map(|cell| format!(" {cell} |")).collect();
    format!("| {first} |{cells}\n")
}

/// Nanoseconds with three digits that mean something, and a unit.
fn time(nanos: f64) -> String {
    let (value, unit) = match nanos {
        ..1e3 => (nanos, "ns"),
        1e3..1e6 => (nanos / 1e3, "µs"),
        1e6..1e9 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    format!("{} {unit}", digits(value))
}

fn factor(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

fn digits(value: f64) -> String {
    match value {
        ..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
