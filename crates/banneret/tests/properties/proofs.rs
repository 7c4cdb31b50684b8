//! The prover against brute force: every account of a small world is tried by the plain evaluator.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::LazyLock;

use banneret::{
    Answer, Book, Clock, Duration, Facts, Formulas, Given, NodeId, Prover, Schema, Time, Told,
    Truths, Unproven, Value, Witness,
};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::cases;
use crate::proofs_world::{self, Cells, Rule, Small, small, two_times};
use crate::world::{MANIFEST, NOW, nowhere, time};

/// Worlds with more accounts than this are left out.
const MOST: usize = 6_000;

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", &*proofs_world::schema()),
    ];
    Book::from_files(files).unwrap()
});

fn compiled(rules: &[Rule]) -> (Formulas, Vec<NodeId>) {
    let read = |rule: &Rule| {
        let (text, mut found) = (rule.to_string(), Vec::new());
        let expression = banneret::parse_expr(nowhere().file, 0, &text, &mut found);
        expression.unwrap_or_else(|| panic!("{text}: {found:?}"))
    };
    let expressions: Vec<_> = rules.iter().map(read).collect();
    let (formulas, roots) = BOOK.lower(expressions.iter().map(|expression| (expression, false)));
    formulas.extract(&roots)
}

fn clock(now: Time) -> Clock {
    Clock {
        now,
        skew: Duration::default(),
    }
}

/// One account of the product of all cells.
fn account(cells: &[Cells], picks: &[usize]) -> (Facts, Time) {
    let known = cells.iter().zip(picks).map(|(cells, pick)| cells.at(*pick));
    let now = known.filter_map(|known| known?.1.now).next();
    let now = now.unwrap_or(NOW);
    (facts(cells, picks, now), time(now))
}

fn facts(cells: &[Cells], picks: &[usize], now: i64) -> Facts {
    let schema = BOOK.schema();
    let mut facts = Facts::builder(schema);
    for (cells, pick) in cells.iter().zip(picks) {
        let id = schema.id(cells.spec.name).unwrap();
        let (given, as_of) = match cells.at(*pick) {
            None => (Given::Unknown, None),
            Some((age, value)) => (value.given.clone(), Some(time(now - age))),
        };
        facts.insert(id, given, as_of).unwrap();
    }
    facts.build()
}

/// Every combination of one cell of each fact, the last fact's changing first.
fn combinations(cells: &[Cells]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let count: usize = cells.iter().map(Cells::len).product();
    (0..count).map(move |number| {
        let mut rest = number;
        let mut picks = vec![0; cells.len()];
        for (pick, cells) in picks.iter_mut().zip(cells).rev() {
            *pick = rest % cells.len();
            rest /= cells.len();
        }
        picks
    })
}

/// What the plain evaluator says of every account.
struct Tried {
    is_in: Vec<bool>,
    keeps: Vec<bool>,
    /// The same account with everything that is known fresh.
    refreshed: Vec<usize>,
}

fn try_all(cells: &[Cells], formulas: &Formulas, audience: NodeId, contract: NodeId) -> Tried {
    let mut tried = Tried {
        is_in: Vec::new(),
        keeps: Vec::new(),
        refreshed: Vec::new(),
    };
    let mut truths = Truths::default();
    for picks in combinations(cells) {
        let (facts, now) = account(cells, &picks);
        truths.fill(formulas, &facts, clock(now));
        tried.is_in.push(truths.of(audience).is_true());
        tried.keeps.push(truths.of(contract).is_true());
        let fresh = cells.iter().zip(&picks);
        let fresh = fresh.fold(0, |number, (cells, pick)| {
            number * cells.len() + cells.refreshed(*pick)
        });
        tried.refreshed.push(fresh);
    }
    tried
}

