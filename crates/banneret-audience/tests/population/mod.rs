//! A small rule book with a fact of every type, and accounts of all sorts, written down in each
//! format.

#![allow(dead_code, reason = "each test uses its part")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema as Columns};
use banneret::{Account, Book, Clock, Said, Schema, Time, Value};
use banneret_audience::{Gathering, Table, Wanted};
use oorandom::Rand32;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::{Value as Json, json};

pub(crate) const NOW: &str = "2026-05-04T12:00:00Z";

const MANIFEST: &str = "edition: 1
placements: {inline: 2, top: 1}
copy: {dir: copy, source: en, locales: [en]}
";

const SCHEMA: &str = "include: [billing@1]
facts:
  t.admin: {type: bool, doc: b}
  t.seats: {type: int, min: 0, max: 1000, doc: i}
  t.since: {type: time, doc: t}
  t.word: {type: string, doc: s}
  t.plan: {type: string, values: [free, team, pro], fresh_for: 2d, doc: s}
  t.tier: {type: enum, values: [low, mid, high], fresh_for: 1d, doc: e}
  t.marks: {type: set of enum, values: [a, b, c], doc: es}
  t.tags: {type: set of string, fresh_for: 3d, doc: ss}
";

const WORDS: &str = "failed = Your payment failed. Please check your payment method.
    .kind = payment_failed
hello = Good to see you.
    .kind = greeting
";

const RULES: &str = "message greeting:

segment large: t.seats > 500 or t.plan == \"pro\"

banner failed:
  message    payment_failed
  audience   in_dunning and billing.last_attempt_result == failed
             and billing.collection_method == automatic and billing.amount_overdue > 0
             and billing.invoice_state in {past_due, uncollectible}
             and viewer.role in {owner, admin}
  placement  top
  priority   900
  copy       failed
  owner      \"billing\"

banner hello:
  message    greeting
  audience   t.admin or t.marks has a
  placement  top
  rollout    40% by account.id
  copy       hello
  owner      \"growth\"

banner inlined:
  message    greeting
  audience   t.tier != low and not t.tags has any of {\"x\", \"y\"}
  placement  inline, top
  copy       hello
  cap        1 ever
  owner      \"growth\"

banner late:
  message    greeting
  audience   t.since more than 3 days ago
  placement  inline
  priority   5
  copy       hello
  owner      \"growth\"

banner wide:
  message    greeting
  audience   large or t.word starts with \"w\"
  placement  inline
  copy       hello
  owner      \"growth\"
";

pub(crate) fn book() -> Book {
    book_with(str::to_owned)
}

/// The book with other rules.
pub(crate) fn book_with(change: impl Fn(&str) -> String) -> Book {
    book_of(MANIFEST, SCHEMA, &change(RULES))
}

/// The book with its manifest, its facts and its rules changed.
pub(crate) fn another(change: impl Fn(&str) -> String) -> Book {
    book_of(&change(MANIFEST), &change(SCHEMA), &change(RULES))
}

fn book_of(manifest: &str, schema: &str, rules: &str) -> Book {
    let files = [
        ("banneret.yaml", manifest),
        ("schema.yaml", schema),
        ("copy/en.ftl", WORDS),
        ("rules.banner", rules),
    ];
    Book::from_files(files).unwrap_or_else(|error| {
        let all: Vec<_> = error
            .diagnostics()
            .iter()
            .map(|one| one.message.clone())
            .collect();
        panic!("{all:#?}")
    })
}

pub(crate) fn clock(book: &Book) -> Clock {
    Clock {
        now: NOW.parse().unwrap(),
        skew: book.manifest().clock_skew,
    }
}

/// Accounts of all sorts, as lines of NDJSON.
pub(crate) fn accounts(number: usize, seed: u64) -> Vec<Json> {
    let mut random = Rand32::new(seed);
    (0..number).map(|at| account(at, &mut random)).collect()
}

fn one_of<'t>(random: &mut Rand32, texts: &[&'t str]) -> &'t str {
    texts[random.rand_range(0..texts.len() as u32) as usize]
}

fn some_of(random: &mut Rand32, texts: &[&str]) -> Json {
    let some = texts.iter().filter(|_| random.rand_range(0..3) == 0);
    some.copied().collect::<Vec<_>>().into()
}

fn moment(random: &mut Rand32) -> String {
    let now: Time = NOW.parse().unwrap();
    // From four days ago to a few minutes ahead, which is more than clocks may differ.
    let minutes = i64::from(random.rand_range(0..5_800));
    let at = now.as_unix_micros() + (10 - minutes) * 60_000_000;
    Time::from_unix_seconds(at / 1_000_000).to_string()
}

/// A value drawn by chance.
type Draw = fn(&mut Rand32) -> Json;

