//! Row groups in which no wanted formula can be true, by what the file itself says of their columns.
//! Whatever it does not say may be so: only what is certain is left out.

use arrow_schema::{DataType, TimeUnit};
use banneret::{FactId, Formulas, Kind, Node, NodeId, Question, Ranges, Schema, TextTest};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use super::parquet::leaf;
use crate::columns::{ColumnRole, micros_of};

/// The formulas that somebody wants to be true.
#[derive(Clone, Debug)]
pub(super) struct OnlyWhere {
    pub(super) formulas: Formulas,
    pub(super) roots: Vec<NodeId>,
}

/// What a file says of one column within a row group.
enum Said<'g> {
    /// Nothing that helps.
    Anything,
    /// Of every row nothing is known.
    Nothing,
    /// Values lie between these.
    Numbers(i64, i64),
    Flags(bool, bool),
    Texts(&'g [u8], &'g [u8]),
}

impl OnlyWhere {
    /// Whether one of the formulas may be true of a row of a group.
    pub(super) fn may_be_in(
        &self,
        schema: &Schema,
        metadata: &ArrowReaderMetadata,
        roles: &[Option<ColumnRole>],
        group: &RowGroupMetaData,
    ) -> bool {
        let mut may: Vec<bool> = Vec::with_capacity(self.formulas.len());
        let of = |may: &[bool], node: &NodeId| may.get(node.index()).copied().unwrap_or(true);
        for node in self.formulas.nodes() {
            let it_may = match node {
                Node::False => false,
                Node::True => true,
                Node::All(parts) => parts.iter().all(|part| of(&may, part)),
                Node::Any(parts) => parts.iter().any(|part| of(&may, part)),
                Node::Atom(atom) => self.formulas.atom(*atom).is_none_or(|atom| {
                    let said = said(schema, metadata, roles, group, atom.fact);
                    may_be(schema, atom.fact, &atom.question, &said)
                }),
            };
            may.push(it_may);
        }
        self.roots.iter().any(|root| of(&may, root))
    }
}

/// What the file says of a fact within a group.
fn said<'g>(
    schema: &Schema,
    metadata: &ArrowReaderMetadata,
    roles: &[Option<ColumnRole>],
    group: &'g RowGroupMetaData,
    fact: FactId,
) -> Said<'g> {
    let own = |role: &Option<ColumnRole>| *role == Some(ColumnRole::Fact(fact));
    let Some(at) = roles.iter().position(own) else {
        // Ids are facts too.
        return match schema.id("account.id") == Some(fact) {
            true => Said::Anything,
            false => Said::Nothing,
        };
    };
    let kind = schema.fact(fact).map(|fact| &fact.kind);
    if matches!(kind, Some(Kind::EnumSet(_) | Kind::StringSet)) {
        // These are told by the member, not by the row.
        return Said::Anything;
    }
    let chunk = leaf(metadata, at).and_then(|leaf| group.columns().get(leaf));
    let Some(statistics) = chunk.and_then(ColumnChunkMetaData::statistics) else {
        return Said::Anything;
    };
    let rows = u64::try_from(group.num_rows()).unwrap_or(u64::MAX);
    if statistics.null_count_opt() == Some(rows) {
        return Said::Nothing;
    }
    let field = metadata.schema().fields().get(at);
    let stored = field.map_or(&DataType::Null, |field| field.data_type());
    between(statistics, stored).unwrap_or(Said::Anything)
}

/// Between which values a column lies.
fn between<'g>(statistics: &'g Statistics, stored: &DataType) -> Option<Said<'g>> {
    let (low, high) = match statistics {
        Statistics::Boolean(found) => {
            return Some(Said::Flags(*found.min_opt()?, *found.max_opt()?));
        }
        // Old programs compared texts in an order of their own.
        Statistics::ByteArray(found) if !statistics.is_min_max_deprecated() => {
            return Some(Said::Texts(
                found.min_opt()?.data(),
                found.max_opt()?.data(),
            ));
        }
        Statistics::Int32(found) => (i64::from(*found.min_opt()?), i64::from(*found.max_opt()?)),
        Statistics::Int64(found) => (*found.min_opt()?, *found.max_opt()?),
        _ => return None,
    };
    match stored {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            Some(Said::Numbers(low, high))
        }
        DataType::Timestamp(unit, _) => {
            let micros = |number: i64, unit: TimeUnit| micros_of(number, unit);
            Some(Said::Numbers(micros(low, *unit), micros(high, *unit)))
        }
        // Numbers without a sign are in another order.
        _ => None,
    }
}

/// Whether the answer to a question may be yes for some row.
fn may_be(schema: &Schema, fact: FactId, question: &Question, said: &Said<'_>) -> bool {
    match (said, question) {
        (_, Question::Unknown) | (Said::Anything, _) => true,
        (Said::Nothing, _) => false,
        (Said::Numbers(low, high), Question::Int(ranges) | Question::At(ranges)) => {
            meet(ranges, *low, *high)
        }
        (Said::Flags(low, high), Question::Bool(wanted)) => (low..=high).contains(&wanted),
        (Said::Texts(low, high), Question::Enum(codes)) => {
            let kind = schema.fact(fact).map(|fact| &fact.kind);
            let names = codes.iter().map(|code| kind?.value_name(code));
            let mut names = names.map(|name| name.map(str::as_bytes));
            names.any(|name| name.is_none_or(|name| (*low..=*high).contains(&name)))
        }
        (Said::Texts(low, high), Question::Text { test, holds: true }) => match test {
            TextTest::In(texts) => {
                let mut texts = texts.iter().map(|text| text.as_bytes());
                texts.any(|text| (*low..=*high).contains(&text))
            }
            TextTest::StartsWith(part) => {
                let part = part.as_bytes();
                *high >= part && (*low <= part || low.starts_with(part))
            }
            TextTest::EndsWith(_) | TextTest::Contains(_) => true,
        },
        _ => true,
    }
}

fn meet(ranges: &Ranges, low: i64, high: i64) -> bool {
    ranges.iter().any(|(from, to)| from <= high && low <= to)
}
