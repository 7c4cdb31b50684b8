//! Real objects and rows, where the data folder is there.

use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use super::{came, clock, noon, source};
use crate::facts::{Said, Value};

/// A file of the data folder; nothing where it is not there.
fn data(name: &str) -> Option<String> {
    let path = banneret_corpus::shared(&format!("data/{name}"))?;
    Some(std::fs::read_to_string(path).unwrap())
}

/// A real object as an event carries it.
fn event(name: &str) -> Option<Json> {
    let body: Json = serde_json::from_str(&data(&format!("stripe/{name}.json"))?).unwrap();
    Some(json!({"type": name, "data": body}))
}

#[test]
fn a_failed_payment_that_will_be_tried_again() {
    let Some(event) = event("invoice.payment_failed") else {
        return;
    };
    assert_snapshot!(came(&source(super::STRIPE), event), @r"
    billing.dunning_state = in_progress
    billing.amount_overdue = 24900
    billing.oldest_due_at = 2025-04-23T19:46:18Z
    ");
}

#[test]
fn a_payment_that_needs_its_owner_is_not_in_dunning() {
    let Some(event) = event("invoice.payment_action_required") else {
        return;
    };
    assert_snapshot!(came(&source(super::STRIPE), event), @r"
    billing.dunning_state = clear
    billing.amount_overdue = 0
    billing.oldest_due_at = 2025-04-20T18:34:27Z
    ");
}

#[test]
fn an_invoice_to_come_and_a_paid_one_are_clear() {
    let Some(event) = event("invoice.upcoming") else {
        return;
    };
    assert_snapshot!(came(&source(super::STRIPE), event), @r"
    billing.dunning_state = clear
    billing.amount_overdue = 0
    billing.oldest_due_at = unknown
    ");
    let Some(paid) = data("stripe/invoice.json") else {
        return;
    };
    assert_snapshot!(came(&source(super::STRIPE), serde_json::from_str(&paid).unwrap()), @r"
    billing.dunning_state = clear
    billing.amount_overdue = 0
    billing.oldest_due_at = 2025-04-18T14:26:03Z
    ");
}

#[test]
fn other_objects_never_say_dunning() {
    let Some(_) = data("stripe/invoice.json") else {
        return;
    };
    let stripe = source(super::STRIPE);
    for name in [
        "charge.succeeded",
        "charge.updated",
        "customer.updated",
        "subscription.updated",
        "payment_method.attached",
        "checkout.session.completed",
        "subscription.created",
    ] {
        let told = came(&stripe, event(name).unwrap());
        assert!(
            !told.contains("in_progress") && !told.contains("exhausted"),
            "{name}: {told}"
        );
        assert!(!told.contains("dunning_state = clear"), "{name}: {told}");
    }
}

/// The columns and rows of a CSV whose fields hold no commas.
fn table(text: &str) -> (Vec<&str>, impl Iterator<Item = Vec<&str>>) {
    let fields = |line| {
        str::split(line, ',')
            .map(|field| field.trim_matches('"'))
            .collect::<Vec<_>>()
    };
    let mut lines = text.lines();
    (fields(lines.next().unwrap()), lines.map(fields))
}

#[test]
fn thirty_thousand_cards() {
    let Some(text) = data("credit-card-30k/accounts.csv") else {
        return;
    };
    let example = |name: &str| include_example(name).replace('\r', "");
    let (schema, description) = (example("schema.yaml"), example("sources/credit-card.yaml"));
    let mut found = Vec::new();
    let loaded = crate::schema::load::read(crate::FileId(0), &schema, &[], &mut found);
    let schema = std::sync::Arc::new(loaded.schema);
    let cards = crate::intake::load(crate::FileId(1), &description, &schema, &mut found);
    assert_eq!(crate::yaml::tests::rendered(&description, &found), "");
    let cards = cards.unwrap();
    let (columns, rows) = table(&text);
    let reader = cards.rows(columns).unwrap();
    let [standing, duly, late] = ["card.standing", "card.paid_duly", "card.months_late"]
        .map(|name| schema.id(name).unwrap());
    let is_late = schema.fact(standing).unwrap().kind.code("late").unwrap();
    let (mut all, mut behind, mut paid, mut not_paid, mut notes) = (0, 0, 0, 0, 0);
    for row in rows {
        let intake = reader.read(&row, noon(), clock()).unwrap();
        notes += intake.notes.len();
        let facts = intake.facts.build();
        all += 1;
        behind += i32::from(facts.said(standing) == &Said::Value(Value::Enum(is_late)));
        paid += i32::from(facts.said(duly) == &Said::Value(Value::Bool(true)));
        not_paid += i32::from(facts.said(duly) == &Said::Value(Value::Bool(false)));
        assert!(matches!(facts.said(late), Said::Value(Value::Int(0..=9))));
    }
    assert_eq!(
        (all, behind, paid, not_paid, notes),
        (30_000, 6_818, 5_686, 24_314, 0)
    );
}

fn include_example(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/credit-card")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}
