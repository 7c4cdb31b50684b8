//! A rule book's files to a [`Book`]: sorts them, reads each, and checks them against each other.

mod files;
mod proof;
mod sources;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::book::Manifest;
use crate::check::{self, Items, Scope, typed};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::formula::{Formulas, Lowering, NodeId};
use crate::rulebook::{Book, BookError, Checked};
use crate::schema::Vocabulary;
use crate::source::Sources;
use crate::syntax::ast::Expr;

#[cfg(feature = "fs")]
pub(crate) use files::{LARGEST, is_aside};

impl Book {
    /// Reads, checks and proves a rule book, given as the names of its files, relative to its
    /// directory with `/`, and their texts. Gives every finding, warnings too; what was not
    /// proven is in [`Book::report`].
    pub fn check<N, T>(files: impl IntoIterator<Item = (N, T)>) -> Checked
    where
        N: Into<String>,
        T: Into<String>,
    {
        let files = files
            .into_iter()
            .map(|(name, text)| (name.into(), text.into()));
        book(files.collect())
    }

    /// Reads, checks and proves a rule book, as [`Book::check`] does. A banner that is not proven
    /// is no error: it is withheld, and [`Book::report`] says why.
    ///
    /// # Errors
    /// Where a mistake keeps the book from loading; the error holds every finding.
    pub fn from_files<N, T>(files: impl IntoIterator<Item = (N, T)>) -> Result<Book, BookError>
    where
        N: Into<String>,
        T: Into<String>,
    {
        let Checked {
            book,
            sources,
            diagnostics,
            ..
        } = Book::check(files);
        book.ok_or(BookError {
            sources,
            diagnostics,
        })
    }

    /// The formulas of expressions out of this book's own items, beside a copy of the book's
    /// formulas; `false` for one that names what there is not. Each says whether the library
    /// carries the item that it stands in.
    #[must_use]
    pub fn lower<'e>(
        &self,
        expressions: impl IntoIterator<Item = (&'e Expr, bool)>,
    ) -> (Formulas, Vec<NodeId>) {
        let mut formulas = self.formulas.clone();
        let mut lowering = Lowering::new(&self.schema, &self.typed, &mut formulas);
        let lowered = expressions.into_iter().map(|(expression, standard)| {
            let scope = Scope {
                schema: &self.schema,
                segments: &self.segment_names,
                standard,
            };
            let typed = typed(expression, &scope, &mut Vec::new());
            typed.map_or(NodeId::FALSE, |typed| lowering.lower(&typed))
        });
        let lowered = lowered.collect();
        (formulas, lowered)
    }

    /// As [`Book::lower`], into formulas that may hold others already, and with another expression
    /// in the place of a segment of the book's own, wherever it is named. Nothing where one of them
    /// means nothing, or where the formulas have grown out of bounds.
    #[must_use]
    pub fn lower_instead<'e>(
        &self,
        formulas: &mut Formulas,
        segment: Option<(&str, &Expr)>,
        expressions: impl IntoIterator<Item = (&'e Expr, bool)>,
    ) -> Option<Vec<NodeId>> {
        let read = |expression: &Expr, standard: bool| {
            let scope = Scope {
                schema: &self.schema,
                segments: &self.segment_names,
                standard,
            };
            let mut found = Vec::new();
            let typed = typed(expression, &scope, &mut found);
            typed.filter(|_| !found.iter().any(Diagnostic::is_firm))
        };
        let instead = match segment {
            Some((name, expression)) => {
                let number = self.segment_names.number(name)?;
                Some((number, read(expression, false)?))
            }
            None => None,
        };
        let mut lowering = Lowering::new(&self.schema, &self.typed, formulas);
        if let Some((number, typed)) = &instead {
            lowering = lowering.instead(*number, typed);
        }
        let mut lowered = Vec::new();
        for (expression, standard) in expressions {
            lowered.push(lowering.lower(&read(expression, standard)?));
        }
        (!lowering.is_too_large()).then_some(lowered)
    }

    /// The formula of an expression in the rule language, over this book's facts and segments.
    ///
    /// # Errors
    /// What is wrong with the expression, and the text it stands in.
    pub fn compile(&self, expression: &str) -> Result<(Formulas, NodeId), BookError> {
        let compiled = compile(self, expression);
        compiled.map_err(|(sources, diagnostics)| BookError {
            sources,
            diagnostics,
        })
    }
}

/// Reads and checks a rule book, given as names and texts.
fn book(given: Vec<(String, String)>) -> Checked {
    let mut found = Vec::new();
    let mut sources = Sources::default();
    let files = files::sort(given, &mut sources, &mut found);
    let mut items = Items { items: Vec::new() };
    let book = assemble(&files, &mut sources, &mut items, &mut found);
    end(&mut found);
    let manifest = book.as_ref().map(|book| &book.manifest);
    let switched_off = manifest.map(|manifest| relevel(manifest, &mut found));
    let failed = found.iter().any(Diagnostic::is_firm);
    Checked {
        book: book.filter(|_| !failed).map(proof::prove),
        items: items.items,
        sources,
        diagnostics: found,
        switched_off: switched_off.unwrap_or_default(),
    }
}

