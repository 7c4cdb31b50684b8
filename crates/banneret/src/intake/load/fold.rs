//! The `fold` part of a source.

use super::derive::{Declared, literal};
use super::{bad, fact_of, suggest};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::Value;
use crate::intake::fold::{Fold, Pick};
use crate::schema::{Fact, FactId, Kind, Schema};
use crate::yaml::{Key, Node, listed, quoted};

const FOLDS: [(&str, Fold); 5] = [
    ("sum", Fold::Sum),
    ("min", Fold::Min),
    ("max", Fold::Max),
    ("any", Fold::Any),
    ("all", Fold::All),
];

/// Gives every derived fact its fold; the pick, if there is one.
pub(super) fn read(
    node: Option<&Node<'_>>,
    schema: &Schema,
    declared: &mut [Declared],
    is_several: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<Pick> {
    let entries = node.and_then(|node| node.entries("`fold`", found));
    let mut picked = None;
    let mut unreadable = Vec::new();
    for (key, node) in entries.unwrap_or_default() {
        if key.text == "pick" {
            picked = Some((key, node));
        } else if one(key, node, schema, declared, found).is_none() {
            unreadable.push(schema.id(&key.text));
        }
    }
    let pick = picked.and_then(|(_, node)| pick(node, schema, declared, found));
    if is_several && picked.is_none() && !unreadable.contains(&None) {
        let missing = declared.iter().filter(|one| one.derived.fold.is_none());
        let missing = missing.filter(|one| !unreadable.contains(&Some(one.derived.fact)));
        found.extend(missing.map(|one| no_fold(one, schema)));
    }
    pick
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
    declared.get_mut(derived)?.derived.fold = Some(fold);
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

fn pick(
    node: &Node<'_>,
    schema: &Schema,
    declared: &[Declared],
    found: &mut Vec<Diagnostic>,
) -> Option<Pick> {
    let entries = node.entries("`pick`", found)?;
    let [(key, order)] = entries else {
        let message = format!("`pick` names {} facts", entries.len());
        let help =
            "name the one fact whose value decides which item speaks: `pick: {FACT: [VALUE, …]}`";
        found.push(bad(node.span, message).help(help));
        return None;
    };
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
    let order = ranks(order, fact, found)?;
    let missing = values.iter().filter(|value| !order.contains(value));
    let missing: Vec<_> = missing.map(|value| value.display(schema, id)).collect();
    if !missing.is_empty() {
        let names = listed(missing.iter().map(|name| &**name));
        let message = format!("`pick` does not say where {names} stands");
        found.push(bad(node.span, message).help("list every value that a line can give"));
    }
    Some(Pick { derived, order })
}

fn ranks(node: &Node<'_>, fact: &Fact, found: &mut Vec<Diagnostic>) -> Option<Vec<Value>> {
    let items = node.list("the order of values", found)?;
    let mut order = Vec::with_capacity(items.len());
    let before = found.len();
    for item in items {
        let text = item.scalar("a value", found).map(|scalar| &scalar.text);
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
