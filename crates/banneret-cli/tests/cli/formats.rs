//! What lint found, for the places where teams look at findings: judged by tools that are not ours.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::desk::Desk;
use crate::tools::{against, quiet, ran, tool};

const MIXED: &str = "plan.seats > 2 and plan.seats < 9 or plan.seats == 20";

/// A book with a finding that has a fix and one that has a counterexample.
fn with_findings() -> Desk {
    let desk = quiet();
    let rules = "book/rules.banner";
    desk.edit(rules, "plan.seats between 2 and 10", MIXED);
    desk.edit(
        rules,
        "in_dunning",
        "plan.seats > 3 and billing.retry_planned",
    );
    desk
}

fn lint(desk: &Desk, format: &str) -> Value {
    desk.run(&format!("lint book --format {format}")).json()
}

fn of<'v>(results: &'v Value, key: &str, code: &str) -> &'v Value {
    let mut results = results.as_array().unwrap().iter();
    let found = results.find(|result| result[key].as_str().unwrap().starts_with(code));
    found.unwrap_or_else(|| panic!("no {code}"))
}

/// Where the crate that models the format keeps the official schema.
fn sarif_schema() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--offline", "--format-version", "1"]);
    let output = cargo.output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let sarif = packages.iter().find(|one| one["name"] == "serde-sarif");
    let manifest = sarif.unwrap()["manifest_path"].as_str().unwrap();
    PathBuf::from(manifest).with_file_name("src/schema.json")
}

#[test]
fn sarif_is_as_its_official_schema_says() {
    let schema = sarif_schema();
    let clean = quiet();
    let broken = quiet();
    broken.edit("book/rules.banner", "plan.seats", "plan.seets");
    let mut logs = Vec::new();
    for desk in [&clean, &with_findings(), &broken] {
        let log = desk.run("lint book --format sarif").out;
        clean.write(&format!("{}.sarif", logs.len()), log);
        logs.push(clean.path().join(format!("{}.sarif", logs.len())));
    }
    let Some(said) = against(&schema, &logs) else {
        return;
    };
    assert_eq!(said["status"], "ok", "{said:#}");
    // The control: the tool does find what is wrong.
    clean.edit("1.sarif", "\"level\": \"error\"", "\"level\": \"dreadful\"");
    let said = against(&schema, &logs).unwrap();
    assert_eq!(said["status"], "fail");
}

