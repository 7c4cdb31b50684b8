//! Parquet: a row group at a time, the columns that are wanted only, texts of which there are few
//! as codes, as the file has them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema as Columns, SchemaRef};
use banneret::{FactId, Kind, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use super::Reader;
use super::cells::{NO_ID_COLUMN, unknown_column};
use super::find::Length;
use super::pages::Pages;
use super::take::{Accounts, Places, text};
use super::trouble::{ReadError, footer_in_words, pages_in_words};
use super::work::Piece;
use crate::columns::{BindError, ColumnRole, Table};

/// How many rows make a batch. The decoder makes every array anew: smaller ones stay in the caches,
/// and come from memory that is already there.
const BATCH: usize = 16_384;

/// A file's row groups.
pub(super) struct Groups {
    opened: Arc<Opened>,
    next: usize,
    /// How many rows stand before the next.
    before: u64,
}

struct Opened {
    path: Arc<Path>,
    metadata: ArrowReaderMetadata,
    /// The columns to read.
    wanted: Vec<usize>,
    facts: BTreeSet<FactId>,
    /// By row group: whether it holds nobody who is wanted.
    is_skipped: Vec<bool>,
}

/// One row group, to be read.
pub(super) struct Group {
    opened: Arc<Opened>,
    number: usize,
    before: u64,
}

impl Groups {
    pub(super) fn open(
        path: &Arc<Path>,
        reader: &Reader<'_>,
    ) -> Result<(Groups, Length), ReadError> {
        let refuse = |why: String| ReadError::file(path, why);
        if **path == *Path::new("-") {
            return Err(refuse(
                "Parquet says at its end what is in it, so it must be a file".to_owned(),
            ));
        }
        let file = File::open(path).map_err(|error| ReadError::io(path, error))?;
        let length = Length::of(path, &file);
        if length.is_nothing() {
            return Err(refuse(
                "the file is empty: it is no Parquet file".to_owned(),
            ));
        }
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let plain = guarded(|| ArrowReaderMetadata::load(&file, options.clone()));
        let plain = plain
            .and_then(|read| read.map_err(|error| footer_in_words(&error)))
            .map_err(refuse)?;
        let roles = roles(plain.schema(), reader).map_err(refuse)?;
        let hinted = hinted(&plain, &roles, &reader.schema);
        let hinted =
            ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options.with_schema(hinted));
        let metadata = hinted.unwrap_or(plain);
        is_bound(&metadata, &roles, &reader.schema).map_err(|error| refuse(error.to_string()))?;
        let wanted = wanted(&metadata, &roles, reader);
        let is_skipped = skipped(&metadata, &roles, reader);
        let facts = roles.iter().filter_map(|role| match role {
            Some(ColumnRole::Fact(fact)) => Some(*fact),
            _ => None,
        });
        let opened = Opened {
            path: Arc::clone(path),
            wanted,
            metadata,
            facts: facts.collect(),
            is_skipped,
        };
        let groups = Groups {
            opened: Arc::new(opened),
            next: 0,
            before: 0,
        };
        Ok((groups, length))
    }

    /// The facts that have a column.
    pub(super) fn facts(&self) -> BTreeSet<FactId> {
        self.opened.facts.clone()
    }

    /// How many rows are passed over, and how many bytes they are.
    pub(super) fn skipped(&self) -> (u64, u64) {
        let groups = self.opened.metadata.metadata().row_groups().iter();
        let skipped = groups.zip(&self.opened.is_skipped);
        let skipped = skipped.filter(|(_, is_skipped)| **is_skipped);
        let sizes = skipped.map(|(group, _)| (group.num_rows(), group.compressed_size()));
        let (rows, bytes) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        let whole = |number: i64| u64::try_from(number).unwrap_or_default();
        (whole(rows), whole(bytes))
    }

    pub(super) fn next(&mut self) -> Option<Group> {
        loop {
            let groups = self.opened.metadata.metadata().row_groups();
            let rows = groups.get(self.next)?.num_rows();
            let work = Group {
                opened: Arc::clone(&self.opened),
                number: self.next,
                before: self.before,
            };
            self.next += 1;
            self.before += u64::try_from(rows).unwrap_or_default();
            if !self
                .opened
                .is_skipped
                .get(work.number)
                .copied()
                .unwrap_or(false)
            {
                return Some(work);
            }
        }
    }
}

