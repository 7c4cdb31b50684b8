//! `banneret.yaml`: the manifest of a rule book.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::warehouse::Warehouse;
use crate::codes;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{FileId, Span};
use crate::value::{Duration, Time};
use crate::yaml::{self, Key, Map, Node, listed};

#[cfg(test)]
mod tests;

/// What a rule book says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The edition of the rule language; there is only 1.
    pub edition: u32,
    /// The file that declares the facts, relative to the book.
    pub schema: Box<str>,
    /// The sources of the library that the book has beside its own, and where it says so.
    pub sources: Vec<(Box<str>, Span)>,
    /// How many banners each placement shows at once, at least 1.
    pub placements: BTreeMap<Box<str>, u32>,
    /// Where the words are.
    pub copy: CopyFiles,
    /// A fact dated further ahead than this is not believed; at most five minutes.
    pub clock_skew: Duration,
    /// When rules may not change; kills may.
    pub freezes: Vec<Freeze>,
    /// The levels that the book gives to findings, in the order of the file.
    pub lint: Vec<LintLevel>,
    /// Where the accounts are for `banneret sql`.
    pub warehouse: Warehouse,
    /// The whole file.
    pub span: Span,
}

/// Where the words of banners are, and in which languages.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyFiles {
    /// The folder of `<locale>.ftl` files, relative to the book.
    pub dir: Box<str>,
    /// The locale that is written first; one of `locales`.
    pub source: Box<str>,
    /// Every locale, as BCP 47 tags.
    pub locales: Vec<Box<str>>,
    /// Where the manifest says so.
    pub span: Span,
}

/// A time in which rules may not change.
#[derive(Clone, Debug, PartialEq)]
pub struct Freeze {
    /// Its first moment.
    pub from: Time,
    /// The first moment after it.
    pub until: Time,
    /// Why.
    pub reason: String,
    /// Where the manifest says so.
    pub span: Span,
}

/// The level that a book gives to a kind of finding.
#[derive(Clone, Debug, PartialEq)]
pub struct LintLevel {
    /// `BN402`; whether such a kind exists is not known here.
    pub code: Box<str>,
    /// Nothing is `off`.
    pub level: Option<Level>,
    /// Where the code stands.
    pub span: Span,
}

const KEYS: [&str; 9] = [
    "edition",
    "schema",
    "sources",
    "placements",
    "copy",
    "clock_skew",
    "freeze",
    "lint",
    "warehouse",
];

/// Five minutes and five seconds; both are well below what [`Duration`] holds.
const MAX_SKEW_SECONDS: u64 = 300;
const DEFAULT_SKEW_SECONDS: u64 = 5;

impl Manifest {
    /// What counts where the manifest says nothing.
    fn silent(file: FileId) -> Manifest {
        let span = Span::new(file, 0, 0);
        Manifest {
            edition: 1,
            schema: "schema.yaml".into(),
            sources: Vec::new(),
            placements: BTreeMap::new(),
            copy: CopyFiles {
                dir: "copy".into(),
                source: "en".into(),
                locales: vec!["en".into()],
                span,
            },
            clock_skew: Duration::from_seconds(DEFAULT_SKEW_SECONDS).unwrap_or_default(),
            freezes: Vec::new(),
            lint: Vec::new(),
            warehouse: Warehouse::default(),
            span,
        }
    }
}

