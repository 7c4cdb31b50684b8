//! That the workload is what it says, and that engines agree about it.

use banneret::{Account, Book, Engine, History};
use banneret_benches::targeting::{self, ACCOUNTS, FACTS, Rule, Value};
use banneret_benches::{form, made_up, rule_book};

#[test]
fn rules_are_like_those_of_many_teams() {
    let rules = targeting::rules(1_000);
    assert_eq!(
        targeting::rules(10),
        rules[..10],
        "fewer are the first of more"
    );
    assert!(rules.iter().all(|rule| (2..=8).contains(&rule.questions())));
    let with = |is: fn(&Rule) -> bool| rules.iter().filter(|rule| is(rule)).count();
    let share = |count: usize| count * 100 / rules.len();
    let either = share(with(|rule| matches!(rule, Rule::Any(_))));
    assert!(
        (1..=12).contains(&either),
        "{either} % are a choice as a whole"
    );
    let contracts = share(rule_book::with_contract(&rules));
    assert!(
        (20..=70).contains(&contracts),
        "{contracts} % have a contract to keep"
    );
    let accounts = targeting::accounts(1_000, ACCOUNTS);
    let matches = rules
        .iter()
        .flat_map(|rule| accounts.iter().map(|account| rule.matches(account)));
    let matches = matches.filter(|matches| *matches).count();
    let per_thousand = matches / rules.len();
    assert!(
        (2..=30).contains(&per_thousand),
        "a rule matches {per_thousand} of 1,000 accounts"
    );
}

#[test]
fn facts_are_missing_here_and_there_and_some_are_stale() {
    let accounts = targeting::accounts(5_000, ACCOUNTS);
    for (place, fact) in FACTS.iter().enumerate() {
        let missing = accounts
            .iter()
            .filter(|account| account.values[place].is_none());
        let per_thousand = missing.count() * 1_000 / accounts.len();
        assert!(
            (10..=65).contains(&per_thousand),
            "{}: {per_thousand}",
            fact.name
        );
        let mut known = accounts.iter().filter_map(|account| account.values[place]);
        assert!(
            known.all(|value: Value| value.is_of(fact.kind)),
            "{}",
            fact.name
        );
        let stale = accounts
            .iter()
            .any(|account| account.stale[place].is_some());
        assert_eq!(stale, fact.fresh_for.is_some(), "{}", fact.name);
    }
}

#[test]
fn a_rule_without_not_is_true_of_the_same() {
    let accounts = targeting::accounts(500, 3);
    for rule in targeting::rules(500) {
        let positive = rule.positive();
        for account in &accounts {
            assert_eq!(rule.truth(account), positive.truth(account), "{rule:?}");
        }
    }
}

#[test]
fn banneret_agrees_with_the_plain_meaning() {
    let rules = targeting::rules(400);
    let book = Book::from_files(rule_book::files(&rules)).expect("the workload is sound");
    assert_eq!(book.report().len(), 0, "every contract is proven");
    let engine = Engine::new(book);
    let mut scratch = engine.scratch();
    for (number, account) in targeting::accounts(400, ACCOUNTS).iter().enumerate() {
        let json = form::account(account, number);
        let read = Account::from_json(engine.book().schema(), json, false).expect("an account");
        let decision = engine
            .decide(&read.facts, &History::new(), form::now(), &mut scratch)
            .expect("facts of this schema");
        let found: Vec<_> = decision.matches().map(rule_book::number).collect();
        let expected = (0..).zip(&rules).filter(|(_, rule)| rule.matches(account));
        let expected: Vec<u32> = expected.map(|(number, _)| number).collect();
        assert_eq!(found, expected, "account {number}");
    }
}

#[test]
fn accounts_are_made_up_for_any_schema() {
    let book = Book::from_files(banneret_benches::books::book(40, 1)).expect("a sound book");
    let accounts = made_up::accounts(book.schema(), 50, form::now());
    assert_eq!(accounts.len(), 50);
    let said = book.schema().facts().filter(|(id, _)| {
        let said = accounts.iter().map(|facts| facts.said(*id));
        said.clone()
            .any(|said| matches!(said, banneret::Said::Value(_)))
    });
    assert_eq!(said.count(), book.schema().len());
}
