//! How a product backend embeds the engine.
fn main() {}
