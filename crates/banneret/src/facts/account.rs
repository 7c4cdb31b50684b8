//! An account as a line of JSON: its id, facts, ages, and what its viewer has seen.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::straight::Line;
use super::{FactError, Facts, FactsBuilder, Given, Said, Value};
use crate::schema::{Fact, Kind, Schema};
use crate::value::{Time, TimeError};

/// What the host knows of a viewer and one banner. The library keeps no state about people.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seen {
    /// When the banner was shown, in any order.
    pub shown_at: Vec<Time>,
    /// When it was last dismissed.
    pub dismissed_at: Option<Time>,
    /// The `copy_hash` of the words that were dismissed.
    pub dismissed_copy: Option<String>,
    /// When it was last clicked.
    pub clicked_at: Option<Time>,
}

/// What the host knows of a viewer, by banner.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct History(BTreeMap<String, Seen>);

impl History {
    /// A viewer who has seen nothing yet.
    #[must_use]
    pub fn new() -> History {
        History::default()
    }

    /// What is known of one banner.
    #[must_use]
    pub fn seen(&self, banner: &str) -> Option<&Seen> {
        self.0.get(banner)
    }

    /// Sets what is known of one banner; whether something was known before.
    pub(super) fn insert(&mut self, banner: String, seen: Seen) -> bool {
        self.0.insert(banner, seen).is_some()
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// What is known of one banner, to be written to.
    pub fn entry(&mut self, banner: &str) -> &mut Seen {
        self.0.entry(banner.to_owned()).or_default()
    }
}

/// An account as it is read from a line.
#[derive(Clone, Debug)]
pub struct Account {
    /// What is known of it; its `id` is the fact `account.id`.
    pub facts: Facts,
    /// What its viewer has seen.
    pub history: History,
}

/// Why a line is no account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// It is no JSON, or has a key twice.
    #[error("not an account: {0}")]
    Json(#[source] serde_json::Error),
    /// It is JSON, but not of an account's shape.
    #[error("{0}")]
    Shape(String),
    /// A fact cannot be taken.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// A time cannot be read.
    #[error("`{0}`: {1}")]
    Time(String, #[source] TimeError),
}

impl AccountError {
    /// Why a line is no account and what to do, for whoever tells the line's place beside it.
    #[must_use]
    pub fn in_words(&self) -> String {
        let AccountError::Json(error) = self else {
            return self.to_string();
        };
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let what = text.strip_suffix(&place).unwrap_or(&text);
        let column = error.column();
        match error.classify() {
            serde_json::error::Category::Eof => format!(
                "the line ends in the middle of a JSON document (column {column}); write one whole JSON object a line"
            ),
            serde_json::error::Category::Data => format!("{what} (column {column})"),
            _ => format!("no JSON: {what} (column {column}); write one whole JSON object a line"),
        }
    }
}

fn shape(message: impl Into<String>) -> AccountError {
    AccountError::Shape(message.into())
}

impl Account {
    /// An account of which nothing is known yet, to be read into again and again.
    #[must_use]
    pub fn new(schema: &Arc<Schema>) -> Account {
        let mut account = Account::once(schema);
        account.facts.prepare();
        account
    }

    /// An account to be read into once.
    fn once(schema: &Arc<Schema>) -> Account {
        Account {
            facts: Facts::builder(schema).build(),
            history: History::default(),
        }
    }

    /// Becomes the account of one line of NDJSON, in the memory of the one before: once it has
    /// grown to what accounts need, reading facts allocates nothing. With `ignore_unknown`, facts
    /// that the schema does not have are passed over. The schema may be another each time.
    ///
    /// ```
    /// # let files = [
    /// #     ("banneret.yaml", "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}"),
    /// #     ("schema.yaml", "include: [billing@1]"),
    /// # ];
    /// use banneret::{Account, Book};
    ///
    /// let book = Book::from_files(files)?;
    /// let lines = [
    ///     r#"{"id": "acct_17", "as_of": "2026-05-04T12:00:00Z", "facts": {"viewer.role": "owner"}}"#,
    ///     r#"{"id": "acct_18", "facts": {"billing.amount_overdue": 24900}}"#,
    /// ];
    /// let mut account = Account::new(book.schema());
    /// for line in lines {
    ///     account.read_line(book.schema(), line, false)?;
    ///     println!("{:?}", account.facts.account_id());
    /// }
    /// assert_eq!(account.facts, Account::from_line(book.schema(), lines[1], false)?.facts);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Account::from_line`]; the account then says nothing.
    pub fn read_line(
        &mut self,
        schema: &Arc<Schema>,
        line: &str,
        ignore_unknown: bool,
    ) -> Result<(), AccountError> {
        let mut reader = serde_json::Deserializer::from_str(line);
        let straight = self.open(schema, ignore_unknown).deserialize(&mut reader);
        if straight.is_ok() && reader.end().is_ok() {
            self.facts.seal();
            return Ok(());
        }
        self.forget();
        let json = read_json(line).map_err(AccountError::Json)?;
        self.take(schema, json, ignore_unknown)
    }

    /// Becomes the account of a JSON document, as [`Account::read_line`] does of a line.
    ///
    /// # Errors
    /// As for [`Account::from_line`]; the account then says nothing.
    pub fn read_json(
        &mut self,
        schema: &Arc<Schema>,
        json: &Json,
        ignore_unknown: bool,
    ) -> Result<(), AccountError> {
        if self.open(schema, ignore_unknown).deserialize(json).is_ok() {
            self.facts.seal();
            return Ok(());
        }
        self.forget();
        self.take(schema, json.clone(), ignore_unknown)
    }

    /// Empty, to be read into straight.
    pub(super) fn open(&mut self, schema: &Arc<Schema>, ignore_unknown: bool) -> Line<'_> {
        if !Arc::ptr_eq(schema, self.facts.schema()) {
            *self = Account::new(schema);
        }
        self.clear();
        Line {
            filling: self.facts.open(),
            history: &mut self.history,
            ignore_unknown,
        }
    }

    /// Says nothing, whatever was read so far.
    fn forget(&mut self) {
        self.clear();
        self.facts.seal();
    }

    fn clear(&mut self) {
        self.facts.clear();
        self.history.clear();
    }

    /// Becomes the account of a tree, the long way.
    fn take(
        &mut self,
        schema: &Arc<Schema>,
        json: Json,
        ignore_unknown: bool,
    ) -> Result<(), AccountError> {
        let account = Account::from_tree(schema, json, ignore_unknown)?;
        self.facts.slots = account.facts.slots;
        self.facts.cells = account.facts.cells;
        self.history = account.history;
        Ok(())
    }

    /// Reads one line of NDJSON. With `ignore_unknown`, facts that the schema does not have are
    /// passed over. For many lines, [`Account::read_line`] is cheaper.
    ///
    /// # Errors
    /// Where the line is no JSON, names a key twice, has no `id`, names no fact of the schema,
    /// or gives a value of another type.
    pub fn from_line(
        schema: &Arc<Schema>,
        line: &str,
        ignore_unknown: bool,
    ) -> Result<Account, AccountError> {
        let mut account = Account::once(schema);
        account.read_line(schema, line, ignore_unknown)?;
        Ok(account)
    }

    /// Reads an account from a JSON document.
    ///
    /// # Errors
    /// As for [`Account::from_line`].
    pub fn from_json(
        schema: &Arc<Schema>,
        json: Json,
        ignore_unknown: bool,
    ) -> Result<Account, AccountError> {
        let mut account = Account::once(schema);
        account.read_json(schema, &json, ignore_unknown)?;
        Ok(account)
    }

    /// The long way: slower, but it finds the first thing that is wrong and has words for it.
    pub(super) fn from_tree(
        schema: &Arc<Schema>,
        json: Json,
        ignore_unknown: bool,
    ) -> Result<Account, AccountError> {
        let Json::Object(mut json) = json else {
            return Err(shape(
                "an account is an object like {\"id\": …, \"facts\": {…}}",
            ));
        };
        let id = match json.remove("id") {
            Some(Json::String(id)) if !id.is_empty() => id,
            None => {
                return Err(shape(
                    "the account has no `id`: write `\"id\": \"…\"` into it",
                ));
            }
            Some(_) => return Err(shape("the account's `id` must be a text that is not empty")),
        };
        let as_of = time("as_of", json.remove("as_of"))?;
        let facts = match json.remove("facts") {
            None => serde_json::Map::new(),
            Some(Json::Object(facts)) => facts,
            Some(_) => return Err(shape("`facts` must be an object, value by fact")),
        };
        let history = match json.remove("history") {
            None | Some(Json::Null) => History::default(),
            Some(history) => serde_json::from_value(history)
                .map_err(|error| shape(format!("`history`: {error}")))?,
        };
        if let Some(key) = json.keys().next() {
            return Err(shape(format!(
                "an account has no key `{key}`: it has id, as_of, facts and history"
            )));
        }
        let mut builder = Facts::builder(schema);
        if let Some(as_of) = as_of {
            builder = builder.as_of(as_of);
        }
        for (name, value) in facts {
            set(&mut builder, &name, value, ignore_unknown)?;
        }
        builder.identify(&id)?;
        let facts = builder.build();
        Ok(Account { facts, history })
    }
}

/// The facts as an account's line: its `id`, the age that all of them share, and each fact with its
/// value, and its age where it is another. What is outside its domain is given as it came; what
/// contradicts itself is `null`. [`Account::from_line`] reads it.
impl serde::Serialize for Facts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Line<'a> {
            id: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            as_of: Option<Time>,
            facts: serde_json::Map<String, Json>,
        }
        let shared = self.shared_age();
        let schema = self.schema().facts();
        let said = schema.filter(|(_, fact)| &*fact.name != "account.id");
        let said = said.filter_map(|(id, fact)| {
            let value = self.said(id).to_json(fact)?;
            let dated = match self.as_of(id) {
                Some(as_of) if Some(as_of) != shared => {
                    serde_json::json!({"value": value, "as_of": as_of})
                }
                _ => value,
            };
            Some((fact.name.to_string(), dated))
        });
        let line = Line {
            id: self.account_id(),
            as_of: shared,
            facts: said.collect(),
        };
        line.serialize(serializer)
    }
}

