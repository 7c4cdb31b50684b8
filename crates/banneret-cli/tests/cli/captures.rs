//! What findings look like that come with an account, at 80 columns and for people who do not
//! program.

use insta::assert_snapshot;

use crate::desk::{Desk, NOW, Ran};

fn lint(desk: &Desk, code: &str) -> Ran {
    let ran = desk.run(&format!("lint book --select {code} --now {NOW}"));
    assert!(ran.out.contains(&format!("[{code}]")), "{}", ran.all());
    ran
}

/// Nothing but the message, which is one line, and the author's own lines are wider.
fn is_narrow(ran: &Ran) -> bool {
    let own = |line: &&str| {
        line.starts_with("error[") || line.starts_with("warning[") || line.contains(" | ")
    };
    let lines = ran.out.lines().filter(|line| !own(line));
    lines.clone().count() > 3 && lines.clone().all(|line| line.chars().count() <= 80)
}

#[test]
fn what_nobody_knows_is_said_in_words() {
    let desk = Desk::new();
    let audience = "(in_dunning or billing.dunning_state is unknown)";
    desk.edit("book/rules.banner", "in_dunning", audience);
    let ran = lint(&desk, "BN001");
    assert!(is_narrow(&ran), "{}", ran.all());
    assert!(ran.out.contains("nobody knows"), "{}", ran.all());
    assert_snapshot!("finding_unknown", ran.all());
}

#[test]
fn an_age_is_said_in_words() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "message greeting:\n",
        "message greeting:\n  requires (in_dunning) no older than 5m\n",
    );
    desk.edit(
        "book/rules.banner",
        "plan.seats between 2 and 10",
        "in_dunning",
    );
    let ran = lint(&desk, "BN003");
    assert!(is_narrow(&ran), "{}", ran.all());
    assert!(ran.out.contains("minutes ago"), "{}", ran.all());
    assert_snapshot!("finding_age", ran.all());
}

#[test]
fn an_account_of_which_nothing_need_be_known_is_no_empty_table() {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "message greeting:\n",
        "message greeting:\n  requires false\n",
    );
    desk.edit("book/rules.banner", "plan.seats between 2 and 10", "true");
    let ran = lint(&desk, "BN002");
    assert!(ran.out.contains("any account at all"), "{}", ran.all());
    assert_snapshot!("finding_anybody", ran.all());
}

fn with_another(priority: u32, audience: &str) -> Desk {
    let desk = Desk::new();
    let rules = desk.read("book/rules.banner");
    let another = format!(
        "\nbanner wave:\n  message    greeting\n  audience   {audience}\n  placement  top\n  \
         priority   {priority}\n  copy       hello\n  owner      \"growth\"\n"
    );
    desk.write("book/rules.banner", rules + &another);
    desk
}

#[test]
fn a_banner_that_is_never_seen_is_shown_with_what_hides_it() {
    let desk = with_another(100, "plan.seats > 1");
    assert_snapshot!("finding_shadowed", lint(&desk, "BN304").all());
    // Behind a cap the other one gets its turn.
    desk.edit(
        "book/rules.banner",
        "priority   100",
        "priority   100\n  cap        1 per 7 days",
    );
    assert!(!desk.run("lint book").out.contains("BN304"));
}

#[test]
fn two_of_one_rank_are_shown_with_an_account_that_is_in_both() {
    let desk = with_another(0, "plan.seats > 5");
    let ran = lint(&desk, "BN306");
    assert!(ran.out.contains("plan.seats  6"), "{}", ran.all());
    assert_snapshot!("finding_tie", ran.all());
    desk.edit("book/rules.banner", "plan.seats > 5", "plan.seats > 10");
    assert!(!desk.run("lint book").out.contains("BN306"));
}