/// Puts the findings in the order of the text, and ends a list that nobody would read to its end.
/// What was not looked at any more has no meaning, so the book does not load then, whatever level
/// its findings have.
fn end(found: &mut Vec<Diagnostic>) {
    let cut = found.len() >= check::MOST_FINDINGS;
    found.sort_by_key(|found| (found.primary.span, found.code.id));
    found.dedup();
    found.truncate(check::MOST_FINDINGS);
    if let Some(last) = found.last().filter(|_| cut) {
        let message = "the list of findings ends here, and there may be more";
        let end = Diagnostic::new(&codes::LIMIT, last.primary.span, message);
        found.push(end.help("mend these first; what is left shows then"));
    }
}

/// The levels that the manifest gives; what keeps a book from loading stays an error. Gives what
/// is off.
fn relevel(manifest: &Manifest, found: &mut Vec<Diagnostic>) -> Vec<Diagnostic> {
    let given = |finding: &Diagnostic| {
        let mut levels = manifest.lint.iter();
        let given = levels.find(|given| *given.code == *finding.code.id);
        given
            .filter(|_| !finding.is_firm())
            .map(|given| given.level)
    };
    for finding in found.iter_mut() {
        if let Some(Some(level)) = given(finding) {
            finding.level = level;
        }
    }
    let is_off = |finding: &mut Diagnostic| given(finding) == Some(None);
    found.extract_if(.., is_off).collect()
}

fn assemble(
    files: &files::Files,
    sources: &mut Sources,
    read: &mut Items,
    found: &mut Vec<Diagnostic>,
) -> Option<Book> {
    let manifest = files.manifest(sources, found)?;
    let loaded = files.schema(&manifest, sources, found)?;
    let schema = Arc::new(loaded.schema);
    manifest.warehouse.check(&schema, found);
    *read = files.items(&loaded.includes, sources, found);
    let items = &*read;
    check::names(items, found);
    let rules = check::rules(items, &schema, found);
    let mut formulas = Formulas::default();
    let mut lowering = Lowering::new(&schema, &rules.typed, &mut formulas);
    let segments = check::segments(items, &rules, &mut lowering, found);
    let kinds = check::kinds(items, &rules, sources, &mut lowering, found);
    let wording = files.wording(&manifest, sources, found);
    let translated = files.translated(&manifest, sources);
    let context = check::Context {
        rules: &rules,
        manifest: &manifest,
        kinds: &kinds,
        wording: &wording,
        translated: &translated,
    };
    let banners = check::banners(items, &context, &mut lowering, found);
    let intakes = files.intakes(&manifest, &loaded.includes, &schema, sources, found);
    sources::prove(&intakes, &schema, found);
    let kills = files.kills(sources, found);
    let cases = files.cases(sources, found);
    let check::Rules { names, typed, .. } = rules;
    let vocabulary = Arc::new(Vocabulary::of(formulas.texts()));
    schema.number(&vocabulary);
    let book = Book {
        manifest,
        schema,
        formulas,
        vocabulary,
        segment_names: names,
        typed,
        segments,
        kinds,
        banners,
        intakes,
        kills,
        cases,
        quarantined: BTreeMap::new(),
        unkept: Vec::new(),
        fingerprint: files.fingerprint(),
        texts: Sources::default(),
    };
    check_kills(&book, found);
    book.check_cases(found);
    Some(Book {
        texts: sources.clone(),
        ..book
    })
}

/// A kill that names no banner switches nothing off, which somebody in a hurry must learn at once.
fn check_kills(book: &Book, found: &mut Vec<Diagnostic>) {
    for kill in book
        .kills
        .iter()
        .filter(|kill| book.banner(&kill.banner).is_none())
    {
        let message = format!(
            "there is no banner `{}`, so this switches nothing off",
            kill.banner
        );
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, kill.span, message);
        let names = book.banners.iter().map(|banner| &*banner.name);
        found.push(match nearest(&kill.banner, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("name a banner of this book, or take the kill out"),
        });
    }
}

/// Types and lowers an expression that stands outside the book, against its facts and segments.
fn compile(book: &Book, text: &str) -> Result<(Formulas, NodeId), (Sources, Vec<Diagnostic>)> {
    let mut found = Vec::new();
    let mut sources = Sources::default();
    let file = sources.add("--where", text);
    let expr = crate::syntax::parse_expr(file, 0, text, &mut found);
    let scope = Scope {
        schema: &book.schema,
        segments: &book.segment_names,
        standard: false,
    };
    let typed = expr.and_then(|expr| typed(&expr, &scope, &mut found));
    let (Some(typed), false) = (typed, found.iter().any(Diagnostic::is_firm)) else {
        return Err((sources, found));
    };
    let mut formulas = Formulas::default();
    let root = Lowering::new(&book.schema, &book.typed, &mut formulas).lower(&typed);
    Ok((formulas, root))
}
