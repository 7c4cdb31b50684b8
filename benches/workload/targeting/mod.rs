//! Ten thousand teams' audiences over twenty facts of a subscription product, and accounts to ask
//! about, always the same.
//!
//! It knows nothing of any engine, nor of JSON: the build script makes Rust from the same rules.

mod accounts;
mod chance;
mod facts;
mod rules;

pub use accounts::{Account, Value, accounts};
pub use facts::{FACTS, Fact, Kind, fact};
pub use rules::{Atom, Order, Rule, Test, rules};

/// The seed of the accounts that are asked about.
pub const ACCOUNTS: u64 = 17;
