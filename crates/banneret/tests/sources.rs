//! What is proven of the sources of a book when it is read.

use std::fmt::Write as _;

use banneret::{Book, Checked};

const MANIFEST: &str = "edition: 1
schema: schema.yaml
placements: {top: 1}
copy: {dir: copy, source: en, locales: [en]}
";

const SCHEMA: &str = "include: [billing@1]
facts:
  shop.size: {type: int, min: 0, max: 9, fresh_for: 1h, doc: How large it is.}
  shop.fine: {type: bool, fresh_for: 1h, doc: Whether it is fine.}
  shop.name: {type: string, fresh_for: 1h, doc: What it is called.}
";

/// Raw values as providers have them.
const RAW: &str = "source: shop@1
account: /customer
as_of: given
raw:
  inv.status: {at: /status, type: enum, values: [draft, open, paid, uncollectible, void]}
  inv.attempts: {at: /attempt_count, type: int}
  inv.open: {at: /is_open, type: bool}
  inv.remaining: {at: /amount_remaining, type: int}
  sub.act: {at: /subscription/is_active, type: bool}
  inv.retry_planned: {at: /next_payment_attempt, type: present}
  inv.due: {at: /due_date, type: time, unix: s}
  inv.currency: {at: /currency, type: string}
  sub.status: {at: /subscription/status, type: enum, values: [trialing, active, past_due, not_paid, canceled]}
  sub.state: {at: /subscription/state, type: string}
  card.state: {at: /card/state, type: enum, values: [OK, Expired]}
  dunning.status: {at: /dunning/status, type: enum, values: [active, success, none]}
  next.status: {at: /next_retry/status, type: enum, values: [active, none]}
  state.now: {at: /state, type: enum, values: [clear, in_progress]}
";

/// A book with that `derive`.
fn check(derive: &str) -> Checked {
    let source = format!("{RAW}derive:\n{derive}");
    Book::check([
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", SCHEMA),
        ("sources/shop.yaml", &source),
    ])
}

/// The findings, each with the text that it marks and the object that shows it.
fn told(checked: &Checked) -> String {
    let mut told = String::new();
    for found in &checked.diagnostics {
        let marked = |span: banneret::Span| {
            let file = checked.sources.file(span.file).unwrap();
            file.text()[span.range()].to_owned()
        };
        let (code, message) = (found.code.id, &found.message);
        _ = writeln!(
            told,
            "{code} {message}\n  at {}",
            marked(found.primary.span)
        );
        for related in &found.related {
            _ = writeln!(told, "  {}: {}", related.text, marked(related.span));
        }
        for example in found
            .counterexample
            .iter()
            .flat_map(|example| &example.facts)
        {
            let shown = example.shown.as_deref().unwrap_or("unknown");
            _ = writeln!(told, "  {} = {shown}", example.fact);
        }
    }
    told
}

/// The lines of the dunning state, each for a value.
fn dunning(lines: &[(&str, &str)]) -> Checked {
    let mut derive = "  billing.dunning_state:\n".to_owned();
    for (value, line) in lines {
        _ = writeln!(derive, "    {value}: '{line}'");
    }
    check(&derive)
}

#[test]
fn two_lines_of_one_fact_are_never_true_together() {
    let checked = dunning(&[
        (
            "clear",
            "inv.status in {draft, paid, void} or inv.attempts == 0",
        ),
        ("stopped", "inv.status == void"),
        (
            "exhausted",
            "inv.status == uncollectible and inv.attempts >= 1",
        ),
        (
            "in_progress",
            "inv.status == open and inv.attempts between 0 and 9",
        ),
    ]);
    assert!(
        checked.book.is_none(),
        "it is a mistake that keeps the book from loading"
    );
    insta::assert_snapshot!(told(&checked));
}

#[test]
fn lines_are_compared_over_every_type() {
    let overlapping = [
        "  shop.fine: {true: inv.retry_planned, false: inv.attempts > 2}\n",
        "  shop.size: {1: inv.attempts between 1 and 3, 2: inv.attempts between 3 and 5}\n",
        "  shop.size: {1: inv.due in the past, 2: inv.due in the last 3 days}\n",
        "  shop.name: {a: 'inv.currency starts with \"E\"', b: 'inv.currency ends with \"R\"'}\n",
        "  shop.fine: {true: inv.status is unknown, false: inv.attempts is unknown}\n",
    ];
    for derive in overlapping {
        let told = told(&check(derive));
        assert!(told.starts_with("BN812 the lines of `"), "{derive}{told}");
    }
    let apart = [
        "  shop.fine: {true: inv.retry_planned, false: not inv.retry_planned}\n",
        "  shop.size: {1: inv.attempts between 1 and 3, 2: inv.attempts between 4 and 5}\n",
        "  shop.size: {1: inv.due in the past, 2: inv.due in the future and not (inv.due in the past)}\n",
        "  shop.name: {a: 'inv.currency starts with \"E\"', b: 'not (inv.currency starts with \"E\")'}\n",
        "  shop.fine: {true: inv.status is unknown, false: inv.status == paid}\n",
        // Only both conditions together keep these two apart.
        "  shop.fine: {true: inv.attempts > 3 and inv.retry_planned, false: 'not inv.retry_planned or (inv.attempts == 2 and inv.retry_planned)'}\n",
    ];
    for derive in apart {
        assert_eq!(told(&check(derive)), "", "{derive}");
    }
}