/// Runs a decoder over bytes from outside; where it panics, that is what is wrong with the file.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| {
        "it cannot be decoded, and the decoder gave up: the file is damaged; fetch it again"
            .to_owned()
    })
}

/// What each column is; nothing where it is passed over.
fn roles(columns: &SchemaRef, reader: &Reader<'_>) -> Result<Vec<Option<ColumnRole>>, String> {
    let names = columns.fields().iter().map(|field| field.name().as_str());
    let known = names.map(|name| match ColumnRole::of(&reader.schema, name) {
        Some(role) => Ok(Some(role)),
        None if reader.ignore_unknown => Ok(None),
        None => Err(unknown_column(&reader.schema, name)),
    });
    let roles: Vec<Option<ColumnRole>> = known.collect::<Result<_, String>>()?;
    if !roles.contains(&Some(ColumnRole::Id)) {
        return Err(NO_ID_COLUMN.to_owned());
    }
    // Ages of a fact that has no column say nothing.
    let facts = roles.iter().map(|role| match role {
        Some(ColumnRole::Age(fact)) if !roles.contains(&Some(ColumnRole::Fact(*fact))) => None,
        other => *other,
    });
    Ok(facts.collect())
}

/// The columns' types, with codes for texts where there are few.
fn hinted(
    metadata: &ArrowReaderMetadata,
    roles: &[Option<ColumnRole>],
    schema: &Schema,
) -> SchemaRef {
    let fields = metadata.schema().fields().iter().zip(roles);
    let fields = fields.enumerate().map(|(at, (field, role))| {
        let Some(ColumnRole::Fact(fact)) = role else {
            return Arc::clone(field);
        };
        let has_few = match schema.fact(*fact).map(|fact| &fact.kind) {
            Some(Kind::Enum(_) | Kind::String(Some(_)) | Kind::EnumSet(_)) => true,
            Some(Kind::String(None) | Kind::StringSet) => is_coded(metadata, at),
            _ => false,
        };
        match has_few {
            true => Arc::new(Field::clone(field).with_data_type(coded(field.data_type()))),
            false => Arc::clone(field),
        }
    });
    Arc::new(Columns::new(fields.collect::<Fields>()))
}

fn coded(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        DataType::List(of) => {
            let kind = coded(of.data_type());
            DataType::List(Arc::new(Field::clone(of).with_data_type(kind)))
        }
        other => other.clone(),
    }
}

/// Whether a column's pages hold codes into a dictionary throughout.
fn is_coded(metadata: &ArrowReaderMetadata, root: usize) -> bool {
    let groups = metadata.metadata().row_groups().iter();
    let mut chunks =
        groups.map(|group| leaf(metadata, root).and_then(|at| group.columns().get(at)));
    chunks.all(|chunk| chunk.is_some_and(is_chunk_coded))
}

pub(super) fn is_chunk_coded(chunk: &ColumnChunkMetaData) -> bool {
    chunk.dictionary_page_offset().is_some()
        && chunk.page_encoding_stats_mask().is_some_and(|mask| {
            mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY)
        })
}

/// The number of the leaf of a column that has one.
pub(super) fn leaf(metadata: &ArrowReaderMetadata, root: usize) -> Option<usize> {
    let columns = metadata.parquet_schema();
    let mut leaves =
        (0..columns.num_columns()).filter(|leaf| columns.get_column_root_idx(*leaf) == root);
    leaves.next()
}

/// Whether each column is of its fact's type, wanted or not.
fn is_bound(
    metadata: &ArrowReaderMetadata,
    roles: &[Option<ColumnRole>],
    schema: &Schema,
) -> Result<(), BindError> {
    let fields = metadata.schema().fields().iter().zip(roles);
    let fields = fields.filter(|(_, role)| role.is_some());
    let fields: Fields = fields.map(|(field, _)| Arc::clone(field)).collect();
    Table::bind(
        schema,
        &RecordBatch::new_empty(Arc::new(Columns::new(fields))),
    )
    .map(|_| ())
}

