//! CSV accounts: a column for each fact.

use std::sync::Arc;

use banneret::{Account, FactId, Facts, Given, History, Schema, Time};

use crate::render::printable;

/// What each column of a CSV file is.
pub(super) struct Columns(Vec<Column>);

enum Column {
    Id,
    AsOf,
    Fact(FactId),
    /// As of when the fact of this name was said.
    Age(FactId),
    Ignored,
}

impl Columns {
    /// Reads a header.
    ///
    /// # Errors
    /// Where a column stands for nothing, stands there twice, or none is `id`.
    pub(super) fn new(
        schema: &Arc<Schema>,
        header: &[String],
        ignore_unknown: bool,
    ) -> Result<Columns, String> {
        for (at, name) in header.iter().enumerate() {
            if header.iter().take(at).any(|before| before == name) {
                return Err(format!(
                    "the column `{}` stands there twice",
                    printable(name)
                ));
            }
        }
        if !header.iter().any(|name| name == "id") {
            return Err(no_id(header));
        }
        let columns = header
            .iter()
            .map(|name| Column::of(schema, name, ignore_unknown));
        columns.collect::<Result<_, _>>().map(Columns)
    }

    /// Reads a row.
    pub(super) fn account(
        &self,
        schema: &Arc<Schema>,
        row: &csv::StringRecord,
    ) -> Result<Account, String> {
        let mut facts = Facts::builder(schema);
        let mut id = "";
        for (column, text) in self.0.iter().zip(row).filter(|(_, text)| !text.is_empty()) {
            match column {
                Column::Id => id = text,
                Column::AsOf => facts = facts.as_of(time("as_of", text)?),
                Column::Fact(fact) => {
                    let given = schema.fact(*fact).map(|fact| Given::from_text(fact, text));
                    let given = given
                        .unwrap_or(Ok(Given::Unknown))
                        .map_err(|e| e.to_string())?;
                    let as_of = self.age(*fact, row)?;
                    facts
                        .insert(*fact, given, as_of)
                        .map_err(|error| error.to_string())?;
                }
                Column::Age(_) | Column::Ignored => {}
            }
        }
        if id.is_empty() {
            return Err("the account has no `id`".to_owned());
        }
        facts.identify(id).map_err(|error| error.to_string())?;
        Ok(Account {
            facts: facts.build(),
            history: History::new(),
        })
    }

    fn age(&self, wanted: FactId, row: &csv::StringRecord) -> Result<Option<Time>, String> {
        let mut cells = self.0.iter().zip(row);
        let age = cells.find(|(column, _)| matches!(column, Column::Age(fact) if *fact == wanted));
        match age {
            Some((_, text)) if !text.is_empty() => time("@as_of", text).map(Some),
            _ => Ok(None),
        }
    }
}

impl Column {
    fn of(schema: &Arc<Schema>, name: &str, ignore_unknown: bool) -> Result<Column, String> {
        let age_of = name.strip_suffix("@as_of");
        let found = match (name, age_of) {
            ("id", _) => return Ok(Column::Id),
            ("as_of", _) => return Ok(Column::AsOf),
            (_, Some(fact)) => schema.id(fact).map(Column::Age),
            (_, None) => schema.id(name).map(Column::Fact),
        };
        match found {
            Some(column) => Ok(column),
            None if ignore_unknown => Ok(Column::Ignored),
            None => Err(unknown(schema, age_of.unwrap_or(name))),
        }
    }
}

fn no_id(header: &[String]) -> String {
    match header {
        [] => "the file is empty: its first line names the columns, one of them `id`".to_owned(),
        [only] if only.contains([';', '\t']) => {
            "the columns are not separated by commas: save the file with commas".to_owned()
        }
        _ => "no column is `id`: name the column that holds the account's id so".to_owned(),
    }
}

fn unknown(schema: &Arc<Schema>, name: &str) -> String {
    let why = Facts::builder(schema).set(name, Given::Unknown).err();
    let why = why.map(|error| error.to_string()).unwrap_or_default();
    format!(
        "{}; correct the column's name, or pass over it with --ignore-unknown-columns",
        printable(&why)
    )
}

fn time(what: &str, text: &str) -> Result<Time, String> {
    text.parse().map_err(|error| format!("`{what}`: {error}"))
}
