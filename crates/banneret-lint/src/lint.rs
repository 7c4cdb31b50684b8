//! What a lint is, and what it is given.

mod parts;
mod rules;
mod unkept;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use banneret::{
    Banner, Book, Code, Diagnostic, NodeId, Prover, Sources, Span, Time, Unproven, ast,
};

pub(crate) use parts::{Joint, Part, Parts};
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
        }
    }

    /// The banners as they were written, with what they mean.
    pub(crate) fn banners(&self) -> impl Iterator<Item = (&'c ast::Banner, &'c Banner)> {
        self.own().filter_map(|item| match item {
            ast::Item::Banner(banner) => Some((&**banner, self.book.banner(&banner.name.value)?)),
            _ => None,
        })
    }

    fn own(&self) -> impl Iterator<Item = &'c ast::Item> {
        let own = self.items.iter().filter(|(standard, _)| !standard);
        own.map(|(_, item)| item)
    }
}
