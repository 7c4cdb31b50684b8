//! What each fact is made of.

use super::*;

#[test]
fn amounts_are_in_minor_units_of_iso_4217() {
    let at = |currency: &str, amount: i64, wanted: &str| {
        let invoice = invoice(json!({"currency": currency, "amount_remaining": amount}));
        let capitals = currency.to_uppercase();
        expect(
            &invoice,
            &[(OVERDUE, wanted), ("billing.currency", &capitals)],
        );
    };
    at("usd", 24_900, "24900");
    at("jpy", 24_900, "24900");
    at("kwd", 24_900, "24900");
    // Two digits at Stripe, none in the list; and the other way round.
    at("isk", 24_900, "249");
    at("ugx", 24_900, "249");
    at("mga", 249, "24900");
    at("isk", 24_950, "unknown");
}

#[test]
fn attempts() {
    let none = json!({"attempt_count": 0, "attempted": false});
    expect(
        &invoice(none),
        &[(RESULT, "none"), ("billing.failed_attempts", "0")],
    );
    let free =
        json!({"attempt_count": 0, "status": "paid", "amount_due": 0, "amount_remaining": 0});
    expect(&invoice(free), &[(RESULT, "none")]);
    let elsewhere = json!({"status": "paid", "paid_out_of_band": true, "amount_remaining": 0});
    expect(
        &invoice(elsewhere),
        &[(STATE, "clear"), (RESULT, "unknown")],
    );
    let new = json!({"attempt_count": 0, "attempted": false, "payment_intent": intent(json!({"last_payment_error": null}))});
    expect(&invoice(new), &[(RESULT, "none")]);
    let charged =
        json!({"payment_intent": intent(json!({"latest_charge": {"created": days(-1)}}))});
    expect(
        &invoice(charged),
        &[("billing.last_attempt_at", "2026-05-03T12:00:00Z")],
    );
}

#[test]
fn paid_is_not_always_by_an_attempt() {
    let paid = |other: Json| {
        let usual = json!({
            "status": "paid", "amount_paid": 24_900, "amount_remaining": 0,
            "next_payment_attempt": null,
        });
        invoice(with(usual, other))
    };
    expect(&paid(json!({})), &[(RESULT, "succeeded")]);
    // A credit note for all of it.
    expect(&paid(json!({"amount_paid": 0})), &[(RESULT, "unknown")]);
    // Newer versions of the API do not say `paid_out_of_band`; their payments tell.
    let newer = |payments: Json| {
        let mut invoice = paid(json!({"payments": payments}));
        invoice.as_object_mut().unwrap().remove("paid_out_of_band");
        invoice
    };
    let by = |kind: &str| json!({"data": [{"status": "paid", "payment": {"type": kind}}]});
    for (payments, result) in [
        (json!(null), "unknown"),
        (by("payment_record"), "unknown"),
        (by("payment_intent"), "succeeded"),
        (by("charge"), "succeeded"),
    ] {
        expect(&newer(payments), &[(STATE, "clear"), (RESULT, result)]);
    }
}

#[test]
fn what_a_customer_must_do_may_be_no_confirmation() {
    for (action, result) in [
        ("use_stripe_sdk", "requires_action"),
        ("redirect_to_url", "requires_action"),
        ("display_bank_transfer_instructions", "unknown"),
        ("verify_with_microdeposits", "unknown"),
    ] {
        let asked = intent(json!({"status": "requires_action", "next_action": {"type": action}}));
        expect(&asked, &[(RESULT, result)]);
        expect(
            &invoice(json!({"payment_intent": asked})),
            &[(RESULT, result)],
        );
    }
}

/// What a fact is not about is nothing to report; a code that nobody knows is.
#[test]
fn notes_are_about_what_could_have_been_known() {
    let told = |document: &Json| -> Vec<String> {
        let notes = read(document).unwrap().notes;
        notes.iter().map(|note| note.about.to_string()).collect()
    };
    let paid = json!({"status": "paid", "amount_paid": 24_900, "amount_remaining": 0});
    assert_eq!(told(&invoice(paid)), [""; 0]);
    assert_eq!(told(&subscription(json!({}))), [""; 0]);
    let error = json!({"type": "card_error", "decline_code": "a_code_of_tomorrow"});
    let failed = json!({"payment_intent": intent(json!({"last_payment_error": error}))});
    assert_eq!(told(&invoice(failed)), ["billing.failure_category"]);
}

