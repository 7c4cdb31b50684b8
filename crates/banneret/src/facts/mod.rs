//! What is known of one account: values, ages, and what was wrong with what was given.

mod account;
mod builder;
mod cells;
mod fill;
mod given;
mod straight;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use crate::formula::{Codes, bare, braced, names, quoted};
use crate::schema::{EnumCode, Fact, FactId, Schema};
use crate::value::{Duration, Time};

pub use account::{Account, AccountError, History, Seen, read_json};
pub use builder::FactsBuilder;
pub(crate) use cells::{ALWAYS, Cell, Cells, NEVER, Sealed, bit};
use fill::Kept;
pub use given::{FactError, Given};
pub use text::{Text, Texts};

/// A value of a fact, of the fact's own type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a `bool`.
    Bool(bool),
    /// Of an `enum`.
    Enum(EnumCode),
    /// Of an `int`.
    Int(i64),
    /// Of a `time`.
    Time(Time),
    /// Of a `string`.
    Text(Text),
    /// Of a `set of enum`.
    Codes(Codes),
    /// Of a `set of string`, sorted, each once.
    Texts(Texts),
}

impl Value {
    /// The value as the rule language writes it.
    #[must_use]
    pub fn display(&self, schema: &Schema, fact: FactId) -> String {
        match self {
            Value::Bool(value) => value.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Time(time) => time.to_string(),
            Value::Text(text) => quoted(text),
            Value::Enum(code) => {
                let kind = schema.fact(fact).map(|fact| &fact.kind);
                bare(
                    kind.and_then(|kind| kind.value_name(*code))
                        .unwrap_or_default(),
                )
            }
            Value::Codes(codes) => braced(names(schema, fact, codes)),
            Value::Texts(texts) => braced(texts.iter().map(quoted)),
        }
    }
}

/// What was said of one fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// That it is unknown: `null`, or `"unknown"` for an enum.
    Unknown,
    /// A value.
    Value(Value),
    /// A value outside the declared domain, as it was given.
    OutOfDomain(Text),
    /// Two different values of one age.
    Contradiction,
}

/// Why a fact is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyUnknown {
    /// Nobody said anything, or that it is unknown.
    Absent,
    /// It is older than it may be.
    Stale,
    /// It has no age, and facts of its kind go stale.
    Undated,
    /// It is dated further ahead than clocks may differ.
    Future,
    /// Its value is outside the declared domain.
    OutOfDomain,
    /// Two sources of one age disagree.
    Contradiction,
}

impl WhyUnknown {
    /// The word in JSON: `out-of-domain`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            WhyUnknown::Absent => "absent",
            WhyUnknown::Stale => "stale",
            WhyUnknown::Undated => "undated",
            WhyUnknown::Future => "future",
            WhyUnknown::OutOfDomain => "out-of-domain",
            WhyUnknown::Contradiction => "contradiction",
        }
    }

    /// Whether the host gave something it should not have: not missing or old, but wrong.
    #[must_use]
    pub fn is_bad_input(self) -> bool {
        matches!(
            self,
            WhyUnknown::Future | WhyUnknown::OutOfDomain | WhyUnknown::Contradiction
        )
    }
}

/// The one moment at which a decision is made, and how far clocks may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Now.
    pub now: Time,
    /// A fact dated further ahead than this is not believed.
    pub skew: Duration,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Slot {
    said: Said,
    as_of: Option<Time>,
}

/// What is known of one account, for one schema.
#[derive(Clone, Debug)]
pub struct Facts {
    schema: Arc<Schema>,
    slots: Vec<Slot>,
    /// Of these slots, once all was said.
    cells: Cells,
    kept: Kept,
}

/// Equal where the schemas are the same and the same was said of every fact at the same age.
impl PartialEq for Facts {
    fn eq(&self, other: &Facts) -> bool {
        self.schema.fingerprint() == other.schema.fingerprint() && self.slots == other.slots
    }
}

/// Facts of one schema were handed to an engine or to facts of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these facts were made for another schema: make them again with this engine's `facts()`")]
pub struct WrongSchema;

/// Why two accounts' facts cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// The facts are of different schemas.
    #[error(transparent)]
    WrongSchema(#[from] WrongSchema),
    /// The facts are of different accounts.
    #[error("facts of `{0}` cannot be merged with facts of `{1}`: they are different accounts")]
    OtherAccount(Box<str>, Box<str>),
}

impl Facts {
    /// Facts about nobody yet.
    #[must_use]
    pub fn builder(schema: &Arc<Schema>) -> FactsBuilder {
        FactsBuilder {
            facts: Facts {
                schema: Arc::clone(schema),
                slots: vec![Slot::default(); schema.len()],
                cells: Cells::default(),
                kept: Kept::default(),
            },
            as_of: None,
        }
    }

    /// Facts to be gathered anew for the same schema, in the memory of these.
    ///
    /// ```
    /// # let files = [
    /// #     ("banneret.yaml", "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}"),
    /// #     ("schema.yaml", "include: [billing@1]"),
    /// # ];
    /// # let book = banneret::Book::from_files(files)?;
    /// let overdue = book.schema().id("billing.amount_overdue").ok_or("no such fact")?;
    /// let mut facts = book.facts().build();
    /// for amount in [0, 24_900, 1_200] {
    ///     let mut builder = facts.refill();
    ///     builder.insert(overdue, amount, None)?;
    ///     facts = builder.build();
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn refill(mut self) -> FactsBuilder {
        self.clear();
        FactsBuilder {
            facts: self,
            as_of: None,
        }
    }

