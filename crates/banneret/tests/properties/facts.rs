//! Facts: merging them, and reading them from whatever a host sends.

use banneret::{Account, Clock, Facts, Truth, read_json};
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::accounts::{account, facts};
use crate::cases;
use crate::world::{FACTS, NOW, WORLD, time};

fn given() -> impl Strategy<Value = Facts> {
    account().prop_map(|account| facts(WORLD.book.schema(), &account))
}

proptest! {
    #![proptest_config(cases(400))]

    /// Edges of ages are few, so that equal times with different values are frequent.
    #[test]
    fn facts_merged_in_any_order_give_the_same(a in given(), b in given(), c in given()) {
        let merge = |one: &Facts, two: &Facts| one.merge(two).unwrap();
        prop_assert_eq!(merge(&a, &a), a.clone());
        prop_assert_eq!(merge(&a, &b), merge(&b, &a));
        prop_assert_eq!(merge(&merge(&a, &b), &c), merge(&a, &merge(&b, &c)));
        prop_assert_eq!(merge(&merge(&a, &b), &b), merge(&a, &b));
        let nothing = Facts::builder(WORLD.book.schema()).build();
        prop_assert_eq!(merge(&a, &nothing), a);
    }

    /// Per fact the later word counts, and nothing is made up.
    #[test]
    fn a_merged_fact_is_one_of_the_two_or_unknown(a in given(), b in given()) {
        let both = a.merge(&b).unwrap();
        let clock = Clock { now: time(NOW), skew: WORLD.book.manifest().clock_skew };
        for (id, fact) in WORLD.book.schema().facts() {
            let Ok(value) = both.read(id, None, clock) else { continue };
            let (one, two) = (a.read(id, None, clock), b.read(id, None, clock));
            prop_assert!(one == Ok(value) || two == Ok(value), "{}", fact.name);
            if let (Some(then), Some(later)) = (a.as_of(id), b.as_of(id)) {
                prop_assert_eq!(both.as_of(id), Some(then.max(later)));
            }
        }
    }

    #[test]
    fn reading_any_bytes_never_panics(bytes in vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        _ = read_json(&text);
        _ = Account::from_line(WORLD.book.schema(), &text, true);
    }

    #[test]
    fn reading_any_json_never_panics(document in anything(), ignore in any::<bool>()) {
        let text = document.to_string();
        prop_assert_eq!(read_json(&text).unwrap(), document.clone());
        if let Ok(account) = Account::from_json(WORLD.book.schema(), document, ignore) {
            evaluated(&account.facts);
        }
    }

    #[test]
    fn reading_nearly_an_account_never_panics(line in nearly(), cut in any::<prop::sample::Index>()) {
        let text = line.to_string();
        if let Ok(account) = Account::from_line(WORLD.book.schema(), &text, false) {
            evaluated(&account.facts);
        }
        let end = (0..=text.len()).rev().find(|at| *at <= cut.index(text.len()) && text.is_char_boundary(*at));
        let half = &text[..end.unwrap_or(0)];
        prop_assert!(Account::from_line(WORLD.book.schema(), half, true).is_err(), "{}", half);
    }
}

/// Whatever was read can be asked everything.
fn evaluated(facts: &Facts) {
    let clock = Clock {
        now: time(NOW),
        skew: WORLD.book.manifest().clock_skew,
    };
    let mut truths = banneret::Truths::default();
    truths.fill(WORLD.book.formulas(), facts, clock);
    assert_eq!(truths.of(banneret::NodeId::TRUE), Truth::True);
    assert!(facts.bad_input(clock).count() <= FACTS.len() + 2);
}

/// Any JSON document.
fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        "\\PC{0,8}".prop_map(Json::from),
        Just(json!("2026-05-04T12:00:00Z")),
        Just(json!(1.5)),
        Just(json!(-1e300)),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Json::from),
            hash_map(key(), inner, 0..5).prop_map(|map| map.into_iter().collect::<Json>()),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = [
        "id", "as_of", "facts", "history", "value", "shown_at", "p.flag", "p.caps", "p.at",
    ];
    prop_oneof![
        3 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

/// An account's line whose parts are anything.
fn nearly() -> impl Strategy<Value = Json> {
    let value = prop_oneof![
        anything(),
        (anything(), anything()).prop_map(|(value, as_of)| json!({"value": value, "as_of": as_of})),
        anything().prop_map(|value| json!({"value": value, "as_of": "2026-05-04T12:00:00Z"})),
    ];
    let names = FACTS
        .iter()
        .map(|fact| fact.name.to_owned())
        .collect::<Vec<_>>();
    let facts = hash_map(prop::sample::select(names), value, 0..4);
    let history = prop_oneof![Just(json!({})), anything()];
    (facts, history).prop_map(|(facts, history)| {
        let facts: Json = facts.into_iter().collect();
        json!({"id": "acct_17", "as_of": "2026-05-04T11:59:00Z", "facts": facts, "history": history})
    })
}

/// Facts of two accounts never become one, in whatever order and however the id was narrowed away
/// or unsaid.
#[test]
fn two_accounts_are_never_merged() {
    let manifest = "edition: 1\nplacements: {top: 1}\n";
    let narrowed = "facts: {account.id: {values: [demo]}}\n";
    for schema in ["facts: {}\n", narrowed] {
        let files = [("banneret.yaml", manifest), ("schema.yaml", schema)];
        let book = banneret::Book::from_files(files).unwrap();
        let named = |id: &str| book.facts().set("account.id", id).unwrap().build();
        let later: banneret::Time = "2026-05-04T12:00:00Z".parse().unwrap();
        let unsaid = book
            .facts()
            .set_at("account.id", banneret::Given::Unknown, later);
        let unsaid = unsaid.unwrap().build();
        let (one, two) = (named("one"), named("two"));
        assert!(one.merge(&two).is_err());
        assert!(one.merge(&unsaid).unwrap().merge(&two).is_err());
        assert!(unsaid.merge(&one).unwrap().merge(&two).is_err());
        assert!(one.merge(&unsaid.merge(&two).unwrap()).is_err());
    }
}
