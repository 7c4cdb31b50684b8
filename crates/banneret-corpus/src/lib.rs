//! Conformance cases of the banneret rule language, as data, and the runner that holds an engine
//! against them.
//!
//! The cases are the YAML files in `cases/`; what each says follows from `docs/language.md` and
//! from nothing that an engine does. There are three kinds of file:
//!
//! * truths: a schema, and rules with the truth that each has of some accounts ([`TruthFile`]);
//! * decisions: a small rule book, accounts with what their viewers have seen, and what comes of
//!   each banner ([`DecisionFile`]);
//! * buckets: the published vectors of the hash behind rollouts and holdouts ([`BucketFile`]).
//!
//! An engine answers through [`Subject`]. What it cannot do it skips with a reason, and the
//! [`Report`] counts that: nothing is left out in silence.

mod file;
mod run;
mod shared;

pub use file::{
    Bucket, BucketFile, DecisionCase, DecisionFile, File, Group, Truth, TruthFile, Withheld,
};
pub use run::{Decided, Failure, Refusal, Report, Skipped, Subject, run, run_files};
pub use shared::shared;

/// The case files by name, and their texts.
pub const FILES: &[(&str, &str)] = {
    macro_rules! files {
        ($($name:literal),* $(,)?) => {
            &[$(($name, include_str!(concat!("../cases/", $name)))),*]
        };
    }
    files![
        "bool.yaml",
        "buckets.yaml",
        "dates.yaml",
        "dunning.yaml",
        "enum.yaml",
        "gates.yaml",
        "history.yaml",
        "int.yaml",
        "locales.yaml",
        "logic.yaml",
        "no-older-than.yaml",
        "placements.yaml",
        "segments.yaml",
        "sets.yaml",
        "shares.yaml",
        "string.yaml",
        "time.yaml",
        "unknown.yaml",
        "valid-until.yaml",
    ]
};
