//! The `items` and `envelopes` parts of a source.

use super::expression::Lines;
use super::{bad, no_place, place};
use crate::diagnostic::Diagnostic;
use crate::formula::NodeId;
use crate::intake::AsOf;
use crate::intake::items::{Envelope, ItemKind, Place};
use crate::intake::pointer::{Pattern, Pointer};
use crate::syntax::is_name;
use crate::yaml::{self, Node, quoted};

/// The names of the kinds; one without a name where `items` is no map.
pub(super) fn names(node: Option<&Node<'_>>, found: &mut Vec<Diagnostic>) -> Vec<Box<str>> {
    let Some(yaml::Kind::Map(entries)) = node.map(|node| &node.kind) else {
        return vec![Box::default()];
    };
    for (key, _) in entries.iter().filter(|(key, _)| !is_name(&key.text)) {
        let message = format!("{} cannot name a kind of item", quoted(&key.text));
        let help = "write `a`-`z`, `0`-`9` and `_`, beginning with a letter, like `inv`";
        found.push(bad(key.span, message).help(help));
    }
    entries
        .iter()
        .map(|(key, _)| Box::from(&*key.text))
        .collect()
}

/// Where the items of each kind are; the whole document where nothing is written.
pub(super) fn read(
    node: Option<&Node<'_>>,
    names: Vec<Box<str>>,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<ItemKind> {
    let mut kinds = Vec::with_capacity(names.len());
    let entries = match node.map(|node| &node.kind) {
        Some(yaml::Kind::Map(entries)) => entries.iter().map(|(_, node)| Some(node)).collect(),
        _ => vec![node],
    };
    for (at, (name, node)) in names.into_iter().zip(entries).enumerate() {
        let places = match node {
            Some(node) => places(node, at, lines, found),
            None => Pattern::parse(".").into_iter().map(anything).collect(),
        };
        kinds.push(ItemKind { name, places });
    }
    kinds
}

fn anything(pattern: Pattern) -> Place {
    Place {
        pattern,
        only: None,
        more: None,
    }
}

fn places(
    node: &Node<'_>,
    kind: usize,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Place> {
    let nodes = node.one_or_many();
    if nodes.is_empty() {
        let help = "write patterns like `/invoices/*`, or `.` for the whole document";
        found.push(bad(node.span, "`items` names no place").help(help));
    }
    let places = nodes.iter().filter_map(|node| match node.kind {
        yaml::Kind::Map(_) => described(node, kind, lines, found),
        _ => pattern(node, found).map(anything),
    });
    places.collect()
}

/// `{at: /data/*, where: inv.object == invoice, more: /has_more}`
fn described(
    node: &Node<'_>,
    kind: usize,
    lines: &mut Lines<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Place> {
    let map = node.map("a place of items", &["at", "where", "more"], found)?;
    let at = map.require("at", found).and_then(|at| pattern(at, found));
    let only = match map.get("where") {
        Some(node) => Some(lines.formula("`where`", node, found).inspect(|formula| {
            lines.of_kind(*formula, kind, node.span, found);
        })?),
        None => None,
    };
    let more = match map.get("more") {
        Some(node) => Some(place(node, "`more`", found)?),
        None => None,
    };
    Some(Place {
        pattern: at?,
        only: only.filter(|only| *only != NodeId::TRUE),
        more,
    })
}

fn pattern(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Pattern> {
    let text = node.string("`items`", found)?;
    Pattern::parse(text)
        .map_err(|why| found.push(no_place(node.span, why)))
        .ok()
}

/// What a document may be wrapped in.
pub(super) fn envelopes(node: Option<&Node<'_>>, found: &mut Vec<Diagnostic>) -> Vec<Envelope> {
    let nodes = node.map(Node::one_or_many).unwrap_or_default();
    nodes
        .iter()
        .filter_map(|node| envelope(node, found))
        .collect()
}

/// `/object`, or `{holds: /data/object, as_of: {at: /created, unix: s}}`
fn envelope(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Envelope> {
    let yaml::Kind::Map(_) = node.kind else {
        let holds = place(node, "an envelope", found)?;
        return Some(Envelope { holds, as_of: None });
    };
    let map = node.map("an envelope", &["holds", "as_of"], found)?;
    let holds = map.require("holds", found);
    let holds = holds.and_then(|node| place(node, "`holds`", found))?;
    let inside = |place: &Pointer| holds.holds(place);
    let as_of = match map.get("as_of") {
        Some(node) => Some(super::as_of_of(node, inside, false, found)?),
        None => None,
    };
    let as_of = as_of.filter(|as_of| !matches!(as_of, AsOf::Given));
    Some(Envelope { holds, as_of })
}
