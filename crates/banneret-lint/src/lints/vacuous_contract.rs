//! A requirement that everybody meets, or a contract that nobody can.

use banneret::{Answer, Code, Diagnostic, Level, MessageKind, Prover, Requirement};

use crate::lint::{Context, Extent, Lint, What};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN008",
        name: "vacuous-contract",
        level: Level::Error,
        firm: false,
        summary: "a requirement that everybody meets, or a contract that nobody can",
        page: include_str!("vacuous_contract.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for rule in context.rules() {
        let What::Requirement(message) = rule.what else {
            continue;
        };
        match context.extent(rule.formula) {
            Ok(Extent::Everybody) => {
                let text = format!("`{}` requires what everybody keeps", message.name.value);
                let finding = rule.finding(&LINT.code, rule.expr.span, text);
                found.push(
                    finding
                        .label("true of every account, also where nothing is known of it")
                        .help("require what must be true of whoever is told, or take this out"),
                );
            }
            Ok(Extent::Some | Extent::Nobody) => {}
            Err(why) => found.extend(context.unproven(&rule, "that anybody could break it", why)),
        }
    }
    let mut prover = context.prover.borrow_mut();
    for kind in context.book.kinds() {
        found.extend(never_met(kind, &mut prover));
    }
}

/// That nobody can keep what a kind requires, where the book has a part in it.
fn never_met(kind: &MessageKind, prover: &mut Prover<'_>) -> Option<Diagnostic> {
    let mut guilty: Vec<_> = kind.requirements.iter().collect();
    let mut is_nobody = |requirements: &[&Requirement]| {
        let formulas: Vec<_> = requirements.iter().map(|part| part.formula).collect();
        prover.find(&formulas, &[]) == Answer::Nobody
    };
    if guilty.iter().all(|part| part.standard) || !is_nobody(&guilty) {
        return None;
    }
    // The library's own part is false where the book leaves out the facts that it is about.
    let standard: Vec<_> = guilty
        .iter()
        .filter(|part| part.standard)
        .copied()
        .collect();
    if is_nobody(&standard) {
        return None;
    }
    let mut at = 0;
    while at < guilty.len() && guilty.len() > 1 {
        let part = guilty.remove(at);
        if !is_nobody(&guilty) {
            guilty.insert(at, part);
            at += 1;
        }
    }
    let last = guilty.iter().rposition(|part| !part.standard)?;
    let last = guilty.remove(last);
    let message = format!(
        "nobody can ever be told `{}`: what it requires contradicts itself",
        kind.name
    );
    let mut finding = Diagnostic::new(&LINT.code, last.span, message);
    finding = finding.label(match guilty.is_empty() {
        true => "no account makes this true",
        false => "never true where the rest is required",
    });
    for part in guilty {
        finding = finding.related(part.span, "this is required too");
    }
    Some(finding.help("every banner of this kind stays silent: mend it, or take it out"))
}
