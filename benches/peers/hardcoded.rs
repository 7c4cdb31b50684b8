//! The first thousand rules as Rust that the build script wrote, over a plain struct: what no
//! engine that reads rules at run time can be expected to beat where there are few.

use crate::peer::{Given, Peer};
use crate::targeting::Rule;

/// What the build script wrote.
#[allow(
    clippy::all,
    clippy::too_many_lines,
    missing_docs,
    unreachable_pub,
    unused_parens
)]
mod written {
    include!(concat!(env!("OUT_DIR"), "/hardcoded.rs"));
}

/// The engine.
pub struct HardCoded(Vec<fn(&written::Account) -> bool>);

impl Peer for HardCoded {
    const NAME: &'static str = "hard-coded Rust";
    type Source = Vec<fn(&written::Account) -> bool>;
    type Account = written::Account;

    fn source(rules: &[Rule]) -> Self::Source {
        let first = crate::targeting::rules(written::RULES.len());
        let rules = rules.iter().map(|rule| {
            let place = first.iter().position(|one| one == rule);
            written::RULES[place.expect("one of the rules that are hard-coded")]
        });
        rules.collect()
    }

    fn load(source: &Self::Source) -> HardCoded {
        HardCoded(source.clone())
    }

    fn convert(&self, given: &Given) -> written::Account {
        written::Account::read(&given.flat)
    }

    fn find(&mut self, account: &written::Account, found: &mut Vec<u32>) {
        for (number, rule) in (0..).zip(&self.0) {
            if rule(account) {
                found.push(number);
            }
        }
    }
}
