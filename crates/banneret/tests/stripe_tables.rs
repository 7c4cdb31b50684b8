//! A warehouse's tables of Stripe objects, row by row, through a source of a book's own.

use banneret::{Book, Clock, Duration, FactsBuilder, IntakeError, Said, Time};

const BOOK: [(&str, &str); 5] = [
    (
        "banneret.yaml",
        "edition: 1\nschema: schema.yaml\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n",
    ),
    ("schema.yaml", "include: [billing@1]\n"),
    ("copy/en.ftl", ""),
    ("sources/charges.yaml", CHARGES),
    ("sources/intents.yaml", INTENTS),
];

const CHARGES: &str = r#"
source: charges
account: /customer_id
as_of: given
raw:
  ch.status: {at: /status, type: enum, values: [succeeded, pending, failed]}
  ch.code: {at: [/outcome_reason, /failure_code], type: string}
derive:
  billing.last_attempt_result:
    failed: ch.status == failed
    processing: ch.status == pending
    succeeded: ch.status == succeeded
  billing.failure_code: {from: ch.code, when: ch.status == failed}
  billing.failure_category:
    insufficient_funds: 'ch.status == failed and ch.code == "insufficient_funds"'
    soft_decline: 'ch.status == failed and ch.code in {"do_not_honor", "generic_decline"}'
"#;

const INTENTS: &str = r#"
source: intents
account: /customer_id
as_of: given
raw:
  pi.status: {at: /status, type: enum, values: [requires_payment_method, requires_action, processing, canceled, succeeded]}
  pi.error: {at: /last_payment_error_type, type: present}
derive:
  billing.last_attempt_result:
    failed: pi.status == requires_payment_method and pi.error
    requires_action: pi.status == requires_action
    processing: pi.status == processing
    canceled: pi.status == canceled
    succeeded: pi.status == succeeded
"#;

/// What the rows of a table say, each as its facts; nothing where the data folder is not there.
fn rows(table: &str, source: &str) -> Option<Vec<Result<FactsBuilder, IntakeError>>> {
    let path = banneret_corpus::shared(&format!("data/stripe-tables/{table}.csv"))?;
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(fields);
    let columns = lines.next().unwrap();
    let book = Book::from_files(BOOK).unwrap();
    let reader = book.source(source).unwrap();
    let reader = reader.rows(columns.iter().map(String::as_str)).unwrap();
    let now: Time = "2021-03-07T00:00:00Z".parse().unwrap();
    let skew = Duration::from_seconds(5).unwrap();
    let rows = lines.map(|row| {
        let row: Vec<&str> = row.iter().map(String::as_str).collect();
        let intake = reader.read(&row, now, Clock { now, skew });
        intake.map(|intake| intake.facts)
    });
    Some(rows.collect())
}

/// The fields of a line of CSV; no field of these tables runs over lines.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields.last_mut().unwrap().push(other),
        }
    }
    fields
}

fn says(facts: &FactsBuilder, fact: &str) -> String {
    let facts = facts.clone().build();
    let id = facts.schema().id(fact).unwrap();
    match facts.said(id) {
        Said::Value(banneret::Value::Text(text)) => text.to_string(),
        Said::Value(value) => value.display(facts.schema(), id),
        Said::Nothing => "nothing".to_owned(),
        _ => "unknown".to_owned(),
    }
}

#[test]
fn sixteen_declines() {
    let Some(rows) = rows("charge_data", "charges") else {
        return;
    };
    let declines: Vec<_> = rows.into_iter().map(Result::unwrap).collect();
    assert_eq!(declines.len(), 16);
    for facts in &declines {
        assert_eq!(says(facts, "billing.last_attempt_result"), "failed");
        assert_eq!(says(facts, "billing.failure_code"), "do_not_honor");
        assert_eq!(says(facts, "billing.failure_category"), "soft_decline");
        // A charge that was declined is no debt that is being collected.
        assert_eq!(says(facts, "billing.dunning_state"), "nothing");
    }
}

#[test]
fn intents_that_succeeded_and_nobodys() {
    let Some(rows) = rows("payment_intent_data", "intents") else {
        return;
    };
    let (taken, refused): (Vec<_>, Vec<_>) = rows.into_iter().partition(Result::is_ok);
    assert_eq!(
        (taken.len(), refused.len()),
        (7, 4),
        "four are of no customer"
    );
    for facts in taken.into_iter().map(Result::unwrap) {
        assert_eq!(says(&facts, "billing.last_attempt_result"), "succeeded");
    }
    let nobodys = |row: &Result<_, _>| matches!(row, Err(IntakeError::NoAccount { .. }));
    assert!(refused.iter().all(nobodys));
}
