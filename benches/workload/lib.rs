//! What banneret's speed is measured with: books, accounts, and the engines beside it.

pub mod books;
pub mod form;
pub mod made_up;
pub mod ours;
pub mod peer;
#[cfg(feature = "peers")]
#[path = "../peers/mod.rs"]
pub mod peers;
pub mod rule_book;
pub mod targeting;
