//! `docs/lints` is made from the pages that `banneret explain` prints, and is as they are.
//!
//! After a change of a page, `BANNERET_WRITE_DOCS=1 cargo test -p banneret-cli --test lints`
//! writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use banneret::{Code, Level};

const HOW: &str = "`BANNERET_WRITE_DOCS=1 cargo test -p banneret-cli --test lints` writes it anew";

/// The first digit of a code says what it is about.
const GROUPS: &[(&str, &str)] = &[
    (
        "BN0",
        "The truth of what is said: always errors, and nothing hides or waives them",
    ),
    ("BN1", "Facts and types"),
    ("BN2", "What is unknown, and what is old"),
    ("BN3", "Logic"),
    ("BN4", "Delivery: when, how often and for how long"),
    ("BN5", "Words"),
    ("BN6", "Tests"),
    ("BN7", "Order in the house"),
    ("BN8", "Reading a rule book"),
];

const HEADINGS: [&str; 4] = [
    "## What it finds",
    "## Why it matters",
    "## Example",
    "## What to do",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lints")
}

fn level(code: &Code) -> &'static str {
    match (code.level, code.firm) {
        (Level::Error, true) => "error, the book does not load",
        (Level::Error, false) => "error",
        (Level::Warning, _) => "warning",
    }
}

fn page(code: &Code) -> String {
    let mut summary = code.summary.to_owned();
    if let Some(first) = summary.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!(
        "# {} {}\n\n{summary}. Level: {}.\n\n{}\n",
        code.id,
        code.name,
        level(code),
        code.page.trim_end()
    )
}

fn index(codes: &[&Code]) -> String {
    let mut text = String::from(
        "# What lint finds\n\n\
         Each has a code that never changes, a name and a page, which `banneret explain CODE` prints\n\
         too. The manifest (`lint: {BN303: error}`) and `banneret lint --level BN303=error` say how bad\n\
         a finding is, but for those that keep a book from loading and those that guard the truth. These\n\
         pages are made from those in the code: change them there.\n",
    );
    for (prefix, about) in GROUPS {
        _ = write!(
            text,
            "\n## {about}\n\n| code | name | level | finds |\n|---|---|---|---|\n"
        );
        for code in codes.iter().filter(|code| code.id.starts_with(prefix)) {
            let (id, name, level, summary) = (code.id, code.name, level(code), code.summary);
            _ = writeln!(text, "| [{id}]({id}.md) | {name} | {level} | {summary} |");
        }
    }
    text
}

fn wanted() -> BTreeMap<String, String> {
    let codes = banneret_lint::codes();
    let pages = codes
        .iter()
        .map(|code| (format!("{}.md", code.id), page(code)));
    pages
        .chain([("README.md".to_owned(), index(&codes))])
        .collect()
}

fn written() -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder()).into_iter().flatten().flatten();
    let files = entries.map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(entry.path()).unwrap())
    });
    files.collect()
}

#[test]
fn the_pages_in_docs_are_those_of_the_code() {
    let wanted = wanted();
    if std::env::var_os("BANNERET_WRITE_DOCS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(folder()).unwrap();
        for gone in written().keys().filter(|name| !wanted.contains_key(*name)) {
            std::fs::remove_file(folder().join(gone)).unwrap();
        }
        for (name, text) in &wanted {
            std::fs::write(folder().join(name), text).unwrap();
        }
    }
    let written = written();
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&wanted), "docs/lints: {HOW}");
    for (name, text) in &wanted {
        assert!(
            written[name] == *text,
            "docs/lints/{name} is not as its page: {HOW}"
        );
    }
}

#[test]
fn every_code_stands_in_one_group() {
    for code in banneret_lint::codes() {
        let groups = GROUPS
            .iter()
            .filter(|(prefix, _)| code.id.starts_with(prefix));
        assert_eq!(groups.count(), 1, "{}", code.id);
    }
}

#[test]
fn every_page_says_what_why_how_and_what_to_do() {
    for code in banneret_lint::codes() {
        let headings = code.page.lines().filter(|line| line.starts_with('#'));
        assert_eq!(
            headings.collect::<Vec<_>>(),
            HEADINGS,
            "the page of {}",
            code.id
        );
        let mut rest = code.page;
        for (heading, next) in HEADINGS.iter().zip(HEADINGS.iter().skip(1).chain([&"\0"])) {
            let (_, after) = rest.split_once(heading).unwrap();
            let body = after.split(next).next().unwrap_or_default();
            assert!(
                !body.trim().is_empty(),
                "{}: nothing under {heading}",
                code.id
            );
            rest = after;
        }
        let example = code.page.split("## Example").nth(1).unwrap();
        assert!(
            example.contains("```"),
            "{}: the example is no code",
            code.id
        );
        assert!(
            code.page.len() < 4_000,
            "{}: nobody reads that much",
            code.id
        );
    }
}
