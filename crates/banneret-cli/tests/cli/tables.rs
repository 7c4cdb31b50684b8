//! Files of accounts as people have them: in every format, cut short, of wrong types, with the same
//! account twice; and what `preview` and `diff` say of that.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use serde_json::{Value as Json, json};

use crate::desk::{Desk, NOW, Ran};
use crate::schemas::assert_described;

/// A book whose rule takes more seats than it did.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.keep_as("base");
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seats between 3 and 20",
    );
    desk
}

/// Seats and payment status of some accounts, with nothing known of some of them.
fn accounts() -> Vec<(String, Option<i64>, Option<&'static str>)> {
    let states = [Some("clear"), Some("in_progress"), None, Some("exhausted")];
    (0..200)
        .map(|at| {
            let seats = (at % 7 != 0).then_some(at % 30);
            let state = states[usize::try_from(at % 4).unwrap()];
            (format!("a{at}"), seats, state)
        })
        .collect()
}

fn json(account: &(String, Option<i64>, Option<&str>)) -> Json {
    let (id, seats, state) = account;
    json!({"id": id, "as_of": NOW, "facts": {"plan.seats": seats, "billing.dunning_state": state}})
}

fn lines(accounts: &[(String, Option<i64>, Option<&str>)]) -> String {
    let lines = accounts
        .iter()
        .map(|account| format!("{}\n", json(account)));
    lines.collect()
}

fn csv(accounts: &[(String, Option<i64>, Option<&str>)]) -> String {
    let rows = accounts.iter().map(|(id, seats, state)| {
        let seats = seats.map(|seats| seats.to_string()).unwrap_or_default();
        format!("{id},{NOW},{seats},{}\n", state.unwrap_or_default())
    });
    let rows: String = rows.collect();
    format!("id,as_of,plan.seats,billing.dunning_state\n{rows}")
}

