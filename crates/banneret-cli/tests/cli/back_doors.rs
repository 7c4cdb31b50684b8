//! Nothing gets around BN001: each door by which a banner could say "your payment failed" to
//! somebody in good standing, and what stops it. Behind every one of them the engine shows such a
//! banner to nobody who is not in dunning, lint or no lint.

use std::fmt::Write as _;

use crate::desk::{Desk, NOW, Ran};

const GUARD: &str = "in_dunning\n             and billing.last_attempt_result";

/// The audience says everything but `in_dunning`.
fn careless() -> Desk {
    let desk = Desk::new();
    desk.edit("book/rules.banner", GUARD, "billing.last_attempt_result");
    desk
}

fn lint(desk: &Desk, options: &str) -> Ran {
    let words = format!("lint book --format json --now {NOW} {options}");
    desk.run(words.trim())
}

/// The door is shut with this code, which is an error.
#[track_caller]
fn stopped(desk: &Desk, options: &str, code: &str) {
    let ran = lint(desk, options);
    assert_eq!(ran.code, 1, "{}", ran.all());
    let document = ran.json();
    let errors = document["findings"].as_array().unwrap().iter();
    let errors = errors.filter(|finding| finding["level"] == "error");
    let errors: Vec<_> = errors
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert!(
        errors.contains(&code),
        "{code} is not among {errors:?}: {}",
        ran.all()
    );
}

/// Accounts with everything that the audience asks for, but for dunning itself.
fn good_standing() -> String {
    let states = [
        r#""billing.dunning_state":"clear","#,
        r#""billing.dunning_state":"stopped","#,
        r#""billing.dunning_state":"none_such","#,
        r#""billing.dunning_state":{"value":"in_progress","as_of":"2026-05-03T11:00:00Z"},"#,
        "",
    ];
    let mut lines = String::new();
    for (number, state) in states.iter().enumerate() {
        _ = writeln!(
            lines,
            r#"{{"id":"good-{number}","as_of":"2026-05-04T11:55:00Z","facts":{{{state}"billing.last_attempt_result":"failed","billing.collection_method":"automatic","billing.amount_overdue":24900,"billing.invoice_state":"past_due","viewer.role":"owner"}}}}"#
        );
    }
    lines
}

/// With the lint skipped: the engine shows those accounts nothing, or does not load the book.
#[track_caller]
fn shows_nothing_false_to(desk: &Desk, accounts: &str) {
    let words = ["decide", "book", "--accounts", "-", "--now", NOW];
    let ran = desk.run_with(&words, accounts);
    match ran.code {
        0 => {
            assert_eq!(
                ran.out.lines().count(),
                accounts.lines().count(),
                "{}",
                ran.all()
            );
            assert!(
                ran.out.lines().all(|line| line.contains("\"shows\":[]")),
                "{}",
                ran.all()
            );
        }
        code => assert_eq!((code, ran.out.as_str()), (2, ""), "{}", ran.all()),
    }
}

#[track_caller]
fn shows_nothing_false(desk: &Desk) {
    shows_nothing_false_to(desk, &good_standing());
}

/// The control: with its guard the book passes, and somebody in dunning is told.
#[test]
fn the_front_door_is_open() {
    let desk = Desk::new();
    assert_eq!(lint(&desk, "").code, 0);
    let ran = desk.run(&format!(
        "decide book --accounts accounts.ndjson --now {NOW}"
    ));
    assert_eq!(
        ran.out.matches("\"banner\":\"failed\"").count(),
        1,
        "{}",
        ran.all()
    );
    shows_nothing_false(&desk);
}

#[test]
fn the_careless_audience_is_stopped() {
    let desk = careless();
    stopped(&desk, "", "BN001");
    shows_nothing_false(&desk);
    // Nor is anybody else told: a banner that is not proven is withheld whole.
    let ran = desk.run(&format!(
        "decide book --accounts accounts.ndjson --now {NOW}"
    ));
    assert!(!ran.out.contains("\"banner\":\"failed\""), "{}", ran.all());
}

#[test]
fn naming_the_dunning_state_is_not_enough() {
    for audience in [
        "(billing.dunning_state in {clear, in_progress})",
        "(in_dunning or billing.retry_planned)",
        "billing.dunning_state != clear",
        "(in_dunning or billing.dunning_state is unknown)",
    ] {
        let desk = Desk::new();
        desk.edit("book/rules.banner", "in_dunning", audience);
        stopped(&desk, "", "BN001");
        shows_nothing_false(&desk);
    }
}

