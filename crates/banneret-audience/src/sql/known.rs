//! The first layer: each fact as a column that is null wherever the fact is unknown.

use banneret::{Book, Duration, Fact, FactId, Kind, Schema, Time, Warehouse};

use super::SqlError;
use super::dialect::Speech;

/// The moment that everything is judged at.
#[derive(Clone, Debug)]
pub(super) enum Now {
    /// This one.
    At(Time),
    /// A parameter, as microseconds since 1970.
    Given(String),
}

impl Now {
    /// So many microseconds after it, as an expression.
    pub(super) fn after(&self, micros: i64) -> String {
        match self {
            Now::At(now) => moment(now.as_unix_micros().saturating_add(micros)),
            Now::Given(now) if micros == 0 => now.clone(),
            Now::Given(now) if micros < 0 => format!("({now} - {})", micros.unsigned_abs()),
            Now::Given(now) => format!("({now} + {micros})"),
        }
    }
}

/// A moment as a number, and for whoever reads it as a moment.
pub(super) fn moment(micros: i64) -> String {
    let seconds = micros.div_euclid(1_000_000);
    match micros.rem_euclid(1_000_000) {
        0 => format!(
            "{} /* {} */",
            number(micros),
            Time::from_unix_seconds(seconds)
        ),
        _ => number(micros),
    }
}

/// A whole number. Engines read the least one as the negative of one that there is not.
pub(super) fn number(number: i64) -> String {
    match number {
        i64::MIN => format!("({} - 1)", i64::MIN + 1),
        number => number.to_string(),
    }
}

/// Where a fact stands in the first layer.
#[derive(Clone, Debug)]
pub(super) enum Column {
    /// The table does not have it.
    Nowhere,
    /// Its value, null where it is unknown.
    Value(String),
    /// A list cannot be null in every engine.
    Set {
        /// Whether it is known; never null.
        known: String,
        /// The list, whatever it holds.
        list: String,
    },
}

/// The columns of the first layer that were asked for.
pub(super) struct Known<'b> {
    speech: &'static dyn Speech,
    warehouse: &'b Warehouse,
    now: Now,
    prefix: String,
    /// What each is, its name, and what it is about.
    columns: Vec<(String, String, String)>,
}

