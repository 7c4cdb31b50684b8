//! What accounts are in the middle of, and how many of ten thousand are.

use super::population::{Draft, now, reconciled};

/// What is going on with an account.
pub(crate) struct Situation {
    /// The beginning of its accounts' ids.
    pub(crate) name: &'static str,
    /// Of ten thousand accounts.
    pub(crate) share: u32,
    /// Banners that somebody in it may have seen before.
    pub(crate) banners: &'static [&'static str],
    /// Changes what is different from an account in good standing.
    pub(crate) tell: fn(&mut Draft),
}

const fn of(
    name: &'static str,
    share: u32,
    banners: &'static [&'static str],
    tell: fn(&mut Draft),
) -> Situation {
    Situation {
        name,
        share,
        banners,
        tell,
    }
}

/// The shares add up to ten thousand. The first takes what rounding leaves.
pub(crate) static SITUATIONS: [Situation; 23] = [
    of("steady", 6_260, &[], |_| {}),
    of("steady-by-invoice", 620, &["invoice_ready"], by_invoice),
    of("free", 720, &[], free),
    of("recovered", 160, &["payment_failed_first"], recovered),
    of("cancelled", 300, &[], |draft| {
        draft.set("billing.subscription_state", "canceled");
    }),
    of("trial", 430, &["trial_ends_soon"], trial),
    of(
        "trial-cancelled",
        100,
        &["trial_ends_soon"],
        trial_cancelled,
    ),
    of("card-expires", 190, &["card_expires_soon"], card_expires),
    of("new-price", 280, &["new_price"], new_price),
    of("invoice-ready", 230, &["invoice_ready"], invoice_ready),
    of("failed-today", 45, &[], |draft| charge_failed(draft, 1, 48)),
    of("failed-day-2", 60, &["payment_failed_first"], |draft| {
        charge_failed(draft, 48, 96);
    }),
    of(
        "failed-day-4",
        110,
        &["payment_failed_first", "payment_failed_second"],
        |draft| charge_failed(draft, 96, 22 * 24),
    ),
    of(
        "restricted",
        60,
        &["account_restricted_managers", "account_restricted_agents"],
        restricted,
    ),
    of("given-up", 25, &["payment_failed_second"], given_up),
    of("invoice-late", 130, &["invoice_reminder"], invoice_late),
    of("not-booked-yet", 35, &[], not_booked_yet),
    of(
        "bank-asks",
        50,
        &["bank_confirmation", "bank_confirmation_by"],
        bank_asks,
    ),
    of("under-way", 70, &["payment_under_way"], under_way),
    of("order-pending", 60, &["order_pending"], order_pending),
    of(
        "double-charge",
        25,
        &["refund_under_way", "refund_arrived"],
        double_charge,
    ),
    of("wrongly-told", 20, &["wrong_notice"], wrongly_told),
    of("barred", 20, &[], barred),
];

fn by_invoice(draft: &mut Draft) {
    draft.set("billing.collection_method", "manual");
    draft.set("billing.last_attempt_result", "none");
    draft.set("payment_method.state", "none");
}

fn free(draft: &mut Draft) {
    draft.set_all(&[
        ("billing.subscription_state", "none"),
        ("billing.last_attempt_result", "none"),
        ("billing.invoice_state", "none"),
        ("payment_method.state", "none"),
    ]);
}

/// A charge failed, and a later one went through: good standing, whatever the past was.
fn recovered(draft: &mut Draft) {
    let attempts = draft.dice.rand_range(1..4);
    draft.set("billing.failed_attempts", attempts);
    let at = draft.hours_ago(1, 24 * 14);
    draft.set("billing.last_attempt_at", at);
}

fn trial(draft: &mut Draft) {
    draft.set_all(&[
        ("billing.subscription_state", "trialing"),
        ("billing.last_attempt_result", "none"),
        ("billing.invoice_state", "none"),
    ]);
    let ends = draft.hours_ahead(1, 24 * 14);
    let price = draft.price();
    draft.set("trial.ends_at", ends);
    draft.set("trial.price", price);
    draft.set("trial.will_convert", true);
}

fn trial_cancelled(draft: &mut Draft) {
    trial(draft);
    draft.set("trial.will_convert", false);
}

fn card_expires(draft: &mut Draft) {
    draft.set("payment_method.state", "expiring");
    let expires = draft.hours_ahead(24, 24 * 45);
    draft.set("payment_method.expires_at", expires);
}

