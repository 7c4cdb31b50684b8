//! A rule book at work: what an account sees now, and why.

mod cases;
mod decision;
mod gates;

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::eval::{Edges, Truths};
use crate::facts::{Clock, Facts, FactsBuilder, History, WrongSchema};
use crate::rulebook::Book;
use crate::value::Time;

pub use cases::CaseResult;
pub use decision::{Decision, Outcome, Show, UnknownFact, Why};

/// A rule book that answers, from any thread. Reading takes no lock; a book is replaced as a
/// whole, between two decisions.
///
/// ```
/// # let files = [
/// #     ("banneret.yaml", "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}"),
/// #     ("schema.yaml", "include: [billing@1]"),
/// #     ("copy/en.ftl", "hello = Good to see you.\n    .kind = greeting\n"),
/// #     ("hello.banner", "message greeting:\n\nbanner hello:\n  message greeting\n  audience viewer.role == owner\n  placement top\n  copy hello\n  owner \"growth\"\n"),
/// # ];
/// use banneret::{Book, Engine, History, Time};
///
/// let engine = Engine::new(Book::from_files(files)?);
/// let now: Time = "2026-05-04T12:00:00Z".parse()?;
/// let facts = engine.facts().set("viewer.role", "owner")?.as_of(now).build();
/// let mut scratch = engine.scratch();
/// let decision = engine.decide(&facts, &History::new(), now, &mut scratch)?;
/// assert_eq!(decision.matches().collect::<Vec<_>>(), ["hello"]);
///
/// engine.kill("hello");
/// let decision = engine.decide(&facts, &History::new(), now, &mut scratch)?;
/// assert_eq!(decision.shows().count(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Engine {
    state: ArcSwap<State>,
}

/// A book and what is switched off in it, always read together.
#[derive(Debug)]
struct State {
    book: Arc<Book>,
    /// The host's kills by name; a name may be of a banner that a later book brings.
    kills: BTreeSet<Box<str>>,
    /// By banner: whether the book or the host has switched it off.
    killed: Vec<bool>,
    /// By banner: whether it is withheld as wrong.
    quarantined: Vec<bool>,
    /// By placement: its banners in the order in which they may speak, priority, then name.
    ranked: Vec<Vec<usize>>,
}

impl State {
    fn new(book: Arc<Book>, kills: BTreeSet<Box<str>>) -> State {
        let listed: BTreeSet<&str> = book.kills.iter().map(|kill| &*kill.banner).collect();
        let banners = book.banners.iter();
        let killed = banners
            .clone()
            .map(|banner| listed.contains(&*banner.name) || kills.contains(&banner.name));
        let killed = killed.collect();
        let quarantined = banners
            .clone()
            .map(|banner| book.quarantined.contains_key(&banner.name));
        let quarantined = quarantined.collect();
        let mut order: Vec<_> = banners
            .enumerate()
            .map(|(at, banner)| (-i128::from(banner.priority), at))
            .collect();
        order.sort_unstable();
        let mut ranked = vec![Vec::new(); book.manifest.placements.len()];
        for (_, at) in order {
            let placements = book.banners.get(at).map(|banner| &banner.placements);
            for placement in placements.into_iter().flatten() {
                if let Some(ranked) = ranked.get_mut(*placement) {
                    ranked.push(at);
                }
            }
        }
        State {
            book,
            kills,
            killed,
            quarantined,
            ranked,
        }
    }

    fn clock(&self, now: Time) -> Clock {
        Clock {
            now,
            skew: self.book.manifest.clock_skew,
        }
    }
}

/// Memory that decisions use again and again; one a thread.
#[derive(Debug)]
pub struct Scratch {
    truths: Truths,
    edges: Edges,
    decision: Decision,
}

impl Engine {
    /// An engine with that book.
    #[must_use]
    pub fn new(book: Book) -> Engine {
        let state = State::new(Arc::new(book), BTreeSet::new());
        Engine {
            state: ArcSwap::from_pointee(state),
        }
    }

