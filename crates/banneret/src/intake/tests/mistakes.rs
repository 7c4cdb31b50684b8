//! Every mistake of an author, with what it gets.

use insta::assert_snapshot;

use crate::intake::load;
use crate::source::FileId;
use crate::yaml::tests::rendered;

fn wrong(text: &str) -> String {
    let mut found = Vec::new();
    let source = load(FileId(0), text, &super::schema(), &mut found);
    assert!(source.is_none(), "it was read");
    rendered(text, &found)
}

const GOOD: &str = "source: s
account: /id
as_of: given
raw:
  x.v: {at: /v, type: int}
  x.e: {at: /e, type: enum, values: [a, b, z]}
derive:
  t.any: {from: x.v}
";

/// The good source with one line written differently.
fn with(line: &str, other: &str) -> String {
    assert!(GOOD.contains(line), "{line}");
    wrong(&GOOD.replacen(line, other, 1))
}

fn raw(value: &str) -> String {
    with("{at: /v, type: int}", value)
}

fn derive(lines: &str) -> String {
    with(
        "  t.any: {from: x.v}",
        &format!("  t.any: {{from: x.v}}\n  {lines}"),
    )
}

fn fold(lines: &str) -> String {
    let text = GOOD.replace("as_of: given", "as_of: given\nitems: /items/*");
    wrong(&format!("{text}{lines}"))
}

#[test]
fn the_good_one_is_good() {
    super::source(GOOD);
}

