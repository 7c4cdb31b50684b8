//! `banneret lint --fix`: mends what can be mended by itself, before what is left is told.

use std::path::Path;

use banneret::Diagnostic;
use banneret_lint::{Applied, Options};

use crate::book;
use crate::failure::Failure;
use crate::fmt::replace;
use crate::render::{count, in_folder, printable, say, wrapped};

/// Writes the files of the book that its findings change, and says on standard error what was done.
pub(crate) fn run(
    named: Option<&Path>,
    options: &Options,
    unsafe_too: bool,
    wanted: impl Fn(&Diagnostic) -> bool,
) -> Result<(), Failure> {
    let folder = book::find(named)?;
    let files = banneret::read_directory(&folder);
    let files = files.map_err(|error| Failure::request(error.to_string()))?;
    let fixed = banneret_lint::fix(&files, options, unsafe_too, wanted);
    for (name, text) in &fixed.files {
        let read = files.iter().find(|(file, _)| file == name);
        let read = read.map_or("", |(_, text)| text);
        replace(&folder.join(name), read, text)?;
    }
    let folder = folder.display().to_string();
    let tell = |what: &str, one: &Applied| {
        let place = format!("{}:{}", in_folder(&folder, &one.file), one.line);
        let line = printable(&format!("{what} {place}: {} ({})", one.title, one.code));
        say(wrapped("  ", &line, 100).trim_end());
    };
    fixed.applied.iter().for_each(|one| tell("mended", one));
    for one in &fixed.refused {
        tell(
            match one.is_safe {
                true => "left alone, for it was not proven to change nothing:",
                false => "left alone, for it would not mend that, or break something else:",
            },
            one,
        );
    }
    if !fixed.files.is_empty() {
        let done = count(fixed.applied.len() as u64, "finding");
        say(&format!(
            "{done} mended in {}",
            count(fixed.files.len() as u64, "file")
        ));
    }
    Ok(())
}
