//! The invariants of `docs/architecture.md` that a machine can check. Each has a positive control,
//! so that a misspelt name fails instead of finding nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of all packages that a crate is built with, itself first.
fn built_with(package: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal",
            "--format",
            "{p}",
        ])
        .args(["--package", package, "--all-features"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "{said}");
    let tree = String::from_utf8_lossy(&tree.stdout);
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[track_caller]
fn arrows(package: &str, knows: &[&str], never: &[&str]) {
    let names = built_with(package);
    for known in knows {
        assert!(
            names.iter().any(|name| name == known),
            "{package} should know {known}"
        );
    }
    for foreign in never {
        assert!(
            !names.iter().any(|name| name == foreign),
            "{package} must never know {foreign}"
        );
    }
}

#[test]
fn the_engine_knows_no_outer_crate() {
    let never = [
        "banneret-copy",
        "banneret-lint",
        "banneret-audience",
        "banneret-lsp",
        "banneret-server",
        "banneret-cli",
        "banneret-corpus",
        "arrow",
        "parquet",
        "axum",
        "tokio",
        "clap",
        "lsp-server",
        "batsat",
        "csv",
        "annotate-snippets",
        "indicatif",
        "rand",
        "fluent-syntax",
    ];
    arrows(
        "banneret",
        &["pest", "yaml_serde", "jiff", "arc-swap", "murmur3"],
        &never,
    );
}

#[test]
fn the_lints_know_the_engine_and_a_solver_and_nothing_that_prints_or_serves() {
    let never = [
        "banneret-cli",
        "banneret-corpus",
        "banneret-audience",
        "banneret-lsp",
        "banneret-server",
        "arrow",
        "parquet",
        "tokio",
        "axum",
        "clap",
        "csv",
        "annotate-snippets",
        "indicatif",
        "rand",
    ];
    arrows("banneret-lint", &["banneret", "batsat"], &never);
}

#[test]
fn what_reads_words_knows_no_rules_about_them() {
    let never = ["banneret-lint", "banneret-cli", "clap", "tokio", "arrow"];
    arrows("banneret-copy", &["banneret", "fluent-syntax"], &never);
}

#[test]
fn what_reads_columns_knows_the_engine_and_arrow_and_nothing_that_lints_or_serves() {
    let never = [
        "banneret-copy",
        "banneret-lint",
        "banneret-cli",
        "banneret-corpus",
        "banneret-lsp",
        "banneret-server",
        "batsat",
        "axum",
        "tokio",
        "clap",
        "lsp-server",
        "annotate-snippets",
    ];
    arrows("banneret-audience", &["banneret", "arrow-array"], &never);
}

#[test]
fn the_corpus_knows_no_engine() {
    let never = ["banneret", "banneret-cli", "pest", "clap"];
    arrows("banneret-corpus", &["serde", "serde_json"], &never);
}

#[test]
fn the_command_knows_no_parser() {
    let manifest = std::fs::read_to_string(root().join("crates/banneret-cli/Cargo.toml")).unwrap();
    // Tests write tables for the command to read.
    let (manifest, tests) = manifest.split_once("[dev-dependencies]").unwrap();
    assert!(
        manifest.contains("clap") && tests.contains("parquet"),
        "the control"
    );
    for foreign in [
        "pest",
        "serde_yaml",
        "saphyr",
        "tokio",
        "arrow",
        "lsp-server",
    ] {
        assert!(!manifest.contains(foreign), "{foreign}");
    }
    arrows(
        "banneret-cli",
        &["banneret", "banneret-lint", "clap"],
        &["banneret-corpus", "tokio", "axum"],
    );
}

/// Every Rust file under `folder`, with its path from there and its text without line comments.
fn files(folder: &str) -> Vec<(String, String)> {
    let top = root().join(folder);
    let mut found = Vec::new();
    let mut open = vec![top.clone()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path
                    .strip_prefix(&top)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"));
                found.push((name, code.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no Rust files");
    found
}

/// The part of a file before its tests.
fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
}

/// `word` stands in the files that `allowed` names, in at least one of them, and in no other.
#[track_caller]
fn only_in(folder: &str, word: &str, allowed: impl Fn(&str) -> bool) {
    let is_test = |name: &str| name.ends_with("tests.rs") || name.contains("tests/");
    let mut control = false;
    for (name, code) in files(folder).iter().filter(|(name, _)| !is_test(name)) {
        let stands = without_tests(code).contains(word);
        assert!(!stands || allowed(name), "`{word}` stands in {name}");
        control |= stands;
    }
    assert!(
        control,
        "`{word}` stands nowhere in {folder}: the check sees nothing"
    );
}

#[test]
fn each_foreign_thing_is_known_in_one_place() {
    let engine = "crates/banneret/src";
    only_in(engine, "pest::", |name| name.starts_with("syntax/"));
    only_in(engine, "pest_derive", |name| name.starts_with("syntax/"));
    only_in(engine, "serde_yaml", |name| name.starts_with("yaml/"));
    only_in(engine, "saphyr_parser", |name| name.starts_with("yaml/"));
    only_in(engine, "std::fs", |name| name == "load.rs");
    only_in(engine, "murmur3::", |name| name == "book/bucket.rs");
    only_in(engine, "arc_swap", |name| name == "engine/mod.rs");
    only_in(engine, "iso_currency", |name| name.starts_with("intake/"));
}

#[test]
fn the_solver_is_known_in_one_file_of_the_lints() {
    only_in("crates/banneret-lint/src", "batsat", |name| {
        name == "sat.rs"
    });
    for manifest in ["crates/banneret", "crates/banneret-cli"] {
        let text = std::fs::read_to_string(root().join(manifest).join("Cargo.toml")).unwrap();
        assert!(!text.contains("batsat"), "{manifest}");
    }
}

/// Lints look at a book that somebody else has read.
#[test]
fn the_lints_touch_no_file() {
    for (name, code) in files("crates/banneret-lint/src") {
        for outside in [
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "println!",
            "eprintln!",
        ] {
            assert!(
                !without_tests(&code).contains(outside),
                "{outside} in {name}"
            );
        }
    }
}

#[test]
fn only_the_command_reads_the_clock() {
    for crate_ in [
        "banneret",
        "banneret-audience",
        "banneret-copy",
        "banneret-lint",
    ] {
        for (name, code) in files(&format!("crates/{crate_}/src")) {
            // Whole files of accounts are read in several threads.
            let threads = (crate_ != "banneret-audience").then_some("std::thread");
            for outside in ["::now", "std::env"].into_iter().chain(threads) {
                assert!(
                    !without_tests(&code).contains(outside) || name.contains("tests"),
                    "{outside} in {crate_}/{name}"
                );
            }
        }
    }
    only_in("crates/banneret-cli/src", "::now()", |name| {
        name == "book.rs"
    });
}

#[test]
fn a_file_says_what_is_in_it_and_is_short_enough_to_read() {
    for folder in ["crates", "examples"] {
        for (name, code) in files(folder) {
            let stem = Path::new(&name)
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let vague = [
                "util", "utils", "common", "misc", "helper", "helpers", "manager",
            ];
            assert!(
                !vague.contains(&stem.as_str()),
                "{folder}/{name} says nothing"
            );
            assert!(
                code.lines().count() < 1_000,
                "{folder}/{name} is too long to read"
            );
        }
    }
}

#[test]
fn the_engine_forbids_what_can_panic() {
    let lib = std::fs::read_to_string(root().join("crates/banneret/src/lib.rs")).unwrap();
    for lint in [
        "unwrap_used",
        "expect_used",
        "panic",
        "indexing_slicing",
        "string_slice",
    ] {
        assert!(lib.contains(&format!("clippy::{lint}")), "{lint}");
    }
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    for member in [
        "crates/banneret",
        "crates/banneret-audience",
        "crates/banneret-cli",
        "crates/banneret-corpus",
        "crates/banneret-lint",
        "examples",
    ] {
        let manifest = std::fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{member} takes the lints"
        );
    }
}

#[test]
fn the_readme_begins_with_two_lines_and_the_gate_runs_the_second() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let block = readme
        .split("```")
        .find_map(|block| block.strip_prefix("sh\n"));
    let lines: Vec<&str> = block.expect("a shell block").trim_end().lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("-- check rules"), "{}", lines[0]);
    assert_eq!(lines[1], "cargo test");
    let gate = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(
        gate.contains("cargo test"),
        "the gate runs the README's tests"
    );
}

