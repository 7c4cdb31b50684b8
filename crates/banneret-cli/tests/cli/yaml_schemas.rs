//! The schemas of the YAML files say what the loader says: what it reads they accept, and the
//! mistakes that have to do with the shape of a file they find too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use banneret_corpus::{FILES, File};
use serde_json::Value;

use crate::desk::Desk;
use crate::tools::{against, project, ran, tool};

const MANIFEST: &str = "edition: 1\nplacements: {top: 1}\ncopy: {source: en, locales: [en]}\n";
const SCHEMA: &str = "include: billing@1\nfacts:\n  plan.seats: {type: int}\n";
const CASE: &str = "- name: a\n  now: 2026-05-04T12:00:00Z\n";
const READING: &str = "- name: a\n  source: crm\n";
const SOURCE: &str = "source: shop\naccount: /id\nas_of: given\n";
const RAW: &str = "raw: {row.seats: {at: /seats, type: int}}\n";
const DERIVE: &str = "derive: {plan.seats: {from: row.seats}}\n";

/// The schema of a file of a book.
fn schema_of(name: &str) -> Option<&'static str> {
    Some(match name.split_once('/') {
        Some(("tests", _)) => "tests",
        Some(("sources", _)) => "source",
        None if name == "banneret.yaml" => "manifest",
        None if name == "schema.yaml" => "schema",
        None if name == "kills.yaml" => "kills",
        _ => return None,
    })
}

fn schema(kind: &str) -> PathBuf {
    project().join(format!("docs/schemas/yaml/{kind}.json"))
}

/// Those of the texts that the schema refuses, with its words; nothing without the tool.
fn refused(kind: &str, texts: &[&str]) -> Option<BTreeMap<usize, String>> {
    let desk = Desk::empty();
    let path = |number: usize| desk.path().join(format!("{number}.yaml"));
    for (number, text) in texts.iter().enumerate() {
        desk.write(&format!("{number}.yaml"), text);
    }
    let paths: Vec<_> = (0..texts.len()).map(path).collect();
    let said = against(&schema(kind), &paths)?;
    let unread = said["parse_errors"].as_array();
    assert!(unread.is_none_or(Vec::is_empty), "{said:#}");
    let mut refused = BTreeMap::new();
    for error in said["errors"].as_array().unwrap() {
        let name = PathBuf::from(error["filename"].as_str().unwrap());
        let number = name.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        refused.insert(number, error.to_string());
    }
    Some(refused)
}

#[test]
fn what_every_book_of_the_project_holds_is_accepted() {
    let mut texts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut add = |name: &str, text: &str| {
        if let Some(kind) = schema_of(name) {
            texts.entry(kind).or_default().insert(text.to_owned());
        }
    };
    let fresh = Desk::empty();
    assert_eq!(fresh.run("init book").code, 0);
    let small = Desk::new();
    let of_project = ["rules", "examples/credit-card"].map(|book| project().join(book));
    let books = of_project.into_iter();
    for book in books.chain([small.path().join("book"), fresh.path().join("book")]) {
        for (name, text) in banneret::read_directory(book).unwrap() {
            add(&name, &text);
        }
    }
    for (name, text) in FILES {
        match File::read(text).unwrap_or_else(|error| panic!("{name}: {error}")) {
            File::Truths(file) => add("schema.yaml", &file.schema),
            File::Decisions(file) => file.book.iter().for_each(|(name, text)| add(name, text)),
            File::Buckets(_) => {}
        }
    }
    for (kind, texts) in texts {
        assert!(kind == "kills" || texts.len() > 1, "{kind}");
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let Some(refused) = refused(kind, &texts) else {
            return;
        };
        let refused: Vec<_> = refused
            .iter()
            .map(|(at, said)| (texts[*at], said))
            .collect();
        assert!(refused.is_empty(), "{kind}: {refused:#?}");
    }
}

/// What the loader finds wrong in one file of a small book.
fn mistakes(desk: &Desk, name: &str, text: &str) -> Vec<Value> {
    let before = std::fs::read_to_string(desk.path().join("book").join(name));
    desk.write(&format!("book/{name}"), text);
    let report = desk.run("lint book --format json").json();
    match before {
        Ok(before) => desk.write(&format!("book/{name}"), before),
        Err(_) => std::fs::remove_file(desk.path().join("book").join(name)).unwrap(),
    }
    let findings = report["findings"].as_array().unwrap().iter();
    let shape = ["BN80", "BN81", "BN10"];
    let here = findings.filter(|one| one["file"] == format!("book/{name}"));
    let here = here.filter(|one| {
        let code = one["code"].as_str().unwrap();
        one["level"] == "error" && shape.iter().any(|group| code.starts_with(group))
    });
    here.cloned().collect()
}

