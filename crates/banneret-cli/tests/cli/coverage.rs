//! `banneret test --coverage`: which conditions the tests of a book decide, and which way.

use serde_json::Value;

use crate::desk::Desk;
use crate::schemas::assert_described;

/// A condition of a rule, from the JSON.
fn condition<'j>(json: &'j Value, rule: &str, text: &str) -> &'j Value {
    let rules = json["coverage"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|found| found["name"] == rule).unwrap();
    let conditions = rule["conditions"].as_array().unwrap();
    let found = conditions.iter().find(|found| found["text"] == text);
    found.unwrap_or_else(|| panic!("{rule}"))
}

#[test]
fn conditions_are_told_with_their_places() {
    insta::assert_snapshot!(Desk::new().run("test book --coverage").all());
}

#[test]
fn a_test_counts_for_the_banners_that_it_names() {
    let desk = Desk::new();
    // The second account has a role too, and its test names `hello` only.
    desk.edit(
        "book/tests/hello.yaml",
        "facts: {plan.seats: 300}",
        "facts: {plan.seats: 300, viewer.role: agent}",
    );
    let json = desk.run("test book --coverage --format json").json();
    let payers = condition(&json, "payers", "viewer.role in {owner, admin}");
    assert_eq!((&payers["true"], &payers["false"]), (&1.into(), &0.into()));
    desk.edit(
        "book/tests/hello.yaml",
        "hides: [hello]",
        "hides: [hello, failed]",
    );
    let json = desk.run("test book --coverage --format json").json();
    let payers = condition(&json, "payers", "viewer.role in {owner, admin}");
    assert_eq!((&payers["true"], &payers["false"]), (&1.into(), &1.into()));
}

#[test]
fn an_age_around_a_condition_counts() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "and payers",
        "and (in_dunning) no older than 5m\n             and payers",
    );
    desk.edit(
        "book/tests/hello.yaml",
        "2026-05-03T11:00:00Z",
        "2026-05-04T11:00:00Z",
    );
    let json = desk.run("test book --coverage --format json").json();
    let rules = json["coverage"]["rules"].as_array().unwrap().iter();
    let failed = rules.clone().find(|rule| rule["name"] == "failed").unwrap();
    let asked: Vec<_> = failed["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["text"] == "in_dunning")
        .collect();
    let counts = |of: &Value| {
        (
            of["true"].as_u64().unwrap(),
            of["unknown"].as_u64().unwrap(),
        )
    };
    assert_eq!(
        asked.iter().map(|of| counts(of)).collect::<Vec<_>>(),
        [(1, 0), (0, 1)]
    );
}

#[test]
fn a_rule_that_no_banner_hangs_on_is_never_asked() {
    let desk = Desk::new();
    desk.write("book/more.banner", "segment idle: plan.seats > 3\n");
    let ran = desk.run("test book --coverage");
    assert_eq!(ran.code, 0);
    assert!(
        ran.out
            .contains("! book/more.banner:1  never asked: plan.seats > 3\n"),
        "{}",
        ran.out
    );
}

#[test]
fn the_json_is_as_its_schema_says() {
    assert_described(
        "test",
        [Desk::new().run("test book --coverage --format json").out],
    );
}

/// Each condition of the shipped book is true in one of its tests and false in another.
#[test]
fn the_shipped_book_is_covered() {
    let json = Desk::with_shipped("rules")
        .run("test book --coverage --format json")
        .json();
    let summary = &json["coverage"]["summary"];
    assert_eq!(summary["conditions"], summary["both_ways"]);
    assert!(summary["conditions"].as_u64() > Some(40), "{summary}");
}