/// Reads a `banneret.yaml`; what is wrong has its default.
pub(crate) fn read(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Manifest {
    let mut manifest = Manifest::silent(file);
    let root = yaml::read(file, text, found);
    let map = root
        .as_ref()
        .and_then(|root| root.map("the manifest", &KEYS, found));
    let Some(map) = map else { return manifest };
    manifest.span = map.span;
    check_edition(&map, found);
    if let Some(schema) = map.string("schema", found) {
        manifest.schema = schema.into();
    }
    if let Some(node) = map.get("sources") {
        let nodes = node.one_or_many().iter();
        let named =
            nodes.filter_map(|node| Some((node.string("`sources`", found)?.into(), node.span)));
        manifest.sources = named.collect();
    }
    if let Some(node) = map.require("placements", found) {
        manifest.placements = placements(node, found);
    }
    if let Some(node) = map.get("copy") {
        copy_files(node, &mut manifest.copy, found);
    }
    if let Some(skew) = map.get("clock_skew").and_then(|node| skew(node, found)) {
        manifest.clock_skew = skew;
    }
    if let Some(node) = map.get("freeze") {
        let items = node.list("`freeze`", found).unwrap_or_default();
        manifest.freezes = items
            .iter()
            .filter_map(|item| freeze(item, found))
            .collect();
    }
    if let Some(node) = map.get("lint") {
        let entries = node.entries("`lint`", found).unwrap_or_default();
        let mut level = |(key, node): &(Key, Node)| lint_level(key, node, found);
        manifest.lint = entries.iter().filter_map(&mut level).collect();
    }
    if let Some(node) = map.get("warehouse") {
        manifest.warehouse = Warehouse::read(node, found);
    }
    manifest
}

fn check_edition(map: &Map, found: &mut Vec<Diagnostic>) {
    let Some(node) = map.require("edition", found) else {
        return;
    };
    if let Some(edition) = node.int("`edition`", found).filter(|edition| *edition != 1) {
        let message = format!("there is no edition {edition} of the rule language");
        let finding = node.wrong(&codes::DATA_FILE, message);
        found.push(finding.help("write `edition: 1`"));
    }
}

fn placements(node: &Node, found: &mut Vec<Diagnostic>) -> BTreeMap<Box<str>, u32> {
    let Some(entries) = node.entries("`placements`", found) else {
        return BTreeMap::new();
    };
    if entries.is_empty() {
        let finding = node.wrong(&codes::MISSING_FIELD, "the book has no placement");
        found.push(finding.help("name one and how many banners it shows: `{top: 1}`"));
    }
    let mut places = BTreeMap::new();
    for (key, value) in entries {
        if !is_name(&key.text) {
            let message = format!("`{}` is no name of a placement", key.text);
            let finding = Diagnostic::new(&codes::DATA_FILE, key.span, message);
            found.push(finding.help("write `a`-`z`, `0`-`9` and `_`, beginning with a letter"));
        }
        let many = value.int("how many banners a placement shows", found);
        let valid = many
            .and_then(|many| u32::try_from(many).ok())
            .filter(|many| *many > 0);
        if let (Some(many), None) = (many, valid) {
            let message = format!("the placement `{}` cannot show {many} banners", key.text);
            let finding = value.wrong(&codes::DATA_FILE, message);
            found.push(finding.help("write 1 or more"));
        }
        // A bad number is no reason to call the placement unknown wherever it is used.
        places.insert(key.text.as_ref().into(), valid.unwrap_or(1));
    }
    places
}

fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_part)
}

fn copy_files(node: &Node, copy: &mut CopyFiles, found: &mut Vec<Diagnostic>) {
    let Some(map) = node.map("`copy`", &["dir", "source", "locales"], found) else {
        return;
    };
    copy.span = map.span;
    if let Some(dir) = map.string("dir", found) {
        copy.dir = dir.into();
    }
    let source = map.required_string("source", found);
    if let Some(source) = source {
        copy.source = source.into();
    }
    let Some(locales) = map.require("locales", found) else {
        return;
    };
    copy.locales = locale_list(locales, found);
    let source = source.filter(|source| !copy.locales.iter().any(|locale| **locale == **source));
    if let (Some(source), Some(place)) = (source, map.get("source")) {
        let message = format!("the source locale `{source}` is none of the locales");
        let finding = place.wrong(&codes::DATA_FILE, message);
        found.push(finding.help(format!("add `{source}` to `locales`")));
    }
}

fn locale_list(node: &Node, found: &mut Vec<Diagnostic>) -> Vec<Box<str>> {
    let mut locales: Vec<Box<str>> = Vec::new();
    for item in node.list("`locales`", found).unwrap_or_default() {
        let Some(name) = item.string("a locale", found) else {
            continue;
        };
        if locales.iter().any(|locale| **locale == *name) {
            let message = format!("the locale `{name}` is listed twice");
            found.push(
                item.wrong(&codes::DUPLICATE, message)
                    .help("keep one of them"),
            );
        } else if !is_locale(name) {
            let message = format!("`{name}` is no locale");
            let finding = item.wrong(&codes::DATA_FILE, message);
            found.push(finding.help("write a language tag such as `de`, `de-AT` or `zh-Hans`"));
        } else {
            locales.push(name.into());
        }
    }
    locales
}

