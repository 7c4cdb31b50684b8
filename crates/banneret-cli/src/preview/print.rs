//! A preview as text, JSON and CSV.

use std::collections::BTreeMap;
use std::io::Write;

use banneret::{Book, FactId, Time, Truth, WhyUnknown};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::counts::{Asked, Cell, Counting, Counts, Outcomes};
use crate::accounts::Tally;
use crate::failure::Failure;
use crate::render::{Table, percent, printable, thousands, wrapped};

/// More rows than this are for a program.
const MOST_ROWS_SHOWN: usize = 40;
/// The reasons that leave most accounts undecided are worth a look, the others add nothing.
const MOST_WHYS: usize = 6;

pub(super) struct Preview<'a> {
    pub(super) book: &'a Book,
    pub(super) now: Time,
    pub(super) tally: &'a Tally,
    pub(super) counting: &'a Counting,
}

/// A preview as `docs/schemas/preview.json` describes it.
#[derive(Serialize)]
struct Document<'a> {
    banneret: u32,
    book: &'a str,
    now: Time,
    accounts: u64,
    refused: u64,
    bad_input: Vec<Json>,
    audiences: Vec<Audience<'a>>,
}

#[derive(Serialize)]
struct Audience<'a> {
    name: &'a str,
    kind: &'static str,
    #[serde(flatten)]
    outcomes: Outcomes,
    standing: Option<Json>,
    why_unknown: BTreeMap<&'a str, BTreeMap<&'static str, u64>>,
    by: Vec<Row<'a>>,
    by_others: Option<Outcomes>,
    overlap: BTreeMap<&'a str, u64>,
    sample: Vec<Json>,
}

#[derive(Serialize)]
struct Row<'a> {
    values: BTreeMap<&'a str, &'a str>,
    in_dunning: Option<bool>,
    #[serde(flatten)]
    outcomes: Outcomes,
}

