//! Counting by columns is counting by the account: every figure of a preview against the plain
//! evaluator and the engine, whatever the format and the number of threads.

mod population;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use banneret::{Account, Book, Engine, Outcome, Trace, Truth, Truths, Value};
use banneret_audience::{
    Asked, AskedKind, AudienceCounts, Counting, Files, Outcomes, Plan, Preview, Reader, Request,
};
use population::{accounts, batch, book, clock, csv, folder, lines, parquet, read, table};
use serde_json::Value as Json;

fn expression(book: &Book, text: &str) -> Asked {
    let (formulas, root) = book.compile(text).unwrap();
    Asked {
        name: text.to_owned(),
        kind: AskedKind::Where,
        formulas,
        root,
        banner: None,
    }
}

fn request(book: &Book) -> Request {
    let mut asked = Asked::every_banner(book);
    asked.push(expression(book, "in_dunning and viewer.role == owner"));
    asked.push(expression(
        book,
        "t.plan is unknown or (t.tier == high) no older than 6h",
    ));
    let by = ["billing.dunning_state", "viewer.role"];
    Request {
        asked,
        by: by
            .iter()
            .map(|name| book.schema().id(name).unwrap())
            .collect(),
        sample: 7,
        overlap: true,
        after_gates: true,
    }
}

fn preview(book: &Book, request: Request, path: &Path, threads: usize) -> Preview {
    let plan = Plan::new(book, clock(book), request);
    let files = Files::find(path, None).unwrap();
    let reader = Reader::new(book.schema(), plan.wanted()).threads(threads);
    let read = reader.read(&files, || plan.start(), Counting::take);
    assert!(read.failed.is_none(), "{:?}", read.failed);
    Counting::finish(&plan, read.states, &read.report)
}

/// The same by the account.
fn plainly(book: &Book, asked: &Asked, accounts: &[Account]) -> (Outcomes, BTreeMap<String, u64>) {
    let mut outcomes = Outcomes::default();
    let mut whys = BTreeMap::new();
    let mut truths = Truths::default();
    let clock = clock(book);
    for account in accounts {
        truths.fill(&asked.formulas, &account.facts, clock);
        match truths.of(asked.root) {
            Truth::True => outcomes.yes += 1,
            Truth::False => outcomes.no += 1,
            Truth::Unknown => {
                outcomes.unknown += 1;
                let trace = Trace::of(&asked.formulas, asked.root, &account.facts, clock, &truths);
                for (fact, why) in trace.facts() {
                    let why = why.unwrap().name();
                    *whys.entry(format!("{fact} {why}")).or_default() += 1;
                }
            }
        }
    }
    (outcomes, whys)
}

fn whys(counts: &AudienceCounts) -> BTreeMap<String, u64> {
    let facts = counts.why_unknown.iter();
    let whys = facts.flat_map(|(fact, whys)| {
        whys.iter()
            .map(move |(why, number)| (format!("{fact} {why}"), *number))
    });
    whys.collect()
}

#[test]
fn every_format_and_any_number_of_threads_give_the_same_preview() {
    let (book, folder) = (book(), folder("same_preview"));
    let accounts = accounts(6_000, 11);
    fs::write(folder.join("a.ndjson"), lines(&accounts)).unwrap();
    fs::write(folder.join("a.csv"), csv(&book, &accounts)).unwrap();
    parquet(
        &folder.join("a.parquet"),
        &batch(book.schema(), &table(&book, &accounts)),
        900,
    );
    let first = preview(&book, request(&book), &folder.join("a.ndjson"), 1);
    for (name, threads) in [
        ("a.ndjson", 2),
        ("a.csv", 2),
        ("a.parquet", 1),
        ("a.parquet", 2),
    ] {
        let other = preview(&book, request(&book), &folder.join(name), threads);
        for (one, other) in first.audiences.iter().zip(&other.audiences) {
            let without_place = |counts: &AudienceCounts| serde_json::to_value(counts).unwrap();
            assert_eq!(
                without_place(one),
                without_place(other),
                "{name}, {threads} threads"
            );
        }
        assert_eq!(first.bad_input, other.bad_input);
        assert_eq!(first.accounts, other.accounts);
    }
    let text = serde_json::to_string(&first).unwrap();
    let read_back: Preview = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read_back).unwrap(), text);
}

