//! Who there is: each account in a situation, with somebody looking, and with what is known of it.

use std::collections::BTreeMap;

use banneret::{Duration, Time};
use oorandom::Rand32;
use serde::Serialize;

use super::history::{Seen, seen};
use super::situations::{SITUATIONS, Situation};

/// Noon UTC on 4 May 2026: everything is told as of a few minutes before.
const NOW_UNIX: i64 = 1_777_896_000;

/// One line of NDJSON. Its keys come in one order, so that equal seeds give equal bytes.
#[derive(Serialize)]
pub(crate) struct Account {
    id: String,
    as_of: Time,
    facts: BTreeMap<&'static str, Fact>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    history: BTreeMap<&'static str, Seen>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Fact {
    Bare(Value),
    Dated { value: Value, as_of: Time },
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Bool(bool),
    Int(u32),
    Text(&'static str),
    Texts(&'static [&'static str]),
    Time(Time),
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Value {
        Value::Int(value)
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Value {
        Value::Text(value)
    }
}

impl From<Time> for Value {
    fn from(value: Time) -> Value {
        Value::Time(value)
    }
}

/// An account that is being written.
pub(crate) struct Draft {
    pub(crate) dice: Rand32,
    facts: BTreeMap<&'static str, Fact>,
}

impl Draft {
    pub(crate) fn set(&mut self, fact: &'static str, value: impl Into<Value>) {
        self.facts.insert(fact, Fact::Bare(value.into()));
    }

    pub(crate) fn set_all(&mut self, facts: &[(&'static str, &'static str)]) {
        for (fact, value) in facts {
            self.set(fact, *value);
        }
    }

    /// Whether something that happens to so many in a hundred happens to this one.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.dice.rand_range(0..100) < percent
    }

    /// One of several, by weight.
    fn pick<T: Copy>(&mut self, weighted: &[(u32, T)]) -> T {
        let all = weighted.iter().map(|(weight, _)| weight).sum();
        let mut rest = self.dice.rand_range(0..all);
        for (weight, one) in weighted {
            match rest.checked_sub(*weight) {
                Some(left) => rest = left,
                None => return *one,
            }
        }
        unreachable!("the dice stay below the sum of all weights")
    }

    /// A moment between so many and so many hours ago.
    pub(crate) fn hours_ago(&mut self, from: u32, to: u32) -> Time {
        let seconds = self.dice.rand_range(from * 3_600..to * 3_600);
        now().minus(length(seconds))
    }

    /// A moment between so many and so many hours ahead.
    pub(crate) fn hours_ahead(&mut self, from: u32, to: u32) -> Time {
        let seconds = self.dice.rand_range(from * 3_600..to * 3_600);
        now().plus(length(seconds))
    }

    /// An amount that plans cost, in minor units.
    pub(crate) fn price(&mut self) -> u32 {
        let seats = self.pick(&[(50, 1), (30, 5), (15, 12), (5, 40)]);
        self.pick(&[(5, 1_900), (4, 4_900), (1, 9_900)]) * seats
    }
}

pub(crate) fn now() -> Time {
    Time::from_unix_seconds(NOW_UNIX)
}

fn length(seconds: u32) -> Duration {
    Duration::from_seconds(u64::from(seconds)).unwrap_or(Duration::MAX)
}

/// As many accounts as asked for, each situation as often as its share says.
pub(crate) struct Population {
    seed: u64,
    situations: Vec<&'static Situation>,
    next: usize,
}

impl Population {
    pub(crate) fn new(accounts: u32, seed: u64) -> Population {
        let mut situations = apportioned(accounts as usize);
        let mut dice = Rand32::new(seed);
        // Fisher and Yates: those of one situation must not stand together.
        for at in (1..situations.len()).rev() {
            situations.swap(at, dice.rand_range(0..at as u32 + 1) as usize);
        }
        Population {
            seed,
            situations,
            next: 0,
        }
    }
}

impl Iterator for Population {
    type Item = Account;

    fn next(&mut self) -> Option<Account> {
        let situation = *self.situations.get(self.next)?;
        self.next += 1;
        // Dice of its own for each account: a change to one leaves the others as they were.
        let dice = Rand32::new_inc(self.seed, self.next as u64);
        Some(account(situation, self.next, dice))
    }
}

/// Each situation by its share of ten thousand; what rounding leaves goes to the first, the usual one.
fn apportioned(accounts: usize) -> Vec<&'static Situation> {
    let mut all = Vec::with_capacity(accounts);
    for situation in SITUATIONS.iter().skip(1) {
        let number = (accounts * situation.share as usize + 5_000) / 10_000;
        all.extend(std::iter::repeat_n(situation, number));
    }
    all.resize(accounts, &SITUATIONS[0]);
    all
}

