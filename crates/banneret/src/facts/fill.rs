//! Saying what a fact's value is, by its number and without a value in between, into memory that
//! an earlier account left.

use super::{Facts, Said, Slot, Text, Texts, Value};
use crate::formula::Codes;
use crate::schema::{EnumCode, Fact, FactId, Kind, Schema};
use crate::value::Time;

/// What cannot be taken; whoever asked knows how to say why.
#[derive(Debug)]
pub(super) struct Odd;

/// Memory of the facts before, to be used again.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// By fact: what it held, where that has memory of its own.
    said: Vec<Said>,
    /// Names that were passed over in the line being read, as hashes.
    pub(super) passed: Vec<u64>,
}

/// A copy of facts has memory of its own, just as much as it needs.
impl Clone for Kept {
    fn clone(&self) -> Kept {
        Kept::default()
    }
}

/// Facts, open to be written.
pub(super) struct Filling<'f> {
    pub(super) schema: &'f Schema,
    pub(super) slots: &'f mut [Slot],
    pub(super) kept: &'f mut Kept,
}

impl Said {
    fn has_memory(&self) -> bool {
        match self {
            Said::Value(Value::Text(text)) | Said::OutOfDomain(text) => text.is_long(),
            Said::Value(Value::Codes(codes)) => codes.has_memory(),
            Said::Value(Value::Texts(_)) => true,
            _ => false,
        }
    }
}

impl Facts {
    pub(super) fn open(&mut self) -> Filling<'_> {
        Filling {
            schema: &self.schema,
            slots: &mut self.slots,
            kept: &mut self.kept,
        }
    }

    /// Makes room to keep memory in.
    pub(super) fn prepare(&mut self) {
        self.kept.said.resize_with(self.slots.len(), Said::default);
    }

    /// Forgets everything, and keeps the memory for what comes.
    pub(super) fn clear(&mut self) {
        let Facts { slots, kept, .. } = self;
        let size = slots.len();
        for (at, slot) in slots.iter_mut().enumerate() {
            if slot.said.has_memory() {
                kept.said.resize_with(size, Said::default);
                if let Some(kept) = kept.said.get_mut(at) {
                    std::mem::swap(&mut slot.said, kept);
                }
            }
            *slot = Slot::default();
        }
        self.kept.passed.clear();
    }
}

