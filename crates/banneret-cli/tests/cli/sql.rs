//! `banneret sql`: what is asked, and what is refused.

use crate::desk::{Desk, NOW};

const DIALECTS: [&str; 5] = ["spark", "duckdb", "postgres", "clickhouse", "datafusion"];

#[test]
fn every_question_is_written_in_every_dialect() {
    let desk = Desk::new();
    desk.keep_as("old");
    desk.edit("book/rules.banner", "between 2 and 10", "between 2 and 9");
    for dialect in DIALECTS {
        for (ask, says) in [
            ("", "'count'"),
            (" count", "'count'"),
            (" breakdown", "billing.dunning_state"),
            (" breakdown --by plan.features,viewer.role", "plan.features"),
            (" sample 7", "LIMIT 7"),
            (" answers", "'unknown'"),
            (" diff old", "stayed"),
        ] {
            let ran = desk.run(&format!(
                "sql failed --book book --dialect {dialect} --now {NOW}{ask}"
            ));
            assert_eq!(ran.code, 0, "{dialect}{ask}: {}", ran.err);
            assert!(ran.out.contains(says), "{dialect}{ask}: {}", ran.out);
            assert!(ran.out.contains("audience and contract"), "{}", ran.out);
        }
    }
}

#[test]
fn a_banner_is_asked_with_its_contract_and_a_segment_by_itself() {
    let desk = Desk::new();
    let banner = desk.run("sql failed --book book --dialect duckdb").out;
    // Only the contract asks about the books.
    assert!(banner.contains("billing.dunning_state"), "{banner}");
    let segment = desk
        .run("sql payers --book book --dialect duckdb answers")
        .out;
    assert!(segment.contains("'owner', 'admin'"), "{segment}");
    assert!(!segment.contains("billing."), "{segment}");
    let words = ["sql", "--book", "book", "--dialect", "duckdb", "--where"];
    let ran = desk.run_with(
        &[&words[..], &["plan.seats > 3 /* not payers"]].concat(),
        "",
    );
    assert_eq!(ran.code, 2, "{}", ran.out);
    let ran = desk.run_with(&[&words[..], &["not payers"], &["answers"]].concat(), "");
    assert!(
        ran.out.starts_with("/* banneret sql: an expression"),
        "{}",
        ran.out
    );
}

#[test]
fn what_cannot_be_asked_is_told() {
    let desk = Desk::new();
    for (words, says) in [
        (
            "sql --book book --dialect duckdb",
            "name a banner or a segment",
        ),
        (
            "sql failled --book book --dialect duckdb",
            "did you mean `failed`?",
        ),
        (
            "sql greeting --book book --dialect duckdb",
            "preview what says it",
        ),
        ("sql failed --book book", "--dialect"),
        ("sql failed --book book --dialect oracle", "possible values"),
        (
            "sql failed --book book --dialect duckdb breakdown --by plan.seat",
            "did you mean `plan.seats`?",
        ),
        (
            "sql failed --book book --dialect duckdb diff nowhere",
            "nowhere",
        ),
    ] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{words}");
        assert!(ran.err.contains(says), "{words}: {}", ran.err);
        assert_eq!(ran.out, "", "{words}");
    }
    let manifest = desk.read("book/banneret.yaml");
    desk.write(
        "book/banneret.yaml",
        format!("{manifest}warehouse: {{table: a.b}}\n"),
    );
    let ran = desk.run("sql failed --book book --dialect spark");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("goes stale"), "{}", ran.err);
    let columns = "warehouse: {table: a.b, as_of: at, columns: {plan.seat: seats}}\n";
    desk.write("book/banneret.yaml", format!("{manifest}{columns}"));
    let ran = desk.run("lint book");
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("`plan.seat` is no fact of this rule book"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("did you mean `plan.seats`?"),
        "{}",
        ran.out
    );
}
