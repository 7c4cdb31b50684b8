//! What each command prints, and how it ends.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::{ACCOUNTS, Desk, NOW, Ran, run};

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.all()))
}

#[test]
fn check_is_one_screenful_that_a_newcomer_understands() {
    let ran = Desk::new().run(&format!(
        "check book --accounts accounts.ndjson --now {NOW}"
    ));
    assert!(ran.out.lines().count() <= 40, "{}", ran.out);
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        ran.out
    );
    assert_eq!(ran.code, 0);
    assert_snapshot!(ran.all());
}

#[test]
fn check_without_accounts_says_what_they_would_add() {
    assert_snapshot!(Desk::new().run("check book").all());
}

#[test]
fn check_shows_mistakes_and_stops_there() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "viewer.role in {owner, admin}",
        "viewer.rol in {owner, admin}",
    );
    desk.edit("book/rules.banner", "priority   900", "priority   high");
    let ran = desk.run(&format!(
        "check book --accounts accounts.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 1);
    assert!(ran.out.lines().count() <= 40);
    assert_snapshot!(ran.all());
}

#[test]
fn check_keeps_to_a_screen_whatever_is_wrong() {
    let desk = Desk::new();
    let segments = (0..500).map(|n| format!("segment s{n}: plan.seets > {n}\n"));
    desk.write("book/many.banner", segments.collect::<String>());
    let ran = desk.run("check book");
    assert_eq!(ran.code, 1);
    assert!(ran.out.lines().count() <= 40, "{}", ran.out);
    assert!(ran.out.contains("`banneret lint` tells all"));
}

#[test]
fn lint_points_at_the_place() {
    let desk = Desk::new();
    assert_snapshot!("lint_well", desk.run("lint book").all());
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seets between 2 and 10",
    );
    let ran = desk.run("lint book");
    assert_eq!(ran.code, 1);
    assert!(!ran.out.contains('\u{1b}'), "no colour but on a terminal");
    assert_snapshot!("lint_mistake", ran.all());
}

#[test]
fn lint_speaks_json() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seets between 2 and 10",
    );
    let ran = desk.run("lint book --format json");
    assert_eq!(ran.code, 1);
    let document = json(&ran);
    assert_eq!(document["banneret"], 1);
    assert_eq!(document["summary"]["errors"], 1);
    let finding = &document["findings"][0];
    let place = (
        finding["file"].as_str(),
        finding["line"].as_u64(),
        finding["column"].as_u64(),
    );
    assert_eq!(place, (Some("book/rules.banner"), Some(25), Some(14)));
    assert_eq!(
        (finding["code"].as_str(), finding["name"].as_str()),
        (Some("BN101"), Some("unknown-fact"))
    );
    let well = json(&Desk::new().run("lint book --format json"));
    assert!(well["book"].as_str().unwrap().starts_with("sha256:"));
}

#[test]
fn lint_looks_at_some_codes_only() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seets between 2 and 10",
    );
    assert_eq!(desk.run("lint book --select BN101").code, 1);
    // What keeps the book from loading is shown whatever was asked for.
    for hidden in ["--select BN102,BN801", "--ignore BN101"] {
        let ran = desk.run(&format!("lint book {hidden}"));
        assert_eq!(ran.code, 1, "{}", ran.all());
        assert!(ran.out.contains("error[BN101]"), "{}", ran.all());
        let ran = desk.run(&format!("lint book {hidden} --format json"));
        assert_eq!(json(&ran)["summary"]["errors"], 1);
    }
    let ran = desk.run("lint book --ignore BN1O1");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            2,
            "banneret: `BN1O1` is no lint code: did you mean `BN101`?\n"
        )
    );
}

