use super::*;
#[test]
fn look() {
    for text in [
        "f.e = a", "a && b || !c", "a AND b OR NOT c", "True or f.b == FALSE", "f.e == {a, b}", "f.e != {a}", "f.i > {1}",
        "f.c has none {x}", "f.c has any {x}", "f.c has all {x}", "f.c has any of x", "f.c has {x}", "f.c has not x",
        "f.e in {}", "f.i between 9 and 3", "f.t between 4 and 2 days ago", "f.t between 4 and 2 days ahead",
        "f.s == DE", "f.s == eu-west-1", "f.s == 'DE'", "f.s == \"DE", "(a and b", "a and (b or (c", "f.e in {a, b", "f.e in {a, b and c",
        "f.e in {a b}", "f.e in {a,, b}", "f.e in (a, b)", "f.e in [a]", "f.e in a", "f.e in {a)", "(a}",
        "f.e == a no older than 5m", "f.b no older than 5m and c", "(a) no older than 5", "(a) no older than", "(a) not older than 5m", "(a) older than 5m",
        "f.e is not known", "f.e is not unknown", "f.e is a", "f.e is not a", "f.e is in {a}", "f.e is {a}", "f.e is not empty", "f.e is null",
        "f.e == g.e", "f.e in {a, g.e}", "f.t before g.t", "f.e in not {a}", "f.e not == a", "f.t not before 2026-03-01", "f.e !in {a}",
        "f.t > 3 days ago", "f.t < 3 days ago", "f.t >= 3d ahead", "f.t less than 3 days ago", "f.t more than 3 days", "f.t in last 3 days", "f.t in past", "f.t in the last 3", "f.t in the last month", "f.t in the last 3 months", "f.t in the last 30 s",
        "f.t between 2 days and 4 days ago", "f.t between 2 and 4 days", "f.t between 2 and 4 months ago", "f.t between 2 and", "f.i between 2",
        "f.t before 2026-03-01T12:00:00", "f.t before 2026-02-30", "f.t before 2026-2-3", "f.i == 18446744073709551616", "f.i == 1.5", "f.i == 5m", "f.t in the last 101w", "f.t in the last 36501 days",
        "f.e == unknown", "f.e == null", "f.e ==", "f.e == and g.e == b", "a and", "and a", "a and and b", "or", "not", "()", "(a) == b", "a b", "a)", "a }", "f.e == a == b", "3 < f.i < 5", "3 < f.i", "\"DE\" == f.s", "f.i + 3 > 4", "a; b", "a, b", "f.s starts \"x\"", "f.s starts with", "in {a}", "F.b", "f..b", "f-b", "f.b.", "segment", "f.s == \"a\\n\"",
        "f.e = a and g.e = b and h.e ==", "f.e == and g.e == {a} or (h.b", "билл.a and b", "f.а == a", "größe", "f.s == “DE”", "f.i ≥ 3", "a\u{a0}and b", "a\u{200b} and b", "f.s == \"\u{202e}\"", "a # \u{2066}", "a\u{0}", "a\rb", "", "# only", "f.e @ 3", "f.s like \"x\"", "f.e == a or", "(a or ) and b", "f.c has", "f.c is", "f.t in the", "f.t in the last", "a and (f.e = b", "f.b == true == false", "not", "f.e not", "a.b c.d", "f.b?", "if a then b",
    ] {
        println!("{text}\n    {}", told(text).replace('\n', "\n    "));
    }
}