#[test]
fn a_waiver_does_not_hide_it() {
    let desk = careless();
    desk.edit(
        "book/rules.banner",
        "  owner      \"billing\"\n",
        "  owner      \"billing\"\n  allow      BN001 until 2099-01-01 because \"we know better\"\n",
    );
    stopped(&desk, "", "BN801");
    shows_nothing_false(&desk);
}

#[test]
fn the_manifest_does_not_hide_it() {
    for level in ["off", "warning"] {
        let desk = careless();
        let manifest = desk.read("book/banneret.yaml");
        desk.write(
            "book/banneret.yaml",
            format!("{manifest}lint: {{BN001: {level}}}\n"),
        );
        stopped(&desk, "", "BN806");
        shows_nothing_false(&desk);
    }
}

#[test]
fn no_option_hides_it() {
    let desk = careless();
    for refused in [
        "--ignore BN001",
        "--level BN001=off",
        "--level BN001=warning",
    ] {
        let ran = lint(&desk, refused);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{refused}");
        assert!(ran.err.contains("guards the truth"), "{}", ran.err);
    }
    for selected in ["--select BN301", "--select BN101,BN302 --ignore BN304"] {
        stopped(&desk, selected, "BN001");
    }
    // There is no list of old findings to pass over.
    assert_eq!(lint(&desk, "--baseline old.json").code, 2);
}

/// So many conditions that lean on each other that no proof of it ends within its budget: every
/// row of a square holds a true one, and so does every column.
fn entangled(size: usize) -> (String, String) {
    let (mut facts, mut audience) = (String::new(), String::from("true"));
    for row in 0..size {
        for column in 0..size {
            _ = writeln!(
                facts,
                "  grid.r{row}c{column}: {{type: bool, doc: A part of it.}}"
            );
        }
    }
    let line = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<_> = (0..size).map(cell).collect();
        format!("\n  and ({})", cells.join(" or "))
    };
    for one in 0..size {
        audience += &line(&|other| format!("grid.r{one}c{other}"));
        audience += &line(&|other| format!("grid.r{other}c{one}"));
    }
    (facts, audience)
}

#[test]
fn what_is_too_entangled_to_be_proven_does_not_pass() {
    const SIZE: usize = 14;
    let desk = own_schema();
    let (facts, audience) = entangled(SIZE);
    desk.write("book/schema.yaml", OWN.to_owned() + &facts);
    desk.write("book/grid.banner", format!("segment grid:\n  {audience}\n"));
    desk.edit(
        "book/rules.banner",
        "own.state in {fine_so_far, behind}",
        "grid",
    );
    stopped(&desk, "", "BN006");
    let cells =
        (0..SIZE * SIZE).map(|cell| format!(",\"grid.r{}c{}\":true", cell / SIZE, cell % SIZE));
    let cells = cells.collect::<String>();
    shows_nothing_false_to(
        &desk,
        &own_accounts().replace("}}", &format!("{cells}}}}}")),
    );
    let ran = desk.run("explain failed --book book");
    assert!(ran.out.contains("not proven"), "{}", ran.all());
}

const OWN: &str = "facts:
  own.state:
    type: enum
    role: dunning_state
    values:
      fine_so_far: {usual: true}
      behind: {in_dunning: true}
    fresh_for: 24h
    doc: Whether the account is behind.
";

/// A book that leaves `billing@1` out and says itself what dunning is.
fn own_schema() -> Desk {
    let desk = Desk::new();
    desk.write("book/schema.yaml", OWN);
    std::fs::remove_dir_all(desk.path().join("book/tests")).unwrap();
    std::fs::remove_dir_all(desk.path().join("book/sources")).unwrap();
    desk.write(
        "book/rules.banner",
        "banner failed:\n  message    payment_failed\n  audience   own.state in {fine_so_far, behind}\n  \
         placement  top\n  copy       failed\n  owner      \"billing\"\n",
    );
    desk
}

fn own_accounts() -> String {
    let states = ["\"fine_so_far\"", "null", "\"other\""];
    let line = |state: &&str| {
        format!("{{\"id\":\"a\",\"as_of\":\"{NOW}\",\"facts\":{{\"own.state\":{state}}}}}\n")
    };
    states.iter().map(line).collect()
}

#[test]
fn a_schema_of_ones_own_is_proven_like_the_standard_one() {
    let desk = own_schema();
    stopped(&desk, "", "BN001");
    shows_nothing_false_to(&desk, &own_accounts());
    desk.edit(
        "book/rules.banner",
        "own.state in {fine_so_far, behind}",
        "own.state == behind",
    );
    let ran = lint(&desk, "");
    assert_eq!(ran.code, 0, "{}", ran.all());
}

