//! Changed rules, held against reading the changed book as a whole: what is said of each of them
//! comes true, and what is said to make no difference makes none to random accounts.

use std::collections::BTreeMap;

use banneret::{Book, CaseBody, Checked, Engine, Facts, History, Span, Time};
use banneret_lint::{Expectation, Mutant, Outcome, coverage, mutate};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const MANIFEST: &str = "edition: 1
placements: {top: 1}
copy: {dir: copy, source: en, locales: [en]}
";

const SCHEMA: &str = "facts:
  p.plan: {type: enum, values: [free, pro, max]}
  p.flag: {type: bool, fresh_for: 1h}
  p.seats: {type: int, min: 0, max: 9, fresh_for: 2h}
  p.due: {type: time}
  p.tags: {type: set of enum, values: [x, y, z]}
  p.land: {type: string, values: [DE, SE]}
";

const NOW: &str = "2026-05-04T12:00:00Z";

const QUESTIONS: &[&str] = &[
    "p.plan == free",
    "p.plan in {free, pro}",
    "p.plan not in {max}",
    "p.plan is known",
    "p.flag",
    "p.flag == false",
    "(p.flag) no older than 5m",
    "p.seats > 3",
    "p.seats between 2 and 6",
    "p.seats in {1, 2, 3}",
    "p.due in the past",
    "p.due in the last 3 days",
    "p.due between 1 and 3 days ago",
    "p.due before 2026-05-04",
    "p.due after 2026-05-03T12:00:00Z",
    "p.tags has x",
    "p.tags has any of {x, y}",
    "p.tags has none of {z}",
    "p.tags is empty",
    "p.land in {\"DE\"}",
    "base",
];

/// How many random books; more before a release, as the engine's property tests have it.
fn cases() -> u32 {
    let asked = std::env::var("BANNERET_PROPERTY_CASES").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(12)
}

fn rule() -> impl Strategy<Value = String> {
    let leaf = select(QUESTIONS).prop_map(str::to_owned);
    leaf.prop_recursive(2, 8, 3, |inner| {
        let joined = |word: &'static str| {
            vec(inner.clone(), 2..4).prop_map(move |parts| format!("({})", parts.join(word)))
        };
        prop_oneof![
            3 => joined(" and # and so on\n    "),
            3 => joined("\n    or "),
            1 => inner.clone().prop_map(|inner| format!("not ({inner})")),
            1 => inner.clone().prop_map(|inner| format!("({inner}) no older than 10m")),
        ]
    })
}

/// Facts of an account, as a test writes them; each may be left out or said to be old.
fn account() -> impl Strategy<Value = String> {
    let values = vec![
        ("p.plan", vec!["free", "pro", "max", "null"]),
        ("p.flag", vec!["true", "false"]),
        ("p.seats", vec!["0", "1", "2", "3", "4", "6", "7"]),
        (
            "p.due",
            vec![
                "2026-05-01T12:00:00Z",
                "2026-05-03T12:00:00Z",
                "2026-05-04T00:00:00Z",
                "2026-06-01T00:00:00Z",
            ],
        ),
        ("p.tags", vec!["[]", "[x]", "[y]", "[x, z]", "[x, y, z]"]),
        ("p.land", vec!["DE", "SE"]),
    ];
    let ages = [NOW, NOW, "2026-05-04T11:52:00Z", "2026-05-04T10:30:00Z"];
    let known = subsequence(values, 3..=6).prop_flat_map(move |known| {
        let facts = known.into_iter().map(move |(name, values)| {
            (select(values), select(ages.to_vec()))
                .prop_map(move |(value, age)| format!("{name}: {{value: {value}, as_of: {age}}}"))
        });
        facts.collect::<Vec<_>>()
    });
    known.prop_map(|facts| format!("{{{}}}", facts.join(", ")))
}

