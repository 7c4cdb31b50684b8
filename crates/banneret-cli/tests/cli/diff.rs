//! Two versions of a book: directories and git revisions, who moves, how many, and the gates.

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::desk::{Desk, NOW, Ran, copy, run};
use crate::schemas::assert_described;

/// Keeps the book as it is in `base`, before it is edited.
fn keep(desk: &Desk) {
    copy(&desk.path().join("book"), &desk.path().join("base"));
}

fn edited(name: &str, from: &str, to: &str) -> Desk {
    let desk = Desk::new();
    keep(&desk);
    desk.edit(name, from, to);
    desk
}

/// The shipped rule book without the line that says `in_dunning`.
fn incident() -> Desk {
    let desk = Desk::with_shipped("rules");
    keep(&desk);
    desk.edit(
        "book/dunning.banner",
        "  in_dunning\n  and billing.last_attempt_result",
        "  billing.last_attempt_result",
    );
    desk
}

#[test]
fn the_incident_says_who_is_newly_in() {
    let desk = incident();
    let ran = desk.run("diff base book");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        ran.out
    );
    assert_snapshot!("incident_diff", ran.all());
    let diff = desk.run("diff base book --format json").json();
    let banners = diff["banners"].as_array().unwrap();
    let first = banners
        .iter()
        .find(|one| one["banner"] == "payment_failed_first")
        .unwrap();
    let told_by = first["entered"]["told_by"].as_array().unwrap();
    assert!(!told_by.is_empty() && told_by.len() <= 8, "{first:#}");
    assert_eq!(
        first["entered"]["example"]["facts"]["billing.dunning_state"]["value"],
        "clear"
    );
    assert!(
        first["withheld"].is_string() && first["left"].is_null(),
        "{first:#}"
    );
}

#[test]
fn its_example_is_in_the_one_audience_and_not_in_the_other() {
    let desk = incident();
    let diff = desk.run("diff base book --format json").json();
    for banner in diff["banners"].as_array().unwrap() {
        let example = &banner["entered"]["example"];
        let line = serde_json::json!({"id": "example", "facts": example["facts"]}).to_string();
        for (book, truth) in [("base", "false"), ("book", "true")] {
            let now = example["now"].as_str().unwrap();
            let words = ["decide", book, "--accounts", "-", "--why", "--now", now];
            let decided = desk.run_with(&words, &format!("{line}\n")).json();
            let name = banner["banner"].as_str().unwrap();
            assert_eq!(
                decided["why"][name]["audience"]["truth"], truth,
                "{book} {name}: {line}"
            );
        }
    }
}

#[test]
fn versions_that_mean_the_same() {
    let desk = edited(
        "book/rules.banner",
        "segment payers:",
        "# Whoever can.\nsegment payers:",
    );
    let ran = desk.run("diff base book");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "base and book mean the same\n")
    );
}

