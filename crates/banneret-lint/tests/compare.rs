//! Two versions of a book: who is newly in and out, what else is different, and every way in which
//! a guard can become weaker.

use std::collections::BTreeMap;
use std::path::Path;

use banneret::{Answer, Book, Diagnostic, Level, Prover};
use banneret_lint::{Change, Comparison, Group, Presence, against, compare};

type Files = BTreeMap<String, String>;

/// The files of a directory of the project.
fn directory(name: &str) -> Files {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    let (mut files, mut open) = (Files::new(), vec![top.clone()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&top).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

const MANIFEST: &str = "edition: 1\nschema: schema.yaml\nplacements: {top: 1, inline: 2}\ncopy: {dir: copy, source: en, locales: [en]}\n";

/// A small book with a schema of its own.
fn small() -> Files {
    let files = [
        ("banneret.yaml", MANIFEST),
        (
            "schema.yaml",
            "facts:
  card.state:
    type: enum
    role: dunning_state
    fresh_for: 12h
    values: {on_time: {usual: true}, late: {in_dunning: true}, paused: {}}
  card.region: {type: enum, values: [north, south]}
  card.seats: {type: int, min: 0, max: 9, fresh_for: 2h}
",
        ),
        (
            "rules.banner",
            "segment in_reach: card.region != south

message payment_failed:
  requires in_reach
  requires card.seats > 0

message greeting:

banner late:
  message    payment_failed
  audience   card.state == late and in_reach and card.seats > 4
  placement  top
  copy       late
  owner      \"desk\"

banner hello:
  message    greeting
  audience   card.seats > 2
  placement  inline
  copy       hello
  owner      \"desk\"
",
        ),
        (
            "copy/en.ftl",
            "late = Late.\n    .kind = payment_failed\nhello = Hello.\n    .kind = greeting\n",
        ),
        (
            "sources/rows.yaml",
            "source: rows
account: /id
as_of: given
items: [/items/*]
raw:
  row.late: {at: /late, type: int}
derive:
  card.state:
    on_time: row.late <= 0
    late: row.late between 1 and 9
fold:
  pick: {card.state: [late, paused, on_time]}
",
        ),
    ];
    files
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
}

fn edit(files: &Files, name: &str, from: &str, to: &str) -> Files {
    let mut files = files.clone();
    let text = files.get_mut(name).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    *text = text.replacen(from, to, 1);
    files
}

#[track_caller]
fn book(files: &Files) -> Book {
    Book::from_files(files.clone()).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn compared(old: &Files, new: &Files) -> Comparison {
    compare(&book(old), &book(new))
}

#[track_caller]
fn change<'c>(comparison: &'c Comparison, banner: &str) -> &'c Change {
    let mut changes = comparison.banners.iter();
    changes.find(|change| change.banner == banner).unwrap()
}

#[track_caller]
fn entered(change: &Change) -> &Group {
    change
        .entered
        .group()
        .unwrap_or_else(|| panic!("{change:?}"))
}

/// `fact value`, a text each.
fn told(group: &Group) -> Vec<String> {
    let facts = group.example.facts.iter();
    facts
        .map(|fact| {
            format!(
                "{} {}",
                fact.fact,
                fact.shown.as_deref().unwrap_or("unknown")
            )
        })
        .collect()
}

/// The findings of the small book edited once, each as its level, where it stands, and its message.
#[track_caller]
fn weaker(name: &str, from: &str, to: &str) -> Vec<String> {
    findings(&small(), &edit(&small(), name, from, to))
}

#[track_caller]
fn findings(old: &Files, new: &Files) -> Vec<String> {
    let (old, new) = (book(old), book(new));
    let found = against(&old, &new);
    assert!(
        found
            .iter()
            .all(|one| one.code.id == "BN007" && one.code.is_contract())
    );
    // Every place is a line of the new version that says something.
    assert!(
        found
            .iter()
            .all(|one| !new.texts().text(one.primary.span).is_empty()),
        "{found:?}"
    );
    found.iter().map(|one| shown(one, &new)).collect()
}

fn shown(found: &Diagnostic, book: &Book) -> String {
    let (file, at, _) = book.texts().locate(found.primary.span).unwrap();
    let level = if found.level == Level::Error {
        "error"
    } else {
        "warning"
    };
    let example = found
        .counterexample
        .iter()
        .flat_map(|example| &example.facts);
    let example = example.map(|fact| {
        format!(
            "{}={}",
            fact.fact,
            fact.shown.as_deref().unwrap_or("unknown")
        )
    });
    let example: Vec<_> = example.collect();
    format!(
        "{level} {file}:{} {} [{}]",
        at.line,
        found.message,
        example.join(" ")
    )
}

/// Whether what tells a group from the rest of an audience takes exactly those.
#[track_caller]
fn tells(files: &Files, audience: &str, group: &Group, wanted: &str) {
    assert!(group.told_by.len() <= 8 && group.more == 0, "{group:?}");
    let lines = group.told_by.iter().map(|line| format!("({line})"));
    let told = format!(
        "({audience}) and ({})",
        lines.collect::<Vec<_>>().join(" or ")
    );
    let book = book(files);
    for odd in [
        format!("({told}) and not ({wanted})"),
        format!("({wanted}) and not ({told})"),
    ] {
        let (formulas, root) = book
            .compile(&odd)
            .unwrap_or_else(|error| panic!("{error}: {odd}"));
        let answer = Prover::new(book.schema(), &formulas).find(&[root], &[]);
        assert_eq!(answer, Answer::Nobody, "{odd}");
    }
}

#[test]
fn a_book_compared_with_itself_is_the_same() {
    for files in [
        small(),
        directory("rules"),
        directory("examples/credit-card"),
    ] {
        assert!(compared(&files, &files).is_nothing());
        assert!(findings(&files, &files).is_empty());
    }
}

#[test]
fn layout_comments_and_segments_by_another_name_are_no_change() {
    let new = edit(
        &small(),
        "rules.banner",
        "segment in_reach: card.region != south",
        "# Near.\nsegment near: not (card.region == south)\nsegment in_reach: near",
    );
    assert!(compared(&small(), &new).is_nothing());
    assert!(findings(&small(), &new).is_empty());
}

#[test]
fn the_incident() {
    let old = directory("rules");
    let new = edit(
        &old,
        "dunning.banner",
        "  in_dunning\n  and billing.last_attempt_result",
        "  billing.last_attempt_result",
    );
    let comparison = compared(&old, &new);
    let first = change(&comparison, "payment_failed_first");
    let newly = entered(first);
    assert!(
        !newly.told_by.is_empty() && newly.told_by.len() <= 8 && newly.more == 0,
        "{newly:?}"
    );
    let state = newly
        .example
        .facts
        .iter()
        .find(|fact| fact.fact == "billing.dunning_state")
        .unwrap();
    assert!(
        !matches!(state.shown.as_deref(), Some("in_progress" | "exhausted")),
        "{state:?}"
    );
    assert!(first.left.is_nobody());
    assert!(
        first.withheld.is_some() && !first.was_withheld,
        "not proven, so shown to nobody"
    );
    insta::assert_snapshot!(newly.told_by.join("\n"));
    // What has nothing to do with it has not changed.
    assert!(change(&comparison, "incident_notice").is_nothing());
    assert!(comparison.kinds.is_empty() && comparison.book.is_empty());
}

#[test]
fn who_is_newly_in_and_out_of_a_moved_bound() {
    let new = edit(
        &small(),
        "rules.banner",
        "card.seats > 2",
        "card.seats between 1 and 6",
    );
    let comparison = compared(&small(), &new);
    let hello = change(&comparison, "hello");
    tells(
        &new,
        "card.seats between 1 and 6",
        entered(hello),
        "card.seats in {1, 2}",
    );
    let left = hello.left.group().unwrap();
    tells(&small(), "card.seats > 2", left, "card.seats in {7, 8, 9}");
    assert_eq!(hello.presence, Presence::Both);
    assert!(change(&comparison, "late").is_nothing());
}

#[test]
fn a_change_of_a_segment_shows_at_the_banners_that_name_it() {
    let new = edit(
        &small(),
        "rules.banner",
        "card.region != south",
        "card.region is known",
    );
    let comparison = compared(&small(), &new);
    assert_eq!(
        told(entered(change(&comparison, "late")))[1],
        "card.region south"
    );
    assert!(change(&comparison, "hello").is_nothing());
    let kind = &comparison.kinds[0];
    assert_eq!(kind.kind, "payment_failed");
    assert!(kind.entered.group().is_some() && kind.left.is_nobody());
}

#[test]
fn a_new_enum_value_falls_into_what_is_not() {
    let new = edit(
        &small(),
        "schema.yaml",
        "[north, south]",
        "[north, south, east]",
    );
    let comparison = compared(&small(), &new);
    assert_eq!(comparison.book, ["`card.region` may be `east` now"]);
    let late = entered(change(&comparison, "late"));
    let audience = "card.state == late and in_reach and card.seats > 4";
    let wanted = format!("{audience} and card.region == east");
    tells(&new, audience, late, &wanted);
    assert!(told(late).contains(&"card.region east".to_owned()));
    // And the other way round, who had it is out.
    let back = compared(&new, &small());
    assert_eq!(back.book, ["`card.region` may not be `east` any more"]);
    assert!(change(&back, "late").entered.is_nobody());
    tells(
        &new,
        audience,
        change(&back, "late").left.group().unwrap(),
        &wanted,
    );
}

#[test]
fn a_message_alone() {
    let new = edit(
        &small(),
        "rules.banner",
        "  requires card.seats > 0\n",
        "  holdout 5% by card.seats\n",
    );
    let comparison = compared(&small(), &new);
    assert!(comparison.banners.iter().all(Change::is_nothing));
    let [kind] = comparison.kinds.as_slice() else {
        panic!("{:?}", comparison.kinds)
    };
    assert_eq!(kind.entered.group().unwrap().told_by.len(), 2, "{kind:?}");
    assert_eq!(
        kind.also,
        [
            "does not say `requires card.seats > 0` any more",
            "holdout 5% by card.seats, was nobody"
        ]
    );
}

#[test]
fn a_type_that_is_another_makes_two_facts() {
    let files = edit(
        &small(),
        "rules.banner",
        "banner hello:",
        "segment numbers: card.odd > 1\n\nbanner hello:",
    );
    let old = edit(
        &files,
        "schema.yaml",
        "  card.region",
        "  card.odd: {type: int}\n  card.region",
    );
    let old = edit(&old, "rules.banner", "card.seats > 2", "card.odd > 1");
    let new = edit(
        &old,
        "schema.yaml",
        "card.odd: {type: int}",
        "card.odd: {type: enum, values: [a, b]}",
    );
    let new = edit(&new, "rules.banner", "card.odd > 1", "card.odd == a");
    let new = edit(&new, "rules.banner", "card.odd > 1", "card.odd == a");
    let comparison = compared(&old, &new);
    assert_eq!(
        comparison.book,
        ["`card.odd` was an int and is an enum: they are taken as two facts"]
    );
    let hello = change(&comparison, "hello");
    assert!(hello.entered.group().is_some() && hello.left.group().is_some());
}

#[test]
fn a_fact_that_stops_going_stale_is_told_in_words_too() {
    let new = edit(&small(), "schema.yaml", "max: 9, fresh_for: 2h", "max: 9");
    let comparison = compared(&small(), &new);
    assert_eq!(
        comparison.book,
        ["`card.seats` is fresh for ever, was for 2h"]
    );
    let hello = change(&comparison, "hello");
    let line = "`card.seats` does not go stale any more: where it comes without its age, it is believed and was unknown";
    assert_eq!(hello.also, [line]);
    // A witness has an age, so that it can be tried with either version.
    let seats = entered(hello)
        .example
        .facts
        .iter()
        .find(|fact| fact.fact == "card.seats")
        .unwrap();
    assert!(seats.as_of.is_some());
}

#[test]
fn banners_come_and_go() {
    let new = edit(&small(), "rules.banner", "banner hello:", "banner welcome:");
    let comparison = compared(&small(), &new);
    let presence: Vec<_> = comparison
        .banners
        .iter()
        .map(|one| (one.banner.as_str(), one.presence))
        .collect();
    assert_eq!(
        presence,
        [
            ("hello", Presence::Removed),
            ("late", Presence::Both),
            ("welcome", Presence::Added)
        ]
    );
    let welcome = entered(change(&comparison, "welcome"));
    assert_eq!(welcome.told_by, ["card.seats > 2"]);
    assert_eq!(told(welcome), ["card.seats 3"]);
    assert!(change(&comparison, "hello").left.group().is_some());
}

#[test]
fn everything_else_about_a_banner_in_words() {
    let mut new = edit(
        &small(),
        "rules.banner",
        "  placement  inline\n  copy       hello\n  owner      \"desk\"",
        "  placement  top\n  priority   7\n  from       2026-03-01\n  rollout    12.5% by card.seats\n  cap        3 per 7 days\n  dismiss    for 2 days\n  ends       on click\n  copy       hello\n  owner      \"growth\"\n  allow      BN404 until 2027-01-15 because \"agreed\"",
    );
    new = edit(&new, "copy/en.ftl", "Hello.", "Good day.");
    new.insert(
        "kills.yaml".into(),
        "- {banner: hello, by: ann, at: 2026-05-04T12:00:00Z, because: wrong words}\n".into(),
    );
    let comparison = compared(&small(), &new);
    let hello = change(&comparison, "hello");
    assert!(hello.entered.is_nobody() && hello.left.is_nobody());
    insta::assert_snapshot!(hello.also.join("\n"));
}

#[test]
fn a_requirement_that_is_gone() {
    insta::assert_debug_snapshot!(weaker("rules.banner", "  requires card.seats > 0\n", ""));
}

#[test]
fn a_requirement_that_asks_less() {
    insta::assert_debug_snapshot!(weaker(
        "rules.banner",
        "requires card.seats > 0",
        "requires card.seats > 0 or card.region == north"
    ));
}

#[test]
fn a_segment_that_a_contract_names() {
    insta::assert_debug_snapshot!(weaker(
        "rules.banner",
        "card.region != south",
        "card.region is known"
    ));
}

#[test]
fn a_domain_that_a_contract_is_held_to() {
    insta::assert_debug_snapshot!(weaker(
        "schema.yaml",
        "[north, south]",
        "[north, south, east]"
    ));
}

#[test]
fn a_mark_on_a_value_that_had_none() {
    insta::assert_debug_snapshot!(weaker(
        "schema.yaml",
        "paused: {}",
        "paused: {in_dunning: true}"
    ));
}

#[test]
fn a_new_marked_value() {
    insta::assert_debug_snapshot!(weaker(
        "schema.yaml",
        "paused: {}",
        "paused: {}, reviewed: {in_dunning: true}"
    ));
}

#[test]
fn another_fact_with_the_role() {
    let renamed = edit(&small(), "schema.yaml", "  card.state:", "  card.standing:");
    let renamed = edit(
        &renamed,
        "rules.banner",
        "card.state ==",
        "card.standing ==",
    );
    let renamed = edit(
        &renamed,
        "sources/rows.yaml",
        "  card.state:\n",
        "  card.standing:\n",
    );
    let renamed = edit(
        &renamed,
        "sources/rows.yaml",
        "{card.state:",
        "{card.standing:",
    );
    let found = findings(&small(), &renamed);
    assert!(
        found.iter().any(
            |one| one.starts_with("error schema.yaml:2 `card.standing` says who is in dunning")
        ),
        "{found:#?}"
    );
}

#[test]
fn a_longer_life_of_what_a_contract_asks() {
    insta::assert_debug_snapshot!(weaker("schema.yaml", "fresh_for: 12h", "fresh_for: 24h"));
}

#[test]
fn no_end_of_life_of_what_a_contract_asks() {
    insta::assert_debug_snapshot!(weaker("schema.yaml", "max: 9, fresh_for: 2h", "max: 9"));
    // A shorter one guards more.
    assert!(weaker("schema.yaml", "fresh_for: 12h", "fresh_for: 6h").is_empty());
}

#[test]
fn a_fact_that_a_contract_wants_unknown_begins_to_go_stale() {
    let old = edit(
        &small(),
        "schema.yaml",
        "[north, south]}",
        "[north, south]}\n  card.dispute: {type: bool}",
    );
    let old = edit(
        &old,
        "rules.banner",
        "message greeting:",
        "message greeting:\n  requires (card.dispute is unknown) no older than 1h",
    );
    let old = edit(
        &old,
        "rules.banner",
        "audience   card.seats > 2",
        "audience   card.seats > 2 and (card.dispute is unknown) no older than 1h",
    );
    let new = edit(
        &old,
        "schema.yaml",
        "{type: bool}",
        "{type: bool, fresh_for: 1h}",
    );
    let found = findings(&old, &new);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("error schema.yaml:8 `card.dispute` goes stale"),
        "{found:#?}"
    );
}

#[test]
fn a_narrowing_of_a_standard_fact_taken_back() {
    let new = directory("rules");
    let old = edit(
        &new,
        "schema.yaml",
        "include: [billing@1, recon@1, operations@1]",
        "include: [billing@1, recon@1, operations@1]\nfacts:\n  billing.dunning_state: {fresh_for: 30m}\n",
    );
    let found = findings(&old, &new);
    assert!(found.iter().any(|one| one.contains("`billing.dunning_state` is believed for 1h, and in the version compared with it was for 30m")), "{found:#?}");
    assert!(findings(&new, &old).is_empty());
}

#[test]
fn an_include_that_is_gone() {
    let with = |groups: &str| {
        let mut files = small();
        files.insert("schema.yaml".into(), format!("include: [{groups}]\n"));
        files.insert("rules.banner".into(), "message greeting:\n".into());
        files.remove("sources/rows.yaml");
        files
    };
    let found = findings(
        &with("billing@1, recon@1, operations@1"),
        &with("billing@1, operations@1"),
    );
    let gone = "`recon@1` is not included any more";
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("error schema.yaml:1 ") && one.contains(gone)),
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .any(|one| one.contains("of `payment_failed` is not required any more")),
        "{found:#?}"
    );
    // What there was no evidence for can be said now: nobody took anything away.
    let included = findings(
        &with("billing@1, operations@1"),
        &with("billing@1, recon@1, operations@1"),
    );
    assert!(!included.is_empty());
    assert!(
        included.iter().all(|one| one.starts_with("warning")),
        "{included:#?}"
    );
}

#[test]
fn a_source_that_says_dunning_of_more() {
    insta::assert_debug_snapshot!(weaker(
        "sources/rows.yaml",
        "late: row.late between 1 and 9",
        "late: row.late >= 1"
    ));
    assert!(
        weaker(
            "sources/rows.yaml",
            "late: row.late between 1 and 9",
            "late: row.late between 2 and 9"
        )
        .is_empty()
    );
}

#[test]
fn a_source_whose_unknown_items_kept_quiet() {
    insta::assert_debug_snapshot!(weaker(
        "sources/rows.yaml",
        "on_time: row.late <= 0",
        "on_time: row.late <= 0 or row.late > 9"
    ));
}

#[test]
fn a_source_that_looks_elsewhere_cannot_be_compared() {
    for (from, to) in [
        ("at: /late", "at: /behind"),
        ("items: [/items/*]", "items: [/rows/*]"),
        ("[late, paused, on_time]", "[late, on_time, paused]"),
        (
            "row.late: {at: /late, type: int}",
            "row.late: {at: /late, type: string}",
        ),
    ] {
        let mut new = edit(&small(), "sources/rows.yaml", from, to);
        if to.contains("string") {
            new = edit(
                &new,
                "sources/rows.yaml",
                "row.late <= 0",
                "row.late == \"0\"",
            );
            new = edit(
                &new,
                "sources/rows.yaml",
                "row.late between 1 and 9",
                "row.late == \"1\"",
            );
        }
        let found = findings(&small(), &new);
        assert_eq!(found.len(), 1, "{to}: {found:#?}");
        assert!(found[0].contains("cannot be compared"), "{to}: {found:#?}");
    }
    assert!(
        weaker(
            "sources/rows.yaml",
            "source: rows",
            "# The export.\nsource: rows"
        )
        .is_empty()
    );
}

#[test]
fn a_source_that_is_new() {
    let mut without = small();
    without.remove("sources/rows.yaml");
    let found = findings(&without, &small());
    assert!(
        found[0].starts_with("error sources/rows.yaml:1 the source `rows` derives `card.state`"),
        "{found:#?}"
    );
    assert!(findings(&small(), &without).is_empty());
}

#[test]
fn an_audience_that_is_wider_within_its_contract_is_shown_to_a_reviewer() {
    insta::assert_debug_snapshot!(weaker("rules.banner", "card.seats > 4", "card.seats > 3"));
    // That of a greeting is nobody's business, and a narrower one is no news.
    assert!(weaker("rules.banner", "card.seats > 2", "card.seats > 1").is_empty());
    assert!(weaker("rules.banner", "card.seats > 4", "card.seats > 5").is_empty());
}

#[test]
fn a_contract_fact_of_another_type() {
    let old = edit(
        &small(),
        "schema.yaml",
        "[north, south]}",
        "[north, south]}\n  card.vip: {type: bool}",
    );
    let old = edit(
        &old,
        "rules.banner",
        "requires in_reach",
        "requires in_reach and card.vip",
    );
    let old = edit(
        &old,
        "rules.banner",
        "and in_reach and",
        "and in_reach and card.vip and",
    );
    let new = edit(
        &old,
        "schema.yaml",
        "{type: bool}",
        "{type: enum, values: [yes, no]}",
    );
    let new = edit(
        &new,
        "rules.banner",
        "requires in_reach and card.vip",
        "requires in_reach and card.vip is known",
    );
    let new = edit(
        &new,
        "rules.banner",
        "and in_reach and card.vip and",
        "and in_reach and card.vip is known and",
    );
    let found = findings(&old, &new);
    assert!(found.iter().any(|one| one.starts_with("error rules.banner:4 `requires in_reach and card.vip` of `payment_failed` asks for less now: `in_reach and card.vip is known`")), "{found:#?}");
}

#[test]
fn an_audience_outside_its_contract_is_left_to_the_proof() {
    assert!(weaker("rules.banner", "card.seats > 4", "card.seats >= 0").is_empty());
}

#[test]
fn a_banner_cannot_shed_its_contract_by_being_of_another_kind() {
    let new = edit(
        &small(),
        "rules.banner",
        "message    payment_failed\n  audience   card.state == late",
        "message    greeting\n  audience   card.state != late",
    );
    let new = edit(
        &new,
        "copy/en.ftl",
        ".kind = payment_failed",
        ".kind = greeting",
    );
    let found = findings(&small(), &new);
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("error rules.banner:11 `late` says `greeting` now")),
        "{found:#?}"
    );
}

#[test]
fn a_larger_clock_skew_is_a_warning() {
    let new = edit(
        &small(),
        "banneret.yaml",
        "edition: 1\n",
        "edition: 1\nclock_skew: 1m\n",
    );
    let found = findings(&small(), &new);
    assert_eq!(
        found,
        [
            "warning banneret.yaml:2 facts dated up to 1m ahead are believed, and in the version compared with up to 5s []"
        ]
    );
}
