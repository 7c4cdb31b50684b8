//! Words say a fact that the book does not have, or that is not known of everyone who is told.

use std::collections::{BTreeMap, HashMap, HashSet};

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

/// How a saying comes to a fact.
struct Way {
    /// What is true of whoever is shown it, beside the audience.
    premises: Vec<NodeId>,
    /// Where the variable stands.
    span: Span,
    /// The fact that the variable says, which may be an amount in the currency of this one.
    said: FactId,
}

/// The ways to each fact that must be known, of each banner.
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
            for used in uses(context, &mut formulas, saying) {
                let facts = context.copy_facts(used.variable);
                if facts.is_empty() && told.insert((spoken.id, used.variable)) {
                    found.push(no_fact(context, spoken, used.variable, used.span));
                }
                for fact in facts {
                    ways_to(context, &mut ways, spoken, &used, fact);
                }
            }
        }
    }
    let facts: HashSet<FactId> = ways.keys().map(|(_, fact)| *fact).collect();
    let known = facts.into_iter().filter_map(|fact| {
        let known = ask(context, &mut formulas, fact, Question::Known)?;
        Some((fact, known))
    });
    let known: HashMap<FactId, NodeId> = known.collect();
    let mut prover = Prover::new(context.book.schema(), &formulas);
    for ((_, fact), (shown, ways)) in &ways {
        if let Some(known) = known.get(fact) {
            found.extend(unknown(context, &mut prover, (*fact, *known), shown, ways));
        }
    }
}

/// Adds that a fact must be known, and the currency that it is written in, for each banner.
fn ways_to<'c>(
    context: &Context<'_>,
    ways: &mut Ways<'c>,
    spoken: &Spoken<'c>,
    used: &Use<'_>,
    fact: FactId,
) {
    let currency = currency(context, fact).filter(|_| used.is_written);
    for needed in [Some(fact), currency].into_iter().flatten() {
        for shown in &spoken.banners {
            let ways = ways.entry((&*shown.banner.name, needed));
            let (_, ways) = ways.or_insert((*shown, Vec::new()));
            if !ways.iter().any(|way| way.premises == used.premises) {
                ways.push(Way {
                    premises: used.premises.clone(),
                    span: used.span,
                    said: fact,
                });
            }
        }
    }
}

/// The fact that says in which currency an amount is.
fn currency(context: &Context<'_>, amount: FactId) -> Option<FactId> {
    let schema = context.book.schema();
    let unit = schema.fact(amount)?.unit.as_deref()?;
    schema.id(unit.strip_prefix("minor units of ")?.trim())
}

/// A variable of a saying.
struct Use<'s> {
    variable: &'s str,
    span: Span,
    /// Whether its value is written, and not only asked by a selector.
    is_written: bool,
    /// What is true of whoever comes to it.
    premises: Vec<NodeId>,
}

fn uses<'s>(context: &Context<'_>, formulas: &mut Formulas, saying: &'s Saying) -> Vec<Use<'s>> {
    let (mut uses, mut premises) = (Vec::new(), Vec::new());
    for choice in &saying.choices {
        if let Some(variable) = &choice.variable {
            uses.push(Use {
                variable,
                span: choice.span,
                is_written: false,
                premises: premises.clone(),
            });
            premises.extend(taken(context, formulas, variable, choice));
            premises.sort_unstable();
            premises.dedup();
        }
    }
    for piece in &saying.pieces {
        if let Piece::Value { variable, span, .. } = piece {
            uses.push(Use {
                variable,
                span: *span,
                is_written: true,
                premises: premises.clone(),
            });
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
    prover.near(context.moment(&[banner]));
    let are_told_apart = ways.len() <= MOST_WAYS;
    for way in ways {
        let premises = way.premises.iter().filter(|_| are_told_apart);
        let these = [banner.audience, contract];
        let these: Vec<NodeId> = these.iter().chain(premises).copied().collect();
        match prover.find(&these, &[known]) {
            Answer::Nobody => {}
            Answer::Unproven(why) => {
                let what = format!("that `{name}` is known wherever its words say it");
                return unproven(context, shown, &what, why);
            }
            Answer::Somebody(witness) => {
                let finding = finding(context, fact, shown, way)?;
                let example = witness.example(context.book.schema());
                return Some(finding.counterexample(example));
            }
        }
    }
    None
}

fn finding(
    context: &Context<'_>,
    fact: FactId,
    shown: &Shown<'_>,
    way: &Way,
) -> Option<Diagnostic> {
    let schema = context.book.schema();
    let (banner, name) = (shown.banner, &schema.fact(fact)?.name);
    let said = schema.fact(way.said)?.name.replace('.', "_");
    let message = match way.said == fact {
        true => format!(
            "`{}` says `${said}` to accounts of which nobody knows it",
            banner.name
        ),
        false => format!(
            "`{}` says `${said}` to accounts of which nobody knows `{name}`, in which it is written",
            banner.name
        ),
    };
    let audience = shown.written.audience.as_ref();
    let add = match audience.map(|audience| &audience.kind) {
        Some(ExprKind::Or(_)) => {
            format!("put the audience in parentheses and add `and {name} is known` behind them")
        }
        _ => format!("add `and {name} is known` to the audience"),
    };
    let finding = Diagnostic::new(&LINT.code, way.span, message)
        .label("cannot be said wherever the banner is shown")
        .related(banner.audience_span, "these accounts are told")
        .help(format!("{add}, or say it without the value"));
    Some(finding.banner(&*banner.name))
}
