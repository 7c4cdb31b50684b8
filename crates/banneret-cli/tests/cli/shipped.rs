//! The rule books that are shipped, on real data where it is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::desk::{Desk, NOW, Ran, run};

/// The program that makes sample accounts.
#[path = "../../../../examples/accounts"]
mod accounts {
    mod history;
    pub(crate) mod population;
    mod situations;
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn at_root(words: &str) -> Ran {
    run(&root(), &words.split(' ').collect::<Vec<_>>(), "")
}

/// The real accounts, as seen from the project's root; nothing where they are not there.
fn credit_cards() -> Option<&'static str> {
    banneret_corpus::shared("data/credit-card-30k/accounts.csv")?;
    Some("../shared/data/credit-card-30k/accounts.csv")
}

#[test]
fn the_shipped_books_have_no_mistakes_and_pass_their_tests() {
    for book in ["rules", "examples/credit-card"] {
        for command in ["lint", "test", "fmt --check"] {
            let (command, flag) = command.split_once(' ').unwrap_or((command, ""));
            let ran = at_root(format!("{command} {book} {flag}").trim());
            assert_eq!(ran.code, 0, "{command} {book}: {}", ran.all());
        }
    }
}

#[test]
fn a_card_is_good_to_the_same_day_in_every_time_zone() {
    let line = "{\"id\":\"a\",\"as_of\":\"2026-05-04T11:59:00Z\",\"facts\":{\
                \"payment_method.state\":\"expiring\",\"payment_method.has_backup\":false,\
                \"payment_method.expires_at\":\"2026-05-31T23:59:59.999999Z\",\
                \"billing.collection_method\":\"automatic\",\"billing.subscription_state\":\"active\",\
                \"viewer.role\":\"owner\",\"viewer.timezone\":\"Asia/Shanghai\"}}";
    for (locale, day) in [
        ("en", "May 31, 2026"),
        ("de", "31. Mai 2026"),
        ("sv", "31 maj 2026"),
        ("zh-CN", "2026年5月31日"),
    ] {
        let words = format!("decide rules --accounts - --render {locale} --now {NOW}");
        let ran = run(&root(), &words.split(' ').collect::<Vec<_>>(), line);
        assert!(ran.out.contains(day), "{}", ran.all());
    }
}

#[test]
fn the_first_command_of_the_readme_fits_on_a_screen() {
    let ran = at_root(&format!(
        "check rules --accounts examples/accounts.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 0, "{}", ran.all());
    let lines = ran.out.lines().chain(ran.err.lines());
    assert!(lines.clone().count() <= 40, "{}", ran.all());
    assert!(
        lines.clone().all(|line| line.chars().count() <= 100),
        "{}",
        ran.all()
    );
    assert!(ran.out.contains("Why does"), "{}", ran.all());
    assert!(
        ran.out.contains("0 in good standing, 0 unknown"),
        "{}",
        ran.all()
    );
}

#[test]
fn late_cards_are_counted_as_published() {
    let Some(file) = credit_cards() else { return };
    let words = format!(
        "preview --book examples/credit-card --where in_dunning --source credit-card --accounts {file} --now {NOW}"
    );
    let ran = at_root(&words);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let first = "6,818 of 30,000 accounts (22.7 %) are in this audience (where in_dunning)";
    assert_eq!(ran.out.lines().next(), Some(first));
}

#[test]
fn the_careless_rule_shows_whom_it_would_tell_an_untruth() {
    let Some(file) = credit_cards() else { return };
    let root = root();
    let words = [
        "preview",
        "--book",
        "examples/credit-card",
        "--source",
        "credit-card",
        "--now",
        NOW,
    ];
    let asked = [
        "--accounts",
        file,
        "--where",
        "not card.paid_duly",
        "--by",
        "card.status",
        "--format",
        "json",
    ];
    let ran = run(&root, &[words.as_slice(), &asked].concat(), "");
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let audience = &document["audiences"][0];
    assert_eq!(audience["true"], 24_314);
    assert_eq!(audience["standing"]["good"], 17_496);
    let by = audience["by"].as_array().unwrap().iter();
    let untrue: u64 = by
        .filter(|row| row["values"]["card.status"] != "late")
        .map(|row| row["true"].as_u64().unwrap())
        .sum();
    assert_eq!(untrue, 17_496);
}

/// What the program prints.
fn made(number: u32, seed: u64) -> String {
    accounts::population::Population::new(number, seed).fold(String::new(), |mut text, account| {
        writeln!(text, "{}", serde_json::to_string(&account).unwrap()).unwrap();
        text
    })
}

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// The situation that an id of a made account begins with.
fn situation(account: &Value) -> String {
    let id = account["id"].as_str().unwrap();
    id.rsplit_once('-').unwrap().0.to_owned()
}

/// The rows of the tables on a page whose first cell is code, with that many cells beside it at most.
fn documented(page: &str, cells: usize) -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join(page)).unwrap();
    let rows = page.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let rest = rest.trim_end_matches('|').split(" | ").take(cells);
        let rest = rest.map(|cell| cell.trim().to_owned());
        Some([name.to_owned()].into_iter().chain(rest).collect())
    });
    rows.collect()
}

