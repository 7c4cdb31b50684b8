//! What is true of every text and every tree.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::syntax::ast::*;
use crate::syntax::{format, scan};

fn span() -> crate::source::Span {
    crate::source::Span::new(FileId(0), 0, 0)
}

fn at<T>(value: T) -> Spanned<T> {
    Spanned {
        value,
        span: span(),
    }
}

fn made(kind: ExprKind) -> Expr {
    Expr { kind, span: span() }
}

/// The tree without its places, for comparing.
fn without_spans(tree: &impl std::fmt::Debug) -> String {
    let text = format!("{tree:?}");
    let mut pieces = text.split("Span {");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out += piece.split_once('}').unwrap_or_default().1;
    }
    out
}

fn segment_name() -> impl Strategy<Value = Box<str>> {
    select(vec!["a", "in_dunning", "seg_2", "days", "top"]).prop_map(Into::into)
}

fn fact() -> impl Strategy<Value = Name> {
    select(vec![
        "f.b",
        "not.done",
        "cap.size",
        "order.state",
        "in.the.last",
    ])
    .prop_map(|name| at(name.into()))
}

fn when() -> impl Strategy<Value = When> {
    let date = (1i16..9999, 1i8..13, 1i8..29)
        .prop_map(|(y, m, d)| When::Date(jiff::civil::Date::new(y, m, d).unwrap()));
    let moment =
        select(vec!["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.25+05:30"]).prop_map(|text| {
            When::Moment {
                time: text.parse().unwrap(),
                text: text.into(),
            }
        });
    prop_oneof![date, moment]
}

fn literal() -> impl Strategy<Value = Literal> {
    let words = vec![
        "none", "and", "or", "not", "in", "top", "last", "ends", "message", "of", "x1",
    ];
    prop_oneof![
        3 => select(words).prop_map(|name| LiteralKind::Name(name.into())),
        1 => "[ -~äλ]{0,8}".prop_map(|text| LiteralKind::Text(text.into())),
        1 => any::<i64>().prop_map(LiteralKind::Int),
        1 => any::<bool>().prop_map(LiteralKind::Bool),
        1 => when().prop_map(LiteralKind::When),
    ]
    .prop_map(at)
}

fn unit() -> impl Strategy<Value = Unit> {
    select(vec![Unit::Minute, Unit::Hour, Unit::Day, Unit::Week])
}

fn length() -> impl Strategy<Value = Length> {
    (0u32..5000, unit()).prop_map(|(count, unit)| Length { count, unit })
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    select(vec![
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
    ])
}

fn test() -> impl Strategy<Value = Test> {
    let members = || vec(literal(), 1..9);
    let of_value = (
        select(vec![
            Test::StartsWith,
            Test::EndsWith,
            Test::Contains,
            Test::Before,
            Test::After,
            Test::Has,
        ]),
        literal(),
    );
    let of_members = (
        select(vec![Test::HasAnyOf, Test::HasAllOf, Test::HasNoneOf]),
        members(),
    );
    let of_length = (
        select(vec![
            Test::InTheLast,
            Test::InTheNext,
            Test::MoreThanAgo,
            Test::MoreThanAhead,
        ]),
        length(),
    );
    let alone = vec![
        Test::InThePast,
        Test::InTheFuture,
        Test::IsEmpty,
        Test::IsKnown,
        Test::IsUnknown,
    ];
    prop_oneof![
        4 => (operator(), literal()).prop_map(|(o, l)| Test::Compare(o, l)),
        3 => (any::<bool>(), members()).prop_map(|(negated, members)| Test::In { negated, members }),
        1 => (-9i64..9, 0i64..9).prop_map(|(low, more)| {
            Test::Between(at(LiteralKind::Int(low)), at(LiteralKind::Int(low + more)))
        }),
        2 => of_value.prop_map(|(make, value)| make(value)),
        2 => of_members.prop_map(|(make, members)| make(members)),
        2 => of_length.prop_map(|(make, length)| make(length)),
        2 => (any::<bool>(), 0u32..9, 0u32..9, unit()).prop_map(|(ago, from, more, unit)| {
            let to = from + more;
            if ago { Test::BetweenAgo { from, to, unit } } else { Test::BetweenAhead { from, to, unit } }
        }),
        2 => select(alone),
    ]
}

/// Trees as the parser makes them: parentheses wherever their text needs them.
fn tree() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(ExprKind::Const),
        2 => segment_name().prop_map(ExprKind::Name),
        2 => fact().prop_map(|fact| ExprKind::Name(fact.value)),
        6 => (fact(), test()).prop_map(|(fact, test)| ExprKind::Test(fact, at(test))),
    ]
    .prop_map(made);
    let unary = leaf.prop_recursive(4, 40, 4, |unary| {
        let boxed = joined(unary.clone()).prop_map(Box::new).boxed();
        prop_oneof![
            unary.prop_map(|inner| made(ExprKind::Not(Box::new(inner)))),
            boxed.clone().prop_map(|inner| made(ExprKind::Paren(inner))),
            (boxed, length()).prop_map(|(inner, length)| {
                let paren = Box::new(made(ExprKind::Paren(inner)));
                made(ExprKind::Fresh(paren, at(length)))
            }),
        ]
    });
    joined(unary)
}

