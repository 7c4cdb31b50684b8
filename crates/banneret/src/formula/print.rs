//! Formulas back to the rule language, flattened to facts. What is printed parses to the same
//! formula again.

use std::fmt::Write as _;

use super::{Atom, Codes, Formulas, Members, Node, NodeId, Question, Ranges, SetTest, TextTest};
use crate::schema::{FactId, Kind, Schema};
use crate::syntax::is_name;
use crate::value::{Duration, Time};

impl Atom {
    /// The atom in the rule language, with `no older than` where it is stricter than the fact.
    #[must_use]
    pub fn display(&self, schema: &Schema) -> String {
        let fact = schema.fact(self.fact);
        let own = fact.and_then(|fact| fact.fresh_for);
        let name = fact.map_or("", |fact| &fact.name);
        let plain = question(&self.question, name, schema, self.fact);
        match self.within {
            Some(bound) if own.is_none_or(|own| bound < own) => {
                format!("({plain}) no older than {bound}")
            }
            _ => plain,
        }
    }
}

impl Formulas {
    /// A formula in the rule language. One longer than some 20,000 characters is cut with `…`.
    #[must_use]
    pub fn display(&self, root: NodeId, schema: &Schema) -> String {
        let mut text = String::new();
        self.write(root, schema, false, &mut text);
        text
    }

    fn write(&self, id: NodeId, schema: &Schema, inner: bool, text: &mut String) {
        const LIMIT: usize = 20_000;
        if text.len() > LIMIT {
            if !text.ends_with('…') {
                text.push('…');
            }
            return;
        }
        let (parts, word) = match self.node(id) {
            Node::False => return text.push_str("false"),
            Node::True => return text.push_str("true"),
            Node::Atom(atom) => {
                let atom = self.atom(*atom).map(|atom| atom.display(schema));
                return text.push_str(&atom.unwrap_or_default());
            }
            Node::All(parts) => (parts, " and "),
            Node::Any(parts) => (parts, " or "),
        };
        if inner {
            text.push('(');
        }
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                text.push_str(word);
            }
            self.write(*part, schema, true, text);
        }
        if inner {
            text.push(')');
        }
    }
}

fn question(question: &Question, name: &str, schema: &Schema, fact: FactId) -> String {
    match question {
        Question::Known => format!("{name} is known"),
        Question::Unknown => format!("{name} is unknown"),
        Question::Bool(true) => name.to_owned(),
        Question::Bool(false) => format!("not {name}"),
        // Nothing that the fact can be: still unknown where the fact is.
        Question::Enum(codes) if codes.is_empty() => {
            one_of(name, names(schema, fact, &codes.complement()), false)
        }
        // All but one or two of many reads better as the exception.
        Question::Enum(codes) if mostly(codes) => {
            one_of(name, names(schema, fact, &codes.complement()), false)
        }
        Question::Enum(codes) => one_of(name, names(schema, fact, codes), true),
        Question::Int(ranges) => numbers(name, ranges, schema.fact(fact).map(|fact| &fact.kind)),
        Question::At(ranges) => moments(name, ranges),
        Question::Away(ranges) => distances(name, ranges),
        Question::Text { test, holds } => text(name, test, *holds),
        Question::Set { test, holds } => set(name, test, *holds, schema, fact),
    }
}

/// Whether a list leaves out one or two values, and few beside those it has.
fn mostly(codes: &Codes) -> bool {
    let left_out = codes.complement().len();
    (1..=2).contains(&left_out) && left_out * 3 <= codes.len()
}

pub(crate) fn names<'s>(
    schema: &'s Schema,
    fact: FactId,
    codes: &Codes,
) -> impl Iterator<Item = String> + use<'s> {
    let kind = schema.fact(fact).map(|fact| &fact.kind);
    let codes: Vec<_> = codes.iter().collect();
    codes
        .into_iter()
        .filter_map(move |code| Some(bare(kind?.value_name(code)?)))
}

