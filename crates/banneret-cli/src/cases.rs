//! `banneret test`: the rule book's own cases.

use std::io::Write;

use banneret::{Book, CaseResult};
use serde_json::json;

use crate::args::{TestArgs, TextOrJson};
use crate::book;
use crate::failure::{Ended, Failure};
use crate::render::{in_folder, printable, thousands, wrapped};

pub(crate) fn run(args: &TestArgs, out: &mut dyn Write) -> Result<Ended, Failure> {
    let found = book::check(args.book.as_deref())?;
    let Some(book) = &found.checked.book else {
        return Ok(book::refuted(&found, "tested"));
    };
    book::tell_withheld(&found.checked);
    let ran = Ran {
        book,
        folder: &found.folder,
        results: book.run_cases(),
    };
    match args.format {
        TextOrJson::Text => ran.text(out)?,
        TextOrJson::Json => ran.json(out)?,
    }
    Ok(Ended::with(ran.failed() > 0))
}

/// What came of a book's tests.
struct Ran<'b> {
    book: &'b Book,
    folder: &'b str,
    results: Vec<CaseResult>,
}

impl Ran<'_> {
    fn failed(&self) -> usize {
        self.results
            .iter()
            .filter(|result| !result.passed())
            .count()
    }

    fn place(&self, result: &CaseResult) -> Option<(String, u32)> {
        let (name, at, _) = self.book.texts().locate(result.span)?;
        Some((in_folder(self.folder, name), at.line))
    }

    fn text(&self, out: &mut dyn Write) -> Result<(), Failure> {
        for result in &self.results {
            let place = self
                .place(result)
                .map(|(file, line)| format!("{file}:{line}"));
            write!(out, "{}", told(result, &place.unwrap_or_default()))?;
        }
        Ok(writeln!(
            out,
            "{}",
            closing(self.results.len(), self.failed())
        )?)
    }

    fn json(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let cases = self.results.iter().map(|result| {
            let (file, line) = self.place(result).unzip();
            json!({
                "name": result.name,
                "file": file,
                "line": line,
                "passed": result.passed(),
                "failures": result.failures,
            })
        });
        let document = json!({
            "banneret": 1,
            "book": self.book.fingerprint(),
            "cases": cases.collect::<Vec<_>>(),
            "summary": {"passed": self.results.len() - self.failed(), "failed": self.failed()},
        });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        Ok(writeln!(out)?)
    }
}

fn told(result: &CaseResult, place: &str) -> String {
    if result.passed() {
        return format!("✓ {}\n", result.name);
    }
    let mut text = format!("✗ {}  ({place})\n", result.name);
    for failure in &result.failures {
        text.push_str(&wrapped("    ", &printable(failure), 100));
    }
    text
}

/// `43 passed, 0 failed`
pub(crate) fn closing(all: usize, failed: usize) -> String {
    format!(
        "{} passed, {} failed",
        thousands((all - failed) as u64),
        thousands(failed as u64)
    )
}
