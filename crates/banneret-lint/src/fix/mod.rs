//! Changing a book's texts so that what was found is not found any more.
//!
//! A change that is called safe is believed only when it is proven: the book with it and the book
//! without it take the same accounts for every banner, segment and contract. Other changes mend what
//! a rule means; they are kept where the finding is gone and no new error has come.

mod text;

use std::collections::BTreeMap;

use banneret::{Answer, Book, Checked, Diagnostic, Edit, Fix, Joined, NodeId, Prover, format};

pub(crate) use text::{Among, conjoined, without};

use crate::{Options, compare, lint};

/// One change may make room for another, so a book is linted again until nothing is left; the bound
/// is only against two changes that make each other necessary.
const ROUNDS: usize = 200;

/// A book's texts after its findings were mended.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The files that are different, with their new texts.
    pub files: Vec<(String, String)>,
    /// What was done, in the order in which it was.
    pub applied: Vec<Applied>,
    /// What could have been done, and was not proven to be what it says.
    pub refused: Vec<Applied>,
}

/// A change of the book's texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Applied {
    /// The file.
    pub file: String,
    /// The line, from 1, as it was when the change was made.
    pub line: u32,
    /// The code of the finding.
    pub code: &'static str,
    /// What it does.
    pub title: String,
    /// Whether it was said to change nothing about who is told what.
    pub is_safe: bool,
}

/// Mends those findings that are wanted and can be mended by themselves: with safe changes, and with
/// the others if asked for.
///
/// A book that does not load comes back as it is. Files that are laid out as `banneret fmt` does are
/// so afterwards too.
#[must_use]
pub fn fix(
    files: &[(String, String)],
    options: &Options,
    unsafe_too: bool,
    wanted: impl Fn(&Diagnostic) -> bool,
) -> Fixed {
    let mut work = Work {
        texts: files.iter().cloned().collect(),
        options,
        wanted: &wanted,
        applied: Vec::new(),
        refused: Vec::new(),
    };
    for _ in 0..ROUNDS {
        if !(work.round(true) || unsafe_too && work.round(false)) {
            break;
        }
    }
    let old: BTreeMap<_, _> = files.iter().map(|(name, text)| (name, text)).collect();
    let changed = work.texts.into_iter();
    let changed = changed.filter(|(name, text)| old.get(name).is_none_or(|old| *old != text));
    Fixed {
        files: changed.collect(),
        applied: work.applied,
        refused: work.refused,
    }
}

type Texts = BTreeMap<String, String>;

/// Changes that were found to be what they say together, and the texts with them.
#[derive(Default)]
struct Good<'d> {
    fixes: Vec<&'d Diagnostic>,
    texts: Option<Texts>,
}

struct Work<'o> {
    texts: Texts,
    options: &'o Options,
    wanted: &'o dyn Fn(&Diagnostic) -> bool,
    applied: Vec<Applied>,
    refused: Vec<Applied>,
}

impl Work<'_> {
    /// Makes the changes of one kind that do not meet; says whether there were any to make or to
    /// refuse.
    fn round(&mut self, safe: bool) -> bool {
        let before = self.read(&self.texts);
        let fixes = self.fixes(&before, safe);
        let together = apart(&fixes, &before);
        let known = self.refused.len();
        let mut good = Good::default();
        self.gather(&before, &together, safe, &mut good);
        let Good { fixes, texts } = good;
        if let Some(texts) = texts {
            self.take(texts, &fixes, &before);
        }
        !fixes.is_empty() || self.refused.len() > known
    }

    /// Adds those of the changes that are what they say. Usually all of them are; where not, each
    /// half is tried by itself, so that a few that are not hold up no others.
    fn gather<'d>(
        &mut self,
        before: &Checked,
        these: &[&'d Diagnostic],
        safe: bool,
        good: &mut Good<'d>,
    ) {
        if these.is_empty() {
            return;
        }
        let all = [&good.fixes[..], these].concat();
        if let Some(texts) = self.kept(before, &all, safe) {
            good.fixes = all;
            good.texts = Some(texts);
            return;
        }
        match these {
            // What only the others stand in the way of has its turn when they are made.
            [one] => {
                if good.fixes.is_empty() || self.kept(before, these, safe).is_none() {
                    self.refused.extend(applied(one, before));
                }
            }
            _ => {
                let (first, rest) = these.split_at(these.len() / 2);
                self.gather(before, first, safe, good);
                self.gather(before, rest, safe, good);
            }
        }
    }

    fn read(&self, texts: &Texts) -> Checked {
        lint(Book::check(texts.clone()), self.options)
    }

    fn fixes(&self, checked: &Checked, safe: bool) -> Vec<Diagnostic> {
        let found = checked.diagnostics.iter();
        let found = found.filter(|found| (self.wanted)(found)).filter(|found| {
            let fix = found.fix.as_ref();
            let is_asked = fix.is_some_and(|fix| fix.is_safe == safe && !fix.edits.is_empty());
            let what = applied(found, checked);
            // A change of the library's texts cannot be made.
            is_asked && what.is_some_and(|what| !self.refused.contains(&what))
        });
        found.cloned().collect()
    }

    /// The texts with those changes, if they are what they say.
    fn kept(&self, before: &Checked, fixes: &[&Diagnostic], safe: bool) -> Option<Texts> {
        let texts = edited(&self.texts, fixes, before)?;
        let after = self.read(&texts);
        let (old, new) = (before.book.as_ref()?, after.book.as_ref()?);
        let is_kept = match safe {
            true => means_the_same(old, new) && tests_hold(old, new),
            false => fixes.iter().all(|fix| is_gone(fix, before, &after)),
        };
        is_kept.then_some(texts)
    }

    fn take(&mut self, texts: Texts, fixes: &[&Diagnostic], before: &Checked) {
        self.texts = texts;
        let done = fixes.iter().filter_map(|fix| applied(fix, before));
        self.applied.extend(done);
    }
}

