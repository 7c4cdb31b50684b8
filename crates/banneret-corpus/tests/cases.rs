//! The corpus itself: complete, readable, large enough, and its runner told apart right from wrong.

use std::collections::{BTreeMap, BTreeSet};

use banneret_corpus::{
    Decided, FILES, File, Refusal, Report, Subject, Truth, Withheld, run, run_files,
};
use serde_json::Value as Json;

#[test]
fn every_file_in_cases_is_in_the_list() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there, listed);
}

#[test]
fn every_file_of_truths_has_enough_of_each() {
    for (name, text) in FILES {
        let file = File::read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let File::Truths(file) = file else { continue };
        for wanted in [Truth::True, Truth::False, Truth::Unknown] {
            let all = file.groups.iter().flat_map(|group| &group.on);
            let many = all.filter(|(_, truth)| *truth == wanted).count();
            assert!(many >= 4, "{name} has {many} that are {wanted}");
        }
    }
}

/// Can do nothing at all.
struct Idle;

impl Subject for Idle {
    type Book = ();

    fn load(&self, _: &BTreeMap<String, String>) -> Result<(), Refusal> {
        Ok(())
    }
}

#[test]
fn what_is_skipped_is_counted() {
    let report = run(&Idle);
    assert_eq!((report.ran(), report.passed()), (0, true));
    assert!(report.skipped.len() > 200, "{}", report.skipped.len());
    assert!(report.to_string().contains("it makes no decisions"));
}

/// Says the same to everything.
struct Parrot;

impl Subject for Parrot {
    type Book = ();

    fn load(&self, _: &BTreeMap<String, String>) -> Result<(), Refusal> {
        Ok(())
    }

    fn truths(&self, _: &(), _: &str, all: &[Json], _: &str) -> Result<Vec<Truth>, Refusal> {
        Ok(vec![Truth::True; all.len()])
    }

    fn decide(&self, _: &(), _: &Json, _: &Withheld, _: &str) -> Result<Decided, Refusal> {
        Ok(Decided::default())
    }

    fn bucket(&self, _: &str, _: &str, _: &str) -> Result<u16, Refusal> {
        Ok(7)
    }
}

#[test]
fn what_fails_is_told_with_its_file_and_case() {
    let text = "{now: x, schema: '', groups: [{rule: a.b, on: [[{}, true], [{}, unknown]]}]}";
    let report = run_files(&Parrot, [("one.yaml", File::read(text).unwrap())]);
    assert_eq!((report.truths, report.failures.len()), (2, 1));
    assert_eq!(report.failures[0].case, "one.yaml: a.b");
    assert_eq!(
        report.failures[0].wrong,
        "of {} it should be unknown and is true"
    );
}

#[test]
fn the_corpus_is_large_and_a_parrot_fails_it_everywhere() {
    let Report {
        truths,
        decisions,
        buckets,
        failures,
        ..
    } = run(&Parrot);
    assert!(truths >= 250, "{truths} truths");
    assert!(decisions >= 60, "{decisions} checks of decisions");
    assert!(buckets >= 20, "{buckets} buckets");
    for (name, _) in FILES {
        assert!(
            failures
                .iter()
                .any(|failure| failure.case.starts_with(name)),
            "{name}"
        );
    }
}

#[test]
fn a_key_that_nobody_reads_is_refused() {
    assert!(File::read("{now: x, schema: '', groups: [], extra: 1}").is_err());
    assert!(File::read("{now: x, book: {}, cases: [{name: n, expects: {}}]}").is_err());
    assert!(File::read("{now: x, schema: '', groups: [{rule: a, on: [[{}, maybe]]}]}").is_err());
}