impl Preview<'_> {
    fn audiences(&self) -> impl Iterator<Item = (&Asked, &Counts)> {
        self.counting.asked.iter().zip(&self.counting.counts)
    }

    fn name(&self, fact: FactId) -> &str {
        self.book.schema().fact(fact).map_or("", |fact| &fact.name)
    }

    pub(super) fn text(&self, out: &mut dyn Write) -> Result<(), Failure> {
        if self.counting.asked.is_empty() {
            writeln!(
                out,
                "The book has no banner; name a segment, or an expression after --where."
            )?;
        }
        for (at, (asked, counts)) in self.audiences().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{}", self.sentence(asked, counts))?;
            if let Some(standing) = self.standing(counts) {
                writeln!(out, "{standing}")?;
            }
            write!(out, "{}{}", self.breakdown(counts), self.unknown(counts))?;
            write!(out, "{}{}", self.overlap(counts), sample(counts))?;
        }
        Ok(writeln!(out, "\nAll of this is as of {}.", self.now)?)
    }

    /// `6,818 of 30,000 accounts (22.7 %) are in this audience (where in_dunning)`
    fn sentence(&self, asked: &Asked, counts: &Counts) -> String {
        let (yes, all) = (counts.all.yes, self.tally.taken);
        let are = if yes == 1 { "is" } else { "are" };
        let accounts = if all == 1 { "account" } else { "accounts" };
        format!(
            "{} of {} {accounts} ({}) {are} in this audience ({} {})",
            thousands(yes),
            thousands(all),
            percent(yes, all),
            asked.kind.name(),
            printable(&asked.name)
        )
    }

    /// How many of them the one fact that can say so puts in good standing.
    fn standing(&self, counts: &Counts) -> Option<String> {
        let (_, role) = self.book.schema().dunning_role()?;
        if counts.all.yes == 0 {
            return None;
        }
        let Outcomes { yes, no, unknown } = counts.dunning;
        let are = |number: u64| if number == 1 { "is" } else { "are" };
        Some(format!(
            "{} of them {} in dunning, {} {} in good standing, and of {} it is not known (by {})",
            thousands(yes),
            are(yes),
            thousands(no),
            are(no),
            thousands(unknown),
            role.name
        ))
    }

    fn breakdown(&self, counts: &Counts) -> String {
        if self.counting.by.is_empty() || counts.by.is_empty() {
            return String::new();
        }
        let mut headings: Vec<_> = self
            .counting
            .by
            .iter()
            .map(|fact| self.name(*fact))
            .collect();
        let marks = counts
            .by
            .keys()
            .any(|row| self.counting.row_in_dunning(row).is_some());
        if marks {
            headings.push("in dunning");
        }
        headings.extend(["in it#", "not in it#", "unknown#"]);
        let mut table = Table::new(&headings);
        for (row, outcomes) in counts.by.iter().take(MOST_ROWS_SHOWN) {
            let mut cells: Vec<_> = row.iter().map(|cell| printable(cell.text())).collect();
            cells.extend(
                self.counting
                    .row_in_dunning(row)
                    .map(|marked| yes_or_no(marked).to_owned()),
            );
            let Outcomes { yes, no, unknown } = *outcomes;
            table.row(cells.into_iter().chain([yes, no, unknown].map(thousands)));
        }
        let more = counts.by.len().saturating_sub(MOST_ROWS_SHOWN);
        let more = match more {
            0 => String::new(),
            more => format!("  and {more} more rows: --format csv has them\n"),
        };
        format!("\n{}{more}", table.text("  "))
    }

    fn unknown(&self, counts: &Counts) -> String {
        if counts.all.unknown == 0 {
            return String::new();
        }
        let mut whys: Vec<_> = counts.why_unknown.iter().collect();
        whys.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
        let more = whys.len().saturating_sub(MOST_WHYS);
        let whys = whys
            .into_iter()
            .take(MOST_WHYS)
            .map(|((fact, why), number)| {
                format!(
                    "{} {} ({})",
                    self.name(*fact),
                    in_words(*why),
                    thousands(*number)
                )
            });
        let text = format!(
            "Unknown for {} ({}), who would see nothing: {}",
            thousands(counts.all.unknown),
            percent(counts.all.unknown, self.tally.taken),
            whys.collect::<Vec<_>>().join(", ")
        );
        let text = match more {
            0 => text,
            more => format!("{text}, and {more} more reasons"),
        };
        format!("\n{}", wrapped("", &text, 100))
    }

    fn overlap(&self, counts: &Counts) -> String {
        let names = self
            .overlapping(counts)
            .map(|(name, number)| format!("{name} ({})", thousands(number)));
        let names: Vec<_> = names.collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(
                "\n{}",
                wrapped("Also true of some of them: ", &names.join(", "), 100)
            ),
        }
    }

    fn overlapping(&self, counts: &Counts) -> impl Iterator<Item = (&str, u64)> {
        counts
            .overlap
            .iter()
            .filter_map(|(at, number)| Some((&*self.book.banners().get(*at)?.name, *number)))
    }

    pub(super) fn json(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let bad =
            self.tally.bad.iter().map(
                |((fact, why), accounts)| json!({"fact": fact, "why": why, "accounts": accounts}),
            );
        let document = Document {
            banneret: 1,
            book: self.book.fingerprint(),
            now: self.now,
            accounts: self.tally.taken,
            refused: self.tally.refused,
            bad_input: bad.collect(),
            audiences: self
                .audiences()
                .map(|(asked, counts)| self.audience(asked, counts))
                .collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        Ok(writeln!(out)?)
    }

    fn audience<'a>(&'a self, asked: &'a Asked, counts: &'a Counts) -> Audience<'a> {
        let mut why_unknown: BTreeMap<&str, BTreeMap<&'static str, u64>> = BTreeMap::new();
        for ((fact, why), number) in &counts.why_unknown {
            why_unknown
                .entry(self.name(*fact))
                .or_default()
                .insert(why.name(), *number);
        }
        let dunning = self.book.schema().dunning_role().map(|_| counts.dunning);
        let rows = counts.by.iter().filter(|(row, _)| !row.is_empty());
        let sample = counts.sample().into_iter().map(|sampled| {
            let facts: BTreeMap<_, _> = sampled.facts.iter().cloned().collect();
            json!({"id": sampled.id, "facts": facts})
        });
        Audience {
            name: &asked.name,
            kind: asked.kind.name(),
            outcomes: counts.all,
            standing: dunning.map(|Outcomes { yes, no, unknown }| {
                json!({"in_dunning": yes, "good": no, "unknown": unknown})
            }),
            why_unknown,
            by: rows.map(|(row, outcomes)| self.row(row, *outcomes)).collect(),
            by_others: others(counts.others),
            overlap: self.overlapping(counts).collect(),
            sample: sample.collect(),
        }
    }

    fn row<'a>(&'a self, row: &'a [Cell], outcomes: Outcomes) -> Row<'a> {
        let facts = self.counting.by.iter().map(|fact| self.name(*fact));
        Row {
            values: facts.zip(row.iter().map(Cell::text)).collect(),
            in_dunning: match self.counting.row_in_dunning(row) {
                Some(Truth::True) => Some(true),
                Some(Truth::False) => Some(false),
                Some(Truth::Unknown) | None => None,
            },
            outcomes,
        }
    }

    /// A line per audience and combination.
    pub(super) fn csv(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let mut csv = csv::Writer::from_writer(out);
        let facts = self.counting.by.iter().map(|fact| self.name(*fact));
        let header = ["audience", "kind"].into_iter().chain(facts);
        csv.write_record(header.chain(["in_dunning", "true", "false", "unknown"]))?;
        for (asked, counts) in self.audiences() {
            for (row, outcomes) in &counts.by {
                let marked = self.counting.row_in_dunning(row).map_or("", yes_or_no);
                let values = row.iter().map(Cell::text);
                self.csv_row(&mut csv, asked, values, marked, *outcomes)?;
            }
            if others(counts.others).is_some() {
                let values = self.counting.by.iter().map(|_| "(others)");
                self.csv_row(&mut csv, asked, values, "", counts.others)?;
            }
        }
        Ok(csv.flush()?)
    }

    fn csv_row<'r>(
        &self,
        csv: &mut csv::Writer<&mut dyn Write>,
        asked: &Asked,
        values: impl Iterator<Item = &'r str>,
        marked: &str,
        outcomes: Outcomes,
    ) -> Result<(), Failure> {
        let Outcomes { yes, no, unknown } = outcomes;
        let mut row = vec![asked.name.clone(), asked.kind.name().to_owned()];
        row.extend(values.map(str::to_owned));
        row.push(marked.to_owned());
        row.extend([yes, no, unknown].map(|number| number.to_string()));
        Ok(csv.write_record(row)?)
    }
}

fn others(outcomes: Outcomes) -> Option<Outcomes> {
    let Outcomes { yes, no, unknown } = outcomes;
    (yes + no + unknown > 0).then_some(outcomes)
}

fn yes_or_no(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "yes",
        Truth::False => "no",
        Truth::Unknown => "unknown",
    }
}

pub(crate) fn in_words(why: WhyUnknown) -> &'static str {
    match why {
        WhyUnknown::Absent => "is absent",
        WhyUnknown::Stale => "is too old",
        WhyUnknown::Undated => "has no age",
        WhyUnknown::Future => "is dated in the future",
        WhyUnknown::OutOfDomain => "is out of its domain",
        WhyUnknown::Contradiction => "contradicts itself",
    }
}

fn sample(counts: &Counts) -> String {
    let sample = counts.sample();
    let lines = sample.iter().map(|sampled| {
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
            100,
        )
    });
    let lines: String = lines.collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\nFor example:\n{lines}"),
    }
}