fn parquet(accounts: &[(String, Option<i64>, Option<&str>)]) -> Vec<u8> {
    let now = vec![1_777_896_000_000_000; accounts.len()];
    let columns: [(&str, ArrayRef); 4] = [
        (
            "id",
            Arc::new(StringArray::from_iter_values(
                accounts.iter().map(|(id, ..)| id),
            )),
        ),
        (
            "as_of",
            Arc::new(TimestampMicrosecondArray::from(now).with_timezone("UTC")),
        ),
        (
            "plan.seats",
            Arc::new(
                accounts
                    .iter()
                    .map(|(_, seats, _)| *seats)
                    .collect::<Int64Array>(),
            ),
        ),
        (
            "billing.dunning_state",
            Arc::new(
                accounts
                    .iter()
                    .map(|(.., state)| *state)
                    .collect::<StringArray>(),
            ),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn diff(desk: &Desk, more: &str) -> Ran {
    desk.run(&format!("diff base book --now {NOW} --accounts {more}"))
}

fn preview(desk: &Desk, more: &str) -> Ran {
    desk.run(&format!(
        "preview hello --book book --now {NOW} --accounts {more}"
    ))
}

/// One JSON document is read account by account, all else by columns.
#[test]
fn whoever_moves_is_the_same_in_every_format() {
    let (desk, accounts) = (desk(), accounts());
    let all: Vec<_> = accounts.iter().map(json).collect();
    desk.write("all.json", Json::from(all).to_string());
    desk.write("all.ndjson", lines(&accounts));
    desk.write("all.csv", csv(&accounts));
    desk.write("all.parquet", parquet(&accounts));
    desk.write("days/day=1/part.parquet", parquet(&accounts[..90]));
    desk.write("days/day=2/part.parquet", parquet(&accounts[90..]));
    let one_by_one = diff(&desk, "all.json --format json").json();
    let moves = &one_by_one["banners"][0]["accounts"];
    assert!(moves["entered"]["all"].as_u64() > Some(20), "{moves:#}");
    assert!(moves["left"]["all"].as_u64() > Some(3), "{moves:#}");
    assert!(moves["stayed"]["all"].as_u64() > Some(20), "{moves:#}");
    assert!(moves["unknown"].as_u64() > Some(20), "{moves:#}");
    let text = diff(&desk, "all.json").out;
    for file in [
        "all.ndjson",
        "all.csv",
        "all.parquet",
        "days",
        "days/*/*.parquet",
    ] {
        let ran = diff(&desk, &format!("{file} --format json"));
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert_eq!(ran.json(), one_by_one, "{file}");
        assert_eq!(diff(&desk, file).out, text, "{file}");
        let limit = format!("{file} --max-entered 10");
        assert_eq!(diff(&desk, &limit).code, 1, "{file}");
    }
    let standard_input = desk.run_with(
        &[
            "diff",
            "base",
            "book",
            "--now",
            NOW,
            "--accounts",
            "-",
            "--format",
            "json",
        ],
        &lines(&accounts),
    );
    assert_eq!(standard_input.json(), one_by_one);
}

/// Where a column can be read for one version only, each reads the rows for itself.
#[test]
fn a_fact_of_two_types_is_read_as_either_version_has_it() {
    let (desk, accounts) = (desk(), accounts());
    desk.write("all.csv", csv(&accounts));
    desk.write("all.parquet", parquet(&accounts));
    let seats = "{type: int, min: 0, max: 1000, unit: seats, doc: How many people may work.}";
    desk.edit(
        "book/schema.yaml",
        seats,
        "{type: string, doc: How many people may work.}",
    );
    desk.edit(
        "book/rules.banner",
        "plan.seats between 3 and 20",
        "plan.seats == \"3\"",
    );
    desk.edit(
        "book/tests/hello.yaml",
        "plan.seats: 3,",
        "plan.seats: \"3\",",
    );
    desk.edit(
        "book/tests/hello.yaml",
        "plan.seats: 300",
        "plan.seats: \"300\"",
    );
    desk.edit("book/sources/crm.yaml", "type: int", "type: string");
    let ran = diff(&desk, "all.csv --format json");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let moves = &ran.json()["banners"][0]["accounts"];
    assert_eq!(moves["stayed"]["all"], 6, "{moves:#}");
    assert_eq!(moves["entered"]["all"], 0, "{moves:#}");
    assert_eq!(moves["left"]["all"], 48, "{moves:#}");
    let ran = diff(&desk, "all.parquet");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "banneret: `plan.seats` is of one type in base and of another in book, and a column of \
         Parquet has one type: count over NDJSON or CSV, where each version reads what is written \
         there\n"
    );
}

#[test]
fn nothing_is_counted_of_a_file_that_is_not_whole() {
    let (desk, accounts) = (desk(), accounts());
    let whole = parquet(&accounts);
    desk.write("cut.parquet", &whole[..whole.len() / 2]);
    let mut rotten = whole.clone();
    rotten[4..400].reverse();
    desk.write("rotten.parquet", &rotten);
    desk.write("days/a.parquet", &whole);
    desk.write("days/b.parquet", &whole[..whole.len() - 1]);
    for (file, says) in [
        ("cut.parquet", "cut.parquet: no whole Parquet file"),
        (
            "rotten.parquet",
            "rotten.parquet, row group 1: its rows cannot be read",
        ),
        ("days", "b.parquet: no whole Parquet file"),
        ("absent.parquet", "cannot read absent.parquet"),
        ("*.orc", "*.orc: no file matches the pattern"),
    ] {
        for ran in [preview(&desk, file), diff(&desk, file)] {
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{file}: {}", ran.err);
            assert!(ran.err.contains(says), "{file}: {}", ran.err);
        }
    }
}

#[test]
fn a_column_of_another_type_is_told_before_anything_is_counted() {
    let desk = desk();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let seats: ArrayRef = Arc::new(StringArray::from(vec!["3"]));
    let batch = RecordBatch::try_from_iter([("id", ids), ("plan.seats", seats)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    desk.write("texts.parquet", bytes);
    for ran in [
        preview(&desk, "texts.parquet"),
        diff(&desk, "texts.parquet"),
    ] {
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        let says = "texts.parquet: the column `plan.seats` should hold whole numbers";
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

#[test]
fn accounts_left_out_are_said_in_every_form() {
    let (desk, mut accounts) = (desk(), accounts());
    accounts.truncate(9);
    desk.write("some.csv", csv(&accounts).replace(",5,", ",five,"));
    let ran = preview(&desk, "some.csv");
    assert_eq!(ran.code, 2, "{}", ran.all());
    let says = "some.csv:7: `plan.seats` is an int, but `five` was given";
    assert!(ran.err.contains(says), "{}", ran.err);
    assert!(
        ran.err.contains("8 accounts read, 1 refused"),
        "{}",
        ran.err
    );
    let caution = "1 account left out. It could not be read, and nothing here counts it.";
    assert!(ran.out.contains(&format!("\n! {caution}\n")), "{}", ran.out);
    let page = preview(&desk, "some.csv --format html").out;
    assert!(page.contains("Caution: 1 account left out"), "{page}");
    let table = preview(&desk, "some.csv --format csv");
    assert!(table.err.contains(caution), "{}", table.err);
    let ran = diff(&desk, "some.csv");
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains(&format!("! {caution}\n")), "{}", ran.out);
    let page = diff(&desk, "some.csv --format html").out;
    assert!(page.contains("Caution: 1 account left out"), "{page}");
    assert_eq!(
        diff(&desk, "some.csv --format json").json()["accounts"]["refused"],
        1
    );
}

/// A table of several days holds each account several times.
#[test]
fn an_account_that_is_counted_twice_is_told() {
    let (desk, accounts) = (desk(), accounts());
    desk.write("day=1/a.parquet", parquet(&accounts));
    desk.write("day=2/a.parquet", parquet(&accounts[..50]));
    desk.write("all.csv", csv(&accounts) + "a7,,,\na7,,,\n");
    let documents: Vec<_> = accounts.iter().chain(&accounts[..1]).map(json).collect();
    desk.write("all.json", Json::from(documents).to_string());
    for (file, ids, example, rows) in [
        ("day=*/*.parquet", 50, "a0", 2),
        ("all.csv", 1, "a7", 3),
        ("all.json", 1, "a0", 2),
    ] {
        let json = preview(&desk, &format!("{file} --format json"));
        assert_described("preview", [json.out.clone()]);
        let wanted = json!({"ids": ids, "of": 200, "example": example, "rows": rows});
        assert_eq!(json.json()["repeated_ids"], wanted, "{file}");
        let json = diff(&desk, &format!("{file} --format json"));
        assert_described("diff", [json.out.clone()]);
        assert_eq!(json.json()["accounts"]["repeated_ids"], wanted, "{file}");
        for ran in [preview(&desk, file), diff(&desk, file)] {
            let says = "! Some accounts are counted more than once. Of 200 ids";
            assert!(ran.out.contains(says), "{file}: {}", ran.out);
        }
        let page = preview(&desk, &format!("{file} --format html")).out;
        assert!(
            page.contains("Some accounts are counted more than once"),
            "{page}"
        );
    }
    desk.write("once.csv", csv(&accounts));
    let once = preview(&desk, "once.csv --format json").json();
    assert_eq!(once["repeated_ids"], Json::Null);
}

#[test]
fn gates_are_no_question_about_segments() {
    let desk = desk();
    let ran = desk.run(&format!(
        "preview payers --book book --accounts accounts.ndjson --after-gates --now {NOW}"
    ));
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("`--after-gates` is about banners"),
        "{}",
        ran.err
    );
}

/// What is named twice is one audience and one column, and nobody goes through the gates twice.
#[test]
fn what_is_named_twice_is_counted_once() {
    let desk = desk();
    let words = format!("--book book --accounts accounts.ndjson --after-gates --now {NOW}");
    let once = desk.run(&format!(
        "preview failed {words} --by viewer.role --format json"
    ));
    let twice = "--by viewer.role,viewer.role --where true --where true --format json";
    let twice = desk
        .run(&format!("preview failed failed {words} {twice}"))
        .json();
    let once = once.json();
    assert_eq!(twice["by"], once["by"]);
    let names = twice["audiences"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["failed", "true"]);
    assert_eq!(twice["audiences"][0], once["audiences"][0]);
    assert_eq!(once["audiences"][0]["after_gates"]["shown"], 1);
}

/// What the rule would do without its contract is the author's first question.
#[test]
fn text_warns_of_what_only_the_contract_keeps_out() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "in_dunning\n             and billing.last",
        "billing.last",
    );
    let clear = crate::desk::ACCOUNTS.replace("in_progress", "clear");
    desk.write("clear.ndjson", clear);
    let ran = desk.run(&format!(
        "preview failed --book book --accounts clear.ndjson --now {NOW}"
    ));
    assert!(
        ran.out.contains(
            "! The rule alone would tell people in good standing that a payment failed. Its audience \
             takes 1\n  account, of which 1 is in good standing."
        ),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("! Nobody sees this banner now. It is withheld"),
        "{}",
        ran.out
    );
}

#[test]
fn documents_that_say_nothing_are_told_apart() {
    let desk = desk();
    let source = "source: crm
account: /id
as_of: given
items:
  deal:
    - {at: ., where: deal.kind == \"deal\"}
raw:
  deal.kind: {at: /kind, type: string}
  deal.seats: {at: /seats, type: int}
derive:
  plan.seats: {from: deal.seats}
fold:
  plan.seats: sum
";
    for book in ["base", "book"] {
        desk.write(&format!("{book}/sources/crm.yaml"), source);
    }
    let other = |id| format!("{{\"id\":\"{id}\",\"kind\":\"call\"}}\n");
    let deal = "{\"id\":\"a\",\"kind\":\"deal\",\"seats\":3}\n";
    desk.write("crm.ndjson", format!("{deal}{}{}", other("b"), other("c")));
    let words = "crm.ndjson --source crm";
    let says = "! 2 documents left out. They say nothing that the source derives, and nothing here";
    for ran in [preview(&desk, words), diff(&desk, words)] {
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(ran.out.contains(says), "{}", ran.out);
    }
    let ran = preview(&desk, &format!("{words} --format json"));
    assert_described("preview", [ran.out.clone()]);
    assert_eq!(
        (&ran.json()["silent"], &ran.json()["accounts"]),
        (&json!(2), &json!(1))
    );
    let ran = diff(&desk, &format!("{words} --format json"));
    assert_described("diff", [ran.out.clone()]);
    assert_eq!(ran.json()["accounts"]["silent"], 2);
    let page = diff(&desk, &format!("{words} --format html")).out;
    assert!(page.contains("2 documents left out"), "{page}");
}

#[test]
fn where_one_file_is_read_a_directory_is_refused() {
    let desk = desk();
    desk.write("days/1.ndjson", "{}\n");
    for (what, words) in [
        (
            "days",
            "diff base book --source crm --accounts days".to_owned(),
        ),
        (
            "days/*",
            "preview --book book --source crm --accounts days/*".to_owned(),
        ),
        ("days", format!("decide book --now {NOW} --accounts days")),
    ] {
        let ran = desk.run(&words);
        let says = format!(
            "banneret: {what}: here one file is read: name it, or write several to standard input \
             and name `-`\n"
        );
        assert_eq!((ran.code, &ran.err), (2, &says));
    }
}
