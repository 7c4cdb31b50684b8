//! Findings of an old book that are not told again, and those that always are.

use crate::desk::{Desk, Ran};
use crate::schemas::assert_described;
use crate::tools::quiet;

const MIXED: &str = "plan.seats > 2 and plan.seats < 9 or plan.seats == 20";

/// A book with a lint, and its baseline.
fn old_book() -> Desk {
    let desk = quiet();
    desk.edit("book/rules.banner", "plan.seats between 2 and 10", MIXED);
    let ran = desk.run("lint book --write-baseline known.json");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.err.contains("1 finding written to known.json"),
        "{}",
        ran.err
    );
    desk
}

fn with_baseline(desk: &Desk) -> Ran {
    desk.run("lint book --baseline known.json --format json")
}

#[test]
fn what_is_known_is_counted_and_not_told() {
    let desk = old_book();
    assert_described("baseline", [desk.read("known.json")]);
    assert_eq!(desk.run("lint book").code, 1);
    let ran = desk.run("lint book --baseline known.json");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        "book: no errors, no warnings; 1 finding in the baseline\n"
    );
    // Where the lines have moved, and the layout has changed.
    let rules = desk
        .read("book/rules.banner")
        .replace("< 9 or", "< 9\n             or");
    desk.write("book/rules.banner", format!("# A line.\n\n{rules}"));
    let ran = with_baseline(&desk);
    assert_eq!(
        (ran.code, ran.json()["baseline"]["findings"].as_u64()),
        (0, Some(1))
    );
    assert_described("lint", [ran.out]);
}

#[test]
fn what_is_new_is_told() {
    let desk = old_book();
    desk.edit("book/rules.banner", "plan.seats < 9", "plan.seats < 8");
    let ran = with_baseline(&desk);
    assert_eq!((ran.code, ran.codes()), (1, vec!["BN106".to_owned()]));
    // The same words once more, in another banner, are another finding.
    let desk = old_book();
    let rules = desk.read("book/rules.banner");
    let hello = &rules[rules.find("banner hello").unwrap()..];
    let twin = hello.replace("banner hello", "banner twin");
    desk.write("book/rules.banner", format!("{rules}\n{twin}"));
    assert!(with_baseline(&desk).codes().contains(&"BN106".to_owned()));
}

#[test]
fn nothing_that_guards_the_truth_is_written_or_hidden() {
    let desk = old_book();
    desk.edit("book/rules.banner", "in_dunning", "plan.seats > 3");
    let ran = desk.run("lint book --write-baseline known.json --format json");
    assert_eq!(ran.code, 1);
    assert!(ran.codes().contains(&"BN001".to_owned()), "{}", ran.out);
    assert!(ran.err.contains("cannot be in a baseline"), "{}", ran.err);
    assert!(ran.err.contains("BN001"), "{}", ran.err);
    let known = desk.read("known.json");
    assert!(!known.contains("BN00"), "{known}");
    let findings = ran.json()["findings"].clone();
    let untrue = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["code"] == "BN001");
    let fingerprint = untrue.unwrap()["fingerprint"].as_str().unwrap();
    // Written into the file by hand, as what it is: refused.
    let entry = |code: &str| {
        format!(
            r#"{{"banneret":1,"findings":[{{"code":"{code}","file":null,"banner":null,"message":"","fingerprint":"{fingerprint}"}}]}}"#
        )
    };
    for code in ["BN001", "BN010", "BN101"] {
        desk.write("known.json", entry(code));
        let ran = with_baseline(&desk);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(
            ran.err.contains(code) && ran.err.contains("cannot be in a baseline"),
            "{}",
            ran.err
        );
    }
    // Under another code: it hides nothing.
    desk.write("known.json", entry("BN303"));
    let ran = with_baseline(&desk);
    assert!(ran.codes().contains(&"BN001".to_owned()), "{}", ran.out);
    assert_eq!(
        (ran.code, ran.json()["baseline"]["findings"].as_u64()),
        (1, Some(0))
    );
}

#[test]
fn a_book_that_does_not_load_has_no_baseline_and_is_not_hidden_by_one() {
    let desk = old_book();
    let known = desk.read("known.json");
    desk.edit("book/rules.banner", "plan.seats == 20", "plan.seets == 20");
    let ran = with_baseline(&desk);
    assert_eq!((ran.code, ran.codes()), (1, vec!["BN101".to_owned()]));
    assert_eq!(ran.err, "", "of what was not looked for nothing is stale");
    let ran = desk.run("lint book --write-baseline known.json");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nothing was written"), "{}", ran.err);
    assert_eq!(desk.read("known.json"), known);
}

#[test]
fn stale_entries_are_told_and_can_be_taken_out() {
    let desk = old_book();
    desk.edit("book/rules.banner", MIXED, "plan.seats between 2 and 10");
    let off = desk.run("lint book --baseline known.json --level BN106=off");
    assert_eq!(off.err, "");
    let ran = with_baseline(&desk);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("nothing matches any more"), "{}", ran.err);
    assert_eq!(ran.json()["baseline"]["stale"][0]["code"], "BN106");
    assert_described("lint", [ran.out]);
    // A new finding beside it is not let in by taking out the old one.
    let words = "plan.seats > 2 and plan.seats < 8 or plan.seats == 30";
    desk.edit("book/rules.banner", "plan.seats between 2 and 10", words);
    let ran = desk.run("lint book --baseline known.json --write-baseline known.json");
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(!desk.read("known.json").contains("BN106"));
    assert_eq!(with_baseline(&desk).err, "");
}

