//! `tests/*.yaml`: accounts and what they must see, raw objects and what they must become.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{FileId, Span};
use crate::syntax::ast::{Name, Spanned};
use crate::value::Time;
use crate::yaml::{self, Key, Kind, Map, Node, listed, quoted};

/// One test of a rule book.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it shows, in words; no other case of the file has it.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The moment of the decision; nothing in a case about a source.
    pub now: Option<Time>,
    /// What is tested.
    pub body: CaseBody,
}

/// What a case tests.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseBody {
    /// What an account sees.
    Decision(DecisionCase),
    /// What a raw object becomes.
    Source(SourceCase),
}

/// An account and what it must see.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionCase {
    /// What is known of the account.
    pub facts: Vec<GivenFact>,
    /// What its viewer has seen, as an account line writes it.
    pub history: Option<Spanned<Value>>,
    /// Banners that must match, or be shown where `after_gates`.
    pub shows: Vec<Name>,
    /// Banners that must not.
    pub hides: Vec<Name>,
    /// Why banners are hidden: banner and reason code.
    pub because: Vec<(Name, Name)>,
    /// Whether rollout, caps and outranking count.
    pub after_gates: bool,
}

/// A fact as a case gives it; its type is not looked at yet.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenFact {
    /// Its name.
    pub name: Name,
    /// Its value; null is unknown.
    pub value: Spanned<Value>,
    /// Its age where the case says so; else it is as of now.
    pub as_of: Option<Time>,
}

/// A raw object and what it must become.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceCase {
    /// The source that reads it: `stripe@1`.
    pub source: Name,
    /// The raw object.
    pub input: SourceInput,
    /// When it was fetched.
    pub as_of: Option<Time>,
    /// Facts and the values that they must have; null is unknown.
    pub derives: Vec<(Name, Spanned<Value>)>,
}

/// What a source reads.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceInput {
    /// A JSON document.
    Document(Spanned<Value>),
    /// A row of a CSV file: columns and their texts.
    Row(Spanned<Vec<(Box<str>, Box<str>)>>),
}

/// Why a banner is not shown, in the order in which a decision looks.
pub(crate) const REASONS: [&str; 14] = [
    "killed",
    "quarantined",
    "not-yet",
    "ended",
    "locale",
    "audience-false",
    "audience-unknown",
    "contract",
    "holdout",
    "rollout",
    "cap",
    "dismissed",
    "clicked",
    "outranked",
];

/// Reasons that a test sees only where it says `after_gates: true`.
const GATES: [&str; 6] = [
    "holdout",
    "rollout",
    "cap",
    "dismissed",
    "clicked",
    "outranked",
];

const DECISION_KEYS: [&str; 7] = [
    "now",
    "facts",
    "history",
    "shows",
    "hides",
    "because",
    "after_gates",
];
const SOURCE_KEYS: [&str; 5] = ["source", "document", "row", "as_of", "derives"];
const ALL_KEYS: [&str; 13] = [
    "name",
    "now",
    "facts",
    "history",
    "shows",
    "hides",
    "because",
    "after_gates",
    "source",
    "document",
    "row",
    "as_of",
    "derives",
];

