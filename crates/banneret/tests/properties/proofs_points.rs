//! The prover's diagrams against the plain evaluator, point by point: random rules over a rich
//! schema, random accounts.

use std::cell::{Cell, RefCell};

use banneret::{Clock, Facts, Prover, Reading, Truth, Truths};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::accounts::{Account, account, facts};
use crate::cases;
use crate::rules::rule;
use crate::world::{NOW, SKEW, WORLD, time};

/// The account with everything fresh that is known of it at any age.
fn refreshed(account: &Account) -> Account {
    let mut account = account.clone();
    for word in account.iter_mut().flatten() {
        // What is dated too far ahead is not known.
        word.as_of = word
            .as_of
            .map(|as_of| if as_of <= NOW + SKEW { NOW } else { as_of });
    }
    account
}

fn truths(formulas: &banneret::Formulas, facts: &Facts, clock: Clock) -> Truths {
    let mut truths = Truths::default();
    truths.fill(formulas, facts, clock);
    truths
}

/// A hundred accounts a rule; each is read as true, as false, and as true
/// at any age. Where the environment asks for ten thousand rules, that is a million accounts.
#[test]
fn a_diagram_is_its_formula() {
    const ACCOUNTS: usize = 100;
    let (points, counts) = (Cell::new(0_u64), RefCell::new([0_u64; 3]));
    let schema = WORLD.book.schema();
    let clock = Clock {
        now: time(NOW),
        skew: WORLD.book.manifest().clock_skew,
    };
    let mut runner = TestRunner::new(cases(60));
    let outcome = runner.run(&(rule(), vec(account(), ACCOUNTS)), |(rule, accounts)| {
        let (formulas, root) = WORLD.book.compile(&rule.to_string()).unwrap();
        let mut prover = Prover::new(schema, &formulas);
        for account in &accounts {
            let facts = [account, &refreshed(account)].map(|account| facts(schema, account));
            let [now, fresh] = [0, 1].map(|at| truths(&formulas, &facts[at], clock).of(root));
            let mut said = |reading| prover.holds(root, reading, &facts[0], clock);
            prop_assert_eq!(said(Reading::True), Ok(now == Truth::True), "{} true", rule);
            prop_assert_eq!(
                said(Reading::False),
                Ok(now == Truth::False),
                "{} false",
                rule
            );
            let at_any_age = said(Reading::TrueAtAnyAge);
            prop_assert_eq!(at_any_age, Ok(fresh == Truth::True), "{} at any age", rule);
            points.set(points.get() + 1);
            counts.borrow_mut()[now as usize] += 1;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let (points, counts) = (points.get(), counts.into_inner());
    println!("{points} points: false, unknown, true {counts:?}");
    assert!(counts.iter().all(|count| *count >= points / 10));
}
