//! Previews and differences as pages, and previews of what a warehouse counted.

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::{Desk, NOW, Ran};
use crate::schemas::assert_described;

fn preview(desk: &Desk, more: &str) -> Ran {
    desk.run(&format!(
        "preview --book book --accounts accounts.ndjson --now {NOW} {more}"
    ))
}

/// The page without its style, which no test is about.
fn body(page: &str) -> &str {
    let (_, body) = page.split_once("</style>").expect("a page has a style");
    body
}

/// Runs of white space as one, so that texts are found however the template breaks its lines.
fn folded(page: &str) -> String {
    let words: Vec<_> = page.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn a_banner_is_a_page_that_begins_with_the_sentence() {
    let desk = Desk::new();
    let ran = preview(&desk, "failed --format html --sample 2");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_snapshot!(body(&ran.out));
    let words = folded(body(&ran.out));
    let sentence = "<b>1</b> of 4 accounts would see this; <b class=\"none\">0</b> of them are in good standing.";
    let at = words.find(sentence).expect("the sentence is there");
    assert!(
        at < words.find("<svg").expect("charts are there"),
        "{words}"
    );
}

#[test]
fn a_page_needs_no_network_and_runs_no_script() {
    let desk = Desk::new();
    let old = desk.read("book/rules.banner");
    desk.keep_as("old");
    desk.write(
        "book/rules.banner",
        old.replace("between 2 and 10", "between 2 and 9"),
    );
    let diff = desk.run("diff old book --format html");
    for page in [preview(&desk, "--format html").out, diff.out] {
        assert!(page.starts_with("<!doctype html>"), "{page}");
        assert!(page.contains("default-src 'none'"));
        for foreign in [
            "http://",
            "https://",
            "<script",
            "url(",
            "@import",
            "src=",
            "<link",
            "javascript:",
        ] {
            assert!(!page.contains(foreign), "{foreign} in {page}");
        }
    }
}

#[test]
fn a_whole_book_is_a_page_with_a_section_for_each_banner_and_a_matrix() {
    let ran = preview(&Desk::new(), "--format html");
    let words = folded(body(&ran.out));
    for wanted in [
        "<b>2 banners over 4 accounts</b>; <span class=\"none\">nobody known to be in good standing would be told that a payment failed</span>.",
        "<section class=\"audience\" id=\"a1\">",
        "<section class=\"audience\" id=\"a2\">",
        "<table class=\"matrix\">",
        "<td class=\"h5\">1</td>",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
}

#[test]
fn people_in_good_standing_are_a_warning() {
    let desk = Desk::new();
    desk.write(
        "accounts.ndjson",
        "{\"id\":\"well\",\"as_of\":\"2026-05-04T11:55:00Z\",\"facts\":{\"billing.dunning_state\":\"clear\",\
         \"viewer.role\":\"owner\",\"plan.seats\":3}}\n",
    );
    let rules = desk.read("book/rules.banner");
    let (before, after) = rules
        .split_once("  audience   in_dunning")
        .expect("it is there");
    let (_, after) = after.split_once("  placement").expect("it is there");
    let careless = format!("{before}  audience   viewer.role == owner\n  placement{after}");
    desk.write("book/rules.banner", careless);
    let page = folded(&preview(&desk, "failed --format html").out);
    // The contract keeps them out, and a reader still learns what the rule would do alone.
    for wanted in [
        "<b>0</b> of 1 account would see this",
        "Warning: The rule alone would tell people in good standing that a payment failed",
        "Its audience takes 1 account, of which 1 is in good standing.",
        "Warning: Nobody sees this banner now",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    let page = folded(&preview(&desk, "payers --format html").out);
    assert!(
        page.contains("Caution: This is no audience for news of a failed payment"),
        "{page}"
    );
    // Others may speak to them.
    let page = folded(&preview(&desk, "hello --format html").out);
    assert!(
        !page.contains("notice danger") && !page.contains("notice caution"),
        "{page}"
    );
}

/// Texts that mean something to a browser, one for each place that they come from.
const HOSTILE: &str =
    "</style></title><script>alert(1)</script><img src=x onerror=\\\"alert(2)\\\">";

#[test]
fn texts_from_books_and_tables_stay_texts() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "owner      \"growth\"",
        &format!(
            "owner      \"{}\"",
            HOSTILE.replace('\\', "").replace('"', "'")
        ),
    );
    desk.edit(
        "book/copy/en.ftl",
        "Good to see you.",
        "Good <b onclick='x'>to</b> see </blockquote><script>you</script>.",
    );
    desk.edit(
        "book/schema.yaml",
        "doc: How many people may work.",
        "doc: \"How <script>many</script> people\"",
    );
    desk.write(
        "accounts.ndjson",
        format!(
            "{{\"id\":\"{HOSTILE}\u{202e}\",\"facts\":{{\"plan.seats\":3,\"viewer.role\":\"agent\",\"plan.features\":[\"{HOSTILE}\"]}}}}\n"
        ),
    );
    let ran = preview(&desk, "hello --sample 3 --by plan.features --format html");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = ran.out;
    assert!(
        page.contains("alert(1)") && page.contains("onclick"),
        "the texts are there: {page}"
    );
    for live in ["<script", "<img", "<b onclick", "\u{202e}"] {
        assert!(!page.contains(live), "{live} in {page}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(
        page.contains("\\u{202e}"),
        "what turns a line around is made visible"
    );
}

/// What the warehouse would answer, out of what was counted here.
fn rows(desk: &Desk, asked: &[&str], by: &str) -> String {
    let mut rows = String::new();
    for name in asked {
        let ran = preview(desk, &format!("{name} --by {by} --format json"));
        let preview: Value = serde_json::from_str(&ran.out).expect("it is JSON");
        let counts = &preview["audiences"][0];
        let now = "1777896000000000";
        let of = |query: &str| {
            format!(
                "{{\"banneret\":1,\"query\":\"{query}\",\"audience\":{},\"kind\":{},\"book\":{},\"now\":\"{now}\"",
                counts["name"], counts["kind"], preview["book"]
            )
        };
        let sum = |one: &Value| -> u64 {
            ["true", "false", "unknown"]
                .iter()
                .map(|name| one[*name].as_u64().expect("a number"))
                .sum()
        };
        let outcomes = |one: &Value| {
            format!(
                "\"accounts\":{},\"true\":{},\"false\":\"{}\",\"unknown\":{}",
                sum(one),
                one["true"],
                one["false"],
                one["unknown"]
            )
        };
        let standing = &counts["standing"];
        rows.push_str(&format!(
            "{},{},\"in_dunning\":{},\"good\":{},\"standing_unknown\":{}}}\n\n",
            of("count"),
            outcomes(counts),
            standing["in_dunning"],
            standing["good"],
            standing["unknown"]
        ));
        // The other way round: the order of rows says nothing.
        for row in counts["by"].as_array().expect("rows").iter().rev() {
            let facts = by
                .split(',')
                .map(|fact| match row["values"][fact].as_str() {
                    Some("unknown") => format!("\"{fact}\":null"),
                    value => format!("\"{fact}\":\"{}\"", value.expect("a text")),
                });
            let facts: Vec<_> = facts.collect();
            rows.push_str(&format!(
                "{},{},{}}}\n",
                of("breakdown"),
                facts.join(","),
                outcomes(row)
            ));
        }
    }
    rows
}

const BY: &str = "billing.dunning_state,viewer.role";

#[test]
fn what_a_warehouse_counted_is_the_same_preview() {
    let desk = Desk::new();
    desk.write("rows.ndjson", rows(&desk, &["failed", "payers"], BY));
    let ran = desk.run("preview --book book --from-counts rows.ndjson --format json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_described("preview", [&ran.out]);
    let from_rows: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let ran = preview(&desk, &format!("failed payers --by {BY} --format json"));
    let counted: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    for name in ["book", "now", "accounts", "dunning_role", "by"] {
        assert_eq!(from_rows[name], counted[name], "{name}");
    }
    for at in [0, 1] {
        for name in ["name", "kind", "true", "false", "unknown", "standing", "by"] {
            let (one, other) = (
                &from_rows["audiences"][at][name],
                &counted["audiences"][at][name],
            );
            assert_eq!(one, other, "{name}");
        }
    }
    assert_eq!(
        from_rows["audiences"][0]["not_known"],
        serde_json::json!(["why_unknown", "overlap", "outranked_by"])
    );
    let text = desk.run("preview --book book --from-counts rows.ndjson");
    assert_snapshot!("from_counts_text", text.all());
    let page = folded(
        &desk
            .run("preview --book book --from-counts rows.ndjson --format html")
            .out,
    );
    for wanted in [
        "<b>1</b> of 4 accounts would see this; <b class=\"none\">0</b> of them are in good standing.",
        "Not known from what was counted: why some accounts are undecided, which other banners speak to them",
        "rows of banneret sql in rows.ndjson",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
}

#[test]
fn rows_that_do_not_belong_together_are_refused() {
    let desk = Desk::new();
    let well = rows(&desk, &["failed"], "viewer.role");
    let line = |number: usize| {
        well.lines()
            .filter(|line| !line.is_empty())
            .nth(number)
            .expect("a line")
    };
    let count = line(0);
    for (rows, says) in [
        (String::new(), "there is no row in it"),
        (
            "{\"id\":\"a\",\"truth\":\"true\"}".to_owned(),
            "line 1: no row of a count",
        ),
        ("[]".to_owned(), "line 1: no JSON object"),
        (format!("{well}{count}"), "failed is counted twice"),
        (
            count.replace("\"banneret\":1", "\"banneret\":2"),
            "version 2",
        ),
        (
            count.replace("sha256:", "sha256:0"),
            "name that version with `--book`",
        ),
        (
            count.replace("\"count\"", "\"diff\""),
            "a row of a difference",
        ),
        (
            count.replace("\"true\":1", "\"true\":2"),
            "4 accounts are not those",
        ),
        (
            count.replace("\"true\":1", "\"true\":-1"),
            "no number of accounts",
        ),
        (
            count.replace("\"true\":1", "\"true\":1.5"),
            "no whole number",
        ),
        (count.replace("\"true\":1,", ""), "`true` is missing"),
        (
            count.replace("\"good\":0", "\"good\":1"),
            "are not those in the audience",
        ),
        (count.replace("\"good\"", "\"goods\""), "`good` is missing"),
        (count.replace("}", ",\"more\":1}"), "`more` is no column"),
        (
            line(1).replace("viewer.role", "viewer.rule"),
            "`viewer.rule` is no fact",
        ),
        (
            line(1).replace(
                "viewer.role\":",
                "viewer.role\":\"king\",\"viewer.locale\":",
            ),
            "`viewer.role` cannot be",
        ),
        (format!("{count}\n{}", line(1)), "does not add up"),
        (
            format!(
                "{count}\n{}",
                count.replace("1777896000000000", "1777896000000001")
            ),
            "line 2: this is as of",
        ),
        (
            format!(
                "{count}\n{}",
                count
                    .replace("\"failed\"", "\"hello\"")
                    .replace("\"accounts\":4", "\"accounts\":5")
                    .replace("\"unknown\":2", "\"unknown\":3")
            ),
            "the table changed in between",
        ),
    ] {
        desk.write("rows.ndjson", &rows);
        let ran = desk.run("preview --book book --from-counts rows.ndjson");
        assert_eq!(ran.code, 2, "{rows}: {}", ran.all());
        assert!(ran.err.contains(says), "{says}: {}", ran.all());
        assert_eq!(
            ran.out, "",
            "nothing is printed that would pass for an answer"
        );
    }
}

#[test]
fn rows_that_are_no_text_are_told() {
    let desk = Desk::new();
    desk.write("rows.ndjson", [0x50, 0x41, 0x52, 0x31, 0xff]);
    let ran = desk.run("preview --book book --from-counts rows.ndjson");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "banneret: rows.ndjson: no text in UTF-8, but rows are JSON objects, one a line, as queries \
         of `banneret sql` give them\n"
    );
}

#[test]
fn rows_leave_nothing_to_ask_of_accounts() {
    let desk = Desk::new();
    for more in [
        "--accounts accounts.ndjson",
        "failed",
        "--by viewer.role",
        "--after-gates",
    ] {
        let ran = desk.run(&format!(
            "preview --book book --from-counts rows.ndjson {more}"
        ));
        assert_eq!(ran.code, 2, "{more}: {}", ran.all());
        assert!(
            ran.err.contains("cannot be used with"),
            "{more}: {}",
            ran.err
        );
    }
}

#[test]
fn other_banners_are_left_out_on_request_and_that_is_said() {
    let desk = Desk::new();
    let ran = preview(&desk, "failed --no-overlap --format json");
    assert_described("preview", [&ran.out]);
    let document: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let counts = &document["audiences"][0];
    assert_eq!(counts["overlap"], serde_json::json!({}));
    assert_eq!(
        counts["not_known"],
        serde_json::json!(["overlap", "outranked_by"])
    );
    let text = preview(&desk, "failed --no-overlap").out;
    assert!(text.contains("which other banners speak to them"), "{text}");
    let page = preview(&desk, "failed --no-overlap --format html").out;
    assert!(!page.contains("What else they would see"), "{page}");
    // Where somebody looked, finding nobody is an answer.
    let with = preview(&desk, "failed --format json").out;
    assert!(!with.contains("not_known"), "{with}");
}

#[test]
fn a_difference_is_a_page_with_those_who_move_and_the_limits() {
    let desk = Desk::new();
    desk.keep_as("old");
    desk.edit("book/rules.banner", "between 2 and 10", "between 4 and 10");
    let words = format!(
        "diff old book --accounts accounts.ndjson --now {NOW} --max-left 1 --max-entered 1 --format html"
    );
    let ran = desk.run(&words);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_snapshot!(body(&ran.out));
    let text = desk.run(&words.replace(" --format html", "")).out;
    assert!(
        text.contains("`--max-entered 1` is kept: nobody moves"),
        "{text}"
    );
}

/// Of several banners the first thing is whether anybody would be told an untruth.
#[test]
fn a_difference_of_several_banners_has_them_all_in_front() {
    let desk = Desk::with_shipped("rules");
    desk.keep_as("base");
    desk.edit(
        "book/dunning.banner",
        "  in_dunning\n  and billing.last_attempt_result",
        "  billing.last_attempt_result",
    );
    let accounts = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let accounts = accounts.join("../../examples/accounts.ndjson");
    let accounts = std::fs::read_to_string(accounts).unwrap();
    // One that has paid, and of which the last attempt is still told as failed.
    let late = accounts.lines().find(|line| line.contains("day-2-owner"));
    let paid = late.unwrap().replace("in_progress", "clear");
    desk.write(
        "accounts.ndjson",
        format!(
            "{accounts}{}\n",
            paid.replace("\"id\": \"", "\"id\": \"paid-")
        ),
    );
    let words = format!("diff base book --accounts accounts.ndjson --now {NOW}");
    let moved = desk.run(&format!("{words} --format json")).json();
    let good = |moved: &serde_json::Value| {
        let banners = moved["banners"].as_array().unwrap().iter();
        let good = banners.filter(|one| one["accounts"]["entered"]["good"].as_u64() > Some(0));
        good.count()
    };
    let wrong = good(&moved);
    assert!(wrong > 0, "{moved:#}");
    let page = folded(&desk.run(&format!("{words} --format html")).out);
    let page = page.as_str();
    let says = format!(
        "<span class=\"danger\">{wrong} of them would newly tell people in good standing that a \
         payment failed</span>."
    );
    assert!(page.contains(&says), "{page}");
    let rows = page
        .matches("<tr class=\"wrong\"><th scope=\"row\"><a href=\"#b")
        .count();
    assert_eq!(rows, wrong, "{page}");
    // What is code looks like code.
    assert!(
        page.contains("<code>(in_dunning) no older than 24h</code>"),
        "{page}"
    );
    desk.write("none.json", "[]");
    let ran = desk.run(&format!(
        "diff base book --accounts none.json --now {NOW} --format html"
    ));
    assert!(!ran.out.contains("would newly"), "{}", ran.out);
}