/// What a finding's change would be told as; nothing where it has none in the book's own files.
fn applied(found: &Diagnostic, checked: &Checked) -> Option<Applied> {
    let fix = found.fix.as_ref()?;
    let (file, from, _) = checked.sources.locate(fix.edits.first()?.span)?;
    Some(Applied {
        file: file.to_owned(),
        line: from.line,
        code: found.code.id,
        title: fix.title.clone(),
        is_safe: fix.is_safe,
    })
}

/// Changes that do not meet, the first of those that do.
fn apart<'d>(fixes: &'d [Diagnostic], checked: &Checked) -> Vec<&'d Diagnostic> {
    let mut taken: Vec<&Diagnostic> = Vec::new();
    let edits = |found: &Diagnostic| -> Vec<Edit> {
        let fix = found.fix.as_deref().cloned();
        fix.map(|fix: Fix| fix.edits).unwrap_or_default()
    };
    for one in fixes {
        let own = edits(one);
        let meets = taken.iter().any(|other| {
            edits(other)
                .iter()
                .any(|other| own.iter().any(|edit| meet(edit, other)))
        });
        if !meets && applied(one, checked).is_some() {
            taken.push(one);
        }
    }
    taken
}

fn meet(one: &Edit, other: &Edit) -> bool {
    one.span.file == other.span.file
        && one.span.start <= other.span.end
        && other.span.start <= one.span.end
}

/// The texts with all edits of those findings made; nothing where one is outside the book's files.
fn edited(texts: &Texts, fixes: &[&Diagnostic], checked: &Checked) -> Option<Texts> {
    let mut by_file: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().filter_map(|found| found.fix.as_ref()) {
        for edit in &edit.edits {
            let file = checked.sources.file(edit.span.file)?;
            by_file.entry(file.name()).or_default().push(edit);
        }
    }
    let mut texts = texts.clone();
    for (name, mut edits) in by_file {
        let old = texts.get_mut(name)?;
        // From the last to the first, so that what is before an edit stays where it is.
        edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
        let mut new = old.clone();
        for edit in edits {
            let range = edit.span.range();
            new.get(range.clone())?;
            new.replace_range(range, &edit.text);
        }
        *old = laid_out(name, old, new);
    }
    Some(texts)
}

/// The new text in the one layout, if the old one was.
fn laid_out(name: &str, old: &str, new: String) -> String {
    let layout = |text: &str| {
        let mut sources = banneret::Sources::default();
        let file = sources.add(name, text);
        format(file, text).ok()
    };
    let was_laid_out = name.ends_with(".banner") && layout(old).as_deref() == Some(old);
    match was_laid_out.then(|| layout(&new)).flatten() {
        Some(laid_out) => laid_out,
        None => new,
    }
}

/// Whether every banner, contract and segment of one book takes the same accounts as in the other.
fn means_the_same(old: &Book, new: &Book) -> bool {
    compare::means_the_same(old, new) && segments_mean_the_same(old, new)
}

/// Whether every test that passed does so still: one may say why a banner is hidden, and a condition
/// that decides nothing about who is told can decide that.
fn tests_hold(old: &Book, new: &Book) -> bool {
    let (before, after) = (old.run_cases(), new.run_cases());
    let mut both = before.iter().zip(&after);
    before.len() == after.len() && both.all(|(was, is)| is.passed() || !was.passed())
}

/// What compares banners does not see segments that none of them uses. One that is gone takes nobody.
fn segments_mean_the_same(old: &Book, new: &Book) -> bool {
    let named = |book: &Book| -> BTreeMap<String, NodeId> {
        let segments = book.segments().iter();
        segments
            .map(|segment| (segment.name.to_string(), segment.formula))
            .collect()
    };
    let (before, after) = (named(old), named(new));
    let both = before
        .iter()
        .filter_map(|(name, old)| Some((*old, *after.get(name)?)));
    let (before, after): (Vec<_>, Vec<_>) = both.unzip();
    let all = Joined::of(
        (old.schema(), old.formulas(), &before),
        (new.schema(), new.formulas(), &after),
    );
    let mut prover = Prover::new(&all.schema, &all.formulas);
    all.old.iter().zip(&all.new).all(|(old, new)| {
        prover.find(&[*old], &[*new]) == Answer::Nobody
            && prover.find(&[*new], &[*old]) == Answer::Nobody
    })
}

/// Whether a finding is not made any more, and no error is there that was not.
fn is_gone(fixed: &Diagnostic, before: &Checked, after: &Checked) -> bool {
    let key = |found: &Diagnostic| {
        (
            found.code.id,
            found.banner.clone(),
            found.requirement.clone(),
            found.message.clone(),
        )
    };
    let errors = |checked: &Checked| {
        let errors = checked.diagnostics.iter().filter(|found| found.is_error());
        errors.map(key).collect::<std::collections::BTreeSet<_>>()
    };
    let (old, new) = (errors(before), errors(after));
    let asked = key(fixed);
    new.is_subset(&old) && !after.diagnostics.iter().any(|found| key(found) == asked)
}
