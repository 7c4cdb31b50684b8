//! A version of a rule book: a directory, or what git keeps of one at a revision. Git is asked as a
//! program, so that whatever repository works for the author works here.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use banneret::{Book, Checked, Diagnostic, LARGEST_FILE, is_part_of_a_book};

use crate::book;
use crate::failure::Failure;
use crate::render::{count, printable};

/// A file over the limit of a book is read as far as shows that it is; the engine says the rest.
const MOST_READ: u64 = LARGEST_FILE as u64 + 1;
/// As deep as a directory is read.
const DEEPEST: usize = 32;

/// A version of a rule book, read and checked.
pub(crate) struct Version {
    /// As it was named.
    pub(crate) name: String,
    /// As it comes before the names of its files.
    pub(crate) folder: String,
    pub(crate) checked: Checked,
}

impl Version {
    /// Reads what was named: a directory, a git revision of the book that is worked on, or
    /// `REVISION:PATH`. The book that is worked on is the nearest one upwards; where there is none,
    /// the directory that is compared with.
    pub(crate) fn read(named: &str, other: &str) -> Result<Version, Failure> {
        let other = Path::new(other);
        match book::find(None) {
            Err(Failure::NoBook(_)) if other.is_dir() => {
                book::find(Some(other))?;
                Version::beside(named, Some(other))
            }
            _ => Version::beside(named, None),
        }
    }

    /// As [`Version::read`], with the book that is worked on; without it, the nearest one upwards.
    pub(crate) fn beside(named: &str, beside: Option<&Path>) -> Result<Version, Failure> {
        let directory = Path::new(named);
        if directory.is_dir() {
            may_be_a_directory(named, beside)?;
            let found = book::check(Some(directory))?;
            return Ok(Version {
                name: named.to_owned(),
                folder: found.folder,
                checked: found.checked,
            });
        }
        let files = of_git(named, beside)?;
        Ok(Version {
            name: named.to_owned(),
            folder: match named.contains(':') {
                true => named.to_owned(),
                false => format!("{named}:"),
            },
            checked: Book::check(files),
        })
    }

    /// The book, for a command that needs it to load; its errors are told on standard error.
    pub(crate) fn book(&self) -> Result<&Book, Failure> {
        if let Some(book) = &self.checked.book {
            return Ok(book);
        }
        let errors = self.checked.diagnostics.iter();
        let errors: Vec<_> = errors
            .filter(|one| one.is_error())
            .cloned()
            .collect::<Vec<Diagnostic>>();
        book::tell(&errors, &self.checked.sources, &self.folder);
        Err(Failure::Refuted {
            book: self.name.clone(),
            errors: count(errors.len() as u64, "error"),
            done: "compared",
        })
    }
}

/// That a directory of that name is not also a revision: whoever adds a directory called `main`
/// would choose what `--against main` compares with.
fn may_be_a_directory(named: &str, beside: Option<&Path>) -> Result<(), Failure> {
    let plain = !named.starts_with(['.', '/', '-']) && !named.contains('\\');
    let revision = named.split(':').next().unwrap_or_default();
    let git = Git {
        folder: beside.unwrap_or(Path::new(".")),
    };
    let commit = format!("{revision}^{{commit}}");
    let known = plain
        && git
            .ask(&["rev-parse", "--verify", "--quiet", &commit])
            .is_ok_and(|commit| commit.is_some());
    if !known {
        return Ok(());
    }
    let shown = printable(named.trim_end_matches('/'));
    Err(Failure::request(format!(
        "`{shown}` is both a directory and a git revision: write `./{shown}` for the directory, or \
         `{shown}^0` for the revision"
    )))
}

/// The files of a book at a git revision: names relative to the book, with `/`, and texts.
fn of_git(named: &str, beside: Option<&Path>) -> Result<Vec<(String, String)>, Failure> {
    let (revision, path) = match named.split_once(':') {
        Some((revision, path)) => (revision, Some(path)),
        None => (named, None),
    };
    let shown = printable(named);
    // Git would take such a word for an option.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::request(format!(
            "`{shown}` is neither a directory nor a git revision"
        )));
    }
    let here = match (path, beside) {
        (Some(_), _) => Path::new(".").to_owned(),
        (None, Some(beside)) => beside.to_owned(),
        (None, None) => book::find(None).map_err(|_| {
            Failure::request(format!(
                "no rule book is here or above: write `{shown}:FOLDER` for the one in that folder of \
                 the revision"
            ))
        })?,
    };
    let git = Git { folder: &here };
    git.is_a_repository(&shown)?;
    let commit = format!("{revision}^{{commit}}");
    let commit = git.ask(&["rev-parse", "--verify", "--quiet", &commit])?;
    let Some(commit) = commit else {
        let shallow = git.ask(&["rev-parse", "--is-shallow-repository"])?;
        let hint = match shallow.as_deref() {
            Some("true") => {
                "; this clone holds only the last commits: `git fetch --unshallow` gets the rest"
            }
            _ => "",
        };
        return Err(Failure::request(format!(
            "`{shown}` is neither a directory nor a git revision: git knows no `{}` here{hint}",
            printable(revision)
        )));
    };
    let prefix = match path {
        Some(path) => path.to_owned(),
        None => git
            .ask(&["rev-parse", "--show-prefix"])?
            .unwrap_or_default(),
    };
    let prefix = prefix.trim_end_matches('/');
    let files = git.files(commit.trim(), prefix, &shown)?;
    match files.iter().any(|(name, _)| name == "banneret.yaml") {
        true => Ok(files),
        false => Err(Failure::request(format!(
            "there is no rule book at `{shown}`: {} holds no banneret.yaml at that revision",
            if prefix.is_empty() {
                "the top of the repository".to_owned()
            } else {
                format!("`{}`", printable(prefix))
            }
        ))),
    }
}

