//! The `banneret` command: reads the command line, runs one command, and says how it ended.

mod accounts;
mod args;
mod book;
mod cases;
mod check;
mod decide;
mod diff;
mod example;
mod explain;
mod failure;
mod fix;
mod fmt;
mod import;
mod init;
mod lint;
mod man;
mod preview;
mod render;
mod revision;
mod sql;
mod words;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use args::{Cli, Command};
use clap::{CommandFactory as _, Parser as _};
use failure::{Ended, Failure};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    let ended = run(&cli.command, &mut out).and_then(|ended| {
        out.flush()?;
        Ok(ended)
    });
    match ended {
        Ok(ended) => ended.code(),
        // `banneret decide … | head` has had what it wanted.
        Err(Failure::NobodyListens) => ExitCode::SUCCESS,
        Err(failure) => {
            _ = writeln!(io::stderr(), "banneret: {failure}");
            Ended::Unreadable.code()
        }
    }
}

fn run(command: &Command, out: &mut dyn Write) -> Result<Ended, Failure> {
    match command {
        Command::Check(args) => check::run(args, out),
        Command::Lint(args) => lint::run(args, out),
        Command::Decide(args) => decide::run(args, out),
        Command::Preview(args) => preview::run(args, out),
        Command::Test(args) => cases::run(args, out),
        Command::Explain(args) => explain::run(args, out),
        Command::Diff(args) => diff::run(args, out),
        Command::Fmt(args) => fmt::run(args, out),
        Command::Import(args) => import::run(args, out),
        Command::Init(args) => init::run(args, out),
        Command::Sql(args) => sql::run(args, out),
        Command::Man { directory } => man::run(directory, out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "banneret", &mut script);
            out.write_all(&script)?;
            Ok(Ended::Well)
        }
    }
}
