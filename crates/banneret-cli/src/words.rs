//! Formulas in plain words, a line for each condition.

use std::collections::HashSet;

use banneret::{
    Atom, Codes, Duration, Fact, FactId, Formulas, Members, Node, NodeId, Question, Ranges, Schema,
    SetTest, TextTest, Time,
};

use crate::render::{printable, wrapped};

/// Deeper or longer than this nobody reads; the rule language beside it says the rest.
const DEEPEST: usize = 6;
const MOST_LINES: usize = 120;

/// The facts whose meaning has been said, so that it is said only where each comes up first.
pub(crate) type Said = HashSet<FactId>;

/// The conditions of a formula as a list.
pub(crate) fn conditions(
    formulas: &Formulas,
    root: NodeId,
    schema: &Schema,
    said: &mut Said,
) -> String {
    let lines = listed(formulas, root, schema, said).into_iter();
    let lines =
        lines.map(|(depth, text)| wrapped(&format!("{}• ", "  ".repeat(depth)), &text, 100));
    lines.collect()
}

/// The same, each line with how deep it stands inside others, from 1.
pub(crate) fn listed(
    formulas: &Formulas,
    root: NodeId,
    schema: &Schema,
    said: &mut Said,
) -> Vec<(usize, String)> {
    let mut list = List {
        formulas,
        schema,
        said,
        told: Vec::new(),
        lines: 0,
    };
    match formulas.node(root) {
        Node::All(parts) => parts.iter().for_each(|part| list.tell(*part, 1)),
        _ => list.tell(root, 1),
    }
    list.told
}

struct List<'a> {
    formulas: &'a Formulas,
    schema: &'a Schema,
    said: &'a mut Said,
    told: Vec<(usize, String)>,
    lines: usize,
}

impl List<'_> {
    fn tell(&mut self, id: NodeId, depth: usize) {
        self.lines += 1;
        if self.lines == MOST_LINES {
            return self.line(depth, "and so on, see below");
        }
        if self.lines > MOST_LINES {
            return;
        }
        let formulas = self.formulas;
        match formulas.node(id) {
            Node::True => self.line(depth, "always"),
            Node::False => self.line(depth, "never"),
            Node::Atom(atom) => {
                if let Some(atom) = formulas.atom(*atom) {
                    self.atom(atom, depth);
                }
            }
            Node::All(_) | Node::Any(_) if depth > DEEPEST => {
                self.line(depth, "and so on, see below")
            }
            Node::All(parts) => self.parts("all of these:", parts, depth),
            Node::Any(parts) => self.parts("at least one of these:", parts, depth),
        }
    }

    fn parts(&mut self, heading: &str, parts: &[NodeId], depth: usize) {
        self.line(depth, heading);
        parts.iter().for_each(|part| self.tell(*part, depth + 1));
    }

    fn atom(&mut self, atom: &Atom, depth: usize) {
        let mut text = sentence(atom, self.schema);
        let doc = self
            .schema
            .fact(atom.fact)
            .map_or("", |fact| fact.doc.trim());
        if self.said.insert(atom.fact) && !doc.is_empty() {
            text.push_str(" – ");
            text.push_str(&printable(doc));
        }
        self.line(depth, &text);
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.told.push((depth, text.to_owned()));
    }
}

/// A question about one fact: `billing.dunning_state is in_progress or exhausted, said within the
/// last hour`.
pub(crate) fn sentence(atom: &Atom, schema: &Schema) -> String {
    let Some(fact) = schema.fact(atom.fact) else {
        return String::new();
    };
    let said = predicate(&atom.question, fact);
    let unit = match (&atom.question, &fact.unit) {
        (Question::Int(_), Some(unit)) => format!(" ({unit})"),
        _ => String::new(),
    };
    let age = match atom.within {
        Some(bound) if atom.question == Question::Unknown => {
            format!(", or was last said more than {} ago", duration(bound))
        }
        Some(bound) => format!(", said within the last {}", one_length(bound)),
        None => String::new(),
    };
    format!("{} {said}{unit}{age}", fact.name)
}