#[test]
fn its_counts_are_those_of_the_plain_evaluator() {
    let (book, folder) = (book(), folder("plain_counts"));
    let raw = accounts(9_000, 23);
    let path = folder.join("a.ndjson");
    fs::write(&path, lines(&raw)).unwrap();
    let accounts: Vec<_> = raw.iter().map(|account| read(&book, account)).collect();
    let preview = preview(&book, request(&book), &path, 1);
    for (asked, counts) in request(&book).asked.iter().zip(&preview.audiences) {
        let (outcomes, reasons) = plainly(&book, asked, &accounts);
        assert_eq!(counts.outcomes, outcomes, "{}", asked.name);
        assert!(
            outcomes.yes > 20 && outcomes.no > 20,
            "{}: {outcomes:?}",
            asked.name
        );
        assert_eq!(whys(counts), reasons, "{}", asked.name);
        let mut sum = Outcomes::default();
        counts.by.iter().for_each(|row| sum += row.outcomes);
        assert_eq!(sum, outcomes);
        standing(&book, asked, counts, &accounts);
        overlap(&book, asked, counts, &accounts);
        by(&book, asked, counts, &accounts);
    }
    bad_input(&book, &preview, &accounts);
}

fn holds(book: &Book, asked: &Asked, account: &Account) -> bool {
    let mut truths = Truths::default();
    truths.fill(&asked.formulas, &account.facts, clock(book));
    truths.of(asked.root).is_true()
}

fn standing(book: &Book, asked: &Asked, counts: &AudienceCounts, accounts: &[Account]) {
    let role = book.schema().id("billing.dunning_state").unwrap();
    let values = book.schema().fact(role).unwrap().kind.values();
    let (mut marked, mut good, mut unknown) = (0, 0, 0);
    for account in accounts
        .iter()
        .filter(|account| holds(book, asked, account))
    {
        match account.facts.read(role, None, clock(book)) {
            Ok(Value::Enum(code)) if values[code.index()].in_dunning => marked += 1,
            Ok(_) => good += 1,
            Err(_) => unknown += 1,
        }
    }
    let standing = counts.standing.unwrap();
    assert_eq!(
        (standing.in_dunning, standing.good, standing.unknown),
        (marked, good, unknown)
    );
}

fn overlap(book: &Book, asked: &Asked, counts: &AudienceCounts, accounts: &[Account]) {
    let inside: Vec<_> = accounts
        .iter()
        .filter(|account| holds(book, asked, account))
        .collect();
    let mut both = BTreeMap::new();
    for other in Asked::every_banner(book)
        .iter()
        .filter(|other| other.banner != asked.banner)
    {
        let number = inside
            .iter()
            .filter(|account| holds(book, other, account))
            .count() as u64;
        if number > 0 {
            both.insert(other.name.clone(), number);
        }
    }
    assert!(!both.is_empty(), "{}", asked.name);
    assert_eq!(counts.overlap, both, "{}", asked.name);
}

fn by(book: &Book, asked: &Asked, counts: &AudienceCounts, accounts: &[Account]) {
    let facts = ["billing.dunning_state", "viewer.role"];
    let mut found: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    for account in accounts
        .iter()
        .filter(|account| holds(book, asked, account))
    {
        let cells = facts.iter().map(|name| {
            let id = book.schema().id(name).unwrap();
            match account.facts.read(id, None, clock(book)) {
                Ok(value) => value.display(book.schema(), id),
                Err(_) => "unknown".to_owned(),
            }
        });
        *found.entry(cells.collect()).or_default() += 1;
    }
    let told = counts.by.iter().filter(|row| row.outcomes.yes > 0);
    let told: BTreeMap<_, _> = told
        .map(|row| {
            (
                facts
                    .iter()
                    .map(|name| row.values[*name].clone())
                    .collect::<Vec<_>>(),
                row.outcomes.yes,
            )
        })
        .collect();
    assert_eq!(told, found, "{}", asked.name);
}

