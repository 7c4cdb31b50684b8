//! `schema.yaml` to a [`Schema`]: a book's own facts, the standard ones that it includes, and how
//! it narrows them.

mod narrow;
mod role;
mod values;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub(crate) use role::is_good_standing;

use super::{Fact, Kind, Schema};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{FileId, Span};
use crate::yaml::{self, Key, Map, Node, listed};

/// Facts that come together under one name.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// `billing@1`
    pub(crate) name: &'static str,
    /// In the order of declaration.
    pub(crate) facts: Vec<Fact>,
}

/// What a `schema.yaml` says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded {
    /// Every fact: those of the included groups, then the book's own.
    pub(crate) schema: Schema,
    /// The names of the included groups.
    pub(crate) includes: Vec<&'static str>,
}

/// Reads a `schema.yaml`, which may include the `groups`.
pub(crate) fn read(
    file: FileId,
    text: &str,
    groups: &[Group],
    found: &mut Vec<Diagnostic>,
) -> Loaded {
    let root = yaml::read(file, text, found);
    let root = root.as_ref().filter(|root| !root.is_null());
    let map = root.and_then(|root| root.map("a schema", &["include", "facts"], found));
    let include = map.as_ref().and_then(|map| map.get("include"));
    let included = include.map(|include| includes(include, groups, found));
    let included = included.unwrap_or_default();
    let groups_facts = included.iter().flat_map(|group| group.facts.clone());
    let mut facts: Vec<Fact> = groups_facts.collect();
    if !facts.iter().any(|fact| &*fact.name == ACCOUNT_ID) {
        facts.push(account_id(file));
    }
    if let Some(declared) = map.and_then(|map| map.get("facts")) {
        declare(declared, &mut facts, found);
        if included.iter().any(|group| group.name == CONTRACTS) {
            taken(declared, groups, &included, found);
        }
    }
    Loaded {
        schema: Schema::new(facts),
        includes: included.iter().map(|group| group.name).collect(),
    }
}

/// Reads the facts of a group that the library carries.
pub(crate) fn read_group(
    name: &'static str,
    file: FileId,
    text: &str,
    found: &mut Vec<Diagnostic>,
) -> Group {
    let root = yaml::read(file, text, found);
    let map = root.as_ref();
    let map = map.and_then(|root| root.map("a group", &["facts"], found));
    let mut facts = Vec::new();
    if let Some(declared) = map.and_then(|map| map.require("facts", found)) {
        declare(declared, &mut facts, found);
    }
    for fact in &mut facts {
        fact.group = Some(name);
    }
    Group { name, facts }
}

/// The group with which the standard contracts come.
const CONTRACTS: &str = "billing@1";

/// The contracts speak of facts of every group, so beside them no fact of a book's own may have
/// the name of one, with a type or freshness of its own.
fn taken(declared: &Node, groups: &[Group], included: &[&Group], found: &mut Vec<Diagnostic>) {
    let left_out = |group: &&Group| included.iter().all(|known| known.name != group.name);
    let left_out = groups.iter().filter(left_out);
    let named: HashMap<&str, &str> = left_out
        .flat_map(|group| group.facts.iter().map(|fact| (&*fact.name, group.name)))
        .collect();
    for (key, _) in declared
        .entries("`facts`", &mut Vec::new())
        .unwrap_or_default()
    {
        if let Some(group) = named.get(&*key.text) {
            let message = format!(
                "`{}` is a fact of {group}, which this book leaves out",
                key.text
            );
            let finding = Diagnostic::new(&codes::STANDARD_WIDENED, key.span, message);
            found.push(finding.help(format!("include {group}, or take another name")));
        }
    }
}

const ACCOUNT_ID: &str = "account.id";

/// Every account has an id, whatever the schema says.
fn account_id(file: FileId) -> Fact {
    Fact {
        name: ACCOUNT_ID.into(),
        kind: Kind::String(None),
        fresh_for: None,
        doc: "The account's id.".to_owned(),
        unit: None,
        is_dunning_role: false,
        group: None,
        span: Span::new(file, 0, 0),
    }
}

fn includes<'g>(node: &Node, groups: &'g [Group], found: &mut Vec<Diagnostic>) -> Vec<&'g Group> {
    let mut included: Vec<&Group> = Vec::new();
    for item in node.one_or_many() {
        let Some(name) = item.string("`include`", found) else {
            continue;
        };
        let group = groups.iter().find(|group| group.name == name);
        match group {
            None => found.push(unknown_group(item.span, name, groups)),
            Some(group) if included.iter().any(|seen| seen.name == group.name) => {
                let message = format!("`{name}` is included twice");
                found.push(
                    item.wrong(&codes::DUPLICATE, message)
                        .help("keep one of them"),
                );
            }
            Some(group) => included.push(group),
        }
    }
    included
}

fn unknown_group(span: Span, name: &str, groups: &[Group]) -> Diagnostic {
    let names = || groups.iter().map(|group| group.name);
    let message = format!("there is no group of facts `{name}`");
    let finding = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
    // `billing` is `billing@1` to whoever writes it.
    let versioned = || names().find(|known| known.split('@').next() == Some(name));
    let finding = match nearest(name, names()).or_else(versioned) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    };
    finding.help(format!("the groups are {}", listed(names())))
}

