//! cel: a program a rule. A variable that is missing is an error, which its `&&` and `||` absorb
//! as Kleene's do.

use std::sync::Arc;

use cel::{Context, Env, Program};
use serde_json::Value;

use super::{Dialect, each, quoted};
use crate::peer::{Given, Peer};
use crate::targeting::{Atom, Fact, Rule, Test};

/// The engine.
pub struct Cel {
    env: Arc<Env>,
    programs: Vec<Program>,
}

impl Peer for Cel {
    const NAME: &'static str = "cel";
    type Source = Vec<String>;
    type Account = Context<'static, 'static>;

    fn source(rules: &[Rule]) -> Vec<String> {
        let dialect = Dialect {
            and: " && ",
            or: " || ",
            question,
        };
        dialect.write(rules)
    }

    fn load(source: &Vec<String>) -> Cel {
        let env = Arc::new(Env::stdlib());
        let programs = source.iter().map(|rule| {
            env.compile(rule)
                .unwrap_or_else(|error| panic!("{rule}: {error}"))
        });
        let programs = programs.collect();
        Cel { env, programs }
    }

    fn convert(&self, given: &Given) -> Self::Account {
        let mut context = Context::with_env(Arc::clone(&self.env));
        for (name, value) in &given.flat {
            context.add_variable_from_value(name.clone(), read(value));
        }
        context
    }

    fn find(&mut self, account: &Self::Account, found: &mut Vec<u32>) {
        for (number, program) in (0..).zip(&self.programs) {
            if matches!(program.execute(account), Ok(cel::Value::Bool(true))) {
                found.push(number);
            }
        }
    }
}

fn read(value: &Value) -> cel::Value {
    match value {
        Value::Bool(flag) => cel::Value::Bool(*flag),
        Value::Number(number) => cel::Value::Int(number.as_i64().unwrap_or(0)),
        Value::String(word) => word.as_str().into(),
        Value::Array(words) => words.iter().map(read).collect::<Vec<_>>().into(),
        Value::Null | Value::Object(_) => cel::Value::Null,
    }
}

fn question(atom: &Atom, fact: &Fact, name: &str) -> String {
    match &atom.test {
        Test::Is(wanted) => format!("{name} == {wanted}"),
        Test::Number(order, number) => format!("{name} {} {number}", order.sign()),
        Test::Among(words, holds) => {
            let list = quoted(fact, words, ", ");
            match (words.len(), holds) {
                (1, true) => format!("{name} == {list}"),
                (1, false) => format!("{name} != {list}"),
                (_, true) => format!("{name} in [{list}]"),
                (_, false) => format!("!({name} in [{list}])"),
            }
        }
        Test::Has(words, holds) => {
            let any = each(fact, words, " || ", |word| format!("{word:?} in {name}"));
            format!("{}({any})", if *holds { "" } else { "!" })
        }
    }
}