#[test]
fn decide_gives_a_line_for_each_account() {
    let ran = Desk::new().run(&format!(
        "decide book --accounts accounts.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 0);
    assert_snapshot!(ran.all());
}

#[test]
fn decide_says_why() {
    let desk = Desk::new();
    assert_snapshot!(
        desk.run(&format!(
            "decide book --accounts accounts.ndjson --now {NOW} --why --format text"
        ))
        .all()
    );
    let ran = desk.run(&format!(
        "decide book --accounts accounts.ndjson --now {NOW} --why"
    ));
    let stale: Value = serde_json::from_str(ran.out.lines().nth(2).unwrap()).unwrap();
    let why = &stale["why"]["failed"];
    assert_eq!(why["reason"], "audience-unknown");
    assert_eq!(why["audience"]["truth"], "unknown");
    let unknown = why["unknown"].as_array().unwrap();
    assert!(
        unknown
            .iter()
            .any(|one| one["fact"] == "billing.dunning_state" && one["why"] == "stale")
    );
}

#[test]
fn decide_reads_standard_input_and_csv_alike() {
    let desk = Desk::new();
    let from_file = desk.run(&format!(
        "decide book --accounts accounts.ndjson --now {NOW}"
    ));
    let words = ["decide", "book", "--accounts", "-", "--now", NOW];
    assert_eq!(desk.run_with(&words, ACCOUNTS).out, from_file.out);
    desk.write(
        "accounts.csv",
        "id,as_of,plan.seats,viewer.role,plan.features,billing.dunning_state,billing.dunning_state@as_of\n\
         team,,3,agent,a|b,,\nempty,,3,owner,{},clear,2026-05-04T11:00:00Z\n",
    );
    let ran = desk.run(&format!("decide book --accounts accounts.csv --now {NOW}"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(ran.out.lines().next(), from_file.out.lines().nth(1));
    assert_eq!(ran.out.lines().count(), 2);
    let piped = [
        "decide",
        "book",
        "--accounts",
        "-",
        "--input",
        "csv",
        "--now",
        NOW,
    ];
    assert_eq!(
        desk.run_with(&piped, &desk.read("accounts.csv")).out,
        ran.out
    );
}

#[test]
fn unknown_columns_and_facts_can_be_passed_over() {
    let desk = Desk::new();
    desk.write("more.csv", "id,plan.seats,crm.note\na,3,hello\n");
    let strict = desk.run(&format!("decide book --accounts more.csv --now {NOW}"));
    assert_eq!((strict.code, strict.out.as_str()), (2, ""));
    let lenient = desk.run(&format!(
        "decide book --accounts more.csv --now {NOW} --ignore-unknown-columns"
    ));
    assert_eq!((lenient.code, lenient.out.lines().count()), (0, 1));
    desk.write(
        "more.ndjson",
        "{\"id\":\"a\",\"facts\":{\"crm.note\":\"hello\"}}\n",
    );
    assert_eq!(
        desk.run(&format!("decide book --accounts more.ndjson --now {NOW}"))
            .code,
        2
    );
    assert_eq!(
        desk.run(&format!(
            "decide book --accounts more.ndjson --now {NOW} --ignore-unknown-columns"
        ))
        .code,
        0
    );
}

#[test]
fn decide_reads_raw_documents_through_a_source() {
    let desk = Desk::new();
    let document = |id: &str, seats: &str| format!("{{\"id\":\"{id}\",\"seats\":{seats}}}");
    desk.write(
        "raw.ndjson",
        format!("{}\n{}\n", document("a", "3"), document("b", "300")),
    );
    desk.write(
        "raw.json",
        format!("[{},\n{}]", document("a", "3"), document("b", "300")),
    );
    desk.write("raw.csv", "id,seats\na,3\nb,300\n");
    let [ndjson, array, csv] = ["ndjson", "json", "csv"].map(|ending| {
        desk.run(&format!(
            "decide book --source crm --accounts raw.{ending} --now {NOW}"
        ))
    });
    assert_eq!(ndjson.code, 0, "{}", ndjson.all());
    assert!(
        ndjson.out.contains("\"matches\":[\"hello\"]"),
        "{}",
        ndjson.all()
    );
    assert_eq!((&ndjson.out, &ndjson.out), (&array.out, &csv.out));
    let none = desk.run(&format!(
        "decide book --source crn --accounts raw.csv --now {NOW}"
    ));
    assert_eq!(
        none.err,
        "banneret: there is no source `crn`: the book has `crm`\n"
    );
}

#[test]
fn a_reader_that_leaves_ends_a_run_quietly() {
    let desk = Desk::new();
    let lines: String = (0..20_000)
        .map(|n| format!("{{\"id\":\"a{n}\",\"facts\":{{\"plan.seats\":3}}}}\n"))
        .collect();
    desk.write("many.ndjson", lines);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_banneret"))
        .args(["decide", "book", "--accounts", "many.ndjson", "--now", NOW])
        .current_dir(desk.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn preview_counts_breaks_down_and_samples() {
    let desk = Desk::new();
    let ran = desk.run(&format!(
        "preview --book book --accounts accounts.ndjson --now {NOW} --sample 2"
    ));
    assert_eq!(ran.code, 0);
    assert_snapshot!(ran.all());
}

#[test]
fn preview_takes_banners_segments_and_expressions() {
    let desk = Desk::new();
    let words =
        |more: &str| format!("preview --book book --accounts accounts.ndjson --now {NOW} {more}");
    let ran = desk.run(&words(
        "hello payers in_dunning --by plan.seats --format csv",
    ));
    assert_snapshot!("preview_csv", ran.all());
    let ran = desk.run_with(
        &[
            "preview",
            "--book",
            "book",
            "--accounts",
            "accounts.ndjson",
            "--now",
            NOW,
            "--where",
            "plan.seats > 2 and payers",
            "--format",
            "json",
            "--sample",
            "1",
        ],
        "",
    );
    assert_snapshot!("preview_json", ran.all());
    let near = desk.run(&words("helo"));
    assert_eq!(
        near.err,
        "banneret: the book has no banner or segment `helo`: did you mean `hello`?\n"
    );
    let kind = desk.run(&words("payment_failed"));
    assert_eq!(
        kind.err,
        "banneret: `payment_failed` is a message, which has no audience of its own: preview what says it: `failed`\n"
    );
    let near = desk.run(&words("hello --by plan.seets"));
    assert_eq!(
        near.err,
        "banneret: `--by plan.seets` is no fact of this rule book: did you mean `plan.seats`?\n"
    );
    let bad = desk.run_with(
        &[
            "preview",
            "--book",
            "book",
            "--accounts",
            "accounts.ndjson",
            "--where",
            "plan.seats = 3",
        ],
        "",
    );
    assert_eq!(bad.code, 2);
    assert_snapshot!("preview_bad_expression", bad.all());
}

#[test]
fn a_sample_is_the_same_whatever_the_order() {
    let desk = Desk::new();
    let mut lines: Vec<_> = (0..200)
        .map(|n| format!("{{\"id\":\"a{n}\",\"facts\":{{\"plan.seats\":3}}}}\n"))
        .collect();
    desk.write("one.ndjson", lines.concat());
    lines.reverse();
    desk.write("two.ndjson", lines.concat());
    let preview = |file: &str| {
        desk.run(&format!(
            "preview hello --book book --accounts {file} --now {NOW} --sample 5 --format json"
        ))
    };
    let (one, two) = (preview("one.ndjson"), preview("two.ndjson"));
    assert_eq!(one.out, two.out);
    assert_eq!(
        json(&one)["audiences"][0]["sample"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn a_breakdown_by_something_like_an_id_stays_small() {
    let desk = Desk::new();
    let lines: String = (0..5_000)
        .map(|n| format!("{{\"id\":\"a{n}\",\"facts\":{{\"plan.seats\":3}}}}\n"))
        .collect();
    desk.write("many.ndjson", lines);
    let ran = desk.run(&format!(
        "preview hello --book book --accounts many.ndjson --now {NOW} --by account.id --format json"
    ));
    let audience = &json(&ran)["audiences"][0];
    assert_eq!(audience["by"].as_array().unwrap().len(), 2_000);
    assert_eq!(audience["by_others"]["true"], 3_000);
    assert_eq!(audience["true"], 5_000);
}

#[test]
fn test_tells_what_came_out_otherwise() {
    let desk = Desk::new();
    let ran = desk.run("test book");
    assert_eq!(ran.code, 0);
    assert_snapshot!("test_passed", ran.all());
    desk.edit("book/tests/hello.yaml", "plan.seats: 300", "plan.seats: 10");
    let ran = desk.run("test book");
    assert_eq!(ran.code, 1);
    assert_snapshot!("test_failed", ran.all());
    let document = json(&desk.run("test book --format json"));
    assert_eq!(
        (
            &document["summary"]["passed"],
            &document["summary"]["failed"]
        ),
        (&1.into(), &1.into())
    );
    assert_eq!(document["cases"][1]["line"], 8);
}

#[test]
fn explain_says_what_a_name_means() {
    let desk = Desk::new();
    for name in [
        "BN101",
        "payment_failed",
        "greeting",
        "failed",
        "hello",
        "payers",
        "in_dunning",
        "plan.seats",
        "billing.dunning_state",
    ] {
        let ran = desk.run(&format!("explain {name} --book book"));
        assert_eq!(ran.code, 0, "{name}");
        assert_snapshot!(format!("explain_{}", name.replace('.', "_")), ran.all());
    }
    let ran = desk.run("explain payer --book book");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            2,
            "banneret: neither a lint code nor this book has the name `payer`: did you mean `payers`?\n"
        )
    );
}

#[test]
fn a_code_needs_no_book() {
    let desk = Desk::new();
    assert_eq!(desk.run("explain unknown-fact").code, 0);
    let ran = desk.run("explain payers");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no rule book here"), "{}", ran.err);
}

#[test]
fn fmt_changes_what_it_must_and_nothing_else() {
    let desk = Desk::new();
    assert_eq!(desk.run("fmt book").code, 0);
    let laid_out = desk.read("book/rules.banner");
    let again = desk.run("fmt book --check");
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{}", again.all());
    desk.edit("book/rules.banner", "priority   900", "priority 900");
    let checked = desk.run("fmt book --check");
    assert_eq!(
        (checked.code, checked.out.as_str()),
        (1, "book/rules.banner\n")
    );
    assert!(desk.read("book/rules.banner").contains("priority 900"));
    assert_eq!(desk.run("fmt book").code, 0);
    assert_eq!(desk.read("book/rules.banner"), laid_out);
    desk.write("book/broken.banner", "segment x: (\n");
    let ran = desk.run("fmt book");
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_eq!(desk.read("book/broken.banner"), "segment x: (\n");
    let files = std::fs::read_dir(desk.path().join("book")).unwrap();
    assert!(
        !files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().contains("tmp"))
    );
}

#[test]
fn import_makes_accounts_that_decide_reads() {
    let desk = Desk::new();
    desk.write("raw.csv", "id,seats\na,3\nb,many\n");
    let ran = desk.run("import crm raw.csv --book book --as-of 2026-05-04T11:00:00Z");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_snapshot!(ran.all());
    desk.write("imported.ndjson", &ran.out);
    let direct = desk.run(&format!(
        "decide book --source crm --accounts raw.csv --as-of 2026-05-04T11:00:00Z --now {NOW}"
    ));
    let imported = desk.run(&format!(
        "decide book --accounts imported.ndjson --now {NOW}"
    ));
    assert_eq!(direct.out, imported.out);
}

#[test]
fn the_book_is_the_nearest_one_upwards() {
    let desk = Desk::new();
    let inner = desk.path().join("book/copy");
    let ran = run(&inner, &["lint"], "");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "..: no errors, no warnings\n"),
        "{}",
        ran.all()
    );
    let nowhere = desk.run("lint");
    assert_eq!(nowhere.code, 2);
    assert!(
        nowhere.err.starts_with("banneret: no rule book here"),
        "{}",
        nowhere.err
    );
    let named = desk.run("lint elsewhere");
    assert_eq!(
        named.err,
        "banneret: elsewhere is no rule book: it holds no banneret.yaml\n"
    );
}

#[test]
fn what_needs_a_book_that_loads_says_so() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seets between 2 and 10",
    );
    for (words, code) in [
        (
            format!("decide book --accounts accounts.ndjson --now {NOW}"),
            2,
        ),
        (
            format!("preview --book book --accounts accounts.ndjson --now {NOW}"),
            2,
        ),
        ("explain hello --book book".to_owned(), 2),
        ("test book".to_owned(), 1),
    ] {
        let ran = desk.run(&words);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{words}");
        assert!(
            ran.err.contains("BN101") && ran.err.contains("has 1 error, so nothing was"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_request_that_makes_no_sense_ends_with_2() {
    let desk = Desk::new();
    for words in [
        "",
        "lnit",
        "lint --format sarif",
        "decide book",
        "decide book --accounts accounts.ndjson --now 2026-05-04T12:00:00",
    ] {
        assert_eq!(desk.run(words).code, 2, "{words}");
    }
    let ran = desk.run(&format!(
        "decide book --accounts nowhere.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("cannot read nowhere.ndjson: No such file"),
        "{}",
        ran.err
    );
}

#[test]
fn shells_get_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = Desk::new().run(&format!("completions {shell}"));
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("preview"));
    }
}

/// Finished words, in the locale that is asked for or the viewer's own, and none where a fact that
/// they name is unknown.
#[test]
fn decide_gives_the_words() {
    let desk = Desk::new();
    desk.edit(
        "book/copy/en.ftl",
        "hello = Good to see you.",
        "hello = { $plan_seats ->\n    [one] One seat.\n   *[other] { $plan_seats } seats, { $viewer_role }.\n}",
    );
    let shown = |words: &str| {
        let ran = desk.run(&format!(
            "decide book --accounts accounts.ndjson --now {NOW}{words}"
        ));
        assert_eq!(ran.code, 0, "{}", ran.all());
        let line = ran.out.lines().nth(1).unwrap();
        crate::schemas::assert_described("decision", [line]);
        let line: Value = serde_json::from_str(line).unwrap();
        line["shows"][0].clone()
    };
    assert_eq!(shown(" --render en")["text"], "3 seats, agent.");
    assert_eq!(shown(" --render viewer")["locale"], "en");
    assert!(shown("").get("text").is_none());
    for odd in ["../en", "d", "en..de"] {
        let ran = desk.run(&format!(
            "decide book --accounts accounts.ndjson --now {NOW} --render {odd}"
        ));
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.err.contains("no locale is called so"), "{}", ran.all());
    }
    desk.edit("accounts.ndjson", ",\"viewer.role\":\"agent\"", "");
    let without = shown(" --render de-AT");
    assert_eq!(without["text"], Value::Null);
    assert!(
        without["no_text_because"]
            .as_str()
            .unwrap()
            .contains("viewer.role"),
        "{without:#}"
    );
}
