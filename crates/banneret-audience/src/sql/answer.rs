//! The second layer: a formula over the columns of the first, whose truth is true, false or null.

use std::collections::HashMap;

use banneret::{
    Atom, Book, Codes, FactId, Formulas, Members, Node, NodeId, Question, Ranges, Schema, SetTest,
    TextTest,
};

use super::SqlError;
use super::dialect::Speech;
use super::known::{Column, Known, moment, number};

/// ClickHouse reads 256 KiB of text unless it is told otherwise.
const LONGEST: usize = 200 * 1024;
/// Beyond that, parts stand on lines of their own.
const WIDE: usize = 90;

/// Never true and never false: what is said of a fact that nobody knows.
pub(super) const UNKNOWN: &str = "CASE WHEN FALSE THEN TRUE END";

/// How an engine asks something of a text and a part of it.
type Says = fn(&dyn Speech, &str, &str) -> String;

/// Writes formulas of one book.
pub(super) struct Answer<'a, 'b> {
    pub(super) speech: &'static dyn Speech,
    pub(super) known: &'a mut Known<'b>,
    pub(super) book: &'a Book,
}

impl Answer<'_, '_> {
    /// The formula as an expression of three values.
    pub(super) fn formula(
        &mut self,
        formulas: &Formulas,
        root: NodeId,
    ) -> Result<String, SqlError> {
        let (formulas, roots) = formulas.extract(&[root]);
        let root = roots.first().copied().unwrap_or(NodeId::FALSE);
        let mut texts: HashMap<usize, String> = HashMap::new();
        for (at, node) in formulas.nodes().enumerate() {
            let text = match node {
                Node::False => "FALSE".to_owned(),
                Node::True => "TRUE".to_owned(),
                Node::Atom(id) => match formulas.atom(*id) {
                    Some(atom) => self.atom(atom)?,
                    None => UNKNOWN.to_owned(),
                },
                Node::All(parts) => join(parts, " AND ", &texts)?,
                Node::Any(parts) => join(parts, " OR ", &texts)?,
            };
            texts.insert(at, text);
        }
        Ok(texts.remove(&root.index()).unwrap_or_default())
    }

    /// Whether a fact's value is one of these.
    pub(super) fn is_one_of(&mut self, fact: FactId, codes: Codes) -> Result<String, SqlError> {
        self.atom(&Atom {
            fact,
            within: None,
            question: Question::Enum(codes),
        })
    }

    fn atom(&mut self, atom: &Atom) -> Result<String, SqlError> {
        let column = self.known.column(self.book, atom.fact, atom.within)?;
        Ok(match (&column, &atom.question) {
            (Column::Nowhere, Question::Known) => "FALSE".to_owned(),
            (Column::Nowhere, Question::Unknown) => "TRUE".to_owned(),
            (Column::Nowhere, _) => UNKNOWN.to_owned(),
            (Column::Value(value), Question::Known) => format!("{value} IS NOT NULL"),
            (Column::Value(value), Question::Unknown) => format!("{value} IS NULL"),
            (Column::Set { known, .. }, Question::Known) => known.clone(),
            (Column::Set { known, .. }, Question::Unknown) => format!("NOT {known}"),
            (Column::Set { known, list }, question) => self.set(known, list, question, atom.fact),
            (Column::Value(value), question) => self.value(value, question, atom.fact),
        })
    }

    fn value(&self, value: &str, question: &Question, fact: FactId) -> String {
        match question {
            Question::Bool(true) => value.to_owned(),
            Question::Bool(false) => format!("NOT {value}"),
            Question::Enum(codes) => self.codes(value, codes, fact),
            Question::Int(ranges) => between(value, ranges, number),
            Question::At(ranges) => between(value, ranges, moment),
            Question::Away(ranges) => between(value, ranges, |away| self.known.now().after(away)),
            Question::Text { test, holds } => self.text(value, test, *holds),
            _ => UNKNOWN.to_owned(),
        }
    }

    /// The shorter of the values and their complement: the first layer knows the domain.
    fn codes(&self, value: &str, codes: &Codes, fact: FactId) -> String {
        let rest = codes.complement();
        match (codes.is_empty(), rest.is_empty()) {
            (true, _) => wherever(value, false),
            (_, true) => wherever(value, true),
            _ if rest.len() < codes.len() => one_of(value, &self.names(&rest, fact), false),
            _ => one_of(value, &self.names(codes, fact), true),
        }
    }

