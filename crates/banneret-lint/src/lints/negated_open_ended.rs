//! A value that is added later would fall into a negated condition.
//!
//! Which conditions do that is read off the text; whether it lets anybody in is proven: with the
//! fact at a value that nobody has thought of yet, is the rule true for somebody for whom it would
//! not be if the condition listed the values of today?

mod added;

use std::collections::{BTreeMap, HashSet};

use banneret::ast::{Expr, ExprKind};
use banneret::{Answer, BUDGET, Code, Diagnostic, Fact, FactId, Level, NodeId, Prover, Span};

use self::added::{Added, Closed, Mentioned};
use crate::asked::{Around, Asked, Leaf, Names, leaves};
use crate::lint::{Context, Lint, Rule};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN201",
        name: "negated-open-ended",
        level: Level::Warning,
        firm: false,
        summary: "a value that is added later would fall into a negated condition",
        page: include_str!("negated_open_ended.md"),
    },
    check,
};

/// A place where the author could list values instead.
struct Candidate<'c> {
    leaf: Leaf<'c>,
    /// The segment that stands there.
    segment: Option<&'c str>,
    /// Whether that segment is one condition and no more.
    is_plain: bool,
    /// What lets a new value in: the conditions there, or in the segment.
    open: Vec<Asked<'c>>,
}

/// What stands to be proven of one fact of one rule.
struct Question<'c> {
    fact: FactId,
    rule: Rule<'c>,
    candidates: Vec<Candidate<'c>>,
    places: Option<Places>,
}

/// What is asked, by its place among the written rules. Where nothing is, the text decides.
struct Places {
    /// The rule at an added value.
    open: usize,
    /// With every candidate closed.
    shut: usize,
    /// With each candidate closed.
    each: Vec<usize>,
}

/// A rule that takes more steps is not written out.
const MOST: usize = 5_000;

/// Nor are those of a book that take more together.
const MOST_OF_A_BOOK: usize = 1_000_000;

/// So many candidates of one rule are told apart.
const APART: usize = 16;

/// The steps after which each question has a tenth of its budget, and those after which it has none.
const WHOLE_BUDGETS: u64 = 5_000_000;
const ALL_BUDGETS: u64 = 20_000_000;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let names = Names::of(context.book, context.items);
    let mut written = Written {
        names: &names,
        mentioned: Mentioned::default(),
        exprs: Vec::new(),
        left: MOST_OF_A_BOOK,
    };
    let mut questions = Vec::new();
    for rule in context.rules() {
        for (fact, candidates) in candidates(&names, rule.expr) {
            let places = written.ask(rule.expr, fact, &candidates);
            questions.push(Question {
                fact,
                rule,
                candidates,
                places,
            });
        }
    }
    if questions.is_empty() {
        return;
    }
    let exprs = written.exprs.iter().map(|expr| (expr, false));
    let (formulas, roots) = context.book.lower(exprs);
    let mut prover = Prover::new(context.book.schema(), &formulas);
    let mut told = HashSet::new();
    for question in &questions {
        match prover.spent() {
            spent if spent > ALL_BUDGETS => prover.limit(0),
            spent if spent > WHOLE_BUDGETS => prover.limit(BUDGET / 10),
            _ => {}
        }
        let Some(fact) = names.schema.fact(question.fact) else {
            continue;
        };
        for candidate in question.open_ended(&mut prover, &roots) {
            // A segment that is open in several facts is told once.
            if told.insert(candidate.leaf.expr.span) {
                let asked = candidate.open.first();
                found.extend(asked.map(|asked| candidate.finding(&question.rule, fact, asked)));
            }
        }
    }
}

/// The places of a rule into which an added value could fall, by fact.
fn candidates<'c>(names: &Names<'c>, expr: &'c Expr) -> BTreeMap<FactId, Vec<Candidate<'c>>> {
    let mut candidates: BTreeMap<FactId, Vec<Candidate<'c>>> = BTreeMap::new();
    for leaf in leaves(expr, Around::default()) {
        let segment = names.named(leaf.expr);
        let asked = match segment {
            // What a segment lets in by itself is told where it stands.
            Some(_) if !leaf.around.negated => continue,
            Some(_) => names.asked_in(leaf.expr, leaf.around, false),
            None => names.condition(&leaf, false).into_iter().collect(),
        };
        for asked in asked.into_iter().filter(is_open) {
            let of_fact = candidates.entry(asked.id).or_default();
            match of_fact.last_mut() {
                Some(last) if last.leaf.expr.span == leaf.expr.span => last.open.push(asked),
                _ => of_fact.push(Candidate {
                    leaf,
                    segment,
                    is_plain: segment.is_some_and(|name| is_plain(names, name, &asked)),
                    open: vec![asked],
                }),
            }
        }
    }
    candidates
}

/// Whether a segment is that condition and no more.
fn is_plain(names: &Names<'_>, segment: &str, asked: &Asked<'_>) -> bool {
    let mut expr = names.segment(segment).map(|(_, expr)| expr);
    while let Some(ExprKind::Paren(inner)) = expr.map(|expr| &expr.kind) {
        expr = Some(inner);
    }
    expr.is_some_and(|expr| expr.span == asked.span)
}

/// Whether a condition on an enum is true, or lets `not` be true, at a value that it does not name.
/// One that names all values of today has none left that could be meant.
fn is_open(asked: &Asked<'_>) -> bool {
    let values = asked.fact.kind.values();
    let named = asked.named();
    let is_all = values.iter().all(|value| named.contains(&&*value.name));
    // The mark decides of each value whether it is in dunning, also of one that is added.
    asked.is_of_enum() && !is_all && asked.ask.holds_beyond() == Some(!asked.around.negated)
}

