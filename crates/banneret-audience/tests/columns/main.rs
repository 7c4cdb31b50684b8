//! Formulas over columns say what the plain evaluator says of each row.
//!
//! Every run draws the same cases. Ten million pairs of a rule and an account, before a release
//! and whenever the kernels change:
//!
//! ```sh
//! BANNERET_PROPERTY_CASES=3200 cargo test --release -p banneret-audience --test columns
//! ```

#[path = "../../../banneret/tests/properties/accounts.rs"]
#[allow(dead_code)]
mod accounts;
mod corpus;
mod random;
#[path = "../../../banneret/tests/properties/rules.rs"]
#[allow(dead_code)]
mod rules;
mod tables;
mod types;
#[path = "../../../banneret/tests/properties/world.rs"]
#[allow(dead_code)]
mod world;

use proptest::test_runner::{Config, RngSeed};

/// So many cases, or more where the environment asks for more; the same on every machine.
fn cases(many: u32) -> Config {
    let asked = std::env::var("BANNERET_PROPERTY_CASES").ok();
    let asked = asked.and_then(|many| many.parse().ok());
    Config {
        cases: asked.map_or(many, |asked: u32| asked.max(many)),
        rng_seed: RngSeed::Fixed(0x6261_6e6e_6572),
        failure_persistence: None,
        max_global_rejects: u32::MAX,
        max_shrink_iters: 200,
        ..Config::default()
    }
}