/// Texts that loader and schema accept, and texts that both refuse.
#[track_caller]
fn agree(name: &str, good: &[String], bad: &[String]) {
    let kind = schema_of(name).unwrap();
    let texts: Vec<_> = good.iter().chain(bad).map(String::as_str).collect();
    let Some(refused) = refused(kind, &texts) else {
        return;
    };
    let desk = Desk::new();
    for (number, text) in texts.iter().enumerate() {
        let found = mistakes(&desk, name, text);
        let is_good = number < good.len();
        assert_eq!(found.is_empty(), is_good, "the loader: {found:?}\n{text}");
        let said = refused.get(&number);
        assert_eq!(said.is_none(), is_good, "the schema: {said:?}\n{text}");
    }
}

/// Each line behind the same beginning.
fn after(beginning: &str, lines: &[&str]) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{beginning}{line}\n"))
        .collect()
}

#[test]
fn manifests() {
    let good = [
        "",
        "schema: schema.yaml",
        "clock_skew: 90 seconds",
        "clock_skew: 5m",
        "freeze: []",
        "freeze: [{from: 2026-12-18, until: 2027-01-04, reason: Rest}]",
        "freeze: [{from: 2026-12-18, until: 2027-01-04, zone: Europe/Stockholm, reason: Rest}]",
        "freeze: [{from: 2026-12-18T00:00:00Z, until: 2027-01-04T08:30:00+01:00, reason: Rest}]",
        "lint: {BN402: off, BN403: warning, BN001: error}",
        "warehouse: {}",
        "warehouse: {table: lake.accounts, id: account, as_of: synced_at, names: underscores}",
        "warehouse: {table: [lake, all.accounts], absent: [plan.seats]}",
        "warehouse: {columns: {viewer.role: role, plan.seats: {name: n, as_of: at}, trial.ends_at: {}}}",
    ];
    let mut bad = after(
        MANIFEST,
        &[
            "edition2: 1",
            "schema: 7",
            "schema: ''",
            "clock_skew: 5h",
            "clock_skew: 5",
            "clock_skew: 0s",
            "freeze: {from: 2026-12-18}",
            "freeze: [{from: 2026-12-18, until: 2027-01-04}]",
            "freeze: [{from: soon, until: 2027-01-04, reason: Rest}]",
            "freeze: [{from: 2026-12-18T00:00:00, until: 2027-01-04, reason: Rest}]",
            "lint: {BN402: quiet}",
            "lint: {bn402: off}",
            "lint: {BN001: off}",
            "lint: {BN010: warning}",
            "warehouse: accounts",
            "warehouse: {tables: accounts}",
            "warehouse: {table: a..b}",
            "warehouse: {table: ' '}",
            "warehouse: {table: []}",
            "warehouse: {id: ''}",
            "warehouse: {as_of: 5}",
            "warehouse: {names: dashes}",
            "warehouse: {columns: [plan.seats]}",
            "warehouse: {columns: {plan.seats: ' '}}",
            "warehouse: {columns: {plan.seats: {column: n}}}",
            "warehouse: {absent: plan.seats}",
            "warehouse: {absent: [7]}",
        ],
    );
    let whole = [
        "edition: 2\nplacements: {top: 1}",
        "edition: '1'\nplacements: {top: 1}",
        "placements: {top: 1}",
        "edition: 1",
        "edition: 1\nplacements: {}",
        "edition: 1\nplacements: {top: 0}",
        "edition: 1\nplacements: {Top: 1}",
        "edition: 1\nplacements: {top: many}",
        "edition: 1\nplacements: [top]",
        "edition: 1\nplacements: {top: 1}\ncopy: {source: en}",
        "edition: 1\nplacements: {top: 1}\ncopy: {source: en, locales: en}",
        "edition: 1\nplacements: {top: 1}\ncopy: {source: en, locales: [en, en]}",
        "edition: 1\nplacements: {top: 1}\ncopy: {source: en, locales: [en, e_n]}",
        "- edition: 1",
        "",
    ];
    bad.extend(whole.map(str::to_owned));
    agree("banneret.yaml", &after(MANIFEST, &good), &bad);
}

