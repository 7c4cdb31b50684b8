//! Who moves between two versions, counted by columns, is who moves by the plain evaluator, whatever
//! the format and the number of threads, and whatever the versions think of the facts.

mod population;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use banneret::{Account, Book, Clock, Truth, Truths, Value};
use banneret_audience::{Compared, Comparing, Files, Moves, Reader, Versions};
use population::{accounts, another, batch, book, clock, csv_of, folder, lines, parquet, table_of};
use serde_json::Value as Json;

/// The book as it was: facts that came since are missing, others had other values, bounds and ages,
/// one banner is gone since and another is new.
fn old() -> Book {
    another(|text| {
        let changes = [
            ("edition: 1\n", "edition: 1\nclock_skew: 2m\n"),
            ("  t.admin: {type: bool, doc: b}\n", ""),
            ("max: 1000", "max: 700"),
            (
                "[free, team, pro], fresh_for: 2d",
                "[pro, free, old], fresh_for: 3d",
            ),
            ("[low, mid, high], fresh_for: 1d", "[none, high, low]"),
            ("values: [a, b, c]", "values: [c, a]"),
            ("t.admin or t.marks has a", "t.marks has any of {a, c}"),
            ("t.seats > 500", "t.seats > 300"),
            ("more than 3 days ago", "more than 2 days ago"),
            ("banner inlined", "banner bygone"),
            (
                "and viewer.role in {owner, admin}",
                "and viewer.role is known",
            ),
        ];
        changes
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    })
}

/// What one version says of an account.
struct Seen {
    truths: Truths,
    status: String,
    in_dunning: Truth,
}

fn seen(book: &Book, account: &Json, clock: Clock) -> Seen {
    let account = Account::from_line(book.schema(), &account.to_string(), true).unwrap();
    let mut truths = Truths::default();
    truths.fill(book.formulas(), &account.facts, clock);
    let (role, fact) = book.schema().dunning_role().unwrap();
    let (status, in_dunning) = match account.facts.read(role, None, clock) {
        Ok(Value::Enum(code)) => {
            let value = &fact.kind.values()[code.index()];
            (value.name.to_string(), value.in_dunning.into())
        }
        _ => ("unknown".to_owned(), Truth::Unknown),
    };
    Seen {
        truths,
        status,
        in_dunning,
    }
}

fn holds(book: &Book, seen: &Seen, banner: &str) -> Truth {
    let banner = book.banner(banner);
    banner.map_or(Truth::False, |banner| seen.truths.of(banner.audience))
}

