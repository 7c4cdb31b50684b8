//! The `derive` part of a source.

use std::sync::Arc;

use super::expression::Lines;
use super::{bad, fact_of, suggest};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::facts::Value;
use crate::formula::NodeId;
use crate::intake::derive::{Derived, How, Line};
use crate::schema::{Fact, FactId, Kind, Schema};
use crate::source::Span;
use crate::yaml::{self, Key, Map, Node, listed, quoted};

/// A derived fact, and what its fold needs to know of it.
pub(super) struct Declared {
    pub(super) derived: Derived,
    /// Where it is named.
    pub(super) span: Span,
    /// Every value that it can come to; nothing where they cannot be counted.
    pub(super) values: Option<Vec<Value>>,
}

pub(super) fn read(
    node: &Node<'_>,
    schema: &Arc<Schema>,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Declared> {
    let mut declared = Vec::new();
    for (key, node) in node.entries("`derive`", found).unwrap_or_default() {
        if lines.is_carried && schema.id(&key.text).is_none() {
            continue;
        }
        let Some((id, fact)) = fact_of(key, schema, found) else {
            continue;
        };
        if &*fact.name == "account.id" {
            let message = "`account.id` comes from `account`";
            found.push(bad(key.span, message).help("delete it here"));
            continue;
        }
        let ways = match &node.kind {
            yaml::Kind::List(ways) if lines.has_kinds() => ways,
            _ => std::slice::from_ref(node),
        };
        let before = declared.len();
        for way in ways {
            let Some((how, asks, values)) = how(key, way, fact, lines, found) else {
                continue;
            };
            let kind = lines.kind_of(&asks, way.span, found);
            let mut others = declared.iter().skip(before);
            if others.any(|other: &Declared| other.derived.kind == kind) {
                let message = format!("two parts of `{}` are about one kind of item", fact.name);
                found.push(bad(way.span, message).help("make them one part"));
            }
            let derived = Derived {
                fact: id,
                kind,
                how,
                asks,
                fold: None,
                empty: None,
            };
            declared.push(Declared {
                derived,
                span: key.span,
                values,
            });
        }
    }
    declared
}

type Rule = (How, Vec<FactId>, Option<Vec<Value>>);

fn how(
    key: &Key<'_>,
    node: &Node<'_>,
    fact: &Fact,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    if matches!(fact.kind, Kind::EnumSet(_) | Kind::StringSet) {
        let message = format!(
            "`{}` is a {}: a source cannot derive sets",
            fact.name,
            fact.kind.name()
        );
        found.push(bad(key.span, message).help("let the host give it"));
        return None;
    }
    match &node.kind {
        yaml::Kind::Map(entries) if is_copy(entries, fact) => copy(node, fact, lines, found),
        yaml::Kind::Map(entries) => by_lines(key, entries, fact, lines, found),
        yaml::Kind::Scalar(_) if fact.kind == Kind::Bool => {
            let formula = lines.formula(&fact.name, node, found)?;
            let values = vec![Value::Bool(false), Value::Bool(true)];
            Some((How::Decide(formula), lines.asked([formula]), Some(values)))
        }
        yaml::Kind::Broken => None,
        _ => {
            found.push(no_rule(node, fact));
            None
        }
    }
}

fn no_rule(node: &Node<'_>, fact: &Fact) -> Diagnostic {
    let (name, kind) = (&fact.name, fact.kind.name());
    if let yaml::Kind::List(_) = node.kind {
        let message = format!("`{name}` must be a map or an expression, a list found");
        return bad(node.span, message)
            .help("several conditions are one expression, joined with `and` or `or`");
    }
    let message =
        format!("`{name}` is of type `{kind}`: an expression alone does not say its value");
    let help =
        "write a line for each value, `VALUE: EXPRESSION`, or copy a raw value with `{from: …}`";
    bad(node.span, message).help(help)
}

/// Whether a map copies: it says `from`, and the fact has no value of that name.
fn is_copy(entries: &[(Key<'_>, Node<'_>)], fact: &Fact) -> bool {
    fact.kind.code("from").is_none() && entries.iter().any(|(key, _)| key.text == "from")
}

fn by_lines(
    key: &Key<'_>,
    entries: &[(Key<'_>, Node<'_>)],
    fact: &Fact,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    if entries.iter().all(|(key, _)| key.text == "when") {
        found.push(
            bad(key.span, format!("`{}` has no line", fact.name)).help("write `VALUE: EXPRESSION`"),
        );
    }
    let is_about = |key: &Key<'_>| key.text == "when" && fact.kind.code("when").is_none();
    let about = match entries.iter().find(|(key, _)| is_about(key)) {
        Some((_, node)) => lines.formula("`when`", node, found)?,
        None => NodeId::TRUE,
    };
    let mut read: Vec<Line> = Vec::new();
    for (key, node) in entries.iter().filter(|(key, _)| !is_about(key)) {
        if lines.is_carried && !can_be(&key.text, fact) {
            continue;
        }
        let value = literal(&key.text, key.span, fact, found);
        let formula = lines.formula(&Lines::line(key), node, found);
        let (Some(value), Some(formula)) = (value, formula) else {
            continue;
        };
        if read.iter().any(|other| other.value == value) {
            found.push(super::raw::twice(&key.text, key.span));
        }
        read.push(Line {
            value,
            formula: lines.formulas.all([about, formula]),
            span: key.span.to(node.span),
        });
    }
    let formulas = read.iter().map(|line| line.formula).chain([about]);
    let asks = lines.asked(formulas);
    let values = read.iter().map(|line| line.value.clone()).collect();
    Some((How::Lines { about, lines: read }, asks, Some(values)))
}

fn copy(
    node: &Node<'_>,
    fact: &Fact,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    let map = node.map(
        &format!("`{}`", fact.name),
        &["from", "when", "else"],
        found,
    )?;
    let from = map.require("from", found).and_then(|node| {
        let id = lines.raw(node, found)?;
        agree(node, lines.schema.fact(id)?, fact, found).then_some(id)
    });
    let when = match map.get("when") {
        Some(node) => lines.formula("`when`", node, found),
        None => Some(NodeId::TRUE),
    };
    let otherwise = otherwise(&map, fact, found);
    let (from, when) = (from?, when?);
    let mut asks = lines.asked([when]);
    if !asks.contains(&from) {
        asks.insert(0, from);
    }
    let values = copied(lines.schema.fact(from)?, fact, otherwise.as_ref());
    Some((
        How::Copy {
            from,
            when,
            otherwise,
            span: node.span,
        },
        asks,
        values,
    ))
}

fn otherwise(map: &Map<'_, '_>, fact: &Fact, found: &mut Vec<Diagnostic>) -> Option<Value> {
    let node = map.get("else")?;
    if map.get("when").is_none() {
        let message = "`else` without `when` never speaks";
        found.push(bad(node.span, message).help("say with `when` where the raw value counts"));
    }
    let text = &node.scalar("`else`", found)?.text;
    literal(text, node.span, fact, found)
}

/// Whether the book has left an enum the value.
pub(super) fn can_be(text: &str, fact: &Fact) -> bool {
    !matches!(fact.kind, Kind::Enum(_)) || fact.kind.code(text).is_some()
}

/// The values that a copy can come to, where the type has few.
fn copied(raw: &Fact, fact: &Fact, otherwise: Option<&Value>) -> Option<Vec<Value>> {
    let mut values = match fact.kind {
        Kind::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Kind::Enum(_) => {
            let codes = raw
                .kind
                .values()
                .iter()
                .filter_map(|value| fact.kind.code(&value.name));
            codes.map(Value::Enum).collect()
        }
        _ => return None,
    };
    values.extend(
        otherwise
            .filter(|value| !values.contains(value))
            .cloned()
            .into_iter()
            .collect::<Vec<_>>(),
    );
    Some(values)
}

/// Whether a raw value's type and values are also the fact's.
fn agree(node: &Node<'_>, raw: &Fact, fact: &Fact, found: &mut Vec<Diagnostic>) -> bool {
    if raw.kind.name() != fact.kind.name() {
        let message = format!(
            "`{}` is of type `{}` and `{}` of type `{}`",
            raw.name,
            raw.kind.name(),
            fact.name,
            fact.kind.name()
        );
        let finding = Diagnostic::new(&codes::TYPE_MISMATCH, node.span, message);
        found.push(
            finding.help("read the raw value as the fact's type, or write a line for each value"),
        );
        return false;
    }
    let values = raw.kind.values().iter().map(|value| &*value.name);
    let foreign: Vec<_> = values
        .filter(|value| fact.kind.code(value).is_none())
        .collect();
    if foreign.is_empty() {
        return true;
    }
    let message = format!(
        "`{}` can be {}, which `{}` cannot",
        raw.name,
        listed(foreign.iter().copied()),
        fact.name
    );
    let finding = Diagnostic::new(&codes::UNKNOWN_VALUE, node.span, message);
    found
        .push(finding.help("write a line for each value of the fact instead: `VALUE: EXPRESSION`"));
    false
}

/// A value of a fact as a key or `else` writes it.
pub(super) fn literal(
    text: &str,
    span: Span,
    fact: &Fact,
    found: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let wrong = |help: &str| {
        let message = format!(
            "{} is no value of `{}`, which is of type `{}`",
            quoted(text),
            fact.name,
            fact.kind.name()
        );
        Diagnostic::new(&codes::TYPE_MISMATCH, span, message).help(help)
    };
    let value = match &fact.kind {
        Kind::Bool => text
            .parse()
            .map(Value::Bool)
            .map_err(|_| wrong("write `true` or `false`")),
        Kind::Int { min, max } => match text.parse() {
            Ok(number) if (*min..=*max).contains(&number) => Ok(Value::Int(number)),
            Ok(_) => Err(no_value(text, span, fact).help(format!("it is between {min} and {max}"))),
            Err(_) => Err(wrong("write a whole number")),
        },
        Kind::Enum(values) => fact.kind.code(text).map(Value::Enum).ok_or_else(|| {
            let names = values.iter().map(|value| &*value.name);
            match text {
                "unknown" => no_value(text, span, fact)
                    .help("delete it: where no line holds the fact is unknown"),
                _ => no_value(text, span, fact).help(suggest(text, names)),
            }
        }),
        Kind::String(Some(domain)) if !domain.iter().any(|value| **value == *text) => {
            let names = domain.iter().map(|value| &**value);
            Err(no_value(text, span, fact).help(suggest(text, names)))
        }
        Kind::String(_) => Ok(Value::Text(text.into())),
        _ => Err(wrong("copy a raw time with `{from: …}`")),
    };
    value.map_err(|finding| found.push(finding)).ok()
}

fn no_value(text: &str, span: Span, fact: &Fact) -> Diagnostic {
    let message = format!("`{}` cannot be {}", fact.name, quoted(text));
    Diagnostic::new(&codes::UNKNOWN_VALUE, span, message)
}
