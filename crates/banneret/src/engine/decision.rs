//! The answer to "what does this account see now?".

use std::sync::Arc;

use serde::Serialize;

use crate::book::Banner;
use crate::eval::{Trace, earlier};
use crate::rulebook::Book;
use crate::value::Time;

/// What came of a banner: that it is shown, or the first gate that it failed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is shown.
    Shown,
    /// It is switched off.
    Killed,
    /// It was found wrong and is withheld.
    Quarantined,
    /// Its time has not come.
    NotYet,
    /// Its time is over.
    Ended,
    /// The viewer's locale is none of its own, or unknown.
    Locale,
    /// The account is not in its audience.
    AudienceFalse,
    /// Nobody can say whether the account is in its audience.
    AudienceUnknown,
    /// Its message would not be true, or nobody can say.
    Contract,
    /// The account is held out from this kind of message, or cannot be placed.
    Holdout,
    /// The account is not in its rollout, or cannot be placed.
    Rollout,
    /// The viewer saw it as often as they may.
    Cap,
    /// The viewer dismissed these words.
    Dismissed,
    /// The viewer clicked it, which ends it.
    Clicked,
    /// Others took its placements; the last of them, by its place among the book's banners.
    Outranked(usize),
}

impl Outcome {
    /// The reason code: `audience-unknown`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Shown => "shown",
            Outcome::Killed => "killed",
            Outcome::Quarantined => "quarantined",
            Outcome::NotYet => "not-yet",
            Outcome::Ended => "ended",
            Outcome::Locale => "locale",
            Outcome::AudienceFalse => "audience-false",
            Outcome::AudienceUnknown => "audience-unknown",
            Outcome::Contract => "contract",
            Outcome::Holdout => "holdout",
            Outcome::Rollout => "rollout",
            Outcome::Cap => "cap",
            Outcome::Dismissed => "dismissed",
            Outcome::Clicked => "clicked",
            Outcome::Outranked(_) => "outranked",
        }
    }

    /// Whether audience and contract are true of the account, and nothing but how often, to how
    /// many, and beside what it is shown can still withhold it.
    #[must_use]
    pub fn is_match(self) -> bool {
        matches!(
            self,
            Outcome::Shown
                | Outcome::Holdout
                | Outcome::Rollout
                | Outcome::Cap
                | Outcome::Dismissed
                | Outcome::Clicked
                | Outcome::Outranked(_)
        )
    }
}

/// The banners that are true for an account.
#[derive(Clone, Copy, Debug)]
pub struct Matches<'s> {
    pub(super) banners: &'s [Banner],
    /// Their places, in order.
    pub(super) matching: &'s [u32],
}

impl<'s> Matches<'s> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.matching.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.matching.is_empty()
    }

    /// Their places among the book's banners, in order: the cheapest, for hosts with tables of
    /// their own.
    pub fn places(&self) -> impl ExactSizeIterator<Item = usize> + 's {
        self.matching.iter().map(|at| *at as usize)
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'s str> {
        self.banners().map(|banner| &*banner.name)
    }

    /// The banners, sorted by name.
    pub fn banners(&self) -> impl Iterator<Item = &'s Banner> {
        let banners = self.banners;
        self.places().filter_map(move |at| banners.get(at))
    }
}

/// What one account sees at one moment, and what came of every banner.
#[derive(Clone, Debug)]
pub struct Decision {
    pub(super) book: Arc<Book>,
    /// The banners that match, by their places among the book's, and what came of each.
    pub(super) matching: Vec<(usize, Outcome)>,
    pub(super) shown: Vec<Shown>,
    pub(super) valid_until: Option<Time>,
    /// Until when each placement's answer holds; used while deciding.
    pub(super) placement_until: Vec<Option<Time>>,
}

/// A banner in a placement, by their places in the book and the manifest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) placement: usize,
    pub(super) banner: usize,
}

