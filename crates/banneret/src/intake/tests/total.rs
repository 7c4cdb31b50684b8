//! Whatever comes, something is said of it; and the order in which documents come says nothing.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{clock, noon, take};
use crate::facts::Facts;
use crate::intake::{Source, load};
use crate::source::FileId;
use crate::value::Duration;

static STRIPE: LazyLock<Source> = LazyLock::new(|| super::source(super::STRIPE));

/// JSON of the keys and values that the example looks at, and of others.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (0_i64..5).prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        prop::sample::select(vec![
            "open",
            "paid",
            "void",
            "uncollectible",
            "charge_automatically",
            "usd",
            "eur",
            "unknown",
            "x"
        ])
        .prop_map(Json::from),
        ".*".prop_map(Json::from),
    ];
    let keys = prop::sample::select(vec![
        "customer",
        "id",
        "invoices",
        "data",
        "object",
        "status",
        "attempt_count",
        "collection_method",
        "next_payment_attempt",
        "amount_remaining",
        "currency",
        "due_date",
        "effective_at",
    ]);
    leaf.prop_recursive(5, 80, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map(keys.clone().prop_map(str::to_owned), inner, 0..10)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// An invoice as the example reads it, with gaps.
fn invoice() -> impl Strategy<Value = Json> {
    let status = prop::sample::select(vec![
        json!("open"),
        json!("paid"),
        json!("void"),
        json!("?"),
        Json::Null,
    ]);
    (status, 0_i64..3, any::<bool>(), 0_i64..100).prop_map(|(status, attempts, next, amount)| {
        json!({"status": status, "attempt_count": attempts, "collection_method": "charge_automatically",
            "next_payment_attempt": next.then_some(1), "amount_remaining": amount, "currency": "usd"})
    })
}

/// What a document fetched at one of a few times says.
fn facts() -> impl Strategy<Value = Facts> {
    let documents = prop_oneof![
        prop::collection::vec(invoice(), 0..3)
            .prop_map(|invoices| json!({"customer": "c", "invoices": invoices})),
        Just(json!({"customer": "c"})),
    ];
    (documents, 0_u64..3).prop_map(|(document, ago)| {
        let as_of = noon().minus(Duration::from_seconds(ago).unwrap());
        STRIPE
            .read(&document, as_of, clock())
            .unwrap()
            .facts
            .build()
    })
}

#[test]
fn deep_and_long_texts_are_reported() {
    for text in [
        "(".repeat(100_000),
        "not ".repeat(100_000),
        "[".repeat(100_000),
        "/a".repeat(100_000),
        "x".repeat(2 << 20),
    ] {
        for line in [
            "/customer, /data/object/customer]",
            "/invoices/*",
            "/status",
            "'inv.status in {open, uncollectible} and inv.attempts >= 1'",
        ] {
            let broken = super::STRIPE.replacen(line, &text, 1);
            let mut found = Vec::new();
            let source = load(FileId(0), &broken, &super::schema(), &mut found);
            assert!(source.is_some() || !found.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_document_is_taken_or_refused(document in json()) {
        let _ = take(&STRIPE, &document);
        let whole = json!({"customer": "c", "invoices": [document.clone(), document]});
        let one = take(&STRIPE, &whole).unwrap();
        let two = take(&STRIPE, &whole).unwrap();
        prop_assert_eq!(one.notes, two.notes);
        prop_assert_eq!(one.facts.build(), two.facts.build());
    }

    #[test]
    fn any_text_is_read_or_reported(text in ".{0,200}", at in 0..super::STRIPE.len(), cut in 0..60_usize) {
        let mut found = Vec::new();
        let source = load(FileId(0), &text, &super::schema(), &mut found);
        prop_assert!(source.is_some() || !found.is_empty());
        let mut broken = super::STRIPE.to_owned();
        let end = (at + cut).min(broken.len());
        broken.replace_range(at..end, &text.chars().take(12).collect::<String>());
        let mut found = Vec::new();
        let source = load(FileId(0), &broken, &super::schema(), &mut found);
        prop_assert!(source.is_some() || !found.is_empty());
    }

    #[test]
    fn documents_merge_in_any_order(one in facts(), two in facts(), three in facts()) {
        let merged = |a: &Facts, b: &Facts, c: &Facts| a.merge(b).unwrap().merge(c).unwrap();
        let all = merged(&one, &two, &three);
        prop_assert_eq!(&all, &merged(&three, &two, &one));
        prop_assert_eq!(&all, &merged(&two, &three, &one));
        prop_assert_eq!(&all, &one.merge(&two.merge(&three).unwrap()).unwrap());
    }
}