#[test]
fn a_baseline_that_cannot_be_is_refused() {
    let desk = old_book();
    desk.write("odd.json", "{\"banneret\": 1}");
    desk.write("new.json", "{\"banneret\": 2, \"findings\": []}");
    for (options, wanted) in [
        ("--baseline none.json", "cannot read none.json"),
        ("--baseline odd.json", "odd.json is no baseline"),
        ("--baseline new.json", "edition 2"),
        ("--write-baseline book/known.json", "book/.known.json"),
        (
            "--write-baseline book/tests/known.json",
            "a part of the rule book",
        ),
        (
            "--write-baseline none/known.json",
            "cannot write none/known.json",
        ),
        (
            "--write-baseline known.json --select BN106",
            "cannot be used with",
        ),
    ] {
        let ran = desk.run(&format!("lint book {options}"));
        assert_eq!(ran.code, 2, "{options}: {}", ran.all());
        assert!(ran.err.contains(wanted), "{options}: {}", ran.err);
    }
    let ran = desk.run("lint book --write-baseline book/.known.json");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(desk.run("lint book --baseline book/.known.json").code, 0);
}

#[test]
fn what_is_not_asked_for_is_not_counted() {
    let desk = old_book();
    let ran = desk.run("lint book --baseline known.json --select BN301");
    assert_eq!(ran.err, "");
    assert!(
        ran.out.contains("; 0 findings in the baseline"),
        "{}",
        ran.out
    );
}

/// A banner has its name for itself, in whichever file it stands.
#[test]
fn what_is_said_of_a_banner_is_known_in_another_file() {
    let desk = quiet();
    desk.edit("book/rules.banner", "  cap        1 ever\n", "");
    desk.run("lint book --write-baseline known.json");
    let rules = desk.read("book/rules.banner");
    let (rest, hello) = rules.split_at(rules.find("banner hello").unwrap());
    desk.write("book/rules.banner", rest);
    desk.write("book/more/hello.banner", hello);
    assert_eq!(desk.run("lint book --format json").codes(), ["BN402"]);
    let ran = with_baseline(&desk);
    assert_eq!((ran.codes(), ran.err), (vec![], String::new()));
}

#[test]
fn check_takes_a_baseline_too() {
    let desk = old_book();
    let ran = desk.run("check book");
    assert_eq!(ran.code, 1, "{}", ran.all());
    let ran = desk.run("check book --baseline known.json");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.all());
    let line = "✓ Lint   nothing to say; 1 finding in the baseline\n";
    assert!(ran.out.contains(line), "{}", ran.out);
    // What is new is told, and what guards the truth always.
    desk.edit("book/rules.banner", "in_dunning", "plan.seats > 3");
    let ran = desk.run("check book --baseline known.json");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("error[BN001]"), "{}", ran.out);
    assert_eq!(desk.run("check book --baseline none.json").code, 2);
    desk.edit("book/rules.banner", "plan.seats > 3", "in_dunning");
    desk.edit("book/rules.banner", MIXED, "plan.seats between 2 and 10");
    let ran = desk.run("check book --baseline known.json");
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("nothing matches any more"), "{}", ran.err);
}

/// The freeze through the command: what is changed in it needs a reason in the book, and no file
/// beside the book stands for one.
#[test]
fn a_change_inside_a_freeze_is_in_no_baseline() {
    let desk = quiet();
    let manifest = desk.read("book/banneret.yaml");
    let freeze =
        "freeze: [{from: 2026-05-01, until: 2026-05-08, reason: The week of the trade fair}]\n";
    desk.write("book/banneret.yaml", manifest + freeze);
    desk.keep_as("before");
    desk.edit(
        "book/rules.banner",
        "cap        1 ever",
        "cap        2 ever",
    );
    let lint = |more: &str| desk.run(&format!("lint book --against before {more}"));
    let ran = lint("--now 2026-05-07T23:59:59Z");
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(ran.out.contains("error[BN407]"), "{}", ran.out);
    assert!(
        ran.out.contains("The week of the trade fair"),
        "{}",
        ran.out
    );
    assert_eq!(lint("--now 2026-05-08T00:00:00Z").code, 0);
    let ran = lint("--now 2026-05-04T12:00:00Z --write-baseline known.json");
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(
        ran.err.contains("1 finding of BN407 cannot be in a"),
        "{}",
        ran.err
    );
    assert!(!desk.read("known.json").contains("BN407"));
    let ran = lint("--now 2026-05-04T12:00:00Z --baseline known.json");
    assert_eq!(ran.code, 1, "{}", ran.all());
    let entry = r#"{"banneret":1,"findings":[{"code":"BN407","file":null,"banner":null,"message":"","fingerprint":""}]}"#;
    desk.write("known.json", entry);
    assert_eq!(lint("--baseline known.json").code, 2);
    // A reason in the book is told, and fails nothing.
    let why = "  allow BN407 until 2026-05-08 because \"the portal moves\"\n  cap        2";
    desk.edit("book/rules.banner", "  cap        2", why);
    let ran = lint("--now 2026-05-04T12:00:00Z");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("warning[BN407]"), "{}", ran.out);
    assert!(
        ran.out.contains("says why: the portal moves"),
        "{}",
        ran.out
    );
}
