//! `banneret test --mutate`: which changes of the rules nobody would notice.

use serde_json::Value;

use crate::desk::{Desk, Ran};
use crate::schemas::assert_described;

/// Every changed rule, from the JSON.
fn mutants(ran: &Ran) -> Vec<Value> {
    let json = ran.json();
    json["mutants"]["mutants"].as_array().unwrap().clone()
}

/// What came of one change.
fn outcome(all: &[Value], rule: &str, change: &str) -> String {
    let found = all
        .iter()
        .find(|found| found["rule"]["name"] == rule && found["change"] == change);
    let found = found.unwrap_or_else(|| {
        let has: Vec<_> = all.iter().map(|found| &found["change"]).collect();
        panic!("{rule} has no {change}: {has:#?}")
    });
    found["outcome"].as_str().unwrap().to_owned()
}

/// A small book whose banner says nothing of payments, so that only its tests guard it.
fn greeting(audience: &str) -> Desk {
    let desk = Desk::new();
    desk.write(
        "book/rules.banner",
        format!(
            "message greeting:\n\nbanner hello:\n  message greeting\n  audience {audience}\n  \
             placement top\n  copy hello\n  owner \"growth\"\n"
        ),
    );
    desk.write("book/tests/hello.yaml", "");
    desk
}

/// The kinds of changes that a rule has, and what they say.
fn changes(audience: &str) -> Vec<String> {
    let all = mutants(&greeting(audience).run("test book --mutate --format json"));
    let said = all.iter().map(|found| {
        format!(
            "{}: {}",
            found["operator"].as_str().unwrap(),
            found["change"].as_str().unwrap()
        )
    });
    said.collect()
}

#[test]
fn what_nobody_notices_is_told_with_a_test() {
    insta::assert_snapshot!(Desk::new().run("test book --mutate").all());
}

#[test]
fn every_kind_of_change_is_made() {
    let rules = [
        "(plan.seats > 3 and viewer.role == owner or not billing.retry_planned)",
        "(billing.dunning_state in {clear, stopped}) no older than 1h",
        "billing.oldest_due_at between 2 and 4 days ago",
        "billing.oldest_due_at before 2026-03-01 or billing.oldest_due_at after 2026-03-01T12:00:00+01:00",
        "plan.seats between 3 and 4 and plan.features has any of {\"sso\", \"api\"}",
        "billing.retry_planned is known and billing.oldest_due_at in the next 3 hours",
    ];
    let all = rules.map(|rule| format!("{rule}\n  {}\n", changes(rule).join("\n  ")));
    insta::assert_snapshot!(all.concat());
}

/// The words between conditions, not those of comments.
#[test]
fn comments_are_left_alone() {
    let audience =
        "plan.seats > 3 # this and that\n    # or and\n    and # and\n    viewer.role == owner";
    let all = mutants(&greeting(audience).run("test book --mutate --format json"));
    let joint = all
        .iter()
        .find(|found| found["operator"] == "joint")
        .unwrap();
    let after = joint["after"].as_str().unwrap();
    assert_eq!(after, "    or # and");
}

#[test]
fn tests_to_paste_notice_what_nothing_noticed() {
    for desk in [
        Desk::new(),
        greeting(
            "plan.seats > 3 and (viewer.role == owner or plan.features has \"sso\") and not (billing.oldest_due_at in the last 3 days) and (billing.retry_planned or viewer.role is unknown) no older than 10m",
        ),
    ] {
        let all = mutants(&desk.run("test book --mutate --format json"));
        let is_new =
            |found: &&Value| found["outcome"] == "missed" && found["noticed_with"].is_null();
        let new = all
            .iter()
            .filter(is_new)
            .map(|found| found["test"].as_str().unwrap());
        let tests: String = new.collect();
        assert!(!tests.is_empty());
        desk.write("book/tests/pasted.yaml", tests);
        let ran = desk.run("test book --mutate --max-missed 0");
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(ran.out.contains(", 0 missed"), "{}", ran.out);
    }
}

#[test]
fn the_limit_decides_how_it_ends() {
    let desk = Desk::new();
    let missed = desk.run("test book --mutate --format json").json();
    let missed = missed["mutants"]["summary"]["missed"].as_u64().unwrap();
    assert!(missed > 0);
    assert_eq!(desk.run("test book --mutate").code, 0);
    let at_most = |most| {
        desk.run(&format!("test book --mutate --max-missed {most}"))
            .code
    };
    assert_eq!((at_most(missed), at_most(missed - 1)), (0, 1));
    assert_eq!(desk.run("test book --max-missed 3").code, 2);
}

