//! A rule book's texts to a [`Book`]: all of an author's mistakes end here.

mod banners;
mod files;
mod kinds;
mod segments;
mod types;

use std::sync::Arc;

use crate::book::{Book, Checked, Manifest};
use crate::codes;
use crate::diagnostic::{Diagnostic, Level};
use crate::formula::{Formulas, Lowering, NodeId, Typed};
use crate::schema::Schema;
use crate::source::Sources;
use crate::syntax::ast::{self, Expr, Item};

pub(crate) use files::LARGEST;
pub(crate) use types::{Scope, typed};

/// Reads and checks a rule book, given as names and texts.
pub(crate) fn book(given: Vec<(String, String)>) -> Checked {
    let mut found = Vec::new();
    let mut sources = Sources::default();
    let files = files::sort(given, &mut sources, &mut found);
    let book = assemble(&files, &mut sources, &mut found);
    if let Some(manifest) = book.as_ref().map(|book| &book.manifest) {
        relevel(manifest, &mut found);
    }
    let place = |found: &Diagnostic| (found.primary.span, found.code.id);
    found.sort_by_key(place);
    found.dedup();
    let failed = found.iter().any(Diagnostic::is_error);
    Checked {
        book: book.filter(|_| !failed),
        sources,
        diagnostics: found,
    }
}

/// The levels that the manifest gives; what keeps a book from loading stays an error.
fn relevel(manifest: &Manifest, found: &mut Vec<Diagnostic>) {
    found.retain_mut(|finding| {
        if finding.code.level == Level::Error {
            return true;
        }
        let given = manifest
            .lint
            .iter()
            .find(|given| *given.code == *finding.code.id);
        match given.map(|given| given.level) {
            Some(None) => return false,
            Some(Some(level)) => finding.level = level,
            None => {}
        }
        true
    });
}

/// Everything that an item's expressions are read against.
struct Rules<'a> {
    schema: &'a Schema,
    names: Vec<Box<str>>,
    typed: Vec<Typed>,
    depths: Vec<usize>,
}

/// The items of a book and of the library.
struct Items {
    /// The library's items, then the book's.
    items: Vec<(bool, Item)>,
}

impl Items {
    fn segments(&self) -> impl Iterator<Item = (bool, &ast::Segment)> {
        self.items.iter().filter_map(|(standard, item)| match item {
            Item::Segment(segment) => Some((*standard, segment)),
            _ => None,
        })
    }

    fn messages(&self) -> impl Iterator<Item = (bool, &ast::Message)> {
        self.items.iter().filter_map(|(standard, item)| match item {
            Item::Message(message) => Some((*standard, message)),
            _ => None,
        })
    }

    fn banners(&self) -> impl Iterator<Item = &ast::Banner> {
        self.items.iter().filter_map(|(_, item)| match item {
            Item::Banner(banner) => Some(&**banner),
            _ => None,
        })
    }
}

fn assemble(
    files: &files::Files,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Option<Book> {
    let manifest = files.manifest(sources, found)?;
    let loaded = files.schema(&manifest, sources, found)?;
    let schema = Arc::new(loaded.schema);
    let items = files.items(&loaded.includes, sources, found);
    check_names(&items, found);
    let rules = rules(&items, &schema, found);
    let mut formulas = Formulas::default();
    let mut lowering = Lowering::new(&schema, &rules.typed, &mut formulas);
    let segments = segments(&items, &rules, &mut lowering);
    let kinds = kinds::kinds(&items, &rules, sources, &mut lowering, found);
    let wording = files.wording(&manifest, sources, found);
    let context = banners::Context {
        rules: &rules,
        manifest: &manifest,
        kinds: &kinds,
        wording: &wording,
    };
    let banners = banners::banners(&items, &context, &mut lowering, found);
    let intakes = files.intakes(&schema, sources, found);
    let kills = files.kills(sources, found);
    let cases = files.cases(sources, found);
    let Rules { names, typed, .. } = rules;
    let book = Book {
        manifest,
        schema,
        formulas,
        segment_names: names,
        typed,
        segments,
        kinds,
        banners,
        intakes,
        kills,
        cases,
        quarantined: std::collections::BTreeMap::new(),
        fingerprint: files.fingerprint(),
        texts: Sources::default(),
    };
    book.check_cases(found);
    Some(Book {
        texts: sources.clone(),
        ..book
    })
}

/// The types of all segments, with cycles cut.
fn rules<'a>(items: &Items, schema: &'a Schema, found: &mut Vec<Diagnostic>) -> Rules<'a> {
    let names: Vec<Box<str>> = items
        .segments()
        .map(|(_, segment)| segment.name.value.clone())
        .collect();
    let mut drafts = Vec::with_capacity(names.len());
    for (standard, segment) in items.segments() {
        let scope = Scope {
            schema,
            segments: &names,
            standard,
        };
        let audience = segment.audience.as_ref();
        let typed = audience.and_then(|audience| typed(audience, &scope, found));
        drafts.push(segments::Draft {
            name: &segment.name.value,
            span: segment.name.span,
            typed: typed.unwrap_or(Typed::Const(false)),
        });
    }
    let depths = segments::settle(&mut drafts, found);
    let typed = drafts.into_iter().map(|draft| draft.typed).collect();
    Rules {
        schema,
        names,
        typed,
        depths,
    }
}

