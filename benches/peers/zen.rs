//! zen-expression: bytecode a rule, and one machine that runs them. What is missing is null.

use serde_json::Value;
use zen_expression::expression::Standard;
use zen_expression::vm::VM;
use zen_expression::{Expression, Scope, Variable, compile_expression};

use super::{Dialect, each, quoted};
use crate::peer::{Given, Peer};
use crate::targeting::{Atom, Fact, Rule, Test};

/// The engine.
pub struct Zen {
    rules: Vec<Expression<Standard>>,
    machine: VM,
}

impl Peer for Zen {
    const NAME: &'static str = "zen-expression";
    type Source = Vec<String>;
    type Account = Scope;

    fn source(rules: &[Rule]) -> Vec<String> {
        let dialect = Dialect {
            and: " and ",
            or: " or ",
            question,
        };
        dialect.write(rules)
    }

    fn load(source: &Vec<String>) -> Zen {
        let rules = source
            .iter()
            .map(|rule| compile_expression(rule).unwrap_or_else(|error| panic!("{rule}: {error}")));
        Zen {
            rules: rules.collect(),
            machine: VM::new(),
        }
    }

    fn convert(&self, given: &Given) -> Scope {
        Scope::new(Variable::from(Value::Object(given.flat.clone())))
    }

    fn find(&mut self, account: &Scope, found: &mut Vec<u32>) {
        for (number, rule) in (0..).zip(&self.rules) {
            let answer = rule.evaluate_with_scope(account, &mut self.machine);
            if matches!(answer, Ok(Variable::Bool(true))) {
                found.push(number);
            }
        }
    }
}

fn question(atom: &Atom, fact: &Fact, name: &str) -> String {
    let known = |test: String| format!("({name} != null and {test})");
    match &atom.test {
        Test::Is(wanted) => format!("{name} == {wanted}"),
        Test::Number(order, number) => known(format!("{name} {} {number}", order.sign())),
        Test::Among(words, holds) => {
            let list = quoted(fact, words, ", ");
            match (words.len(), holds) {
                (1, true) => format!("{name} == {list}"),
                (1, false) => known(format!("{name} != {list}")),
                (_, true) => format!("{name} in [{list}]"),
                (_, false) => known(format!("{name} not in [{list}]")),
            }
        }
        Test::Has(words, true) => {
            let any = each(fact, words, " or ", |word| format!("{word:?} in {name}"));
            known(format!("({any})"))
        }
        Test::Has(words, false) => known(each(fact, words, " and ", |word| {
            format!("{word:?} not in {name}")
        })),
    }
}
