//! The lints, a file each: what it is called, what it looks for, and beside it the page that
//! explains it.

mod always_true;
mod ambiguous_tie;
mod contract_not_fresh;
mod contract_not_implied;
mod guard_weakened_against_base;
mod learning_retracts;
mod mixed_ages;
mod negated_open_ended;
mod never_true;
mod no_older_than_has_no_effect;
mod payment_fact_never_stale;
mod payment_failed_without_dunning;
mod redundant_condition;
mod same_audience_twice;
mod shadowed;
mod unproven;
mod vacuous_contract;

use crate::lint::Lint;

pub(crate) use guard_weakened_against_base::against;

pub(crate) use unproven::LINT as UNPROVEN;

/// Every lint of this crate, by code.
pub(crate) static LINTS: [&Lint; 17] = [
    &payment_failed_without_dunning::LINT,
    &contract_not_implied::LINT,
    &contract_not_fresh::LINT,
    &unproven::LINT,
    &guard_weakened_against_base::LINT,
    &vacuous_contract::LINT,
    &negated_open_ended::LINT,
    &payment_fact_never_stale::LINT,
    &no_older_than_has_no_effect::LINT,
    &learning_retracts::LINT,
    &mixed_ages::LINT,
    &never_true::LINT,
    &always_true::LINT,
    &redundant_condition::LINT,
    &shadowed::LINT,
    &same_audience_twice::LINT,
    &ambiguous_tie::LINT,
];
