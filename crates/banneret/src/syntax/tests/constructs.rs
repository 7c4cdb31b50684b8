//! Every construct of the language, read and printed.

use super::*;
use crate::syntax::ast::*;
use crate::syntax::{is_name, parse, parse_expr};

#[test]
fn the_book_of_the_reference() {
    let items = items(BOOK);
    assert_eq!(items.len(), 4);
    let Item::Banner(banner) = &items[3] else {
        panic!()
    };
    assert_eq!(&*banner.name.value, "payment_failed_first");
    assert_eq!(banner.rollout.as_ref().unwrap().hundredths, 2500);
    assert_eq!(&*banner.zone.as_ref().unwrap().value, "Europe/Stockholm");
    assert_eq!(
        &*banner.allow[0].because.value,
        "ramping up, agreed with support"
    );
    assert!(banner.ends_on_click.is_some() && banner.broken.is_empty());
    let Item::Segment(segment) = &items[0] else {
        panic!()
    };
    assert_eq!(
        segment.doc.as_deref(),
        Some("Who is behind on a charge that we tried to make ourselves.")
    );
}

/// Each line prints as itself.
#[test]
fn canonical_spellings() {
    for text in [
        "true",
        "false",
        "in_dunning",
        "f.b",
        "not.done",
        "cap.size and order.state == none",
        "not f.b",
        "not not f.b",
        "f.b == true",
        "f.b == false",
        "f.e == in_progress",
        "f.e != none",
        "f.e == and",
        "f.e == and and g.e == or",
        "f.e in {a, b}",
        "f.e in {and, or, not, in}",
        "f.e not in {a, \"eu-west-1\"}",
        "f.s == \"D\\\"E\\\\\"",
        "f.s == \"# no comment, {neither}\"",
        "f.s starts with \"x\"",
        "f.s ends with \"x\"",
        "f.s contains \"x\"",
        "f.i < 3",
        "f.i <= -3",
        "f.i > 0",
        "f.i >= 9223372036854775807",
        "f.i in {1, 2, 3}",
        "f.i between 3 and 10",
        "f.i between -3 and 10 and f.b",
        "f.t before 2026-03-01",
        "f.t after 2026-03-01T12:00:00+01:00",
        "f.t in the last 3 days",
        "f.t in the next 1 week",
        "f.t more than 3 days ago",
        "f.t more than 7 days ahead",
        "f.t between 2 and 4 days ago",
        "f.t between 2 and 4 hours ahead",
        "f.t in the past",
        "f.t in the future",
        "f.c has x",
        "f.c has none",
        "f.c has any of {x, y}",
        "f.c has all of {x, y}",
        "f.c has none of {x, y}",
        "f.c is empty",
        "f.c is known",
        "f.c is unknown",
        "(f.b) no older than 5m",
        "not (f.b) no older than 24h",
        "(a and b) no older than 2d or c",
        "a and b or c and not d",
        "(a or b) and (c or d)",
        "((a))",
    ] {
        assert_eq!(expr(text).to_string(), text);
    }
}

#[test]
fn other_spellings_of_the_same() {
    for (text, canonical) in [
        ("f.i==1_000", "f.i == 1000"),
        ("f.t in the last 5m", "f.t in the last 5 minutes"),
        ("f.t in the last 1 days", "f.t in the last 1 day"),
        ("f.t between 2 and 4d ago", "f.t between 2 and 4 days ago"),
        ("(f.b) no older than 5 minutes", "(f.b) no older than 5m"),
        ("f.e in {a,b,}", "f.e in {a, b}"),
        ("f.e in {\n a, # one\n b\n}", "f.e in {a, b}"),
        ("a # one\n# two\n\n\r\n\tand b", "a and b"),
        ("(\na\n)no older than 5m", "(a) no older than 5m"),
        ("not(a)", "not (a)"),
    ] {
        assert_eq!(expr(text).to_string(), canonical, "{text}");
    }
}

#[test]
fn not_binds_tighter_than_and_tighter_than_or() {
    let ExprKind::Or(or) = expr("not a and b or (c) no older than 5m").kind else {
        panic!()
    };
    let ExprKind::And(and) = &or[0].kind else {
        panic!()
    };
    assert!(matches!(and[0].kind, ExprKind::Not(_)));
    assert!(matches!(or[1].kind, ExprKind::Fresh(..)));
    let ExprKind::Not(inner) = expr("not (a) no older than 5m").kind else {
        panic!()
    };
    assert!(matches!(inner.kind, ExprKind::Fresh(..)));
}

