//! Accounts as columns, in every type of Arrow that a fact may come in.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Int8Array, Int16Array, Int32Array, Int64Array,
    LargeListArray, LargeStringArray, ListArray, RecordBatch, StringArray, StringViewArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use banneret::{Fact, Facts, Kind, Said, Schema, Time, Value};

/// Draws which of several ways to write the same thing.
pub(crate) struct Ways(pub(crate) u64);

impl Ways {
    fn of(&mut self, many: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % many
    }
}

/// A column for each fact of which anything is said, with the ages that it has.
pub(crate) fn batch(
    schema: &Schema,
    accounts: &[&Facts],
    shared: Option<&[Option<Time>]>,
    ways: &mut Ways,
) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (id, fact) in schema.facts() {
        let said: Vec<&Said> = accounts.iter().map(|facts| facts.said(id)).collect();
        if said.iter().all(|said| **said == Said::Nothing) {
            continue;
        }
        columns.push((fact.name.to_string(), values(fact, &said, ways)));
        let ages: Vec<Option<Time>> = accounts.iter().map(|facts| facts.as_of(id)).collect();
        if ages.iter().any(Option::is_some) {
            columns.push((format!("{}@as_of", fact.name), times(&ages, ways)));
        }
    }
    if let Some(shared) = shared {
        columns.push(("as_of".to_owned(), times(shared, ways)));
    }
    let ids = (0..accounts.len()).map(|row| Some(format!("acct_{row}")));
    columns.push(("id".to_owned(), Arc::new(ids.collect::<StringArray>())));
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

fn values(fact: &Fact, said: &[&Said], ways: &mut Ways) -> ArrayRef {
    match &fact.kind {
        Kind::Bool => {
            let bools = said.iter().map(|said| match said {
                Said::Value(Value::Bool(value)) => Some(*value),
                _ => None,
            });
            Arc::new(bools.collect::<BooleanArray>())
        }
        Kind::Int { .. } => {
            let numbers = said.iter().map(|said| match said {
                Said::Value(Value::Int(number)) => Some(*number),
                Said::OutOfDomain(number) => Some(number.parse().unwrap()),
                _ => None,
            });
            ints(&numbers.collect::<Vec<_>>(), ways)
        }
        Kind::Time => {
            let moments = said.iter().map(|said| match said {
                Said::Value(Value::Time(time)) => Some(*time),
                _ => None,
            });
            times(&moments.collect::<Vec<_>>(), ways)
        }
        Kind::Enum(_) | Kind::String(_) => {
            let texts = said.iter().map(|said| match said {
                Said::Value(Value::Enum(code)) => fact.kind.value_name(*code),
                Said::Value(Value::Text(text)) | Said::OutOfDomain(text) => Some(&**text),
                // As hosts may write it, where no value is called so.
                Said::Unknown if matches!(fact.kind, Kind::Enum(_)) && ways.of(2) == 0 => {
                    Some("unknown")
                }
                _ => None,
            });
            let texts: Vec<_> = texts.collect();
            self::texts(&texts, ways)
        }
        Kind::EnumSet(_) | Kind::StringSet => {
            let sets = said.iter().map(|said| match said {
                Said::Value(Value::Codes(codes)) => {
                    let names = codes.iter().filter_map(|code| fact.kind.value_name(code));
                    Some(names.collect::<Vec<_>>())
                }
                Said::Value(Value::Texts(texts)) => Some(texts.iter().collect()),
                Said::OutOfDomain(text) => Some(vec![&**text]),
                _ => None,
            });
            self::sets(&sets.collect::<Vec<_>>(), ways)
        }
    }
}

