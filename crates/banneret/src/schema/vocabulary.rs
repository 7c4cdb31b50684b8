//! The texts that the rules of a book name, by fact and each with a number, so that an account's
//! own texts are compared with them once and not at every decision.

use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::FactId;

/// What most texts differ in; the same in every process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextHash(u64);

impl TextHash {
    pub(crate) fn of(text: &str) -> TextHash {
        TextHash(FixedState::default().hash_one(text.as_bytes()))
    }

    /// One bit of 64.
    pub(crate) fn bit(self) -> u64 {
        1 << (self.0 >> 58)
    }
}

/// Numbered texts of every fact.
#[derive(Clone, Debug)]
pub(crate) struct Vocabulary {
    id: u64,
    by_fact: Vec<Words>,
}

/// Texts of one fact, numbered in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(HashTable<(TextHash, Box<str>, u32)>);

const NONE: &Words = &Words(HashTable::new());

impl Words {
    /// The number of a text, if it has one.
    #[inline]
    pub(crate) fn number(&self, hash: TextHash, text: &str) -> Option<u32> {
        let is = |word: &(TextHash, Box<str>, u32)| word.0 == hash && *word.1 == *text;
        self.0.find(hash.0, is).map(|(_, _, number)| *number)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn insert(&mut self, text: &str) {
        let hash = TextHash::of(text);
        if self.number(hash, text).is_none() {
            let number = u32::try_from(self.len()).unwrap_or(u32::MAX);
            let word = (hash, text.into(), number);
            self.0.insert_unique(hash.0, word, |word| word.0.0);
        }
    }
}

impl Vocabulary {
    /// A vocabulary of those texts, unlike every other.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = (FactId, &'t str)>) -> Vocabulary {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut by_fact: Vec<Words> = Vec::new();
        for (FactId(fact), text) in texts {
            let at = fact as usize;
            if by_fact.len() <= at {
                by_fact.resize_with(at + 1, Words::default);
            }
            if let Some(words) = by_fact.get_mut(at) {
                words.insert(text);
            }
        }
        Vocabulary {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            by_fact,
        }
    }

    /// A number that no other vocabulary of this process has; never nought.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// The texts of a fact.
    #[inline]
    pub(crate) fn words(&self, FactId(fact): FactId) -> &Words {
        self.by_fact.get(fact as usize).unwrap_or(NONE)
    }

    /// The texts of a fact that has any.
    #[inline]
    pub(crate) fn named(&self, fact: FactId) -> Option<&Words> {
        let words = self.words(fact);
        (words.len() > 0).then_some(words)
    }
}
