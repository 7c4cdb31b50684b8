//! What guards the truth of banners, on the books that ship with one edit each, and what an author
//! is told to do about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use banneret::{Book, Checked, Diagnostic, Level, Time};
use banneret_lint::Options;

type Files = BTreeMap<String, String>;

fn shipped(book: &str) -> Files {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(book);
    let (mut files, mut open) = (Files::new(), vec![top.clone()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(&top).unwrap().to_string_lossy();
                files.insert(name.replace('\\', "/"), text);
            }
        }
    }
    files
}

fn edited(book: &str, (file, from, to): (&str, &str, &str)) -> Files {
    let mut files = shipped(book);
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} holds no `{from}`");
    *text = text.replacen(from, to, 1);
    files
}

fn now() -> Time {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

fn lint(files: Files) -> Checked {
    let options = Options {
        now: now(),
        levels: Vec::new(),
    };
    banneret_lint::lint(Book::check(files), &options)
}

/// A finding as its reader sees it, without its example.
fn told(checked: &Checked, found: &Diagnostic) -> String {
    let place = |span: banneret::Span| {
        let (file, at, _) = checked.sources.locate(span).unwrap();
        let text = checked.sources.text(span);
        let first = text.lines().next().unwrap_or_default();
        format!("{file}:{} {first}", at.line)
    };
    let level = if found.level == Level::Error {
        "error"
    } else {
        "warning"
    };
    let mut told = format!("{level} {} {}\n", found.code.id, found.message);
    let primary = &found.primary;
    _ = writeln!(told, "  at {}: {}", place(primary.span), primary.text);
    for related in &found.related {
        _ = writeln!(told, "  and {}: {}", place(related.span), related.text);
    }
    for help in &found.help {
        _ = writeln!(told, "  → {help}");
    }
    told
}

fn all_told(checked: &Checked) -> String {
    let found = checked.diagnostics.iter();
    found.map(|found| told(checked, found)).collect()
}

#[test]
fn what_keeps_a_shipped_book_from_loading() {
    let message = "  message    payment_failed\n";
    let mut all = String::new();
    for (book, edit) in [
        (
            "rules",
            ("dunning.banner", message, "  message    payment_fail\n"),
        ),
        ("rules", ("dunning.banner", message, "")),
        (
            "rules",
            (
                "orders.banner",
                "copy       payment-under-way",
                "copy       payment-failed-first",
            ),
        ),
        (
            "rules",
            ("copy/en.ftl", "    .kind = payment_processing\n", ""),
        ),
        (
            "examples/credit-card",
            (
                "schema.yaml",
                "on_time: {doc: Nothing is late in the latest month., usual: true}",
                "on_time: {doc: Nothing is late in the latest month., usual: true, in_dunning: true}",
            ),
        ),
        (
            "rules",
            (
                "orders.banner",
                "  owner      \"checkout\"\n",
                "  owner      \"checkout\"\n  allow BN001 until 2027-01-15 because \"it is meant\"\n",
            ),
        ),
    ] {
        let checked = lint(edited(book, edit));
        assert!(checked.book.is_none(), "{edit:?}");
        _ = writeln!(all, "## {}\n{}", edit.2.trim(), all_told(&checked));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn what_guards_less_than_the_shipped_book() {
    let requires =
        "message payment_failed:\n  requires viewer.role in {owner, billing_admin, admin}\n";
    let mut all = String::new();
    for edit in [
        ("dunning.banner", requires, ""),
        (
            "dunning.banner",
            "requires viewer.role in {owner, billing_admin, admin}",
            "requires viewer.role in {owner, billing_admin, admin, agent}",
        ),
        (
            "dunning.banner",
            "owes_a_charge and day_2 and managers",
            "owes_a_charge and day_2 and payers",
        ),
    ] {
        let old = Book::from_files(shipped("rules")).unwrap();
        let mut checked = Book::check(edited("rules", edit));
        let new = checked.book.clone().unwrap();
        checked.diagnostics = banneret_lint::against(&old, &new);
        let text = all_told(&checked);
        assert!(text.contains("BN007"), "{edit:?}");
        _ = writeln!(all, "## {}\n{text}", edit.2);
    }
    insta::assert_snapshot!(all);
}

/// A book of those rules over all standard facts.
fn book(rules: &str, schema: &str) -> Files {
    let manifest = "edition: 1\nschema: schema.yaml\nplacements: {top: 1, side: 2}\ncopy: {dir: copy, source: en, locales: [en]}\nlint: {BN402: off, BN403: off, BN601: off, BN602: off}\n";
    let mut words = String::new();
    let messages = rules.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some("message") && line.starts_with(' ')).then(|| words.next())?
    });
    let mut seen = Vec::new();
    for kind in messages {
        if !seen.contains(&kind) {
            _ = writeln!(
                words,
                "{kind} = There is nothing to do.\n    .kind = {kind}"
            );
            seen.push(kind);
        }
    }
    let files = [
        ("banneret.yaml", manifest),
        ("schema.yaml", schema),
        ("rules.banner", rules),
        ("copy/en.ftl", &words),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

const STANDARD: &str = "include: [billing@1, recon@1, operations@1]\n";

fn banner(name: &str, kind: &str, audience: &str, more: &str) -> String {
    format!(
        "banner {name}:\n  message {kind}\n  audience {audience}\n  placement top\n  copy {kind}\n  owner \"x\"\n{more}\n"
    )
}

const KINDS: [&str; 12] = [
    "payment_failed",
    "invoice_overdue",
    "action_required",
    "card_expiring",
    "trial_ending",
    "payment_processing",
    "duplicate_charge_refund",
    "service_incident",
    "invoice_available",
    "account_restricted",
    "price_change",
    "payment_notice_correction",
];

/// What the findings say to add to the audience.
fn to_add(checked: &Checked) -> Vec<String> {
    let found = checked.diagnostics.iter();
    let contract = found.filter(|found| ["BN001", "BN002", "BN003"].contains(&found.code.id));
    let help = contract.map(|found| {
        let help = found.help.join(" ");
        let (_, text) = help.split_once("`and ").unwrap();
        text.split_once('`').unwrap().0.to_owned()
    });
    help.collect()
}

#[test]
fn what_an_author_is_told_to_add_is_clean() {
    for kind in KINDS {
        let schema = "include: [billing@1, recon@1, operations@1]\nfacts:\n  recon.state: {values: [matched, expected, under_review]}\n";
        for schema in [STANDARD, schema] {
            let before = lint(book(&banner("b", kind, "account.id is known", ""), schema));
            let added = to_add(&before);
            assert!(!added.is_empty(), "{kind}");
            let audience = added.join(" and ");
            let after = lint(book(&banner("b", kind, &audience, ""), schema));
            let told = all_told(&after);
            assert_eq!(told, "", "{kind}: {audience}");
        }
    }
}

#[test]
fn values_are_listed_and_ages_that_make_no_difference_left_out() {
    let added = |kind: &str| {
        let audience = "account.id is known";
        to_add(&lint(book(&banner("b", kind, audience, ""), STANDARD)))
    };
    assert!(added("payment_failed").contains(&"in_dunning".to_owned()));
    let listed = "(recon.state in {matched, expected, mismatched}) no older than 24h";
    assert!(
        added("invoice_overdue").contains(&listed.to_owned()),
        "{:?}",
        added("invoice_overdue")
    );
    let listed =
        "billing.subscription_state in {none, incomplete, trialing, active, non_renewing, paused}";
    assert!(
        added("price_change").contains(&listed.to_owned()),
        "{:?}",
        added("price_change")
    );
}

#[test]
fn what_a_book_leaves_out_is_not_told_to_be_added() {
    let rules = banner("b", "price_change", "in_dunning", "");
    let told = all_told(&lint(book(&rules, "include: [billing@1]\n")));
    assert!(
        told.contains("this book leaves out `price_change.applies`"),
        "{told}"
    );
}

#[test]
fn examples_stand_at_the_moment_that_is_asked_about() {
    for (dates, wanted) in [
        ("", "2026-05-04T12:00:00Z"),
        ("  from 2026-03-01\n", "2026-05-04T12:00:00Z"),
        ("  from 2026-06-01\n", "2026-06-01T00:00:00Z"),
        ("  until 2026-05-01\n", "2026-04-30T23:59:59Z"),
    ] {
        for (kind, audience) in [
            ("payment_failed", "viewer.role == owner"),
            (
                "trial_ending",
                "trial.ends_at in the next 20 days and trial.will_convert",
            ),
        ] {
            let checked = lint(book(&banner("b", kind, audience, dates), STANDARD));
            let examples = checked.diagnostics.iter();
            let examples = examples.filter_map(|found| found.counterexample.as_ref());
            let moments: Vec<_> = examples.map(|example| example.now.to_string()).collect();
            assert!(!moments.is_empty());
            assert!(
                moments.iter().all(|moment| moment == wanted),
                "{dates}: {moments:?}"
            );
        }
    }
}

#[test]
fn a_dead_segment_is_told_once() {
    let mut rules = "message tip:\n
segment dead: viewer.role == owner and viewer.role == admin
segment by_it: dead and in_dunning
segment alive: dead or in_dunning
segment always: viewer.role is known or viewer.role is unknown
segment always_too: always or in_dunning\n\n"
        .to_owned();
    for (name, audience) in [
        ("one", "dead"),
        ("two", "by_it and billing.retry_planned"),
        ("three", "(dead and in_dunning) or by_it"),
        // These have something else to mend.
        ("four", "dead and in_dunning and not in_dunning"),
        ("five", "dead or (in_dunning and not in_dunning)"),
        ("six", "always"),
        (
            "seven",
            "always_too and (in_dunning or billing.dunning_state is unknown or billing.dunning_state is known)",
        ),
    ] {
        rules += &banner(name, "tip", audience, "");
    }
    let mut checked = lint(book(&rules, STANDARD));
    checked
        .diagnostics
        .retain(|found| ["BN301", "BN302"].contains(&found.code.id));
    insta::assert_snapshot!(all_told(&checked));
}

#[test]
fn of_many_rules_that_hang_on_a_segment_some_are_named() {
    let mut rules =
        "message tip:\n\nsegment dead: viewer.role == owner and viewer.role == admin\n\n"
            .to_owned();
    for number in 0..20 {
        let audience = format!("dead and billing.amount_overdue > {number}");
        rules += &banner(&format!("b{number}"), "tip", &audience, "");
    }
    let told = all_told(&lint(book(&rules, STANDARD)));
    assert_eq!(told.matches("BN301").count(), 1, "{told}");
    assert_eq!(told.matches("so nobody can be in").count(), 5, "{told}");
    assert!(told.contains("15 more rules are so by it"), "{told}");
}

#[test]
fn a_pair_is_told_by_one_lint() {
    let rules = format!(
        "message tip:\n\n{}{}",
        banner("one", "tip", "viewer.role in {owner, admin}", ""),
        banner("two", "tip", "viewer.role == owner", "")
    );
    let codes = |rules: &str, levels: &[(&str, Option<Level>)]| {
        let levels = levels.iter();
        let options = Options {
            now: now(),
            levels: levels
                .map(|(code, level)| ((*code).to_owned(), *level))
                .collect(),
        };
        let checked = banneret_lint::lint(Book::check(book(rules, STANDARD)), &options);
        let codes = checked.diagnostics.iter().map(|found| found.code.id);
        codes.collect::<Vec<_>>()
    };
    assert_eq!(codes(&rules, &[]), ["BN304"]);
    assert_eq!(codes(&rules, &[("BN304", None)]), ["BN306"]);
    let waiver = "  owner \"x\"\n  allow BN304 until 2027-01-01 because \"it is meant\"\n";
    let (one, two) = rules.split_once("banner two").unwrap();
    let two = two.replace("  owner \"x\"\n", waiver);
    let waived = format!("{one}banner two{two}");
    assert_eq!(codes(&waived, &[]), ["BN306"]);
}

#[test]
fn where_there_is_room_for_all_only_the_order_hangs_on_names() {
    let rules = |more: &str| {
        let mut rules = format!(
            "message tip:\n\n{}{}",
            banner("one", "tip", "in_dunning", ""),
            banner("two", "tip", "viewer.role == owner", "")
        );
        rules += more;
        rules.replace("placement top", "placement side")
    };
    let labels = |rules: &str| {
        let checked = lint(book(rules, STANDARD));
        let found = checked.diagnostics.into_iter();
        let ties = found.filter(|found| found.code.id == "BN306");
        ties.map(|found| found.primary.text).collect::<Vec<_>>()
    };
    assert_eq!(
        labels(&rules("")),
        ["today `one` stands above this one, because of its name alone"]
    );
    let third = banner("three", "tip", "viewer.role == admin", "  priority 9\n");
    assert_eq!(
        labels(&rules(&third)),
        ["today `one` goes first, because of its name alone"]
    );
    let third = banner(
        "three",
        "tip",
        "viewer.role == admin",
        "  priority 9\n  until 2020-01-01\n",
    );
    let of_later = rules(&third).replace("banner one:", "banner one:\n  from 2026-01-01");
    assert_eq!(
        labels(&of_later),
        ["today `one` stands above this one, because of its name alone"]
    );
}

#[test]
fn a_text_of_the_library_is_no_place_to_look_at() {
    let rules = format!(
        "message tip:\n\n{}message trial_ending:\n  requires billing.subscription_state == paused\n",
        banner(
            "b",
            "tip",
            "not payments_clear and viewer.role == owner",
            ""
        )
    );
    let checked = lint(book(&rules, STANDARD));
    let codes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|found| found.code.id)
        .collect();
    assert_eq!(codes, ["BN201", "BN008"]);
    let told = all_told(&checked);
    assert!(!told.contains('<'), "{told}");
}
