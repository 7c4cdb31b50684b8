//! The lints on contracts and logic: silent on the books that ship, loud on the same books with one
//! thing changed, and right about random ones.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use banneret::ast::{Expr, ExprKind, Item};
use banneret::{Answer, Book, Checked, Diagnostic, Level, NodeId, Prover, Span, Time};
use banneret_lint::Options;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The lints that are tried here.
const CODES: [&str; 10] = [
    "BN001", "BN002", "BN003", "BN006", "BN008", "BN301", "BN302", "BN303", "BN305", "BN306",
];

fn lint(files: &BTreeMap<String, String>) -> Checked {
    lint_at(files, Vec::new())
}

fn lint_at(files: &BTreeMap<String, String>, levels: Vec<(String, Option<Level>)>) -> Checked {
    let now: Time = "2026-05-04T12:00:00Z".parse().unwrap();
    let options = Options { now, levels };
    let checked = banneret_lint::lint(Book::check(files.clone()), &options);
    assert!(checked.book.is_some(), "{:?}", checked.diagnostics);
    checked
}

/// The findings of the lints that are tried here.
fn found(checked: &Checked) -> Vec<&Diagnostic> {
    let found = checked.diagnostics.iter();
    found
        .filter(|found| CODES.contains(&found.code.id))
        .collect()
}