#[test]
fn a_wider_audience_with_accounts() {
    let desk = edited(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seats between 3 and 20",
    );
    desk.write("seats.csv", "id,plan.seats,billing.dunning_state,as_of\na,2,clear,2026-05-04T11:59:00Z\nb,12,clear,2026-05-04T11:59:00Z\nc,13,in_progress,2026-05-04T11:59:00Z\nd,14,,\ne,5,clear,2026-05-04T11:59:00Z\n");
    let ran = desk.run(&format!("diff base book --accounts seats.csv --now {NOW}"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_snapshot!("diff_with_accounts", ran.all());
}

#[test]
fn a_new_enum_value_shows_where_it_matters() {
    let desk = Desk::new();
    desk.edit(
        "book/schema.yaml",
        "facts:\n",
        "facts:\n  plan.tier: {type: enum, values: [free, paid]}\n",
    );
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.tier != free",
    );
    keep(&desk);
    desk.edit("book/schema.yaml", "[free, paid]", "[free, paid, trial]");
    assert_snapshot!("diff_new_value", desk.run("diff base book").all());
}

#[test]
fn only_a_message_changed() {
    let desk = edited(
        "book/rules.banner",
        "message greeting:\n",
        "message greeting:\n  requires plan.seats > 1\n",
    );
    let ran = desk.run("diff base book");
    assert_snapshot!("diff_message", ran.all());
}

#[test]
fn banners_that_come_go_and_are_killed() {
    let desk = edited("book/rules.banner", "banner hello:", "banner welcome:");
    desk.edit(
        "book/tests/hello.yaml",
        "shows: [hello]",
        "shows: [welcome]",
    );
    desk.edit(
        "book/tests/hello.yaml",
        "hides: [hello]",
        "hides: [welcome]",
    );
    desk.edit(
        "book/tests/hello.yaml",
        "{hello: audience",
        "{welcome: audience",
    );
    desk.write(
        "book/kills.yaml",
        "- {banner: failed, by: ann, at: 2026-05-04T12:00:00Z, because: wrong words}\n",
    );
    assert_snapshot!("diff_come_and_go", desk.run("diff base book").all());
}

#[test]
fn each_gate_holds_up_what_goes_over_it() {
    let desk = edited(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seats between 3 and 20",
    );
    desk.write("seats.csv", "id,plan.seats,billing.dunning_state,as_of\na,2,clear,2026-05-04T11:59:00Z\nb,12,clear,2026-05-04T11:59:00Z\nc,13,in_progress,2026-05-04T11:59:00Z\nd,14,,\n");
    let accounts = format!("--accounts seats.csv --now {NOW}");
    let code = |gate: &str| desk.run(&format!("diff base book {accounts} {gate}")).code;
    // Three are newly in, one of them in good standing; one is newly out.
    for (gate, within, over) in [
        ("--max-entered", "3", "2"),
        ("--max-entered", "75%", "74.9999%"),
        ("--max-left", "1", "0"),
        ("--max-left", "25%", "24%"),
        ("--max-entered-in-good-standing", "1", "0"),
        ("--max-entered-in-good-standing", "25%", "0.5%"),
    ] {
        assert_eq!(code(&format!("{gate} {within}")), 0, "{gate} {within}");
        assert_eq!(code(&format!("{gate} {over}")), 1, "{gate} {over}");
    }
    let ran = desk.run(&format!(
        "diff base book {accounts} --max-entered 50% --format json"
    ));
    assert_eq!(
        ran.json()["tripped"][0],
        serde_json::json!({"gate": "--max-entered", "banner": "hello", "limit": "50%", "moved": 3})
    );
    // A gate without accounts would always be open, and a limit must be one.
    assert_eq!(desk.run("diff base book --max-entered 1").code, 2);
    assert_eq!(code("--max-entered many"), 2);
    // What could not be read weighs more than the gate.
    desk.write("seats.csv", "id,plan.seats\na,many\nb,12\n");
    assert_eq!(code("--max-entered 0"), 2);
}

#[test]
fn facts_that_one_version_does_not_have_are_passed_over_by_it() {
    let desk = edited("book/schema.yaml", "plan.features", "plan.limits");
    desk.write("both.ndjson", "{\"id\":\"a\",\"facts\":{\"plan.seats\":3,\"plan.features\":[\"x\"],\"plan.limits\":[\"y\"]}}\n");
    let words = format!("diff base book --now {NOW} --accounts");
    let ran = desk.run(&format!("{words} both.ndjson"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    desk.write(
        "both.csv",
        "id,plan.seats,plan.features,plan.limits\na,3,x,y\n",
    );
    assert_eq!(desk.run(&format!("{words} both.csv")).code, 0);
    // One that neither has is a mistake.
    desk.write(
        "odd.ndjson",
        "{\"id\":\"a\",\"facts\":{\"plan.saets\":3}}\n",
    );
    desk.write("odd.csv", "id,plan.saets\na,3\n");
    for file in ["odd.ndjson", "odd.csv"] {
        let ran = desk.run(&format!("{words} {file}"));
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.err.contains("plan.saets"), "{}", ran.err);
        let ran = desk.run(&format!("{words} {file} --ignore-unknown-columns"));
        assert_eq!(ran.code, 0, "{}", ran.all());
    }
}

#[test]
fn a_careless_rule_counts_the_people_newly_told_an_untruth() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Some(file) = banneret_corpus::shared("data/credit-card-30k/accounts.csv") else {
        return;
    };
    let file = file.canonicalize().unwrap();
    let desk = Desk::with_shipped("examples/credit-card");
    keep(&desk);
    desk.edit(
        "book/cards.banner",
        "audience   in_dunning",
        "audience   not_paid_duly",
    );
    let accounts = format!(
        "--accounts {} --source credit-card --now {NOW}",
        file.display()
    );
    let ran = desk.run(&format!(
        "diff base book {accounts} --max-entered-in-good-standing 0 --format json"
    ));
    assert_eq!(ran.code, 1, "{}", ran.err);
    let diff = ran.json();
    let counts = &diff["banners"][0]["accounts"];
    assert_eq!(counts["entered"]["all"], 17_496, "{counts:#}");
    assert_eq!(counts["entered"]["good"], 17_496, "{counts:#}");
    assert_eq!(counts["stayed"]["all"], 6_818, "{counts:#}");
    assert_eq!(counts["left"]["all"], 0, "{counts:#}");
    assert_eq!(diff["tripped"][0]["moved"], 17_496);
    // The engine shows it to none of them, with the lint skipped.
    assert!(diff["banners"][0]["withheld"].is_string());
    assert_described("diff", [ran.out]);
    assert!(root.join("docs/schemas/diff.json").is_file());
    assert_snapshot!(
        "diff_credit_card",
        desk.run(&format!("diff base book {accounts}")).all()
    );
}

#[test]
fn its_json_is_as_the_schema_says() {
    let desk = incident();
    let documents = [
        desk.run("diff base book --format json").out,
        desk.run("diff base base --format json").out,
        desk.run("diff book base --format json").out,
    ];
    assert_described("diff", documents);
    let lint = desk.run(&format!(
        "lint book --against base --format json --now {NOW}"
    ));
    assert_eq!(lint.code, 1);
    assert_described("lint", [&lint.out]);
    assert_described("diff", [lint.json()["diff"].to_string()]);
}

/// A repository of which the desk is the top, with the book as its first commit.
fn repository(desk: &Desk) {
    git(desk, &["init", "--quiet", "--initial-branch", "main"]);
    commit(desk, "first");
}

fn commit(desk: &Desk, tag: &str) {
    git(desk, &["add", "--all"]);
    git(
        desk,
        &["commit", "--quiet", "--allow-empty", "--message", "change"],
    );
    git(desk, &["tag", tag]);
}

fn git(desk: &Desk, words: &[&str]) {
    let settings = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "tag.gpgsign=false",
        "-c",
        "core.autocrlf=false",
    ];
    let ran = Command::new("git")
        .args(settings)
        .args(words)
        .current_dir(desk.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn in_book(desk: &Desk, words: &str) -> Ran {
    run(
        &desk.path().join("book"),
        &words.split(' ').collect::<Vec<_>>(),
        "",
    )
}

#[test]
fn git_revisions_of_the_book_here_or_at_a_path() {
    let desk = Desk::new();
    desk.write("book/README.md", [0xff, 0xfe]);
    desk.write("book/.hidden/x", [0xff, 0xfe]);
    repository(&desk);
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seats between 2 and 12",
    );
    commit(&desk, "second");
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 12",
        "plan.seats between 2 and 14",
    );
    let entered = |ran: &Ran| {
        assert_eq!(ran.code, 0, "{}", ran.all());
        let json = ran.json();
        json["banners"][0]["entered"]["example"]["facts"]["plan.seats"]["value"].as_i64()
    };
    let json = "--format json";
    // From inside the book, from a folder of it, and from above with a path or another directory.
    assert_eq!(
        entered(&in_book(&desk, &format!("diff first second {json}"))),
        Some(11)
    );
    assert_eq!(
        entered(&in_book(&desk, &format!("diff HEAD . {json}"))),
        Some(13)
    );
    let tests = run(
        &desk.path().join("book/tests"),
        &["diff", "first", "main", "--format", "json"],
        "",
    );
    assert_eq!(entered(&tests), Some(11));
    assert_eq!(
        entered(&desk.run(&format!("diff first:book second:book {json}"))),
        Some(11)
    );
    assert_eq!(
        entered(&desk.run(&format!("diff second book {json}"))),
        Some(13)
    );
    assert_eq!(
        entered(&in_book(
            &desk,
            &format!("diff HEAD~1:./ HEAD:book/ {json}")
        )),
        Some(11)
    );
    assert_eq!(
        desk.run("diff first:book first:book").out,
        "first:book and first:book mean the same\n"
    );
}

