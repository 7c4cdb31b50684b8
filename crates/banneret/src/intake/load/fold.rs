//! The `fold` part of a source.

use super::derive::{Declared, can_be, literal};
use super::{bad, fact_of, suggest};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::Value;
use crate::intake::fold::{Fold, Pick};
use crate::intake::items::ItemKind;
use crate::schema::{Fact, FactId, Kind, Schema};
use crate::yaml::{Key, Node, listed, quoted};

const FOLDS: [(&str, Fold); 6] = [
    ("sum", Fold::Sum),
    ("min", Fold::Min),
    ("max", Fold::Max),
    ("any", Fold::Any),
    ("all", Fold::All),
    ("only", Fold::Only),
];

/// Gives every derived fact its fold; the picks, if there are any.
pub(super) fn read(
    node: Option<&Node<'_>>,
    schema: &Schema,
    declared: &mut [Declared],
    kinds: &[ItemKind],
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) -> Vec<Pick> {
    let entries = node.and_then(|node| node.entries("`fold`", found));
    let mut picked = None;
    let mut unreadable = Vec::new();
    for (key, node) in entries.unwrap_or_default() {
        if is_carried && key.text.contains('.') && schema.id(&key.text).is_none() {
            continue;
        }
        if key.text == "pick" {
            picked = Some(node);
        } else if one(key, node, schema, declared, found).is_none() {
            unreadable.push(schema.id(&key.text));
        }
    }
    let before = found.len();
    let picks = picked.map(|node| picks(node, schema, declared, is_carried, found));
    let picks = picks.unwrap_or_default();
    // Where a pick cannot be read nobody knows whose it would have been.
    if found.len() == before && !unreadable.contains(&None) {
        let is_several = |one: &Declared| {
            let kind = kinds.get(one.derived.kind.unwrap_or_default());
            one.derived.kind.is_some() && kind.is_some_and(ItemKind::is_several)
        };
        let missing = declared.iter().filter(|one| one.derived.fold.is_none());
        let missing = missing.filter(|one| is_several(one));
        let missing = missing.filter(|one| picks.iter().all(|pick| pick.kind != one.derived.kind));
        let missing = missing.filter(|one| !unreadable.contains(&Some(one.derived.fact)));
        found.extend(missing.map(|one| no_fold(one, schema)));
    }
    picks
}

/// Gives derived facts what they are where a list of items has nothing on it.
pub(super) fn empty(
    node: Option<&Node<'_>>,
    schema: &Schema,
    declared: &mut [Declared],
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) {
    let entries = node.and_then(|node| node.entries("`empty`", found));
    for (key, node) in entries.unwrap_or_default() {
        if is_carried && schema.id(&key.text).is_none() {
            continue;
        }
        let Some((id, fact)) = fact_of(key, schema, found) else {
            continue;
        };
        if derived(id, key, declared, found).is_none() {
            continue;
        }
        let text = node.scalar("a value", found).map(|scalar| &scalar.text);
        let text = text.filter(|text| !is_carried || can_be(text, fact));
        let value = text.and_then(|text| literal(text, node.span, fact, found));
        for one in declared.iter_mut().filter(|one| one.derived.fact == id) {
            one.derived.empty = value.clone().map(|value| (value, node.span));
        }
    }
}

fn no_fold(one: &Declared, schema: &Schema) -> Diagnostic {
    let fact = schema.fact(one.derived.fact);
    let (name, folds) = fact.map_or(("", String::new()), |fact| (&fact.name, folds_of(fact)));
    let message = format!(
        "a document can have several items, and nothing says what they make of `{name}` together"
    );
    let pick = "let one item speak, with `fold: {pick: {FACT: [the value that counts most, …]}}`";
    let finding = bad(one.span, message);
    match folds.is_empty() {
        true => finding.help(pick),
        false => finding
            .help(format!(
                "add `fold: {{{name}: …}}`, which is one of {folds}"
            ))
            .help(pick),
    }
}

/// The folds that a fact's type can have, in backticks.
fn folds_of(fact: &Fact) -> String {
    let fits = FOLDS.into_iter().filter(|(_, fold)| fits(*fold, fact));
    listed(fits.map(|(name, _)| name))
}

fn fits(fold: Fold, fact: &Fact) -> bool {
    match fold {
        Fold::Sum => matches!(fact.kind, Kind::Int { .. }),
        Fold::Min | Fold::Max => matches!(fact.kind, Kind::Int { .. } | Kind::Time),
        Fold::Any | Fold::All => fact.kind == Kind::Bool,
        Fold::Only => true,
    }
}