#[test]
fn failures_have_a_category() {
    for (code, category) in [
        ("insufficient_funds", "insufficient_funds"),
        ("expired_card", "card_expired"),
        ("do_not_honor", "soft_decline"),
        ("stolen_card", "hard_decline"),
        ("authentication_required", "authentication_required"),
        ("processing_error", "processing_error"),
        ("debit_not_authorized", "mandate_invalid"),
        ("a_code_of_tomorrow", "unknown"),
    ] {
        let error = json!({"type": "card_error", "code": "card_declined", "decline_code": code});
        let intent = intent(json!({"last_payment_error": error}));
        expect(
            &intent,
            &[
                ("billing.failure_category", category),
                ("billing.failure_code", code),
            ],
        );
    }
    // Where the bank gave no code of its own, Stripe's.
    let expired = json!({"type": "card_error", "code": "expired_card", "decline_code": null});
    let intent = intent(json!({"last_payment_error": expired}));
    expect(&intent, &[("billing.failure_category", "card_expired")]);
}

#[test]
fn subscriptions_and_trials() {
    let at = |other: Json, wanted: &[(&str, &str)]| expect(&subscription(other), wanted);
    let state = "billing.subscription_state";
    at(json!({"status": "unpaid"}), &[(state, "active")]);
    at(
        json!({"cancel_at_period_end": true}),
        &[(state, "non_renewing")],
    );
    at(json!({"cancel_at": days(9)}), &[(state, "non_renewing")]);
    at(json!({"status": "paused"}), &[(state, "paused")]);
    at(json!({"status": "incomplete"}), &[(state, "incomplete")]);
    at(
        json!({"status": "incomplete_expired"}),
        &[(state, "expired")],
    );
    at(json!({"cancel_at_period_end": null}), &[(state, "unknown")]);
    let trial = |other: Json| with(json!({"status": "trialing", "trial_end": days(3)}), other);
    at(
        trial(json!({})),
        &[
            (state, "trialing"),
            ("trial.ends_at", "2026-05-07T12:00:00Z"),
            ("trial.will_convert", "true"),
        ],
    );
    at(
        trial(json!({"cancel_at_period_end": true})),
        &[("trial.will_convert", "false")],
    );
    // An end a year ahead is not that of the trial, and nothing is charged while collection is paused.
    for other in [
        json!({"cancel_at": days(365)}),
        json!({"pause_collection": {"behavior": "void"}}),
    ] {
        at(trial(other), &[("trial.will_convert", "unknown")]);
    }
    // It depends on a card that may not be there.
    let ends = json!({"trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}}});
    at(trial(ends), &[("trial.will_convert", "unknown")]);
    at(
        json!({"trial_end": days(-3)}),
        &[("trial.ends_at", "unknown")],
    );
}

#[test]
fn the_card_that_would_be_charged() {
    let state = "payment_method.state";
    let all = |cards: &[Json]| json!({"customer": "cus_1", "payment_methods": {"data": cards, "has_more": false}});
    expect(&all(&[card(2030, 1)]), &[(state, "valid")]);
    // Nobody says which of two.
    expect(&all(&[card(2030, 1), card(2020, 1)]), &[(state, "unknown")]);
    let default =
        json!({"id": "cus_1", "invoice_settings": {"default_payment_method": card(2020, 1)}});
    let both = json!({"customer": default, "payment_methods": [card(2030, 1), card(2020, 1)]});
    expect(&both, &[(state, "expired")]);
    // A default one that is no card does not make another card the default one.
    let link = json!({"object": "payment_method", "type": "link"});
    let default = json!({"id": "cus_1", "invoice_settings": {"default_payment_method": link}});
    let both = json!({"customer": default, "payment_methods": [card(2030, 1)]});
    expect(&both, &[(state, "nothing")]);
}

#[test]
fn refunds_and_disputes() {
    let charge = |other: Json| {
        let usual = json!({
            "object": "charge", "customer": "cus_1", "currency": "usd",
            "amount_refunded": 0, "disputed": false,
        });
        with(usual, other)
    };
    let refunded = |status: &str| {
        charge(json!({"amount_refunded": 500, "refunds": {"data": [{"status": status}]}}))
    };
    for (status, state) in [
        ("pending", "initiated"),
        ("succeeded", "succeeded"),
        ("failed", "failed"),
        ("canceled", "unknown"),
    ] {
        let facts = [
            ("refund.state", state),
            ("dispute.state", "nothing"),
            ("refund.amount", "500"),
        ];
        expect(&refunded(status), &facts);
    }
    // The amount is that of both; which of them is on its way?
    let two = charge(
        json!({"amount_refunded": 800, "refunds": {"data": [{"status": "pending"}, {"status": "succeeded"}]}}),
    );
    expect(&two, &[("refund.state", "unknown")]);
    for (status, state) in [
        ("needs_response", "open"),
        ("warning_under_review", "open"),
        ("won", "won"),
        ("lost", "lost"),
        ("warning_closed", "unknown"),
    ] {
        let disputed = charge(json!({"disputed": true, "dispute": {"status": status}}));
        expect(
            &disputed,
            &[("dispute.state", state), ("refund.state", "nothing")],
        );
    }
    // One charge without trouble does not say that there is none.
    assert!(matches!(
        read(&charge(json!({}))),
        Err(IntakeError::NoFact { .. })
    ));
}