#[test]
fn what_is_no_version_is_told() {
    let desk = Desk::new();
    let outside = desk.run("diff HEAD book");
    assert_eq!(outside.code, 2);
    assert!(
        outside.err.contains("this is no git repository"),
        "{}",
        outside.err
    );
    desk.write("book/notes/a.banner", "segment spare: plan.seats > 3\n");
    repository(&desk);
    for (words, wanted) in [
        ("diff nowhere book", "git knows no `nowhere` here"),
        (
            "diff HEAD:nowhere book",
            "`nowhere` is no folder at that revision",
        ),
        (
            "diff HEAD:book/notes book",
            "`book/notes` holds no banneret.yaml at that revision",
        ),
        (
            "diff HEAD: book",
            "the top of the repository holds no banneret.yaml",
        ),
        (
            "diff -- --output=x book",
            "neither a directory nor a git revision",
        ),
        ("diff HEAD book/notes", "it holds no banneret.yaml"),
    ] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{words}: {}", ran.all());
        assert!(ran.err.contains(wanted), "{words}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{words}: {}", ran.err);
    }
    let without_git = Command::new(env!("CARGO_BIN_EXE_banneret"))
        .args(["diff", "HEAD", "book"])
        .current_dir(desk.path())
        .env("PATH", desk.path())
        .output()
        .unwrap();
    assert_eq!(without_git.status.code(), Some(2));
    let said = String::from_utf8_lossy(&without_git.stderr);
    assert!(said.contains("there is no `git` here"), "{said}");
}

