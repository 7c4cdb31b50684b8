//! Words promise a date, an amount, a count, or that nothing is amiss, by themselves.

use std::collections::HashSet;

use banneret::{
    Answer, Code, Codes, Diagnostic, FactId, Formulas, Kind, Level, NodeId, Prover, Question, Span,
};

use crate::copy::promises::{Promise, promises};
use crate::copy::{Shown, Spoken, ask, unproven};
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN506",
        name: "promise-without-fact",
        level: Level::Warning,
        firm: false,
        summary: "words promise a date, an amount, a count, or that nothing is amiss, by themselves",
        page: include_str!("promise_without_fact.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut formulas = context.book.formulas().clone();
    let evidence = [false, true].map(|of_you| evidence(context, &mut formulas, of_you));
    let mut prover = Prover::new(context.book.schema(), &formulas);
    let mut told: HashSet<Span> = HashSet::new();
    for spoken in &context.copy().spoken {
        for (_, plain) in &spoken.sayings {
            for (promise, range) in promises(&plain.text) {
                let said = plain.text.get(range.clone()).unwrap_or_default();
                let Some(span) = plain.span(range).filter(|span| told.insert(*span)) else {
                    continue;
                };
                if let Promise::Unaffected { of_you } = promise {
                    let evidence = evidence[usize::from(of_you)];
                    for shown in &spoken.banners {
                        found.extend(unfounded(context, &mut prover, evidence, shown, span));
                    }
                } else {
                    found.push(literal(context, spoken, promise, said, span));
                }
            }
        }
    }
}

fn literal(
    context: &Context<'_>,
    spoken: &Spoken<'_>,
    promise: Promise,
    said: &str,
    span: Span,
) -> Diagnostic {
    let what = match promise {
        Promise::Date => "date",
        Promise::Amount => "amount",
        Promise::Count | Promise::Unaffected { .. } => "number",
    };
    let message = format!(
        "the words `{}` promise `{said}`, a {what} that no fact carries",
        spoken.id
    );
    let finding = Diagnostic::new(&LINT.code, span, message.replace("a amount", "an amount"));
    let finding = finding.help(format!(
        "say it with a fact, `{{ $billing_… }}`, or leave the {what} out; if it is the same for everybody, `allow BN506 until … because \"…\"`"
    ));
    spoken.of_a_banner(context, finding)
}

/// What shows that something is not affected: of the reader only that it is so, of other things
/// also which are.
fn evidence(context: &Context<'_>, formulas: &mut Formulas, of_you: bool) -> NodeId {
    let schema = context.book.schema();
    let is = |fact: FactId, value: &str| {
        let kind = &schema.fact(fact)?.kind;
        Some(match kind {
            Kind::Bool => Question::Bool(value == "true"),
            _ => Question::Enum(Codes::of(kind.values().len(), [kind.code(value)?])),
        })
    };
    let mut asked = Vec::new();
    for (name, value) in [
        ("incident.affects_account", "false"),
        ("payments.health", "ok"),
        ("recon.state", "matched"),
    ] {
        let fact = schema.id(name);
        asked.extend(fact.and_then(|fact| Some((fact, is(fact, value)?))));
    }
    let components = schema.id("incident.components").filter(|_| !of_you);
    asked.extend(components.map(|fact| (fact, Question::Known)));
    let parts: Vec<NodeId> = asked
        .into_iter()
        .filter_map(|(fact, question)| ask(context, formulas, fact, question))
        .collect();
    formulas.any(parts)
}

/// That a banner says so to somebody of whom nothing shows it.
fn unfounded(
    context: &Context<'_>,
    prover: &mut Prover<'_>,
    evidence: NodeId,
    shown: &Shown<'_>,
    span: Span,
) -> Option<Diagnostic> {
    let banner = shown.banner;
    let contract = context.book.kind_of(banner)?.contract;
    prover.near(context.moment(&[banner]));
    let witness = match prover.find(&[banner.audience, contract], &[evidence]) {
        Answer::Nobody => return None,
        Answer::Unproven(why) => {
            return unproven(
                context,
                shown,
                "that what its words say is not affected is not",
                why,
            );
        }
        Answer::Somebody(witness) => witness,
    };
    let message = format!(
        "`{}` says that something is not affected, and no fact shows it",
        banner.name
    );
    let finding = Diagnostic::new(&LINT.code, span, message)
        .related(banner.audience_span, "nothing here makes sure of it")
        .help("ask for what shows it, such as `incident.affects_account == false` or `payments.health == ok`, or leave it out")
        .banner(&*banner.name)
        .counterexample(witness.example(context.book.schema()));
    Some(finding)
}
