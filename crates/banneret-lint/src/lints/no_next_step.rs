//! A message about a payment that its reader can do nothing with.

use banneret::{Answer, Code, Codes, Diagnostic, Formulas, Level, NodeId, Prover, Question, Span};

use crate::copy::steps::Steps;
use crate::copy::{Shown, Spoken, ask, unproven};
use crate::lint::{Context, Lint};
use crate::payment::is_payment;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN505",
        name: "no-next-step",
        level: Level::Warning,
        firm: false,
        summary: "a message about a payment that its reader can do nothing with",
        page: include_str!("no_next_step.md"),
    },
    check,
};

/// The roles that cannot pay for an account.
const CANNOT_PAY: [&str; 2] = ["agent", "end_user"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut formulas = context.book.formulas().clone();
    let cannot = cannot_pay(context, &mut formulas);
    let mut prover = Prover::new(context.book.schema(), &formulas);
    for spoken in &context.copy().spoken {
        let Some(steps) =
            Steps::of(&spoken.language()).filter(|_| is_about_payment(context, spoken))
        else {
            continue;
        };
        found.extend(without_step(context, spoken, steps));
        let told = spoken
            .sayings
            .iter()
            .find_map(|(_, plain)| plain.span(steps.payment(&plain.text)?));
        if let (Some(told), Some(cannot)) = (told, cannot) {
            for shown in &spoken.banners {
                found.extend(to_others(context, &mut prover, cannot, shown, told));
            }
        }
    }
}

fn is_about_payment(context: &Context<'_>, spoken: &Spoken<'_>) -> bool {
    let mut kinds = spoken
        .banners
        .iter()
        .filter_map(|shown| context.book.kind_of(shown.banner));
    kinds.any(|kind| is_payment(context.book, kind))
}

/// That a variant of the words says nothing to do; the words of a button are beside each of them.
fn without_step(context: &Context<'_>, spoken: &Spoken<'_>, steps: &Steps) -> Option<Diagnostic> {
    let mut sayings = spoken.sayings.iter();
    if sayings
        .clone()
        .any(|(saying, plain)| saying.attribute.is_some() && steps.has_step(&plain.text))
    {
        return None;
    }
    let (_, plain) = sayings
        .find(|(saying, plain)| saying.attribute.is_none() && !steps.has_step(&plain.text))?;
    let place = plain.span(0..plain.text.len()).unwrap_or(spoken.span);
    let message = format!(
        "the words `{}` are about a payment, and say nothing that the reader can do",
        spoken.id
    );
    let finding = Diagnostic::new(&LINT.code, place, message);
    let finding = finding.help("say what to do, whom to ask, or that there is nothing to do");
    Some(spoken.of_a_banner(context, finding))
}

/// That who is looking is one of those who cannot pay; nothing where nobody tells.
fn cannot_pay(context: &Context<'_>, formulas: &mut Formulas) -> Option<NodeId> {
    let schema = context.book.schema();
    let role = schema.id("viewer.role")?;
    let kind = &schema.fact(role)?.kind;
    let codes: Vec<_> = CANNOT_PAY
        .iter()
        .filter_map(|name| kind.code(name))
        .collect();
    if codes.is_empty() {
        return None;
    }
    let question = Question::Enum(Codes::of(kind.values().len(), codes));
    ask(context, formulas, role, question)
}

/// That a banner tells somebody to pay who cannot.
fn to_others(
    context: &Context<'_>,
    prover: &mut Prover<'_>,
    cannot: NodeId,
    shown: &Shown<'_>,
    told: Span,
) -> Option<Diagnostic> {
    let banner = shown.banner;
    let contract = context.book.kind_of(banner)?.contract;
    prover.near(context.moment(&[banner]));
    let witness = match prover.find(&[banner.audience, contract, cannot], &[]) {
        Answer::Nobody => return None,
        Answer::Unproven(why) => {
            return unproven(
                context,
                shown,
                "that only those who can pay are told to",
                why,
            );
        }
        Answer::Somebody(witness) => witness,
    };
    let message = format!("`{}` tells people to pay who cannot", banner.name);
    let finding = Diagnostic::new(&LINT.code, told, message)
        .label("agents and end users cannot do this")
        .related(banner.audience_span, "this lets them in")
        .help("ask for `viewer.role in {owner, billing_admin, admin}` in the audience, or say whom to ask")
        .banner(&*banner.name)
        .counterexample(witness.example(context.book.schema()));
    Some(finding)
}
