//! The rules of [`targeting`] as a rule book of banneret, with kinds of messages whose contracts
//! they keep.
//!
//! A rule is of the first kind whose contract one of its own conditions implies, so a contract
//! changes nothing about who matches, but must be proven when the book is read and be looked at
//! for every account.
//!
//! [`targeting`]: crate::targeting

use crate::books::{PLACEMENTS, manifest};
use crate::targeting::{Atom, FACTS, Fact, Kind, Order, Rule, Test, fact};

/// A kind of message.
struct Message {
    name: &'static str,
    requires: &'static str,
    /// Whether a condition implies what it requires.
    is_implied: fn(&Atom) -> bool,
}

const MESSAGES: [Message; 5] = [
    Message {
        name: "dues_note",
        requires: "(dues.stage in {reminded, retrying, final_notice, exhausted}) no older than 24h",
        is_implied: |atom| {
            let late = |code: &u8| (1..=4).contains(code);
            matches!(&atom.test, Test::Among(words, true) if is(atom, "dues.stage") && words.iter().all(late))
        },
    },
    Message {
        name: "subscriber_note",
        requires: "subscription.status in {active, trialing}",
        is_implied: |atom| {
            let live = |code: &u8| *code <= 1;
            matches!(&atom.test, Test::Among(words, true) if is(atom, "subscription.status") && words.iter().all(live))
        },
    },
    Message {
        name: "customer_note",
        requires: "not account.is_test",
        is_implied: |atom| is(atom, "account.is_test") && atom.test == Test::Is(false),
    },
    Message {
        name: "team_note",
        requires: "account.seats > 2",
        is_implied: |atom| {
            let many = matches!(atom.test, Test::Number(Order::AtLeast | Order::More, 3..));
            is(atom, "account.seats") && many
        },
    },
    Message {
        name: "note",
        requires: "",
        is_implied: |_| true,
    },
];

fn is(atom: &Atom, name: &str) -> bool {
    atom.fact == fact(name)
}

/// The files of the book with those rules; the n-th banner is called by [`name`].
#[must_use]
pub fn files(rules: &[Rule]) -> Vec<(String, String)> {
    let mut files = vec![
        ("banneret.yaml".to_owned(), manifest()),
        ("schema.yaml".to_owned(), schema()),
        ("messages.banner".to_owned(), messages()),
        ("copy/en.ftl".to_owned(), copy(rules.len())),
    ];
    for (chunk, some) in rules.chunks(100).enumerate() {
        let banners = some.iter().enumerate();
        let banners = banners.map(|(at, rule)| banner(chunk * 100 + at, rule));
        let text = banners.collect::<Vec<_>>().join("\n");
        files.push((format!("teams/team_{chunk:03}.banner"), text));
    }
    files
}

/// What the n-th rule's banner is called.
#[must_use]
pub fn name(number: usize) -> String {
    format!("rule_{number:05}")
}

/// Which rule a banner's name is of.
///
/// # Panics
/// Where it is no such name.
#[must_use]
pub fn number(name: &str) -> u32 {
    let number = name
        .strip_prefix("rule_")
        .and_then(|number| number.parse().ok());
    number.unwrap_or_else(|| panic!("`{name}` is no rule of the workload"))
}

/// How many of the rules are of a kind that requires something.
#[must_use]
pub fn with_contract(rules: &[Rule]) -> usize {
    let with = |rule: &&Rule| !message(rule).requires.is_empty();
    rules.iter().filter(with).count()
}

fn message(rule: &Rule) -> &'static Message {
    let mut demands = MESSAGES.iter().filter(|message| {
        message.requires.is_empty() || rule.demands().any(|atom| (message.is_implied)(atom))
    });
    demands.next().unwrap_or(&MESSAGES[MESSAGES.len() - 1])
}

fn schema() -> String {
    let mut text = "facts:\n".to_owned();
    for fact in &FACTS {
        let kind = match fact.kind {
            Kind::Int => "int".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Set(..) => "set of string".to_owned(),
            Kind::Enum(words) => {
                let words = words.iter().map(|word| bare(word));
                let words: Vec<_> = words.collect();
                format!("enum, values: [{}]", words.join(", "))
            }
        };
        let fresh = fact
            .fresh_for
            .map_or(String::new(), |age| format!(", fresh_for: {age}"));
        let doc = fact.name.replace(['.', '_'], " ");
        text += &format!("  {}: {{type: {kind}{fresh}, doc: {doc}}}\n", fact.name);
    }
    text
}

