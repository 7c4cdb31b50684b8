//! The stable hash behind rollouts and holdouts.
//!
//! A value's bucket is `murmur3_32("PURPOSE:NAME:VALUE", seed 0) mod 10000` over UTF-8, where
//! PURPOSE is `rollout` or `holdout`, NAME the banner's or the message kind's, and VALUE the fact's
//! value as it is written in JSON without quotes. MurmurHash3 x86 32-bit is Austin Appleby's, in
//! the public domain, and exists for every language. A share of P % takes the buckets below
//! 100 × P, so that raising P only adds.

use std::io::Read as _;

/// The number of buckets: shares have two decimals of a percent.
pub const BUCKETS: u16 = 10_000;

/// What a bucket is for, so that a banner's rollout and a message's holdout are drawn apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Who sees a banner, by the banner's name.
    Rollout,
    /// Who never sees a kind of message, by the kind's name.
    Holdout,
}

/// The bucket of a value, from 0 up to [`BUCKETS`].
///
/// ```
/// use banneret::{Purpose, bucket};
/// assert_eq!(bucket(Purpose::Rollout, "payment_failed_first", "acct_17"), 2520);
/// ```
#[must_use]
pub fn bucket(purpose: Purpose, name: &str, value: &str) -> u16 {
    let purpose = match purpose {
        Purpose::Rollout => "rollout",
        Purpose::Holdout => "holdout",
    };
    let text = [purpose, ":", name, ":", value];
    let [purpose, first, name, second, value] = text.map(str::as_bytes);
    let mut text = purpose.chain(first).chain(name).chain(second).chain(value);
    // Reading from memory cannot fail.
    let hash = murmur3::murmur3_32(&mut text, 0).unwrap_or_default();
    u16::try_from(hash % u32::from(BUCKETS)).unwrap_or_default()
}