/// Reads a file of cases. A case with a mistake that changes what it tests is left out.
pub(crate) fn read(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Vec<Case> {
    let root = yaml::read(file, text, found);
    let root = root.as_ref().filter(|root| !root.is_null());
    let items = root.and_then(|root| root.list("a file of tests", found));
    let mut cases: Vec<Case> = Vec::new();
    let mut names = BTreeMap::new();
    for item in items.unwrap_or_default() {
        let Some(case) = case(item, found) else {
            continue;
        };
        if let Some(first) = names.insert(case.name.clone(), case.span) {
            let message = format!("another test is named {}", quoted(&case.name));
            let finding = Diagnostic::new(&codes::DUPLICATE, case.span, message);
            let finding = finding.related(first, "this one");
            found.push(finding.help("say in the name what is special about each"));
        }
        cases.push(case);
    }
    cases
}

fn case(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Case> {
    let map = node.map("a test", &ALL_KEYS, found)?;
    let before = found.len();
    let name = map.required_string("name", found);
    let is_source = SOURCE_KEYS.iter().any(|key| map.get(key).is_some());
    let others = if is_source { &DECISION_KEYS[..] } else { &[] };
    for key in others {
        if let Some(node) = map.get(key) {
            let message = format!("`{key}` is for accounts, and this test reads a raw object");
            let finding = node.wrong(&codes::BAD_CASE, message);
            found.push(finding.help("make two tests of it"));
        }
    }
    let mut now = None;
    let body = if is_source {
        CaseBody::Source(source_case(&map, found)?)
    } else {
        let node = map.require("now", found);
        now = node.and_then(|node| node.time("`now`", found));
        CaseBody::Decision(decision_case(&map, found))
    };
    let name = name?.to_owned();
    let span = map.get("name").map_or(map.span, |node| node.span);
    (found.len() == before).then_some(Case {
        name,
        span,
        now,
        body,
    })
}

fn decision_case(map: &Map, found: &mut Vec<Diagnostic>) -> DecisionCase {
    let case = DecisionCase {
        facts: map
            .get("facts")
            .map_or_else(Vec::new, |node| facts(node, found)),
        history: map.get("history").and_then(|node| history(node, found)),
        shows: banners(map, "shows", found),
        hides: banners(map, "hides", found),
        because: because(map, found),
        after_gates: map.flag("after_gates", found),
    };
    let asserts = ["shows", "hides", "because"];
    if !asserts
        .iter()
        .any(|key| map.get(key).is_some_and(says_something))
    {
        let finding = Diagnostic::new(&codes::BAD_CASE, map.start(), "the test asserts nothing");
        found.push(finding.help("add `shows: [banner]` or `hides: [banner]`"));
    }
    check_agreement(&case, found);
    case
}

fn says_something(node: &Node) -> bool {
    match &node.kind {
        Kind::List(items) => !items.is_empty(),
        Kind::Map(entries) => !entries.is_empty(),
        // Whatever else is wrong there has been reported.
        Kind::Scalar(_) | Kind::Broken => !node.is_null(),
    }
}

/// A test that contradicts itself can never pass.
fn check_agreement(case: &DecisionCase, found: &mut Vec<Diagnostic>) {
    let shown = |name: &Name| case.shows.iter().find(|shown| shown.value == name.value);
    let hidden = case
        .hides
        .iter()
        .chain(case.because.iter().map(|(banner, _)| banner));
    for banner in hidden {
        let Some(shown) = shown(banner) else { continue };
        let message = format!("`{}` cannot be both shown and hidden", banner.value);
        let finding = Diagnostic::new(&codes::BAD_CASE, banner.span, message);
        found.push(
            finding
                .related(shown.span, "shown here")
                .help("delete one of them"),
        );
    }
    for (_, reason) in case.because.iter().filter(|_| !case.after_gates) {
        if GATES.contains(&&*reason.value) {
            let message = format!("`{}` counts only after the gates", reason.value);
            let finding = Diagnostic::new(&codes::BAD_CASE, reason.span, message);
            found.push(finding.help("add `after_gates: true` to the test"));
        }
    }
}

fn facts(node: &Node, found: &mut Vec<Diagnostic>) -> Vec<GivenFact> {
    let entries = node.entries("`facts`", found).unwrap_or_default();
    let mut given = |(key, value): &(Key, Node)| given_fact(key, value, found);
    entries.iter().filter_map(&mut given).collect()
}

fn given_fact(key: &Key, node: &Node, found: &mut Vec<Diagnostic>) -> Option<GivenFact> {
    let what = format!("the fact `{}`", key.text);
    let (value, as_of) = match &node.kind {
        Kind::Map(_) => {
            let map = node.map(&what, &["value", "as_of"], found)?;
            let as_of = map.get("as_of");
            let as_of = as_of.and_then(|node| node.time("`as_of`", found));
            (map.require("value", found)?, as_of)
        }
        _ => (node, None),
    };
    Some(GivenFact {
        name: name_of(key),
        value: plain_value(value, &what, found)?,
        as_of,
    })
}

/// A scalar or a list of scalars.
fn plain_value(node: &Node, what: &str, found: &mut Vec<Diagnostic>) -> Option<Spanned<Value>> {
    for item in node.one_or_many() {
        item.scalar(what, found)?;
    }
    Some(spanned(node, node.json()))
}

fn history(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Spanned<Value>> {
    node.entries("`history`", found)?;
    Some(spanned(node, node.json()))
}

fn banners(map: &Map, key: &str, found: &mut Vec<Diagnostic>) -> Vec<Name> {
    let Some(node) = map.get(key) else {
        return Vec::new();
    };
    let mut names: Vec<Name> = Vec::new();
    for item in node.one_or_many() {
        let Some(name) = item.string(&format!("a banner in `{key}`"), found) else {
            continue;
        };
        if names.iter().any(|seen| *seen.value == *name) {
            let message = format!("`{name}` is listed twice");
            found.push(
                item.wrong(&codes::DUPLICATE, message)
                    .help("keep one of them"),
            );
        }
        names.push(spanned(item, name.into()));
    }
    names
}

fn because(map: &Map, found: &mut Vec<Diagnostic>) -> Vec<(Name, Name)> {
    let Some(node) = map.get("because") else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    for (key, value) in node.entries("`because`", found).unwrap_or_default() {
        let Some(reason) = value.string("a reason", found) else {
            continue;
        };
        if !REASONS.contains(&reason) {
            let message = format!("there is no reason `{reason}`");
            let finding = value.wrong(&codes::BAD_CASE, message);
            let finding = match nearest(reason, REASONS) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            };
            found.push(finding.help(format!("the reasons are {}", listed(REASONS))));
        }
        reasons.push((name_of(key), spanned(value, reason.into())));
    }
    reasons
}

fn source_case(map: &Map, found: &mut Vec<Diagnostic>) -> Option<SourceCase> {
    let source = map.require("source", found);
    let source = source.and_then(|node| {
        let name = node.string("`source`", found)?;
        Some(spanned(node, name.into()))
    });
    let as_of = map.get("as_of");
    let as_of = as_of.and_then(|node| node.time("`as_of`", found));
    let input = source_input(map, found);
    let derives = derives(map, found);
    Some(SourceCase {
        source: source?,
        input: input?,
        as_of,
        derives,
    })
}

fn source_input(map: &Map, found: &mut Vec<Diagnostic>) -> Option<SourceInput> {
    match (map.get("document"), map.get("row")) {
        (Some(node), None) => {
            node.entries("`document`", found)?;
            Some(SourceInput::Document(spanned(node, node.json())))
        }
        (None, Some(node)) => {
            let entries = node.entries("`row`", found)?;
            let mut cell = |(key, value): &(Key, Node)| {
                let text = &value.scalar("a cell", found)?.text;
                Some((Box::from(&*key.text), Box::from(&**text)))
            };
            let cells = entries.iter().filter_map(&mut cell).collect();
            Some(SourceInput::Row(spanned(node, cells)))
        }
        (Some(_), Some(row)) => {
            let finding = row.wrong(
                &codes::BAD_CASE,
                "a test has a `document` or a `row`, not both",
            );
            found.push(finding.help("make two tests of it"));
            None
        }
        (None, None) => {
            let message = "the test has no `document` and no `row`";
            let finding = Diagnostic::new(&codes::MISSING_FIELD, map.start(), message);
            found.push(
                finding.help("add the raw object: `document: {…}`, or a CSV row: `row: {…}`"),
            );
            None
        }
    }
}

fn derives(map: &Map, found: &mut Vec<Diagnostic>) -> Vec<(Name, Spanned<Value>)> {
    let Some(node) = map.require("derives", found) else {
        return Vec::new();
    };
    let Some(entries) = node.entries("`derives`", found) else {
        return Vec::new();
    };
    if entries.is_empty() {
        let finding = node.wrong(&codes::BAD_CASE, "the test asserts nothing");
        found.push(finding.help("name a fact and its value: `{billing.amount_overdue: 24900}`"));
    }
    let mut expected = |(key, value): &(Key, Node)| {
        let what = format!("the fact `{}`", key.text);
        let mut value = plain_value(value, &what, found)?;
        if value.value == "unknown" {
            value.value = Value::Null;
        }
        Some((name_of(key), value))
    };
    entries.iter().filter_map(&mut expected).collect()
}

fn name_of(key: &Key) -> Name {
    Spanned {
        value: key.text.as_ref().into(),
        span: key.span,
    }
}

fn spanned<T>(node: &Node, value: T) -> Spanned<T> {
    Spanned {
        value,
        span: node.span,
    }
}
