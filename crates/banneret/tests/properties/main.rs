//! Properties of the engine, on random rules, accounts and books.
//!
//! Every run draws the same cases. `BANNERET_PROPERTY_CASES` raises how many each property draws;
//! before a release, and whenever an evaluator changes:
//!
//! ```sh
//! BANNERET_PROPERTY_CASES=5000 cargo test --release -p banneret --test properties
//! ```

mod accounts;
mod books;
mod decisions;
mod difference;
mod facts;
mod formulas;
mod index;
mod oracle;
mod proofs;
mod proofs_points;
mod proofs_world;
mod proofs_worst;
mod replacing;
mod rules;
mod shares;
mod truth;
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
        // A failure is told within seconds, if not in the fewest words.
        max_shrink_iters: 1_000,
        ..Config::default()
    }
}
