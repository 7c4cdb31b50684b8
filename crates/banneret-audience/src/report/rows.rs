//! A preview out of what a warehouse counted: the rows that queries of `banneret sql` give, as
//! `docs/schemas/sql-row.json` describes them. What they do not say is named, not made up.

use std::collections::BTreeMap;
use std::fmt;

use banneret::{Book, Codes, EnumCode, FactId, Kind, Time, Value};
use serde::Deserialize;
use serde::de::{Error as _, MapAccess, Visitor};
use serde_json::Value as Json;

use crate::preview::{AudienceCounts, Cell, Combination, Outcomes, Preview, Sampled, Standing};

/// Why rows are no preview.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// A line is no row that can be taken.
    #[error("line {line}: {why}")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The rows do not belong together.
    #[error("{0}")]
    Together(String),
}

/// More accounts than anybody has; so many rows of as many still add up.
const MOST: u64 = 1_000_000_000_000;

/// Makes a preview of the rows of `count`, `breakdown` and `sample`, a JSON object a line, of any
/// number of audiences.
///
/// # Errors
/// Where a line is no such row, is of another version of the book, or does not fit the others.
pub fn from_rows(book: &Book, text: &str) -> Result<Preview, RowsError> {
    let mut gathered = Gathered {
        book,
        now: None,
        audiences: Vec::new(),
    };
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let taken = read(line).and_then(|row| gathered.take(row));
        taken.map_err(|why| RowsError::Line { line: at + 1, why })?;
    }
    gathered.preview().map_err(RowsError::Together)
}

/// A row's columns, in their order.
struct Row(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Row, D::Error> {
        struct Columns;
        impl<'de> Visitor<'de> for Columns {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut columns: Vec<(String, Json)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Json>()? {
                    if columns.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format!("`{name}` is there twice")));
                    }
                    columns.push((name, value));
                }
                Ok(Row(columns))
            }
        }
        from.deserialize_map(Columns)
    }
}

fn read(line: &str) -> Result<Row, String> {
    let row: Row = serde_json::from_str(line)
        .map_err(|error| format!("no JSON object on a line of its own: {error}"))?;
    if !row.0.iter().any(|(name, _)| name == "banneret") {
        return Err(
            "no row of a count, a breakdown or a sample: those of `answers` are the answers \
                    themselves, and other programs' are not known"
                .to_owned(),
        );
    }
    match row.number("banneret")? {
        1 => Ok(row),
        other => Err(format!("version {other} of these rows is not known here")),
    }
}

impl Row {
    fn get(&self, name: &str) -> Result<&Json, String> {
        let mut columns = self.0.iter();
        let column = columns.find(|(known, value)| known == name && !value.is_null());
        column
            .map(|(_, value)| value)
            .ok_or_else(|| format!("`{name}` is missing"))
    }

    fn text(&self, name: &str) -> Result<&str, String> {
        let text = self.get(name)?.as_str();
        text.ok_or_else(|| format!("`{name}` is no text"))
    }

    fn number(&self, name: &str) -> Result<i64, String> {
        number(self.get(name)?).ok_or_else(|| format!("`{name}` is no whole number"))
    }

    fn count(&self, name: &str) -> Result<u64, String> {
        let number = self.number(name)?;
        let count = u64::try_from(number).ok().filter(|count| *count <= MOST);
        count.ok_or_else(|| format!("`{name}` is {number}, which is no number of accounts"))
    }

    fn outcomes(&self) -> Result<Outcomes, String> {
        let outcomes = Outcomes {
            yes: self.count("true")?,
            no: self.count("false")?,
            unknown: self.count("unknown")?,
        };
        let accounts = self.count("accounts")?;
        match sum(outcomes) == u128::from(accounts) {
            true => Ok(outcomes),
            false => Err(format!(
                "{accounts} accounts are not those that are true, false and unknown together, {}",
                sum(outcomes)
            )),
        }
    }

    /// The facts among the columns, with their values.
    fn facts(&self, book: &Book) -> Result<Vec<(FactId, Cell)>, String> {
        let facts = self.0.iter().filter(|(name, _)| name.contains('.'));
        let facts = facts.map(|(name, value)| {
            let id = book.schema().id(name);
            let id = id.ok_or_else(|| format!("`{name}` is no fact of this rule book"))?;
            let cell = cell(book, id, value);
            let cell = cell.ok_or_else(|| format!("`{name}` cannot be {value}"))?;
            Ok((id, cell))
        });
        facts.collect()
    }
}

