//! Finished text: an entry of the copy with an account's facts in it, as its locale writes them.

mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use banneret::{Book, Clock, FactId, Facts, Kind, Schema, Sources, Value};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use icu_locale::{Direction, LocaleDirectionality, LocaleExpander};
use icu_locale_core::Locale;
use icu_locale_core::subtags::{Language, Script};
use jiff::tz::TimeZone;

use values::{List, Moment, Money};

/// Renders the copy of one rule book.
///
/// A text is given whole or not at all: where a fact that the words name is not known, there is an
/// error and no text.
pub struct Renderer {
    schema: Arc<Schema>,
    source: Box<str>,
    bundles: BTreeMap<Box<str>, FluentBundle<FluentResource>>,
}

/// A finished text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The words.
    pub text: String,
    /// The locale of the copy that they are from.
    pub locale: String,
}

/// Why there is no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// No locale that could speak has the entry.
    #[error("no locale has the entry `{0}`")]
    NoEntry(String),
    /// The words name facts of which nobody knows the value.
    #[error("the words name what is unknown: {}", .0.join(", "))]
    Unknown(Vec<String>),
    /// The words name an amount whose currency is none of ISO 4217.
    #[error(
        "`{code}` is no currency of ISO 4217 that has coins, so `{amount}` cannot be written: `{fact}` says it"
    )]
    NoCurrency {
        /// The fact that is the amount.
        amount: String,
        /// The fact that says in which currency it is.
        fact: String,
        /// What it says.
        code: String,
    },
    /// The words cannot be made.
    #[error("{0}")]
    Broken(String),
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.bundles.keys()).finish()
    }
}

impl Renderer {
    /// For the copy of a book; `sources` are those that it was read from.
    #[must_use]
    pub fn new(book: &Book, sources: &Sources) -> Renderer {
        let copy = &book.manifest().copy;
        let files = copy.locales.iter().filter_map(|locale| {
            let name = format!("{}/{locale}.ftl", copy.dir);
            let text = sources.file(sources.find(&name)?)?.text();
            Some((locale.clone(), bundle(locale, text)))
        });
        Renderer {
            schema: Arc::clone(book.schema()),
            source: copy.source.clone(),
            bundles: files.collect(),
        }
    }

    /// The text of an entry for a viewer of that locale: in it, or in the nearest that is less
    /// particular (`de` for `de-AT`), or in one of the same language and script (`zh-CN` for
    /// `zh-Hans-SG`, not for `zh-TW`), or in the source locale. Times are told in the time zone of
    /// `viewer.timezone`, and in UTC where that is not known.
    ///
    /// # Errors
    /// Where no locale has the entry, or the words cannot be completed with what is known.
    pub fn text(
        &self,
        entry: &str,
        wanted: &str,
        facts: &Facts,
        clock: Clock,
    ) -> Result<Rendered, RenderError> {
        let (locale, bundle) = self
            .speaking(entry, wanted)
            .ok_or_else(|| RenderError::NoEntry(entry.to_owned()))?;
        let pattern = bundle
            .get_message(entry)
            .and_then(|message| message.value());
        let pattern = pattern.ok_or_else(|| RenderError::NoEntry(entry.to_owned()))?;
        let args = self.args(facts, clock);
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        if errors.is_empty() && text.contains(values::UNTOLD) {
            return Err(RenderError::Broken(format!(
                "`DATETIME` in `{entry}` names a time zone that there is not, or what is no time"
            )));
        }
        match errors.is_empty() {
            true => Ok(Rendered {
                text: text.into_owned(),
                locale: locale.to_owned(),
            }),
            false => Err(self.why(&errors, facts, clock)),
        }
    }

    /// The locale in which a viewer of another one reads an entry.
    fn speaking(&self, entry: &str, wanted: &str) -> Option<(&str, &FluentBundle<FluentResource>)> {
        let wanted = wanted.replace('_', "-");
        let mut names = vec![&*wanted];
        let mut left = &*wanted;
        while let Some((shorter, _)) = left.rsplit_once('-') {
            names.push(shorter);
            left = shorter;
        }
        let has = |name: &str| {
            let mut known = self.bundles.iter();
            let (locale, bundle) = known.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            let message = bundle.get_message(entry)?;
            message.value().map(|_| (&**locale, bundle))
        };
        let less_particular = || names.iter().find_map(|name| has(name));
        let read_alike = || {
            let written = writing(&wanted)?;
            let mut names = self.bundles.keys();
            names.find_map(|name| has(name).filter(|_| writing(name).as_ref() == Some(&written)))
        };
        less_particular()
            .or_else(read_alike)
            .or_else(|| has(&self.source))
    }

