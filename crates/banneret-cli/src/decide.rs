//! `banneret decide`: what each account sees, a line for each.

use std::collections::BTreeMap;
use std::io::Write;

use banneret::{
    Account, Clock, Decision, Engine, FactId, Facts, Scratch, Show, Time, Trace, TraceStep, Value,
    Why,
};
use banneret_copy::Renderer;
use serde::Serialize;

use crate::accounts::{Reader, Tally, clock};
use crate::args::{DecideArgs, TextOrJson};
use crate::book;
use crate::failure::{Ended, Failure};
use crate::render::{count, printable, say, wrapped};

/// A decision as `docs/schemas/decision.json` describes it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    matches: Vec<&'a str>,
    shows: Vec<Shown<'a>>,
    valid_until: Option<Time>,
    book: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<BTreeMap<String, serde_json::Value>>,
}

pub(crate) fn run(args: &DecideArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let (book, renderer) = book::load_to_show(args.book.as_deref(), "decided")?;
    let now = book::now(args.reading.now);
    let reader = Reader::new(&book, &args.reading, now)?;
    let words = args.render.as_deref().map(|locale| Words {
        renderer: &renderer,
        locale,
        viewer: book.schema().id("viewer.locale"),
        clock: clock(&book, now),
    });
    let engine = Engine::new(book.clone());
    let mut scratch = engine.scratch();
    let mut tally = Tally::default();
    let read = reader.each(&args.accounts, &mut tally, |account| {
        let decided = Decided {
            engine: &engine,
            account,
            now,
            why: args.why,
            words: words.as_ref(),
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
        .silent_in_words()
        .into_iter()
        .chain(tally.notes())
        .chain(tally.bad_input())
        .for_each(|line| say(&line));
}

struct Decided<'a> {
    engine: &'a Engine,
    account: &'a Account,
    now: Time,
    why: bool,
    words: Option<&'a Words<'a>>,
}

/// What renders the words of banners that are shown.
struct Words<'a> {
    renderer: &'a Renderer,
    locale: &'a str,
    viewer: Option<FactId>,
    clock: Clock,
}

/// What is shown, with its words where they were asked for.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    show: Show<'a>,
    #[serde(flatten)]
    said: Option<Said>,
}

/// The words of a banner, or why there are none.
#[derive(Serialize)]
struct Said {
    text: Option<String>,
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_text_because: Option<String>,
}

impl Words<'_> {
    fn said(&self, copy: &str, facts: &Facts) -> Said {
        let viewer = || facts.read(self.viewer?, None, self.clock).ok();
        let locale = match (self.locale, viewer()) {
            ("viewer", Some(Value::Text(locale))) => locale,
            // The source locale speaks where nobody knows better.
            ("viewer", _) => "",
            (locale, _) => locale,
        };
        match self.renderer.text(copy, locale, facts, self.clock) {
            Ok(rendered) => Said {
                text: Some(rendered.text),
                locale: Some(rendered.locale),
                no_text_because: None,
            },
            Err(error) => Said {
                text: None,
                locale: None,
                no_text_because: Some(error.to_string()),
            },
        }
    }
}

impl Decided<'_> {
    fn shown<'s>(&self, show: Show<'s>) -> Shown<'s> {
        let said = |words: &Words<'_>| words.said(show.copy, &self.account.facts);
        Shown {
            said: self.words.map(said),
            show,
        }
    }

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
            shows: decision.shows().map(|show| self.shown(show)).collect(),
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
        for show in decision.shows().filter(|_| self.words.is_some()) {
            let said = self.shown(show).said;
            let Some(said) = said else { continue };
            let text = said.text.or(said.no_text_because).unwrap_or_default();
            let text = text.lines().map(printable).collect::<Vec<_>>().join(" ");
            write!(out, "{}", wrapped("    ", &text, 100))?;
        }
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