/// The modules of the engine in the order in which they may use each other.
const ORDER: [&str; 22] = [
    "source",
    "value",
    "diagnostic",
    "codes",
    "truth",
    "yaml",
    "schema",
    "syntax",
    "formula",
    "facts",
    "eval",
    "index",
    "prove",
    "book",
    "standard",
    "check",
    "intake",
    "rulebook",
    "engine",
    "assemble",
    "load",
    "lib",
];

#[test]
fn a_module_uses_only_those_above_it() {
    let place = |module: &str| ORDER.iter().position(|known| *known == module);
    let mut uses = 0;
    for (name, code) in files("crates/banneret/src") {
        let module = name.split(['/', '.']).next().unwrap_or_default();
        let own = place(module).unwrap_or_else(|| panic!("{module} has no place in the order"));
        if name.ends_with("tests.rs") {
            continue;
        }
        for used in without_tests(&code).split("crate::").skip(1) {
            let used = used
                .split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .next()
                .unwrap_or_default();
            let Some(other) = place(used) else {
                continue;
            };
            uses += 1;
            // A diagnostic holds its code, and a code is made of diagnostic's parts: one pair.
            let pair = matches!((module, used), ("diagnostic", "codes"));
            assert!(
                other <= own || pair,
                "{name} uses {used}, which stands below {module}"
            );
        }
    }
    assert!(uses > 100, "the check sees nothing");
}
