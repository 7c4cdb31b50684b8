//! Writes the first thousand rules of the workload as Rust, for the feature `peers`.

use std::fmt::Write as _;

#[path = "workload/targeting/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod targeting;

use targeting::{Atom, FACTS, Fact, Kind, Rule, Test};

/// How many rules are written: it takes the compiler long enough.
const RULES: usize = 1_000;

fn main() {
    for input in ["build.rs", "workload/targeting"] {
        println!("cargo::rerun-if-changed={input}");
    }
    if std::env::var_os("CARGO_FEATURE_PEERS").is_none() {
        return;
    }
    let directory = std::env::var_os("OUT_DIR").expect("cargo says where");
    let path = std::path::Path::new(&directory).join("hardcoded.rs");
    std::fs::write(path, program()).expect("a place to write to");
}

fn program() -> String {
    let mut fields = String::new();
    let mut arms = String::new();
    let mut words = String::new();
    for fact in &FACTS {
        let name = fact.identifier();
        let (kind, read) = match fact.kind {
            Kind::Int => ("i64".to_owned(), "value.as_i64()".to_owned()),
            Kind::Bool => ("bool".to_owned(), "value.as_bool()".to_owned()),
            Kind::Enum(_) => {
                words += &enumeration(fact);
                let read = format!("value.as_str().and_then({}::read)", type_of(fact));
                (type_of(fact), read)
            }
            Kind::Set(..) => {
                words += &numbered(fact);
                let read = format!("Some(set(value, {name}_word))");
                ("[u64; 4]".to_owned(), read)
            }
        };
        let _ = writeln!(fields, "    pub {name}: Option<{kind}>,");
        let _ = writeln!(arms, "                {name:?} => account.{name} = {read},");
    }
    let rules = targeting::rules(RULES);
    let mut text = format!(
        "{words}
#[derive(Default)]
pub struct Account {{
{fields}}}

impl Account {{
    pub fn read(flat: &serde_json::Map<String, serde_json::Value>) -> Account {{
        let mut account = Account::default();
        for (name, value) in flat {{
            match name.as_str() {{
{arms}                _ => {{}}
            }}
        }}
        account
    }}
}}

fn set(value: &serde_json::Value, code: fn(&str) -> Option<u8>) -> [u64; 4] {{
    let mut words = [0; 4];
    let texts = value.as_array().into_iter().flatten().filter_map(|word| word.as_str());
    for code in texts.filter_map(code) {{
        words[usize::from(code / 64)] |= 1 << (code % 64);
    }}
    words
}}
"
    );
    for (number, rule) in rules.iter().enumerate() {
        let condition = expression(&rule.positive());
        let _ = write!(
            text,
            "\nfn rule_{number}(account: &Account) -> bool {{\n    {condition}\n}}\n"
        );
    }
    let names = (0..RULES).map(|number| format!("    rule_{number},\n"));
    let names: String = names.collect();
    text + &format!("\npub static RULES: [fn(&Account) -> bool; {RULES}] = [\n{names}];\n")
}

/// The type of an enum: `DuesStage`.
fn type_of(fact: &Fact) -> String {
    camel(fact.name)
}

fn camel(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}

fn enumeration(fact: &Fact) -> String {
    let name = type_of(fact);
    let words = (0..fact.words() as u8).map(|code| fact.word(code));
    let words: Vec<_> = words.collect();
    let variants: String = words
        .iter()
        .map(|word| format!("    {},\n", camel(word)))
        .collect();
    let arms = words
        .iter()
        .map(|word| format!("            {word:?} => {name}::{},\n", camel(word)));
    let arms: String = arms.collect();
    format!(
        "
#[derive(Clone, Copy, PartialEq)]
pub enum {name} {{
{variants}}}

impl {name} {{
    fn read(word: &str) -> Option<{name}> {{
        Some(match word {{
{arms}            _ => return None,
        }})
    }}
}}
"
    )
}

/// The words of a set by their numbers.
fn numbered(fact: &Fact) -> String {
    let words =
        (0..fact.words() as u8).map(|code| format!("        {:?} => {code},\n", fact.word(code)));
    let words: String = words.collect();
    format!(
        "
fn {}_word(word: &str) -> Option<u8> {{
    Some(match word {{
{words}        _ => return None,
    }})
}}
",
        fact.identifier()
    )
}

fn expression(rule: &Rule) -> String {
    let joined = |parts: &[Rule], word: &str| {
        let parts: Vec<_> = parts.iter().map(expression).collect();
        format!("({})", parts.join(word))
    };
    match rule {
        Rule::All(parts) => joined(parts, " && "),
        Rule::Any(parts) => joined(parts, " || "),
        Rule::Ask(atom) => question(atom),
        Rule::Not(_) => unreachable!("a positive rule has no `not`"),
    }
}

fn question(atom: &Atom) -> String {
    let fact = &FACTS[atom.fact];
    let value = format!("account.{}", fact.identifier());
    match &atom.test {
        Test::Is(wanted) => format!("{value} == Some({wanted})"),
        Test::Number(order, number) => {
            format!(
                "{value}.is_some_and(|number| number {} {number})",
                order.sign()
            )
        }
        Test::Among(codes, holds) => {
            let variant = |code: &u8| format!("{}::{}", type_of(fact), camel(&fact.word(*code)));
            let variants = codes.iter().map(variant).collect::<Vec<_>>().join(" | ");
            match holds {
                true => format!("matches!({value}, Some({variants}))"),
                false => format!("{value}.is_some_and(|word| !matches!(word, {variants}))"),
            }
        }
        Test::Has(codes, holds) => {
            let mut wanted = [0_u64; 4];
            for code in codes {
                wanted[usize::from(code / 64)] |= 1 << (code % 64);
            }
            let asked = wanted.iter().enumerate().filter(|(_, bits)| **bits != 0);
            let asked = asked.map(|(at, bits)| format!("words[{at}] & {bits:#x} != 0"));
            let any = asked.collect::<Vec<_>>().join(" || ");
            let not = if *holds { "" } else { "!" };
            format!("{value}.as_ref().is_some_and(|words| {not}({any}))")
        }
    }
}
