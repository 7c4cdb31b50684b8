use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Group, Kind, Loaded, read, read_group};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use crate::yaml::tests::{rendered, soup};

/// A group small enough to see what narrows it.
const SMALL: &str = "facts:
  billing.dunning_state:
    type: enum
    role: dunning_state
    fresh_for: 1h
    values: {clear: {usual: true}, in_progress: {in_dunning: true}, stopped: }
  viewer.role: {type: enum, values: {owner: {doc: Owns., usual: true}, admin: {doc: Runs.}}, doc: Who.}
  trial.price: {type: int, min: 0, unit: cents, fresh_for: 24h}
  account.tags: {type: set of enum, values: [a, b]}
  account.id: {type: string}
";

fn load(text: &str) -> (Loaded, String) {
    let mut found: Vec<Diagnostic> = Vec::new();
    let small = read_group("small@1", FileId(1), SMALL, &mut found);
    let empty = Group {
        name: "empty@1",
        facts: Vec::new(),
    };
    assert_eq!(rendered(SMALL, &found), "");
    let loaded = read(FileId(0), text, &[small, empty], &mut found);
    (loaded, rendered(text, &found))
}

fn findings(text: &str) -> String {
    load(text).1
}

/// Findings about the facts of a schema that includes the small group.
fn narrowed(facts: &str) -> String {
    let (loaded, found) = load(&format!("include: small@1\nfacts:\n{facts}"));
    assert_eq!(loaded.schema.len(), 5, "nothing is lost");
    found
}