/// The files of a book that ships.
fn shipped(name: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    let mut files = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            let is_part = [".banner", ".yaml", ".ftl"]
                .iter()
                .any(|end| name.ends_with(end));
            if is_part {
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn the_books_that_ship_are_clean() {
    for name in ["rules", "examples/credit-card"] {
        let checked = lint(&shipped(name));
        let found = found(&checked);
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

/// A book that ships, a code, a file, and what is changed in it.
const MUTATIONS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "rules",
        "BN001",
        "dunning.banner",
        "  in_dunning\n  and billing.last",
        "  billing.last",
    ),
    (
        "rules",
        "BN001",
        "dunning.banner",
        "  in_dunning\n  and",
        "  billing.dunning_state is known\n  and",
    ),
    (
        "rules",
        "BN001",
        "dunning.banner",
        "  in_dunning\n  and",
        "  not (billing.dunning_state == clear)\n  and",
    ),
    (
        "examples/credit-card",
        "BN001",
        "cards.banner",
        "audience   in_dunning",
        "audience   not_paid_duly",
    ),
    (
        "examples/credit-card",
        "BN001",
        "cards.banner",
        "audience   in_dunning",
        "audience   card.months_late > 0",
    ),
    (
        "rules",
        "BN002",
        "invoices.banner",
        "billing.collection_method == manual",
        "billing.collection_method is known",
    ),
    (
        "rules",
        "BN002",
        "dunning.banner",
        "recon.state == matched and",
        "recon.state is known and",
    ),
    (
        "rules",
        "BN002",
        "orders.banner",
        "and order.state == pending",
        "and order.state in {pending, fulfilled}",
    ),
    (
        "rules",
        "BN003",
        "invoices.banner",
        "(recon.state == matched) no older than 24h",
        "recon.state == matched",
    ),
    (
        "rules",
        "BN006",
        "amounts.banner",
        "\"USD\"}",
        "\"USD\"}\n  and not (billing.currency contains \"a\" or billing.currency contains \"b\" \
      or billing.currency contains \"c\" or billing.currency contains \"d\" or billing.currency contains \"e\" \
      or billing.currency contains \"f\" or billing.currency contains \"g\" or billing.currency contains \"h\" \
      or billing.currency contains \"i\" or billing.currency contains \"j\")",
    ),
    (
        "rules",
        "BN008",
        "invoices.banner",
        "requires viewer.role in {owner, billing_admin, admin}",
        "requires viewer.role is known or viewer.role is unknown",
    ),
    (
        "rules",
        "BN008",
        "invoices.banner",
        "requires viewer.role in {owner, billing_admin, admin}",
        "requires billing.invoice_state == paid",
    ),
    (
        "rules",
        "BN301",
        "incidents.banner",
        "not (incident.components is empty)",
        "not (incident.affects_account)",
    ),
    (
        "rules",
        "BN301",
        "dunning.banner",
        "in the last 22 days",
        "in the last 3 days",
    ),
    (
        "rules",
        "BN301",
        "people.banner",
        "{owner, admin}",
        "{owner, admin} and viewer.role == agent",
    ),
    (
        "rules",
        "BN302",
        "people.banner",
        "viewer.role in {owner, admin}",
        "viewer.role is known or viewer.role is unknown",
    ),
    (
        "rules",
        "BN303",
        "orders.banner",
        "== processing and payers",
        "== processing and payers and viewer.role != agent",
    ),
    (
        "rules",
        "BN303",
        "dunning.banner",
        "and day_2 and managers",
        "and day_2 and managers and in_dunning",
    ),
    (
        "rules",
        "BN303",
        "invoices.banner",
        "and billing.amount_overdue > 0",
        "and (billing.amount_overdue > 0 or billing.amount_overdue > 5)",
    ),
    (
        "rules",
        "BN305",
        "people.banner",
        "{owner, admin}",
        "{owner, admin, billing_admin}",
    ),
    (
        "rules",
        "BN306",
        "incidents.banner",
        "priority   990",
        "priority   900",
    ),
];

#[test]
fn each_lint_fires_on_a_shipped_book_that_is_changed_for_it() {
    for (book, code, file, from, to) in MUTATIONS {
        let mut files = shipped(book);
        let text = files.get_mut(*file).unwrap();
        assert!(text.contains(from), "{file} holds no `{from}`");
        *text = text.replacen(from, to, 1);
        let checked = lint(&files);
        let codes: Vec<_> = found(&checked).iter().map(|found| found.code.id).collect();
        assert!(codes.contains(code), "{book}/{file} with `{to}`: {codes:?}");
    }
    for code in CODES {
        let is_tried = MUTATIONS.iter().any(|(_, tried, ..)| *tried == code);
        assert!(is_tried, "{code} is tried on no shipped book");
    }
}

#[test]
fn a_banner_without_in_dunning_is_refuted_by_an_account_in_good_standing() {
    let mut files = shipped("rules");
    let text = files.get_mut("dunning.banner").unwrap();
    *text = text.replacen("  in_dunning\n  and billing", "  billing", 1);
    let checked = lint(&files);
    let untrue = checked
        .diagnostics
        .iter()
        .filter(|found| found.code.id == "BN001");
    let untrue: Vec<_> = untrue.collect();
    let banners: Vec<_> = untrue
        .iter()
        .filter_map(|found| found.banner.as_deref())
        .collect();
    assert_eq!(banners, ["payment_failed_first", "payment_failed_second"]);
    for finding in untrue {
        let example = finding.counterexample.as_ref().unwrap();
        let state = example
            .facts
            .iter()
            .find(|fact| fact.fact == "billing.dunning_state");
        assert_eq!(state.unwrap().shown.as_deref(), Some("clear"));
        assert_eq!(
            finding.requirement.as_deref(),
            Some("(in_dunning) no older than 24h")
        );
        assert!(
            finding
                .help
                .iter()
                .any(|help| help.contains("`and in_dunning`"))
        );
    }
}

const MANIFEST: &str = "edition: 1\nplacements: {top: 1, side: 2}\n\
                        copy: {dir: copy, source: en, locales: [en, de]}\n";

/// A book of those rules over the standard facts.
fn book(schema: &str, rules: &str) -> BTreeMap<String, String> {
    let mut copy = String::new();
    for kind in [
        "payment_failed",
        "trial_ending",
        "account_restricted",
        "offer",
        "tip",
    ] {
        let id = kind.replace('_', "-");
        copy += &format!("{id} = Words.\n    .kind = {kind}\n\n");
    }
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", schema),
        ("copy/en.ftl", &copy),
        ("rules.banner", rules),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

const STANDARD: &str = "include: [billing@1, recon@1, operations@1]\n";

#[test]
fn the_core_of_payment_failed_is_told_by_itself() {
    let rules = "banner told:\n  message payment_failed\n  audience viewer.role == owner\n  \
                 placement top\n  copy payment-failed\n  owner \"x\"\n";
    let checked = lint(&book(STANDARD, rules));
    let codes: Vec<_> = found(&checked).iter().map(|found| found.code.id).collect();
    // Its core, and the six conditions that the groups of facts add.
    assert_eq!(
        codes,
        [
            "BN001", "BN002", "BN002", "BN002", "BN002", "BN002", "BN002"
        ]
    );
}

#[test]
fn a_kind_that_the_library_keeps_silent_is_no_finding() {
    // Without recon@1 nobody can be told of a refund for a double charge.
    let checked = lint(&book("include: [billing@1]\n", "message tip:\n"));
    assert!(found(&checked).is_empty(), "{:?}", checked.diagnostics);
}

#[test]
fn of_conditions_that_follow_from_each_other_one_is_told() {
    let told_of = |head: &str, audience: &str, rest: &str| {
        let rules = format!("{head}\n  {audience}\n{rest}");
        let checked = lint(&book(STANDARD, &rules));
        let texts = found(&checked).into_iter().map(|found| {
            assert_eq!(found.code.id, "BN303", "{audience}");
            checked.sources.text(found.primary.span).to_owned()
        });
        texts.collect::<Vec<_>>()
    };
    let told = |audience: &str| told_of("segment s:", audience, "");
    let many = "in_dunning and viewer.role == owner and in_dunning and in_dunning";
    assert_eq!(told(many), ["in_dunning", "in_dunning"]);
    assert_eq!(
        told("viewer.role == owner and viewer.role in {owner}"),
        ["viewer.role in {owner}"]
    );
    // What is inside of a part that goes is not told as well.
    let inside = "viewer.role == owner or (viewer.role == owner and in_dunning)";
    assert_eq!(told(inside), ["(viewer.role == owner and in_dunning)"]);
    // True of the same accounts, and yet not the same: where nothing is known it is not false.
    assert!(told("in_dunning and billing.dunning_state is known").is_empty());
    assert!(told("in_dunning or not in_dunning or viewer.role == owner").is_empty());
    // Age counts.
    let older =
        "(in_dunning) no older than 5m and viewer.role == owner and (in_dunning) no older than 5h";
    assert!(told(older).is_empty(), "it is false less often without one");
    let rest = "  message tip\n  placement top\n  copy tip\n  owner \"x\"\n\nmessage tip:\n";
    let older = format!("audience {older}");
    assert_eq!(
        told_of("banner b:", &older, rest),
        ["(in_dunning) no older than 5h"]
    );
    assert!(
        told("(in_dunning) no older than 5m or in_dunning").is_empty(),
        "it is false less often"
    );
}

#[test]
fn of_many_conditions_those_that_contradict_are_told() {
    let seats = |at: usize| format!("billing.amount_overdue != {at}");
    let many: Vec<_> = (0..40).map(seats).collect();
    let rules = format!(
        "segment s:\n  {}\n  and billing.amount_overdue < 3\n",
        many.join("\n  and ")
    );
    let checked = lint(&book(STANDARD, &rules));
    let [finding] = found(&checked)[..] else {
        panic!("{:?}", checked.diagnostics);
    };
    assert_eq!(finding.code.id, "BN301");
    let places = finding.related.iter().chain([&finding.primary]);
    let places: Vec<_> = places
        .map(|label| checked.sources.text(label.span))
        .collect();
    let guilty = [
        seats(0),
        seats(1),
        seats(2),
        "billing.amount_overdue < 3".to_owned(),
    ];
    assert_eq!(places, guilty);
}

#[test]
fn what_is_not_looked_at_is_said_and_no_error() {
    let many: Vec<_> = (0..1_500)
        .map(|at| format!("account.region == \"r{at}\""))
        .collect();
    let rules = format!("segment s:\n  {}\n", many.join("\n  or "));
    let checked = lint(&book(STANDARD, &rules));
    let [finding] = found(&checked)[..] else {
        panic!("{:?}", checked.diagnostics);
    };
    assert_eq!((finding.code.id, finding.is_error()), ("BN303", false));
    assert!(finding.message.contains("too many conditions"));
}

#[test]
fn of_banners_of_one_priority_each_is_told_once_and_names_the_winner() {
    let banner = |name: &str, audience: &str, more: &str| {
        format!(
            "banner {name}:\n  message tip\n  audience {audience}\n  copy tip\n  owner \"x\"\n{more}\n"
        )
    };
    let everywhere = "  placement top, side\n";
    let rules = [
        "message tip:\n".to_owned(),
        banner("a", "in_dunning", everywhere),
        banner("b", "viewer.role == owner", everywhere),
        banner("c", "viewer.role == agent", everywhere),
        banner(
            "d",
            "viewer.role == admin",
            "  placement top\n  locales en\n",
        ),
        banner(
            "e",
            "viewer.role == admin and viewer.locale is known",
            "  placement top\n  locales de\n",
        ),
        banner("f", "payments_clear", "  placement side\n"),
    ];
    let checked = lint(&book(STANDARD, &rules.join("\n")));
    let ties = found(&checked).into_iter().map(|found| {
        assert_eq!(found.code.id, "BN306");
        assert!(found.counterexample.is_some());
        let winner = found.primary.text.split('`').nth(1).unwrap();
        format!("{winner} before {}", found.banner.as_deref().unwrap())
    });
    let ties: Vec<_> = ties.collect();
    assert_eq!(
        ties,
        [
            "a before b",
            "a before c",
            "a before d",
            "a before e",
            "b before f"
        ]
    );
}

const SMALL: &str = "facts:
  viewer.locale: {type: string}
  p.plan: {type: enum, values: [free, pro, max]}
  p.flag: {type: bool, fresh_for: 1h}
  p.seats: {type: int, min: 0, max: 9, fresh_for: 2h}
  p.due: {type: time}
  p.tags: {type: set of enum, values: [x, y]}
";

/// Questions that often follow from each other.
const QUESTIONS: &[&str] = &[
    "p.plan == free",
    "p.plan in {free, pro}",
    "p.plan != max",
    "p.plan is known",
    "p.plan is unknown",
    "p.flag",
    "(p.flag) no older than 5m",
    "p.seats > 3",
    "p.seats between 2 and 6",
    "p.due in the past",
    "p.due in the last 3 days",
    "p.due before 2026-05-04",
    "p.tags has x",
    "p.tags has any of {x, y}",
    "p.tags is empty",
    "base",
    "true",
    "false",
];

fn rule() -> impl Strategy<Value = String> {
    let leaf = select(QUESTIONS).prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 4, |inner| {
        let joined = |word: &'static str| {
            vec(inner.clone(), 2..5).prop_map(move |parts| format!("({})", parts.join(word)))
        };
        prop_oneof![
            3 => joined(" and "),
            3 => joined(" or "),
            1 => inner.clone().prop_map(|inner| format!("not ({inner})")),
            1 => inner.clone().prop_map(|inner| format!("({inner}) no older than 10m")),
        ]
    })
}

/// Every expression that comes of leaving one part of an `and` or `or` out.
fn without_one(expr: &Expr) -> Vec<(Span, Expr)> {
    let wrapped = |inner: &Expr, wrap: &dyn Fn(Box<Expr>) -> ExprKind| {
        let left = without_one(inner).into_iter();
        let left = left.map(|(span, inner)| {
            let kind = wrap(Box::new(inner));
            (
                span,
                Expr {
                    kind,
                    span: expr.span,
                },
            )
        });
        left.collect()
    };
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::Name(_) | ExprKind::Test(..) => Vec::new(),
        ExprKind::Paren(inner) => wrapped(inner, &ExprKind::Paren),
        ExprKind::Not(inner) => wrapped(inner, &ExprKind::Not),
        ExprKind::Fresh(inner, length) => {
            wrapped(inner, &|inner| ExprKind::Fresh(inner, length.clone()))
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            let joined = |parts: Vec<Expr>| {
                let kind = match (&expr.kind, &parts[..]) {
                    (_, [one]) => one.kind.clone(),
                    (ExprKind::And(_), _) => ExprKind::And(parts),
                    _ => ExprKind::Or(parts),
                };
                Expr {
                    kind,
                    span: expr.span,
                }
            };
            let mut left = Vec::new();
            for (at, part) in parts.iter().enumerate() {
                let mut others = parts.clone();
                others.remove(at);
                left.push((part.span, joined(others)));
                for (span, inner) in without_one(part) {
                    let mut others = parts.clone();
                    others[at] = inner;
                    left.push((span, joined(others)));
                }
            }
            left
        }
    }
}

