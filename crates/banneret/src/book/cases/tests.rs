use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Case, CaseBody, SourceInput, read};
use crate::source::FileId;
use crate::yaml::tests::{rendered, soup};

fn load(text: &str) -> (Vec<Case>, String) {
    let mut found = Vec::new();
    let cases = read(FileId(0), text, &mut found);
    (cases, rendered(text, &found))
}

/// Findings about a decision case with these keys.
fn decision(keys: &str) -> String {
    load(&format!("- {{name: x, now: 2026-05-04T12:00:00Z, {keys}}}")).1
}

/// Findings about a source case with these keys.
fn source(keys: &str) -> String {
    load(&format!("- {{name: x, source: stripe@1, {keys}}}")).1
}

const DECISION: &str = "- name: yesterday's news
  now: 2026-05-04T12:00:00Z
  facts:
    account.id: a1
    billing.amount_overdue: {value: 100, as_of: 2026-05-03T11:00:00Z}
    account.features: [sso, api]
    billing.reviewed: null
  history: {late: {shown_at: [2026-05-03T11:00:00Z]}}
  shows: other
  hides: [late]
  because: {late: cap}
  after_gates: true
";

#[test]
fn a_decision_is_read() {
    let (cases, found) = load(DECISION);
    assert_eq!(found, "");
    let CaseBody::Decision(case) = &cases[0].body else {
        panic!("a decision")
    };
    let facts: Vec<String> = case
        .facts
        .iter()
        .map(|f| {
            format!(
                "{}={} {:?}",
                f.name.value,
                f.value.value,
                f.as_of.map(|t| t.to_string())
            )
        })
        .collect();
    assert_snapshot!(facts.join("\n"), @r#"
    account.id="a1" None
    billing.amount_overdue=100 Some("2026-05-03T11:00:00Z")
    account.features=["sso","api"] None
    billing.reviewed=null None
    "#);
    assert_eq!(&DECISION[case.facts[1].value.span.range()], "100");
    assert_eq!(&*case.shows[0].value, "other");
    assert_eq!(&*case.because[0].1.value, "cap");
    assert!(case.after_gates && case.history.is_some());
    assert_eq!(cases[0].name, "yesterday's news");
}

#[test]
fn sources_are_read() {
    let text = "- {name: a, source: s@1, document: {status: open, n: 7, at: 1777000000, none: null, list: [{x: 1.5}]}, as_of: 2026-05-04T12:00:00Z, derives: {a.b: 7, a.c: unknown, a.d: null, a.e: [x]}}
- {name: b, source: s@1, row: {PAY_0: -1, ID: 007, EMPTY: }, derives: {a.b: true}}
";
    let (cases, found) = load(text);
    assert_eq!(found, "");
    let (CaseBody::Source(document), CaseBody::Source(row)) = (&cases[0].body, &cases[1].body)
    else {
        panic!("two sources")
    };
    let derives: Vec<String> = document
        .derives
        .iter()
        .map(|(name, value)| format!("{}={}", name.value, value.value))
        .collect();
    assert_snapshot!(derives.join(" "), @r#"a.b=7 a.c=null a.d=null a.e=["x"]"#);
    let (SourceInput::Document(object), SourceInput::Row(cells)) = (&document.input, &row.input)
    else {
        panic!("a document and a row")
    };
    assert_snapshot!(object.value, @r#"{"at":1777000000,"list":[{"x":1.5}],"n":7,"none":null,"status":"open"}"#);
    let cells: Vec<String> = cells
        .value
        .iter()
        .map(|(column, text)| format!("{column}={text}"))
        .collect();
    assert_eq!(cells, ["PAY_0=-1", "ID=007", "EMPTY="]);
}

#[test]
fn a_file_without_cases_is_empty() {
    assert_eq!(load(""), (Vec::new(), String::new()));
    assert_snapshot!(load("name: x").1, @"1:1-8 BN806 a file of tests must be a list (`[a, b]` or `- a`), a map found");
    assert_snapshot!(load("- x\n- name: y\n  nwo: 1\n  hides: [a]\n").1, @"
    1:3-4 BN806 a test must be a map (`name: value`), the text `x` found
    3:3-6 BN806 a test has no key `nwo` | did you mean `now`? | its keys are `name`, `now`, `facts`, `history`, `shows`, `hides`, `because`, `after_gates`, `source`, `document`, `row`, `as_of`, `derives`
    2:3-7 BN804 a test has no `now` | add `now: …`
    ");
}

#[test]
fn names_are_needed_and_differ() {
    assert_snapshot!(load("- {now: 2026-05-04T12:00:00Z, hides: [a]}\n- {name: '', now: 2026-05-04T12:00:00Z, hides: [a]}").1, @"
    1:4-7 BN804 a test has no `name` | add `name: …`
    2:10-12 BN806 `name` must be text, empty text found | write a text behind it, or delete the key
    ");
    assert_snapshot!(load("- {name: x, now: 2026-05-04T12:00:00Z, hides: [a]}\n- {name: x, now: 2026-05-04T12:00:00Z, hides: [a]}").1, @r#"2:10-11 BN803 another test is named "x" | say in the name what is special about each"#);
}

#[test]
fn moments_that_are_wrong() {
    assert_snapshot!(load("- {name: x, hides: [a]}\n- {name: y, now: 2026-05-04T12:00:00, hides: [a]}\n- {name: z, now: today, hides: [a]}\n- {name: u, now: 7, hides: [a]}").1, @r#"
    1:4-8 BN804 a test has no `now` | add `now: …`
    2:18-37 BN809 `now`: `2026-05-04T12:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it
    3:18-23 BN809 `now`: `today` is no time: write it like `2026-05-04T12:00:00Z`
    4:18-19 BN806 `now` must be text, the number `7` found | write it in quotes: "7"
    "#);
    assert_snapshot!(decision("hides: [a], facts: {a.b: {value: 1, as_of: 2026-05-04}}"), @"1:83-93 BN809 `as_of`: `2026-05-04` has no zone: write `Z` for UTC or an offset like `+02:00` after it");
}

#[test]
fn facts_that_are_wrong() {
    assert_snapshot!(decision("hides: [a], facts: {a.b: {valu: 1}, a.c: [[1]], a.d: {value: {x: 1}}, a.e: .nan}"), @r#"
    1:115-119 BN806 `.nan` is no number that a fact can be | if it is text, quote it: ".nan"
    1:66-70 BN806 the fact `a.b` has no key `valu` | did you mean `value`? | its keys are `value`, `as_of`
    1:66-70 BN804 the fact `a.b` has no `value` | add `value: …`
    1:82-85 BN806 the fact `a.c` must be a single value, a list found
    1:101-107 BN806 the fact `a.d` must be a single value, a map found
    "#);
    assert_snapshot!(decision("hides: [a], facts: [a.b], history: x"), @"
    1:59-64 BN806 `facts` must be a map (`name: value`), a list found
    1:75-76 BN806 `history` must be a map (`name: value`), the text `x` found
    ");
}

#[test]
fn a_case_that_asserts_nothing() {
    assert_snapshot!(decision(""), @"1:4-8 BN813 the test asserts nothing | add `shows: [banner]` or `hides: [banner]`");
    assert_snapshot!(decision("shows: [], hides: , because: {}"), @"
    1:56 BN806 a banner in `hides` must be text, nothing found | write a text behind it, or delete the key
    1:4-8 BN813 the test asserts nothing | add `shows: [banner]` or `hides: [banner]`
    ");
    assert_snapshot!(source("document: {}, derives: {}"), @"1:54-56 BN813 the test asserts nothing | name a fact and its value: `{billing.amount_overdue: 24900}`");
    assert_snapshot!(source("document: {}"), @"1:4-8 BN804 a test has no `derives` | add `derives: …`");
}

#[test]
fn assertions_that_are_wrong() {
    assert_snapshot!(decision("shows: [a, a, 7], hides: {b: c}"), @r#"
    1:51-52 BN803 `a` is listed twice | keep one of them
    1:54-55 BN806 a banner in `shows` must be text, the number `7` found | write it in quotes: "7"
    1:65-71 BN806 a banner in `hides` must be text, a map found
    "#);
    assert_snapshot!(decision("shows: [a], hides: [a], because: {a: contract}"), @"
    1:60-61 BN813 `a` cannot be both shown and hidden | delete one of them
    1:74-75 BN813 `a` cannot be both shown and hidden | delete one of them
    ");
    assert_snapshot!(decision("because: {a: audience_false, b: because, c: 7}"), @r#"
    1:53-67 BN813 there is no reason `audience_false` | did you mean `audience-false`? | the reasons are `killed`, `quarantined`, `not-yet`, `ended`, `locale`, `audience-false`, `audience-unknown`, `contract`, `holdout`, `rollout`, `cap`, `dismissed`, `clicked`, `outranked`
    1:72-79 BN813 there is no reason `because` | the reasons are `killed`, `quarantined`, `not-yet`, `ended`, `locale`, `audience-false`, `audience-unknown`, `contract`, `holdout`, `rollout`, `cap`, `dismissed`, `clicked`, `outranked`
    1:84-85 BN806 a reason must be text, the number `7` found | write it in quotes: "7"
    "#);
    assert_snapshot!(decision("because: {a: cap, b: killed, c: outranked}"), @"
    1:53-56 BN813 `cap` counts only after the gates | add `after_gates: true` to the test
    1:72-81 BN813 `outranked` counts only after the gates | add `after_gates: true` to the test
    ");
    assert_snapshot!(decision("hides: [a], because: a, after_gates: yes"), @"
    1:61-62 BN806 `because` must be a map (`name: value`), the text `a` found
    1:77-80 BN806 `after_gates` must be `true` or `false`, the text `yes` found
    ");
}

#[test]
fn sources_that_are_wrong() {
    assert_snapshot!(source("derives: {a.b: 1}"), @"1:4-8 BN804 the test has no `document` and no `row` | add the raw object: `document: {…}`, or a CSV row: `row: {…}`");
    assert_snapshot!(source("derives: {a.b: 1}, document: {}, row: {}"), @"1:69-71 BN813 a test has a `document` or a `row`, not both | make two tests of it");
    assert_snapshot!(source("derives: {a.b: {c: 1}}, document: [1], as_of: x"), @"
    1:77-78 BN809 `as_of`: `x` is no time: write it like `2026-05-04T12:00:00Z`
    1:65-68 BN806 `document` must be a map (`name: value`), a list found
    1:46-52 BN806 the fact `a.b` must be a single value, a map found
    ");
    assert_snapshot!(source("derives: [a.b], row: {a: [1]}"), @"
    1:56-59 BN806 a cell must be a single value, a list found
    1:40-45 BN806 `derives` must be a map (`name: value`), a list found
    ");
    assert_snapshot!(source("derives: {a.b: 1}, document: {}, now: 2026-05-04T12:00:00Z, shows: [a]"), @"
    1:69-89 BN813 `now` is for accounts, and this test reads a raw object | make two tests of it
    1:98-101 BN813 `shows` is for accounts, and this test reads a raw object | make two tests of it
    ");
    assert_snapshot!(load("- {name: x, document: {}, derives: {a.b: 1}}").1, @"1:4-8 BN804 a test has no `source` | add `source: …`");
}

proptest! {
    #[test]
    fn reading_never_panics(text in soup()) {
        load(&text);
        decision(&text);
        source(&text);
        for key in ["facts", "history", "shows", "because"] {
            decision(&format!("{key}: {{a: {text}}}"));
        }
    }
}