#[test]
fn every_type_is_read() {
    let (loaded, found) = load(
        "include: [small@1]
facts:
  a.flag: {type: bool, doc: A flag.}
  a.tier: {type: enum, values: [one, \"eu-west-1\", none], fresh_for: 90 minutes}
  a.plan: {type: string, values: [x, y]}
  a.name2: {type: string}
  a.seats: {type: int, min: 0, max: 10, unit: seats}
  a.free: {type: int}
  a.since: {type: time, fresh_for: 7d}
  a.b.c: {type: set of enum, values: {x: {doc: X., usual: true}, y: }}
  a.features: {type: set of string}
",
    );
    assert_eq!(found, "");
    assert_eq!(loaded.includes, ["small@1"]);
    let own = loaded.schema.facts().skip(5);
    let lines: Vec<String> = own
        .map(|(_, f)| {
            let values: Vec<&str> = f.kind.values().iter().map(|v| &*v.name).collect();
            let fresh = f.fresh_for.map(|d| d.to_string());
            format!(
                "{} {} {values:?} {fresh:?} {:?} {:?}",
                f.name,
                f.kind.name(),
                f.unit,
                f.doc
            )
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
    a.flag bool [] None None "A flag."
    a.tier enum ["one", "eu-west-1", "none"] Some("90m") None ""
    a.plan string [] None None ""
    a.name2 string [] None None ""
    a.seats int [] None Some("seats") ""
    a.free int [] None None ""
    a.since time [] Some("7d") None ""
    a.b.c set of enum ["x", "y"] None None ""
    a.features set of string [] None None ""
    "#);
    let (_, role) = loaded.schema.dunning_role().unwrap();
    assert_eq!(role.group, Some("small@1"));
}

#[test]
fn account_id_is_always_there() {
    for text in [
        "",
        "facts:\n",
        "include: small@1\n",
        "facts: {account.id: {type: string, doc: Ours.}}",
    ] {
        let (loaded, found) = load(text);
        assert_eq!(found, "");
        let id = loaded.schema.id("account.id").unwrap();
        assert_eq!(loaded.schema.fact(id).unwrap().kind, Kind::String(None));
    }
    assert_snapshot!(findings("facts: {account.id: {type: int}}"), @"1:28-31 BN810 `account.id` is a standard fact: its `type` is `string`, not `int` | say the same or less, or declare a fact of your own under another name");
}

#[test]
fn shapes_that_are_wrong() {
    assert_snapshot!(findings("[1]"), @"1:1-4 BN806 a schema must be a map (`name: value`), a list found");
    assert_snapshot!(findings("fact: {}"), @"1:1-5 BN806 a schema has no key `fact` | did you mean `facts`? | its keys are `include`, `facts`");
    assert_snapshot!(findings("facts: [a.b]"), @"1:8-13 BN806 `facts` must be a map (`name: value`), a list found");
    assert_snapshot!(findings("facts: {a.b: bool}"), @"1:14-18 BN806 the fact `a.b` must be a map (`name: value`), the text `bool` found");
    assert_snapshot!(findings("facts: {a.b: {typ: bool}}"), @"
    1:15-18 BN806 the fact `a.b` has no key `typ` | did you mean `type`? | its keys are `type`, `values`, `doc`, `unit`, `fresh_for`, `min`, `max`, `role`
    1:15-18 BN804 the fact `a.b` has no `type` | add `type: …`
    ");
    assert_snapshot!(findings("facts: {a.b: {type: bool, doc: 7, unit: [x], fresh_for: 60}}"), @r#"
    1:57-59 BN806 `fresh_for` must be a length of time, `60` found | write a whole number above 0 and a unit of `m`, `h`, `d`, `w`, such as `5m`
    1:32-33 BN806 `doc` must be text, the number `7` found | write it in quotes: "7"
    1:41-44 BN806 `unit` must be text, a list found
    "#);
    assert_snapshot!(findings("facts: {a.b: {type: bool}, a.b: {type: int}}"), @"1:28-31 BN803 the key `a.b` is given twice | keep one of them");
}

#[test]
fn includes_that_are_wrong() {
    assert_snapshot!(findings("include: [smal@1, small, other@9, 3]"), @r#"
    1:11-17 BN802 there is no group of facts `smal@1` | did you mean `small@1`? | the groups are `small@1`, `empty@1`
    1:19-24 BN802 there is no group of facts `small` | did you mean `small@1`? | the groups are `small@1`, `empty@1`
    1:26-33 BN802 there is no group of facts `other@9` | the groups are `small@1`, `empty@1`
    1:35-36 BN806 `include` must be text, the number `3` found | write it in quotes: "3"
    "#);
    assert_snapshot!(findings("include: [small@1, small@1]"), @"1:20-27 BN803 `small@1` is included twice | keep one of them");
}

#[test]
fn names_that_are_wrong() {
    let names = ["seats", "a.B", "a..b", ".a", "a.b-c", "1.a", "a.1b", "\"\""];
    let facts: String = names
        .iter()
        .map(|n| format!("  {n}: {{type: bool}}\n"))
        .collect();
    assert_snapshot!(findings(&format!("facts:\n{facts}")), @"
    2:3-8 BN806 `seats` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    3:3-6 BN806 `a.B` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    4:3-7 BN806 `a..b` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    5:3-5 BN806 `.a` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    6:3-8 BN806 `a.b-c` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    7:3-6 BN806 `1.a` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    8:3-7 BN806 `a.1b` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    9:3-5 BN806 `` is no name of a fact | write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`
    ");
}

#[test]
fn types_that_are_wrong() {
    let types = [
        "boolean",
        "number",
        "timestamp",
        "set",
        "enumm",
        "object",
        "7",
        "[int]",
    ];
    let facts: Vec<String> = types
        .iter()
        .enumerate()
        .map(|(at, name)| format!("  a.b{at}: {{type: {name}}}\n"))
        .collect();
    assert_snapshot!(findings(&format!("facts:\n{}", facts.concat())), @r#"
    2:16-23 BN806 there is no type `boolean` | did you mean `bool`? | the types are `bool`, `enum`, `string`, `int`, `time`, `set of enum`, `set of string`
    3:16-22 BN806 there is no type `number` | did you mean `int`? | the types are `bool`, `enum`, `string`, `int`, `time`, `set of enum`, `set of string`
    4:16-25 BN806 there is no type `timestamp` | did you mean `time`? | the types are `bool`, `enum`, `string`, `int`, `time`, `set of enum`, `set of string`
    5:16-19 BN806 there is no type `set` | did you mean `set of string`? | the types are `bool`, `enum`, `string`, `int`, `time`, `set of enum`, `set of string`
    6:16-21 BN806 there is no type `enumm` | did you mean `enum`? | the types are `bool`, `enum`, `string`, `int`, `time`, `set of enum`, `set of string`
    7:16-22 BN806 there is no type `object` | the types are `bool`, `enum`, `string`, `int`, `time`, `set of enum`, `set of string`
    8:16-17 BN806 `type` must be text, the number `7` found | write it in quotes: "7"
    9:16-21 BN806 `type` must be text, a list found
    "#);
    assert_snapshot!(findings("facts: {a.b: {type: bool, values: [x], min: 1}, a.c: {type: time, max: 3, role: dunning_state}}"), @"
    1:35-38 BN806 a `bool` has no `values` | delete it; it is for `enum`, `string`, `set of enum`
    1:45-46 BN806 a `bool` has no `min` | delete it; it is for `int`
    1:72-73 BN806 a `time` has no `max` | delete it; it is for `int`
    1:81-94 BN806 a `time` has no `role` | delete it; it is for `enum`
    ");
}

#[test]
fn values_that_are_wrong() {
    assert_snapshot!(findings("facts: {a.b: {type: enum}}"), @"1:15-19 BN804 the fact `a.b` has no `values` | add `values: …`");
    assert_snapshot!(findings("facts: {a.b: {type: enum, values: []}, a.c: {type: set of enum, values: {}}, a.d: {type: string, values: x}}"), @"
    1:35-37 BN806 `values` lists nothing | list at least one value
    1:73-75 BN806 `values` lists nothing | list at least one value
    1:106-107 BN806 `values` must be a list (`[a, b]` or `- a`), the text `x` found
    ");
    assert_snapshot!(findings("facts: {a.b: {type: enum, values: [true, 'false', null, Unknown, \"\", x, x, 7, [y], \"a\\nb\"]}}"), @r#"
    1:36-40 BN808 `true` cannot be a value of an enum | give it a name of its own, or make the fact a `bool`
    1:42-49 BN808 `false` cannot be a value of an enum | give it a name of its own, or make the fact a `bool`
    1:51-55 BN808 `null` cannot be a value of an enum | give it a name of its own, or make the fact a `bool`
    1:57-64 BN808 `Unknown` is no value: every fact can be unknown | delete it
    1:66-68 BN806 "" cannot be a value | write a text on one line that is not empty
    1:76-77 BN806 a value must be text, the number `7` found | write it in quotes: "7"
    1:79-82 BN806 a value must be a single value, a list found
    1:84-90 BN806 "a\nb" cannot be a value | write a text on one line that is not empty
    1:73-74 BN803 the value `x` is listed twice | keep one of them
    "#);
    assert_snapshot!(findings("facts: {a.b: {type: enum, values: {unknown: , x: {dco: X.}, y: Y, z: {usual: 1}}}}"), @"
    1:36-43 BN808 `unknown` is no value: every fact can be unknown | delete it
    1:51-54 BN806 the value `x` has no key `dco` | did you mean `doc`? | its keys are `doc`, `usual`, `in_dunning`
    1:64-65 BN806 the value `y` must be a map (`name: value`), the text `Y` found
    1:78-79 BN806 `usual` must be `true` or `false`, the number `1` found
    ");
    assert_snapshot!(findings("facts: {a.b: {type: string, values: [x, x, 7]}}"), @r#"
    1:44-45 BN806 a value must be text, the number `7` found | write it in quotes: "7"
    1:41-42 BN803 the value `x` is listed twice | keep one of them
    "#);
}

#[test]
fn domains_that_are_wrong() {
    assert_snapshot!(findings("facts: {a.b: {type: int, min: 3, max: 2}, a.c: {type: int, min: 0.5, max: x}}"), @"
    1:31-32 BN806 `min` 3 is above `max` 2: no number fits | swap them
    1:65-68 BN806 `min` must be a whole number, the number `0.5` found
    1:75-76 BN806 `max` must be a whole number, the text `x` found
    ");
    assert_snapshot!(findings("facts: {a.b: {type: bool, fresh_for: 0h}, a.c: {type: bool, fresh_for: 5s}, a.d: {type: bool, fresh_for: 2 fortnights}, a.e: {type: bool, fresh_for: 99999999999w}}"), @"
    1:38-40 BN806 `fresh_for` must be a length of time, `0h` found | write a whole number above 0 and a unit of `m`, `h`, `d`, `w`, such as `5m`
    1:72-74 BN806 `fresh_for` must be a length of time, `5s` found | write a whole number above 0 and a unit of `m`, `h`, `d`, `w`, such as `5m`
    1:106-118 BN806 `fresh_for` must be a length of time, `2 fortnights` found | write a whole number above 0 and a unit of `m`, `h`, `d`, `w`, such as `5m`
    1:150-162 BN806 `fresh_for` must be a length of time, `99999999999w` found | write a whole number above 0 and a unit of `m`, `h`, `d`, `w`, such as `5m`
    ");
}

#[test]
fn too_many_values() {
    let values = |n: usize| -> String { (0..n).map(|at| format!("v{at},")).collect() };
    let many = |kind: &str, n| {
        findings(&format!(
            "facts: {{a.b: {{type: {kind}, values: [{}]}}}}",
            values(n)
        ))
    };
    assert_eq!(many("enum", 65_535), "");
    assert_snapshot!(many("enum", 65_536), @"1:35-447679 BN805 `values` lists 65536 values, over 65535 | use `string` or `set of string` without `values`");
    assert_eq!(many("set of enum", 10_000), "");
    assert_snapshot!(many("set of enum", 10_001), @"1:42-58941 BN805 `values` lists 10001 values, over 10000 | use `string` or `set of string` without `values`");
    assert_snapshot!(many("string", 10_001), @"1:37-58936 BN805 `values` lists 10001 values, over 10000 | use `string` or `set of string` without `values`");
}

#[test]
fn a_standard_fact_is_narrowed() {
    let (loaded, found) = load(
        "include: [small@1]
facts:
  billing.dunning_state: {fresh_for: 30m}
  viewer.role: {type: enum, values: [owner], doc: Ours., fresh_for: 1h}
  trial.price: {min: 1, max: 100, fresh_for: 1h, unit: cents}
  account.tags: {values: {b: {doc: B., usual: true}}}
  account.id: {values: [x]}
",
    );
    assert_eq!(found, "");
    let schema = loaded.schema;
    let fact = |name: &str| schema.fact(schema.id(name).unwrap()).unwrap();
    assert_eq!(
        fact("billing.dunning_state").fresh_for.unwrap().to_string(),
        "30m"
    );
    let role = fact("viewer.role");
    assert_eq!(role.kind.values().len(), 1);
    assert_eq!(role.kind.values()[0].doc, "Owns.");
    assert_eq!((&*role.doc, role.group), ("Ours.", Some("small@1")));
    assert_eq!(fact("trial.price").kind, Kind::Int { min: 1, max: 100 });
    let tag = &fact("account.tags").kind.values()[0];
    assert!(tag.usual && &*tag.doc == "B.");
}

#[test]
fn a_standard_fact_is_never_widened() {
    assert_snapshot!(narrowed("  viewer.role: {values: [owner, gardener], unit: x, role: dunning_state}\n"), @"
    3:59-72 BN810 `viewer.role` is a standard fact: it has no `role` | say the same or less, or declare a fact of your own under another name
    3:33-41 BN810 `viewer.role` is a standard fact: `gardener` is none of its values `owner`, `admin` | delete it, or declare a fact of your own under another name
    ");
    assert_snapshot!(narrowed("  viewer.role: {type: string}\n"), @"3:23-29 BN810 `viewer.role` is a standard fact: its `type` is `enum`, not `string` | say the same or less, or declare a fact of your own under another name");
    assert_snapshot!(narrowed("  viewer.role: {values: {owner: {in_dunning: true}}}\n"), @"3:26-31 BN810 `viewer.role` is a standard fact: its values have no marks | delete it, or declare a fact of your own under another name");
    assert_snapshot!(narrowed("  trial.price: {min: -1, max: 5, fresh_for: 2d, unit: euros}\n"), @"
    3:45-47 BN810 `trial.price` is a standard fact: it is fresh for 24h, not for 2d | say the same or less, or declare a fact of your own under another name
    3:55-60 BN810 `trial.price` is a standard fact: its `unit` is `cents`, not `euros` | say the same or less, or declare a fact of your own under another name
    3:22-24 BN810 `trial.price` is a standard fact: its `min` is 0 | say the same or less, or declare a fact of your own under another name
    ");
    assert_snapshot!(narrowed("  account.tags: {values: []}\n"), @"3:26-28 BN806 `values` lists nothing | list at least one value");
    assert_snapshot!(narrowed("  billing.dunning_state: {values: [in_progress], doc: Ours., fresh_for: 2h, role: x}\n"), @"
    3:73-75 BN810 `billing.dunning_state` is a standard fact: it is fresh for 1h, not for 2h | say the same or less, or declare a fact of your own under another name
    3:83-84 BN810 `billing.dunning_state` is a standard fact: its `role` is `dunning_state`, not `x` | say the same or less, or declare a fact of your own under another name
    3:35-48 BN810 `billing.dunning_state` is a standard fact: it proves dunning, and nothing but `fresh_for` can be changed, not `values` | say the same or less, or declare a fact of your own under another name
    3:55-60 BN810 `billing.dunning_state` is a standard fact: it proves dunning, and nothing but `fresh_for` can be changed, not `doc` | say the same or less, or declare a fact of your own under another name
    ");
}

#[test]
fn the_dunning_role() {
    let own = |about: &str| {
        findings(&format!(
            "facts: {{a.state: {{type: enum, role: dunning_state, {about}}}}}"
        ))
    };
    assert_eq!(
        own("values: {fine: , late: {in_dunning: true}}, fresh_for: 24h"),
        ""
    );
    assert_snapshot!(own("values: {fine: , late: {in_dunning: true}}, fresh_for: 25h"), @"1:107-110 BN811 `fresh_for` of the dunning state is 25h, over 24h | write `fresh_for: 24h` or less: people pay in the meantime");
    assert_snapshot!(own("values: {fine: , late: {in_dunning: true}}"), @"1:9-16 BN811 `a.state` proves dunning and has no `fresh_for` | write `fresh_for: 24h` or less: people pay in the meantime");
    assert_snapshot!(own("values: [fine, late], fresh_for: 1h"), @"1:9-16 BN811 no value means that the account is in dunning in `a.state` | mark the values that do: `in_progress: {in_dunning: true}`");
    assert_snapshot!(own("values: {late: {in_dunning: true}}, fresh_for: 1h"), @"1:9-16 BN811 every value means that the account is in dunning in `a.state` | list and leave unmarked the value of an account that is not");
    assert_snapshot!(findings("facts: {a.state: {type: enum, role: dunning, values: [x]}, a.b: {type: enum, values: {x: {in_dunning: true}}}}"), @"
    1:37-44 BN806 there is no role `dunning` | the only role is `dunning_state`
    1:87-88 BN811 `in_dunning` marks a value of a fact without the dunning role | add `role: dunning_state` to the fact, or delete the mark
    ");
    assert_snapshot!(findings("include: small@1\nfacts: {a.state: {type: enum, role: dunning_state, fresh_for: 1h, values: {x: , y: {in_dunning: true}}}}"), @"2:9-16 BN811 `billing.dunning_state` has the dunning role already | delete `role` from `a.state`");
}

#[test]
fn good_standing_is_not_marked() {
    let bad = [
        "none",
        "Clear",
        "current",
        "OK",
        "paid",
        "active",
        "good",
        "not_late",
        "Not late",
        "up-to-date",
        "current_customer",
        "currentCustomer",
        "none_due",
        "nothing_owed",
        "no_debt",
        "no_payment_due",
        "never_late",
        "paidup",
        "paid_up",
        "active_plan",
        "debt_free",
    ];
    for name in bad {
        let found = findings(&format!(
            "facts: {{a.s: {{type: enum, role: dunning_state, fresh_for: 1h, values: {{x: , \"{name}\": {{in_dunning: true}}}}}}}}"
        ));
        assert!(found.contains("BN010"), "{name}");
    }
    let owed = [
        "unpaid",
        "not_paid",
        "notPaid",
        "never_paid",
        "not_current",
        "not_ok",
        "no_payment",
        "non_payment",
        "no_funds",
        "past_due",
        "partly_paid",
        "current_debt",
        "active_dunning",
        "notified",
        "late",
    ];
    for name in owed {
        let found = findings(&format!(
            "facts: {{a.s: {{type: enum, role: dunning_state, fresh_for: 1h, values: {{x: , \"{name}\": {{in_dunning: true}}}}}}}}"
        ));
        assert!(!found.contains("BN010"), "{name}");
    }
    assert_snapshot!(findings("facts: {a.s: {type: enum, role: dunning_state, fresh_for: 1h, values: {x: , none: {in_dunning: true}, unpaid: {in_dunning: true}, past_due: {in_dunning: true}, notified: {in_dunning: true}}}}"), @"1:77-81 BN010 `none` says good standing and is marked as dunning | delete `in_dunning: true`, or name the value after what it means");
}

proptest! {
    #[test]
    fn reading_never_panics(text in soup(), about in soup()) {
        load(&text);
        load(&format!("include: [small@1]\nfacts:\n  a.b: {{{about}}}\n"));
        load(&format!("include: [small@1]\nfacts:\n  trial.price:\n    {about}\n"));
    }
}