/// The rules that must be looked at by the prover, written out.
struct Written<'n, 'c> {
    names: &'n Names<'c>,
    mentioned: Mentioned<'c>,
    exprs: Vec<Expr>,
    /// How much more is written for this book.
    left: usize,
}

impl<'c> Written<'_, 'c> {
    /// Writes what must be asked of a rule; nothing where it would be too much.
    fn ask(
        &mut self,
        expr: &'c Expr,
        fact: FactId,
        candidates: &[Candidate<'_>],
    ) -> Option<Places> {
        let begin = self.exprs.len();
        let asked = self.all(expr, fact, candidates);
        if asked.is_none() {
            self.exprs.truncate(begin);
        }
        asked
    }

    fn all(
        &mut self,
        expr: &'c Expr,
        fact: FactId,
        candidates: &[Candidate<'_>],
    ) -> Option<Places> {
        let open = self.add(expr, fact, &[])?;
        let shut = self.add(expr, fact, candidates)?;
        let mut each = Vec::new();
        // Of many it is enough to know that some let somebody in, and of one that it does.
        if (2..=APART).contains(&candidates.len()) {
            for candidate in candidates {
                each.push(self.add(expr, fact, std::slice::from_ref(candidate))?);
            }
        }
        Some(Places { open, shut, each })
    }

    /// Writes the rule at an added value, with those candidates closed.
    fn add(&mut self, expr: &'c Expr, fact: FactId, candidates: &[Candidate<'_>]) -> Option<usize> {
        let open = candidates.iter().flat_map(|candidate| &candidate.open);
        let closed: Closed = open
            .map(|asked| (asked.span, asked.around.negated))
            .collect();
        let most = self.left.min(MOST);
        let added = Added::of(self.names, &self.mentioned, fact, &closed, most);
        let (expr, steps) = added.rule(expr)?;
        self.left -= steps;
        self.exprs.push(expr);
        Some(self.exprs.len() - 1)
    }
}

impl<'c> Question<'c> {
    /// The candidates that let somebody in.
    fn open_ended(&self, prover: &mut Prover<'_>, roots: &[NodeId]) -> Vec<&Candidate<'c>> {
        let all = || self.candidates.iter().collect();
        let Some(places) = &self.places else {
            return all();
        };
        let mut lets_in = |without: usize| match (roots.get(places.open), roots.get(without)) {
            (Some(open), Some(without)) => prover.find(&[*open], &[*without]) != Answer::Nobody,
            _ => true,
        };
        if !lets_in(places.shut) {
            return Vec::new();
        }
        let candidates = self.candidates.iter().zip(&places.each);
        let some = candidates.filter(|(_, without)| lets_in(**without));
        let some: Vec<_> = some.map(|(candidate, _)| candidate).collect();
        // Where each of several lets in whom the others do, all are meant.
        if some.is_empty() { all() } else { some }
    }
}

impl Candidate<'_> {
    /// The `not` around it, where that is around nothing else.
    fn own_not(&self) -> Option<&Expr> {
        let not = self.leaf.not?;
        let mut inner = not;
        while let ExprKind::Not(next) | ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        (inner.span == self.leaf.expr.span).then_some(not)
    }

    fn finding(&self, rule: &Rule<'_>, fact: &Fact, asked: &Asked<'_>) -> Diagnostic {
        let name = &fact.name;
        let not = self.leaf.not.filter(|_| self.leaf.around.negated);
        let own = self.own_not().filter(|_| not.is_some());
        let span = own.unwrap_or(self.leaf.expr).span;
        let turned = if not.is_some() && own.is_none() {
            "`not` makes this "
        } else {
            ""
        };
        let finding = match self.segment {
            None => rule
                .finding(
                    &LINT.code,
                    span,
                    format!("a value that is added to `{name}` later falls in here"),
                )
                .label(format!("{turned}true of every value that is not named"))
                .help(meant(asked)),
            Some(segment) => {
                let message = format!(
                    "a value that is added to `{name}` later is not in `{segment}`, and so falls in here"
                );
                rule.finding(&LINT.code, span, message)
                    .label(format!("{turned}true of every value that `{segment}` does not name"))
                    .related(asked.span, format!("what `{segment}` asks"))
                    .help(match self.is_plain {
                        true => format!("{}, instead of `not {segment}`", meant(asked)),
                        false => format!("say who is meant without `not {segment}`: list the values of `{name}`, and keep what else `{segment}` asks"),
                    })
            }
        };
        match not {
            Some(not) if own.is_none() => finding.related(keyword(not), "turned round here"),
            _ => finding,
        }
    }
}

/// The word `not`.
fn keyword(not: &Expr) -> Span {
    let start = not.span.range().start;
    Span::new(not.span.file, start, start + "not".len())
}

/// A longer list is no help.
const LISTED: usize = 12;

/// ``list the values that are meant: `x in {a, b}` ``
fn meant(asked: &Asked<'_>) -> String {
    let fact = &asked.fact.name;
    match asked.meant().as_slice() {
        [one] => format!("name the value that is meant: `{fact} == {one}`"),
        some if some.len() <= LISTED => {
            format!(
                "list the values that are meant: `{fact} in {{{}}}`",
                some.join(", ")
            )
        }
        _ => "list the values that are meant".to_owned(),
    }
}
