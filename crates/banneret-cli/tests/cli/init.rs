//! A fresh rule book: clean in every way, in an empty place, and nothing lost.

use insta::assert_snapshot;

use crate::desk::{Desk, NOW};
use crate::tools::{against, project};

/// The files of a folder and their texts, by name, dotfiles too.
fn files(desk: &Desk) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![desk.path().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(desk.path()).unwrap();
                let name = name.to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_fresh_book_is_clean_now_and_tomorrow() {
    for now in [NOW, "2028-02-29T23:59:59Z", "2031-12-31T00:00:00Z"] {
        let desk = Desk::empty();
        let made = desk.run(&format!("init rules --now {now}"));
        assert_eq!((made.code, made.err.as_str()), (0, ""), "{}", made.all());
        let lint = desk.run(&format!("lint rules --format json --now {now}"));
        assert_eq!((lint.code, lint.codes()), (0, vec![]), "{}", lint.all());
        let layout = desk.run("fmt --check rules");
        assert_eq!(layout.code, 0, "{}", layout.all());
        let test = desk.run("test rules");
        assert_eq!(test.code, 0, "{}", test.all());
        let check = desk.run(&format!("check rules --now {now}"));
        assert_eq!(check.code, 0, "{}", check.all());
        for (name, text) in files(&desk) {
            let left = text.replace("${{", "");
            assert!(!left.contains("{{"), "{name} is not filled in:\n{text}");
        }
    }
}

#[test]
fn by_the_clock_it_is_clean_too() {
    let desk = Desk::empty();
    desk.run("init rules");
    let lint = desk.run("lint rules --format json");
    assert_eq!((lint.code, lint.codes()), (0, vec![]), "{}", lint.all());
}

/// What the tests of a fresh book must be about, as its lints will ask of every book.
#[test]
fn its_tests_show_and_hide_and_know_old_news() {
    let desk = Desk::empty();
    desk.run(&format!("init rules --now {NOW}"));
    let tests = desk.read("rules/tests/cards.yaml");
    for wanted in [
        "shows: [",
        "hides: [",
        "as_of: 2026-05-02",
        "audience-unknown",
    ] {
        assert!(tests.contains(wanted), "{wanted}: {tests}");
    }
    // They look at the rule: without a part of it, one of them fails.
    for part in [
        "  and payment_method.expires_at in the next 30 days\n",
        "  and payment_method.has_backup == false\n",
        " and payers",
    ] {
        let desk = Desk::empty();
        desk.run(&format!("init rules --now {NOW}"));
        desk.edit(
            "rules/cards.banner",
            part,
            if part.ends_with('\n') { "\n" } else { "" },
        );
        let (lint, test) = (
            desk.run(&format!("lint rules --now {NOW}")),
            desk.run("test rules"),
        );
        assert_eq!(
            lint.code.max(test.code),
            1,
            "{part}: {}{}",
            lint.all(),
            test.all()
        );
    }
}

#[test]
fn it_says_what_was_made_and_what_to_do_next() {
    let desk = Desk::empty();
    let made = desk.run(&format!("init rules --now {NOW}"));
    assert_snapshot!("init", made.all());
    let says = |name: &str| made.out.contains(&format!("  {name} "));
    let files = files(&desk);
    assert!(files.iter().all(|(name, _)| says(name)), "{}", made.all());
    // What it advises can be typed.
    let next: Vec<_> = made
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  banneret "))
        .collect();
    assert_eq!(next.len(), 2);
    for words in next {
        let ran = desk.run(words);
        assert_eq!(ran.code, 0, "{words}: {}", ran.all());
    }
}

#[test]
fn without_a_name_it_is_the_folder_here() {
    let desk = Desk::empty();
    desk.write("README.md", "Ours.");
    desk.write(".gitignore", "*.tmp\n");
    let made = desk.run(&format!("init --now {NOW}"));
    assert_eq!(made.code, 0, "{}", made.all());
    assert!(made.out.contains("\n  banneret.yaml "), "{}", made.all());
    assert!(made.out.contains("\n  banneret check\n"), "{}", made.all());
    assert_eq!(desk.run(&format!("check --now {NOW}")).code, 0);
    assert_eq!(desk.read("README.md"), "Ours.");
    assert!(
        desk.read(".github/workflows/banneret.yml")
            .contains("book: .\n")
    );
}

#[test]
fn nothing_is_overwritten() {
    let desk = Desk::empty();
    desk.run(&format!("init rules --now {NOW}"));
    let before = files(&desk);
    for (words, why) in [
        ("init rules", "rules is a rule book already"),
        ("init", ". is not empty, it holds rules"),
        ("init .", "such as `banneret init rules`"),
        ("init rules/copy", "it holds en.ftl"),
        ("init rules/schema.yaml", "cannot read rules/schema.yaml"),
    ] {
        let ran = desk.run(words);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (2, ""),
            "{words}: {}",
            ran.all()
        );
        assert!(ran.err.contains(why), "{words}: {}", ran.all());
    }
    assert!(files(&desk) == before, "something was changed");
}

