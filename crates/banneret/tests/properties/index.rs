//! The index against the plain evaluator: every rule of a book, and every account.
//!
//! By default 200,000 pairs of a rule and an account; ten million before a release:
//!
//! ```sh
//! BANNERET_PROPERTY_CASES=2500 cargo test --release -p banneret --test properties index
//! ```

use std::cell::RefCell;
use std::fmt::Write as _;

use banneret::ast::{Expr, ExprKind};
use banneret::{Book, Clock, Engine, Facts, Truth, Truths};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::accounts::{Account, account, facts};
use crate::cases;
use crate::rules::{expr, rule, rule_naming};
use crate::world::{MANIFEST, NOW, WORLD, schema, time};

/// How many rules a book has: one by one, a part of a line of the index, some lines.
const SIZES: &[usize] = &[1, 7, 24, 25, 60, 150, 300];
const ACCOUNTS: usize = 40;

fn book<R: std::fmt::Display>(schema: &str, rules: impl IntoIterator<Item = R>) -> Book {
    let segments = WORLD.segments.iter();
    let segments = segments.map(|(name, expr)| format!("segment {name}: {expr}\n"));
    let mut text: String = if schema.contains("p.state") {
        segments.collect()
    } else {
        String::new()
    };
    text.push_str("message tip:\n\n");
    for (at, rule) in rules.into_iter().enumerate() {
        write!(
            text,
            "banner b{at:05}:\n  message tip\n  audience {rule}\n  placement bar\n  copy words\n  \
             owner \"tests\"\n\n",
        )
        .unwrap();
    }
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", schema),
        ("copy/en.ftl", "words = Words.\n    .kind = tip\n"),
        ("rules.banner", &text),
    ];
    Book::from_files(files).unwrap()
}

/// Holds what an engine matches to what the plain evaluator says, and counts the truths.
fn compare(
    engine: &Engine,
    accounts: impl IntoIterator<Item = Facts>,
) -> Result<[u64; 3], TestCaseError> {
    let mut counts = [0; 3];
    let (book, mut scratch, mut truths) = (engine.book(), engine.scratch(), Truths::default());
    let clock = Clock {
        now: time(NOW),
        skew: book.manifest().clock_skew,
    };
    for facts in accounts {
        truths.fill(book.formulas(), &facts, clock);
        let matches = engine.matches(&facts, clock.now, &mut scratch).unwrap();
        let mut matching = matches.names().peekable();
        for banner in book.banners() {
            let truth = truths.of(banner.audience);
            let matches = matching.next_if(|name| **name == *banner.name).is_some();
            let rule = book.texts().text(banner.audience_span);
            prop_assert_eq!(matches, truth == Truth::True, "{}: {}", truth, rule);
            counts[truth as usize] += 1;
        }
        prop_assert_eq!(matching.next(), None);
    }
    Ok(counts)
}

/// Rules that have very many alternatives written out: four times four times four …
fn exploding() -> impl Strategy<Value = Expr> {
    let either = || {
        vec(rule_naming(&[]), 2..5)
            .prop_map(ExprKind::Or)
            .prop_map(expr)
    };
    vec(either(), 3..7).prop_map(ExprKind::And).prop_map(expr)
}

/// Rules that are deeper than anybody writes.
fn deep() -> impl Strategy<Value = Expr> {
    vec(rule_naming(&[]), 70..80).prop_map(|parts| {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap();
        let nested = parts.enumerate().fold(first, |inner, (at, part)| {
            let inner = expr(ExprKind::Paren(Box::new(inner)));
            let pair = vec![expr(ExprKind::Paren(Box::new(part))), inner];
            expr(if at % 2 == 0 {
                ExprKind::Or(pair)
            } else {
                ExprKind::And(pair)
            })
        });
        expr(ExprKind::Paren(Box::new(nested)))
    })
}