fn predicate(question: &Question, fact: &Fact) -> String {
    match question {
        Question::Known => "is known".to_owned(),
        Question::Unknown => "is not known".to_owned(),
        Question::Bool(value) => format!("is {value}"),
        Question::Enum(codes) => values(codes, fact),
        Question::Int(ranges) => numbers(ranges),
        Question::At(ranges) => each(ranges, moment),
        Question::Away(ranges) => away(ranges),
        Question::Text { test, holds } => text(test, *holds),
        Question::Set { test, holds } => set(test, *holds, fact),
    }
}

fn values(codes: &Codes, fact: &Fact) -> String {
    let others = codes.complement();
    match (codes.is_empty(), others.is_empty()) {
        (true, _) => "is none of its values, which never holds".to_owned(),
        (_, true) => "is known".to_owned(),
        // Naming the exceptions is shorter only where there are few, of many.
        _ if codes.len() > 2 * others.len() => {
            format!("is known and not {}", or(names(&others, fact)))
        }
        _ => format!("is {}", or(names(codes, fact))),
    }
}

fn names(codes: &Codes, fact: &Fact) -> Vec<String> {
    let names = codes.iter().filter_map(|code| fact.kind.value_name(code));
    names.map(str::to_owned).collect()
}

/// `a`, `a or b`, `a, b or c`
fn or(names: Vec<String>) -> String {
    joined(names, "or")
}

/// Words in a row, the last after `last`.
pub(crate) fn joined(mut names: Vec<String>, last: &str) -> String {
    match (names.pop(), names.is_empty()) {
        (None, _) => "nothing".to_owned(),
        (Some(one), true) => one,
        (Some(one), false) => format!("{} {last} {one}", names.join(", ")),
    }
}

fn each(ranges: &Ranges, say: impl Fn(i64, i64) -> String) -> String {
    let said: Vec<_> = ranges.iter().map(|(low, high)| say(low, high)).collect();
    match said.is_empty() {
        true => "is nothing at all, which never holds".to_owned(),
        false => said.join(", or "),
    }
}

fn numbers(ranges: &Ranges) -> String {
    let gaps: Vec<_> = ranges.complement().iter().collect();
    if let [(low, high)] = gaps.as_slice()
        && low == high
    {
        return format!("is known and not {}", grouped(*low));
    }
    if ranges.iter().all(|(low, high)| low == high) && ranges.iter().len() > 1 {
        let points = ranges.iter().map(|(point, _)| grouped(point));
        return format!("is {}", or(points.collect()));
    }
    each(ranges, |low, high| match (low, high) {
        (i64::MIN, i64::MAX) => "is known".to_owned(),
        (i64::MIN, high) => format!("is {} or less", grouped(high)),
        (1, i64::MAX) => "is more than 0".to_owned(),
        (low, i64::MAX) => format!("is {} or more", grouped(low)),
        (low, high) if low == high => format!("is {}", grouped(low)),
        (low, high) => format!("is from {} to {}", grouped(low), grouped(high)),
    })
}

fn grouped(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", crate::render::thousands(number.unsigned_abs()))
}

fn moment(low: i64, high: i64) -> String {
    // Both ends belong to a range, and moments are counted in microseconds.
    let before = |high: i64| format!("before {}", at(high.saturating_add(1)));
    let after = |low: i64| format!("after {}", at(low.saturating_sub(1)));
    match (low, high) {
        (i64::MIN, i64::MAX) => "is known".to_owned(),
        (i64::MIN, high) => format!("lies {}", before(high)),
        (low, i64::MAX) => format!("lies {}", after(low)),
        (low, high) => format!("lies {} and {}", after(low), before(high)),
    }
}

fn at(micros: i64) -> Time {
    Time::from_unix_millis(micros.div_euclid(1_000))
}

fn away(ranges: &Ranges) -> String {
    let gaps: Vec<_> = ranges.complement().iter().collect();
    match gaps.as_slice() {
        [(low, high)] if *low != i64::MIN && *high != i64::MAX => {
            let gap = distance(*low, *high);
            format!("is known and does not {}", gap.replacen("lies", "lie", 1))
        }
        _ => each(ranges, distance),
    }
}

