//! What the banners of the workload are made of: facts, segments, kinds and questions.

/// The placements, and how many banners each shows at once.
pub(crate) const PLACEMENTS: [(&str, u32); 10] = [
    ("billing_page", 2),
    ("checkout", 1),
    ("dashboard", 2),
    ("editor", 1),
    ("footer", 1),
    ("inbox", 1),
    ("login", 1),
    ("settings", 1),
    ("sidebar", 2),
    ("top", 1),
];

pub(crate) fn manifest() -> String {
    let placements = PLACEMENTS.map(|(name, places)| format!("{name}: {places}"));
    format!(
        "edition: 1\nschema: schema.yaml\nplacements: {{{}}}\ncopy: {{dir: copy, source: en, locales: [en]}}\n",
        placements.join(", ")
    )
}

/// The standard facts, and those of a product of one's own.
pub(super) const SCHEMA: &str = "\
include: [billing@1, recon@1, operations@1]
facts:
  product.plan:
    type: enum
    values: {free: {doc: No fee.}, starter: {doc: Small.}, pro: {doc: Usual., usual: true}, business: {doc: Large.}, enterprise: {doc: By contract.}}
    fresh_for: 24h
    doc: What was bought.
  product.seats: {type: int, min: 0, max: 100000, fresh_for: 24h, doc: How many people work in it.}
  product.features: {type: set of string, fresh_for: 24h, doc: What is switched on.}
  product.last_login: {type: time, fresh_for: 1h, doc: When somebody of the account was last here.}
  product.platform:
    type: enum
    values: {web: {doc: A browser., usual: true}, ios: {doc: An iPhone or iPad.}, android: {doc: Another phone.}, desktop: {doc: Our own program.}}
    fresh_for: 1h
    doc: What the viewer looks through.
  product.is_beta: {type: bool, fresh_for: 24h, doc: Takes part in trials of new things.}
  usage.storage_percent: {type: int, min: 0, max: 100, fresh_for: 24h, doc: How full the storage is.}
  usage.calls: {type: int, min: 0, fresh_for: 1h, doc: How often our interface was called this month.}
  support.tier:
    type: enum
    values: {standard: {doc: By mail., usual: true}, premium: {doc: By phone.}, named: {doc: A person of their own.}}
    fresh_for: 24h
    doc: Who answers.
  support.open_tickets: {type: int, min: 0, fresh_for: 1h, doc: How many questions wait for an answer.}
  growth.cohort: {type: string, fresh_for: 30d, doc: The trial of words that the account takes part in.}
  growth.score: {type: int, min: 0, max: 10, fresh_for: 30d, doc: How likely they would recommend us.}
";

/// A kind of message, and how audiences of that kind begin.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) base: &'static str,
    /// The facts that `base` asks about and that other questions could contradict.
    pub(super) asks: &'static [&'static str],
    pub(super) priority: usize,
    /// How many of all banners are of this kind.
    pub(super) weight: usize,
}

const fn kind(
    name: &'static str,
    base: &'static str,
    asks: &'static [&'static str],
    priority: usize,
    weight: usize,
) -> Kind {
    Kind {
        name,
        base,
        asks,
        priority,
        weight,
    }
}

pub(super) const KINDS: [Kind; 11] = [
    kind(
        "payment_failed",
        "owes_a_charge and managers",
        &["viewer.role", "billing"],
        900,
        12,
    ),
    kind(
        "invoice_overdue",
        "invoice_unpaid and payers",
        &["viewer.role", "billing"],
        800,
        8,
    ),
    kind(
        "action_required",
        "bank_asks and payers",
        &["viewer.role", "billing"],
        850,
        4,
    ),
    kind(
        "card_expiring",
        "card_ends_soon and payers",
        &["viewer.role", "payment_method"],
        700,
        6,
    ),
    kind(
        "trial_ending",
        "trial_over_soon",
        &["billing", "trial"],
        600,
        8,
    ),
    kind(
        "price_change",
        "price_rises and managers",
        &["viewer.role", "billing"],
        500,
        4,
    ),
    kind("service_incident", "incident_open", &["incident"], 950, 3),
    kind("upsell", "payments_clear", &["billing"], 100, 25),
    kind(
        "onboarding",
        "account.created_at in the last 90 days",
        &["account.created_at"],
        200,
        15,
    ),
    kind("news", "", &[], 50, 10),
    kind(
        "usage_warning",
        "usage.storage_percent >= 80",
        &["usage.storage_percent"],
        400,
        5,
    ),
];

