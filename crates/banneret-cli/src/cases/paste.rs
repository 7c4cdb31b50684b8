//! A test of a rule book, as YAML to be pasted into it.

use banneret::{Schema, Time};
use banneret_lint::{Expectation, Missed, Mutant};
use serde_json::Value;

/// Lines of facts are broken before this column.
const WIDTH: usize = 110;

/// The test that notices a change, with which nothing noticed it.
pub(super) fn test(mutant: &Mutant, missed: &Missed, schema: &Schema) -> String {
    let (seen, key) = match missed.expected {
        Expectation::Shows => ("shown", "shows"),
        Expectation::Hides => ("hidden", "hides"),
    };
    let name = format!(
        "{} is {seen}, unlike with {} in the {}",
        missed.banner,
        mutant.what,
        rule(mutant)
    );
    let example = missed.witness.example(schema);
    let facts = example.facts.iter().map(|told| {
        let value = told.value.as_ref().map_or("null".to_owned(), flow);
        match told.as_of.filter(|as_of| *as_of != example.now) {
            Some(as_of) => format!("{}: {{value: {value}, as_of: {as_of}}}", told.fact),
            None => format!("{}: {value}", told.fact),
        }
    });
    let facts: Vec<_> = facts.collect();
    format!(
        "- name: {}\n  now: {}\n{}  {key}: [{}]\n",
        Value::from(name),
        example.now,
        given(&facts),
        missed.banner
    )
}

fn rule(mutant: &Mutant) -> String {
    let name = &mutant.rule.name;
    match mutant.rule.what {
        "audience" => format!("audience of {name}"),
        "requires" => format!("contract of {name}"),
        what => format!("{what} {name}"),
    }
}

/// `facts: {…}`, in lines that can be read.
fn given(facts: &[String]) -> String {
    let mut text = "  facts: {".to_owned();
    let mut column = text.chars().count();
    for (at, fact) in facts.iter().enumerate() {
        let width = fact.chars().count() + 2;
        if at > 0 && column + width > WIDTH {
            text.push_str(",\n          ");
            column = 10;
        } else if at > 0 {
            text.push_str(", ");
        }
        text.push_str(fact);
        column += width;
    }
    text.push_str("}\n");
    text
}

/// A value as it stands within braces. Whatever YAML could take for something else is quoted.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) || text.parse::<Time>().is_ok() => text.clone(),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(flow).collect();
            format!("[{}]", values.join(", "))
        }
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    let meant_otherwise = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ];
    banneret::is_name(text) && !meant_otherwise.contains(&text)
}
