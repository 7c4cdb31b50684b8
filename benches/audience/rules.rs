//! What is asked of the accounts: the rules of the workloads A to D, in banneret's language, and as
//! a tree for the other engines.

use oorandom::Rand64;
use serde_json::{Value, json};

use crate::table::{COUNTRIES, DUNNING, METHODS, PLANS, ROLES, STATUSES};

/// How many segments workload B has.
const SEGMENTS: usize = 100;

/// One question, as it stands in the pool.
enum Test {
    In(&'static str),
    NotIn(&'static str),
    AtLeast(i64),
    Below(i64),
    Since(&'static str),
    Starts(&'static str),
    Unknown,
    Yes,
    No,
}

use Test::{AtLeast, Below, In, No, NotIn, Since, Starts, Unknown, Yes};

const EUROPE: &str = "DE FR NL ES IT SE PL BE AT DK FI IE PT CZ RO HU GR BG HR SK SI LT LV EE";

/// The questions, those that are asked most first.
const POOL: [(&str, Test); 58] = [
    ("account.test", No),
    ("dunning.state", In("past_due retrying final_notice")),
    ("subscription.status", In("active")),
    ("viewer.role", In("owner billing")),
    ("viewer.admin", Yes),
    ("dunning.days", AtLeast(7)),
    ("dunning.state", NotIn("current")),
    ("account.plan", In("pro business scale enterprise")),
    ("account.country", In(EUROPE)),
    ("account.cents", AtLeast(10_000)),
    ("subscription.status", In("active past_due trialing")),
    ("account.age", AtLeast(14)),
    ("account.seats", AtLeast(5)),
    ("payment.expires_in", Below(30)),
    ("account.plan", NotIn("free")),
    ("dunning.state", NotIn("exhausted written_off")),
    ("dunning.attempts", AtLeast(2)),
    ("account.country", In("US")),
    ("viewer.locale", Starts("en")),
    ("dunning.seen", Since("2026-05-26T20:26:40Z")),
    ("payment.method", In("card")),
    ("account.country", NotIn("RU BD PK")),
    ("dunning.state", In("past_due")),
    ("dunning.state", In("final_notice")),
    ("account.usage", AtLeast(800)),
    ("account.age", AtLeast(365)),
    ("account.seats", AtLeast(20)),
    ("viewer.role", In("owner")),
    ("dunning.days", AtLeast(14)),
    ("dunning.days", AtLeast(30)),
    ("dunning.state", Unknown),
    ("payment.expires_in", Below(0)),
    ("payment.method", In("card sepa")),
    ("subscription.status", In("trialing")),
    ("account.cents", AtLeast(100_000)),
    ("account.usage", AtLeast(1_000)),
    ("account.plan", In("enterprise")),
    ("account.plan", In("legacy_2016 legacy_2019")),
    ("dunning.attempts", AtLeast(4)),
    ("dunning.state", In("exhausted")),
    ("account.country", In("GB AU CA NZ IE")),
    ("viewer.locale", In("de-DE")),
    ("viewer.app", In("5.0.0 5.0.1 5.0.2 5.1.0")),
    ("viewer.app", Starts("5.1")),
    ("account.seats", Below(3)),
    ("account.age", Below(30)),
    ("dunning.state", In("written_off")),
    ("dunning.state", In("paused")),
    ("payment.method", NotIn("invoice wallet")),
    ("viewer.role", NotIn("guest")),
    ("account.country", In("DE")),
    ("account.country", In("JP")),
    ("account.cents", Below(1_000)),
    ("dunning.days", Below(4)),
    ("dunning.state", In("retrying")),
    ("subscription.status", NotIn("canceled incomplete_expired")),
    ("payment.method", Unknown),
    ("account.usage", Below(100)),
];

/// A rule over questions of the pool.
pub(crate) enum Rule {
    Ask(usize),
    Not(Box<Rule>),
    All(Vec<Rule>),
    Any(Vec<Rule>),
}

use Rule::{All, Any, Ask, Not};

impl Rule {
    /// In banneret's language.
    fn text(&self) -> String {
        let joined = |rules: &[Rule], word: &str| {
            let rules: Vec<_> = rules.iter().map(Rule::text).collect();
            format!("({})", rules.join(word))
        };
        match self {
            Ask(at) => question(*at),
            Not(rule) => format!("not ({})", rule.text()),
            All(rules) => joined(rules, " and "),
            Any(rules) => joined(rules, " or "),
        }
    }

    /// As a tree.
    pub(crate) fn json(&self) -> Value {
        let joined = |rules: &[Rule]| rules.iter().map(Rule::json).collect::<Vec<_>>();
        match self {
            Ask(at) => {
                let (fact, test) = &POOL[*at];
                let words = |words: &'static str| words.split(' ').collect::<Vec<_>>();
                let (test, value) = match test {
                    In(texts) => ("in", json!(words(texts))),
                    NotIn(texts) => ("not_in", json!(words(texts))),
                    AtLeast(number) => ("at_least", json!(number)),
                    Below(number) => ("below", json!(number)),
                    Since(moment) => ("since", json!(moment)),
                    Starts(text) => ("starts", json!(text)),
                    Unknown => ("unknown", Value::Null),
                    Yes => ("yes", Value::Null),
                    No => ("no", Value::Null),
                };
                json!(["ask", fact, test, value])
            }
            Not(rule) => json!(["not", rule.json()]),
            All(rules) => json!(["and", joined(rules)]),
            Any(rules) => json!(["or", joined(rules)]),
        }
    }
}

fn question(at: usize) -> String {
    let (fact, test) = &POOL[at];
    let listed = |texts: &str| {
        let texts: Vec<_> = texts.split(' ').map(|text| format!("\"{text}\"")).collect();
        format!("{{{}}}", texts.join(", "))
    };
    match test {
        In(texts) => format!("{fact} in {}", listed(texts)),
        NotIn(texts) => format!("{fact} not in {}", listed(texts)),
        AtLeast(number) => format!("{fact} >= {number}"),
        Below(number) => format!("{fact} < {number}"),
        Since(moment) => format!("not ({fact} before {moment})"),
        Starts(text) => format!("{fact} starts with \"{text}\""),
        Unknown => format!("{fact} is unknown"),
        Yes => (*fact).to_owned(),
        No => format!("not {fact}"),
    }
}

/// The rules of all workloads.
pub(crate) struct Rules {
    /// The count of one segment.
    pub(crate) a: Rule,
    /// The counts of a hundred at once.
    pub(crate) b: Vec<Rule>,
    /// One audience, broken down by two facts, with a sample.
    pub(crate) c: Rule,
    /// What two rules say differently.
    pub(crate) d: [Rule; 2],
}

impl Rules {
    pub(crate) fn new() -> Rules {
        let role_or_admin = |role| Any(vec![Ask(role), Ask(4)]);
        Rules {
            a: All(vec![Ask(1), Ask(5), Ask(0), role_or_admin(3), Ask(21)]),
            b: segments(),
            c: All(vec![Any(vec![Ask(6), Ask(13)]), Ask(0), Ask(10), Ask(9)]),
            d: [
                All(vec![Ask(1), Ask(0), Ask(3)]),
                All(vec![Ask(6), Ask(5), Ask(0), role_or_admin(27)]),
            ],
        }
    }

    /// Every rule with the name of its segment.
    pub(crate) fn all(&self) -> Vec<(String, &Rule)> {
        let mut all = vec![("a".to_owned(), &self.a), ("c".to_owned(), &self.c)];
        all.extend(
            (0..)
                .zip(&self.d)
                .map(|(number, rule)| (format!("d{number}"), rule)),
        );
        all.extend(
            (0..)
                .zip(&self.b)
                .map(|(number, rule)| (format!("b{number:02}"), rule)),
        );
        all
    }

    /// The files of a rule book with a segment for each rule.
    pub(crate) fn book(&self) -> Vec<(String, String)> {
        let segments = self.all().into_iter();
        let segments = segments.map(|(name, rule)| format!("segment {name}: {}\n", rule.text()));
        let manifest =
            "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n";
        vec![
            ("banneret.yaml".to_owned(), manifest.to_owned()),
            ("schema.yaml".to_owned(), schema()),
            ("copy/en.ftl".to_owned(), String::new()),
            (
                "audience.banner".to_owned(),
                segments.collect::<Vec<_>>().join("\n"),
            ),
        ]
    }

    /// The rules for the other engines.
    pub(crate) fn json(&self) -> Value {
        let list = |rules: &[Rule]| rules.iter().map(Rule::json).collect::<Vec<_>>();
        json!({
            "A": self.a.json(),
            "B": list(&self.b),
            "C": self.c.json(),
            "D": list(&self.d),
        })
    }
}

/// Segments of three to six conditions, those that are asked most in most of them.
fn segments() -> Vec<Rule> {
    let mut chance = Rand64::new(7);
    let weights: Vec<f64> = (1..=POOL.len()).map(|rank| 1.0 / rank as f64).collect();
    let sum: f64 = weights.iter().sum();
    let segments = (0..SEGMENTS).map(|_| {
        let mut used = Vec::new();
        let mut draw = |chance: &mut Rand64| {
            loop {
                let mut left = chance.rand_float() * sum;
                let at = weights.iter().position(|weight| {
                    left -= weight;
                    left < 0.0
                });
                let at = at.unwrap_or(0);
                if !used.contains(&at) {
                    used.push(at);
                    return Ask(at);
                }
            }
        };
        let conditions = 3 + chance.rand_range(0..4);
        let conditions = (0..conditions).map(|_| match chance.rand_range(0..100) {
            0..65 => draw(&mut chance),
            65..80 => Not(Box::new(draw(&mut chance))),
            80..95 => Any(vec![draw(&mut chance), draw(&mut chance)]),
            _ => {
                let both = All(vec![draw(&mut chance), draw(&mut chance)]);
                Not(Box::new(Any(vec![draw(&mut chance), both])))
            }
        });
        All(conditions.collect())
    });
    segments.collect()
}

fn schema() -> String {
    let listed = |values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
        format!("{{type: enum, values: [{}]}}", values.join(", "))
    };
    let countries: Vec<_> = COUNTRIES.split_whitespace().collect();
    let mut schema = "facts:\n".to_owned();
    for (name, values) in [
        ("dunning.state", &DUNNING[..]),
        ("subscription.status", &STATUSES),
        ("account.plan", &PLANS),
        ("viewer.role", &ROLES),
        ("account.country", &countries),
        ("payment.method", &METHODS),
    ] {
        schema += &format!("  {name}: {}\n", listed(values));
    }
    for (names, kind) in [
        ("viewer.locale viewer.app", "string"),
        ("dunning.seen", "time"),
        ("account.test viewer.admin", "bool"),
        (
            "account.seats account.cents dunning.days dunning.attempts payment.expires_in \
             account.age account.usage",
            "int",
        ),
    ] {
        for name in names.split_whitespace() {
            schema += &format!("  {name}: {{type: {kind}}}\n");
        }
    }
    schema
}
