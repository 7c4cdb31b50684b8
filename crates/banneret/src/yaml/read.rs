//! Helpers that read a tree: each gives what it was asked for or says what is wrong, and nothing
//! stops at the first mistake.

use serde_json::Value;

use super::{Key, Kind, Node, Scalar};
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::value::{Duration, Time};

impl<'t> Node<'t> {
    /// A finding about this value.
    pub(crate) fn wrong(&self, code: &'static Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
    }

    /// The entries of a map, whatever their keys. `what` names it: `` `facts` ``, `a case`.
    pub(crate) fn entries(
        &self,
        what: &str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<&[(Key<'t>, Node<'t>)]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => self.expected(what, "a map (`name: value`)", found),
        }
    }

    /// The map with no keys but the `allowed` ones; others are reported.
    pub(crate) fn map<'n>(
        &'n self,
        what: &str,
        allowed: &[&str],
        found: &mut Vec<Diagnostic>,
    ) -> Option<Map<'n, 't>> {
        let entries = self.entries(what, found)?;
        let is_unknown = |(key, _): &&(Key, Node)| !allowed.contains(&&*key.text);
        for (key, value) in entries.iter().filter(is_unknown) {
            let finding = unknown_key(key, what, allowed);
            found.push(match value.is_null() && key.text.contains([' ', '.']) {
                true => finding.help("a text that holds a `,` inside `{…}` is quoted"),
                false => finding,
            });
        }
        Some(Map {
            span: self.span,
            what: what.to_owned(),
            entries,
        })
    }

    /// The items of a list.
    pub(crate) fn list(&self, what: &str, found: &mut Vec<Diagnostic>) -> Option<&[Node<'t>]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => self.expected(what, "a list (`[a, b]` or `- a`)", found),
        }
    }

    /// The items of a list, or the value itself as the one item.
    pub(crate) fn one_or_many(&self) -> &[Node<'t>] {
        match &self.kind {
            Kind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The scalar, of whatever type; null is one.
    pub(crate) fn scalar(&self, what: &str, found: &mut Vec<Diagnostic>) -> Option<&Scalar<'t>> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => self.expected(what, "a single value", found),
        }
    }

    /// Text that says something; a number, a bool or null must be quoted to be text.
    pub(crate) fn string(&self, what: &str, found: &mut Vec<Diagnostic>) -> Option<&str> {
        let Kind::Scalar(scalar) = &self.kind else {
            return self.expected(what, "text", found);
        };
        let blank = scalar.text.trim().is_empty();
        if scalar.value.is_string() && !blank {
            return Some(&scalar.text);
        }
        let message = format!("{what} must be text, {} found", describe(&scalar.value));
        let finding = self.wrong(&codes::DATA_FILE, message);
        found.push(match blank {
            true => finding.help("write a text behind it, or delete the key"),
            false => finding.help(format!("write it in quotes: {}", quoted(&scalar.text))),
        });
        None
    }

    /// `true` or `false`.
    pub(crate) fn bool(&self, what: &str, found: &mut Vec<Diagnostic>) -> Option<bool> {
        match &self.kind {
            Kind::Scalar(Scalar {
                value: Value::Bool(value),
                ..
            }) => Some(*value),
            _ => self.expected(what, "`true` or `false`", found),
        }
    }

    /// A whole number of 64 bits.
    pub(crate) fn int(&self, what: &str, found: &mut Vec<Diagnostic>) -> Option<i64> {
        let number = match &self.kind {
            Kind::Scalar(scalar) => scalar.value.as_i64(),
            _ => None,
        };
        number.or_else(|| self.expected(what, "a whole number", found))
    }

    /// A length of time above zero, such as `24h` or `90 minutes`; seconds only where `seconds`.
    pub(crate) fn duration(
        &self,
        what: &str,
        seconds: bool,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Duration> {
        let text = &self.scalar(what, found)?.text;
        let length = length(text, seconds).filter(|length| length.as_seconds() > 0);
        if length.is_none() {
            let message = format!(
                "{what} must be a length of time, `{}` found",
                shortened(text)
            );
            let units = if seconds {
                "`s`, `m`"
            } else {
                "`m`, `h`, `d`, `w`"
            };
            let help = format!("write a whole number above 0 and a unit of {units}, such as `5m`");
            found.push(self.wrong(&codes::DATA_FILE, message).help(help));
        }
        length
    }

    /// A moment with its zone.
    pub(crate) fn time(&self, what: &str, found: &mut Vec<Diagnostic>) -> Option<Time> {
        let text = self.string(what, found)?;
        let moment = text.parse();
        if let Err(why) = &moment {
            found.push(self.wrong(&codes::BAD_DATES, format!("{what}: {why}")));
        }
        moment.ok()
    }

    fn expected<T>(&self, what: &str, wanted: &str, found: &mut Vec<Diagnostic>) -> Option<T> {
        let met = match &self.kind {
            Kind::Broken => return None,
            Kind::Scalar(scalar) => describe(&scalar.value),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a map".to_owned(),
        };
        let message = format!("{what} must be {wanted}, {met} found");
        found.push(self.wrong(&codes::DATA_FILE, message));
        None
    }
}

