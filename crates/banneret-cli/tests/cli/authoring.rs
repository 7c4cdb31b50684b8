//! `docs/authoring.md`, followed to the letter: what it says to write is written, what it says to
//! type is run, and what it says comes of it has to come of it.

use std::path::Path;
use std::process::Command;

use crate::desk::Desk;

const GUIDE: &str = include_str!("../../../../docs/authoring.md");

/// A piece of the guide in a box.
struct Block {
    /// The line of the guide where it begins.
    line: usize,
    /// What stands behind the opening marks: `yaml file=rules/tests/payments.yaml`.
    info: String,
    text: String,
    /// The paragraph before it.
    before: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = String::new();
    let mut lines = guide.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            match line {
                "" => before.push('\n'),
                line => before += line,
            }
            continue;
        };
        let inner = lines.by_ref().map(|(_, line)| line);
        let inner: Vec<_> = inner.take_while(|line| *line != "```").collect();
        blocks.push(Block {
            line: number + 1,
            info: info.to_owned(),
            text: inner.join("\n") + "\n",
            before: before
                .trim_end()
                .rsplit('\n')
                .next()
                .unwrap_or("")
                .to_owned(),
        });
        before.clear();
    }
    blocks
}

#[test]
fn the_guide_can_be_followed_to_the_letter() {
    let desk = Desk::empty();
    let blocks = blocks(GUIDE);
    assert!(blocks.len() > 15, "{} blocks", blocks.len());
    for block in &blocks {
        follow(&desk, block);
    }
    // What is advised on the way can be typed too.
    let advised = GUIDE.split('`').skip(1).step_by(2);
    let advised = advised.filter_map(|typed| typed.strip_prefix("banneret explain "));
    let advised: Vec<_> = advised.collect();
    assert!(advised.len() > 1, "{advised:?}");
    for name in advised {
        let ran = desk.run(&format!("explain {name}"));
        assert_eq!(ran.code, 0, "{name}: {}", ran.all());
    }
}

/// Does what a block says. Each says what it is for, so that none is passed over.
fn follow(desk: &Desk, block: &Block) {
    let Block {
        line,
        info,
        text,
        before,
    } = block;
    let Some((language, what)) = info.split_once(' ') else {
        assert_eq!(info, "console", "line {line}: what is this block for?");
        return type_in(desk, text, *line);
    };
    let (what, file) = what.split_once('=').unwrap_or((what, ""));
    // Who reads it must be told which file is meant.
    assert!(
        before.contains(&format!("`{file}`")),
        "line {line}: {file} is not named before"
    );
    let is_there = desk.path().join(file).exists();
    assert_eq!(
        is_there,
        what != "file" || language == "diff",
        "line {line}: {file}"
    );
    match (language, what) {
        ("diff", "file") => desk.write(file, changed(&desk.read(file), text, *line)),
        (_, "file") => desk.write(file, text),
        (_, "add") => desk.write(file, desk.read(file) + text),
        (_, "shows") => assert!(
            desk.read(file).contains(text),
            "line {line}: {file} differs"
        ),
        _ => panic!("line {line}: what is `{info}`?"),
    }
}

/// A file after a change that is written as lines with `-`, `+` and neither.
fn changed(file: &str, change: &str, line: usize) -> String {
    let side = |sign| {
        let lines = change.split_inclusive('\n');
        let lines = lines.filter(move |line| line.starts_with([' ', sign]));
        lines.map(|line| &line[1..]).collect::<String>()
    };
    let (old, new) = (side('-'), side('+'));
    assert_eq!(
        file.matches(&old).count(),
        1,
        "line {line}: once in\n{file}"
    );
    file.replacen(&old, &new, 1)
}

/// Runs each line with a `$`, and holds what came of it against the lines that follow.
fn type_in(desk: &Desk, text: &str, line: usize) {
    let mut lines = text.lines().peekable();
    while let Some(typed) = lines.next() {
        let command = typed.strip_prefix("$ ");
        let command = command.unwrap_or_else(|| panic!("line {line}: no command: {typed}"));
        let mut promised = Vec::new();
        while let Some(answer) = lines.next_if(|line| !line.starts_with("$ ")) {
            promised.push(answer);
        }
        let came = typed_in(desk.path(), command);
        let shown: Vec<_> = came.lines().map(str::trim_end).collect();
        assert!(
            same(&promised, &shown),
            "docs/authoring.md:{line}: {command}\n--- promised\n{}\n--- came\n{came}",
            promised.join("\n")
        );
    }
}

/// What a person sees who types that.
fn typed_in(folder: &Path, command: &str) -> String {
    let ours = Path::new(env!("CARGO_BIN_EXE_banneret")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(ours.to_owned()).chain(std::env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(path).unwrap())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Whether lines came as promised, where `…` alone stands for any lines and inside a line for
/// any text.
fn same(promised: &[&str], came: &[&str]) -> bool {
    match promised.split_first() {
        None => came.is_empty(),
        Some((&"…", rest)) => (0..=came.len()).any(|skipped| same(rest, &came[skipped..])),
        Some((line, rest)) => came
            .split_first()
            .is_some_and(|(first, others)| alike(line, first) && same(rest, others)),
    }
}

fn alike(promised: &str, came: &str) -> bool {
    let Some((start, rest)) = promised.split_once('…') else {
        return promised == came;
    };
    let Some(came) = came.strip_prefix(start) else {
        return false;
    };
    let ends = came.char_indices().map(|(at, _)| at).chain([came.len()]);
    ends.into_iter().any(|at| alike(rest, &came[at..]))
}

#[test]
fn what_is_left_out_is_no_licence() {
    assert!(same(&["a", "…", "d"], &["a", "b", "c", "d"]));
    assert!(same(&["…"], &[]));
    assert!(!same(&["a", "…", "d"], &["a", "b", "c"]));
    assert!(!same(&["a"], &["a", "b"]));
    assert!(alike("from … to …", "from here to there"));
    assert!(!alike("from … to", "from here to there"));
}

#[test]
fn every_number_of_a_finding_in_the_guide_has_a_page() {
    let desk = Desk::empty();
    let codes = GUIDE.match_indices("BN").map(|(at, _)| &GUIDE[at..at + 5]);
    let codes: Vec<_> = codes
        .filter(|code| code[2..].parse::<u16>().is_ok())
        .collect();
    assert!(!codes.is_empty());
    for code in codes {
        assert_eq!(desk.run(&format!("explain {code}")).code, 0, "{code}");
    }
}

/// Whoever reads by headings must arrive.
#[test]
fn every_link_inside_the_guide_leads_to_a_heading() {
    let headings = GUIDE.lines().filter_map(|line| line.strip_prefix("## "));
    let anchors: Vec<_> = headings
        .map(|heading| {
            heading
                .to_lowercase()
                .replace(' ', "-")
                .replace([':', ',', '.'], "")
        })
        .collect();
    let links: Vec<_> = GUIDE
        .split("](#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    assert!(links.len() > 10, "{links:?}");
    for link in links {
        assert!(
            anchors.iter().any(|anchor| anchor == link),
            "{link}: {anchors:?}"
        );
    }
}
