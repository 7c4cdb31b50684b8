//! Apache DataFusion.

use super::dialect::Speech;

pub(super) struct DataFusion;

impl Speech for DataFusion {
    fn decoded(&self, digits: &str) -> String {
        format!("arrow_cast(X'{digits}', 'Utf8')")
    }

    fn now(&self) -> &'static str {
        "$now"
    }

    /// A column without a zone is in UTC; a finer fraction is cut off.
    fn micros(&self, moment: &str) -> String {
        format!("CAST(arrow_cast({moment}, 'Timestamp(Microsecond, Some(\"+00:00\"))') AS BIGINT)")
    }

    fn text(&self, column: &str) -> String {
        format!("CAST({column} AS VARCHAR)")
    }

    fn starts_with(&self, text: &str, part: &str) -> String {
        format!("starts_with({text}, {part})")
    }

    fn ends_with(&self, text: &str, part: &str) -> String {
        format!("ends_with({text}, {part})")
    }

    fn list(&self, members: &[String]) -> String {
        format!("make_array({})", members.join(", "))
    }

    /// `array_has_all` of a null list is true, so it is asked first whether there is one.
    fn is_whole(&self, list: &str) -> String {
        format!("{list} IS NOT NULL AND array_position({list}, NULL) IS NULL")
    }

    fn is_empty(&self, list: &str) -> String {
        format!("cardinality({list}) = 0")
    }

    fn has_any(&self, list: &str, members: &str) -> String {
        format!("array_has_any({list}, {members})")
    }

    fn has_all(&self, list: &str, members: &str) -> String {
        format!("array_has_all({list}, {members})")
    }

    fn joined(&self, list: &str) -> String {
        format!("array_to_string(array_sort({list}), '|')")
    }
}