#[test]
fn dunning_is_never_believed_for_years() {
    for (length, code) in [("3650d", "BN811"), ("25h", "BN811"), ("10y", "BN806")] {
        let desk = own_schema();
        desk.edit(
            "book/schema.yaml",
            "fresh_for: 24h",
            &format!("fresh_for: {length}"),
        );
        stopped(&desk, "", code);
        shows_nothing_false_to(&desk, &own_accounts());
    }
    let desk = own_schema();
    desk.edit("book/schema.yaml", "    fresh_for: 24h\n", "");
    stopped(&desk, "", "BN811");
    shows_nothing_false_to(&desk, &own_accounts());
}

#[test]
fn a_word_for_good_standing_is_not_marked_as_dunning() {
    let desk = own_schema();
    desk.edit(
        "book/schema.yaml",
        "fine_so_far: {usual: true}",
        "paid_up: {in_dunning: true}",
    );
    desk.edit(
        "book/schema.yaml",
        "behind: {in_dunning: true}",
        "behind: {}",
    );
    desk.edit(
        "book/rules.banner",
        "own.state in {fine_so_far, behind}",
        "in_dunning",
    );
    stopped(&desk, "", "BN010");
    shows_nothing_false_to(&desk, &own_accounts().replace("fine_so_far", "paid_up"));
}

#[test]
fn not_every_value_is_marked_as_dunning() {
    let desk = own_schema();
    desk.edit(
        "book/schema.yaml",
        "{usual: true}",
        "{usual: true, in_dunning: true}",
    );
    stopped(&desk, "", "BN811");
    shows_nothing_false_to(&desk, &own_accounts());
}

#[test]
fn the_standard_marks_cannot_be_moved() {
    let desk = careless();
    desk.edit(
        "book/schema.yaml",
        "facts:\n",
        "facts:\n  billing.dunning_state:\n    type: enum\n    values: {clear: {in_dunning: true}, in_progress: {}}\n    doc: Moved.\n",
    );
    stopped(&desk, "", "BN810");
    shows_nothing_false(&desk);
}

#[test]
fn another_kind_does_not_borrow_the_words() {
    let desk = Desk::new();
    desk.edit("book/rules.banner", "copy       hello", "copy       failed");
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "billing.last_attempt_result == failed",
    );
    stopped(&desk, "", "BN009");
    shows_nothing_false(&desk);
}

const ELSEWHERE: &str = "banner elsewhere:
  message    payment_failed
  audience   billing.last_attempt_result == failed
  placement  top
  copy       failed
  owner      \"billing\"
";

#[test]
fn a_rule_is_found_wherever_it_lies() {
    for name in [
        "deep/er/x.banner",
        "tests/x.banner",
        "copy/x.banner",
        "sources/x.banner",
        "README.banner",
    ] {
        let desk = Desk::new();
        desk.write(&format!("book/{name}"), ELSEWHERE);
        let ran = lint(&desk, "");
        let document = ran.json();
        let finding = document["findings"].as_array().unwrap().iter();
        let mut finding = finding.filter(|finding| finding["code"] == "BN001");
        assert_eq!(finding.next().unwrap()["file"], format!("book/{name}"));
        shows_nothing_false(&desk);
    }
}

#[test]
fn a_rule_with_another_ending_is_no_rule() {
    for name in [
        "x.rules",
        "x.banner.bak",
        "x.Banner",
        "x.BANNER",
        "banner",
        "deep/x.banner~",
    ] {
        let desk = Desk::new();
        desk.write(&format!("book/{name}"), ELSEWHERE);
        stopped(&desk, "", "BN807");
        shows_nothing_false(&desk);
    }
}

/// What lint does not see, the engine does not see either: both read the same files.
#[test]
fn a_hidden_file_is_a_rule_to_nobody() {
    for name in [".hidden/x.banner", ".x.banner", "deep/.x.banner"] {
        let desk = Desk::new();
        desk.write(&format!("book/{name}"), ELSEWHERE);
        assert_eq!(lint(&desk, "").code, 0, "{name}");
        let ran = desk.run("explain elsewhere --book book");
        assert_eq!(ran.code, 2, "{}", ran.all());
        shows_nothing_false(&desk);
    }
}