/// A book whose contract keeps something, and whose banners stand in each other's way.
fn book(segment: &str, audiences: &[String; 2], tests: &str) -> BTreeMap<String, String> {
    let [first, second] = audiences;
    let rules = format!(
        "segment base: p.plan in {{free, max}} and p.seats > 1\n\n\
         segment s:\n    {segment}\n\n\
         message tip:\n\n\
         message sure:\n  requires s\n\n\
         banner b0:\n  message sure\n  audience s and {first}\n  placement top\n  copy sure\n  \
         owner \"x\"\n  priority 5\n\n\
         banner b1:\n  message tip\n  audience {second}\n  placement top\n  copy tip\n  owner \"x\"\n"
    );
    let copy = "tip = Words.\n    .kind = tip\n\nsure = Words.\n    .kind = sure\n";
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", SCHEMA),
        ("copy/en.ftl", copy),
        ("rules.banner", &rules),
        ("tests/some.yaml", tests),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

fn checked(files: &BTreeMap<String, String>) -> Checked {
    let checked = Book::check(files.clone());
    assert!(checked.book.is_some(), "{:?}", checked.diagnostics);
    checked
}

/// The files with a mutant's change in them.
fn changed(files: &BTreeMap<String, String>, mutant: &Mutant) -> BTreeMap<String, String> {
    let mut files = files.clone();
    let text = files.get_mut("rules.banner").unwrap();
    for edit in mutant.edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    files
}

/// Tests that say of those accounts what the book does; every third looks at the gates too.
fn tests(files: &BTreeMap<String, String>, accounts: &[String]) -> String {
    let facts = |tests: String| {
        let mut files = files.clone();
        files.insert("tests/some.yaml".to_owned(), tests);
        checked(&files).book.unwrap()
    };
    let mut told = String::new();
    for (at, account) in accounts.iter().enumerate() {
        let case = |says: &str, gates: bool| {
            format!(
                "- {{name: \"{at}\", now: {NOW}, facts: {account}, {says}, after_gates: {gates}}}\n"
            )
        };
        let gates = at % 3 == 2;
        let shown: Vec<_> = ["b0", "b1"]
            .into_iter()
            .filter(|banner| {
                let book = facts(case(&format!("shows: [{banner}]"), gates));
                book.run_cases()[0].passed()
            })
            .collect();
        let hidden: Vec<_> = ["b0", "b1"]
            .into_iter()
            .filter(|banner| !shown.contains(banner))
            .collect();
        let says = format!(
            "shows: [{}], hides: [{}]",
            shown.join(", "),
            hidden.join(", ")
        );
        told += &case(&says, gates);
    }
    told
}

/// The banners that match for an account, by the engine.
fn matching(engine: &Engine, facts: &Facts, now: Time) -> Vec<String> {
    let mut scratch = engine.scratch();
    let decision = engine.decide(facts, &History::new(), now, &mut scratch);
    decision.unwrap().matches().map(str::to_owned).collect()
}

fn failing(book: &Book) -> Vec<usize> {
    let results = book.run_cases().into_iter().enumerate();
    let failing = results.filter(|(_, result)| !result.passed());
    failing.map(|(at, _)| at).collect()
}

/// The accounts of a book's tests.
fn accounts(book: &Book) -> Vec<Facts> {
    let cases = book.cases().iter().filter_map(|case| match &case.body {
        CaseBody::Decision(body) => Some(book.account(body, case.now?).unwrap().facts),
        CaseBody::Source(_) => None,
    });
    cases.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_of_a_changed_rule_comes_true(
        segment in rule(),
        audiences in [rule(), rule()],
        tested in vec(account(), 0..6),
        others in vec(account(), 24..25),
    ) {
        let bare = book(&segment, &audiences, "");
        let files = book(&segment, &audiences, &tests(&bare, &tested));
        let checked = checked(&files);
        let unchanged = checked.book.clone().unwrap();
        prop_assert!(failing(&unchanged).is_empty());
        let now: Time = NOW.parse().unwrap();
        let random = self::checked(&book(&segment, &audiences, &others.iter().enumerate().map(
            |(at, facts)| format!("- {{name: \"{at}\", now: {NOW}, facts: {facts}, hides: [b0]}}\n")
        ).collect::<String>()));
        let random = accounts(random.book.as_ref().unwrap());
        let engine = Engine::new(unchanged.clone());
        let mutants = mutate(&checked).unwrap();
        prop_assert!(!mutants.mutants.is_empty());
        for mutant in &mutants.mutants {
            let changed = changed(&files, mutant);
            let (before, after) = mutant.lines(&checked.sources);
            let is_there = |text: &str| changed["rules.banner"].contains(text);
            prop_assert!(files["rules.banner"].contains(&before) && is_there(&after));
            let changed = self::checked(&changed).book.unwrap();
            let caught: Vec<_> = changed.report().iter().map(|unkept| &*changed.banners()[unkept.banner].name).collect();
            let fails = failing(&changed);
            let other = Engine::new(changed.clone());
            let same = |facts: &Facts, now| matching(&engine, facts, now) == matching(&other, facts, now);
            match &mutant.outcome {
                Outcome::Equivalent => {
                    prop_assert!(caught.is_empty() && fails.is_empty(), "{mutant:?}");
                    prop_assert!(random.iter().all(|facts| same(facts, now)), "{mutant:?}");
                }
                Outcome::CaughtByProof { banner } => prop_assert!(caught.contains(&&**banner), "{mutant:?}"),
                Outcome::CaughtByTests { case } => {
                    prop_assert!(caught.is_empty() && fails.contains(case), "{mutant:?}");
                }
                Outcome::Missed(missed) => {
                    prop_assert!(caught.is_empty() && fails.is_empty(), "{mutant:?}");
                    let facts = missed.witness.facts(unchanged.schema());
                    let sees = |engine: &Engine| matching(engine, &facts, missed.witness.now).contains(&missed.banner);
                    let is_shown = missed.expected == Expectation::Shows;
                    prop_assert!(sees(&engine) == is_shown && sees(&other) != is_shown, "{mutant:?}");
                    if let Some(known) = missed.noticed_with {
                        let Outcome::Missed(known) = &mutants.mutants[known].outcome else { panic!() };
                        let facts = known.witness.facts(unchanged.schema());
                        prop_assert!(!same(&facts, known.witness.now), "{mutant:?}");
                    }
                }
                Outcome::Unproven { .. } => prop_assert!(false, "{mutant:?}"),
            }
        }
    }

    /// Against the truth of each condition by itself.
    #[test]
    fn a_condition_is_covered_where_it_is_decided(audience in rule(), tested in vec(account(), 1..6)) {
        let cases = tested.iter().enumerate().map(|(at, facts)| {
            format!("- {{name: \"{at}\", now: {NOW}, facts: {facts}, hides: [b1]}}\n")
        });
        let files = book("true", &["true".to_owned(), audience], &cases.collect::<String>());
        let checked = checked(&files);
        let covered = coverage(&checked).unwrap();
        let book = checked.book.as_ref().unwrap();
        let rule = covered.rules.iter().find(|rule| rule.rule.name == "b1").unwrap();
        let inside = |span: Span| checked.sources.text(rule.rule.span).contains(checked.sources.text(span));
        for condition in &rule.conditions {
            prop_assert!(inside(condition.span));
            prop_assert_eq!(condition.yes + condition.no + condition.unknown >= tested.len(), true);
            let (formulas, node) = book.compile(checked.sources.text(condition.span)).unwrap();
            let mut yes = 0;
            for facts in accounts(book) {
                let mut truths = banneret::Truths::default();
                let clock = banneret::Clock { now: NOW.parse().unwrap(), skew: book.manifest().clock_skew };
                truths.fill(&formulas, &facts, clock);
                yes += usize::from(truths.of(node).is_true());
            }
            // An age around it can only make fewer of them known.
            prop_assert!(condition.yes <= yes);
            if !files["rules.banner"].contains("no older than") {
                prop_assert_eq!(condition.yes, yes);
            }
        }
    }
}
