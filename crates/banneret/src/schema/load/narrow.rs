//! A book's own entry for a standard fact: it may say less than the standard, never more.

use super::super::{EnumValue, Fact, Kind};
use super::values::{self, Listed};
use super::{bounds, check_keys, fresh_for};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::yaml::{Key, Map, Node, listed};

/// Applies what the map says to the standard fact.
pub(super) fn narrow(fact: &mut Fact, key: &Key, map: &Map, found: &mut Vec<Diagnostic>) {
    if !same_text(fact, map, "type", fact.kind.name(), found) {
        return;
    }
    check_keys(map, fact.kind.name(), found);
    narrow_freshness(fact, map, found);
    fact.span = key.span;
    if fact.is_dunning_role {
        return keep_role(fact, map, found);
    }
    if let Some(unit) = fact.unit.clone() {
        same_text(fact, map, "unit", &unit, found);
    } else {
        fact.unit = map.string("unit", found).map(str::to_owned);
    }
    if let Some(doc) = map.string("doc", found) {
        doc.clone_into(&mut fact.doc);
    }
    refuse(fact, map, "role", found);
    let kind = narrower(fact, map, found);
    fact.kind = kind;
}

fn widened(fact: &Fact, node: &Node, said: &str) -> Diagnostic {
    let message = format!("`{}` is a standard fact: {said}", fact.name);
    let finding = node.wrong(&codes::STANDARD_WIDENED, message);
    finding.help("say the same or less, or declare a fact of your own under another name")
}

/// Whether the key says what the standard says, or nothing.
fn same_text(
    fact: &Fact,
    map: &Map,
    key: &str,
    standard: &str,
    found: &mut Vec<Diagnostic>,
) -> bool {
    let Some(node) = map.get(key) else {
        return true;
    };
    let Some(written) = map.string(key, found) else {
        return false;
    };
    if written != standard {
        let said = format!("its `{key}` is `{standard}`, not `{written}`");
        found.push(widened(fact, node, &said));
    }
    written == standard
}

fn narrow_freshness(fact: &mut Fact, map: &Map, found: &mut Vec<Diagnostic>) {
    let (Some(own), Some(node)) = (fresh_for(map, found), map.get("fresh_for")) else {
        return;
    };
    match fact.fresh_for {
        Some(standard) if own > standard => {
            let said = format!("it is fresh for {standard}, not for {own}");
            found.push(widened(fact, node, &said));
        }
        _ => fact.fresh_for = Some(own),
    }
}

/// The fact that proves dunning means the same in every book.
fn keep_role(fact: &Fact, map: &Map, found: &mut Vec<Diagnostic>) {
    same_text(fact, map, "role", "dunning_state", found);
    for key in ["values", "doc", "unit"] {
        refuse(fact, map, key, found);
    }
}

fn refuse(fact: &Fact, map: &Map, key: &str, found: &mut Vec<Diagnostic>) {
    if let Some(node) = map.get(key) {
        let said = match fact.is_dunning_role {
            true => format!(
                "it proves dunning, and nothing but `fresh_for` can be changed, not `{key}`"
            ),
            false => format!("it has no `{key}`"),
        };
        found.push(widened(fact, node, &said));
    }
}

fn narrower(fact: &Fact, map: &Map, found: &mut Vec<Diagnostic>) -> Kind {
    let values = map.get("values");
    match (&fact.kind, values) {
        (Kind::Enum(standard), Some(node)) => Kind::Enum(fewer(fact, standard, node, found)),
        (Kind::EnumSet(standard), Some(node)) => Kind::EnumSet(fewer(fact, standard, node, found)),
        (Kind::String(standard), Some(node)) => {
            let mut texts = values::texts(node, found);
            if let Some(standard) = standard {
                if let Some(text) = texts.iter().find(|text| !standard.contains(text)) {
                    found.push(widened(
                        fact,
                        node,
                        &format!("`{text}` is none of its values"),
                    ));
                }
                texts.retain(|text| standard.contains(text));
            }
            Kind::String(Some(texts))
        }
        (Kind::Int { min, max }, _) => tighter(fact, *min, *max, map, found),
        (kind, _) => kind.clone(),
    }
}

/// The standard's values that the book lists, in the standard's order.
fn fewer(
    fact: &Fact,
    standard: &[EnumValue],
    node: &Node,
    found: &mut Vec<Diagnostic>,
) -> Vec<EnumValue> {
    let mut own = values::read(node, fact.kind.name(), found);
    for value in &own {
        check_listed(fact, standard, value, found);
    }
    let mut said = |value: &EnumValue| {
        let at = own.iter().position(|own| own.name == value.name)?;
        let own = own.swap_remove(at);
        let mut value = value.clone();
        value.doc = own.doc.unwrap_or(value.doc);
        value.usual = own.usual.unwrap_or(value.usual);
        Some(value)
    };
    standard.iter().filter_map(&mut said).collect()
}

fn check_listed(fact: &Fact, standard: &[EnumValue], value: &Listed, found: &mut Vec<Diagnostic>) {
    let is_standard = standard.iter().any(|known| known.name == value.name);
    if is_standard && !value.in_dunning {
        return;
    }
    let said = if is_standard {
        "its values have no marks".to_owned()
    } else {
        let names = standard.iter().map(|known| &*known.name);
        format!("`{}` is none of its values {}", value.name, listed(names))
    };
    let message = format!("`{}` is a standard fact: {said}", fact.name);
    let finding = Diagnostic::new(&codes::STANDARD_WIDENED, value.span, message);
    found.push(finding.help("delete it, or declare a fact of your own under another name"));
}

fn tighter(fact: &Fact, min: i64, max: i64, map: &Map, found: &mut Vec<Diagnostic>) -> Kind {
    let mut own = bounds(map, min, max, found);
    let Kind::Int {
        min: own_min,
        max: own_max,
    } = &mut own
    else {
        return own;
    };
    if let Some(node) = map.get("min").filter(|_| *own_min < min) {
        found.push(widened(fact, node, &format!("its `min` is {min}")));
        *own_min = min;
    }
    if let Some(node) = map.get("max").filter(|_| *own_max > max) {
        found.push(widened(fact, node, &format!("its `max` is {max}")));
        *own_max = max;
    }
    own
}