#[test]
fn what_git_keeps_is_read_within_the_limits_of_a_directory() {
    let desk = Desk::new();
    desk.write("book/large.banner", format!("# {}\n", "x".repeat(2 << 20)));
    repository(&desk);
    let ran = in_book(&desk, "diff HEAD HEAD");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("1048576 is the limit"), "{}", ran.err);
    desk.write("book/large.banner", [b'#', 0xff]);
    commit(&desk, "no-text");
    let ran = in_book(&desk, "diff HEAD HEAD");
    assert!(
        ran.err.contains("large.banner: it is no UTF-8 text"),
        "{}",
        ran.err
    );
    #[cfg(unix)]
    {
        std::fs::remove_file(desk.path().join("book/large.banner")).unwrap();
        std::os::unix::fs::symlink("rules.banner", desk.path().join("book/large.banner")).unwrap();
        commit(&desk, "link");
        let ran = in_book(&desk, "diff HEAD HEAD");
        assert!(
            ran.err.contains("large.banner: it is no file but a link"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_version_that_does_not_load_is_told() {
    let desk = edited(
        "book/rules.banner",
        "plan.seats between",
        "plan.seets between",
    );
    let ran = desk.run("diff base book");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("BN101")
            && ran
                .err
                .contains("the rule book book has 1 error, so nothing was compared"),
        "{}",
        ran.err
    );
}

#[test]
fn lint_against_a_version_tells_what_guards_less() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "message greeting:\n",
        "message payment_failed:\n  requires payers\n\nmessage greeting:\n",
    );
    repository(&desk);
    let well = desk.run(&format!("lint book --against HEAD --now {NOW}"));
    assert_eq!(well.code, 0, "{}", well.all());
    assert!(well.out.contains("mean the same"), "{}", well.out);
    desk.edit(
        "book/rules.banner",
        "segment payers: viewer.role in {owner, admin}",
        "segment payers: viewer.role in {owner, admin, agent}",
    );
    let ran = desk.run(&format!("lint book --against HEAD --now {NOW}"));
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_snapshot!("lint_against", ran.all());
    // Nothing leaves it out.
    for hidden in ["--select BN303", "--level BN303=off"] {
        let ran = desk.run(&format!(
            "lint book --against HEAD --format json --now {NOW} {hidden}"
        ));
        assert!(
            ran.codes().contains(&"BN007".to_owned()),
            "{hidden}: {}",
            ran.all()
        );
    }
    assert_eq!(desk.run("lint book --against HEAD --ignore BN007").code, 2);
    // Without a version to compare with there is nothing to say.
    let alone = desk.run(&format!("lint book --format json --now {NOW}"));
    assert!(!alone.codes().contains(&"BN007".to_owned()) && alone.json().get("diff").is_none());
}

#[test]
fn lint_against_what_is_no_version() {
    let desk = Desk::new();
    let ran = desk.run("lint book --against nowhere");
    assert_eq!(ran.code, 2, "{}", ran.all());
}

