//! BN304: what the solver says of small books is what trying every account says, and the books that
//! are shipped are clean until a banner is put over another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use banneret::{Book, Checked, Diagnostic, Engine, FactsBuilder, History, Time};
use banneret_lint::Options;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

fn now() -> Time {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

fn lint(files: impl IntoIterator<Item = (String, String)>) -> Checked {
    let options = Options {
        now: now(),
        levels: Vec::new(),
    };
    banneret_lint::lint(Book::check(files), &options)
}

fn findings(checked: &Checked) -> Vec<&Diagnostic> {
    let found = checked.diagnostics.iter();
    found.filter(|found| found.code.id == "BN304").collect()
}

fn said(checked: &Checked) -> Vec<&str> {
    findings(checked)
        .iter()
        .map(|found| &*found.message)
        .collect()
}

// Books against the brute force.

const SCHEMA: &str = r#"
facts:
  f.on: {type: bool, fresh_for: 1h, doc: On.}
  f.size: {type: int, min: 0, max: 9, doc: How many.}
  f.kind: {type: enum, values: [a, b, c], doc: Which.}
  f.tags: {type: set of string, doc: Marks.}
  f.name: {type: string, doc: A name.}
  f.since: {type: time, doc: Since when.}
  viewer.locale: {type: string, doc: The language.}
"#;

/// What is asked of each fact, by the fact.
const ATOMS: [(&str, &[&str]); 6] = [
    (
        "f.on",
        &[
            "f.on",
            "not f.on",
            "(f.on) no older than 5m",
            "f.on is unknown",
            "f.on is known",
        ],
    ),
    (
        "f.size",
        &[
            "f.size < 3",
            "f.size >= 3",
            "f.size between 2 and 5",
            "f.size in {0, 4, 9}",
            "f.size != 4",
        ],
    ),
    (
        "f.kind",
        &[
            "f.kind == a",
            "f.kind in {a, b}",
            "not (f.kind == c)",
            "f.kind in {b, c}",
        ],
    ),
    (
        "f.tags",
        &[
            "f.tags has \"x\"",
            "f.tags has any of {\"x\", \"y\"}",
            "f.tags has all of {\"x\", \"y\"}",
            "f.tags is empty",
            "f.tags has none of {\"y\"}",
        ],
    ),
    (
        "f.name",
        &[
            "f.name == \"ab\"",
            "f.name starts with \"a\"",
            "f.name ends with \"b\"",
            "f.name != \"b\"",
        ],
    ),
    (
        "f.since",
        &[
            "f.since in the past",
            "f.since in the last 2 days",
            "f.since more than 1 day ago",
            "f.since in the next 3 days",
        ],
    ),
];

/// A value for every case that a question can tell from another.
fn values(fact: &str) -> Vec<Box<dyn Fn(FactsBuilder, Time) -> FactsBuilder>> {
    type Set = Box<dyn Fn(FactsBuilder, Time) -> FactsBuilder>;
    let mut values: Vec<Set> = vec![Box::new(|facts, _| facts)];
    match fact {
        "f.on" => {
            for (on, minutes) in [(true, 0), (true, 10), (false, 0), (false, 10), (true, 90)] {
                values.push(Box::new(move |facts, now| {
                    let as_of = later(now, -minutes * 60);
                    facts.set_at("f.on", on, as_of).unwrap()
                }));
            }
        }
        "f.size" => {
            for size in [0_i64, 1, 2, 3, 4, 5, 6, 9] {
                values.push(Box::new(move |facts, _| facts.set("f.size", size).unwrap()));
            }
        }
        "f.kind" => {
            for kind in ["a", "b", "c"] {
                values.push(Box::new(move |facts, _| facts.set("f.kind", kind).unwrap()));
            }
        }
        "f.tags" => {
            for tags in [&[][..], &["x"], &["y"], &["x", "y"], &["z"]] {
                values.push(Box::new(move |facts, _| facts.set("f.tags", tags).unwrap()));
            }
        }
        "f.name" => {
            for name in ["ab", "a", "b", "axb", "other", "xb"] {
                values.push(Box::new(move |facts, _| facts.set("f.name", name).unwrap()));
            }
        }
        _ => {
            for hours in [-100, -36, -12, 0, 12, 100] {
                values.push(Box::new(move |facts, now| {
                    facts.set("f.since", later(now, hours * 3_600)).unwrap()
                }));
            }
        }
    }
    values
}

fn later(now: Time, seconds: i64) -> Time {
    Time::from_unix_seconds(now.as_unix_micros() / 1_000_000 + seconds)
}

/// A banner of a small book.
#[derive(Clone, Debug)]
struct Rule {
    name: String,
    audience: String,
    placements: Vec<&'static str>,
    priority: i64,
    /// Of months of 2026, from the first to before the second.
    months: (Option<u32>, Option<u32>),
    gate: Option<&'static str>,
    locales: Vec<&'static str>,
    held: bool,
}

impl Rule {
    fn written(&self) -> String {
        let Rule { name, audience, .. } = self;
        let message = if self.held { "held" } else { "plain" };
        let mut text = format!(
            "banner {name}:\n  message {message}\n  audience {audience}\n  placement {}\n  priority {}\n",
            self.placements.join(", "),
            self.priority
        );
        let (from, until) = self.months;
        for (word, month) in [("from", from), ("until", until)] {
            if let Some(month) = month {
                text += &format!("  {word} 2026-{month:02}-01\n");
            }
        }
        if let Some(gate) = self.gate {
            text += &format!("  {gate}\n");
        }
        if !self.locales.is_empty() {
            text += &format!("  locales {}\n", self.locales.join(", "));
        }
        text + &format!("  copy {message}\n  owner \"x\"\n")
    }

    fn outranks(&self, other: &Rule) -> bool {
        (-self.priority, &self.name) < (-other.priority, &other.name)
    }

    /// Whether nothing that an account does not show holds it back where the other is shown.
    fn is_steady_before(&self, other: &Rule) -> bool {
        self.gate.is_none() && (!self.held || other.held)
    }

    /// Whether it may be shown whenever, and to viewers of every locale that, the other may.
    fn covers(&self, other: &Rule) -> bool {
        let begin = |rule: &Rule| rule.months.0.unwrap_or(0);
        let end = |rule: &Rule| rule.months.1.unwrap_or(99);
        let speaks = self.locales.is_empty()
            || (!other.locales.is_empty()
                && other
                    .locales
                    .iter()
                    .all(|locale| self.locales.contains(locale)));
        begin(self) <= begin(other) && end(self) >= end(other) && speaks
    }
}

fn audience(facts: Vec<usize>) -> impl Strategy<Value = String> {
    let atom = select(facts).prop_flat_map(|fact| select(ATOMS[fact].1));
    let atom = atom.prop_map(str::to_owned);
    atom.prop_recursive(2, 6, 3, |inner| {
        (
            select(&["and", "or"][..]),
            prop::collection::vec(inner, 2..4),
        )
            .prop_map(|(word, parts)| {
                let parts: Vec<_> = parts.iter().map(|part| format!("({part})")).collect();
                parts.join(&format!(" {word} "))
            })
    })
}

fn rule(facts: Vec<usize>) -> impl Strategy<Value = Rule> {
    let gates = &[
        "rollout 50% by f.name",
        "cap 1 ever",
        "dismiss forever",
        "ends on click",
    ][..];
    let months = prop_oneof![
        3 => Just((None, None)),
        1 => select(&[(Some(3), None), (None, Some(8)), (Some(3), Some(8)), (Some(4), Some(6))][..]),
    ];
    let locales = prop_oneof![
        5 => Just(vec![]),
        1 => subsequence(&["de", "en"][..], 1..=2),
    ];
    (
        audience(facts),
        subsequence(&["one", "two"][..], 1..=2),
        0..4_i64,
        months,
        prop::option::weighted(0.2, select(gates)),
        locales,
        prop::bool::weighted(0.15),
    )
        .prop_map(
            |(audience, placements, priority, months, gate, locales, held)| Rule {
                name: String::new(),
                audience,
                placements,
                priority,
                months,
                gate,
                locales,
                held,
            },
        )
}

/// The facts that a book asks about, and its rules.
fn books() -> impl Strategy<Value = (Vec<usize>, Vec<Rule>)> {
    subsequence((0..ATOMS.len()).collect::<Vec<_>>(), 2).prop_flat_map(|facts| {
        let rules = prop::collection::vec(rule(facts.clone()), 3..8);
        (Just(facts), rules).prop_map(|(facts, mut rules)| {
            for (number, rule) in rules.iter_mut().enumerate() {
                rule.name = format!("b{number}");
            }
            (facts, rules)
        })
    })
}

fn files(rules: &[Rule]) -> BTreeMap<String, String> {
    let manifest = "edition: 1\nschema: schema.yaml\nplacements: {one: 1, two: 2}\n\
                    copy: {dir: copy, source: en, locales: [en, de]}\n";
    let mut text = "message plain:\n\nmessage held:\n  holdout 50% by f.name\n\n".to_owned();
    text.extend(rules.iter().map(|rule| rule.written() + "\n"));
    let copy = "plain = Words\n    .kind = plain\nheld = Words\n    .kind = held\n";
    let files = [
        ("banneret.yaml", manifest),
        ("schema.yaml", SCHEMA),
        ("rules.banner", &text),
        ("copy/en.ftl", copy),
        ("copy/de.ftl", copy),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

/// A banner in a placement.
type Slot = (String, &'static str);

/// Who is shown to some account at some moment, as long as no gate holds back whom it can; once
/// with all who outrank it then and there, and once with those alone whose dates and locales cover
/// its own. And who matches anybody at all.
#[derive(Default)]
struct Tried {
    shown: BTreeSet<Slot>,
    shown_but_for_steady: BTreeSet<Slot>,
    matched: BTreeSet<String>,
}

fn tried(engine: &Engine, facts: &[usize], rules: &[Rule]) -> Tried {
    let mut tried = Tried::default();
    let mut scratch = engine.scratch();
    let moments = [
        "2026-02-10",
        "2026-03-10",
        "2026-05-10",
        "2026-07-10",
        "2026-09-10",
    ];
    let moments = moments.map(|day| format!("{day}T12:00:00Z").parse::<Time>().unwrap());
    let (one, two) = (values(ATOMS[facts[0]].0), values(ATOMS[facts[1]].0));
    let with_locales = rules.iter().any(|rule| !rule.locales.is_empty());
    let locales: &[&str] = if with_locales {
        &["fr", "en", "de"]
    } else {
        &["en"]
    };
    let mut seen = BTreeSet::new();
    for now in moments {
        for (one, two, locale) in one
            .iter()
            .flat_map(|one| two.iter().map(move |two| (one, two)))
            .flat_map(|(one, two)| locales.iter().map(move |locale| (one, two, *locale)))
        {
            let account = engine.facts().set("viewer.locale", locale).unwrap();
            let account = two(one(account, now), now).build();
            let decision = engine.decide(&account, &History::new(), now, &mut scratch);
            let matches: BTreeSet<&str> = decision.as_ref().unwrap().matches().collect();
            let matches: Vec<bool> = rules
                .iter()
                .map(|rule| matches.contains(&*rule.name))
                .collect();
            if seen.insert(matches.clone()) {
                tried.add(rules, &matches);
            }
        }
    }
    tried
}

impl Tried {
    fn add(&mut self, rules: &[Rule], matches: &[bool]) {
        let there: Vec<&Rule> = rules
            .iter()
            .zip(matches)
            .filter(|(_, is)| **is)
            .map(|(rule, _)| rule)
            .collect();
        for rule in &there {
            self.matched.insert(rule.name.clone());
            for (placement, places) in [("one", 1), ("two", 2)] {
                if !rule.placements.contains(&placement) {
                    continue;
                }
                let above = there.iter().filter(|other| {
                    other.placements.contains(&placement)
                        && other.outranks(rule)
                        && other.is_steady_before(rule)
                });
                let slot = (rule.name.clone(), placement);
                if above.clone().count() < places {
                    self.shown.insert(slot.clone());
                }
                if above.filter(|other| other.covers(rule)).count() < places {
                    self.shown_but_for_steady.insert(slot);
                }
            }
        }
    }
}

/// Who is said to be shadowed, by the words of the findings.
fn shadowed(checked: &Checked, rules: &[Rule]) -> BTreeSet<Slot> {
    let mut shadowed = BTreeSet::new();
    for found in findings(checked) {
        let name = found.banner.clone().unwrap();
        let rule = rules.iter().find(|rule| rule.name == name).unwrap();
        let anywhere = found.message.contains("never shown anywhere");
        let named = |placement: &&&str| {
            anywhere
                || found
                    .message
                    .contains(&format!("never shown in `{placement}`"))
        };
        for placement in rule.placements.iter().filter(named) {
            shadowed.insert((name.clone(), *placement));
        }
    }
    shadowed
}

fn prove(facts: &[usize], rules: &[Rule]) -> (usize, usize) {
    let checked = lint(files(rules));
    let book = checked
        .book
        .clone()
        .unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let tried = tried(&Engine::new(book), facts, rules);
    let said = shadowed(&checked, rules);
    let never: BTreeSet<Slot> = rules
        .iter()
        .filter(|rule| tried.matched.contains(&rule.name))
        .flat_map(|rule| {
            rule.placements
                .iter()
                .map(|placement| (rule.name.clone(), *placement))
        })
        .filter(|slot| !tried.shown_but_for_steady.contains(slot))
        .collect();
    let wrong: Vec<_> = said.intersection(&tried.shown).collect();
    assert!(wrong.is_empty(), "called shadowed, but shown: {wrong:?}");
    assert_eq!(said, never, "what is said against what is so");
    let unproven = checked
        .diagnostics
        .iter()
        .filter(|found| found.code.id == "BN006");
    assert_eq!(unproven.count(), 0, "small books are decided");
    let slots: usize = rules.iter().map(|rule| rule.placements.len()).sum();
    (said.len(), slots)
}

#[test]
fn what_is_called_shadowed_is_what_no_account_is_shown() {
    let config = ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let counts = std::cell::Cell::new((0, 0));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&books(), |(facts, rules)| {
        let (shadowed, slots) = prove(&facts, &rules);
        let (before, all) = counts.get();
        counts.set((before + shadowed, all + slots));
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
    let (shadowed, slots) = counts.get();
    let share = shadowed * 100 / slots;
    assert!(
        (3..50).contains(&share),
        "{shadowed} of {slots}: both answers are tried"
    );
}

// The shipped books.

/// The files of a book of this repository that a book is made of.
fn shipped(folder: &str) -> BTreeMap<String, String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let (mut files, mut open) = (BTreeMap::new(), vec![top.clone()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(&top)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if !name.ends_with(".md") {
                files.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn no_shipped_banner_is_shadowed() {
    for folder in ["rules", "examples/credit-card"] {
        let checked = lint(shipped(folder));
        assert!(checked.book.is_some_and(|book| !book.banners().is_empty()));
        let checked = lint(shipped(folder));
        assert_eq!(said(&checked), Vec::<&str>::new(), "{folder}");
    }
}

#[test]
fn a_banner_of_the_shipped_book_under_a_wider_one_is_found() {
    let mut files = shipped("rules");
    let wider = "\nbanner any_failed_charge:\n  message payment_failed\n  audience owes_a_charge and managers\n  \
                 placement top\n  priority 990\n  copy payment-failed-first\n  owner \"billing-growth\"\n";
    *files.get_mut("dunning.banner").unwrap() += wider;
    let checked = lint(files.clone());
    assert_eq!(
        said(&checked),
        [
            "`payment_failed_first` is never shown anywhere: `any_failed_charge` always comes first",
            "`payment_failed_second` is never shown anywhere: `any_failed_charge` always comes first",
            "`account_restricted_managers` is never shown anywhere: `any_failed_charge` always comes first",
        ]
    );
    let found = findings(&checked)[0];
    assert_eq!(found.primary.text, "priority 900");
    assert_eq!(found.related[0].text, "has priority 990");
    assert_eq!(found.help.len(), 1, "{:?}", found.help);
    let (file, from, _) = checked.sources.locate(found.related[0].span).unwrap();
    let line = files[file].lines().nth(from.line as usize - 1);
    assert_eq!(line, Some("banner any_failed_charge:"));

    // What a viewer may dismiss leaves the place to the next.
    let gated = wider.replace("  copy", "  dismiss for 1 day\n  copy");
    let text = shipped("rules")["dunning.banner"].clone() + &gated;
    files.insert("dunning.banner".into(), text);
    assert_eq!(said(&lint(files)), Vec::<&str>::new());
}

// Cases.

/// A book with those banners, as `name: audience; more fields`, under placements `top` with one
/// place and `inline` with two.
fn book(banners: &[&str]) -> BTreeMap<String, String> {
    let mut text = "message upsell:\n\nmessage held:\n  holdout 10% by account.id\n\n".to_owned();
    for banner in banners {
        let (name, rest) = banner.split_once(": ").unwrap();
        let (audience, fields) = rest.split_once("; ").unwrap();
        let fields: String = fields
            .split("; ")
            .map(|field| format!("  {field}\n"))
            .collect();
        let message = if fields.contains("message") {
            ""
        } else {
            "  message upsell\n"
        };
        let kinds = ["held", "payment_failed"];
        let copy = kinds
            .iter()
            .find(|kind| fields.contains(**kind))
            .unwrap_or(&"upsell");
        text += &format!(
            "banner {name}:\n  audience {audience}\n{message}{fields}  copy {copy}\n  owner \"x\"\n\n"
        );
    }
    let files = [
        (
            "banneret.yaml",
            "edition: 1\nschema: schema.yaml\nplacements: {top: 1, inline: 2}\ncopy: {dir: copy, source: en, locales: [en]}\n",
        ),
        (
            "schema.yaml",
            "include: [billing@1, recon@1, operations@1]\n",
        ),
        ("rules.banner", &text),
        (
            "copy/en.ftl",
            "upsell = Words\n    .kind = upsell\nheld = Words\n    .kind = held\n\
             payment_failed = Words\n    .kind = payment_failed\n",
        ),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

#[track_caller]
fn says(banners: &[&str], messages: &[&str]) {
    let checked = lint(book(banners));
    assert!(checked.book.is_some(), "{:#?}", checked.diagnostics);
    assert_eq!(said(&checked), messages);
}

const OWNER: &str = "b: viewer.role == owner; placement top; priority 1";

#[test]
fn one_place_is_taken_by_one_or_by_several_together() {
    says(
        &[
            OWNER,
            "a: viewer.role in {owner, admin}; placement top; priority 2",
        ],
        &["`b` is never shown anywhere: `a` always comes first"],
    );
    says(
        &[
            OWNER,
            "few: billing.failed_attempts < 5; placement top; priority 4",
            "many: billing.failed_attempts >= 5; placement top; priority 3",
            "lost: billing.failed_attempts is unknown; placement top; priority 2",
        ],
        &["`b` is never shown anywhere: `few`, `many` and `lost` together always come first"],
    );
    // Of those who do not say how many seats they have, somebody is left.
    says(
        &[
            OWNER,
            "few: billing.failed_attempts < 5; placement top; priority 4",
            "many: billing.failed_attempts >= 5; placement top; priority 3",
        ],
        &[],
    );
}

#[test]
fn equal_priorities_go_by_name() {
    says(
        &[
            "a: viewer.role == owner; placement top",
            "b: viewer.role == owner; placement top",
        ],
        &["`b` is never shown anywhere: `a` always comes first"],
    );
}

#[test]
fn a_banner_of_two_placements_may_be_shadowed_in_one() {
    let wide = "b: viewer.role == owner; placement top, inline; priority 1";
    let a = "a: viewer.role in {owner, admin}; placement top, inline; priority 2";
    says(
        &[wide, a],
        &["`b` is never shown in `top`: `a` always comes first"],
    );
    let c = "c: viewer.role in {owner, agent}; placement inline; priority 1_000";
    says(
        &[wide, a, c],
        &["`b` is never shown anywhere: others always come first in each of its placements"],
    );
}

#[test]
fn every_place_must_be_taken() {
    let b = "b: viewer.role == owner; placement inline; priority 1";
    let owners = "a: viewer.role == owner; placement inline; priority 9";
    says(&[b, owners], &[]);
    says(
        &[
            b,
            owners,
            "c: viewer.role == owner; placement inline; priority 9",
        ],
        &["`b` is never shown anywhere: `a` and `c` always come first, and `inline` has 2 places"],
    );
    says(
        &[
            b,
            owners,
            "c: billing.failed_attempts is known; placement inline; priority 9",
            "d: billing.failed_attempts is unknown; placement inline; priority 9",
        ],
        &[
            "`b` is never shown anywhere: `a`, `c` and `d` together always come first, and `inline` has 2 places",
        ],
    );
}

#[test]
fn only_what_is_always_there_takes_a_place() {
    let shadowed = &["`b` is never shown anywhere: `a` always comes first"][..];
    let cases: [(&str, &str, bool); 12] = [
        ("rollout 99.99% by account.id", "", false),
        ("rollout 100% by account.id", "", true),
        ("cap 100 per 1 day", "", false),
        ("dismiss for 1 hour", "", false),
        ("ends on click", "", false),
        ("from 2026-02-01", "", false),
        ("from 2026-02-01", "from 2026-02-01", true),
        ("until 2027-02-01", "until 2027-02-02", false),
        ("until 2027-02-01", "until 2027-01-31", true),
        ("locales en", "", false),
        ("locales en", "locales en", true),
        ("priority 2", "cap 1 ever", true),
    ];
    for (above, below, fires) in cases {
        let fields = |line: &str| match line {
            "" => String::new(),
            line => format!("; {line}"),
        };
        let priority = if above.starts_with("priority") {
            ""
        } else {
            "; priority 2"
        };
        let a = format!(
            "a: viewer.role == owner; placement top{priority}{}",
            fields(above)
        );
        let b = format!("{OWNER}{}", fields(below));
        let checked = lint(book(&[&a, &b]));
        assert!(checked.book.is_some(), "{:#?}", checked.diagnostics);
        assert_eq!(
            said(&checked),
            if fires { shadowed } else { &[] },
            "`{above}` over `{below}`"
        );
    }
}

#[test]
fn a_holdout_takes_the_same_people_from_all_of_its_kind() {
    let held = "a: viewer.role == owner; placement top; priority 2; message held";
    says(&[held, OWNER], &[]);
    says(
        &[held, &format!("{OWNER}; message held")],
        &["`b` is never shown anywhere: `a` always comes first"],
    );
}

#[test]
fn what_is_killed_or_withheld_takes_no_place() {
    let a = "a: viewer.role == owner; placement top; priority 2";
    let mut files = book(&[OWNER, a]);
    let kills = "- {banner: a, by: me, at: 2026-05-01T00:00:00Z, because: wrong}\n";
    files.insert("kills.yaml".into(), kills.into());
    assert_eq!(said(&lint(files)), Vec::<&str>::new());

    let files = book(&[OWNER, &format!("{a}; message payment_failed")]);
    let checked = lint(files);
    let book = checked.book.as_ref().unwrap();
    assert_eq!(
        book.quarantined().count(),
        1,
        "its audience says nothing of dunning"
    );
    assert_eq!(said(&checked), Vec::<&str>::new());
}

#[test]
fn an_audience_that_nobody_is_in_is_another_lints_matter() {
    says(
        &[
            "a: viewer.role == owner; placement top; priority 2",
            "b: viewer.role == owner and viewer.role == admin; placement top; priority 1",
        ],
        &[],
    );
}

#[test]
fn more_than_can_be_named_are_counted() {
    let mut banners: Vec<String> = (0..20)
        .map(|seats| {
            format!("a{seats:02}: billing.failed_attempts == {seats}; placement top; priority 2")
        })
        .collect();
    banners.push("b: billing.failed_attempts < 20; placement top".into());
    let banners: Vec<&str> = banners.iter().map(|banner| &**banner).collect();
    says(
        &banners,
        &["`b` is never shown anywhere: the 20 banners above it together always come first"],
    );
}

/// Pigeons who all sit somewhere, and above them a banner for every two who share a hole: with one
/// hole too few somebody always does, which is hard to prove by going through who sits where
/// (A. Haken, "The Intractability of Resolution", 1985).
fn pigeons(count: usize) -> BTreeMap<String, String> {
    let holes: Vec<_> = (1..count).map(|hole| format!("h{hole}")).collect();
    let sits = |pigeon: usize| {
        let values = holes.join(", ");
        format!("  p.p{pigeon}: {{type: enum, values: [{values}], doc: Where it sits.}}\n")
    };
    let known: Vec<_> = (0..count)
        .map(|pigeon| format!("p.p{pigeon} is known"))
        .collect();
    let seated = format!("seated: {}; placement top", known.join(" and "));
    let mut banners = vec![seated];
    for hole in &holes {
        for one in 0..count {
            banners.extend((0..one).map(|other| {
                format!("s{}_{one}_{other}: p.p{one} == {hole} and p.p{other} == {hole}; placement top; priority 1", &hole[1..])
            }));
        }
    }
    let banners: Vec<&str> = banners.iter().map(|banner| &**banner).collect();
    let mut files = book(&banners);
    let schema = "include: [billing@1, recon@1, operations@1]\nfacts:\n".to_owned();
    files.insert(
        "schema.yaml".into(),
        (0..count).map(sits).fold(schema, |all, one| all + &one),
    );
    files
}

#[test]
fn what_takes_too_long_is_called_unproven_and_never_clean() {
    let checked = lint(pigeons(5));
    assert!(checked.book.is_some(), "{:#?}", checked.diagnostics);
    assert_eq!(
        said(&checked),
        ["`seated` is never shown anywhere: the 40 banners above it together always come first"]
    );
    let checked = lint(pigeons(14));
    assert_eq!(said(&checked), Vec::<&str>::new());
    let unproven = checked
        .diagnostics
        .iter()
        .find(|found| found.code.id == "BN006");
    let unproven = unproven.expect("over the budget");
    assert!(unproven.is_error());
    assert_eq!(unproven.banner.as_deref(), Some("seated"));
    assert_eq!(
        unproven.message,
        "whether `seated` is ever shown in `top` was not proven: the search went over its budget"
    );
}
