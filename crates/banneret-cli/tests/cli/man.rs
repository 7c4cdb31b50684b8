//! A manual page for every command, with every option in it.

use std::collections::BTreeSet;

use crate::desk::Desk;

/// The commands that `--help` lists.
fn commands(desk: &Desk) -> Vec<String> {
    let help = desk.run("--help").out;
    let list = help.split("Commands:\n").nth(1).unwrap();
    let list = list.split("\n\n").next().unwrap();
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let names = names.filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// The long options that a command's `--help` lists.
fn options(desk: &Desk, command: &str) -> BTreeSet<String> {
    let help = desk.run(&format!("{command} --help")).out;
    let list = help.split("Options:\n").nth(1).unwrap().to_owned();
    let words = list.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("-h, ").unwrap_or(line);
        line.starts_with("--")
            .then(|| line.split([' ', '[']).next().unwrap())
    });
    words.map(str::to_owned).collect()
}

#[test]
fn every_command_has_its_page_with_all_options() {
    let desk = Desk::empty();
    let ran = desk.run("man share/man1");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let commands = commands(&desk);
    assert!(commands.contains(&"lint".to_owned()), "{commands:?}");
    let mut wanted: Vec<_> = commands
        .iter()
        .map(|name| format!("share/man1/banneret-{name}.1"))
        .collect();
    wanted.push("share/man1/banneret.1".to_owned());
    // What `sql` asks are commands of its own.
    let asks = ["answers", "breakdown", "count", "diff", "sample"];
    wanted.extend(asks.map(|ask| format!("share/man1/banneret-sql-{ask}.1")));
    wanted.sort();
    let mut written: Vec<_> = ran.out.lines().collect();
    written.sort_unstable();
    assert_eq!(written, wanted);
    let mut found = 0;
    for command in &commands {
        let page = desk.read(&format!("share/man1/banneret-{command}.1"));
        assert!(
            page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"),
            "{page}"
        );
        for option in options(&desk, command) {
            // roff writes a hyphen that is none as `\-`.
            let written = option.replace('-', "\\-");
            assert!(
                page.contains(&format!(r"\fB{written}\fR")),
                "{command} {option}: {page}"
            );
            found += 1;
        }
    }
    assert!(found > 2 * commands.len(), "{found} options");
}

#[test]
fn the_first_page_names_the_commands_and_the_exit_codes() {
    let desk = Desk::empty();
    desk.run("man pages");
    let page = desk.read("pages/banneret.1");
    for command in commands(&desk) {
        assert!(
            page.contains(&format!("banneret\\-{command}(1)")),
            "{command}: {page}"
        );
    }
    let named = page.matches("(1)").count();
    assert_eq!(
        named,
        commands(&desk).len(),
        "a page is named that is not there: {page}"
    );
    assert!(page.contains("Exit codes: 0 all well"), "{page}");
}

#[test]
fn pages_are_the_same_each_time_and_replace_older_ones() {
    let desk = Desk::empty();
    desk.run("man pages");
    let first = desk.read("pages/banneret-decide.1");
    desk.write("pages/banneret-decide.1", "old");
    let ran = desk.run("man pages");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(desk.read("pages/banneret-decide.1"), first);
    let ran = desk.run("man pages/banneret-decide.1");
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(ran.err.contains("cannot write"), "{}", ran.all());
}
