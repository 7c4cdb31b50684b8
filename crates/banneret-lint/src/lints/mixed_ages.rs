//! One fact is believed at two different ages in one rule.

use std::collections::{BTreeMap, HashSet};

use banneret::{
    Answer, Atom, BUDGET, Book, Code, Diagnostic, Duration, FactId, Formulas, Level, Node, NodeId,
    Prover, Span,
};

use crate::asked::Names;
use crate::lint::{Context, Lint, Rule, What};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN205",
        name: "mixed-ages",
        level: Level::Warning,
        firm: false,
        summary: "one fact is believed at two different ages in one rule",
        page: include_str!("mixed_ages.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let names = Names::of(context.book, context.items);
    let mut told = HashSet::new();
    let mut taken = 0;
    for rule in context.rules() {
        let What::Audience(..) = rule.what else {
            continue;
        };
        for (fact, least, most) in mixed(context.book, rule.formula) {
            if is_without_effect(context, rule.formula, (fact, least), &mut taken) {
                continue;
            }
            let asked = names.asked(rule.expr);
            let own = |age: Option<Duration>| {
                let mut asked = asked.iter().filter(|asked| asked.id == fact && asked.own);
                asked.find(|asked| asked.believed() == age)
            };
            let places = (own(Some(least)), own(most));
            let spans = (
                places.0.map(|asked| asked.span),
                places.1.map(|asked| asked.span),
            );
            // Two places of one segment are mixed once, however many banners name it.
            if spans == (None, None) || told.insert((fact, spans)) {
                found.extend(finding(context, &rule, fact, (least, most), spans));
            }
        }
    }
}

/// The facts that are believed at two ages, each with the least and the greatest; nothing is
/// without end.
fn mixed(book: &Book, audience: NodeId) -> Vec<(FactId, Duration, Option<Duration>)> {
    let mut ages: BTreeMap<FactId, Vec<Option<Duration>>> = BTreeMap::new();
    for atom in book.formulas().atoms_of(audience) {
        if let Some(atom) = book.formulas().atom(atom) {
            ages.entry(atom.fact).or_default().push(atom.within);
        }
    }
    let mixed = ages.into_iter().filter_map(|(fact, ages)| {
        let least = ages.iter().flatten().min()?;
        let most = match ages.contains(&None) {
            true => None,
            false => ages.iter().flatten().max().copied(),
        };
        (most != Some(*least)).then_some((fact, *least, most))
    });
    mixed.collect()
}

/// Whether the audience is true for nobody whose fact is older than the least age: then the other
/// conditions on it are as strict, though they do not say so.
fn is_without_effect(
    context: &Context<'_>,
    audience: NodeId,
    (fact, least): (FactId, Duration),
    taken: &mut u64,
) -> bool {
    let (mut formulas, roots) = context.book.formulas().extract(&[audience]);
    let Some(loose) = roots.first().copied() else {
        return true;
    };
    let strict = tightened(&mut formulas, loose, fact, least);
    let budget = match *taken {
        taken if taken > ALL_BUDGETS => 0,
        taken if taken > WHOLE_BUDGETS => BUDGET / 10,
        _ => BUDGET,
    };
    let mut prover = Prover::with_budget(context.book.schema(), &formulas, budget);
    let answer = prover.find(&[loose], &[strict]);
    *taken += prover.spent();
    answer == Answer::Nobody
}

/// The steps after which each question has a tenth of its budget, and those after which it has none.
const WHOLE_BUDGETS: u64 = 5_000_000;
const ALL_BUDGETS: u64 = 20_000_000;

/// The formula that believes the fact at that age everywhere.
fn tightened(formulas: &mut Formulas, root: NodeId, fact: FactId, least: Duration) -> NodeId {
    let nodes: Vec<Node> = formulas.nodes().take(root.index() + 1).cloned().collect();
    let mut made: Vec<NodeId> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let of = |parts: &[NodeId]| -> Vec<NodeId> {
            parts.iter().map(|part| made[part.index()]).collect()
        };
        made.push(match node {
            Node::False => NodeId::FALSE,
            Node::True => NodeId::TRUE,
            Node::Atom(atom) => match formulas.atom(atom).cloned() {
                Some(atom) if atom.fact == fact => formulas.ask(Atom {
                    within: Some(least),
                    ..atom
                }),
                Some(atom) => formulas.ask(atom),
                None => NodeId::FALSE,
            },
            Node::All(parts) => formulas.all(of(&parts)),
            Node::Any(parts) => formulas.any(of(&parts)),
        });
    }
    made[root.index()]
}

fn finding(
    context: &Context<'_>,
    rule: &Rule<'_>,
    fact: FactId,
    (least, most): (Duration, Option<Duration>),
    (strict, loose): (Option<Span>, Option<Span>),
) -> Option<Diagnostic> {
    let name = &context.book.schema().fact(fact)?.name;
    let most = most.map_or("however old it is".to_owned(), |most| format!("for {most}"));
    let message = format!(
        "`{name}` counts for {least} in one condition and {most} in another of the same audience"
    );
    let finding = rule
        .finding(&LINT.code, strict.unwrap_or(rule.expr.span), message)
        .help(format!(
            "put all that is asked of `{name}` into one `(…) no older than {least}`"
        ));
    let finding = match strict {
        Some(_) => finding.label(format!("counts for {least}")),
        None => finding,
    };
    Some(match loose {
        Some(loose) => finding.related(loose, format!("counts {most}")),
        None => finding,
    })
}
