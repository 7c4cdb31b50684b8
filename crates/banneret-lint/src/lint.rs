//! What a lint is, and what it is given.

mod blame;
mod parts;
mod rules;
mod unkept;
mod wanted;

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use banneret::{
    Banner, Book, Code, Diagnostic, Duration, NodeId, Prover, Sources, Span, Time, Unproven, ast,
};

use crate::copy::Copy;

pub(crate) use blame::{Blame, tell};
pub(crate) use parts::{Joint, Part, Parts, shown};
pub(crate) use rules::{Extent, Rule, What};
pub(crate) use unkept::unproven_help;

/// A lint: what it is called, and what it looks for.
pub(crate) struct Lint {
    pub(crate) code: Code,
    /// Looks at the whole book. Findings have the code's own level.
    pub(crate) check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

/// A rule book that loads, and what lints need to look at it.
pub(crate) struct Context<'c> {
    pub(crate) book: &'c Book,
    /// Its segments, messages and banners as they were written, the library's first, and whether
    /// the library carries them.
    pub(crate) items: &'c [(bool, ast::Item)],
    pub(crate) sources: &'c Sources,
    /// The moment at which waivers and counterexamples are looked at.
    pub(crate) now: Time,
    /// Over the book's own formulas.
    pub(crate) prover: RefCell<Prover<'c>>,
    extents: RefCell<HashMap<NodeId, Result<Extent, Unproven>>>,
    /// The places of which it was said that nothing is proven.
    unproven: RefCell<HashSet<Span>>,
    /// Banners of which it was said that another always comes first, and that other.
    pub(crate) shadowed: RefCell<HashSet<(&'c str, &'c str)>>,
    copy: OnceCell<Copy<'c>>,
}

impl<'c> Context<'c> {
    pub(crate) fn new(
        book: &'c Book,
        items: &'c [(bool, ast::Item)],
        sources: &'c Sources,
        now: Time,
    ) -> Context<'c> {
        let mut prover = Prover::new(book.schema(), book.formulas());
        prover.near(now);
        Context {
            book,
            items,
            sources,
            now,
            prover: RefCell::new(prover),
            extents: RefCell::default(),
            unproven: RefCell::default(),
            shadowed: RefCell::default(),
            copy: OnceCell::new(),
        }
    }

    /// The words of the book.
    pub(crate) fn copy(&self) -> &Copy<'c> {
        self.copy.get_or_init(|| Copy::read(self))
    }

    /// The banners as they were written, with what they mean.
    pub(crate) fn banners(&self) -> impl Iterator<Item = (&'c ast::Banner, &'c Banner)> {
        self.own().filter_map(|item| match item {
            ast::Item::Banner(banner) => Some((&**banner, self.book.banner(&banner.name.value)?)),
            _ => None,
        })
    }

    /// The moment nearest to now at which all of these may be shown.
    pub(crate) fn moment(&self, banners: &[&Banner]) -> Time {
        let until = banners.iter().filter_map(|banner| banner.until).min();
        let last = until.and_then(|until| Some(until.minus(Duration::from_seconds(1)?)));
        let now = last.map_or(self.now, |last| self.now.min(last));
        let from = banners.iter().filter_map(|banner| banner.from).max();
        from.map_or(now, |from| now.max(from))
    }

    fn own(&self) -> impl Iterator<Item = &'c ast::Item> {
        let own = self.items.iter().filter(|(standard, _)| !standard);
        own.map(|(_, item)| item)
    }
}