#[test]
fn of_the_whole() {
    assert_snapshot!(wrong(""), @"1:1 BN806 a source must be a map (`name: value`), nothing found");
    assert_snapshot!(wrong("[]"), @"1:1-3 BN806 a source must be a map (`name: value`), a list found");
    assert_snapshot!(wrong("sources: s"), @r"
    1:1-8 BN806 a source has no key `sources` | did you mean `source`? | its keys are `source`, `account`, `as_of`, `envelopes`, `items`, `raw`, `derive`, `fold`, `empty`
    1:1-8 BN804 a source has no `source` | add `source: …`
    1:1-8 BN804 a source has no `account` | add `account: …`
    1:1-8 BN804 a source has no `raw` | add `raw: …`
    1:1-8 BN804 a source has no `as_of` | add `as_of: …`
    1:1-8 BN804 a source has no `derive` | add `derive: …`
    ");
    assert_snapshot!(with("source: s", "source: Shop 1"), @r#"1:9-15 BN812 "Shop 1" cannot name a source | write a name of `a`-`z`, `0`-`9`, `_` and `-`, with an edition behind `@` if it has one: `shop` or `shop@2`"#);
    assert_snapshot!(with("source: s", "source: shop@two"), @r#"1:9-17 BN812 "shop@two" cannot name a source | write a name of `a`-`z`, `0`-`9`, `_` and `-`, with an edition behind `@` if it has one: `shop` or `shop@2`"#);
}

#[test]
fn of_places() {
    assert_snapshot!(with("/id", "customer.id"), @"2:10-21 BN812 `customer.id` is no place: a place begins with `/` | write `/customer/id`");
    assert_snapshot!(with("/id", "[]"), @"2:10-12 BN812 `account` names no place | write one like `/customer`");
    assert_snapshot!(with("/id", "[/a//b, /~2, .]"), @r"
    2:11-16 BN812 `/a//b` is no place: a key in it is empty | write the keys of the document with one `/` before each
    2:18-21 BN812 `/~2` is no place: `~` stands alone in it | in a place `~` is written `~0`, and a `/` inside a key `~1`
    2:23-24 BN812 `.` is the whole document, and no account's id | write one like `/customer`
    ");
    assert_snapshot!(with("/id", "/id\nitems: []"), @"3:8-10 BN812 `items` names no place | write patterns like `/invoices/*`, or `.` for the whole document");
    assert_snapshot!(with("/id", "/id\nitems: [invoices]"), @"3:9-17 BN812 `invoices` is no place: a place begins with `/` | write `/invoices`");
}

#[test]
fn of_as_of() {
    assert_snapshot!(with("given", "now"), @r#"3:8-11 BN812 `as_of` cannot be "now" | write `given` where the host says when it fetched the document, or `{at: /created, unix: s}` where the document says it itself"#);
    assert_snapshot!(with("given", "{at: /created, unix: s}"), @"3:13-21 BN812 `/created` is inside an item: it says when the object was born, not when anybody last vouched for it | write `as_of: given`, and let the host say when it fetched the document | here the whole document is an item (`.`): a source for events has `items: /data/object`");
    assert_snapshot!(with("given", "{at: /data/object/created, unix: s}\nitems: /data/object"), @"3:13-33 BN812 `/data/object/created` is inside an item: it says when the object was born, not when anybody last vouched for it | write `as_of: given`, and let the host say when it fetched the document");
    assert_snapshot!(with("given", "{at: /invoices/0/created, unix: s}\nitems: /invoices/*"), @r"
    3:13-32 BN812 `/invoices/0/created` is inside an item: it says when the object was born, not when anybody last vouched for it | write `as_of: given`, and let the host say when it fetched the document
    9:3-8 BN812 a document can have several items, and nothing says what they make of `t.any` together | add `fold: {t.any: …}`, which is one of `sum`, `min`, `max`, `only` | let one item speak, with `fold: {pick: {FACT: [the value that counts most, …]}}`
    ");
    assert_snapshot!(with("given", "{unix: min}\nitems: /data"), @r#"
    3:15-18 BN812 `unix` cannot be "min" | write `s` for seconds since 1970, or `ms` for milliseconds
    3:9-13 BN804 `as_of` has no `at` | add `at: …`
    "#);
    assert_snapshot!(with("given", "{at: /t, unix: s, zone: UTC}\nitems: /data"), @"3:32-35 BN812 seconds since 1970 are in no zone: `unix` and `zone` exclude each other | keep one of them");
    assert_snapshot!(with("given", "{at: /t, zone: Europe/Stokholm}\nitems: /data"), @"3:23-38 BN802 there is no time zone `Europe/Stokholm` | did you mean `Europe/Stockholm`?");
}

#[test]
fn of_raw_values() {
    assert_snapshot!(raw("{at: /v}"), @"5:9-11 BN804 the raw value `x.v` has no `type` | add `type: …`");
    assert_snapshot!(raw("{type: int}"), @"5:9-13 BN804 the raw value `x.v` has no `at` | add `at: …`");
    assert_snapshot!(raw("{at: /v, type: integer}"), @r#"5:23-30 BN812 a raw value cannot be of type "integer" | it is one of `bool`, `enum`, `string`, `int`, `time`, `present`"#);
    assert_snapshot!(raw("{at: /v, type: set}"), @r#"5:23-26 BN812 a raw value cannot be of type "set" | it is one of `bool`, `enum`, `string`, `int`, `time`, `present`"#);
    assert_snapshot!(raw("{at: /v, type: int, maxx: 3}"), @"5:28-32 BN806 the raw value `x.v` has no key `maxx` | did you mean `max`? | its keys are `at`, `type`, `values`, `min`, `max`, `unix`, `zone`, `month_end`, `money`, `currency`, `digits`, `letters`");
    assert_snapshot!(raw("{at: /v, type: int, values: [a], unix: s}"), @r"
    5:36-39 BN812 `values` means nothing for a raw value of type `int` | delete it, or make the raw value `x.v` of type `enum`
    5:47-48 BN812 `unix` means nothing for a raw value of type `int` | delete it, or make the raw value `x.v` of type `time`
    ");
    assert_snapshot!(raw("{at: /v, type: int, min: 3, max: 1}"), @"5:8-43 BN812 `min` (3) is above `max` (1) | swap them");
    assert_snapshot!(raw("{at: /v, type: int, money: major}"), @"5:35-40 BN812 an amount in major units needs its currency: not every currency has two digits after the point | add `currency: /currency`, the place where it stands");
    assert_snapshot!(raw("{at: /v, type: int, money: cents, currency: /c}"), @r#"5:35-40 BN812 `money` cannot be "cents" | write `major` for amounts like 249.00; leave it out for amounts in minor units"#);
    assert_snapshot!(raw("{at: /v, type: enum}"), @"5:9-11 BN804 the raw value `x.v` has no `values` | add `values: …`");
    assert_snapshot!(raw("{at: /v, type: enum, values: []}"), @r"
    5:37-39 BN812 `values` lists no value | list what the provider can say here
    8:17-20 BN103 `x.v` is of type `enum` and `t.any` of type `int` | read the raw value as the fact's type, or write a line for each value
    ");
    assert_snapshot!(raw("{at: /v, type: enum, values: [a, a, 1]}"), @r#"
    5:41-42 BN803 the value `a` is listed twice | keep one of them
    5:44-45 BN806 a value must be text, the number `1` found | write it in quotes: "1"
    8:17-20 BN103 `x.v` is of type `enum` and `t.any` of type `int` | read the raw value as the fact's type, or write a line for each value
    "#);
    assert_snapshot!(raw("{at: /v, type: time, unix: us}"), @r#"5:35-37 BN812 `unix` cannot be "us" | write `s` for seconds since 1970, or `ms` for milliseconds"#);
    assert_snapshot!(raw("{at: /v, type: time, month_end: {year: /y, month: /m}}"), @r"
    5:13-15 BN812 `at` and `month_end` exclude each other | `month_end` says the places of year and month, and ends in UTC: delete one of the two
    8:17-20 BN103 `x.v` is of type `time` and `t.any` of type `int` | read the raw value as the fact's type, or write a line for each value
    ");
    assert_snapshot!(raw("{type: time, month_end: {year: y}}"), @r"
    5:39-40 BN812 `y` is no place: a place begins with `/` | write `/y`
    5:33-37 BN804 `month_end` has no `month` | add `month: …`
    ");
    assert_snapshot!(with("x.e:", "status:"), @r#"6:3-9 BN812 "status" cannot name a raw value | write two names or more of `a`-`z`, `0`-`9` and `_` with dots between, like `inv.status`"#);
}

#[test]
fn of_derived_facts() {
    assert_snapshot!(derive("t.kid: {a: x.v > 1}"), @"9:3-8 BN101 there is no fact `t.kid` | did you mean `t.kind`?");
    assert_snapshot!(derive("account.id: {from: x.v}"), @"9:3-13 BN812 `account.id` comes from `account` | delete it here");
    assert_snapshot!(derive("t.set: {from: x.v}"), @"9:3-8 BN812 `t.set` is a set of string: a source cannot derive sets | let the host give it");
    assert_snapshot!(derive("t.kind: {a: x.v > 1, d: x.v > 2, unknown: x.v > 3}"), @r#"
    9:24-25 BN102 `t.kind` cannot be "d" | it is one of `a`, `b`, `c`
    9:36-43 BN102 `t.kind` cannot be "unknown" | delete it: where no line holds the fact is unknown
    "#);
    assert_snapshot!(derive("t.kind: {}"), @"9:3-9 BN812 `t.kind` has no line | write `VALUE: EXPRESSION`");
    assert_snapshot!(derive("t.kind: x.v > 1"), @"9:11-18 BN812 `t.kind` is of type `enum`: an expression alone does not say its value | write a line for each value, `VALUE: EXPRESSION`, or copy a raw value with `{from: …}`");
    assert_snapshot!(derive("t.flag: {yes: x.v > 1}"), @r#"9:12-15 BN103 "yes" is no value of `t.flag`, which is of type `bool` | write `true` or `false`"#);
    assert_snapshot!(derive("t.count: {1: x.v > 1, 01: x.v > 2, 200: x.v > 2, one: x.v > 2}"), @r#"
    9:25-27 BN803 the value `01` is listed twice | keep one of them
    9:38-41 BN102 `t.count` cannot be "200" | it is between 0 and 100
    9:52-55 BN103 "one" is no value of `t.count`, which is of type `int` | write a whole number
    "#);
    assert_snapshot!(derive("t.land: {FR: x.v > 1}"), @r#"9:12-14 BN102 `t.land` cannot be "FR" | it is one of `DE`, `SE`"#);
    assert_snapshot!(derive("t.at: {2026-05-04: x.v > 1}"), @r#"9:10-20 BN103 "2026-05-04" is no value of `t.at`, which is of type `time` | copy a raw time with `{from: …}`"#);
    assert_snapshot!(derive("t.at: {from: x.v}"), @"9:16-19 BN103 `x.v` is of type `int` and `t.at` of type `time` | read the raw value as the fact's type, or write a line for each value");
    assert_snapshot!(derive("t.kind: {from: x.e}"), @"9:18-21 BN102 `x.e` can be `z`, which `t.kind` cannot | write a line for each value of the fact instead: `VALUE: EXPRESSION`");
    assert_snapshot!(derive("t.count: {from: x.u, else: 7, when: x.v >}"), @r"
    9:19-22 BN101 there is no raw value `x.u` | did you mean `x.e`?
    9:43-44 BN801 something is missing after `>` | here belongs a value
    ");
    assert_snapshot!(derive("t.count: {from: x.v, else: 7}"), @"9:30-31 BN812 `else` without `when` never speaks | say with `when` where the raw value counts");
    assert_snapshot!(derive("t.count: {from: x.v, when: x.v > 1, otherwise: 7}"), @"9:39-48 BN806 `t.count` has no key `otherwise` | its keys are `from`, `when`, `else`");
}

#[test]
fn of_expressions() {
    assert_snapshot!(derive("t.flag: x.u > 1"), @"9:11-14 BN101 there is no raw value `x.u` | did you mean `x.e`?");
    assert_snapshot!(derive("t.flag: v > 1 and overdue"), @r"
    9:11-12 BN101 there is no raw value `v` | did you mean `x.v`?
    9:21-28 BN101 there is no raw value `overdue` | a source asks about its own `raw` values only: describe it there
    ");
    assert_snapshot!(derive("t.flag: in_dunning or v"), @r"
    9:11-21 BN101 there is no raw value `in_dunning` | a source asks about its own `raw` values only: describe it there
    9:25-26 BN101 there is no raw value `v` | did you mean `x.v`?
    ");
    assert_snapshot!(derive("t.flag: billing.amount_overdue > 0"), @"9:11-33 BN101 there is no raw value `billing.amount_overdue` | a source asks about its own `raw` values only: describe it there");
    assert_snapshot!(derive("t.flag: x.e == zz"), @"9:18-20 BN102 `x.e` cannot be `zz` | did you mean `z`?");
    assert_snapshot!(derive("t.flag: x.e > 3"), @"9:15-18 BN103 `x.e` is an enum, which cannot be asked this | ask something of it, like `x.e == a` or `x.e in {a, …}`");
    assert_snapshot!(derive("t.flag: (x.v > 3) no older than 5m"), @"9:35-37 BN812 raw values have no age of their own: the whole document has one | delete `no older than`, and ask it in the rule");
    assert_snapshot!(derive("t.flag: x.v = 3"), @"9:15-16 BN801 `=` is no operator | write `==`");
    assert_snapshot!(derive("t.flag:"), @"9:9 BN801 an expression is missing | write `true` where nothing is asked");
    assert_snapshot!(derive("t.flag: [x.v > 3]"), @"9:11-20 BN812 `t.flag` must be a map or an expression, a list found | several conditions are one expression, joined with `and` or `or`");
    // What is wrong with a raw value is said once.
    assert_snapshot!(with("{at: /v, type: int}", "{at: v, type: int}"), @"5:13-14 BN812 `v` is no place: a place begins with `/` | write `/v`");
}

#[test]
fn of_folds() {
    assert_snapshot!(fold(""), @"9:3-8 BN812 a document can have several items, and nothing says what they make of `t.any` together | add `fold: {t.any: …}`, which is one of `sum`, `min`, `max`, `only` | let one item speak, with `fold: {pick: {FACT: [the value that counts most, …]}}`");
    assert_snapshot!(fold("fold: {t.any: summ}"), @r#"10:15-19 BN812 there is no fold "summ" | did you mean `sum`?"#);
    assert_snapshot!(fold("fold: {t.any: any}"), @"10:15-18 BN812 `t.any` is of type `int`, which has no `any` | its folds are `sum`, `min`, `max`, `only`");
    assert_snapshot!(fold("fold: {t.amy: sum}"), @"10:8-13 BN101 there is no fact `t.amy` | did you mean `t.any`?");
    assert_snapshot!(fold("fold: {t.any: sum, t.count: sum, pik: {}, total: sum}"), @r#"
    10:20-27 BN812 `t.count` is not derived here | derive it, or delete its fold
    10:34-37 BN812 `fold` has no key "pik" | its keys are `pick` and the derived facts | did you mean `pick`?
    10:43-48 BN812 `fold` has no key "total" | its keys are `pick` and the derived facts
    "#);
    assert_snapshot!(fold("fold: {pick: {t.any: [1, 2]}}"), @"10:15-20 BN812 the values of `t.any` cannot be listed | pick by an enum or a bool");
    assert_snapshot!(fold("fold: {pick: {}}"), @"10:14-16 BN812 `pick` names 0 facts | name the fact whose value decides which item speaks: `pick: {FACT: [VALUE, …]}`");
    assert_snapshot!(fold("  t.kind: {a: x.v > 1, b: x.v < 1}\nfold: {t.any: sum}"), @"10:3-9 BN812 a document can have several items, and nothing says what they make of `t.kind` together | add `fold: {t.kind: …}`, which is one of `only` | let one item speak, with `fold: {pick: {FACT: [the value that counts most, …]}}`");
    assert_snapshot!(fold("  t.kind: {a: x.v > 1, b: x.v < 1}\nfold: {pick: {t.kind: [a, d, a]}}"), @r#"
    11:27-28 BN102 `t.kind` cannot be "d" | it is one of `a`, `b`, `c`
    11:30-31 BN803 the value `"a"` is listed twice | keep one of them
    "#);
    assert_snapshot!(fold("  t.kind: {a: x.v > 1, b: x.v < 1}\nfold: {pick: {t.kind: [a]}}"), @"11:23-26 BN812 `pick` does not say where `b` stands | list every value that a line can give");
    assert_snapshot!(fold("  t.flag: x.v > 1\nfold: {pick: {t.flag: [true, false]}, t.flag: any}"), @"11:15-21 BN812 `t.flag` picks the item that speaks, and has a fold of its own | delete one of the two");
}
