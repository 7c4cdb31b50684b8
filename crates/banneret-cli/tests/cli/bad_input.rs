//! Everything that a person or a program can get wrong, and what is said of it.
//!
//! `cargo test -p banneret-cli bad_input -- --nocapture` prints a line for each.

use crate::desk::{Desk, NOW};

/// Where the bad input stands.
enum At {
    /// A file of the rule book, beside those that are well; linted.
    File(&'static str, String),
    /// Instead of the audience of a banner; linted.
    Audience(String),
    /// Accounts; decided. How many are decided all the same.
    Accounts(&'static str, &'static str, usize),
}

struct Case {
    what: &'static str,
    at: At,
    /// What the error must say.
    says: &'static str,
}

fn file(
    what: &'static str,
    name: &'static str,
    text: impl Into<String>,
    says: &'static str,
) -> Case {
    Case {
        what,
        at: At::File(name, text.into()),
        says,
    }
}

fn audience(what: &'static str, text: impl Into<String>, says: &'static str) -> Case {
    Case {
        what,
        at: At::Audience(text.into()),
        says,
    }
}

fn accounts(what: &'static str, text: &'static str, decided: usize, says: &'static str) -> Case {
    Case {
        what,
        at: At::Accounts("bad.ndjson", text, decided),
        says,
    }
}

fn csv(what: &'static str, text: &'static str, decided: usize, says: &'static str) -> Case {
    Case {
        what,
        at: At::Accounts("bad.csv", text, decided),
        says,
    }
}

const CASE: &str = "now: 2026-05-04T12:00:00Z, facts: {plan.seats: 3}";

fn cases() -> Vec<Case> {
    [in_files(), in_audiences(), in_accounts()]
        .into_iter()
        .flatten()
        .collect()
}

fn in_files() -> Vec<Case> {
    vec![
        file(
            "an unknown key",
            "tests/x.yaml",
            format!("- {{name: x, {CASE}, hides: [failed], show: [hello]}}\n"),
            "show",
        ),
        file(
            "a duplicate key",
            "tests/x.yaml",
            format!("- {{name: x, {CASE}, hides: [failed], name: y}}\n"),
            "twice",
        ),
        file(
            "a YAML alias",
            "tests/x.yaml",
            "- &a {name: x}\n- *a\n",
            "alias",
        ),
        file("a merge key", "tests/x.yaml", "- <<: {name: x}\n", "<<"),
        file(
            "a file of 2 MiB",
            "big.banner",
            "# big\n".repeat(350_000),
            "1048576",
        ),
        file(
            "a segment cycle",
            "x.banner",
            "segment one: two\nsegment two: three\nsegment three: one\n",
            "one → two",
        ),
        file(
            "a segment called in_dunning",
            "x.banner",
            "segment in_dunning: true\n",
            "in_dunning",
        ),
        file(
            "U+202E in a name",
            "x.banner",
            "segment pay\u{202e}ers2: true\n",
            "U+202E",
        ),
        file(
            "a Cyrillic look-alike in a name",
            "x.banner",
            "segment p\u{430}yers2: true\n",
            "U+0430",
        ),
        file(
            "a file that is no part of a book",
            "notes.txt",
            "hello\n",
            "notes.txt",
        ),
    ]
}

fn in_audiences() -> Vec<Case> {
    let deep = |open: &str, close: &str| {
        format!(
            "{}plan.seats > 1{}",
            open.repeat(100_000),
            close.repeat(100_000)
        )
    };
    vec![
        audience("( a hundred thousand times", deep("(", ")"), "128"),
        audience("not a hundred thousand times", deep("not ", ""), "128"),
        audience("{}", "viewer.role in {}", "{}"),
        audience(
            "between 9 and 3",
            "plan.seats between 9 and 3",
            "between 3 and 9",
        ),
        audience("=", "plan.seats = 3", "=="),
        audience("&&", "plan.seats > 3 && viewer.role == owner", "and"),
        audience("a misspelt fact", "plan.seets > 3", "plan.seats"),
        audience("a misspelt enum value", "viewer.role == ownr", "owner"),
        audience(
            "an enum compared with a number",
            "viewer.role == 3",
            "viewer.role",
        ),
        audience(
            "a time without a zone",
            "trial.ends_at before 2026-05-04T12:00:00",
            "zone",
        ),
        audience("an unquoted string", "account.country == SE", "\"SE\""),
    ]
}

fn in_accounts() -> Vec<Case> {
    vec![
        csv(
            "a CSV with an unknown column",
            "id,plan.seets\na,3\n",
            0,
            "did you mean `plan.seats`?",
        ),
        accounts(
            "an NDJSON line cut in half",
            "{\"id\":\"a\",\"facts\":{}}\n{\"id\":\"b\",\"fac\n{\"id\":\"c\"}\n",
            2,
            "bad.ndjson:2: the line ends in the middle of a JSON document",
        ),
        accounts(
            "a duplicate JSON key",
            "{\"id\":\"a\",\"facts\":{\"plan.seats\":1,\"plan.seats\":2}}\n",
            0,
            "twice",
        ),
        accounts(
            "an account without an id",
            "{\"facts\":{}}\n{\"id\":\"b\"}\n",
            1,
            "no `id`",
        ),
        accounts(
            "18446744073709551616 for an int",
            "{\"id\":\"a\",\"facts\":{\"plan.seats\":18446744073709551616}}\n",
            0,
            "64-bit",
        ),
        accounts(
            "1.5 for an int",
            "{\"id\":\"a\",\"facts\":{\"plan.seats\":1.5}}\n",
            0,
            "no whole number",
        ),
        accounts(
            "NaN",
            "{\"id\":\"a\",\"facts\":{\"plan.seats\":NaN}}\n",
            0,
            "bad.ndjson:1",
        ),
        csv(
            "NaN in CSV",
            "id,plan.seats\na,NaN\nb,2\n",
            1,
            "`plan.seats` is an int, but `NaN` was given",
        ),
        csv(
            "a CSV row that is too short",
            "id,plan.seats\na\nb,2\n",
            1,
            "bad.csv:2: the row has 1 field, but the header has 2",
        ),
        csv("an empty CSV", "", 0, "the file is empty"),
        csv(
            "a CSV with semicolons",
            "id;plan.seats\na;2\n",
            0,
            "not separated by commas",
        ),
        csv(
            "a CSV without ids",
            "plan.seats\n2\n",
            0,
            "no column is `id`",
        ),
        accounts(
            "a key that no account has",
            "{\"id\":\"a\",\"fact\":{}}\n",
            0,
            "no key `fact`",
        ),
        accounts(
            "a time without a zone, in an account",
            "{\"id\":\"a\",\"as_of\":\"2026-05-04T12:00:00\"}\n",
            0,
            "has no zone",
        ),
    ]
}

/// What is said, and the exit code.
fn tried(case: &Case) -> (String, String, i32) {
    let desk = Desk::new();
    let ran = match &case.at {
        At::File(name, text) => {
            desk.write(&format!("book/{name}"), text);
            desk.run("lint book")
        }
        At::Audience(text) => {
            desk.edit("book/rules.banner", "plan.seats between 2 and 10", text);
            desk.run("lint book")
        }
        At::Accounts(name, text, _) => {
            desk.write(name, text);
            desk.run(&format!("decide book --accounts {name} --now {NOW}"))
        }
    };
    match &case.at {
        At::Accounts(_, _, decided) => {
            assert_eq!(
                ran.out.lines().count(),
                *decided,
                "{}: {}",
                case.what,
                ran.all()
            );
            (
                ran.err.clone(),
                ran.err.lines().next().unwrap_or_default().to_owned(),
                ran.code,
            )
        }
        _ => (ran.out.clone(), gist(&ran.out, case.says), ran.code),
    }
}

/// The finding that says it: its place, title and help.
fn gist(text: &str, says: &str) -> String {
    let mut findings = text.split("\n\n");
    let finding = findings
        .find(|finding| finding.contains(says))
        .unwrap_or(text);
    let line = |mark: &str| {
        finding
            .lines()
            .find_map(|line| Some(line.split_once(mark)?.1.trim()))
    };
    let title = finding.lines().next().unwrap_or_default();
    let place = line("--> ").unwrap_or_default();
    let help = line("= help: ")
        .map(|help| format!(" | {help}"))
        .unwrap_or_default();
    format!("{place}: {title}{help}")
}

#[test]
fn every_mistake_is_told_with_its_place_and_what_to_do() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (said, gist, code) = tried(&case);
        println!("{:<38} {gist}", case.what);
        let wanted = if matches!(case.at, At::Accounts(..)) {
            2
        } else {
            1
        };
        if code != wanted || !said.contains(case.says) {
            let said: String = said.chars().take(2_000).collect();
            wrong.push(format!(
                "{}: exit {code}, wanted {:?} in\n{said}",
                case.what, case.says
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
