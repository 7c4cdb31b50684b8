//! A preview as `docs/schemas/preview.json` describes it.

use std::collections::BTreeMap;

use banneret::{Time, Truth};
use serde::{Deserialize, Serialize};

use crate::read::Repeated;

/// What came of counting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The version of the schema.
    pub banneret: u32,
    /// The fingerprint of the rule book.
    pub book: String,
    /// The moment that everything is judged at.
    pub now: Time,
    /// How many accounts were read.
    pub accounts: u64,
    /// How many lines, rows or documents were no accounts.
    pub refused: u64,
    /// How many documents said nothing that their source derives.
    #[serde(default, skip_serializing_if = "is_none")]
    pub silent: u64,
    /// Facts that were given wrongly, of those that are asked about.
    pub bad_input: Vec<BadInput>,
    /// Ids that stand in more than one row, each of which is counted; nothing where there are none, or
    /// nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated_ids: Option<Repeated>,
    /// The fact that says who is in dunning.
    #[serde(default)]
    pub dunning_role: Option<String>,
    /// The facts that counts are broken down by.
    #[serde(default)]
    pub by: Vec<String>,
    /// What was counted of each audience.
    pub audiences: Vec<AudienceCounts>,
}

/// A fact that was given wrongly, and counts as unknown there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadInput {
    /// The fact.
    pub fact: String,
    /// What is wrong: `future`, `out-of-domain`, `contradiction`.
    pub why: String,
    /// In how many accounts.
    pub accounts: u64,
}

/// For how many an audience came out true, false and unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Those in it.
    #[serde(rename = "true")]
    pub yes: u64,
    /// Those not in it.
    #[serde(rename = "false")]
    pub no: u64,
    /// Those of whom nobody can say.
    pub unknown: u64,
}

impl Outcomes {
    /// Counts one more.
    pub fn take(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.yes += 1,
            Truth::False => self.no += 1,
            Truth::Unknown => self.unknown += 1,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn sum(self) -> u64 {
        self.yes + self.no + self.unknown
    }
}

impl std::ops::AddAssign for Outcomes {
    fn add_assign(&mut self, other: Outcomes) {
        self.yes += other.yes;
        self.no += other.no;
        self.unknown += other.unknown;
    }
}

/// Those in an audience, by what the dunning role says of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Those who are in dunning.
    pub in_dunning: u64,
    /// Those who are in good standing.
    pub good: u64,
    /// Those of whom that is not known.
    pub unknown: u64,
}

/// What was counted of one audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceCounts {
    /// The banner, the segment or the expression.
    pub name: String,
    /// `banner`, `segment` or `where`.
    pub kind: String,
    /// How many.
    #[serde(flatten)]
    pub outcomes: Outcomes,
    /// Nothing where the book has no dunning role.
    pub standing: Option<Standing>,
    /// By fact, in the order of the schema, and reason: how many accounts it leaves undecided.
    #[serde(with = "pairs")]
    pub why_unknown: Vec<(String, BTreeMap<String, u64>)>,
    /// The counts by combination of values.
    pub by: Vec<Combination>,
    /// Those of combinations beyond the first 2,000.
    pub by_others: Option<Outcomes>,
    /// By other banner, how many of those in the audience it is true of as well.
    pub overlap: BTreeMap<String, u64>,
    /// Of a banner, by other banner: how many of those in the audience would see that one in its
    /// place, if nothing but placements and priorities counted.
    #[serde(default)]
    pub outranked_by: BTreeMap<String, u64>,
    /// Of a banner, where it was asked for: what comes behind audience and contract.
    #[serde(default)]
    pub after_gates: Option<Gates>,
    /// Some of those in the audience.
    pub sample: Vec<Sampled>,
    /// Which of these are empty because nobody looked: `overlap` and `outranked_by` where the other
    /// banners were left out, and what the rows of a warehouse do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<String>,
}

/// Counts of one combination of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Combination {
    /// The values, by fact; `unknown` where that is so.
    pub values: BTreeMap<String, String>,
    /// Whether the combination is in dunning; nothing where that is unknown or not among the facts.
    pub in_dunning: Option<bool>,
    /// How many.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// What became of those of whom a banner is true.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gates {
    /// How many see it.
    pub shown: u64,
    /// By reason, how many do not.
    pub withheld: BTreeMap<String, u64>,
    /// By other banner, from how many it takes the place.
    pub outranked_by: BTreeMap<String, u64>,
}

/// An account of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// Its id.
    pub id: String,
    /// The facts that decided, in the rule's order, and their values where they have one.
    #[serde(with = "pairs")]
    pub facts: Vec<(String, Option<String>)>,
    /// The file and the line or row that it was read from.
    #[serde(skip)]
    pub place: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(number: &u64) -> bool {
    *number == 0
}

/// Pairs as an object that keeps their order.
mod pairs {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{MapAccess, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Pairs<V> = Vec<(String, V)>;

    pub(super) fn serialize<V: Serialize, S: Serializer>(
        pairs: &Pairs<V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_map(pairs.iter().map(|(name, value)| (name, value)))
    }

    pub(super) fn deserialize<'de, V: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Pairs<V>, D::Error> {
        from.deserialize_map(Entries(PhantomData))
    }

    struct Entries<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
        type Value = Pairs<V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object, value by fact")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<V>, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
}
