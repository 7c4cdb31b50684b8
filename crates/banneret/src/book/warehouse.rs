//! The `warehouse` section of a manifest: where the accounts' table stands, and which column of it
//! is which fact.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::schema::Schema;
use crate::source::Span;
use crate::yaml::{Kind, Map, Node, listed};

/// A table with a row for each account.
#[derive(Clone, Debug, PartialEq)]
pub struct Warehouse {
    /// The parts of its name, such as a schema's and its own.
    pub table: Vec<Box<str>>,
    /// The column with the account's id.
    pub id: Box<str>,
    /// The column that says as of when the row is, for every fact that says nothing else.
    pub as_of: Option<Box<str>>,
    /// How the columns are called that `columns` does not name.
    pub names: ColumnNames,
    /// Columns by fact.
    pub columns: BTreeMap<Box<str>, WarehouseColumn>,
    /// The facts that the table does not have.
    pub absent: BTreeSet<Box<str>>,
    /// Each fact that is named, and where.
    named: Vec<(Box<str>, Span)>,
}

/// How the columns of facts are called that no line names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnNames {
    /// As the fact: `billing.dunning_state`.
    #[default]
    Dots,
    /// With underscores for dots: `billing_dunning_state`.
    Underscores,
}

/// The column of a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct WarehouseColumn {
    /// Its name; as `names` says without it.
    pub name: Option<Box<str>>,
    /// The column that says as of when the fact is; the row's where that is null.
    pub as_of: Option<Box<str>>,
}

const KEYS: [&str; 6] = ["table", "id", "as_of", "names", "columns", "absent"];

/// What counts where a manifest has no such section: the names that files of accounts have.
impl Default for Warehouse {
    fn default() -> Warehouse {
        Warehouse {
            table: vec!["accounts".into()],
            id: "id".into(),
            as_of: Some("as_of".into()),
            names: ColumnNames::Dots,
            columns: BTreeMap::new(),
            absent: BTreeSet::new(),
            named: Vec::new(),
        }
    }
}

impl Warehouse {
    /// The column with a fact's values; nothing where the table does not have it.
    #[must_use]
    pub fn column(&self, fact: &str) -> Option<String> {
        if self.absent.contains(fact) {
            return None;
        }
        let named = self.columns.get(fact);
        let named = named.and_then(|column| column.name.as_deref());
        Some(match named {
            Some(name) => name.to_owned(),
            None if fact == "account.id" => self.id.to_string(),
            None => match self.names {
                ColumnNames::Dots => fact.to_owned(),
                ColumnNames::Underscores => fact.replace('.', "_"),
            },
        })
    }

    /// The column that says as of when that fact is, where it has one of its own.
    #[must_use]
    pub fn own_as_of(&self, fact: &str) -> Option<&str> {
        self.columns.get(fact)?.as_of.as_deref()
    }

    /// Reads the section; what is wrong with it has its default.
    pub(super) fn read(node: &Node, found: &mut Vec<Diagnostic>) -> Warehouse {
        let mut warehouse = Warehouse::default();
        let Some(map) = node.map("`warehouse`", &KEYS, found) else {
            return warehouse;
        };
        if let Some(node) = map.get("table") {
            warehouse.table = table(node, found).unwrap_or(warehouse.table);
        }
        if let Some(id) = column_name(&map, "id", found) {
            warehouse.id = id;
        }
        // Who describes the table says whether its rows have a time.
        warehouse.as_of = column_name(&map, "as_of", found);
        if let Some(node) = map.get("names") {
            warehouse.names = names(node, found).unwrap_or_default();
        }
        if let Some(node) = map.get("columns") {
            for (key, node) in node.entries("`columns`", found).unwrap_or_default() {
                let fact: Box<str> = key.text.as_ref().into();
                warehouse.named.push((fact.clone(), key.span));
                if let Some(column) = column(node, found) {
                    warehouse.columns.insert(fact, column);
                }
            }
        }
        if let Some(node) = map.get("absent") {
            for item in node.list("`absent`", found).unwrap_or_default() {
                let Some(fact) = item.string("a fact", found) else {
                    continue;
                };
                warehouse.named.push((fact.into(), item.span));
                if warehouse.columns.contains_key(fact) {
                    let message = format!("`{fact}` has a column and is absent");
                    let finding = item.wrong(&codes::DATA_FILE, message);
                    found.push(finding.help("delete one of the two"));
                }
                warehouse.absent.insert(fact.into());
            }
        }
        warehouse
    }

    /// Reports what is named and is no fact.
    pub(crate) fn check(&self, schema: &Schema, found: &mut Vec<Diagnostic>) {
        for (name, span) in &self.named {
            if schema.id(name).is_some() {
                continue;
            }
            let message = format!("`{name}` is no fact of this rule book");
            let finding = Diagnostic::new(&codes::UNKNOWN_FACT, *span, message);
            let near = nearest(name, schema.facts().map(|(_, fact)| &*fact.name));
            found.push(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("name a fact of the schema"),
            });
        }
    }
}

/// `schema.table`, or a list of parts that may hold dots themselves.
fn table(node: &Node, found: &mut Vec<Diagnostic>) -> Option<Vec<Box<str>>> {
    let parts: Vec<Box<str>> = match &node.kind {
        Kind::List(items) => {
            let parts = items
                .iter()
                .map(|item| item.string("a part of the name", found));
            parts.collect::<Option<Vec<_>>>()?
        }
        _ => node.string("`table`", found)?.split('.').collect(),
    }
    .into_iter()
    .map(Into::into)
    .collect();
    if parts.is_empty() || parts.iter().any(|part| part.is_empty()) {
        let finding = node.wrong(&codes::DATA_FILE, "the table has no name");
        found.push(finding.help("write `analytics.accounts`, or `[analytics, accounts]`"));
        return None;
    }
    Some(parts)
}

fn column_name(map: &Map, key: &str, found: &mut Vec<Diagnostic>) -> Option<Box<str>> {
    let name = map.get(key)?.string(&format!("`{key}`"), found)?;
    Some(name.into())
}

fn names(node: &Node, found: &mut Vec<Diagnostic>) -> Option<ColumnNames> {
    match node.string("`names`", found)? {
        "dots" => Some(ColumnNames::Dots),
        "underscores" => Some(ColumnNames::Underscores),
        other => {
            let message = format!("columns cannot be called by `{other}`");
            let finding = node.wrong(&codes::DATA_FILE, message);
            found.push(finding.help(format!("write {}", listed(["dots", "underscores"]))));
            None
        }
    }
}

/// A column's name, or a map with its name and the name of its time's.
fn column(node: &Node, found: &mut Vec<Diagnostic>) -> Option<WarehouseColumn> {
    let Kind::Map(_) = &node.kind else {
        return Some(WarehouseColumn {
            name: Some(node.string("a column", found)?.into()),
            as_of: None,
        });
    };
    let map = node.map("a column", &["name", "as_of"], found)?;
    Some(WarehouseColumn {
        name: column_name(&map, "name", found),
        as_of: column_name(&map, "as_of", found),
    })
}
