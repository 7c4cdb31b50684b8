//! `banneret import`: raw billing objects to account lines.

use std::io::Write;

use banneret::{Account, Codes, Fact, Facts, Kind, Said, Time, Value};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::accounts::{Reader, Tally};
use crate::args::ImportArgs;
use crate::book;
use crate::decide::finish;
use crate::failure::{Ended, Failure};

/// An account as `docs/schemas/account.json` describes it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Time>,
    facts: Map<String, Json>,
}

pub(crate) fn run(args: &ImportArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let book = book::load(args.book.as_deref(), "imported")?;
    let now = book::now(None);
    let as_of = args.as_of.unwrap_or(now);
    // A document may be of any time, but not of the future.
    let reader = Reader::of_source(&book, &args.source, as_of, now.max(as_of), args.input)?;
    let mut tally = Tally::default();
    let read = args.files.iter().try_for_each(|file| {
        reader.each(file, &mut tally, |account| {
            serde_json::to_writer(&mut *out, &line(&account))?;
            Ok(writeln!(out)?)
        })
    });
    finish(read, &tally, "imported", out)
}

fn line(account: &Account) -> Line<'_> {
    let facts = &account.facts;
    let schema = facts.schema();
    let id = schema.id("account.id");
    let shared = shared_age(facts);
    let said = schema.facts().filter(|(fact, _)| Some(*fact) != id);
    let said = said.filter_map(|(fact, about)| {
        let value = as_json(facts.said(fact), about)?;
        let dated = match facts.as_of(fact) {
            Some(as_of) if Some(as_of) != shared => json!({"value": value, "as_of": as_of}),
            _ => value,
        };
        Some((about.name.to_string(), dated))
    });
    Line {
        id: facts.account_id().unwrap_or_default(),
        as_of: shared,
        facts: said.collect(),
    }
}

/// The age that every fact has, so that it is said once.
fn shared_age(facts: &Facts) -> Option<Time> {
    let said = facts
        .schema()
        .facts()
        .filter(|(fact, _)| *facts.said(*fact) != Said::Nothing);
    let mut ages = said.map(|(fact, _)| facts.as_of(fact));
    let first = ages.next()??;
    ages.all(|age| age == Some(first)).then_some(first)
}

fn as_json(said: &Said, about: &Fact) -> Option<Json> {
    Some(match said {
        Said::Nothing => return None,
        Said::Unknown | Said::Contradiction => Json::Null,
        Said::OutOfDomain(given) => out_of_domain(given, &about.kind),
        Said::Value(Value::Bool(value)) => json!(value),
        Said::Value(Value::Int(number)) => json!(number),
        Said::Value(Value::Time(time)) => json!(time),
        Said::Value(Value::Text(text)) => json!(text),
        Said::Value(Value::Texts(texts)) => json!(texts),
        Said::Value(Value::Enum(code)) => json!(about.kind.value_name(*code)),
        Said::Value(Value::Codes(codes)) => json!(names(codes, &about.kind)),
    })
}

/// A value outside the domain, of the fact's type, so that whoever reads the line counts it too.
fn out_of_domain(given: &str, kind: &Kind) -> Json {
    match kind {
        Kind::Int { .. } => given
            .parse::<i64>()
            .map_or(Json::Null, |number| json!(number)),
        Kind::EnumSet(_) => json!([given]),
        _ => json!(given),
    }
}

fn names<'k>(codes: &Codes, kind: &'k Kind) -> Vec<&'k str> {
    let codes: Vec<_> = codes.iter().collect();
    codes
        .into_iter()
        .filter_map(|code| kind.value_name(code))
        .collect()
}