fn bad_input(book: &Book, preview: &Preview, accounts: &[Account]) {
    let plan = Plan::new(book, clock(book), request(book));
    let mut found: BTreeMap<(String, &str), u64> = BTreeMap::new();
    let wanted: Vec<_> = plan.wanted().facts().collect();
    for account in accounts {
        for (id, fact, why) in account.facts.bad_input(clock(book)) {
            if wanted.contains(&id) {
                *found
                    .entry((fact.name.to_string(), why.name()))
                    .or_default() += 1;
            }
        }
    }
    let told = preview
        .bad_input
        .iter()
        .map(|bad| ((bad.fact.clone(), &*bad.why), bad.accounts));
    assert_eq!(told.collect::<BTreeMap<_, _>>(), found);
}

#[test]
fn the_gates_are_those_of_the_engine() {
    let (book, folder) = (book(), folder("gates"));
    let mut raw = accounts(4_000, 5);
    for account in raw.iter_mut().step_by(3) {
        let shown = "2026-05-01T00:00:00Z";
        account["history"] = serde_json::json!({"inlined": {"shown_at": [shown]}});
    }
    let path = folder.join("a.ndjson");
    fs::write(&path, lines(&raw)).unwrap();
    let preview = preview(&book, request(&book), &path, 2);
    let engine = Engine::new(book.clone());
    let mut scratch = engine.scratch();
    let mut counts: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for account in &raw {
        let account = read(&book, account);
        let now = clock(&book).now;
        let decision = engine
            .decide(&account.facts, &account.history, now, &mut scratch)
            .unwrap();
        for (banner, outcome) in decision
            .outcomes()
            .filter(|(_, outcome)| outcome.is_match())
        {
            *counts
                .entry((banner.name.to_string(), outcome.code()))
                .or_default() += 1;
        }
    }
    for audience in &preview.audiences {
        let Some(gates) = &audience.after_gates else {
            assert_eq!(audience.kind, "where");
            continue;
        };
        let of = |code| {
            counts
                .get(&(audience.name.clone(), code))
                .copied()
                .unwrap_or(0)
        };
        assert_eq!(gates.shown, of("shown"), "{}", audience.name);
        for code in ["rollout", "cap", "outranked"] {
            let withheld = gates.withheld.get(code).copied().unwrap_or(0);
            assert_eq!(withheld, of(code), "{}: {code}", audience.name);
        }
        assert_eq!(gates.outranked_by.values().sum::<u64>(), of("outranked"));
        let withheld: u64 = gates.withheld.values().sum();
        assert_eq!(
            gates.shown + withheld,
            audience.outcomes.yes,
            "{}",
            audience.name
        );
    }
    assert!(counts.keys().any(|(_, code)| *code == "cap"));
}

#[test]
fn what_is_over_is_true_of_many_and_shown_to_nobody() {
    let ended = |text: &str| text.replace("priority   5", "priority   5\n  until      2026-05-01");
    let (book, folder) = (population::book_with(ended), folder("ended"));
    let path = folder.join("a.ndjson");
    fs::write(&path, lines(&accounts(1_000, 5))).unwrap();
    let preview = preview(&book, request(&book), &path, 1);
    let mut audiences = preview.audiences.iter();
    let late = audiences.find(|audience| audience.name == "late").unwrap();
    let gates = late.after_gates.as_ref().unwrap();
    assert_eq!(gates.shown, 0);
    let ended = BTreeMap::from([("ended".to_owned(), late.outcomes.yes)]);
    assert_eq!(gates.withheld, ended);
    assert!(late.outcomes.yes > 0);
}