#[test]
fn no_name_of_the_library_is_defined_anew() {
    for (text, code) in [
        ("segment in_dunning: true\n", "BN808"),
        ("segment payments_clear: true\n", "BN803"),
    ] {
        let desk = careless();
        desk.edit(
            "book/rules.banner",
            "and payers",
            "and payers and in_dunning",
        );
        desk.write("book/more.banner", text);
        stopped(&desk, "", code);
        shows_nothing_false(&desk);
    }
}

#[test]
fn a_book_adds_to_a_contract_and_never_takes_from_it() {
    let desk = careless();
    desk.write(
        "book/more.banner",
        "message payment_failed:\n  requires true\n",
    );
    stopped(&desk, "", "BN001");
    shows_nothing_false(&desk);
}

/// A source that takes an active subscription for dunning: every paying customer would be told.
#[test]
fn a_source_does_not_make_dunning_out_of_an_active_subscription() {
    let desk = Desk::new();
    desk.write(
        "book/sources/crm.yaml",
        "source: crm
account: /id
as_of: given
raw:
  row.seats: {at: /seats, type: int}
  sub.status: {at: /status, type: enum, values: [active, past_due, canceled]}
derive:
  plan.seats: {from: row.seats}
  billing.dunning_state:
    in_progress: sub.status in {active, past_due}
    clear: sub.status == canceled
",
    );
    stopped(&desk, "", "BN010");
    desk.edit(
        "book/sources/crm.yaml",
        "sub.status in {active, past_due}",
        "sub.status == past_due",
    );
    desk.edit(
        "book/sources/crm.yaml",
        "sub.status == canceled",
        "sub.status in {active, canceled}",
    );
    let ran = lint(&desk, "");
    assert_eq!(ran.code, 0, "{}", ran.all());
}

/// What moves a guard instead of going around it: the book is sound by its own lights, and says
/// less than the one before. Each is BN007 where the two are compared.
#[test]
fn a_guard_that_moves_is_seen_against_the_version_before() {
    let partly = "      partly_behind: {}\n";
    let marked = "      partly_behind: {in_dunning: true}\n";
    let before = |text: &str| format!("    fresh_for: {text}\n");
    for (file, from, to) in [
        ("schema.yaml", partly.to_owned(), marked.to_owned()),
        ("schema.yaml", before("1h"), before("24h")),
        (
            "rules.banner",
            "  requires own.asked\n".to_owned(),
            String::new(),
        ),
        (
            "rules.banner",
            "requires own.asked".to_owned(),
            "requires own.asked or in_dunning".to_owned(),
        ),
    ] {
        let desk = own_schema();
        desk.edit("book/schema.yaml", "    fresh_for: 24h\n", &before("1h"));
        desk.edit(
            "book/schema.yaml",
            "      behind:",
            &format!("{partly}      behind:"),
        );
        let schema = desk.read("book/schema.yaml");
        let asked = "  own.asked: {type: bool, fresh_for: 1h, doc: Whether we asked for it.}\n";
        desk.write("book/schema.yaml", schema + asked);
        desk.write(
            "book/rules.banner",
            "message payment_failed:\n  requires own.asked\n\nbanner failed:\n  \
             message    payment_failed\n  audience   in_dunning and own.asked\n  placement  top\n  \
             copy       failed\n  owner      \"billing\"\n",
        );
        desk.keep_as("base");
        let ran = lint(&desk, "--against base");
        assert_eq!(ran.code, 0, "{}", ran.all());
        desk.edit(&format!("book/{file}"), &from, &to);
        assert_eq!(lint(&desk, "").code, 0, "{from} by itself is sound");
        stopped(&desk, "--against base", "BN007");
        stopped(&desk, "--against base --select BN301", "BN007");
    }
}

#[test]
fn leaving_the_standard_contracts_out_is_seen_against_the_version_before() {
    let desk = Desk::new();
    desk.keep_as("base");
    assert_eq!(lint(&desk, "--against base").code, 0);
    // The core stays whatever is left out; what billing@1 adds to it goes with it.
    desk.write("book/schema.yaml", OWN);
    std::fs::remove_dir_all(desk.path().join("book/tests")).unwrap();
    std::fs::remove_dir_all(desk.path().join("book/sources")).unwrap();
    desk.write(
        "book/rules.banner",
        "banner failed:\n  message    payment_failed\n  audience   in_dunning\n  \
         placement  top\n  copy       failed\n  owner      \"billing\"\n",
    );
    assert_eq!(lint(&desk, "").code, 0);
    stopped(&desk, "--against base", "BN007");
}