fn account(situation: &Situation, number: usize, dice: Rand32) -> Account {
    let mut draft = Draft {
        dice,
        facts: BTreeMap::new(),
    };
    somebody_looks(&mut draft);
    all_is_well(&mut draft);
    (situation.tell)(&mut draft);
    an_incident(&mut draft);
    let as_of = what_is_known(&mut draft);
    let history = seen(situation.banners, &mut draft);
    Account {
        id: format!("{}-{number:05}", situation.name),
        as_of,
        facts: draft.facts,
        history,
    }
}

/// Who looks at the page, and where the account is.
fn somebody_looks(draft: &mut Draft) {
    let roles = [
        (28, "owner"),
        (9, "billing_admin"),
        (18, "admin"),
        (40, "agent"),
        (5, "end_user"),
    ];
    let role = draft.pick(&roles);
    let (locale, country, zone, currency) = draft.pick(&[
        (40, ("en", "US", "America/New_York", "USD")),
        (10, ("en", "GB", "Europe/London", "GBP")),
        (22, ("de", "DE", "Europe/Berlin", "EUR")),
        (13, ("sv", "SE", "Europe/Stockholm", "SEK")),
        (8, ("zh-CN", "SG", "Asia/Singapore", "USD")),
        (6, ("fr", "FR", "Europe/Paris", "EUR")),
        (1, ("ja", "JP", "Asia/Tokyo", "JPY")),
    ]);
    let provider = draft.pick(&[(85, "stripe"), (12, "chargebee"), (3, "adyen")]);
    draft.set_all(&[
        ("viewer.role", role),
        ("viewer.locale", locale),
        ("viewer.timezone", zone),
        ("account.country", country),
        ("billing.currency", currency),
        ("billing.provider", provider),
    ]);
    let created = draft.hours_ago(24 * 30, 24 * 1_500);
    draft.set("account.created_at", created);
}

/// An account in good standing; its situation changes what is different.
fn all_is_well(draft: &mut Draft) {
    draft.set_all(&[
        ("billing.dunning_state", "clear"),
        ("billing.last_attempt_result", "succeeded"),
        ("billing.collection_method", "automatic"),
        ("billing.invoice_state", "paid"),
        ("billing.subscription_state", "active"),
        ("payment_method.state", "valid"),
        ("access.state", "full"),
        ("order.state", "none"),
        ("refund.state", "none"),
        ("payments.health", "ok"),
    ]);
    draft.set("billing.amount_overdue", 0);
    draft.set("billing.failed_attempts", 0);
    draft.set("portal.available", true);
    draft.set("price_change.applies", false);
    draft.set("notice.wrongly_shown", false);
    let expires = draft.hours_ahead(24 * 60, 24 * 1_200);
    draft.set("payment_method.expires_at", expires);
    let backup = draft.chance(20);
    draft.set("payment_method.has_backup", backup);
    reconciled(draft, "recon.state", "matched");
    reconciled(draft, "recon.duplicate_charge", false);
}

/// A fact of last night's reconciliation.
pub(crate) fn reconciled(draft: &mut Draft, fact: &'static str, value: impl Into<Value>) {
    let as_of = now().minus(length(35_400));
    let value = value.into();
    draft.facts.insert(fact, Fact::Dated { value, as_of });
}

/// Three in a hundred are in the part of our infrastructure that has an incident.
fn an_incident(draft: &mut Draft) {
    let regions = [(60, "eu-1"), (37, "us-1"), (3, "eu-2")];
    let region = draft.pick(&regions);
    let is_affected = region == "eu-2";
    draft.set("account.region", region);
    draft.set("incident.affects_account", is_affected);
    if is_affected {
        draft.set("incident.components", Value::Texts(&["Checkout", "API"]));
        draft.set("incident.since", now().minus(length(4_200)));
        draft.set("incident.next_update_at", now().plus(length(1_800)));
    }
}

/// What is stale, what nobody knows, and words that nobody declared. Gives the time of the line.
fn what_is_known(draft: &mut Draft) -> Time {
    if matches!(
        draft.facts.get("billing.provider"),
        Some(Fact::Bare(Value::Text("adyen")))
    ) {
        draft.set("payments.health", "degraded");
    }
    let fresh = now().minus(length(draft.dice.rand_range(30..600)));
    match draft.dice.rand_range(0..1_000) {
        // The copy of the provider's data has stood still.
        0..30 => draft.hours_ago(2, 72),
        // The provider could not be read.
        30..50 => {
            let facts = &mut draft.facts;
            facts.retain(|fact, _| !fact.starts_with("billing.") && !fact.starts_with("trial."));
            fresh
        }
        // A provider has grown a word that the book does not know.
        50..53 => {
            draft.set("billing.dunning_state", "legal_review");
            fresh
        }
        _ => fresh,
    }
}