fn new_price(draft: &mut Draft) {
    let begins = draft.hours_ahead(24 * 7, 24 * 75);
    let old = draft.price();
    draft.set("price_change.applies", true);
    draft.set("price_change.effective_at", begins);
    draft.set("price_change.old_price", old);
    draft.set("price_change.new_price", old + old / 10);
}

fn invoice_ready(draft: &mut Draft) {
    by_invoice(draft);
    draft.set("billing.invoice_state", "open_not_due");
    let due = draft.hours_ahead(1, 24 * 30);
    draft.set("billing.oldest_due_at", due);
}

/// A charge that fell due so many hours ago, and did not go through.
fn charge_failed(draft: &mut Draft, from: u32, to: u32) {
    let due = draft.hours_ago(from, to);
    let amount = draft.price();
    let is_spent = from >= 96 && draft.chance(30);
    draft.set_all(&[
        (
            "billing.dunning_state",
            if is_spent { "exhausted" } else { "in_progress" },
        ),
        ("billing.last_attempt_result", "failed"),
        ("billing.invoice_state", "past_due"),
    ]);
    draft.set("billing.amount_overdue", amount);
    draft.set("billing.oldest_due_at", due);
    draft.set("billing.retry_planned", !is_spent);
    let attempts = draft.dice.rand_range(1..2 + from / 48);
    draft.set("billing.failed_attempts", attempts.min(4));
    if !is_spent {
        let next = draft.hours_ahead(1, 72);
        draft.set("billing.next_attempt_at", next);
    }
}

fn restricted(draft: &mut Draft) {
    charge_failed(draft, 22 * 24 + 1, 80 * 24);
    draft.set("access.state", "restricted");
    draft.set("access.reason", "unpaid");
}

/// Somebody has ended the collection.
fn given_up(draft: &mut Draft) {
    charge_failed(draft, 30 * 24, 120 * 24);
    draft.set("billing.dunning_state", "stopped");
    draft.set("billing.invoice_state", "uncollectible");
}

fn invoice_late(draft: &mut Draft) {
    charge_failed(draft, 24, 65 * 24);
    by_invoice(draft);
    draft.set("billing.dunning_state", "in_progress");
    draft.set("billing.failed_attempts", 0);
    draft.set("billing.retry_planned", false);
}

/// Paid, and the provider's records have yet to follow.
fn not_booked_yet(draft: &mut Draft) {
    charge_failed(draft, 48, 10 * 24);
    let state = if draft.chance(50) {
        "expected"
    } else {
        "under_review"
    };
    reconciled(draft, "recon.state", state);
}

fn bank_asks(draft: &mut Draft) {
    draft.set("billing.last_attempt_result", "requires_action");
    draft.set("billing.invoice_state", "open_not_due");
    if draft.chance(50) {
        let deadline = draft.hours_ahead(1, 48);
        draft.set("billing.action_deadline", deadline);
    }
}

fn under_way(draft: &mut Draft) {
    draft.set("billing.last_attempt_result", "processing");
    draft.set("billing.invoice_state", "open_not_due");
}

fn order_pending(draft: &mut Draft) {
    draft.set("order.state", "pending");
    let expected = draft.hours_ahead(1, 48);
    draft.set("order.expected_by", expected);
}

fn double_charge(draft: &mut Draft) {
    let amount = draft.price();
    reconciled(draft, "recon.duplicate_charge", true);
    reconciled(draft, "refund.for_duplicate", true);
    reconciled(draft, "refund.amount", amount);
    let has_arrived = draft.chance(40);
    let state = if has_arrived {
        "succeeded"
    } else {
        "initiated"
    };
    reconciled(draft, "refund.state", state);
    let expected = match has_arrived {
        true => draft.hours_ago(1, 24 * 20),
        false => draft.hours_ahead(1, 24 * 7),
    };
    draft.set("refund.expected_by", expected);
}

fn wrongly_told(draft: &mut Draft) {
    let at = draft.hours_ago(1, 24 * 10);
    draft.set("notice.wrongly_shown", true);
    draft.set("notice.wrongly_shown_at", at.min(now()));
}

fn barred(draft: &mut Draft) {
    draft.set("access.state", "suspended");
    let reason = if draft.chance(50) { "fraud" } else { "abuse" };
    draft.set("access.reason", reason);
}
