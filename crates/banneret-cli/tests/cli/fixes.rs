//! `lint --fix`: files that mend themselves.

use crate::desk::{Desk, NOW};

/// The shipped book with a condition that follows from another, said twice and in two files.
fn redundant() -> Desk {
    let desk = Desk::with_shipped("rules");
    desk.edit(
        "book/dunning.banner",
        "  and billing.amount_overdue > 0\n",
        "  and billing.amount_overdue > 0\n  # at least something\n  and billing.amount_overdue >= 1 # really\n",
    );
    desk
}

#[test]
fn what_changes_nothing_is_taken_out() {
    let desk = redundant();
    let read = || std::fs::read_to_string(desk.path().join("book/dunning.banner")).unwrap();
    let before = read();
    let ran = desk.run(&format!("lint book --select BN303 --now {NOW}"));
    assert!(ran.out.contains("BN303"), "{}", ran.all());
    assert_eq!(read(), before, "nothing is written that was not asked for");
    let ran = desk.run(&format!("lint book --fix --select BN303 --now {NOW}"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.err.contains("1 finding mended in 1 file"),
        "{}",
        ran.err
    );
    let after = read();
    assert_eq!(after.matches('#').count(), before.matches('#').count());
    assert!(
        after.contains("# at least something") && after.contains("# really"),
        "{after}"
    );
    assert_eq!(
        after.matches("billing.amount_overdue").count() + 1,
        before.matches("billing.amount_overdue").count()
    );
    assert_eq!(desk.run("fmt --check book").code, 0, "{after}");
    // Once more changes nothing more.
    let again = desk.run(&format!("lint book --fix --select BN303 --now {NOW}"));
    assert!(!again.err.contains("mended"), "{}", again.err);
    assert_eq!(read(), after);
}

/// Of what is not looked at nothing is mended.
#[test]
fn what_is_left_out_is_left_alone() {
    let desk = redundant();
    let read = || std::fs::read_to_string(desk.path().join("book/dunning.banner")).unwrap();
    let before = read();
    for words in ["--ignore BN303", "--select BN301", "--level BN303=off"] {
        let ran = desk.run(&format!("lint book --fix {words} --now {NOW}"));
        assert!(!ran.err.contains("BN303"), "{}", ran.all());
        assert!(read().contains("billing.amount_overdue >= 1"), "{words}");
    }
    assert_eq!(read(), before);
}

/// The incident, mended by what lint asks for.
#[test]
fn the_clause_that_is_missing_is_added_if_asked() {
    let desk = Desk::with_shipped("rules");
    desk.edit(
        "book/dunning.banner",
        "  in_dunning\n  and billing.last_attempt_result",
        "  billing.last_attempt_result",
    );
    let safe = desk.run(&format!("lint book --fix --now {NOW}"));
    assert_eq!(safe.code, 1, "{}", safe.all());
    let ran = desk.run(&format!("lint book --unsafe-fixes --now {NOW}"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.err
            .contains("add `and in_dunning` to the audience (BN001)"),
        "{}",
        ran.err
    );
    assert_eq!(desk.run("test book").code, 0);
}
