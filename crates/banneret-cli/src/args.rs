//! The words of the command line.

use std::path::PathBuf;

use banneret::Time;
use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Bring `.banner` files into the one layout
    Fmt(FmtArgs),
    /// Turn raw billing objects into account lines through a source of the book
    Import(ImportArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
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

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// Accounts to preview every banner with: NDJSON or CSV, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextOrJson,
    /// Only findings of these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// No findings of these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// The moment to judge waivers at, in RFC 3339; the clock without it
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Time>,
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
    /// Accounts: NDJSON, CSV or, with a source, raw documents; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Break the counts down by these facts; `--by ''` for none
    #[arg(long, value_name = "FACT,FACT", value_delimiter = ',')]
    pub(crate) by: Option<Vec<String>>,
    /// Show that many accounts of each audience, the same ones each time
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub(crate) sample: u16,
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
    /// What the file holds; by its ending without it (`.csv`, `.json`, all else NDJSON)
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
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The rule book's directory
    pub(crate) book: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TextOrJson,
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