fn sum(outcomes: Outcomes) -> u128 {
    let Outcomes { yes, no, unknown } = outcomes;
    [yes, no, unknown].map(u128::from).iter().sum()
}

/// A whole number, also as a text of digits.
fn number(value: &Json) -> Option<i64> {
    match value {
        Json::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

/// A value as a query gives it; nothing where it cannot be one of that fact.
fn cell(book: &Book, id: FactId, value: &Json) -> Option<Cell> {
    let schema = book.schema();
    let kind = &schema.fact(id)?.kind;
    if value.is_null() {
        return Some(Cell::Unknown);
    }
    let shown = |value: Value| Cell::Known(0, value.display(schema, id).into());
    match kind {
        Kind::Bool => match (value.as_bool(), number(value)) {
            (Some(value), _) => Some(Cell::of_bool(value)),
            (None, Some(number @ (0 | 1))) => Some(Cell::of_bool(number == 1)),
            _ => None,
        },
        Kind::Int { .. } => number(value).map(Cell::of_number),
        Kind::Enum(_) => value
            .as_str()
            .filter(|text| kind.code(text).is_some())
            .map(|text| Cell::of_text(kind, text)),
        Kind::String(_) => match value {
            Json::String(text) => Some(Cell::of_text(kind, text)),
            other => Some(Cell::of_text(kind, &other.as_i64()?.to_string())),
        },
        Kind::Time => Some(shown(Value::Time(Time::from_unix_micros(number(value)?)))),
        Kind::EnumSet(values) => {
            let members = members(value.as_str()?);
            let codes: Option<Vec<EnumCode>> = members.map(|member| kind.code(member)).collect();
            Some(shown(Value::Codes(Codes::of(values.len(), codes?))))
        }
        Kind::StringSet => Some(shown(Value::Texts(members(value.as_str()?).collect()))),
    }
}

/// `a|b`, or `{}` of none.
fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').filter(move |_| text != "{}")
}

/// What the rows taken so far say.
struct Gathered<'b> {
    book: &'b Book,
    now: Option<i64>,
    audiences: Vec<Audience>,
}

struct Audience {
    name: String,
    kind: String,
    count: Option<(Outcomes, Option<Standing>)>,
    /// By combination of values, in the order of `facts`.
    combinations: Vec<(BTreeMap<FactId, Cell>, Outcomes)>,
    facts: Vec<FactId>,
    sample: Vec<Sampled>,
}

