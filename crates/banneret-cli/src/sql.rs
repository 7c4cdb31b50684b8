//! `banneret sql`: an audience as a query for the warehouse in which the accounts are.

use std::io::Write;

use banneret::Book;
use banneret_audience::{Ask, Audience, sql};

use crate::args::{SqlArgs, SqlAsk, SqlDialect};
use crate::book;
use crate::failure::{Ended, Failure};
use crate::preview::{self, Asked, Kind};
use crate::revision::Version;

pub(crate) fn run(args: &SqlArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let (book, _) = book::load_to_show(args.book.as_deref(), "asked about")?;
    let asked = audience(args, &book)?;
    let text = match args.ask.as_ref().unwrap_or(&SqlAsk::Count) {
        SqlAsk::Count => text(args, &asked, &Ask::Count),
        SqlAsk::Breakdown { by } => {
            let by = preview::by(&book, by.as_deref())?;
            text(args, &asked, &Ask::Breakdown(&by))
        }
        SqlAsk::Sample { most } => text(args, &asked, &Ask::Sample(*most)),
        SqlAsk::Answers => text(args, &asked, &Ask::Answers),
        SqlAsk::Diff { old } => {
            let version = Version::beside(old, args.book.as_deref())?;
            let was = audience(args, version.book()?);
            let was = was.map_err(|failure| Failure::request(format!("{old}: {failure}")))?;
            text(args, &asked, &Ask::Diff(&was))
        }
    }?;
    write!(out, "{}{text}", heading(args, &asked))?;
    Ok(Ended::Well)
}

fn text(args: &SqlArgs, asked: &Audience<'_>, ask: &Ask<'_>) -> Result<String, Failure> {
    let text = sql(asked, ask, args.dialect.into(), args.now);
    text.map_err(|error| Failure::request(error.to_string()))
}

/// Whom the command line asks about, in that version of the book.
fn audience<'b>(args: &SqlArgs, book: &'b Book) -> Result<Audience<'b>, Failure> {
    let asked = match (&args.name, &args.expression) {
        (Some(name), None) => preview::named(book, name)?,
        (None, Some(text)) => preview::expression(book, text, Kind::Where)?,
        _ => {
            return Err(Failure::request(
                "name a banner or a segment, or an expression after `--where`",
            ));
        }
    };
    let Asked {
        name,
        kind,
        formulas,
        root,
        ..
    } = asked;
    Ok(Audience {
        name,
        kind: kind.name(),
        book,
        formulas,
        root,
    })
}

/// For whoever finds the query in a scheduler a year later. An expression is left out: its text
/// could end the comment.
fn heading(args: &SqlArgs, asked: &Audience<'_>) -> String {
    let who = match asked.kind {
        "banner" => format!("the banner {}, audience and contract", asked.name),
        "segment" => format!("the segment {}", asked.name),
        _ => "an expression".to_owned(),
    };
    let now = match args.now {
        Some(now) => format!("as of {now}"),
        None => {
            let dialect = banneret_audience::Dialect::from(args.dialect);
            format!("as of the parameter {}", dialect.parameter())
        }
    };
    format!(
        "/* banneret sql: {who}; {now}.\n   Book {}. */\n",
        asked.book.fingerprint()
    )
}

impl From<SqlDialect> for banneret_audience::Dialect {
    fn from(dialect: SqlDialect) -> banneret_audience::Dialect {
        use banneret_audience::Dialect;
        match dialect {
            SqlDialect::Spark => Dialect::Spark,
            SqlDialect::Duckdb => Dialect::DuckDb,
            SqlDialect::Postgres => Dialect::Postgres,
            SqlDialect::Clickhouse => Dialect::ClickHouse,
            SqlDialect::Datafusion => Dialect::DataFusion,
        }
    }
}
