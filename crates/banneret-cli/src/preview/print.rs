//! A preview as text, JSON and CSV.

use std::io::Write;

use banneret_audience::report::{Caveats, Rule, not_known, reason, warnings};
use banneret_audience::{AudienceCounts, Combination, Gates, Outcomes, Preview};

use crate::failure::Failure;
use crate::render::{Table, cautions, percent, printable, say, thousands, wrapped};

/// More rows than this are for a program.
const MOST_ROWS_SHOWN: usize = 40;
/// The reasons that leave most accounts undecided are worth a look, the others add nothing.
const MOST_WHYS: usize = 6;
const WIDTH: usize = 100;

pub(super) fn text(preview: &Preview, rules: &[Rule], out: &mut dyn Write) -> Result<(), Failure> {
    if preview.audiences.is_empty() {
        writeln!(
            out,
            "The book has no banner; name a segment, or an expression after --where."
        )?;
    }
    // Of nobody there is nothing to say.
    let audiences = preview.audiences.iter().filter(|_| preview.accounts > 0);
    for (at, counts) in audiences.enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", sentence(preview, counts))?;
        if let Some(standing) = standing(preview, counts) {
            writeln!(out, "{standing}")?;
        }
        let warnings = rules.get(at).map(|rule| warnings(preview, counts, rule));
        for (title, text) in warnings.into_iter().flatten() {
            let text = printable(&format!("{title}. {text}"));
            write!(out, "{}", wrapped("! ", &text, WIDTH))?;
        }
        write!(
            out,
            "{}{}",
            breakdown(preview, counts),
            unknown(preview, counts)
        )?;
        write!(out, "{}{}", overlap(counts), sample(counts))?;
        write!(out, "{}", missing(counts))?;
    }
    let cautions = cautions(Caveats::of(preview), WIDTH);
    let space = if cautions.is_empty() { "" } else { "\n" };
    write!(out, "{space}{cautions}")?;
    Ok(writeln!(out, "\nAll of this is as of {}.", preview.now)?)
}

/// `6,818 of 30,000 accounts (22.7 %) are in this audience (where in_dunning)`
fn sentence(preview: &Preview, counts: &AudienceCounts) -> String {
    let (yes, all) = (counts.outcomes.yes, preview.accounts);
    let are = if yes == 1 { "is" } else { "are" };
    let accounts = if all == 1 { "account" } else { "accounts" };
    format!(
        "{} of {} {accounts} ({}) {are} in this audience ({} {})",
        thousands(yes),
        thousands(all),
        percent(yes, all),
        counts.kind,
        printable(&counts.name)
    )
}

/// How many of them the one fact that can say so puts in good standing.
fn standing(preview: &Preview, counts: &AudienceCounts) -> Option<String> {
    let role = preview.dunning_role.as_ref()?;
    let standing = counts.standing.filter(|_| counts.outcomes.yes > 0)?;
    let are = |number: u64| if number == 1 { "is" } else { "are" };
    Some(format!(
        "{} of them {} in dunning, {} {} in good standing, and of {} it is not known (by {role})",
        thousands(standing.in_dunning),
        are(standing.in_dunning),
        thousands(standing.good),
        are(standing.good),
        thousands(standing.unknown),
    ))
}

/// Whether the dunning role is among the facts of the breakdown.
fn marks(preview: &Preview) -> bool {
    let role = preview.dunning_role.as_ref();
    role.is_some_and(|role| preview.by.contains(role))
}

/// A combination's values, in the order of the facts.
fn values<'p>(preview: &'p Preview, row: &'p Combination) -> impl Iterator<Item = &'p str> {
    let values = preview.by.iter().map(|fact| row.values.get(fact));
    values.map(|value| value.map_or("", String::as_str))
}

fn breakdown(preview: &Preview, counts: &AudienceCounts) -> String {
    if preview.by.is_empty() || counts.by.is_empty() {
        return String::new();
    }
    let marks = marks(preview);
    let mut headings: Vec<_> = preview.by.iter().map(String::as_str).collect();
    headings.extend(marks.then_some("in dunning"));
    headings.extend(["in it#", "not in it#", "unknown#"]);
    let mut table = Table::new(&headings);
    for row in counts.by.iter().take(MOST_ROWS_SHOWN) {
        let mut cells: Vec<_> = values(preview, row).map(printable).collect();
        cells.extend(marks.then(|| yes_or_no(row.in_dunning).to_owned()));
        let Outcomes { yes, no, unknown } = row.outcomes;
        table.row(cells.into_iter().chain([yes, no, unknown].map(thousands)));
    }
    let more = counts.by.len().saturating_sub(MOST_ROWS_SHOWN);
    let more = match more {
        0 => String::new(),
        more => format!("  and {more} more rows: --format csv has them\n"),
    };
    format!("\n{}{more}", table.text("  "))
}

