//! Every mistake in meaning that an author can make, and what they are told. Mistakes of spelling
//! and of YAML have their tests beside the readers.

use std::fmt::Write as _;

use banneret::{Book, Checked};

const MANIFEST: &str = "edition: 1
placements: {top: 1, inline: 2}
copy: {dir: copy, source: en, locales: [en, de]}
";

const SCHEMA: &str = "include: [billing@1]
facts:
  plan.features: {type: set of enum, values: [sso, api], doc: What the plan unlocks.}
  plan.tags: {type: set of string, doc: Free tags.}
  plan.size: {type: string, values: [small, large], doc: How large it is.}
  plan.seats: {type: int, min: 1, max: 500, doc: How many seats.}
";

const WORDS: &str = "hello = Good to see you.
    .kind = payments

failed = A payment failed.
    .kind = payment_failed

plain = Good to see you.
";

fn told(checked: &Checked) -> String {
    let mut told = String::new();
    for found in &checked.diagnostics {
        let place = checked.sources.locate(found.primary.span);
        let (file, at, _) = place.expect("every finding stands somewhere");
        let (line, column) = (at.line, at.column);
        _ = write!(
            told,
            "  {file}:{line}:{column} {} {}",
            found.code.id, found.message
        );
        for help in &found.help {
            _ = write!(told, "\n    → {help}");
        }
        told.push('\n');
    }
    told
}

fn check(files: &[(&str, &str)]) -> Checked {
    let standing = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", SCHEMA),
        ("copy/en.ftl", WORDS),
    ];
    let kept = standing
        .iter()
        .filter(|(name, _)| !files.iter().any(|(given, _)| given == name));
    Book::check(kept.chain(files).copied())
}

/// A segment with that audience.
fn audience(expression: &str) -> Checked {
    let text = format!("segment s:\n  {expression}\n");
    check(&[("s.banner", &text)])
}

/// A sound banner with one field replaced (or, where none has its keyword, added).
fn banner(field: &str) -> Checked {
    let fields = [
        "message payments",
        "audience viewer.role == owner",
        "placement top",
        "copy hello",
        "owner \"growth\"",
    ];
    let keyword = |field: &str| field.split(' ').next().map(str::to_owned);
    let mut text = "message payments:\n\nbanner b:\n".to_owned();
    let mut replaced = false;
    for sound in fields {
        let same = keyword(sound) == keyword(field);
        replaced |= same;
        _ = writeln!(text, "  {}", if same { field } else { sound });
    }
    if !replaced {
        _ = writeln!(text, "  {field}");
    }
    check(&[("b.banner", &text)])
}

