//! ClickHouse, and chdb. A list cannot be null there; one that is not known holds a null.

use super::dialect::Speech;

pub(super) struct ClickHouse;

impl Speech for ClickHouse {
    /// A backslash escapes between quotes of every kind.
    fn name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }

    fn decoded(&self, digits: &str) -> String {
        format!("unhex('{digits}')")
    }

    fn now(&self) -> &'static str {
        "{now:DateTime64(6, 'UTC')}"
    }

    fn micros(&self, moment: &str) -> String {
        format!("toUnixTimestamp64Micro(toDateTime64({moment}, 6))")
    }

    fn text(&self, column: &str) -> String {
        format!("toString({column})")
    }

    fn starts_with(&self, text: &str, part: &str) -> String {
        format!("startsWith({text}, {part})")
    }

    fn ends_with(&self, text: &str, part: &str) -> String {
        format!("endsWith({text}, {part})")
    }

    fn contains(&self, text: &str, part: &str) -> String {
        format!("position({text}, {part}) > 0")
    }

    fn list(&self, members: &[String]) -> String {
        format!("[{}]", members.join(", "))
    }

    fn is_whole(&self, list: &str) -> String {
        format!("NOT arrayExists(member -> member IS NULL, {list})")
    }

    fn is_empty(&self, list: &str) -> String {
        format!("empty({list})")
    }

    fn has_any(&self, list: &str, members: &str) -> String {
        format!("hasAny({list}, {members})")
    }

    fn has_all(&self, list: &str, members: &str) -> String {
        format!("hasAll({list}, {members})")
    }

    fn joined(&self, list: &str) -> String {
        format!("arrayStringConcat(arraySort({list}), '|')")
    }

    fn digest(&self, text: &str) -> String {
        format!("lower(hex(MD5({text})))")
    }
}
