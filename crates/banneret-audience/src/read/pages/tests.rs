//! What is decoded here is what the `parquet` crate decodes, however the file was written.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::file::properties::{WriterProperties, WriterVersion};
use proptest::prelude::*;

use super::Pages;
use crate::read::text;

type Row = (
    Option<u16>,
    Option<i32>,
    Option<i64>,
    Option<i64>,
    Option<bool>,
    i64,
);

fn written(rows: &[Row]) -> RecordBatch {
    let words = rows.iter().map(|row| Some(format!("word {}", row.0?)));
    let moments: TimestampMicrosecondArray = rows.iter().map(|row| row.3).collect();
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("words", Arc::new(words.collect::<StringArray>()), true),
        (
            "small",
            Arc::new(rows.iter().map(|row| row.1).collect::<Int32Array>()),
            true,
        ),
        (
            "large",
            Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>()),
            true,
        ),
        ("moments", Arc::new(moments.with_timezone("UTC")), true),
        (
            "flags",
            Arc::new(rows.iter().map(|row| row.4).collect::<BooleanArray>()),
            true,
        ),
        (
            "always",
            Arc::new(rows.iter().map(|row| row.5).collect::<Int64Array>()),
            false,
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// The file's columns, words as codes.
fn opened(path: &PathBuf) -> ArrowReaderMetadata {
    let file = File::open(path).unwrap();
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(&file, options.clone()).unwrap();
    let fields = plain
        .schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => {
                let coded =
                    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                Arc::new(Field::clone(field).with_data_type(coded))
            }
            _ => Arc::clone(field),
        });
    let options = options.with_schema(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options).unwrap()
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("banneret-pages-{name}-{}", std::process::id()))
}

fn write(path: &PathBuf, batch: &RecordBatch, properties: WriterProperties) {
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// How a file is written.
fn ways() -> impl Strategy<Value = WriterProperties> {
    (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        1..400_usize,
        20..2_000_usize,
    )
        .prop_map(|(is_new, is_coded, is_packed, page, dictionary)| {
            WriterProperties::builder()
                .set_writer_version(match is_new {
                    true => WriterVersion::PARQUET_2_0,
                    false => WriterVersion::PARQUET_1_0,
                })
                .set_dictionary_enabled(is_coded)
                .set_compression(match is_packed {
                    true => Compression::SNAPPY,
                    false => Compression::UNCOMPRESSED,
                })
                .set_data_page_row_count_limit(page)
                .set_write_batch_size(page.min(64))
                // Where a dictionary grows beyond that, the other values are plain.
                .set_column_dictionary_page_size_limit("large".into(), dictionary)
                .set_column_dictionary_page_size_limit("small".into(), dictionary)
                .build()
        })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let often = 0.0..1.0_f64;
    (often, 1..700_u16, 1..2_000_usize).prop_flat_map(|(often, words, rows)| {
        let some = move |often: f64| proptest::bool::weighted(often);
        let row = (
            (some(often), 0..words),
            (some(0.97), -50..50_i32),
            (some(often), any::<i64>()),
            (some(0.5), any::<i64>()),
            (some(0.97), any::<bool>()),
            0..10_i64,
        );
        let row = row.prop_map(|(words, small, large, moments, flags, always)| {
            (
                words.0.then_some(words.1),
                small.0.then_some(small.1),
                large.0.then_some(large.1),
                moments.0.then_some(moments.1),
                flags.0.then_some(flags.1),
                always,
            )
        });
        proptest::collection::vec(row, rows)
    })
}

/// Whether two columns are the same, whatever their codes.
fn same(one: &dyn Array, other: &dyn Array) -> bool {
    let texts = |array: &dyn Array| -> Vec<Option<String>> {
        (0..array.len())
            .map(|row| text(array, row).map(str::to_owned))
            .collect()
    };
    match one.data_type() {
        DataType::Dictionary(..) => texts(one) == texts(other),
        _ => one.to_data() == other.to_data(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn as_the_crate(rows in rows(), way in ways(), batch in 1..500_usize) {
        let path = file("same");
        write(&path, &written(&rows), way);
        let metadata = opened(&path);
        let mut pages = Pages::open(&path, &metadata, 0, &[0, 1, 2, 3, 4, 5]).unwrap();
        let file = File::open(&path).unwrap();
        let others = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
        for wanted in others.with_batch_size(batch).build().unwrap() {
            let wanted = wanted.unwrap();
            for (at, found) in pages.take(wanted.num_rows()).unwrap() {
                let column = wanted.column(at);
                prop_assert!(same(&found, column), "{at}: {found:?} but {column:?}");
            }
        }
        prop_assert!(pages.columns.is_empty() || pages.take(1).is_err());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn damage_is_told_and_nothing_worse(
        rows in rows(),
        way in ways(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let path = file("damaged");
        write(&path, &written(&rows), way);
        let metadata = opened(&path);
        let mut bytes = std::fs::read(&path).unwrap();
        let columns = metadata.metadata().row_group(0).columns();
        let end = columns.iter().map(|chunk| chunk.byte_range().0 + chunk.byte_range().1).max();
        let data = &mut bytes[4..end.unwrap() as usize];
        for (at, byte) in damage {
            data[at.index(data.len())] = byte;
        }
        std::fs::write(&path, bytes).unwrap();
        if let Ok(mut pages) = Pages::open(&path, &metadata, 0, &[0, 1, 2, 3, 4, 5])
            && let Ok(columns) = pages.take(rows.len())
        {
            prop_assert!(columns.iter().all(|(_, column)| column.len() == rows.len()));
        }
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn every_kind_is_decoded_here() {
    let rows: Vec<Row> = (0..1_000)
        .map(|row| {
            (
                Some(row as u16 % 7),
                Some(row),
                None,
                Some(0),
                Some(row % 2 == 0),
                5,
            )
        })
        .collect();
    let path = file("every");
    let way = WriterProperties::builder().build();
    write(&path, &written(&rows), way);
    let pages = Pages::open(&path, &opened(&path), 0, &[0, 1, 2, 3, 4, 5]).unwrap();
    assert!(pages.places().eq(0..6));
    std::fs::remove_file(&path).unwrap();
}
