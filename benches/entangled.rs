//! Rule books that are hard to prove anything about: what the budgets are for.

use std::fmt::Write as _;

use banneret_benches::books::Chance;

type Files = Vec<(String, String)>;

/// Books of one banner each, whose audience a diagram cannot hold.
pub(crate) fn audiences() -> Vec<(String, Files)> {
    let mut books = Vec::new();
    for pairs in [8, 12, 16, 20, 40] {
        books.push((
            format!("{pairs} pairs, apart"),
            book(&flags(2 * pairs), "news", &[pairs_apart(pairs)]),
        ));
    }
    for pigeons in [5, 7, 9, 11] {
        let audience = format!("({}) and p.last", none_share(pigeons, pigeons - 1));
        let name = format!("{pigeons} pigeons in {} holes", pigeons - 1);
        books.push((
            name,
            book(&holes(pigeons, pigeons - 1), "news", &[audience]),
        ));
    }
    for facts in [20, 40, 80] {
        let name = format!("random threes of {facts} facts");
        let audience = format!("({}) and p.last", threes(facts, facts * 42 / 10));
        books.push((name, book(&flags(facts), "news", &[audience])));
    }
    books
}

/// A book of so many banners, each as bad as one can be and no two alike.
pub(crate) fn many(banners: usize) -> Files {
    const PAIRS: usize = 20;
    let mut chance = Chance(11);
    let audiences = (0..banners).map(|_| {
        let mut others: Vec<usize> = (PAIRS..2 * PAIRS).collect();
        for at in (1..PAIRS).rev() {
            others.swap(at, chance.below(at + 1));
        }
        joined(&others)
    });
    book(&flags(2 * PAIRS), "news", &audiences.collect::<Vec<_>>())
}

/// Books whose one placement is hard to see through: who is left by all the others?
pub(crate) fn placements() -> Vec<(String, Files)> {
    let mut books = Vec::new();
    for pigeons in [6, 8, 10, 12] {
        let schema = holes(pigeons, pigeons - 1);
        let all: Vec<_> = (0..pigeons)
            .map(|pigeon| format!("p.p{pigeon} is known"))
            .collect();
        let mut audiences = vec![all.join(" and ")];
        for hole in 0..pigeons - 1 {
            for one in 0..pigeons {
                audiences.extend(
                    (0..one).map(|other| format!("p.p{one} == h{hole} and p.p{other} == h{hole}")),
                );
            }
        }
        books.push((
            format!("{pigeons} pigeons, {} banners", audiences.len()),
            book(&schema, "plain", &audiences),
        ));
    }
    books
}

/// `(a1 and b1) or (a2 and b2) …` behind a question that names all the `a` first.
fn pairs_apart(pairs: usize) -> String {
    joined(&(pairs..2 * pairs).collect::<Vec<_>>())
}

/// The first flags with those others, pair by pair.
fn joined(others: &[usize]) -> String {
    let first: Vec<_> = (0..others.len()).map(|flag| format!("p.f{flag}")).collect();
    let both = others.iter().enumerate();
    let both: Vec<_> = both
        .map(|(flag, other)| format!("(p.f{flag} and p.f{other})"))
        .collect();
    format!(
        "({}) and ({}) and p.last",
        first.join(" or "),
        both.join(" or ")
    )
}

/// Every pigeon sits in a hole of its own, of which there are too few.
fn none_share(pigeons: usize, holes: usize) -> String {
    let mut parts = Vec::new();
    for hole in 0..holes {
        for one in 0..pigeons {
            parts.extend(
                (0..one).map(|other| format!("(p.p{one} != h{hole} or p.p{other} != h{hole})")),
            );
        }
    }
    parts.join(" and ")
}

/// Random clauses of three, about as many as make them just satisfiable.
fn threes(facts: usize, clauses: usize) -> String {
    let mut chance = Chance(7);
    let mut literal = |_| {
        let not = if chance.below(2) == 0 { "not " } else { "" };
        format!("{not}p.f{}", chance.below(facts))
    };
    let clause = |_| format!("({})", [0; 3].map(&mut literal).join(" or "));
    let clauses: Vec<_> = (0..clauses).map(clause).collect();
    clauses.join(" and ")
}

fn flags(count: usize) -> String {
    let mut schema = "facts:\n".to_owned();
    for flag in 0..count {
        _ = writeln!(schema, "  p.f{flag}: {{type: bool, doc: A flag.}}");
    }
    schema
}

fn holes(pigeons: usize, holes: usize) -> String {
    let values: Vec<_> = (0..holes).map(|hole| format!("h{hole}")).collect();
    let mut schema = "facts:\n".to_owned();
    for pigeon in 0..pigeons {
        _ = writeln!(
            schema,
            "  p.p{pigeon}: {{type: enum, values: [{}], doc: Where it sits.}}",
            values.join(", ")
        );
    }
    schema
}

/// A book of those audiences for messages of that kind, the first under all others.
fn book(schema: &str, kind: &str, audiences: &[String]) -> Files {
    let schema = format!("{schema}  p.last: {{type: bool, doc: Never asked about.}}\n");
    let mut rules = "message news:\n  requires p.last\n\nmessage plain:\n\n".to_owned();
    for (number, audience) in audiences.iter().enumerate() {
        _ = writeln!(
            rules,
            "banner b{number:04}:\n  message {kind}\n  audience {audience}\n  placement top\n  priority {}\n  copy {kind}\n  owner \"x\"\n",
            number.min(1)
        );
    }
    let files = [
        (
            "banneret.yaml",
            "edition: 1\nschema: schema.yaml\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n",
        ),
        ("schema.yaml", &schema),
        ("rules.banner", &rules),
        (
            "copy/en.ftl",
            "news = Words\n    .kind = news\nplain = Words\n    .kind = plain\n",
        ),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}
