//! Which rows of a column of whole numbers or moments lie in ranges.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_schema::{DataType, TimeUnit};
use banneret::{Ranges, Time};

use super::lanes::{Bits, Lanes, Loop};
use super::mask::{self, Mask, NONE, ROWS};

/// More ranges than this are searched row by row.
const FEW: usize = 8;

/// The numbers of a column as Arrow keeps them.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
}

/// Ranges of numbers as a column keeps them.
pub(super) struct Spans(Vec<(i64, i64)>);

impl Spans {
    pub(super) fn of(ranges: &Ranges) -> Spans {
        Spans(ranges.iter().collect())
    }

    pub(super) fn one(low: i64, high: i64) -> Spans {
        Spans(if low <= high {
            vec![(low, high)]
        } else {
            Vec::new()
        })
    }

    /// Whether every number is in it.
    pub(super) fn is_all(&self) -> bool {
        self.0 == [(i64::MIN, i64::MAX)]
    }

    pub(super) fn has(&self, number: i64) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= number);
        after > 0 && number <= self.0[after - 1].1
    }
}

impl<'a> Numbers<'a> {
    /// The numbers of a column; nothing where it holds none.
    pub(super) fn of(values: &'a dyn Array) -> Option<Numbers<'a>> {
        Some(match values.data_type() {
            DataType::Int8 => Numbers::I8(values.as_primitive::<Int8Type>().values()),
            DataType::Int16 => Numbers::I16(values.as_primitive::<Int16Type>().values()),
            DataType::Int32 => Numbers::I32(values.as_primitive::<Int32Type>().values()),
            DataType::Int64 => Numbers::I64(values.as_primitive::<Int64Type>().values()),
            DataType::UInt8 => Numbers::U8(values.as_primitive::<UInt8Type>().values()),
            DataType::UInt16 => Numbers::U16(values.as_primitive::<UInt16Type>().values()),
            DataType::UInt32 => Numbers::U32(values.as_primitive::<UInt32Type>().values()),
            DataType::UInt64 => Numbers::U64(values.as_primitive::<UInt64Type>().values()),
            DataType::Timestamp(unit, _) => Numbers::I64(match unit {
                TimeUnit::Second => values.as_primitive::<TimestampSecondType>().values(),
                TimeUnit::Millisecond => values.as_primitive::<TimestampMillisecondType>().values(),
                TimeUnit::Microsecond => values.as_primitive::<TimestampMicrosecondType>().values(),
                TimeUnit::Nanosecond => values.as_primitive::<TimestampNanosecondType>().values(),
            }),
            _ => return None,
        })
    }

    /// The number of a row; values beyond 63 bits are refused before.
    pub(super) fn at(&self, row: usize) -> i64 {
        match self {
            Numbers::I8(values) => values[row].into(),
            Numbers::I16(values) => values[row].into(),
            Numbers::I32(values) => values[row].into(),
            Numbers::I64(values) => values[row],
            Numbers::U8(values) => values[row].into(),
            Numbers::U16(values) => values[row].into(),
            Numbers::U32(values) => values[row].into(),
            Numbers::U64(values) => i64::try_from(values[row]).unwrap_or(i64::MAX),
        }
    }

    /// The rows whose number lies in the ranges. What is said of rows that are null, and of those
    /// after the last, means nothing.
    pub(super) fn within(&self, lanes: Lanes, spans: &Spans, start: usize, rows: usize) -> Mask {
        if spans.0.len() > FEW {
            return mask::rows_where(rows, |row| spans.has(self.at(start + row)));
        }
        let Some((first, others)) = spans.0.split_first() else {
            return NONE;
        };
        let mut mask = self.between(lanes, *first, start, rows);
        for span in others {
            mask::or(&mut mask, &self.between(lanes, *span, start, rows));
        }
        mask
    }

    fn between(&self, lanes: Lanes, span: (i64, i64), start: usize, rows: usize) -> Mask {
        let part = start..start + rows;
        match self {
            Numbers::I8(values) => between(lanes, &values[part], span),
            Numbers::I16(values) => between(lanes, &values[part], span),
            Numbers::I32(values) => between(lanes, &values[part], span),
            Numbers::I64(values) => between(lanes, &values[part], span),
            Numbers::U8(values) => between(lanes, &values[part], span),
            Numbers::U16(values) => between(lanes, &values[part], span),
            Numbers::U32(values) => between(lanes, &values[part], span),
            Numbers::U64(values) => between(lanes, &values[part], span),
        }
    }

    /// The one number that all of those rows have, if they have one.
    pub(super) fn same(&self, start: usize, rows: usize) -> Option<i64> {
        let Numbers::I64(values) = self else {
            return None;
        };
        let (first, others) = values[start..start + rows].split_first()?;
        // Few columns are constant, and those that are not show it soon.
        let is_same =
            |values: &[i64]| values.iter().fold(0, |sum, value| sum | (value ^ first)) == 0;
        others.chunks(64).all(is_same).then_some(*first)
    }
}

/// A kind of number that columns hold.
trait Number: Copy + PartialOrd + Default + TryFrom<i64> {
    const MIN: Self;
    const MAX: Self;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Number for $number {
            const MIN: Self = <$number>::MIN;
            const MAX: Self = <$number>::MAX;
        }
    )*};
}

numbers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// A number as the column keeps such, or the end of its kind that lies nearer.
fn held<T: Number>(number: i64) -> Result<T, bool> {
    T::try_from(number).map_err(|_| number < 0)
}