/// The least that must be told so that whatever else is so, the account is of the set.
fn cheapest(
    set: &[bool],
    cells: &[Cells],
    done: &mut HashMap<Vec<bool>, Option<u32>>,
) -> Option<u32> {
    let Some((first, rest)) = cells.split_first() else {
        return set[0].then_some(0);
    };
    if !set.contains(&true) {
        return None;
    }
    if let Some(done) = done.get(set) {
        return *done;
    }
    let size = set.len() / first.len();
    let mut best: Option<u32> = None;
    for (price, left) in &first.tells {
        if best.is_some_and(|best| best <= *price) {
            continue;
        }
        let mut all = vec![true; size];
        for cell in left {
            let part = &set[cell * size..(cell + 1) * size];
            all.iter_mut().zip(part).for_each(|(all, one)| *all &= *one);
        }
        let cost = cheapest(&all, rest, done).map(|cost| cost + price);
        best = [best, cost].into_iter().flatten().min();
    }
    done.insert(set.to_vec(), best);
    best
}

/// The price of what was told, by the price list.
fn price(schema: &Schema, witness: &Witness) -> u32 {
    let told = witness.told.iter().map(|told| {
        let fact = schema.fact(told.fact).unwrap();
        let unusual = match &told.value {
            None => 20,
            Some(Value::Bool(value)) => u32::from(*value),
            Some(Value::Enum(code)) => u32::from(!fact.kind.values()[code.index()].usual),
            Some(Value::Codes(codes)) => u32::try_from(codes.len()).unwrap(),
            Some(Value::Texts(texts)) => u32::try_from(texts.len()).unwrap(),
            Some(_) => 0,
        };
        let is_old = told.as_of.is_some_and(|as_of| as_of < witness.now);
        1_000 + unusual + if is_old { 30 } else { 0 }
    });
    told.sum()
}

/// With what the witness tells, every account is of the set, whatever else is so of it.
fn is_of_the_set_whatever_else(
    witness: &Witness,
    cells: &[Cells],
    holds: &mut impl FnMut(&Facts, Time) -> bool,
) -> bool {
    let schema = BOOK.schema();
    let told = |told: &Told| &*schema.fact(told.fact).unwrap().name;
    let told: Vec<_> = witness.told.iter().map(told).collect();
    let open = cells
        .iter()
        .filter(|cells| !told.contains(&cells.spec.name));
    let open: Vec<Cells> = open.cloned().collect();
    let told = witness.facts(schema);
    combinations(&open).take(500).all(|picks| {
        let others = facts(&open, &picks, witness.now.as_unix_micros());
        holds(&told.merge(&others).unwrap(), witness.now)
    })
}

fn truth(formulas: &Formulas, root: NodeId, facts: &Facts, now: Time) -> bool {
    let mut truths = Truths::default();
    truths.fill(formulas, facts, clock(now));
    truths.of(root).is_true()
}

