//! Spark SQL. What stands between quotes passes through the substitution of `${…}` and through
//! escapes that a setting switches off; hexadecimal digits pass through both.

use super::dialect::Speech;

pub(super) struct Spark;

impl Speech for Spark {
    fn name(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    fn decoded(&self, digits: &str) -> String {
        format!("CAST(X'{digits}' AS STRING)")
    }

    fn now(&self) -> &'static str {
        ":now"
    }

    fn micros(&self, moment: &str) -> String {
        format!("unix_micros(CAST({moment} AS TIMESTAMP))")
    }

    fn text(&self, column: &str) -> String {
        format!("CAST({column} AS STRING)")
    }

    fn starts_with(&self, text: &str, part: &str) -> String {
        format!("startswith({text}, {part})")
    }

    fn ends_with(&self, text: &str, part: &str) -> String {
        format!("endswith({text}, {part})")
    }

    fn list(&self, members: &[String]) -> String {
        format!("array({})", members.join(", "))
    }

    fn is_whole(&self, list: &str) -> String {
        format!("{list} IS NOT NULL AND NOT exists({list}, member -> member IS NULL)")
    }

    fn is_empty(&self, list: &str) -> String {
        format!("size({list}) = 0")
    }

    fn has_any(&self, list: &str, members: &str) -> String {
        format!("arrays_overlap({list}, {members})")
    }

    fn has_all(&self, list: &str, members: &str) -> String {
        format!("size(array_except({members}, {list})) = 0")
    }

    fn joined(&self, list: &str) -> String {
        format!("array_join(array_sort({list}), '|')")
    }
}