impl<'b> Known<'b> {
    pub(super) fn new(
        speech: &'static dyn Speech,
        warehouse: &'b Warehouse,
        schema: &Schema,
        now: Now,
    ) -> Known<'b> {
        Known {
            speech,
            warehouse,
            now,
            prefix: prefix(warehouse, schema),
            columns: Vec::new(),
        }
    }

    pub(super) fn now(&self) -> &Now {
        &self.now
    }

    /// The fact as that book reads it, no older than its `fresh_for` and `within`.
    pub(super) fn column(
        &mut self,
        book: &Book,
        id: FactId,
        within: Option<Duration>,
    ) -> Result<Column, SqlError> {
        let Some(fact) = book.schema().fact(id) else {
            return Ok(Column::Nowhere);
        };
        let Some(raw) = self.warehouse.column(&fact.name) else {
            return Ok(Column::Nowhere);
        };
        let raw = self.speech.name(&raw);
        let within = [within, fact.fresh_for].into_iter().flatten().min();
        let mut conditions = Vec::new();
        conditions.extend(self.age(fact, within, book.manifest().clock_skew)?);
        let about = match within {
            Some(within) => format!("{}, no older than {within}", fact.name),
            None => fact.name.to_string(),
        };
        if let Kind::EnumSet(_) | Kind::StringSet = fact.kind {
            return Ok(self.set(fact, &raw, conditions, &about));
        }
        let value = match fact.kind {
            Kind::Time => self.speech.micros(&raw),
            Kind::Enum(_) | Kind::String(_) => self.speech.text(&raw),
            _ => raw,
        };
        conditions.extend(self.domain(fact, &value));
        let known = match conditions.is_empty() {
            true => value,
            false => format!("CASE WHEN {} THEN {value} END", conditions.join(" AND ")),
        };
        Ok(Column::Value(self.keep(known, &about)))
    }

    /// A list is known as a whole or not at all: of one that holds a null, or what its fact does
    /// not list, nobody can say what it has.
    fn set(&mut self, fact: &Fact, raw: &str, mut age: Vec<String>, about: &str) -> Column {
        age.push(self.speech.is_whole(raw));
        if let Kind::EnumSet(values) = &fact.kind {
            let names = values.iter().map(|value| &*value.name);
            let all = self.speech.list(&self.literals(names));
            age.push(self.speech.has_all(&all, raw));
        }
        let known = format!("CASE WHEN {} THEN TRUE ELSE FALSE END", age.join(" AND "));
        Column::Set {
            known: self.keep(known, about),
            list: self.keep(raw.to_owned(), &format!("{} as it came", fact.name)),
        }
    }

    /// The texts that a column can hold at all, as literals.
    pub(super) fn literals<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
        let texts = texts.into_iter().filter(|text| self.speech.can_hold(text));
        texts.map(|text| self.speech.literal(text)).collect()
    }

    /// That the fact is neither too old nor dated ahead.
    fn age(
        &self,
        fact: &Fact,
        within: Option<Duration>,
        skew: Duration,
    ) -> Result<Option<String>, SqlError> {
        let own = self.warehouse.own_as_of(&fact.name);
        let columns = own.into_iter().chain(self.warehouse.as_of.as_deref());
        let columns: Vec<_> = columns.map(|name| self.speech.name(name)).collect();
        let as_of = match columns.as_slice() {
            [] if fact.fresh_for.is_some() => {
                let fact = fact.name.clone();
                return Err(SqlError::Undated { fact });
            }
            [] => return Ok(None),
            [one] => self.speech.micros(one),
            several => self
                .speech
                .micros(&format!("COALESCE({})", several.join(", "))),
        };
        let latest = self.now.after(micros(skew));
        let in_time = match within {
            Some(within) => {
                let earliest = self.now.after(-micros(within));
                format!("{as_of} BETWEEN {earliest} AND {latest}")
            }
            None => format!("{as_of} <= {latest}"),
        };
        // What does not go stale came with the request, whether or not it says when.
        Ok(Some(match fact.fresh_for {
            Some(_) => in_time,
            None => format!("({as_of} IS NULL OR {in_time})"),
        }))
    }

    /// That a value is one that the fact can have.
    fn domain(&self, fact: &Fact, value: &str) -> Option<String> {
        let one_of = |names: Vec<String>| match names.is_empty() {
            true => "FALSE".to_owned(),
            false => format!("{value} IN ({})", names.join(", ")),
        };
        match &fact.kind {
            Kind::Enum(values) => Some(one_of(
                self.literals(values.iter().map(|value| &*value.name)),
            )),
            Kind::String(Some(values)) => {
                Some(one_of(self.literals(values.iter().map(|text| &**text))))
            }
            Kind::Int { min, max } => {
                let (min, max) = (number(*min), number(*max));
                Some(format!("{value} BETWEEN {min} AND {max}"))
            }
            _ => None,
        }
    }

    /// The account's id, as a text.
    pub(super) fn account(&mut self) -> String {
        let raw = self.speech.name(&self.warehouse.id);
        self.keep(self.speech.text(&raw), "the account")
    }

    fn keep(&mut self, column: String, about: &str) -> String {
        if let Some((_, name, _)) = self.columns.iter().find(|(what, ..)| *what == column) {
            return name.clone();
        }
        let name = format!("{}{}", self.prefix, self.columns.len() + 1);
        self.columns.push((column, name.clone(), about.to_owned()));
        name
    }

    /// The layer.
    pub(super) fn text(&self) -> String {
        let columns = self
            .columns
            .iter()
            .map(|(what, name, about)| format!("    /* {about} */\n    {what} AS {name}"));
        let mut columns: Vec<_> = columns.collect();
        if columns.is_empty() {
            columns.push(format!("    1 AS {}1", self.prefix));
        }
        let table = self.warehouse.table.iter();
        let table: Vec<_> = table.map(|part| self.speech.name(part)).collect();
        format!(
            "  SELECT\n{}\n  FROM {}",
            columns.join(",\n"),
            table.join(".")
        )
    }
}

fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_seconds())
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000)
}

/// What the names of the layer begin with. No column of the table begins with it: in ClickHouse
/// the name of a result hides a column.
fn prefix(warehouse: &Warehouse, schema: &Schema) -> String {
    let facts = schema.facts().flat_map(|(_, fact)| {
        let own = warehouse.own_as_of(&fact.name).map(str::to_owned);
        warehouse.column(&fact.name).into_iter().chain(own)
    });
    let rest = [Some(warehouse.id.to_string())];
    let rest = rest
        .into_iter()
        .chain([warehouse.as_of.as_deref().map(str::to_owned)]);
    let taken: Vec<String> = facts
        .chain(rest.flatten())
        .map(|name| name.to_lowercase())
        .collect();
    let mut prefix = "known_".to_owned();
    while taken.iter().any(|name| name.starts_with(&prefix)) {
        prefix.insert_str(0, "is_");
    }
    prefix
}
