//! One column of a row group, a page after the other.

use std::sync::Arc;

use arrow_array::types::{
    ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt32Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, PrimitiveArray,
    StringArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, TimeUnit};
use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use super::Form;
use super::runs::{self, Bits, Code};
use super::window::Window;

/// A column being decoded.
pub(super) struct Column {
    pages: SerializedPageReader<Window>,
    is_optional: bool,
    /// How many rows are still to come in pages.
    left: usize,
    form: Form,
    rows: Rows,
    values: Values,
    codes: Vec<u32>,
}

/// The rows of the page that is open.
#[derive(Default)]
struct Rows {
    many: usize,
    at: usize,
    /// Which of them have a value; nothing where all have.
    present: Option<Bits>,
}

/// The values of the page that is open, and of the dictionary.
enum Values {
    /// Codes of a byte.
    Narrow(ArrayRef, Dense<u8>),
    Wide(ArrayRef, Dense<u32>),
    Small(Vec<i32>, Dense<i32>),
    Large(Vec<i64>, Dense<i64>),
    Flags(Flags),
}

/// How many values are copied at once.
const BLOCK: usize = 16;

/// Values of those rows only that have one.
#[derive(Default)]
struct Dense<T> {
    values: Vec<T>,
    used: usize,
    /// By row, as far as they were put there.
    out: Vec<T>,
    filled: usize,
}

/// The same of flags.
#[derive(Default)]
struct Flags {
    values: Bits,
    used: usize,
    out: Bits,
}

/// What a page is made of.
struct Parts {
    rows: usize,
    levels: Levels,
    values: Bytes,
    encoding: Encoding,
}

enum Levels {
    None,
    Runs(Bytes),
    /// As they were packed long ago: the first in the highest bit.
    Packed(Bytes),
}

fn broken(why: &str) -> ParquetError {
    ParquetError::General(why.to_owned())
}

fn short() -> ParquetError {
    ParquetError::EOF("a page ends before its values do".to_owned())
}

impl Column {
    pub(super) fn open(
        window: Window,
        chunk: &ColumnChunkMetaData,
        rows: usize,
        form: Form,
        is_optional: bool,
    ) -> Result<Column> {
        let values = match form {
            Form::Words => Values::Narrow(words(&[], 0)?, Dense::default()),
            Form::Small => Values::Small(Vec::new(), Dense::default()),
            Form::Large | Form::Moments(_) => Values::Large(Vec::new(), Dense::default()),
            Form::Flags => Values::Flags(Flags::default()),
        };
        let mut column = Column {
            pages: SerializedPageReader::new(Arc::new(window), chunk, rows, None)?,
            is_optional,
            left: rows,
            form,
            rows: Rows::default(),
            values,
            codes: Vec::new(),
        };
        // With the first page it is told how wide codes are.
        if rows > 0 {
            column.turn()?;
        }
        Ok(column)
    }

    /// The next so many rows.
    pub(super) fn take(&mut self, rows: usize) -> Result<ArrayRef> {
        let mut present = Bits::with_room(rows);
        self.values.make_room(rows);
        let mut left = rows;
        while left > 0 {
            if self.rows.at == self.rows.many {
                self.turn()?;
            }
            let many = left.min(self.rows.many - self.rows.at);
            self.values.spread(&self.rows, many);
            self.rows.tell(many, &mut present);
            self.rows.at += many;
            left -= many;
        }
        let present = BooleanBuffer::new(Buffer::from_vec(present.into_words()), 0, rows);
        let nulls = Some(NullBuffer::new(present)).filter(|nulls| nulls.null_count() > 0);
        self.values.finish(self.form, rows, nulls)
    }

    /// Turns to the next page that has rows.
    fn turn(&mut self) -> Result<()> {
        loop {
            let page = self.pages.get_next_page()?;
            let page = page.ok_or_else(|| broken("it has fewer rows than it says"))?;
            let parts = match page {
                Page::DictionaryPage {
                    buf,
                    num_values,
                    encoding,
                    ..
                } => {
                    if !matches!(encoding, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY) {
                        return Err(broken("a dictionary is packed in an unknown way"));
                    }
                    self.values.take_dictionary(&buf, num_values as usize)?;
                    continue;
                }
                data => self.parts(data)?,
            };
            if parts.rows == 0 {
                continue;
            }
            // What a page says is believed only as far as the row group says so too.
            self.left = self
                .left
                .checked_sub(parts.rows)
                .ok_or_else(|| broken("it has more rows than it says"))?;
            let many = self.rows.turn(&parts)?;
            self.values.turn(&parts, many, &mut self.codes)?;
            self.values.pad();
            return Ok(());
        }
    }