#[test]
fn made_accounts_are_as_documented() {
    let desk = Desk::with_shipped("rules");
    let text = made(10_000, 1);
    let mut situations = BTreeMap::<_, u64>::new();
    for account in lines(&text) {
        *situations.entry(situation(&account)).or_default() += 1;
    }
    let with_history = lines(&text).filter(|account| account["history"].is_object());
    let told = format!("a history for {} accounts", with_history.count());
    let page = std::fs::read_to_string(root().join("examples/README.md")).unwrap();
    assert!(page.contains(&told), "{told}");

    let rows = documented("examples/README.md", 1).into_iter();
    let rows = rows.map(|row| (row[0].clone(), row[1].clone()));
    let (by_fact, by_situation): (Vec<_>, Vec<_>) = rows.partition(|(name, _)| name.contains('.'));
    let shares = by_situation
        .into_iter()
        .map(|(name, number)| (name, number.parse().unwrap()));
    assert_eq!(shares.collect::<BTreeMap<_, u64>>(), situations);

    desk.write("accounts.ndjson", text);
    let facts: Vec<_> = by_fact.iter().map(|(fact, _)| fact.as_str()).collect();
    let asked = "preview --book book --accounts accounts.ndjson --where true --format json --now";
    let ran = desk.run(&format!("{asked} {NOW} --by {}", facts.join(",")));
    let mut counted = BTreeMap::<(String, String), u64>::new();
    for row in ran.json()["audiences"][0]["by"].as_array().unwrap() {
        for (fact, value) in row["values"].as_object().unwrap() {
            let value = value.as_str().unwrap().to_owned();
            *counted.entry((fact.clone(), value)).or_default() += row["true"].as_u64().unwrap();
        }
    }
    let mut expected = BTreeMap::new();
    for (fact, values) in &by_fact {
        for value in values.split(", ") {
            let (value, number) = value.split_once(' ').unwrap();
            expected.insert(
                (fact.clone(), value.to_owned()),
                number.parse::<u64>().unwrap(),
            );
        }
    }
    assert_eq!(counted, expected);
}

#[test]
fn equal_seeds_make_equal_accounts_and_others_make_others() {
    assert_eq!(made(200, 7), made(200, 7));
    assert_ne!(made(200, 7), made(200, 8));
    assert_eq!(made(0, 1), "");
    assert_eq!(made(33, 1).lines().count(), 33);
}

