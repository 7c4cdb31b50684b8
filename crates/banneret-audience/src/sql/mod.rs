//! The same audiences as a query for a warehouse: from a formula to the text of one statement, in
//! the dialect of an engine that exists.
//!
//! A statement has three layers. The first reads each fact once, and makes it null wherever it is
//! unknown: absent, too old, undated, dated ahead, or outside its domain. The second is the
//! formula, whose `AND` and `OR` over nulls are Kleene's. The third counts.
//!
//! Moments are compared as microseconds since 1970, so that no session's time zone, no day of 23
//! hours and no range of an engine's own type changes an answer.

mod answer;
mod clickhouse;
mod datafusion;
mod dialect;
mod duckdb;
mod known;
mod postgres;
mod query;
mod spark;

use banneret::{Book, FactId, Formulas, NodeId, Time};

pub use dialect::Dialect;

/// Who is asked about.
#[derive(Clone, Debug)]
pub struct Audience<'b> {
    /// The banner, the segment or the expression.
    pub name: String,
    /// `banner`, `segment` or `where`.
    pub kind: &'static str,
    /// The book that it is of.
    pub book: &'b Book,
    /// What must be true, of a banner its contract too.
    pub formulas: Formulas,
    /// Which of the formulas.
    pub root: NodeId,
}

/// What is asked of an audience.
#[derive(Clone, Debug)]
pub enum Ask<'a> {
    /// How many accounts are in it, are not, or may be: one row.
    Count,
    /// The same by the values of facts: a row for each combination.
    Breakdown(&'a [FactId]),
    /// So many of the accounts in it, the same ones each time: a row for each.
    Sample(u32),
    /// Every account, with `true`, `false` or `unknown`: a row for each.
    Answers,
    /// Who came in and who went out since another version: a row for each standing.
    Diff(&'a Audience<'a>),
}

/// Why there is no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// A fact goes stale, and the table does not say how old it is.
    #[error(
        "`{fact}` goes stale, and no column says as of when it is, so it would be unknown of \
         everybody: name the column in banneret.yaml, as `warehouse: {{as_of: …}}` for the row or \
         `warehouse: {{columns: {{{fact}: {{as_of: …}}}}}}` for the fact, or list the fact under `absent`"
    )]
    Undated {
        /// The fact.
        fact: Box<str>,
    },
    /// The statement would be longer than engines read.
    #[error("the query would be longer than {limit} bytes: ask for a part of the audience")]
    TooLong {
        /// The most.
        limit: usize,
    },
}

/// The statement that asks this in that dialect, of the table that the book's manifest names.
/// Without `now` the moment is a parameter of the statement, see [`Dialect::parameter`].
///
/// # Errors
/// Where a fact would be unknown of everybody for want of a column, or the text too long.
pub fn sql(
    audience: &Audience<'_>,
    ask: &Ask<'_>,
    dialect: Dialect,
    now: Option<Time>,
) -> Result<String, SqlError> {
    query::Query::new(audience, dialect, now).text(ask)
}