/// The shape of a BCP 47 tag: it becomes a file name too.
fn is_locale(name: &str) -> bool {
    let mut parts = name.split('-');
    let language = parts.next().unwrap_or_default();
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    (2..=8).contains(&language.len())
        && language.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(is_part)
}

fn skew(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Duration> {
    let skew = node.duration("`clock_skew`", true, found)?;
    if skew.as_seconds() > MAX_SKEW_SECONDS {
        let message = format!("a `clock_skew` of {skew} is over 5m");
        let finding = node.wrong(&codes::DATA_FILE, message);
        found.push(finding.help("set the clocks right, and write `5m` or less"));
        return None;
    }
    Some(skew)
}

fn freeze(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Freeze> {
    let map = node.map("a freeze", &["from", "until", "zone", "reason"], found)?;
    let zone = zone(&map, found);
    let mut moment = |key: &str| {
        let node = map.require(key, found)?;
        moment(node, key, zone.as_ref()?, found)
    };
    let (from, until) = (moment("from"), moment("until"));
    let reason = map.required_string("reason", found).map(str::to_owned);
    let (from, until, reason) = (from?, until?, reason?);
    if from >= until {
        let place = map.get("until").map_or(map.span, |node| node.span);
        let finding = Diagnostic::new(&codes::BAD_DATES, place, "a freeze ends before it begins");
        found.push(finding.help("`until` is the first day after it"));
        return None;
    }
    let span = map.span;
    Some(Freeze {
        from,
        until,
        reason,
        span,
    })
}

/// The zone beside the dates, UTC where there is none; nothing where it is wrong.
fn zone(map: &Map, found: &mut Vec<Diagnostic>) -> Option<TimeZone> {
    let Some(node) = map.get("zone") else {
        return Some(TimeZone::UTC);
    };
    let name = node.string("`zone`", found)?;
    let zone = jiff::tz::db().get(name).ok();
    if zone.is_none() {
        found.push(super::no_zone(name, node.span));
    }
    zone
}

/// A date's midnight in the zone, or a moment that has a zone of its own.
fn moment(node: &Node, key: &str, zone: &TimeZone, found: &mut Vec<Diagnostic>) -> Option<Time> {
    let text = node.string(&format!("`{key}`"), found)?;
    let midnight = match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == "2026-11-20".len() => zone.to_zoned(date.into()).ok(),
        _ => return node.time(&format!("`{key}`"), found),
    };
    if midnight.is_none() {
        let message = format!("`{key}`: `{text}` does not exist in that zone");
        found.push(node.wrong(&codes::BAD_DATES, message));
    }
    midnight.map(|midnight| Time::from_jiff(midnight.timestamp()))
}

const LEVELS: [&str; 3] = ["off", "warning", "error"];

fn lint_level(key: &Key, node: &Node, found: &mut Vec<Diagnostic>) -> Option<LintLevel> {
    let written = node.string("a level", found);
    if !is_code(&key.text) {
        let message = format!("`{}` is no code of a finding", key.text);
        let finding = Diagnostic::new(&codes::DATA_FILE, key.span, message);
        found.push(finding.help("write a code such as `BN402`"));
        return None;
    }
    let level = match written? {
        "off" => None,
        "warning" => Some(Level::Warning),
        "error" => Some(Level::Error),
        other => {
            let message = format!("there is no level `{other}`");
            let finding = node.wrong(&codes::DATA_FILE, message);
            found.push(finding.help(format!("the levels are {}", listed(LEVELS))));
            return None;
        }
    };
    if is_contract(&key.text) && level != Some(Level::Error) {
        let message = format!(
            "`{}` guards the truth of banners and is always an error",
            key.text
        );
        let finding = node.wrong(&codes::DATA_FILE, message);
        found.push(finding.help("delete the line"));
        return None;
    }
    Some(LintLevel {
        code: key.text.as_ref().into(),
        level,
        span: key.span,
    })
}

fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix("BN").unwrap_or_default();
    digits.len() == 3 && digits.chars().all(|c| c.is_ascii_digit())
}

/// `BN001` to `BN010`: what a banner says must be true.
pub(crate) fn is_contract(code: &str) -> bool {
    let number = code
        .strip_prefix("BN")
        .and_then(|digits| digits.parse().ok());
    number.is_some_and(|number: u32| (1..=10).contains(&number))
}