/// Something to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Show<'d> {
    /// Where.
    pub placement: &'d str,
    /// Which banner.
    pub banner: &'d str,
    /// What kind of thing it says.
    pub message: &'d str,
    /// The Fluent identifier of its words.
    pub copy: &'d str,
    /// A hash of its words, to be given back with a dismissal.
    pub copy_hash: &'d str,
    /// The next moment at which what this placement shows could change by itself; nothing where
    /// it cannot.
    pub valid_until: Option<Time>,
}

impl Decision {
    pub(super) fn of(book: Arc<Book>) -> Decision {
        Decision {
            book,
            matching: Vec::new(),
            shown: Vec::new(),
            valid_until: None,
            placement_until: Vec::new(),
        }
    }

    /// Makes room for another decision.
    pub(super) fn begin(&mut self, book: &Arc<Book>) {
        if !Arc::ptr_eq(&self.book, book) {
            self.book = Arc::clone(book);
        }
        self.matching.clear();
        self.shown.clear();
        self.valid_until = None;
        self.placement_until.clear();
        self.placement_until
            .resize(book.manifest.placements.len(), None);
    }

    /// Holds no longer than a banner's part in it does.
    pub(super) fn hold(&mut self, banner: &Banner, until: Option<Time>) {
        self.valid_until = earlier(self.valid_until, until);
        for placement in &banner.placements {
            if let Some(slot) = self.placement_until.get_mut(*placement) {
                *slot = earlier(*slot, until);
            }
        }
    }

    /// The names of the banners that are true for the account, sorted.
    pub fn matches(&self) -> impl Iterator<Item = &str> {
        self.outcomes().map(|(banner, _)| &*banner.name)
    }

    /// What came of the banners that are true for the account, by name: that they are shown, or
    /// what still withholds them. What came of the others, and why, says [`crate::Engine::why`].
    pub fn outcomes(&self) -> impl Iterator<Item = (&Banner, Outcome)> {
        let matching = self.matching.iter();
        matching.filter_map(|(at, outcome)| Some((self.book.banners.get(*at)?, *outcome)))
    }

    /// What to show, by the placements' names, best first.
    pub fn shows(&self) -> impl Iterator<Item = Show<'_>> {
        self.shown.iter().filter_map(|shown| {
            let banner = self.book.banners.get(shown.banner)?;
            Some(Show {
                placement: self.book.manifest.placements.keys().nth(shown.placement)?,
                banner: &banner.name,
                message: &self.book.kinds.get(banner.kind)?.name,
                copy: &banner.copy,
                copy_hash: &banner.copy_hash,
                valid_until: self.placement_until.get(shown.placement).copied().flatten(),
            })
        })
    }

    /// The next moment at which what matches or is shown could change by itself: a fact going
    /// stale, a date, a span's edge, a cap's window. Before it, the same facts and history give
    /// the same matches and shows; why a banner is not shown may become another reason. Nothing where it cannot change. New facts are a new question: a host
    /// that caches asks again when it has them, whatever this says.
    #[must_use]
    pub fn valid_until(&self) -> Option<Time> {
        self.valid_until
    }

    /// The book that it is from.
    #[must_use]
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }
}

/// Why an account sees or does not see a banner.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// The banner.
    pub banner: Box<str>,
    /// The reason code, `shown` where it is shown.
    pub reason: &'static str,
    /// Which banner outranked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outranked_by: Option<Box<str>>,
    /// Why it is withheld as wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantined_because: Option<String>,
    /// The facts that leave the audience or the contract undecided, and why each is unknown.
    pub unknown: Vec<UnknownFact>,
    /// Why the audience is true or not.
    pub audience: Trace,
    /// Why the contract is true or not.
    pub contract: Trace,
}

/// A fact that is unknown, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownFact {
    /// The fact.
    pub fact: Box<str>,
    /// Why.
    pub why: crate::facts::WhyUnknown,
}
