//! What is known of an account of the workload.

/// What a fact's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of these words.
    Enum(&'static [&'static str]),
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
    /// Any of so many words that begin like this.
    Set(&'static str, u8),
}

/// A fact.
#[derive(Debug)]
pub struct Fact {
    /// Its name in a rule book.
    pub name: &'static str,
    /// How long it is believed, where it goes stale.
    pub fresh_for: Option<&'static str>,
    /// What its values are.
    pub kind: Kind,
    /// Of how many accounts in a thousand nobody knows it.
    pub(super) unknown: usize,
    /// How many questions are about it.
    pub(super) asked: u32,
}

const fn fact_of(name: &'static str, kind: Kind, unknown: usize, asked: u32) -> Fact {
    Fact {
        name,
        fresh_for: None,
        kind,
        unknown,
        asked,
    }
}

impl Fact {
    const fn fresh_for(self, age: &'static str) -> Fact {
        Fact {
            fresh_for: Some(age),
            ..self
        }
    }

    /// Its name where a dot has a meaning of its own.
    #[must_use]
    pub fn identifier(&self) -> String {
        self.name.replace('.', "_")
    }

    /// How many words there are for its values.
    #[must_use]
    pub fn words(&self) -> usize {
        match self.kind {
            Kind::Enum(words) => words.len(),
            Kind::Set(_, words) => words.into(),
            Kind::Int | Kind::Bool => 0,
        }
    }

    /// The word with that code.
    #[must_use]
    pub fn word(&self, code: u8) -> String {
        match self.kind {
            Kind::Enum(words) => words[usize::from(code)].to_owned(),
            Kind::Set(stem, _) => format!("{stem}_{code:03}"),
            Kind::Int | Kind::Bool => String::new(),
        }
    }
}

/// The place of a fact.
///
/// # Panics
/// Where there is no such fact.
#[must_use]
pub fn fact(name: &str) -> usize {
    let place = FACTS.iter().position(|fact| fact.name == name);
    place.unwrap_or_else(|| panic!("no fact `{name}`"))
}

/// Every fact. What billing says goes stale; what is known of the product and its viewer comes
/// with the request.
pub static FACTS: [Fact; 20] = [
    fact_of("dues.stage", Kind::Enum(STAGES), 20, 13).fresh_for("1h"),
    fact_of("subscription.status", Kind::Enum(STATUSES), 20, 9).fresh_for("1h"),
    fact_of("account.plan", Kind::Enum(PLANS), 20, 10),
    fact_of("viewer.role", Kind::Enum(ROLES), 30, 7),
    fact_of("account.country", Kind::Enum(COUNTRIES), 40, 8),
    fact_of("account.region", Kind::Enum(REGIONS), 40, 5),
    fact_of("card.kind", Kind::Enum(CARDS), 30, 6).fresh_for("24h"),
    fact_of("viewer.language", Kind::Enum(LANGUAGES), 50, 5),
    fact_of("account.channel", Kind::Enum(CHANNELS), 50, 5),
    fact_of("account.seats", Kind::Int, 20, 6),
    fact_of("account.monthly_cents", Kind::Int, 30, 6).fresh_for("24h"),
    fact_of("dues.days", Kind::Int, 20, 8).fresh_for("1h"),
    fact_of("dues.attempts", Kind::Int, 20, 5).fresh_for("1h"),
    fact_of("card.ends_in_days", Kind::Int, 40, 6).fresh_for("24h"),
    fact_of("account.age_days", Kind::Int, 20, 7),
    fact_of("viewer.release", Kind::Int, 50, 5),
    fact_of("account.is_test", Kind::Bool, 20, 8),
    fact_of("viewer.is_author", Kind::Bool, 40, 4),
    fact_of("account.features", Kind::Set("feature", 200), 30, 9),
    fact_of("account.labels", Kind::Set("label", 60), 40, 6),
];

const STAGES: &[&str] = &[
    "paid_up",
    "reminded",
    "retrying",
    "final_notice",
    "exhausted",
    "paused",
    "written_off",
];
const STATUSES: &[&str] = &[
    "active",
    "trialing",
    "past_due",
    "unpaid",
    "cancelled",
    "incomplete",
    "expired",
    "paused",
];
const PLANS: &[&str] = &[
    "free",
    "starter",
    "basic",
    "pro",
    "team",
    "business",
    "growth",
    "scale",
    "enterprise",
    "legacy",
    "partner",
    "bespoke",
];
const ROLES: &[&str] = &["member", "admin", "owner", "billing_admin", "guest"];
const REGIONS: &[&str] = &["americas", "europe", "asia", "oceania", "africa", "other"];
const CARDS: &[&str] = &[
    "credit_card",
    "direct_debit",
    "bank_transfer",
    "invoice",
    "wallet",
    "nothing",
];
const LANGUAGES: &[&str] = &[
    "en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "pt-BR", "ja-JP", "nl-NL", "sv-SE", "it-IT",
    "pl-PL", "ko-KR", "zh-CN", "zh-TW", "tr-TR", "da-DK", "nb-NO", "fi-FI", "cs-CZ", "id-ID",
];
const CHANNELS: &[&str] = &[
    "organic",
    "adverts",
    "referral",
    "partner",
    "sales",
    "app_store",
    "play_store",
    "reseller",
    "fair",
    "moved",
];
const COUNTRIES: &[&str] = &[
    "US", "DE", "GB", "IN", "FR", "BR", "CA", "JP", "AU", "NL", "SE", "ES", "IT", "MX", "PL", "KR",
    "CH", "BE", "DK", "NO", "FI", "AT", "IE", "PT", "SG", "IL", "CZ", "NZ", "ZA", "TR", "TW", "HK",
    "AR", "CO", "CL", "RO", "HU", "GR", "UA", "TH", "ID", "PH", "MY", "VN", "AE", "SA", "EG", "NG",
    "KE", "PE", "BG", "HR", "SK", "SI", "LT", "LV", "EE", "PK", "BD", "MA",
];