/// Where a moment lies from now, in microseconds, the past being negative.
fn distance(low: i64, high: i64) -> String {
    match (low, high) {
        (i64::MIN, i64::MAX) => "is known".to_owned(),
        (i64::MIN, -1) => "lies in the past".to_owned(),
        (1, i64::MAX) => "lies in the future".to_owned(),
        (i64::MIN, 0) => "does not lie in the future".to_owned(),
        (0, i64::MAX) => "does not lie in the past".to_owned(),
        (low, 0) if low != i64::MIN => format!("lies within the last {}", length(low)),
        (0, high) if high != i64::MAX => format!("lies within the next {}", length(high)),
        (i64::MIN, high) if high < 0 => format!("lies {} ago", beyond(high)),
        (low, i64::MAX) if low > 0 => format!("lies {} ahead", beyond(low)),
        (i64::MIN, high) => format!("does not lie {} ahead", past(high)),
        (low, i64::MAX) => format!("does not lie {} ago", past(low)),
        (low, high) if high < 0 => format!("lies from {} to {} ago", length(high), length(low)),
        (low, high) if low > 0 => format!("lies from {} to {} ahead", length(low), length(high)),
        (low, high) => format!("lies from {} ago to {} ahead", length(low), length(high)),
    }
}

/// A span that begins right at a whole length holds its end, one that begins after it does not.
fn beyond(micros: i64) -> String {
    match micros.unsigned_abs() {
        whole if whole.is_multiple_of(1_000_000) => format!("{} or more", length(micros)),
        strict => format!("more than {}", in_units((strict - 1) / 1_000_000)),
    }
}

/// The opposite of [`beyond`].
fn past(micros: i64) -> String {
    match micros.unsigned_abs() {
        whole if whole.is_multiple_of(1_000_000) => format!("more than {}", length(micros)),
        strict => format!("{} or more", in_units((strict + 1) / 1_000_000)),
    }
}

fn length(micros: i64) -> String {
    in_units(micros.unsigned_abs().div_ceil(1_000_000))
}

/// `2 days`, `24 hours`, `15 minutes`
pub(crate) fn duration(length: Duration) -> String {
    in_units(length.as_seconds())
}

/// After "the last": `hour`, `24 hours`.
fn one_length(length: Duration) -> String {
    let text = duration(length);
    text.strip_prefix("1 ").map(str::to_owned).unwrap_or(text)
}

fn in_units(seconds: u64) -> String {
    // Days from two days up: people say "24 hours", not "1 day".
    let units = [
        (172_800, 86_400, "day"),
        (3_600, 3_600, "hour"),
        (60, 60, "minute"),
    ];
    let fits =
        |(from, size, _): &(u64, u64, &str)| seconds >= *from && seconds.is_multiple_of(*size);
    let (size, unit) = units
        .iter()
        .find(|unit| fits(unit))
        .map_or((1, "second"), |unit| (unit.1, unit.2));
    crate::render::count(seconds / size, unit)
}

/// How long ago a moment was, roughly: `5 minutes ago`.
pub(crate) fn ago(moment: Time, now: Time) -> String {
    let seconds = now.as_unix_micros().saturating_sub(moment.as_unix_micros()) / 1_000_000;
    let units = [
        (172_800, 86_400, "day"),
        (7_200, 3_600, "hour"),
        (120, 60, "minute"),
        (1, 1, "second"),
    ];
    match units.into_iter().find(|(from, ..)| seconds >= *from) {
        Some((_, size, unit)) => format!(
            "{} ago",
            crate::render::count((seconds / size).unsigned_abs(), unit)
        ),
        None => "just now".to_owned(),
    }
}

/// Where a moment lies from now, exact to what is said: `24 hours ago`, `just over 24 hours ago`,
/// `3 days ahead`. A moment right behind a bound must not read as if it lay on it.
pub(crate) fn away_from(moment: Time, now: Time) -> String {
    let micros = now.as_unix_micros().saturating_sub(moment.as_unix_micros());
    let side = match micros {
        0 => return "now".to_owned(),
        1.. => "ago",
        _ => "ahead",
    };
    let (seconds, rest) = (
        micros.unsigned_abs() / 1_000_000,
        micros.unsigned_abs() % 1_000_000,
    );
    let units = [
        (172_800, 86_400, "day"),
        (3_600, 3_600, "hour"),
        (60, 60, "minute"),
    ];
    let unit = units.into_iter().find(|(from, ..)| seconds >= *from);
    let (_, size, unit) = unit.unwrap_or((1, 1, "second"));
    let over = match (seconds % size, rest) {
        _ if seconds == 0 => return format!("less than a second {side}"),
        (0, 0) => "",
        (0, _) | (1, 0) => "just over ",
        _ => "over ",
    };
    format!(
        "{over}{} {side}",
        crate::render::count(seconds / size, unit)
    )
}

