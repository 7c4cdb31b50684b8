//! The places where teams run the command: the action of GitHub, and pre-commit, run for real.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::desk::Desk;
use crate::tools::{project, ran, tool};

/// A YAML file as JSON, read by a reader that is not ours.
fn yaml(path: &Path) -> Option<Value> {
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let mut python = Command::new(tool("bin/python")?);
    let (read, said) = ran(python.args(["-c", script]).arg(path));
    assert!(read, "{said}");
    Some(serde_json::from_str(&said).unwrap())
}

/// The folder of the command under test, before all others.
fn path_with(folder: &Path) -> String {
    let rest = std::env::var("PATH").unwrap_or_default();
    format!("{}:{rest}", folder.display())
}

fn command_folder() -> PathBuf {
    let command = Path::new(env!("CARGO_BIN_EXE_banneret"));
    command.parent().unwrap().to_owned()
}

/// A fresh book, as `banneret init` makes it.
fn fresh() -> Desk {
    let desk = Desk::empty();
    let made = desk.run("init rules");
    assert_eq!(made.code, 0, "{}", made.all());
    desk
}

/// The name of a step, whether it went well, and what it said.
type Came = (String, bool, String);

/// The steps of the action that have a script, and what each came to; it ends with the first that
/// fails, as there.
fn act(desk: &Desk, action: &Value, given: &[(&str, &str)], path: &str) -> Vec<Came> {
    let declared = action["inputs"].as_object().unwrap();
    let mut inputs: BTreeMap<_, _> = declared
        .iter()
        .map(|(name, input)| (name.as_str(), input["default"].as_str().unwrap()))
        .collect();
    for (name, value) in given {
        assert!(inputs.insert(name, value).is_some(), "no input {name}");
    }
    desk.write("path", "");
    let mut came = Vec::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        let Some(script) = step["run"].as_str() else {
            continue;
        };
        assert!(
            !script.contains("${{"),
            "an input in a script could end it: {script}"
        );
        let added = desk.read("path").replace('\n', ":");
        let mut bash = Command::new("bash");
        bash.args([
            "--noprofile",
            "--norc",
            "-e",
            "-o",
            "pipefail",
            "-c",
            script,
        ])
        .current_dir(desk.path())
        .env("GITHUB_PATH", desk.path().join("path"))
        .env("PATH", format!("{added}{path}"));
        for (name, value) in step["env"].as_object().unwrap() {
            let mut value = value.as_str().unwrap().to_owned();
            for (input, given) in &inputs {
                value = value.replace(&format!("${{{{ inputs.{input} }}}}"), given);
            }
            assert!(!value.contains("${{"), "{value}");
            bash.env(name, value);
        }
        let (well, said) = ran(&mut bash);
        came.push((step["name"].as_str().unwrap().to_owned(), well, said));
        if !well {
            break;
        }
    }
    came
}