#[test]
fn the_index_says_what_the_plain_evaluator_says() {
    let counts = RefCell::new([0_u64; 3]);
    let mut runner = TestRunner::new(cases(90));
    let one = || prop_oneof![60 => rule(), 3 => exploding(), 1 => deep()];
    let rules = select(SIZES).prop_flat_map(move |size| vec(one(), size));
    let books = (rules, vec(account(), ACCOUNTS));
    let outcome = runner.run(&books, |(rules, accounts)| {
        let engine = Engine::new(book(&schema(), &rules));
        let book = engine.book();
        let accounts = accounts
            .iter()
            .map(|one: &Account| facts(book.schema(), one));
        for (sum, count) in counts
            .borrow_mut()
            .iter_mut()
            .zip(compare(&engine, accounts)?)
        {
            *sum += count;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let counts = counts.into_inner();
    let total: u64 = counts.iter().sum();
    println!("{total} pairs: false, unknown, true {counts:?}");
    assert!(total >= 200_000, "{total} pairs");
    assert!(
        counts.iter().all(|count| *count >= total / 10),
        "{counts:?} of {total}"
    );
}

/// More values than a column has classes: numbers, moments, values of an enum, texts, members of
/// sets, and facts that few rules ask about.
#[test]
fn more_values_than_there_is_room_for() {
    let values: Vec<String> = (0..400).map(|value| format!("v{value}")).collect();
    let schema = format!(
        "facts:\n  q.n: {{type: int}}\n  q.at: {{type: time}}\n  q.e: {{type: enum, values: {values:?}}}\n  \
         q.es: {{type: set of enum, values: {values:?}}}\n  q.t: {{type: string}}\n  q.ts: {{type: set of \
         string}}\n  q.rare: {{type: int, fresh_for: 1h}}\n  q.seldom: {{type: set of string}}\n"
    );
    let some = |draw: &mut oorandom::Rand32, many: u32| {
        let picked: Vec<String> = (0..1 + draw.rand_range(0..many))
            .map(|_| format!("v{}", draw.rand_range(0..400)))
            .collect();
        picked.join(", ")
    };
    let quoted = |list: String| {
        list.split(", ")
            .map(|one| format!("{one:?}"))
            .collect::<Vec<_>>()
    };
    let mut draw = oorandom::Rand32::new(7);
    let question = |draw: &mut oorandom::Rand32| {
        let (n, m) = (draw.rand_range(0..5_000), draw.rand_range(0..5_000));
        let (low, high) = (n.min(m), n.max(m));
        match draw.rand_range(0..13) {
            0 => format!("q.n between {low} and {high}"),
            1 => format!("q.n == {n}"),
            2 => format!("q.n != {n}"),
            3 => format!("q.at more than {n} minutes ago"),
            4 => format!("q.at in the next {m} minutes"),
            5 => format!("q.e in {{{}}}", some(draw, 200)),
            6 => format!("q.e not in {{{}}}", some(draw, 9)),
            7 => format!("q.es has any of {{{}}}", some(draw, 3)),
            8 => format!("q.es has none of {{{}}}", some(draw, 3)),
            9 => format!("q.t in {{{}}}", quoted(some(draw, 4)).join(", ")),
            10 => format!("q.ts has all of {{{}}}", quoted(some(draw, 2)).join(", ")),
            11 => format!(
                "(q.n > {n} or q.ts has any of {{{}}})",
                quoted(some(draw, 3)).join(", ")
            ),
            _ if n % 40 == 0 => {
                format!("(q.rare > {m} or q.seldom has any of {{\"v1\"}} or q.rare is unknown)")
            }
            _ => format!("(q.t != \"v{}\" or q.e is unknown)", n % 400),
        }
    };
    let rules: Vec<String> = (0..3_000)
        .map(|_| {
            let questions: Vec<_> = (0..1 + draw.rand_range(0..3))
                .map(|_| question(&mut draw))
                .collect();
            questions.join(" and ")
        })
        .collect();
    let engine = Engine::new(book(&schema, &rules));
    let accounts = (0..60).map(|_| {
        let mut text = |many: u32| format!("v{}", draw.rand_range(0..many));
        let mut builder = engine.facts().as_of(time(NOW));
        let (t, e) = (text(400), text(400));
        let sets = [[text(400), text(400)], [text(400), text(9)]];
        let mut put = |name, value: banneret::Given| {
            if draw.rand_range(0..20) > 0 {
                let id = engine.book().schema().id(name).unwrap();
                builder.insert(id, value, None).unwrap();
            }
            i64::from(draw.rand_range(0..5_000))
        };
        let n = put("q.t", t.into());
        let minutes = put("q.n", n.into());
        let minutes = NOW + (2 * minutes - 5_000) * crate::world::MINUTE;
        let rare = put("q.at", time(minutes).into());
        put("q.rare", rare.into());
        put("q.e", e.into());
        for (name, set) in ["q.es", "q.ts", "q.seldom"]
            .into_iter()
            .zip(sets.iter().chain(&sets))
        {
            put(name, banneret::Given::List(set.to_vec()));
        }
        builder.build()
    });
    let counts = compare(&engine, accounts.collect::<Vec<_>>()).unwrap();
    assert!(counts.iter().all(|count| *count > 2_000), "{counts:?}");
}