#[test]
fn spans_stand_in_the_file() {
    let text = "\u{FEFF}# Ä\r\nsegment a:\r\n\tf.b\r\n\tand g.i > 3 # ö\r\n";
    let mut sources = Sources::default();
    let file = sources.add("a", text);
    let mut found = Vec::new();
    let items = parse(file, text, &mut found);
    assert_eq!(found, []);
    let Item::Segment(segment) = &items[0] else {
        panic!()
    };
    assert_eq!(
        sources.text(segment.span),
        "segment a:\r\n\tf.b\r\n\tand g.i > 3"
    );
    assert_eq!(sources.text(segment.name.span), "a");
    let ExprKind::And(and) = &segment.audience.as_ref().unwrap().kind else {
        panic!()
    };
    let ExprKind::Test(fact, test) = &and[1].kind else {
        panic!()
    };
    assert_eq!(sources.text(and[1].span), "g.i > 3");
    assert_eq!(
        (sources.text(fact.span), sources.text(test.span)),
        ("g.i", "> 3")
    );
    assert_eq!(
        sources.file(file).unwrap().position(fact.span.start).line,
        4
    );
}

#[test]
fn an_expression_elsewhere_has_its_offset() {
    let mut found = Vec::new();
    let expr = parse_expr(FileId(7), 100, "  a and b ", &mut found).unwrap();
    assert_eq!(
        (expr.span.start, expr.span.end, expr.span.file),
        (102, 109, FileId(7))
    );
    assert!(parse_expr(FileId(7), usize::MAX, "a = ", &mut found).is_none());
}

#[test]
fn lines_of_fields() {
    let banner = |text: &str| match &items(text)[0] {
        Item::Banner(banner) => (**banner).clone(),
        _ => panic!(),
    };
    let one = banner(
        "banner x: # why\n# in column 1\n\n  audience # here\n    f.e ==\n    copy\n\n# again\n\n    or f.c\n    ends with \"x\" or f.e in {\n    message,\n    copy\n    }\n  ends on click\n  placement top, inline\n",
    );
    assert_eq!(
        one.audience.unwrap().to_string(),
        "f.e == copy or f.c ends with \"x\" or f.e in {message, copy}"
    );
    assert!(one.ends_on_click.is_some());
    assert_eq!(one.placements.len(), 2);
    let two = banner("banner x:\r\n\taudience f.t in the last 3\r\n\tdays\r\n\towner \"y\"");
    assert_eq!(two.audience.unwrap().to_string(), "f.t in the last 3 days");
    assert_eq!(&*two.owner.unwrap().value, "y");
}

#[test]
fn every_form_of_every_field() {
    let text = "banner x:\n  message y\n  locales de, de-AT\n  priority -1_0\n  from 2026-03-01T00:00:00+01:00\n  rollout 0.25% by account.id\n  cap 1 ever\n  dismiss forever\n  allow BN404 until 2027-01-15 because \"a\"\n  allow BN405 until 2027-01-15 because \"b\"\n";
    let Item::Banner(banner) = items(text).remove(0) else {
        panic!()
    };
    assert_eq!(banner.priority.unwrap().value, -10);
    assert_eq!(
        banner.cap.unwrap().value,
        Cap {
            times: 1,
            within: None
        }
    );
    assert_eq!(banner.dismiss.unwrap().value, Dismiss::Forever);
    assert_eq!((banner.allow.len(), banner.locales.len()), (2, 2));
    assert!(matches!(banner.from.unwrap().value, When::Moment { .. }));
    let Item::Message(message) = items("message y:\n  requires a\n  requires b\n").remove(0) else {
        panic!()
    };
    assert_eq!(message.requires.len(), 2);
    assert!(matches!(items("message y:\n")[0], Item::Message(_)));
}

#[test]
fn docs() {
    let doc = |text: &str| match items(text).pop() {
        Some(Item::Segment(segment)) => segment.doc,
        _ => panic!(),
    };
    assert_eq!(
        doc("# a\n#b\n#\n#  c\nsegment x: y").as_deref(),
        Some("a\nb\n\n c")
    );
    assert_eq!(doc("# a\n\nsegment x: y"), None);
    assert_eq!(doc("segment z: y\n  # of z\nsegment x: y"), None);
    assert_eq!(doc("segment z: y # of z\nsegment x: y"), None);
}

#[test]
fn nothing_is_a_file_too() {
    assert!(items("").is_empty());
    assert!(items("\u{FEFF}").is_empty());
    assert!(items("\n# only words\n\n").is_empty());
    assert!(is_name("a"));
}
