//! What engines call things. Each dialect is one file with one [`Speech`].

use std::fmt::Write as _;

/// An engine whose SQL can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Apache Spark 3.4 and later.
    Spark,
    /// DuckDB 1.0 and later.
    DuckDb,
    /// PostgreSQL 14 and later.
    Postgres,
    /// ClickHouse 24 and later, and chdb.
    ClickHouse,
    /// Apache DataFusion 45 and later.
    DataFusion,
}

impl Dialect {
    /// Every one.
    pub const ALL: [Dialect; 5] = [
        Dialect::Spark,
        Dialect::DuckDb,
        Dialect::Postgres,
        Dialect::ClickHouse,
        Dialect::DataFusion,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Spark => "spark",
            Dialect::DuckDb => "duckdb",
            Dialect::Postgres => "postgres",
            Dialect::ClickHouse => "clickhouse",
            Dialect::DataFusion => "datafusion",
        }
    }

    /// The parameter that stands for the moment, as its engine writes one.
    #[must_use]
    pub fn parameter(self) -> &'static str {
        self.speech().now()
    }

    pub(super) fn speech(self) -> &'static dyn Speech {
        match self {
            Dialect::Spark => &super::spark::Spark,
            Dialect::DuckDb => &super::duckdb::DuckDb,
            Dialect::Postgres => &super::postgres::Postgres,
            Dialect::ClickHouse => &super::clickhouse::ClickHouse,
            Dialect::DataFusion => &super::datafusion::DataFusion,
        }
    }
}

/// How an engine says what the formulas need. Arguments are expressions in its SQL, but for names
/// and texts, which are the plain ones.
pub(super) trait Speech {
    /// A name of a table, a column or a result.
    fn name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// A text as a literal.
    fn literal(&self, text: &str) -> String {
        match is_plain(text) {
            true => format!("'{text}'"),
            false => self.decoded(&hex(text)),
        }
    }

    /// Whether a column of the engine can hold that text.
    fn can_hold(&self, _text: &str) -> bool {
        true
    }

    /// The text of these bytes in UTF-8, written as hexadecimal digits.
    fn decoded(&self, digits: &str) -> String;

    /// The parameter that stands for the moment.
    fn now(&self) -> &'static str;

    /// The moment that the parameter gives, of the type that [`Speech::micros`] takes.
    fn moment(&self) -> String {
        self.now().to_owned()
    }

    /// Microseconds since 1970 of a moment.
    fn micros(&self, moment: &str) -> String;

    /// A column of texts, or of the engine's own enums, as a text that is compared byte by byte.
    fn text(&self, column: &str) -> String;

    fn starts_with(&self, text: &str, part: &str) -> String;
    fn ends_with(&self, text: &str, part: &str) -> String;

    fn contains(&self, text: &str, part: &str) -> String {
        format!("contains({text}, {part})")
    }

    /// A list with these members.
    fn list(&self, members: &[String]) -> String;

    /// Whether a list is there and has no null in it; never null itself where the list is null.
    fn is_whole(&self, list: &str) -> String;

    // Of a whole list:
    fn is_empty(&self, list: &str) -> String;
    fn has_any(&self, list: &str, members: &str) -> String;
    fn has_all(&self, list: &str, members: &str) -> String;

    /// Its members, sorted, with `|` between them.
    fn joined(&self, list: &str) -> String;

    /// A hash of a text, the same in every engine: MD5 as hexadecimal digits in small letters.
    fn digest(&self, text: &str) -> String {
        format!("md5({text})")
    }
}

/// Whether a text means the same between quotes to every engine, to every driver and to whoever
/// cuts a script into statements: no quote, no backslash, no `;`, `%`, `$` or `?`, and no `:` that
/// could begin a parameter's name.
fn is_plain(text: &str) -> bool {
    let mut before = ' ';
    text.chars().all(|c| {
        let plain = c.is_alphanumeric()
            || " _.,/+@()=".contains(c)
            || (c == '-' && before != '-')
            || (c == ':' && before.is_ascii_alphanumeric());
        before = c;
        plain
    })
}

fn hex(text: &str) -> String {
    let mut digits = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        _ = write!(digits, "{byte:02x}");
    }
    digits
}
