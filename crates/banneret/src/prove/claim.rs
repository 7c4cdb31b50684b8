//! What an atom says of the variables of a proof.

use super::space::VarId;
use crate::formula::Ranges;

/// Which side of a formula is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// The accounts for whom it is true.
    True,
    /// The accounts for whom it is false; the rest do not know.
    False,
    /// The accounts for whom it would be true if everything that is known were fresh.
    TrueAtAnyAge,
}

/// A statement about variables, each of which has exactly one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The variable's value lies in these ranges.
    In(VarId, Ranges),
    /// All of these.
    All(Vec<Claim>),
    /// At least one of these.
    Any(Vec<Claim>),
}

impl Claim {
    pub(super) fn range(var: VarId, low: i64, high: i64) -> Claim {
        Claim::In(var, Ranges::of([(low, high)]))
    }
}
