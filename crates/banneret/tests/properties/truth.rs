//! The laws of Kleene's logic, on every combination of truths.

use banneret::Truth::{self, False, True, Unknown};

const ALL: [Truth; 3] = [False, Unknown, True];

#[test]
fn the_tables_are_kleenes() {
    for (a, b, and, or) in [
        (False, False, False, False),
        (False, Unknown, False, Unknown),
        (False, True, False, True),
        (Unknown, Unknown, Unknown, Unknown),
        (Unknown, True, Unknown, True),
        (True, True, True, True),
    ] {
        assert_eq!((a.and(b), b.and(a)), (and, and), "{a} and {b}");
        assert_eq!((a.or(b), b.or(a)), (or, or), "{a} or {b}");
    }
    assert_eq!((!False, !Unknown, !True), (True, Unknown, False));
}

#[test]
fn laws_of_one_and_two() {
    for a in ALL {
        assert_eq!(!!a, a);
        assert_eq!((a.and(a), a.or(a)), (a, a));
        assert_eq!((a.and(True), a.or(False)), (a, a));
        assert_eq!((a.and(False), a.or(True)), (False, True));
        for b in ALL {
            assert_eq!(
                (!a.and(b), !a.or(b)),
                ((!a).or(!b), (!a).and(!b)),
                "De Morgan: {a}, {b}"
            );
            assert_eq!((a.and(b), a.or(b)), (b.and(a), b.or(a)));
            assert_eq!(
                (a.and(a.or(b)), a.or(a.and(b))),
                (a, a),
                "absorption: {a}, {b}"
            );
        }
    }
}

#[test]
fn laws_of_three() {
    for a in ALL {
        for b in ALL {
            for c in ALL {
                assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                assert_eq!(a.or(b).or(c), a.or(b.or(c)));
                assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)), "{a}, {b}, {c}");
                assert_eq!(a.or(b.and(c)), a.or(b).and(a.or(c)), "{a}, {b}, {c}");
            }
        }
    }
}

#[test]
fn there_is_no_excluded_middle_and_only_true_is_true() {
    assert_eq!(Unknown.or(!Unknown), Unknown);
    assert_eq!(Unknown.and(!Unknown), Unknown);
    assert_eq!(ALL.map(Truth::is_true), [false, false, true]);
    assert_eq!([false, true].map(Truth::from), [False, True]);
}