fn one_of(name: &str, members: impl Iterator<Item = String>, holds: bool) -> String {
    let members: Vec<_> = members.collect();
    match (members.as_slice(), holds) {
        ([one], true) => format!("{name} == {one}"),
        ([one], false) => format!("{name} != {one}"),
        (_, true) => format!("{name} in {}", braced(members)),
        (_, false) => format!("{name} not in {}", braced(members)),
    }
}

fn text(name: &str, test: &TextTest, holds: bool) -> String {
    let not = if holds { "" } else { "not " };
    match test {
        TextTest::In(members) => one_of(name, members.iter().map(|text| quoted(text)), holds),
        TextTest::StartsWith(part) => format!("{not}{name} starts with {}", quoted(part)),
        TextTest::EndsWith(part) => format!("{not}{name} ends with {}", quoted(part)),
        TextTest::Contains(part) => format!("{not}{name} contains {}", quoted(part)),
    }
}

fn set(name: &str, test: &SetTest, holds: bool, schema: &Schema, fact: FactId) -> String {
    let not = if holds { "" } else { "not " };
    let listed = |members: &Members| match members {
        Members::Codes(codes) => braced(names(schema, fact, codes)),
        Members::Texts(texts) => braced(texts.iter().map(|text| quoted(text))),
    };
    match test {
        SetTest::Empty => format!("{not}{name} is empty"),
        SetTest::Any(members) if holds => format!("{name} has any of {}", listed(members)),
        SetTest::Any(members) => format!("{name} has none of {}", listed(members)),
        SetTest::All(members) => format!("{not}{name} has all of {}", listed(members)),
    }
}

/// Joins what is said of each range; more than one range is an `or` in brackets.
fn either(ranges: &Ranges, name: &str, say: impl Fn(i64, i64) -> String) -> String {
    let said: Vec<_> = ranges.iter().map(|(low, high)| say(low, high)).collect();
    match said.as_slice() {
        [] => format!("not ({name} is known or {name} is unknown)"),
        [one] => one.clone(),
        _ => format!("({})", said.join(" or ")),
    }
}

fn numbers(name: &str, ranges: &Ranges, kind: Option<&Kind>) -> String {
    // Outside its domain a fact may be compared, but not asked to be one number.
    let possible = |number: &i64| match kind {
        Some(Kind::Int { min, max }) => (min..=max).contains(&number),
        _ => true,
    };
    let one = |ranges: &Ranges| match ranges.iter().collect::<Vec<_>>().as_slice() {
        [(low, high)] if low == high => Some(*low),
        _ => None,
    };
    if let Some(number) = one(&ranges.complement()).filter(possible) {
        return format!("{name} != {number}");
    }
    if ranges.iter().len() == 0 {
        return format!("{name} < {}", i64::MIN);
    }
    let points: Vec<_> = ranges
        .iter()
        .filter(|(low, high)| low == high && possible(low))
        .map(|(low, _)| low.to_string())
        .collect();
    if points.len() > 1 && points.len() == ranges.iter().len() {
        return format!("{name} in {}", braced(points));
    }
    either(ranges, name, |low, high| match (low, high) {
        (i64::MIN, i64::MAX) => format!("{name} >= {}", i64::MIN),
        // People say "over 0", not "1 or more".
        (i64::MIN, -1) => format!("{name} < 0"),
        (1, i64::MAX) => format!("{name} > 0"),
        (i64::MIN, high) => format!("{name} <= {high}"),
        (low, i64::MAX) => format!("{name} >= {low}"),
        (low, high) if low == high && possible(&low) => format!("{name} == {low}"),
        (low, high) => format!("{name} between {low} and {high}"),
    })
}

fn moments(name: &str, ranges: &Ranges) -> String {
    // `before` and `after` are strict, so an end that belongs to the range is one step further.
    let before = |high: i64| format!("{name} before {}", Time(high.saturating_add(1)));
    let after = |low: i64| format!("{name} after {}", Time(low.saturating_sub(1)));
    either(ranges, name, |low, high| match (low, high) {
        (i64::MIN, i64::MAX) => format!("({name} is known or {name} is unknown)"),
        (i64::MIN, high) => before(high),
        (low, i64::MAX) => after(low),
        (low, high) => format!("({} and {})", after(low), before(high)),
    })
}

