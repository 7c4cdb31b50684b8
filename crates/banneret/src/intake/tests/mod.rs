mod kinds;
mod mistakes;
mod reading;
mod real;
mod total;

use std::sync::{Arc, LazyLock};

use serde_json::Value as Json;

use super::{Intake, IntakeError, Source, load};
use crate::facts::{Clock, Said};
use crate::schema::Schema;
use crate::source::{FileId, Sources};
use crate::value::{Duration, Time};

/// The example of the language's reference.
const STRIPE: &str = r"
source: stripe@1
account: [/customer/id, /customer, /data/object/customer]
as_of: given
items: [/invoices/*, /data/object, .]
raw:
  inv.status:        {at: /status, type: enum, values: [draft, open, paid, uncollectible, void]}
  inv.attempts:      {at: /attempt_count, type: int}
  inv.collection:    {at: /collection_method, type: enum, values: [charge_automatically, send_invoice]}
  inv.retry_planned: {at: /next_payment_attempt, type: present}
  inv.remaining:     {at: /amount_remaining, type: int, currency: /currency}
  inv.due:           {at: [/due_date, /effective_at], type: time, unix: s}
derive:
  billing.dunning_state:
    in_progress: inv.status == open and inv.attempts >= 1 and inv.collection == charge_automatically and inv.retry_planned
    exhausted: (inv.status == uncollectible or (inv.status == open and not inv.retry_planned)) and inv.attempts >= 1 and inv.collection == charge_automatically
    clear: inv.status in {draft, paid, void} or (inv.status == open and inv.attempts == 0)
  billing.amount_overdue: {from: inv.remaining, when: 'inv.status in {open, uncollectible} and inv.attempts >= 1', else: 0}
  billing.oldest_due_at: {from: inv.due}
fold:
  pick: {billing.dunning_state: [exhausted, in_progress, stopped, clear]}
  billing.amount_overdue: sum
";

/// Billing's facts, and some of every type.
const SCHEMA: &str = "
include: [billing@1]
facts:
  t.flag: {type: bool, doc: d}
  t.kind: {type: enum, values: [a, b, c], doc: d}
  t.count: {type: int, min: 0, max: 100, doc: d}
  t.any: {type: int, doc: d}
  t.text: {type: string, doc: d}
  t.land: {type: string, values: [DE, SE], doc: d}
  t.at: {type: time, doc: d}
  t.set: {type: set of string, doc: d}
";

static READ: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let mut sources = Sources::default();
    let groups = crate::standard::all(&mut sources);
    let mut found = Vec::new();
    let loaded = crate::schema::load::read(FileId(0), SCHEMA, &groups, &mut found);
    assert_eq!(crate::yaml::tests::rendered(SCHEMA, &found), "");
    Arc::new(loaded.schema)
});

fn schema() -> Arc<Schema> {
    Arc::clone(&READ)
}

fn source(text: &str) -> Source {
    let mut found = Vec::new();
    let source = load(FileId(0), text, &schema(), &mut found);
    assert_eq!(crate::yaml::tests::rendered(text, &found), "");
    source.unwrap()
}

/// A source of one raw value `x.v` and one fact, over the items `/items/*` or the whole document.
fn one(raw: &str, derive: &str, fold: &str) -> Source {
    source(&format!(
        "source: s\naccount: /id\nas_of: given\nitems: [/items/*, .]\nraw:\n  x.v: {raw}\n  x.w: {{at: /w, type: int}}\nderive:\n  {derive}\nfold: {fold}\n"
    ))
}

fn noon() -> Time {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

fn clock() -> Clock {
    Clock {
        now: noon(),
        skew: Duration::from_seconds(5).unwrap(),
    }
}

fn take(source: &Source, document: &Json) -> Result<Intake, IntakeError> {
    source.read(document, noon(), clock())
}

/// What came of a document: its facts, then its notes, a line each.
fn came(source: &Source, document: Json) -> String {
    match take(source, &document) {
        Ok(intake) => told(source, intake),
        Err(error) => format!("error: {error}\n"),
    }
}

fn told(source: &Source, intake: Intake) -> String {
    let facts = intake.facts.build();
    let one = |id| {
        let name = &facts.schema().fact(id).unwrap().name;
        let said = match facts.said(id) {
            Said::Value(value) => value.display(facts.schema(), id),
            Said::OutOfDomain(value) => format!("out of domain {value}"),
            other => format!("{other:?}").to_lowercase(),
        };
        format!("{name} = {said}\n")
    };
    let said: String = source.derives().map(one).collect();
    let notes = intake.notes.iter().map(|note| format!("{note}\n"));
    said + &notes.collect::<String>()
}