/// Without shares and histories, what the sets of banners tell is what the engine does.
#[test]
fn who_is_outranked_is_known_without_the_engine() {
    let rules = |text: &str| {
        text.replace("  rollout    40% by account.id\n", "")
            .replace("  cap        1 ever\n", "")
    };
    let book = population::book_with(rules);
    let folder = folder("outranked");
    let raw = accounts(4_000, 6);
    let path = folder.join("a.ndjson");
    fs::write(&path, lines(&raw)).unwrap();
    let preview = preview(&book, request(&book), &path, 1);
    let engine = Engine::new(book.clone());
    let mut scratch = engine.scratch();
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for account in &raw {
        let account = read(&book, account);
        let now = clock(&book).now;
        let decision = engine
            .decide(&account.facts, &account.history, now, &mut scratch)
            .unwrap();
        for (banner, outcome) in decision.outcomes() {
            if let Outcome::Outranked(by) = outcome {
                let pair = (banner.name.to_string(), book.banners()[by].name.to_string());
                *counts.entry(pair).or_default() += 1;
            }
        }
    }
    let told = preview.audiences.iter().flat_map(|audience| {
        let others = audience.outranked_by.iter();
        others.map(|(other, number)| ((audience.name.clone(), other.clone()), *number))
    });
    let told: BTreeMap<_, _> = told.collect();
    assert!(told.len() >= 2, "{told:?}");
    assert_eq!(told, counts);
}

#[test]
fn a_sample_has_the_facts_that_decided_and_does_not_hang_on_the_order() {
    let (book, folder) = (book(), folder("sample"));
    let mut raw = accounts(5_000, 8);
    fs::write(folder.join("a.ndjson"), lines(&raw)).unwrap();
    raw.reverse();
    fs::write(folder.join("b.ndjson"), lines(&raw)).unwrap();
    let one = preview(&book, request(&book), &folder.join("a.ndjson"), 2);
    let other = preview(&book, request(&book), &folder.join("b.ndjson"), 1);
    let by_id: BTreeMap<_, &Json> = raw
        .iter()
        .map(|account| (account["id"].as_str().unwrap(), account))
        .collect();
    let asked = request(&book).asked;
    for ((one, other), asked) in one.audiences.iter().zip(&other.audiences).zip(&asked) {
        let sample = |counts: &AudienceCounts| serde_json::to_value(&counts.sample).unwrap();
        assert_eq!(sample(one), sample(other));
        assert_eq!(one.sample.len(), 7, "{}", one.name);
        for sampled in &one.sample {
            assert!(holds(&book, asked, &read(&book, by_id[&*sampled.id])));
            assert!(!sampled.facts.is_empty());
            assert!(sampled.place.contains("a.ndjson:"), "{}", sampled.place);
        }
    }
}

#[test]
fn a_breakdown_by_something_like_an_id_stays_small_and_whole() {
    let (book, folder) = (book(), folder("by_id"));
    let raw = accounts(30_000, 9);
    let path = folder.join("a.parquet");
    parquet(&path, &batch(book.schema(), &table(&book, &raw)), 5_000);
    let by = |threads| {
        let asked = vec![expression(&book, "t.admin")];
        let by = ["account.id", "t.tier"].map(|name| book.schema().id(name).unwrap());
        let request = Request {
            asked,
            by: by.to_vec(),
            ..Request::default()
        };
        preview(&book, request, &path, threads)
    };
    let (one, two) = (by(1), by(2));
    assert_eq!(one, two);
    let audience = &one.audiences[0];
    assert_eq!(audience.by.len(), 2_000);
    let mut sum = audience.by_others.unwrap();
    audience.by.iter().for_each(|row| sum += row.outcomes);
    assert_eq!(sum, audience.outcomes);
    // An account that is dated ahead is known by no name.
    let id = book.schema().id("account.id").unwrap();
    let known = raw.iter().filter(|account| {
        read(&book, account)
            .facts
            .read(id, None, clock(&book))
            .is_ok()
    });
    let mut ids: Vec<_> = known
        .map(|account| account["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    let told = audience
        .by
        .iter()
        .map(|row| row.values["account.id"].as_str());
    assert!(told.eq(ids.into_iter().take(2_000)));
}