/// A segment that many audiences use.
pub(super) struct Segment {
    pub(super) name: &'static str,
    text: &'static str,
    pub(super) asks: &'static [&'static str],
}

const fn segment(name: &'static str, text: &'static str, asks: &'static [&'static str]) -> Segment {
    Segment { name, text, asks }
}

/// The most used first.
pub(super) const SEGMENTS: [Segment; 20] = [
    segment(
        "paying",
        "product.plan in {starter, pro, business, enterprise}",
        &["product.plan"],
    ),
    segment(
        "managers",
        "viewer.role in {owner, admin}",
        &["viewer.role"],
    ),
    segment(
        "in_europe",
        "account.country in {\"DE\", \"FR\", \"SE\", \"NL\", \"ES\", \"IT\", \"PL\"}",
        &["account.country"],
    ),
    segment(
        "active",
        "product.last_login in the last 14 days",
        &["product.last_login"],
    ),
    segment(
        "on_a_phone",
        "product.platform in {ios, android}",
        &["product.platform"],
    ),
    segment(
        "small_teams",
        "product.seats between 1 and 20",
        &["product.seats"],
    ),
    segment(
        "payers",
        "viewer.role in {owner, billing_admin, admin}",
        &["viewer.role"],
    ),
    segment(
        "new_accounts",
        "account.created_at in the last 30 days",
        &["account.created_at"],
    ),
    segment(
        "content",
        "growth.score >= 7 and support.open_tickets == 0",
        &["growth.score", "support.open_tickets"],
    ),
    segment(
        "large_plans",
        "product.plan in {business, enterprise}",
        &["product.plan"],
    ),
    segment(
        "developers",
        "usage.calls > 1000 or product.features has \"api\"",
        &["usage.calls", "product.features"],
    ),
    segment(
        "away",
        "product.last_login more than 30 days ago",
        &["product.last_login"],
    ),
    segment(
        "in_america",
        "account.country in {\"US\", \"CA\", \"BR\", \"MX\"}",
        &["account.country"],
    ),
    segment("large_teams", "product.seats > 200", &["product.seats"]),
    segment(
        "well_served",
        "support.tier in {premium, named}",
        &["support.tier"],
    ),
    segment(
        "curious",
        "product.is_beta and product.features has none of {\"frozen\", \"legacy\"}",
        &["product.is_beta", "product.features"],
    ),
    segment(
        "nearly_full",
        "usage.storage_percent between 80 and 99",
        &["usage.storage_percent"],
    ),
    segment(
        "first_trial",
        "growth.cohort starts with \"a\"",
        &["growth.cohort"],
    ),
    segment(
        "second_trial",
        "growth.cohort starts with \"b\" and not (growth.cohort ends with \"-off\")",
        &["growth.cohort"],
    ),
    segment(
        "waiting",
        "support.open_tickets >= 3 and support.tier == standard",
        &["support.open_tickets", "support.tier"],
    ),
];

/// What is asked of one fact beside the segments.
pub(super) struct Topic {
    pub(super) fact: &'static str,
    pub(super) questions: &'static [&'static str],
}

