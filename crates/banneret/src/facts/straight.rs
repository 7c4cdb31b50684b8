//! The short way from JSON to facts: value by value, with no tree in between. It takes what is
//! plain and right. At anything else it stops, and the long way begins again at the first byte:
//! that one knows what is wrong and how to say it.

use std::fmt;
use std::hash::BuildHasher;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::fill::{Filling, Gathering, Odd};
use super::{History, Said, Seen};
use crate::schema::FactId;
use crate::value::Time;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not plain")
    }
}

fn odd<E: Error>(_: Odd) -> E {
    E::custom(Odd)
}

/// So many names may be passed over before the long way is the shorter one.
const PASSED: usize = 256;

/// An account. Its facts must be cleared before.
pub(super) struct Line<'a> {
    pub(super) filling: Filling<'a>,
    pub(super) history: &'a mut History,
    pub(super) ignore_unknown: bool,
}

impl<'de> DeserializeSeed<'de> for Line<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

enum Key {
    Id,
    AsOf,
    Facts,
    History,
}

impl<'de> Visitor<'de> for Line<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let (mut named, mut dated, mut facts, mut history) = (false, false, false, false);
        let mut as_of = None;
        let once = |seen: &mut bool| match std::mem::replace(seen, true) {
            true => Err(odd::<A::Error>(Odd)),
            false => Ok(()),
        };
        while let Some(key) = entries.next_key_seed(KeyOfLine)? {
            match key {
                Key::Id => {
                    once(&mut named)?;
                    entries.next_value_seed(Id(&mut self.filling))?;
                }
                Key::AsOf => {
                    once(&mut dated)?;
                    as_of = entries.next_value_seed(Moment)?;
                }
                Key::Facts => {
                    once(&mut facts)?;
                    entries.next_value_seed(Values {
                        filling: &mut self.filling,
                        ignore_unknown: self.ignore_unknown,
                    })?;
                }
                Key::History => {
                    once(&mut history)?;
                    entries.next_value_seed(Past(self.history))?;
                }
            }
        }
        if !named {
            return Err(odd(Odd));
        }
        if let Some(as_of) = as_of {
            self.filling.date(as_of);
        }
        Ok(())
    }
}

struct KeyOfLine;

impl<'de> DeserializeSeed<'de> for KeyOfLine {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Key, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOfLine {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of an account")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(match key {
            "id" => Key::Id,
            "as_of" => Key::AsOf,
            "facts" => Key::Facts,
            "history" => Key::History,
            _ => return Err(odd(Odd)),
        })
    }
}

/// The account's id. Where the fact `account.id` is given too, before or after, the long way
/// compares them.
struct Id<'a, 'f>(&'a mut Filling<'f>);

impl<'de> DeserializeSeed<'de> for Id<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Id<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<(), E> {
        if id.is_empty() {
            return Err(odd(Odd));
        }
        let Some(fact) = self.0.schema.account_id() else {
            return Ok(());
        };
        self.0.is_new(fact).map_err(odd)?;
        let said = self.0.text(fact, id).map_err(odd)?;
        self.0.put(fact, said);
        Ok(())
    }
}

/// A moment, or none.
struct Moment;

impl<'de> DeserializeSeed<'de> for Moment {
    type Value = Option<Time>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<Time>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for Moment {
    type Value = Option<Time>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Time>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Time>, E> {
        text.parse().map(Some).map_err(|_| odd(Odd))
    }
}

/// What the viewer has seen.
struct Past<'a>(&'a mut History);

impl<'de> DeserializeSeed<'de> for Past<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Past<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a history")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(banner) = entries.next_key::<String>()? {
            // A `Seen` refuses keys that are given twice, as all derived structures do.
            if self.0.insert(banner, entries.next_value::<Seen>()?) {
                return Err(odd(Odd));
            }
        }
        Ok(())
    }
}

/// The facts of an account.
struct Values<'a, 'f> {
    filling: &'a mut Filling<'f>,
    ignore_unknown: bool,
}

impl<'de> DeserializeSeed<'de> for Values<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("facts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(id) = entries.next_key_seed(NameOfFact(self.filling))? {
            match id {
                Some(id) => {
                    let filling = &mut *self.filling;
                    filling.is_new(id).map_err(odd)?;
                    entries.next_value_seed(Dated(OfFact { filling, id }))?;
                }
                None if self.ignore_unknown => entries.next_value::<Passed>().map(drop)?,
                None => return Err(odd(Odd)),
            }
        }
        Ok(())
    }
}

