//! The words of the command line.

use std::path::PathBuf;
use std::str::FromStr;

use banneret::{Level, Time};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diff::Limit;

/// In-product banners that never tell an untruth.
#[derive(Debug, Parser)]
#[command(name = "banneret", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all well · 1 findings (lint errors, failed tests) · \
2 the request or its input could not be read.\nBOOK is a directory with a `banneret.yaml`; \
without it, the nearest one upwards.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lint, test and, with accounts, preview a rule book, in one screenful
    Check(CheckArgs),
    /// Find the mistakes in a rule book
    Lint(LintArgs),
    /// What each account sees: NDJSON or CSV in, NDJSON out
    Decide(DecideArgs),
    /// Count who a banner, a segment or an expression takes
    Preview(PreviewArgs),
    /// Run the rule book's own tests
    Test(TestArgs),
    /// What a lint code or a name means, in plain words and in facts
    Explain(ExplainArgs),
    /// Who is newly in and newly out between two versions of a rule book
    Diff(DiffArgs),
    /// Bring `.banner` files into the one layout
    Fmt(FmtArgs),
    /// Turn raw billing objects into account lines through a source of the book
    Import(ImportArgs),
    /// An audience as a query for a warehouse
    Sql(SqlArgs),
    /// Begin a rule book: one banner, its words, its tests, and a step for GitHub
    Init(InitArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write a manual page for every command
    Man {
        /// Where to, such as ~/.local/share/man/man1; made where it is missing
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
}

/// What people read, or what programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Where findings are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// JUnit XML, for test reports: a test for each kind of finding
    Junit,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// Accounts to preview every banner with: NDJSON or CSV, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    /// Do not tell the findings that this file knows (`banneret lint --write-baseline`); those of
    /// BN001 to BN010, and those with which the book does not load, are always told
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: LintFormat,
    /// Only findings of these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// No findings of these codes; BN001 to BN010, which guard the truth, are always shown
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// How bad findings of a code are, before what the manifest says; not for BN001 to BN010
    #[arg(
        long = "level",
        value_name = "CODE=off|warning|error",
        value_delimiter = ','
    )]
    pub(crate) levels: Vec<CodeLevel>,
    /// Also say what guards less than in this version, a directory or a git revision of the book,
    /// and what else is different
    #[arg(long, value_name = "REVISION|DIR")]
    pub(crate) against: Option<String>,
    /// First mend what can be mended without changing what any rule means, which is proven before a
    /// file is written
    #[arg(long)]
    pub(crate) fix: bool,
    /// As --fix, and also mend what changes who is told, such as adding a missing condition of the
    /// contract: look at the result
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Do not tell the findings that this file knows; those of BN001 to BN010, and those with which
    /// the book does not load, are always told
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings of now to this file; with --baseline, only those that it knows already
    #[arg(long, value_name = "FILE", conflicts_with_all = ["select", "ignore", "levels"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// The moment to judge waivers and to tell examples at, in RFC 3339; the clock without it
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Time>,
}

/// `BN303=warning`: how bad findings of a code are, or that there are none.
#[derive(Clone, Debug)]
pub(crate) struct CodeLevel {
    pub(crate) code: String,
    pub(crate) level: Option<Level>,
}

impl FromStr for CodeLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<CodeLevel, String> {
        let (code, level) = text.split_once('=').unwrap_or((text, ""));
        let level = match level {
            "off" => None,
            "warning" => Some(Level::Warning),
            "error" => Some(Level::Error),
            _ => {
                return Err(format!(
                    "write `{code}=off`, `{code}=warning` or `{code}=error`"
                ));
            }
        };
        let code = code.to_owned();
        Ok(CodeLevel { code, level })
    }
}

#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// Accounts: NDJSON, CSV or, with a source, raw documents; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Say for every banner why it is or is not shown
    #[arg(long)]
    pub(crate) why: bool,
    /// Add the finished words in that locale, or in the nearest that the book has; `viewer` is each
    /// viewer's own (`viewer.locale`)
    #[arg(long, value_name = "LOCALE", value_parser = locale)]
    pub(crate) render: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// Banners (audience and contract) and segments; without any, every banner
    #[arg(value_name = "BANNER|SEGMENT")]
    pub(crate) names: Vec<String>,
    /// An audience in the rule language
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) expressions: Vec<String>,
    /// The rule book's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// Accounts: NDJSON, CSV or Parquet, a directory of these, or a pattern like `day=*/*.parquet`;
    /// with a source, raw documents; `-` for standard input
    #[arg(long, value_name = "FILE", required_unless_present = "from_counts")]
    pub(crate) accounts: Option<PathBuf>,
    /// Instead of accounts, rows that queries of `banneret sql` gave: count, breakdown and sample, a
    /// JSON object a line; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accounts", "names", "expressions", "now",
        "source", "as_of", "input", "ignore_unknown_columns", "by", "sample", "no_overlap", "after_gates"])]
    pub(crate) from_counts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Break the counts down by these facts; `--by ''` for none
    #[arg(long, value_name = "FACT,FACT", value_delimiter = ',')]
    pub(crate) by: Option<Vec<String>>,
    /// Show that many accounts of each audience, the same ones each time
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub(crate) sample: u16,
    /// Do not look at the other banners: with many of them, and a wide table, that takes longest
    #[arg(long)]
    pub(crate) no_overlap: bool,
    /// Also say how many would see each banner after kills, dates, shares, caps and placements
    #[arg(long)]
    pub(crate) after_gates: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: PreviewFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreviewFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For spreadsheets: a line per audience and combination
    Csv,
    /// For people who write no programs: a page in one file, with charts
    Html,
}