const fn topic(fact: &'static str, questions: &'static [&'static str]) -> Topic {
    Topic { fact, questions }
}

/// The most asked first. `N` is a number of the banner's own.
pub(super) const TOPICS: [Topic; 15] = [
    topic(
        "product.plan",
        &[
            "product.plan == free",
            "product.plan == pro",
            "product.plan in {free, starter}",
            "product.plan == enterprise",
            "not (product.plan in {business, enterprise})",
        ],
    ),
    topic(
        "product.seats",
        &[
            "product.seats > N",
            "product.seats < N",
            "product.seats between N and 100",
            "product.seats == N",
        ],
    ),
    topic(
        "viewer.role",
        &[
            "viewer.role == owner",
            "viewer.role in {admin, agent}",
            "viewer.role == agent",
            "viewer.role != end_user",
        ],
    ),
    topic(
        "account.country",
        &[
            "account.country == \"DE\"",
            "account.country == \"US\"",
            "account.country in {\"SE\", \"NO\", \"FI\", \"DK\"}",
            "account.country not in {\"US\", \"CA\"}",
        ],
    ),
    topic(
        "product.last_login",
        &[
            "product.last_login in the last N days",
            "product.last_login more than N days ago",
            "(product.last_login in the last 2 days) no older than 15m",
        ],
    ),
    topic(
        "product.platform",
        &[
            "product.platform == web",
            "product.platform == ios",
            "product.platform != desktop",
        ],
    ),
    topic(
        "product.features",
        &[
            "product.features has \"api\"",
            "product.features has any of {\"sso\", \"audit\"}",
            "product.features has all of {\"api\", \"sso\"}",
            "product.features has none of {\"frozen\"}",
            "product.features is empty",
        ],
    ),
    topic(
        "usage.storage_percent",
        &[
            "usage.storage_percent > N",
            "usage.storage_percent between N and 90",
        ],
    ),
    topic(
        "account.created_at",
        &[
            "account.created_at more than N days ago",
            "account.created_at after 2025-06-01",
            "account.created_at before 2024-01-01",
        ],
    ),
    topic(
        "support.open_tickets",
        &["support.open_tickets == 0", "support.open_tickets < N"],
    ),
    topic(
        "growth.cohort",
        &[
            "growth.cohort == \"a-on\"",
            "growth.cohort in {\"b-on\", \"c-on\"}",
            "growth.cohort contains \"on\"",
        ],
    ),
    topic(
        "growth.score",
        &[
            "growth.score >= 9",
            "growth.score between 7 and 8",
            "growth.score < 7",
        ],
    ),
    topic("usage.calls", &["usage.calls > N", "usage.calls == 0"]),
    topic(
        "support.tier",
        &["support.tier == premium", "support.tier != standard"],
    ),
    topic(
        "product.is_beta",
        &["product.is_beta", "not product.is_beta"],
    ),
];

/// The kinds of one's own, and the segments.
pub(super) fn shared() -> String {
    let mut text = "\
segment owes_money: billing.amount_overdue > 0 and billing.invoice_state in {past_due, uncollectible}

segment owes_a_charge:
  in_dunning
  and billing.last_attempt_result == failed
  and billing.collection_method == automatic
  and owes_money
  and recon.state == matched
  and payments.health == ok

segment invoice_unpaid:
  billing.collection_method == manual
  and billing.invoice_state == past_due
  and billing.amount_overdue > 0
  and (recon.state == matched) no older than 24h

segment bank_asks: billing.last_attempt_result == requires_action and billing.action_deadline in the future

segment card_ends_soon:
  payment_method.state in {valid, expiring}
  and payment_method.expires_at in the next 30 days
  and not payment_method.has_backup

segment trial_over_soon:
  billing.subscription_state == trialing
  and trial.will_convert
  and trial.ends_at in the next 7 days

segment price_rises:
  price_change.applies
  and price_change.effective_at in the future
  and billing.subscription_state in {active, non_renewing}

segment incident_open:
  incident.affects_account
  and incident.next_update_at in the future
  and incident.since in the past

message upsell:
  requires payments_clear

message onboarding:
  requires account.created_at in the last 180 days

message news:

message usage_warning:
  requires usage.storage_percent > 50

"
    .to_owned();
    for segment in &SEGMENTS {
        text += &format!("segment {}: {}\n\n", segment.name, segment.text);
    }
    text
}
