//! The rule books that are shipped, on real data where it is there.

use std::path::{Path, PathBuf};

use crate::desk::{NOW, Ran, run};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn at_root(words: &str) -> Ran {
    run(&root(), &words.split(' ').collect::<Vec<_>>(), "")
}

/// The real accounts, as seen from the project's root; nothing where they are not there.
fn credit_cards() -> Option<&'static str> {
    banneret_corpus::shared("data/credit-card-30k/accounts.csv")?;
    Some("../shared/data/credit-card-30k/accounts.csv")
}

#[test]
fn the_shipped_books_have_no_mistakes_and_pass_their_tests() {
    for book in ["rules", "examples/credit-card"] {
        for command in ["lint", "test", "fmt --check"] {
            let (command, flag) = command.split_once(' ').unwrap_or((command, ""));
            let ran = at_root(format!("{command} {book} {flag}").trim());
            assert_eq!(ran.code, 0, "{command} {book}: {}", ran.all());
        }
    }
}

#[test]
fn the_first_command_of_the_readme_fits_on_a_screen() {
    let ran = at_root(&format!(
        "check rules --accounts examples/accounts.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 0, "{}", ran.all());
    let lines = ran.out.lines().chain(ran.err.lines());
    assert!(lines.clone().count() <= 40, "{}", ran.all());
    assert!(
        lines.clone().all(|line| line.chars().count() <= 100),
        "{}",
        ran.all()
    );
    assert!(ran.out.contains("Why does"), "{}", ran.all());
    assert!(
        ran.out.contains("0 in good standing, 0 unknown"),
        "{}",
        ran.all()
    );
}

#[test]
fn late_cards_are_counted_as_published() {
    let Some(file) = credit_cards() else { return };
    let words = format!(
        "preview --book examples/credit-card --where in_dunning --source credit-card --accounts {file} --now {NOW}"
    );
    let ran = at_root(&words);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let first = "6,818 of 30,000 accounts (22.7 %) are in this audience (where in_dunning)";
    assert_eq!(ran.out.lines().next(), Some(first));
}

#[test]
fn the_careless_rule_shows_whom_it_would_tell_an_untruth() {
    let Some(file) = credit_cards() else { return };
    let root = root();
    let words = [
        "preview",
        "--book",
        "examples/credit-card",
        "--source",
        "credit-card",
        "--now",
        NOW,
    ];
    let asked = [
        "--accounts",
        file,
        "--where",
        "not card.paid_duly",
        "--by",
        "card.status",
        "--format",
        "json",
    ];
    let ran = run(&root, &[words.as_slice(), &asked].concat(), "");
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let audience = &document["audiences"][0];
    assert_eq!(audience["true"], 24_314);
    assert_eq!(audience["standing"]["good"], 17_496);
    let by = audience["by"].as_array().unwrap().iter();
    let untrue: u64 = by
        .filter(|row| row["values"]["card.status"] != "late")
        .map(|row| row["true"].as_u64().unwrap())
        .sum();
    assert_eq!(untrue, 17_496);
}
