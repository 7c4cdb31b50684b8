//! Rules with one thing changed, and who notices: the proof of the contract, or the book's tests.
//!
//! A change is made to the text of a rule and read again, so that what is judged is what is shown.
//! It is judged for each banner that hangs on the rule, by the formulas alone.

mod change;
mod seen;
mod trial;

use std::collections::HashSet;

use banneret::{Book, Checked, Edit, Sources, Span, Unproven, Witness, ast::Expr, parse_expr};

use crate::lint::Rule;
use crate::uses::{RuleName, Uses};

pub(crate) use seen::Looked;
use trial::{Batch, Bench, Draft};

/// What came of changing every rule of a book in every place.
#[derive(Clone, Debug)]
pub struct Mutants {
    /// Every changed rule, in the order of the text. A change that comes to the same as another of
    /// the same rule is there once.
    pub mutants: Vec<Mutant>,
    /// How many changes of rules that are too long were not tried.
    pub left_out: usize,
}

/// As much text is read again for one rule, in bytes: one of a thousand conditions has thousands
/// of changes.
const MOST_TEXT: usize = 2 << 20;

/// A rule with one thing changed.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The rule.
    pub rule: RuleName,
    /// What kind of change it is: `dropped`, `joint`, `added`, `not`, `age`, `turned`, `bound` or
    /// `value`.
    pub operator: &'static str,
    /// What is changed, in words that follow "with".
    pub what: String,
    /// Where.
    pub span: Span,
    /// The change, in the order of the text.
    pub edits: Vec<Edit>,
    /// Who notices.
    pub outcome: Outcome,
}

/// Who notices that a rule was changed.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nobody can: proven that every banner is for the same accounts as before.
    Equivalent,
    /// The proof of the contract: the banner is for somebody whom its kind must not reach.
    CaughtByProof {
        /// The first such banner.
        banner: String,
    },
    /// A test of the book fails.
    CaughtByTests {
        /// The first such test, by its place among the book's.
        case: usize,
    },
    /// Nobody can say whether it makes a difference.
    Unproven {
        /// The banner for which it is not known.
        banner: String,
        /// Why not.
        why: Unproven,
    },
    /// Nobody notices.
    Missed(Box<Missed>),
}

/// What a test can say of a banner and an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The account sees it.
    Shows,
    /// The account does not.
    Hides,
}

/// A change that nobody notices.
#[derive(Clone, Debug)]
pub struct Missed {
    /// The first banner that is for other accounts than before.
    pub banner: String,
    /// What the unchanged rule does with the account: a test that says so notices the change.
    pub expected: Expectation,
    /// The smallest such account.
    pub witness: Witness,
    /// The mutant further up in the list whose account, made a test, notices this one too.
    pub noticed_with: Option<usize>,
}

impl Mutants {
    /// How many mutants came to an end of that kind.
    pub fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        let ended = self.mutants.iter().filter(|mutant| is(&mutant.outcome));
        ended.count()
    }
}

impl Mutant {
    /// The lines of the rule that the change touches, as they are and as they would be.
    #[must_use]
    pub fn lines(&self, sources: &Sources) -> (String, String) {
        let (Some(first), Some(last)) = (self.edits.first(), self.edits.last()) else {
            return Default::default();
        };
        let Some(file) = sources.file(self.span.file) else {
            return Default::default();
        };
        let text = file.text();
        let (start, end) = (first.span.range().start, last.span.range().end);
        let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let old = &text[start..end];
        let new = edited(old, start, &self.edits);
        let (mut old, mut new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
        while old.first().is_some_and(|line| new.first() == Some(line)) {
            old.remove(0);
            new.remove(0);
        }
        while old.last().is_some_and(|line| new.last() == Some(line)) {
            old.pop();
            new.pop();
        }
        (old.join("\n"), new.join("\n"))
    }
}

/// A text with edits that lie in it; it begins so many bytes into its file.
fn edited(text: &str, start: usize, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(&text[at..range.start - start]);
        out.push_str(&edit.text);
        at = range.end - start;
    }
    out.push_str(&text[at..]);
    out
}

/// Changes every rule of the book's own in every place, one at a time, and says who notices;
/// nothing where the book does not load.
///
/// Rules that no banner hangs on are left alone.
#[must_use]
pub fn mutate(checked: &Checked) -> Option<Mutants> {
    let book = checked.book.as_ref()?;
    let uses = Uses::of(book, checked);
    let looked = Looked::of(book);
    let mut bench = Bench::new(&uses, &looked, &checked.sources);
    let mut mutants = Vec::new();
    let mut left_out = 0;
    for rule in &uses.rules {
        let banners = uses.banners(rule);
        if banners.is_empty() {
            continue;
        }
        let drafts = drafts(rule, book, &checked.sources, &mut left_out);
        if let Some(batch) = Batch::of(&uses, rule, banners, drafts) {
            bench.judge(batch, &mut mutants);
        }
    }
    Some(Mutants { mutants, left_out })
}

/// A rule's changes, each with what it makes of the rule. One that cannot be read again is none.
fn drafts(rule: &Rule<'_>, book: &Book, sources: &Sources, left_out: &mut usize) -> Vec<Draft> {
    let span = rule.expr.span;
    let text = sources.text(span);
    let mut seen = HashSet::new();
    let changes = change::changes(rule.expr, book.schema(), sources);
    let most = MOST_TEXT / text.len().max(1);
    *left_out += changes.len().saturating_sub(most);
    let drafts = changes.into_iter().take(most).filter_map(|change| {
        let text = edited(text, span.range().start, &change.edits);
        let expr = read(&text, span)?;
        let is_new = seen.insert(text);
        is_new.then_some(Draft { change, expr })
    });
    drafts.collect()
}

fn read(text: &str, span: Span) -> Option<Expr> {
    let mut found = Vec::new();
    let expr = parse_expr(span.file, 0, text, &mut found);
    expr.filter(|_| found.is_empty())
}
