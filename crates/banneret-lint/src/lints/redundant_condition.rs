//! A condition without which the rule would mean the same.

mod required;

use std::collections::HashMap;

use banneret::ast::{ExprKind, Literal, Test};
use banneret::{
    Answer, Code, Diagnostic, FactId, Fix, Formulas, Kind, Level, Node, NodeId, Prover, Schema,
    Sources, Unproven,
};

use crate::asked::{Around, leaves};
use crate::fix::{Among, without};
use crate::lint::{Context, Extent, Joint, Lint, Part, Parts, Rule, What};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN303",
        name: "redundant-condition",
        level: Level::Warning,
        firm: false,
        summary: "a condition without which the rule would mean the same",
        page: include_str!("redundant_condition.md"),
    },
    check,
};

/// How much is looked at in one rule, and in a whole book; a question costs the square of the
/// parts that it holds against each other. Ten thousand banners take a hundredth of it.
const MOST_A_RULE: usize = 300_000_000;
const MOST_A_BOOK: usize = 2_000_000_000;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut rules = context.rules();
    found.extend(rules.iter().flat_map(listed_twice));
    required::check(context, found);
    // Where nobody or everybody is in it, or nobody knows, other lints say so.
    rules.retain(|rule| context.extent(rule.formula) == Ok(Extent::Some));
    let parts = Parts::of(context.book, rules);
    let mut search = Search {
        prover: Prover::new(context.book.schema(), &parts.formulas),
        schema: context.book.schema(),
        formulas: &parts.formulas,
        always: HashMap::new(),
        both: false,
        work: 0,
        unproven: None,
    };
    let mut spent = 0;
    for (rule, part) in &parts.rules {
        if spent > MOST_A_BOOK {
            found.push(too_many(rule, "from here on there are"));
            return;
        }
        let mut redundant = Vec::new();
        search.both = matches!(rule.what, What::Segment(_));
        search.work = 0;
        // Formulas that have grown out of bounds mean nothing any more.
        search.unproven = (part.holds != rule.formula).then_some(Unproven::OverBudget);
        if search.unproven.is_none() {
            search.look(part, &[], &[], &mut redundant);
        }
        spent += search.work;
        found.extend(redundant.iter().map(|redundant| {
            let finding = finding(rule, redundant);
            match redundant.fix(context.sources) {
                Some(fix) => finding.fix(fix),
                None => finding,
            }
        }));
        if search.work > MOST_A_RULE {
            found.push(too_many(rule, "there are"));
        }
        if let Some(why) = search.unproven {
            found.extend(context.unproven(rule, "that every condition counts", why));
        }
    }
}

/// The values that stand in one list twice.
fn listed_twice(rule: &Rule<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for leaf in leaves(rule.expr, Around::default()) {
        let ExprKind::Test(_, test) = &leaf.expr.kind else {
            continue;
        };
        let (Test::In { members, .. }
        | Test::HasAnyOf(members)
        | Test::HasAllOf(members)
        | Test::HasNoneOf(members)) = &test.value
        else {
            continue;
        };
        let mut first: HashMap<String, &Literal> = HashMap::new();
        for member in members {
            let name = format!("{:?}", member.value);
            let Some(first) = first.get(&name) else {
                first.insert(name, member);
                continue;
            };
            let message = format!("a value stands twice in one list in {}", rule.name());
            found.push(
                rule.finding(&LINT.code, member.span, message)
                    .label("the same once more")
                    .related(first.span, "said here")
                    .help("take it out, or write what it was meant to say"),
            );
        }
    }
    found
}

/// That not everything was looked at: a warning, for nothing untrue can come of it.
fn too_many(rule: &Rule<'_>, there_are: &str) -> Diagnostic {
    let message = format!(
        "{there_are} too many conditions in {} to tell whether each of them counts",
        rule.name()
    );
    let finding = rule.finding(&LINT.code, rule.expr.span, message);
    finding.help("write many values of one fact with `in {…}`, or divide it into segments")
}

/// A part without which its rule means the same.
struct Redundant<'p, 'c> {
    part: &'p Part<'c>,
    why: Why<'p, 'c>,
    /// The parts that it is joined to, and its place among them.
    among: &'p [Part<'c>],
    at: usize,
}

