//! JUnit XML: each kind of finding is a test, which fails where there is an error of that kind. So
//! the history that a test report keeps is that of the kind, whatever lines it is found on.

use std::io::Write;

use banneret::{Code, Diagnostic};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Report, in_full, title};
use crate::failure::Failure;
use crate::render::{count, printable};

/// What only a comparison finds.
const AGAINST: &str = "BN007";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut suite = TestSuite::new("banneret lint");
    for code in banneret_lint::codes() {
        suite.add_test_case(case(report, code));
    }
    let mut all = quick_junit::Report::new("banneret");
    all.add_test_suite(suite);
    // Everything it is made of is text: only the output itself can fail.
    let text = all.to_string().map_err(std::io::Error::other)?;
    // The schema of Jenkins knows this count of a suite, and not of all suites.
    let skipped = format!(" skipped=\"{}\"", all.skipped);
    write!(out, "{}", text.replacen(&skipped, "", 1))?;
    Ok(())
}

fn case(report: &Report<'_>, code: &Code) -> TestCase {
    let found = report.found.iter();
    let found: Vec<_> = found.filter(|finding| finding.code.id == code.id).collect();
    let errors = found.iter().filter(|finding| finding.is_error()).count();
    let status = match errors {
        0 if !found.is_empty() => TestCaseStatus::success(),
        0 => silent(report, code),
        _ => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let message = format!("{}: {}", count(errors as u64, "error"), code.summary);
            failed.set_message(message).set_type(code.id);
            failed.set_description(told(report, &found));
            failed
        }
    };
    let mut case = TestCase::new(title(code), status);
    case.set_classname("banneret.lint");
    if errors == 0 && !found.is_empty() {
        case.set_system_out(told(report, &found));
    }
    case
}

/// Nothing was found: because nothing is there, or because nobody looked.
fn silent(report: &Report<'_>, code: &Code) -> TestCaseStatus {
    let because = if (report.is_off)(code) {
        "it is switched off"
    } else if report.book.is_none() && !code.firm {
        "the rule book does not load"
    } else if code.id == AGAINST && report.diff.is_none() {
        "there is no version to compare with (`--against`)"
    } else {
        return TestCaseStatus::success();
    };
    let mut skipped = TestCaseStatus::skipped();
    skipped.set_message(because);
    skipped
}

fn told(report: &Report<'_>, found: &[&Diagnostic]) -> String {
    let one = |finding: &&Diagnostic| {
        let place = report.place(finding.primary.span);
        let place = place.map_or(String::new(), |place| {
            format!("{}:{}:{}: ", place.file, place.from.line, place.from.column)
        });
        format!("{}{}", printable(&place), in_full(finding))
    };
    found.iter().map(one).collect::<Vec<_>>().join("\n\n")
}