/// A fact's number by its name; nothing for a name that the schema does not have.
struct NameOfFact<'a, 'f>(&'a mut Filling<'f>);

impl<'de> DeserializeSeed<'de> for NameOfFact<'_, '_> {
    type Value = Option<FactId>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<FactId>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for NameOfFact<'_, '_> {
    type Value = Option<FactId>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a fact")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<FactId>, E> {
        if let Some(id) = self.0.schema.id(name) {
            return Ok(Some(id));
        }
        // Names that are passed over must not come twice either. Two of one hash are told apart by
        // the long way.
        let hash = self.0.schema.hasher().hash_one(name);
        let passed = &mut self.0.kept.passed;
        if passed.len() == PASSED || passed.contains(&hash) {
            return Err(odd(Odd));
        }
        passed.push(hash);
        Ok(None)
    }
}

/// A value of a fact.
struct OfFact<'a, 'f> {
    filling: &'a mut Filling<'f>,
    id: FactId,
}

impl OfFact<'_, '_> {
    #[inline]
    fn put<E: Error>(self, said: Result<Said, Odd>) -> Result<(), E> {
        self.filling.put(self.id, said.map_err(odd)?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for OfFact<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfFact<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.put(Ok(Said::Unknown))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        let said = self.filling.bool(self.id, value);
        self.put(said)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        let said = self.filling.int(self.id, number);
        self.put(said)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        let number = i64::try_from(number).map_err(|_| odd(Odd))?;
        self.visit_i64(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let said = self.filling.text(self.id, text);
        self.put(said)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut set = self.filling.set(self.id).map_err(odd)?;
        while items.next_element_seed(Member(&mut set))?.is_some() {}
        let said = set.said();
        self.put(Ok(said))
    }
}

/// A member of a set.
struct Member<'a, 's>(&'a mut Gathering<'s>);

impl<'de> DeserializeSeed<'de> for Member<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Member<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member of a set")
    }

    fn visit_str<E: Error>(self, member: &str) -> Result<(), E> {
        self.0.add(member);
        Ok(())
    }
}

/// A value, or a value with its age.
struct Dated<'a, 'f>(OfFact<'a, 'f>);

impl<'de> DeserializeSeed<'de> for Dated<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Dated<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or a value and its age")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.0.visit_bool(value)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.0.visit_i64(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.0.visit_u64(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.visit_str(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.0.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let (mut said, mut as_of) = (false, None);
        let OfFact { filling, id } = self.0;
        while let Some(part) = entries.next_key_seed(KeyOfDated)? {
            match part {
                Part::Value if !said => {
                    let filling = &mut *filling;
                    entries.next_value_seed(OfFact { filling, id })?;
                    said = true;
                }
                Part::AsOf if as_of.is_none() => {
                    as_of = Some(entries.next_value_seed(Moment)?);
                }
                _ => return Err(odd(Odd)),
            }
        }
        if !said {
            return Err(odd(Odd));
        }
        filling.put_age(id, as_of.flatten());
        Ok(())
    }
}

enum Part {
    Value,
    AsOf,
}

struct KeyOfDated;

impl<'de> DeserializeSeed<'de> for KeyOfDated {
    type Value = Part;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Part, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOfDated {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`value` or `as_of`")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Part, E> {
        match key {
            "value" => Ok(Part::Value),
            "as_of" => Ok(Part::AsOf),
            _ => Err(odd(Odd)),
        }
    }
}

/// A value that nobody looks at. An object is left to the long way, for its keys.
struct Passed;

impl<'de> Deserialize<'de> for Passed {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Passed, D::Error> {
        reader.deserialize_any(Passed)
    }
}

impl<'de> Visitor<'de> for Passed {
    type Value = Passed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Passed, E> {
        Ok(Passed)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Passed, E> {
        Ok(Passed)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Passed, E> {
        Ok(Passed)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Passed, E> {
        Ok(Passed)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Passed, E> {
        Ok(Passed)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Passed, E> {
        Ok(Passed)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Passed, A::Error> {
        while items.next_element::<Passed>()?.is_some() {}
        Ok(Passed)
    }
}