    fn text(&self, value: &str, test: &TextTest, holds: bool) -> String {
        let (part, say): (&str, Says) = match test {
            TextTest::In(members) => {
                let members = self.known.literals(members.iter().map(|text| &**text));
                return one_of(value, &members, holds);
            }
            TextTest::StartsWith(part) => {
                (part, |speech, text, part| speech.starts_with(text, part))
            }
            TextTest::EndsWith(part) => (part, |speech, text, part| speech.ends_with(text, part)),
            TextTest::Contains(part) => (part, |speech, text, part| speech.contains(text, part)),
        };
        // Engines do not agree about the empty text, and not every one holds every text.
        if part.is_empty() || !self.speech.can_hold(part) {
            return wherever(value, part.is_empty() == holds);
        }
        let said = say(self.speech, value, &self.speech.literal(part));
        match holds {
            true => said,
            false => format!("NOT ({said})"),
        }
    }

    /// Of a set that is known; of every other nothing is said.
    fn set(&self, known: &str, list: &str, question: &Question, fact: FactId) -> String {
        let Question::Set { test, holds } = question else {
            return UNKNOWN.to_owned();
        };
        let said = match test {
            SetTest::Empty => self.speech.is_empty(list),
            SetTest::Any(members) => match self.members(members, fact) {
                (members, _) if members.is_empty() => "FALSE".to_owned(),
                (members, _) => self.speech.has_any(list, &self.speech.list(&members)),
            },
            SetTest::All(members) => match self.members(members, fact) {
                (_, false) => "FALSE".to_owned(),
                (members, true) if members.is_empty() => "TRUE".to_owned(),
                (members, true) => self.speech.has_all(list, &self.speech.list(&members)),
            },
        };
        match holds {
            true => format!("CASE WHEN {known} THEN {said} END"),
            false => format!("CASE WHEN {known} THEN NOT ({said}) END"),
        }
    }

    /// The members that a list of the engine can hold, and whether these are all.
    fn members(&self, members: &Members, fact: FactId) -> (Vec<String>, bool) {
        let (literals, wanted) = match members {
            Members::Codes(codes) => (self.names(codes, fact), codes.len()),
            Members::Texts(texts) => (
                self.known.literals(texts.iter().map(|text| &**text)),
                texts.len(),
            ),
        };
        let all = literals.len() == wanted;
        (literals, all)
    }

    fn names(&self, codes: &Codes, fact: FactId) -> Vec<String> {
        let schema: &Schema = self.book.schema();
        let kind = schema.fact(fact).map(|fact| &fact.kind);
        let names = codes.iter().filter_map(|code| kind?.value_name(code));
        self.known.literals(names)
    }
}

fn constant_name(truth: bool) -> &'static str {
    match truth {
        true => "TRUE",
        false => "FALSE",
    }
}

/// That, wherever the value is known.
fn wherever(value: &str, truth: bool) -> String {
    let truth = constant_name(truth);
    format!("CASE WHEN {value} IS NOT NULL THEN {truth} END")
}

/// Engines do not agree about an empty list, so none is written.
fn one_of(value: &str, members: &[String], holds: bool) -> String {
    match (members, holds) {
        ([], holds) => wherever(value, !holds),
        ([one], true) => format!("{value} = {one}"),
        ([one], false) => format!("{value} <> {one}"),
        (_, true) => format!("{value} IN ({})", members.join(", ")),
        (_, false) => format!("{value} NOT IN ({})", members.join(", ")),
    }
}

/// Whether a number lies in one of the ranges.
fn between(value: &str, ranges: &Ranges, say: impl Fn(i64) -> String) -> String {
    let mut points = Vec::new();
    let mut said = Vec::new();
    for range in ranges.iter() {
        match range {
            (i64::MIN, i64::MAX) => said.push(wherever(value, true)),
            (i64::MIN, high) => said.push(format!("{value} <= {}", say(high))),
            (low, i64::MAX) => said.push(format!("{value} >= {}", say(low))),
            (low, high) if low == high => points.push(say(low)),
            (low, high) => said.push(format!("{value} BETWEEN {} AND {}", say(low), say(high))),
        }
    }
    if !points.is_empty() {
        said.push(one_of(value, &points, true));
    }
    match said.as_slice() {
        [] => wherever(value, false),
        [one] => one.clone(),
        _ => format!("({})", said.join(" OR ")),
    }
}

/// Joins parts that stand before; those too long for a line stand below each other.
fn join(parts: &[NodeId], word: &str, texts: &HashMap<usize, String>) -> Result<String, SqlError> {
    let parts: Vec<&str> = parts
        .iter()
        .filter_map(|part| texts.get(&part.index()).map(String::as_str))
        .collect();
    let length: usize = parts.iter().map(|part| part.len() + word.len()).sum();
    if length > LONGEST {
        return Err(SqlError::TooLong { limit: LONGEST });
    }
    let wide = length > WIDE || parts.iter().any(|part| part.contains('\n'));
    if !wide {
        return Ok(format!("({})", parts.join(word)));
    }
    let inner = parts.iter().map(|part| part.replace('\n', "\n  "));
    let inner: Vec<_> = inner.collect();
    Ok(format!(
        "(\n  {}\n)",
        inner.join(&format!("\n  {} ", word.trim()))
    ))
}