impl Gathered<'_> {
    fn take(&mut self, row: Row) -> Result<(), String> {
        let (book, wanted) = (row.text("book")?, self.book.fingerprint());
        if book != wanted {
            return Err(format!(
                "this was counted with the rule book {book}, and the one here is {wanted}: name that \
                 version with `--book`, or ask again"
            ));
        }
        let now = row.number("now")?;
        if let Some(known) = self.now.replace(now).filter(|known| *known != now) {
            return Err(format!(
                "this is as of {}, and the rows before as of {}: ask at one moment",
                Time::from_unix_micros(now),
                Time::from_unix_micros(known)
            ));
        }
        let audience = self.audience(&row)?;
        let facts = row.facts(self.book)?;
        let mut known = vec!["banneret", "query", "audience", "kind", "book", "now"];
        let audience = self.audiences.get_mut(audience).ok_or_else(String::new)?;
        match row.text("query")? {
            "count" => {
                known.extend(["accounts", "true", "false", "unknown"]);
                known.extend(["in_dunning", "good", "standing_unknown"]);
                audience.count(&row)?;
            }
            "breakdown" => {
                known.extend(["accounts", "true", "false", "unknown"]);
                audience.breakdown(&row, facts)?;
            }
            "sample" => {
                known.push("id");
                let name = |id| {
                    self.book
                        .schema()
                        .fact(id)
                        .map(|fact| fact.name.to_string())
                };
                audience.sampled(&row, facts, name)?;
            }
            "diff" => {
                return Err(
                    "a row of a difference: a preview is made of `count`, `breakdown` and \
                            `sample`"
                        .to_owned(),
                );
            }
            other => return Err(format!("`{other}` is no query of a preview")),
        }
        let mut names = row.0.iter().map(|(name, _)| name.as_str());
        match names.find(|name| !name.contains('.') && !known.contains(name)) {
            Some(name) => Err(format!("`{name}` is no column of such a row")),
            None => Ok(()),
        }
    }

    /// The place of the audience that a row is about.
    fn audience(&mut self, row: &Row) -> Result<usize, String> {
        let (name, kind) = (row.text("audience")?, row.text("kind")?);
        if !["banner", "segment", "where"].contains(&kind) {
            return Err(format!("`{kind}` is no kind of audience"));
        }
        let mut known = self.audiences.iter();
        if let Some(at) = known.position(|known| known.name == name && known.kind == kind) {
            return Ok(at);
        }
        self.audiences.push(Audience {
            name: name.to_owned(),
            kind: kind.to_owned(),
            count: None,
            combinations: Vec::new(),
            facts: Vec::new(),
            sample: Vec::new(),
        });
        Ok(self.audiences.len() - 1)
    }

    fn preview(self) -> Result<Preview, String> {
        let now = self.now.ok_or("there is no row in it: run the queries of `banneret sql`, and keep their rows as JSON objects, one a line")?;
        let schema = self.book.schema();
        let name = |id: &FactId| schema.fact(*id).map_or("", |fact| &fact.name).to_owned();
        let mut by: Option<&[FactId]> = None;
        let mut accounts: Option<(u64, &str)> = None;
        for audience in &self.audiences {
            let all = audience.accounts()?;
            match accounts {
                Some((known, first)) if known != all => {
                    return Err(format!(
                        "{first} was asked of {known} accounts, and {} of {all}: the table changed in \
                         between, ask again",
                        audience.name
                    ));
                }
                _ => accounts = Some((all, &audience.name)),
            }
            if audience.combinations.is_empty() {
                continue;
            }
            match by {
                Some(by) if by != audience.facts => {
                    return Err(format!(
                        "{} is broken down by other facts than the audience before: one preview has \
                         one breakdown",
                        audience.name
                    ));
                }
                _ => by = Some(&audience.facts),
            }
        }
        let role = schema.dunning_role().map(|(id, _)| id);
        let by = by.unwrap_or_default();
        let audiences = self.audiences.iter();
        let audiences = audiences.map(|audience| audience.counts(self.book));
        Ok(Preview {
            banneret: 1,
            book: self.book.fingerprint().to_owned(),
            now: Time::from_unix_micros(now),
            accounts: accounts.map_or(0, |(number, _)| number),
            refused: 0,
            bad_input: Vec::new(),
            repeated_ids: None,
            silent: 0,
            dunning_role: role.as_ref().map(name),
            by: by.iter().map(name).collect(),
            audiences: audiences.collect(),
        })
    }
}

impl Audience {
    fn count(&mut self, row: &Row) -> Result<(), String> {
        let outcomes = row.outcomes()?;
        let names = ["in_dunning", "good", "standing_unknown"];
        let is_there = |name: &&str| row.get(name).is_ok();
        let standing = match names.iter().any(is_there) {
            true => Some(Standing {
                in_dunning: row.count("in_dunning")?,
                good: row.count("good")?,
                unknown: row.count("standing_unknown")?,
            }),
            false => None,
        };
        if let Some(standing) = standing {
            let all = [standing.in_dunning, standing.good, standing.unknown];
            if all.map(u128::from).iter().sum::<u128>() != u128::from(outcomes.yes) {
                return Err(
                    "those in dunning, in good standing and neither are not those in the \
                            audience"
                        .to_owned(),
                );
            }
        }
        match self.count.replace((outcomes, standing)) {
            Some(_) => Err(format!("{} is counted twice", self.name)),
            None => Ok(()),
        }
    }

    fn breakdown(&mut self, row: &Row, facts: Vec<(FactId, Cell)>) -> Result<(), String> {
        let outcomes = row.outcomes()?;
        for (fact, _) in &facts {
            if !self.facts.contains(fact) {
                self.facts.push(*fact);
            }
        }
        let values = facts.into_iter().collect();
        if self.combinations.iter().any(|(known, _)| *known == values) {
            return Err("these values were counted before".to_owned());
        }
        self.combinations.push((values, outcomes));
        Ok(())
    }

    fn sampled(
        &mut self,
        row: &Row,
        facts: Vec<(FactId, Cell)>,
        name: impl Fn(FactId) -> Option<String>,
    ) -> Result<(), String> {
        let id = row.get("id")?;
        let id = match id {
            Json::String(text) => text.clone(),
            other => other.as_i64().ok_or("`id` is no text")?.to_string(),
        };
        let facts = facts.into_iter().filter_map(|(fact, cell)| {
            let value = match cell {
                Cell::Known(_, text) => Some(text.into()),
                Cell::Unknown => None,
            };
            Some((name(fact)?, value))
        });
        self.sample.push(Sampled {
            id,
            facts: facts.collect(),
            place: String::new(),
        });
        Ok(())
    }