    /// All that is known, by the names that Fluent has for facts.
    fn args(&self, facts: &Facts, clock: Clock) -> FluentArgs<'static> {
        let mut args = FluentArgs::new();
        let known = |name: &str| {
            let id = self.schema.id(name)?;
            facts.read(id, None, clock).ok()
        };
        let zone = match known("viewer.timezone") {
            Some(Value::Text(name)) => TimeZone::get(name).unwrap_or(TimeZone::UTC),
            _ => TimeZone::UTC,
        };
        for (id, fact) in self.schema.facts() {
            let Ok(value) = facts.read(id, None, clock) else {
                continue;
            };
            let value = match value {
                Value::Bool(value) => value.to_string().into(),
                Value::Int(number) => match currency_of(fact.unit.as_deref()) {
                    // An amount of no known currency says nothing.
                    Some(currency) => match known(currency).and_then(|code| money(*number, code)) {
                        Some(money) => money,
                        None => continue,
                    },
                    None => FluentValue::from(*number),
                },
                Value::Time(time) => Moment::of(*time, &zone).into(),
                Value::Text(text) => FluentValue::from(text.to_string()),
                Value::Enum(code) => name_of(&fact.kind, *code).into(),
                Value::Codes(codes) => {
                    List(codes.iter().map(|code| name_of(&fact.kind, code)).collect()).into()
                }
                Value::Texts(texts) => {
                    List(texts.iter().map(|text| text.to_string()).collect()).into()
                }
            };
            args.set(fact.name.replace('.', "_"), value);
        }
        args
    }

    fn why(&self, errors: &[FluentError], facts: &Facts, clock: Clock) -> RenderError {
        let mut unknown = BTreeSet::new();
        for error in errors {
            let text = error.to_string();
            let variable = text.split_once('$').map(|(_, name)| {
                let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                name.get(..end.unwrap_or(name.len())).unwrap_or_default()
            });
            let fact = variable.and_then(|variable| {
                let mut facts = self.schema.facts();
                facts.find(|(_, fact)| fact.name.replace('.', "_") == variable)
            });
            match fact {
                Some((id, fact)) => match self.currency_amiss(id, facts, clock) {
                    Some(RenderError::Unknown(names)) => unknown.extend(names),
                    Some(amiss) => return amiss,
                    None => _ = unknown.insert(fact.name.to_string()),
                },
                None => return RenderError::Broken(text),
            }
        }
        RenderError::Unknown(unknown.into_iter().collect())
    }

    /// What is wrong with the currency of an amount that is itself known.
    fn currency_amiss(&self, amount: FactId, facts: &Facts, clock: Clock) -> Option<RenderError> {
        facts.read(amount, None, clock).ok()?;
        let amount = self.schema.fact(amount)?;
        let fact = currency_of(amount.unit.as_deref())?;
        let read = self
            .schema
            .id(fact)
            .and_then(|id| facts.read(id, None, clock).ok());
        Some(match read {
            Some(Value::Text(code)) => RenderError::NoCurrency {
                amount: amount.name.to_string(),
                fact: fact.to_owned(),
                code: code.to_string(),
            },
            _ => RenderError::Unknown(vec![fact.to_owned()]),
        })
    }
}

/// The language and script of a locale, as most of its readers have them: `zh` is read in Hans.
fn writing(locale: &str) -> Option<(Language, Option<Script>)> {
    let mut id = locale.parse::<Locale>().ok()?.id;
    LocaleExpander::new_common().maximize(&mut id);
    (!id.language.is_unknown()).then_some((id.language, id.script))
}

/// The fact that says in which currency an amount is.
fn currency_of(unit: Option<&str>) -> Option<&str> {
    unit?.strip_prefix("minor units of ").map(str::trim)
}

fn money(minor: i64, currency: &Value) -> Option<FluentValue<'static>> {
    match currency {
        Value::Text(code) => Some(Money::of(minor, code)?.into()),
        _ => None,
    }
}

fn name_of(kind: &Kind, code: banneret::EnumCode) -> String {
    kind.value_name(code).unwrap_or_default().to_owned()
}

fn bundle(locale: &str, text: &str) -> FluentBundle<FluentResource> {
    let language = locale.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around what is put in keep right-to-left text in order; elsewhere they are only noise.
    bundle.set_use_isolating(is_right_to_left(locale));
    bundle.set_formatter(Some(values::number));
    // What is broken in a file is a finding of lint's; what is whole speaks.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(whole, _)| whole);
    bundle.add_resource_overriding(resource);
    _ = bundle.add_builtins();
    _ = bundle.add_function("DATETIME", values::date_time);
    bundle
}

fn is_right_to_left(locale: &str) -> bool {
    let locale = locale.parse::<Locale>();
    let direction = |locale: Locale| LocaleDirectionality::new_common().get(&locale.id);
    locale.ok().and_then(direction) == Some(Direction::RightToLeft)
}
