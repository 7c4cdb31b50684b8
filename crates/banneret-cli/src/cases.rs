//! `banneret test`: the rule book's own cases, what they cover, and which changes they notice.

mod covered;
mod mutants;
mod paste;

use std::io::Write;

use banneret::{Book, CaseResult, Span};
use banneret_lint::{Coverage, Mutants};
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
    let results = book.run_cases();
    let ran = Ran {
        book,
        folder: &found.folder,
        results,
        coverage: args
            .coverage
            .then(|| banneret_lint::coverage(&found.checked))
            .flatten(),
        mutants: args
            .mutate
            .then(|| banneret_lint::mutate(&found.checked))
            .flatten(),
    };
    match args.format {
        TextOrJson::Text => ran.text(out)?,
        TextOrJson::Json => ran.json(out)?,
    }
    let missed = ran.mutants.as_ref().map_or(0, mutants::missed);
    let too_many = args.max_missed.is_some_and(|most| missed > most);
    Ok(Ended::with(ran.failed() > 0 || too_many))
}

/// What came of a book's tests.
struct Ran<'b> {
    book: &'b Book,
    folder: &'b str,
    results: Vec<CaseResult>,
    coverage: Option<Coverage>,
    mutants: Option<Mutants>,
}

impl Ran<'_> {
    fn failed(&self) -> usize {
        self.results
            .iter()
            .filter(|result| !result.passed())
            .count()
    }

    /// File and line of a place in the book.
    fn place(&self, span: Span) -> Option<(String, u32)> {
        let (name, at, _) = self.book.texts().locate(span)?;
        Some((in_folder(self.folder, name), at.line))
    }

    /// The same as people click it: `rules/dunning.banner:8`
    fn at(&self, span: Span) -> String {
        let place = self.place(span);
        place.map_or_else(String::new, |(file, line)| format!("{file}:{line}"))
    }

    fn text(&self, out: &mut dyn Write) -> Result<(), Failure> {
        for result in &self.results {
            write!(out, "{}", told(result, &self.at(result.span)))?;
        }
        writeln!(out, "{}", closing(self.results.len(), self.failed()))?;
        if let Some(coverage) = &self.coverage {
            write!(out, "{}", self.told_coverage(coverage))?;
        }
        if let Some(mutants) = &self.mutants {
            write!(out, "{}", self.told_mutants(mutants))?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let cases = self.results.iter().map(|result| {
            let (file, line) = self.place(result.span).unzip();
            json!({
                "name": result.name,
                "file": file,
                "line": line,
                "passed": result.passed(),
                "failures": result.failures,
            })
        });
        let mut document = json!({
            "banneret": 1,
            "book": self.book.fingerprint(),
            "cases": cases.collect::<Vec<_>>(),
            "summary": {"passed": self.results.len() - self.failed(), "failed": self.failed()},
        });
        if let Some(coverage) = &self.coverage {
            document["coverage"] = self.coverage_as_json(coverage);
        }
        if let Some(mutants) = &self.mutants {
            document["mutants"] = self.mutants_as_json(mutants);
        }
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