/// Whether two expressions are true for the same accounts, and where `both`, false too.
fn is_same(book: &Book, one: &Expr, other: &Expr, both: bool) -> bool {
    let not = |expr: &Expr| {
        let inner = Box::new(Expr {
            kind: ExprKind::Paren(Box::new(expr.clone())),
            span: expr.span,
        });
        Expr {
            kind: ExprKind::Not(inner),
            span: expr.span,
        }
    };
    let sides = [one.clone(), other.clone(), not(one), not(other)];
    let (formulas, nodes) = book.lower(sides.iter().map(|side| (side, false)));
    let mut prover = Prover::new(book.schema(), &formulas);
    let mut within = |one: NodeId, other: NodeId| prover.find(&[one], &[other]) == Answer::Nobody;
    let mut same = |at: usize| within(nodes[at], nodes[at + 1]) && within(nodes[at + 1], nodes[at]);
    same(0) && (!both || same(2))
}

fn random_book(segment: &str, audiences: &[String]) -> BTreeMap<String, String> {
    let mut rules = format!(
        "segment base: p.plan in {{free, max}} and p.seats > 1\n\nsegment s: {segment}\n\nmessage tip:\n\n"
    );
    for (at, audience) in audiences.iter().enumerate() {
        let place = ["top", "side", "top, side"][at % 3];
        rules += &format!(
            "banner b{at}:\n  message tip\n  audience {audience}\n  placement {place}\n  copy tip\n  owner \"x\"\n\n"
        );
    }
    book(SMALL, &rules)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against leaving out each part by itself and proving both ways.
    #[test]
    fn what_changes_nothing_is_found_and_nothing_else(segment in rule(), audience in rule()) {
        let files = random_book(&segment, &[audience]);
        let checked = lint(&files);
        let book = checked.book.as_ref().unwrap();
        let told = |code: &str, inside: Span| {
            let found = checked.diagnostics.iter().filter(|found| found.code.id == code);
            let spans = found.map(|found| found.primary.span);
            spans.filter(|span| inside.start <= span.start && span.end <= inside.end).collect::<Vec<_>>()
        };
        for (_, item) in checked.items.iter().filter(|(standard, _)| !standard) {
            let (expr, both) = match item {
                Item::Segment(segment) => (segment.audience.as_ref().unwrap(), true),
                Item::Banner(banner) => (banner.audience.as_ref().unwrap(), false),
                Item::Message(_) => continue,
            };
            let constant = |value| Expr { kind: ExprKind::Const(value), span: expr.span };
            let never = is_same(book, expr, &constant(false), false);
            let always = is_same(book, expr, &constant(true), false);
            prop_assert_eq!(!told("BN301", expr.span).is_empty(), never);
            let on_purpose = expr.kind == ExprKind::Const(true);
            prop_assert_eq!(!told("BN302", expr.span).is_empty(), always && !on_purpose);
            let told = told("BN303", expr.span);
            if never || always {
                prop_assert!(told.is_empty());
                continue;
            }
            let left = without_one(expr).into_iter();
            let idle: Vec<_> = left.filter(|(_, left)| is_same(book, expr, left, both)).collect();
            prop_assert_eq!(told.is_empty(), idle.is_empty(), "{}", expr);
            for span in told {
                prop_assert!(idle.iter().any(|(idle, _)| *idle == span), "{}", expr);
            }
        }
    }

    #[test]
    fn banners_that_tie_and_those_that_are_alike_are_found(audiences in vec(rule(), 2..6)) {
        // A tie that it tells of is not told twice.
        let levels = vec![("BN304".to_owned(), None)];
        let checked = lint_at(&random_book("p.flag", &audiences), levels);
        let book = checked.book.as_ref().unwrap();
        let mut prover = Prover::new(book.schema(), book.formulas());
        for (at, later) in book.banners().iter().enumerate() {
            let before = book.banners()[..at].iter().filter(|first| {
                first.placements.iter().any(|place| later.placements.contains(place))
            });
            let before: Vec<_> = before.map(|first| first.audience).collect();
            let mut none = |these: &[NodeId], those: &[NodeId]| prover.find(these, those) == Answer::Nobody;
            let ties = before.iter().any(|first| !none(&[*first, later.audience], &[]));
            let alike = !none(&[later.audience], &[]) && before.iter().any(|first| {
                none(&[*first], &[later.audience]) && none(&[later.audience], &[*first])
            });
            let told = |code: &str| {
                let mut found = checked.diagnostics.iter();
                found.any(|found| found.code.id == code && found.banner.as_deref() == Some(&*later.name))
            };
            prop_assert_eq!(told("BN306"), ties, "{}", &later.name);
            prop_assert_eq!(told("BN305"), alike, "{}", &later.name);
        }
    }
}
