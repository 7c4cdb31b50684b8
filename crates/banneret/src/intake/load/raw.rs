//! The `raw` part of a source.

use super::{bad, form, place, places, suggest};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::intake::raw::{Raw, RawForm};
use crate::schema::{EnumValue, Fact, Kind};
use crate::source::Span;
use crate::syntax::is_fact_name;
use crate::yaml::{Key, Map, Node, listed, quoted};

const TYPES: [&str; 6] = ["bool", "enum", "string", "int", "time", "present"];

/// Every key, and the types that take it; none is all of them.
const KEYS: [(&str, &[&str]); 12] = [
    ("at", &[]),
    ("type", &[]),
    ("values", &["enum"]),
    ("min", &["int"]),
    ("max", &["int"]),
    ("unix", &["time"]),
    ("zone", &["time"]),
    ("month_end", &["time"]),
    ("money", &["int"]),
    ("currency", &["int"]),
    ("digits", &["int"]),
    ("letters", &["string"]),
];

/// The raw values of a source.
#[derive(Default)]
pub(super) struct Described {
    /// In the order of the file, without those that could not be read.
    pub(super) facts: Vec<Fact>,
    /// Beside the facts, where each stands.
    pub(super) raw: Vec<Raw>,
    /// Every name, also of those that could not be read: they are not missing as well.
    pub(super) declared: Vec<Box<str>>,
}

pub(super) fn read(node: &Node<'_>, kinds: &[Box<str>], found: &mut Vec<Diagnostic>) -> Described {
    let mut described = Described::default();
    for (key, node) in node.entries("`raw`", found).unwrap_or_default() {
        described.declared.push(Box::from(&*key.text));
        let kind = kind_of(key, kinds, found);
        if let Some((fact, raw)) = one(key, node, found) {
            let raw = Raw { kind, ..raw };
            described.facts.push(fact);
            described.raw.push(raw);
        }
    }
    described
}

fn one(key: &Key<'_>, node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<(Fact, Raw)> {
    if !is_fact_name(&key.text) {
        let message = format!("{} cannot name a raw value", quoted(&key.text));
        let help = "write two names or more of `a`-`z`, `0`-`9` and `_` with dots between, like `inv.status`";
        found.push(bad(key.span, message).help(help));
    }
    let what = format!("the raw value `{}`", key.text);
    let map = node.map(&what, &KEYS.map(|(key, _)| key), found)?;
    let type_name = map.require("type", found)?;
    let type_name = type_of(type_name, found)?;
    keys_fit(&map, &what, type_name, found);
    let kind = kind(&map, type_name, found)?;
    let raw = raw(&map, type_name, found)?;
    let fact = Fact {
        name: Box::from(&*key.text),
        kind,
        fresh_for: None,
        doc: String::new(),
        unit: None,
        is_dunning_role: false,
        group: None,
        span: key.span,
    };
    Some((fact, raw))
}

/// The kind of item that a raw value's name begins with.
fn kind_of(key: &Key<'_>, kinds: &[Box<str>], found: &mut Vec<Diagnostic>) -> usize {
    if let [one] = kinds
        && one.is_empty()
    {
        return 0;
    }
    let first = key.text.split('.').next().unwrap_or_default();
    let kind = kinds.iter().position(|name| **name == *first);
    kind.unwrap_or_else(|| {
        let message = format!("{} is of no kind of item", quoted(&key.text));
        let names = listed(kinds.iter().map(|name| &**name));
        let help = format!("begin its name with a kind that `items` has: {names}");
        found.push(bad(key.span, message).help(help));
        0
    })
}

fn type_of(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<&'static str> {
    let text = node.string("`type`", found)?;
    let known = TYPES.into_iter().find(|name| *name == text);
    if known.is_none() {
        let message = format!("a raw value cannot be of type {}", quoted(text));
        found.push(bad(node.span, message).help(suggest(text, TYPES)));
    }
    known
}

/// Reports keys that mean nothing for the type.
fn keys_fit(map: &Map<'_, '_>, what: &str, type_name: &str, found: &mut Vec<Diagnostic>) {
    for (key, types) in KEYS {
        if let Some(node) = map.get(key)
            && !types.is_empty()
            && !types.contains(&type_name)
        {
            let message = format!("`{key}` means nothing for a raw value of type `{type_name}`");
            let help = format!(
                "delete it, or make {what} of type {}",
                listed(types.iter().copied())
            );
            found.push(bad(node.span, message).help(help));
        }
    }
}

fn kind(map: &Map<'_, '_>, type_name: &str, found: &mut Vec<Diagnostic>) -> Option<Kind> {
    Some(match type_name {
        "enum" => Kind::Enum(values(map.require("values", found)?, found)?),
        "string" => Kind::String(None),
        "time" => Kind::Time,
        "int" => bounds(map, found)?,
        _ => Kind::Bool,
    })
}

fn bounds(map: &Map<'_, '_>, found: &mut Vec<Diagnostic>) -> Option<Kind> {
    let mut bound = |key: &str, default| match map.get(key) {
        Some(node) => node.int(&format!("`{key}`"), found),
        None => Some(default),
    };
    let (min, max) = (bound("min", i64::MIN), bound("max", i64::MAX));
    let (min, max) = (min?, max?);
    if min > max {
        let message = format!("`min` ({min}) is above `max` ({max})");
        found.push(bad(map.span, message).help("swap them"));
        return None;
    }
    Some(Kind::Int { min, max })
}