impl<'f> Filling<'f> {
    pub(super) fn fact(&self, id: FactId) -> Result<&'f Fact, Odd> {
        self.schema.fact(id).ok_or(Odd)
    }

    /// Whether nothing was said of the fact yet.
    pub(super) fn is_new(&self, id: FactId) -> Result<(), Odd> {
        match self.slots.get(id.0 as usize) {
            Some(slot) if matches!(slot.said, Said::Nothing) => Ok(()),
            _ => Err(Odd),
        }
    }

    #[inline]
    pub(super) fn put(&mut self, id: FactId, said: Said) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.said = said;
        }
    }

    pub(super) fn put_age(&mut self, id: FactId, as_of: Option<Time>) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            slot.as_of = as_of;
        }
    }

    /// Dates everything that has no date of its own.
    pub(super) fn date(&mut self, as_of: Time) {
        for slot in &mut *self.slots {
            if !matches!(slot.said, Said::Nothing) {
                slot.as_of = slot.as_of.or(Some(as_of));
            }
        }
    }

    fn kept(&mut self, id: FactId) -> Said {
        let kept = self.kept.said.get_mut(id.0 as usize);
        kept.map(std::mem::take).unwrap_or_default()
    }

    fn keep(&mut self, id: FactId, text: &str) -> Text {
        match self.kept(id) {
            Said::Value(Value::Text(mut kept)) | Said::OutOfDomain(mut kept) => {
                kept.become_text(text);
                kept
            }
            _ => text.into(),
        }
    }

    #[inline]
    pub(super) fn bool(&self, id: FactId, value: bool) -> Result<Said, Odd> {
        match self.fact(id)?.kind {
            Kind::Bool => Ok(Said::Value(Value::Bool(value))),
            _ => Err(Odd),
        }
    }

    #[inline]
    pub(super) fn int(&self, id: FactId, number: i64) -> Result<Said, Odd> {
        match self.fact(id)?.kind {
            Kind::Int { min, max } if (min..=max).contains(&number) => {
                Ok(Said::Value(Value::Int(number)))
            }
            Kind::Int { .. } => Ok(Said::OutOfDomain(Text::of_int(number))),
            _ => Err(Odd),
        }
    }

    pub(super) fn code(&self, id: FactId, code: EnumCode) -> Result<Said, Odd> {
        match &self.fact(id)?.kind {
            Kind::Enum(values) if code.index() < values.len() => Ok(Said::Value(Value::Enum(code))),
            _ => Err(Odd),
        }
    }

    /// Of a text, an enum's value by its name, or a time.
    #[inline]
    pub(super) fn text(&mut self, id: FactId, text: &str) -> Result<Said, Odd> {
        match &self.fact(id)?.kind {
            Kind::Enum(_) => Ok(match self.schema.code(id, text) {
                Some(code) => Said::Value(Value::Enum(code)),
                None if text == "unknown" => Said::Unknown,
                None => Said::OutOfDomain(self.keep(id, text)),
            }),
            Kind::String(Some(_)) if !self.schema.lists(id, text) => {
                Ok(Said::OutOfDomain(self.keep(id, text)))
            }
            Kind::String(_) => Ok(Said::Value(Value::Text(self.keep(id, text)))),
            Kind::Time => text
                .parse()
                .map(|time| Said::Value(Value::Time(time)))
                .map_err(|_| Odd),
            _ => Err(Odd),
        }
    }

    /// A set with nothing in it yet.
    pub(super) fn set(&mut self, id: FactId) -> Result<Gathering<'f>, Odd> {
        let schema = self.schema;
        let set = match &self.fact(id)?.kind {
            Kind::StringSet => Set::Texts(match self.kept(id) {
                Said::Value(Value::Texts(mut texts)) => {
                    texts.clear();
                    texts
                }
                _ => Texts::default(),
            }),
            Kind::EnumSet(values) => Set::Codes(match self.kept(id) {
                Said::Value(Value::Codes(mut codes)) => {
                    codes.clear();
                    codes
                }
                _ => Codes::none(values.len()),
            }),
            _ => return Err(Odd),
        };
        Ok(Gathering {
            schema,
            id,
            set,
            outside: None,
        })
    }
}

/// The members of a set, one after the other.
pub(super) struct Gathering<'s> {
    schema: &'s Schema,
    id: FactId,
    set: Set,
    /// The first that is none of the fact's values.
    outside: Option<Text>,
}

enum Set {
    Texts(Texts),
    Codes(Codes),
}

impl Gathering<'_> {
    pub(super) fn add(&mut self, member: &str) {
        match &mut self.set {
            Set::Texts(texts) => texts.push(member),
            Set::Codes(codes) => match self.schema.code(self.id, member) {
                Some(code) => codes.insert(code),
                None => _ = self.outside.get_or_insert_with(|| member.into()),
            },
        }
    }

    pub(super) fn add_code(&mut self, code: EnumCode) -> Result<(), Odd> {
        let fact = self.schema.fact(self.id).ok_or(Odd)?;
        match &mut self.set {
            Set::Codes(codes) if code.index() < fact.kind.values().len() => {
                codes.insert(code);
                Ok(())
            }
            _ => Err(Odd),
        }
    }

    pub(super) fn said(self) -> Said {
        match (self.outside, self.set) {
            (Some(member), _) => Said::OutOfDomain(member),
            (None, Set::Codes(codes)) => Said::Value(Value::Codes(codes)),
            (None, Set::Texts(mut texts)) => {
                texts.sort();
                Said::Value(Value::Texts(texts))
            }
        }
    }
}
