//! The engines that banneret is measured against, each fed as its own documentation advises.
//!
//! Rules are those of the workload without `not`: a question about a fact that is missing is then
//! false, and where an engine would make something else of a missing value, the question is guarded.

mod a_tree;
mod cedar;
mod cel;
mod datalogic;
mod hardcoded;
mod yggdrasil;
mod zen;

pub use self::a_tree::ATree;
pub use self::cedar::Cedar;
pub use self::cel::Cel;
pub use self::datalogic::DataLogic;
pub use self::hardcoded::HardCoded;
pub use self::yggdrasil::Yggdrasil;
pub use self::zen::Zen;

use crate::targeting::{Atom, FACTS, Fact, Rule};

/// How an engine writes a rule.
struct Dialect {
    and: &'static str,
    or: &'static str,
    question: fn(&Atom, &Fact, &str) -> String,
}

impl Dialect {
    fn write(&self, rules: &[Rule]) -> Vec<String> {
        rules
            .iter()
            .map(|rule| self.rule(&rule.positive()))
            .collect()
    }

    fn rule(&self, rule: &Rule) -> String {
        let joined = |parts: &[Rule], word: &str| match parts {
            [one] => self.rule(one),
            parts => {
                let parts: Vec<_> = parts.iter().map(|part| self.rule(part)).collect();
                format!("({})", parts.join(word))
            }
        };
        match rule {
            Rule::All(parts) => joined(parts, self.and),
            Rule::Any(parts) => joined(parts, self.or),
            Rule::Ask(atom) => {
                let fact = &FACTS[atom.fact];
                (self.question)(atom, fact, &fact.identifier())
            }
            Rule::Not(_) => unreachable!("a positive rule has no `not`"),
        }
    }
}

/// Some words of a fact, each quoted, with a text between them.
fn quoted(fact: &Fact, words: &[u8], between: &str) -> String {
    each(fact, words, between, |word| format!("{word:?}"))
}

/// Some words of a fact, each in a form of its own.
fn each(fact: &Fact, words: &[u8], between: &str, form: impl Fn(&str) -> String) -> String {
    let words = words.iter().map(|word| form(&fact.word(*word)));
    words.collect::<Vec<_>>().join(between)
}