impl Facts {
    /// The age that everything said has, so that it can be told once.
    fn shared_age(&self) -> Option<Time> {
        let facts = self.schema().facts();
        let said = facts.filter(|(id, _)| *self.said(*id) != Said::Nothing);
        let mut ages = said.map(|(id, _)| self.as_of(id));
        let first = ages.next()??;
        ages.all(|age| age == Some(first)).then_some(first)
    }
}

impl Said {
    /// As JSON; nothing where nothing was said.
    fn to_json(&self, fact: &Fact) -> Option<Json> {
        Some(match self {
            Said::Nothing => return None,
            Said::Unknown | Said::Contradiction => Json::Null,
            // Of the fact's type, so that whoever reads the line counts it too.
            Said::OutOfDomain(given) => match fact.kind {
                Kind::Int { .. } => given.parse::<i64>().map_or(Json::Null, Json::from),
                Kind::EnumSet(_) => vec![&**given].into(),
                _ => (**given).into(),
            },
            Said::Value(value) => value.to_json(fact),
        })
    }
}

impl Value {
    pub(crate) fn to_json(&self, fact: &Fact) -> Json {
        let name = |code| fact.kind.value_name(code).map(str::to_owned);
        match self {
            Value::Bool(value) => (*value).into(),
            Value::Int(number) => (*number).into(),
            Value::Time(time) => time.to_string().into(),
            Value::Text(text) => (**text).into(),
            Value::Enum(code) => name(*code).into(),
            Value::Codes(codes) => codes.iter().filter_map(name).collect(),
            Value::Texts(texts) => texts.iter().collect(),
        }
    }
}

