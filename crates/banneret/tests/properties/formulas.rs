//! Formulas say what the author's text says.

use std::cell::RefCell;

use banneret::ast::Expr;
use banneret::{Clock, Formulas, NodeId, Truth, Truths};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::accounts::{Account, Word, account, facts};
use crate::cases;
use crate::oracle::Oracle;
use crate::rules::rule;
use crate::world::{DAY, FACTS, NOW, WORLD, time};

/// The formula of a rule, through its text.
fn compiled(rule: &Expr) -> (Formulas, NodeId) {
    let text = rule.to_string();
    WORLD
        .book
        .compile(&text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn clock() -> Clock {
    Clock {
        now: time(NOW),
        skew: WORLD.book.manifest().clock_skew,
    }
}

fn truth((formulas, root): &(Formulas, NodeId), account: &Account) -> Truth {
    let mut truths = Truths::default();
    truths.fill(formulas, &facts(WORLD.book.schema(), account), clock());
    truths.of(*root)
}

fn as_truth(known: Option<bool>) -> Truth {
    known.map_or(Truth::Unknown, Truth::from)
}

/// 20,000 pairs of a rule and an account, and enough of each truth among them.
#[test]
fn a_formula_is_its_rule() {
    const ACCOUNTS: usize = 20;
    let counts = RefCell::new([0_u32; 3]);
    let mut runner = TestRunner::new(cases(1_000));
    let outcome = runner.run(&(rule(), vec(account(), ACCOUNTS)), |(rule, accounts)| {
        let compiled = compiled(&rule);
        for account in &accounts {
            let wanted = as_truth(Oracle { account, now: NOW }.truth(&rule));
            prop_assert_eq!(truth(&compiled, account), wanted, "{}", rule);
            counts.borrow_mut()[wanted as usize] += 1;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let counts = counts.into_inner();
    let total: u32 = counts.iter().sum();
    println!("{total} pairs: false, unknown, true {counts:?}");
    assert!(total >= 20_000);
    assert!(
        counts.iter().all(|count| *count >= total / 10),
        "{counts:?} of {total}"
    );
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn what_is_printed_means_the_same(rule in rule(), accounts in vec(account(), 10)) {
        let one = compiled(&rule);
        let text = one.0.display(one.1, WORLD.book.schema());
        prop_assume!(!text.ends_with('…'));
        let two = WORLD.book.compile(&text);
        prop_assert!(two.is_ok(), "{}\nis printed as\n{}\n{}", rule, text, two.unwrap_err());
        let two = two.unwrap();
        for account in &accounts {
            prop_assert_eq!(truth(&one, account), truth(&two, account), "{}\nis printed as\n{}", rule, text);
        }
    }

    #[test]
    fn an_extract_keeps_its_truths(
        rule in rule(),
        account in account(),
        picks in vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let (formulas, root) = compiled(&rule);
        let (copy, moved) = formulas.extract(&[root, NodeId::TRUE, root]);
        prop_assert!(copy.len() <= formulas.len());
        prop_assert_eq!((moved[1], moved[2]), (NodeId::TRUE, moved[0]));
        prop_assert_eq!(truth(&(formulas, root), &account), truth(&(copy, moved[0]), &account));

        let book = WORLD.book.formulas();
        let segments: Vec<NodeId> = WORLD.book.segments().iter().map(|one| one.formula).collect();
        let roots: Vec<NodeId> = picks.iter().map(|pick| *pick.get(&segments)).collect();
        let (copy, moved) = book.extract(&roots);
        prop_assert!(copy.len() <= book.len());
        prop_assert_eq!(moved.len(), roots.len());
        for (root, moved) in roots.into_iter().zip(moved) {
            let whole = truth(&(book.clone(), root), &account);
            prop_assert_eq!(whole, truth(&(copy.clone(), moved), &account));
        }
    }

    #[test]
    fn equal_rules_are_one_formula(rule in rule()) {
        let (formulas, root) = compiled(&rule);
        let doubled = format!("not (not ({rule})) and ({rule}) and true");
        let (twice, again) = WORLD.book.compile(&doubled).unwrap();
        prop_assert_eq!(formulas.len(), twice.len());
        prop_assert_eq!(root, again);
    }
}

/// How a viewer's host can know less of a fact than before.
#[derive(Clone, Copy, Debug)]
enum Less {
    Forgotten,
    Null,
    Undated,
    Older(i64),
}

fn less() -> impl Strategy<Value = Less> {
    prop_oneof![
        Just(Less::Forgotten),
        Just(Less::Null),
        Just(Less::Undated),
        (1..9 * DAY).prop_map(Less::Older),
    ]
}

/// The account, knowing less of one fact. A fact dated ahead only comes to be believed with age,
/// and one that comes with the request is the younger for having no date, so those stay.
fn knowing_less(account: &Account, at: usize, less: Less) -> Account {
    let mut account = account.clone();
    let Some(Word { value, as_of }) = &mut account[at] else {
        return account;
    };
    match (less, *as_of) {
        (Less::Forgotten, _) => account[at] = None,
        (Less::Null, _) => *value = crate::accounts::Value::Null,
        (Less::Undated, _) if FACTS[at].fresh_for.is_some() => *as_of = None,
        // To date what goes stale and has no date would be to learn.
        (Less::Older(age), None) if FACTS[at].fresh_for.is_none() => *as_of = Some(NOW - age),
        (Less::Older(age), Some(then)) if then <= NOW => *as_of = Some(then - age),
        _ => {}
    }
    account
}

#[test]
fn learning_less_never_shows_more() {
    let lost = RefCell::new(0);
    let mut runner = TestRunner::new(cases(500));
    let steps = vec((any::<prop::sample::Index>(), less()), 12);
    let outcome = runner.run(&(rule(), account(), steps), |(rule, account, steps)| {
        let compiled = compiled(&rule);
        let ignorance = |atom: &banneret::Atom| atom.question == banneret::Question::Unknown;
        prop_assume!(!compiled.0.atoms().any(ignorance));
        let mut before = account;
        for (fact, less) in steps {
            let after = knowing_less(&before, fact.index(FACTS.len()), less);
            let (was, is) = (truth(&compiled, &before), truth(&compiled, &after));
            prop_assert!(
                !is.is_true() || was.is_true(),
                "{} was {} before {:?}",
                rule,
                was,
                less
            );
            *lost.borrow_mut() += u32::from(was != is);
            before = after;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let lost = lost.into_inner();
    assert!(lost > 100, "too little was lost to tell: {lost}");
}
