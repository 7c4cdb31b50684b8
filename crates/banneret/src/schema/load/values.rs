//! The `values` of a fact.

use std::collections::BTreeMap;

use super::super::EnumValue;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::yaml::{Kind, Node, quoted};

/// So many values have codes.
const MAX_VALUES: usize = 65_535;
/// So many members a set, or a list of texts, may have.
const MAX_MEMBERS: usize = 10_000;

/// One value as it is listed; what is not said may come from the standard.
pub(super) struct Listed {
    pub(super) name: Box<str>,
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    pub(super) usual: Option<bool>,
    pub(super) in_dunning: bool,
}

impl Listed {
    pub(super) fn value(self) -> EnumValue {
        EnumValue {
            name: self.name,
            doc: self.doc.unwrap_or_default(),
            usual: self.usual == Some(true),
            in_dunning: self.in_dunning,
        }
    }
}

/// The values of an enum or set of enum: a list of names, or names with what is said of each.
pub(super) fn read(node: &Node, type_name: &str, found: &mut Vec<Diagnostic>) -> Vec<Listed> {
    let most = match type_name {
        "enum" => MAX_VALUES,
        _ => MAX_MEMBERS,
    };
    let values = match &node.kind {
        Kind::Map(entries) => entries
            .iter()
            .filter_map(|(key, about)| described(&key.text, key.span, about, found))
            .collect(),
        Kind::List(items) => items.iter().filter_map(|item| bare(item, found)).collect(),
        _ => {
            node.list("`values`", found);
            return Vec::new();
        }
    };
    let values = without_doubles(values, |value: &Listed| (&value.name, value.span), found);
    check_size(node, values.len(), most, found);
    values
}

/// The values of a string.
pub(super) fn texts(node: &Node, found: &mut Vec<Diagnostic>) -> Vec<Box<str>> {
    let Some(items) = node.list("`values`", found) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for item in items {
        if let Some(text) = item.string("a value", found) {
            texts.push((Box::from(text), item.span));
        }
    }
    let texts = without_doubles(texts, |(text, span)| (text, *span), found);
    check_size(node, texts.len(), MAX_MEMBERS, found);
    texts.into_iter().map(|(text, _)| text).collect()
}

fn bare(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Listed> {
    let name = &node.scalar("a value", found)?.text;
    // Before the type is looked at: `null` is refused as a value, not as something to quote.
    check_value(name, node.span, found)?;
    let name = node.string("a value", found)?;
    Some(listed(name, node.span))
}

fn described(name: &str, span: Span, about: &Node, found: &mut Vec<Diagnostic>) -> Option<Listed> {
    check_value(name, span, found)?;
    let mut value = listed(name, span);
    if about.is_null() {
        return Some(value);
    }
    let what = format!("the value `{name}`");
    if let Some(map) = about.map(&what, &["doc", "usual", "in_dunning"], found) {
        value.doc = map.string("doc", found).map(str::to_owned);
        value.usual = map.get("usual").map(|_| map.flag("usual", found));
        value.in_dunning = map.flag("in_dunning", found);
    }
    Some(value)
}

fn listed(name: &str, span: Span) -> Listed {
    Listed {
        name: name.into(),
        span,
        doc: None,
        usual: None,
        in_dunning: false,
    }
}

/// Refuses what could not be told from something else where a rule names it.
fn check_value(name: &str, span: Span, found: &mut Vec<Diagnostic>) -> Option<()> {
    let lower = name.to_lowercase();
    let (code, message, help) = match lower.as_str() {
        "unknown" => (
            &codes::RESERVED_NAME,
            format!("`{name}` is no value: every fact can be unknown"),
            "delete it",
        ),
        "true" | "false" | "null" | "~" => (
            &codes::RESERVED_NAME,
            format!("`{name}` cannot be a value of an enum"),
            "give it a name of its own, or make the fact a `bool`",
        ),
        _ if name.trim().is_empty() || name.contains(char::is_control) => (
            &codes::DATA_FILE,
            format!("{} cannot be a value", quoted(name)),
            "write a text on one line that is not empty",
        ),
        _ => return Some(()),
    };
    found.push(Diagnostic::new(code, span, message).help(help));
    None
}

fn without_doubles<T>(
    values: Vec<T>,
    place: impl Fn(&T) -> (&Box<str>, Span),
    found: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let mut seen: BTreeMap<Box<str>, Span> = BTreeMap::new();
    let mut is_new = |value: &T| {
        let (name, span) = place(value);
        let Some(first) = seen.insert(name.clone(), span) else {
            return true;
        };
        let message = format!("the value `{name}` is listed twice");
        let finding = Diagnostic::new(&codes::DUPLICATE, span, message);
        found.push(
            finding
                .related(first, "first here")
                .help("keep one of them"),
        );
        false
    };
    values.into_iter().filter(|value| is_new(value)).collect()
}

fn check_size(node: &Node, len: usize, most: usize, found: &mut Vec<Diagnostic>) {
    let is_empty = match &node.kind {
        Kind::List(items) => items.is_empty(),
        Kind::Map(entries) => entries.is_empty(),
        _ => false,
    };
    if is_empty {
        let finding = node.wrong(&codes::DATA_FILE, "`values` lists nothing");
        found.push(finding.help("list at least one value"));
    }
    if len > most {
        let message = format!("`values` lists {len} values, over {most}");
        let finding = node.wrong(&codes::LIMIT, message);
        found.push(finding.help("use `string` or `set of string` without `values`"));
    }
}
