//! `banneret fmt`: one layout for `.banner` files.

use std::io::Write;
use std::path::{Path, PathBuf};

use banneret::Sources;

use crate::args::FmtArgs;
use crate::book;
use crate::failure::{Ended, Failure, shown};
use crate::render::{count, in_folder, say};

pub(crate) fn run(args: &FmtArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let folder = book::find(args.book.as_deref())?;
    let files = banneret::read_directory(&folder);
    let files = files.map_err(|error| Failure::request(error.to_string()))?;
    let prefix = folder.display().to_string();
    let (mut broken, mut changed) = (0, 0);
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".banner")) {
        match laid_out(name, text, &prefix) {
            None => broken += 1,
            Some(laid_out) if laid_out == *text => {}
            Some(laid_out) => {
                changed += 1;
                if !args.check {
                    replace(&folder.join(name), text, &laid_out)?;
                }
                writeln!(out, "{}", in_folder(&prefix, name))?;
            }
        }
    }
    sum_up(broken, changed, args.check);
    Ok(Ended::with(broken > 0 || (args.check && changed > 0)))
}

/// A file in the one layout; nothing where it has errors, which are told.
fn laid_out(name: &str, text: &str, prefix: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let laid_out = banneret::format(file, text);
    laid_out
        .map_err(|found| book::tell(&found, &sources, prefix))
        .ok()
}

fn sum_up(broken: u64, changed: u64, check: bool) {
    if broken > 0 {
        say(&format!(
            "{} with errors, left alone",
            count(broken, "file")
        ));
    }
    if changed > 0 {
        let what = if check { "would change" } else { "changed" };
        say(&format!("{} {what}", count(changed, "file")));
    }
}

/// Writes beside the file and puts it in its place in one step: no reader sees half a file.
pub(crate) fn replace(path: &Path, read: &str, text: &str) -> Result<(), Failure> {
    let now = std::fs::read(path).map_err(|error| Failure::read(path, error))?;
    // Somebody may have saved it in between, and of a file over the limit only a part was read.
    if now != read.as_bytes() {
        let why = "is not as it was read a moment ago, so it is left alone";
        return Err(Failure::request(format!("{} {why}", shown(path))));
    }
    let real = path
        .canonicalize()
        .map_err(|error| Failure::read(path, error))?;
    let beside = beside(&real);
    let written = std::fs::metadata(&real).and_then(|metadata| {
        std::fs::write(&beside, text)?;
        std::fs::set_permissions(&beside, metadata.permissions())?;
        std::fs::rename(&beside, &real)
    });
    written.map_err(|error| {
        _ = std::fs::remove_file(&beside);
        Failure::write(path, error)
    })
}

/// A dotfile, so that it is no part of the book should it ever stay behind.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
