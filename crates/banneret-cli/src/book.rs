//! Finding a rule book, loading it, and telling what is wrong with it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use banneret::{Book, BookError, Checked, Code, Diagnostic, Level, Sources, Time};
use banneret_copy::Renderer;
use banneret_lint::Options;

use crate::failure::{Ended, Failure};
use crate::render::{self, coloured, count, printable, say, wrapped};

/// As many banners that are withheld are told one by one.
const WITHHELD: usize = 8;

/// A rule book's directory, with what was found in it.
pub(crate) struct Found {
    /// As it comes before the names of files, so that they can be clicked.
    pub(crate) folder: String,
    /// The book, where it loads, and every finding.
    pub(crate) checked: Checked,
}

/// Reads and checks the book in that directory, or in the nearest one upwards.
pub(crate) fn check(named: Option<&Path>) -> Result<Found, Failure> {
    let folder = find(named)?;
    let files = banneret::read_directory(&folder);
    let files = files.map_err(|error| Failure::request(error.to_string()))?;
    let checked = Book::check(files);
    let folder = folder.display().to_string();
    Ok(Found { folder, checked })
}

/// Reads, checks and lints the book in that directory, or in the nearest one upwards.
pub(crate) fn lint(
    named: Option<&Path>,
    at: Option<Time>,
    levels: Vec<(String, Option<Level>)>,
) -> Result<Found, Failure> {
    let Found { folder, checked } = check(named)?;
    let now = now(at);
    let checked = banneret_lint::lint(checked, &Options { now, levels });
    Ok(Found { folder, checked })
}

/// The book for a command that needs it to load; its errors are told on standard error.
pub(crate) fn load(named: Option<&Path>, done: &'static str) -> Result<Book, Failure> {
    loaded(check(named)?, done)
}

/// As [`load`], for a command whose answer depends on which banners are shown: those that are
/// withheld are told too. Also gives what renders the book's words.
pub(crate) fn load_to_show(
    named: Option<&Path>,
    done: &'static str,
) -> Result<(Book, Renderer), Failure> {
    let (book, sources) = load_with_texts(named, done)?;
    let renderer = Renderer::new(&book, &sources);
    Ok((book, renderer))
}

/// As [`load_to_show`], with the texts that the book was read from.
pub(crate) fn load_with_texts(
    named: Option<&Path>,
    done: &'static str,
) -> Result<(Book, Sources), Failure> {
    let found = check(named)?;
    tell_withheld(&found.checked);
    let sources = found.checked.sources.clone();
    Ok((loaded(found, done)?, sources))
}

fn loaded(Found { folder, checked }: Found, done: &'static str) -> Result<Book, Failure> {
    if let Some(book) = checked.book {
        return Ok(book);
    }
    let errors: Vec<_> = checked
        .diagnostics
        .into_iter()
        .filter(Diagnostic::is_error)
        .collect();
    tell(&errors, &checked.sources, &folder);
    let errors = count(errors.len() as u64, "error");
    Err(Failure::Refuted {
        book: folder,
        errors,
        done,
    })
}

/// An expression that could not be compiled, told on standard error.
pub(crate) fn refute(what: &str, error: &BookError) -> Failure {
    tell(error.diagnostics(), error.sources(), "");
    Failure::request(format!("{what} cannot be read"))
}

/// Findings on standard error; where nobody listens there is nothing to be done about it.
pub(crate) fn tell(found: &[Diagnostic], sources: &Sources, folder: &str) {
    let mut stderr = std::io::stderr().lock();
    let text = render::findings(found, sources, folder, coloured(&stderr));
    _ = stderr.write_all(text.as_bytes());
}

/// The banners that are withheld, a line each on standard error, so that nobody wonders why they
/// are not shown.
pub(crate) fn tell_withheld(checked: &Checked) {
    let Some(book) = &checked.book else {
        return;
    };
    let withheld: Vec<_> = book.quarantined().collect();
    if withheld.is_empty() {
        return;
    }
    let codes = codes_of_the_withheld(checked);
    for (banner, why) in withheld.iter().take(WITHHELD) {
        let why = codes.get(*banner).map_or((*why).to_owned(), |code| {
            format!("{} ({})", code.summary, code.id)
        });
        let line = format!("{} is withheld, nobody sees it: {why}", printable(banner));
        say(wrapped("! ", &printable(&line), 100).trim_end());
    }
    let more = withheld.len().saturating_sub(WITHHELD);
    let more = if more > 0 {
        format!("{} withheld; ", count(more as u64, "more banner"))
    } else {
        String::new()
    };
    say(&format!("  {more}`banneret lint` tells more"));
}

/// By banner, what lint calls the reason for which it is withheld.
fn codes_of_the_withheld(checked: &Checked) -> BTreeMap<String, &'static Code> {
    let options = Options {
        now: now(None),
        levels: Vec::new(),
    };
    let found = banneret_lint::lint(checked.clone(), &options).diagnostics;
    let mut codes = BTreeMap::new();
    for finding in found.iter().filter(|finding| finding.requirement.is_some()) {
        let banner = finding.banner.clone().unwrap_or_default();
        codes.entry(banner).or_insert(finding.code);
    }
    codes
}

/// The directory that was named, or the nearest one upwards that is a rule book.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return match named.join("banneret.yaml").is_file() {
            true => Ok(named.to_owned()),
            false => Err(Failure::NotABook(named.to_owned())),
        };
    }
    let here = std::env::current_dir();
    let here = here.map_err(|error| Failure::read(Path::new("."), error))?;
    let mut up = PathBuf::from(".");
    for folder in here.ancestors() {
        if folder.join("banneret.yaml").is_file() {
            return Ok(up);
        }
        up = if up == Path::new(".") {
            "..".into()
        } else {
            up.join("..")
        };
    }
    Err(Failure::NoBook(here))
}

/// The moment to judge at: the one that was named, else the clock's, in whole seconds. This is
/// the only place that reads the clock.
pub(crate) fn now(named: Option<Time>) -> Time {
    named.unwrap_or_else(|| {
        let clock = Time::from(SystemTime::now());
        Time::from_unix_seconds(clock.as_unix_micros().div_euclid(1_000_000))
    })
}

/// Tells the errors of a book that does not load, for a command whose answer they are.
pub(crate) fn refuted(found: &Found, done: &str) -> Ended {
    let errors = found
        .checked
        .diagnostics
        .iter()
        .filter(|finding| finding.is_error());
    let errors: Vec<_> = errors.cloned().collect();
    tell(&errors, &found.checked.sources, &found.folder);
    say(&format!(
        "{} has {}, so nothing was {done}",
        found.folder,
        count(errors.len() as u64, "error")
    ));
    Ended::Findings
}
