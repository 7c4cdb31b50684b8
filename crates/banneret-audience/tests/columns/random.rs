//! Random rules over random tables.

use std::cell::RefCell;
use std::collections::BTreeSet;

use banneret::{
    Clock, Facts, Formulas, Node, NodeId, Schema, Time, Trace, Truth, Truths, WhyUnknown,
};
use banneret_audience::{Detail, Evaluator, Scratch, Table};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::accounts::{Account, account, facts};
use crate::cases;
use crate::rules::rule;
use crate::tables::{Ways, batch};
use crate::world::{MINUTE, NOW, WORLD, time};

fn clock() -> Clock {
    Clock {
        now: time(NOW),
        skew: WORLD.book.manifest().clock_skew,
    }
}

/// Copies a formula among others.
pub(crate) fn adopt(into: &mut Formulas, from: &Formulas, root: NodeId) -> NodeId {
    match from.node(root) {
        Node::False => NodeId::FALSE,
        Node::True => NodeId::TRUE,
        Node::Atom(atom) => into.ask(from.atom(*atom).unwrap().clone()),
        Node::All(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| adopt(into, from, *part)).collect();
            into.all(parts)
        }
        Node::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| adopt(into, from, *part)).collect();
            into.any(parts)
        }
    }
}

/// The facts of an account, of which those without an age take the shared one.
fn dated(schema: &std::sync::Arc<Schema>, account: &Account, shared: Option<Time>) -> Facts {
    let mut account = account.clone();
    if let Some(shared) = shared {
        for word in account.iter_mut().flatten() {
            word.as_of = word.as_of.or(Some(shared.as_unix_micros()));
        }
    }
    facts(schema, &account)
}

/// What a table of some rows of the accounts says of each formula.
struct Case {
    formulas: Formulas,
    roots: Vec<NodeId>,
    rules: Vec<String>,
    /// As they were given.
    plain: Vec<Facts>,
    /// With the shared age.
    whole: Vec<Facts>,
    shared: Option<Vec<Option<Time>>>,
}

impl Case {
    fn new(
        rules: &[banneret::ast::Expr],
        accounts: &[Account],
        shared: Option<&[Option<i64>]>,
    ) -> Case {
        let schema = WORLD.book.schema();
        let mut formulas = Formulas::default();
        let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
        let roots = rules.iter().map(|text| {
            let (own, root) = WORLD.book.compile(text).unwrap();
            adopt(&mut formulas, &own, root)
        });
        let roots = roots.collect();
        let age = |row: usize| time(NOW - shared?[row % shared?.len()]?).into();
        let ages: Vec<Option<Time>> = (0..accounts.len()).map(age).collect();
        let whole = accounts.iter().zip(&ages);
        let whole = whole
            .map(|(account, age)| dated(schema, account, *age))
            .collect();
        Case {
            formulas,
            roots,
            rules,
            plain: accounts
                .iter()
                .map(|account| facts(schema, account))
                .collect(),
            whole,
            shared: shared.map(|_| ages),
        }
    }

    /// The accounts over and over, up to so many rows, but for some at the start.
    fn table(&self, rows: usize, skipped: usize, ways: u64) -> Table {
        let schema = WORLD.book.schema();
        let place = |row: usize| row % self.plain.len();
        let accounts: Vec<&Facts> = (0..rows + skipped)
            .map(|row| &self.plain[place(row)])
            .collect();
        let shared = self.shared.as_ref();
        let ages: Option<Vec<_>> =
            shared.map(|ages| (0..rows + skipped).map(|row| ages[place(row)]).collect());
        let batch = batch(schema, &accounts, ages.as_deref(), &mut Ways(ways));
        Table::bind(schema, &batch.slice(skipped, rows)).unwrap()
    }

    /// By account, then by formula.
    fn truths(&self) -> Vec<Vec<Truth>> {
        let of = |facts: &Facts| {
            let mut truths = Truths::default();
            truths.fill(&self.formulas, facts, clock());
            self.roots.iter().map(|root| truths.of(*root)).collect()
        };
        self.whole.iter().map(of).collect()
    }

    /// Why a formula is unknown for an account.
    fn reasons(&self, account: usize, formula: usize) -> BTreeSet<(String, WhyUnknown)> {
        let facts = &self.whole[account];
        let mut truths = Truths::default();
        truths.fill(&self.formulas, facts, clock());
        let trace = Trace::of(&self.formulas, self.roots[formula], facts, clock(), &truths);
        let facts = trace.facts().into_iter();
        facts
            .filter_map(|(name, why)| Some((name.to_owned(), why?)))
            .collect()
    }
}

fn bit(words: &[u64], row: usize) -> bool {
    words[row / 64] >> (row % 64) & 1 == 1
}

fn shared_ages() -> impl Strategy<Value = Option<Vec<Option<i64>>>> {
    let age = prop_oneof![
        1 => Just(None),
        6 => (-MINUTE..200 * MINUTE).prop_map(Some),
    ];
    prop_oneof![
        2 => Just(None),
        1 => age.clone().prop_map(|age| Some(vec![age])),
        2 => vec(age, 1..40).prop_map(Some),
    ]
}

const RULES: usize = 16;
const ACCOUNTS: usize = 200;

