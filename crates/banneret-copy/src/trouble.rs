//! Why words cannot be read.

use std::fmt;

use banneret::Span;

/// A piece of a Fluent file that says nothing, or of which nobody can tell what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub kind: TroubleKind,
    /// Where.
    pub span: Span,
}

/// What is wrong with a piece of a Fluent file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TroubleKind {
    /// It is not Fluent; in the words of its parser.
    Syntax(String),
    /// One entry opens more braces and parentheses than anybody could read.
    Nested,
    /// An entry takes over its own words: the entries on the way, the first one again at the end.
    Cycle(Vec<String>),
    /// An entry takes over words, or a term a value, that are not there: its name as it is written.
    Missing(String),
    /// A function is given something else than one variable or one literal.
    Function(String),
    /// It can say more different things than are looked at, or has too many pieces.
    TooMany,
}

impl fmt::Display for TroubleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TroubleKind::Syntax(said) => write!(f, "this is not Fluent: {said}"),
            TroubleKind::Nested => f.write_str("an entry opens too many braces and parentheses"),
            TroubleKind::Cycle(way) => {
                let way: Vec<_> = way.iter().map(|id| format!("`{id}`")).collect();
                write!(f, "words lead back to themselves: {}", way.join(" → "))
            }
            TroubleKind::Missing(name) => write!(f, "`{name}` is not there to be said"),
            TroubleKind::Function(name) => {
                write!(f, "`{name}` is given something else than one value")
            }
            TroubleKind::TooMany => f.write_str("an entry can say too many different things"),
        }
    }
}

impl TroubleKind {
    /// What to do about it, one line.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            TroubleKind::Syntax(_) => {
                "text goes on over indented lines, and `{` and `}` stand around values only"
            }
            TroubleKind::Nested => "write it in several entries",
            TroubleKind::Cycle(_) => "take one of these references out",
            TroubleKind::Missing(_) => "write the entry in this file, or mend the name",
            TroubleKind::Function(_) => {
                "give it one variable: `{ NUMBER($account_seats, minimumFractionDigits: 0) }`"
            }
            TroubleKind::TooMany => "write it with fewer selectors, or in several entries",
        }
    }
}
