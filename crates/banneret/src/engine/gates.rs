//! The gates that a banner passes, in order, and until when each answer holds.

use std::io::Write as _;

use super::State;
use super::decision::{Decision, Outcome, Shown, UnknownFact, Why};
use crate::book::{Banner, Dismissal, Purpose, Share, bucket};
use crate::eval::{Edges, Trace, Truths, earlier, fact_edge, soonest};
use crate::facts::{Clock, Facts, History, Seen, Value};
use crate::formula::{Formulas, NodeId};
use crate::schema::FactId;
use crate::truth::Truth;
use crate::value::Time;

/// What is true of formulas for one account at one moment, and until when by itself.
pub(super) trait Told {
    /// Whether a formula is definitely true.
    fn holds(&self, formula: NodeId) -> bool;

    /// When a formula that holds could stop by itself.
    fn closes(&self, formula: NodeId) -> Option<Time>;

    /// When a formula that does not hold could come to by itself.
    fn opens(&self, formula: NodeId) -> Option<Time>;
}

/// Every formula of a book, worked out by the plain evaluator.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) truths: Truths,
    edges: Edges,
}

impl Filled {
    pub(super) fn fill(&mut self, formulas: &Formulas, facts: &Facts, clock: Clock) {
        self.truths.fill(formulas, facts, clock);
        self.edges.fill(formulas, facts, clock, &self.truths);
    }
}

impl Told for Filled {
    fn holds(&self, formula: NodeId) -> bool {
        self.truths.of(formula).is_true()
    }

    fn closes(&self, formula: NodeId) -> Option<Time> {
        self.edges.of(formula)
    }

    fn opens(&self, formula: NodeId) -> Option<Time> {
        self.edges.of(formula)
    }
}

/// Memory for the gates.
#[derive(Clone, Debug, Default)]
pub(super) struct Counting {
    /// Impressions that a cap counts.
    shown: Vec<Time>,
    /// By placement, the ranks of those who want it, and then of those who have it.
    wanted: Vec<(usize, usize)>,
    ranks: Vec<usize>,
    /// By kind, what was asked of its contract.
    contracts: Vec<Contract>,
}

/// A contract before one account at one moment, as far as it was asked: many banners share it.
#[derive(Clone, Copy, Debug, Default)]
struct Contract {
    /// When it could stop to hold by itself.
    closes: Option<Option<Time>>,
    /// Whether it holds, or else when it could come to by itself.
    open: Option<Result<(), Option<Time>>>,
}

impl Counting {
    /// Gives each placement to the best of those who want it: `wants` goes through ranks, each with
    /// a placement.
    fn give<W: Iterator<Item = (usize, usize)>>(
        &mut self,
        rooms: impl ExactSizeIterator<Item = usize>,
        wants: impl Fn() -> W,
    ) {
        let Counting { wanted, ranks, .. } = self;
        wanted.clear();
        wanted.resize(rooms.len(), (0, 0));
        let mut all = 0;
        for (_, placement) in wants() {
            if let Some((_, count)) = wanted.get_mut(placement) {
                *count += 1;
                all += 1;
            }
        }
        let mut start = 0;
        for (first, count) in &mut *wanted {
            *first = start;
            start += std::mem::take(count);
        }
        ranks.clear();
        ranks.resize(all, 0);
        for (rank, placement) in wants() {
            if let Some((first, count)) = wanted.get_mut(placement)
                && let Some(slot) = ranks.get_mut(*first + *count)
            {
                *slot = rank;
                *count += 1;
            }
        }
        for ((first, count), room) in wanted.iter_mut().zip(rooms) {
            let Some(mut best) = ranks.get_mut(*first..*first + *count) else {
                continue;
            };
            if room < best.len() {
                best = best.select_nth_unstable(room).0;
            }
            best.sort_unstable();
            *count = best.len();
        }
    }

    /// The ranks that have a placement, best first.
    fn given(&self, placement: usize) -> &[usize] {
        let given = self.wanted.get(placement);
        let ranks = given.and_then(|(first, count)| self.ranks.get(*first..first + count));
        ranks.unwrap_or_default()
    }
}

