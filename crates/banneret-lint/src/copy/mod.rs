//! The words of a book in every locale, and the banners that say them.

pub(crate) mod promises;
pub(crate) mod steps;
mod text;

use std::collections::{BTreeMap, HashSet};

use banneret::{
    Atom, Banner, Diagnostic, FactId, FileId, Formulas, NodeId, Question, Span, Unproven, ast,
};
use banneret_copy::{Plain, Saying, Trouble, TroubleKind, Words};

use crate::lint::{Context, unproven_help};
use crate::lints::UNPROVEN;

pub(crate) use text::{Pattern, Word, first, is_wide, patterns, sentences};

/// What a book says, read once.
pub(crate) struct Copy<'c> {
    /// In the order of the manifest.
    pub(crate) locales: Vec<Locale<'c>>,
    /// By entry.
    pub(crate) used: Vec<Used<'c>>,
    /// By entry, and for each in the order of the locales.
    pub(crate) spoken: Vec<Spoken<'c>>,
    /// What is no Fluent, so that nobody is shown it, in the order of the files.
    pub(crate) troubles: Vec<Trouble>,
    /// What viewers may be shown and no lint can read, in the order of the files; each once.
    pub(crate) unread: Vec<Trouble>,
}

/// The file of a locale.
pub(crate) struct Locale<'c> {
    pub(crate) name: &'c str,
    pub(crate) file: String,
    pub(crate) is_source: bool,
    /// Nothing where there is no such file.
    pub(crate) words: Option<Words<'c>>,
    id: Option<FileId>,
}

/// An entry that banners use.
pub(crate) struct Used<'c> {
    pub(crate) id: &'c str,
    pub(crate) banners: Vec<Shown<'c>>,
}

/// A banner, as it was written and as it is.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'c> {
    pub(crate) written: &'c ast::Banner,
    pub(crate) banner: &'c Banner,
}

/// What an entry says in a locale in which a banner shows it.
pub(crate) struct Spoken<'c> {
    pub(crate) id: &'c str,
    pub(crate) locale: &'c str,
    pub(crate) is_source: bool,
    /// The entry's name in the file.
    pub(crate) span: Span,
    /// Those that show it in this locale.
    pub(crate) banners: Vec<Shown<'c>>,
    pub(crate) sayings: Vec<(Saying, Plain)>,
}

impl<'c> Copy<'c> {
    pub(crate) fn read(context: &Context<'c>) -> Copy<'c> {
        let locales = locales(context);
        let used = used(context);
        let words = locales.iter().filter_map(|locale| locale.words.as_ref());
        let broken = words.flat_map(|words| words.troubles().to_vec());
        let is_syntax = |trouble: &Trouble| matches!(trouble.kind, TroubleKind::Syntax(_));
        let (troubles, mut unread): (Vec<_>, Vec<_>) = broken.partition(is_syntax);
        let mut spoken = Vec::new();
        for used in &used {
            for locale in &locales {
                match said(used, locale) {
                    Some(Ok(said)) => spoken.push(said),
                    Some(Err(trouble)) => unread.push(trouble),
                    None => {}
                }
            }
        }
        let mut seen = HashSet::new();
        unread.sort_by_key(|trouble| trouble.span);
        unread.retain(|trouble| seen.insert(trouble.span));
        Copy {
            locales,
            used,
            spoken,
            troubles,
            unread,
        }
    }

    /// What an entry says in the source locale.
    pub(crate) fn source(&self, id: &str) -> Option<&Spoken<'c>> {
        let mut spoken = self.spoken.iter();
        spoken.find(|spoken| spoken.is_source && spoken.id == id)
    }
}

impl Locale<'_> {
    /// Whether the file begins an entry of that name that could not be read.
    pub(crate) fn has_broken(&self, context: &Context<'_>, id: &str) -> bool {
        let Some((words, file)) = self.words.as_ref().zip(self.id) else {
            return false;
        };
        let text = context.sources.file(file).map_or("", |file| file.text());
        let begins = |line: &str| {
            let rest = line.trim_start_matches('\u{feff}').strip_prefix(id);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        words.entry(id).is_none() && text.lines().any(begins)
    }
}

impl<'c> Used<'c> {
    /// The banners that show it in a locale.
    pub(crate) fn shown_in(&self, locale: &str) -> Vec<Shown<'c>> {
        let shows = |shown: &&Shown<'c>| {
            let locales = &shown.banner.locales;
            locales.is_empty() || locales.iter().any(|own| own.eq_ignore_ascii_case(locale))
        };
        self.banners.iter().filter(shows).copied().collect()
    }
}

