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
    with("  t.any: {from: x.v}", &format!("  t.any: {{from: x.v}}\n  {lines}"))
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
    assert_snapshot!(wrong(""), @"");
    assert_snapshot!(wrong("[]"), @"");
    assert_snapshot!(wrong("sources: s"), @"");
    assert_snapshot!(with("source: s", "source: Shop 1"), @"");
    assert_snapshot!(with("source: s", "source: shop@two"), @"");
}

#[test]
fn of_places() {
    assert_snapshot!(with("/id", "customer.id"), @"");
    assert_snapshot!(with("/id", "[]"), @"");
    assert_snapshot!(with("/id", "[/a//b, /~2, /x/*]"), @"");
    assert_snapshot!(with("/id", "/id\nitems: []"), @"");
    assert_snapshot!(with("/id", "/id\nitems: [invoices]"), @"");
}

#[test]
fn of_as_of() {
    assert_snapshot!(with("given", "now"), @"");
    assert_snapshot!(with("given", "{at: /created, unix: s}"), @"");
    assert_snapshot!(with("given", "{at: /data/object/created, unix: s}\nitems: /data/object"), @"");
    assert_snapshot!(with("given", "{at: /invoices/0/created, unix: s}\nitems: /invoices/*"), @"");
    assert_snapshot!(with("given", "{unix: min}\nitems: /data"), @"");
    assert_snapshot!(with("given", "{at: /t, unix: s, zone: UTC}\nitems: /data"), @"");
    assert_snapshot!(with("given", "{at: /t, zone: Europe/Stokholm}\nitems: /data"), @"");
}

#[test]
fn of_raw_values() {
    assert_snapshot!(raw("{at: /v}"), @"");
    assert_snapshot!(raw("{type: int}"), @"");
    assert_snapshot!(raw("{at: /v, type: integer}"), @"");
    assert_snapshot!(raw("{at: /v, type: set}"), @"");
    assert_snapshot!(raw("{at: /v, type: int, maxx: 3}"), @"");
    assert_snapshot!(raw("{at: /v, type: int, values: [a], unix: s}"), @"");
    assert_snapshot!(raw("{at: /v, type: int, min: 3, max: 1}"), @"");
    assert_snapshot!(raw("{at: /v, type: int, money: major}"), @"");
    assert_snapshot!(raw("{at: /v, type: int, money: cents, currency: /c}"), @"");
    assert_snapshot!(raw("{at: /v, type: enum}"), @"");
    assert_snapshot!(raw("{at: /v, type: enum, values: []}"), @"");
    assert_snapshot!(raw("{at: /v, type: enum, values: [a, a, 1]}"), @"");
    assert_snapshot!(raw("{at: /v, type: time, unix: us}"), @"");
    assert_snapshot!(raw("{at: /v, type: time, month_end: {year: /y, month: /m}}"), @"");
    assert_snapshot!(raw("{type: time, month_end: {year: y}}"), @"");
    assert_snapshot!(with("x.e:", "status:"), @"");
}

#[test]
fn of_derived_facts() {
    assert_snapshot!(derive("t.kid: {a: x.v > 1}"), @"");
    assert_snapshot!(derive("account.id: {from: x.v}"), @"");
    assert_snapshot!(derive("t.set: {from: x.v}"), @"");
    assert_snapshot!(derive("t.kind: {a: x.v > 1, d: x.v > 2, unknown: x.v > 3}"), @"");
    assert_snapshot!(derive("t.kind: {}"), @"");
    assert_snapshot!(derive("t.kind: x.v > 1"), @"");
    assert_snapshot!(derive("t.flag: {yes: x.v > 1}"), @"");
    assert_snapshot!(derive("t.count: {1: x.v > 1, 01: x.v > 2, 200: x.v > 2, one: x.v > 2}"), @"");
    assert_snapshot!(derive("t.land: {FR: x.v > 1}"), @"");
    assert_snapshot!(derive("t.at: {2026-05-04: x.v > 1}"), @"");
    assert_snapshot!(derive("t.at: {from: x.v}"), @"");
    assert_snapshot!(derive("t.kind: {from: x.e}"), @"");
    assert_snapshot!(derive("t.count: {from: x.u, else: 7, when: x.v >}"), @"");
    assert_snapshot!(derive("t.count: {from: x.v, else: 7}"), @"");
    assert_snapshot!(derive("t.count: {from: x.v, when: x.v > 1, otherwise: 7}"), @"");
}

#[test]
fn of_expressions() {
    assert_snapshot!(derive("t.flag: x.u > 1"), @"");
    assert_snapshot!(derive("t.flag: v > 1 and overdue"), @"");
    assert_snapshot!(derive("t.flag: in_dunning or v"), @"");
    assert_snapshot!(derive("t.flag: billing.amount_overdue > 0"), @"");
    assert_snapshot!(derive("t.flag: x.e == zz"), @"");
    assert_snapshot!(derive("t.flag: x.e > 3"), @"");
    assert_snapshot!(derive("t.flag: (x.v > 3) no older than 5m"), @"");
    assert_snapshot!(derive("t.flag: x.v = 3"), @"");
    assert_snapshot!(derive("t.flag:"), @"");
    assert_snapshot!(derive("t.flag: [x.v > 3]"), @"");
    // What is wrong with a raw value is said once.
    assert_snapshot!(with("{at: /v, type: int}", "{at: v, type: int}"), @"");
}

#[test]
fn of_folds() {
    assert_snapshot!(fold(""), @"");
    assert_snapshot!(fold("fold: {t.any: summ}"), @"");
    assert_snapshot!(fold("fold: {t.any: any}"), @"");
    assert_snapshot!(fold("fold: {t.amy: sum}"), @"");
    assert_snapshot!(fold("fold: {t.any: sum, t.count: sum, pik: {}, total: sum}"), @"");
    assert_snapshot!(fold("fold: {pick: {t.any: [1, 2]}}"), @"");
    assert_snapshot!(fold("fold: {pick: {}}"), @"");
    assert_snapshot!(fold("  t.kind: {a: x.v > 1, b: x.v < 1}\nfold: {t.any: sum}"), @"");
    assert_snapshot!(fold("  t.kind: {a: x.v > 1, b: x.v < 1}\nfold: {pick: {t.kind: [a, d, a]}}"), @"");
    assert_snapshot!(fold("  t.kind: {a: x.v > 1, b: x.v < 1}\nfold: {pick: {t.kind: [a]}}"), @"");
    assert_snapshot!(fold("  t.flag: x.v > 1\nfold: {pick: {t.flag: [true, false]}, t.flag: any}"), @"");
}