/// One account at one moment, before one book.
pub(super) struct Account<'a, T> {
    pub(super) state: &'a State,
    pub(super) facts: &'a Facts,
    pub(super) history: &'a History,
    pub(super) clock: Clock,
    pub(super) told: &'a T,
}

impl<T: Told> Account<'_, T> {
    /// Fills in the decision: of the banners that match, given by their places, and how long it
    /// holds, which also hangs on those of the others that could come to match by themselves.
    pub(super) fn decide(
        &self,
        matching: impl Iterator<Item = usize>,
        others: impl Iterator<Item = usize>,
        counting: &mut Counting,
        decision: &mut Decision,
    ) {
        let book = &self.state.book;
        decision.begin(book);
        counting.contracts.clear();
        counting
            .contracts
            .resize(book.kinds.len(), Contract::default());
        let banner = |at: usize| book.banners.get(at).map(|banner| (at, banner));
        for (at, banner) in matching.filter_map(banner) {
            let seen = self.history.seen(&banner.name);
            let outcome = self.delivery(banner, seen, counting);
            decision.matching.push((at, outcome));
            decision.hold(banner, self.until(banner, outcome, seen, counting));
        }
        for (at, banner) in others.filter_map(banner) {
            debug_assert!(!self.state.is_off(at), "what is off stays off");
            decision.hold(banner, self.shut_until(banner, counting));
        }
        self.place(decision, counting);
    }

    /// Gives the placements to those who rank highest, and says who is outranked by whom: by the last
    /// of those in the first placement that a banner wanted.
    fn place(&self, decision: &mut Decision, counting: &mut Counting) {
        let state = self.state;
        let Decision {
            matching, shown, ..
        } = decision;
        let wants = |at: usize| {
            let banner = state.book.banners.get(at);
            banner.map_or(&[][..], |banner| &banner.placements)
        };
        let rooms = state.book.manifest.placements.values();
        counting.give(rooms.map(|room| *room as usize), || {
            let able = matching.iter();
            let able = able.filter(|(_, outcome)| *outcome == Outcome::Shown);
            let able = able.filter_map(|(at, _)| Some((state.rank(*at)?, wants(*at))));
            able.flat_map(|(rank, placements)| placements.iter().map(move |place| (rank, *place)))
        });
        for placement in 0..counting.wanted.len() {
            let given = counting.given(placement).iter();
            let given = given.filter_map(|rank| state.ranked(*rank));
            shown.extend(given.map(|banner| Shown { placement, banner }));
        }
        for (at, outcome) in matching {
            let (Outcome::Shown, Some(rank)) = (&outcome, state.rank(*at)) else {
                continue;
            };
            let placements = wants(*at).iter();
            let mut given = placements.clone().map(|place| counting.given(*place));
            if given.any(|given| given.binary_search(&rank).is_ok()) {
                continue;
            }
            let taken = placements.filter(|place| !counting.given(**place).is_empty());
            let last = taken.min().and_then(|first| counting.given(*first).last());
            if let Some(last) = last.and_then(|rank| state.ranked(*rank)) {
                *outcome = Outcome::Outranked(last);
            }
        }
    }

    /// The first gate up to audience and contract that the banner fails at; nothing where it
    /// matches.
    pub(super) fn shut(&self, at: usize, banner: &Banner, audience: Truth) -> Option<Outcome> {
        if self.state.is_killed(at) {
            return Some(Outcome::Killed);
        }
        if self.state.is_off(at) {
            return Some(Outcome::Quarantined);
        }
        if let Some(outcome) = self.state.undue(
            banner.from,
            banner.until,
            &banner.locales,
            self.facts,
            self.clock,
        ) {
            return Some(outcome);
        }
        match audience {
            Truth::True => {}
            Truth::False => return Some(Outcome::AudienceFalse),
            Truth::Unknown => return Some(Outcome::AudienceUnknown),
        }
        (!self.told.holds(self.contract(banner))).then_some(Outcome::Contract)
    }

    /// The gates behind audience and contract: to how many, and how often.
    fn delivery(&self, banner: &Banner, seen: Option<&Seen>, counting: &mut Counting) -> Outcome {
        let kind = self.state.book.kinds.get(banner.kind);
        let held = kind.and_then(|kind| Some((kind, kind.holdout?)));
        if held.is_some_and(|(kind, share)| {
            self.share(Purpose::Holdout, &kind.name, share) != Some(false)
        }) {
            return Outcome::Holdout;
        }
        let rollout = banner.rollout;
        if rollout
            .is_some_and(|share| self.share(Purpose::Rollout, &banner.name, share) != Some(true))
        {
            return Outcome::Rollout;
        }
        let Some(seen) = seen else {
            return Outcome::Shown;
        };
        if self.capped_until(banner, seen, counting).is_some() {
            return Outcome::Cap;
        }
        if self.dismissed(banner, seen) {
            return Outcome::Dismissed;
        }
        if banner.ends_on_click && seen.clicked_at.is_some() {
            return Outcome::Clicked;
        }
        Outcome::Shown
    }

    fn contract(&self, banner: &Banner) -> NodeId {
        let kind = self.state.book.kinds.get(banner.kind);
        kind.map_or(NodeId::FALSE, |kind| kind.contract)
    }

    /// Whether the account is in a share; nothing where that hangs on a fact that is unknown.
    fn share(&self, purpose: Purpose, name: &str, share: Share) -> Option<bool> {
        match share.hundredths {
            0 => return Some(false),
            crate::book::BUCKETS.. => return Some(true),
            _ => {}
        }
        let value = self.facts.read(share.by, None, self.clock).ok()?;
        let schema = self.facts.schema();
        let bucket = match value {
            Value::Text(text) => bucket(purpose, name, text),
            Value::Int(number) => bucket(purpose, name, Digits::of(*number).text()),
            Value::Bool(true) => bucket(purpose, name, "true"),
            Value::Bool(false) => bucket(purpose, name, "false"),
            Value::Enum(code) => {
                let named = schema.fact(share.by)?.kind.value_name(*code)?;
                bucket(purpose, name, named)
            }
            Value::Time(_) | Value::Codes(_) | Value::Texts(_) => return None,
        };
        Some(bucket < share.hundredths)
    }

    /// Where the viewer saw the banner as often as they may: the last moment at which that is
    /// so by itself, or the end of time.
    fn capped_until(&self, banner: &Banner, seen: &Seen, counting: &mut Counting) -> Option<Time> {
        let cap = banner.cap?;
        let times = cap.times as usize;
        if times == 0 {
            return Some(Time::MAX);
        }
        let Some(within) = cap.within else {
            return (seen.shown_at.len() >= times).then_some(Time::MAX);
        };
        // The impression that the cap hangs on is the N-th latest; one dated ahead counts too.
        let since = self.clock.now.minus(within);
        let counted = &mut counting.shown;
        counted.clear();
        let shown = seen.shown_at.iter().copied();
        counted.extend(shown.filter(|shown| *shown >= since));
        let hinge = counted.len().checked_sub(times)?;
        // `times` is at least one, so the hinge is one of them.
        let (_, hinge, _) = counted.select_nth_unstable(hinge);
        Some(hinge.plus(within))
    }

    fn dismissed(&self, banner: &Banner, seen: &Seen) -> bool {
        let (Some(dismiss), Some(at)) = (banner.dismiss, seen.dismissed_at) else {
            return false;
        };
        let words = seen.dismissed_copy.as_deref();
        let same = words.is_none_or(|words| *words == *banner.copy_hash);
        same && match dismiss {
            Dismissal::Forever => true,
            Dismissal::For(length) => self.clock.now <= at.plus(length),
        }
    }

    /// The next moment at which a banner that matches could stop, or come to be shown or not, by
    /// itself.
    fn until(
        &self,
        banner: &Banner,
        outcome: Outcome,
        seen: Option<&Seen>,
        counting: &mut Counting,
    ) -> Option<Time> {
        let now = self.clock.now;
        let contract = counting.contracts.get_mut(banner.kind);
        let contract = contract.and_then(|contract| {
            let closes = || self.told.closes(self.contract(banner));
            *contract.closes.get_or_insert_with(closes)
        });
        let truths = earlier(self.told.closes(banner.audience), contract);
        let matching = earlier(earlier(banner.until, self.locale_edge(banner)), truths);
        let kind = self.state.book.kinds.get(banner.kind);
        let holdout = kind
            .and_then(|kind| kind.holdout)
            .and_then(|share| self.share_edge(share));
        let rollout = banner.rollout.and_then(|share| self.share_edge(share));
        let passing = |edge: Option<Time>| soonest(edge.filter(|edge| *edge < Time::MAX), now);
        let delivery = match outcome {
            Outcome::Holdout => holdout,
            Outcome::Rollout => rollout,
            Outcome::Cap => {
                passing(seen.and_then(|seen| self.capped_until(banner, seen, counting)))
            }
            Outcome::Dismissed => passing(seen.and_then(|seen| match banner.dismiss? {
                Dismissal::For(length) => Some(seen.dismissed_at?.plus(length)),
                Dismissal::Forever => None,
            })),
            Outcome::Clicked => None,
            _ => earlier(holdout, rollout),
        };
        earlier(matching, delivery)
    }

    /// Where a banner does not match: it could only when the last of the gates that are shut
    /// opens, so never where one of them never does.
    fn shut_until(&self, banner: &Banner, counting: &mut Counting) -> Option<Time> {
        let now = self.clock.now;
        if banner.until.is_some_and(|until| now >= until) {
            return None;
        }
        let mut latest = banner.from.filter(|from| now < *from);
        if !self
            .state
            .speaks_to(&banner.locales, self.facts, self.clock)
        {
            latest = latest.max(Some(self.locale_edge(banner)?));
        }
        let contract = counting.contracts.get_mut(banner.kind)?;
        let open = contract
            .open
            .get_or_insert_with(|| self.open(self.contract(banner)));
        if let Err(opens) = *open {
            latest = latest.max(Some(opens?));
        }
        if let Err(opens) = self.open(banner.audience) {
            latest = latest.max(Some(opens?));
        }
        latest
    }

    /// Whether a formula holds, or else when it could come to by itself.
    fn open(&self, formula: NodeId) -> Result<(), Option<Time>> {
        if self.told.holds(formula) {
            Ok(())
        } else {
            Err(self.told.opens(formula))
        }
    }

    fn share_edge(&self, share: Share) -> Option<Time> {
        match share.hundredths {
            0 | crate::book::BUCKETS.. => None,
            _ => self.fact_edge(share.by),
        }
    }

    fn locale_edge(&self, banner: &Banner) -> Option<Time> {
        self.state
            .locale()
            .filter(|_| !banner.locales.is_empty())
            .and_then(|locale| self.fact_edge(locale))
    }

    fn fact_edge(&self, fact: FactId) -> Option<Time> {
        fact_edge(fact, self.facts, self.clock)
    }
}