#[test]
fn dunning_does_not_follow_from_good_standing() {
    let suspicious = [
        ("in_progress", "sub.status == active"),
        ("exhausted", "sub.status == active"),
        ("in_progress", "sub.status in {active, past_due}"),
        ("in_progress", "sub.status != canceled"),
        ("in_progress", "not (sub.status == canceled)"),
        (
            "in_progress",
            "sub.status == active and inv.currency == \"EUR\"",
        ),
        (
            "in_progress",
            "sub.status == past_due or inv.status != draft",
        ),
        (
            "in_progress",
            "inv.status in {open, paid} and inv.attempts >= 1",
        ),
        ("in_progress", "sub.state == \"Active\""),
        ("in_progress", "card.state != \"Expired\""),
        ("in_progress", "dunning.status != none"),
        ("in_progress", "inv.attempts >= 1 or sub.status == active"),
        ("in_progress", "sub.status == active or inv.open"),
        ("in_progress", "sub.status == active and inv.remaining >= 0"),
        ("in_progress", "true"),
        ("in_progress", "sub.status is known"),
        ("in_progress", "sub.act"),
        ("in_progress", "sub.act and inv.attempts >= 1"),
    ];
    for (value, line) in suspicious {
        let checked = dunning(&[(value, line)]);
        let told = told(&checked);
        assert!(
            told.starts_with(&format!("BN010 `{value}` means dunning")),
            "{line}: {told}"
        );
        assert!(checked.book.is_none());
    }
    let sound = [
        ("clear", "sub.status == active"),
        ("stopped", "sub.status != canceled"),
        ("in_progress", "inv.status == open"),
        ("in_progress", "inv.attempts >= 1"),
        ("in_progress", "sub.status in {past_due, not_paid}"),
        ("in_progress", "not (sub.status in {active, trialing})"),
        (
            "in_progress",
            "inv.status == open and sub.status == active and inv.attempts >= 1",
        ),
        (
            "in_progress",
            "inv.status == open and sub.status != canceled",
        ),
        (
            "in_progress",
            "inv.attempts >= 1 and (sub.status == past_due or inv.retry_planned)",
        ),
        ("in_progress", "sub.status is known and inv.attempts >= 1"),
        (
            "in_progress",
            "inv.currency != \"EUR\" and inv.attempts >= 1",
        ),
        ("in_progress", "dunning.status == active"),
        ("exhausted", "next.status == none and inv.status == open"),
        ("in_progress", "next.status == active"),
        ("in_progress", "sub.status == active and inv.open"),
        (
            "in_progress",
            "sub.status != canceled and inv.remaining > 0",
        ),
        (
            "in_progress",
            "sub.status in {active, past_due} and inv.remaining > 0",
        ),
        ("in_progress", "not sub.act"),
        ("in_progress", "inv.due is known"),
    ];
    for (value, line) in sound {
        assert_eq!(told(&dunning(&[(value, line)])), "", "{value}: {line}");
    }
}

#[test]
fn what_a_copy_falls_back_to_is_a_line_too() {
    let derive = "  billing.dunning_state: {from: state.now, when: 'OF', else: in_progress}\n";
    let copy = |when: &str| told(&check(&derive.replace("OF", when)));
    assert!(
        copy("sub.status == past_due").starts_with("BN010"),
        "{}",
        copy("sub.status == past_due")
    );
    assert_eq!(copy("sub.status == active"), "");
    assert_eq!(copy("inv.attempts == 0"), "");
}

#[test]
fn a_suspicious_line_is_shown_with_an_object() {
    let checked = dunning(&[
        ("clear", "sub.status in {trialing, canceled}"),
        ("in_progress", "inv.attempts >= 1 or sub.status == active"),
    ]);
    insta::assert_snapshot!(told(&checked));
}

