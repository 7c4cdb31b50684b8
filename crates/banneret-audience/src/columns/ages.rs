//! Which rows of a fact are neither too old nor dated ahead: one mask for each bound.

use arrow_array::{Array, ArrayRef};
use arrow_buffer::NullBuffer;
use banneret::{Clock, Duration, Time};

use super::lanes::Lanes;
use super::mask::{self, Mask, NONE};
use super::numbers::Moments;

/// What is believed of ages: not after `last`, and for a bound not before a first moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Believed {
    now: i64,
    last: i64,
}

impl Believed {
    pub(super) fn at(clock: Clock) -> Believed {
        Believed {
            now: clock.now.as_unix_micros(),
            last: clock.now.plus(clock.skew).as_unix_micros(),
        }
    }

    /// The moments that are believed under a bound.
    fn span(self, bound: Option<Duration>) -> (i64, i64) {
        let first = bound.map_or(i64::MIN, |bound| {
            let micros = bound.as_seconds().saturating_mul(1_000_000);
            self.now.saturating_sub_unsigned(micros)
        });
        (first, self.last)
    }

    /// The moments that are dated ahead.
    fn ahead(self) -> (i64, i64) {
        (self.last.saturating_add(1), Time::MAX.as_unix_micros())
    }
}

/// A column of ages.
#[derive(Clone, Copy)]
pub(super) struct Ages<'a> {
    moments: Moments<'a>,
    nulls: Option<&'a NullBuffer>,
    lanes: Lanes,
}

impl<'a> Ages<'a> {
    pub(super) fn of(column: Option<&'a ArrayRef>, lanes: Lanes) -> Option<Ages<'a>> {
        let column = column?;
        Some(Ages {
            moments: Moments::of(column)?,
            nulls: column.nulls(),
            lanes,
        })
    }

    /// The rows that have an age.
    fn dated(&self, start: usize, rows: usize) -> Mask {
        match self.nulls {
            None => mask::first(rows),
            Some(nulls) => mask::bits(nulls.inner(), start, rows),
        }
    }

    /// The rows whose age lies in a range of microseconds.
    fn within(&self, (low, high): (i64, i64), start: usize, rows: usize) -> Mask {
        let spans = self.moments.spans([(low, high)]);
        let mut mask = match self.moments.numbers.same(start, rows) {
            // One age for all: nothing is to be compared.
            Some(number) if spans.has(number) => mask::first(rows),
            Some(_) => return NONE,
            None => self.moments.numbers.within(self.lanes, &spans, start, rows),
        };
        mask::and(&mut mask, &self.dated(start, rows));
        mask
    }
}

/// Ages that many facts share, by bound, worked out once a chunk.
pub(super) struct Shared<'a> {
    ages: Option<Ages<'a>>,
    believed: Believed,
    dated: Mask,
    done: Vec<(Option<Duration>, Mask)>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(ages: Option<Ages<'a>>, believed: Believed) -> Shared<'a> {
        Shared {
            ages,
            believed,
            dated: NONE,
            done: Vec::new(),
        }
    }

    /// Turns to other rows.
    pub(super) fn turn_to(&mut self, start: usize, rows: usize) {
        self.done.clear();
        self.dated = self.ages.map_or(NONE, |ages| ages.dated(start, rows));
    }

    fn believed(&self, bound: Option<Duration>, start: usize, rows: usize) -> Mask {
        let Some(ages) = self.ages else {
            return NONE;
        };
        match self.done.iter().find(|(done, _)| *done == bound) {
            Some((_, mask)) => *mask,
            None => ages.within(self.believed.span(bound), start, rows),
        }
    }

    /// Keeps what is believed under a bound for other facts.
    pub(super) fn keep(&mut self, bound: Option<Duration>, start: usize, rows: usize) {
        if self.ages.is_some() && !self.done.iter().any(|(done, _)| *done == bound) {
            let mask = self.believed(bound, start, rows);
            self.done.push((bound, mask));
        }
    }
}

/// The ages of one fact: its own where it has one, else the shared one.
#[derive(Clone, Copy)]
pub(super) struct Aged<'a> {
    pub(super) own: Option<Ages<'a>>,
    /// Whether its values go stale, so that one without an age is not believed.
    pub(super) goes_stale: bool,
}

impl Aged<'_> {
    /// Whether all rows are believed, or none is, nobody saying how old they are.
    pub(super) fn same(&self, shared: &Shared<'_>) -> Option<bool> {
        (self.own.is_none() && shared.ages.is_none()).then_some(!self.goes_stale)
    }

    /// The rows whose age is believed under a bound.
    pub(super) fn believed(
        &self,
        bound: Option<Duration>,
        shared: &Shared<'_>,
        start: usize,
        rows: usize,
    ) -> Mask {
        match self.same(shared) {
            Some(true) => return mask::first(rows),
            Some(false) => return NONE,
            None => {}
        }
        let mut common = shared.believed(bound, start, rows);
        if !self.goes_stale {
            mask::or(
                &mut common,
                &mask::without(&mask::first(rows), &shared.dated),
            );
        }
        let Some(own) = self.own else {
            return common;
        };
        let mut mask = mask::without(&common, &own.dated(start, rows));
        mask::or(
            &mut mask,
            &own.within(shared.believed.span(bound), start, rows),
        );
        mask
    }

    /// The rows that have an age.
    pub(super) fn dated(&self, shared: &Shared<'_>, start: usize, rows: usize) -> Mask {
        let mut mask = shared.dated;
        if let Some(own) = self.own {
            mask::or(&mut mask, &own.dated(start, rows));
        }
        mask
    }

    /// The rows that are dated ahead.
    pub(super) fn ahead(&self, shared: &Shared<'_>, start: usize, rows: usize) -> Mask {
        let ahead = shared.believed.ahead();
        let common = shared
            .ages
            .map_or(NONE, |ages| ages.within(ahead, start, rows));
        let Some(own) = self.own else {
            return common;
        };
        let mut mask = mask::without(&common, &own.dated(start, rows));
        mask::or(&mut mask, &own.within(ahead, start, rows));
        mask
    }
}