fn between<T: Number>(lanes: Lanes, values: &[T], (low, high): (i64, i64)) -> Mask {
    let low = match held(low) {
        Ok(low) => low,
        Err(true) => T::MIN,
        Err(false) => return NONE,
    };
    let high = match held(high) {
        Ok(high) => high,
        Err(true) => return NONE,
        Err(false) => T::MAX,
    };
    match (low == T::MIN, high == T::MAX) {
        (true, true) => [u64::MAX; mask::WORDS],
        (true, false) => compare(lanes, values, |value| value <= high),
        (false, true) => compare(lanes, values, |value| value >= low),
        (false, false) if low == high => compare(lanes, values, |value| value == low),
        (false, false) => compare(lanes, values, |value| (value >= low) & (value <= high)),
    }
}

fn compare<T: Number>(lanes: Lanes, values: &[T], holds: impl Fn(T) -> bool) -> Mask {
    lanes.run(Compare { values, holds })
}

struct Compare<'v, T, F> {
    values: &'v [T],
    holds: F,
}

impl<T: Number, F: Fn(T) -> bool> Loop for Compare<'_, T, F> {
    type Output = Mask;

    #[inline(always)]
    fn run<B: Bits>(self, bits: B) -> Mask {
        let mut mask = NONE;
        let (words, rest) = self.values[..self.values.len().min(ROWS)].as_chunks::<64>();
        for (word, values) in mask.iter_mut().zip(words) {
            *word = one_word(bits, values, &self.holds);
        }
        if !rest.is_empty() {
            let mut padded = [T::default(); 64];
            padded[..rest.len()].copy_from_slice(rest);
            mask[words.len()] = one_word(bits, &padded, &self.holds);
        }
        mask
    }
}

#[inline(always)]
fn one_word<T: Copy>(bits: impl Bits, values: &[T; 64], holds: impl Fn(T) -> bool) -> u64 {
    let mut bytes = [0_u8; 64];
    for (byte, value) in bytes.iter_mut().zip(values) {
        *byte = u8::from(holds(*value)).wrapping_neg();
    }
    bits.pack(&bytes)
}

/// Whether every number of a column lies between those two.
pub(crate) fn all_within(values: &dyn Array, least: i64, most: i64) -> bool {
    let Some(numbers) = Numbers::of(values) else {
        return true;
    };
    all_of(values, numbers, &Spans::one(least, most))
}

/// Whether no moment of a column is later than that one.
pub(crate) fn none_after(values: &dyn Array, last: Time) -> bool {
    let Some(moments) = Moments::of(values) else {
        return true;
    };
    let spans = moments.spans([(i64::MIN, last.as_unix_micros())]);
    all_of(values, moments.numbers, &spans)
}

fn all_of(values: &dyn Array, numbers: Numbers<'_>, spans: &Spans) -> bool {
    if spans.is_all() {
        return true;
    }
    let lanes = Lanes::best();
    let mut starts = (0..values.len()).step_by(ROWS);
    starts.all(|start| {
        let rows = ROWS.min(values.len() - start);
        let mut outside = mask::first(rows);
        if let Some(nulls) = values.nulls() {
            mask::and(&mut outside, &mask::bits(nulls.inner(), start, rows));
        }
        mask::without(&outside, &numbers.within(lanes, spans, start, rows)) == NONE
    })
}

/// Moments of a column, which keeps them in some unit.
#[derive(Clone, Copy)]
pub(super) struct Moments<'a> {
    pub(super) numbers: Numbers<'a>,
    unit: TimeUnit,
}

impl<'a> Moments<'a> {
    pub(super) fn of(values: &'a dyn Array) -> Option<Moments<'a>> {
        let DataType::Timestamp(unit, _) = *values.data_type() else {
            return None;
        };
        let numbers = Numbers::of(values)?;
        Some(Moments { numbers, unit })
    }

    /// Ranges of microseconds as ranges of what the column keeps.
    pub(super) fn spans(&self, ranges: impl IntoIterator<Item = (i64, i64)>) -> Spans {
        let ranges = ranges.into_iter();
        let kept = ranges.filter_map(|(low, high)| {
            let low = self.least(low)?;
            // The last that is not beyond is the one before the first that is.
            let high = match high.checked_add(1).and_then(|beyond| self.least(beyond)) {
                Some(beyond) => beyond.checked_sub(1)?,
                None => i64::MAX,
            };
            (low <= high).then_some((low, high))
        });
        Spans(kept.collect())
    }

    /// The least number that stands for at least so many microseconds. Later moments have greater
    /// numbers, which is all that is asked of a unit.
    fn least(&self, micros: i64) -> Option<i64> {
        if micros_of(i64::MIN, self.unit) >= micros {
            return Some(i64::MIN);
        }
        if micros_of(i64::MAX, self.unit) < micros {
            return None;
        }
        if self.unit == TimeUnit::Microsecond {
            return Some(micros);
        }
        let (mut below, mut at) = (i64::MIN, i64::MAX);
        while i128::from(at) - i128::from(below) > 1 {
            let middle = ((i128::from(below) + i128::from(at)) / 2) as i64;
            match micros_of(middle, self.unit) >= micros {
                true => at = middle,
                false => below = middle,
            }
        }
        Some(at)
    }
}

/// Microseconds since 1970, finer fractions cut off, held to the years that can be written: as
/// [`Time`] has them.
pub(crate) fn micros_of(number: i64, unit: TimeUnit) -> i64 {
    let micros = match unit {
        TimeUnit::Second => number.saturating_mul(1_000_000),
        TimeUnit::Millisecond => number.saturating_mul(1_000),
        TimeUnit::Microsecond => number,
        TimeUnit::Nanosecond => number / 1_000,
    };
    micros.clamp(Time::MIN.as_unix_micros(), Time::MAX.as_unix_micros())
}
