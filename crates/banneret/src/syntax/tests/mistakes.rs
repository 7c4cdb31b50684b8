//! Every mistake that can be made here, and what is said about it.

// The listings are long, the functions are not.
#![allow(clippy::too_many_lines)]

use super::*;

/// Each text, and under it what is said; what cannot be seen is escaped.
fn all(texts: &[&str], told: fn(&str) -> String) -> String {
    let mut out = String::new();
    for text in texts {
        for line in text.lines().chain(text.is_empty().then_some("")) {
            let shown = line.chars().map(|c| match c {
                '\t' => " ".to_owned(),
                c if crate::syntax::scan::is_odd(c) => c.escape_unicode().to_string(),
                c => c.to_string(),
            });
            out += &format!("{}\n", shown.collect::<String>());
        }
        for line in told(text).lines() {
            out += &format!("    · {line}\n");
        }
    }
    out
}

fn of_file(text: &str) -> String {
    read(text).1
}

#[test]
fn spellings() {
    insta::assert_snapshot!(all(&[
        "f.e = a",
        "a && b || !c",
        "a AND b OR NOT c",
        "True or f.b == FALSE",
    ], told), @r##"
    f.e = a
        · 1:5 BN801 `=` is no operator | write `==`
    a && b || !c
        · 1:3 BN801 `&&` is no operator here | write `and`
        · 1:8 BN801 `||` is no operator here | write `or`
        · 1:11 BN801 `!` is no operator here | write `not`
    a AND b OR NOT c
        · 1:3 BN801 `AND` is written small | write `and`
        · 1:9 BN801 `OR` is written small | write `or`
        · 1:12 BN801 `NOT` is written small | write `not`
    True or f.b == FALSE
        · 1:1 BN801 `True` is written small | write `true`
        · 1:16 BN801 `FALSE` is written small | write `false`
    "##);
}

#[test]
fn sets() {
    insta::assert_snapshot!(all(&[
        "f.e == {a, b}",
        "f.e != {a}",
        "f.i > {1}",
        "f.c has none {x}",
        "f.c has any {x}",
        "f.c has all {x}",
        "f.c has any of x",
        "f.c has {x}",
        "f.c has not x",
        "f.e in {}",
        "f.i between 9 and 3",
        "f.t between 4 and 2 days ago",
        "f.t between 4 and 2 days ahead",
        "f.s == DE",
        "f.s == eu-west-1",
        "f.s == 'DE'",
        "f.s == \"DE",
        "f.e in {a b}",
        "f.e in {a,, b}",
        "f.e in (a, b)",
        "f.e in [a]",
        "f.e in a",
        "f.e in {a)",
    ], told), @r##"
    f.e == {a, b}
        · 1:5 BN801 `==` compares with one value, not with a set | write `in {…}`
    f.e != {a}
        · 1:5 BN801 `!=` compares with one value, not with a set | write `not in {…}`
    f.i > {1}
        · 1:5 BN801 `>` compares with one value, not with a set | write `in {…}`
    f.c has none {x}
        · 1:5 BN801 `of` is missing after `has none` | write `has none of {…}`
    f.c has any {x}
        · 1:5 BN801 `of` is missing after `has any` | write `has any of {…}`
    f.c has all {x}
        · 1:5 BN801 `of` is missing after `has all` | write `has all of {…}`
    f.c has any of x
        · 1:16 BN801 `has any of` asks for a set, and a set stands in braces | write `has any of {x}`
    f.c has {x}
        · 1:5 BN801 `has` alone asks for one member | write `has any of {…}`, `has all of {…}` or `has none of {…}`
    f.c has not x
        · 1:5 BN801 `not` stands before the fact | write `not f.c has x`
    f.e in {}
        · 1:8 BN801 an empty set holds nothing | name its members, or ask `is empty` of a set
    f.i between 9 and 3
        · 1:5 BN801 the ends of `between` are reversed, so nothing lies in it | write `between 3 and 9`
    f.t between 4 and 2 days ago
        · 1:13 BN801 the ends of `between` are reversed, so nothing lies in it | write `between 2 and 4`
    f.t between 4 and 2 days ahead
        · 1:13 BN801 the ends of `between` are reversed, so nothing lies in it | write `between 2 and 4`
    f.s == DE
        · 1:8 BN801 `DE` is no bare name | put it in quotes: `"DE"`
    f.s == eu-west-1
        · 1:8 BN801 `eu-west-1` is no bare name | put it in quotes: `"eu-west-1"`
    f.s == 'DE'
        · 1:8 BN801 strings stand in double quotes | write `"DE"`
    f.s == "DE
        · 1:8 BN801 this string is never closed | a string ends with `"` on the line on which it begins
    f.e in {a b}
        · 1:11 BN801 a comma is missing between two members of a set | write `{a, b}`
    f.e in {a,, b}
        · 1:11 BN801 `,` cannot stand here | here can stand a value
    f.e in (a, b)
        · 1:8 BN801 a set stands in braces | write `in {…}`
    f.e in [a]
        · 1:8 BN801 a set stands in braces | write `in {…}`
    f.e in a
        · 1:8 BN801 `in` asks for a set, and a set stands in braces | write `in {a}`
    f.e in {a)
        · 1:10 BN801 `)` does not close the `{` (opened here 1:8) | write `}`
    "##);
}

#[test]
fn brackets() {
    insta::assert_snapshot!(all(&[
        "(a and b",
        "a and (b or (c",
        "f.e in {a, b",
        "f.e in {a, b and c",
        "(a}",
    ], told), @r##"
    (a and b
        · 1:1 BN801 this `(` is never closed | write `)` where it ends
    a and (b or (c
        · 1:7 BN801 this `(` is never closed | write `)` where it ends
        · 1:13 BN801 this `(` is never closed | write `)` where it ends
    f.e in {a, b
        · 1:8 BN801 this `{` is never closed | write `}` where it ends
    f.e in {a, b and c
        · 1:8 BN801 this `{` is never closed | write `}` where it ends
    (a}
        · 1:3 BN801 `}` does not close the `(` (opened here 1:1) | write `)`
    "##);
}

#[test]
fn freshness() {
    insta::assert_snapshot!(all(&[
        "f.e == a no older than 5m",
        "f.b no older than 5m and c",
        "(a) no older than 5",
        "(a) no older than",
        "(a) not older than 5m",
        "(a) older than 5m",
    ], told), @r##"
    f.e == a no older than 5m
        · 1:10 BN801 `no older than` stands only after a closing parenthesis | write `(f.e == a) no older than …`
    f.b no older than 5m and c
        · 1:5 BN801 `no older than` stands only after a closing parenthesis | write `(f.b) no older than …`
    (a) no older than 5
        · 1:19 BN801 `5` lacks its unit | write `5 days` or another unit
    (a) no older than
        · 1:14 BN801 something is missing after `than` | here belongs a length of time such as `3 days`
    (a) not older than 5m
        · 1:5 BN801 `not older than` is written otherwise | write `no older than`
    (a) older than 5m
        · 1:5 BN801 `older than` lacks its `no` | write `(…) no older than 5m`
    "##);
}

#[test]
fn is() {
    insta::assert_snapshot!(all(&[
        "f.e is not known",
        "f.e is not unknown",
        "f.e is a",
        "f.e is not a",
        "f.e is in {a}",
        "f.e is {a}",
        "f.e is not empty",
        "f.e is null",
    ], told), @r##"
    f.e is not known
        · 1:5 BN801 `is not known` is written otherwise | write `is unknown`
    f.e is not unknown
        · 1:5 BN801 `is not unknown` is written otherwise | write `is known`
    f.e is a
        · 1:5 BN801 `is a` is written otherwise | write `== a`
    f.e is not a
        · 1:5 BN801 `is not a` is written otherwise | write `!= a`
    f.e is in {a}
        · 1:11 BN801 `is in` is written otherwise | write `in {…}`
    f.e is {a}
        · 1:5 BN801 `is {a}` is written otherwise | write `in {a}`
    f.e is not empty
        · 1:5 BN801 `is not empty` is written otherwise | write `not f.e is empty`
    f.e is null
        · 1:5 BN801 `is null` is written otherwise | write `is unknown`
    "##);
}

#[test]
fn facts_for_values() {
    insta::assert_snapshot!(all(&[
        "f.e == g.e",
        "f.e in {a, g.e}",
        "f.t before g.t",
    ], told), @r##"
    f.e == g.e
        · 1:8 BN801 `g.e` is a fact, and a value belongs here | comparing two facts is not in edition 1
    f.e in {a, g.e}
        · 1:12 BN801 `g.e` is a fact, and a value belongs here | comparing two facts is not in edition 1
    f.t before g.t
        · 1:12 BN801 `g.t` is a fact, and a value belongs here | comparing two facts is not in edition 1
    "##);
}

#[test]
fn negation() {
    insta::assert_snapshot!(all(&[
        "f.e in not {a}",
        "f.e not == a",
        "f.t not before 2026-03-01",
        "f.e !in {a}",
    ], told), @r##"
    f.e in not {a}
        · 1:8 BN801 `not` stands before `in` | write `not in {…}`
    f.e not == a
        · 1:5 BN801 `not` stands before the fact, or in `not in {…}` | write `!=`
    f.t not before 2026-03-01
        · 1:5 BN801 `not` stands before the fact, or in `not in {…}` | write `not f.t before 2026-03-01`
    f.e !in {a}
        · 1:5 BN801 `!` is no operator here | write `not`
    "##);
}

#[test]
fn lengths() {
    insta::assert_snapshot!(all(&[
        "f.t > 3 days ago",
        "f.t < 3 days ago",
        "f.t >= 3d ahead",
        "f.t less than 3 days ago",
        "f.t more than 3 days",
        "f.t < 3 days and a",
        "f.t before 1 June 2026",
        "f.t before 1 June",
        "f.i > 100 EUR and a",
        "f.i > 100 apples",
        "f.t in last 3 days",
        "f.t in past",
        "f.t in the last 3",
        "f.t in the last month",
        "f.t in the last 3 months",
        "f.t in the last 30 s",
        "f.t between 2 days and 4 days ago",
        "f.t between 2 and 4 days",
        "f.t between 2 and 4 months ago",
        "f.t between 2 and",
        "f.i between 2",
    ], told), @r##"
    f.t > 3 days ago
        · 1:5 BN801 a length of time is asked for in words, not with an operator | write `in the last 3 days`
    f.t < 3 days ago
        · 1:5 BN801 a length of time is asked for in words, not with an operator | write `more than 3 days ago`
    f.t >= 3d ahead
        · 1:5 BN801 a length of time is asked for in words, not with an operator | write `more than 3 days ahead`
    f.t less than 3 days ago
        · 1:5 BN801 `less than` is written otherwise | write `in the last 3 days`
    f.t more than 3 days
        · 1:5 BN801 `ago` or `ahead` is missing after the length of time | write `more than 3 days ago` or `… ahead`
    f.t < 3 days and a
        · 1:9 BN801 a length of time is asked for in words, not with an operator | write `in the next 3 days`, `in the last 3 days`, `more than 3 days ahead` or `more than 3 days ago`
    f.t before 1 June 2026
        · 1:14 BN801 `1 June` is no date | write it like `2026-03-01`: the year, the month, the day
    f.t before 1 June
        · 1:14 BN801 `1 June` is no date | write it like `2026-03-01`: the year, the month, the day
    f.i > 100 EUR and a
        · 1:11 BN801 `100 EUR`: a number has no unit | amounts are in minor units, such as cents: 100.00 is `10000`; ask the currency by itself: `billing.currency == "EUR"`
    f.i > 100 apples
        · 1:11 BN801 `100 apples`: a number has no unit | write `100`
    f.t in last 3 days
        · 1:5 BN801 `the` is missing after `in` | write `in the last 3 days`, `in the past` and the like
    f.t in past
        · 1:5 BN801 `the` is missing after `in` | write `in the last 3 days`, `in the past` and the like
    f.t in the last 3
        · 1:17 BN801 `3` lacks its unit | write `3 days` or another unit
    f.t in the last month
        · 1:17 BN801 `month` is no length of time | write a whole number and a unit, such as `3 days` or `5m`
    f.t in the last 3 months
        · 1:17 BN801 `months` is no unit of time | months differ in length: count in days or weeks
    f.t in the last 30 s
        · 1:17 BN801 `s` is no unit of time | the smallest unit is the minute
    f.t between 2 days and 4 days ago
        · 1:5 BN801 the unit stands once, after the second number | write `between 2 and 4 days ago`
    f.t between 2 and 4 days
        · 1:21 BN801 `ago` or `ahead` is missing after the length of time | write `between 2 and 4 days ago` or `… ahead`
    f.t between 2 and 4 months ago
        · 1:19 BN801 `months` is no unit of time | months differ in length: count in days or weeks
    f.t between 2 and
        · 1:15 BN801 something is missing after `and` | here belongs a value
    f.i between 2
        · 1:13 BN801 something is missing after `2` | here belongs `and` and the upper end
    "##);
}

#[test]
fn values() {
    insta::assert_snapshot!(all(&[
        "f.t before 2026-03-01T12:00:00",
        "f.t before 2026-02-30",
        "f.t before 2026-2-3",
        "f.i == 18446744073709551616",
        "f.i == 1.5",
        "f.i == 5m",
        "f.t in the last 101w",
        "f.t in the last 36501 days",
        "f.e == unknown",
        "f.e == null",
    ], told), @r##"
    f.t before 2026-03-01T12:00:00
        · 1:12 BN801 `2026-03-01T12:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it | a date alone needs no zone: `2026-05-04`
    f.t before 2026-02-30
        · 1:12 BN809 2026-02-30 is not in the calendar | a date is year, month, day: `2026-03-01`
    f.t before 2026-2-3
        · 1:12 BN801 `2026-2-3` is no date | write it like `2026-03-01`, or with a time like `2026-03-01T12:00:00Z`
    f.i == 18446744073709551616
        · 1:8 BN801 `18446744073709551616` does not fit in 64 bits | numbers lie between -9223372036854775808 and 9223372036854775807
    f.i == 1.5
        · 1:8 BN801 `1.5` is no whole number | numbers are whole; money is counted in minor units such as cents
    f.i == 5m
        · 1:8 BN801 `5m` is a length of time, and a value belongs here | ask `in the last 3 days` or `more than 3 days ago`
    f.t in the last 101w
    f.t in the last 36501 days
        · 1:17 BN805 a length of 36501 days is over a hundred years | write a shorter one, or leave the question out
    f.e == unknown
        · 1:8 BN801 `unknown` is no value that a fact could be compared with | write `is unknown`
    f.e == null
        · 1:8 BN801 `null` is no value that a fact could be compared with | write `is unknown`
    "##);
}

#[test]
fn operands() {
    insta::assert_snapshot!(all(&[
        "f.e ==",
        "f.e == and g.e == b",
        "a and",
        "and a",
        "a and and b",
        "or",
        "not",
        "()",
        "(a) == b",
        "a b",
        "a)",
        "a }",
        "f.e == a == b",
        "3 < f.i < 5",
        "3 < f.i",
        "\"DE\" == f.s",
        "f.i + 3 > 4",
        "a; b",
        "a, b",
        "f.s starts \"x\"",
        "f.s starts with",
        "in {a}",
        "F.b",
        "f..b",
        "f-b",
        "f.b.",
        "segment",
        "f.s == \"a\\n\"",
        "",
        "# only",
        "f.e @ 3",
        "f.s like \"x\"",
        "f.e == a or",
        "(a or ) and b",
        "f.c has",
        "f.c is",
        "f.t in the",
        "f.t in the last",
        "a and (f.e = b",
        "f.b == true == false",
        "f.e not",
        "a.b c.d",
        "f.b?",
        "if a then b",
    ], told), @r##"
    f.e ==
        · 1:5 BN801 something is missing after `==` | here belongs a value
    f.e == and g.e == b
        · 1:5 BN801 something is missing after `==` | here belongs a value
    a and
        · 1:3 BN801 something is missing after `and` | here belongs a fact, a segment, `not` or `(`
    and a
        · 1:1 BN801 something is missing before `and` | here belongs a fact, a segment, `not` or `(`
    a and and b
        · 1:3 BN801 something is missing after `and` | here belongs a fact, a segment, `not` or `(`
    or
        · 1:1 BN801 something is missing before `or` | here belongs a fact, a segment, `not` or `(`
        · 1:1 BN801 something is missing after `or` | here belongs a fact, a segment, `not` or `(`
    not
        · 1:1 BN801 something is missing after `not` | here belongs a fact, a segment, `not` or `(`
    ()
        · 1:2 BN801 `)` cannot stand here | here can stand a fact, a segment, `not` or `(`
    (a) == b
        · 1:5 BN801 `==` asks something of a `)` | a question follows a fact: `viewer.role == owner`; after `)` stands `and`, `or` or `no older than`
    a b
        · 1:3 BN801 `b` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    a)
        · 1:2 BN801 this `)` closes nothing | delete it, or open it before
    a }
        · 1:3 BN801 this `}` closes nothing | delete it, or open it before
    f.e == a == b
        · 1:10 BN801 `==` asks a second question of one fact | ask one question at a time and join them with `and`, or write `between 3 and 10`
    3 < f.i < 5
        · 1:9 BN801 `<` asks a second question of one fact | ask one question at a time and join them with `and`, or write `between 3 and 10`
    3 < f.i
        · 1:1 BN801 the value `3` stands where a fact belongs | the fact stands first: `viewer.country == "DE"`
    "DE" == f.s
        · 1:1 BN801 the value `"DE"` stands where a fact belongs | the fact stands first: `viewer.country == "DE"`
    f.i + 3 > 4
        · 1:5 BN801 `+` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    a; b
        · 1:2 BN801 `;` is not of the rule language | delete it; what must be computed is computed by the host, as a fact
    a, b
        · 1:2 BN801 `,` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    f.s starts "x"
        · 1:5 BN801 `with` is missing after `starts` | write `starts with "…"`
    f.s starts with
        · 1:12 BN801 something is missing after `with` | here belongs a value
    in {a}
        · 1:4 BN801 `{` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    F.b
        · 1:1 BN801 `F.b` is no name | write `f.b`
    f..b
        · 1:1 BN801 `f..b` is no name | a name is a small letter, then small letters, digits and `_`
    f-b
        · 1:1 BN801 `f-b` is no name | write `f_b`
    f.b.
        · 1:1 BN801 `f.b.` is no name | write `f.b`
    segment
        · 1:1 BN801 `segment` is a word of the language and cannot stand here | a fact, a segment, `not` or `(` belongs here
    f.s == "a\n"
        · 1:8 BN801 strings know no `\n` | strings know `\"` and `\\` only

        · 1:1 BN801 an expression is missing | write `true` where nothing is asked
    # only
        · 1:1 BN801 an expression is missing | write `true` where nothing is asked
    f.e @ 3
        · 1:5 BN801 `@` is not of the rule language | delete it; what must be computed is computed by the host, as a fact
    f.s like "x"
        · 1:5 BN801 `like` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    f.e == a or
        · 1:10 BN801 something is missing after `or` | here belongs a fact, a segment, `not` or `(`
    (a or ) and b
        · 1:7 BN801 `)` cannot stand here | here can stand a fact, a segment, `not` or `(`
    f.c has
        · 1:5 BN801 something is missing after `has` | here belongs a value
    f.c is
        · 1:5 BN801 something is missing after `is` | here belongs `known`, `unknown` or `empty`
    f.t in the
        · 1:8 BN801 something is missing after `the` | here belongs `last`, `next`, `past` or `future`
    f.t in the last
        · 1:12 BN801 something is missing after `last` | here belongs a length of time such as `3 days`
    a and (f.e = b
        · 1:7 BN801 this `(` is never closed | write `)` where it ends
        · 1:12 BN801 `=` is no operator | write `==`
    f.b == true == false
        · 1:13 BN801 `==` asks a second question of one fact | ask one question at a time and join them with `and`, or write `between 3 and 10`
    f.e not
        · 1:5 BN801 something is missing after `not` | here belongs `and`, `or`, or a question about the fact such as `== owner`
    a.b c.d
        · 1:5 BN801 `c.d` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    f.b?
        · 1:4 BN801 `?` is not of the rule language | delete it; what must be computed is computed by the host, as a fact
    if a then b
        · 1:4 BN801 `a` cannot stand here | here can stand `and`, `or`, or a question about the fact such as `== owner`
    "##);
}

#[test]
fn several() {
    insta::assert_snapshot!(all(&[
        "f.e = a and g.e = b and h.e ==",
        "f.e == and g.e == {a} or (h.b",
    ], told), @r##"
    f.e = a and g.e = b and h.e ==
        · 1:5 BN801 `=` is no operator | write `==`
        · 1:17 BN801 `=` is no operator | write `==`
        · 1:29 BN801 something is missing after `==` | here belongs a value
    f.e == and g.e == {a} or (h.b
        · 1:5 BN801 something is missing after `==` | here belongs a value
        · 1:16 BN801 `==` compares with one value, not with a set | write `in {…}`
        · 1:26 BN801 this `(` is never closed | write `)` where it ends
    "##);
}

#[test]
fn characters() {
    insta::assert_snapshot!(all(&[
        "билл.a and b",
        "f.а == a",
        "größe",
        "f.s == “DE”",
        "f.i ≥ 3",
        "a\u{a0}and b",
        "a\u{200b} and b",
        "f.s == \"\u{202e}\"",
        "a # \u{2066}",
        "a\u{0}",
        "a\rb",
    ], told), @r##"
    билл.a and b
        · 1:1 BN105 `б` (U+0431) stands outside of strings and comments | names are written with `a` to `z`, `0` to `9` and `_`; put other text in quotes
    f.а == a
        · 1:3 BN105 `а` (U+0430) is a Cyrillic letter | write `f.a`
    größe
        · 1:3 BN105 `ö` (U+00F6) stands outside of strings and comments | names are written with `a` to `z`, `0` to `9` and `_`; put other text in quotes
    f.s == “DE”
        · 1:8 BN105 `“` (U+201C) is not of the rule language | write `"DE"`
    f.i ≥ 3
        · 1:5 BN105 `≥` (U+2265) is not of the rule language | write `>=`
    a\u{a0}and b
        · 1:2 BN105 U+00A0 is no ordinary space | write a space
    a\u{200b} and b
        · 1:2 BN105 U+200B, a zero-width space, may not stand in a rule | delete it: it cannot be seen, and readers would see another rule than runs
    f.s == "\u{202e}"
        · 1:9 BN105 U+202E, a control that turns the direction of the text around, may not stand in a rule | delete it: it cannot be seen, and readers would see another rule than runs
    a # \u{2066}
        · 1:5 BN105 U+2066, a control that turns the direction of the text around, may not stand in a rule | delete it: it cannot be seen, and readers would see another rule than runs
    a\u{0}
        · 1:2 BN105 the control character U+0000 may not stand in a rule | delete it: it cannot be seen, and readers would see another rule than runs
    a\u{d}b
        · 1:2 BN105 the control character U+000D may not stand in a rule | delete it: it cannot be seen, and readers would see another rule than runs
    "##);
}

#[test]
fn item_headers() {
    insta::assert_snapshot!(all(&[
        "segmnt a: b\nBanner c:\n  owner \"x\"\nrule d: e\nand so on\n",
        "segment a b\nsegment: c\nsegment = d\nsegment e = f\nbanner g\n  owner \"x\"\nsegment h:\nsegment \"i\": j\nsegment K: a\nsegment l.m: a\nsegment all: a\nsegment in_dunning: a\nsegment n-o: a\nbanner message:\n",
    ], of_file), @r##"
    segmnt a: b
    Banner c:
      owner "x"
    rule d: e
    and so on
        · 1:1 BN801 `segmnt` begins no item | write `segment`
        · 2:1 BN801 `Banner` begins no item | write `banner`
        · 4:1 BN801 `rule` begins no item | an item begins with `segment`, `message` or `banner`; all other lines are indented
    segment a b
    segment: c
    segment = d
    segment e = f
    banner g
      owner "x"
    segment h:
    segment "i": j
    segment K: a
    segment l.m: a
    segment all: a
    segment in_dunning: a
    segment n-o: a
    banner message:
        · 1:9 BN801 a `:` is missing after `a` | write `segment a:`
        · 2:1 BN801 this segment has no name | write `segment some_name:`
        · 3:1 BN801 this segment has no name | write `segment some_name:`
        · 3:9 BN801 `=` cannot stand here | here can stand a fact, a segment, `not` or `(`
        · 4:11 BN801 a `:` stands after the name, not `=` | write `segment e:`
        · 5:8 BN801 a `:` is missing after `g` | write `banner g:`
        · 7:1 BN801 this segment says nothing about who is in it | write an expression after the `:`
        · 8:9 BN801 `"i"` is no name | a name is a small letter, then small letters, digits and `_`
        · 9:9 BN801 `K` is no name | write `k`
        · 10:9 BN801 `l.m` has a dot, as only facts have | write `l_m`
        · 11:9 BN808 `all` is a word of the language and cannot name a segment | choose another name
        · 12:9 BN808 `in_dunning` is what the schema's dunning role defines | choose another name
        · 13:9 BN801 `n-o` is no name | write `n_o`
        · 14:8 BN808 `message` is a word of the language and cannot name a banner | choose another name
    "##);
}

#[test]
fn unindented() {
    insta::assert_snapshot!(all(&[
        "banner a:\nowner \"x\"\nplacement top\nmessage b\nmessage c:\nrequires d\nand e\n",
        "  owner \"x\"\nsegment a: b\n",
        "owner \"x\"\nsegment a: b\n",
        "segment a: f.e in {\n  b\n}\n",
    ], of_file), @r##"
    banner a:
    owner "x"
    placement top
    message b
    message c:
    requires d
    and e
        · 2:1 BN801 `owner` is not indented | indent it: only items begin in column 1
        · 6:1 BN801 `requires` is not indented | indent it: only items begin in column 1
      owner "x"
    segment a: b
        · 1:3 BN801 `owner` belongs to no item | begin with `segment`, `message` or `banner` in column 1
    owner "x"
    segment a: b
        · 1:1 BN801 `owner` begins no item | an item begins with `segment`, `message` or `banner`; all other lines are indented
    segment a: f.e in {
      b
    }
        · 3:1 BN801 `}` is not indented | indent it: only items begin in column 1
    "##);
}

#[test]
fn wrong_fields() {
    insta::assert_snapshot!(all(&[
        "banner a:\n  requires b\n  holdout 5% by account.id\n  audiance c\n  place top\n  wibble\n  owner: \"x\"\n  owner \"y\"\n  copy\n  message d\n",
        "message a:\n  audience b\n  require c\nsegment b: c\n  owner \"x\"\n  wibble\n",
        "banner a: owner \"x\"\n  copy y z\n  copy\n",
    ], of_file), @r##"
    banner a:
      requires b
      holdout 5% by account.id
      audiance c
      place top
      wibble
      owner: "x"
      owner "y"
      copy
      message d
        · 2:3 BN801 `requires` is a field of a message, not of a banner | the fields of a banner are `message`, `audience`, `placement`, `priority`, `from`, `until`, `zone`, `rollout`, `cap`, `dismiss`, `ends`, `locales`, `copy`, `owner`, `review`, `allow`
        · 3:3 BN801 `holdout` is a field of a message, not of a banner | the fields of a banner are `message`, `audience`, `placement`, `priority`, `from`, `until`, `zone`, `rollout`, `cap`, `dismiss`, `ends`, `locales`, `copy`, `owner`, `review`, `allow`
        · 4:3 BN801 `audiance` begins no field | write `audience`
        · 5:3 BN801 `place` begins no field | write `placement`
        · 6:3 BN801 `wibble` begins no field | the fields of a banner are `message`, `audience`, `placement`, `priority`, `from`, `until`, `zone`, `rollout`, `cap`, `dismiss`, `ends`, `locales`, `copy`, `owner`, `review`, `allow`
        · 7:8 BN801 no `:` stands between a field's keyword and its value | write it like `owner "billing-growth"`
        · 8:3 BN803 `owner` is given twice (first given here 7:3) | keep one of them
        · 9:3 BN801 `copy` has no value | write it like `copy payment-failed-first`
    message a:
      audience b
      require c
    segment b: c
      owner "x"
      wibble
        · 2:3 BN801 `audience` is a field of a banner, not of a message | the fields of a message are `requires`, `holdout`
        · 3:3 BN801 `require` begins no field | write `requires`
        · 5:3 BN801 `owner` is a field of a banner, not of a segment | a segment has no fields, only an expression after its `:`
        · 6:3 BN801 `wibble` cannot begin a line here | an expression goes on with `and`, `or` or a question
    banner a: owner "x"
      copy y z
      copy
        · 1:11 BN801 the field `owner` begins no line of its own | put it on the next line, indented
        · 2:10 BN801 `z` cannot stand here | write it like `copy payment-failed-first`
        · 3:3 BN801 `copy` has no value | write it like `copy payment-failed-first`
        · 3:3 BN803 `copy` is given twice (first given here 2:3) | keep one of them
    "##);
}

#[test]
fn lengths_of_no_time() {
    insta::assert_snapshot!(all(&["banner a:\n  cap 1 per 0 days\n  dismiss for 0 hours\n"], of_file), @r"
    banner a:
      cap 1 per 0 days
      dismiss for 0 hours
        · 2:13 BN801 that is no time at all | write a number of 1 or more
        · 3:15 BN801 that is no time at all | write a number of 1 or more
    ");
}

#[test]
fn one_line_fields() {
    insta::assert_snapshot!(all(&[
        "banner a:\n  placement top,\n    inline\n  locales de de-AT\n  zone Europe/\n   Stockholm\n  priority high\n  from 1.3.2026\n  until 2026-02-30\n",
        "banner a:\n  from 2026-03-01 12:00\n  until 2026-03-01T12:00:00\n  rollout 25 by account.id\n  cap 3\n  dismiss 2 days\n  ends click\n  review 2026-01-01\n  owner team\n  allow BN404 until 2026-01-01\n  message \"b\"\n  copy 1x\n",
        "banner a:\n  rollout 101% by account.id\n  cap 3 per week\n  dismiss\n  ends on close\n  review by soon\n  owner 'team'\n  allow BN404 because \"x\"\n  placement top, top\n  priority 1.5\n",
        "banner a:\n  rollout 0.125% by account.id\n  cap 3 times per 7 days\n  dismiss for day\n  ends\n  owner \"team\n  allow 404 until 2026-01-01 because why\n  locales de_AT\n  message a.b\n",
        "banner a:\n  rollout 25%\n  cap 0 ever\n  dismiss for 3 months\n  cap 1 ever\n",
        "banner a:\n  rollout half by account.id\n  cap 3 per 7\n  cap every day\n  from \"2026-01-01\"\n  and b\n",
    ], of_file), @r##"
    banner a:
      placement top,
        inline
      locales de de-AT
      zone Europe/
       Stockholm
      priority high
      from 1.3.2026
      until 2026-02-30
        · 3:5 BN801 `placement` goes on over the end of its line | only expressions run over lines
        · 4:14 BN801 `de-AT` cannot stand here | write it like `locales de, de-AT`
        · 6:4 BN801 `Stockholm` begins no field | the fields of a banner are `message`, `audience`, `placement`, `priority`, `from`, `until`, `zone`, `rollout`, `cap`, `dismiss`, `ends`, `locales`, `copy`, `owner`, `review`, `allow`
        · 7:12 BN801 `high` is no whole number | write it with digits, such as `900`
        · 8:8 BN801 `1.3.2026` is no date | write it like `2026-03-01`, or with a time like `2026-03-01T12:00:00Z`
        · 9:9 BN809 2026-02-30 is not in the calendar | a date is year, month, day: `2026-03-01`
    banner a:
      from 2026-03-01 12:00
      until 2026-03-01T12:00:00
      rollout 25 by account.id
      cap 3
      dismiss 2 days
      ends click
      review 2026-01-01
      owner team
      allow BN404 until 2026-01-01
      message "b"
      copy 1x
        · 2:19 BN801 `12:00` cannot stand here | write it like `from 2026-03-01`
        · 3:9 BN801 `2026-03-01T12:00:00` has no zone: write `Z` for UTC or an offset like `+02:00` after it | a date alone needs no zone: `2026-05-04`
        · 4:11 BN801 `%` is missing | write `25%`
        · 5:7 BN801 it is not said within how long | write it like `cap 3 per 7 days` or `cap 3 ever`
        · 6:11 BN801 `for` is missing after `dismiss` | write it like `dismiss for 2 days`, or `dismiss forever`
        · 7:8 BN801 `on` is missing | write `ends on click`
        · 8:10 BN801 `by` is missing after `review` | write it like `review by 2027-01-15`
        · 9:9 BN801 the owner is not in quotes | write `"team"`
        · 10:9 BN801 it is not said why this is allowed | write it like `allow BN404 until 2027-01-15 because "why"`
        · 11:11 BN801 `"b"` stands in quotes and should not | write `b`
        · 12:8 BN801 `1x` is no id of copy | a letter begins it, then letters, digits, `-` and `_` follow
    banner a:
      rollout 101% by account.id
      cap 3 per week
      dismiss
      ends on close
      review by soon
      owner 'team'
      allow BN404 because "x"
      placement top, top
      priority 1.5
        · 2:11 BN801 `101%` is over 100 % | write at most `100%`
        · 3:13 BN801 `week` lacks its number | write `1 week`
        · 4:3 BN801 `dismiss` has no value | write it like `dismiss for 2 days`
        · 5:11 BN801 `close` cannot stand here | write it like `ends on click`
        · 6:13 BN801 `soon` is no date | write it like `2026-03-01`, or with a time like `2026-03-01T12:00:00Z`
        · 7:9 BN801 strings stand in double quotes | write `"team"`
        · 8:9 BN801 it is not said until when this is allowed | write it like `allow BN404 until 2027-01-15 because "why"`
        · 9:18 BN803 `top` is listed twice (first listed here 9:13) | keep one of them
        · 10:12 BN801 `1.5` is no whole number | numbers are whole; money is counted in minor units such as cents
    banner a:
      rollout 0.125% by account.id
      cap 3 times per 7 days
      dismiss for day
      ends
      owner "team
      allow 404 until 2026-01-01 because why
      locales de_AT
      message a.b
        · 2:11 BN801 `0.125%` has more than two decimals | write at most two, such as `0.25%`
        · 3:9 BN801 the number alone says how often | write it like `cap 3 per 7 days`
        · 4:15 BN801 `day` lacks its number | write `1 day`
        · 5:3 BN801 `ends` has no value | write it like `ends on click`
        · 6:9 BN801 this string is never closed | a string ends with `"` on the line on which it begins
        · 7:9 BN801 `404` is no code of a finding | write it like `BN404`
        · 7:38 BN801 the reason is not in quotes | write `"why"`
        · 8:11 BN801 `de_AT` is no locale | write it like `de` or `de-AT`
        · 9:11 BN801 `a.b` has a dot, as only facts have | write a name without dots
    banner a:
      rollout 25%
      cap 0 ever
      dismiss for 3 months
      cap 1 ever
        · 2:11 BN801 it is not said by which fact people are divided | write it like `rollout 25% by account.id`
        · 3:7 BN801 `0` is no number of times | write a number from 1 to 4294967295
        · 4:15 BN801 `months` is no unit of time | months differ in length: count in days or weeks
        · 5:3 BN803 `cap` is given twice (first given here 3:3) | keep one of them
    banner a:
      rollout half by account.id
      cap 3 per 7
      cap every day
      from "2026-01-01"
      and b
        · 2:11 BN801 `half` is no percentage | write it like `25%` or `0.25%`
        · 3:13 BN801 `7` lacks its unit | write `7 days` or another unit
        · 4:3 BN803 `cap` is given twice (first given here 3:3) | keep one of them
        · 4:13 BN801 `day` cannot stand here | write it like `cap 3 per 7 days`
        · 5:8 BN801 `"2026-01-01"` stands in quotes and should not | write `2026-01-01`
        · 6:3 BN801 `and` begins no field | the fields of a banner are `message`, `audience`, `placement`, `priority`, `from`, `until`, `zone`, `rollout`, `cap`, `dismiss`, `ends`, `locales`, `copy`, `owner`, `review`, `allow`
    "##);
}

#[test]
fn recovery() {
    insta::assert_snapshot!(all(&[
        "banner a:\n  audience f.e = b\n  priority x\n  rollout 25 by account.id\nbanner b:\n  audience (c and d\n  placement top\nsegment e: f\n",
        "segment a: b\n\tand c\n    d\n",
        "banner \u{430}:\n  owner \"x\"\n",
    ], of_file), @r##"
    banner a:
      audience f.e = b
      priority x
      rollout 25 by account.id
    banner b:
      audience (c and d
      placement top
    segment e: f
        · 2:16 BN801 `=` is no operator | write `==`
        · 3:12 BN801 `x` is no whole number | write it with digits, such as `900`
        · 4:11 BN801 `%` is missing | write `25%`
        · 6:12 BN801 this `(` is never closed | write `)` where it ends
    segment a: b
     and c
        d
        · 3:5 BN801 `d` cannot begin a line here | an expression goes on with `and`, `or` or a question
    banner а:
      owner "x"
        · 1:8 BN105 `а` (U+0430) is a Cyrillic letter | write `a`
    "##);
}

#[test]
fn three_mistakes_and_a_parenthesis_are_four_findings() {
    let text = "banner a:\n  audience f.e = b\n  priority x\n  rollout 25 by account.id\nbanner b:\n  audience (c and d\n  placement top\nsegment e: f\n";
    let (items, found) = read(text);
    assert_eq!((items.len(), found.lines().count()), (3, 4), "{found}");
    let Item::Banner(second) = &items[1] else {
        panic!("{items:?}");
    };
    assert_eq!(second.placements.len(), 1);
}
