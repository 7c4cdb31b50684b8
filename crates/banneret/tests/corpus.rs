//! The conformance corpus, held against the plain evaluator and against the engine.

use std::collections::BTreeMap;

use banneret::{Account, Book, Clock, Engine, Purpose, Time, Truths, bucket};
use banneret_corpus::{Decided, Refusal, Report, Subject, Truth, Withheld, run};
use serde_json::Value as Json;

#[test]
fn the_plain_evaluator_keeps_to_the_corpus() {
    settle(&run(&Plain));
}

#[test]
fn the_engine_keeps_to_the_corpus() {
    settle(&run(&AsBanners));
}

fn settle(report: &Report) {
    println!("{report}");
    assert!(report.passed(), "{report}");
    assert!(report.skipped.is_empty(), "{report}");
}

/// Each rule as a formula by itself.
struct Plain;

impl Subject for Plain {
    type Book = Files;

    fn load(&self, files: &BTreeMap<String, String>) -> Result<Files, Refusal> {
        Files::new(files)
    }

    fn truths(&self, files: &Files, rule: &str, all: &[Json], now: &str) -> Answer<Vec<Truth>> {
        let book = &files.book;
        let (formulas, root) = book.compile(rule).map_err(fail)?;
        let clock = Clock {
            now: time(now)?,
            skew: book.manifest().clock_skew,
        };
        let mut truths = Truths::default();
        let truth = |account: &Json| {
            truths.fill(&formulas, &read(book, account)?.facts, clock);
            Ok(of(truths.of(root)))
        };
        all.iter().map(truth).collect()
    }

    fn decide(&self, files: &Files, who: &Json, host: &Withheld, now: &str) -> Answer<Decided> {
        decide(&files.book, who, host, now)
    }

    fn bucket(&self, purpose: &str, name: &str, value: &str) -> Answer<u16> {
        draw(purpose, name, value)
    }
}

/// Each rule as the audience of a banner, whose reason tells its truth.
struct AsBanners;

impl Subject for AsBanners {
    type Book = Files;

    fn load(&self, files: &BTreeMap<String, String>) -> Result<Files, Refusal> {
        Files::new(files)
    }

    fn truths(&self, files: &Files, rule: &str, all: &[Json], now: &str) -> Answer<Vec<Truth>> {
        let banner = format!(
            "message anything:\n\nbanner asked:\n  message anything\n  audience\n    {}\n  \
             placement top\n  copy words\n  owner \"corpus\"\n",
            rule.replace('\n', "\n    ")
        );
        let mut texts = files.texts.clone();
        texts.insert("asked.banner".to_owned(), banner);
        let engine = Engine::new(Files::new(&texts)?.book);
        let (book, now, mut scratch) = (engine.book(), time(now)?, engine.scratch());
        let truth = |account: &Json| {
            let Account { facts, history } = read(&book, account)?;
            let decision = engine.decide(&facts, &history, now, &mut scratch);
            let is_shown = decision
                .map_err(fail)?
                .matches()
                .any(|name| name == "asked");
            let whys = engine.why(&facts, &history, now).map_err(fail)?;
            let why = whys.iter().find(|why| &*why.banner == "asked");
            match (why.map(|why| why.reason), is_shown) {
                (Some("shown"), true) => Ok(Truth::True),
                (Some("audience-false"), false) => Ok(Truth::False),
                (Some("audience-unknown"), false) => Ok(Truth::Unknown),
                other => Err(Refusal::Fail(format!("{other:?}"))),
            }
        };
        all.iter().map(truth).collect()
    }

    fn decide(&self, files: &Files, who: &Json, host: &Withheld, now: &str) -> Answer<Decided> {
        decide(&files.book, who, host, now)
    }

    fn bucket(&self, purpose: &str, name: &str, value: &str) -> Answer<u16> {
        draw(purpose, name, value)
    }
}

type Answer<T> = Result<T, Refusal>;

fn fail(error: impl ToString) -> Refusal {
    Refusal::Fail(error.to_string())
}

fn time(text: &str) -> Answer<Time> {
    text.parse().map_err(fail)
}

/// A book and the texts that it is of.
struct Files {
    texts: BTreeMap<String, String>,
    book: Book,
}

impl Files {
    fn new(texts: &BTreeMap<String, String>) -> Answer<Files> {
        let book = Book::from_files(texts.clone()).map_err(fail)?;
        Ok(Files {
            texts: texts.clone(),
            book,
        })
    }
}

fn read(book: &Book, account: &Json) -> Answer<Account> {
    Account::from_line(book.schema(), &account.to_string(), false).map_err(fail)
}

fn of(truth: banneret::Truth) -> Truth {
    match truth {
        banneret::Truth::True => Truth::True,
        banneret::Truth::False => Truth::False,
        banneret::Truth::Unknown => Truth::Unknown,
    }
}

fn draw(purpose: &str, name: &str, value: &str) -> Answer<u16> {
    let purpose = match purpose {
        "rollout" => Purpose::Rollout,
        "holdout" => Purpose::Holdout,
        other => return Err(fail(other)),
    };
    Ok(bucket(purpose, name, value))
}

/// What `decide` shows, with the reasons of `why`, which must tell the same story.
fn decide(book: &Book, account: &Json, host: &Withheld, now: &str) -> Answer<Decided> {
    let account = read(book, account)?;
    let now = time(now)?;
    let mut book = book.clone();
    for banner in &host.quarantine {
        book.quarantine(banner, "the corpus says so");
    }
    let engine = Engine::new(book);
    for banner in &host.kill {
        engine.kill(banner);
    }
    let mut scratch = engine.scratch();
    let decision = engine
        .decide(&account.facts, &account.history, now, &mut scratch)
        .map_err(fail)?;
    let mut decided = Decided {
        matches: decision.matches().map(str::to_owned).collect(),
        valid_until: decision.valid_until().map(|time| time.to_string()),
        ..Decided::default()
    };
    for show in decision.shows() {
        let shows = decided.shows.entry(show.placement.to_owned()).or_default();
        shows.push(show.banner.to_owned());
        let until = show.valid_until.map(|time| time.to_string());
        decided
            .placement_until
            .insert(show.placement.to_owned(), until);
        decided
            .copy_hash
            .insert(show.banner.to_owned(), show.copy_hash.to_owned());
    }
    let came = decision.outcomes();
    let came = came.map(|(banner, outcome)| (&*banner.name, outcome.code()));
    let came: BTreeMap<&str, &str> = came.collect();
    let whys = engine
        .why(&account.facts, &account.history, now)
        .map_err(fail)?;
    let told = whys.iter().map(|why| (&*why.banner, why.reason));
    let told: BTreeMap<&str, &str> = told.collect();
    let matching = told.iter().filter(|(name, _)| came.contains_key(*name));
    if !matching.eq(&came) {
        return Err(fail("`decide` and `why` differ"));
    }
    for why in whys {
        let name = why.banner.to_string();
        if !why.unknown.is_empty() {
            let unknown = why.unknown.iter();
            let unknown = unknown.map(|one| (one.fact.to_string(), one.why.name().to_owned()));
            decided.unknown.insert(name.clone(), unknown.collect());
        }
        if let Some(by) = why.outranked_by {
            decided.outranked_by.insert(name.clone(), by.to_string());
        }
        decided.reasons.insert(name, why.reason.to_owned());
    }
    Ok(decided)
}