impl Rules<'_> {
    /// The formula of an expression; `false` where a mistake was found.
    fn lower(
        &self,
        expr: &Expr,
        standard: bool,
        lowering: &mut Lowering<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> NodeId {
        let scope = Scope {
            schema: self.schema,
            segments: &self.names,
            standard,
        };
        let Some(typed) = typed(expr, &scope, found) else {
            return NodeId::FALSE;
        };
        let depth = segments::depth(&typed, &self.depths);
        if depth > segments::DEEPEST {
            found.push(segments::too_deep(expr.span, depth));
            return NodeId::FALSE;
        }
        lowering.lower(&typed)
    }
}

fn segments(
    items: &Items,
    rules: &Rules<'_>,
    lowering: &mut Lowering<'_>,
) -> Vec<crate::book::Segment> {
    let numbered = items.segments().enumerate();
    let segments = numbered.map(|(number, (standard, segment))| crate::book::Segment {
        name: segment.name.value.clone(),
        doc: segment.doc.clone(),
        formula: match rules.typed.get(number) {
            Some(_) => lowering.lower(&Typed::Segment(number)),
            None => NodeId::FALSE,
        },
        standard,
        span: segment.span,
    });
    segments.collect()
}

/// Every name means one thing: `explain` and `preview` take names of segments, messages and
/// banners alike. Only a standard message kind may come again, to add requirements.
fn check_names(items: &Items, found: &mut Vec<Diagnostic>) {
    let mut seen = std::collections::HashMap::new();
    for (standard, item) in &items.items {
        let (what, name) = match item {
            Item::Segment(segment) => ("segment", &segment.name),
            Item::Message(message) => ("message", &message.name),
            Item::Banner(banner) => ("banner", &banner.name),
        };
        let first = *seen
            .entry(&*name.value)
            .or_insert((*standard, what, name.span));
        let (first_standard, first_what, first_span) = first;
        let adds = first_standard && first_what == "message" && what == "message";
        if first_span == name.span || *standard || adds {
            // The first message of the book that adds to a standard kind stands for the name.
            if adds && !standard {
                seen.insert(&name.value, (false, what, name.span));
            }
            continue;
        }
        let message = format!("the name `{}` is taken", name.value);
        let finding = Diagnostic::new(&codes::DUPLICATE, name.span, message);
        found.push(match first_standard {
            true => finding.help(format!("it is a standard {first_what}: take another name")),
            false => finding
                .related(
                    first_span,
                    format!("the {first_what} `{}` is here", name.value),
                )
                .help("rename one, or put both into one"),
        });
    }
}

/// Types and lowers an expression that stands outside the book, against its facts and segments.
pub(crate) fn expression(
    book: &Book,
    text: &str,
) -> Result<(Formulas, NodeId), (Sources, Vec<Diagnostic>)> {
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
    let (Some(typed), false) = (typed, found.iter().any(Diagnostic::is_error)) else {
        return Err((sources, found));
    };
    let mut formulas = Formulas::default();
    let root = Lowering::new(&book.schema, &book.typed, &mut formulas).lower(&typed);
    Ok((formulas, root))
}