/// 64,000 pairs of a rule and an account, and enough of each truth among them.
#[test]
fn columns_say_what_the_plain_evaluator_says() {
    let counts = RefCell::new([0_u64; 3]);
    let mut runner = TestRunner::new(cases(20));
    let strategy = (
        vec(rule(), RULES),
        vec(account(), ACCOUNTS),
        shared_ages(),
        select(vec![ACCOUNTS, ACCOUNTS, 2 * ACCOUNTS, 4_096, 4_097, 8_300]),
        0..70_usize,
        any::<u64>(),
    );
    let outcome = runner.run(
        &strategy,
        |(rules, accounts, shared, rows, skipped, ways)| {
            let case = Case::new(&rules, &accounts, shared.as_deref());
            let table = case.table(rows, skipped, ways);
            let truths = case.truths();
            let schema = WORLD.book.schema();
            let audience = Evaluator::new(schema, &case.formulas, &case.roots, Detail::Reasons);
            let lean = Evaluator::new(schema, &case.formulas, &case.roots, Detail::Truths);
            let mut scratch = Scratch::default();
            let short = lean.count(&table, clock(), &mut scratch);
            let full = audience.count(&table, clock(), &mut scratch);
            let mut seen = 0;
            let mut wrong = None;
            audience.each(&table, clock(), &mut scratch, |chunk| {
                assert_eq!(chunk.start(), seen);
                seen += chunk.rows();
                for (formula, rule) in case.rules.iter().enumerate() {
                    let (yes, no) = (chunk.truths(formula), chunk.falses(formula).unwrap());
                    for row in 0..chunk.rows() {
                        let account = (chunk.start() + row + skipped) % ACCOUNTS;
                        let got = match (bit(yes, row), bit(no, row)) {
                            (true, false) => Truth::True,
                            (false, true) => Truth::False,
                            (false, false) => Truth::Unknown,
                            (true, true) => panic!("{rule} is true and false"),
                        };
                        let wanted = truths[account][formula];
                        if got != wanted && wrong.is_none() {
                            wrong = Some((formula, account, wanted, got));
                        }
                        if chunk.start() + row < ACCOUNTS {
                            counts.borrow_mut()[wanted as usize] += 1;
                        }
                    }
                    let after =
                        |words: &[u64]| (chunk.rows()..words.len() * 64).any(|row| bit(words, row));
                    assert!(!after(yes) && !after(no), "nobody is after the last");
                }
            });
            prop_assert_eq!(seen, rows);
            if let Some((formula, account, wanted, got)) = wrong {
                let rule = &case.rules[formula];
                let account = &accounts[account];
                prop_assert!(
                    false,
                    "{rule}\nis {wanted}, and {got} by columns, of\n{account:?}"
                );
            }
            for (formula, (short, full)) in short.iter().zip(&full).enumerate() {
                let of = |wanted: Truth| {
                    let rows = (skipped..rows + skipped)
                        .filter(|row| truths[row % ACCOUNTS][formula] == wanted);
                    rows.count() as u64
                };
                prop_assert_eq!(
                    (short.rows, short.truths, short.falses),
                    (rows as u64, of(Truth::True), 0)
                );
                prop_assert_eq!(
                    (full.truths, full.falses),
                    (of(Truth::True), of(Truth::False))
                );
                prop_assert_eq!(full.unknowns(), of(Truth::Unknown));
            }
            Ok(())
        },
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let counts = counts.into_inner();
    let total: u64 = counts.iter().sum();
    println!("{total} pairs: false, unknown, true {counts:?}");
    assert!(total >= 64_000);
    assert!(
        counts.iter().all(|count| *count >= total / 10),
        "{counts:?} of {total}"
    );
}

#[test]
fn reasons_are_those_of_the_trace() {
    let met = RefCell::new(BTreeSet::new());
    let mut runner = TestRunner::new(cases(20));
    let strategy = (
        vec(rule(), 4),
        vec(account(), 60),
        shared_ages(),
        any::<u64>(),
    );
    let outcome = runner.run(&strategy, |(rules, accounts, shared, ways)| {
        let case = Case::new(&rules, &accounts, shared.as_deref());
        let table = case.table(60, 0, ways);
        let truths = case.truths();
        let schema = WORLD.book.schema();
        let audience = Evaluator::new(schema, &case.formulas, &case.roots, Detail::Reasons);
        audience.each(&table, clock(), &mut Scratch::default(), |chunk| {
            for (formula, rule) in case.rules.iter().enumerate() {
                let reasons = chunk.reasons(formula);
                for row in 0..chunk.rows() {
                    let mine = reasons.iter().filter(|reason| bit(&reason.rows, row));
                    let mine: BTreeSet<(String, WhyUnknown)> = mine
                        .map(|reason| {
                            (
                                schema.fact(reason.fact).unwrap().name.to_string(),
                                reason.why,
                            )
                        })
                        .collect();
                    met.borrow_mut().extend(mine.iter().map(|(_, why)| *why));
                    let wanted = match truths[row][formula] {
                        Truth::Unknown => case.reasons(row, formula),
                        _ => BTreeSet::new(),
                    };
                    assert_eq!(mine, wanted, "{rule} of {:?}", accounts[row]);
                }
            }
        });
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let every = [
        WhyUnknown::Absent,
        WhyUnknown::Stale,
        WhyUnknown::Undated,
        WhyUnknown::Future,
        WhyUnknown::OutOfDomain,
    ];
    assert_eq!(met.into_inner(), BTreeSet::from(every));
}
