//! The conformance corpus through SQL, in every engine that is there: each rule becomes a query,
//! each account a row, and the engine's own answer is held against the case.
//!
//! `BANNERET_SQL_PYTHON` is a Python that has the engines (`docs/sql.md` says which packages), and
//! `BANNERET_SQL_ENGINES` names those to ask. Without the first, the tests say that they skip.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use banneret::{Book, Time};
use banneret_audience::{Ask, Audience, Dialect, sql};
use banneret_corpus::{Refusal, Report, Subject, Truth, run};
use serde_json::{Value as Json, json};

#[path = "sql/table.rs"]
#[allow(dead_code, reason = "an example uses the rest of it")]
mod table;

#[test]
fn engines_keep_to_the_corpus() {
    let Some(python) = python() else { return };
    let engines = std::env::var("BANNERET_SQL_ENGINES");
    let engines =
        engines.unwrap_or_else(|_| "duckdb,clickhouse,datafusion,postgres,spark".to_owned());
    for engine in engines.split(',') {
        let dialect = Dialect::ALL.into_iter().find(|one| one.name() == engine);
        let dialect = dialect.unwrap_or_else(|| panic!("there is no engine `{engine}`"));
        let report = corpus(&python, dialect);
        let skipped = report.skipped.iter().map(|skipped| &skipped.because);
        let mut why: BTreeMap<&String, usize> = BTreeMap::new();
        skipped.for_each(|because| *why.entry(because).or_default() += 1);
        println!(
            "{engine}: {} truths, {} failed; skipped: {why:?}",
            report.truths,
            report.failures.len()
        );
        assert!(report.passed(), "{engine}: {report}");
        assert!(report.truths > 1_000, "{engine}: {report}");
    }
}

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("BANNERET_SQL_PYTHON").map(PathBuf::from);
    if python.is_none() {
        let demanded = std::env::var_os("BANNERET_CI").is_some_and(|value| value == "1");
        assert!(
            !demanded,
            "BANNERET_SQL_PYTHON is not set, and BANNERET_CI=1 demands it"
        );
        let mut stderr = std::io::stderr();
        _ = writeln!(
            stderr,
            "SKIPPED engines_keep_to_the_corpus: BANNERET_SQL_PYTHON is not set"
        );
    }
    python
}

/// Runs the corpus twice: first to gather what is asked, so that an engine starts once and reads
/// a table once, and then to hold its answers against the cases.
fn corpus(python: &Path, dialect: Dialect) -> Report {
    let folder = std::env::temp_dir().join(format!("banneret-sql-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let gathering = Warehouse {
        dialect,
        folder: &folder,
        asked: RefCell::default(),
        answers: None,
    };
    run(&gathering);
    let answers = ask(python, dialect, &gathering.asked.borrow());
    let answering = Warehouse {
        answers: Some(answers),
        ..gathering
    };
    let report = run(&answering);
    _ = std::fs::remove_dir_all(&folder);
    report
}

/// What an engine is asked: by table, its queries.
type Asked = BTreeMap<PathBuf, Vec<String>>;
/// What it answered: by table and query, the truths by account.
type Answers = HashMap<(PathBuf, String), Result<HashMap<String, String>, String>>;

fn ask(python: &Path, dialect: Dialect, asked: &Asked) -> Answers {
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/engines.py");
    let mut child = Command::new(python)
        .arg(driver)
        .args([dialect.name(), "answers"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the engines' Python starts");
    let jobs = json!(asked.iter().collect::<Vec<_>>());
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(jobs.to_string().as_bytes())
        .expect("the driver listens");
    drop(stdin);
    let output = child.wait_with_output().expect("the driver ends");
    assert!(
        output.status.success(),
        "{}: the driver failed",
        dialect.name()
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<Vec<Json>> = serde_json::from_str(&text).expect("JSON");
    let mut found = HashMap::new();
    for ((table, queries), answers) in asked.iter().zip(answers) {
        for (query, answer) in queries.iter().zip(answers) {
            let answer = match answer {
                Json::String(error) => Err(error),
                rows => Ok(serde_json::from_value(rows).expect("truths by account")),
            };
            found.insert((table.clone(), query.clone()), answer);
        }
    }
    found
}

/// The corpus's books in a warehouse.
struct Warehouse<'f> {
    dialect: Dialect,
    folder: &'f Path,
    asked: RefCell<Asked>,
    answers: Option<Answers>,
}

impl Subject for Warehouse<'_> {
    type Book = Book;

    fn load(&self, files: &BTreeMap<String, String>) -> Result<Book, Refusal> {
        let plain = Book::from_files(files.clone()).map_err(fail)?;
        let facts = plain
            .schema()
            .facts()
            .map(|(_, fact)| fact.name.to_string());
        let mut files = files.clone();
        let manifest = files.entry("banneret.yaml".to_owned()).or_default();
        manifest.push_str(&table::manifest(facts));
        Book::from_files(files).map_err(fail)
    }

    fn truths(
        &self,
        book: &Book,
        rule: &str,
        all: &[Json],
        now: &str,
    ) -> Result<Vec<Truth>, Refusal> {
        let now: Time = now.parse().map_err(fail)?;
        let (formulas, root) = book.compile(rule).map_err(fail)?;
        let audience = Audience {
            name: rule.to_owned(),
            kind: "where",
            book,
            formulas,
            root,
        };
        let query = sql(&audience, &Ask::Answers, self.dialect, Some(now)).map_err(fail)?;
        let rows = numbered(all);
        let path = self.path(book, &rows);
        let Some(answers) = &self.answers else {
            if !path.exists() {
                write(book, &rows, now, &path);
            }
            let mut asked = self.asked.borrow_mut();
            let queries = asked.entry(path).or_default();
            if !queries.contains(&query) {
                queries.push(query);
            }
            return Err(Refusal::Skip("it is only asked".to_owned()));
        };
        let answer = answers.get(&(path, query.clone()));
        let answer = answer.ok_or_else(|| fail("no answer"))?;
        let truths = answer
            .as_ref()
            .map_err(|error| fail(format!("{error}\n{query}")))?;
        let truth = |row: &Json| match truths.get(row["id"].as_str().unwrap_or_default()) {
            Some(truth) if truth == "true" => Ok(Truth::True),
            Some(truth) if truth == "false" => Ok(Truth::False),
            Some(truth) if truth == "unknown" => Ok(Truth::Unknown),
            other => Err(fail(format!("{other:?} for {row}\n{query}"))),
        };
        rows.iter().map(truth).collect()
    }
}

impl Warehouse<'_> {
    /// A file for each schema and list of accounts.
    fn path(&self, book: &Book, rows: &[Json]) -> PathBuf {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hash = DefaultHasher::new();
        book.schema().fingerprint().hash(&mut hash);
        json!(rows).to_string().hash(&mut hash);
        self.folder.join(format!("{:016x}.parquet", hash.finish()))
    }
}

fn write(book: &Book, rows: &[Json], now: Time, path: &Path) {
    let mut table = table::Table::new(book, &[], now, path);
    rows.iter().for_each(|row| table.push(row.clone()));
    table.end();
}

/// Cases share an id; a table does not.
fn numbered(all: &[Json]) -> Vec<Json> {
    let rows = all.iter().enumerate().map(|(at, account)| {
        let mut row = account.clone();
        if row["facts"].get("account.id").is_none() {
            row["id"] = json!(format!("row {at}"));
        }
        row
    });
    rows.collect()
}

fn fail(error: impl ToString) -> Refusal {
    Refusal::Fail(error.to_string())
}
