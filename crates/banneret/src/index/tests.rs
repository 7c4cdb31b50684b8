use super::*;
use crate::facts::{Cells, Clock, Facts};
use crate::rulebook::Book;
use crate::value::{Duration, Time};

/// A book with so many banners about two numbers, an enum and a set of tags, no two quite alike, and
/// one more about so many tags.
fn book(banners: usize, tags: usize) -> Book {
    let schema = "facts:\n  t.a: {type: int}\n  t.b: {type: int}\n  t.plan: {type: enum, values: [free, paid, partner]}\n  t.tags: {type: set of string}\n";
    let mut rules = "message tip:\n".to_owned();
    for at in 0..banners {
        let (a, b, tag) = (at % 17, at % 23, at % 29);
        let plan = ["free", "paid", "partner"][at % 3];
        rules += &format!(
            "\nbanner b{at:05}:\n  message tip\n  audience ((t.a >= {a} and t.plan == {plan}) or (t.b < {b} and not t.tags has \"tag {tag}\"))\n    and (t.tags has any of {{\"tag {b}\", \"tag {}\"}} or t.a > {b})\n  placement top\n  copy words\n  owner \"tests\"\n",
            at % 5
        );
    }
    let tags: Vec<String> = (0..tags).map(|tag| format!("\"tag {tag}\"")).collect();
    rules += &format!(
        "\nbanner many:\n  message tip\n  audience t.tags has any of {{{}}}\n  placement top\n  copy words\n  owner \"tests\"\n",
        tags.join(", ")
    );
    let manifest =
        "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n";
    let files = [
        ("banneret.yaml", manifest),
        ("schema.yaml", schema),
        ("copy/en.ftl", "words = Words.\n    .kind = tip\n"),
        ("rules.banner", &rules),
    ];
    Book::from_files(files).unwrap()
}

fn accounts(book: &Book) -> Vec<Facts> {
    let accounts = (0..200_i64).map(|number| {
        let mut facts = book.facts();
        if number % 7 != 0 {
            facts = facts.set("t.a", number % 19).unwrap();
        }
        if number % 11 != 0 {
            facts = facts.set("t.b", number % 31 - 3).unwrap();
        }
        let plan = ["free", "paid", "partner"][number as usize % 3];
        let tags: Vec<String> = (0..number % 6)
            .map(|tag| format!("tag {}", (number * 3 + tag * 5) % 37))
            .collect();
        let facts = facts.set("t.plan", plan).unwrap();
        facts.set("t.tags", tags).unwrap().build()
    });
    accounts.collect()
}

/// A machine without wide instructions says what one with them says, in tables of one line and of
/// many, and of rows that are full and that are not.
#[test]
fn every_machine_says_the_same() {
    for (banners, tags) in [(11, 3), (100, 3), (400, 3), (400, 3_000), (3_000, 3)] {
        let book = book(banners, tags);
        let roots: Vec<_> = book.banners.iter().map(|banner| banner.audience).collect();
        let domains = Domains {
            schema: &book.schema,
            vocabulary: &book.vocabulary,
        };
        let here = Index::of(domains, &book.formulas, &roots);
        let anywhere = match here.clone().way {
            Way::Together(table) => Index {
                way: Way::Together(Box::new(table.without_wide_instructions())),
            },
            Way::OneByOne(_) => panic!("so many are asked together"),
        };
        let moment = Moment::of(Clock {
            now: Time::from_unix_seconds(1_777_896_000),
            skew: Duration::from_seconds(60).unwrap(),
        });
        let (mut one, mut other, mut cells) = (
            Search::default(),
            Search::default(),
            (Cells::default(), Cells::default()),
        );
        let mut found = 0;
        for facts in accounts(&book) {
            let account = facts.sealed(&book.vocabulary, &mut cells.0);
            let here = here.find(&book.formulas, account, moment, &mut one);
            let account = facts.sealed(&book.vocabulary, &mut cells.1);
            let anywhere = anywhere.find(&book.formulas, account, moment, &mut other);
            assert_eq!(here, anywhere);
            found += here.len();
        }
        assert!(found > banners, "somebody is found: {found}");
    }
}
