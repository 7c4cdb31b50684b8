//! `banneret init`: a rule book to begin with.

use std::io::Write;
use std::path::{Path, PathBuf};

use banneret::{Duration, Time};

use crate::args::InitArgs;
use crate::book;
use crate::failure::{Ended, Failure, shown};
use crate::render::printable;

/// A file of the new book: its name, its text before dates are put in, and what it is for.
struct Template {
    name: &'static str,
    text: &'static str,
    holds: &'static str,
}

const BOOK: [Template; 5] = [
    Template {
        name: "banneret.yaml",
        text: include_str!("init/banneret.yaml"),
        holds: "places for banners, and languages",
    },
    Template {
        name: "schema.yaml",
        text: include_str!("init/schema.yaml"),
        holds: "the facts that rules may ask about",
    },
    Template {
        name: "cards.banner",
        text: include_str!("init/cards.banner"),
        holds: "one banner, and who sees it",
    },
    Template {
        name: "copy/en.ftl",
        text: include_str!("init/copy/en.ftl"),
        holds: "its words",
    },
    Template {
        name: "tests/cards.yaml",
        text: include_str!("init/tests/cards.yaml"),
        holds: "made-up accounts, and what they must see",
    },
];

/// Where GitHub looks for what it runs, from the top of a repository.
const WORKFLOW: &str = ".github/workflows/banneret.yml";

pub(crate) fn run(args: &InitArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let named = args.directory.as_deref().unwrap_or(Path::new("."));
    refuse_what_is_taken(named)?;
    let folder = made(named)?;
    let dates = dates(book::now(args.now));
    let mut lines = Vec::new();
    for Template { name, text, holds } in BOOK {
        write_new(&folder.join(name), &filled(text, &dates))?;
        lines.push((named.join(name), holds));
    }
    if !args.no_ci {
        lines.push(workflow(named, &folder)?);
    }
    report(named, &lines, out)
}

/// A rule book takes every file in its directory for its own, so it begins in an empty one.
fn refuse_what_is_taken(named: &Path) -> Result<(), Failure> {
    if named.join("banneret.yaml").exists() {
        let text = format!(
            "{} is a rule book already; nothing was changed",
            shown(named)
        );
        return Err(Failure::request(text));
    }
    let entries = match std::fs::read_dir(named) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| Failure::read(named, error))?,
    };
    for entry in entries {
        let name = entry.map_err(|error| Failure::read(named, error))?;
        let name = name.file_name().to_string_lossy().into_owned();
        if banneret::is_part_of_a_book(&name) {
            return Err(Failure::request(format!(
                "{} is not empty, it holds {}: name a directory for the rule book alone, such as \
                 `banneret init rules`; nothing was changed",
                shown(named),
                printable(&name),
            )));
        }
    }
    Ok(())
}

/// The directory, made where it was missing, by its full name.
fn made(named: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(named)
        .and_then(|()| named.canonicalize())
        .map_err(|error| Failure::write(named, error))
}

/// The dates of a template, by what stands for them: a fresh book is up to date when it is made.
fn dates(now: Time) -> [(&'static str, String); 5] {
    let day = |days: u32| date(now.plus(Duration::from_hours(24 * days)));
    [
        ("{{today}}", day(0)),
        ("{{in_20_days}}", day(20)),
        ("{{eleven_months_ahead}}", day(335)),
        ("{{a_year_ahead}}", day(365)),
        (
            "{{two_days_ago}}",
            date(now.minus(Duration::from_hours(48))),
        ),
    ]
}

/// The day of a moment, in UTC, as it is written in a book.
fn date(time: Time) -> String {
    let text = time.to_string();
    text.split('T').next().unwrap_or(&text).to_owned()
}

fn filled(text: &str, values: &[(&str, String)]) -> String {
    let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
    values.iter().fold(text.to_owned(), fill)
}

/// The step that checks the book at every change, at the top of the repository that the book is
/// in. Where there is one already, it may check another book, and stays as it is.
fn workflow(named: &Path, folder: &Path) -> Result<(PathBuf, &'static str), Failure> {
    let repository = folder.ancestors().find(|up| up.join(".git").exists());
    let top = repository.unwrap_or(folder);
    let path = top.join(WORKFLOW);
    let shown = if top == folder {
        named.join(WORKFLOW)
    } else {
        near(&path)
    };
    if path.exists() {
        return Ok((shown, "was there already: add this book to it"));
    }
    let book = folder.strip_prefix(top).unwrap_or(folder);
    let values = [
        ("{{version}}", env!("CARGO_PKG_VERSION").to_owned()),
        ("{{book}}", quoted(book)),
    ];
    write_new(&path, &filled(include_str!("init/workflow.yml"), &values))?;
    let holds = match repository {
        Some(_) => "has GitHub check the book at every change",
        None => "has GitHub check the book, once this folder is a repository",
    };
    Ok((shown, holds))
}

/// A path inside a repository as a YAML value: with `/`, and in quotes unless it is plain.
fn quoted(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    let text = match parts.collect::<Vec<_>>().join("/") {
        here if here.is_empty() => ".".to_owned(),
        text => text,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) && !text.starts_with('-') {
        return text;
    }
    serde_json::Value::from(text).to_string()
}

/// A path as it is typed in a shell.
fn typed(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if path.chars().all(plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// A path as seen from here, where it lies below.
fn near(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here
        .ok()
        .and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    below.unwrap_or_else(|| path.to_owned())
}

/// Writes a file that must not be there yet.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::File::create_new(path)?.write_all(text.as_bytes())
    };
    written().map_err(|error| Failure::write(path, error))
}

fn report(named: &Path, lines: &[(PathBuf, &str)], out: &mut dyn Write) -> Result<Ended, Failure> {
    writeln!(out, "A new rule book:\n")?;
    let plain = |path: &Path| shown(path.strip_prefix(".").unwrap_or(path));
    let names = lines.iter().map(|(path, holds)| (plain(path), holds));
    let names: Vec<_> = names.collect();
    let widths = names.iter().map(|(name, _)| name.chars().count());
    let width = widths.max().unwrap_or(0);
    for (name, holds) in &names {
        writeln!(out, "  {name:width$}  {holds}")?;
    }
    let (check, explain) = match shown(named).as_str() {
        "." => (String::new(), String::new()),
        book => {
            let book = typed(book);
            (format!(" {book}"), format!(" --book {book}"))
        }
    };
    writeln!(out, "\nNext:\n")?;
    writeln!(out, "  banneret check{check}")?;
    writeln!(out, "  banneret explain card_expires_soon{explain}")?;
    writeln!(
        out,
        "\nFrom here to a banner of your own takes an hour: {}/blob/main/docs/authoring.md",
        env!("CARGO_PKG_REPOSITORY")
    )?;
    Ok(Ended::Well)
}
