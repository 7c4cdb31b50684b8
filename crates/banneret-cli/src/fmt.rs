//! `banneret fmt`: one layout for `.banner` files.

use std::io::Write;
use std::path::{Path, PathBuf};

use banneret::Sources;

use crate::args::FmtArgs;
use crate::book;
use crate::failure::{Ended, Failure};
use crate::render::{count, in_folder, say};

pub(crate) fn run(args: &FmtArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let folder = book::find(args.book.as_deref())?;
    let files = banneret::read_directory(&folder);
    let files = files.map_err(|error| Failure::request(error.to_string()))?;
    let prefix = folder.display().to_string();
    let mut broken = 0;
    let mut changed = 0;
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".banner")) {
        let mut sources = Sources::default();
        let file = sources.add(name.clone(), text.clone());
        match banneret::format(file, text) {
            Err(found) => {
                broken += 1;
                book::tell(&found, &sources, &prefix);
            }
            Ok(laid_out) if laid_out == *text => {}
            Ok(laid_out) => {
                changed += 1;
                if !args.check {
                    replace(&folder.join(name), &laid_out)?;
                }
                writeln!(out, "{}", in_folder(&prefix, name))?;
            }
        }
    }
    if broken > 0 {
        say(&format!(
            "{} cannot be read and {} left alone",
            count(broken, "file"),
            if broken == 1 { "was" } else { "were" }
        ));
    }
    if changed > 0 {
        say(&format!(
            "{} {}",
            count(changed, "file"),
            if args.check {
                "would change"
            } else {
                "changed"
            }
        ));
    }
    Ok(Ended::with(broken > 0 || (args.check && changed > 0)))
}

/// Writes beside the file and puts it in its place in one step: no reader sees half a file.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
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
