//! PostgreSQL.

use super::dialect::Speech;

pub(super) struct Postgres;

impl Speech for Postgres {
    /// A text cannot hold a zero byte.
    fn can_hold(&self, text: &str) -> bool {
        !text.contains('\0')
    }

    fn decoded(&self, digits: &str) -> String {
        format!("convert_from(decode('{digits}', 'hex'), 'UTF8')")
    }

    fn now(&self) -> &'static str {
        "$1"
    }

    fn moment(&self) -> String {
        "CAST($1 AS timestamptz)".to_owned()
    }

    /// Rounded, because it is a binary fraction before version 14.
    fn micros(&self, moment: &str) -> String {
        format!("round(extract(epoch FROM {moment}) * 1000000)")
    }

    /// A collation may take different bytes for one text.
    fn text(&self, column: &str) -> String {
        format!("CAST({column} AS text) COLLATE \"C\"")
    }

    fn starts_with(&self, text: &str, part: &str) -> String {
        format!("starts_with({text}, {part})")
    }

    fn ends_with(&self, text: &str, part: &str) -> String {
        format!("right({text}, length({part})) = {part}")
    }

    fn contains(&self, text: &str, part: &str) -> String {
        format!("position({part} IN {text}) > 0")
    }

    fn list(&self, members: &[String]) -> String {
        format!("CAST(ARRAY[{}] AS text[])", members.join(", "))
    }

    fn is_whole(&self, list: &str) -> String {
        format!("{list} IS NOT NULL AND array_position(CAST({list} AS text[]), NULL) IS NULL")
    }

    fn is_empty(&self, list: &str) -> String {
        format!("cardinality({list}) = 0")
    }

    fn has_any(&self, list: &str, members: &str) -> String {
        format!("CAST({list} AS text[]) && {members}")
    }

    fn has_all(&self, list: &str, members: &str) -> String {
        format!("CAST({list} AS text[]) @> CAST({members} AS text[])")
    }

    fn joined(&self, list: &str) -> String {
        format!(
            "(SELECT string_agg(member, '|' ORDER BY member COLLATE \"C\") \
             FROM unnest(CAST({list} AS text[])) AS member)"
        )
    }
}
