//! Facts as a host gathers them.

use super::fill::Odd;
use super::{FactError, Facts, Given, Said, Slot};
use crate::schema::{EnumCode, FactId};
use crate::value::Time;

/// Facts being gathered.
///
/// ```
/// # use std::sync::Arc;
/// let book = banneret::Book::from_files([
///     ("banneret.yaml", "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}"),
///     ("schema.yaml", "include: [billing@1]"),
/// ])?;
/// let now: banneret::Time = "2026-05-04T12:00:00Z".parse()?;
/// let facts = book
///     .facts()
///     .set("billing.dunning_state", "in_progress")?
///     .set("billing.amount_overdue", 24_900)?
///     .set("viewer.role", "owner")?
///     .as_of(now)
///     .build();
/// assert!(book.facts().set("billing.amount_overdue", 1.5).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FactsBuilder {
    pub(super) facts: Facts,
    pub(super) as_of: Option<Time>,
}

impl FactsBuilder {
    /// Says what a fact's value is, as the schema's type wants it.
    ///
    /// # Errors
    /// Where the schema has no such fact, or the value is of another type. A value of the right
    /// type outside the declared domain is kept as bad input: the fact is then unknown.
    pub fn set(self, name: &str, value: impl Into<Given>) -> Result<FactsBuilder, FactError> {
        self.put(name, value.into(), None)
    }

    /// Says what a fact's value is, and as of when.
    ///
    /// # Errors
    /// As for [`FactsBuilder::set`].
    pub fn set_at(
        self,
        name: &str,
        value: impl Into<Given>,
        as_of: Time,
    ) -> Result<FactsBuilder, FactError> {
        self.put(name, value.into(), Some(as_of))
    }

    fn put(
        mut self,
        name: &str,
        value: Given,
        as_of: Option<Time>,
    ) -> Result<FactsBuilder, FactError> {
        let Some(id) = self.facts.schema.id(name) else {
            let names = self.facts.schema.facts().map(|(_, fact)| &*fact.name);
            return Err(FactError::no_such_fact(name, names));
        };
        self.insert(id, value, as_of)?;
        Ok(self)
    }

    /// Says what a fact's value is, by the fact's number; the last word counts.
    ///
    /// # Errors
    /// Where the value is of another type.
    pub fn insert(
        &mut self,
        id: FactId,
        value: impl Into<Given>,
        as_of: Option<Time>,
    ) -> Result<(), FactError> {
        let Some(fact) = self.facts.schema.fact(id) else {
            return Ok(());
        };
        let said = value.into().said(fact)?;
        self.say(id, said, as_of);
        Ok(())
    }

    /// Says what a fact's value is, by the fact's number, from a text: of a string, an enum's value
    /// by its name, or a time in RFC 3339. As [`FactsBuilder::insert`] does, but without a copy of
    /// the text in between.
    ///
    /// # Errors
    /// Where the value is of another type.
    pub fn insert_text(
        &mut self,
        id: FactId,
        text: &str,
        as_of: Option<Time>,
    ) -> Result<(), FactError> {
        match self.facts.open().text(id, text) {
            Ok(said) => self.say(id, said, as_of),
            Err(Odd) => self.insert(id, text, as_of)?,
        }
        Ok(())
    }

    /// Says which value an enum has, by a code that [`crate::Schema::code`] gave once for this fact.
    ///
    /// # Errors
    /// Where the fact is no enum, or does not have so many values.
    pub fn insert_code(
        &mut self,
        id: FactId,
        code: EnumCode,
        as_of: Option<Time>,
    ) -> Result<(), FactError> {
        let said = self.facts.open().code(id, code);
        let said = said.map_err(|Odd| self.wrong(id, format!("the code {}", code.index())))?;
        self.say(id, said, as_of);
        Ok(())
    }

    /// Says what is in a set, by its members' names.
    ///
    /// # Errors
    /// Where the fact is no set. A member that the schema does not list is kept as bad input.
    pub fn insert_members(
        &mut self,
        id: FactId,
        members: impl IntoIterator<Item = impl AsRef<str>>,
        as_of: Option<Time>,
    ) -> Result<(), FactError> {
        let Ok(mut set) = self.facts.open().set(id) else {
            return Err(self.wrong(id, "a list".to_owned()));
        };
        for member in members {
            set.add(member.as_ref());
        }
        let said = set.said();
        self.say(id, said, as_of);
        Ok(())
    }

    /// Says what is in a `set of enum`, by codes that [`crate::Schema::code`] gave once for this fact.
    ///
    /// # Errors
    /// Where the fact is no `set of enum`, or does not have so many values.
    pub fn insert_codes(
        &mut self,
        id: FactId,
        codes: impl IntoIterator<Item = EnumCode>,
        as_of: Option<Time>,
    ) -> Result<(), FactError> {
        let mut codes = codes.into_iter();
        let Ok(mut set) = self.facts.open().set(id) else {
            return Err(self.wrong(id, "a list".to_owned()));
        };
        if let Some(code) = codes.find(|code| set.add_code(*code).is_err()) {
            return Err(self.wrong(id, format!("the code {}", code.index())));
        }
        let said = set.said();
        self.say(id, said, as_of);
        Ok(())
    }

    /// Says anything, whatever was said before.
    pub(crate) fn say(&mut self, id: FactId, said: Said, as_of: Option<Time>) {
        if let Some(slot) = self.facts.slots.get_mut(id.0 as usize) {
            *slot = Slot { said, as_of };
        }
    }

    /// That something is of another type than the fact.
    fn wrong(&self, id: FactId, given: String) -> FactError {
        let fact = self.facts.schema.fact(id);
        FactError::WrongType {
            fact: fact.map_or_else(Box::default, |fact| fact.name.clone()),
            wanted: fact.map_or("no fact of this schema", |fact| fact.kind.name()),
            given,
        }
    }

    /// As of when the source vouched for every fact that says no time of its own, set before or
    /// after.
    #[must_use]
    pub fn as_of(mut self, time: Time) -> FactsBuilder {
        self.as_of = Some(time);
        self
    }

    /// The facts.
    #[must_use]
    pub fn build(mut self) -> Facts {
        if let Some(as_of) = self.as_of {
            self.facts.open().date(as_of);
        }
        self.facts.seal();
        self.facts
    }
}
