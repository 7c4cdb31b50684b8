//! The contracts of the twelve standard message kinds, clause by clause: an account of which the
//! message is true, and every single change that makes it untrue, stale or unknown.

use std::collections::BTreeSet;

use banneret::{Book, Clock, Duration, Time, Truth, Truths};

const NOW: &str = "2026-05-04T12:00:00Z";

/// A kind, the facts of an account of which it is true, and changes after which it is not: a fact
/// and its value, or a fact and the minutes of an age that is just too high.
struct Contract {
    kind: &'static str,
    facts: &'static [(&'static str, &'static str)],
    broken_by: &'static [(&'static str, &'static str)],
    oldest: &'static [(&'static str, u32)],
}

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

const CONTRACTS: [Contract; 12] = [
    Contract {
        kind: "payment_failed",
        facts: &[
            ("billing.dunning_state", "in_progress"),
            ("billing.last_attempt_result", "failed"),
            ("billing.collection_method", "automatic"),
            ("billing.amount_overdue", "1"),
            ("billing.invoice_state", "past_due"),
            ("recon.state", "matched"),
            ("payments.health", "ok"),
        ],
        broken_by: &[
            ("billing.dunning_state", "clear"),
            ("billing.dunning_state", "stopped"),
            ("billing.last_attempt_result", "requires_action"),
            ("billing.last_attempt_result", "processing"),
            ("billing.last_attempt_result", "succeeded"),
            ("billing.collection_method", "manual"),
            ("billing.amount_overdue", "0"),
            ("billing.invoice_state", "paid"),
            ("billing.invoice_state", "open_not_due"),
            ("recon.state", "under_review"),
            ("recon.state", "expected"),
            ("recon.state", "mismatched"),
            ("payments.health", "degraded"),
            ("payments.health", "down"),
        ],
        oldest: &[
            ("billing.dunning_state", HOUR),
            ("billing.amount_overdue", HOUR),
            ("recon.state", 26 * HOUR),
            ("payments.health", 15),
        ],
    },
    Contract {
        kind: "invoice_overdue",
        facts: &[
            ("billing.collection_method", "manual"),
            ("billing.invoice_state", "past_due"),
            ("billing.amount_overdue", "1"),
            ("recon.state", "matched"),
        ],
        broken_by: &[
            ("billing.collection_method", "automatic"),
            ("billing.invoice_state", "paid"),
            ("billing.invoice_state", "open_not_due"),
            ("billing.amount_overdue", "0"),
            ("recon.state", "under_review"),
        ],
        oldest: &[("billing.invoice_state", HOUR), ("recon.state", DAY)],
    },
    Contract {
        kind: "action_required",
        facts: &[("billing.last_attempt_result", "requires_action")],
        broken_by: &[
            ("billing.last_attempt_result", "failed"),
            ("billing.last_attempt_result", "none"),
        ],
        oldest: &[("billing.last_attempt_result", HOUR)],
    },
    Contract {
        kind: "card_expiring",
        facts: &[
            ("payment_method.state", "valid"),
            ("payment_method.expires_at", "2026-06-18T12:00:00Z"),
            ("payment_method.has_backup", "false"),
        ],
        broken_by: &[
            ("payment_method.state", "expired"),
            ("payment_method.state", "none"),
            ("payment_method.expires_at", "2026-06-18T12:00:01Z"),
            ("payment_method.expires_at", "2026-05-04T11:59:59Z"),
            ("payment_method.has_backup", "true"),
        ],
        oldest: &[
            ("payment_method.state", DAY),
            ("payment_method.has_backup", DAY),
        ],
    },
    Contract {
        kind: "trial_ending",
        facts: &[
            ("billing.subscription_state", "trialing"),
            ("trial.will_convert", "true"),
            ("trial.ends_at", "2026-05-18T12:00:00Z"),
        ],
        broken_by: &[
            ("billing.subscription_state", "canceled"),
            ("billing.subscription_state", "active"),
            ("trial.will_convert", "false"),
            ("trial.ends_at", "2026-05-18T12:00:01Z"),
            ("trial.ends_at", "2026-05-04T11:59:59Z"),
        ],
        oldest: &[("billing.subscription_state", HOUR), ("trial.ends_at", DAY)],
    },
    Contract {
        kind: "payment_processing",
        facts: &[
            ("billing.last_attempt_result", "succeeded"),
            ("order.state", "pending"),
        ],
        broken_by: &[
            ("billing.last_attempt_result", "failed"),
            ("billing.last_attempt_result", "none"),
            ("order.state", "fulfilled"),
            ("order.state", "failed"),
        ],
        oldest: &[("billing.last_attempt_result", HOUR), ("order.state", HOUR)],
    },
    Contract {
        kind: "duplicate_charge_refund",
        facts: &[
            ("recon.duplicate_charge", "true"),
            ("refund.for_duplicate", "true"),
            ("refund.state", "initiated"),
        ],
        broken_by: &[
            ("recon.duplicate_charge", "false"),
            ("refund.for_duplicate", "false"),
            ("refund.state", "failed"),
            ("refund.state", "none"),
        ],
        oldest: &[
            ("recon.duplicate_charge", 26 * HOUR),
            ("refund.state", 26 * HOUR),
        ],
    },
    Contract {
        kind: "service_incident",
        facts: &[
            ("incident.affects_account", "true"),
            ("incident.next_update_at", "2026-05-04T12:00:01Z"),
        ],
        broken_by: &[
            ("incident.affects_account", "false"),
            ("incident.next_update_at", "2026-05-04T12:00:00Z"),
        ],
        oldest: &[
            ("incident.affects_account", 15),
            ("incident.next_update_at", 15),
        ],
    },
    Contract {
        kind: "invoice_available",
        facts: &[
            ("billing.invoice_state", "paid"),
            ("portal.available", "true"),
        ],
        broken_by: &[
            ("billing.invoice_state", "draft"),
            ("billing.invoice_state", "void"),
            ("portal.available", "false"),
        ],
        oldest: &[("billing.invoice_state", HOUR), ("portal.available", 15)],
    },
    Contract {
        kind: "account_restricted",
        facts: &[("access.state", "restricted")],
        broken_by: &[("access.state", "full"), ("access.state", "grace")],
        oldest: &[("access.state", 15)],
    },
    Contract {
        kind: "price_change",
        facts: &[
            ("price_change.applies", "true"),
            ("price_change.effective_at", "2026-05-04T12:00:01Z"),
            ("billing.subscription_state", "active"),
        ],
        broken_by: &[
            ("price_change.applies", "false"),
            ("price_change.effective_at", "2026-05-04T12:00:00Z"),
            ("billing.subscription_state", "canceled"),
            ("billing.subscription_state", "expired"),
        ],
        oldest: &[
            ("price_change.applies", DAY),
            ("billing.subscription_state", HOUR),
        ],
    },
    Contract {
        kind: "payment_notice_correction",
        facts: &[
            ("notice.wrongly_shown", "true"),
            ("notice.wrongly_shown_at", "2026-04-04T12:00:00Z"),
            ("billing.dunning_state", "clear"),
        ],
        broken_by: &[
            ("notice.wrongly_shown", "false"),
            ("notice.wrongly_shown_at", "2026-04-04T11:59:59Z"),
            ("billing.dunning_state", "in_progress"),
            ("billing.dunning_state", "exhausted"),
            ("billing.dunning_state", "stopped"),
        ],
        oldest: &[
            ("notice.wrongly_shown", 7 * DAY),
            ("billing.dunning_state", HOUR),
        ],
    },
];