impl Account<'_, Filled> {
    /// What came of every banner, by the plain evaluator.
    pub(super) fn outcomes(&self) -> (Decision, Vec<Outcome>) {
        let book = &self.state.book;
        let banners = book.banners.iter().enumerate();
        let shut =
            banners.map(|(at, banner)| self.shut(at, banner, self.told.truths.of(banner.audience)));
        let mut outcomes: Vec<Option<Outcome>> = shut.collect();
        let places = |open: bool| {
            let outcomes = outcomes.iter().enumerate();
            outcomes.filter_map(move |(at, outcome)| (outcome.is_none() == open).then_some(at))
        };
        let mut decision = Decision::of(std::sync::Arc::clone(book));
        self.decide(
            places(true),
            places(false).filter(|at| !self.state.is_off(*at)),
            &mut Counting::default(),
            &mut decision,
        );
        for (at, outcome) in &decision.matching {
            if let Some(slot) = outcomes.get_mut(*at) {
                *slot = Some(*outcome);
            }
        }
        let outcomes = outcomes
            .into_iter()
            .map(|one| one.unwrap_or(Outcome::Shown));
        let outcomes = outcomes.collect();
        (decision, outcomes)
    }

    /// Why each banner came out as it did.
    pub(super) fn why(&self) -> Vec<Why> {
        let book = &self.state.book;
        let name = |at: usize| book.banners.get(at).map(|banner| banner.name.clone());
        let (_, outcomes) = self.outcomes();
        let whys = book.banners.iter().zip(outcomes).map(|(banner, outcome)| {
            let truths = &self.told.truths;
            let trace = |root| Trace::of(&book.formulas, root, self.facts, self.clock, truths);
            let audience = trace(banner.audience);
            let contract = trace(self.contract(banner));
            let deciding = match outcome {
                Outcome::AudienceUnknown => audience.facts(),
                Outcome::Contract => contract.facts(),
                _ => Vec::new(),
            };
            let unknown = deciding.into_iter().filter_map(|(fact, why)| {
                let fact = fact.into();
                Some(UnknownFact { fact, why: why? })
            });
            Why {
                banner: banner.name.clone(),
                reason: outcome.code(),
                outranked_by: match outcome {
                    Outcome::Outranked(by) => name(by),
                    _ => None,
                },
                quarantined_because: book.quarantined.get(&banner.name).cloned(),
                unknown: unknown.collect(),
                audience,
                contract,
            }
        });
        whys.collect()
    }
}