    /// The schema they were made for.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What was said of a fact, whatever its age.
    #[must_use]
    #[inline]
    pub fn said(&self, fact: FactId) -> &Said {
        const NOTHING: &Said = &Said::Nothing;
        self.slots
            .get(fact.0 as usize)
            .map_or(NOTHING, |slot| &slot.said)
    }

    /// As of when a fact's source last vouched for it.
    #[must_use]
    #[inline]
    pub fn as_of(&self, fact: FactId) -> Option<Time> {
        self.slots.get(fact.0 as usize)?.as_of
    }

    /// The account's `id`.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        match self.said(self.schema.account_id()?) {
            Said::Value(Value::Text(id)) => Some(id),
            _ => None,
        }
    }

    /// Whose these facts are said to be, also where a book narrows which ids there can be.
    fn whose(slot: &Slot) -> Option<&str> {
        match &slot.said {
            Said::Value(Value::Text(id)) | Said::OutOfDomain(id) => Some(id),
            _ => None,
        }
    }

    fn identity(&self) -> Option<&str> {
        let id = self.schema.account_id()?;
        Facts::whose(self.slots.get(id.0 as usize)?)
    }

    /// The value of a fact, or why it is unknown; `within` bounds its age beside `fresh_for`.
    ///
    /// # Errors
    /// Why the fact is unknown. A fact that is wrong in two ways is future before stale before
    /// out of its domain.
    pub fn read(
        &self,
        fact: FactId,
        within: Option<Duration>,
        clock: Clock,
    ) -> Result<&Value, WhyUnknown> {
        let slot = self.slots.get(fact.0 as usize).ok_or(WhyUnknown::Absent)?;
        if matches!(slot.said, Said::Nothing | Said::Unknown) {
            return Err(WhyUnknown::Absent);
        }
        let fresh_for = self.schema.fact(fact).and_then(|fact| fact.fresh_for);
        match slot.as_of {
            None if fresh_for.is_some() => return Err(WhyUnknown::Undated),
            None => {}
            Some(as_of) if as_of > clock.now.plus(clock.skew) => return Err(WhyUnknown::Future),
            Some(as_of) => {
                let mut bounds = [within, fresh_for].into_iter().flatten();
                if bounds.any(|bound| as_of.plus(bound) < clock.now) {
                    return Err(WhyUnknown::Stale);
                }
            }
        }
        match &slot.said {
            Said::Value(value) => Ok(value),
            Said::OutOfDomain(_) => Err(WhyUnknown::OutOfDomain),
            Said::Contradiction => Err(WhyUnknown::Contradiction),
            Said::Nothing | Said::Unknown => Err(WhyUnknown::Absent),
        }
    }

    /// Every fact that was given wrongly: dated ahead, outside its domain, or contradicting
    /// itself. Never guessed at, always worth counting.
    pub fn bad_input(&self, clock: Clock) -> impl Iterator<Item = (FactId, &Fact, WhyUnknown)> {
        self.schema.facts().filter_map(move |(id, fact)| {
            let why = self.read(id, None, clock).err()?;
            // A wrong value stays wrong when it is stale too.
            let why = match self.said(id) {
                Said::OutOfDomain(_) if why != WhyUnknown::Future => WhyUnknown::OutOfDomain,
                Said::Contradiction if why != WhyUnknown::Future => WhyUnknown::Contradiction,
                _ => why,
            };
            why.is_bad_input().then_some((id, fact, why))
        })
    }

    /// Both accounts' facts in one: per fact the later `as_of`; what differs at one age is
    /// unknown. In whatever order facts are merged, the result is the same.
    ///
    /// A fact without an age is later than any where it comes with the request, and earlier than
    /// any where facts of its kind go stale.
    ///
    /// # Errors
    /// Where the schemas or the accounts differ.
    pub fn merge(&self, other: &Facts) -> Result<Facts, MergeError> {
        if self.schema.fingerprint() != other.schema.fingerprint() {
            return Err(WrongSchema.into());
        }
        if let (Some(one), Some(two)) = (self.identity(), other.identity())
            && one != two
        {
            return Err(MergeError::OtherAccount(one.into(), two.into()));
        }
        let pairs = self.slots.iter().zip(&other.slots);
        let slots = pairs
            .zip(self.schema.facts())
            .map(|((one, two), (_, fact))| {
                let rank = |slot: &Slot| rank(slot, fact.fresh_for.is_some());
                // Whose the facts are is never forgotten, or strangers' could be added later.
                if &*fact.name == "account.id" {
                    match (Facts::whose(one), Facts::whose(two)) {
                        (Some(_), None) => return one.clone(),
                        (None, Some(_)) => return two.clone(),
                        _ => {}
                    }
                }
                match rank(one).cmp(&rank(two)) {
                    std::cmp::Ordering::Less => two.clone(),
                    std::cmp::Ordering::Greater => one.clone(),
                    std::cmp::Ordering::Equal if one.said == two.said => one.clone(),
                    std::cmp::Ordering::Equal => Slot {
                        said: Said::Contradiction,
                        as_of: one.as_of,
                    },
                }
            });
        let mut merged = Facts {
            schema: Arc::clone(&self.schema),
            slots: slots.collect(),
            cells: Cells::default(),
            kept: Kept::default(),
        };
        merged.seal();
        Ok(merged)
    }
}

/// How late a slot's word is: nothing said, then by age.
fn rank(slot: &Slot, goes_stale: bool) -> (u8, Option<Time>) {
    match (&slot.said, slot.as_of) {
        (Said::Nothing, _) => (0, None),
        (_, None) if goes_stale => (1, None),
        (_, Some(as_of)) => (2, Some(as_of)),
        (_, None) => (3, None),
    }
}

/// The Rust of the page about embedding is compiled with the documentation's tests.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/embedding.md")]
struct PageAboutEmbedding;