impl FactsBuilder {
    /// Takes the account's `id` as its `account.id`.
    ///
    /// # Errors
    /// Where another `account.id` was set before.
    pub fn identify(&mut self, id: &str) -> Result<(), FactError> {
        let Some(fact) = self.facts.schema.account_id() else {
            return Ok(());
        };
        match self.facts.account_id() {
            Some(said) if said != id => Err(FactError::OtherId {
                fact: said.into(),
                id: id.into(),
            }),
            Some(_) => Ok(()),
            None => self.insert(fact, id, None),
        }
    }

    /// Says what a fact's value is, from JSON: the value, or `{"value": …, "as_of": …}`.
    ///
    /// # Errors
    /// Where the schema has no such fact, or the value is of another type.
    pub fn set_json(&mut self, name: &str, value: Json) -> Result<(), AccountError> {
        set(self, name, value, false)
    }
}

fn set(
    builder: &mut FactsBuilder,
    name: &str,
    value: Json,
    ignore_unknown: bool,
) -> Result<(), AccountError> {
    let schema = Arc::clone(&builder.facts.schema);
    let Some(id) = schema.id(name) else {
        if ignore_unknown {
            return Ok(());
        }
        let names = schema.facts().map(|(_, fact)| &*fact.name);
        return Err(FactError::no_such_fact(name, names).into());
    };
    let (value, as_of) = match value {
        Json::Object(mut dated) => {
            let value = dated.remove("value");
            let as_of = time(name, dated.remove("as_of"))?;
            match (value, dated.keys().next()) {
                (Some(value), None) => (value, as_of),
                _ => {
                    return Err(shape(format!(
                        "`{name}` must be a value, or {{\"value\": …, \"as_of\": …}}"
                    )));
                }
            }
        }
        plain => (plain, None),
    };
    Ok(builder.insert(id, given(name, value)?, as_of)?)
}

