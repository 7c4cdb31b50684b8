//! `banneret decide`: what each account sees, a line for each.

use std::collections::BTreeMap;
use std::io::Write;

use banneret::{Account, Decision, Engine, Scratch, Show, Time, Trace, TraceStep, Why};
use serde::Serialize;

use crate::accounts::{Reader, Tally};
use crate::args::{DecideArgs, TextOrJson};
use crate::book;
use crate::failure::{Ended, Failure};
use crate::render::{count, printable, say};

/// A decision as `docs/schemas/decision.json` describes it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    matches: Vec<&'a str>,
    shows: Vec<Show<'a>>,
    valid_until: Option<Time>,
    book: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<BTreeMap<String, serde_json::Value>>,
}

pub(crate) fn run(args: &DecideArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let book = book::load_to_show(args.book.as_deref(), "decided")?;
    let now = book::now(args.reading.now);
    let reader = Reader::new(&book, &args.reading, now)?;
    let engine = Engine::new(book.clone());
    let mut scratch = engine.scratch();
    let mut tally = Tally::default();
    let read = reader.each(&args.accounts, &mut tally, |account| {
        let decided = Decided {
            engine: &engine,
            account: &account,
            now,
            why: args.why,
        };
        match args.format {
            TextOrJson::Json => decided.json(&mut scratch, out),
            TextOrJson::Text => decided.text(&mut scratch, out),
        }
    });
    finish(read, &tally, "decided", out)
}

/// Sums up a run over accounts, also one that broke off in the middle.
pub(crate) fn finish(
    read: Result<(), Failure>,
    tally: &Tally,
    done: &str,
    out: &mut dyn Write,
) -> Result<Ended, Failure> {
    if let Err(Failure::NobodyListens) = read {
        return Err(Failure::NobodyListens);
    }
    out.flush()?;
    if read.is_ok() || tally.taken + tally.refused > 0 {
        sum_up(tally, done);
    }
    read.map(|()| ended(tally))
}

/// What a run over accounts comes to.
pub(crate) fn ended(tally: &Tally) -> Ended {
    match tally.refused {
        0 => Ended::Well,
        _ => Ended::Unreadable,
    }
}

/// How much of the input was taken, on standard error.
pub(crate) fn sum_up(tally: &Tally, done: &str) {
    say(&format!(
        "{} {done}, {} refused",
        count(tally.taken, "account"),
        crate::render::thousands(tally.refused)
    ));
    tally
        .notes()
        .chain(tally.bad_input())
        .for_each(|line| say(&line));
}

struct Decided<'a> {
    engine: &'a Engine,
    account: &'a Account,
    now: Time,
    why: bool,
}

impl Decided<'_> {
    fn decide<'s>(&self, scratch: &'s mut Scratch) -> Result<&'s Decision, Failure> {
        let Account { facts, history } = self.account;
        let decision = self.engine.decide(facts, history, self.now, scratch);
        decision.map_err(|error| Failure::request(error.to_string()))
    }

    fn whys(&self) -> Result<Vec<Why>, Failure> {
        let Account { facts, history } = self.account;
        let whys = self.engine.why(facts, history, self.now);
        whys.map_err(|error| Failure::request(error.to_string()))
    }

    fn id(&self) -> &str {
        self.account.facts.account_id().unwrap_or_default()
    }

    fn json(&self, scratch: &mut Scratch, out: &mut dyn Write) -> Result<(), Failure> {
        let why = self.why.then(|| self.whys()).transpose()?;
        let decision = self.decide(scratch)?;
        let line = Line {
            id: self.id(),
            matches: decision.matches().collect(),
            shows: decision.shows().collect(),
            valid_until: decision.valid_until(),
            book: decision.book().fingerprint(),
            why: why.map(by_banner).transpose()?,
        };
        serde_json::to_writer(&mut *out, &line)?;
        Ok(writeln!(out)?)
    }

    fn text(&self, scratch: &mut Scratch, out: &mut dyn Write) -> Result<(), Failure> {
        let decision = self.decide(scratch)?;
        let shown: Vec<_> = decision
            .shows()
            .map(|show| format!("{} ({})", show.banner, show.placement))
            .collect();
        let sees = match shown.is_empty() {
            true => "nothing".to_owned(),
            false => shown.join(", "),
        };
        writeln!(out, "{}: {sees}", printable(self.id()))?;
        if self.why {
            for why in self.whys()? {
                write!(out, "{}", explained(&why))?;
            }
        }
        Ok(())
    }
}

/// Each reason under its banner's name, which is then not repeated inside.
fn by_banner(whys: Vec<Why>) -> Result<BTreeMap<String, serde_json::Value>, Failure> {
    let entries = whys.into_iter().map(|why| {
        let mut json = serde_json::to_value(&why)?;
        if let Some(object) = json.as_object_mut() {
            object.remove("banner");
        }
        Ok((why.banner.into_string(), json))
    });
    entries.collect()
}

fn explained(why: &Why) -> String {
    let mut text = format!("  {}: {}", why.banner, reason(why));
    let trace = match why.reason {
        "audience-false" | "audience-unknown" | "shown" => &why.audience,
        "contract" => &why.contract,
        _ => return text + "\n",
    };
    text.push('\n');
    for line in deciding(trace) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

fn reason(why: &Why) -> String {
    match (&why.outranked_by, &why.quarantined_because) {
        (Some(by), _) => format!("{} by {by}", why.reason),
        (_, Some(because)) => format!("{}: {because}", why.reason),
        _ => why.reason.to_owned(),
    }
}

/// The facts that decided, a line each: what was asked, and what the fact is.
pub(crate) fn deciding(trace: &Trace) -> Vec<String> {
    let mut lines = Vec::new();
    collect(trace, &mut lines);
    lines
}

fn collect(trace: &Trace, lines: &mut Vec<String>) {
    match &trace.step {
        TraceStep::All(parts) | TraceStep::Any(parts) => {
            parts.iter().for_each(|part| collect(part, lines));
        }
        TraceStep::Fact {
            asks,
            value,
            unknown,
            ..
        } => {
            let value = value
                .as_deref()
                .map_or("nothing known".to_owned(), printable);
            let is = match unknown {
                Some(why) => format!("unknown, because {} ({value})", why.name()),
                None => format!("{} ({value})", trace.truth),
            };
            lines.push(format!("{asks}: {is}"));
        }
        TraceStep::Constant | TraceStep::Told => {}
    }
}