fn unknown(preview: &Preview, counts: &AudienceCounts) -> String {
    let unknown = counts.outcomes.unknown;
    if unknown == 0 {
        return String::new();
    }
    let whys = counts.why_unknown.iter();
    let whys =
        whys.flat_map(|(fact, whys)| whys.iter().map(move |(why, number)| (fact, why, *number)));
    let mut whys: Vec<_> = whys.collect();
    whys.sort_by_key(|(_, _, number)| std::cmp::Reverse(*number));
    let more = whys.len().saturating_sub(MOST_WHYS);
    let whys = whys
        .into_iter()
        .take(MOST_WHYS)
        .map(|(fact, why, number)| format!("{fact} {} ({})", reason(why), thousands(number)));
    let whys: Vec<_> = whys.collect();
    let because = if whys.is_empty() { "" } else { ": " };
    let text = format!(
        "Unknown for {} ({}), who would see nothing{because}{}",
        thousands(unknown),
        percent(unknown, preview.accounts),
        whys.join(", ")
    );
    let text = match more {
        0 => text,
        more => format!("{text}, and {more} more reasons"),
    };
    format!("\n{}", wrapped("", &text, WIDTH))
}

fn overlap(counts: &AudienceCounts) -> String {
    let named = |(name, number): (&String, &u64)| format!("{name} ({})", thousands(*number));
    let listed = |what: &str, names: Vec<String>| match names.is_empty() {
        true => String::new(),
        false => format!("\n{}", wrapped(what, &names.join(", "), WIDTH)),
    };
    let overlap = counts.overlap.iter().map(named).collect();
    let outranked = counts.outranked_by.iter().map(named).collect();
    let gates = counts.after_gates.as_ref().map(gates).unwrap_or_default();
    format!(
        "{}{}{gates}",
        listed("Also true of some of them: ", overlap),
        listed("Some would see another banner in its place: ", outranked)
    )
}

fn gates(gates: &Gates) -> String {
    let withheld = gates.withheld.iter();
    let withheld = withheld.map(|(why, number)| format!("{why} ({})", thousands(*number)));
    let withheld: Vec<_> = withheld.collect();
    let text = format!("{} would see it", thousands(gates.shown));
    let text = match withheld.is_empty() {
        true => text,
        false => format!("{text}; kept from the others by {}", withheld.join(", ")),
    };
    format!("\n{}", wrapped("After all gates: ", &text, WIDTH))
}

pub(super) fn json(preview: &Preview, out: &mut dyn Write) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, preview)?;
    Ok(writeln!(out)?)
}

/// A line per audience and combination.
pub(super) fn csv(preview: &Preview, out: &mut dyn Write) -> Result<(), Failure> {
    let mut csv = csv::Writer::from_writer(out);
    let facts = preview.by.iter().map(String::as_str);
    let header = ["audience", "kind"].into_iter().chain(facts);
    csv.write_record(header.chain(["in_dunning", "true", "false", "unknown"]))?;
    for counts in &preview.audiences {
        let mut write = |values: Vec<&str>, marked: &str, outcomes: Outcomes| {
            let Outcomes { yes, no, unknown } = outcomes;
            let mut row = vec![counts.name.clone(), counts.kind.clone()];
            row.extend(values.into_iter().map(str::to_owned));
            row.push(marked.to_owned());
            row.extend([yes, no, unknown].map(|number| number.to_string()));
            csv.write_record(row)
        };
        if preview.by.is_empty() && preview.accounts > 0 {
            write(Vec::new(), "", counts.outcomes)?;
        }
        for row in &counts.by {
            let marked = if marks(preview) {
                yes_or_no(row.in_dunning)
            } else {
                ""
            };
            write(values(preview, row).collect(), marked, row.outcomes)?;
        }
        if let Some(others) = counts.by_others {
            write(vec!["(others)"; preview.by.len()], "", others)?;
        }
    }
    // The columns have no place for it.
    let cautions = cautions(Caveats::of(preview), WIDTH);
    cautions.lines().for_each(say);
    Ok(csv.flush()?)
}

fn yes_or_no(known: Option<bool>) -> &'static str {
    match known {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// What nobody looked at, so that its absence is no answer.
fn missing(counts: &AudienceCounts) -> String {
    match not_known(counts) {
        None => String::new(),
        Some(what) => format!(
            "\n{}",
            wrapped("Not known from what was counted: ", &what, WIDTH)
        ),
    }
}

fn sample(counts: &AudienceCounts) -> String {
    let lines = counts.sample.iter().map(|sampled| {
        let facts = sampled.facts.iter().map(|(name, value)| {
            format!(
                "{name} {}",
                value.as_deref().map_or("unknown".to_owned(), printable)
            )
        });
        let facts: Vec<_> = facts.collect();
        wrapped(
            &format!("  {}: ", printable(&sampled.id)),
            &facts.join(", "),
            WIDTH,
        )
    });
    let lines: String = lines.collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\nFor example:\n{lines}"),
    }
}
