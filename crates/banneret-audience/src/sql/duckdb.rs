//! DuckDB.

use super::dialect::Speech;

pub(super) struct DuckDb;

impl Speech for DuckDb {
    fn decoded(&self, digits: &str) -> String {
        format!("decode(from_hex('{digits}'))")
    }

    fn now(&self) -> &'static str {
        "$now"
    }

    fn moment(&self) -> String {
        "CAST($now AS TIMESTAMPTZ)".to_owned()
    }

    fn micros(&self, moment: &str) -> String {
        format!("epoch_us({moment})")
    }

    /// A column may have a collation that takes `a` for `A`.
    fn text(&self, column: &str) -> String {
        format!("CAST({column} AS VARCHAR) COLLATE \"binary\"")
    }

    fn starts_with(&self, text: &str, part: &str) -> String {
        format!("starts_with({text}, {part})")
    }

    fn ends_with(&self, text: &str, part: &str) -> String {
        format!("ends_with({text}, {part})")
    }

    fn list(&self, members: &[String]) -> String {
        format!("[{}]", members.join(", "))
    }

    fn is_whole(&self, list: &str) -> String {
        format!("len({list}) = list_count({list})")
    }

    fn is_empty(&self, list: &str) -> String {
        format!("len({list}) = 0")
    }

    fn has_any(&self, list: &str, members: &str) -> String {
        format!("list_has_any({list}, {members})")
    }

    fn has_all(&self, list: &str, members: &str) -> String {
        format!("list_has_all({list}, {members})")
    }

    fn joined(&self, list: &str) -> String {
        format!("array_to_string(list_sort({list}), '|')")
    }
}
