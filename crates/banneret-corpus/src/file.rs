//! What stands in a case file.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value as Json};

/// What is known of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Nobody can say.
    Unknown,
}

/// A case file.
#[derive(Clone, Debug)]
pub enum File {
    /// Rules and accounts.
    Truths(TruthFile),
    /// A rule book, and what viewers see.
    Decisions(DecisionFile),
    /// Vectors of the hash.
    Buckets(BucketFile),
}

/// Rules, and the truth that each has of some accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TruthFile {
    /// The moment of every case whose group names no other.
    pub now: String,
    /// As of when an account's facts are that say nothing else; nothing is undated.
    #[serde(default)]
    pub as_of: Option<String>,
    /// How far clocks may differ, as a manifest writes it; nothing is the default.
    #[serde(default)]
    pub clock_skew: Option<String>,
    /// The text of a `schema.yaml`.
    pub schema: String,
    /// The text of a `.banner` file with the segments that the rules name.
    #[serde(default)]
    pub segments: Option<String>,
    /// The rules.
    pub groups: Vec<Group>,
}

/// A rule, or several that mean the same, on some accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// An expression of the rule language, or a list of expressions with the same truths.
    #[serde(deserialize_with = "one_or_many")]
    pub rule: Vec<String>,
    /// The one fact that the accounts of `on` give, who then are values; without it they are maps
    /// of facts.
    #[serde(default)]
    pub of: Option<String>,
    /// The moment, where it is not the file's.
    #[serde(default)]
    pub now: Option<String>,
    /// Accounts and what is true of them. A fact is a value or `{value: …, as_of: …}`; `as_of`
    /// beside the facts dates those that say nothing else.
    pub on: Vec<(Json, Truth)>,
}

/// A rule book, and what viewers see.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionFile {
    /// The moment of every case that names no other.
    pub now: String,
    /// As of when facts are that say nothing else, in every case that says nothing else.
    #[serde(default)]
    pub as_of: Option<String>,
    /// The files of the book, by name.
    pub book: BTreeMap<String, String>,
    /// Facts of every account, unless its case gives others.
    #[serde(default)]
    pub facts: Map<String, Json>,
    /// The cases.
    pub cases: Vec<DecisionCase>,
}

/// A viewer, and what comes of the banners.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionCase {
    /// What it is about.
    pub name: String,
    /// The moment, where it is not the file's.
    #[serde(default)]
    pub now: Option<String>,
    /// As of when facts are that say nothing else, where it is not as the file says.
    #[serde(default)]
    pub as_of: Option<String>,
    /// What is known of the account, beside what the file says of all.
    #[serde(default)]
    pub facts: Map<String, Json>,
    /// What the viewer has seen, by banner.
    #[serde(default)]
    pub history: Map<String, Json>,
    /// Banners that the host takes away first.
    #[serde(default)]
    pub host: Withheld,
    /// What must come out, by the fields of [`crate::Decided`]; what is not named is not looked
    /// at. Of a map, each entry is a check of its own.
    pub expect: Map<String, Json>,
}

/// Banners that a host takes away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Withheld {
    /// Switched off.
    pub kill: Vec<String>,
    /// Found wrong.
    pub quarantine: Vec<String>,
}

/// Vectors of the hash behind shares.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketFile {
    /// The vectors.
    pub buckets: Vec<Bucket>,
}

/// One vector: `[rollout, NAME, VALUE, BUCKET]`, or `holdout`.
#[derive(Clone, Debug, Deserialize)]
pub struct Bucket(
    /// `rollout` or `holdout`.
    pub String,
    /// The banner's or the kind's name.
    pub String,
    /// The fact's value.
    pub String,
    /// From 0 up to 10,000.
    pub u16,
);

impl File {
    /// Reads a case file; its kind shows in its keys.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<File, serde_yaml::Error> {
        let keys: BTreeMap<String, de::IgnoredAny> = serde_yaml::from_str(text)?;
        if keys.contains_key("buckets") {
            return serde_yaml::from_str(text).map(File::Buckets);
        }
        if keys.contains_key("book") {
            return serde_yaml::from_str(text).map(File::Decisions);
        }
        serde_yaml::from_str(text).map(File::Truths)
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    match Json::deserialize(reader)? {
        Json::String(one) => Ok(vec![one]),
        many => serde_json::from_value(many).map_err(de::Error::custom),
    }
}

impl<'de> Deserialize<'de> for Truth {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Truth, D::Error> {
        match Json::deserialize(reader)? {
            Json::Bool(true) => Ok(Truth::True),
            Json::Bool(false) => Ok(Truth::False),
            Json::String(word) if word == "unknown" => Ok(Truth::Unknown),
            other => Err(de::Error::custom(format_args!("`{other}` is no truth"))),
        }
    }
}

impl Serialize for Truth {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_str(self)
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "unknown",
        })
    }
}
