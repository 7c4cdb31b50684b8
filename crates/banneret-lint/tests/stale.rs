//! Lints on what happens to a rule when values are added, when facts grow old, and when more is
//! learnt: on the shipped books and on what could become of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use banneret::{Book, Checked};
use banneret_lint::Options;

const CODES: [&str; 5] = ["BN201", "BN202", "BN203", "BN204", "BN205"];

type Files = BTreeMap<String, String>;

/// The files of a book that ships with the project.
fn shipped(book: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(book);
    let mut files = Files::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The book with one text in place of another, which it must hold.
fn mutated(book: &str, file: &str, from: &str, to: &str) -> Files {
    let mut files = shipped(book);
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not hold `{from}`");
    *text = text.replace(from, to);
    files
}

/// A book of those rules, over all standard facts and those of `schema`.
fn book(rules: &str, schema: &str) -> Files {
    let manifest = "edition: 1\nschema: schema.yaml\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n";
    let schema = format!("include: [billing@1, recon@1, operations@1]\n{schema}");
    let mut words = String::new();
    for kind in [
        "payment_failed",
        "service_incident",
        "price_change",
        "news",
        "late",
    ] {
        _ = writeln!(
            words,
            "{} = Words\n    .kind = {kind}",
            kind.replace('_', "-")
        );
    }
    let files = [
        ("banneret.yaml", manifest),
        ("schema.yaml", &schema),
        ("rules.banner", rules),
        ("copy/en.ftl", &words),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

/// A banner of that kind for that audience.
fn banner(name: &str, kind: &str, audience: &str) -> String {
    let copy = kind.replace('_', "-");
    format!(
        "banner {name}:\n  message {kind}\n  audience {audience}\n  placement top\n  copy {copy}\n  owner \"x\"\n\n"
    )
}

fn lint(files: Files) -> Checked {
    let options = Options {
        now: "2026-05-04T12:00:00Z".parse().unwrap(),
        levels: Vec::new(),
    };
    let checked = Book::check(files);
    let found: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|found| &found.message)
        .collect();
    assert!(checked.book.is_some(), "{found:?}");
    banneret_lint::lint(checked, &options)
}

/// The findings of these lints: the text that each marks and what it says.
fn told(files: Files) -> String {
    let checked = lint(files);
    let mut told = String::new();
    for found in checked
        .diagnostics
        .iter()
        .filter(|found| CODES.contains(&found.code.id))
    {
        let marked = |span: banneret::Span| {
            let file = checked.sources.file(span.file).unwrap();
            file.text()[span.range()].to_owned()
        };
        let (code, message) = (found.code.id, &found.message);
        let (at, label) = (marked(found.primary.span), &found.primary.text);
        _ = writeln!(told, "{code} {message}\n  at {at}: {label}");
        for related in &found.related {
            _ = writeln!(told, "  and {}: {}", marked(related.span), related.text);
        }
        for help in &found.help {
            _ = writeln!(told, "  → {help}");
        }
        if let Some(banner) = &found.banner {
            _ = writeln!(told, "  of {banner}");
        }
    }
    told
}

/// Only the codes and the marked texts.
fn places(files: Files) -> Vec<String> {
    let told = told(files);
    let mut places = Vec::new();
    for line in told.lines() {
        if let Some(at) = line.strip_prefix("  at ") {
            let code: &mut String = places.last_mut().unwrap();
            *code += at.rsplit_once(": ").unwrap().0;
        } else if line.starts_with("BN") {
            places.push(format!("{} ", &line[..5]));
        }
    }
    places
}

/// What is said of a rule for a message without a contract.
fn of(audience: &str, segments: &str) -> Vec<String> {
    let rules = format!(
        "message news:\n\n{}{segments}",
        banner("b", "news", audience)
    );
    places(book(&rules, ""))
}

#[test]
fn the_shipped_books_are_clean() {
    assert_eq!(told(shipped("rules")), "");
    assert_eq!(told(shipped("examples/credit-card")), "");
}

#[test]
fn the_shipped_books_with_one_change_are_not() {
    let mut all = String::new();
    for (book, file, from, to) in [
        (
            "rules",
            "people.banner",
            "segment payers: viewer.role in {owner, billing_admin, admin}",
            "segment payers: viewer.role not in {agent, end_user}",
        ),
        (
            "rules",
            "dunning.banner",
            "restricted_unpaid and viewer.role == agent",
            "restricted_unpaid and not managers",
        ),
        (
            "examples/credit-card",
            "cards.banner",
            "audience   in_dunning",
            "audience   in_dunning and card.months_late > 1",
        ),
        (
            "rules",
            "invoices.banner",
            "(recon.state == matched) no older than 24h",
            "(recon.state == matched) no older than 26h",
        ),
        (
            "rules",
            "orders.banner",
            "order.expected_by in the future",
            "not (order.expected_by is known)",
        ),
        (
            "rules",
            "dunning.banner",
            "billing.last_attempt_result == failed\n",
            "(billing.last_attempt_result == failed or (billing.last_attempt_result == canceled) no older than 5m)\n",
        ),
    ] {
        let mut files = mutated(book, file, from, to);
        if book == "examples/credit-card" {
            let schema = files.get_mut("schema.yaml").unwrap();
            let late = schema.find("card.months_late").unwrap();
            let fresh = late + schema[late..].find("    fresh_for: 24h\n").unwrap();
            schema.replace_range(fresh..fresh + "    fresh_for: 24h\n".len(), "");
        }
        _ = writeln!(all, "## {to}\n{}", told(files));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn an_added_value_falls_into_what_is_negated() {
    let open = [
        "billing.dunning_state != clear",
        "billing.dunning_state not in {clear, stopped}",
        "not (billing.dunning_state == clear)",
        "not (not (billing.dunning_state != clear))",
        "not (billing.dunning_state == clear and viewer.role == owner)",
        "billing.amount_overdue > 0 and billing.dunning_state != clear",
        "(billing.dunning_state != clear) no older than 5m",
        // Each alone would close nothing.
        "billing.dunning_state != clear or billing.dunning_state != stopped",
        "billing.dunning_state != clear and billing.dunning_state != stopped",
        // Pinned by another fact is not pinned.
        "billing.dunning_state != clear and billing.invoice_state == paid",
        "billing.dunning_state != clear or billing.dunning_state == stopped",
    ];
    for rule in open {
        assert!(!of(rule, "").is_empty(), "{rule}");
    }
    let closed = [
        "billing.dunning_state == clear",
        "billing.dunning_state in {clear, stopped}",
        "not (not (billing.dunning_state == clear))",
        "not (billing.dunning_state != clear)",
        "not (billing.dunning_state not in {clear, stopped})",
        "billing.dunning_state is known",
        "not (billing.dunning_state is unknown)",
        // A mark is set, or not, when the value is added.
        "not in_dunning",
        // All values of today: a matter of another lint.
        "billing.dunning_state not in {clear, in_progress, exhausted, stopped} or viewer.role == owner",
        "billing.dunning_state != clear and in_dunning",
        "billing.dunning_state != clear and billing.dunning_state in {clear, stopped}",
        "billing.dunning_state != clear and payments_clear",
        "not (incident.components has \"api\")",
        "incident.components has none of {\"api\"}",
        "billing.currency != \"EUR\"",
        "not billing.retry_planned",
        "billing.amount_overdue != 0",
    ];
    for rule in closed {
        let found = of(rule, "");
        assert!(
            !found.iter().any(|found| found.starts_with("BN201")),
            "{rule}: {found:?}"
        );
    }
}

#[test]
fn a_negated_segment_is_told_at_the_not() {
    let segments = "
segment gone: ended and viewer.role == owner
segment ended: billing.subscription_state in {canceled, expired}
segment alive: not (billing.subscription_state in {canceled, expired})
";
    let of = |rule: &str| {
        let mut found = of(rule, segments);
        found.retain(|found| {
            !found.ends_with("not (billing.subscription_state in {canceled, expired})")
        });
        found
    };
    assert_eq!(of("not gone"), ["BN201 not gone"]);
    assert_eq!(of("not (gone)"), ["BN201 not (gone)"]);
    assert_eq!(of("not (ended or billing.retry_planned)"), ["BN201 ended"]);
    assert_eq!(of("not payments_clear"), ["BN201 not payments_clear"]);
    assert_eq!(of("gone"), [""; 0]);
    assert_eq!(of("alive"), [""; 0]);
    assert_eq!(of("not alive"), [""; 0]);
    // Who is active is not gone, whatever their role.
    assert_eq!(
        of("not gone and billing.subscription_state == active"),
        [""; 0]
    );
    assert_eq!(
        of("not gone and billing.subscription_state == canceled"),
        ["BN201 not gone"]
    );
    assert_eq!(
        of("not ended and billing.subscription_state == active"),
        [""; 0]
    );
    let rules = format!(
        "message news:\n\n{}{segments}",
        banner("b", "news", "not gone")
    );
    insta::assert_snapshot!(told(book(&rules, "")));
}

#[test]
fn what_a_book_requires_is_looked_at_too() {
    let rules = "message news:\n  requires billing.dunning_state != clear\n  requires (billing.amount_overdue > 0) no older than 2h\n";
    insta::assert_snapshot!(told(book(rules, "")));
}

const SHOP: &str = "facts:
  shop.tier: {type: enum, values: [small, large], doc: How large it is.}
  shop.late: {type: bool, fresh_for: 24h, doc: Whether it is late.}
";

#[test]
fn only_payment_messages_need_facts_that_go_stale() {
    let shown = |kind: &str, requires: &str, audience: &str| {
        let rules = format!(
            "message {kind}:\n  requires {requires}\n\n{}",
            banner("b", kind, audience)
        );
        places(book(&rules, SHOP))
    };
    let tier = ["BN202 shop.tier == large"];
    assert_eq!(shown("payment_failed", "true", "shop.tier == large"), tier);
    assert_eq!(shown("price_change", "true", "shop.tier == large"), tier);
    assert_eq!(
        shown("late", "recon.state == matched", "shop.tier == large"),
        tier
    );
    assert_eq!(shown("late", "in_dunning", "shop.tier == large"), tier);
    assert_eq!(shown("late", "payments_clear", "shop.tier == large"), tier);
    assert_eq!(
        shown("service_incident", "true", "shop.tier == large"),
        [""; 0]
    );
    assert_eq!(
        shown("news", "viewer.role == owner", "shop.tier == large"),
        [""; 0]
    );
    assert_eq!(
        shown("news", "incident.affects_account", "shop.tier == large"),
        [""; 0]
    );
    let audience = "viewer.role == owner and account.country == \"DE\" and shop.late";
    assert_eq!(shown("payment_failed", "true", audience), [""; 0]);
    let audience = "(shop.tier == large) no older than 1h";
    assert_eq!(shown("payment_failed", "true", audience), [""; 0]);
}

#[test]
fn what_several_banners_share_is_told_once_and_no_waiver_hides_it_from_others() {
    let segment = "segment large: shop.tier == large\n";
    let waiver = "  allow BN202 until 2027-01-01 because \"it comes with the request\"\n";
    let one = banner("one", "price_change", "large and shop.late");
    let two = banner("two", "price_change", "large");
    let waived = |banner: &str| format!("{}{waiver}\n", banner.trim_end().to_owned() + "\n");
    let of = |rules: &[&str]| told(book(&rules.concat(), SHOP));
    let both = of(&[&one, &two, segment]);
    assert_eq!(both.matches("BN202").count(), 1, "{both}");
    assert!(both.contains("of one"), "{both}");
    let second = of(&[&waived(&one), &two, segment]);
    assert!(second.contains("of two"), "{second}");
    assert_eq!(of(&[&waived(&one), &waived(&two), segment]), "");
    // One line of the schema mends it wherever it is asked.
    let three = banner("three", "price_change", "shop.tier != large");
    let apart = of(&[&two, &three, segment]);
    assert_eq!(apart.matches("BN202").count(), 1, "{apart}");
}

#[test]
fn a_bound_without_effect() {
    let none = [
        (
            "(billing.amount_overdue > 0) no older than 1h",
            "no older than 1h",
        ),
        (
            "(billing.amount_overdue > 0 and payments.health == ok)   no older than 2h",
            "no older than 2h",
        ),
        (
            "((shop) no older than 5m) no older than 10m",
            "no older than 10m",
        ),
        (
            "((shop) no older than 10m) no older than 5m",
            "no older than 10m",
        ),
        (
            "not ((payments_clear) no older than 3d)",
            "no older than 3d",
        ),
        (
            "(true) no older than 3d and billing.retry_planned",
            "no older than 3d",
        ),
    ];
    let segments = "segment shop: viewer.role == owner\n";
    for (rule, marked) in none {
        let found = of(rule, segments);
        assert!(
            found.contains(&format!("BN203 {marked}")),
            "{rule}: {found:?}"
        );
    }
    let some = [
        "(billing.amount_overdue > 0) no older than 59m",
        "(billing.amount_overdue > 0 and payments.health == ok) no older than 15m",
        "(shop) no older than 10d",
        "((shop) no older than 5m and billing.retry_planned) no older than 10m",
        "(billing.retry_planned and (shop) no older than 4m) no older than 5m",
    ];
    for rule in some {
        let found = of(rule, segments);
        assert!(
            !found.iter().any(|found| found.starts_with("BN203")),
            "{rule}: {found:?}"
        );
    }
}

#[test]
fn a_payment_message_is_not_for_those_of_whom_nobody_knows() {
    let shown = |kind: &str, audience: &str| places(book(&banner("b", kind, audience), SHOP));
    assert_eq!(
        shown("payment_failed", "shop.late is unknown"),
        ["BN204 shop.late is unknown"]
    );
    assert_eq!(
        shown("payment_failed", "not (shop.late is known)"),
        ["BN204 shop.late is known: turned round by `not`"]
    );
    assert_eq!(
        shown("payment_failed", "not (shop.late is unknown)"),
        [""; 0]
    );
    assert_eq!(shown("payment_failed", "shop.late is known"), [""; 0]);
    assert_eq!(shown("service_incident", "shop.late is unknown"), [""; 0]);
}

#[test]
fn ages_are_mixed_where_it_makes_a_difference() {
    let mixed = [
        "(in_dunning) no older than 5m or billing.dunning_state == exhausted",
        "(in_dunning) no older than 5m or payments_clear",
        "((in_dunning) no older than 5m and billing.retry_planned) or (in_dunning) no older than 10m",
        "(viewer.role == owner) no older than 5m or viewer.role == admin",
    ];
    for rule in mixed {
        let found = of(rule, "");
        assert!(
            found.iter().any(|found| found.starts_with("BN205")),
            "{rule}: {found:?}"
        );
    }
    let same = [
        "(in_dunning or billing.dunning_state == stopped) no older than 5m",
        "(in_dunning) no older than 5m and billing.dunning_state == exhausted",
        "(billing.dunning_state == clear) no older than 5m and (billing.dunning_state == clear or viewer.role == owner)",
        "(billing.retry_planned) no older than 5m or in_dunning",
        // Both bounds are beyond what the fact is believed anyway.
        "(in_dunning) no older than 2h or (billing.dunning_state == clear) no older than 3h",
    ];
    for rule in same {
        let found = of(rule, "");
        assert!(
            !found.iter().any(|found| found.starts_with("BN205")),
            "{rule}: {found:?}"
        );
    }
    let rules = format!(
        "message news:\n\n{}segment late: in_dunning\n",
        banner(
            "b",
            "news",
            "(late) no older than 5m or billing.dunning_state == exhausted"
        )
    );
    insta::assert_snapshot!(told(book(&rules, "")));
}

#[test]
fn a_rule_that_only_excludes_does_not_run_away() {
    let many = vec!["billing.dunning_state != clear"; 3_000].join(" or ");
    let mut rules = format!("message news:\n\n{}", banner("b", "news", &many));
    // Written out, each of these is twice as long as the one before it.
    rules += "segment s0: billing.dunning_state == clear\n";
    for number in 1..40 {
        let last = number - 1;
        _ = writeln!(
            rules,
            "segment s{number}: s{last} or (viewer.role == owner and s{last})"
        );
    }
    rules += "segment rest: not s39\n";
    let found = places(book(&rules, ""));
    assert!(found.contains(&"BN201 billing.dunning_state != clear".to_owned()));
    assert!(found.contains(&"BN201 not s39".to_owned()));
}