    fn broken_down(&self) -> Option<Outcomes> {
        let mut sum = Outcomes::default();
        for (_, outcomes) in &self.combinations {
            sum += *outcomes;
        }
        (!self.combinations.is_empty()).then_some(sum)
    }

    /// How many rows the table has.
    fn accounts(&self) -> Result<u64, String> {
        let name = &self.name;
        match (self.count, self.broken_down()) {
            (Some((count, _)), Some(sum)) if count != sum => Err(format!(
                "the breakdown of {name} does not add up to its count: the table changed in between, \
                 ask again"
            )),
            (Some((count, _)), _) => Ok(count.sum()),
            (None, Some(sum)) => Ok(sum.sum()),
            (None, None) => Err(format!(
                "there is no count of {name}, and no breakdown: ask `banneret sql … count` too"
            )),
        }
    }

    fn counts(&self, book: &Book) -> AudienceCounts {
        let (count, standing) = self.count.unzip();
        let outcomes = count.or_else(|| self.broken_down()).unwrap_or_default();
        let standing = standing.flatten().or_else(|| self.standing(book));
        let mut not_known = Vec::from_iter((outcomes.unknown > 0).then_some("why_unknown"));
        not_known.push("overlap");
        not_known.extend((self.kind == "banner").then_some("outranked_by"));
        not_known.extend(self.combinations.is_empty().then_some("by"));
        let has_role = book.schema().dunning_role().is_some();
        not_known.extend((has_role && standing.is_none()).then_some("standing"));
        AudienceCounts {
            name: self.name.clone(),
            kind: self.kind.clone(),
            outcomes,
            standing,
            why_unknown: Vec::new(),
            by: self.by(book),
            by_others: None,
            overlap: BTreeMap::new(),
            outranked_by: BTreeMap::new(),
            after_gates: None,
            sample: self.sample.clone(),
            not_known: not_known.into_iter().map(str::to_owned).collect(),
        }
    }

    fn by(&self, book: &Book) -> Vec<Combination> {
        let schema = book.schema();
        let row = |values: &BTreeMap<FactId, Cell>| -> Vec<Cell> {
            let cells = self.facts.iter().map(|fact| values.get(fact));
            cells
                .map(|cell| cell.cloned().unwrap_or(Cell::Unknown))
                .collect()
        };
        let mut rows: Vec<_> = self
            .combinations
            .iter()
            .map(|(values, outcomes)| (row(values), values, outcomes))
            .collect();
        rows.sort_by(|one, other| one.0.cmp(&other.0));
        let rows = rows.into_iter().map(|(cells, values, outcomes)| {
            let names = self.facts.iter().filter_map(|fact| schema.fact(*fact));
            let names = names.map(|fact| fact.name.to_string());
            Combination {
                values: names
                    .zip(cells.iter().map(|cell| cell.text().to_owned()))
                    .collect(),
                in_dunning: in_dunning(book, values),
                outcomes: *outcomes,
            }
        });
        rows.collect()
    }

    /// The standing of those in it, where it is broken down by the fact that tells it.
    fn standing(&self, book: &Book) -> Option<Standing> {
        let (role, _) = book.schema().dunning_role()?;
        let mut standing = Standing::default();
        for (values, outcomes) in self
            .combinations
            .iter()
            .filter(|_| self.facts.contains(&role))
        {
            match in_dunning(book, values) {
                Some(true) => standing.in_dunning += outcomes.yes,
                Some(false) => standing.good += outcomes.yes,
                None => standing.unknown += outcomes.yes,
            }
        }
        self.facts.contains(&role).then_some(standing)
    }
}

/// Whether a combination is in dunning; nothing where that is unknown or not among the facts.
fn in_dunning(book: &Book, values: &BTreeMap<FactId, Cell>) -> Option<bool> {
    let (role, fact) = book.schema().dunning_role()?;
    let Cell::Known(_, text) = values.get(&role)? else {
        return None;
    };
    let mut known = fact.kind.values().iter();
    known
        .find(|value| *value.name == **text)
        .map(|value| value.in_dunning)
}