#[test]
fn every_banner_is_shown_to_somebody_and_none_in_good_standing_is_told_of_a_failed_payment() {
    let desk = Desk::with_shipped("rules");
    let text = made(10_000, 1);
    let state = |account: &Value| account["facts"]["billing.dunning_state"].clone();
    let states: Vec<_> = lines(&text).map(|account| state(&account)).collect();
    desk.write("accounts.ndjson", text);
    let ran = desk.run(&format!(
        "decide book --accounts accounts.ndjson --now {NOW}"
    ));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut shown = BTreeSet::new();
    let mut told = 0;
    for (decided, state) in lines(&ran.out).zip(states) {
        for show in decided["shows"].as_array().unwrap() {
            shown.insert(show["banner"].as_str().unwrap().to_owned());
            if show["message"] == "payment_failed" {
                told += 1;
                assert!(state == "in_progress" || state == "exhausted", "{decided}");
            }
        }
    }
    assert_eq!(shown, banners());
    assert!(told > 0);
}

/// The lines of all rules of the shipped book.
fn rules() -> Vec<String> {
    let files = std::fs::read_dir(root().join("rules")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let rules = paths.filter(|path| path.extension().is_some_and(|end| end == "banner"));
    let lines = rules.flat_map(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines.collect()
}

/// What stands behind a word at the beginning of a line of the rules.
fn said(word: &str) -> Vec<String> {
    let rules = rules();
    let found = rules.iter().filter_map(|line| line.strip_prefix(word));
    found
        .map(|rest| rest.trim().trim_end_matches(':').to_owned())
        .collect()
}

fn banners() -> BTreeSet<String> {
    said("banner ").into_iter().collect()
}

/// The kinds that the language carries, as the shipped book uses them.
#[test]
fn each_of_the_twelve_kinds_is_said_by_some_banner() {
    let kinds = [
        "account_restricted",
        "action_required",
        "card_expiring",
        "duplicate_charge_refund",
        "invoice_available",
        "invoice_overdue",
        "payment_failed",
        "payment_notice_correction",
        "payment_processing",
        "price_change",
        "service_incident",
        "trial_ending",
    ];
    let said: BTreeSet<_> = said("  message ").into_iter().collect();
    assert_eq!(said, kinds.map(str::to_owned).into());
}

#[test]
fn the_page_about_the_book_names_each_banner_with_its_kind_and_place() {
    let table = documented("docs/rule-book.md", 3);
    let mut documented: Vec<_> = table.into_iter().filter(|row| row.len() == 4).collect();
    documented.iter_mut().for_each(|row| _ = row.remove(2));
    let banners = said("banner ").into_iter();
    let kinds = said("  message ").into_iter().zip(said("  placement "));
    let mut rows: Vec<_> = banners
        .zip(kinds)
        .map(|(banner, (kind, place))| vec![banner, kind, place])
        .collect();
    rows.sort();
    documented.sort();
    assert_eq!(documented, rows);
}

#[test]
fn no_change_of_a_rule_goes_unnoticed() {
    let ran = at_root("test rules --mutate --max-missed 0");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains(" 0 missed"), "{}", ran.all());
}

/// Nothing is left out of the words, in any locale, of whatever the made accounts are shown.
#[test]
fn every_banner_has_its_finished_words_in_every_locale() {
    let desk = Desk::with_shipped("rules");
    let text = made(10_000, 1);
    desk.write("all.ndjson", &text);
    let ran = desk.run(&format!("decide book --accounts all.ndjson --now {NOW}"));
    let decided = lines(&ran.out).zip(text.lines());
    let seeing = decided.filter(|(decided, _)| decided["shows"] != serde_json::json!([]));
    let seeing: Vec<_> = seeing.map(|(_, account)| account).collect();
    desk.write("accounts.ndjson", seeing.join("\n"));
    for locale in ["en", "de", "sv", "zh-CN"] {
        let asked = "decide book --accounts accounts.ndjson --now";
        let ran = desk.run(&format!("{asked} {NOW} --render {locale}"));
        let mut finished = BTreeSet::new();
        for decided in lines(&ran.out) {
            for show in decided["shows"].as_array().unwrap() {
                let text = show["text"].as_str().unwrap_or_else(|| panic!("{show}"));
                assert_eq!(show["locale"], locale, "{show}");
                assert!(!text.contains('{'), "{show}");
                finished.insert(show["banner"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(finished, banners(), "{locale}");
    }
}
