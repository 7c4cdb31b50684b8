//! What somebody has seen, waved away and clicked before.

use std::collections::BTreeMap;

use banneret::Time;
use serde::Serialize;

use super::population::Draft;

/// What one viewer did with one banner.
#[derive(Serialize)]
pub(crate) struct Seen {
    shown_at: Vec<Time>,
    dismissed_at: Option<Time>,
    // Nobody wrote down which words were dismissed, so it counts for all.
    dismissed_copy: Option<String>,
    clicked_at: Option<Time>,
}

/// Four in ten have seen a banner of their situation before; some of them have seen it often, some
/// waved it away.
pub(crate) fn seen(
    banners: &'static [&'static str],
    draft: &mut Draft,
) -> BTreeMap<&'static str, Seen> {
    let mut history = BTreeMap::new();
    for banner in banners {
        if draft.chance(40) {
            history.insert(*banner, one(draft));
        }
    }
    history
}

fn one(draft: &mut Draft) -> Seen {
    let times = draft.dice.rand_range(1..6);
    let mut shown_at: Vec<_> = (0..times).map(|_| draft.hours_ago(1, 24 * 10)).collect();
    shown_at.sort_unstable();
    // Whoever waves something away or clicks it has just seen it.
    let last = shown_at.last().copied();
    let after = draft.dice.rand_range(0..10);
    Seen {
        shown_at,
        dismissed_at: last.filter(|_| after < 3),
        dismissed_copy: None,
        clicked_at: last.filter(|_| after == 3),
    }
}
