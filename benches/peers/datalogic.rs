//! datalogic-rs: compiled JSONLogic over a document that was parsed once. A missing value is
//! null, which is less than any number: such questions are guarded.

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{Engine, Logic, ParsedData};
use serde_json::{Value, json};

use crate::peer::{Given, Peer};
use crate::targeting::{Atom, FACTS, Rule, Test};

/// The engine.
pub struct DataLogic {
    engine: Engine,
    logics: Vec<Logic>,
    arena: Bump,
}

impl Peer for DataLogic {
    const NAME: &'static str = "datalogic-rs";
    type Source = Vec<String>;
    type Account = ParsedData;

    fn source(rules: &[Rule]) -> Vec<String> {
        let rules = rules.iter().map(|rule| write(&rule.positive()).to_string());
        rules.collect()
    }

    fn load(source: &Vec<String>) -> DataLogic {
        let engine = Engine::new();
        let logics = source.iter().map(|rule| {
            engine
                .compile(rule.as_str())
                .unwrap_or_else(|error| panic!("{rule}: {error}"))
        });
        DataLogic {
            logics: logics.collect(),
            engine,
            arena: Bump::new(),
        }
    }

    fn convert(&self, given: &Given) -> ParsedData {
        let text = serde_json::to_string(&given.flat).expect("JSON");
        ParsedData::from_json(&text).expect("JSON")
    }

    fn find(&mut self, account: &ParsedData, found: &mut Vec<u32>) {
        for (number, logic) in (0..).zip(&self.logics) {
            let answer = self.engine.evaluate(logic, account, &self.arena);
            if answer.is_ok_and(|answer| answer.as_bool() == Some(true)) {
                found.push(number);
            }
        }
        self.arena.reset();
    }
}

fn write(rule: &Rule) -> Value {
    let list = |parts: &[Rule]| parts.iter().map(write).collect::<Vec<_>>();
    match rule {
        Rule::All(parts) => json!({"and": list(parts)}),
        Rule::Any(parts) => json!({"or": list(parts)}),
        Rule::Ask(atom) => question(atom),
        Rule::Not(_) => unreachable!("a positive rule has no `not`"),
    }
}

fn question(atom: &Atom) -> Value {
    let fact = &FACTS[atom.fact];
    let value = json!({"var": fact.identifier()});
    let known = |test: Value| json!({"and": [{"!==": [value, null]}, test]});
    let words = |words: &[u8]| {
        words
            .iter()
            .map(|word| fact.word(*word))
            .collect::<Vec<_>>()
    };
    match &atom.test {
        Test::Is(wanted) => json!({"===": [value, wanted]}),
        Test::Number(order, number) => {
            let sign = match order.sign() {
                "==" => "===",
                "!=" => "!==",
                sign => sign,
            };
            known(json!({sign: [value, number]}))
        }
        Test::Among(codes, holds) => match (codes.as_slice(), holds) {
            ([word], true) => json!({"===": [value, fact.word(*word)]}),
            ([word], false) => known(json!({"!==": [value, fact.word(*word)]})),
            (codes, true) => json!({"in": [value, words(codes)]}),
            (codes, false) => known(json!({"!": [{"in": [value, words(codes)]}]})),
        },
        Test::Has(codes, holds) => {
            let has = words(codes)
                .into_iter()
                .map(|word| json!({"in": [word, value]}));
            let has = has.collect::<Vec<_>>();
            let any = match has.as_slice() {
                [one] => one.clone(),
                _ => json!({"or": has}),
            };
            if *holds {
                any
            } else {
                known(json!({"!": [any]}))
            }
        }
    }
}
