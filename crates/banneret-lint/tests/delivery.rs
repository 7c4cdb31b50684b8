//! Lints on when, how often and for how long banners are shown, on the tests that they have, and on
//! what nothing uses: on a shipped book with one change.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use banneret::{Book, Checked, Diagnostic, Level, Time};
use banneret_lint::Options;

type Files = BTreeMap<String, String>;

const RULES: &str = "cards.banner";

/// The files of the book of credit cards, as it ships.
fn shipped() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/credit-card");
    let (mut files, mut open) = (Files::new(), vec![root.clone()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The book with one text in place of another, which it must hold.
fn with(file: &str, from: &str, to: &str) -> Files {
    changed(shipped(), file, from, to)
}

fn changed(mut files: Files, file: &str, from: &str, to: &str) -> Files {
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not hold `{from}`");
    *text = text.replace(from, to);
    files
}

fn at(now: &str) -> Options {
    Options {
        now: now.parse::<Time>().unwrap(),
        levels: Vec::new(),
    }
}

fn today() -> Options {
    at("2026-05-04T12:00:00Z")
}

fn lint(files: Files, options: &Options) -> Checked {
    let checked = Book::check(files);
    assert!(checked.book.is_some(), "{:?}", checked.diagnostics);
    banneret_lint::lint(checked, options)
}

/// The level, code, marked text and message of each finding.
fn told(found: &[Diagnostic], sources: &banneret::Sources) -> String {
    let mut told = String::new();
    for found in found {
        let level = match found.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let marked = sources.text(found.primary.span);
        _ = writeln!(
            told,
            "{level} {}: {} [{marked}: {}]",
            found.code.id, found.message, found.primary.text
        );
        for help in &found.help {
            _ = writeln!(told, "  {help}");
        }
    }
    told
}

fn said(files: Files, options: &Options) -> String {
    let checked = lint(files, options);
    told(&checked.diagnostics, &checked.sources)
}

fn codes(files: Files) -> Vec<&'static str> {
    let found = lint(files, &today()).diagnostics;
    found.iter().map(|found| found.code.id).collect()
}

/// The file after the safe changes that the findings come with.
fn fixed(files: &Files, file: &str) -> String {
    let files: Vec<_> = files.clone().into_iter().collect();
    let fixed = banneret_lint::fix(&files, &today(), false, |_| true);
    assert_eq!(fixed.refused, [], "of {file}");
    let mut changed = fixed.files.into_iter();
    changed.find(|(name, _)| name == file).unwrap().1
}

#[test]
fn a_shipped_book_has_nothing_to_say() {
    assert_eq!(said(shipped(), &today()), "");
}

#[test]
fn what_time_does_to_a_book() {
    let all = [
        "2027-03-15T23:59:59Z",
        "2027-03-27T00:00:00Z",
        "2027-05-01T00:00:00Z",
        "2027-05-13T12:00:00Z",
    ];
    let all = all.map(|now| said(shipped(), &at(now)));
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn a_day_is_that_of_the_banners_zone() {
    let files = with(RULES, "  until ", "  zone Europe/Stockholm\n  until ");
    assert_eq!(said(files.clone(), &at("2027-03-15T22:59:59Z")), "");
    let late = said(files.clone(), &at("2027-03-15T23:00:00Z"));
    assert!(late.contains("BN406"), "{late}");
    let over = said(files, &at("2027-04-30T22:00:00Z"));
    assert!(over.contains("BN401"), "{over}");
}

#[test]
fn what_a_banner_does_not_say() {
    let mut all = Vec::new();
    all.push(said(
        with(RULES, "  cap        3 per 7 days\n", ""),
        &today(),
    ));
    all.push(said(with(RULES, "  until      2027-05-01\n", ""), &today()));
    let rollout = |share: &str| with(RULES, "  cap ", &format!("  rollout {share}\n  cap "));
    all.push(said(rollout("100% by account.id"), &today()));
    all.push(said(rollout("0% by account.id"), &today()));
    assert_eq!(said(rollout("25% by account.id"), &today()), "");
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn ids_are_counted_wherever_they_are_asked() {
    let mut all = Vec::new();
    let of = |asked: &str| {
        let audience = format!("audience   in_dunning and {asked}\n");
        said(with(RULES, "audience   in_dunning\n", &audience), &today())
    };
    all.push(of("not (account.id not in {\"7\", \"8\", \"9\"})"));
    all.push(of("account.id == \"7\""));
    assert_eq!(of("account.id starts with \"7\""), "");
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn tests_that_are_missing() {
    let mut all = Vec::new();
    let tests = "tests/cards.yaml";
    let bare = changed(shipped(), tests, "hides: [card_payment_late]", "shows: []");
    let bare = changed(
        bare,
        tests,
        "  because: {card_payment_late: audience-false}\n",
        "",
    );
    let bare = changed(
        bare,
        tests,
        "  because: {card_payment_late: audience-unknown}\n",
        "",
    );
    let bare = changed(bare, tests, "  shows: []", "  shows: [card_payment_late]");
    all.push(said(bare, &today()));
    // A second sooner, and the news is fresh.
    let fresh = with(tests, "2026-05-03T11:59:59Z", "2026-05-03T12:00:00Z");
    all.push(said(fresh, &today()));
    let mut none = shipped();
    none.retain(|name, _| !name.starts_with("tests/"));
    assert_eq!(codes(none.clone()), ["BN601", "BN602"]);
    let rules = &none[RULES];
    let (_, banner) = rules.split_once("banner ").unwrap();
    let second = banner
        .replace("card_payment_late", "card_payment_later")
        .replace("900", "800")
        .replace("in_dunning", "in_dunning and card.paid_duly");
    let both = format!("{rules}\nbanner {second}");
    none.insert(RULES.to_owned(), both);
    all.push(said(none, &today()));
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn unused_segments_go_together_and_with_their_comments() {
    let mut all = Vec::new();
    let files = with("banneret.yaml", "lint: {BN701: off}", "lint: {}");
    all.push(said(files.clone(), &today()));
    let more = "# Used by the next one only.
segment lazy: not card.paid_duly and card.standing is known

# Neither.
segment lazier:
  lazy
  and card.standing != on_time

banner card";
    let files = changed(files, RULES, "banner card", more);
    all.push(said(files.clone(), &today()));
    let rules = fixed(&files, RULES);
    assert!(rules.starts_with("banner card_payment_late:\n"), "{rules}");
    let used = with(
        RULES,
        "audience   in_dunning\n",
        "audience   in_dunning and not_paid_duly\n",
    );
    let used = changed(used, "banneret.yaml", "lint: {BN701: off}", "lint: {}");
    assert!(!codes(used).contains(&"BN701"));
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn a_segment_at_the_end_goes_with_the_blank_lines_before_it() {
    let mut files = with("banneret.yaml", "lint: {BN701: off}", "lint: {}");
    let rules = files.get_mut(RULES).unwrap();
    rules.push_str("\n# One.\nsegment one: card.paid_duly   # indeed\n\n# Two.\nsegment two: card.standing == late");
    let left = fixed(&files, RULES);
    assert!(left.starts_with("banner"), "{left}");
    assert!(left.ends_with("2027-03-15\n"), "{left:?}");
}

#[test]
fn waivers_that_waive_nothing() {
    let mut all = Vec::new();
    let allow = |line: &str| {
        with(
            RULES,
            "  copy ",
            &format!("  # Agreed.\n  allow {line}\n  copy "),
        )
    };
    let until = "until 2027-01-15 because \"agreed\"";
    all.push(said(allow(&format!("BN402 {until}")), &today()));
    all.push(said(allow(&format!("BN101 {until}")), &today()));
    all.push(said(
        allow("BN402 until 2026-04-01 because \"agreed\""),
        &today(),
    ));
    for line in [
        format!("BN402 {until}"),
        "BN402 until 2026-04-01 because \"agreed\"".to_owned(),
    ] {
        assert_eq!(fixed(&allow(&line), RULES), shipped()[RULES]);
    }
    // One that has something to waive, and one of a waiver.
    let needed = changed(
        allow(&format!("BN402 {until}")),
        RULES,
        "  cap        3 per 7 days\n",
        "",
    );
    assert_eq!(codes(needed), [""; 0]);
    let both = allow(&format!("BN403 {until}\n  allow BN702 {until}"));
    assert_eq!(codes(both), [""; 0]);
    assert_eq!(codes(allow(&format!("BN702 {until}"))), ["BN702"]);
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn codes_that_do_not_exist() {
    let mut all = Vec::new();
    let lint = |levels: &str| {
        with(
            "banneret.yaml",
            "lint: {BN701: off}",
            &format!("lint: {{BN701: off, {levels}}}"),
        )
    };
    let of = |files: Files| {
        let checked = self::lint(files, &today());
        let found = checked.diagnostics.first().unwrap();
        let help = found.help[0].split(", ").next().unwrap().to_owned();
        format!(
            "{} {:?}: {} ({help})",
            found.code.id, found.level, found.message
        )
    };
    all.push(of(lint("BN413: error")));
    all.push(of(lint("BN499: error")));
    all.push(of(lint("BN801: off")));
    let allow = with(
        RULES,
        "  copy ",
        "  allow BN499 until 2027-01-15 because \"agreed\"\n  copy ",
    );
    all.push(of(allow));
    assert_eq!(codes(lint("BN801: error, BN402: error")), [""; 0]);
    insta::assert_snapshot!(all.join("--\n"));
}

/// The book, inside a freeze.
fn frozen(files: Files) -> Files {
    let freeze =
        "freeze: [{from: 2026-05-01, until: 2026-05-08, reason: The week of the trade fair}]\nlint";
    changed(files, "banneret.yaml", "lint", freeze)
}

fn compared(old: Files, new: Files, options: &Options) -> String {
    let [old, new] = [old, new].map(|files| Book::from_files(files).unwrap());
    let found = banneret_lint::frozen(&old, &new, options);
    told(&found, new.texts())
}

#[test]
fn a_freeze_holds_what_decides() {
    let mut all = Vec::new();
    let old = || frozen(shipped());
    let new = |file: &str, from: &str, to: &str| frozen(with(file, from, to));
    let of = |new: Files| compared(old(), new, &today());
    all.push(of(new(RULES, "cap        3 per", "cap        4 per")));
    all.push(of(new(
        RULES,
        "audience   in_dunning",
        "audience   in_dunning and card.paid_duly",
    )));
    all.push(of(new(
        "copy/en.ftl",
        "card-payment-late =",
        "card-payment-late = Now:",
    )));
    all.push(of(new("banneret.yaml", "top: 1", "top: 2")));
    let mut gone = old();
    let (rules, _) = gone[RULES].split_once("banner").unwrap();
    let rules = rules.to_owned();
    gone.insert(RULES.to_owned(), rules);
    gone.remove("tests/cards.yaml");
    all.push(of(gone));
    for (file, from, to) in [
        (RULES, "owner      \"card-service\"", "owner \"somebody\""),
        (RULES, "review by  2027-03-15", "review by 2027-04-15"),
        (
            RULES,
            "segment not_paid_duly: not",
            "# Aside.\nsegment not_paid_duly: true and not",
        ),
        (
            RULES,
            "audience   in_dunning",
            "audience in_dunning and (in_dunning)",
        ),
    ] {
        assert_eq!(of(new(file, from, to)), "", "{to}");
    }
    let mut killed = old();
    let kill =
        "- {banner: card_payment_late, by: on-call, at: 2026-05-04T11:00:00Z, because: wrong}\n";
    killed.insert("kills.yaml".to_owned(), kill.to_owned());
    assert_eq!(of(killed), "");
    let change = new(RULES, "cap        3 per", "cap        4 per");
    assert_eq!(
        compared(old(), change.clone(), &at("2026-05-08T00:00:00Z")),
        ""
    );
    assert_eq!(compared(old(), change, &at("2026-04-30T23:59:59Z")), "");
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn a_freeze_is_not_got_around() {
    let mut all = Vec::new();
    let change = with(RULES, "cap        3 per", "cap        4 per");
    let of = |new: Files| compared(frozen(shipped()), new, &today());
    // Taken out in the same breath, or switched off.
    all.push(of(change.clone()));
    let off = changed(
        frozen(change.clone()),
        "banneret.yaml",
        "{BN701: off}",
        "{BN701: off, BN407: off}",
    );
    assert!(of(off.clone()).starts_with("error BN407"));
    assert_eq!(compared(off.clone(), off.clone(), &today()), "");
    let was_off = changed(
        frozen(shipped()),
        "banneret.yaml",
        "{BN701: off}",
        "{BN701: off, BN407: off}",
    );
    assert_eq!(compared(was_off, off, &today()), "");
    // An override says why and is told; one that is over is none.
    let because = |until: &str| {
        let allow =
            format!("  allow BN407 until {until} because \"the law changes today\"\n  copy ");
        of(changed(frozen(change.clone()), RULES, "  copy ", &allow))
    };
    all.push(because("2026-05-08"));
    assert!(because("2026-05-04").starts_with("error BN407"));
    let mut options = today();
    options.levels = vec![("BN407".to_owned(), Some(Level::Warning))];
    let lowered = compared(frozen(shipped()), frozen(change.clone()), &options);
    assert!(lowered.starts_with("warning BN407"), "{lowered}");
    options.levels = vec![("BN407".to_owned(), None)];
    assert_eq!(compared(frozen(shipped()), frozen(change), &options), "");
    insta::assert_snapshot!(all.join("--\n"));
}

#[test]
fn what_the_manifest_switches_off_can_be_asked_for() {
    let files = with(
        RULES,
        "audience   in_dunning\n",
        "audience   in_dunning and card.paid_duly or in_dunning and not card.paid_duly\n",
    );
    let files = changed(
        files,
        "banneret.yaml",
        "{BN701: off}",
        "{BN701: off, BN106: off}",
    );
    let levels = |level: Option<Option<Level>>| {
        let mut options = today();
        options.levels = level
            .map(|level| ("BN106".to_owned(), level))
            .into_iter()
            .collect();
        let found = lint(files.clone(), &options).diagnostics;
        let mixed = found.iter().find(|found| found.code.id == "BN106");
        mixed.map(|found| found.level)
    };
    assert_eq!(levels(None), None);
    assert_eq!(levels(Some(None)), None);
    assert_eq!(levels(Some(Some(Level::Warning))), Some(Level::Warning));
}