#[test]
fn proof_tests_and_nobody() {
    let desk = Desk::new();
    let all = mutants(&desk.run("test book --mutate --format json"));
    assert_eq!(
        outcome(&all, "failed", "`in_dunning` dropped"),
        "caught_by_proof"
    );
    assert_eq!(
        outcome(
            &all,
            "hello",
            "`plan.seats between 2 and 10` turned into `between 2 and 11`"
        ),
        "missed"
    );
    desk.write(
        "book/tests/more.yaml",
        "- {name: eleven, now: 2026-05-04T12:00:00Z, facts: {plan.seats: 11}, hides: [hello]}\n",
    );
    let all = mutants(&desk.run("test book --mutate --format json"));
    assert_eq!(
        outcome(
            &all,
            "hello",
            "`plan.seats between 2 and 10` turned into `between 2 and 11`"
        ),
        "caught_by_tests"
    );
}

/// A test that looks at the gates notices that one banner now stands before another.
#[test]
fn a_test_behind_the_gates_notices_too() {
    let desk = greeting("plan.seats > 5\n  priority 9");
    let rules = desk.read("book/rules.banner");
    let second = "\nbanner second:\n  message greeting\n  audience viewer.role is known\n  placement top\n  copy hello\n  owner \"growth\"\n";
    desk.write("book/rules.banner", rules + second);
    let case = |gates| {
        format!(
            "- {{name: five, now: 2026-05-04T12:00:00Z, facts: {{plan.seats: 5, viewer.role: owner}}, shows: [second], after_gates: {gates}}}\n"
        )
    };
    let change = "`plan.seats > 5` turned into `>= 5`";
    for (gates, wanted) in [(false, "missed"), (true, "caught_by_tests")] {
        desk.write("book/tests/hello.yaml", case(gates));
        let all = mutants(&desk.run("test book --mutate --format json"));
        assert_eq!(outcome(&all, "hello", change), wanted);
    }
}

/// A looser contract shows nobody anything; a tighter one is caught.
#[test]
fn what_a_message_requires_is_changed_too() {
    let desk = greeting("plan.seats > 5");
    desk.edit(
        "book/rules.banner",
        "message greeting:\n",
        "message greeting:\n  requires plan.seats > 3\n",
    );
    let ran = desk.run("test book --mutate");
    assert!(
        ran.out.contains("`banneret lint --against` tells"),
        "{}",
        ran.out
    );
    let all = mutants(&desk.run("test book --mutate --format json"));
    assert_eq!(
        outcome(&all, "greeting", "`plan.seats > 3` turned into `>= 3`"),
        "equivalent"
    );
    desk.edit(
        "book/rules.banner",
        "audience plan.seats > 5",
        "audience plan.seats > 3",
    );
    let all = mutants(&desk.run("test book --mutate --format json"));
    assert_eq!(
        outcome(&all, "greeting", "`plan.seats > 3` turned into `> 4`"),
        "caught_by_proof"
    );
}

/// A banner that does not keep its contract as it is: no change is said to be caught by that.
#[test]
fn a_banner_that_is_withheld_anyway_catches_nothing() {
    let desk = Desk::new();
    desk.edit("book/rules.banner", "in_dunning\n             and ", "");
    let all = mutants(&desk.run("test book --mutate --format json"));
    let of_failed = all.iter().filter(|found| found["rule"]["name"] == "failed");
    let outcomes: Vec<_> = of_failed
        .map(|found| found["outcome"].as_str().unwrap())
        .collect();
    assert!(
        !outcomes.is_empty() && !outcomes.contains(&"caught_by_proof"),
        "{outcomes:?}"
    );
}

/// Rules of thousands of conditions come to an end, and it is said what was not looked at.
#[test]
fn rules_that_are_too_long_are_not_passed_over_in_silence() {
    let many = (0..800).map(|at| format!("plan.seats < {}", 1_000 - at));
    let many: Vec<_> = many.collect();
    let desk = greeting(&many.join("\n    and "));
    let ran = desk.run("test book --mutate --max-missed 1000000");
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.contains("not tried, in rules that are too long"),
        "{}",
        ran.out
    );
}

#[test]
fn the_json_is_as_its_schema_says() {
    let desk = Desk::new();
    assert_described(
        "test",
        [desk.run("test book --mutate --coverage --format json").out],
    );
}

/// Nobody weakens a rule of the shipped books unnoticed.
#[test]
fn the_shipped_books_miss_nothing() {
    for book in ["rules", "examples/credit-card"] {
        let desk = Desk::with_shipped(book);
        let ran = desk.run("test book --mutate --max-missed 0");
        assert_eq!(ran.code, 0, "{}", ran.out);
        assert!(!ran.out.contains("\n0 changed rules"), "{}", ran.out);
    }
}
