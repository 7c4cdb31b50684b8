//! The `banneret` command.
fn main() {}