#[test]
fn schemas() {
    let fact = |lines: &[&str]| after(&format!("{SCHEMA}  a.b: "), lines);
    let mut good = fact(&[
        "{type: bool, doc: Whether., fresh_for: 24 hours}",
        "{type: enum, values: [x, y]}",
        "{type: enum, values: {x: , y: {doc: Y., usual: true}}}",
        "{type: enum, role: dunning_state, fresh_for: 1d, values: {x: , y: {in_dunning: true}}}",
        "{type: string}",
        "{type: string, values: [x, 'y z']}",
        "{type: int, min: -1, max: 7, unit: seats}",
        "{type: time}",
        "{type: set of enum, values: [x]}",
        "{type: set of string}",
    ]);
    // Only one fact can prove dunning, and the standard's does.
    good[3] = good[3].replace("include: billing@1\n", "");
    good.extend(
        [
            "",
            "include: [billing@1, recon@1, operations@1]\nfacts:",
            "include: billing@1\nfacts: {billing.dunning_state: {fresh_for: 1h}}",
            "facts: {billing.own: {type: bool}}",
        ]
        .map(str::to_owned),
    );
    let mut bad = fact(&[
        "bool",
        "{doc: No type.}",
        "{type: number}",
        "{type: bool, values: [x]}",
        "{type: bool, min: 1}",
        "{type: enum}",
        "{type: enum, values: []}",
        "{type: enum, values: x}",
        "{type: enum, values: [x, x]}",
        "{type: enum, values: [x, unknown]}",
        "{type: enum, values: ['True', x]}",
        "{type: enum, values: {x: {what: Y.}}}",
        "{type: enum, values: {'null': {doc: Y.}}}",
        "{type: enum, role: dunning, fresh_for: 1d, values: [x]}",
        "{type: enum, role: dunning_state, values: [x]}",
        "{type: string, values: {x: }}",
        "{type: string, role: dunning_state, fresh_for: 1d}",
        "{type: int, min: x}",
        "{type: int, max: 1.5}",
        "{type: set of string, values: [x]}",
        "{type: set of enum}",
        "{type: time, fresh_for: 24}",
        "{type: time, fresh_for: 30s}",
        "{type: time, freshfor: 24h}",
        "{type: time, doc: 7}",
        "{type: time, unit: ''}",
    ]);
    bad.extend(after(
        SCHEMA,
        &[
            "  seats: {type: int}",
            "  Plan.x: {type: int}",
            "include2: x",
        ],
    ));
    bad.extend(
        [
            "include: billing",
            "include: [billing@1, billing@1]",
            "facts: []",
            "- facts",
        ]
        .map(str::to_owned),
    );
    agree("schema.yaml", &good, &bad);
}

#[test]
fn cases() {
    let mut good = after(
        CASE,
        &[
            "  shows: [hello]",
            "  hides: hello",
            "  because: {hello: audience-false}",
            "  because: {hello: cap}\n  after_gates: true",
            "  facts: {plan.seats: 3, viewer.role: unknown, plan.features: [a, b]}\n  shows: hello",
            "  facts: {plan.seats: {value: 3, as_of: 2026-05-04T11:00:00+02:00}}\n  shows: hello",
            "  facts: {plan.seats: null}\n  hides: hello",
            "  history: {hello: {shown_at: [2026-05-04T11:00:00Z], dismissed_at: null}}\n  shows: hello",
        ],
    );
    good.extend(after(
        READING,
        &[
            "  document: {seats: 3}\n  derives: {plan.seats: 3}",
            "  row: {seats: 3, id: x}\n  as_of: 2026-05-04T11:00:00Z\n  derives: {plan.seats: unknown}",
        ],
    ));
    good.extend(["", "[]"].map(str::to_owned));
    let mut bad = after(
        CASE,
        &[
            "",
            "  shows: []",
            "  shows: [hello, hello]",
            "  shows: {hello: true}",
            "  shows: 7",
            "  because: {hello: no-idea}",
            "  because: {hello: cap}",
            "  because: [hello]",
            "  shows: hello\n  after_gates: maybe",
            "  shows: hello\n  facts: [plan.seats]",
            "  shows: hello\n  facts: {plan.seats: {val: 3}}",
            "  shows: hello\n  facts: {plan.seats: [[3]]}",
            "  shows: hello\n  history: []",
            "  shows: hello\n  show: hello",
            "  shows: hello\n  source: crm",
        ],
    );
    bad.extend(after(
        READING,
        &[
            "  document: {seats: 3}",
            "  derives: {plan.seats: 3}",
            "  document: {seats: 3}\n  row: {seats: 3}\n  derives: {plan.seats: 3}",
            "  document: []\n  derives: {plan.seats: 3}",
            "  row: {seats: [3]}\n  derives: {plan.seats: 3}",
            "  document: {seats: 3}\n  derives: {}",
            "  document: {seats: 3}\n  derives: {plan.seats: 3}\n  now: 2026-05-04T11:00:00Z",
        ],
    ));
    let whole = [
        "name: a",
        "- a",
        "- {name: a, shows: hello}",
        "- {now: 2026-05-04T12:00:00Z, shows: hello}",
        "- {name: a, now: 2026-05-04, shows: hello}",
        "- {name: a, now: 2026-05-04T12:00:00, shows: hello}",
        "- {name: 7, now: 2026-05-04T12:00:00Z, shows: hello}",
    ];
    bad.extend(whole.map(str::to_owned));
    agree("tests/more.yaml", &good, &bad);
}

