//! Formulas of two books in one space are true for exactly the accounts for which they are true
//! over their own facts: random pairs of schemas, random rules of each, random accounts.

use std::sync::Arc;

use banneret::{Book, Clock, Duration, Facts, Given, Joined, NodeId, Prover, Schema, Time, Truths};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

const MANIFEST: &str = "edition: 1\nschema: schema.yaml\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n";
const VALUES: [&str; 5] = ["a", "b", "c", "d", "e"];
const NOW: i64 = 1_777_896_000;

/// Numbers drawn one after the other.
struct Dice(u64);

impl Dice {
    fn below(&mut self, many: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % many
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn some<'v>(&mut self, of: &[&'v str]) -> Vec<&'v str> {
        let mut some: Vec<_> = of.iter().copied().filter(|_| self.below(2) == 0).collect();
        if some.is_empty() {
            some.push(self.one(of));
        }
        some
    }
}

/// What one book knows of the facts.
struct World {
    plan: Vec<&'static str>,
    text: Option<Vec<&'static str>>,
    set: Vec<&'static str>,
    bounds: (i64, i64),
    fresh: Option<i64>,
    retyped: bool,
}

impl World {
    fn draw(dice: &mut Dice, fresh: bool) -> World {
        let mut shuffled = VALUES;
        shuffled.rotate_left(dice.below(5));
        let low = dice.one(&[-3, 0, 2]);
        World {
            plan: dice.some(&shuffled),
            text: (dice.below(3) > 0).then(|| dice.some(&shuffled)),
            set: dice.some(&shuffled),
            bounds: (low, low + dice.one(&[0, 3, 6])),
            fresh: fresh.then(|| dice.one(&[1, 2, 4])),
            retyped: dice.below(6) == 0,
        }
    }

    fn schema(&self) -> String {
        let fresh = self
            .fresh
            .map(|hours| format!(", fresh_for: {hours}h"))
            .unwrap_or_default();
        let text = self
            .text
            .as_ref()
            .map(|values| format!(", values: {values:?}"))
            .unwrap_or_default();
        let (min, max) = self.bounds;
        let odd = if self.retyped { "bool" } else { "int" };
        format!(
            "facts:\n  x.plan: {{type: enum, values: {:?}{fresh}}}\n  x.text: {{type: string{text}{fresh}}}\n  \
             x.set: {{type: set of enum, values: {:?}{fresh}}}\n  x.number: {{type: int, min: {min}, max: {max}{fresh}}}\n  \
             x.odd: {{type: {odd}}}\n  x.tags: {{type: set of string{fresh}}}\n  x.at: {{type: time{fresh}}}\n",
            self.plan, self.set
        )
    }

