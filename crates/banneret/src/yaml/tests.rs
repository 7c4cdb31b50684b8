use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Kind, Node, read};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};

/// The findings about a text, a line each: `line:col-line:col code message | help`.
pub(crate) fn rendered(text: &str, found: &[Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add("test.yaml", text);
    let line = |finding: &Diagnostic| {
        let (_, from, to) = sources.locate(finding.primary.span).unwrap();
        let place = match (to.line == from.line, to.column) {
            (true, column) if column == from.column => format!("{}:{}", from.line, column),
            (true, column) => format!("{}:{}-{column}", from.line, from.column),
            (false, column) => format!("{}:{}-{}:{column}", from.line, from.column, to.line),
        };
        let help: String = finding
            .help
            .iter()
            .map(|help| format!(" | {help}"))
            .collect();
        format!("{place} {} {}{help}\n", finding.code.id, finding.message)
    };
    found.iter().map(line).collect()
}

/// What reading the text with `look` finds.
pub(crate) fn findings(
    text: &str,
    look: impl FnOnce(Option<&Node>, &mut Vec<Diagnostic>),
) -> String {
    let mut found = Vec::new();
    let node = read(FileId(0), text, &mut found);
    look(node.as_ref(), &mut found);
    rendered(text, &found)
}

fn guard(text: &str) -> String {
    findings(text, |_, _| ())
}

fn tree(text: &str) -> String {
    let mut found = Vec::new();
    let node = read(FileId(0), text, &mut found).unwrap();
    assert_eq!(rendered(text, &found), "");
    outline(&node, text)
}

/// Every scalar with the text its span marks.
fn outline(node: &Node, text: &str) -> String {
    let marked = &text[node.span.range()];
    match &node.kind {
        Kind::Scalar(scalar) => format!("{} «{marked}»", scalar.value),
        Kind::List(items) => {
            let items: Vec<_> = items.iter().map(|item| outline(item, text)).collect();
            format!("[{}] «{marked}»", items.join(", "))
        }
        Kind::Map(entries) => {
            let entry = |(key, value): &(super::Key, Node)| {
                format!("{}: {}", &text[key.span.range()], outline(value, text))
            };
            let entries: Vec<_> = entries.iter().map(entry).collect();
            format!("{{{}}} «{marked}»", entries.join(", "))
        }
        Kind::Broken => "broken".to_owned(),
    }
}

#[test]
fn plain_scalars_mean_what_serde_yaml_says() {
    let text = "[yes, 0x10, 012, 1_000, -7, 2.5, ~, null, True, 2026-11-20, 18446744073709551615, '7', \"a\\u00e9\", 1e400, ]";
    assert_snapshot!(guard(text), @"");
    let mut found = Vec::new();
    let json = read(FileId(0), text, &mut found).unwrap().json();
    assert_snapshot!(json, @r#"["yes",16,"012","1_000",-7,2.5,null,null,true,"2026-11-20",18446744073709551615,"7","aé","1e400"]"#);
}

#[test]
fn every_part_has_its_place() {
    assert_snapshot!(tree("\u{feff}é: ü # ö\r\nb:\r\n  - 'it''s'\r\n  - {c: d}\r\n\r\ne: [x, y]\r\n"), @r#"
    {é: "ü" «ü», b: ["it's" «'it''s'», {c: "d" «d»} «{c: d}»] «- 'it''s'
      - {c: d}», e: ["x" «x», "y" «y»] «[x, y]»} «é: ü # ö
    b:
      - 'it''s'
      - {c: d}

    e: [x, y]»
    "#);
    assert_snapshot!(tree("a: |\n  one\n   two\n\nb: >-\n  three\n  four\n# end\n"), @r#"
    {a: "one\n two\n" «one
       two», b: "three four" «three
      four»} «a: |
      one
       two

    b: >-
      three
      four»
    "#);
    assert_snapshot!(tree("a:\nb: two\n  lines\n"), @r#"
    {a: null «», b: "two lines" «two
      lines»} «a:
    b: two
      lines»
    "#);
    assert_snapshot!(tree("---\na: 1\n"), @"{a: 1 «1»} «a: 1»");
    assert_snapshot!(tree("# nothing\n"), @"null «»");
}

#[test]
fn an_expression_begins_where_it_is_written() {
    let text =
        "- a.b == c\n- 'x in {\"y\"}'\n- 'it''s'\n- |\n  a.b\n  and c.d\n- a.b\n    and c.d\n";
    let mut found = Vec::new();
    let node = read(FileId(0), text, &mut found).unwrap();
    for item in node.one_or_many() {
        let (at, written) = item.scalar("it", &mut found).unwrap().expression();
        if written != "it's" {
            assert_eq!(&text[at..at + written.len()], written);
        }
    }
    assert_eq!(found, []);
}

#[test]
fn what_hides_is_refused() {
    assert_snapshot!(guard("a: &x 1\nb: *x\nc: &y [1]\n"), @"
    1:4-8 BN806 an anchor (`&name`) marks this value | delete the anchor and write the value out wherever it is meant
    2:4-6 BN806 an alias (`*name`) stands for a value | write the value out; a text that begins with `*` is quoted
    3:4-8 BN806 an anchor (`&name`) marks this value | delete the anchor and write the value out wherever it is meant
    ");
    assert_snapshot!(guard("a: *x\n"), @"1:4 BN806 an alias (`*name`) stands for a value | write the value out; a text that begins with `*` is quoted");
    assert_snapshot!(guard("<<: {a: 1}\n'<<': 1\n"), @"1:1-3 BN806 a merge key (`<<`) | write the merged entries out");
    assert_snapshot!(guard("a: !!str 1\nb: !mine {c: d}\n"), @"
    1:4-11 BN806 a tag (`!name`) marks this value | delete the tag; quote the value if it is text
    2:4-11 BN806 a tag (`!name`) marks this value | delete the tag; quote the value if it is text
    ");
    assert_snapshot!(guard("a: 1\nb: {c: 1, \"c\": 2}\na: 2\n"), @"
    2:11-14 BN803 the key `c` is given twice | keep one of them
    3:1-2 BN803 the key `a` is given twice | keep one of them
    ");
    assert_snapshot!(guard("a: 1\n---\nb: 2\n"), @"2:1-4 BN806 a second document in one file | keep one, without `---` behind it");
    assert_snapshot!(guard("%YAML 1.1\n---\na: 1\n"), @"1:1 BN806 the file begins with a directive (`%…`) | delete the lines up to `---`");
    assert_snapshot!(guard("? [a]\n: 1\n? {b: c}\n: 1\n"), @"
    1:3-6 BN806 a key must be a name | write `name: value`; a text that holds `{` or `[` is quoted
    3:3-9 BN806 a key must be a name | write `name: value`; a text that holds `{` or `[` is quoted
    ");
    assert_snapshot!(guard("a: 1\0b: 2\n"), @"1:5-6 BN806 the control character U+0000 | delete it, or write it as an escape in double quotes");
    assert_snapshot!(guard("a: .nan\nb: [-.inf]\nc: 99999999999999999999\n"), @r#"
    1:4-8 BN806 `.nan` is no number that a fact can be | if it is text, quote it: ".nan"
    2:5-10 BN806 `-.inf` is no number that a fact can be | if it is text, quote it: "-.inf"
    3:4-24 BN806 a number that does not fit in 64 bits | if it is text, quote it: "99999999999999999999"
    "#);
}

#[test]
fn hidden_characters_are_refused() {
    assert_snapshot!(guard("a\u{202e}: b\nc: \"d\\u2066e\" # \u{2069}\n"), @"
    1:2-3 BN105 the hidden character U+202E (right-to-left override) turns the text around it | delete it
    2:17-18 BN105 the hidden character U+2069 (pop directional isolate) turns the text around it | delete it
    2:4-14 BN105 the hidden character U+2066 (left-to-right isolate) turns the text around it | delete it
    ");
}

#[test]
fn size_and_depth_are_limited() {
    assert_snapshot!(guard(&"#".repeat((1 << 20) + 1)), @"1:1 BN805 the file is 1048577 bytes long, over 1 MiB | split it into several files");
    assert_snapshot!(guard(&"#".repeat(1 << 20)), @"");
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert_snapshot!(guard(&nested(64)), @"");
    assert_snapshot!(guard(&nested(65)), @"1:65-66 BN805 lists and maps are nested deeper than 64 | say it with less nesting");
    assert_snapshot!(guard(&"[".repeat(1 << 20)), @"1:256 BN805 lists and maps are nested deeper than 64 | say it with less nesting");
    assert_snapshot!(guard(&"- ".repeat(1000)), @"1:129 BN805 lists and maps are nested deeper than 64 | say it with less nesting");
}

#[test]
fn syntax_errors_say_what_to_do() {
    let texts = [
        "a: b: c",
        "{a: b",
        "a: [1\nb: 2",
        "a: [1",
        "a:\n\tb: c",
        "a: 'never closed",
        "a: @x",
        "- a\nb: c",
        "a: 1\n - b",
        "a: \"\\q\"",
        "a: 1\nb\n",
        "a: b\n c: d",
        "a: }",
    ];
    let all: String = texts.iter().map(|text| guard(text)).collect();
    assert_snapshot!(all, @r"
    1:5 BN806 a `:` where no key can end | quote a text that holds `: `, or begin a new line for the key
    1:6 BN806 a `{` is not closed | put a `,` between two entries and a `}` at the end
    2:2 BN806 a `:` where no key can end | close the `[` or `{` above, or quote a text that holds `: `
    1:6 BN806 a `[` is not closed | put a `,` between two items and a `]` at the end
    2:2 BN806 a tab indents this line | indent YAML with spaces only
    1:4 BN806 a quote is never closed | put the same quote at the end of the text
    1:4 BN806 a value cannot begin with this character | quote the value
    2:1 BN806 an item of the list is expected here | begin each item with `- `, in the same column
    1:4 BN806 an escape that YAML does not know | write `\\` for a backslash, or use single quotes
    3:1 BN806 a key without a `:` behind it | write `key: value`
    2:3 BN806 a `:` where no key can end | quote a text that holds `: `, or begin a new line for the key
    1:4 BN806 this is no YAML that can be read | look for a missing quote or bracket, or for a line indented differently from its neighbours
    ");
}

#[test]
fn helpers_say_what_was_expected() {
    let text = "name: 7\ndoc: ''\nlist: x\nmap: [1]\nflag: yes\nint: 2.5\nbig: 18446744073709551615\nnmae: 1\nzzz: 1\n";
    let found = findings(text, |node, found| {
        let keys = ["name", "doc", "list", "map", "flag", "int", "big", "must"];
        let map = node.unwrap().map("a thing", &keys, found).unwrap();
        map.require("must", found);
        map.get("name").unwrap().string("`name`", found);
        map.get("doc").unwrap().string("`doc`", found);
        map.get("list").unwrap().list("`list`", found);
        map.get("map").unwrap().entries("`map`", found);
        map.get("flag").unwrap().bool("`flag`", found);
        map.get("int").unwrap().int("`int`", found);
        map.get("big").unwrap().int("`big`", found);
        map.get("map").unwrap().string("`map`", found);
        map.get("map").unwrap().scalar("`map`", found);
    });
    assert_snapshot!(found, @r#"
    8:1-5 BN806 a thing has no key `nmae` | did you mean `name`? | its keys are `name`, `doc`, `list`, `map`, `flag`, `int`, `big`, `must`
    9:1-4 BN806 a thing has no key `zzz` | its keys are `name`, `doc`, `list`, `map`, `flag`, `int`, `big`, `must`
    1:1-5 BN804 a thing has no `must` | add `must: …`
    1:7-8 BN806 `name` must be text, the number `7` found | write it in quotes: "7"
    2:6-8 BN806 `doc` must be text, empty text found | write a text behind it, or delete the key
    3:7-8 BN806 `list` must be a list (`[a, b]` or `- a`), the text `x` found
    4:6-9 BN806 `map` must be a map (`name: value`), a list found
    5:7-10 BN806 `flag` must be `true` or `false`, the text `yes` found
    6:6-9 BN806 `int` must be a whole number, the number `2.5` found
    7:6-26 BN806 `big` must be a whole number, the number `18446744073709551615` found
    4:6-9 BN806 `map` must be text, a list found
    4:6-9 BN806 `map` must be a single value, a list found
    "#);
}

#[test]
fn a_text_that_a_comma_cut_is_recognized() {
    let found = findings("{doc: One, two.}", |node, found| {
        node.unwrap().map("it", &["doc"], found);
    });
    assert_snapshot!(found, @"1:12-16 BN806 it has no key `two.` | its keys are `doc` | a text that holds a `,` inside `{…}` is quoted");
}

/// What stands at the place of a scalar on one line is what is meant.
fn places_fit(node: &Node) {
    match &node.kind {
        Kind::Scalar(scalar) if !scalar.is_escaped && !scalar.written.contains(['\n', '\r']) => {
            assert_eq!(scalar.text.trim(), scalar.written.trim());
        }
        Kind::List(items) => items.iter().for_each(places_fit),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| places_fit(value)),
        _ => {}
    }
}

/// Texts made of what YAML finds special.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    // `_` is a space and `⏎` a line's end.
    let pieces = r#"a b.c : :_ -_ ⏎ __ { } [ ] , ' " # _# &x *x !t << | > ? \ 7 - null ---⏎ % @ ~ ...⏎ é
        facts include type enum values name doc billing.dunning_state 2026-11-20 2026-11-20T00:00:00Z 1h"#;
    let pieces = pieces
        .split_whitespace()
        .chain(["\t", "\r\n", "\u{feff}", "\u{202e}", "\u{85}"]);
    let pieces: Vec<String> = pieces
        .map(|piece| piece.replace('_', " ").replace('⏎', "\n"))
        .collect();
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|p| p.concat())
}

proptest! {
    #[test]
    fn reading_never_panics(text in prop_oneof![soup(), any::<String>()]) {
        let mut found = Vec::new();
        if let Some(node) = read(FileId(0), &text, &mut found) {
            let _ = (node.json(), outline(&node, &text));
            places_fit(&node);
        }
        rendered(&text, &found);
    }
}