fn distances(name: &str, ranges: &Ranges) -> String {
    // All but one span: as the author said it, and not as the two sides of it.
    let rest = ranges.complement();
    if ranges.iter().len() > 1 && rest.iter().len() == 1 {
        return format!("not {}", distances(name, &rest));
    }
    either(ranges, name, |low, high| match (low, high) {
        (i64::MIN, -1) => format!("{name} in the past"),
        (1, i64::MAX) => format!("{name} in the future"),
        (low, 0) if low != i64::MIN => format!("{name} in the last {}", span(low)),
        (0, high) if high != i64::MAX => format!("{name} in the next {}", span(high)),
        (i64::MIN, 0) => format!("not {name} in the future"),
        (0, i64::MAX) => format!("not {name} in the past"),
        (i64::MIN, high) if whole(high).is_some() => not_later(name, high),
        (i64::MIN, high) => format!("{name} more than {} ago", span(high.saturating_add(1))),
        (low, i64::MAX) if whole(low).is_some() => not_earlier(name, low),
        (low, i64::MAX) => format!("{name} more than {} ahead", span(low.saturating_sub(1))),
        (low, high) if high < 0 => format!("{name} between {} ago", two(high, low)),
        (low, high) if low > 0 => format!("{name} between {} ahead", two(low, high)),
        (low, high) => format!(
            "({name} in the last {} or {name} in the next {})",
            span(low),
            span(high)
        ),
    })
}

/// `time - now <= high`, `high` being whole: the other side of a strict "more than".
fn not_later(name: &str, high: i64) -> String {
    match high > 0 {
        true => format!("not {name} more than {} ahead", span(high)),
        false => format!(
            "({name} more than {0} ago or {name} between {1} ago)",
            span(high),
            two(high, high)
        ),
    }
}

/// `time - now >= low`, `low` being whole: the other side of a strict "more than".
fn not_earlier(name: &str, low: i64) -> String {
    match low < 0 {
        true => format!("not {name} more than {} ago", span(low)),
        false => format!(
            "({name} more than {0} ahead or {name} between {1} ahead)",
            span(low),
            two(low, low)
        ),
    }
}

/// A distance of whole seconds, whatever its sign.
fn whole(micros: i64) -> Option<Duration> {
    let micros = micros.unsigned_abs();
    let seconds = micros
        .is_multiple_of(1_000_000)
        .then_some(micros / 1_000_000)?;
    Duration::from_seconds(seconds)
}

/// `3 days`, in the largest unit that is whole, days from two up.
fn span(micros: i64) -> String {
    let seconds = micros.unsigned_abs() / 1_000_000;
    let units = [
        (172_800, 86_400, "day"),
        (3_600, 3_600, "hour"),
        (0, 60, "minute"),
    ];
    let mut fits = units
        .into_iter()
        .filter(|(from, size, _)| seconds >= *from && seconds.is_multiple_of(*size));
    match fits.next() {
        Some((_, size, unit)) if seconds == size => format!("1 {unit}"),
        Some((_, size, unit)) => format!("{} {unit}s", seconds / size),
        None => format!("{seconds} seconds"),
    }
}

/// `2 and 4 days`, in the largest unit that both ends share.
fn two(near: i64, far: i64) -> String {
    let (near, far) = (
        near.unsigned_abs() / 1_000_000,
        far.unsigned_abs() / 1_000_000,
    );
    let units = [(86_400, "days"), (3_600, "hours"), (60, "minutes")];
    let shared = units
        .into_iter()
        .find(|(size, _)| near.is_multiple_of(*size) && far.is_multiple_of(*size));
    let (size, unit) = shared.unwrap_or((1, "seconds"));
    format!("{} and {} {unit}", near / size, far / size)
}

pub(crate) fn braced(members: impl IntoIterator<Item = String>) -> String {
    let members: Vec<_> = members.into_iter().collect();
    format!("{{{}}}", members.join(", "))
}

/// An enum's value: bare where it is a name.
pub(crate) fn bare(name: &str) -> String {
    if is_name(name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        _ = write!(quoted, "{c}");
    }
    quoted.push('"');
    quoted
}