#[test]
fn of_expressions() {
    let expressions = [
        // names
        "billing.dunning_stat == clear",
        "recon.state == matched",
        "plan.colour == \"red\"",
        "dunning_state",
        "seats > 3",
        "payments_clera",
        "nobody_defined_this",
        "viewer.role == owner or admin",
        // a fact by itself
        "billing.amount_overdue",
        "viewer.role and trial.will_convert",
        // enums
        "billing.dunning_state == in_progres",
        "billing.dunning_state == unknown",
        "billing.dunning_state == \"dunning\"",
        "billing.dunning_state == 3",
        "billing.dunning_state > clear",
        "billing.dunning_state starts with \"in\"",
        "billing.dunning_state in {in_progress, clera}",
        // strings
        "account.country == de",
        "account.country > \"DE\"",
        "account.country in {de, \"SE\"}",
        "plan.size == \"larg\"",
        "plan.size in {\"small\", \"huge\"}",
        // numbers
        "plan.seats == \"12\"",
        "plan.seats == twelve",
        "plan.seats == 0",
        "plan.seats in {1, 501}",
        "plan.seats has 3",
        "billing.amount_overdue == -1",
        // times
        "trial.ends_at == 2026-03-01",
        "trial.ends_at > 3",
        "trial.ends_at before \"2026-03-01\"",
        "plan.seats in the last 3 days",
        // sets
        "plan.features == sso",
        "plan.features has ssl",
        "plan.features has any of {sso, apis}",
        "plan.features in {sso}",
        "plan.tags has sso",
        "plan.seats is empty",
        // bools
        "trial.will_convert == yes",
        "trial.will_convert > true",
        "trial.will_convert in {true}",
        // layout
        "trial.will_convert and plan.seats > 3 or plan.seats == 1",
        "trial.will_convert or plan.seats > 3 and plan.seats < 9 or plan.seats == 1 and plan.seats < 3",
        // several at once
        "billing.dunning_stat == clear and (plan.seats == \"1\" or viewer.role == ownr)",
    ];
    let mut all = String::new();
    for expression in expressions {
        let told = told(&audience(expression));
        assert!(!told.is_empty(), "{expression}");
        _ = write!(all, "{expression}\n{told}\n");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn of_banners() {
    let fields = [
        "message payment_faild",
        "message something_else",
        "audience viewer.rle == owner",
        "placement topp",
        "placement bottom",
        "placement top, top",
        "copy helo",
        "copy farewell",
        "copy failed",
        "copy plain",
        "zone Europe/Stokholm",
        "zone Mars",
        "locales fr",
        "rollout 5% by account.ids",
        "rollout 5% by plan.features",
        "rollout 5% by trial.ends_at",
    ];
    let mut all = String::new();
    for field in fields {
        let told = told(&banner(field));
        assert!(!told.is_empty(), "{field}");
        _ = write!(all, "{field}\n{told}\n");
    }
    let bare = "message m:\n\nbanner b:\n  from 2026-03-01\n  until 2026-03-01\n";
    _ = write!(
        all,
        "only dates, which are reversed\n{}\n",
        told(&check(&[("b.banner", bare)]))
    );
    let no_message = "banner b:\n  audience true\n  placement top\n  copy hello\n  owner \"x\"\n";
    _ = write!(
        all,
        "no message\n{}\n",
        told(&check(&[("b.banner", no_message)]))
    );
    insta::assert_snapshot!(all);
}

/// What each of some books is told.
fn told_of(books: &[(&str, &[(&str, &str)])]) -> String {
    let each = books
        .iter()
        .map(|(what, files)| format!("{what}\n{}\n", told(&check(files))));
    each.collect()
}

#[test]
fn of_files() {
    let long = "# long\n".repeat(300_000);
    let elsewhere = format!("schema: facts.yaml\n{MANIFEST}");
    let banner = "banner b:\n  message payments\n  audience true\n  placement top\n  copy hello\n  owner \"x\"\nmessage payments:\n";
    let kill = "- {banner: hello, by: anna, at: 2026-05-04T12:00:00Z, because: wrong}\n";
    let cases = "- name: one
  now: 2026-05-04T12:00:00Z
  facts: {viewer.rol: owner, plan.seats: many}
  hides: [nobody]
- name: two
  source: stripe@9
  document: {}
  derives: {viewer.role: owner}
";
    insta::assert_snapshot!(told_of(&[
        ("nothing at all", &[("banneret.yaml", "")]),
        (
            "a schema that is not there",
            &[("schema.yaml", ""), ("banneret.yaml", &elsewhere)]
        ),
        (
            "words that are not there",
            &[("copy/en.ftl", ""), ("b.banner", banner)]
        ),
        (
            "files that do not belong",
            &[
                ("notes.txt", ""),
                ("copy/fr.ftl", ""),
                ("rules.yaml", ""),
                ("README.md", ""),
                (".git/config", ""),
            ],
        ),
        ("a file over a mebibyte", &[("s.banner", &long)]),
        ("a kill of what is not there", &[("kills.yaml", kill)]),
        ("a test of what is not there", &[("tests/t.yaml", cases)]),
    ]));
}

/// Words that claim more than their banner's kind, whatever way they are written in.
#[test]
fn of_words_of_another_kind() {
    let banner = "message payments:
banner b:
  message payments
  audience true
  placement top
  copy hello
  owner \"x\"
";
    let failed = "failed = A payment failed.\n    .kind = payment_failed\n";
    let ways = [
        (
            "a term after it",
            "hello = A payment failed.\n    .kind = payment_failed\n-brand = Acme\n    .kind = payments\n",
        ),
        (
            "an entry that stands twice",
            "hello = A payment failed.\n    .kind = payments\nhello = Hi.\n    .kind = payments\n",
        ),
        (
            "two kinds",
            "hello = A payment failed.\n    .kind = payment_failed\n    .kind = payments\n",
        ),
        (
            "a reference",
            &format!("hello = {{ failed }}\n    .kind = payments\n{failed}"),
        ),
        (
            "a reference through a term",
            &format!("hello = {{ -x }}\n    .kind = payments\n-x = {{ failed }}\n{failed}"),
        ),
    ];
    let mut all = String::new();
    for (what, words) in ways {
        let told = told(&check(&[("b.banner", banner), ("copy/en.ftl", words)]));
        _ = write!(all, "{what}\n{told}\n");
    }
    let de = (
        "copy/de.ftl",
        "hello = Zahlung fehlgeschlagen.\n    .kind = payment_failed\n",
    );
    _ = write!(
        all,
        "a translation\n{}",
        told(&check(&[("b.banner", banner), de]))
    );
    insta::assert_snapshot!(all);
}

#[test]
fn of_names_and_segments() {
    let pairs = (0..600).map(|n| format!("segment s{n}: s{} and s{}\n", n + 1, n + 2));
    let flat = pairs.collect::<String>() + "segment s600: true\nsegment s601: true\n";
    let turns = (0..300).map(|n| {
        let next = n + 1;
        format!("segment s{n}: not (s{next} and plan.seats == {next}) or plan.seats > {n}\n")
    });
    let zigzag = turns.collect::<String>() + "segment s300: true\n";
    let three = "segment a: b\nsegment b: trial.will_convert or c\nsegment c: a and true\n";
    let shared = "segment a: b and c\nsegment b: a\nsegment c: a\n";
    let twice = "segment a: true\nsegment a: false\nmessage a:\n";
    let standard = "segment payments_clear: true
segment payment_failed: true
segment in_dunning: true
";
    let added = "message payment_failed:
  requires viewer.role == owner
message payment_failed:
  requires true
";
    insta::assert_snapshot!(told_of(&[
        ("a cycle of one", &[("s.banner", "segment a: not a\n")]),
        ("a cycle of three", &[("s.banner", three)]),
        ("two cycles that share a segment", &[("s.banner", shared)]),
        (
            "one name twice",
            &[("s.banner", twice), ("t.banner", "segment a: true\n")]
        ),
        ("standard names", &[("s.banner", standard)]),
        (
            "more requirements for a standard kind, twice",
            &[("s.banner", added)]
        ),
        ("segments that nest too deep", &[("s.banner", &zigzag)]),
        ("segments that nest deep and flat", &[("s.banner", &flat)]),
    ]));
}

#[test]
fn of_a_book_that_multiplies_without_end() {
    let many: Vec<_> = (0..3_000).map(|n| format!("plan.seats > {n}")).collect();
    let many = format!("segment many: {}\n", many.join(" or "));
    let ages = (1..500).map(|n| format!("segment s{n}: (many) no older than {n}m\n"));
    let ages: String = ages.collect();
    let told = told(&check(&[("s.banner", &format!("{many}{ages}"))]));
    assert!(
        told.contains("BN805 with its segments put in place, the book is too large"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 2, "{told}");
}

#[test]
fn of_more_than_anyone_reads() {
    let many: Vec<_> = (0..20_000).map(|n| format!("plan.seatz == {n}")).collect();
    let lines = many.chunks(1_000).enumerate();
    let lines = lines.map(|(n, part)| format!("segment s{n}: {}\n", part.join(" or ")));
    let checked = check(&[("s.banner", &lines.collect::<String>())]);
    assert_eq!(checked.diagnostics.len(), 1_001);
    let last = checked.diagnostics.last().unwrap();
    assert!(last.is_firm(), "what was not looked at must not load");
    assert!(last.message.starts_with("the list of findings ends here"));
}

#[test]
fn more_lints_than_are_looked_at_keep_a_book_from_loading() {
    let mixed = "plan.seats == 1 and plan.seats == 2 or plan.seats == 3";
    let many = (0..1_000).map(|n| format!("segment s{n}: {mixed}\n"));
    let text = many.collect::<String>() + "segment last: plan.seats > 5\n";
    let silent = format!("{MANIFEST}lint: {{BN106: off}}\n");
    for manifest in [MANIFEST, &silent] {
        let checked = check(&[("banneret.yaml", manifest), ("s.banner", &text)]);
        assert!(checked.book.is_none());
    }
}

#[test]
fn of_a_schema_that_lacks_what_a_banner_needs() {
    let own = "facts:\n  a.b: {type: bool, doc: Something.}\n";
    let failed = "banner b:
  message payment_failed
  audience in_dunning
  placement top
  copy failed
  owner \"x\"
";
    let local = "message payments:
banner b:
  message payments
  audience true
  placement top
  locales de
  copy hello
  owner \"x\"
";
    let taken = "include: [billing@1]
facts:
  incident.affects_account: {type: bool, doc: Ours.}
  refund.state: {type: string, doc: Ours.}
";
    insta::assert_snapshot!(told_of(&[
        (
            "a fact that proves dunning",
            &[("schema.yaml", own), ("b.banner", failed)]
        ),
        (
            "viewer.locale",
            &[("schema.yaml", own), ("b.banner", local)]
        ),
        ("a group whose names it takes", &[("schema.yaml", taken)]),
    ]));
}

#[test]
fn levels_come_from_the_manifest() {
    let mixed = "segment s: trial.will_convert and plan.seats > 3 or plan.seats == 1\n";
    let with = |lint: &str| {
        let manifest = format!("{MANIFEST}lint: {{{lint}}}\n");
        check(&[("banneret.yaml", &manifest), ("s.banner", mixed)])
    };
    assert_eq!(with("").diagnostics.len(), 1);
    assert!(with("").book.is_some(), "a lint keeps no book from loading");
    assert!(with("BN106: off").diagnostics.is_empty());
    let warned = with("BN106: warning");
    assert!(warned.diagnostics.iter().all(|found| !found.is_error()));
    assert!(
        with("")
            .diagnostics
            .iter()
            .all(banneret::Diagnostic::is_error)
    );
}

#[test]
fn a_waiver_holds_until_its_end() {
    let text = "message payments:

banner b:
  message payments
  audience trial.will_convert and plan.seats > 3 or plan.seats == 1
  placement top
  copy hello
  owner \"x\"
  allow BN106 until 2026-06-01 because \"it reads well\"
";
    let at = |now: &str| {
        check(&[("b.banner", text)])
            .waived(now.parse().unwrap())
            .diagnostics
            .len()
    };
    assert_eq!(at("2026-05-31T23:59:59Z"), 0);
    assert_eq!(at("2026-06-01T00:00:00Z"), 1);
}

/// A book that takes a value of a standard fact away, or gives a left-out group's name to a fact
/// of its own, does not weaken a standard contract: what the contract says of the values that are
/// left must be in the audience, and a value that the book took away is unknown, never good.
#[test]
fn no_book_weakens_a_standard_contract() {
    use banneret::{Book, Engine, History, Time};
    let engine = |schema: &str, kind: &str, audience: &str| {
        let banner = format!(
            "banner b:\n  message {kind}\n  audience {audience}\n  placement top\n  copy hello\n  owner \"x\"\n"
        );
        let book = Book::from_files([
            (
                "banneret.yaml",
                "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}",
            ),
            ("schema.yaml", schema),
            (
                "copy/en.ftl",
                &*format!("hello = Hi.\n    .kind = {kind}\n"),
            ),
            ("b.banner", &*banner),
        ]);
        Engine::new(book.unwrap())
    };
    let outcome = |engine: &Engine, facts: &[(&str, banneret::Given)]| {
        let now: Time = "2026-05-04T12:00:00Z".parse().unwrap();
        let mut all = engine.facts();
        for (name, value) in facts {
            all = all.set(name, value.clone()).unwrap();
        }
        let facts = all.as_of(now).build();
        engine.why(&facts, &History::new(), now).unwrap()[0].reason
    };
    let soon: Time = "2026-06-01T00:00:00Z".parse().unwrap();
    let narrowed = "include: [billing@1, recon@1, operations@1]\nfacts:\n  billing.subscription_state: {values: [active, trialing]}\n  recon.state: {values: [matched, expected]}\n";

    let change = "price_change.applies and price_change.effective_at in the future";
    for untrue in ["true", change] {
        let bare = engine(narrowed, "price_change", untrue);
        assert_eq!(outcome(&bare, &[]), "quarantined", "{untrue}");
    }
    // The values left are all good ones, but one of them must be known.
    let left = format!("{change} and billing.subscription_state is known");
    let price = engine(narrowed, "price_change", &left);
    let of = |state: &str| {
        let facts = [
            ("price_change.applies", true.into()),
            ("price_change.effective_at", soon.into()),
            ("billing.subscription_state", state.into()),
        ];
        outcome(&price, &facts)
    };
    assert_eq!(of("active"), "shown");
    assert_eq!(of("canceled"), "audience-false");

    let overdue = "billing.collection_method == manual and billing.invoice_state == past_due \
                   and billing.amount_overdue > 0";
    let bare = engine(narrowed, "invoice_overdue", overdue);
    assert_eq!(outcome(&bare, &[]), "quarantined");
    let left = format!("({overdue} and recon.state is known) no older than 24h");
    let invoice = engine(narrowed, "invoice_overdue", &left);
    let of = |recon: &str| {
        let facts = [
            ("billing.collection_method", "manual".into()),
            ("billing.invoice_state", "past_due".into()),
            ("billing.amount_overdue", 5.into()),
            ("recon.state", recon.into()),
        ];
        outcome(&invoice, &facts)
    };
    assert_eq!(of("matched"), "shown");
    assert_eq!(of("under_review"), "audience-false");
}
