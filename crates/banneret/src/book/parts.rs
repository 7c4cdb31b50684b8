//! Segments, message kinds and banners, checked and in terms of formulas.

use crate::formula::NodeId;
use crate::schema::FactId;
use crate::source::Span;
use crate::value::{Duration, Time};

/// A named set of accounts.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Its name.
    pub name: Box<str>,
    /// What its author says of it.
    pub doc: Option<String>,
    /// Who is in it.
    pub formula: NodeId,
    /// Whether the library carries it.
    pub standard: bool,
    /// Where it stands.
    pub span: Span,
}

/// A kind of thing to say, and what must be true of everyone who is told.
#[derive(Clone, Debug)]
pub struct MessageKind {
    /// Its name.
    pub name: Box<str>,
    /// What it says, for people.
    pub doc: Option<String>,
    /// Whether the library carries it; the book may have added requirements.
    pub standard: bool,
    /// The parts of its contract.
    pub requirements: Vec<Requirement>,
    /// All requirements together.
    pub contract: NodeId,
    /// Who never sees any banner of this kind.
    pub holdout: Option<Share>,
    /// Where it stands first.
    pub span: Span,
}

/// One `requires` of a message kind.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// As it was written.
    pub text: String,
    /// What it means.
    pub formula: NodeId,
    /// Whether the library demands it, so that no book can take it away.
    pub standard: bool,
    /// Whether the library demands it in every book, whatever facts the book includes. Only
    /// `payment_failed` has such a core: that the account is in dunning.
    pub is_core: bool,
    /// Where it stands.
    pub span: Span,
}

/// A share of the values of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Hundredths of a percent, 0 to 10,000.
    pub hundredths: u16,
    /// The fact whose value is hashed.
    pub by: FactId,
}

/// A banner: what is said to whom, where, when and how often.
#[derive(Clone, Debug)]
pub struct Banner {
    /// Its name.
    pub name: Box<str>,
    /// What its author says of it.
    pub doc: Option<String>,
    /// Its message kind, by its place among the book's.
    pub kind: usize,
    /// Who it is for.
    pub audience: NodeId,
    /// Where the audience stands.
    pub audience_span: Span,
    /// Its placements, by their places in the manifest, each once.
    pub placements: Vec<usize>,
    /// The higher goes first.
    pub priority: i64,
    /// From when, inclusive.
    pub from: Option<Time>,
    /// Until when, exclusive.
    pub until: Option<Time>,
    /// The locales that have its words; empty is every locale.
    pub locales: Vec<Box<str>>,
    /// Who sees it, of those it is for.
    pub rollout: Option<Share>,
    /// How often a viewer may see it.
    pub cap: Option<Cap>,
    /// Whether and how long a dismissal counts.
    pub dismiss: Option<Dismissal>,
    /// Whether it is over for a viewer who clicked it.
    pub ends_on_click: bool,
    /// The Fluent identifier of its words.
    pub copy: Box<str>,
    /// A hash of its words in the source locale: 16 hexadecimal digits.
    pub copy_hash: Box<str>,
    /// Who answers for it.
    pub owner: Box<str>,
    /// By when somebody should look at it again.
    pub review_by: Option<Time>,
    /// Lints that are waived for it.
    pub waivers: Vec<Waiver>,
    /// Where it stands.
    pub span: Span,
}

impl Banner {
    /// Whether there is a moment within the dates of both, and a locale that has the words of both.
    #[must_use]
    pub fn can_meet(&self, other: &Banner) -> bool {
        let before = |one: &Banner, other: &Banner| match (one.until, other.from) {
            (Some(until), Some(from)) => until <= from,
            _ => false,
        };
        let shares = |locale: &str| {
            let mut others = other.locales.iter();
            others.any(|other| other.eq_ignore_ascii_case(locale))
        };
        !before(self, other)
            && !before(other, self)
            && (self.locales.is_empty()
                || other.locales.is_empty()
                || self.locales.iter().any(|locale| shares(locale)))
    }
}

/// How often a viewer may see a banner, counted over a sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// How many impressions.
    pub times: u32,
    /// Within how long; nothing is ever.
    pub within: Option<Duration>,
}

/// How long a dismissal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismissal {
    /// For so long.
    For(Duration),
    /// Until the words are others.
    Forever,
}

/// A lint that is waived for a banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The lint's code.
    pub code: Box<str>,
    /// Until when, exclusive.
    pub until: Time,
    /// Why.
    pub because: Box<str>,
    /// Where it stands.
    pub span: Span,
}