/// The values as the provider writes them; they may be no names.
fn values(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Vec<EnumValue>> {
    let mut values: Vec<EnumValue> = Vec::new();
    for item in node.list("`values`", found)? {
        let Some(text) = item.string("a value", found) else {
            continue;
        };
        if values.iter().any(|value| &*value.name == text) {
            found.push(twice(text, item.span));
            continue;
        }
        values.push(EnumValue {
            name: text.into(),
            doc: String::new(),
            usual: false,
            in_dunning: false,
        });
    }
    if values.is_empty() {
        found.push(
            bad(node.span, "`values` lists no value").help("list what the provider can say here"),
        );
    }
    // The code of a value has 16 bits.
    if values.len() > usize::from(u16::MAX) {
        let message = format!(
            "`values` lists {} values, more than {}",
            values.len(),
            u16::MAX
        );
        found
            .push(Diagnostic::new(&codes::LIMIT, node.span, message).help("read it as a `string`"));
        return None;
    }
    Some(values)
}

pub(super) fn twice(text: &str, span: Span) -> Diagnostic {
    let message = format!("the value `{text}` is listed twice");
    Diagnostic::new(&codes::DUPLICATE, span, message).help("keep one of them")
}

fn raw(map: &Map<'_, '_>, type_name: &str, found: &mut Vec<Diagnostic>) -> Option<Raw> {
    if type_name == "time"
        && let Some(node) = map.get("month_end")
    {
        return month_end(map, node, found);
    }
    let form = match type_name {
        "bool" => Some(RawForm::Bool),
        "enum" | "string" => letters(map, found).map(|capitals| RawForm::Text { capitals }),
        "present" => Some(RawForm::Present),
        "time" => form(map, found).map(RawForm::Time),
        _ => amount(map, found),
    };
    let currency = match map.get("currency") {
        Some(node) => places(node, "`currency`", found)?,
        None => Vec::new(),
    };
    let at = places(map.require("at", found)?, "`at`", found)?;
    Some(Raw {
        kind: 0,
        at,
        form: form?,
        digits: digits(map, &currency, found),
        currency,
    })
}

/// `{ISK: 2}`: amounts in that currency have two digits here, whatever ISO 4217 says.
fn digits(
    map: &Map<'_, '_>,
    currency: &[super::Pointer],
    found: &mut Vec<Diagnostic>,
) -> Vec<(Box<str>, u32)> {
    let Some(node) = map.get("digits") else {
        return Vec::new();
    };
    if currency.is_empty() || map.get("money").is_some() {
        let message = "`digits` is about amounts in minor units whose currency is known";
        let help = "add `currency: /currency`, the place where it stands, and take `money` out";
        found.push(bad(node.span, message).help(help));
    }
    let mut digits = Vec::new();
    for (key, node) in node.entries("`digits`", found).unwrap_or_default() {
        if iso_currency::Currency::from_code(&key.text).is_none() {
            let message = format!("{} is no currency", quoted(&key.text));
            found.push(bad(key.span, message).help("write its three letters, like `ISK`"));
        }
        let number = node.int("how many digits the amounts have", found);
        let number = number.and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| *number <= 6) {
            Some(number) => digits.push((Box::from(&*key.text), number)),
            None => found.push(
                bad(node.span, "an amount has 0 to 6 digits here")
                    .help("write a number from 0 to 6"),
            ),
        }
    }
    digits
}

/// Whether a text is read in capitals.
fn letters(map: &Map<'_, '_>, found: &mut Vec<Diagnostic>) -> Option<bool> {
    let Some(node) = map.get("letters") else {
        return Some(false);
    };
    let text = node.string("`letters`", found)?;
    if text == "capitals" {
        return Some(true);
    }
    let message = format!("`letters` cannot be {}", quoted(text));
    let help = "write `capitals` to read `usd` as `USD`; leave it out to read what is written";
    found.push(bad(node.span, message).help(help));
    None
}

fn amount(map: &Map<'_, '_>, found: &mut Vec<Diagnostic>) -> Option<RawForm> {
    let Some(node) = map.get("money") else {
        return Some(RawForm::Int);
    };
    let text = node.string("`money`", found)?;
    if text != "major" {
        let message = format!("`money` cannot be {}", quoted(text));
        let help = "write `major` for amounts like 249.00; leave it out for amounts in minor units";
        found.push(bad(node.span, message).help(help));
        return None;
    }
    if map.get("currency").is_none() {
        let message = "an amount in major units needs its currency: not every currency has two digits after the point";
        found.push(
            bad(node.span, message).help("add `currency: /currency`, the place where it stands"),
        );
        return None;
    }
    Some(RawForm::Major)
}

fn month_end(map: &Map<'_, '_>, node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Raw> {
    for key in ["at", "unix", "zone"] {
        if let Some(node) = map.get(key) {
            let message = format!("`{key}` and `month_end` exclude each other");
            let help = "`month_end` says the places of year and month, and ends in UTC: delete one of the two";
            found.push(bad(node.span, message).help(help));
        }
    }
    let parts = node.map("`month_end`", &["year", "month"], found)?;
    let mut part = |key: &str| place(parts.require(key, found)?, &format!("`{key}`"), found);
    let (year, month) = (part("year"), part("month"));
    Some(Raw {
        kind: 0,
        at: Vec::new(),
        form: RawForm::MonthEnd {
            year: year?,
            month: month?,
        },
        currency: Vec::new(),
        digits: Vec::new(),
    })
}