    fn parts(&self, page: Page) -> Result<Parts> {
        match page {
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding,
                ..
            } => {
                let rows = num_values as usize;
                let (levels, values) = match (self.is_optional, def_level_encoding) {
                    (false, _) => (Levels::None, buf),
                    (true, Encoding::RLE) => {
                        let (length, rest) = buf.split_first_chunk::<4>().ok_or_else(short)?;
                        let length = u32::from_le_bytes(*length) as usize;
                        let rest = buf.slice_ref(rest);
                        let (levels, values) = cut(&rest, length)?;
                        (Levels::Runs(levels), values)
                    }
                    #[expect(deprecated, reason = "old files have it")]
                    (true, Encoding::BIT_PACKED) => {
                        let (levels, values) = cut(&buf, rows.div_ceil(8))?;
                        (Levels::Packed(levels), values)
                    }
                    _ => return Err(broken("levels are packed in an unknown way")),
                };
                Ok(Parts {
                    rows,
                    levels,
                    values,
                    encoding,
                })
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let (_, rest) = cut(&buf, rep_levels_byte_len as usize)?;
                let (levels, values) = cut(&rest, def_levels_byte_len as usize)?;
                let levels = match self.is_optional {
                    true => Levels::Runs(levels),
                    false => Levels::None,
                };
                Ok(Parts {
                    rows: num_values as usize,
                    levels,
                    values,
                    encoding,
                })
            }
            Page::DictionaryPage { .. } => Err(broken("a dictionary stands among the values")),
        }
    }
}

fn cut(bytes: &Bytes, at: usize) -> Result<(Bytes, Bytes)> {
    match at <= bytes.len() {
        true => Ok((bytes.slice(..at), bytes.slice(at..))),
        false => Err(short()),
    }
}

impl Rows {
    /// Turns to a page; how many of its rows have a value.
    fn turn(&mut self, parts: &Parts) -> Result<usize> {
        (self.many, self.at) = (parts.rows, 0);
        let mut present = self.present.take().unwrap_or_default();
        match &parts.levels {
            Levels::None => return Ok(self.many),
            Levels::Runs(bytes) => present.levels(bytes, self.many).ok_or_else(short)?,
            Levels::Packed(bytes) => present.packed_long_ago(bytes, self.many),
        }
        let many = present.ones();
        self.present = (many < self.many).then_some(present);
        Ok(many)
    }

    /// Adds which of the next so many rows have a value.
    fn tell(&self, many: usize, out: &mut Bits) {
        for at in (0..many).step_by(64) {
            let word = match &self.present {
                Some(present) => present.word(self.at + at),
                None => u64::MAX,
            };
            out.push(word, (many - at).min(64));
        }
    }
}

impl Values {
    fn make_room(&mut self, rows: usize) {
        match self {
            Values::Narrow(_, dense) => dense.make_room(rows),
            Values::Wide(_, dense) => dense.make_room(rows),
            Values::Small(_, dense) => dense.make_room(rows),
            Values::Large(_, dense) => dense.make_room(rows),
            Values::Flags(flags) => flags.out = Bits::with_room(rows),
        }
    }

    fn pad(&mut self) {
        match self {
            Values::Narrow(_, dense) => dense.pad(),
            Values::Wide(_, dense) => dense.pad(),
            Values::Small(_, dense) => dense.pad(),
            Values::Large(_, dense) => dense.pad(),
            Values::Flags(_) => {}
        }
    }

    fn spread(&mut self, rows: &Rows, many: usize) {
        match self {
            Values::Narrow(_, dense) => dense.spread(rows, many),
            Values::Wide(_, dense) => dense.spread(rows, many),
            Values::Small(_, dense) => dense.spread(rows, many),
            Values::Large(_, dense) => dense.spread(rows, many),
            Values::Flags(dense) => dense.spread(rows, many),
        }
    }

    /// The rows that were spread.
    fn finish(&mut self, form: Form, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        let coded = |error: ArrowError| broken(&error.to_string());
        Ok(match self {
            Values::Narrow(words, dense) => {
                let keys = PrimitiveArray::<UInt8Type>::new(dense.out().into(), nulls);
                Arc::new(DictionaryArray::try_new(keys, Arc::clone(words)).map_err(coded)?)
            }
            Values::Wide(words, dense) => {
                let keys = PrimitiveArray::<UInt32Type>::new(dense.out().into(), nulls);
                Arc::new(DictionaryArray::try_new(keys, Arc::clone(words)).map_err(coded)?)
            }
            Values::Small(_, dense) => Arc::new(Int32Array::new(dense.out().into(), nulls)),
            Values::Large(_, dense) => large(form, dense.out().into(), nulls),
            Values::Flags(dense) => {
                let bits = Buffer::from_vec(std::mem::take(&mut dense.out).into_words());
                let bits = BooleanBuffer::new(bits, 0, rows);
                Arc::new(BooleanArray::new(bits, nulls))
            }
        })
    }

