//! What a book's own tests say of its banners.

use std::collections::{BTreeMap, HashSet};

use banneret::{
    Book, Case, CaseBody, Clock, DecisionCase, Diagnostic, NodeId, Time, Trace, Truth, Truths,
    WhyUnknown,
};

use crate::lint::Context;

/// The tests of a book that are about what an account sees.
pub(crate) fn decisions(book: &Book) -> impl Iterator<Item = (&Case, &DecisionCase)> {
    book.cases().iter().filter_map(|case| match &case.body {
        CaseBody::Decision(body) => Some((case, body)),
        CaseBody::Source(_) => None,
    })
}

/// The banners that a test says are hidden.
pub(crate) fn hidden(case: &DecisionCase) -> impl Iterator<Item = &str> {
    let because = case.because.iter().map(|(banner, _)| banner);
    case.hides.iter().chain(because).map(|name| &*name.value)
}

/// The banners that some test hides because a fact is stale.
pub(crate) fn hidden_as_stale(book: &Book) -> HashSet<&str> {
    let mut stale = HashSet::new();
    for (case, body) in decisions(book) {
        let Some(now) = case.now else { continue };
        let left: BTreeMap<&str, NodeId> = hidden(body)
            .filter(|name| !stale.contains(name))
            .filter_map(|name| {
                let banner = book.banner(name)?;
                Some((&*banner.name, banner.audience))
            })
            .collect();
        // A fact without an age of its own is as of now, and never stale.
        let has_ages = body.facts.iter().any(|given| given.as_of.is_some());
        if has_ages && !left.is_empty() {
            stale.extend(of_case(book, body, now, &left));
        }
    }
    stale
}

/// Those of the banners that are hidden from a test's account because a fact is stale.
fn of_case<'b>(
    book: &Book,
    case: &DecisionCase,
    now: Time,
    banners: &BTreeMap<&'b str, NodeId>,
) -> Vec<&'b str> {
    // An account that cannot be read keeps the book from loading.
    let Ok(account) = book.account(case, now) else {
        return Vec::new();
    };
    let clock = Clock {
        now,
        skew: book.manifest().clock_skew,
    };
    let audiences: Vec<_> = banners.values().copied().collect();
    let (formulas, audiences) = book.formulas().extract(&audiences);
    let mut truths = Truths::default();
    truths.fill(&formulas, &account.facts, clock);
    let named = banners.keys().copied().zip(audiences);
    let hidden = named.filter(|(_, audience)| {
        let trace = Trace::of(&formulas, *audience, &account.facts, clock, &truths);
        let mut facts = trace.facts().into_iter();
        truths.of(*audience) != Truth::True
            && facts.any(|(_, unknown)| unknown == Some(WhyUnknown::Stale))
    });
    hidden.map(|(name, _)| name).collect()
}

/// Says of each of these banners that a test is missing. Where the book has no tests at all, that
/// is said once.
pub(crate) fn missing(
    context: &Context<'_>,
    without: impl Fn(&banneret::Banner) -> bool,
    finding: impl Fn(&banneret::Banner, banneret::Span) -> Diagnostic,
    found: &mut Vec<Diagnostic>,
) {
    let mut banners = context.banners().filter(|(_, banner)| without(banner));
    let mut say = |(written, banner): (&banneret::ast::Banner, &banneret::Banner), more: usize| {
        let finding = finding(banner, written.name.span);
        found.push(match more {
            0 => finding.banner(&*banner.name),
            more => finding.label(format!(
                "nor of {more} more: the book has no such tests at all"
            )),
        });
    };
    if decisions(context.book).next().is_none() {
        if let Some(first) = banners.next() {
            say(first, banners.count());
        }
        return;
    }
    banners.for_each(|banner| say(banner, 0));
}
