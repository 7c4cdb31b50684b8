//! a-tree: an index of boolean expressions that share their parts. What is missing is undefined,
//! as here.

use a_tree::AttributeDefinition;
use serde_json::Value;

use super::{Dialect, quoted};
use crate::peer::{Given, Peer};
use crate::targeting::{Atom, FACTS, Fact, Kind, Order, Rule, Test};

/// The engine.
pub struct ATree(a_tree::ATree<u32>);

impl Peer for ATree {
    const NAME: &'static str = "a-tree";
    type Source = Vec<String>;
    type Account = a_tree::Event;

    fn source(rules: &[Rule]) -> Vec<String> {
        let dialect = Dialect {
            and: " and ",
            or: " or ",
            question,
        };
        dialect.write(rules)
    }

    fn load(source: &Vec<String>) -> ATree {
        let attributes = FACTS.iter().map(|fact| {
            let name = &fact.identifier();
            match fact.kind {
                Kind::Enum(_) => AttributeDefinition::string(name),
                Kind::Int => AttributeDefinition::integer(name),
                Kind::Bool => AttributeDefinition::boolean(name),
                Kind::Set(..) => AttributeDefinition::string_list(name),
            }
        });
        let attributes: Vec<_> = attributes.collect();
        let mut tree = a_tree::ATree::new(&attributes).expect("twenty attributes");
        for (number, rule) in (0..).zip(source) {
            tree.insert(&number, rule)
                .unwrap_or_else(|error| panic!("{rule}: {error:?}"));
        }
        ATree(tree)
    }

    fn convert(&self, given: &Given) -> a_tree::Event {
        let mut event = self.0.make_event();
        for (name, value) in &given.flat {
            let taken = match value {
                Value::Bool(flag) => event.with_boolean(name, *flag),
                Value::Number(number) => event.with_integer(name, number.as_i64().unwrap_or(0)),
                Value::String(word) => event.with_string(name, word),
                Value::Array(words) => {
                    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                    event.with_string_list(name, &words)
                }
                Value::Null | Value::Object(_) => continue,
            };
            taken.expect("an attribute of its kind");
        }
        event.build().expect("an event")
    }

    fn find(&mut self, account: &a_tree::Event, found: &mut Vec<u32>) {
        let report = self.0.search(account).expect("an event of this tree");
        found.extend(report.matches().iter().copied());
    }
}

fn question(atom: &Atom, fact: &Fact, name: &str) -> String {
    match &atom.test {
        Test::Is(true) => name.to_owned(),
        Test::Is(false) => format!("not {name}"),
        Test::Number(order, number) => {
            let sign = match order {
                Order::Equal => "=",
                Order::Other => "<>",
                other => other.sign(),
            };
            format!("{name} {sign} {number}")
        }
        Test::Among(words, holds) => {
            let list = quoted(fact, words, ", ");
            match (words.len(), holds) {
                (1, true) => format!("{name} = {list}"),
                (1, false) => format!("{name} <> {list}"),
                (_, true) => format!("{name} in [{list}]"),
                (_, false) => format!("{name} not in [{list}]"),
            }
        }
        Test::Has(words, holds) => {
            let test = if *holds { "one of" } else { "none of" };
            format!("{name} {test} [{}]", quoted(fact, words, ", "))
        }
    }
}