/// Git, asked about the repository that a folder is in.
struct Git<'f> {
    folder: &'f Path,
}

impl Git<'_> {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(words);
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        // A hook of git's names the repository that it runs for, and git would then take the book's
        // folder for the top of it.
        command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
        command.stdin(Stdio::null());
        command
    }

    /// What git answers, without the last line break; nothing where it refuses.
    fn ask(&self, words: &[&str]) -> Result<Option<String>, Failure> {
        let output = self.command(words).output().map_err(no_git)?;
        let said = String::from_utf8_lossy(&output.stdout)
            .trim_end_matches('\n')
            .to_owned();
        Ok(output.status.success().then_some(said))
    }

    fn is_a_repository(&self, shown: &str) -> Result<(), Failure> {
        let output = self
            .command(&["rev-parse", "--git-dir"])
            .output()
            .map_err(no_git)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let why = match said.contains("not a git repository") {
            true => "this is no git repository".to_owned(),
            false => printable(said.trim()),
        };
        Err(Failure::request(format!(
            "`{shown}` is no directory, and cannot be a git revision: {why}"
        )))
    }

    /// The files under a folder of the repository. What a directory leaves out is left out here.
    fn files(
        &self,
        commit: &str,
        prefix: &str,
        shown: &str,
    ) -> Result<Vec<(String, String)>, Failure> {
        let tree = match prefix {
            "" => format!("{commit}^{{tree}}"),
            // Git reads what begins with a point as seen from here.
            "." => format!("{commit}:./"),
            prefix => format!("{commit}:{prefix}"),
        };
        let listed = self
            .command(&["ls-tree", "-r", "-z", "--full-tree", &tree])
            .output();
        let listed = listed.map_err(no_git)?;
        if !listed.status.success() {
            return Err(Failure::request(format!(
                "there is no rule book at `{shown}`: `{}` is no folder at that revision; if it had another \
                 name, write `{}:FOLDER`",
                printable(prefix),
                printable(shown.split(':').next().unwrap_or_default())
            )));
        }
        let mut blobs = Blobs::open(self)?;
        let mut files = Vec::new();
        for entry in listed.stdout.split(|byte| *byte == 0) {
            let entry = String::from_utf8_lossy(entry);
            let Some((about, name)) = entry.split_once('\t') else {
                continue;
            };
            if !is_part_of_a_book(name) {
                continue;
            }
            let mut about = about.split(' ');
            let (mode, _, id) = (about.next(), about.next(), about.next());
            let refused =
                |why: &str| Failure::request(format!("`{shown}`, {}: {why}", printable(name)));
            if name.split('/').count() > DEEPEST + 1 {
                return Err(refused(&format!(
                    "it nests deeper than {DEEPEST} directories"
                )));
            }
            match (mode, id) {
                (Some("100644" | "100755"), Some(id)) => {
                    let text = blobs
                        .read(id)?
                        .ok_or_else(|| refused("git does not have its text"))?;
                    let text = text.map_err(|()| refused("it is no UTF-8 text"))?;
                    files.push((name.to_owned(), text));
                }
                // A link would have to be followed at that revision, and out of it.
                _ => return Err(refused("it is no file but a link or a module of git's")),
            }
        }
        files.sort();
        Ok(files)
    }
}

fn no_git(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::NotFound => Failure::request(
            "git is needed to read a revision, and there is no `git` here: install it, or name a directory",
        ),
        _ => Failure::request(format!("git cannot be run: {error}")),
    }
}

/// The texts that git keeps, one asked for after the other.
struct Blobs {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

/// A text, or that it is none.
type Text = Result<String, ()>;

impl Blobs {
    fn open(git: &Git<'_>) -> Result<Blobs, Failure> {
        let mut command = git.command(&["cat-file", "--batch"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(no_git)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (ask, answer) = pipes.ok_or_else(|| Failure::request("git cannot be asked"))?;
        Ok(Blobs {
            child,
            ask,
            answer: BufReader::new(answer),
        })
    }

    /// The text of that id, cut where it is too long anyway; nothing where git does not have it.
    fn read(&mut self, id: &str) -> Result<Option<Text>, Failure> {
        let read = self.text(id);
        read.map_err(|error| Failure::request(format!("git cannot be asked: {error}")))
    }

    fn text(&mut self, id: &str) -> std::io::Result<Option<Text>> {
        writeln!(self.ask, "{id}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.answer.read_line(&mut head)?;
        // `ID blob SIZE`, or `ID missing`.
        let size = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else {
            return Ok(None);
        };
        let kept = size.min(MOST_READ);
        let mut bytes = Vec::new();
        (&mut self.answer).take(kept).read_to_end(&mut bytes)?;
        // What is left of it, and the line break that ends it.
        let rest = size - kept + 1;
        std::io::copy(&mut (&mut self.answer).take(rest), &mut std::io::sink())?;
        Ok(Some(match size > kept {
            true => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            false => String::from_utf8(bytes).map_err(drop),
        }))
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