    fn question(&self, dice: &mut Dice) -> String {
        let list = |values: Vec<&str>| values.join(", ");
        let quoted = |values: Vec<&str>| {
            values
                .iter()
                .map(|text| format!("\"{text}\""))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let not = dice.one(&["", "not "]);
        let texts = self.text.clone().unwrap_or(VALUES.to_vec());
        match dice.below(12) {
            0 | 1 => format!("x.plan {not}in {{{}}}", list(dice.some(&self.plan))),
            2 => format!("x.text {not}in {{{}}}", quoted(dice.some(&texts))),
            3 => format!("{not}(x.text starts with \"{}\")", dice.one(&VALUES)),
            4 => format!(
                "x.set has {} of {{{}}}",
                dice.one(&["any", "all", "none"]),
                list(dice.some(&self.set))
            ),
            5 => format!("{not}(x.set is empty)"),
            6 => format!(
                "{not}(x.number between {} and {})",
                self.bounds.0 - 1,
                self.bounds.0 + dice.one(&[0, 1, 4])
            ),
            7 => format!(
                "x.number {} {}",
                dice.one(&["<", ">=", "!="]),
                self.bounds.1
            ),
            8 if self.retyped => format!("{not}x.odd"),
            8 => format!("{not}(x.odd > 1)"),
            9 => format!("x.tags has none of {{\"a\", \"{}\"}}", dice.one(&VALUES)),
            10 => format!("{not}(x.at in the last {} hours)", dice.one(&[1, 3])),
            _ => {
                let fact = dice.one(&["plan", "text", "set", "number", "odd", "tags", "at"]);
                format!("x.{fact} is {}", dice.one(&["known", "unknown"]))
            }
        }
    }

    fn rule(&self, dice: &mut Dice, depth: usize) -> String {
        match dice.below(if depth == 0 { 1 } else { 5 }) {
            0 => self.question(dice),
            1 => format!("not ({})", self.rule(dice, depth - 1)),
            2 => format!(
                "({}) no older than {}m",
                self.rule(dice, depth - 1),
                dice.one(&[30, 90])
            ),
            other => {
                let word = if other == 3 { "and" } else { "or" };
                format!(
                    "({} {word} {})",
                    self.rule(dice, depth - 1),
                    self.rule(dice, depth - 1)
                )
            }
        }
    }

    fn book(&self, dice: &mut Dice) -> (Book, Vec<String>) {
        let rules: Vec<_> = (0..3).map(|_| self.rule(dice, 3)).collect();
        let segments = rules
            .iter()
            .enumerate()
            .map(|(at, rule)| format!("segment rule_{at}: {rule}\n"));
        let files = [
            ("banneret.yaml".to_owned(), MANIFEST.to_owned()),
            ("schema.yaml".to_owned(), self.schema()),
            ("rules.banner".to_owned(), segments.collect()),
            ("copy/en.ftl".to_owned(), String::new()),
        ];
        let book = Book::from_files(files);
        (
            book.unwrap_or_else(|error| panic!("{error}\n{rules:?}")),
            rules,
        )
    }
}

fn roots(book: &Book) -> Vec<NodeId> {
    book.segments()
        .iter()
        .map(|segment| segment.formula)
        .collect()
}

/// What a host says of an account, for any schema.
fn account(dice: &mut Dice) -> Vec<(&'static str, Given, Option<Time>)> {
    let mut said = Vec::new();
    for name in [
        "x.plan", "x.text", "x.set", "x.number", "x.odd", "x.tags", "x.at",
    ] {
        if dice.below(6) == 0 {
            continue;
        }
        let given = match name {
            "x.plan" | "x.text" => Given::from(dice.one(&VALUES)),
            "x.set" | "x.tags" if dice.below(4) == 0 => Given::List(Vec::new()),
            "x.set" | "x.tags" => {
                Given::List(dice.some(&VALUES).into_iter().map(str::to_owned).collect())
            }
            "x.number" => Given::Int(dice.below(14) as i64 - 4),
            "x.odd" => Given::Int(dice.below(4) as i64),
            _ => Given::Time(Time::from_unix_seconds(NOW - 1_800 * dice.below(9) as i64)),
        };
        let age = dice.one(&[0, 1_800, 1_801, 3_600, 5_400, 7_201, 14_400, 14_401]);
        said.push((name, given, Some(Time::from_unix_seconds(NOW - age))));
    }
    said
}

/// The account's facts for a schema; what is of another type there was never said.
fn facts(schema: &Arc<Schema>, said: &[(&'static str, Given, Option<Time>)]) -> Facts {
    let mut facts = Facts::builder(schema);
    for (name, given, as_of) in said {
        for name in [
            (*name).to_owned(),
            format!("{name} (as int)"),
            format!("{name} (as bool)"),
        ] {
            let Some(id) = schema.id(&name) else { continue };
            let given = match (&given, &schema.fact(id).unwrap().kind) {
                (Given::Int(number), banneret::Kind::Bool) => Given::Bool(*number > 1),
                _ => given.clone(),
            };
            facts.insert(id, given, *as_of).unwrap();
        }
    }
    facts.build()
}

fn truths(formulas: &banneret::Formulas, facts: &Facts) -> Truths {
    let mut truths = Truths::default();
    let clock = Clock {
        now: Time::from_unix_seconds(NOW),
        skew: Duration::default(),
    };
    truths.fill(formulas, facts, clock);
    truths
}

fn agree(seed: u64) {
    let mut dice = Dice(seed);
    // One that goes stale in one book only is told apart by words, not by formulas; as every fact
    // here is dated, they agree all the same.
    let fresh = [dice.below(4) > 0, dice.below(4) > 0];
    let (one, two) = (
        World::draw(&mut dice, fresh[0]),
        World::draw(&mut dice, fresh[1]),
    );
    let ((old, old_rules), (new, new_rules)) = (one.book(&mut dice), two.book(&mut dice));
    let (old_roots, new_roots) = (roots(&old), roots(&new));
    let joined = Joined::of(
        (old.schema(), old.formulas(), &old_roots),
        (new.schema(), new.formulas(), &new_roots),
    );
    assert_eq!(
        joined.retyped.len(),
        usize::from(one.retyped != two.retyped)
    );
    for _ in 0..12 {
        let said = account(&mut dice);
        let together = truths(&joined.formulas, &facts(&joined.schema, &said));
        let sides = [
            (&old, &old_roots, &joined.old, &old_rules),
            (&new, &new_roots, &joined.new, &new_rules),
        ];
        for (book, own, moved, rules) in sides {
            let alone = truths(book.formulas(), &facts(book.schema(), &said));
            for ((own, moved), rule) in own.iter().zip(moved).zip(rules) {
                let (own, moved) = (alone.of(*own).is_true(), together.of(*moved).is_true());
                assert_eq!(
                    own,
                    moved,
                    "{rule}\nfor {said:?}\nin {}",
                    one.schema() + &two.schema()
                );
            }
        }
    }
    // What is found across the books replays: the prover says so itself.
    let mut prover = Prover::new(&joined.schema, &joined.formulas);
    for (old, new) in joined.old.iter().zip(&joined.new) {
        if let banneret::Answer::Unproven(why) = prover.find(&[*new], &[*old]) {
            panic!("{why}: {old_rules:?} {new_rules:?}");
        }
    }
}

proptest! {
    #![proptest_config(Config {
        cases: 300,
        rng_seed: RngSeed::Fixed(0x6a6f_696e),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn a_joined_formula_is_true_for_the_same_accounts(seed in any::<u64>()) {
        agree(seed);
    }
}

#[test]
fn equal_books_share_their_formulas() {
    let world = World::draw(&mut Dice(7), true);
    let (book, _) = world.book(&mut Dice(8));
    let own = roots(&book);
    let side = || (&**book.schema(), book.formulas(), own.as_slice());
    let joined = Joined::of(side(), side());
    assert_eq!(joined.old, joined.new);
    assert!(joined.retyped.is_empty() && joined.undated.is_empty());
    // The names of both stay as they are.
    let names: Vec<_> = joined
        .schema
        .facts()
        .map(|(_, fact)| fact.name.clone())
        .collect();
    let own: Vec<_> = book
        .schema()
        .facts()
        .map(|(_, fact)| fact.name.clone())
        .collect();
    assert_eq!(names, own);
}

#[test]
fn a_fact_that_goes_stale_in_one_book_only_is_named() {
    let mut dice = Dice(3);
    let (one, two) = (World::draw(&mut dice, false), World::draw(&mut dice, true));
    let ((old, _), (new, _)) = (one.book(&mut dice), two.book(&mut dice));
    let joined = Joined::of(
        (old.schema(), old.formulas(), &[]),
        (new.schema(), new.formulas(), &[]),
    );
    assert!(joined.undated.iter().any(|name| **name == *"x.plan"));
    let id = joined.schema.id("x.plan").unwrap();
    assert_eq!(joined.schema.fact(id).unwrap().fresh_for, None);
}
