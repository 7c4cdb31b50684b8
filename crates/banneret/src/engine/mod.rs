//! A rule book at work: what an account sees now, and why.

mod cases;
mod decision;
mod gates;
mod onward;
mod state;

use std::sync::Arc;

use arc_swap::{ArcSwap, Cache};

use crate::facts::{Facts, FactsBuilder, History, WrongSchema};
use crate::rulebook::Book;
use crate::value::Time;

use gates::{Account, Counting, Filled};
use state::{Finding, State};

pub use cases::CaseResult;
pub use decision::{Decision, Matches, Outcome, Show, UnknownFact, Why};
pub use state::Memory;

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
    state: Arc<ArcSwap<State>>,
}

/// Memory that decisions use again and again; one a thread. After the first decision none of them
/// allocates.
#[derive(Debug)]
pub struct Scratch {
    state: Cache<Arc<ArcSwap<State>>, Arc<State>>,
    finding: Finding,
    matching: Vec<u32>,
    counting: Counting,
    asked: onward::Asked,
    /// For books whose formulas are too large to be walked.
    filled: Filled,
    decision: Decision,
}

impl Engine {
    /// An engine with that book.
    #[must_use]
    pub fn new(book: Book) -> Engine {
        let state = State::new(Arc::new(book));
        Engine {
            state: Arc::new(ArcSwap::from_pointee(state)),
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
            state: Cache::new(Arc::clone(&self.state)),
            finding: Finding::default(),
            matching: Vec::new(),
            counting: Counting::default(),
            asked: onward::Asked::default(),
            filled: Filled::default(),
            decision: Decision::of(self.book()),
        }
    }

    /// The banners that are true for the account now: in their dates and locales, audience and
    /// contract definitely true, not switched off or withheld. What still decides whether they
    /// are shown (holdout, rollout, how often, placements) is not asked: see [`Engine::decide`].
    ///
    /// # Errors
    /// Where the facts were made for a schema other than the present book's.
    #[inline]
    pub fn matches<'s>(
        &self,
        facts: &Facts,
        now: Time,
        scratch: &'s mut Scratch,
    ) -> Result<Matches<'s>, WrongSchema> {
        scratch.belong_to(self);
        let Scratch {
            state,
            finding,
            matching,
            ..
        } = scratch;
        let state = state.load();
        state.fits(facts)?;
        state.find(facts, state.clock(now), finding, matching);
        Ok(Matches {
            banners: &state.book.banners,
            matching,
        })
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
        scratch.belong_to(self);
        let Scratch {
            state,
            finding,
            matching,
            counting,
            asked,
            filled,
            decision,
        } = scratch;
        let state = state.load();
        state.fits(facts)?;
        let clock = state.clock(now);
        state.find(facts, clock, finding, matching);
        let others = state.openers(facts, clock, matching);
        let matching = matching.iter().map(|at| *at as usize);
        if state.is_walkable() {
            let told = onward::Walked::of(&state.book.formulas, facts, clock, asked);
            let account = Account {
                state,
                facts,
                history,
                clock,
                told: &told,
            };
            account.decide(matching, others, counting, decision);
        } else {
            filled.fill(&state.book.formulas, facts, clock);
            let account = Account {
                state,
                facts,
                history,
                clock,
                told: filled,
            };
            account.decide(matching, others, counting, decision);
        }
        Ok(decision)
    }

    /// What came of every banner, in the order of their names: worked out by the plain evaluator,
    /// which [`Engine::decide`] must agree with and is much quicker than.
    ///
    /// # Errors
    /// As for [`Engine::decide`].
    pub fn outcomes(
        &self,
        facts: &Facts,
        history: &History,
        now: Time,
    ) -> Result<Vec<Outcome>, WrongSchema> {
        self.plainly(facts, history, now, |account| account.outcomes().1)
    }

    /// What [`Engine::decide`] answers, worked out by the plain evaluator: what tests and benches
    /// hold it to.
    ///
    /// # Errors
    /// As for [`Engine::decide`].
    pub fn decide_plainly(
        &self,
        facts: &Facts,
        history: &History,
        now: Time,
    ) -> Result<Decision, WrongSchema> {
        self.plainly(facts, history, now, |account| account.outcomes().0)
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
        self.plainly(facts, history, now, |account| account.why())
    }

    fn plainly<T>(
        &self,
        facts: &Facts,
        history: &History,
        now: Time,
        look: impl FnOnce(&Account<'_, Filled>) -> T,
    ) -> Result<T, WrongSchema> {
        let state = self.state.load();
        state.fits(facts)?;
        let clock = state.clock(now);
        let mut filled = Filled::default();
        filled.fill(&state.book.formulas, facts, clock);
        Ok(look(&Account {
            state: &state,
            facts,
            history,
            clock,
            told: &filled,
        }))
    }

    /// How much memory the present book takes for deciding.
    #[must_use]
    pub fn memory(&self) -> Memory {
        self.state.load().memory()
    }

    /// Answers from another book from the next decision on. Kills stay.
    pub fn replace(&self, book: Book) {
        let fresh = State::new(Arc::new(book));
        self.state
            .rcu(|state| fresh.with_kills(state.kills().clone()));
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
        let killed = self.state.load().kills().contains(banner);
        self.with_kills(|kills| _ = kills.remove(banner));
        killed
    }

    /// The names that [`Engine::kill`] switched off.
    #[must_use]
    pub fn kills(&self) -> Vec<Box<str>> {
        self.state.load().kills().iter().cloned().collect()
    }

    fn with_kills(&self, change: impl Fn(&mut state::Kills)) {
        self.state.rcu(|state| {
            let mut kills = state.kills().clone();
            change(&mut kills);
            state.with_kills(kills)
        });
    }
}

impl Scratch {
    /// Memory that was made by another engine is taken over: it must not answer from its book.
    #[inline]
    fn belong_to(&mut self, engine: &Engine) {
        if !std::ptr::eq(self.state.arc_swap(), &*engine.state) {
            self.state = Cache::new(Arc::clone(&engine.state));
        }
    }
}