/// By banner, which way, and what: how many.
type Told = BTreeMap<(String, &'static str, String), u64>;

fn plainly(old: &Book, new: &Book, accounts: &[Json]) -> Told {
    let mut told = Told::new();
    let names = old.banners().iter().chain(new.banners());
    let names: std::collections::BTreeSet<_> = names.map(|banner| &*banner.name).collect();
    for account in accounts {
        let before = seen(old, account, clock(old));
        let after = seen(new, account, clock(new));
        let standing = match (before.in_dunning, after.in_dunning) {
            (Truth::False, _) | (_, Truth::False) => "good",
            (_, Truth::True) => "in dunning",
            _ => "standing unknown",
        };
        for name in &names {
            let way = match (holds(old, &before, name), holds(new, &after, name)) {
                (Truth::True, Truth::True) => "stayed",
                (_, Truth::True) => "entered",
                (Truth::True, _) => "left",
                (Truth::False, Truth::False) => continue,
                _ => "unknown",
            };
            let mut add = |what: &str| {
                let key = ((*name).to_owned(), way, what.to_owned());
                *told.entry(key).or_default() += 1;
            };
            add("all");
            if way != "unknown" {
                add(standing);
                add(&format!("by {}", after.status));
            }
        }
    }
    told
}

fn told(compared: &Compared) -> Told {
    let mut told = Told::new();
    for (name, moves) in &compared.moves {
        let Moves {
            entered,
            left,
            stayed,
            unknown,
        } = moves;
        let mut add = |way, what: &str, number: u64| {
            if number > 0 {
                told.insert((name.clone(), way, what.to_owned()), number);
            }
        };
        add("unknown", "all", *unknown);
        for (way, movers) in [("entered", entered), ("left", left), ("stayed", stayed)] {
            add(way, "all", movers.all);
            add(way, "good", movers.standing.good);
            add(way, "in dunning", movers.standing.in_dunning);
            add(way, "standing unknown", movers.standing.unknown);
            for (status, number) in &movers.by {
                add(way, &format!("by {}", status.name), *number);
            }
        }
    }
    told
}

fn by_columns(versions: &Versions<'_>, path: &Path, threads: usize) -> Compared {
    let files = Files::find(path, None).unwrap();
    let reader = Reader::new(versions.schema(), versions.wanted()).threads(threads);
    let read = reader.read(&files, || versions.start(), Comparing::take);
    assert!(read.failed.is_none(), "{:?}", read.failed);
    Comparing::finish(versions, read.states)
}

fn one_by_one(versions: &Versions<'_>, books: [&Book; 2], accounts: &[Json]) -> Compared {
    let mut comparing = versions.start();
    for account in accounts {
        let text = account.to_string();
        let [old, new] = books.map(|book| Account::from_line(book.schema(), &text, true).unwrap());
        comparing.push(&old, &new);
    }
    Comparing::finish(versions, [comparing])
}

fn written(folder: &Path, versions: &Versions<'_>, accounts: &[Json]) -> [PathBuf; 3] {
    let paths = ["a.ndjson", "a.csv", "a.parquet"].map(|name| folder.join(name));
    let schema = versions.schema();
    fs::write(&paths[0], lines(accounts)).unwrap();
    fs::write(&paths[1], csv_of(schema, accounts)).unwrap();
    parquet(
        &paths[2],
        &batch(schema, &table_of(schema, accounts)),
        1_100,
    );
    paths
}

#[test]
fn whoever_counts_the_same_accounts_move() {
    let (old, new, folder) = (old(), book(), folder("versions"));
    let accounts = accounts(4_000, 41);
    for [old, new] in [[&old, &new], [&new, &old]] {
        let versions = Versions::new((old, clock(old)), (new, clock(new)));
        assert!(versions.retyped().is_empty());
        let plain = plainly(old, new, &accounts);
        for way in ["entered", "left", "stayed", "unknown"] {
            let mut told = plain.iter();
            assert!(
                told.any(|((_, is, _), number)| *is == way && *number > 20),
                "{way} is hardly looked at: {plain:#?}"
            );
        }
        let first = one_by_one(&versions, [old, new], &accounts);
        assert_eq!(told(&first), plain);
        for path in written(&folder, &versions, &accounts) {
            for threads in [1, 2] {
                let other = by_columns(&versions, &path, threads);
                assert_eq!(other, first, "{}, {threads} threads", path.display());
            }
        }
    }
}

#[test]
fn nobody_moves_where_there_is_nobody_and_nothing_changed() {
    let book = book();
    let versions = Versions::new((&book, clock(&book)), (&book, clock(&book)));
    let nobody = Comparing::finish(&versions, []);
    assert_eq!(nobody.moves.len(), book.banners().len());
    assert!(told(&nobody).is_empty());
    let same = one_by_one(&versions, [&book, &book], &accounts(2_000, 5));
    assert!(same.moves.values().all(Moves::is_nothing));
    assert!(same.moves.values().any(|moves| moves.stayed.all > 0));
}

#[test]
fn a_fact_of_two_types_is_told() {
    let new = book();
    let old = another(|text| {
        let text = text.replace(
            "t.seats: {type: int, min: 0, max: 1000",
            "t.seats: {type: string",
        );
        text.replace("t.seats > 500", "t.seats == \"501\"")
    });
    let versions = Versions::new((&old, clock(&old)), (&new, clock(&new)));
    let retyped: Vec<_> = versions.retyped().iter().map(|name| &**name).collect();
    assert_eq!(retyped, ["t.seats"]);
}
