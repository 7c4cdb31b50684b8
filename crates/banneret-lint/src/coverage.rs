//! Which conditions of a book's rules its own tests decide, and which way.

use std::collections::{BTreeMap, HashMap, HashSet};

use banneret::ast::{Expr, ExprKind, Spanned};
use banneret::{Checked, Duration, Formulas, NodeId, Span, Truth, Truths};

use crate::asked::{Around, leaves};
use crate::lint::shown;
use crate::mutate::Looked;
use crate::uses::{RuleName, Uses, length, own_segment};

/// What a book's own tests decide.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Segments, audiences and requirements of the book's own, in the order of the text.
    pub rules: Vec<Covered>,
}

/// A rule, and what the tests decide of it.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The rule.
    pub rule: RuleName,
    /// What it asks, in the order of the text; a segment that it names asks for itself.
    pub conditions: Vec<Condition>,
}

/// A condition as it was written, and in how many tests it came to what. A test counts where it
/// names a banner that hangs on the condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As it was written.
    pub text: String,
    /// Where.
    pub span: Span,
    /// In how many tests it was true.
    pub yes: usize,
    /// In how many it was false.
    pub no: usize,
    /// In how many nobody knew.
    pub unknown: usize,
}

impl Condition {
    /// Whether no test comes to it.
    #[must_use]
    pub fn is_never_asked(&self) -> bool {
        self.yes + self.no + self.unknown == 0
    }

    /// Whether it was true in one test and false in another.
    #[must_use]
    pub fn is_decided_both_ways(&self) -> bool {
        self.yes > 0 && self.no > 0
    }
}

impl Coverage {
    /// How many conditions there are, and how many of them were decided both ways.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let conditions = || self.rules.iter().flat_map(|rule| &rule.conditions);
        let both = conditions().filter(|condition| condition.is_decided_both_ways());
        (conditions().count(), both.count())
    }
}

/// What a book's own tests decide; nothing where the book does not load.
#[must_use]
pub fn coverage(checked: &Checked) -> Option<Coverage> {
    let book = checked.book.as_ref()?;
    let uses = Uses::of(book, checked);
    let mut conditions = blank(&uses);
    let asked = Asked::of(&uses);
    let mut truths = Truths::default();
    for look in &Looked::of(book).cases {
        truths.fill(&asked.formulas, &look.facts, look.clock);
        let reached = look.banners.iter().filter_map(|at| asked.banners.get(*at));
        // One condition may stand under several ages, or be reached from several banners.
        let mut came: HashMap<Span, HashSet<Truth>> = HashMap::new();
        for (span, node) in reached.flatten() {
            came.entry(*span).or_default().insert(truths.of(*node));
        }
        for (span, came) in came {
            if let Some(condition) = conditions.get_mut(&span) {
                condition.yes += usize::from(came.contains(&Truth::True));
                condition.no += usize::from(came.contains(&Truth::False));
                condition.unknown += usize::from(came.contains(&Truth::Unknown));
            }
        }
    }
    let rules = uses.rules.iter().map(|rule| {
        let within = rule.expr.span;
        let own = conditions.range(start_of(within)..=end_of(within));
        Covered {
            rule: rule.named(),
            conditions: own.map(|(_, condition)| condition.clone()).collect(),
        }
    });
    Some(Coverage {
        rules: rules.collect(),
    })
}

fn start_of(span: Span) -> Span {
    let end = span.start;
    Span { end, ..span }
}

fn end_of(span: Span) -> Span {
    let start = span.end;
    Span { start, ..span }
}

/// Every condition of the book's own, of which no test has said anything yet.
fn blank(uses: &Uses<'_>) -> BTreeMap<Span, Condition> {
    let exprs = uses.rules.iter().map(|rule| rule.expr);
    let leaves = exprs.flat_map(|expr| leaves(expr, Around::default()));
    let leaves = leaves.filter(|leaf| own_segment(&uses.names, leaf.expr).is_none());
    let conditions = leaves.map(|leaf| {
        let condition = Condition {
            text: shown(leaf.expr),
            span: leaf.expr.span,
            yes: 0,
            no: 0,
            unknown: 0,
        };
        (leaf.expr.span, condition)
    });
    conditions.collect()
}

/// The conditions that each banner leads to, under the ages that it puts on them.
struct Asked {
    formulas: Formulas,
    /// By banner.
    banners: Vec<Vec<(Span, NodeId)>>,
}

impl Asked {
    fn of(uses: &Uses<'_>) -> Asked {
        let mut formulas = Formulas::default();
        let banners = uses.spoken.iter().map(|spoken| {
            let own = spoken.iter().filter(|(_, standard)| !standard);
            let asked = asked(uses, own.map(|(expr, _)| *expr));
            let exprs: Vec<_> = asked
                .iter()
                .map(|(expr, within)| aged(expr, *within))
                .collect();
            let exprs = exprs.iter().map(|expr| (expr, false));
            let nodes = uses.book.lower_instead(&mut formulas, None, exprs);
            let spans = asked.iter().map(|(expr, _)| expr.span);
            spans.zip(nodes.unwrap_or_default()).collect()
        });
        let banners = banners.collect();
        Asked { formulas, banners }
    }
}

/// The conditions that expressions lead to, through the book's own segments, each once for each
/// age that is put on it.
fn asked<'c>(
    uses: &Uses<'c>,
    exprs: impl Iterator<Item = &'c Expr>,
) -> Vec<(&'c Expr, Option<Duration>)> {
    let mut seen: HashSet<(&str, Option<Duration>)> = HashSet::new();
    let mut asked = Vec::new();
    let mut open: Vec<_> = exprs.map(|expr| (expr, Around::default())).collect();
    while let Some((expr, around)) = open.pop() {
        for leaf in leaves(expr, around) {
            let within = leaf.around.within;
            match own_segment(&uses.names, leaf.expr) {
                Some((name, inner)) => {
                    if seen.insert((name, within)) {
                        open.push((inner, leaf.around));
                    }
                }
                None => asked.push((leaf.expr, within)),
            }
        }
    }
    asked
}

fn aged(expr: &Expr, within: Option<Duration>) -> Expr {
    let span = expr.span;
    let Some(within) = within else {
        return expr.clone();
    };
    let value = length(within);
    Expr {
        kind: ExprKind::Fresh(Box::new(expr.clone()), Spanned { value, span }),
        span,
    }
}
