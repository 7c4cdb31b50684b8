//! Columns without nesting, decoded from their pages: texts stay the codes that the file has, and
//! what is known goes to its rows by the word. Columns of other kinds, or packed otherwise, are left
//! to the `parquet` crate, which knows every kind and takes several times as long.

mod column;
mod runs;
mod window;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::basic::{Encoding, Type};
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;

use super::parquet::{is_chunk_coded, leaf};
use column::Column;
use window::{Shared, Window};

/// Some columns of a row group, with their places in the file.
pub(super) struct Pages {
    columns: Vec<(usize, Column)>,
}

impl Pages {
    /// Opens those of the wanted columns that can be decoded here.
    pub(super) fn open(
        path: &Path,
        metadata: &ArrowReaderMetadata,
        group: usize,
        wanted: &[usize],
    ) -> Result<Pages> {
        let file = Shared::new(File::open(path)?)?;
        let mut columns = Vec::new();
        for at in wanted {
            if let Some((chunk, form, is_optional)) = known(metadata, group, *at) {
                let window = Window::new(&file, chunk.byte_range());
                let rows = metadata.metadata().row_group(group).num_rows();
                let rows = usize::try_from(rows).unwrap_or_default();
                let column = Column::open(window, chunk, rows, form, is_optional)?;
                columns.push((*at, column));
            }
        }
        Ok(Pages { columns })
    }

    /// The places of its columns.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(at, _)| *at)
    }

    /// The next so many rows of every column, with its place.
    pub(super) fn take(&mut self, rows: usize) -> Result<Vec<(usize, ArrayRef)>> {
        let columns = self.columns.iter_mut();
        columns
            .map(|(at, column)| Ok((*at, column.take(rows)?)))
            .collect()
    }
}

/// What a column's values become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Texts, as codes.
    Words,
    Small,
    Large,
    /// Moments of a unit, in UTC.
    Moments(TimeUnit),
    Flags,
}

/// What a column is made into, and whether values may be missing; nothing where it is for the crate.
fn known(
    metadata: &ArrowReaderMetadata,
    group: usize,
    at: usize,
) -> Option<(&ColumnChunkMetaData, Form, bool)> {
    let leaf = leaf(metadata, at)?;
    let group = metadata.metadata().row_groups().get(group)?;
    let chunk = group.columns().get(leaf)?;
    let described = chunk.column_descr();
    let is_optional = match (described.max_rep_level(), described.max_def_level()) {
        (0, 0) => false,
        (0, 1) => true,
        _ => return None,
    };
    let field = metadata.schema().fields().get(at)?;
    let form = match (field.data_type(), described.physical_type()) {
        (DataType::Dictionary(_, of), Type::BYTE_ARRAY)
            if **of == DataType::Utf8 && is_chunk_coded(chunk) =>
        {
            Form::Words
        }
        (DataType::Int32, Type::INT32) => Form::Small,
        (DataType::Int64, Type::INT64) => Form::Large,
        (DataType::Timestamp(unit, Some(zone)), Type::INT64) if **zone == *"UTC" => {
            Form::Moments(*unit)
        }
        (DataType::Boolean, Type::BOOLEAN) => Form::Flags,
        _ => return None,
    };
    #[expect(deprecated, reason = "old files have it, for levels")]
    let is_known = |encoding: Encoding| {
        matches!(
            encoding,
            Encoding::PLAIN
                | Encoding::RLE
                | Encoding::BIT_PACKED
                | Encoding::RLE_DICTIONARY
                | Encoding::PLAIN_DICTIONARY
        )
    };
    let mut encodings = chunk.encodings();
    encodings
        .all(is_known)
        .then_some((chunk, form, is_optional))
}
