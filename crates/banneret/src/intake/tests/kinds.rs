//! Documents of several kinds of item, envelopes, lists that are empty or cut off.

use insta::assert_snapshot;
use serde_json::json;

use super::{came, source, take};
use crate::intake::{IntakeError, load};
use crate::source::FileId;
use crate::yaml::tests::rendered;

const SHOP: &str = "source: s
envelopes:
  - {holds: /event/object, as_of: {at: /event/at, unix: s}}
  - /wrapped
account: [/owner, {at: /id, where: {/is: person}}]
as_of: given
items:
  bill:
    - {at: /bills/*, more: /bills_go_on}
    - {at: /all/*, where: bill.is == \"bill\"}
    - {at: ., where: bill.is == \"bill\"}
  plan:
    - /plans/*
    - {at: ., where: plan.is == \"plan\" and plan.of is known}
raw:
  bill.is: {at: /is, type: string}
  bill.v: {at: /v, type: int, currency: /c, digits: {ISK: 2}}
  plan.is: {at: /is, type: string}
  plan.of: {at: /of, type: string, letters: capitals}
  plan.v: {at: /v, type: int}
derive:
  t.kind: {a: bill.v > 9, b: bill.v <= 9}
  t.any: [{from: bill.v, when: bill.v > 0}, {from: plan.v}]
  t.text: {from: plan.of}
  t.count: {from: plan.v}
  t.land: {SE: \"true\"}
fold:
  pick: {t.kind: [a, b]}
  t.any: max
  t.text: only
  t.count: sum
empty: {t.kind: b, t.any: 7}
";

fn told(document: serde_json::Value) -> String {
    let mut document = document;
    if document.get("event").is_none() && document.get("wrapped").is_none() {
        document["owner"] = json!("o");
    }
    came(&source(SHOP), document)
}

#[test]
fn each_fact_comes_from_items_of_its_kind() {
    assert_snapshot!(told(json!({"bills": [{"v": 3, "c": "usd"}, {"v": 12, "c": "USD"}], "plans": [{"of": "x", "v": 5}]})), @r#"
    t.kind = a
    t.any = 12
    t.text = "X"
    t.count = 5
    t.land = "SE"
    "#);
    // Of a fact that both can say, the first kind that is there speaks.
    assert_snapshot!(told(json!({"plans": [{"of": "x", "v": 5}, {"of": "y", "v": 1}]})), @r#"
    t.kind = nothing
    t.any = 5
    t.text = unknown
    t.count = 6
    t.land = "SE"
    t.text is unknown: there are 2 items, and nobody says which counts
    "#);
    assert_snapshot!(told(json!({"all": [{"is": "bill", "v": 4}, {"is": "plan", "v": 50}, {"v": 60}]})), @r#"
    t.kind = b
    t.any = 4
    t.text = nothing
    t.count = nothing
    t.land = "SE"
    "#);
}

#[test]
fn what_is_not_about_a_fact_is_left_out_of_its_fold() {
    assert_snapshot!(told(json!({"bills": [{"v": -3, "c": "usd"}, {"v": 12, "c": "usd"}]})), @r#"
    t.kind = a
    t.any = 12
    t.text = nothing
    t.count = nothing
    t.land = "SE"
    "#);
    assert_snapshot!(told(json!({"bills": [{"v": -3}]})), @r#"
    t.kind = b
    t.any = unknown
    t.text = nothing
    t.count = nothing
    t.land = "SE"
    "#);
}

#[test]
fn lists_that_are_empty_or_go_on() {
    assert_snapshot!(told(json!({"bills": [], "plans": []})), @r#"
    t.kind = b
    t.any = 7
    t.text = unknown
    t.count = 0
    t.land = "SE"
    "#);
    assert_snapshot!(told(json!({"bills": [], "bills_go_on": true})), @r#"
    t.kind = unknown
    t.any = unknown
    t.text = nothing
    t.count = nothing
    t.land = "SE"
    the list goes on beyond the document: fetch all of it
    "#);
    assert_snapshot!(told(json!({"bills": [{"v": 3}], "bills_go_on": false})), @r#"
    t.kind = b
    t.any = 3
    t.text = nothing
    t.count = nothing
    t.land = "SE"
    "#);
}

#[test]
fn envelopes_are_taken_off() {
    let bill = json!({"is": "bill", "owner": "o", "v": 3});
    let event = json!({"event": {"object": bill, "at": 1_700_000_000}});
    let intake = take(&source(SHOP), &event).unwrap();
    assert_eq!(
        (&*intake.account, intake.as_of),
        ("o", "2023-11-14T22:13:20Z".parse().unwrap())
    );
    let intake = take(&source(SHOP), &json!({"wrapped": bill})).unwrap();
    assert_eq!(intake.as_of, super::noon());
    let error = take(&source(SHOP), &json!({"event": {"object": bill}})).unwrap_err();
    assert!(matches!(error, IntakeError::NoTime { .. }), "{error}");
}

#[test]
fn an_account_that_depends_on_what_the_document_is() {
    let person = json!({"is": "person", "id": "p", "plans": []});
    assert_eq!(&*take(&source(SHOP), &person).unwrap().account, "p");
    let thing = json!({"is": "thing", "id": "t", "plans": []});
    let error = take(&source(SHOP), &thing).unwrap_err();
    assert_snapshot!(error, @"the document does not say whose it is: source `s` looks for the account at `/owner`, `/id`");
}

#[test]
fn nothing_of_any_kind() {
    assert_snapshot!(told(json!({"is": "thing"})), @r#"error: it carries no fact that source `s` derives: "thing" stands at `/is`"#);
    assert_snapshot!(told(json!({"is": "plan", "of": null})), @r#"error: it carries no fact that source `s` derives: "plan" stands at `/is`, null stands at `/of`"#);
    assert_snapshot!(told(json!({"all": [{"is": "plan"}]})), @"error: it carries no fact that source `s` derives: nothing stands at `/is`");
}

#[test]
fn amounts_in_units_of_the_providers_own() {
    let any = |document: serde_json::Value| told(json!({"bills": [document]}));
    assert!(any(json!({"v": 300, "c": "isk"})).contains("t.any = 3\n"));
    assert!(any(json!({"v": 300, "c": "usd"})).contains("t.any = 300\n"));
    assert!(
        any(json!({"v": 350, "c": "isk"})).contains(
            "bill.v is unknown: `350`: ISK has 0 digits after the point, and this has more"
        )
    );
    assert!(any(json!({"v": 300})).contains("t.any = 300\n"));
}

fn wrong(what: &str, other: &str) -> String {
    assert!(SHOP.contains(what), "{what}");
    let text = SHOP.replacen(what, other, 1);
    let mut found = Vec::new();
    let source = load(FileId(0), &text, &super::schema(), &mut found);
    assert!(source.is_none(), "it was read");
    rendered(&text, &found)
}

#[test]
fn mistakes() {
    assert_snapshot!(wrong(
        "{a: bill.v > 9, b: bill.v <= 9}",
        "{a: bill.v > 9, b: plan.v > 9}"
    ));
    assert_snapshot!(wrong("where: bill.is ==", "where: plan.is =="));
    assert_snapshot!(wrong("  plan.v:", "  plant.v:"));
    assert_snapshot!(wrong("  bill:\n", "  Bill:\n"));
    assert_snapshot!(wrong(
        "[{from: bill.v, when: bill.v > 0}, {from: plan.v}]",
        "[{from: plan.v}, {from: plan.v}]"
    ));
    assert_snapshot!(wrong("at: /event/at", "at: /event/object/at"));
    assert_snapshot!(wrong("where: {/is: person}", "where: {is: person}"));
    assert_snapshot!(wrong("where: {/is: person}", "where: {}"));
    assert_snapshot!(wrong("{t.kind: b, t.any: 7}", "{t.kind: d, t.flag: true}"));
    assert_snapshot!(wrong("  pick: {t.kind: [a, b]}\n", ""));
    assert_snapshot!(wrong("digits: {ISK: 2}", "digits: {Isk: 9}"));
    assert_snapshot!(wrong("currency: /c, digits", "digits"));
    assert_snapshot!(wrong("letters: capitals", "letters: small"));
}