#[test]
fn the_step_for_github_goes_to_the_top_of_the_repository() {
    let desk = Desk::empty();
    desk.write("shop/.git/HEAD", "ref: refs/heads/main\n");
    let made = desk.run("init shop/messages/rules");
    assert!(
        made.out.contains("  shop/.github/workflows/banneret.yml "),
        "{}",
        made.all()
    );
    let workflow = desk.read("shop/.github/workflows/banneret.yml");
    assert!(workflow.contains("book: messages/rules\n"), "{workflow}");
    // A second book leaves the first one's step alone, and says so.
    let made = desk.run("init shop/other");
    assert_eq!(made.code, 0, "{}", made.all());
    assert!(
        made.out.contains("was there already: add this book"),
        "{}",
        made.all()
    );
    assert_eq!(desk.read("shop/.github/workflows/banneret.yml"), workflow);
}

#[test]
fn a_name_with_a_space_or_a_colon_stays_one_name() {
    let desk = Desk::empty();
    desk.write(".git/HEAD", "ref: refs/heads/main\n");
    let made = desk.run_with(&["init", "our rules: all"], "");
    assert_eq!(made.code, 0, "{}", made.all());
    let workflow = desk.read(".github/workflows/banneret.yml");
    assert!(
        workflow.contains("book: \"our rules: all\"\n"),
        "{workflow}"
    );
    assert!(
        made.out.contains("  banneret check 'our rules: all'\n"),
        "{}",
        made.all()
    );
}

#[test]
fn who_has_another_ci_goes_without() {
    let desk = Desk::empty();
    let made = desk.run(&format!("init rules --no-ci --now {NOW}"));
    assert_eq!(made.code, 0, "{}", made.all());
    assert!(!desk.path().join("rules/.github").exists());
    assert!(!made.out.contains(".github"), "{}", made.all());
}

/// What the files name is there: the schemas for editors, and what the project's action takes.
#[test]
fn what_it_names_outside_itself_is_there() {
    let desk = Desk::empty();
    desk.run(&format!("init rules --now {NOW}"));
    for name in ["banneret.yaml", "schema.yaml", "tests/cards.yaml"] {
        let text = desk.read(&format!("rules/{name}"));
        let first = text.lines().next().unwrap();
        let address = first.strip_prefix("# yaml-language-server: $schema=");
        let address = address.unwrap_or_else(|| panic!("{name}: {first}"));
        let (_, inside) = address.split_once("/main/").unwrap();
        let schema = project().join(inside);
        let says = std::fs::read_to_string(&schema).unwrap();
        assert!(says.contains(&format!("\"$id\": \"{address}\"")), "{says}");
        // Nothing without the tool.
        let file = desk.path().join("rules").join(name);
        if let Some(said) = against(&schema, &[file]) {
            assert_eq!(said["status"], "ok", "{name}: {said:#}");
        }
    }
    let action = std::fs::read_to_string(project().join("action.yml")).unwrap();
    let workflow = desk.read("rules/.github/workflows/banneret.yml");
    let (_, given) = workflow
        .split_once("        with:\n          book")
        .unwrap();
    let given = format!("          book{given}");
    for line in given.lines() {
        let (name, _) = line.trim_start().split_once(':').unwrap();
        assert!(
            action.contains(&format!("\n  {name}:\n")),
            "{name}: {action}"
        );
    }
}