/// How accounts are read, and as of when they are judged.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// The moment to decide at, in RFC 3339; the clock without it
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Time>,
    /// Read raw documents or rows through this source of the book
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// When documents that carry no time of their own were fetched; `--now` without it
    #[arg(long, value_name = "TIME", requires = "source")]
    pub(crate) as_of: Option<Time>,
    /// What the file holds; by its ending without it (`.csv`, `.json`, `.parquet`, all else NDJSON)
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) input: Option<Input>,
    /// Pass over columns and facts that the schema does not have
    #[arg(long)]
    pub(crate) ignore_unknown_columns: bool,
}

/// What a file of accounts or documents holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Input {
    /// A header, then a row for each
    Csv,
    /// A JSON object on each line
    Ndjson,
    /// One JSON document, or an array of them
    Json,
    /// Apache Parquet, which `preview` and `diff` read
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The version before: a directory, a git revision of the book here, or `REVISION:PATH`
    pub(crate) old: String,
    /// The version after
    pub(crate) new: String,
    /// Accounts to count those who move: NDJSON, CSV or Parquet, a directory of these, or a pattern like
    /// `day=*/*.parquet`; with a source, raw documents; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Fail where more accounts are newly in any one banner's audience
    #[arg(long, value_name = "N|P%", requires = "accounts")]
    pub(crate) max_entered: Option<Limit>,
    /// Fail where more accounts are newly out of any one banner's audience
    #[arg(long, value_name = "N|P%", requires = "accounts")]
    pub(crate) max_left: Option<Limit>,
    /// Fail where more accounts known to be in good standing are newly in any one banner's audience
    #[arg(long, value_name = "N|P%", requires = "accounts")]
    pub(crate) max_entered_in_good_standing: Option<Limit>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: DiffFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For people who write no programs: a page in one file, with charts
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextOrJson,
    /// Also say which conditions of the rules these tests decide both ways
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Also change each rule in each place, and say which changes neither the tests nor the proof of
    /// the contract notice
    #[arg(long)]
    pub(crate) mutate: bool,
    /// Fail where more changes than this are not noticed, or not known to be
    #[arg(long, value_name = "N", requires = "mutate")]
    pub(crate) max_missed: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A lint code, or a banner, segment or message kind of the book
    #[arg(value_name = "CODE|BANNER|SEGMENT|MESSAGE")]
    pub(crate) name: String,
    /// The rule book's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// Change nothing, list the files that would change
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The source of the book that describes the documents
    pub(crate) source: String,
    /// Raw documents: JSON, NDJSON or CSV; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The rule book's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// When documents that carry no time of their own were fetched; the clock without it
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Time>,
    /// What the files hold; by their endings without it (`.csv`, `.json`, all else NDJSON)
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) input: Option<Input>,
}

#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// A banner (audience and contract) or a segment
    #[arg(value_name = "BANNER|SEGMENT")]
    pub(crate) name: Option<String>,
    /// An audience in the rule language
    #[arg(long = "where", value_name = "EXPR", conflicts_with = "name")]
    pub(crate) expression: Option<String>,
    /// The rule book's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) book: Option<PathBuf>,
    /// The engine that shall answer
    #[arg(long, value_enum)]
    pub(crate) dialect: SqlDialect,
    /// The moment to judge at, in RFC 3339; a parameter of the query without it
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Time>,
    /// What to ask of the audience
    #[command(subcommand)]
    pub(crate) ask: Option<SqlAsk>,
}

/// An engine whose SQL can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SqlDialect {
    /// Apache Spark
    Spark,
    /// DuckDB
    Duckdb,
    /// PostgreSQL
    Postgres,
    /// ClickHouse and chdb
    Clickhouse,
    /// Apache DataFusion
    Datafusion,
}

/// What is asked of an audience.
#[derive(Debug, Subcommand)]
pub(crate) enum SqlAsk {
    /// How many are in it, are not, or may be (asked where nothing else is)
    Count,
    /// The same by the values of facts
    Breakdown {
        /// The facts; the dunning state and the viewer's role without them
        #[arg(long, value_name = "FACT,FACT", value_delimiter = ',')]
        by: Option<Vec<String>>,
    },
    /// Some accounts in it, the same ones each time, with what is known of them
    Sample {
        /// How many
        #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        most: u32,
    },
    /// Every account: true, false or unknown
    Answers,
    /// Who came in and who went out since another version of the book
    Diff {
        /// The version before: a directory, a git revision of the book, or `REVISION:PATH`
        old: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The rule book's directory, empty or not there yet; the one here without it
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    /// Write no workflow for GitHub
    #[arg(long)]
    pub(crate) no_ci: bool,
    /// The moment that the book's dates are counted from, in RFC 3339; the clock without it
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Time>,
}

/// A locale's name, such as `de`, `zh-Hans-CN` or `pt_BR`, or `viewer`.
fn locale(text: &str) -> Result<String, String> {
    let mut parts = text.split(['-', '_']);
    let is_language = parts.next().is_some_and(|part| {
        (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic())
    });
    let are_parts = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    });
    match is_language && are_parts {
        true => Ok(text.to_owned()),
        false => Err("no locale is called so: write `de`, `zh-CN`, or `viewer`".to_owned()),
    }
}
