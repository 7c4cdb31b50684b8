//! A source's YAML to a [`Source`]. Every mistake of the author is found here.

mod derive;
mod expression;
mod fold;
mod items;
mod raw;

use std::sync::Arc;

use self::derive::Declared;
use self::expression::Lines;
use super::derive::Rules;
use super::items::ItemKind;
use super::moment::{Form, Unix};
use super::pointer::{NoPlace, Pattern, Pointer};
use super::{AccountPlace, AsOf, Source};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::formula::Formulas;
use crate::schema::{Fact, FactId, Schema};
use crate::source::{FileId, Span};
use crate::syntax::is_name;
use crate::yaml::{self, Map, Node, listed, quoted};

const KEYS: [&str; 9] = [
    "source",
    "account",
    "as_of",
    "envelopes",
    "items",
    "raw",
    "derive",
    "fold",
    "empty",
];

/// Reads the description of a source, whose facts are those of `schema`; nothing where a mistake
/// was found.
pub(crate) fn load(
    file: FileId,
    text: &str,
    schema: &Arc<Schema>,
    found: &mut Vec<Diagnostic>,
) -> Option<Source> {
    read(file, text, schema, false, found)
}

/// Reads a source that the library carries. Facts and values that the schema leaves out are left out
/// of it too.
pub(crate) fn load_carried(
    file: FileId,
    text: &str,
    schema: &Arc<Schema>,
    found: &mut Vec<Diagnostic>,
) -> Option<Source> {
    read(file, text, schema, true, found)
}