fn time(name: &str, json: Option<Json>) -> Result<Option<Time>, AccountError> {
    match json {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => match text.parse() {
            Ok(time) => Ok(Some(time)),
            Err(error) => Err(AccountError::Time(name.to_owned(), error)),
        },
        Some(_) => Err(shape(format!("`{name}`: a time is a text in RFC 3339"))),
    }
}

/// A JSON value as a host's value.
fn given(name: &str, json: Json) -> Result<Given, AccountError> {
    Ok(match json {
        Json::Null => Given::Unknown,
        Json::Bool(value) => Given::Bool(value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(value), _) => Given::Int(value),
            (None, value) => Given::Float(value.unwrap_or(f64::NAN)),
        },
        Json::String(text) => Given::Text(text),
        Json::Array(members) => {
            let texts = members.into_iter().map(|member| match member {
                Json::String(text) => Ok(text),
                other => Err(shape(format!(
                    "`{name}`: the members of a set are texts, but {other} was given"
                ))),
            });
            Given::List(texts.collect::<Result<_, _>>()?)
        }
        Json::Object(_) => return Err(shape(format!("`{name}` cannot be an object"))),
    })
}

/// Reads one JSON document, refusing a key that is given twice: serde_json keeps the last of two,
/// and a decision about money must not hang on which of two answers came last.
///
/// # Errors
/// Where the text is no JSON, nests deeper than 128, or has a key twice.
pub fn read_json(text: &str) -> Result<Json, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let json = Once.deserialize(&mut reader)?;
    reader.end()?;
    Ok(json)
}

/// Reads any JSON whose keys are given once.
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Once)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut map = serde_json::Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Once)?;
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!(
                    "the key `{key}` is given twice"
                )));
            }
            map.insert(key, value);
        }
        Ok(map.into())
    }
}