/// A map whose keys have been looked at.
pub(crate) struct Map<'n, 't> {
    /// The place of the whole map.
    pub(crate) span: Span,
    what: String,
    entries: &'n [(Key<'t>, Node<'t>)],
}

impl<'n, 't> Map<'n, 't> {
    /// The value of a key, where the key is there.
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node<'t>> {
        let mut entries = self.entries.iter();
        entries
            .find(|(name, _)| name.text == key)
            .map(|(_, value)| value)
    }

    /// The value of a key that must be there.
    pub(crate) fn require(&self, key: &str, found: &mut Vec<Diagnostic>) -> Option<&'n Node<'t>> {
        let value = self.get(key);
        if value.is_none() {
            let message = format!("{} has no `{key}`", self.what);
            let finding = Diagnostic::new(&codes::MISSING_FIELD, self.start(), message);
            found.push(finding.help(format!("add `{key}: …`")));
        }
        value
    }

    /// The text of a key, where the key is there.
    pub(crate) fn string(&self, key: &str, found: &mut Vec<Diagnostic>) -> Option<&'n str> {
        self.get(key)?.string(&format!("`{key}`"), found)
    }

    /// The text of a key that must be there.
    pub(crate) fn required_string(
        &self,
        key: &str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<&'n str> {
        self.require(key, found)?.string(&format!("`{key}`"), found)
    }

    /// The `true` or `false` of a key; false where the key is not there.
    pub(crate) fn flag(&self, key: &str, found: &mut Vec<Diagnostic>) -> bool {
        let value = self.get(key);
        value.and_then(|value| value.bool(&format!("`{key}`"), found)) == Some(true)
    }

    /// Its first line's place: what lacks something is not underlined to its end.
    pub(crate) fn start(&self) -> Span {
        let first = self.entries.first();
        first.map_or(self.span, |(key, _)| key.span)
    }
}

/// `90 minutes`, `24h`; `s` and `second(s)` only where `seconds`.
fn length(text: &str, seconds: bool) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at_checked(digits)?;
    let size = match unit.trim() {
        "s" | "second" | "seconds" if seconds => 1,
        "m" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    };
    Duration::from_seconds(count.parse::<u64>().ok()?.checked_mul(size)?)
}

fn unknown_key(key: &Key, what: &str, allowed: &[&str]) -> Diagnostic {
    let message = format!("{what} has no key `{}`", shortened(&key.text));
    let finding = Diagnostic::new(&codes::DATA_FILE, key.span, message);
    let finding = match nearest(&key.text, allowed.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    };
    finding.help(format!("its keys are {}", listed(allowed.iter().copied())))
}

/// Names in backticks, with commas.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.trim().is_empty() => "empty text".to_owned(),
        Value::String(text) => format!("the text `{}`", shortened(text)),
        Value::Array(_) | Value::Object(_) => "a list or map".to_owned(),
    }
}

/// The text in double quotes, as YAML and the rule language write it; a long one is cut.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text))
}

fn shortened(text: &str) -> String {
    let mut cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}
