//! An engine that is measured.

use serde_json::{Map, Value};

use crate::form;
use crate::targeting::{ACCOUNTS, Account, Rule, accounts};

/// An account as every engine but banneret gets it: value by [`Fact::identifier`], a missing fact
/// a missing key, sets as arrays.
///
/// [`Fact::identifier`]: crate::targeting::Fact::identifier
pub type Flat = Map<String, Value>;

/// One account in every form that an engine may want.
pub struct Given {
    /// With words as codes.
    pub plain: Account,
    /// For the other engines.
    pub flat: Flat,
    /// In banneret's form.
    pub json: Value,
    /// The same as a line of NDJSON.
    pub line: String,
}

/// So many accounts in every form.
#[must_use]
pub fn given(count: usize) -> Vec<Given> {
    let accounts = accounts(count, ACCOUNTS).into_iter().enumerate();
    let given = accounts.map(|(number, plain)| {
        let json = form::account(&plain, number);
        Given {
            flat: form::flat(&plain),
            line: json.to_string(),
            json,
            plain,
        }
    });
    given.collect()
}

/// An engine with rules, asked which of them are true of an account.
pub trait Peer: Sized {
    /// As the reports call it.
    const NAME: &'static str;
    /// Rules as their authors would write them for this engine.
    type Source;
    /// An account in the form that this engine reads fastest.
    type Account;

    /// Writes the rules.
    fn source(rules: &[Rule]) -> Self::Source;

    /// Reads the rules and makes all that can be made before the first account.
    fn load(source: &Self::Source) -> Self;

    /// Reads an account from JSON that is parsed already.
    fn convert(&self, given: &Given) -> Self::Account;

    /// Adds the places of the rules that are true of the account, in any order.
    fn find(&mut self, account: &Self::Account, found: &mut Vec<u32>);

    /// The same with each match in the engine's own form: this is what is measured.
    fn run(&mut self, account: &Self::Account, found: &mut Vec<u32>) {
        found.clear();
        self.find(account, found);
    }

    /// From a parsed JSON document to the matches.
    fn run_json(&mut self, given: &Given, found: &mut Vec<u32>) {
        let account = self.convert(given);
        self.run(&account, found);
    }
}