fn list(
    operand: impl Strategy<Value = Expr>,
    join: fn(Vec<Expr>) -> ExprKind,
) -> impl Strategy<Value = Expr> {
    vec(operand, 1..4).prop_map(move |mut operands| {
        if operands.len() == 1 {
            return operands.remove(0);
        }
        made(join(operands))
    })
}

fn joined(unary: impl Strategy<Value = Expr>) -> impl Strategy<Value = Expr> {
    list(list(unary, ExprKind::And), ExprKind::Or)
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Name> {
    select(words).prop_map(|word| at(word.into()))
}

fn share() -> impl Strategy<Value = Share> {
    (0u16..=10_000, fact()).prop_map(|(hundredths, by)| Share {
        hundredths,
        by,
        span: span(),
    })
}

fn doc() -> impl Strategy<Value = Option<String>> {
    option::of("[ -~]{0,9}(\n[a-zä ]{0,9}){0,2}").prop_map(|doc| {
        doc.map(|doc| {
            doc.lines()
                .map(str::trim_end)
                .collect::<Vec<_>>()
                .join("\n")
        })
        .map(|doc| if doc.is_empty() { "x".to_owned() } else { doc })
    })
}

fn allow() -> impl Strategy<Value = Allow> {
    (word(&["BN404", "BN303"]), when(), "[ -~]{0,9}").prop_map(|(code, until, because)| Allow {
        code,
        until: at(until),
        because: at(because.into()),
        span: span(),
    })
}

fn banner() -> impl Strategy<Value = Item> {
    let first = (
        option::of(word(&["upsell"])),
        option::of(tree()),
        vec(word(&["top"]), 0..2),
        option::of(any::<i64>()),
        option::of(when()),
        option::of(word(&["Europe/Stockholm", "UTC"])),
        option::of(share()),
        option::of((1u32..9, option::of(length()))),
    );
    let second = (
        option::of(option::of(length())),
        any::<bool>(),
        vec(word(&["de-AT"]), 0..2),
        option::of(word(&["copy-id", "from"])),
        option::of(word(&["team", "a \"b\""])),
        option::of(when()),
        vec(allow(), 0..3),
        doc(),
    );
    (first, second).prop_map(|(first, second)| {
        let (message, audience, placements, priority, from, zone, rollout, cap) = first;
        let (dismiss, ends, locales, copy, owner, review_by, allow, doc) = second;
        Item::Banner(Box::new(Banner {
            name: at("x".into()),
            doc,
            message,
            audience,
            placements,
            priority: priority.map(at),
            until: from.clone().map(at),
            from: from.map(at),
            zone,
            rollout,
            cap: cap.map(|(times, within)| at(Cap { times, within })),
            dismiss: dismiss.map(|length| at(length.map_or(Dismiss::Forever, Dismiss::For))),
            ends_on_click: ends.then(span),
            locales,
            copy,
            owner,
            review_by: review_by.map(at),
            allow,
            broken: Vec::new(),
            span: span(),
        }))
    })
}

fn item() -> impl Strategy<Value = Item> {
    let segment = (tree(), doc()).prop_map(|(audience, doc)| {
        let (name, audience) = (at("s".into()), Some(audience));
        Item::Segment(Segment {
            name,
            doc,
            audience,
            span: span(),
        })
    });
    let message =
        (vec(tree(), 0..3), option::of(share()), doc()).prop_map(|(requires, holdout, doc)| {
            let (name, broken, span) = (at("m".into()), Vec::new(), span());
            Item::Message(Message {
                name,
                doc,
                requires,
                holdout,
                broken,
                span,
            })
        });
    prop_oneof![segment, message, banner()]
}

/// Formatting keeps the meaning and the comments, and has nothing more to do.
fn formats_well(text: &str) {
    let (before, found) = read(text);
    let formatted = match format(FileId(0), text) {
        Ok(formatted) => formatted,
        Err(_) => return assert_ne!(found, "", "{text}"),
    };
    assert_eq!(found, "", "{text}");
    let after = items(&formatted);
    assert_eq!(
        without_spans(&before),
        without_spans(&after),
        "{text}\n{formatted}"
    );
    assert_eq!(comments(text), comments(&formatted), "{text}\n{formatted}");
    assert_eq!(format(FileId(0), &formatted).unwrap(), formatted, "{text}");
    assert!(formatted.is_empty() || formatted.ends_with('\n') && !formatted.contains("\n\n\n"));
    assert!(formatted.lines().all(|line| line.trim_end() == line));
}

fn comments(text: &str) -> Vec<String> {
    let tokens = scan::scan(text);
    let comments = tokens.iter().filter(|token| token.is_comment());
    let mut all: Vec<_> = comments
        .map(|token| token.text.trim_end().to_owned())
        .collect();
    all.sort();
    all
}

/// The text with line breaks and comments wherever an expression may have them.
fn scattered(text: &str, choices: &[u8]) -> String {
    let mut choices = choices.iter().cycle();
    let (mut out, mut escaped, mut expression) = (String::new(), false, false);
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let field = words.first().copied().unwrap_or_default();
        // Only what follows the keyword of an expression, or goes on with one.
        match field {
            "segment" | "audience" | "requires" => expression = true,
            "banner" | "#" => expression = false,
            other => expression &= Field::of(other).is_none(),
        }
        let mut seen = 0;
        let mut quoted = false;
        for c in line.chars() {
            if c == '"' && !escaped {
                quoted = !quoted;
            }
            escaped = c == '\\' && !escaped;
            seen += usize::from(c == ' ');
            let after_name = !line.starts_with("segment") || seen > 1;
            let inside = line.trim_start().starts_with(field) && !out.ends_with([' ', '\n']);
            if c == ' ' && expression && !quoted && after_name && inside && !line.starts_with('#') {
                out += match choices.next().unwrap_or(&0) % 8 {
                    0 => "\n      ",
                    1 => " # c\n   ",
                    2 => "\r\n# d\r\n\r\n  # e\n\t",
                    _ => " ",
                };
            } else {
                out.push(c);
            }
        }
        let ends = choices
            .next()
            .is_some_and(|choice| choice.is_multiple_of(8));
        out += if ends && !line.is_empty() && !line.starts_with('#') {
            "  # end\n"
        } else {
            "\n"
        };
    }
    out
}