impl Spoken<'_> {
    /// A finding about words: of the first banner that shows them and does not waive it, or of the
    /// first at all, whose waiver then hides it.
    pub(crate) fn of_a_banner(&self, context: &Context<'_>, finding: Diagnostic) -> Diagnostic {
        match blamed(context, &self.banners, finding.code.id) {
            Some(name) => finding.banner(name),
            None => finding,
        }
    }

    /// `en`, `zh`
    pub(crate) fn language(&self) -> String {
        let language = self.locale.split(['-', '_']).next().unwrap_or_default();
        language.to_ascii_lowercase()
    }
}

/// The first banner that does not waive a lint, or the first at all.
pub(crate) fn blamed<'c>(
    context: &Context<'_>,
    banners: &[Shown<'c>],
    code: &str,
) -> Option<&'c str> {
    let mut unwaived = banners.iter();
    let unwaived = unwaived.find(|shown| !context.is_waived(shown.banner, code));
    unwaived
        .or(banners.first())
        .map(|shown| &*shown.banner.name)
}

fn locales<'c>(context: &Context<'c>) -> Vec<Locale<'c>> {
    let copy = &context.book.manifest().copy;
    let sources = context.sources;
    let locale = |name: &'c str| {
        let file = format!("{}/{name}.ftl", copy.dir);
        let id = sources.find(&file);
        let words = id.and_then(|id| Some(Words::read(id, sources.file(id)?.text())));
        Locale {
            name,
            file,
            is_source: *name == *copy.source,
            words,
            id,
        }
    };
    copy.locales.iter().map(|name| locale(name)).collect()
}

fn used<'c>(context: &Context<'c>) -> Vec<Used<'c>> {
    let mut used: BTreeMap<&str, Vec<Shown<'c>>> = BTreeMap::new();
    for (written, banner) in context.banners() {
        let shown = Shown { written, banner };
        used.entry(&banner.copy).or_default().push(shown);
    }
    let used = used.into_iter();
    used.map(|(id, banners)| Used { id, banners }).collect()
}

fn said<'c>(used: &Used<'c>, locale: &Locale<'c>) -> Option<Result<Spoken<'c>, Trouble>> {
    let banners = used.shown_in(locale.name);
    let words = locale.words.as_ref().filter(|_| !banners.is_empty())?;
    let entry = words.entry(used.id)?;
    let read = words.sayings(used.id).map(|sayings| {
        let plain = |saying: Saying| {
            let plain = saying.plain();
            (saying, plain)
        };
        Spoken {
            id: used.id,
            locale: locale.name,
            is_source: locale.is_source,
            span: entry.span,
            banners,
            sayings: sayings.into_iter().map(plain).collect(),
        }
    });
    Some(read)
}

impl<'c> Context<'c> {
    /// The facts that a variable may stand for: those with its name, dots being underscores. More
    /// than one where a schema has both `a.b_c` and `a_b.c`.
    pub(crate) fn copy_facts(&self, variable: &str) -> Vec<FactId> {
        let facts = self.book.schema().facts();
        let named = facts.filter(|(_, fact)| {
            fact.name.len() == variable.len() && fact.name.replace('.', "_") == variable
        });
        named.map(|(id, _)| id).collect()
    }
}

/// A question about a fact whose value counts as long as the schema says; nothing where the book
/// does not have the fact.
pub(crate) fn ask(
    context: &Context<'_>,
    formulas: &mut Formulas,
    fact: FactId,
    question: Question,
) -> Option<NodeId> {
    let within = context.book.schema().fact(fact)?.fresh_for;
    Some(formulas.ask(Atom {
        fact,
        within,
        question,
    }))
}

/// Says, once of an audience, that a proof about the words that it is shown did not come to an end.
pub(crate) fn unproven(
    context: &Context<'_>,
    shown: &Shown<'_>,
    what: &str,
    why: Unproven,
) -> Option<Diagnostic> {
    let (name, place) = (&shown.banner.name, shown.banner.audience_span);
    let message = format!("the audience of `{name}`: it is not proven {what}: {why}");
    let finding = Diagnostic::new(&UNPROVEN.code, place, message).banner(&**name);
    context
        .says_unproven(place)
        .then(|| unproven_help(finding, why))
}
