//! What a reader of a page wants to know and a preview does not hold.

use crate::preview::AudienceCounts;

/// What is told beside the counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What was counted: a file, or the rows of a warehouse.
    pub source: String,
    /// The rule book, as it was named.
    pub book: String,
    /// The rules, by audience of the preview.
    pub rules: Vec<Rule>,
}

/// A rule, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// What its author says of it.
    pub doc: String,
    /// Of a banner: the kind of message.
    pub says: Option<String>,
    /// Whether that message is true only of those who are in dunning.
    pub is_of_failed_payments: bool,
    /// Why nobody sees it now, whatever is counted.
    pub withheld: Option<String>,
    /// Of a banner with a contract: whom the audience would take alone.
    pub audience_alone: Option<AudienceCounts>,
    /// The facts that it hangs on.
    pub facts: Vec<DecidingFact>,
    /// The conditions of the audience, each with how deep it stands inside others, from 1.
    pub audience: Vec<(usize, String)>,
    /// The conditions of the contract.
    pub contract: Vec<(usize, String)>,
    /// Both in the rule language, each with its name.
    pub formulas: Vec<(String, String)>,
    /// When, where and how often, each with its name.
    pub delivery: Vec<(String, String)>,
    /// What viewers read.
    pub words: Option<Words>,
}

/// A fact that a rule hangs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecidingFact {
    /// Its name.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// How long it is believed: `1 hour`; nothing where its age does not matter.
    pub believed_for: Option<String>,
}

/// What viewers read in the locale that the book is written in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The locale.
    pub locale: String,
    /// The name of the entry.
    pub entry: String,
    /// What it can say, one for each choice that the words make.
    pub sayings: Vec<Vec<Piece>>,
    /// How many more there are.
    pub more: usize,
}

/// A piece of what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A value that each account has for itself.
    Value(String),
}

/// A version of a rule book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// As it was named.
    pub name: String,
    /// Its fingerprint.
    pub book: String,
}
