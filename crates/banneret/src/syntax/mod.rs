//! Text to AST and back. This is the only module that knows pest.

pub mod ast;
