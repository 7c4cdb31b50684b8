//! `banneret man`: the manual pages, from the same words as `--help`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};

use crate::args::Cli;
use crate::failure::{Ended, Failure, shown};

/// Writes `banneret.1` and a page for each command into a directory; older ones are replaced.
pub(crate) fn run(directory: &Path, out: &mut dyn Write) -> Result<Ended, Failure> {
    std::fs::create_dir_all(directory).map_err(|error| Failure::write(directory, error))?;
    // clap's own `help` says what the pages say, and has none.
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let mut written = Vec::new();
    pages(&cli, directory, &mut written)?;
    written.sort();
    for path in written {
        writeln!(out, "{}", shown(&path))?;
    }
    Ok(Ended::Well)
}

/// The page of a command, and those of the commands in it.
fn pages(command: &Command, directory: &Path, written: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
    {
        pages(inner, directory, written)?;
    }
    let page = clap_mangen::Man::new(command.clone());
    let path = directory.join(page.get_filename());
    let mut text = Vec::new();
    page.render(&mut text)?;
    std::fs::write(&path, text).map_err(|error| Failure::write(&path, error))?;
    written.push(path);
    Ok(())
}