fn read(
    file: FileId,
    text: &str,
    schema: &Arc<Schema>,
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<Source> {
    let before = found.len();
    let root = yaml::read(file, text, found)?;
    let map = root.map("a source", &KEYS, found)?;
    let source = assemble(file, &map, schema, is_carried, found);
    let mut new = found.iter().skip(before);
    source.filter(|_| !new.any(Diagnostic::is_firm))
}

/// Every part is read, whatever was wrong with those before it.
fn assemble(
    file: FileId,
    map: &Map<'_, '_>,
    schema: &Arc<Schema>,
    is_carried: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<Source> {
    let name = map
        .require("source", found)
        .and_then(|node| name(node, found));
    let account = map.require("account", found);
    let account = account.and_then(|node| account_places(node, found));
    let names = items::names(map.get("items"), found);
    let described = map.require("raw", found);
    let raw = described
        .map(|node| raw::read(node, &names, found))
        .unwrap_or_default();
    let raw_schema = Arc::new(Schema::new(raw.facts));
    let mut lines = Lines {
        file,
        schema: &raw_schema,
        declared: &raw.declared,
        kinds: &raw.raw.iter().map(|raw| raw.kind).collect::<Vec<_>>(),
        names: &names,
        is_carried,
        formulas: Formulas::default(),
    };
    let kinds = items::read(map.get("items"), names.clone(), &mut lines, found);
    let as_of = map.require("as_of", found);
    let as_of = as_of.and_then(|node| {
        let mut places = kinds.iter().flat_map(|kind| &kind.places);
        let is_whole = places.any(|place| place.pattern.is_document());
        as_of_of(node, |place| is_inside(&kinds, place), is_whole, found)
    });
    let envelopes = items::envelopes(map.get("envelopes"), found);
    let declared = map.require("derive", found);
    let declared = declared.map(|node| derive::read(node, schema, &mut lines, found));
    let mut declared = declared.unwrap_or_default();
    let picks = fold::read(
        map.get("fold"),
        schema,
        &mut declared,
        &kinds,
        is_carried,
        found,
    );
    fold::empty(map.get("empty"), schema, &mut declared, is_carried, found);
    let (name, span) = name?;
    Some(Source {
        name,
        span,
        schema: Arc::clone(schema),
        account: account?,
        as_of: as_of?,
        envelopes,
        kinds,
        rules: Rules {
            raw: raw.raw,
            formulas: lines.formulas,
            schema: raw_schema,
        },
        derived: declared
            .into_iter()
            .map(|Declared { derived, .. }| derived)
            .collect(),
        picks,
    })
}

/// A finding of this module's own kind.
fn bad(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&codes::BAD_SOURCE, span, message)
}

/// `stripe@1`, `credit-card`
fn name(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<(Box<str>, Span)> {
    let text = node.string("`source`", found)?;
    let (stem, version) = text.split_once('@').unwrap_or((text, "1"));
    let is_version = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    if is_version && is_name(&stem.replace('-', "_")) {
        return Some((text.into(), node.span));
    }
    let message = format!("{} cannot name a source", quoted(text));
    let help = "write a name of `a`-`z`, `0`-`9`, `_` and `-`, with an edition behind `@` if it \
                has one: `shop` or `shop@2`";
    found.push(bad(node.span, message).help(help));
    None
}

fn no_place(span: Span, why: NoPlace) -> Diagnostic {
    bad(span, why.message).help(why.help)
}

/// One place.
fn place(node: &Node<'_>, what: &str, found: &mut Vec<Diagnostic>) -> Option<Pointer> {
    let text = node.string(what, found)?;
    Pointer::parse(text)
        .map_err(|why| found.push(no_place(node.span, why)))
        .ok()
}

/// A place, or several of which the first that is there counts.
fn places(node: &Node<'_>, what: &str, found: &mut Vec<Diagnostic>) -> Option<Vec<Pointer>> {
    let nodes = node.one_or_many();
    if nodes.is_empty() {
        found.push(
            bad(node.span, format!("{what} names no place")).help("write one like `/customer`"),
        );
        return None;
    }
    // Each is looked at, so that each one's mistake shows.
    let places: Vec<_> = nodes.iter().map(|node| place(node, what, found)).collect();
    places.into_iter().collect()
}

/// Where the account's id stands: `/customer`, or `{at: /id, where: {/object: customer}}`.
fn account_places(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Vec<AccountPlace>> {
    let nodes = node.one_or_many();
    if nodes.is_empty() {
        let help = "write one like `/customer`";
        found.push(bad(node.span, "`account` names no place").help(help));
        return None;
    }
    let places = nodes.iter().map(|node| match node.kind {
        yaml::Kind::Map(_) => account_place(node, found),
        _ => account_at(node, "`account`", found).map(|at| AccountPlace { at, only: None }),
    });
    let places: Vec<_> = places.collect();
    places.into_iter().collect()
}

/// `/customer`, or `/data/*/customer` of every element of a list.
fn account_at(node: &Node<'_>, what: &str, found: &mut Vec<Diagnostic>) -> Option<Pattern> {
    let text = node.string(what, found)?;
    if text == "." {
        let message = "`.` is the whole document, and no account's id";
        found.push(bad(node.span, message).help("write one like `/customer`"));
        return None;
    }
    Pattern::parse(text)
        .map_err(|why| found.push(no_place(node.span, why)))
        .ok()
}

fn account_place(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<AccountPlace> {
    let map = node.map("a place of the account", &["at", "where"], found)?;
    let at = map.require("at", found);
    let at = at.and_then(|node| account_at(node, "`at`", found))?;
    let Some(condition) = map.get("where") else {
        return Some(AccountPlace { at, only: None });
    };
    let [(key, text)] = condition.entries("`where`", found)? else {
        let message = "`where` of the account names one place and the text that stands there";
        found.push(bad(condition.span, message).help("write `{/object: customer}`"));
        return None;
    };
    let there = Pointer::parse(&key.text);
    let there = there
        .map_err(|why| found.push(no_place(key.span, why)))
        .ok()?;
    let text = text.string("the text that stands there", found)?;
    Some(AccountPlace {
        at,
        only: Some((there, text.into())),
    })
}

/// Whether a place is inside an item.
fn is_inside(kinds: &[ItemKind], place: &Pointer) -> bool {
    let mut places = kinds.iter().flat_map(|kind| &kind.places);
    places.any(|items| items.pattern.holds(place))
}

/// `given`, or where the document says its time.
///
/// A place inside an item is refused; `is_whole` where the whole document is one.
fn as_of_of(
    node: &Node<'_>,
    is_inside: impl Fn(&Pointer) -> bool,
    is_whole: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<AsOf> {
    if let yaml::Kind::Scalar(scalar) = &node.kind {
        if scalar.text == "given" {
            return Some(AsOf::Given);
        }
        let message = format!("`as_of` cannot be {}", quoted(&scalar.text));
        let help = "write `given` where the host says when it fetched the document, or `{at: /created, unix: s}` \
                    where the document says it itself";
        found.push(bad(node.span, message).help(help));
        return None;
    }
    let map = node.map("`as_of`", &["at", "unix", "zone"], found)?;
    let form = form(&map, found);
    let at = map.require("at", found)?;
    let places = places(at, "`at`", found)?;
    for (place, node) in places.iter().zip(at.one_or_many()) {
        if is_inside(place) {
            let message = format!(
                "`{place}` is inside an item: it says when the object was born, not when anybody last vouched for it"
            );
            let help = "write `as_of: given`, and let the host say when it fetched the document";
            let finding = bad(node.span, message).help(help);
            found.push(match is_whole {
                true => finding.help("here the whole document is an item (`.`): a source for events has `items: /data/object`"),
                false => finding,
            });
        }
    }
    Some(AsOf::At(places, form?))
}

/// How a time is written: `unix: s`, `zone: Europe/Stockholm`, or neither.
fn form(map: &Map<'_, '_>, found: &mut Vec<Diagnostic>) -> Option<Form> {
    match (map.get("unix"), map.get("zone")) {
        (Some(_), Some(zone)) => {
            let message = "seconds since 1970 are in no zone: `unix` and `zone` exclude each other";
            found.push(bad(zone.span, message).help("keep one of them"));
            None
        }
        (Some(unix), None) => match unix.string("`unix`", found)? {
            "s" => Some(Form::Unix(Unix::Seconds)),
            "ms" => Some(Form::Unix(Unix::Millis)),
            other => {
                let message = format!("`unix` cannot be {}", quoted(other));
                found.push(
                    bad(unix.span, message)
                        .help("write `s` for seconds since 1970, or `ms` for milliseconds"),
                );
                None
            }
        },
        (None, Some(zone)) => {
            let name = zone.string("`zone`", found)?;
            let read = jiff::tz::TimeZone::get(name);
            let missing = |_| found.push(crate::book::no_zone(name, zone.span));
            read.map_err(missing)
                .ok()
                .map(|zone| Form::Text(Some(zone)))
        }
        (None, None) => Some(Form::Text(None)),
    }
}

/// `did you mean …?`, or else what there is.
fn suggest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str> + Clone) -> String {
    match nearest(wanted, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", listed(names)),
    }
}

/// The fact of a schema's that a key names.
fn fact_of<'s>(
    key: &yaml::Key<'_>,
    schema: &'s Schema,
    found: &mut Vec<Diagnostic>,
) -> Option<(FactId, &'s Fact)> {
    let id = schema.id(&key.text);
    if let Some(fact) = id.and_then(|id| Some((id, schema.fact(id)?))) {
        return Some(fact);
    }
    let message = format!("there is no fact `{}`", key.text);
    let finding = Diagnostic::new(&codes::UNKNOWN_FACT, key.span, message);
    let names = schema.facts().map(|(_, fact)| &*fact.name);
    found.push(match nearest(&key.text, names) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("declare it in the schema, with its type and what it means"),
    });
    None
}