/// A whole number as it is written, without memory of its own: 64 bits have at most 20 characters.
struct Digits([u8; 20], usize);

impl Digits {
    fn of(number: i64) -> Digits {
        let mut digits = [0; 20];
        let mut rest = digits.as_mut_slice();
        // There is room for every number.
        let _ = write!(rest, "{number}");
        let free = rest.len();
        Digits(digits, digits.len() - free)
    }

    fn text(&self) -> &str {
        let digits = self.0.get(..self.1).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Book, Engine, History, Time};

    /// The third line of defence: were a banner that may tell an untruth neither found by the lint
    /// nor withheld by the proof at load, its contract is still evaluated at each decision.
    #[test]
    fn the_contract_is_evaluated_even_where_nothing_was_withheld() {
        let book = Book::from_files([
            (
                "banneret.yaml",
                "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}",
            ),
            (
                "schema.yaml",
                "facts:\n  t.in: {type: bool}\n  t.claim: {type: bool, fresh_for: 1h}\n",
            ),
            ("copy/en.ftl", "words = Words.\n    .kind = claim\n"),
            (
                "rules.banner",
                "message claim:\n  requires t.claim\n\nbanner bold:\n  message claim\n  audience t.in\n  \
                 placement top\n  copy words\n  owner \"tests\"\n",
            ),
        ]);
        let mut book = book.unwrap();
        assert_eq!(book.quarantined().count(), 1, "the second line of defence");
        book.quarantined.clear();
        let engine = Engine::new(book);
        let now: Time = "2026-05-04T12:00:00Z".parse().unwrap();
        let stale: Time = "2026-05-04T10:59:59Z".parse().unwrap();
        let outcome = |claim: Option<bool>, as_of| {
            let facts = engine.facts().set("t.in", true).unwrap();
            let facts = facts.set("t.claim", claim).unwrap().as_of(as_of).build();
            let mut scratch = engine.scratch();
            let decided = engine.decide(&facts, &History::new(), now, &mut scratch);
            let decision = decided.unwrap();
            let shows = decision.shows().count();
            let outcomes = engine.outcomes(&facts, &History::new(), now).unwrap();
            let codes: Vec<_> = outcomes.iter().map(|one| one.code()).collect();
            assert_eq!(shows, usize::from(codes == ["shown"]));
            codes[0]
        };
        assert_eq!(outcome(Some(true), now), "shown");
        assert_eq!(outcome(Some(false), now), "contract");
        assert_eq!(outcome(None, now), "contract");
        assert_eq!(outcome(Some(true), stale), "contract");
    }
}