fn account(at: usize, random: &mut Rand32) -> Json {
    let values: [(&str, Draw); 15] = [
        ("t.admin", |random| (random.rand_range(0..2) == 0).into()),
        ("t.seats", |random| random.rand_range(0..1_100).into()),
        ("t.since", |random| moment(random).into()),
        ("t.word", |random| {
            format!(
                "{}{}",
                one_of(random, &["w", "v"]),
                random.rand_range(0..50)
            )
            .into()
        }),
        ("t.plan", |random| {
            one_of(random, &["free", "team", "pro", "old"]).into()
        }),
        ("t.tier", |random| {
            one_of(random, &["low", "mid", "high", "unknown", "none"]).into()
        }),
        ("t.marks", |random| some_of(random, &["a", "b", "c"])),
        ("t.tags", |random| some_of(random, &["x", "y", "z"])),
        ("billing.dunning_state", |random| {
            one_of(
                random,
                &["clear", "in_progress", "in_progress", "exhausted"],
            )
            .into()
        }),
        ("billing.last_attempt_result", |_| "failed".into()),
        ("billing.collection_method", |_| "automatic".into()),
        ("billing.amount_overdue", |random| {
            random.rand_range(0..3).into()
        }),
        ("billing.invoice_state", |_| "past_due".into()),
        ("viewer.role", |random| {
            one_of(random, &["owner", "admin", "agent"]).into()
        }),
        ("viewer.locale", |random| {
            one_of(random, &["en", "de"]).into()
        }),
    ];
    let mut facts = serde_json::Map::new();
    for (name, value) in values {
        let value = value(random);
        match random.rand_range(0..12) {
            0 => {}
            1 => _ = facts.insert(name.to_owned(), Json::Null),
            2 | 3 => {
                let dated = json!({"value": value, "as_of": moment(random)});
                facts.insert(name.to_owned(), dated);
            }
            _ => _ = facts.insert(name.to_owned(), value),
        }
    }
    let mut account = json!({"id": format!("a{at}"), "facts": facts});
    if random.rand_range(0..10) > 0 {
        let recent = random.rand_range(0..3) > 0;
        let as_of = if recent {
            NOW.to_owned()
        } else {
            moment(random)
        };
        account["as_of"] = as_of.into();
    }
    account
}

pub(crate) fn lines(accounts: &[Json]) -> String {
    accounts
        .iter()
        .map(|account| format!("{account}\n"))
        .collect()
}

pub(crate) fn read(book: &Book, account: &Json) -> Account {
    Account::from_line(book.schema(), &account.to_string(), false).unwrap()
}

/// The same accounts as CSV.
pub(crate) fn csv(book: &Book, accounts: &[Json]) -> String {
    csv_of(book.schema(), accounts)
}

/// The same with those facts.
pub(crate) fn csv_of(schema: &Schema, accounts: &[Json]) -> String {
    let facts: Vec<_> = schema
        .facts()
        .filter(|(_, fact)| &*fact.name != "account.id")
        .collect();
    let mut text = "id,as_of".to_owned();
    for (_, fact) in &facts {
        text += &format!(",{0},{0}@as_of", fact.name);
    }
    text.push('\n');
    for account in accounts {
        let dated = account["as_of"].as_str().unwrap_or_default();
        text += &format!("{},{dated}", account["id"].as_str().unwrap());
        for (_, fact) in &facts {
            let said = &account["facts"][&*fact.name];
            let (value, age) = match said {
                Json::Object(said) => (&said["value"], said["as_of"].as_str().unwrap()),
                value => (value, ""),
            };
            let value = match value {
                Json::Null => String::new(),
                Json::String(text) => text.clone(),
                Json::Array(members) if members.is_empty() => "{}".to_owned(),
                Json::Array(members) => {
                    let members: Vec<_> = members.iter().map(|one| one.as_str().unwrap()).collect();
                    members.join("|")
                }
                other => other.to_string(),
            };
            text += &format!(",{value},{age}");
        }
        text.push('\n');
    }
    text
}

/// The same accounts as a table with all their facts.
pub(crate) fn table(book: &Book, accounts: &[Json]) -> Table {
    table_of(book.schema(), accounts)
}

/// The same with those facts.
pub(crate) fn table_of(schema: &Arc<Schema>, accounts: &[Json]) -> Table {
    let wanted = Wanted::nothing().with_ids();
    let wanted = wanted.with_facts(schema.facts().map(|(id, _)| id));
    let mut gathering = Gathering::new(schema, &wanted);
    for (account, place) in accounts.iter().zip(1..) {
        let account = Account::from_line(schema, &account.to_string(), false).unwrap();
        gathering.push(&account.facts, &account.history, place);
    }
    gathering.finish().table
}

/// A table as a batch with named columns.
pub(crate) fn batch(schema: &Schema, table: &Table) -> RecordBatch {
    let mut columns = Vec::new();
    if let Some(ids) = &table.id {
        columns.push(("id".to_owned(), ids.clone()));
    }
    if let Some(ages) = &table.as_of {
        columns.push(("as_of".to_owned(), ages.clone()));
    }
    for column in &table.facts {
        let name = schema.fact(column.fact).unwrap().name.to_string();
        if let Some(ages) = &column.as_of {
            columns.push((format!("{name}@as_of"), ages.clone()));
        }
        columns.push((name, column.values.clone()));
    }
    let fields = columns
        .iter()
        .map(|(name, values)| Field::new(name, values.data_type().clone(), true));
    let fields: Vec<_> = fields.collect();
    let arrays = columns.into_iter().map(|(_, values)| values).collect();
    RecordBatch::try_new(Arc::new(Columns::new(fields)), arrays).unwrap()
}

/// A Parquet file of batches, with row groups of so many rows.
pub(crate) fn parquet(path: &Path, batch: &RecordBatch, rows: usize) {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows))
        .build();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// A folder of its own for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What is known of an account, by fact, with nothing said for what is said to be unknown.
pub(crate) fn known(facts: &banneret::Facts) -> Vec<(String, Value, Option<Time>)> {
    let schema = facts.schema();
    let known = schema
        .facts()
        .filter_map(|(id, fact)| match facts.said(id) {
            Said::Value(value) => Some((fact.name.to_string(), value.clone(), facts.as_of(id))),
            Said::OutOfDomain(text) => {
                let text = Value::Text(format!("wrong: {text}").into());
                Some((fact.name.to_string(), text, facts.as_of(id)))
            }
            _ => None,
        });
    known.collect()
}
