//! The codes of a column of words, however wide Arrow keeps them.

use arrow_array::cast::AsArray;
use arrow_array::types::ArrowDictionaryKeyType;
use arrow_array::{Array, ArrayRef, DictionaryArray, downcast_dictionary_array};
use arrow_buffer::ArrowNativeType;

/// A dictionary's keys, by row.
pub(super) enum Keys<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    Wide(Vec<u32>),
}

impl<'a> Keys<'a> {
    pub(super) fn of(column: &'a ArrayRef) -> Keys<'a> {
        use arrow_array::types::{
            Int8Type, Int16Type, Int32Type, UInt8Type, UInt16Type, UInt32Type,
        };
        macro_rules! narrow {
            ($($kind:ty => $keys:ident),*) => {$(
                if let Some(array) = column.as_dictionary_opt::<$kind>() {
                    return Keys::$keys(array.keys().values());
                }
            )*};
        }
        narrow!(
            Int8Type => I8, Int16Type => I16, Int32Type => I32,
            UInt8Type => U8, UInt16Type => U16, UInt32Type => U32
        );
        let values: &dyn Array = column;
        downcast_dictionary_array!(
            values => Keys::wide(values),
            _ => Keys::Wide(Vec::new()),
        )
    }

    fn wide<K: ArrowDictionaryKeyType>(array: &DictionaryArray<K>) -> Keys<'a> {
        let keys = array.keys().values().iter();
        Keys::Wide(
            keys.map(|key| u32::try_from(key.as_usize()).unwrap_or(u32::MAX))
                .collect(),
        )
    }
}
