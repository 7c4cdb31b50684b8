//! The facts a rule book may ask about: names, types, domains, freshness, meaning.

pub(crate) mod load;
mod vocabulary;

use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, HashMap};

use crate::source::Span;
use crate::value::Duration;

pub(crate) use vocabulary::{TextHash, Vocabulary, Words};

/// A fact, by its number in one [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub(crate) u32);

/// A value of an enum fact, by its place in the fact's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumCode(pub(crate) u16);

impl EnumCode {
    /// Its place in the fact's list.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What is said of one fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// `billing.dunning_state`
    pub name: Box<str>,
    /// What values it has.
    pub kind: Kind,
    /// How old it may be and still count; nothing where it comes with the request.
    pub fresh_for: Option<Duration>,
    /// What it means, for people.
    pub doc: String,
    /// What a number counts, such as `minor units of billing.currency`.
    pub unit: Option<String>,
    /// Whether it is the fact that proves dunning.
    pub is_dunning_role: bool,
    /// The group that carries it, such as `billing@1`; nothing for a fact of the book's own.
    pub group: Option<&'static str>,
    /// Where it is declared.
    pub span: Span,
}

/// The type of a fact and its domain.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `true` or `false`
    Bool,
    /// One of a list.
    Enum(Vec<EnumValue>),
    /// Any text, or one of a list where one is given.
    String(Option<Vec<Box<str>>>),
    /// A 64-bit whole number within bounds, both ends in.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A moment.
    Time,
    /// Any of a list.
    EnumSet(Vec<EnumValue>),
    /// Any texts.
    StringSet,
}

impl Kind {
    /// As the schema writes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Bool => "bool",
            Kind::Enum(_) => "enum",
            Kind::String(_) => "string",
            Kind::Int { .. } => "int",
            Kind::Time => "time",
            Kind::EnumSet(_) => "set of enum",
            Kind::StringSet => "set of string",
        }
    }

    /// The values of an enum or a set of enum; empty for other types.
    #[must_use]
    pub fn values(&self) -> &[EnumValue] {
        match self {
            Kind::Enum(values) | Kind::EnumSet(values) => values,
            _ => &[],
        }
    }

    /// The code of a value of an enum or a set of enum.
    #[must_use]
    pub fn code(&self, name: &str) -> Option<EnumCode> {
        let at = self
            .values()
            .iter()
            .position(|value| &*value.name == name)?;
        u16::try_from(at).ok().map(EnumCode)
    }

    /// The name of a value of an enum or a set of enum.
    #[must_use]
    pub fn value_name(&self, code: EnumCode) -> Option<&str> {
        self.values()
            .get(usize::from(code.0))
            .map(|value| &*value.name)
    }
}

/// One value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// Its name.
    pub name: Box<str>,
    /// What it means, for people.
    pub doc: String,
    /// Whether an ordinary account has it.
    pub usual: bool,
    /// Whether it means that the account is in dunning.
    pub in_dunning: bool,
}

/// All facts of a rule book.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    facts: Vec<Fact>,
    by_name: HashMap<Box<str>, FactId>,
    /// By fact: its values' places by name, where they are too many to look through.
    places: Vec<HashMap<Box<str>, u16>>,
    account_id: Option<FactId>,
    fingerprint: u64,
    /// The texts that the book's rules name, once these are read.
    vocabulary: OnceLock<Arc<Vocabulary>>,
}

/// Up to so many values are found faster one after the other than by a hash.
const FEW: usize = 6;

impl Schema {
    /// A schema of those facts; of two with one name the first counts.
    #[must_use]
    pub(crate) fn new(facts: Vec<Fact>) -> Schema {
        let mut schema = Schema::default();
        for fact in facts {
            let id = FactId(u32::try_from(schema.facts.len()).unwrap_or(u32::MAX));
            if !schema.by_name.contains_key(&fact.name) {
                schema.by_name.insert(fact.name.clone(), id);
                schema.facts.push(fact);
            }
        }
        schema.places = schema.facts.iter().map(|fact| places(&fact.kind)).collect();
        schema.account_id = schema.id("account.id");
        schema.fingerprint = fingerprint(&schema.facts);
        schema
    }

    /// Every fact with its number, in the order of declaration.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = (FactId, &Fact)> {
        self.facts
            .iter()
            .enumerate()
            .map(|(at, fact)| (FactId(u32::try_from(at).unwrap_or(u32::MAX)), fact))
    }

    /// The fact of that number.
    #[must_use]
    #[inline]
    pub fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id.0 as usize)
    }

    /// The number of the fact of that name.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<FactId> {
        self.by_name.get(name).copied()
    }

    /// The code of a value of an enum or a set of enum: to be resolved once, and then given to
    /// [`FactsBuilder::insert_code`](crate::FactsBuilder::insert_code).
    #[must_use]
    pub fn code(&self, fact: FactId, value: &str) -> Option<EnumCode> {
        match self.places.get(fact.0 as usize) {
            Some(places) if !places.is_empty() => places.get(value).copied().map(EnumCode),
            _ => self.fact(fact)?.kind.code(value),
        }
    }

    /// Whether a `string` with a list has the text in it.
    pub(crate) fn lists(&self, fact: FactId, text: &str) -> bool {
        match (self.places.get(fact.0 as usize), self.fact(fact)) {
            (Some(places), _) if !places.is_empty() => places.contains_key(text),
            (_, Some(fact)) => match &fact.kind {
                Kind::String(Some(texts)) => texts.iter().any(|known| **known == *text),
                _ => false,
            },
            _ => false,
        }
    }

    /// Gives facts that are made from now on the numbers of the texts that the book's rules name. The
    /// first vocabulary stays.
    pub(crate) fn number(&self, vocabulary: &Arc<Vocabulary>) {
        _ = self.vocabulary.set(Arc::clone(vocabulary));
    }

    /// The texts that the book's rules name, once they are read.
    #[inline]
    pub(crate) fn vocabulary(&self) -> Option<&Arc<Vocabulary>> {
        self.vocabulary.get()
    }

    /// The fact `account.id`.
    pub(crate) fn account_id(&self) -> Option<FactId> {
        self.account_id
    }

    /// How names are hashed.
    pub(crate) fn hasher(&self) -> &DefaultHashBuilder {
        self.by_name.hasher()
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The fact that proves dunning, if the book has one.
    #[must_use]
    pub fn dunning_role(&self) -> Option<(FactId, &Fact)> {
        self.facts().find(|(_, fact)| fact.is_dunning_role)
    }

    /// A number that differs where names, types, domains, freshness or marks differ.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// The places of many values by their names; nothing for few.
fn places(kind: &Kind) -> HashMap<Box<str>, u16> {
    let names: Vec<&Box<str>> = match kind {
        Kind::Enum(values) | Kind::EnumSet(values) => {
            values.iter().map(|value| &value.name).collect()
        }
        Kind::String(Some(texts)) => texts.iter().collect(),
        _ => Vec::new(),
    };
    if names.len() <= FEW {
        return HashMap::new();
    }
    let mut places = HashMap::with_capacity(names.len());
    for (name, place) in names.into_iter().zip(0..=u16::MAX) {
        // Of two with one name the first counts.
        places.entry(name.clone()).or_insert(place);
    }
    places
}

fn fingerprint(facts: &[Fact]) -> u64 {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    for fact in facts {
        let said = (&fact.name, &fact.kind, fact.fresh_for, fact.is_dunning_role);
        hash.update(format!("{said:?}\n").as_bytes());
    }
    let bytes = hash.finalize();
    bytes
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