#[test]
fn kills() {
    let rest = "by: ada, at: 2026-05-04T12:00:00Z";
    let good = [
        "".to_owned(),
        format!("- {{banner: hello, {rest}, because: wrong words}}"),
    ];
    let bad = [
        "hello".to_owned(),
        format!("- {{banner: hello, {rest}}}"),
        format!("- {{banner: hello, {rest}, because: 7}}"),
        format!("- {{banner: hello, {rest}, because: x, until: never}}"),
        "- {banner: hello, by: ada, at: 2026-05-04, because: x}".to_owned(),
        format!("- {{{rest}, because: x}}"),
    ];
    agree("kills.yaml", &good, &bad);
}

#[test]
fn sources() {
    let raw = |lines: &[&str]| -> Vec<String> {
        let text = |line: &&str| {
            format!("{SOURCE}raw:\n  row.seats: {{at: /seats, type: int}}\n  a.b: {line}\n{DERIVE}")
        };
        lines.iter().map(text).collect()
    };
    let derive = |lines: &[&str]| after(&format!("{SOURCE}{RAW}derive:\n  plan.seats: "), lines);
    let mut good = raw(&[
        "{at: /a, type: bool}",
        "{at: [/a, /b/c], type: enum, values: [x, 'Y z']}",
        "{at: /a, type: string}",
        "{at: /a, type: int, min: 0, max: 9}",
        "{at: /a, type: int, money: major, currency: /c}",
        "{at: /a, type: time, unix: ms}",
        "{at: /a, type: time, zone: Europe/Stockholm}",
        "{type: time, month_end: {year: /y, month: /m}}",
        "{at: /a, type: present}",
    ]);
    good.extend(derive(&[
        "{from: row.seats}",
        "{from: row.seats, when: row.seats > 1, else: 0}",
        "{3: row.seats == 3, 4: row.seats == 4}",
    ]));
    good.extend(after(
        &format!("{SOURCE}{RAW}{DERIVE}"),
        &["", "items: .", "items: [/a, /b/*]\nfold: {plan.seats: sum}"],
    ));
    let mut bad = raw(&[
        "/a",
        "{at: /a}",
        "{at: /a, type: number}",
        "{type: int}",
        "{at: a, type: int}",
        "{at: '/a/*', type: int}",
        "{at: [], type: int}",
        "{at: /a, type: enum}",
        "{at: /a, type: enum, values: []}",
        "{at: /a, type: int, values: [x]}",
        "{at: /a, type: string, min: 1}",
        "{at: /a, type: int, money: minor, currency: /c}",
        "{at: /a, type: int, money: major}",
        "{at: /a, type: time, unix: h}",
        "{at: /a, type: time, unix: s, zone: Europe/Stockholm}",
        "{at: /a, type: time, month_end: {year: /y, month: /m}}",
        "{type: time, month_end: {year: /y}}",
        "{at: /a, type: bool, unix: s}",
        "{at: /a, type: int, when: /b}",
    ]);
    bad.extend(derive(&[
        "{from: row.seats, else: 0}",
        "{from: 7}",
        "{from: row.seats, if: row.seats > 1}",
        "[row.seats]",
        "{}",
    ]));
    bad.extend(after(
        &format!("{SOURCE}{RAW}{DERIVE}"),
        &[
            "items: a",
            "items: []",
            "fold: {plan.seats: mean}",
            "fold: {seats: sum}",
            "fold: {pick: {}}",
            "folds: {}",
        ],
    ));
    let rest = format!("{RAW}{DERIVE}");
    let whole = [
        format!("account: /id\nas_of: given\n{rest}"),
        format!("source: shop\nas_of: given\n{rest}"),
        format!("source: shop\naccount: /id\n{rest}"),
        format!("source: Shop\naccount: /id\nas_of: given\n{rest}"),
        format!("source: shop@x\naccount: /id\nas_of: given\n{rest}"),
        format!("source: shop\naccount: id\nas_of: given\n{rest}"),
        format!("source: shop\naccount: /id\nas_of: now\n{rest}"),
        format!("source: shop\naccount: /id\nas_of: {{unix: s}}\n{rest}"),
        format!("source: shop\naccount: /id\nas_of: given\n{RAW}"),
        format!("source: shop\naccount: /id\nas_of: given\n{DERIVE}"),
    ];
    bad.extend(whole);
    agree("sources/shop.yaml", &good, &bad);
}

