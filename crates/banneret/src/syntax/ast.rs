//! What an author wrote, with the place of each part. No meaning is attached yet.

use crate::source::Span;
use crate::value::{Duration, Time};

/// A thing and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// A name: of a segment, banner, message, placement, or (with dots) a fact.
pub type Name = Spanned<Box<str>>;

/// One item of a `.banner` file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `segment NAME: EXPR`
    Segment(Segment),
    /// `message NAME:`
    Message(Message),
    /// `banner NAME:`
    Banner(Box<Banner>),
}

/// `segment NAME: EXPR`
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// The comment lines right above it, without `#`.
    pub doc: Option<String>,
    /// Who is in it; nothing where the author's text could not be read (and was reported).
    pub audience: Option<Expr>,
    /// The whole item.
    pub span: Span,
}

/// `message NAME:`
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its name.
    pub name: Name,
    /// The comment lines right above it, without `#`.
    pub doc: Option<String>,
    /// What must be true of everyone who sees it.
    pub requires: Vec<Expr>,
    /// Who never sees it.
    pub holdout: Option<Share>,
    /// Fields whose text could not be read (and was reported).
    pub broken: Vec<Field>,
    /// The whole item.
    pub span: Span,
}

/// `P% by FACT`
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Hundredths of a percent, 0 to 10,000.
    pub hundredths: u16,
    /// The fact whose value is hashed.
    pub by: Name,
    /// The whole of it.
    pub span: Span,
}

/// `banner NAME:`
#[derive(Clone, Debug, PartialEq)]
pub struct Banner {
    /// Its name.
    pub name: Name,
    /// The comment lines right above it, without `#`.
    pub doc: Option<String>,
    /// `message KIND`
    pub message: Option<Name>,
    /// `audience EXPR`
    pub audience: Option<Expr>,
    /// `placement A, B`
    pub placements: Vec<Name>,
    /// `priority N`
    pub priority: Option<Spanned<i64>>,
    /// `from DATE`
    pub from: Option<Spanned<When>>,
    /// `until DATE`
    pub until: Option<Spanned<When>>,
    /// `zone Europe/Stockholm`
    pub zone: Option<Name>,
    /// `rollout P% by FACT`
    pub rollout: Option<Share>,
    /// `cap N per DURATION`, `cap N ever`
    pub cap: Option<Spanned<Cap>>,
    /// `dismiss for DURATION`, `dismiss forever`
    pub dismiss: Option<Spanned<Dismiss>>,
    /// `ends on click`
    pub ends_on_click: Option<Span>,
    /// `locales de, de-AT`
    pub locales: Vec<Name>,
    /// `copy ID`, a Fluent identifier
    pub copy: Option<Name>,
    /// `owner "team"`
    pub owner: Option<Name>,
    /// `review by DATE`
    pub review_by: Option<Spanned<When>>,
    /// `allow CODE until DATE because "REASON"`
    pub allow: Vec<Allow>,
    /// Fields whose text could not be read (and was reported); they are not missing as well.
    pub broken: Vec<Field>,
    /// The whole item.
    pub span: Span,
}

/// The fields of messages and banners, each named by its first keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the keyword it is named after")]
pub enum Field {
    Requires,
    Holdout,
    Message,
    Audience,
    Placement,
    Priority,
    From,
    Until,
    Zone,
    Rollout,
    Cap,
    Dismiss,
    Ends,
    Locales,
    Copy,
    Owner,
    Review,
    Allow,
}

/// A date or a moment as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// `2026-03-01`: midnight, in whatever zone stands beside it.
    Date(jiff::civil::Date),
    /// `2026-03-01T12:00:00+01:00`
    Moment {
        /// The moment.
        time: Time,
        /// As it was written, for printing.
        text: Box<str>,
    },
}

/// How often a viewer may see a banner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// How many impressions.
    pub times: u32,
    /// Within how long; nothing is ever.
    pub within: Option<Length>,
}

/// How long a dismissal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismiss {
    /// `dismiss for 2 days`
    For(Length),
    /// `dismiss forever`
    Forever,
}

/// `allow CODE until DATE because "REASON"`
#[derive(Clone, Debug, PartialEq)]
pub struct Allow {
    /// The lint's code.
    pub code: Name,
    /// Until when, exclusive.
    pub until: Spanned<When>,
    /// Why.
    pub because: Name,
    /// The whole of it.
    pub span: Span,
}

/// A length of time as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Length {
    /// The length in seconds; `None` where it is over [`Duration::MAX`] (refused in reading).
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        Duration::from_seconds(u64::from(self.count) * self.unit.seconds())
    }
}

/// Units of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
}

impl Unit {
    /// Its length in seconds.
    #[must_use]
    pub fn seconds(self) -> u64 {
        match self {
            Unit::Minute => 60,
            Unit::Hour => 3_600,
            Unit::Day => 86_400,
            Unit::Week => 604_800,
        }
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `true`, `false`
    Const(bool),
    /// A segment (without a dot) or a `bool` fact (with one).
    Name(Box<str>),
    /// A question about a fact.
    Test(Name, Spanned<Test>),
    /// `not X`
    Not(Box<Expr>),
    /// `X and Y and …`, at least two
    And(Vec<Expr>),
    /// `X or Y or …`, at least two
    Or(Vec<Expr>),
    /// `(X)`, kept so that printing gives back what was written
    Paren(Box<Expr>),
    /// `(X) no older than D`
    Fresh(Box<Expr>, Spanned<Length>),
}

/// A question about a fact.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "each is the spelling it is named after")]
pub enum Test {
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`
    Compare(Operator, Literal),
    /// `in {…}`, `not in {…}`
    In {
        negated: bool,
        members: Vec<Literal>,
    },
    /// `between 3 and 10`, both ends in
    Between(Literal, Literal),
    StartsWith(Literal),
    EndsWith(Literal),
    Contains(Literal),
    Before(Literal),
    After(Literal),
    InTheLast(Length),
    InTheNext(Length),
    MoreThanAgo(Length),
    MoreThanAhead(Length),
    /// `between 2 and 4 days ago`: the smaller count first
    BetweenAgo {
        from: u32,
        to: u32,
        unit: Unit,
    },
    /// `between 2 and 4 days ahead`: the smaller count first
    BetweenAhead {
        from: u32,
        to: u32,
        unit: Unit,
    },
    InThePast,
    InTheFuture,
    Has(Literal),
    HasAnyOf(Vec<Literal>),
    HasAllOf(Vec<Literal>),
    HasNoneOf(Vec<Literal>),
    IsEmpty,
    IsKnown,
    IsUnknown,
}

/// The comparing operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value as it was written, before the fact's type is known.
pub type Literal = Spanned<LiteralKind>;

/// The forms of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// A bare name: `in_progress`.
    Name(Box<str>),
    /// A quoted string, without quotes and escapes.
    Text(Box<str>),
    /// A whole number.
    Int(i64),
    /// `true`, `false`
    Bool(bool),
    /// A date or a moment.
    When(When),
}
