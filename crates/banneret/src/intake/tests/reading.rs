//! What documents become.

use insta::assert_snapshot;
use serde_json::json;

use super::{came, clock, noon, one, source, take, told};
use crate::facts::Said;
use crate::intake::IntakeError;

#[test]
fn the_example_of_the_reference() {
    let stripe = source(super::STRIPE);
    let invoice = |status: &str, attempts: i64, next: Option<i64>, amount: i64| {
        json!({"status": status, "attempt_count": attempts, "collection_method": "charge_automatically",
            "next_payment_attempt": next, "amount_remaining": amount, "currency": "usd", "due_date": null, "effective_at": 1_777_000_000})
    };
    let retry = Some(1_777_000_000);
    let customer =
        |invoices: &[serde_json::Value]| json!({"customer": "cus_1", "invoices": invoices});
    assert_snapshot!(came(&stripe, customer(&[invoice("open", 1, retry, 24900)])), @r"
    billing.dunning_state = in_progress
    billing.amount_overdue = 24900
    billing.oldest_due_at = 2026-04-24T03:06:40Z
    ");
    assert_snapshot!(came(&stripe, customer(&[invoice("paid", 1, None, 0), invoice("open", 4, None, 500), invoice("open", 1, retry, 7)])), @r"
    billing.dunning_state = exhausted
    billing.amount_overdue = 507
    billing.oldest_due_at = 2026-04-24T03:06:40Z
    ");
    assert_snapshot!(came(&stripe, customer(&[invoice("paid", 1, None, 0), json!({})])), @r"
    billing.dunning_state = unknown
    billing.amount_overdue = unknown
    billing.oldest_due_at = unknown
    item 2: billing.dunning_state is unknown: no line holds for inv.status=?, inv.attempts=?, inv.collection=?, inv.retry_planned=?
    item 2: billing.amount_overdue is unknown: nobody can say whether `when` holds for inv.remaining=?, inv.status=?, inv.attempts=?
    ");
    assert_snapshot!(came(&stripe, customer(&[invoice("deleted", 1, None, 0)])), @r#"
    billing.dunning_state = unknown
    billing.amount_overdue = unknown
    billing.oldest_due_at = 2026-04-24T03:06:40Z
    inv.status is unknown: "deleted" is none of its values
    billing.dunning_state is unknown: no line holds for inv.status="deleted", inv.attempts=1, inv.collection=charge_automatically, inv.retry_planned=false
    billing.amount_overdue is unknown: nobody can say whether `when` holds for inv.remaining=0, inv.status="deleted", inv.attempts=1
    "#);
    assert_snapshot!(came(&stripe, customer(&[])), @r"
    billing.dunning_state = unknown
    billing.amount_overdue = 0
    billing.oldest_due_at = unknown
    ");
    // Ids that were not expanded: there are invoices, and nobody knows how they stand.
    assert_snapshot!(came(&stripe, json!({"customer": "cus_1", "invoices": ["in_1"]})), @r"
    billing.dunning_state = unknown
    billing.amount_overdue = unknown
    billing.oldest_due_at = unknown
    the item is no object: nothing can be read of it
    ");
    assert_snapshot!(came(&stripe, json!({"customer": "cus_1", "invoices": {"object": "list", "data": []}})), @r"
    billing.dunning_state = unknown
    billing.amount_overdue = unknown
    billing.oldest_due_at = unknown
    the item is no object: nothing can be read of it
    ");
    // Another object of the same customer says nothing about invoices.
    assert_snapshot!(came(&stripe, json!({"customer": {"id": "cus_1", "email": null}})), @r"
    billing.dunning_state = nothing
    billing.amount_overdue = nothing
    billing.oldest_due_at = nothing
    ");
}

#[test]
fn accounts() {
    let source = source(&super::STRIPE.replace(
        "[/customer/id, /customer, /data/object/customer]",
        "[/a, /b/0/c~1d]",
    ));
    let account = |document| {
        take(&source, &document)
            .map(|intake| intake.account.to_string())
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        account(json!({"a": null, "b": [{"c/d": "x"}]})),
        Ok("x".into())
    );
    assert_eq!(account(json!({"a": 17})), Ok("17".into()));
    assert_eq!(
        account(json!({"a": u64::MAX})),
        Ok("18446744073709551615".into())
    );
    assert_snapshot!(account(json!({})).unwrap_err(), @"the document does not say whose it is: source `stripe@1` looks for the account at `/a`, `/b/0/c~1d`");
    assert_snapshot!(account(json!([])).unwrap_err(), @"the document does not say whose it is: source `stripe@1` looks for the account at `/a`, `/b/0/c~1d`");
    assert_snapshot!(account(json!({"a": {"id": 1}})).unwrap_err(), @"an account's id is a text or a whole number, but an object stands at `/a`, `/b/0/c~1d`");
    assert_snapshot!(account(json!({"a": ""})).unwrap_err(), @r#"an account's id is a text or a whole number, but "" stands at `/a`, `/b/0/c~1d`"#);
    assert_snapshot!(account(json!({"a": 1.5})).unwrap_err(), @"an account's id is a text or a whole number, but `1.5` stands at `/a`, `/b/0/c~1d`");
    assert_snapshot!(account(json!({"a": true})).unwrap_err(), @"an account's id is a text or a whole number, but `true` stands at `/a`, `/b/0/c~1d`");
}

#[test]
fn the_account_and_its_age_are_facts() {
    let intake = take(
        &one("{at: /v, type: int}", "t.any: {from: x.v}", "{t.any: sum}"),
        &json!({"id": "a", "v": 3}),
    )
    .unwrap();
    let facts = intake.facts.build();
    assert_eq!(facts.account_id(), Some("a"));
    assert_eq!(
        facts.as_of(facts.schema().id("t.any").unwrap()),
        Some(noon())
    );
}

#[test]
fn times_of_documents() {
    let from = |as_of: &str| {
        source(
            &super::STRIPE
                .replace("as_of: given", as_of)
                .replace(", .]", "]"),
        )
    };
    let when = |source: &super::Source, created: serde_json::Value| {
        let document = json!({"customer": "c", "created": created, "invoices": []});
        take(source, &document)
            .map(|intake| intake.as_of.to_string())
            .map_err(|error| error.to_string())
    };
    let unix = from("as_of: {at: /created, unix: s}");
    assert_eq!(
        when(&unix, json!(1_777_000_000)),
        Ok("2026-04-24T03:06:40Z".into())
    );
    assert_snapshot!(when(&unix, json!("1777000000")).unwrap_err(), @r#"the document's time at `/created` cannot be read: "1777000000" is not a whole number, as unix times are"#);
    assert_snapshot!(when(&unix, json!(null)).unwrap_err(), @"the document does not say as of when it speaks: source `stripe@1` looks for the time at `/created`");
    assert_snapshot!(when(&unix, json!(i64::MAX)).unwrap_err(), @"the document's time at `/created` cannot be read: `9223372036854775807` is beyond the years that can be written");
    assert_snapshot!(when(&unix, json!(1_777_896_006)).unwrap_err(), @"the document is dated 2026-05-04T12:00:06Z, but it is only 2026-05-04T12:00:00Z: check the clocks and `as_of`");
    assert_eq!(
        when(&unix, json!(1_777_896_005)),
        Ok("2026-05-04T12:00:05Z".into())
    );
    let text = from("as_of: {at: /created}");
    assert_eq!(
        when(&text, json!("2026-05-04T12:00:00+02:00")),
        Ok("2026-05-04T10:00:00Z".into())
    );
    assert_snapshot!(when(&text, json!("2026-05-04T12:00:00")).unwrap_err(), @r#"the document's time at `/created` cannot be read: "2026-05-04T12:00:00" has no time zone, and the source names none"#);
    assert_snapshot!(when(&text, json!(1_777_000_000)).unwrap_err(), @"the document's time at `/created` cannot be read: `1777000000` is not a text that holds a time");
}

#[test]
fn a_document_of_the_future_is_refused() {
    let stripe = source(super::STRIPE);
    let ahead = noon().plus(crate::Duration::from_seconds(6).unwrap());
    let error = stripe
        .read(&json!({"customer": "c"}), ahead, clock())
        .unwrap_err();
    assert!(matches!(error, IntakeError::Future { .. }));
    assert_snapshot!(error, @"the document is dated 2026-05-04T12:00:06Z, but it is only 2026-05-04T12:00:00Z: check the clocks and `as_of`");
}

/// What comes of each of these values of `v`.
fn each(raw: &str, derive: &str, values: serde_json::Value) -> String {
    let source = source(&format!(
        "source: s\naccount: /id\nas_of: given\nraw:\n  x.v: {raw}\nderive:\n  {derive}\n"
    ));
    let lines = values.as_array().unwrap().iter().map(|value| {
        let document = json!({"id": "a", "v": value, "c": "usd", "y": value["y"], "m": value["m"]});
        let came = came(&source, document);
        format!("{value}: {}\n", came.trim_end().replace('\n', " | "))
    });
    lines.collect()
}

/// The same, copied into a fact.
fn copied(raw: &str, fact: &str, values: serde_json::Value) -> String {
    each(raw, &format!("{fact}: {{from: x.v}}"), values)
}

#[test]
fn raw_values_of_every_type() {
    assert_snapshot!(copied("{at: /v, type: bool}", "t.flag", json!([true, false, null, "true", 1])), @r#"
    true: t.flag = true
    false: t.flag = false
    null: t.flag = unknown
    "true": t.flag = unknown | x.v is unknown: "true" is no bool
    1: t.flag = unknown | x.v is unknown: `1` is no bool
    "#);
    assert_snapshot!(copied("{at: /v, type: present}", "t.flag", json!([true, false, null, [], "x"])), @r#"
    true: t.flag = true
    false: t.flag = true
    null: t.flag = false
    []: t.flag = true
    "x": t.flag = true
    "#);
    assert_snapshot!(copied("{at: /v, type: enum, values: [a, b]}", "t.kind", json!(["a", "c", "unknown", 1])), @r#"
    "a": t.kind = a
    "c": t.kind = unknown | x.v is unknown: "c" is none of its values
    "unknown": t.kind = unknown
    1: t.kind = unknown | x.v is unknown: `1` is no text
    "#);
    assert_snapshot!(copied("{at: /v, type: string}", "t.text", json!(["a", "", 1])), @r#"
    "a": t.text = "a"
    "": t.text = ""
    1: t.text = unknown | x.v is unknown: `1` is no text
    "#);
    assert_snapshot!(copied("{at: /v, type: string}", "t.land", json!(["DE", "FR"])), @r#"
    "DE": t.land = "DE"
    "FR": t.land = out of domain FR | t.land is unknown: "FR" is none of its values
    "#);
    assert_snapshot!(copied("{at: /v, type: int, min: -1, max: 1000}", "t.count", json!([1, "1", 1.0, 101, -1, 1001, 18_446_744_073_709_551_615_u64, {}])), @r#"
    1: t.count = 1
    "1": t.count = unknown | x.v is unknown: "1" is no 64-bit whole number
    1.0: t.count = unknown | x.v is unknown: `1.0` is no 64-bit whole number
    101: t.count = out of domain 101 | t.count is unknown: "101" is none of its values
    -1: t.count = out of domain -1 | t.count is unknown: "-1" is none of its values
    1001: t.count = unknown | x.v is unknown: "1001" is none of its values
    18446744073709551615: t.count = unknown | x.v is unknown: `18446744073709551615` is no 64-bit whole number
    {}: t.count = unknown | x.v is unknown: an object is no 64-bit whole number
    "#);
}

#[test]
fn raw_times() {
    assert_snapshot!(copied("{at: /v, type: time}", "t.at", json!(["2026-05-04T12:00:00Z", "2026-05-04 12:00:00+02", "2026-05-04", "2026-05-04T12:00:00", "soon", 17])), @r#"
    "2026-05-04T12:00:00Z": t.at = 2026-05-04T12:00:00Z
    "2026-05-04 12:00:00+02": t.at = 2026-05-04T10:00:00Z
    "2026-05-04": t.at = 2026-05-04T00:00:00Z
    "2026-05-04T12:00:00": t.at = unknown | x.v is unknown: "2026-05-04T12:00:00" has no time zone, and the source names none
    "soon": t.at = unknown | x.v is unknown: "soon" is no time like `2026-05-04T12:00:00Z`
    17: t.at = unknown | x.v is unknown: `17` is not a text that holds a time
    "#);
    assert_snapshot!(copied("{at: /v, type: time, zone: Europe/Stockholm}", "t.at", json!(["2026-05-04 12:00:00", "2026-05-04", "2026-05-04T12:00:00Z", "2026-03-29T02:30:00", "2026-10-25T02:30:00"])), @r#"
    "2026-05-04 12:00:00": t.at = 2026-05-04T10:00:00Z
    "2026-05-04": t.at = 2026-05-03T22:00:00Z
    "2026-05-04T12:00:00Z": t.at = 2026-05-04T12:00:00Z
    "2026-03-29T02:30:00": t.at = 2026-03-29T01:30:00Z
    "2026-10-25T02:30:00": t.at = 2026-10-25T00:30:00Z
    "#);
    assert_snapshot!(copied("{at: /v, type: time, unix: s}", "t.at", json!([1_777_000_000, 1.5, "1777000000", 253_402_300_800_i64, i64::MIN])), @r#"
    1777000000: t.at = 2026-04-24T03:06:40Z
    1.5: t.at = unknown | x.v is unknown: `1.5` is not a whole number, as unix times are
    "1777000000": t.at = unknown | x.v is unknown: "1777000000" is not a whole number, as unix times are
    253402300800: t.at = unknown | x.v is unknown: `253402300800` is beyond the years that can be written
    -9223372036854775808: t.at = unknown | x.v is unknown: `-9223372036854775808` is beyond the years that can be written
    "#);
    assert_snapshot!(copied("{at: /v, type: time, unix: ms}", "t.at", json!([1_777_000_000_001_i64])), @"1777000000001: t.at = 2026-04-24T03:06:40.001Z");
    let card = "{type: time, month_end: {year: /y, month: /m}}";
    assert_snapshot!(copied(card, "t.at", json!([{"y": 2028, "m": 2}, {"y": 2026, "m": 12}, {"y": 26, "m": 12}, {"y": 2026, "m": 13}, {"y": "2026", "m": 1}, {"y": 2026}, {}])), @r#"
    {"m":2,"y":2028}: t.at = 2028-02-29T23:59:59.999999Z
    {"m":12,"y":2026}: t.at = 2026-12-31T23:59:59.999999Z
    {"m":12,"y":26}: t.at = unknown | x.v is unknown: year `26`, month `12`: there is no such month
    {"m":13,"y":2026}: t.at = unknown | x.v is unknown: year `2026`, month `13`: there is no such month
    {"m":1,"y":"2026"}: t.at = unknown | x.v is unknown: year "2026", month `1`: they are no whole numbers
    {"y":2026}: t.at = unknown
    {}: t.at = unknown
    "#);
}

#[test]
fn money_in_major_units() {
    let usd = "{at: /v, type: int, money: major, currency: /c}";
    assert_snapshot!(copied(usd, "t.any", json!(["249.00", "249", "-0.05", 249.9, 249, 0.1, "249.000", "1,000.00", ".5", "1e3", "92233720368547758.08", 12_345_678_901_234_567.0, 1e300, true])), @r#"
    "249.00": t.any = 24900
    "249": t.any = 24900
    "-0.05": t.any = -5
    249.9: t.any = 24990
    249: t.any = 24900
    0.1: t.any = 10
    "249.000": t.any = unknown | x.v is unknown: "249.000": USD has 2 digits after the point
    "1,000.00": t.any = unknown | x.v is unknown: "1,000.00": an amount in major units is written like `249.00`
    ".5": t.any = unknown | x.v is unknown: ".5": an amount in major units is written like `249.00`
    "1e3": t.any = unknown | x.v is unknown: "1e3": an amount in major units is written like `249.00`
    "92233720368547758.08": t.any = unknown | x.v is unknown: "92233720368547758.08": it is over 64 bits
    1.2345678901234568e+16: t.any = unknown | x.v is unknown: `1.2345678901234568e+16`: it is no exact decimal number
    1e+300: t.any = unknown | x.v is unknown: `1e+300`: it is no exact decimal number
    true: t.any = unknown | x.v is unknown: `true`: it is no exact decimal number
    "#);
    let minor = |amount: &str, currency: &str| crate::intake::money::minor(amount, currency);
    assert_eq!(minor("1200", "jpy"), Ok(1200));
    assert_eq!(minor("1.234", "BHD"), Ok(1234));
    assert_eq!(
        minor("0", "XAU").unwrap_err(),
        "its currency is none of ISO 4217 that has units"
    );
    assert_eq!(
        minor("1.5", "JPY").unwrap_err(),
        "JPY has 0 digits after the point"
    );
    let nowhere = "{at: /v, type: int, money: major, currency: /nowhere}";
    assert_snapshot!(copied(nowhere, "t.any", json!(["249.00"])), @r#""249.00": t.any = unknown | x.v is unknown: "249.00": nobody says of which currency"#);
}

#[test]
fn derived_in_every_way() {
    let v = "{at: /v, type: int}";
    assert_snapshot!(each(v, "t.kind: {a: x.v < 1, b: x.v between 0 and 5}", json!([-1, 0, 1, 6, null])), @r"
    -1: t.kind = a
    0: t.kind = unknown | t.kind is unknown: the lines of `a` and `b` both hold for x.v=0
    1: t.kind = b
    6: t.kind = unknown | t.kind is unknown: no line holds for x.v=6
    null: t.kind = unknown | t.kind is unknown: no line holds for x.v=?
    ");
    assert_snapshot!(each(v, "t.flag: x.v > 1", json!([1, 2, null, "2"])), @r#"
    1: t.flag = false
    2: t.flag = true
    null: t.flag = unknown | t.flag is unknown: nobody can say whether its line holds for x.v=?
    "2": t.flag = unknown | x.v is unknown: "2" is no 64-bit whole number | t.flag is unknown: nobody can say whether its line holds for x.v=?
    "#);
    assert_snapshot!(each(v, "t.flag: {true: x.v > 1}", json!([1, 2])), @r"
    1: t.flag = unknown | t.flag is unknown: no line holds for x.v=1
    2: t.flag = true
    ");
    let copy = one(
        v,
        "t.count: {from: x.v, when: x.w > 1, else: 9}",
        "{t.count: max}",
    );
    assert_snapshot!(came(&copy, json!({"id": "a", "v": 5, "w": 2})), @"t.count = 5");
    assert_snapshot!(came(&copy, json!({"id": "a", "v": 5, "w": 1})), @"t.count = 9");
    assert_snapshot!(came(&copy, json!({"id": "a", "v": 5})), @r"
    t.count = unknown
    t.count is unknown: nobody can say whether `when` holds for x.v=5, x.w=?
    ");
    assert_snapshot!(came(&copy, json!({"id": "a", "v": 500, "w": 2})), @r#"
    t.count = out of domain 500
    t.count is unknown: "500" is none of its values
    "#);
    assert_snapshot!(came(&copy, json!({"id": "a"})), @"t.count = nothing");
    let silent = one(v, "t.count: {from: x.v, when: x.w > 1}", "{t.count: max}");
    assert_snapshot!(came(&silent, json!({"id": "a", "v": 5, "w": 1})), @"t.count = unknown");
    let constant = one(v, "t.kind: {a: true}", "{pick: {t.kind: [a]}}");
    assert_snapshot!(came(&constant, json!({"id": "a"})), @"t.kind = a");
}

/// What the fold of `t.any` over items of these values is.
fn folded(fold: &str, values: serde_json::Value) -> String {
    let source = one(
        "{at: /v, type: int, currency: /c}",
        "t.any: {from: x.v}",
        &format!("{{t.any: {fold}}}"),
    );
    came(&source, json!({"id": "a", "items": values}))
}

#[test]
fn folds() {
    let values = json!([{"v": 3, "c": "usd"}, {"v": -5, "c": "USD"}, {"v": 4, "c": "usd"}]);
    assert_snapshot!(folded("sum", values.clone()), @"t.any = 2");
    assert_snapshot!(folded("min", values.clone()), @"t.any = -5");
    assert_snapshot!(folded("max", values), @"t.any = 4");
    assert_snapshot!(folded("sum", json!([])), @"t.any = 0");
    assert_snapshot!(folded("min", json!([])), @"t.any = unknown");
    assert_snapshot!(folded("sum", json!([{"v": 3, "c": "usd"}, {"v": 3, "c": "eur"}])), @r"
    t.any = unknown
    t.any is unknown: the items are in USD and EUR
    ");
    assert_snapshot!(folded("max", json!([{"v": 3, "c": "usd"}, {"v": 3}])), @r"
    t.any = unknown
    t.any is unknown: an item does not say its currency
    ");
    assert_snapshot!(folded("sum", json!([{"v": 3}, {"v": 3}])), @r"
    t.any = unknown
    t.any is unknown: no item says its currency
    ");
    assert_snapshot!(folded("sum", json!([{"v": 3}])), @"t.any = 3");
    assert_snapshot!(folded("sum", json!([{"v": i64::MAX, "c": "usd"}, {"v": 1, "c": "usd"}])), @r"
    t.any = unknown
    t.any is unknown: the sum of the items is over 64 bits
    ");
    assert_snapshot!(folded("sum", json!([{"v": i64::MAX, "c": "usd"}, {"v": 1, "c": "usd"}, {"v": -1, "c": "usd"}])), @"t.any = 9223372036854775807");
    assert_snapshot!(folded("sum", json!([{"v": 3, "c": "usd"}, {"v": null, "c": "usd"}])), @"t.any = unknown");
    assert_snapshot!(folded("sum", json!([{"v": 3, "c": "usd"}, 7])), @r"
    t.any = unknown
    item 2: the item is no object: nothing can be read of it
    ");
    let bool = |fold: &str, values: serde_json::Value| {
        let source = one(
            "{at: /v, type: int}",
            "t.flag: x.v > 1",
            &format!("{{t.flag: {fold}}}"),
        );
        came(&source, json!({"id": "a", "items": values}))
    };
    assert_snapshot!(bool("any", json!([{"v": 1}, {"v": 2}])), @"t.flag = true");
    assert_snapshot!(bool("all", json!([{"v": 1}, {"v": 2}])), @"t.flag = false");
    assert_snapshot!(bool("any", json!([])), @"t.flag = false");
    assert_snapshot!(bool("all", json!([])), @"t.flag = unknown");
    assert_snapshot!(bool("any", json!([{"v": 2}, {}])), @r"
    t.flag = unknown
    item 2: t.flag is unknown: nobody can say whether its line holds for x.v=?
    ");
}

#[test]
fn items() {
    let source = source(
        "source: s\naccount: /id\nas_of: given\nitems: [/subs/*/parts/*, /object]\nraw:\n  x.v: {at: /v, type: int}\nderive:\n  t.any: {from: x.v}\nfold: {t.any: sum}\n",
    );
    let told = |document: serde_json::Value| {
        let mut document = document;
        document["id"] = json!("a");
        came(&source, document)
    };
    assert_snapshot!(told(json!({"subs": [{"parts": [{"v": 1}, {"v": 2}]}, {"parts": []}, {"parts": [{"v": 4}]}]})), @"t.any = 7");
    assert_snapshot!(told(json!({"subs": [{"parts": [{"v": 1}]}, {}]})), @r"
    t.any = unknown
    item 2: the item is no object: nothing can be read of it
    ");
    assert_snapshot!(told(json!({"subs": null, "object": {"v": 8}})), @"t.any = 8");
    assert_snapshot!(told(json!({"object": "invoice", "v": 8})), @r"
    t.any = nothing
    none of the places of `items` is in the document
    ");
    assert_snapshot!(told(json!({"subs": [], "object": {"v": 8}})), @"t.any = 0");
}

#[test]
fn rows() {
    let source = source(
        "source: s\naccount: /ID\nas_of: given\nraw:\n  x.n: {at: /N, type: int}\n  x.f: {at: /F, type: bool}\n  x.p: {at: /P, type: present}\n  x.t: {at: /T, type: time, zone: UTC}\n  x.gone: {at: [/GONE, /A/B], type: int}\nderive:\n  t.any: {from: x.n}\n  t.flag: x.f\n  t.kind: {a: x.p, b: not x.p}\n  t.at: {from: x.t}\n  t.count: {from: x.gone}\n",
    );
    let rows = source.rows(["ID", "N", "F", "P", "T"]).unwrap();
    let row = |fields: &[&str]| {
        rows.read(fields, noon(), clock())
            .map_or_else(|error| error.to_string(), |intake| told(&source, intake))
    };
    assert_snapshot!(row(&["7", "-1", "FALSE", "x", "2026-05-04 10:00:00"]), @r"
    t.any = -1
    t.flag = false
    t.kind = a
    t.at = 2026-05-04T10:00:00Z
    t.count = nothing
    ");
    assert_snapshot!(row(&["7", "", "", "", ""]), @r"
    t.any = unknown
    t.flag = unknown
    t.kind = b
    t.at = unknown
    t.count = nothing
    t.flag is unknown: nobody can say whether its line holds for x.f=?
    ");
    assert_snapshot!(row(&["7", "1.0", "0"]), @r#"
    t.any = unknown
    t.flag = unknown
    t.kind = nothing
    t.at = nothing
    t.count = nothing
    x.n is unknown: "1.0" is no 64-bit whole number
    x.f is unknown: "0" is no bool
    t.flag is unknown: nobody can say whether its line holds for x.f=?
    "#);
    assert_snapshot!(row(&["", "1"]), @"the document does not say whose it is: source `s` looks for the account at `/ID`");
    assert_snapshot!(source.rows(["ID", "N", "ID"]).unwrap_err(), @"the column `ID` is there twice, so that nobody can say which of them counts");
}

#[test]
fn questions_about_time_are_about_when_the_document_speaks() {
    let source = one(
        "{at: /v, type: time, unix: s}",
        "t.flag: x.v in the past",
        "{t.flag: any}",
    );
    let document = json!({"id": "a", "v": noon().as_unix_micros() / 1_000_000 - 1});
    let early = noon().minus(crate::Duration::from_hours(1));
    let intake = source
        .read(&document, early, clock())
        .unwrap()
        .facts
        .build();
    assert_eq!(
        intake.said(intake.schema().id("t.flag").unwrap()),
        &Said::Value(crate::facts::Value::Bool(false))
    );
}

#[test]
fn a_text_of_the_world_is_cut_in_a_note() {
    let long = "é".repeat(100_000);
    for raw in [
        "{at: /v, type: time}",
        "{at: /v, type: int}",
        "{at: /v, type: enum, values: [a]}",
    ] {
        let source = one(raw, "t.kind: {a: x.v is known}", "{pick: {t.kind: [a]}}");
        let intake = take(&source, &json!({"id": "a", "v": long})).unwrap();
        assert!(
            intake.notes.iter().all(|note| note.to_string().len() < 300),
            "{raw}"
        );
    }
}

#[test]
fn a_document_about_something_else_takes_nothing_away() {
    let stripe = source(super::STRIPE);
    let read = |document: serde_json::Value, as_of| {
        let intake = stripe.read(&document, as_of, clock()).unwrap();
        intake.facts.build()
    };
    let early = noon().minus(crate::Duration::from_hours(1));
    let invoices = read(
        json!({"customer": "c", "invoices": [{"status": "paid"}]}),
        early,
    );
    let profile = read(json!({"customer": "c", "email": "a@example.org"}), noon());
    let half = read(
        json!({"customer": "c", "invoices": [{"status": null}]}),
        noon(),
    );
    let state = stripe.schema.id("billing.dunning_state").unwrap();
    let merged = profile.merge(&invoices).unwrap();
    assert_eq!(merged.said(state), invoices.said(state));
    assert_eq!(merged.as_of(state), Some(early));
    // One that speaks of it and cannot say takes it away.
    assert_eq!(merged.merge(&half).unwrap().said(state), &Said::Unknown);
}
