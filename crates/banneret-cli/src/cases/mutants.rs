//! What came of changing the rules: counts, and each change that nobody notices.

use banneret_lint::{Missed, Mutant, Mutants, Outcome};
use serde_json::{Value, json};

use super::{Ran, paste};
use crate::render::{count, printable, thousands};

/// How many changes are not noticed, or not known to be.
pub(super) fn missed(mutants: &Mutants) -> usize {
    mutants.count(|outcome| matches!(outcome, Outcome::Missed(_) | Outcome::Unproven { .. }))
}

/// How many changes came to which end.
struct Counts {
    equivalent: usize,
    /// Of these, in what a message kind requires: what loosens a contract shows nobody anything.
    in_contracts: usize,
    by_proof: usize,
    by_tests: usize,
    unproven: usize,
    missed: usize,
}

impl Counts {
    fn of(mutants: &Mutants) -> Counts {
        let in_contracts = mutants.mutants.iter().filter(|mutant| {
            mutant.rule.what == "requires" && matches!(mutant.outcome, Outcome::Equivalent)
        });
        Counts {
            in_contracts: in_contracts.count(),
            equivalent: mutants.count(|outcome| matches!(outcome, Outcome::Equivalent)),
            by_proof: mutants.count(|outcome| matches!(outcome, Outcome::CaughtByProof { .. })),
            by_tests: mutants.count(|outcome| matches!(outcome, Outcome::CaughtByTests { .. })),
            unproven: mutants.count(|outcome| matches!(outcome, Outcome::Unproven { .. })),
            missed: mutants.count(|outcome| matches!(outcome, Outcome::Missed(_))),
        }
    }
}

impl Ran<'_> {
    pub(super) fn told_mutants(&self, mutants: &Mutants) -> String {
        let mut text = String::new();
        for mutant in &mutants.mutants {
            match &mutant.outcome {
                Outcome::Missed(missed) => {
                    text.push_str(&self.told_missed(mutants, mutant, missed))
                }
                Outcome::Unproven { banner, why } => {
                    text.push_str(&self.headline(mutant));
                    text.push_str(&format!("    not known whether {banner} changes: {why}\n"));
                }
                _ => {}
            }
        }
        let counts = Counts::of(mutants);
        text.push_str(&format!(
            "\n{}: {} caught by the proof, {} by tests, {} missed; {} equivalent",
            count(mutants.mutants.len() as u64, "changed rule"),
            thousands(counts.by_proof as u64),
            thousands(counts.by_tests as u64),
            thousands(counts.missed as u64),
            thousands(counts.equivalent as u64),
        ));
        if counts.unproven > 0 {
            let unproven = thousands(counts.unproven as u64);
            text.push_str(&format!("; {unproven} unproven"));
        }
        if mutants.left_out > 0 {
            let left_out = thousands(mutants.left_out as u64);
            text.push_str(&format!(
                "; {left_out} not tried, in rules that are too long"
            ));
        }
        if counts.in_contracts > 0 {
            text.push_str(&format!(
                "\n  {} of the equivalent in what messages require: `banneret lint --against` tells of \
                 a looser contract",
                thousands(counts.in_contracts as u64)
            ));
        }
        text.push('\n');
        text
    }

    /// Where, in which rule, and what: then the lines as they are and as they would be.
    fn headline(&self, mutant: &Mutant) -> String {
        let mut text = format!(
            "\n! {}  {}: {}\n",
            self.at(mutant.span),
            mutant.rule,
            printable(&mutant.what)
        );
        let (old, new) = mutant.lines(self.book.texts());
        for (sign, lines) in [('-', old), ('+', new)] {
            for line in lines.lines().filter(|line| !line.trim().is_empty()) {
                text.push_str(&format!("    {sign} {}\n", printable(line)));
            }
        }
        text
    }

    fn told_missed(&self, mutants: &Mutants, mutant: &Mutant, missed: &Missed) -> String {
        let mut text = self.headline(mutant);
        let known = missed.noticed_with.and_then(|at| mutants.mutants.get(at));
        if let Some(known) = known {
            text.push_str(&format!(
                "    the test above for {}, {}, notices this too\n",
                self.at(known.span),
                printable(&known.what)
            ));
            return text;
        }
        text.push_str(match missed.expected {
            banneret_lint::Expectation::Hides => "    newly sees it:\n",
            banneret_lint::Expectation::Shows => "    no longer sees it:\n",
        });
        let test = paste::test(mutant, missed, self.book.schema());
        for line in test.lines() {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    pub(super) fn mutants_as_json(&self, mutants: &Mutants) -> Value {
        let counts = Counts::of(mutants);
        let all = mutants.mutants.iter().map(|mutant| self.as_json(mutant));
        json!({
            "summary": {
                "mutants": mutants.mutants.len(),
                "equivalent": counts.equivalent,
                "equivalent_in_contracts": counts.in_contracts,
                "caught_by_proof": counts.by_proof,
                "caught_by_tests": counts.by_tests,
                "unproven": counts.unproven,
                "missed": counts.missed,
                "not_tried": mutants.left_out,
            },
            "mutants": all.collect::<Vec<_>>(),
        })
    }

    fn as_json(&self, mutant: &Mutant) -> Value {
        let (file, line) = self.place(mutant.span).unzip();
        let (old, new) = mutant.lines(self.book.texts());
        let mut all = json!({
            "rule": {"what": mutant.rule.what, "name": mutant.rule.name},
            "file": file,
            "line": line,
            "operator": mutant.operator,
            "change": mutant.what,
            "before": old,
            "after": new,
        });
        let (outcome, more) = match &mutant.outcome {
            Outcome::Equivalent => ("equivalent", json!({})),
            Outcome::CaughtByProof { banner } => ("caught_by_proof", json!({"banner": banner})),
            Outcome::CaughtByTests { case } => {
                let name = self.results.get(*case).map(|result| &result.name);
                ("caught_by_tests", json!({"case": name}))
            }
            Outcome::Unproven { banner, why } => (
                "unproven",
                json!({"banner": banner, "why": why.to_string()}),
            ),
            Outcome::Missed(missed) => ("missed", self.missed_as_json(mutant, missed)),
        };
        all["outcome"] = outcome.into();
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more);
        }
        all
    }

    fn missed_as_json(&self, mutant: &Mutant, missed: &Missed) -> Value {
        let expected = match missed.expected {
            banneret_lint::Expectation::Shows => "shows",
            banneret_lint::Expectation::Hides => "hides",
        };
        json!({
            "banner": missed.banner,
            "expected": expected,
            "account": missed.witness.example(self.book.schema()),
            "test": paste::test(mutant, missed, self.book.schema()),
            "noticed_with": missed.noticed_with,
        })
    }
}
