//! The files of a rule book: which is what, and what is no part of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::book::{Case, Entries, Kill, Manifest, entries, translations};
use crate::check::Items;
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::intake::Source;
use crate::schema::Schema;
use crate::schema::load::Loaded;
use crate::source::{FileId, Sources, Span};
use crate::standard::SOURCES;
use crate::syntax::ast::Item;
use crate::yaml::listed;
use crate::{book, intake, schema, standard, syntax};

/// The largest file that is read, in bytes.
pub(crate) const LARGEST: usize = 1 << 20;

/// The files of a book, by name.
pub(super) struct Files {
    named: BTreeMap<String, FileId>,
    fingerprint: String,
}

/// Takes the files in; one that is too large, or given twice, is reported and left out.
pub(super) fn sort(
    given: Vec<(String, String)>,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Files {
    let mut named = BTreeMap::new();
    let mut given = given;
    given.sort();
    let mut hash = Sha256::new();
    for (name, text) in given.into_iter().filter(|(name, _)| !is_aside(name)) {
        // Lengths go in too, so that no two books run together to one text.
        hash.update(format!("{}:{name}\n{}:", name.len(), text.len()));
        hash.update(&text);
        let long = text.len();
        let text = if long > LARGEST { String::new() } else { text };
        let file = sources.add(name.clone(), text);
        if long > LARGEST {
            found.push(too_large(file, long));
        } else if named.insert(name, file).is_some() {
            let message = "this file is given twice";
            found.push(Diagnostic::new(&codes::DUPLICATE, start(file), message));
        }
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    Files {
        named,
        fingerprint: format!("sha256:{digits}"),
    }
}

fn start(file: FileId) -> Span {
    Span::new(file, 0, 0)
}

fn too_large(file: FileId, bytes: usize) -> Diagnostic {
    // A reader of directories stops right behind the limit.
    let over = if bytes > LARGEST + 1 {
        format!("{bytes}")
    } else {
        format!("more than {LARGEST}")
    };
    let message = format!("the file has {over} bytes, and {LARGEST} is the limit");
    Diagnostic::new(&codes::LIMIT, start(file), message).help("split it into several files")
}

/// READMEs and dotfiles are no part of a book. A README has no ending, or one of a text for
/// people: nobody hides rules in a `README.banner`.
pub(crate) fn is_aside(name: &str) -> bool {
    let mut parts = name.split('/');
    let last = name.rsplit('/').next().unwrap_or_default();
    let readme = [
        "README",
        "README.md",
        "README.txt",
        "README.rst",
        "README.adoc",
    ];
    parts.any(|part| part.starts_with('.')) || readme.contains(&last)
}

impl Files {
    pub(super) fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }

    /// The manifest, without which nothing else can be read.
    pub(super) fn manifest(
        &self,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Manifest> {
        let Some(file) = self.named.get("banneret.yaml") else {
            if found.is_empty() {
                found.push(no_file(sources, "banneret.yaml", "the manifest"));
            }
            return None;
        };
        let text = sources.file(*file)?.text().to_owned();
        let manifest = book::read_manifest(*file, &text, found);
        self.unexpected(&manifest, found);
        Some(manifest)
    }

    fn unexpected(&self, manifest: &Manifest, found: &mut Vec<Diagnostic>) {
        for (name, file) in &self.named {
            if belongs(name, manifest) {
                continue;
            }
            let message = format!("`{name}` is no part of a rule book");
            let help = match name.rsplit_once('.').map(|(_, ending)| ending) {
                Some("ftl") => format!(
                    "words stand in {}/<locale>.ftl, for the locales that banneret.yaml lists",
                    manifest.copy.dir
                ),
                Some("yaml" | "yml") => "tests stand in tests/*.yaml, sources in sources/*.yaml, \
                                         kills in kills.yaml"
                    .to_owned(),
                _ => "move it out, or begin its name with README or a dot".to_owned(),
            };
            found.push(Diagnostic::new(&codes::UNEXPECTED_FILE, start(*file), message).help(help));
        }
    }

    /// The facts, with the standard groups that they include.
    pub(super) fn schema(
        &self,
        manifest: &Manifest,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Loaded> {
        let groups = standard::all(sources);
        let Some(file) = self.named.get(&*manifest.schema) else {
            found.push(no_file(sources, &manifest.schema, "the facts"));
            return None;
        };
        let text = sources.file(*file)?.text().to_owned();
        Some(schema::load::read(*file, &text, &groups, found))
    }

    /// The items of the library, as far as the book's groups go, and of the book.
    pub(super) fn items(
        &self,
        includes: &[&'static str],
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Items {
        let mut items = Vec::new();
        for (name, text) in standard::rules(includes) {
            let file = sources.add(name, text);
            let parsed = syntax::parse(file, text, found);
            items.extend(parsed.into_iter().map(|item| (true, item)));
        }
        for (_, file) in self.ending(".banner") {
            let text = sources.file(file).map(|file| file.text().to_owned());
            let parsed = syntax::parse(file, &text.unwrap_or_default(), found);
            items.extend(parsed.into_iter().map(|item: Item| (false, item)));
        }
        Items { items }
    }

    /// The entries of the source locale; nothing where there is no such file.
    pub(super) fn wording(
        &self,
        manifest: &Manifest,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Entries> {
        let name = format!("{}/{}.ftl", manifest.copy.dir, manifest.copy.source);
        let Some(file) = self.named.get(&name) else {
            if self.ending(".banner").next().is_some() {
                found.push(no_file(sources, &name, "the words of the source locale"));
            }
            return None;
        };
        let words = entries(sources.file(*file)?.text());
        Some(
            words
                .into_iter()
                .map(|(id, entry)| (id.into(), entry))
                .collect(),
        )
    }

    /// The entries of the other locales, where their files are there.
    pub(super) fn translated(
        &self,
        manifest: &Manifest,
        sources: &Sources,
    ) -> Vec<(Box<str>, Entries)> {
        let copy = &manifest.copy;
        let text = |locale: &str| {
            let file = self.named.get(&format!("{}/{locale}.ftl", copy.dir))?;
            sources.file(*file).map(|file| file.text())
        };
        let source = text(&copy.source).unwrap_or_default();
        let others = copy.locales.iter().filter(|locale| **locale != copy.source);
        let read = others.filter_map(|locale| {
            let words = translations(text(locale)?, source).into_iter();
            let words = words.map(|(id, entry)| (id.into(), entry));
            Some((locale.clone(), words.collect()))
        });
        read.collect()
    }

    /// How raw billing objects become facts: the sources of the library that the manifest names, then
    /// the book's own.
    pub(super) fn intakes(
        &self,
        manifest: &Manifest,
        includes: &[&'static str],
        schema: &Arc<Schema>,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<Source> {
        let mut intakes = carried(manifest, includes, schema, sources, found);
        for (_, file) in self.inside("sources/") {
            let Some(text) = sources.file(file).map(|file| file.text().to_owned()) else {
                continue;
            };
            let Some(source) = intake::load(file, &text, schema, found) else {
                continue;
            };
            if intakes.iter().any(|known| known.name() == source.name()) {
                let message = format!("there are two sources `{}`", source.name());
                found.push(
                    Diagnostic::new(&codes::DUPLICATE, start(file), message).help("rename one"),
                );
            }
            intakes.push(source);
        }
        intakes
    }

    /// The banners that are switched off now.
    pub(super) fn kills(&self, sources: &Sources, found: &mut Vec<Diagnostic>) -> Vec<Kill> {
        let file = self
            .named
            .get("kills.yaml")
            .and_then(|id| Some((*id, sources.file(*id)?)));
        file.map(|(id, file)| book::read_kills(id, file.text(), found))
            .unwrap_or_default()
    }

    /// The book's own tests.
    pub(super) fn cases(&self, sources: &Sources, found: &mut Vec<Diagnostic>) -> Vec<Case> {
        let mut cases = Vec::new();
        for (_, id) in self.inside("tests/") {
            let text = sources.file(id).map(|file| file.text());
            cases.extend(book::read_cases(id, text.unwrap_or_default(), found));
        }
        cases
    }

    fn ending(&self, ending: &str) -> impl Iterator<Item = (&str, FileId)> {
        let files = self.named.iter().map(|(name, file)| (name.as_str(), *file));
        files.filter(move |(name, _)| name.ends_with(ending))
    }

    fn inside(&self, folder: &str) -> impl Iterator<Item = (&str, FileId)> {
        let files = self.ending(".yaml");
        files.filter(move |(name, _)| name.starts_with(folder))
    }
}

/// The sources of the library that the manifest names.
fn carried(
    manifest: &Manifest,
    includes: &[&'static str],
    schema: &Arc<Schema>,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Vec<Source> {
    let mut taken: Vec<Source> = Vec::new();
    for (name, span) in &manifest.sources {
        let Some(known) = SOURCES.iter().find(|source| *source.name == **name) else {
            found.push(no_source(name, *span));
            continue;
        };
        if taken.iter().any(|source| *source.name() == **name) {
            let message = format!("`{name}` is named twice");
            let finding = Diagnostic::new(&codes::DUPLICATE, *span, message);
            found.push(finding.help("keep one of them"));
            continue;
        }
        if !includes.contains(&known.needs) {
            let needs = known.needs;
            let message =
                format!("`{name}` derives the facts of `{needs}`, which the book leaves out");
            let finding = Diagnostic::new(&codes::BAD_SOURCE, *span, message);
            let help = format!("write `include: [{needs}]` in {}", manifest.schema);
            found.push(finding.help(help));
            continue;
        }
        let file = sources.add(known.file, known.text);
        // A test proves that the library's own sources have no findings.
        taken.extend(intake::load_carried(file, known.text, schema, found));
    }
    taken
}

fn no_source(name: &str, span: Span) -> Diagnostic {
    let message = format!("the library has no source `{name}`");
    let finding = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
    let names = SOURCES.iter().map(|source| source.name);
    let near = SOURCES
        .iter()
        .find(|source| source.name.split('@').next() == Some(name));
    match near
        .map(|source| source.name)
        .or_else(|| nearest(name, names.clone()))
    {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!(
            "it is one of {}; a source of the book's own stands in sources/ and is not named here",
            listed(names)
        )),
    }
}

fn belongs(name: &str, manifest: &Manifest) -> bool {
    let folder = |folder: &str| name.starts_with(folder) && name.ends_with(".yaml");
    let words = name
        .strip_prefix(&*manifest.copy.dir)
        .and_then(|rest| rest.strip_prefix('/')?.strip_suffix(".ftl"));
    matches!(name, "banneret.yaml" | "kills.yaml")
        || *name == *manifest.schema
        || name.ends_with(".banner")
        || folder("tests/")
        || folder("sources/")
        || words.is_some_and(|locale| manifest.copy.locales.iter().any(|known| **known == *locale))
}

/// That a file is missing; it is told at its own, empty, text.
fn no_file(sources: &mut Sources, name: &str, what: &str) -> Diagnostic {
    let file = sources.add(name, "");
    let message = format!("the rule book has no `{name}`, which holds {what}");
    Diagnostic::new(&codes::MISSING_FIELD, start(file), message).help(format!("write `{name}`"))
}