/// A key that the loader learns must come into the schema: it lists its keys where one is unknown.
#[test]
fn the_keys_are_those_of_the_loader() {
    let desk = Desk::new();
    let at = |kind: &str, pointer: &str| {
        let text = std::fs::read_to_string(schema(kind)).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let properties = schema.pointer(&format!("{pointer}/properties")).unwrap();
        properties
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let case = &at("tests", "/definitions/decision") | &at("tests", "/definitions/reading");
    for (name, text, known) in [
        (
            "banneret.yaml",
            format!("{MANIFEST}zzz: 1"),
            at("manifest", ""),
        ),
        (
            "banneret.yaml",
            format!("{MANIFEST}freeze: [{{zzz: 1}}]"),
            at("manifest", "/properties/freeze/items"),
        ),
        (
            "banneret.yaml",
            "edition: 1\nplacements: {top: 1}\ncopy: {zzz: 1}".into(),
            at("manifest", "/properties/copy"),
        ),
        ("schema.yaml", "zzz: 1".into(), at("schema", "")),
        (
            "schema.yaml",
            "facts: {a.b: {zzz: 1}}".into(),
            at("schema", "/definitions/fact"),
        ),
        (
            "schema.yaml",
            "facts: {a.b: {type: enum, values: {x: {zzz: 1}}}}".into(),
            at("schema", "/definitions/value"),
        ),
        ("tests/more.yaml", format!("{CASE}  zzz: 1"), case),
        ("kills.yaml", "- {zzz: 1}".into(), at("kills", "/items")),
        ("sources/shop.yaml", "zzz: 1".into(), at("source", "")),
        (
            "sources/shop.yaml",
            format!("{SOURCE}raw: {{a.b: {{zzz: 1}}}}"),
            at("source", "/definitions/raw"),
        ),
        (
            "sources/shop.yaml",
            format!("{SOURCE}{RAW}derive: {{plan.seats: {{from: a.b, zzz: 1}}}}"),
            at("source", "/definitions/copy"),
        ),
    ] {
        let found = mistakes(&desk, name, &text);
        let helps = found.iter().flat_map(|one| one["help"].as_array().unwrap());
        let mut listed =
            helps.filter_map(|help| help.as_str().unwrap().strip_prefix("its keys are "));
        let listed = listed
            .next()
            .unwrap_or_else(|| panic!("{name}: {text}: {found:?}"));
        let loader: BTreeSet<_> = listed
            .split(", ")
            .map(|key| key.trim_matches('`').to_owned())
            .collect();
        assert_eq!(known, loader, "{name}: {text}");
    }
}

#[test]
fn every_schema_is_a_schema() {
    let Some(check) = tool("bin/check-jsonschema") else {
        return;
    };
    let folders = ["docs/schemas", "docs/schemas/yaml"].map(|folder| project().join(folder));
    let entries = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    let paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    assert!(paths.len() > 10, "{paths:?}");
    let (well, said) = ran(Command::new(&check).arg("--check-metaschema").args(&paths));
    assert!(well, "{said}");
    let desk = Desk::empty();
    desk.write(
        "odd.json",
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": 7}"#,
    );
    let odd = desk.path().join("odd.json");
    let (well, _) = ran(Command::new(&check).arg("--check-metaschema").arg(odd));
    assert!(!well, "the control");
}