fn messages() -> String {
    let messages = MESSAGES.iter().map(|message| match message.requires {
        "" => format!("message {}:\n", message.name),
        requires => format!("message {}:\n  requires {requires}\n", message.name),
    });
    messages.collect::<Vec<_>>().join("\n")
}

/// Fifty banners of a kind share their words.
fn copy(banners: usize) -> String {
    let mut text = String::new();
    for message in &MESSAGES {
        for number in 0..=banners / 50 {
            let id = words(message, number * 50);
            text += &format!("{id} = Words\n    .kind = {}\n", message.name);
        }
    }
    text
}

fn words(message: &Message, banner: usize) -> String {
    format!("{}-{}", message.name.replace('_', "-"), banner / 50)
}

fn banner(number: usize, rule: &Rule) -> String {
    let message = message(rule);
    let mut text = format!(
        "banner {}:\n  message {}\n  audience {}\n",
        name(number),
        message.name,
        expression(rule)
    );
    // Spread evenly, and without a rhythm that the rules share.
    let mixed = number.wrapping_mul(0x9e37_79b1) >> 7;
    text += &format!("  placement {}\n", PLACEMENTS[mixed % PLACEMENTS.len()].0);
    text += &format!("  priority {}\n", mixed % 1_000);
    if mixed.is_multiple_of(3) {
        text += "  from 2026-01-15\n  until 2027-02-01\n";
    }
    text += match mixed % 10 {
        1 => "  cap 3 per 7 days\n",
        2 => "  dismiss for 7 days\n",
        3 => "  cap 5 per 30 days\n  dismiss forever\n",
        4 => "  rollout 50% by account.country\n",
        _ => "",
    };
    let copy = words(message, number);
    text + &format!("  copy {copy}\n  owner \"team-{}\"\n", number / 100)
}

fn expression(rule: &Rule) -> String {
    let inner = |rule: &Rule| match rule {
        Rule::All(parts) | Rule::Any(parts) if parts.len() > 1 => format!("({})", expression(rule)),
        _ => expression(rule),
    };
    let joined =
        |parts: &[Rule], word: &str| parts.iter().map(inner).collect::<Vec<_>>().join(word);
    match rule {
        Rule::All(parts) => joined(parts, "\n    and "),
        Rule::Any(parts) => joined(parts, " or "),
        Rule::Not(part) => format!("not ({})", expression(part)),
        Rule::Ask(atom) => question(atom),
    }
}

fn question(atom: &Atom) -> String {
    let fact = &FACTS[atom.fact];
    let name = fact.name;
    match &atom.test {
        Test::Is(true) => name.to_owned(),
        Test::Is(false) => format!("not {name}"),
        Test::Number(order, number) => format!("{name} {} {number}", order.sign()),
        Test::Among(words, holds) => match (words.as_slice(), holds) {
            ([word], true) => format!("{name} == {}", bare(&fact.word(*word))),
            ([word], false) => format!("{name} != {}", bare(&fact.word(*word))),
            (_, true) => format!("{name} in {{{}}}", list(fact, words, bare)),
            (_, false) => format!("{name} not in {{{}}}", list(fact, words, bare)),
        },
        Test::Has(words, holds) => match (words.as_slice(), holds) {
            ([word], true) => format!("{name} has \"{}\"", fact.word(*word)),
            (_, true) => format!("{name} has any of {{{}}}", list(fact, words, quoted)),
            (_, false) => format!("{name} has none of {{{}}}", list(fact, words, quoted)),
        },
    }
}

fn list(fact: &Fact, words: &[u8], form: fn(&str) -> String) -> String {
    let words = words.iter().map(|word| form(&fact.word(*word)));
    words.collect::<Vec<_>>().join(", ")
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

/// A word of an enum: quoted where it is no name.
fn bare(word: &str) -> String {
    match banneret::is_name(word) {
        true => word.to_owned(),
        false => quoted(word),
    }
}
