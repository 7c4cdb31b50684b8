//! Input that is too much for one line, and what becomes of the rest.

use crate::desk::{Desk, NOW};

#[test]
fn a_line_over_16_mib_is_refused_and_the_others_decided() {
    let desk = Desk::new();
    let long = format!("{{\"id\":\"{}\"}}", "a".repeat(17 << 20));
    desk.write(
        "long.ndjson",
        format!("{{\"id\":\"a\"}}\n{long}\n\n{{\"id\":\"b\"}}\r\n"),
    );
    let ran = desk.run(&format!("decide book --accounts long.ndjson --now {NOW}"));
    assert_eq!((ran.code, ran.out.lines().count()), (2, 2));
    assert!(
        ran.err
            .starts_with("long.ndjson:2: the line is longer than 16 MiB"),
        "{}",
        ran.err
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let desk = Desk::new();
    desk.write(
        "open.csv",
        format!("id,plan.features\na,\"{}", "x,y\n".repeat(6 << 20)),
    );
    let ran = desk.run(&format!("decide book --accounts open.csv --now {NOW}"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is a quote never closed?"), "{}", ran.err);
}

#[test]
fn text_that_is_no_utf_8_is_refused_line_by_line() {
    let desk = Desk::new();
    desk.write(
        "latin.ndjson",
        b"\xef\xbb\xbf{\"id\":\"a\"}\n{\"id\":\"\xe4\"}\n{\"id\":\"c\"}",
    );
    let ran = desk.run(&format!("decide book --accounts latin.ndjson --now {NOW}"));
    assert_eq!((ran.code, ran.out.lines().count()), (2, 2), "{}", ran.all());
    desk.write("latin.csv", b"id\na\n\xe4\nc\n");
    let ran = desk.run(&format!("decide book --accounts latin.csv --now {NOW}"));
    assert_eq!((ran.code, ran.out.lines().count()), (2, 2), "{}", ran.all());
}

#[test]
fn what_a_terminal_would_act_on_is_shown_as_text() {
    let desk = Desk::new();
    desk.write(
        "esc.ndjson",
        "{\"id\":\"a\",\"facts\":{\"plan.\\u001b[31mseats\":1}}\n",
    );
    let ran = desk.run(&format!("decide book --accounts esc.ndjson --now {NOW}"));
    assert_eq!(ran.code, 2);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn empty_input_is_no_mistake() {
    let desk = Desk::new();
    desk.write("none.ndjson", "");
    let ran = desk.run(&format!("decide book --accounts none.ndjson --now {NOW}"));
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let ran = desk.run(&format!("check book --accounts none.ndjson --now {NOW}"));
    assert_eq!(ran.code, 0);
}

#[test]
fn nothing_is_counted_of_an_empty_file_and_that_is_said() {
    let desk = Desk::new();
    for name in ["none.ndjson", "none.csv", "none.parquet"] {
        desk.write(name, "");
        for command in ["preview --book book", "diff book book"] {
            let ran = desk.run(&format!("{command} --accounts {name} --now {NOW}"));
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{command} {name}");
            let says = format!(
                "{name}{}: the file is empty: ",
                if name.ends_with("csv") { ":1" } else { "" }
            );
            assert!(ran.err.contains(&says), "{}", ran.err);
        }
    }
}

#[test]
fn a_file_without_accounts_says_so_and_not_that_none_are_in() {
    let desk = Desk::new();
    desk.write("head.csv", "id,plan.seats\n");
    desk.write("none.json", "[]");
    for name in ["head.csv", "none.json"] {
        let preview = format!("preview --book book hello --accounts {name} --now {NOW}");
        let ran = desk.run(&preview);
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(
            ran.out
                .starts_with("\n! No account was counted. There is none"),
            "{}",
            ran.out
        );
        let page = desk.run(&format!("{preview} --format html")).out;
        assert!(page.contains("Caution: No account was counted"), "{page}");
        let diff = format!("diff book book --accounts {name} --now {NOW}");
        let ran = desk.run(&diff);
        assert!(ran.out.contains("! No account was counted."), "{}", ran.out);
        // No limit is kept by nobody.
        assert_eq!(desk.run(&format!("{diff} --max-entered 5%")).code, 2);
    }
}

#[test]
fn fmt_never_cuts_a_file_off() {
    let desk = Desk::new();
    let long = "segment  x: true\n# more\n".repeat(50_000);
    desk.write("book/long.banner", &long);
    let ran = desk.run("fmt book");
    assert_ne!(ran.code, 0, "{}", ran.all());
    assert_eq!(desk.read("book/long.banner"), long);
}