fn text(test: &TextTest, holds: bool) -> String {
    let quote = |text: &str| format!("\"{}\"", printable(text));
    let does = if holds { "" } else { "does not " };
    let s = if holds { "s" } else { "" };
    match test {
        TextTest::In(members) => {
            let is = if holds { "is" } else { "is known and not" };
            format!(
                "{is} {}",
                or(members.iter().map(|text| quote(text)).collect())
            )
        }
        TextTest::StartsWith(part) => format!("{does}start{s} with {}", quote(part)),
        TextTest::EndsWith(part) => format!("{does}end{s} with {}", quote(part)),
        TextTest::Contains(part) => format!("{does}contain{s} {}", quote(part)),
    }
}

fn set(test: &SetTest, holds: bool, fact: &Fact) -> String {
    let list = |members: &Members| match members {
        Members::Codes(codes) => names(codes, fact),
        Members::Texts(texts) => texts
            .iter()
            .map(|text| format!("\"{}\"", printable(text)))
            .collect(),
    };
    match (test, holds) {
        (SetTest::Empty, true) => "has nothing in it".to_owned(),
        (SetTest::Empty, false) => "has something in it".to_owned(),
        (SetTest::Any(members), true) => format!("has {}", or(list(members))),
        (SetTest::Any(members), false) => format!("is known and has no {}", or(list(members))),
        (SetTest::All(members), true) => format!("has {}", joined(list(members), "and")),
        (SetTest::All(members), false) => {
            format!(
                "is known and has not all of {}",
                joined(list(members), "and")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn distances_say_whether_their_ends_belong() {
        let said = [
            (-3 * DAY, 0),
            (i64::MIN, -3 * DAY - 1),
            (-3 * DAY, i64::MAX),
            (7 * DAY + 1, i64::MAX),
            (-4 * DAY, -2 * DAY),
            (i64::MIN, -1),
        ]
        .map(|(low, high)| distance(low, high));
        let wanted = [
            "lies within the last 3 days",
            "lies more than 3 days ago",
            "does not lie more than 3 days ago",
            "lies more than 7 days ahead",
            "lies from 2 days to 4 days ago",
            "lies in the past",
        ];
        assert_eq!(said, wanted);
    }

    #[test]
    fn a_moment_behind_a_bound_does_not_read_as_on_it() {
        let now = Time::from_unix_seconds(1_000_000_000);
        let said = [
            0,
            90_000_000_000,
            86_400_000_001,
            3 * DAY,
            -DAY,
            -5 * DAY / 2,
            1,
        ]
        .map(|micros| at_micros(now.as_unix_micros() - micros))
        .map(|moment| away_from(moment, now));
        let wanted = [
            "now",
            "25 hours ago",
            "just over 24 hours ago",
            "3 days ago",
            "24 hours ahead",
            "over 2 days ahead",
            "less than a second ago",
        ];
        assert_eq!(said, wanted);
    }

    /// Only text tells a moment to the microsecond.
    fn at_micros(micros: i64) -> Time {
        let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
        let whole = Time::from_unix_seconds(seconds).to_string();
        format!("{}.{rest:06}Z", whole.trim_end_matches('Z'))
            .parse()
            .unwrap()
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        let said = [(2, i64::MAX), (i64::MIN, 5), (3, 10), (7, 7)]
            .map(|range| numbers(&Ranges::of([range])));
        assert_eq!(
            said,
            ["is 2 or more", "is 5 or less", "is from 3 to 10", "is 7"]
        );
        assert_eq!(
            numbers(&Ranges::of([(0, 0)]).complement()),
            "is known and not 0"
        );
    }
}
