//! The incident that this project exists for, replayed: a banner that says "your payment failed"
//! loses the one line that keeps it from people in good standing.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::{Desk, NOW, Ran};

/// The shipped rule book without the line that says `in_dunning`.
fn without_the_guard() -> Desk {
    let desk = Desk::with_shipped("rules");
    let well = desk.run(&format!("lint book --now {NOW}"));
    assert_eq!(well.code, 0, "{}", well.all());
    assert!(!well.out.contains("BN001"), "{}", well.all());
    desk.edit(
        "book/dunning.banner",
        "  in_dunning\n  and billing.last_attempt_result",
        "  billing.last_attempt_result",
    );
    desk
}

fn lint(desk: &Desk) -> Ran {
    desk.run(&format!("lint book --format json --now {NOW}"))
}

fn findings(ran: &Ran, code: &str) -> Vec<Value> {
    let document = ran.json();
    let all = document["findings"].as_array().unwrap().iter();
    all.filter(|finding| finding["code"] == code)
        .cloned()
        .collect()
}

/// A counterexample as the line of an account.
fn account(finding: &Value) -> String {
    json!({"id": "example", "facts": finding["counterexample"]["facts"]}).to_string()
}

#[test]
fn without_its_guard_the_rule_does_not_pass_and_one_account_shows_why() {
    let desk = without_the_guard();
    let ran = lint(&desk);
    assert_eq!(ran.code, 1, "{}", ran.all());
    let found = findings(&ran, "BN001");
    let banners: Vec<_> = found
        .iter()
        .map(|finding| finding["banner"].as_str().unwrap())
        .collect();
    assert_eq!(banners, ["payment_failed_first", "payment_failed_second"]);
    for finding in &found {
        assert_eq!(finding["level"], "error");
        assert_eq!(finding["requirement"], "(in_dunning) no older than 24h");
        let state = &finding["counterexample"]["facts"]["billing.dunning_state"];
        assert_eq!(state["value"], "clear", "{finding:#}");
    }
    assert_snapshot!(
        "incident",
        desk.run(&format!("lint book --select BN001 --now {NOW}"))
            .all()
    );
}

#[test]
fn its_counterexample_replays_through_decide_and_preview() {
    let desk = without_the_guard();
    for finding in findings(&lint(&desk), "BN001") {
        let banner = finding["banner"].as_str().unwrap();
        let now = finding["counterexample"]["now"].as_str().unwrap();
        let line = account(&finding);
        let words = ["decide", "book", "--accounts", "-", "--why", "--now", now];
        let decided = desk.run_with(&words, &format!("{line}\n"));
        assert_eq!(decided.code, 0, "{}", decided.all());
        let decided = decided.json();
        assert_eq!(
            decided["why"][banner]["reason"], "quarantined",
            "{decided:#}"
        );
        assert_eq!(
            decided["why"][banner]["audience"]["truth"], "true",
            "{decided:#}"
        );
        assert_eq!(
            decided["why"][banner]["contract"]["truth"], "false",
            "{decided:#}"
        );
        assert_eq!(
            (&decided["matches"], &decided["shows"]),
            (&json!([]), &json!([]))
        );
        for (audience, number) in [("owes_a_charge and managers", 1), ("in_dunning", 0)] {
            let words = [
                "preview",
                "--book",
                "book",
                "--accounts",
                "-",
                "--where",
                audience,
            ];
            let words = [&words[..], &["--now", now, "--format", "json"]].concat();
            let counted = desk.run_with(&words, &format!("{line}\n")).json();
            assert_eq!(
                counted["audiences"][0]["true"], number,
                "{audience}: {line}"
            );
        }
    }
}

#[test]
fn whoever_asks_is_told_that_it_is_withheld() {
    let desk = without_the_guard();
    desk.write("nobody.ndjson", "");
    for words in [
        format!("decide book --accounts nobody.ndjson --now {NOW}"),
        format!("preview --book book --accounts nobody.ndjson --now {NOW}"),
        format!("check book --now {NOW}"),
        "test book".to_owned(),
    ] {
        let ran = desk.run(&words);
        let told = ran.err.lines().filter(|line| line.contains("is withheld"));
        assert_eq!(told.count(), 2, "{words}: {}", ran.all());
        assert!(
            ran.err.contains("(BN001)") && ran.err.contains("`banneret lint`"),
            "{}",
            ran.err
        );
    }
    let ran = desk.run("explain payment_failed_first --book book");
    assert!(
        ran.out.contains("It is withheld (quarantined)"),
        "{}",
        ran.all()
    );
    assert!(
        ran.out.contains("billing.dunning_state = clear"),
        "{}",
        ran.all()
    );
    let other = desk.run("explain incident_notice --book book");
    assert!(!other.out.contains("withheld"), "{}", other.all());
}

#[test]
fn check_shows_the_account_and_who_is_withheld() {
    let desk = without_the_guard();
    let accounts = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/accounts.ndjson"
    );
    desk.write(
        "accounts.ndjson",
        std::fs::read_to_string(accounts).unwrap(),
    );
    let ran = desk.run(&format!(
        "check book --accounts accounts.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 1);
    assert_snapshot!("incident_check", ran.all());
}

/// "Not paid duly" instead of "late": most of those cards are not late at all.
#[test]
fn with_the_lint_skipped_the_engine_tells_none_of_the_real_people() {
    if banneret_corpus::shared("data/credit-card-30k/accounts.csv").is_none() {
        return;
    }
    let accounts = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/credit-card-30k/accounts.csv"
    );
    let desk = Desk::with_shipped("examples/credit-card");
    let decide = || {
        desk.run(&format!(
            "decide book --source credit-card --accounts {accounts} --now {NOW}"
        ))
    };
    let told = |ran: &Ran| ran.out.matches("\"banner\":\"card_payment_late\"").count();
    let before = decide();
    assert_eq!((before.code, told(&before)), (0, 6_818), "{}", before.err);
    assert_eq!(lint(&desk).code, 0);

    desk.edit(
        "book/cards.banner",
        "audience   in_dunning",
        "audience   not_paid_duly",
    );
    let ran = lint(&desk);
    assert_eq!(ran.code, 1, "{}", ran.all());
    let found = findings(&ran, "BN001");
    let facts = &found[0]["counterexample"]["facts"];
    assert_eq!(facts["card.standing"]["value"], "on_time", "{facts:#}");
    assert_snapshot!(
        "incident_cards",
        desk.run(&format!("lint book --select BN001 --now {NOW}"))
            .all()
    );

    let after = decide();
    assert_eq!(
        (after.code, after.out.lines().count()),
        (0, 30_000),
        "{}",
        after.err
    );
    assert_eq!(told(&after), 0);
    assert!(
        after.err.contains("card_payment_late is withheld"),
        "{}",
        after.err
    );
}

/// `docs/proving.md` shows what lint says of the incident, to the letter.
#[test]
fn the_documented_incident_is_what_lint_says() {
    let ran = without_the_guard().run(&format!("lint book --now {NOW}"));
    let first = ran.out.split("\n\n").next().unwrap_or_default();
    let first = first.replace("book/dunning.banner", "copy/dunning.banner");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/proving.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains(&first),
        "docs/proving.md does not show this:\n{first}"
    );
}