fn book() -> Book {
    let manifest = "edition: 1\nplacements: {top: 1}\n";
    let schema = "include: [billing@1, recon@1, operations@1]\n";
    Book::from_files([("banneret.yaml", manifest), ("schema.yaml", schema)]).unwrap()
}

/// The truth of a kind's contract, with one fact left out, changed or aged where that is wanted.
fn truth(book: &Book, contract: &Contract, change: Option<(&str, Option<&str>, Time)>) -> Truth {
    let now: Time = NOW.parse().unwrap();
    let mut builder = book.facts().as_of(now);
    for (name, value) in contract.facts {
        let (value, as_of) = match change {
            Some((changed, value, as_of)) if changed == *name => (value, as_of),
            _ => (Some(*value), now),
        };
        let id = book.schema().id(name).unwrap();
        let fact = book.schema().fact(id).unwrap();
        if let Some(value) = value {
            let given = banneret::Given::from_text(fact, value).unwrap();
            builder.insert(id, given, Some(as_of)).unwrap();
        }
    }
    let kind = book
        .kinds()
        .iter()
        .find(|kind| *kind.name == *contract.kind);
    let clock = Clock {
        now,
        skew: Duration::default(),
    };
    let mut truths = Truths::default();
    truths.fill(book.formulas(), &builder.build(), clock);
    truths.of(kind.unwrap().contract)
}

#[test]
fn each_holds_where_its_message_is_true() {
    let book = book();
    for contract in &CONTRACTS {
        assert_eq!(
            truth(&book, contract, None),
            Truth::True,
            "{}",
            contract.kind
        );
    }
}

#[test]
fn each_is_broken_by_every_single_change() {
    let (book, now) = (book(), NOW.parse().unwrap());
    for contract in &CONTRACTS {
        for (name, value) in contract.broken_by {
            let broken = truth(&book, contract, Some((name, Some(value), now)));
            assert_eq!(
                broken,
                Truth::False,
                "{} where {name} is {value}",
                contract.kind
            );
        }
    }
}

#[test]
fn each_is_unknown_without_any_of_its_facts() {
    let (book, now) = (book(), NOW.parse().unwrap());
    for contract in &CONTRACTS {
        for (name, _) in contract.facts {
            let without = truth(&book, contract, Some((name, None, now)));
            assert_eq!(without, Truth::Unknown, "{} without {name}", contract.kind);
        }
    }
}

#[test]
fn each_believes_its_facts_for_just_so_long() {
    let (book, now) = (book(), NOW.parse::<Time>().unwrap());
    for contract in &CONTRACTS {
        for (name, minutes) in contract.oldest {
            let value = contract
                .facts
                .iter()
                .find(|(fact, _)| fact == name)
                .unwrap()
                .1;
            let aged = |seconds: u64| now.minus(Duration::from_seconds(seconds).unwrap());
            let limit = u64::from(*minutes) * 60;
            for (seconds, expected) in [(limit, Truth::True), (limit + 1, Truth::Unknown)] {
                let change = (*name, Some(value), aged(seconds));
                let found = truth(&book, contract, Some(change));
                assert_eq!(
                    found, expected,
                    "{} at {seconds} s of {name}",
                    contract.kind
                );
            }
        }
    }
}

#[test]
fn they_are_the_kinds_of_the_compiled_table() {
    let Some(table) = banneret_corpus::shared("data/billing/contracts.tsv") else {
        return;
    };
    let table = std::fs::read_to_string(table).unwrap();
    let rows = table
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next());
    let theirs: BTreeSet<&str> = rows.filter(|name| !name.is_empty()).collect();
    let ours: BTreeSet<&str> = CONTRACTS.iter().map(|contract| contract.kind).collect();
    assert_eq!(ours, theirs);
    let standard = book();
    let carried = standard.kinds().iter().filter(|kind| kind.standard);
    assert_eq!(
        carried.map(|kind| &*kind.name).collect::<BTreeSet<_>>(),
        ours
    );
}