#[test]
fn the_action_passes_a_fresh_book_and_fails_a_wrong_one() {
    let Some(action) = yaml(&project().join("action.yml")) else {
        return;
    };
    let path = std::env::var("PATH").unwrap_or_default();
    let banneret = env!("CARGO_BIN_EXE_banneret");
    let desk = fresh();
    let given = [
        ("book", "rules"),
        ("path", banneret),
        ("sarif", "found.sarif"),
    ];
    let came = act(&desk, &action, &given, &path);
    assert!(came.iter().all(|(_, well, _)| *well), "{came:?}");
    let names: Vec<_> = came.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(
        names,
        ["Install banneret", "Write SARIF", "Lint", "Test", "Layout"]
    );
    assert!(
        came[2].2.contains("banneret lint: rules: no errors"),
        "{came:?}"
    );
    desk.edit("rules/cards.banner", "audience ", "audience  no.fact and ");
    let came = act(&desk, &action, &given, &path);
    let (name, well, said) = came.last().unwrap();
    assert_eq!((name.as_str(), *well), ("Lint", false), "{came:?}");
    assert!(
        said.contains("::error file=rules/cards.banner,line="),
        "{said}"
    );
    let log: Value = serde_json::from_str(&desk.read("found.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "BN101");
}

#[test]
fn the_action_takes_a_baseline() {
    let Some(action) = yaml(&project().join("action.yml")) else {
        return;
    };
    let path = path_with(&command_folder());
    let desk = crate::tools::quiet();
    let words = "plan.seats > 2 and plan.seats < 9 or plan.seats == 3";
    desk.edit("book/rules.banner", "plan.seats between 2 and 10", words);
    let banneret = env!("CARGO_BIN_EXE_banneret");
    let given = [
        ("book", "book"),
        ("path", banneret),
        ("baseline", "known.json"),
    ];
    assert_eq!(desk.run("lint book --write-baseline known.json").code, 0);
    let came = act(&desk, &action, &given, &path);
    assert!(
        came[2].1 && came[2].2.contains("in the baseline"),
        "{came:?}"
    );
    let came = act(&desk, &action, &given[..2], &path);
    assert!(!came[2].1, "{came:?}");
}

/// The program may have any name; where there is none, another one is not run in its place.
#[test]
fn the_action_takes_the_program_that_is_named() {
    let Some(action) = yaml(&project().join("action.yml")) else {
        return;
    };
    let desk = fresh();
    let named = desk.path().join("my tools/banneret-0.1.0");
    std::fs::create_dir(named.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_banneret"), named).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let given = |path| [("book", "rules"), ("path", path)];
    let came = act(&desk, &action, &given("my tools/banneret-0.1.0"), &path);
    assert_eq!(came.len(), 5, "{came:?}");
    assert!(came.iter().all(|(_, well, _)| *well), "{came:?}");
    let path = path_with(&command_folder());
    for wrong in ["tools/none", "rules"] {
        let came = act(&desk, &action, &given(wrong), &path);
        assert_eq!((came.len(), came[0].1), (1, false), "{came:?}");
        assert!(came[0].2.contains("names no program"), "{came:?}");
    }
}

/// What guards less than before is in the uploaded findings too.
#[test]
fn the_action_uploads_what_a_comparison_finds() {
    let Some(action) = yaml(&project().join("action.yml")) else {
        return;
    };
    let desk = crate::tools::quiet();
    desk.edit(
        "book/banneret.yaml",
        "edition: 1\n",
        "edition: 1\nfreeze: [{from: 2020-01-01, until: 2999-01-01, reason: Rest}]\n",
    );
    desk.keep_as("before");
    desk.edit(
        "book/rules.banner",
        "cap        1 ever",
        "cap        2 ever",
    );
    let path = std::env::var("PATH").unwrap_or_default();
    let given = [
        ("book", "book"),
        ("path", env!("CARGO_BIN_EXE_banneret")),
        ("against", "before"),
        ("sarif", "found.sarif"),
    ];
    let came = act(&desk, &action, &given, &path);
    assert_eq!((came[1].1, came[2].1), (true, false), "{came:?}");
    let log: Value = serde_json::from_str(&desk.read("found.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "BN407");
}

/// With a cargo that only says what it was asked, for the real one needs the network.
#[test]
fn the_action_installs_with_cargo() {
    let Some(action) = yaml(&project().join("action.yml")) else {
        return;
    };
    let desk = fresh();
    desk.write("tools/cargo", "#!/bin/sh\necho \"asked: $*\"\n");
    let made = Command::new("chmod")
        .arg("+x")
        .arg(desk.path().join("tools/cargo"))
        .status();
    assert!(made.unwrap().success());
    let path = path_with(&desk.path().join("tools"));
    for (version, asked) in [
        ("", "asked: install --locked banneret-cli\n"),
        (
            "0.1.0",
            "asked: install --locked banneret-cli --version 0.1.0\n",
        ),
    ] {
        let came = act(&desk, &action, &[("version", version)], &path);
        assert_eq!(came[0].2, asked);
        assert!(desk.read("path").trim_end().ends_with("/bin"));
    }
}

#[test]
fn what_the_documentation_shows_is_as_github_and_gitlab_want_it() {
    let Some(check) = tool("bin/check-jsonschema") else {
        return;
    };
    let desk = Desk::empty();
    let page = std::fs::read_to_string(project().join("docs/ci.md")).unwrap();
    let mut shown = Vec::new();
    for block in page.split("\n```yaml ").skip(1) {
        let (kind, rest) = block.split_once('\n').unwrap();
        desk.write(&format!("{kind}.yml"), rest.split("\n```").next().unwrap());
        shown.push(kind);
    }
    assert_eq!(shown, ["github", "gitlab"]);
    for (schema, path) in [
        ("vendor.github-workflows", desk.path().join("github.yml")),
        ("vendor.gitlab-ci", desk.path().join("gitlab.yml")),
        ("vendor.github-actions", project().join("action.yml")),
    ] {
        let (well, said) = ran(Command::new(&check)
            .args(["--builtin-schema", schema])
            .arg(path));
        assert!(well, "{said}");
    }
}

fn git(folder: &Path, words: &str) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
    let (well, said) = ran(git.args(words.split(' ')).current_dir(folder));
    assert!(well, "git {words}: {said}");
    said.trim().to_owned()
}

/// What pre-commit says of the repository's files.
fn hooked(desk: &Desk, pre_commit: &Path) -> (bool, String) {
    hooked_with(desk, pre_commit, &["run", "--all-files"])
}

fn hooked_with(desk: &Desk, pre_commit: &Path, words: &[&str]) -> (bool, String) {
    let repository = desk.path().join("work");
    git(&repository, "add -A");
    let mut command = Command::new(pre_commit);
    command
        .args(words)
        .current_dir(&repository)
        .env("PRE_COMMIT_HOME", desk.path().join("cache"))
        .env("PATH", path_with(&command_folder()));
    ran(&mut command)
}

#[test]
fn pre_commit_passes_a_fresh_book_and_fails_a_wrong_one() {
    let Some(pre_commit) = tool("bin/pre-commit") else {
        return;
    };
    let desk = Desk::empty();
    let hooks = std::fs::read_to_string(project().join(".pre-commit-hooks.yaml")).unwrap();
    desk.write("hooks/.pre-commit-hooks.yaml", hooks);
    let from = desk.path().join("hooks");
    for words in ["init -q", "add -A", "commit -q -m hooks"] {
        git(&from, words);
    }
    let revision = git(&from, "rev-parse HEAD");
    desk.write("work/notes.txt", "Nothing of a book.\n");
    git(&desk.path().join("work"), "init -q");
    let hook = |id: &str| format!("      - {{id: {id}, args: [rules]}}\n");
    let hooks = ["banneret-fmt", "banneret-lint", "banneret-test"]
        .map(hook)
        .concat();
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n{hooks}",
        from.display()
    );
    desk.write("work/.pre-commit-config.yaml", config);
    let (well, said) = hooked(&desk, &pre_commit);
    assert!(well && said.matches("Skipped").count() == 3, "{said}");
    assert_eq!(desk.run("init work/rules").code, 0);
    let (well, said) = hooked(&desk, &pre_commit);
    assert!(well && said.matches("Passed").count() == 3, "{said}");
    // A schema by another name is looked at as well.
    let manifest = desk.read("work/rules/banneret.yaml");
    let other = manifest.replace("schema: schema.yaml", "schema: facts.yaml");
    desk.write("work/rules/banneret.yaml", other);
    desk.write("work/rules/facts.yaml", desk.read("work/rules/schema.yaml"));
    std::fs::remove_file(desk.path().join("work/rules/schema.yaml")).unwrap();
    git(&desk.path().join("work"), "add -A");
    git(&desk.path().join("work"), "commit -q --no-verify -m book");
    desk.edit(
        "work/rules/facts.yaml",
        "include: [",
        "include: [billing@9, ",
    );
    git(&desk.path().join("work"), "add -A");
    let (well, said) = hooked_with(&desk, &pre_commit, &["run"]);
    assert!(!well && said.contains("billing@9"), "{said}");
    desk.edit("work/rules/facts.yaml", "billing@9, ", "");
    desk.edit(
        "work/rules/cards.banner",
        "audience ",
        "audience  no.fact and ",
    );
    let (well, said) = hooked(&desk, &pre_commit);
    assert!(
        !well && said.contains("there is no fact `no.fact`"),
        "{said}"
    );
    assert!(said.contains("hook id: banneret-lint"), "{said}");
}
