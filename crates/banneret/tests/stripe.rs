//! `stripe@1`, from the outside: real objects where they lie, and each trap as an object of its own.

use std::sync::LazyLock;

use banneret::{Book, Clock, Duration, Intake, IntakeError, Said, Time};
use serde_json::{Value as Json, json};

const MANIFEST: &str = "edition: 1
schema: schema.yaml
sources: [stripe@1]
placements: {top: 1}
copy: {dir: copy, source: en, locales: [en]}
";

fn book() -> Book {
    of(MANIFEST, "include: [billing@1, recon@1]\n")
}

fn of(manifest: &str, schema: &str) -> Book {
    Book::from_files([
        ("banneret.yaml", manifest),
        ("schema.yaml", schema),
        ("copy/en.ftl", ""),
    ])
    .unwrap()
}

fn noon() -> Time {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

/// Seconds since 1970, so many days after noon.
fn days(after: i64) -> i64 {
    noon().as_unix_micros() / 1_000_000 + after * 86_400
}

fn read(document: &Json) -> Result<Intake, IntakeError> {
    let clock = Clock {
        now: noon(),
        skew: Duration::from_seconds(5).unwrap(),
    };
    static BOOK: LazyLock<Book> = LazyLock::new(book);
    BOOK.source("stripe").unwrap().read(document, noon(), clock)
}

/// What a document says of a fact; `nothing` where it says nothing.
fn says(document: &Json, fact: &str) -> String {
    let facts = read(document).unwrap().facts.build();
    let id = facts.schema().id(fact).unwrap();
    match facts.said(id) {
        Said::Value(banneret::Value::Text(text)) => text.to_string(),
        Said::Value(value) => value.display(facts.schema(), id),
        Said::Nothing => "nothing".to_owned(),
        _ => "unknown".to_owned(),
    }
}

#[track_caller]
fn expect(document: &Json, facts: &[(&str, &str)]) {
    for (fact, wanted) in facts {
        assert_eq!(says(document, fact), *wanted, "{fact} of {document}");
    }
}

/// An object with some keys written differently; null takes one away.
fn with(object: Json, other: Json) -> Json {
    let (Json::Object(mut object), Json::Object(other)) = (object, other) else {
        unreachable!("both are objects")
    };
    object.extend(other);
    Json::Object(object)
}

/// An invoice of which one automatic attempt was counted, and another is planned.
fn invoice(other: Json) -> Json {
    let usual = json!({
        "object": "invoice", "customer": "cus_1", "status": "open", "attempt_count": 1,
        "attempted": true, "collection_method": "charge_automatically",
        "next_payment_attempt": days(2), "amount_due": 24_900, "amount_remaining": 24_900,
        "currency": "usd", "due_date": null, "paid_out_of_band": false,
        "status_transitions": {"finalized_at": days(-3)},
    });
    with(usual, other)
}

fn intent(other: Json) -> Json {
    let usual = json!({
        "object": "payment_intent", "customer": "cus_1", "invoice": "in_1",
        "status": "requires_payment_method",
        "last_payment_error": {"type": "card_error", "code": "card_declined", "decline_code": "do_not_honor"},
    });
    with(usual, other)
}

fn subscription(other: Json) -> Json {
    let usual = json!({
        "object": "subscription", "customer": "cus_1", "status": "active",
        "cancel_at_period_end": false, "cancel_at": null, "trial_end": null,
    });
    with(usual, other)
}

fn card(year: i64, month: i64) -> Json {
    json!({
        "object": "payment_method", "type": "card", "customer": "cus_1",
        "card": {"exp_year": year, "exp_month": month},
    })
}

/// A real object; nothing where the data folder is not there.
fn real(name: &str) -> Option<Json> {
    let path = banneret_corpus::shared(&format!("data/stripe/{name}.json"))?;
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

const STATE: &str = "billing.dunning_state";
const RESULT: &str = "billing.last_attempt_result";
const OVERDUE: &str = "billing.amount_overdue";

mod mapping {
    //! Each row of the table of providers, and its trap.

    use super::*;

    #[test]
    fn in_progress() {
        expect(
            &invoice(json!({})),
            &[
                (STATE, "in_progress"),
                ("billing.retry_planned", "true"),
                ("billing.next_attempt_at", "2026-05-06T12:00:00Z"),
                ("billing.collection_method", "automatic"),
                ("billing.invoice_state", "past_due"),
                (OVERDUE, "24900"),
                ("billing.currency", "USD"),
                ("billing.oldest_due_at", "2026-05-01T12:00:00Z"),
                ("billing.provider", "stripe"),
                ("account.id", "cus_1"),
            ],
        );
    }

    #[test]
    fn exhausted() {
        let given_up = json!({"next_payment_attempt": null, "payment_intent": intent(json!({}))});
        expect(
            &invoice(given_up),
            &[(STATE, "exhausted"), ("billing.retry_planned", "false")],
        );
        // Without the intent nobody knows whether the last attempt is a debit under way.
        let silent = json!({"next_payment_attempt": null, "payment_intent": "pi_1"});
        expect(
            &invoice(silent),
            &[(STATE, "unknown"), ("billing.retry_planned", "false")],
        );
        let written_off = json!({"status": "uncollectible", "next_payment_attempt": null});
        expect(
            &invoice(written_off),
            &[
                (STATE, "exhausted"),
                ("billing.invoice_state", "uncollectible"),
                (OVERDUE, "24900"),
            ],
        );
        let never_tried = json!({"status": "uncollectible", "attempt_count": 0});
        expect(&invoice(never_tried), &[(STATE, "unknown")]);
    }

    #[test]
    fn nothing_is_ever_stopped() {
        let void = json!({"status": "void", "next_payment_attempt": null});
        expect(
            &invoice(void),
            &[
                (STATE, "clear"),
                ("billing.invoice_state", "void"),
                (OVERDUE, "0"),
            ],
        );
    }

    #[test]
    fn clear() {
        for other in [
            json!({"status": "draft", "attempt_count": 0, "attempted": false}),
            json!({"status": "paid", "next_payment_attempt": null, "amount_remaining": 0}),
            json!({"attempt_count": 0, "attempted": false}),
        ] {
            expect(&invoice(other), &[(STATE, "clear"), (OVERDUE, "0")]);
        }
        // None at all, and all of them are there to be seen.
        let none = json!({"customer": "cus_1", "invoices": {"object": "list", "data": [], "has_more": false}});
        expect(
            &none,
            &[
                (STATE, "clear"),
                (OVERDUE, "0"),
                ("billing.invoice_state", "none"),
            ],
        );
    }

    #[test]
    fn a_failed_attempt_is_an_intent_with_an_error() {
        expect(
            &intent(json!({})),
            &[
                (RESULT, "failed"),
                ("billing.failure_code", "do_not_honor"),
                ("billing.failure_category", "soft_decline"),
                (STATE, "nothing"),
            ],
        );
        // The state of a new intent too.
        let new = intent(json!({"last_payment_error": null}));
        expect(
            &new,
            &[(RESULT, "unknown"), ("billing.failure_category", "unknown")],
        );
        for (status, result) in [
            ("requires_action", "requires_action"),
            ("processing", "processing"),
            ("succeeded", "succeeded"),
            ("canceled", "canceled"),
            ("requires_capture", "unknown"),
        ] {
            // The error of an attempt before stays in the intent.
            expect(&intent(json!({"status": status})), &[(RESULT, result)]);
        }
    }

    #[test]
    fn an_intent_of_no_invoice_says_nothing() {
        for other in [
            json!({"invoice": null}),
            json!({"invoice": null, "status": "succeeded"}),
        ] {
            assert!(matches!(
                read(&intent(other)),
                Err(IntakeError::NoFact { .. })
            ));
        }
        // Newer versions of the API do not say.
        let mut silent = intent(json!({}));
        silent.as_object_mut().unwrap().remove("invoice");
        let error = read(&silent).unwrap_err().to_string();
        assert!(error.contains("nothing stands at `/invoice`"), "{error}");
    }

    #[test]
    fn an_attempt_under_way_is_no_failure() {
        let paid = invoice(json!({"status": "paid", "amount_remaining": 0}));
        for status in ["processing", "succeeded"] {
            for next in [json!(null), json!(days(2))] {
                let other = json!({"next_payment_attempt": next, "payment_intent": intent(json!({"status": status}))});
                let other = invoice(other);
                expect(
                    &other,
                    &[
                        (STATE, "unknown"),
                        (RESULT, status),
                        ("billing.collection_method", "automatic"),
                    ],
                );
                // It speaks among those that are paid: whatever it turns out to be, it is no better.
                for order in [[&other, &paid], [&paid, &other]] {
                    let all = json!({"customer": "cus_1", "invoices": order});
                    expect(&all, &[(STATE, "unknown"), (RESULT, status)]);
                }
                // But not beside one that failed, as it may be worse or better.
                let failed = invoice(json!({"payment_intent": intent(json!({}))}));
                let all = json!({"customer": "cus_1", "invoices": [&failed, &other]});
                expect(&all, &[(STATE, "unknown"), (RESULT, "unknown")]);
            }
        }
        let asked = json!({"attempt_count": 0, "next_payment_attempt": null, "payment_intent": intent(json!({"status": "requires_action"}))});
        expect(
            &invoice(asked),
            &[(STATE, "clear"), (RESULT, "requires_action")],
        );
    }

    #[test]
    fn a_manual_invoice_is_overdue_and_nothing_failed() {
        let manual = |due: i64, attempts: i64| {
            invoice(json!({
                "collection_method": "send_invoice", "attempt_count": attempts, "attempted": false,
                "next_payment_attempt": null, "due_date": days(due),
            }))
        };
        expect(
            &manual(-2, 0),
            &[
                (STATE, "clear"),
                ("billing.collection_method", "manual"),
                ("billing.invoice_state", "past_due"),
                (OVERDUE, "24900"),
                ("billing.oldest_due_at", "2026-05-02T12:00:00Z"),
                (RESULT, "none"),
                ("billing.retry_planned", "false"),
            ],
        );
        expect(
            &manual(2, 0),
            &[("billing.invoice_state", "open_not_due"), (OVERDUE, "0")],
        );
        // Somebody tried to pay it by hand and could not.
        for due in [-2, 2] {
            let past_due = if due < 0 { "past_due" } else { "open_not_due" };
            expect(
                &manual(due, 1),
                &[
                    (STATE, "unknown"), // neither automatic nor untried
                    ("billing.collection_method", "manual"),
                    ("billing.invoice_state", past_due),
                ],
            );
        }
    }

    #[test]
    fn a_card_is_good_for_the_whole_of_its_month() {
        let at = |year, month, state: &str, end: &str| {
            expect(
                &json!({"customer": "cus_1", "payment_methods": [card(year, month)]}),
                &[
                    ("payment_method.state", state),
                    ("payment_method.expires_at", end),
                ],
            );
        };
        at(2026, 4, "expired", "2026-04-30T23:59:59.999999Z");
        at(2026, 5, "expiring", "2026-05-31T23:59:59.999999Z");
        at(2026, 6, "valid", "2026-06-30T23:59:59.999999Z");
        at(2028, 2, "valid", "2028-02-29T23:59:59.999999Z");
        let expired = json!({"customer": "cus_1", "payment_methods": [card(2026, 4)]});
        expect(&expired, &[(STATE, "nothing"), (RESULT, "nothing")]);
        // A card that was attached or updated need not be the one that is charged.
        assert!(matches!(
            read(&card(2026, 5)),
            Err(IntakeError::NoFact { .. })
        ));
    }

    #[test]
    fn what_is_no_proof() {
        let customer = json!({"object": "customer", "id": "cus_1", "delinquent": true});
        assert!(matches!(read(&customer), Err(IntakeError::NoFact { .. })));
        for status in ["past_due", "unpaid", "active", "incomplete", "canceled"] {
            let subscription = subscription(json!({"status": status}));
            expect(&subscription, &[(STATE, "nothing"), (RESULT, "nothing")]);
            // Nor its latest invoice: there may be older ones.
            let latest = with(subscription, json!({"latest_invoice": invoice(json!({}))}));
            expect(&latest, &[(STATE, "nothing")]);
        }
    }

    #[test]
    fn both_shapes_of_an_invoice() {
        let error = intent(json!({}));
        let older = json!({"subscription": "sub_1", "payment_intent": error});
        let newer = json!({
            "parent": {"subscription_details": {"subscription": "sub_1"}},
            "payments": {"data": [{"payment": {"payment_intent": error}}]},
        });
        for shape in [older, newer] {
            expect(
                &invoice(shape),
                &[
                    (STATE, "in_progress"),
                    (RESULT, "failed"),
                    ("billing.failed_attempts", "1"),
                    ("billing.failure_category", "soft_decline"),
                ],
            );
        }
        // Of two payments nobody says which is the latest.
        let two = json!({"payments": {"data": [
            {"payment": {"payment_intent": error}}, {"payment": {"payment_intent": error}},
        ]}});
        expect(
            &invoice(two),
            &[(STATE, "in_progress"), (RESULT, "unknown")],
        );
        // An id that was not expanded proves nothing.
        let id = json!({"payment_intent": "pi_1"});
        expect(
            &invoice(id),
            &[
                (STATE, "in_progress"),
                (RESULT, "unknown"),
                ("billing.failed_attempts", "unknown"),
            ],
        );
    }

    #[test]
    fn every_missing_key_is_unknown_and_never_dunning() {
        for key in [
            "status",
            "collection_method",
            "attempt_count",
            "next_payment_attempt",
        ] {
            let mut invoice = invoice(json!({}));
            invoice.as_object_mut().unwrap().remove(key);
            expect(&invoice, &[(STATE, "unknown")]);
        }
        let new = invoice(json!({"status": "a_status_of_tomorrow"}));
        expect(&new, &[(STATE, "unknown"), (OVERDUE, "unknown")]);
    }
}

mod real_objects {
    use super::*;

    #[test]
    fn a_payment_that_failed() {
        let Some(document) = real("invoice.payment_failed") else {
            return;
        };
        let intake = read(&document).unwrap();
        let notes: Vec<_> = intake.notes.iter().map(ToString::to_string).collect();
        let why = notes.iter().find(|note| note.starts_with(RESULT)).unwrap();
        assert!(
            why.contains("no line holds") && why.contains("inv.intent=?"),
            "{why}"
        );
        expect(
            &document,
            &[
                (STATE, "in_progress"),
                (OVERDUE, "24900"),
                (RESULT, "unknown"),
                ("billing.invoice_state", "past_due"),
                ("billing.collection_method", "automatic"),
                ("billing.retry_planned", "true"),
            ],
        );
    }

    #[test]
    fn a_payment_that_needs_its_owner() {
        let Some(document) = real("invoice.payment_action_required") else {
            return;
        };
        expect(
            &document,
            &[
                (STATE, "clear"),
                (OVERDUE, "0"),
                (RESULT, "unknown"),
                ("billing.failed_attempts", "0"),
            ],
        );
    }

    #[test]
    fn a_paid_invoice_and_one_to_come() {
        let (Some(paid), Some(upcoming)) = (real("invoice"), real("invoice.upcoming")) else {
            return;
        };
        expect(
            &paid,
            &[
                (STATE, "clear"),
                (OVERDUE, "0"),
                (RESULT, "succeeded"),
                ("billing.invoice_state", "paid"),
            ],
        );
        expect(
            &upcoming,
            &[
                (STATE, "clear"),
                (OVERDUE, "0"),
                (RESULT, "none"),
                ("billing.invoice_state", "draft"),
            ],
        );
    }

    #[test]
    fn every_other_one_is_understood_or_named() {
        let understood = [
            (
                "subscription.created",
                "billing.subscription_state",
                "active",
            ),
            (
                "subscription.deleted",
                "billing.subscription_state",
                "canceled",
            ),
            (
                "subscription.trial_ended",
                "billing.subscription_state",
                "active",
            ),
            (
                "subscription.trial_will_end",
                "billing.subscription_state",
                "active",
            ),
            (
                "subscription.updated",
                "billing.subscription_state",
                "canceled",
            ),
            ("charge.refunded", "refund.amount", "500"),
            ("customer.updated", "billing.subscription_state", "none"),
            ("customer.deleted", "billing.subscription_state", "none"),
        ];
        for (name, fact, value) in understood {
            let Some(document) = real(name) else { return };
            expect(
                &document,
                &[(fact, value), (STATE, "nothing"), (RESULT, "nothing")],
            );
        }
        let silent = [
            ("account.updated", "\"account\" stands at `/object`"),
            ("charge.succeeded", "\"charge\" stands at `/type`"),
            ("charge.updated", "\"charge\" stands at `/object`"),
            (
                "checkout.session.completed",
                "\"checkout.session\" stands at `/object`",
            ),
            ("invoice.updated", "\"invoice_payment\" stands at `/object`"),
            ("link", "\"payment_method\" stands at `/object`"),
            (
                "payment_method.attached",
                "\"payment_method\" stands at `/object`",
            ),
            (
                "payment_method.detached",
                "\"payment_method\" stands at `/object`",
            ),
            (
                "payment_method.updated",
                "\"payment_method\" stands at `/object`",
            ),
        ];
        for (name, what) in silent {
            let error = read(&real(name).unwrap()).unwrap_err();
            assert!(
                matches!(error, IntakeError::NoFact { .. }),
                "{name}: {error}"
            );
            assert!(error.to_string().contains(what), "{name}: {error}");
        }
        let folder = banneret_corpus::shared("data/stripe").unwrap();
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(
            files,
            understood.len() + silent.len() + 4,
            "every file has its test"
        );
    }
}

mod documents {
    use super::*;

    #[test]
    fn one_object_in_every_wrapping() {
        let bare = invoice(json!({}));
        let event = json!({
            "object": "event", "type": "invoice.payment_failed", "created": days(-1),
            "data": {"object": bare, "previous_attributes": {"attempt_count": 0}},
        });
        let data = json!({"object": bare, "previous_attributes": null});
        let list = json!({"object": "list", "data": [bare], "has_more": false});
        let all = json!({"customer": "cus_1", "invoices": [bare]});
        let listed = json!({"customer": {"id": "cus_1"}, "invoices": list});
        let customer = json!({"object": "customer", "id": "cus_1", "invoices": list});
        for document in [&bare, &event, &data, &list, &all, &listed, &customer] {
            expect(
                document,
                &[
                    (STATE, "in_progress"),
                    (OVERDUE, "24900"),
                    ("account.id", "cus_1"),
                ],
            );
        }
        assert_eq!(
            read(&bare).unwrap().as_of,
            noon(),
            "the birth of an object says nothing"
        );
        assert_eq!(
            read(&event).unwrap().as_of.as_unix_micros(),
            days(-1) * 1_000_000
        );
        let undated = json!({"object": "event", "data": {"object": bare}});
        assert!(matches!(read(&undated), Err(IntakeError::NoTime { .. })));
        let ahead = with(event, json!({"created": days(1)}));
        assert!(matches!(read(&ahead), Err(IntakeError::Future { .. })));
    }

    #[test]
    fn a_list_that_goes_on_proves_nothing_of_the_whole() {
        let part = json!({"customer": "cus_1", "invoices": {
            "data": [invoice(json!({"status": "paid", "amount_remaining": 0}))], "has_more": true,
        }});
        expect(&part, &[(STATE, "unknown"), (OVERDUE, "unknown")]);
        let notes = read(&part).unwrap().notes;
        assert!(
            notes
                .iter()
                .any(|note| note.text.contains("goes on beyond the document"))
        );
        let empty = json!({"customer": "cus_1", "invoices": {"data": [], "has_more": true}});
        expect(&empty, &[(STATE, "unknown")]);
    }

    /// The example of the design: objects that were cut down to what counts.
    #[test]
    fn objects_that_somebody_cut_down() {
        let document = json!({"customer": "cus_1", "invoices": [{
            "status": "open", "attempt_count": 1, "collection_method": "charge_automatically",
            "next_payment_attempt": 1_777_000_000, "amount_remaining": 24_900,
        }]});
        expect(
            &document,
            &[
                (STATE, "in_progress"),
                (OVERDUE, "24900"),
                ("billing.currency", "nothing"),
            ],
        );
    }

    #[test]
    fn several_invoices_the_worst_speaks() {
        let paid = invoice(json!({"status": "paid", "amount_remaining": 0}));
        let manual = invoice(json!({
            "collection_method": "send_invoice", "attempt_count": 0, "attempted": false,
            "next_payment_attempt": null, "due_date": days(-9), "amount_remaining": 100,
        }));
        let all = |invoices: &[&Json]| json!({"customer": "cus_1", "invoices": invoices});
        let failed = invoice(json!({}));
        for order in [[&paid, &manual, &failed], [&failed, &manual, &paid]] {
            expect(
                &all(&order),
                &[
                    (STATE, "in_progress"),
                    ("billing.collection_method", "automatic"),
                    (OVERDUE, "25000"),
                    // The oldest of all, whosoever speaks; what is paid is not due.
                    ("billing.oldest_due_at", "2026-04-25T12:00:00Z"),
                ],
            );
        }
        // Among those that are equally in dunning, the one whose invoice is worst off.
        for order in [[&paid, &manual], [&manual, &paid]] {
            expect(
                &all(&order),
                &[
                    (STATE, "clear"),
                    ("billing.invoice_state", "past_due"),
                    ("billing.collection_method", "manual"),
                ],
            );
        }
        expect(
            &all(&[&failed, &invoice(json!({"status": null}))]),
            &[(STATE, "unknown")],
        );
        let euros = invoice(json!({"currency": "eur"}));
        expect(
            &all(&[&failed, &euros]),
            &[(STATE, "in_progress"), (OVERDUE, "unknown")],
        );
    }

    /// The answer to a question that names no customer, such as all open invoices.
    #[test]
    fn one_customer_is_never_told_of_anothers_debt() {
        let of = |customer: Json| invoice(json!({"customer": customer}));
        let (one, other) = (json!("cus_1"), json!({"object": "customer", "id": "cus_2"}));
        let mixed = [of(one.clone()), of(json!("cus_2"))];
        for document in [
            json!({"object": "list", "data": mixed, "has_more": false}),
            json!({"object": "list", "data": [of(json!({"id": "cus_1"})), of(other)]}),
            json!({"customer": "cus_1", "invoices": mixed}),
            json!({"customer": "cus_1", "invoices": {"data": mixed}}),
            json!({"customer": {"id": "cus_3"}, "subscriptions": [subscription(json!({}))]}),
        ] {
            let error = read(&document).unwrap_err();
            assert!(matches!(error, IntakeError::TwoAccounts(..)), "{error}");
        }
        let list = json!({"object": "list", "data": [of(one.clone()), of(one)]});
        expect(&list, &[("account.id", "cus_1"), (OVERDUE, "49800")]);
    }

    #[test]
    fn several_subscriptions() {
        let all = |statuses: &[&str]| {
            let one = |status: &&str| subscription(json!({"status": status}));
            json!({"customer": "cus_1", "subscriptions": statuses.iter().map(one).collect::<Vec<_>>()})
        };
        let state = "billing.subscription_state";
        expect(
            &all(&["canceled", "past_due"]),
            &[(state, "active"), (STATE, "nothing")],
        );
        expect(&all(&["canceled", "trialing"]), &[(state, "trialing")]);
        expect(
            &all(&["incomplete_expired", "canceled"]),
            &[(state, "canceled")],
        );
        expect(&all(&["active", "something_new"]), &[(state, "unknown")]);
        expect(&all(&["something_new", "active"]), &[(state, "unknown")]);
        expect(&all(&[]), &[(state, "none")]);
    }

    #[test]
    fn a_whole_customer() {
        let whole = json!({
            "customer": {"id": "cus_1", "invoice_settings": {"default_payment_method": card(2030, 1)}},
            "subscriptions": {"data": [subscription(json!({"status": "past_due"}))], "has_more": false},
            "invoices": {"data": [invoice(json!({"payment_intent": intent(json!({}))}))], "has_more": false},
            "charges": {"data": [{"object": "charge", "amount_refunded": 0, "disputed": false, "currency": "usd"}], "has_more": false},
        });
        expect(
            &whole,
            &[
                (STATE, "in_progress"),
                (RESULT, "failed"),
                ("billing.subscription_state", "active"),
                ("payment_method.state", "valid"),
                ("refund.state", "none"),
                ("dispute.state", "none"),
            ],
        );
    }
}

#[path = "stripe/facts.rs"]
mod facts;

mod inclusion {
    use super::*;

    fn told(manifest: &str, schema: &str) -> String {
        let checked = Book::check([
            ("banneret.yaml", manifest),
            ("schema.yaml", schema),
            ("copy/en.ftl", ""),
        ]);
        let told = checked.diagnostics.iter();
        let told = told.map(|found| {
            format!(
                "{} {} | {}\n",
                found.code.id,
                found.message,
                found.help.join(" | ")
            )
        });
        told.collect()
    }

    #[test]
    fn by_name_in_the_manifest() {
        assert_eq!(told(MANIFEST, "include: [billing@1]\n"), "");
        let source = book();
        assert_eq!(source.source("stripe").unwrap().name(), "stripe@1");
        let without = of(
            &MANIFEST.replace("sources: [stripe@1]\n", ""),
            "include: [billing@1]\n",
        );
        assert!(without.source("stripe").is_none());
    }

    #[test]
    fn what_the_book_leaves_out_is_left_out() {
        let narrow = "include: [billing@1]\nfacts:\n  billing.failure_category: {values: [insufficient_funds, card_expired]}\n";
        let book = of(MANIFEST, narrow);
        let derives = |name: &str| {
            let stripe = book.source("stripe").unwrap();
            book.schema()
                .id(name)
                .is_some_and(|id| stripe.derives().any(|derived| derived == id))
        };
        assert!(derives("billing.failure_category") && derives(STATE));
        assert!(!derives("refund.state"));
    }

    #[test]
    fn mistakes_are_told_with_what_to_write() {
        let manifest = |named: &str| MANIFEST.replace("stripe@1", named);
        let billing = "include: [billing@1]\n";
        insta::assert_snapshot!(told(&manifest("stripe"), billing), @"BN802 the library has no source `stripe` | did you mean `stripe@1`?");
        insta::assert_snapshot!(told(&manifest("shop"), billing), @"BN802 the library has no source `shop` | it is one of `stripe@1`; a source of the book's own stands in sources/ and is not named here");
        insta::assert_snapshot!(told(&manifest("stripe@1, stripe@1"), billing), @"BN803 `stripe@1` is named twice | keep one of them");
        insta::assert_snapshot!(told(MANIFEST, "facts: {}\n"), @"BN812 `stripe@1` derives the facts of `billing@1`, which the book leaves out | write `include: [billing@1]` in schema.yaml");
    }

    #[test]
    fn a_source_of_the_same_name_is_a_mistake() {
        let own = "source: stripe@1\naccount: /id\nas_of: given\nraw: {x.v: {at: /v, type: bool}}\nderive: {payment_method.has_backup: x.v}\n";
        let checked = Book::check([
            ("banneret.yaml", MANIFEST),
            ("schema.yaml", "include: [billing@1]\n"),
            ("copy/en.ftl", ""),
            ("sources/own.yaml", own),
        ]);
        let told: Vec<_> = checked
            .diagnostics
            .iter()
            .map(|found| &found.message)
            .collect();
        assert_eq!(told, ["there are two sources `stripe@1`"]);
    }
}