/// Why a part changes nothing.
enum Why<'p, 'c> {
    Always,
    Never,
    Same(&'p Part<'c>),
    Follows(&'p Part<'c>),
    Covered(&'p Part<'c>),
    Contradicts(&'p Part<'c>),
    Together,
}

/// Looks for such parts. Whether a part counts is one question about its neighbours: is there an
/// account for whom the rule hangs on this part alone?
struct Search<'f> {
    prover: Prover<'f>,
    schema: &'f Schema,
    formulas: &'f Formulas,
    always: HashMap<NodeId, bool>,
    /// Whether the accounts for whom the rule is false count too: a segment may stand under `not`.
    both: bool,
    work: usize,
    unproven: Option<Unproven>,
}

impl Search<'_> {
    /// Looks at the parts of a part that counts where all of `with` are true and none of `beside`.
    fn look<'p, 'c>(
        &mut self,
        part: &'p Part<'c>,
        with: &[&'p Part<'c>],
        beside: &[&'p Part<'c>],
        into: &mut Vec<Redundant<'p, 'c>>,
    ) {
        let mut kept: Vec<&Part<'c>> = part.parts.iter().collect();
        let is_outermost = with.is_empty() && beside.is_empty();
        let counts = match is_outermost && part.joint == Joint::All {
            true => self.lonely(&kept),
            false => vec![false; kept.len()],
        };
        // Of two that say the same the later one goes.
        for at in (0..part.parts.len()).rev() {
            if kept.len() == 1 || counts.get(at) == Some(&true) {
                continue;
            }
            let one = kept.remove(at);
            match self.is_redundant(part.joint, one, &kept, with, beside) {
                true => {
                    let why = self.why(part.joint, one, &kept, with, beside);
                    into.push(Redundant {
                        part: one,
                        why,
                        among: &part.parts,
                        at,
                    });
                }
                false => kept.insert(at, one),
            }
        }
        for (at, one) in kept.iter().enumerate() {
            if one.parts.is_empty() {
                continue;
            }
            let others = kept.iter().enumerate().filter(|(other, _)| *other != at);
            let others = others.map(|(_, part)| *part);
            let (mut with, mut beside) = (with.to_vec(), beside.to_vec());
            match part.joint {
                Joint::All => with.extend(others),
                Joint::Any | Joint::Leaf => beside.extend(others),
            }
            self.look(one, &with, &beside, into);
        }
    }

    fn is_redundant(
        &mut self,
        joint: Joint,
        one: &Part<'_>,
        others: &[&Part<'_>],
        with: &[&Part<'_>],
        beside: &[&Part<'_>],
    ) -> bool {
        let held = 1 + others.len() + with.len() + beside.len();
        self.work += held * held;
        if self.work > MOST_A_RULE {
            return false;
        }
        // Whoever the rule hangs on: in without the part and not with it, or the other way round.
        let (these, those) = match joint {
            Joint::All => ([others, with].concat(), [&[one], beside].concat()),
            Joint::Any | Joint::Leaf => ([&[one], with].concat(), [others, beside].concat()),
        };
        let holds = |parts: &[&Part<'_>]| parts.iter().map(|part| part.holds).collect::<Vec<_>>();
        let fails = |parts: &[&Part<'_>]| parts.iter().map(|part| part.fails).collect::<Vec<_>>();
        self.is_nobody(&holds(&these), &holds(&those))
            && (!self.both || self.is_nobody(&fails(&those), &fails(&these)))
    }

    fn is_nobody(&mut self, these: &[NodeId], those: &[NodeId]) -> bool {
        match self.prover.find(these, those) {
            Answer::Nobody => true,
            Answer::Somebody(_) => false,
            Answer::Unproven(why) => {
                self.unproven = Some(why);
                false
            }
        }
    }

    /// Which of the conditions of a rule that somebody keeps ask about what none of the others
    /// does: without such a one somebody else keeps the rule, unless it is always true.
    fn lonely(&mut self, parts: &[&Part<'_>]) -> Vec<bool> {
        let subjects: Vec<_> = parts.iter().map(|part| self.subjects(part.holds)).collect();
        let mut asked: HashMap<_, usize> = HashMap::new();
        for subject in subjects.iter().flatten() {
            *asked.entry(*subject).or_default() += 1;
        }
        let parts = parts.iter().zip(&subjects);
        parts
            .map(|(part, subjects)| {
                let mut alone = subjects
                    .iter()
                    .all(|subject| asked.get(subject) == Some(&1));
                alone = alone && !subjects.is_empty();
                alone && !self.is_always(part.holds)
            })
            .collect()
    }

    /// What a formula asks about: facts. All moments are one subject, for they share one now.
    fn subjects(&self, formula: NodeId) -> Vec<Option<FactId>> {
        let facts = self.formulas.facts_of(formula).into_iter().map(|fact| {
            let kind = self.schema.fact(fact).map(|fact| &fact.kind);
            (!matches!(kind, Some(Kind::Time))).then_some(fact)
        });
        let mut subjects: Vec<_> = facts.collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Whether a formula is true of everybody. A single question never is: the fact may be
    /// unknown, or known.
    fn is_always(&mut self, formula: NodeId) -> bool {
        if let Node::Atom(_) = self.formulas.node(formula) {
            return false;
        }
        if let Some(known) = self.always.get(&formula) {
            return *known;
        }
        let is_always = self.is_nobody(&[], &[formula]);
        self.always.insert(formula, is_always);
        is_always
    }

    fn why<'p, 'c>(
        &mut self,
        joint: Joint,
        one: &Part<'c>,
        others: &[&'p Part<'c>],
        with: &[&'p Part<'c>],
        beside: &[&'p Part<'c>],
    ) -> Why<'p, 'c> {
        let all = joint == Joint::All;
        match all {
            true if self.is_nobody(&[], &[one.holds]) => return Why::Always,
            false if self.is_nobody(&[one.holds], &[]) => return Why::Never,
            _ => {}
        }
        if let Some(same) = others.iter().find(|other| other.holds == one.holds) {
            return Why::Same(same);
        }
        for other in others.iter().chain(if all { with } else { beside }) {
            match all {
                true if self.is_nobody(&[other.holds], &[one.holds]) => {
                    return Why::Follows(other);
                }
                false if self.is_nobody(&[one.holds], &[other.holds]) => {
                    return Why::Covered(other);
                }
                _ => {}
            }
        }
        let enemy = |other: &&&Part<'_>| !all && self.is_nobody(&[other.holds, one.holds], &[]);
        match with.iter().find(enemy) {
            Some(enemy) => Why::Contradicts(enemy),
            None => Why::Together,
        }
    }
}

impl Redundant<'_, '_> {
    /// Taking it out.
    fn fix(&self, sources: &Sources) -> Option<Fix> {
        let among = Among {
            parts: self.among.iter().map(|part| part.expr).collect(),
            at: self.at,
        };
        Some(Fix {
            title: format!("take out `{}`", self.part.text()),
            edits: without(&among, sources)?,
            is_safe: true,
        })
    }
}

fn finding(rule: &Rule<'_>, redundant: &Redundant<'_, '_>) -> Diagnostic {
    let part = redundant.part;
    let message = format!(
        "the condition `{}` changes nothing in {}",
        part.text(),
        rule.name()
    );
    let finding = rule.finding(&LINT.code, part.expr.span, message);
    let beside = |finding: Diagnostic, label: String, other: &Part<'_>, text: &str| {
        finding.label(label).related(other.expr.span, text)
    };
    let finding = match redundant.why {
        Why::Always => finding.label("this is always true"),
        Why::Never => finding.label("this is never true"),
        Why::Same(other) => beside(finding, "the same once more".into(), other, "said here"),
        Why::Follows(other) => {
            let label = format!("follows from `{}`", other.text());
            beside(finding, label, other, "where this is true, so is the other")
        }
        Why::Covered(other) => {
            let label = format!("where this is true, so is `{}`", other.text());
            beside(finding, label, other, "this is enough")
        }
        Why::Contradicts(other) => {
            let label = format!("never true beside `{}`", other.text());
            beside(
                finding,
                label,
                other,
                "where this is true, the other is not",
            )
        }
        Why::Together => finding.label("follows from the conditions around it"),
    };
    finding.help("take it out, or write what it was meant to say")
}