/// The columns to read: facts with their ages, and the ids unless they are all there and nobody
/// asks for them.
fn wanted(
    metadata: &ArrowReaderMetadata,
    roles: &[Option<ColumnRole>],
    reader: &Reader<'_>,
) -> Vec<usize> {
    let facts: BTreeSet<_> = reader.wanted.facts().collect();
    let is_wanted = |at: usize, role: ColumnRole| match role {
        ColumnRole::Id => {
            reader.wanted.ids()
                || !leaf(metadata, at).is_some_and(|leaf| is_full(metadata.metadata(), leaf))
        }
        ColumnRole::AsOf => !facts.is_empty(),
        ColumnRole::Fact(fact) | ColumnRole::Age(fact) => facts.contains(&fact),
    };
    let roles = roles.iter().enumerate();
    let wanted = roles.filter(|(at, role)| role.is_some_and(|role| is_wanted(*at, role)));
    wanted.map(|(at, _)| at).collect()
}

/// Whether the file itself says that no id is missing or empty.
fn is_full(metadata: &ParquetMetaData, leaf: usize) -> bool {
    let mut groups = metadata.row_groups().iter();
    groups.all(|group| is_group_full(group, leaf))
}

fn is_group_full(group: &RowGroupMetaData, leaf: usize) -> bool {
    let chunk = group.columns().get(leaf);
    let statistics = chunk.and_then(ColumnChunkMetaData::statistics);
    let Some(statistics) = statistics.filter(|found| found.null_count_opt() == Some(0)) else {
        return false;
    };
    match statistics {
        Statistics::ByteArray(texts) => texts
            .min_opt()
            .is_some_and(|least| !least.data().is_empty()),
        _ => true,
    }
}

/// By row group: whether it holds nobody who is wanted. Rows without an id are told, so they are
/// not passed over.
fn skipped(
    metadata: &ArrowReaderMetadata,
    roles: &[Option<ColumnRole>],
    reader: &Reader<'_>,
) -> Vec<bool> {
    let id = roles.iter().position(|role| *role == Some(ColumnRole::Id));
    let id = id.and_then(|at| leaf(metadata, at));
    let groups = metadata.metadata().row_groups().iter();
    let skipped = groups.map(|group| {
        let (Some(only), Some(id)) = (&reader.only, id) else {
            return false;
        };
        is_group_full(group, id) && !only.may_be_in(&reader.schema, metadata, roles, group)
    });
    skipped.collect()
}

impl Group {
    pub(super) fn path(&self) -> Arc<Path> {
        Arc::clone(&self.opened.path)
    }

    pub(super) fn bytes(&self) -> u64 {
        let group = self
            .opened
            .metadata
            .metadata()
            .row_groups()
            .get(self.number);
        group.map_or(0, |group| {
            u64::try_from(group.compressed_size()).unwrap_or_default()
        })
    }

    fn rows(&self) -> u64 {
        let group = self
            .opened
            .metadata
            .metadata()
            .row_groups()
            .get(self.number);
        group.map_or(0, |group| {
            u64::try_from(group.num_rows()).unwrap_or_default()
        })
    }

    fn refuse(&self, why: impl Into<String>) -> ReadError {
        let place = format!(", row group {}", self.number + 1);
        ReadError::at(&self.opened.path, place, why)
    }
}

/// Reads the accounts of a row group.
pub(super) fn take(
    reader: &Reader<'_>,
    group: &Group,
    piece: &mut Piece,
    mut take: impl FnMut(&Accounts),
) -> Result<(), ReadError> {
    let broken = |error: &dyn std::error::Error| group.refuse(pages_in_words(error));
    let rows = guarded(|| Batches::open(group)).map_err(|why| group.refuse(why))?;
    let mut rows = rows.map_err(|error| broken(&error))?;
    let mut read = 0;
    while let Some(batch) = {
        let next = guarded(|| rows.next()).map_err(|why| group.refuse(why))?;
        next.map_err(|error| broken(&error))?
    } {
        let first = group.before + read;
        read += batch.num_rows() as u64;
        let accounts = bound(reader, group, &batch, first, piece)?;
        piece.taken += accounts.table.rows as u64;
        take(&accounts);
    }
    match read == group.rows() {
        true => Ok(()),
        false => Err(group.refuse(format!(
            "it says that it has {} rows, but {read} are there: the file is damaged; fetch it again",
            group.rows()
        ))),
    }
}

