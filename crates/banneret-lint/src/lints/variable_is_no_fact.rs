//! Words say a fact that the book does not have, or that is not known of everyone who is told.

use std::collections::{BTreeMap, HashSet};

use banneret::ast::ExprKind;
use banneret::{
    Answer, Code, Codes, Diagnostic, FactId, Formulas, Kind, Level, NodeId, Prover, Question,
    Ranges, Span, nearest,
};
use banneret_copy::{Choice, Piece, Saying};

use crate::copy::{Shown, Spoken, ask, unproven};
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN503",
        name: "variable-is-no-fact",
        level: Level::Error,
        firm: false,
        summary: "words say a fact that the book does not have, or that is not known of everyone who is told",
        page: include_str!("variable_is_no_fact.md"),
    },
    check,
};

/// More ways to one variable than this are not told apart.
const MOST_WAYS: usize = 32;

/// What must be true of whoever comes to a variable, beside the audience, and where it stands.
type Way = (Vec<NodeId>, Span);

/// The ways to each fact, of each banner.
type Ways<'c> = BTreeMap<(&'c str, FactId), (Shown<'c>, Vec<Way>)>;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let copy = context.copy();
    let mut formulas = context.book.formulas().clone();
    let mut ways = Ways::new();
    let mut told = HashSet::new();
    let (source, others): (Vec<_>, Vec<_>) =
        copy.spoken.iter().partition(|spoken| spoken.is_source);
    for spoken in source.into_iter().chain(others) {
        for (saying, _) in &spoken.sayings {
            for (variable, span, way) in uses(context, &mut formulas, saying) {
                let facts = context.copy_facts(variable);
                if facts.is_empty() && told.insert((spoken.id, variable)) {
                    found.push(no_fact(context, spoken, variable, span));
                }
                for fact in facts {
                    for shown in &spoken.banners {
                        let ways = ways.entry((&*shown.banner.name, fact));
                        let (_, ways) = ways.or_insert((*shown, Vec::new()));
                        if !ways.iter().any(|(known, _)| *known == way) {
                            ways.push((way.clone(), span));
                        }
                    }
                }
            }
        }
    }
    let known = |fact| ask(context, &mut formulas, fact, Question::Known);
    let facts: HashSet<FactId> = ways.keys().map(|(_, fact)| *fact).collect();
    let mut known_of = known;
    let known: BTreeMap<FactId, NodeId> = facts
        .into_iter()
        .filter_map(|fact| Some((fact, known_of(fact)?)))
        .collect();
    let mut prover = Prover::new(context.book.schema(), &formulas);
    for ((_, fact), (shown, ways)) in &ways {
        if let Some(known) = known.get(fact) {
            found.extend(unknown(context, &mut prover, (*fact, *known), shown, ways));
        }
    }
}

/// The variables of a saying, where each stands, and what must be true of whoever comes to it.
fn uses<'s>(
    context: &Context<'_>,
    formulas: &mut Formulas,
    saying: &'s Saying,
) -> Vec<(&'s str, Span, Vec<NodeId>)> {
    let (mut uses, mut way) = (Vec::new(), Vec::new());
    for choice in &saying.choices {
        if let Some(variable) = &choice.variable {
            uses.push((&**variable, choice.span, way.clone()));
            way.extend(taken(context, formulas, variable, choice));
            way.sort_unstable();
            way.dedup();
        }
    }
    for piece in &saying.pieces {
        if let Piece::Value { variable, span, .. } = piece {
            uses.push((&**variable, *span, way.clone()));
        }
    }
    uses
}

/// What is true of whoever is shown a variant; nothing where that is the language's to say, such as
/// which numbers are `one`.
fn taken(
    context: &Context<'_>,
    formulas: &mut Formulas,
    variable: &str,
    choice: &Choice,
) -> Option<NodeId> {
    let facts = context.copy_facts(variable);
    let [fact] = facts.as_slice() else {
        return None;
    };
    let kind = &context.book.schema().fact(*fact)?.kind;
    let others = choice.others.iter();
    let question = match kind {
        Kind::Enum(values) if choice.function.is_none() => {
            let codes = |keys: &mut dyn Iterator<Item = &Box<str>>| {
                Codes::of(values.len(), keys.filter_map(|key| kind.code(key)))
            };
            Question::Enum(match choice.is_default {
                true => codes(&mut others.into_iter()).complement(),
                false => codes(&mut std::iter::once(&choice.key)),
            })
        }
        Kind::Bool if choice.function.is_none() => {
            let truth = |key: &str| match key {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
            let own = truth(&choice.key).filter(|_| !choice.is_default);
            let mut others = others.filter_map(|key| truth(key));
            Question::Bool(own.or_else(|| others.next().map(|other| !other))?)
        }
        Kind::Int { .. } => {
            let number: i64 = choice.key.parse().ok().filter(|_| !choice.is_default)?;
            Question::Int(Ranges::of([(number, number)]))
        }
        _ => return None,
    };
    ask(context, formulas, *fact, question)
}

fn no_fact(context: &Context<'_>, spoken: &Spoken<'_>, variable: &str, span: Span) -> Diagnostic {
    let facts = context.book.schema().facts();
    let names: Vec<String> = facts.map(|(_, fact)| fact.name.replace('.', "_")).collect();
    let message = format!("`${variable}` is no fact of this book");
    let finding = Diagnostic::new(&LINT.code, span, message);
    let finding = finding.help(match nearest(variable, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `${near}`?"),
        None => {
            "a variable is a fact, with dots as underscores: `$billing_amount_overdue`".to_owned()
        }
    });
    spoken.of_a_banner(context, finding)
}

/// That a banner is shown to somebody of whom nobody knows what it says.
fn unknown(
    context: &Context<'_>,
    prover: &mut Prover<'_>,
    (fact, known): (FactId, NodeId),
    shown: &Shown<'_>,
    ways: &[Way],
) -> Option<Diagnostic> {
    let banner = shown.banner;
    let contract = context.book.kind_of(banner)?.contract;
    let name = &context.book.schema().fact(fact)?.name;
    let any = [(Vec::new(), ways.first()?.1)];
    let ways = if ways.len() > MOST_WAYS {
        &any[..]
    } else {
        ways
    };
    prover.near(context.moment(&[banner]));
    for (way, span) in ways {
        let these: Vec<NodeId> = [banner.audience, contract]
            .iter()
            .chain(way)
            .copied()
            .collect();
        let witness = match prover.find(&these, &[known]) {
            Answer::Nobody => continue,
            Answer::Unproven(why) => {
                return unproven(
                    context,
                    shown,
                    &format!("that `{name}` is known wherever its words say it"),
                    why,
                );
            }
            Answer::Somebody(witness) => witness,
        };
        let message = format!(
            "`{}` says `${}` to accounts of which nobody knows it",
            banner.name,
            name.replace('.', "_")
        );
        let is_or = shown
            .written
            .audience
            .as_ref()
            .is_some_and(|expr| matches!(expr.kind, ExprKind::Or(_)));
        let add = match is_or {
            true => {
                format!("put the audience in parentheses and add `and {name} is known` behind them")
            }
            false => format!("add `and {name} is known` to the audience"),
        };
        let finding = Diagnostic::new(&LINT.code, *span, message)
            .label("not known wherever the banner is shown")
            .related(banner.audience_span, "these accounts are told")
            .help(format!("{add}, or say it without the value"))
            .banner(&*banner.name)
            .counterexample(witness.example(context.book.schema()));
        return Some(finding);
    }
    None
}
