//! Message kinds: the standard ones, what a book adds to them, and its own.

use super::{Items, Rules};
use crate::book::{MessageKind, Requirement, Share};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::formula::{Lowering, NodeId};
use crate::schema::Kind;
use crate::source::Sources;
use crate::syntax::ast;

/// Every kind, with the requirements of all texts that name it.
pub(crate) fn kinds(
    items: &Items,
    rules: &Rules<'_>,
    sources: &Sources,
    lowering: &mut Lowering<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<MessageKind> {
    let mut kinds: Vec<MessageKind> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (standard, message) in items.messages() {
        let place = *places.entry(&*message.name.value).or_insert(kinds.len());
        let known = kinds.get_mut(place);
        let mut parts = Vec::new();
        for expr in &message.requires {
            parts.push(Requirement {
                text: one_line(sources.text(expr.span)),
                formula: rules.lower(expr, standard, lowering, found),
                standard,
                // The text that every book gets comes first, and it alone names new kinds.
                is_core: standard && known.is_none(),
                span: expr.span,
            });
        }
        let holdout = message
            .holdout
            .as_ref()
            .and_then(|holdout| share(holdout, rules, found));
        match known {
            Some(kind) => {
                kind.requirements.extend(parts);
                kind.holdout = holdout.or(kind.holdout);
            }
            None => kinds.push(MessageKind {
                name: message.name.value.clone(),
                doc: message.doc.clone(),
                standard,
                requirements: parts,
                contract: NodeId::TRUE,
                holdout,
                span: message.span,
            }),
        }
    }
    for kind in &mut kinds {
        let parts: Vec<_> = kind.requirements.iter().map(|part| part.formula).collect();
        kind.contract = lowering.all(&parts);
    }
    found.extend(lookalikes(&kinds));
    kinds
}

/// How many letters a name may differ by and still be read as another.
const ALIKE: usize = 2;

/// Reports kinds of the book whose names are read as those of standard kinds, without their
/// contracts.
fn lookalikes(kinds: &[MessageKind]) -> Vec<Diagnostic> {
    let own = kinds.iter().filter(|kind| !kind.standard);
    let found = own.filter_map(|own| {
        let mut standard = kinds.iter().filter(|kind| kind.standard);
        let near = |kind: &&MessageKind| strsim::osa_distance(&kind.name, &own.name) <= ALIKE;
        let name = &standard.find(near)?.name;
        let message = format!(
            "`{}` reads like `{name}`, and has not its contract",
            own.name
        );
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, own.span, message);
        Some(finding.help(format!(
            "call it `{name}`, or something that nobody takes for that"
        )))
    });
    found.collect()
}

fn one_line(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    lines
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A share by a fact whose values can be hashed.
pub(super) fn share(
    share: &ast::Share,
    rules: &Rules<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Share> {
    let name = &share.by.value;
    let fact = rules
        .schema
        .id(name)
        .and_then(|id| Some((id, rules.schema.fact(id)?)));
    let Some((by, fact)) = fact else {
        let names = rules.schema.facts().map(|(_, fact)| &*fact.name);
        let message = format!("there is no fact `{name}`");
        let finding = Diagnostic::new(&codes::UNKNOWN_FACT, share.by.span, message);
        found.push(match crate::diagnostic::nearest(name, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("the usual one is `account.id`"),
        });
        return None;
    };
    if matches!(fact.kind, Kind::Time | Kind::EnumSet(_) | Kind::StringSet) {
        let message = format!(
            "a share cannot be drawn by `{name}`, a {}",
            fact.kind.name()
        );
        let finding = Diagnostic::new(&codes::TYPE_MISMATCH, share.by.span, message);
        found.push(finding.help("take a fact with one steady value an account, like `account.id`"));
        return None;
    }
    Some(Share {
        hundredths: share.hundredths,
        by,
    })
}