/// The source of the language's reference.
const STRIPE: &str = "source: stripe@1
account: [/customer/id, /customer, /data/object/customer]
as_of: given
items: [/invoices/*, /data/object, .]
raw:
  inv.status: {at: /status, type: enum, values: [draft, open, paid, uncollectible, void]}
  inv.attempts: {at: /attempt_count, type: int}
  inv.collection: {at: /collection_method, type: enum, values: [charge_automatically, send_invoice]}
  inv.retry_planned: {at: /next_payment_attempt, type: present}
  inv.remaining: {at: /amount_remaining, type: int, currency: /currency}
derive:
  billing.dunning_state:
    in_progress: inv.status == open and inv.attempts >= 1 and inv.collection == charge_automatically and inv.retry_planned
    exhausted: (inv.status == uncollectible or (inv.status == open and not inv.retry_planned)) and inv.attempts >= 1 and inv.collection == charge_automatically
    clear: inv.status in {draft, paid, void} or (inv.status == open and inv.attempts == 0)
  billing.amount_overdue: {from: inv.remaining, when: 'inv.status in {open, uncollectible} and inv.attempts >= 1', else: 0}
fold:
  pick: {billing.dunning_state: [exhausted, in_progress, stopped, clear]}
  billing.amount_overdue: sum
";

/// A book of that one source.
fn book(schema: &str, source: &str) -> Checked {
    Book::check([
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", schema),
        ("sources/s.yaml", source),
    ])
}

#[test]
fn the_source_of_the_reference_is_sound_and_no_more_than_it_must_be() {
    assert_eq!(told(&book(SCHEMA, STRIPE)), "");
    for (from, to, code) in [
        (
            "inv.status == open and inv.attempts >= 1 and inv.coll",
            "inv.status in {open, paid} and inv.attempts >= 1 and inv.coll",
            "BN010",
        ),
        (
            "    clear: inv.status in {draft, paid, void}",
            "    clear: inv.status in {draft, open, paid, void}",
            "BN812",
        ),
        (
            "(inv.status == open and not inv.retry_planned)",
            "inv.status == open",
            "BN812",
        ),
        ("inv.attempts == 0", "inv.attempts < 2", "BN812"),
    ] {
        assert!(STRIPE.contains(from), "{from}");
        let told = told(&book(SCHEMA, &STRIPE.replacen(from, to, 1)));
        assert!(told.contains(code), "{to}: {told}");
    }
}

#[test]
fn the_source_of_the_credit_card_example_is_sound() {
    let schema = include_str!("../../../examples/credit-card/schema.yaml");
    let source = include_str!("../../../examples/credit-card/sources/credit-card.yaml");
    assert_eq!(told(&book(schema, source)), "");
    let wider = source.replacen(
        "late: row.pay_0 between 1 and 9",
        "late: row.pay_0 between 0 and 9",
        1,
    );
    let told = told(&book(schema, &wider));
    assert!(
        told.starts_with("BN812 the lines of `on_time` and `late` of `card.standing`"),
        "{told}"
    );
    assert!(told.contains("row.pay_0 = 0"), "{told}");
}

#[test]
fn raw_values_that_no_line_covers_are_listed() {
    let checked = check(
        "  billing.dunning_state:
    in_progress: inv.status == open and inv.attempts >= 1
    clear: inv.status in {draft, paid, void}
  shop.fine: {true: inv.retry_planned, false: not inv.retry_planned}
  billing.amount_overdue: {from: inv.attempts, when: inv.status == open}
",
    );
    let book = checked.book.expect("it loads");
    let source = &book.sources()[0];
    let mut uncovered = String::new();
    for (fact, example) in source.uncovered() {
        _ = writeln!(uncovered, "{}", book.schema().fact(fact).unwrap().name);
        for example in example.unwrap().facts {
            _ = writeln!(uncovered, "  {} = {}", example.fact, example.shown.unwrap());
        }
    }
    insta::assert_snapshot!(uncovered);
}

#[test]
fn many_lines_are_compared_and_many_mistakes_do_not_run_away() {
    let schema = "facts: {shop.size: {type: int, min: 0, max: 100000, fresh_for: 1h, doc: How large it is.}}\n";
    let check = |line: &dyn Fn(usize) -> String| {
        let mut source = "source: s\naccount: /id\nas_of: given\nraw: {x.size: {at: /size, type: int}}\nderive:\n  shop.size:\n".to_owned();
        for number in 0..1_200 {
            _ = writeln!(source, "    {number}: {}", line(number));
        }
        let files = [
            ("banneret.yaml", MANIFEST),
            ("schema.yaml", schema),
            ("sources/s.yaml", &source),
        ];
        Book::check(files)
    };
    let apart = check(&|number| format!("x.size between {} and {}", number * 3, number * 3 + 2));
    assert_eq!(told(&apart), "");
    let chained = check(&|number| format!("x.size between {} and {}", number * 2, number * 2 + 2));
    assert!(chained.diagnostics.len() >= 1_000);
    assert!(chained.book.is_none());
}

#[test]
fn an_empty_list_is_no_dunning() {
    let with = |value: &str| {
        let derive =
            "  billing.dunning_state: {in_progress: inv.attempts > 2, clear: inv.attempts == 0}\n";
        check(&format!(
            "{derive}empty: {{billing.dunning_state: {value}}}\n"
        ))
    };
    assert_eq!(told(&with("clear")), "");
    let told = told(&with("in_progress"));
    assert!(
        told.starts_with("BN010 `in_progress` means dunning, and follows here from an empty list"),
        "{told}"
    );
}