    fn take_dictionary(&mut self, bytes: &[u8], many: usize) -> Result<()> {
        match self {
            Values::Narrow(..) | Values::Wide(..) => {
                let words = words(bytes, many)?;
                *self = match words.len() {
                    0..=256 => Values::Narrow(words, Dense::default()),
                    _ => Values::Wide(words, Dense::default()),
                };
            }
            Values::Small(known, _) => {
                known.clear();
                plain(bytes, many, i32::from_le_bytes, known)?;
            }
            Values::Large(known, _) => {
                known.clear();
                plain(bytes, many, i64::from_le_bytes, known)?;
            }
            Values::Flags(_) => return Err(broken("flags have a dictionary")),
        }
        Ok(())
    }

    /// Takes the values of a page.
    fn turn(&mut self, parts: &Parts, many: usize, codes: &mut Vec<u32>) -> Result<()> {
        let is_coded = matches!(
            parts.encoding,
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY
        );
        let unknown = || broken("values are packed in an unknown way");
        let bytes = &*parts.values;
        match self {
            // Some write codes in more bits than their dictionary needs.
            Values::Narrow(_, dense) if is_coded && bytes.first() > Some(&8) => {
                coded(bytes, many, codes)?;
                let narrow = codes.iter().map(|code| u8::try_from(*code));
                let narrow: std::result::Result<Vec<u8>, _> = narrow.collect();
                *dense.turn() = narrow.map_err(|_| broken("a code stands for nothing"))?;
                Ok(())
            }
            Values::Narrow(_, dense) if is_coded => coded(bytes, many, dense.turn()),
            Values::Wide(_, dense) if is_coded => coded(bytes, many, dense.turn()),
            Values::Small(known, dense) if is_coded => {
                coded(bytes, many, codes)?;
                look_up(known, codes, dense.turn())
            }
            Values::Large(known, dense) if is_coded => {
                coded(bytes, many, codes)?;
                look_up(known, codes, dense.turn())
            }
            Values::Small(_, dense) if parts.encoding == Encoding::PLAIN => {
                plain(bytes, many, i32::from_le_bytes, dense.turn())
            }
            Values::Large(_, dense) if parts.encoding == Encoding::PLAIN => {
                plain(bytes, many, i64::from_le_bytes, dense.turn())
            }
            Values::Flags(dense) => match parts.encoding {
                Encoding::PLAIN => dense.turn().plain(bytes, many).ok_or_else(short),
                Encoding::RLE => {
                    let bytes = bytes.get(4..).ok_or_else(short)?;
                    dense.turn().levels(bytes, many).ok_or_else(short)
                }
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }
}

impl<T: Copy + Default> Dense<T> {
    /// Room for the values of another page.
    fn turn(&mut self) -> &mut Vec<T> {
        self.values.clear();
        self.used = 0;
        &mut self.values
    }

    fn make_room(&mut self, rows: usize) {
        self.out = vec![T::default(); rows + BLOCK];
        self.filled = 0;
    }

    fn out(&mut self) -> Vec<T> {
        self.out.truncate(self.filled);
        std::mem::take(&mut self.out)
    }

    /// Makes the values of a page long enough for the last block.
    fn pad(&mut self) {
        let padded = self.values.len() + BLOCK;
        self.values.resize(padded, T::default());
    }

    /// Puts the next values to the rows that have one.
    fn spread(&mut self, rows: &Rows, many: usize) {
        let Some(present) = &rows.present else {
            return self.copy(many);
        };
        for at in (0..many).step_by(64) {
            let rows = rows.at + at;
            self.spread_word(present.word(rows), (many - at).min(64));
        }
    }

    /// The same for the rows of one word: what stands between two that have none is copied.
    #[inline]
    fn spread_word(&mut self, present: u64, rows: usize) {
        let mut absent = !present;
        let mut at = 0;
        while at < rows {
            let next = (absent.trailing_zeros() as usize).min(rows);
            self.copy_some(next - at);
            self.filled += usize::from(next < rows);
            at = next + 1;
            absent &= absent.wrapping_sub(1);
        }
    }

    /// Puts the next values to as many rows.
    fn copy(&mut self, many: usize) {
        let out = self.out.get_mut(self.filled..self.filled + many);
        let values = self.values.get(self.used..self.used + many);
        if let (Some(out), Some(values)) = (out, values) {
            out.copy_from_slice(values);
        }
        self.used += many;
        self.filled += many;
    }

    /// The same for at most a word of rows: always a whole block, which is faster than to ask how
    /// many; what is too much is written over by the next, or stands where there is no value.
    #[inline]
    fn copy_some(&mut self, many: usize) {
        for at in (0..many).step_by(BLOCK) {
            let out = self.out.get_mut(self.filled + at..);
            let values = self.values.get(self.used + at..);
            let out = out.and_then(<[T]>::first_chunk_mut::<BLOCK>);
            if let (Some(out), Some(values)) = (out, values.and_then(<[T]>::first_chunk)) {
                *out = *values;
            }
        }
        self.used += many;
        self.filled += many;
    }
}

impl Flags {
    fn turn(&mut self) -> &mut Bits {
        self.used = 0;
        &mut self.values
    }

    fn spread(&mut self, rows: &Rows, many: usize) {
        for at in (0..many).step_by(64) {
            let some = (many - at).min(64);
            let values = self.values.word(self.used);
            let (word, used) = match &rows.present {
                None => (values, some),
                Some(present) => {
                    let present = present.word(rows.at + at) & u64::MAX >> (64 - some);
                    (
                        runs::deposit(values, present),
                        present.count_ones() as usize,
                    )
                }
            };
            self.out.push(word, some);
            self.used += used;
        }
    }
}

/// The words of a dictionary: each its length and its bytes.
fn words(bytes: &[u8], many: usize) -> Result<ArrayRef> {
    let mut rest = bytes;
    let mut words = Vec::with_capacity(many.min(bytes.len() / 4));
    for _ in 0..many {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(short)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (word, after) = after.split_at_checked(length).ok_or_else(short)?;
        words.push(std::str::from_utf8(word).map_err(|_| broken("a text is no UTF-8"))?);
        rest = after;
    }
    Ok(Arc::new(StringArray::from(words)))
}

/// Codes behind a byte that says of how many bits they are.
fn coded<T: Code>(bytes: &[u8], many: usize, out: &mut Vec<T>) -> Result<()> {
    out.clear();
    // A page of nothing has not even that byte.
    if many == 0 {
        return Ok(());
    }
    let (bits, bytes) = bytes.split_first().ok_or_else(short)?;
    if usize::from(*bits) > 8 * size_of::<T>() {
        return Err(broken("codes are wider than their dictionary is long"));
    }
    runs::codes(bytes, (*bits).into(), many, out).ok_or_else(short)
}

fn look_up<T: Copy + Default>(known: &[T], codes: &[u32], out: &mut Vec<T>) -> Result<()> {
    let mut are_known = true;
    out.extend(codes.iter().map(|code| {
        let found = known.get(*code as usize);
        are_known &= found.is_some();
        found.copied().unwrap_or_default()
    }));
    match are_known {
        true => Ok(()),
        false => Err(broken("a code stands for nothing in its dictionary")),
    }
}

/// Numbers as they are.
fn plain<T, const BYTES: usize>(
    bytes: &[u8],
    many: usize,
    of: impl Fn([u8; BYTES]) -> T,
    out: &mut Vec<T>,
) -> Result<()> {
    let (numbers, _) = bytes.as_chunks::<BYTES>();
    let numbers = numbers.get(..many).ok_or_else(short)?;
    out.extend(numbers.iter().map(|number| of(*number)));
    Ok(())
}

/// Whole numbers, or what they stand for.
fn large(form: Form, numbers: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> ArrayRef {
    fn moments<T>(numbers: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> ArrayRef
    where
        T: ArrowTimestampType,
    {
        Arc::new(PrimitiveArray::<T>::new(numbers, nulls).with_timezone("UTC"))
    }
    match form {
        Form::Moments(TimeUnit::Second) => moments::<TimestampSecondType>(numbers, nulls),
        Form::Moments(TimeUnit::Millisecond) => moments::<TimestampMillisecondType>(numbers, nulls),
        Form::Moments(TimeUnit::Microsecond) => moments::<TimestampMicrosecondType>(numbers, nulls),
        Form::Moments(TimeUnit::Nanosecond) => moments::<TimestampNanosecondType>(numbers, nulls),
        _ => Arc::new(Int64Array::new(numbers, nulls)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut values = Values::Narrow(words(&[0; 8], 2).unwrap(), Dense::default());
        let parts = Parts {
            rows: 3,
            levels: Levels::None,
            values: Bytes::copy_from_slice(bytes),
            encoding: Encoding::RLE_DICTIONARY,
        };
        values.turn(&parts, 3, &mut Vec::new()).ok()?;
        match values {
            Values::Narrow(_, dense) => Some(dense.values),
            _ => None,
        }
    }

    #[test]
    fn codes_may_be_wider_than_they_need_to_be() {
        assert_eq!(turned(&[1, 6, 1]), Some(vec![1; 3]));
        assert_eq!(turned(&[12, 6, 1, 0]), Some(vec![1; 3]));
        assert_eq!(turned(&[12, 6, 1, 1]), None);
        assert_eq!(turned(&[40, 6, 1, 0, 0, 0, 0]), None);
        assert_eq!(turned(&[]), None);
    }
}
