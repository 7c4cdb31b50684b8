//! All rules against one account: which of them are true.
//!
//! Exact, whatever the rules ask: what the rows of [`table`] cannot say is asked of the rules
//! themselves, and every answer equals the plain evaluator's, which tests hold it to. A few rules
//! are asked one after the other instead.

mod columns;
mod domain;
mod lanes;
mod program;
mod reading;
mod table;
mod terms;
#[cfg(test)]
mod tests;

use crate::facts::Sealed;
use crate::formula::{Formulas, NodeId};

use columns::Columns;
use program::{Programs, Sizes};
use table::Table;

pub(crate) use domain::Domains;
pub(crate) use reading::Moment;
pub(crate) use table::Search;

use program::Held;

/// From so many rules on, rows of bits are quicker than one rule after the other: see
/// `docs/performance.md`.
const FEW: usize = 10;

/// Some formulas of a book, ready to be asked together.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    OneByOne(Programs),
    Together(Box<Table>),
}

/// Some formulas of a book, ready to be asked one at a time.
#[derive(Clone, Debug)]
pub(crate) struct Rules(Programs);

/// What [`Rules`] answered about one account, so that none is asked twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    told: Vec<Option<bool>>,
    held: Held,
}

impl Answers {
    /// Makes room for another account's.
    pub(crate) fn forget(&mut self, rules: usize) {
        self.told.clear();
        self.told.resize(rules, None);
    }
}

impl Rules {
    pub(crate) fn of(domains: Domains<'_>, formulas: &Formulas, roots: &[NodeId]) -> Rules {
        let sizes = Sizes::of(formulas);
        let roots = roots.iter().copied();
        Rules(Programs::of(domains, formulas, &sizes, roots))
    }

    /// Whether a rule is definitely true.
    #[inline]
    pub(crate) fn is_true(
        &self,
        rule: usize,
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
        answers: &mut Answers,
    ) -> bool {
        let Some(told) = answers.told.get_mut(rule) else {
            return false;
        };
        *told.get_or_insert_with(|| {
            self.0
                .is_true(rule, formulas, account, moment, &mut answers.held)
        })
    }

    /// How many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

/// Whether each of those formulas is small enough to be walked as a tree.
pub(crate) fn are_walkable(formulas: &Formulas, roots: &[NodeId]) -> bool {
    let sizes = Sizes::of(formulas);
    roots.iter().all(|root| sizes.are_small(*root))
}

impl Index {
    /// An index of those formulas; rules are known by their places among them.
    pub(crate) fn of(domains: Domains<'_>, formulas: &Formulas, roots: &[NodeId]) -> Index {
        let sizes = Sizes::of(formulas);
        let programs = |roots: &mut dyn Iterator<Item = NodeId>| {
            Programs::of(domains, formulas, &sizes, roots)
        };
        let way = if roots.len() <= FEW {
            Way::OneByOne(programs(&mut roots.iter().copied()))
        } else {
            Way::Together(Box::new(together(domains, formulas, roots, programs)))
        };
        Index { way }
    }

    /// The rules that are definitely true, in order.
    #[inline]
    pub(crate) fn find<'s>(
        &self,
        formulas: &Formulas,
        account: Sealed<'_>,
        moment: Moment,
        search: &'s mut Search,
    ) -> &'s [u32] {
        match &self.way {
            Way::Together(table) => table.search(formulas, account, moment, search),
            Way::OneByOne(programs) => {
                let Search { terms, held, .. } = search;
                terms.clear();
                let is_true =
                    |rule: &u32| programs.is_true(*rule as usize, formulas, account, moment, held);
                terms.extend((0..programs.len()).filter(is_true));
                terms
            }
        }
    }

    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        match &self.way {
            Way::OneByOne(programs) => programs.bytes(),
            Way::Together(table) => table.bytes(),
        }
    }
}

fn together(
    domains: Domains<'_>,
    formulas: &Formulas,
    roots: &[NodeId],
    programs: impl FnOnce(&mut dyn Iterator<Item = NodeId>) -> Programs,
) -> Table {
    let mut wanted = vec![false; formulas.len()];
    for node in formulas.below(roots) {
        if let Some(wanted) = wanted.get_mut(node.index()) {
            *wanted = true;
        }
    }
    let nodes = formulas.nodes().zip(&wanted);
    let nodes = nodes.filter_map(|(node, wanted)| wanted.then_some(node));
    let mut columns = Columns::of(domains, formulas, nodes);
    let terms = terms::terms(formulas, &columns, &wanted);
    let rules = roots.iter().map(|root| terms.get(root.index()).cloned());
    let rules = rules.map(Option::unwrap_or_default).collect();
    Table::of(std::mem::take(&mut columns.columns), rules, |again| {
        let roots = again.iter().filter_map(|rule| roots.get(*rule as usize));
        programs(&mut roots.copied())
    })
}
