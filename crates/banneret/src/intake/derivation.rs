//! How a source comes to a fact, so that two versions of a source can be compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Source;
use super::derive::{Derived, How};
use crate::facts::Value;
use crate::formula::{Formulas, NodeId};
use crate::schema::{EnumCode, FactId, Schema};
use crate::source::Span;

/// How a source comes to the value of an enum fact.
#[derive(Clone, Debug)]
pub struct Derivation<'s> {
    /// The raw values of an item, as facts that never go stale.
    pub raw: &'s Schema,
    /// Formulas over them.
    pub formulas: &'s Formulas,
    /// For each value what must be true of an item, and where that stands; an item for which two
    /// of these are true has no value. None where the fact comes about in another way.
    pub lines: Vec<(EnumCode, NodeId, Span)>,
    /// Which value of several items speaks, the first first; none where there is one item only, or
    /// where another fact decides.
    pub order: Vec<EnumCode>,
    /// Where in an item each raw value stands that the value hangs on, and how it is written, as a
    /// text that is the same where all of that is.
    pub places: BTreeMap<Box<str>, String>,
    /// All else that the value hangs on, as such a text.
    pub beside: String,
}

impl Source {
    /// How the source comes to a fact; nothing where it does not derive it.
    #[must_use]
    pub fn derivation(&self, fact: FactId) -> Option<Derivation<'_>> {
        let mut ways = self.derived.iter().filter(|derived| derived.fact == fact);
        let derived = ways.next()?;
        let others: Vec<&Derived> = ways.collect();
        let lines = match &derived.how {
            How::Lines { lines, .. } => lines.iter().filter_map(|line| match line.value {
                Value::Enum(code) => Some((code, line.formula, line.span)),
                _ => None,
            }),
            _ => return Some(self.described(derived, &others, Vec::new())),
        };
        Some(self.described(derived, &others, lines.collect()))
    }

    fn described(
        &self,
        derived: &Derived,
        others: &[&Derived],
        lines: Vec<(EnumCode, NodeId, Span)>,
    ) -> Derivation<'_> {
        let mut beside = format!(
            "{:?} {:?} {:?} {:?}\n",
            self.account,
            self.as_of,
            self.envelopes,
            derived.empty.as_ref().map(|(value, _)| value)
        );
        self.write_items(derived, &mut beside);
        if lines.is_empty() {
            self.write(derived, &mut beside);
        }
        let mut places = BTreeMap::new();
        self.place(derived, &mut places);
        for other in others {
            self.write_items(other, &mut beside);
            self.write(other, &mut beside);
            self.place(other, &mut places);
        }
        _ = writeln!(beside, "{:?}", derived.fold);
        let mut order = Vec::new();
        let mut by = self.picks.iter().filter(|pick| pick.kind == derived.kind);
        // What decides among items that are equal in the first does not change this fact.
        if let Some(pick) = by.next().filter(|_| derived.fold.is_none())
            && let Some(by) = self.derived.get(pick.derived)
        {
            let names = pick
                .order
                .iter()
                .map(|value| value.display(&self.schema, by.fact));
            _ = writeln!(beside, "{}", names.collect::<Vec<_>>().join(" "));
            if by.fact == derived.fact {
                order.extend(pick.order.iter().filter_map(|value| match value {
                    Value::Enum(code) => Some(*code),
                    _ => None,
                }));
            } else {
                self.write(by, &mut beside);
                self.place(by, &mut places);
            }
        }
        Derivation {
            raw: &self.rules.schema,
            formulas: &self.rules.formulas,
            lines,
            order,
            places,
            beside,
        }
    }

    /// Which items a fact is derived from.
    fn write_items(&self, derived: &Derived, text: &mut String) {
        let kind = derived.kind.and_then(|kind| self.kinds.get(kind));
        for place in kind.iter().flat_map(|kind| &kind.places) {
            let only = place
                .only
                .map(|only| self.rules.formulas.display(only, &self.rules.schema));
            let only = only.map(|only| only.to_string());
            _ = writeln!(text, "{:?} {only:?} {:?}", place.pattern, place.more);
        }
    }

    /// The expressions that a fact is derived with.
    fn write(&self, derived: &Derived, text: &mut String) {
        let shown = |node| self.rules.formulas.display(node, &self.rules.schema);
        let value = |value: &Value| value.display(&self.schema, derived.fact);
        let name = |id| self.rules.schema.fact(id).map_or("", |raw| &raw.name);
        match &derived.how {
            How::Lines { lines, .. } => {
                for line in lines {
                    _ = writeln!(text, "{}: {}", value(&line.value), shown(line.formula));
                }
            }
            How::Copy {
                from,
                when,
                otherwise,
                ..
            } => {
                let otherwise = otherwise.as_ref().map(value);
                _ = writeln!(text, "{} {} {otherwise:?}", name(*from), shown(*when));
            }
            How::Decide(node) => _ = writeln!(text, "{}", shown(*node)),
        }
    }

    /// Where the raw values stand that a fact hangs on, and how they are written.
    fn place(&self, derived: &Derived, places: &mut BTreeMap<Box<str>, String>) {
        for id in &derived.asks {
            let fact = self.rules.schema.fact(*id);
            let raw = self.rules.raw.get(id.0 as usize);
            if let (Some(fact), Some(raw)) = (fact, raw) {
                let domain = matches!(derived.how, How::Copy { .. }).then_some(&fact.kind);
                places.insert(fact.name.clone(), format!("{raw:?} {domain:?}"));
            }
        }
    }
}
