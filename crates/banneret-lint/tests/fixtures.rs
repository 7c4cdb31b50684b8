//! Each lint fires on its fixture and is silent on one that differs by a single token.
//!
//! A fixture is `fixtures/CODE.txt`, or `fixtures/CODE-what.txt`: the files of a rule book, each
//! under a line `--- name`. Exactly one place holds `⟦fires|silent⟧`: with the left token in its
//! place the lint fires, with the right one it does not, and neither gives a finding that the
//! other does not have. What a book needs beside that (manifest, schema with all standard facts,
//! copy for every banner) is filled in where the fixture does not hold it. The text before the
//! first `---` says what is shown. Files under `--- against/name` are those in which the version
//! that the book is compared with differs from it.

use std::collections::BTreeMap;
use std::path::Path;

use banneret::{Book, Checked, Time};
use banneret_lint::Options;

const MANIFEST: &str = "edition: 1\nschema: schema.yaml\nplacements: {top: 1, inline: 2}\ncopy: {dir: copy, source: en, locales: [en]}\n";
/// What a fixture of something else does not bother with, such as a last day and tests.
const LEFT_OUT: &str =
    "lint: {BN402: off, BN403: off, BN404: off, BN601: off, BN602: off, BN701: off, BN702: off}\n";
const SCHEMA: &str = "include: [billing@1, recon@1, operations@1]\n";

fn now() -> Time {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

/// The files of a fixture of that lint, with what it leaves out.
fn files(code: &str, text: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for part in text.split("\n--- ").skip(1) {
        let (name, body) = part.split_once('\n').unwrap_or((part, ""));
        files.insert(name.trim().to_owned(), format!("{body}\n"));
    }
    files.entry("banneret.yaml".into()).or_insert(
        match ["BN4", "BN6", "BN7"].contains(&&code[..3]) {
            true => MANIFEST.to_owned(),
            false => format!("{MANIFEST}{LEFT_OUT}"),
        },
    );
    files.entry("schema.yaml".into()).or_insert(SCHEMA.into());
    let copy = copy(&files);
    files.entry("copy/en.ftl".into()).or_insert(copy);
    files
}

/// Words of the right kind for every banner.
fn copy(files: &BTreeMap<String, String>) -> String {
    let mut copy = String::new();
    let (mut kind, mut seen) = ("", Vec::new());
    let rules = files.iter().filter(|(name, _)| name.ends_with(".banner"));
    for line in rules.flat_map(|(_, text)| text.lines()) {
        let mut words = line.split_whitespace();
        match (line.starts_with([' ', '\t']), words.next(), words.next()) {
            (true, Some("message"), Some(name)) => kind = name,
            (true, Some("copy"), Some(id)) if !seen.contains(&id) => {
                seen.push(id);
                copy += &format!("{id} = Words\n    .kind = {kind}\n");
            }
            _ => {}
        }
    }
    copy
}

fn lint(code: &str, text: &str) -> Checked {
    let options = Options {
        now: now(),
        levels: Vec::new(),
    };
    let (mut book, mut old) = (files(code, text), BTreeMap::new());
    for (name, body) in files(code, text) {
        if let Some(of_old) = name.strip_prefix("against/") {
            book.remove(&name);
            old.insert(of_old.to_owned(), body);
        }
    }
    let compared = (!old.is_empty()).then(|| {
        let mut files = book.clone();
        files.extend(old);
        Book::from_files(files).unwrap()
    });
    let mut checked = banneret_lint::lint(Book::check(book), &options);
    if let (Some(old), Some(new)) = (compared, &checked.book) {
        checked
            .diagnostics
            .extend(banneret_lint::against(&old, new));
        checked
            .diagnostics
            .extend(banneret_lint::frozen(&old, new, &options));
    }
    checked
}

fn codes(checked: &Checked) -> Vec<&'static str> {
    let mut codes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|found| found.code.id)
        .collect();
    codes.sort_unstable();
    codes
}

/// The text with the left and with the right token.
fn both(name: &str, text: &str) -> (String, String) {
    let (before, rest) = text
        .split_once('⟦')
        .unwrap_or_else(|| panic!("{name} holds no ⟦"));
    let (tokens, after) = rest
        .split_once('⟧')
        .unwrap_or_else(|| panic!("{name} holds no ⟧"));
    assert!(
        !after.contains('⟦'),
        "{name} differs in more than one place"
    );
    let (fires, silent) = tokens
        .split_once('|')
        .unwrap_or_else(|| panic!("{name} holds no |"));
    for token in [fires, silent] {
        assert!(
            !token.contains(char::is_whitespace),
            "{name}: `{token}` is no single token"
        );
    }
    (
        format!("{before}{fires}{after}"),
        format!("{before}{silent}{after}"),
    )
}

#[test]
fn each_lint_fires_on_its_fixture_and_not_on_its_twin() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let (mut shown, mut wrong) = (Vec::new(), Vec::new());
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let code = name.split('-').next().unwrap_or_default().to_owned();
        let text = format!("\n{}", std::fs::read_to_string(&path).unwrap());
        let (fires, silent) = both(&name, &text);
        let (fires, silent) = (codes(&lint(&code, &fires)), codes(&lint(&code, &silent)));
        let rest: Vec<_> = fires
            .iter()
            .filter(|found| **found != code)
            .copied()
            .collect();
        if !fires.contains(&&*code) || silent != rest {
            wrong.push(format!("{name}: {fires:?}, and without {code} {silent:?}"));
        }
        shown.push(code);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let without: Vec<_> = banneret_lint::codes()
        .into_iter()
        .map(|code| code.id)
        .filter(|id| *id < "BN800" && !shown.iter().any(|shown| shown == id))
        .collect();
    assert!(without.is_empty(), "no fixture for {without:?}");
}
