//! What every rule book gets from the library.

mod facts;
mod rules;
mod sources;

pub(crate) use facts::all;
pub(crate) use rules::{group_of, rules};
pub(crate) use sources::SOURCES;
