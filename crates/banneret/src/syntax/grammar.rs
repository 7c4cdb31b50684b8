//! The one door to pest.

// The generated parser is not ours to document or to lint.
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::restriction)]

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "syntax/grammar.pest"]
pub(super) struct Grammar;