    /// The book that it answers from now.
    #[must_use]
    pub fn book(&self) -> Arc<Book> {
        Arc::clone(&self.state.load().book)
    }

    /// Facts about an account, to be gathered for the present book's schema.
    #[must_use]
    pub fn facts(&self) -> FactsBuilder {
        self.state.load().book.facts()
    }

    /// Memory for decisions.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch {
            truths: Truths::default(),
            edges: Edges::default(),
            decision: Decision::of(self.book()),
        }
    }

    /// What the account sees now. Pure: the same facts, history and moment give the same answer
    /// from the same book.
    ///
    /// # Errors
    /// Where the facts were made for a schema other than the present book's.
    pub fn decide<'s>(
        &self,
        facts: &Facts,
        history: &History,
        now: Time,
        scratch: &'s mut Scratch,
    ) -> Result<&'s Decision, WrongSchema> {
        let state = self.state.load();
        state.fits(facts)?;
        let clock = state.clock(now);
        let Scratch {
            truths,
            edges,
            decision,
        } = scratch;
        truths.fill(&state.book.formulas, facts, clock);
        edges.fill(&state.book.formulas, facts, clock, truths);
        let account = gates::Account {
            state: &state,
            facts,
            history,
            clock,
            truths,
            edges,
        };
        account.decide(decision);
        Ok(decision)
    }

    /// Why the account sees or does not see each banner, in the order of their names.
    ///
    /// # Errors
    /// As for [`Engine::decide`].
    pub fn why(
        &self,
        facts: &Facts,
        history: &History,
        now: Time,
    ) -> Result<Vec<Why>, WrongSchema> {
        let state = self.state.load();
        state.fits(facts)?;
        let clock = state.clock(now);
        let (mut truths, mut edges) = (Truths::default(), Edges::default());
        truths.fill(&state.book.formulas, facts, clock);
        edges.fill(&state.book.formulas, facts, clock, &truths);
        let account = gates::Account {
            state: &state,
            facts,
            history,
            clock,
            truths: &truths,
            edges: &edges,
        };
        let mut decision = Decision::of(Arc::clone(&state.book));
        account.decide(&mut decision);
        Ok(account.why(&decision))
    }

    /// Answers from another book from the next decision on. Kills stay.
    pub fn replace(&self, book: Book) {
        let book = Arc::new(book);
        self.state
            .rcu(|state| State::new(Arc::clone(&book), state.kills.clone()));
    }

    /// Switches a banner off from the next decision of every thread on, also in later books.
    /// False where the present book has no such banner; the kill holds all the same.
    pub fn kill(&self, banner: &str) -> bool {
        self.with_kills(|kills| _ = kills.insert(banner.into()));
        self.book().banner(banner).is_some()
    }

    /// Takes back a kill of [`Engine::kill`]; one of `kills.yaml` stays. False where there was
    /// none.
    pub fn revive(&self, banner: &str) -> bool {
        let killed = self.state.load().kills.contains(banner);
        self.with_kills(|kills| _ = kills.remove(banner));
        killed
    }

    /// The names that [`Engine::kill`] switched off.
    #[must_use]
    pub fn kills(&self) -> Vec<Box<str>> {
        self.state.load().kills.iter().cloned().collect()
    }

    fn with_kills(&self, change: impl Fn(&mut BTreeSet<Box<str>>)) {
        self.state.rcu(|state| {
            let mut kills = state.kills.clone();
            change(&mut kills);
            State::new(Arc::clone(&state.book), kills)
        });
    }
}

impl State {
    fn fits(&self, facts: &Facts) -> Result<(), WrongSchema> {
        let same = facts.schema().fingerprint() == self.book.schema.fingerprint();
        same.then_some(()).ok_or(WrongSchema)
    }
}
