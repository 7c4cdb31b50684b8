//! After the first decisions with a scratch, none allocates: not for audiences and contracts, and
//! not for the gates behind them.

use allocation_counter::measure;
use banneret::{Account, Book, Engine, Time};

const SCHEMA: &str = "facts:
  t.flag: {type: bool}
  t.plan: {type: enum, values: [free, paid, partner]}
  t.count: {type: int}
  t.at: {type: time, fresh_for: 24h}
  t.state: {type: enum, values: [fine, late], fresh_for: 1h}
  t.caps: {type: set of enum, values: [cards, debit]}
  t.tags: {type: set of string}
  t.name: {type: string}
  viewer.locale: {type: string}
";

/// What each banner asks, and how it is delivered; with more of them the index is another one.
const BANNERS: [&str; 9] = [
    "audience t.flag\n  cap 2 per 7 days",
    "audience t.plan in {paid, partner} and t.count > 3\n  rollout 50% by t.count",
    "audience t.at in the last 3 days\n  dismiss for 3 days",
    "message strict\n  audience (t.state == late) no older than 30m and t.plan != free",
    "audience t.tags has any of {\"a\", \"b\"} and not t.caps has debit\n  rollout 40% by t.name",
    "audience t.tags has all of {\"b\", \"c\"} or t.name starts with \"al\"\n  locales de, sv",
    "audience t.state is unknown\n  ends on click",
    "audience t.at more than 2 days ago or t.at is unknown\n  from 2026-01-01\n  until 2026-06-01",
    "audience (t.flag or t.count > 9) and (t.plan == paid or t.tags has \"c\") and (t.count < 2 or t.caps has cards) \
     and (t.flag or t.name == \"bo\")\n  cap 1 ever",
];

fn engine(times: usize) -> Engine {
    let mut rules =
        "message tip:\n  holdout 10% by t.name\n\nmessage strict:\n  requires t.state == late\n\n"
            .to_owned();
    for round in 0..times {
        for (at, banner) in BANNERS.iter().enumerate() {
            let message = if banner.starts_with("message") {
                ""
            } else {
                "message tip\n  "
            };
            let words = if message.is_empty() { "strict" } else { "tip" };
            rules += &format!(
                "banner b{round}_{at}:\n  {message}{banner}\n  placement top, side\n  priority {}\n  copy {words}\n  \
                 owner \"tests\"\n\n",
                at * 7 % 5
            );
        }
    }
    let files = [
        (
            "banneret.yaml",
            "edition: 1\nplacements: {top: 1, side: 3}\ncopy: {dir: copy, source: de, locales: [de, sv]}",
        ),
        ("schema.yaml", SCHEMA),
        (
            "copy/de.ftl",
            "tip = Worte.\n    .kind = tip\n\nstrict = Worte.\n    .kind = strict\n",
        ),
        (
            "copy/sv.ftl",
            "tip = Ord.\n    .kind = tip\n\nstrict = Ord.\n    .kind = strict\n",
        ),
        ("rules.banner", &rules),
    ];
    Engine::new(Book::from_files(files).unwrap())
}

/// The last is dated ahead, which opens every gate to a second look.
const LINES: [&str; 4] = [
    r#"{"id": "a", "as_of": "2026-05-04T11:50:00Z", "facts": {"t.flag": true, "t.plan": "paid", "t.count": 12,
        "t.at": "2026-05-03T00:00:00Z", "t.state": "late", "t.caps": ["cards"], "t.tags": ["a", "b", "c"],
        "t.name": "alma", "viewer.locale": "de"}}"#,
    r#"{"id": "b", "facts": {"t.count": 4, "t.plan": "partner", "t.name": "bo", "viewer.locale": "en"}}"#,
    r#"{"id": "c", "as_of": "2026-05-04T11:50:00Z", "facts": {"t.flag": true, "t.count": 1, "t.tags": ["z"], "t.name": "c"},
        "history": {"b0_0": {"shown_at": ["2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z", "2026-05-03T00:00:00Z"]},
        "b0_2": {"dismissed_at": "2026-05-03T00:00:00Z"}}}"#,
    r#"{"id": "d", "as_of": "2026-05-05T00:00:00Z", "facts": {"t.flag": true, "t.state": "late", "t.plan": "paid"}}"#,
];

#[test]
fn decisions_allocate_nothing() {
    let now: Time = "2026-05-04T12:00:00Z".parse().unwrap();
    for times in [1, 2, 3, 70] {
        let engine = engine(times);
        let book = engine.book();
        let read = |line: &&str| Account::from_line(book.schema(), line, false).unwrap();
        let accounts: Vec<Account> = LINES.iter().map(read).collect();
        let mut scratch = engine.scratch();
        let mut shown = 0;
        let mut decide = || {
            for account in &accounts {
                let matches = engine.matches(&account.facts, now, &mut scratch).unwrap();
                let found = matches.names().count();
                let decision = engine.decide(&account.facts, &account.history, now, &mut scratch);
                let decision = decision.unwrap();
                assert_eq!(decision.matches().count(), found);
                shown += decision.shows().count();
            }
        };
        decide();
        let allocated = measure(&mut decide);
        assert_eq!(
            allocated.count_total,
            0,
            "{} banners",
            times * BANNERS.len()
        );
        assert!(shown >= 8, "{shown} shown");
    }
}

/// What the counter is worth.
#[test]
fn a_first_decision_allocates() {
    let engine = engine(3);
    let facts = engine.facts().build();
    let now: Time = "2026-05-04T12:00:00Z".parse().unwrap();
    let mut scratch = engine.scratch();
    let first = measure(|| _ = engine.matches(&facts, now, &mut scratch).unwrap());
    assert!(first.count_total > 0);
}