/// In one of the types that hold all of them.
fn ints(numbers: &[Option<i64>], ways: &mut Ways) -> ArrayRef {
    fn all<T: TryFrom<i64>>(numbers: &[Option<i64>]) -> Option<Vec<Option<T>>> {
        let all = numbers.iter().map(|number| match number {
            Some(number) => T::try_from(*number).ok().map(Some),
            None => Some(None),
        });
        all.collect()
    }
    let fitting: Vec<ArrayRef> = [
        all(numbers).map(|all| Arc::new(Int8Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(Int16Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(Int32Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(Int64Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(UInt8Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(UInt16Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(UInt32Array::from(all)) as ArrayRef),
        all(numbers).map(|all| Arc::new(UInt64Array::from(all)) as ArrayRef),
    ]
    .into_iter()
    .flatten()
    .collect();
    Arc::clone(&fitting[ways.of(fitting.len() as u64) as usize])
}

/// In a unit that loses nothing, or as texts.
fn times(times: &[Option<Time>], ways: &mut Ways) -> ArrayRef {
    let micros = |time: &Time| time.as_unix_micros();
    let whole = |unit: i64| times.iter().flatten().all(|time| micros(time) % unit == 0);
    let near = times
        .iter()
        .flatten()
        .all(|time| micros(time).checked_mul(1_000).is_some());
    match ways.of(6) {
        0 if whole(1_000_000) => {
            let seconds = times
                .iter()
                .map(|time| Some(micros(time.as_ref()?) / 1_000_000));
            Arc::new(
                seconds
                    .collect::<TimestampSecondArray>()
                    .with_timezone("UTC"),
            )
        }
        1 if whole(1_000) => {
            let millis = times
                .iter()
                .map(|time| Some(micros(time.as_ref()?) / 1_000));
            Arc::new(
                millis
                    .collect::<TimestampMillisecondArray>()
                    .with_timezone("UTC"),
            )
        }
        2 if near => {
            // Finer fractions are cut off.
            let nanos = times.iter().map(|time| {
                let micros = micros(time.as_ref()?);
                Some(micros * 1_000 + 999 * micros.signum())
            });
            Arc::new(
                nanos
                    .collect::<TimestampNanosecondArray>()
                    .with_timezone("+02:00"),
            )
        }
        3 => {
            let written: Vec<_> = times
                .iter()
                .map(|time| Some(time.as_ref()?.to_string()))
                .collect();
            let written: Vec<_> = written.iter().map(Option::as_deref).collect();
            texts(&written, ways)
        }
        _ => {
            let kept = times.iter().map(|time| Some(micros(time.as_ref()?)));
            Arc::new(
                kept.collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            )
        }
    }
}

fn texts(texts: &[Option<&str>], ways: &mut Ways) -> ArrayRef {
    fn keyed<K: ArrowDictionaryKeyType>(texts: &[Option<&str>]) -> ArrayRef {
        Arc::new(texts.iter().copied().collect::<DictionaryArray<K>>())
    }
    let mut distinct = texts.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let few = distinct.len() < 100;
    match ways.of(12) {
        0 => Arc::new(LargeStringArray::from(texts.to_vec())),
        1 => Arc::new(texts.iter().copied().collect::<StringViewArray>()),
        2 if few => keyed::<Int8Type>(texts),
        3 if few => keyed::<UInt8Type>(texts),
        4 => keyed::<Int16Type>(texts),
        5 => keyed::<UInt16Type>(texts),
        6 => keyed::<Int32Type>(texts),
        7 => keyed::<UInt32Type>(texts),
        8 => keyed::<Int64Type>(texts),
        9 => keyed::<UInt64Type>(texts),
        10 => null_in_the_dictionary(texts),
        _ => Arc::new(StringArray::from(texts.to_vec())),
    }
}

/// A row may be null because its key is, or because its key's value is.
fn null_in_the_dictionary(texts: &[Option<&str>]) -> ArrayRef {
    let values = StringArray::from(texts.to_vec());
    let keys = Int32Array::from_iter_values(0..i32::try_from(texts.len()).unwrap());
    Arc::new(DictionaryArray::new(keys, Arc::new(values)))
}

fn sets(sets: &[Option<Vec<&str>>], ways: &mut Ways) -> ArrayRef {
    if ways.of(3) == 0 {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for set in sets {
            lists.append_option(set.as_ref().map(|set| set.iter().map(|text| Some(*text))));
        }
        return Arc::new(lists.finish());
    }
    let members: Vec<Option<&str>> = sets
        .iter()
        .flatten()
        .flatten()
        .map(|one| Some(*one))
        .collect();
    let members = texts(&members, ways);
    let field = Arc::new(Field::new("item", members.data_type().clone(), true));
    let lengths = || sets.iter().map(|set| set.as_ref().map_or(0, Vec::len));
    let there = sets.iter().map(Option::is_some).collect();
    if ways.of(2) == 0 {
        let offsets = OffsetBuffer::<i64>::from_lengths(lengths());
        return Arc::new(LargeListArray::new(field, offsets, members, Some(there)));
    }
    let offsets = OffsetBuffer::<i32>::from_lengths(lengths());
    Arc::new(ListArray::new(field, offsets, members, Some(there)))
}
