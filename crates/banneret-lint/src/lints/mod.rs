//! The lints, a file each: what it is called, what it looks for, and beside it the page that
//! explains it.

mod always_true;
mod ambiguous_tie;
mod contract_not_fresh;
mod contract_not_implied;
mod expired;
mod guard_weakened_against_base;
mod inside_a_freeze;
mod jargon;
mod learning_retracts;
mod literal_id_list;
mod missing_locale;
mod mixed_ages;
mod negated_open_ended;
mod never_true;
mod no_cap;
mod no_end_date;
mod no_hidden_case;
mod no_next_step;
mod no_older_than_has_no_effect;
mod no_stale_case;
mod payment_fact_never_stale;
mod payment_failed_without_dunning;
mod promise_without_fact;
mod redundant_condition;
mod review_overdue;
mod rollout_0_or_100;
mod same_audience_twice;
mod shadowed;
mod too_long;
mod undeclared_payment_copy;
mod unproven;
mod unreadable_copy;
mod unused_segment;
mod unused_waiver;
mod vacuous_contract;
mod variable_is_no_fact;
mod variables_differ_between_locales;
mod waiver_past_its_end;

use crate::lint::Lint;

pub(crate) use guard_weakened_against_base::against;
pub(crate) use inside_a_freeze::frozen;

pub(crate) use unproven::LINT as UNPROVEN;
pub(crate) use unused_waiver::{Findings, unused as unused_waivers};

/// Every lint of this crate, by code.
pub(crate) static LINTS: &[&Lint] = &[
    &payment_failed_without_dunning::LINT,
    &contract_not_implied::LINT,
    &contract_not_fresh::LINT,
    &undeclared_payment_copy::LINT,
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
    &expired::LINT,
    &no_cap::LINT,
    &no_end_date::LINT,
    &rollout_0_or_100::LINT,
    &literal_id_list::LINT,
    &review_overdue::LINT,
    &inside_a_freeze::LINT,
    &missing_locale::LINT,
    &variables_differ_between_locales::LINT,
    &variable_is_no_fact::LINT,
    &jargon::LINT,
    &no_next_step::LINT,
    &promise_without_fact::LINT,
    &too_long::LINT,
    &unreadable_copy::LINT,
    &no_hidden_case::LINT,
    &no_stale_case::LINT,
    &unused_segment::LINT,
    &unused_waiver::LINT,
    &waiver_past_its_end::LINT,
];
