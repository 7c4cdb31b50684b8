//! The difference of two audiences, in the rule language, is their difference.

use std::cell::Cell;

use banneret::{Answer, FileId, NodeId, Prover, Sources, Unproven, parse_expr};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::cases;
use crate::rules::rule;
use crate::world::WORLD;

#[test]
fn its_lines_tell_everybody_who_is_new_and_nobody_who_stays() {
    let (told, silent, undecided) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(cases(400));
    let outcome = runner.run(&(rule(), rule()), |(new, old)| {
        let (formulas, roots) = WORLD.book.lower([(&new, false), (&old, false)]);
        let schema = WORLD.book.schema();
        let mut prover = Prover::new(schema, &formulas);
        let difference = match prover.difference(roots[0], roots[1]) {
            Ok(Some(difference)) => difference,
            Ok(None) => {
                silent.set(silent.get() + 1);
                prop_assert_eq!(prover.find(&[roots[0]], &[roots[1]]), Answer::Nobody);
                return Ok(());
            }
            Err(unproven) => {
                prop_assert_eq!(unproven, Unproven::OverBudget, "{} | {}", new, old);
                undecided.set(undecided.get() + 1);
                return Ok(());
            }
        };
        told.set(told.get() + 1);
        let mut sources = Sources::default();
        let lines: Vec<_> = difference
            .told_by
            .iter()
            .map(|line| {
                let mut found = Vec::new();
                let file: FileId = sources.add("line", line.as_str());
                let parsed = parse_expr(file, 0, line, &mut found);
                parsed.unwrap_or_else(|| panic!("{line}: {found:?}"))
            })
            .collect();
        let all = [&new, &old].into_iter().chain(&lines);
        let (formulas, roots) = WORLD.book.lower(all.map(|expr| (expr, false)));
        let mut prover = Prover::new(schema, &formulas);
        let (new_node, old_node, lines) = (roots[0], roots[1], &roots[2..]);
        for (line, text) in lines.iter().zip(&difference.told_by) {
            let taken = prover.find(&[new_node, old_node, *line], &[]);
            prop_assert_eq!(
                taken,
                Answer::Nobody,
                "{} takes too many: {} | {}",
                text,
                new,
                old
            );
        }
        let known: Vec<NodeId> = lines.iter().copied().chain([old_node]).collect();
        if difference.more == 0 {
            let missed = prover.find(&[new_node], &known);
            prop_assert_eq!(
                missed,
                Answer::Nobody,
                "{:?}: {} | {}",
                difference.told_by,
                new,
                old
            );
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let (told, silent, undecided) = (told.get(), silent.get(), undecided.get());
    println!("{told} told, {silent} without difference, {undecided} undecided");
    assert!(
        told > 4 * undecided && silent > 10,
        "{told} {silent} {undecided}"
    );
}

/// All or none of some members is no one question of the language.
#[test]
fn rules_about_sets_are_told_apart() {
    let pairs = [
        (
            "a.set has any of {\"a\", \"b\"}",
            "(not (a.set has all of {\"a\", \"b\"})) no older than 24h",
        ),
        (
            "not (a.set is empty)",
            "not (a.set has all of {\"a\", \"b\"})",
        ),
    ];
    for (new, old) in pairs {
        let banner = |name: &str, audience: &str| {
            format!(
                "banner {name}:\n  message hello\n  audience {audience}\n  placement top\n  copy hello\n  owner \"x\"\n\n"
            )
        };
        let rules = "message hello:\n\n".to_owned() + &banner("new", new) + &banner("old", old);
        let book = banneret::Book::from_files([
            (
                "banneret.yaml",
                "edition: 1\nschema: schema.yaml\nplacements: {top: 2}\ncopy: {dir: copy, source: en, locales: [en]}\n",
            ),
            ("schema.yaml", "facts:\n  a.set: {type: set of string}\n"),
            ("copy/en.ftl", "hello = Hello\n    .kind = hello\n"),
            ("rules.banner", &rules),
        ]);
        let book = book.unwrap_or_else(|error| panic!("{error}"));
        let audience = |name: &str| book.banner(name).unwrap().audience;
        let mut prover = Prover::new(book.schema(), book.formulas());
        let told = prover.difference(audience("new"), audience("old"));
        assert!(!told.unwrap().unwrap().told_by.is_empty(), "{new} | {old}");
    }
}
