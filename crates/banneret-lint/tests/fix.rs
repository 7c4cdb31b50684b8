//! Books that mend themselves: what is changed, what is left alone, and that it is what it says.

use std::fmt::Write as _;

use banneret::{Book, Time};
use banneret_lint::{Fixed, Options, fix, lint};

const MANIFEST: &str = "edition: 1
schema: schema.yaml
placements: {top: 1, inline: 9}
copy: {dir: copy, source: en, locales: [en]}
";

const SCHEMA: &str = "include: [billing@1, recon@1, operations@1]
facts:
  shop.open: {type: bool, fresh_for: 1h, doc: Whether it is open.}
  shop.size: {type: int, min: 0, max: 99, fresh_for: 1h, doc: How large it is.}
  shop.tier: {type: enum, values: [free, pro, team], fresh_for: 1h, doc: What it pays for.}
";

const COPY: &str = "hello = Hello
    .kind = hello
failed = A payment did not go through
    .kind = payment_failed
";

fn files(rules: &str) -> Vec<(String, String)> {
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", SCHEMA),
        ("copy/en.ftl", COPY),
        ("rules.banner", rules),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

fn options() -> Options {
    let now: Time = "2026-05-04T12:00:00Z".parse().unwrap();
    // Only what this is about: not caps, dates and tests.
    let about = ["BN106", "BN303"];
    let others = banneret_lint::codes().into_iter();
    let others =
        others.filter(|code| !about.contains(&code.id) && !code.is_contract() && !code.firm);
    Options {
        now,
        levels: others.map(|code| (code.id.to_owned(), None)).collect(),
    }
}

fn fixed(rules: &str, unsafe_too: bool) -> Fixed {
    fix(&files(rules), &options(), unsafe_too, |_| true)
}

/// The rules afterwards, and what was done.
fn told(rules: &str, unsafe_too: bool) -> String {
    let fixed = fixed(rules, unsafe_too);
    let mut told = String::new();
    for (name, text) in &fixed.files {
        _ = writeln!(told, "{name}\n{text}");
    }
    for (what, list) in [("did", &fixed.applied), ("left", &fixed.refused)] {
        for one in list {
            _ = writeln!(
                told,
                "{what} {}:{} {} {}",
                one.file, one.line, one.code, one.title
            );
        }
    }
    told
}

fn banner(audience: &str) -> String {
    format!(
        "message hello:\n\nbanner b:\n  message    hello\n  audience   {audience}\n  placement  inline\n  copy       hello\n  owner      \"x\"\n"
    )
}

#[test]
fn what_changes_nothing_goes_and_comments_stay() {
    let audiences = [
        "shop.open and shop.size > 3 and shop.open",
        "shop.size > 3 and shop.open and shop.size > 5",
        "shop.open # first\n             and shop.size > 3 # kept all the same\n             and shop.size > 5",
        "shop.open\n             # why it is there\n             and shop.size > 3\n             and shop.size > 5",
        "shop.open and (shop.tier == pro or shop.tier in {pro, team})",
        "shop.size > 3 # and more\n             and # of it\n             shop.size > 5",
        "shop.open or (shop.size > 3 and shop.open)",
    ];
    let mut all = String::new();
    for audience in audiences {
        let rules = banner(audience);
        _ = writeln!(all, "{}", told(&rules, false));
        let comments = |text: &str| text.matches('#').count();
        let after = fixed(&rules, false).files;
        assert_eq!(after.len(), 1, "{audience}");
        assert_eq!(comments(&after[0].1), comments(&rules), "{}", after[0].1);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn mixed_words_get_their_parentheses() {
    let rules = banner("shop.open and shop.size > 3 or shop.tier == pro");
    insta::assert_snapshot!(told(&rules, false));
}

/// The clause that is missing is added only where it is asked for, and everything else stays.
#[test]
fn a_missing_contract_is_added_if_asked() {
    let rules = "# What happened.
segment failed_charge:
  billing.last_attempt_result == failed
  and billing.collection_method == automatic
  and billing.amount_overdue > 0
  and billing.invoice_state == past_due
  and recon.state == matched
  and payments.health == ok

banner told:
  message    payment_failed
  audience   failed_charge and viewer.role == owner   # nobody else
  placement  top
  copy       failed
  owner      \"x\"
";
    assert_eq!(told(rules, false), "");
    insta::assert_snapshot!(told(rules, true));
    let fixed = fixed(rules, true);
    let mut files = files(rules);
    for (name, text) in fixed.files {
        files.iter_mut().find(|file| file.0 == name).unwrap().1 = text;
    }
    let checked = lint(Book::check(files), &options());
    assert_eq!(checked.book.unwrap().report().len(), 0);
}

/// Of a book that does not load nothing is changed.
#[test]
fn a_book_that_does_not_load_is_left_alone() {
    let rules = banner("shop.open and shop.open and shop.closed");
    assert_eq!(told(&rules, true), "");
}

fn mended(rules: &str, unsafe_too: bool) -> (Fixed, Vec<(String, String)>) {
    let fixed = fixed(rules, unsafe_too);
    let mut files = files(rules);
    for (name, text) in &fixed.files {
        files.iter_mut().find(|file| file.0 == *name).unwrap().1 = text.clone();
    }
    (fixed, files)
}

/// However many there are, all that can be mended is, at once.
#[test]
fn a_large_book_is_mended_as_a_small_one() {
    let mut rules = String::new();
    for number in 0..45 {
        _ = write!(
            rules,
            "banner told_{number}:\n  message    payment_failed\n  audience   viewer.role == owner and billing.amount_overdue > {number}\n  placement  top\n  copy       failed\n  owner      \"x\"\n\n"
        );
    }
    let (fixed, files) = mended(&rules, true);
    assert_eq!(fixed.refused, []);
    let checked = lint(Book::check(files), &options());
    let left = checked.diagnostics.iter().filter(|one| one.fix.is_some());
    assert_eq!(left.count(), 0);
    assert_eq!(checked.book.unwrap().report().len(), 0);
}

/// A change that is not what it says holds up none of the others: here a test would fail, which says
/// why a banner is hidden.
#[test]
fn what_a_test_says_still_holds_and_holds_up_nothing_else() {
    let mut rules = banner("shop.tier == pro and shop.tier is known");
    for number in 0..45 {
        let more = banner("shop.open and shop.size > 3 and shop.open");
        let more = more.replace("banner b:", &format!("\nbanner b{number}:"));
        rules += &more.replace("message hello:\n\n", "");
    }
    let mut files = files(&rules);
    let test = "- name: nobody knows what the shop pays for\n  now: 2026-05-04T12:00:00Z\n  facts: {shop.open: true}\n  hides: [b]\n  because: {b: audience-false}\n";
    files.push(("tests/b.yaml".to_owned(), test.to_owned()));
    let fixed = fix(&files, &options(), false, |_| true);
    assert_eq!(fixed.applied.len(), 45);
    let refused: Vec<_> = fixed.refused.iter().map(|one| &*one.title).collect();
    assert_eq!(refused, ["take out `shop.tier is known`"]);
    // Where no test asks for the reason, it goes.
    assert_eq!(fix(&files[..4], &options(), false, |_| true).refused, []);
}

/// A contract that is written in other words is the same contract.
#[test]
fn what_a_message_requires_is_mended_too() {
    let rules = banner("shop.open and shop.size > 5").replace(
        "message hello:\n",
        "message hello:\n  requires shop.size > 3 and shop.size > 2\n  requires shop.open\n",
    );
    let (fixed, files) = mended(&rules, false);
    assert_eq!((fixed.applied.len(), fixed.refused.len()), (1, 0));
    assert!(
        files[3].1.contains("  requires shop.size > 3\n"),
        "{}",
        files[3].1
    );
}
