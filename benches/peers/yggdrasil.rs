//! unleash-yggdrasil: what the constraints of a feature flag compile to. Its context holds texts
//! only, so a set is `;a;b;`, and a fact is known where it contains the empty text.

use std::collections::HashMap;

use serde_json::Value;
use unleash_yggdrasil::state::{EnrichedContext, PropertiesRef};
use unleash_yggdrasil::strategy_parsing::{RuleFragment, compile_rule};

use super::{Dialect, each, quoted};
use crate::peer::{Given, Peer};
use crate::targeting::{Atom, Fact, Order, Rule, Test};

/// The engine.
pub struct Yggdrasil(Vec<RuleFragment>);

impl Peer for Yggdrasil {
    const NAME: &'static str = "unleash-yggdrasil";
    type Source = Vec<String>;
    type Account = HashMap<String, String>;

    fn source(rules: &[Rule]) -> Vec<String> {
        let dialect = Dialect {
            and: " and ",
            or: " or ",
            question,
        };
        dialect.write(rules)
    }

    fn load(source: &Vec<String>) -> Yggdrasil {
        let rules = source
            .iter()
            .map(|rule| compile_rule(rule).unwrap_or_else(|error| panic!("{rule}: {error:?}")));
        Yggdrasil(rules.collect())
    }

    fn convert(&self, given: &Given) -> HashMap<String, String> {
        let texts = given
            .flat
            .iter()
            .map(|(name, value)| (name.clone(), read(value)));
        texts.collect()
    }

    fn find(&mut self, account: &HashMap<String, String>, found: &mut Vec<u32>) {
        let context = EnrichedContext {
            user_id: None,
            session_id: None,
            environment: None,
            app_name: None,
            current_time: None,
            remote_address: None,
            properties: Some(PropertiesRef::Strings(account)),
            external_results: None,
            toggle_name: "banner",
            runtime_hostname: None,
        };
        for (number, holds) in (0..).zip(&self.0) {
            if holds(&context) {
                found.push(number);
            }
        }
    }
}

fn read(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Array(words) => {
            let words = words.iter().filter_map(Value::as_str);
            words.fold(";".to_owned(), |text, word| text + word + ";")
        }
        other => other.to_string(),
    }
}

fn question(atom: &Atom, fact: &Fact, name: &str) -> String {
    let value = format!("context[{name:?}]");
    let known = |test: String| format!("({value} contains_any [\"\"] and {test})");
    match &atom.test {
        Test::Is(wanted) => format!("{value} in [\"{wanted}\"]"),
        // It has no `!=` for numbers.
        Test::Number(Order::Other, number) => format!("({value} < {number} or {value} > {number})"),
        Test::Number(order, number) => format!("{value} {} {number}", order.sign()),
        Test::Among(words, holds) => {
            let list = quoted(fact, words, ", ");
            match holds {
                true => format!("{value} in [{list}]"),
                false => known(format!("{value} not_in [{list}]")),
            }
        }
        Test::Has(words, holds) => {
            let list = each(fact, words, ", ", |word| format!("\";{word};\""));
            match holds {
                true => format!("{value} contains_any [{list}]"),
                false => known(format!("!{value} contains_any [{list}]")),
            }
        }
    }
}