/// Adds the declared facts; one of a name that is there already narrows it.
fn declare(node: &Node, facts: &mut Vec<Fact>, found: &mut Vec<Diagnostic>) {
    if node.is_null() {
        return;
    }
    let standard = facts.len();
    for (key, value) in node.entries("`facts`", found).unwrap_or_default() {
        let what = format!("the fact `{}`", key.text);
        let Some(map) = value.map(&what, &KEYS, found) else {
            continue;
        };
        let mut known = facts.iter_mut().take(standard);
        match known.find(|fact| *fact.name == *key.text) {
            Some(fact) => narrow::narrow(fact, key, &map, found),
            None => facts.extend(own(key, &map, found)),
        }
    }
    role::keep_one(facts, found);
}

const KEYS: [&str; 8] = [
    "type",
    "values",
    "doc",
    "unit",
    "fresh_for",
    "min",
    "max",
    "role",
];

/// The types, and the keys that only some of them have.
const TYPES: [(&str, &[&str]); 7] = [
    ("bool", &[]),
    ("enum", &["values", "role"]),
    ("string", &["values"]),
    ("int", &["min", "max"]),
    ("time", &[]),
    ("set of enum", &["values"]),
    ("set of string", &[]),
];

/// A fact of the book's own; nothing where its type cannot be told.
fn own(key: &Key, map: &Map, found: &mut Vec<Diagnostic>) -> Option<Fact> {
    check_name(key, found);
    let node = map.require("type", found)?;
    let name = type_name(node, found)?;
    check_keys(map, name, found);
    let listed = match (map.get("values"), name) {
        (Some(node), "enum" | "set of enum") => values::read(node, name, found),
        _ => Vec::new(),
    };
    let fresh_for = fresh_for(map, found);
    let is_dunning_role = role::read(key, map, name, &listed, fresh_for, found);
    let kind = match name {
        "enum" | "set of enum" => {
            map.require("values", found)?;
            let values = listed.into_iter().map(values::Listed::value).collect();
            if name == "enum" {
                Kind::Enum(values)
            } else {
                Kind::EnumSet(values)
            }
        }
        "string" => Kind::String(map.get("values").map(|node| values::texts(node, found))),
        "int" => bounds(map, i64::MIN, i64::MAX, found),
        "bool" => Kind::Bool,
        "time" => Kind::Time,
        _ => Kind::StringSet,
    };
    Some(Fact {
        name: key.text.as_ref().into(),
        kind,
        fresh_for,
        doc: map.string("doc", found).unwrap_or_default().to_owned(),
        unit: map.string("unit", found).map(str::to_owned),
        is_dunning_role,
        group: None,
        span: key.span,
    })
}

fn check_name(key: &Key, found: &mut Vec<Diagnostic>) {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if key.text.contains('.') && key.text.split('.').all(is_word) {
        return;
    }
    let message = format!("`{}` is no name of a fact", key.text);
    let finding = Diagnostic::new(&codes::DATA_FILE, key.span, message);
    found.push(finding.help(
        "write words of `a`-`z`, `0`-`9` and `_`, at least two, with dots between: `account.plan`",
    ));
}

fn type_name(node: &Node, found: &mut Vec<Diagnostic>) -> Option<&'static str> {
    let written = node.string("`type`", found)?;
    let mut names = TYPES.iter().map(|(name, _)| *name);
    if let Some(name) = names.find(|name| *name == written) {
        return Some(name);
    }
    let message = format!("there is no type `{written}`");
    let finding = node.wrong(&codes::DATA_FILE, message);
    let names = || TYPES.iter().map(|(name, _)| *name);
    let finding = match other_word(written).or_else(|| nearest(written, names())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    };
    found.push(finding.help(format!("the types are {}", listed(names()))));
    None
}

/// What other languages call our types.
fn other_word(written: &str) -> Option<&'static str> {
    Some(match written {
        "boolean" => "bool",
        "integer" | "number" | "money" | "float" | "decimal" => "int",
        "text" | "str" => "string",
        "date" | "datetime" | "timestamp" => "time",
        "set" | "list" | "array" => "set of string",
        _ => return None,
    })
}

/// Reports keys that facts of this type do not have.
fn check_keys(map: &Map, type_name: &str, found: &mut Vec<Diagnostic>) {
    let has = |key: &str, keys: &[&str]| keys.contains(&key);
    let own = TYPES.iter().find(|(name, _)| *name == type_name);
    let own = own.map_or(&[][..], |(_, keys)| keys);
    for key in ["values", "min", "max", "role"] {
        let Some(node) = map.get(key).filter(|_| !has(key, own)) else {
            continue;
        };
        let owners = TYPES.iter().filter(|(_, keys)| has(key, keys));
        let owners = listed(owners.map(|(name, _)| *name));
        let message = format!("a `{type_name}` has no `{key}`");
        let finding = node.wrong(&codes::DATA_FILE, message);
        found.push(finding.help(format!("delete it; it is for {owners}")));
    }
}

fn fresh_for(map: &Map, found: &mut Vec<Diagnostic>) -> Option<crate::value::Duration> {
    map.get("fresh_for")?.duration("`fresh_for`", false, found)
}

/// The bounds of an int, where the map says nothing `least` and `most`.
fn bounds(map: &Map, least: i64, most: i64, found: &mut Vec<Diagnostic>) -> Kind {
    let mut bound = |key: &str| map.get(key)?.int(&format!("`{key}`"), found);
    let min = bound("min").unwrap_or(least);
    let max = bound("max").unwrap_or(most);
    if min <= max {
        return Kind::Int { min, max };
    }
    let place = map.get("min").map_or(map.span, |node| node.span);
    let message = format!("`min` {min} is above `max` {max}: no number fits");
    found.push(Diagnostic::new(&codes::DATA_FILE, place, message).help("swap them"));
    Kind::Int { min: max, max: min }
}