#[test]
fn sarif_says_all_that_lint_knows() {
    let log = lint(&with_findings(), "sarif");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = &run["results"];
    let untrue = of(results, "ruleId", "BN001");
    let rule = &rules[usize::try_from(untrue["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], "BN001");
    let page = rule["help"]["markdown"].as_str().unwrap();
    assert!(page.len() > 200, "{page}");
    let examples = &untrue["properties"]["counterexample"]["facts"];
    assert!(examples.is_object(), "{untrue:#}");
    for text in ["text", "markdown"] {
        let message = untrue["message"][text].as_str().unwrap();
        for part in ["plan.seats", "in_dunning", "this account"] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    let mixed = of(results, "ruleId", "BN106");
    let place = &mixed["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "book/rules.banner");
    assert_eq!(
        place["region"]["snippet"]["text"],
        "plan.seats > 2 and plan.seats < 9"
    );
    let logical = &mixed["locations"][0]["logicalLocations"][0];
    assert_eq!(
        (&logical["name"], &logical["kind"]),
        (&"hello".into(), &"banner".into())
    );
    let change = &mixed["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "book/rules.banner");
    assert!(change["replacements"][0]["insertedContent"]["text"].is_string());
    assert!(change["replacements"][0]["deletedRegion"]["startLine"].is_u64());
}

#[test]
fn files_in_sarif_are_uris_and_columns_those_of_editors() {
    let desk = quiet();
    desk.write(
        "book/a b.banner",
        "segment odd: account.id == \"😀\" and plan.seets > 1\n",
    );
    let log = lint(&desk, "sarif");
    let unknown = of(&log["runs"][0]["results"], "ruleId", "BN101");
    let place = &unknown["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "book/a%20b.banner");
    assert_eq!(place["region"]["startColumn"], 37, "{place:#}");
    // Named from the root, the same file has the same name.
    let path = desk.path().canonicalize().unwrap().join("book");
    let again = desk.run(&format!("lint {} --format sarif", path.display()));
    assert_eq!(
        again.json()["runs"][0]["results"],
        log["runs"][0]["results"]
    );
}

#[test]
fn a_fingerprint_stays_where_lines_move_and_no_two_are_the_same() {
    let desk = with_findings();
    let known = |desk: &Desk| -> Vec<String> {
        let findings = lint(desk, "json")["findings"].clone();
        let findings = findings.as_array().unwrap().iter();
        findings
            .map(|one| one["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    // Twice the same text in one banner.
    let copy = "  copy       hello\n";
    desk.edit("book/rules.banner", copy, &copy.repeat(3));
    let before = known(&desk);
    let all: BTreeSet<_> = before.iter().collect();
    assert_eq!(all.len(), before.len(), "{before:?}");
    let rules = desk.read("book/rules.banner");
    desk.write(
        "book/rules.banner",
        format!("# A line.\n\n# Another.\n\n{rules}"),
    );
    assert_eq!(known(&desk), before);
    desk.edit("book/rules.banner", "plan.seats < 9", "plan.seats < 8");
    assert_ne!(known(&desk), before);
}

#[test]
fn github_shows_annotations() {
    let desk = with_findings();
    desk.edit(
        "book/rules.banner",
        "copy       hello",
        "copy       \"100%\"",
    );
    let ran = desk.run("lint book --format github");
    assert_eq!(ran.code, 1);
    let lines: Vec<_> = ran.out.lines().collect();
    let (closing, annotations) = lines.split_last().unwrap();
    assert!(closing.starts_with("banneret lint: book: "), "{closing}");
    assert!(annotations.len() > 1, "{}", ran.out);
    for line in annotations {
        let rest = line.strip_prefix("::error file=book/").unwrap();
        let (properties, message) = rest.split_once("::").unwrap();
        assert!(
            properties.contains(",line=") && properties.contains(",title=BN"),
            "{line}"
        );
        assert!(
            !message.is_empty() && !message.replace("%25", "").contains("100%\""),
            "{line}"
        );
    }
    assert!(ran.out.contains("100%25"), "{}", ran.out);
    let untrue = with_findings()
        .run("lint book --format github --select BN001")
        .out;
    assert!(untrue.contains("%0Aexample:%0Athis account"), "{untrue}");
}

#[test]
fn gitlab_reads_what_it_needs() {
    let report = lint(&with_findings(), "gitlab");
    let issues = report.as_array().unwrap();
    for issue in issues {
        let keys: Vec<_> = issue.as_object().unwrap().keys().collect();
        let wanted = [
            "check_name",
            "description",
            "fingerprint",
            "location",
            "severity",
        ];
        assert_eq!(keys, wanted);
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&issue["severity"].as_str().unwrap()));
        assert_eq!(issue["location"]["path"], "book/rules.banner");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
    }
    assert_eq!(of(&report, "check_name", "BN001")["severity"], "blocker");
    assert_eq!(quiet().run("lint book --format gitlab").out, "[]\n");
}

#[test]
fn junit_is_as_jenkins_and_a_parser_read_it() {
    let (Some(schema), Some(validate), Some(python)) = (
        tool("junit-10.xsd"),
        tool("bin/xmlschema-validate"),
        tool("bin/python"),
    ) else {
        return;
    };
    let broken = quiet();
    // XML cannot hold every character that a file can.
    broken.edit(
        "book/rules.banner",
        "plan.seats",
        "plan.\u{1}\u{7}]]>&<seets",
    );
    for (desk, failures) in [(quiet(), false), (with_findings(), true), (broken, true)] {
        desk.write("junit.xml", desk.run("lint book --format junit").out);
        let path = desk.path().join("junit.xml");
        let (valid, said) = ran(Command::new(&validate)
            .arg("--schema")
            .arg(&schema)
            .arg(&path));
        assert!(valid, "{said}");
        let script = "import sys, junitparser as j\n\
            x = j.JUnitXml.fromfile(sys.argv[1])\n\
            cases = [c for s in x for c in s]\n\
            failed = [c.name[:5] for c in cases for r in c.result if isinstance(r, j.Failure)]\n\
            assert x.tests == len(cases) and x.failures == len(failed), (x.tests, x.failures)\n\
            print(*failed)";
        let (read, said) = ran(Command::new(&python).args(["-c", script]).arg(&path));
        assert!(read, "{said}");
        let findings = lint(&desk, "json")["findings"].clone();
        let errors = findings.as_array().unwrap().iter();
        let errors = errors.filter(|one| one["level"] == "error");
        let codes: BTreeSet<_> = errors.map(|one| one["code"].as_str().unwrap()).collect();
        let codes: Vec<_> = codes.into_iter().collect();
        assert_eq!(said.trim(), codes.join(" "));
        assert_eq!(!codes.is_empty(), failures, "{codes:?}");
    }
}

#[test]
fn in_junit_nothing_passes_that_was_not_looked_for() {
    let desk = quiet();
    let case = |options: &str, code: &str| {
        let xml = desk.run(&format!("lint book --format junit{options}")).out;
        let (_, case) = xml
            .split_once(&format!("<testcase name=\"{code} "))
            .unwrap();
        case.split("<testcase").next().unwrap().contains("<skipped")
    };
    assert!(!case("", "BN303"));
    assert!(case("", "BN007"));
    desk.keep_as("old");
    assert!(!case(" --against old", "BN007"));
    assert!(case(" --ignore BN303", "BN303"));
    assert!(case(" --level BN303=off", "BN303"));
    assert!(case(" --select BN301", "BN303"));
    assert!(!case(" --select BN301", "BN001"));
    desk.edit("book/rules.banner", "plan.seats", "plan.seets");
    assert!(case("", "BN303"));
    assert!(!case("", "BN102"));
}

#[test]
fn json_tells_a_fix() {
    let report = lint(&with_findings(), "json");
    let mixed = of(&report["findings"], "code", "BN106");
    assert!(mixed["fix"]["title"].is_string() && mixed["fix"]["safe"].is_boolean());
    let edit = &mixed["fix"]["edits"][0];
    assert_eq!(edit["file"], "book/rules.banner");
    crate::schemas::assert_described("lint", [report.to_string()]);
}
