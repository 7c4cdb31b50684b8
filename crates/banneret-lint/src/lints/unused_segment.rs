//! A segment that nothing uses.

use std::collections::{HashMap, HashSet};

use banneret::ast::{Expr, ExprKind, Item, Segment};
use banneret::{Code, Diagnostic, Edit, Fix, Level};

use crate::lint::{Context, Lint};
use crate::removal;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN701",
        name: "unused-segment",
        level: Level::Warning,
        firm: false,
        summary: "a segment that no banner and no message uses",
        page: include_str!("unused_segment.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut segments: HashMap<&str, &Segment> = HashMap::new();
    let mut open: Vec<&str> = Vec::new();
    for (_, item) in context.items {
        match item {
            Item::Segment(segment) => _ = segments.insert(&segment.name.value, segment),
            Item::Message(message) => open.extend(message.requires.iter().flat_map(named)),
            Item::Banner(banner) => open.extend(banner.audience.iter().flat_map(named)),
        }
    }
    let mut used: HashSet<&str> = HashSet::new();
    while let Some(name) = open.pop() {
        if used.insert(name) {
            let audience = segments.get(name).and_then(|one| one.audience.as_ref());
            open.extend(audience.into_iter().flat_map(named));
        }
    }
    let own = context.items.iter().filter_map(|item| match item {
        (false, Item::Segment(segment)) => Some(segment),
        _ => None,
    });
    let unused: Vec<_> = own
        .filter(|segment| !used.contains(&*segment.name.value))
        .collect();
    found.extend(
        groups(&unused)
            .iter()
            .filter_map(|group| finding(context, group)),
    );
}

/// Unused segments that name each other: one of them cannot be taken out and another left.
fn groups<'s>(unused: &[&'s Segment]) -> Vec<Vec<&'s Segment>> {
    let names = unused.iter().enumerate();
    let places: HashMap<&str, usize> = names.map(|(at, one)| (&*one.name.value, at)).collect();
    let mut beside = vec![Vec::new(); unused.len()];
    for (at, segment) in unused.iter().enumerate() {
        let named = segment.audience.iter().flat_map(named);
        for other in named.filter_map(|name| places.get(name)) {
            beside[at].push(*other);
            beside[*other].push(at);
        }
    }
    let (mut seen, mut groups) = (HashSet::new(), Vec::new());
    for start in 0..unused.len() {
        let (mut open, mut group) = (vec![start], Vec::new());
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                group.push(at);
                open.extend(&beside[at]);
            }
        }
        group.sort_unstable();
        let group: Vec<_> = group.into_iter().map(|at| unused[at]).collect();
        groups.extend((!group.is_empty()).then_some(group));
    }
    groups
}

fn finding(context: &Context<'_>, group: &[&Segment]) -> Option<Diagnostic> {
    let (first, rest) = group.split_first()?;
    let name = &first.name.value;
    let message = match rest.len() {
        0 => format!("nothing uses the segment `{name}`"),
        1 => format!("nothing uses the segment `{name}`, nor one beside it"),
        more => format!("nothing uses the segment `{name}`, nor {more} beside it"),
    };
    let mut finding = Diagnostic::new(&LINT.code, first.name.span, message)
        .label("no banner and no message names it");
    for other in rest {
        finding = finding.related(other.name.span, "it belongs to this one, unused too");
    }
    let help = match rest.is_empty() {
        true => "delete it, or name it in an audience",
        false => "delete them together, or name them in an audience",
    };
    let mut edits: Vec<Edit> = Vec::new();
    for segment in group {
        let mut edit = removal::of_item(context.sources, segment.span);
        // Of two that stand together, both would take the blank lines between them.
        if let Some(before) = edits.last().map(|edit| edit.span)
            && before.file == edit.span.file
        {
            edit.span.start = edit.span.start.max(before.end);
        }
        edits.push(edit);
    }
    Some(finding.help(help).fix(Fix {
        title: format!("delete {}", listed(group)),
        edits,
        is_safe: true,
    }))
}

/// ``the segments `a` and `b` ``
fn listed(group: &[&Segment]) -> String {
    let names: Vec<_> = group
        .iter()
        .map(|one| format!("`{}`", one.name.value))
        .collect();
    match &names[..] {
        [one] => format!("the segment {one}"),
        names => format!("the segments {}", names.join(", ")),
    }
}

/// The segments that an expression names.
fn named(expr: &Expr) -> Vec<&str> {
    let (mut open, mut names) = (vec![expr], Vec::new());
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Test(..) => {}
            // One with a dot is a fact.
            ExprKind::Name(name) => names.extend((!name.contains('.')).then_some(&**name)),
            ExprKind::Not(inner) | ExprKind::Paren(inner) | ExprKind::Fresh(inner, _) => {
                open.push(inner);
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => open.extend(parts),
        }
    }
    names
}