/// Whoever adds a directory called as the base is does not choose what is compared with.
#[test]
fn a_directory_hides_no_revision() {
    let desk = Desk::new();
    repository(&desk);
    desk.write("main/banneret.yaml", "edition: 1\n");
    for words in ["lint book --against main", "diff main book"] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(
            ran.err.contains("both a directory and a git revision"),
            "{}",
            ran.err
        );
    }
    assert_eq!(desk.run("diff main:book book").code, 0);
    assert_eq!(desk.run("diff main^0:book book").code, 0);
    let ran = desk.run("diff ./main book");
    assert!(!ran.err.contains("both"), "{}", ran.err);
}

/// What is wrong with the book is told even where the version to compare with is missing.
#[test]
fn findings_are_told_where_there_is_no_base() {
    let desk = Desk::new();
    repository(&desk);
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seets between 2 and 10",
    );
    for words in [
        "lint book --against nowhere",
        "lint book --against HEAD:old",
    ] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.out.contains("error[BN101]"), "{}", ran.all());
    }
    let moved = desk.run("lint book --against HEAD:old");
    assert!(
        moved
            .err
            .contains("if it had another name, write `HEAD:FOLDER`"),
        "{}",
        moved.err
    );
}

/// Inside a hook, git tells its children which repository it is about.
#[test]
fn it_works_inside_a_hook() {
    let desk = Desk::new();
    repository(&desk);
    let ran = Command::new(env!("CARGO_BIN_EXE_banneret"))
        .args(["lint", "book", "--against", "HEAD"])
        .current_dir(desk.path())
        .env("GIT_DIR", desk.path().join(".git"))
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// A gate that nothing could go over says so, rather than pass.
#[test]
fn a_gate_that_cannot_trip_is_refused() {
    let desk = edited(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seats between 2 and 12",
    );
    desk.write("none.json", "[]");
    let ran = desk.run("diff base book --accounts none.json --max-entered 0");
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(
        ran.err.contains("there are no accounts in the file"),
        "{}",
        ran.err
    );
}

/// Of whom nothing is known, nobody knows either whether they are newly in.
#[test]
fn accounts_that_cannot_be_told_are_counted() {
    let desk = edited(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "plan.seats between 2 and 12",
    );
    desk.write(
        "few.ndjson",
        "{\"id\":\"a\",\"facts\":{\"plan.seats\":11}}\n{\"id\":\"b\",\"facts\":{}}\n",
    );
    let ran = desk.run(&format!("diff base book --accounts few.ndjson --now {NOW}"));
    assert!(
        ran.out.contains("it is unknown: what the audience asks"),
        "{}",
        ran.out
    );
    let json = desk
        .run(&format!(
            "diff base book --accounts few.ndjson --now {NOW} --format json"
        ))
        .json();
    assert!(
        json["banners"][0]["accounts"]["unknown"].as_u64() > Some(0),
        "{json:#}"
    );
}

/// Words do not shed their contract by being given to another banner, of another kind.
#[test]
fn words_that_change_their_kind_keep_their_contract() {
    let desk = Desk::with_shipped("rules");
    keep(&desk);
    let rules = "message payment_note:\n\nbanner note:\n  message payment_note\n  audience billing.amount_overdue > 0 and managers\n  placement top\n  copy payment-failed-first\n  owner \"x\"\n";
    desk.write("book/note.banner", rules);
    let text = std::fs::read_to_string(desk.path().join("book/dunning.banner")).unwrap();
    let from = text.find("banner payment_failed_first:").unwrap();
    let to = text.find("banner payment_failed_second:").unwrap();
    desk.write("book/dunning.banner", text[..from].to_owned() + &text[to..]);
    let words = std::fs::read_to_string(desk.path().join("book/copy/en.ftl")).unwrap();
    desk.write(
        "book/copy/en.ftl",
        words.replacen(".kind = payment_failed", ".kind = payment_note", 1),
    );
    std::fs::remove_dir_all(desk.path().join("book/tests")).unwrap();
    assert!(
        !desk
            .run(&format!("lint book --format json --now {NOW}"))
            .codes()
            .contains(&"BN001".to_owned())
    );
    let ran = desk.run(&format!("lint book --against base --now {NOW}"));
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(
        ran.out.contains(
            "error[BN007]: `note` says `payment_note` in the words of `payment_failed_first`"
        ),
        "{}",
        ran.out
    );
}
