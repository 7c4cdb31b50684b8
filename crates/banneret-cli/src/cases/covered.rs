//! What the tests decide: counts for each rule, and each condition that is decided one way only.

use banneret_lint::{Condition, Coverage, Covered};
use serde_json::{Value, json};

use super::Ran;
use crate::render::{Table, printable, thousands};

impl Ran<'_> {
    pub(super) fn told_coverage(&self, coverage: &Coverage) -> String {
        let mut table = Table::new(&["rule", "conditions", "both ways", "unknown"]);
        let rules = coverage.rules.iter();
        let rules = rules.filter(|rule| !rule.conditions.is_empty());
        for rule in rules.clone() {
            let count = |is: fn(&Condition) -> bool| {
                let conditions = rule.conditions.iter().filter(|condition| is(condition));
                thousands(conditions.count() as u64)
            };
            table.row([
                rule.rule.to_string(),
                count(|_| true),
                count(Condition::is_decided_both_ways),
                count(|condition| condition.unknown > 0),
            ]);
        }
        let mut text = format!("\n{}", table.text(""));
        let open: String = rules.map(|rule| self.one_sided(rule)).collect();
        if !open.is_empty() {
            text.push_str(&format!("\n{open}"));
        }
        let (all, both) = coverage.counts();
        text.push_str(&format!(
            "\n{} of {} conditions decided both ways\n",
            thousands(both as u64),
            thousands(all as u64)
        ));
        text
    }

    /// The conditions that no test makes true, or false.
    fn one_sided(&self, rule: &Covered) -> String {
        let mut text = String::new();
        for condition in &rule.conditions {
            let never = match (condition.yes, condition.no) {
                _ if condition.is_never_asked() => "never asked",
                (0, 0) => "never true, never false",
                (0, _) => "never true",
                (_, 0) => "never false",
                _ => continue,
            };
            text.push_str(&format!(
                "! {}  {never}: {}\n",
                self.at(condition.span),
                printable(&condition.text)
            ));
        }
        text
    }

    pub(super) fn coverage_as_json(&self, coverage: &Coverage) -> Value {
        let (all, both) = coverage.counts();
        let rules = coverage.rules.iter().map(|rule| {
            let conditions = rule.conditions.iter().map(|condition| {
                let (file, line) = self.place(condition.span).unzip();
                json!({
                    "text": condition.text,
                    "file": file,
                    "line": line,
                    "true": condition.yes,
                    "false": condition.no,
                    "unknown": condition.unknown,
                })
            });
            json!({
                "what": rule.rule.what,
                "name": rule.rule.name,
                "conditions": conditions.collect::<Vec<_>>(),
            })
        });
        json!({
            "summary": {"conditions": all, "both_ways": both},
            "rules": rules.collect::<Vec<_>>(),
        })
    }
}