/// The batches of a row group: columns that are decoded here, and those that the crate decodes.
struct Batches {
    pages: Pages,
    others: Option<ParquetRecordBatchReader>,
    /// The places of the others in the file.
    places: Vec<usize>,
    fields: Fields,
    left: usize,
}

impl Batches {
    fn open(group: &Group) -> Result<Batches, ParquetError> {
        let Opened {
            path,
            metadata,
            wanted,
            ..
        } = &*group.opened;
        let pages = Pages::open(path, metadata, group.number, wanted)?;
        let own: BTreeSet<usize> = pages.places().collect();
        let places = wanted.iter().copied().filter(|at| !own.contains(at));
        let places: Vec<_> = places.collect();
        let others = (!places.is_empty()).then(|| {
            let others = places.iter().copied();
            ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(path)?, metadata.clone())
                .with_row_groups(vec![group.number])
                .with_projection(ProjectionMask::roots(metadata.parquet_schema(), others))
                .with_batch_size(BATCH)
                .build()
        });
        Ok(Batches {
            pages,
            others: others.transpose()?,
            places,
            fields: metadata.schema().fields().clone(),
            left: usize::try_from(group.rows()).unwrap_or(usize::MAX),
        })
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let read = match &mut self.others {
            Some(others) => match others.next().transpose()? {
                Some(read) => Some(read),
                None => return Ok(None),
            },
            None if self.left == 0 => return Ok(None),
            None => None,
        };
        let rows = match &read {
            Some(read) => read.num_rows(),
            None => self.left.min(BATCH),
        };
        self.left = self.left.saturating_sub(rows);
        let mut columns: BTreeMap<usize, ArrayRef> = self.pages.take(rows)?.into_iter().collect();
        if let Some(read) = &read {
            let read = read.columns().iter().map(Arc::clone);
            columns.extend(self.places.iter().copied().zip(read));
        }
        let fields = columns.iter().filter_map(|(at, values)| {
            let field = Field::clone(self.fields.get(*at)?);
            Some(field.with_data_type(values.data_type().clone()))
        });
        let fields = Columns::new(fields.collect::<Fields>());
        let columns = columns.into_values().collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::new(fields), columns, &options).map(Some)
    }
}

/// A batch as accounts, without the rows that have no id.
fn bound(
    reader: &Reader<'_>,
    group: &Group,
    batch: &RecordBatch,
    first: u64,
    piece: &mut Piece,
) -> Result<Accounts, ReadError> {
    let (batch, places) = identified(batch, first, &group.opened.path, piece);
    let table = Table::bind(&reader.schema, &batch).map_err(|error| {
        let error = match &places {
            Places::From(_) => error.after(usize::try_from(first).unwrap_or(usize::MAX)),
            _ => error,
        };
        group.refuse(error.to_string())
    })?;
    Ok(Accounts {
        table,
        histories: None,
        places,
    })
}

fn identified(
    batch: &RecordBatch,
    first: u64,
    path: &Path,
    piece: &mut Piece,
) -> (RecordBatch, Places) {
    let all = (batch.clone(), Places::From(first + 1));
    let Some(ids) = batch.column_by_name("id") else {
        return all;
    };
    if ids.null_count() == 0 && ids.data_type().is_integer() {
        return all;
    }
    let is_id = |row: usize| ids.is_valid(row) && text(ids, row) != Some("");
    if (0..batch.num_rows()).all(is_id) {
        return all;
    }
    let mut rows = Vec::new();
    for row in 0..batch.num_rows() {
        let number = first + row as u64 + 1;
        match is_id(row) {
            true => rows.push(number),
            false => piece.refuse(
                || format!("{}, row {number}", super::trouble::shown(path)),
                "the account has no `id`",
            ),
        }
    }
    let kept: BooleanArray = (0..batch.num_rows()).map(|row| Some(is_id(row))).collect();
    match arrow_select::filter::filter_record_batch(batch, &kept) {
        Ok(batch) => (batch, Places::Rows(rows)),
        // Of one length by construction.
        Err(_) => all,
    }
}
