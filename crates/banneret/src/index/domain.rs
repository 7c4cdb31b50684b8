//! By what numbers an account's cells name the values of a fact, and which of them a question is
//! about.

use crate::formula::{Codes, Members, Question, SetTest, TextTest};
use crate::schema::{EnumCode, FactId, Schema, TextHash, Vocabulary, Words};

/// The numbers of every fact's values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domains<'v> {
    pub(crate) schema: &'v Schema,
    pub(crate) vocabulary: &'v Vocabulary,
}

/// The numbers of a fact's values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain<'v> {
    /// The texts that have numbers.
    words: &'v Words,
    /// How many values its enum has.
    values: usize,
}

impl<'v> Domains<'v> {
    pub(super) fn of(self, fact: FactId) -> Domain<'v> {
        let kind = self.schema.fact(fact).map(|fact| &fact.kind);
        Domain {
            words: self.vocabulary.words(fact),
            values: kind.map_or(0, |kind| kind.values().len()),
        }
    }
}

impl Domain<'_> {
    /// The values of which a question wants one, by the words of their cells.
    pub(super) fn wanted(&self, question: &Question) -> Option<Codes> {
        match question {
            Question::Bool(value) => Some(Codes::of(2, [EnumCode(u16::from(*value))])),
            Question::Enum(codes) => Some(codes.clone()),
            Question::Text { holds, .. } => {
                let numbers = self.named(question)?.into_iter();
                let numbers = numbers.filter_map(|number| u16::try_from(number).ok());
                // Behind the last stands what has no number.
                let codes = Codes::of(self.words.len() + 1, numbers.map(EnumCode));
                Some(if *holds { codes } else { codes.complement() })
            }
            _ => None,
        }
    }

    /// How many members there can be.
    pub(super) fn members(&self) -> usize {
        self.values.max(self.words.len())
    }

    /// The numbers of the texts of which a question names one, or of the members of which one is
    /// enough.
    pub(super) fn named(&self, question: &Question) -> Option<Vec<usize>> {
        let texts = |texts: &[Box<str>]| {
            let numbers = texts.iter();
            let numbers = numbers.filter_map(|text| self.words.number(TextHash::of(text), text));
            numbers.map(|number| number as usize).collect()
        };
        match question {
            Question::Text {
                test: TextTest::In(named),
                ..
            } => Some(texts(named)),
            Question::Set { test, .. } => Some(match any_of(test)? {
                Members::Texts(named) => texts(named),
                Members::Codes(codes) => codes.iter().map(EnumCode::index).collect(),
            }),
            _ => None,
        }
    }
}

/// The members of which one is enough.
fn any_of(test: &SetTest) -> Option<&Members> {
    match test {
        SetTest::Any(members) => Some(members),
        SetTest::All(members) if is_single(members) => Some(members),
        _ => None,
    }
}

fn is_single(members: &Members) -> bool {
    match members {
        Members::Codes(codes) => codes.len() == 1,
        Members::Texts(texts) => texts.len() == 1,
    }
}
