//! Names, types and fields against each other: all of an author's mistakes end here.

mod banners;
mod kinds;
mod segments;
mod types;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::formula::{Lowering, NodeId, SegmentNames, Typed};
use crate::schema::Schema;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, Item};

pub(crate) use banners::{Context, banners};
pub(crate) use kinds::kinds;
pub(crate) use types::{MOST_FINDINGS, Scope, typed};

const TOO_LARGE: &str = "with its segments put in place, the book is too large up to here";

/// Everything that an item's expressions are read against.
pub(crate) struct Rules<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) names: SegmentNames,
    pub(crate) typed: Vec<Typed>,
    depths: Vec<usize>,
}

/// The items of a book and of the library.
pub(crate) struct Items {
    /// The library's items, then the book's.
    pub(crate) items: Vec<(bool, Item)>,
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

/// The types of all segments, with cycles cut.
pub(crate) fn rules<'a>(
    items: &Items,
    schema: &'a Schema,
    found: &mut Vec<Diagnostic>,
) -> Rules<'a> {
    let names: SegmentNames = items
        .segments()
        .map(|(_, segment)| segment.name.value.clone())
        .collect();
    let mut drafts = Vec::new();
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
        let node = lowering.lower(&typed);
        check_size(lowering, expr.span, found);
        node
    }
}

/// Every segment as a formula.
pub(crate) fn segments(
    items: &Items,
    rules: &Rules<'_>,
    lowering: &mut Lowering<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<crate::book::Segment> {
    let mut segments = Vec::new();
    for (number, (standard, segment)) in items.segments().enumerate() {
        let formula = match rules.typed.get(number) {
            Some(_) => lowering.lower(&Typed::Segment(number)),
            None => NodeId::FALSE,
        };
        check_size(lowering, segment.name.span, found);
        segments.push(crate::book::Segment {
            name: segment.name.value.clone(),
            doc: segment.doc.clone(),
            formula,
            standard,
            span: segment.span,
        });
    }
    segments
}

/// Reports, once, that the formulas have grown out of bounds.
fn check_size(lowering: &Lowering<'_>, span: Span, found: &mut Vec<Diagnostic>) {
    if lowering.is_too_large() && !found.iter().any(|found| found.message == TOO_LARGE) {
        let help = "name large segments under fewer different `no older than`, or split the book";
        found.push(Diagnostic::new(&codes::LIMIT, span, TOO_LARGE).help(help));
    }
}

/// Every name means one thing: `explain` and `preview` take names of segments, messages and
/// banners alike. Only a standard message kind may come again, to add requirements.
pub(crate) fn names(items: &Items, found: &mut Vec<Diagnostic>) {
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