const SOUP: &[&str] = &[
    "segment",
    "message",
    "banner",
    "a",
    "b",
    ":",
    "f.b",
    "f.e",
    "==",
    "=",
    "!=",
    "<",
    "in",
    "{",
    "}",
    "(",
    ")",
    ",",
    "and",
    "or",
    "not",
    "between",
    "3",
    "5m",
    "days",
    "ago",
    "ahead",
    "has",
    "any",
    "of",
    "none",
    "is",
    "known",
    "empty",
    "the",
    "last",
    "past",
    "no",
    "older",
    "than",
    "more",
    "\"x\"",
    "\"x",
    "'y'",
    "# c",
    "\n",
    "\n  ",
    "\n\n",
    "\r\n\t",
    "audience",
    "placement",
    "owner",
    "cap",
    "per",
    "ever",
    "review",
    "by",
    "rollout",
    "25%",
    "%",
    "allow",
    "until",
    "because",
    "2026-03-01",
    "2026-03-01T12:00:00Z",
    "true",
    "unknown",
    "ends",
    "with",
    "on",
    "click",
    "DE",
    "а",
    "\u{200b}",
    "\u{202e}",
    "\u{a0}",
    "“",
    "&&",
    "|",
    "!",
    "\r",
    "\0",
    "-",
    ".",
    "_",
    "+",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn expressions_print_as_they_parse(tree in tree()) {
        let text = tree.to_string();
        prop_assert_eq!(without_spans(&expr(&text)), without_spans(&tree), "{}", text);
    }

    #[test]
    fn no_soup_of_words_panics(words in vec(select(SOUP), 0..60), glue in any::<bool>()) {
        let text = words.join(if glue { "" } else { " " });
        read_expr(&text);
        formats_well(&text);
        formats_well(&format!("banner x:\n  audience {text}\n  owner {text}\n"));
        formats_well(&format!("segment x: {text}\n"));
    }

    #[test]
    fn no_soup_of_characters_panics(text in "\\PC{0,80}", bytes in vec(any::<u8>(), 0..80)) {
        let bytes = String::from_utf8_lossy(&bytes);
        for text in [text.as_str(), &bytes] {
            read_expr(text);
            formats_well(text);
        }
    }

    #[test]
    fn a_book_with_a_hole_is_still_read(from in 0..BOOK.len(), length in 1usize..40) {
        let to = (from + length).min(BOOK.len());
        let text = format!("{}{}", &BOOK[..from], &BOOK[to..]);
        let (_, told) = read(&text);
        prop_assert!(told.lines().count() <= 12, "{}\n{}", text, told);
        formats_well(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn items_print_as_they_parse(item in item()) {
        let text = item.to_string();
        let read = items(&text);
        prop_assert_eq!(without_spans(&read), without_spans(&vec![item]), "{}", text);
        formats_well(&text);
    }

    #[test]
    fn comments_and_line_breaks_change_nothing(all in vec(item(), 1..3), choices in vec(any::<u8>(), 40)) {
        let text: Vec<_> = all.iter().map(Item::to_string).collect();
        let text = text.join("\n\n");
        let scattered = scattered(&text, &choices);
        prop_assert_eq!(read(&scattered).1, "", "{}", scattered);
        prop_assert_eq!(without_spans(&items(&scattered)), without_spans(&items(&text)), "{}", scattered);
        formats_well(&scattered);
    }
}