/// How many of each answer there were.
#[derive(Default)]
struct Counts {
    nobody: Cell<u32>,
    somebody: Cell<u32>,
    dear: Cell<u32>,
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

fn one_pair(world: &Small, counts: &Counts) -> Result<(), TestCaseError> {
    let cells = world.cells();
    let accounts: usize = cells.iter().map(Cells::len).product();
    prop_assume!(accounts <= MOST);
    let (formulas, roots) = compiled(&world.rules);
    let (audience, contract) = (roots[0], roots[1]);
    let tried = try_all(&cells, &formulas, audience, contract);
    let pairs = tried.is_in.iter().zip(&tried.keeps);
    let set: Vec<bool> = pairs.map(|(is_in, keeps)| *is_in && !keeps).collect();
    let wanted = cheapest(&set, &cells, &mut HashMap::new());

    let mut prover = Prover::new(BOOK.schema(), &formulas);
    match (prover.find(&[audience], &[contract]), wanted) {
        (Answer::Nobody, None) => count(&counts.nobody),
        (Answer::Somebody(witness), Some(cost)) => {
            let facts = witness.facts(BOOK.schema());
            let mut holds = |facts: &Facts, now| {
                truth(&formulas, audience, facts, now) && !truth(&formulas, contract, facts, now)
            };
            prop_assert!(holds(&facts, witness.now), "not replayed: {:?}", witness);
            prop_assert!(
                is_of_the_set_whatever_else(&witness, &cells, &mut holds),
                "not whatever else is so: {:?}",
                witness
            );
            prop_assert_eq!(witness.cost, cost, "{:?}", witness);
            prop_assert!(price(BOOK.schema(), &witness) >= cost, "{:?}", witness);
            prop_assert_eq!(witness.told.len(), (cost / 1_000) as usize, "{:?}", witness);
            count(&counts.somebody);
            if cost >= 2_000 {
                count(&counts.dear);
            }
        }
        (answer, cost) => prop_assert!(false, "{:?}, by brute force {:?}", answer, cost),
    }

    let mut numbered = tried.is_in.iter().enumerate();
    let at_any_age = numbered.any(|(at, is_in)| *is_in && !tried.keeps[tried.refreshed[at]]);
    match (prover.find_at_any_age(&[audience], &[contract]), at_any_age) {
        (Answer::Nobody, false) | (Answer::Somebody(_), true) => Ok(()),
        (answer, wanted) => {
            prop_assert!(false, "at any age {:?}, by brute force {}", answer, wanted);
            Ok(())
        }
    }
}

#[test]
fn the_prover_agrees_with_brute_force() {
    let counts = Counts::default();
    let mut runner = TestRunner::new(cases(300));
    let outcome = runner.run(&small(3), |world| one_pair(&world, &counts));
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let (nobody, somebody, dear) = (
        counts.nobody.get(),
        counts.somebody.get(),
        counts.dear.get(),
    );
    println!("{nobody} proven, {somebody} refuted, {dear} of them with two facts or more");
    assert!(nobody >= 50 && somebody >= 50 && dear >= 10);
}

/// The moments of two facts hang together through now, which the diagrams do not know: what they
/// find is tried until the moments fit. No verdict is wrong; some may be left open.
#[test]
fn moments_that_hang_together_are_never_decided_wrongly() {
    let (nobody, somebody, open) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(cases(60));
    let outcome = runner.run(&two_times(2), |world| {
        let by_moment = world.cells_by_moment();
        let accounts = |cells: &Vec<Cells>| -> usize { cells.iter().map(Cells::len).product() };
        prop_assume!(by_moment.iter().map(accounts).sum::<usize>() <= 8 * MOST);
        let (formulas, roots) = compiled(&world.rules);
        let (audience, contract) = (roots[0], roots[1]);
        let anybody = by_moment.iter().any(|cells| {
            let tried = try_all(cells, &formulas, audience, contract);
            let mut pairs = tried.is_in.iter().zip(&tried.keeps);
            pairs.any(|(is_in, keeps)| *is_in && !keeps)
        });
        let mut prover = Prover::new(BOOK.schema(), &formulas);
        match (prover.find(&[audience], &[contract]), anybody) {
            (Answer::Nobody, false) => count(&nobody),
            (Answer::Unproven(Unproven::Moments), _) => count(&open),
            (Answer::Somebody(witness), true) => {
                let (facts, now) = (witness.facts(BOOK.schema()), witness.now);
                prop_assert!(truth(&formulas, audience, &facts, now));
                prop_assert!(!truth(&formulas, contract, &facts, now));
                count(&somebody);
            }
            (answer, wanted) => prop_assert!(false, "{:?}, by brute force {}", answer, wanted),
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let (nobody, somebody, open) = (nobody.get(), somebody.get(), open.get());
    println!("{nobody} proven, {somebody} refuted, {open} left open");
    assert!(nobody >= 10 && somebody >= 10 && open <= (nobody + somebody) / 10);
}

/// What can be in eight thousand years only can be.
#[test]
fn moments_at_the_end_of_time_are_moments() {
    let mut found = Vec::new();
    let mut read = |text| banneret::parse_expr(nowhere().file, 0, text, &mut found).unwrap();
    let rules = [
        "q.at after 9998-01-01T00:00:00Z and q.at in the past",
        "q.at after 9998-01-01T00:00:00Z and q.at more than 36000 days ago",
        "q.at after 9998-01-01T00:00:00Z and q.at before 9998-01-01T00:00:00Z",
    ];
    let rules = rules.map(&mut read);
    let (formulas, roots) = BOOK.lower(rules.iter().map(|rule| (rule, false)));
    let mut prover = Prover::new(BOOK.schema(), &formulas);
    let answers = roots.iter().map(|root| prover.find(&[*root], &[]));
    let found: Vec<_> = answers.map(|answer| answer != Answer::Nobody).collect();
    assert_eq!(found, [true, false, false]);
}