fn one(
    key: &Key<'_>,
    node: &Node<'_>,
    schema: &Schema,
    declared: &mut [Declared],
    found: &mut Vec<Diagnostic>,
) -> Option<()> {
    if !key.text.contains('.') {
        let message = format!("`fold` has no key {}", quoted(&key.text));
        let finding = bad(key.span, message).help("its keys are `pick` and the derived facts");
        found.push(match nearest(&key.text, ["pick"]) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
        return None;
    }
    let (id, fact) = fact_of(key, schema, found)?;
    let derived = derived(id, key, declared, found)?;
    let text = node.string(&format!("the fold of `{}`", fact.name), found)?;
    let Some((_, fold)) = FOLDS.into_iter().find(|(name, _)| *name == text) else {
        let message = format!("there is no fold {}", quoted(text));
        found.push(bad(node.span, message).help(suggest(text, FOLDS.map(|(name, _)| name))));
        return None;
    };
    if !fits(fold, fact) {
        let message = format!(
            "`{}` is of type `{}`, which has no `{text}`",
            fact.name,
            fact.kind.name()
        );
        let folds = folds_of(fact);
        found.push(bad(node.span, message).help(match folds.is_empty() {
            true => "let one item speak, with `pick`".to_owned(),
            false => format!("its folds are {folds}"),
        }));
        return None;
    }
    _ = derived;
    for one in declared.iter_mut().filter(|one| one.derived.fact == id) {
        one.derived.fold = Some(fold);
    }
    Some(())
}

/// The place of a fact among the derived ones.
fn derived(
    id: FactId,
    key: &Key<'_>,
    declared: &[Declared],
    found: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let at = declared.iter().position(|one| one.derived.fact == id);
    if at.is_none() {
        let message = format!("`{}` is not derived here", key.text);
        found.push(bad(key.span, message).help("derive it, or delete its fold"));
    }
    at
}

/// The facts that decide which item speaks, in their order.
fn picks(
    node: &Node<'_>,
    schema: &Schema,
    declared: &[Declared],
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) -> Vec<Pick> {
    let entries = node.entries("`pick`", found).unwrap_or_default();
    if entries.is_empty() {
        let help =
            "name the fact whose value decides which item speaks: `pick: {FACT: [VALUE, …]}`";
        found.push(bad(node.span, "`pick` names 0 facts").help(help));
    }
    let known = |key: &Key<'_>| !is_carried || schema.id(&key.text).is_some();
    let known = entries.iter().filter(|(key, _)| known(key));
    let picks =
        known.filter_map(|(key, order)| pick(key, order, schema, declared, is_carried, found));
    picks.collect()
}

fn pick(
    key: &Key<'_>,
    order: &Node<'_>,
    schema: &Schema,
    declared: &[Declared],
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<Pick> {
    let (id, fact) = fact_of(key, schema, found)?;
    let derived = derived(id, key, declared, found)?;
    let one = declared.get(derived)?;
    if one.derived.fold.is_some() {
        let message = format!(
            "`{}` picks the item that speaks, and has a fold of its own",
            fact.name
        );
        found.push(bad(key.span, message).help("delete one of the two"));
    }
    let Some(values) = one.values.as_ref() else {
        let message = format!("the values of `{}` cannot be listed", fact.name);
        found.push(bad(key.span, message).help("pick by an enum or a bool"));
        return None;
    };
    let kind = one.derived.kind;
    let span = order.span;
    let order = ranks(order, fact, is_carried, found)?;
    let missing = values.iter().filter(|value| !order.contains(value));
    let missing: Vec<_> = missing.map(|value| value.display(schema, id)).collect();
    if !missing.is_empty() {
        let names = listed(missing.iter().map(|name| &**name));
        let message = format!("`pick` does not say where {names} stands");
        found.push(bad(span, message).help("list every value that a line can give"));
    }
    Some(Pick {
        kind,
        derived,
        order,
    })
}

fn ranks(
    node: &Node<'_>,
    fact: &Fact,
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<Value>> {
    let items = node.list("the order of values", found)?;
    let mut order = Vec::with_capacity(items.len());
    let before = found.len();
    for item in items {
        let text = item.scalar("a value", found).map(|scalar| &scalar.text);
        let text = text.filter(|text| !is_carried || can_be(text, fact));
        let Some(value) = text.and_then(|text| literal(text, item.span, fact, found)) else {
            continue;
        };
        if order.contains(&value) {
            let message = format!("the value `{}` is listed twice", item.json());
            found.push(
                Diagnostic::new(&codes::DUPLICATE, item.span, message).help("keep one of them"),
            );
        }
        order.push(value);
    }
    (found.len() == before).then_some(order)
}
