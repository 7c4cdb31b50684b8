//! Input that means harm, or looks like it: refused quickly, on a small stack.

use super::*;
use crate::syntax::ast::ExprKind;

/// Runs on the stack that a thread has by default.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(work).unwrap().join().unwrap();
}

#[test]
fn too_deep_is_refused() {
    on_a_small_stack(|| {
        let deep = "1:129 BN805 brackets and `not`s stand more than 128 deep in each other | name the inner parts as segments";
        assert_eq!(told(&"(".repeat(100_000)), deep);
        assert!(told(&"not ".repeat(100_000)).contains("BN805"));
        assert!(told(&"!".repeat(100_000)).contains("BN805"));
        assert!(told(&"{".repeat(100_000)).contains("BN805"));
        assert!(told(&format!("{}a{}", "(not ".repeat(65), ")".repeat(65))).contains("BN805"));
        let (items, found) = read(&format!(
            "segment a: {}\nsegment b: c\n",
            "(".repeat(100_000)
        ));
        assert_eq!(items.len(), 2);
        assert!(found.starts_with("1:140 BN805") && found.lines().count() == 1);
    });
}

#[test]
fn as_deep_as_allowed_is_read() {
    on_a_small_stack(|| {
        let parens = format!("{}a{}", "(".repeat(128), ")".repeat(128));
        assert_eq!(expr(&parens).to_string(), parens);
        let nots = format!("{}a", "not ".repeat(128));
        assert_eq!(expr(&nots).to_string(), nots);
        let both = format!("{}a{}", "not (".repeat(64), ")".repeat(64));
        assert_eq!(expr(&both).to_string(), both);
        let fresh = format!("{}a{}", "(".repeat(128), ") no older than 5m".repeat(128));
        assert_eq!(expr(&fresh).to_string(), fresh);
        let layout = format!("segment x: {parens} and {parens}\n");
        let mut found = Vec::new();
        assert_eq!(
            crate::syntax::parse(FileId(0), &layout, &mut found).len(),
            1
        );
        // Deep in one item does not count for the next.
        let open = "segment x: ((((((((((a\n".repeat(20);
        assert_eq!(read(&open).1.matches("never closed").count(), 200);
    });
}

#[test]
fn long_is_read_without_recursion() {
    on_a_small_stack(|| {
        let text = "a and ".repeat(100_000) + "a";
        let ExprKind::And(operands) = expr(&text).kind else {
            panic!()
        };
        assert_eq!(operands.len(), 100_001);
        let text = "(a) or ".repeat(100_000) + "a";
        assert!(matches!(expr(&text).kind, ExprKind::Or(_)));
        assert!(
            told(&("a and ".repeat(30_000) + "b = 3 and c &&"))
                .lines()
                .count()
                == 2
        );
    });
}

#[test]
fn sizes() {
    let (items, found) = read(&"#".repeat((1 << 20) + 1));
    assert!(items.is_empty());
    assert_eq!(
        found,
        "1:1 BN805 this text has 1048577 bytes, more than 1 MiB | split it into several files"
    );
    let set = |n: usize| format!("f.i in {{{}}}", vec!["1"; n].join(","));
    assert_eq!(told(&set(10_000)), "");
    assert_eq!(
        told(&set(10_001)),
        "1:8 BN805 this set has more than 10000 members | let the host compute a fact for it"
    );
}

/// Each is long, and in a shape that could be read again and again: what is quadratic in one of
/// them keeps the test from ending.
#[test]
fn long_shapes_come_to_an_end() {
    let most = 1 << 16;
    let shapes = [
        "\"a\" ",
        "'a' ",
        "' ",
        "\"",
        "a",
        "a ",
        "(a",
        "(a)",
        "{a",
        "a,",
        "=",
        "a == ",
        "a == b and ",
        "in ",
        "not in {",
        "between ",
        "a between 1 and ",
        "# a\n",
        "\n",
        " ",
        "\t",
        "segment a: b\n",
        "banner a:\n",
        "message a:\n  requires b\n",
        " and",
        "\u{202E}",
        "ä",
        "ä ",
        "(a or ",
        "1:",
        "placement ",
        "  placement top\n",
        "a\n",
        " a\n",
        "no older than ",
        ") ",
        "}",
        "x.y has any of ",
    ];
    for shape in shapes {
        let text = shape.repeat(most / shape.len());
        on_a_small_stack(move || {
            for head in ["", "segment x: ", "banner y:\n  audience a "] {
                let text = &text[head.len().next_multiple_of(shape.len())..];
                read(&format!("{head}{text}"));
                read_expr(text);
            }
        });
    }
}
