//! Requirements of a book's own that the rest of the contract implies.

use banneret::{Answer, Diagnostic, MessageKind, NodeId, Prover, Requirement};

use super::LINT;
use crate::lint::Context;

pub(super) fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut prover = context.prover.borrow_mut();
    for kind in context.book.kinds() {
        look(kind, &mut prover, found);
    }
}

fn look(kind: &MessageKind, prover: &mut Prover<'_>, found: &mut Vec<Diagnostic>) {
    let mut kept: Vec<&Requirement> = kind.requirements.iter().collect();
    let is_own = kept.iter().any(|part| !part.standard);
    // Of a contract that nobody can keep, and of what everybody keeps, BN008 speaks.
    if !is_own || kept.len() < 2 || implies(prover, &kept, NodeId::FALSE) {
        return;
    }
    // Of two that say the same the later one goes.
    for at in (0..kept.len()).rev() {
        let Some(own) = kept.get(at).copied().filter(|part| !part.standard) else {
            continue;
        };
        kept.remove(at);
        let is_vacuous = implies(prover, &[], own.formula);
        if is_vacuous || !implies(prover, &kept, own.formula) {
            kept.insert(at, own);
            continue;
        }
        let mut others = kept.iter().copied();
        let enough = others.find(|other| implies(prover, &[*other], own.formula));
        found.push(finding(kind, own, enough));
    }
}

fn implies(prover: &mut Prover<'_>, these: &[&Requirement], that: NodeId) -> bool {
    let these: Vec<_> = these.iter().map(|part| part.formula).collect();
    prover.find(&these, &[that]) == Answer::Nobody
}

fn finding(kind: &MessageKind, own: &Requirement, enough: Option<&Requirement>) -> Diagnostic {
    let text = |part: &Requirement| part.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = format!(
        "`requires {}` of `{}` asks nothing that is not required anyway",
        text(own),
        kind.name
    );
    let finding = Diagnostic::new(&LINT.code, own.span, message);
    let finding = match enough {
        Some(other) if other.standard => finding.label(format!(
            "follows from `{}`, which the library requires",
            text(other)
        )),
        Some(other) => finding
            .label(format!("follows from `{}`", text(other)))
            .related(other.span, "where this is true, so is the other"),
        None => finding.label("follows from what else is required"),
    };
    finding.help("take it out, or write what it was meant to say")
}
