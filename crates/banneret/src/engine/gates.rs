//! The gates that a banner passes, in order, and until when each answer holds.

use super::State;
use super::decision::{Decision, Outcome, Shown, UnknownFact, Why};
use crate::book::{Banner, Dismissal, Purpose, Share, bucket};
use crate::eval::{Edges, Trace, Truths, earlier, fact_edge, soonest};
use crate::facts::{Clock, Facts, History, Seen, Value};
use crate::formula::NodeId;
use crate::schema::FactId;
use crate::truth::Truth;
use crate::value::Time;

/// One account at one moment, before one book.
pub(super) struct Account<'a> {
    pub(super) state: &'a State,
    pub(super) facts: &'a Facts,
    pub(super) history: &'a History,
    pub(super) clock: Clock,
    pub(super) truths: &'a Truths,
    pub(super) edges: &'a Edges,
}

impl Account<'_> {
    /// Fills in the decision.
    pub(super) fn decide(&self, decision: &mut Decision) {
        let book = &self.state.book;
        if !std::sync::Arc::ptr_eq(&decision.book, book) {
            decision.book = std::sync::Arc::clone(book);
        }
        decision.outcomes.clear();
        decision.shown.clear();
        decision.valid_until = None;
        decision.placement_until.clear();
        decision
            .placement_until
            .resize(book.manifest.placements.len(), None);
        for (at, banner) in book.banners.iter().enumerate() {
            let outcome = self.gate(at, banner);
            let until = self.until(banner, outcome);
            decision.outcomes.push(outcome);
            decision.valid_until = earlier(decision.valid_until, until);
            for placement in &banner.placements {
                if let Some(slot) = decision.placement_until.get_mut(*placement) {
                    *slot = earlier(*slot, until);
                }
            }
        }
        self.place(decision);
    }

    /// Gives the placements to those who rank highest.
    fn place(&self, decision: &mut Decision) {
        let book = &self.state.book;
        let placements = book.manifest.placements.values().zip(&self.state.ranked);
        for (number, (room, ranked)) in placements.enumerate() {
            let mut free = *room;
            let mut last = None;
            for at in ranked {
                let Some(outcome) = decision.outcomes.get_mut(*at) else {
                    continue;
                };
                match (*outcome, free, last) {
                    (Outcome::Shown | Outcome::Outranked(_), 1.., _) => {
                        free -= 1;
                        last = Some(*at);
                        *outcome = Outcome::Shown;
                        decision.shown.push(Shown {
                            placement: number,
                            banner: *at,
                        });
                    }
                    (Outcome::Shown, 0, Some(by)) if !holds_another(decision, *at) => {
                        put(&mut decision.outcomes, *at, Outcome::Outranked(by));
                    }
                    _ => {}
                }
            }
        }
    }

    /// The first gate that the banner fails at, before placements are given out.
    fn gate(&self, at: usize, banner: &Banner) -> Outcome {
        let on = |list: &[bool]| list.get(at).copied().unwrap_or(true);
        let now = self.clock.now;
        if on(&self.state.killed) {
            return Outcome::Killed;
        }
        if on(&self.state.quarantined) {
            return Outcome::Quarantined;
        }
        if banner.from.is_some_and(|from| now < from) {
            return Outcome::NotYet;
        }
        if banner.until.is_some_and(|until| now >= until) {
            return Outcome::Ended;
        }
        if !self.speaks_to(banner) {
            return Outcome::Locale;
        }
        match self.truths.of(banner.audience) {
            Truth::True => {}
            Truth::False => return Outcome::AudienceFalse,
            Truth::Unknown => return Outcome::AudienceUnknown,
        }
        if !self.truths.of(self.contract(banner)).is_true() {
            return Outcome::Contract;
        }
        self.delivery(banner)
    }

    /// The gates behind audience and contract: to how many, and how often.
    fn delivery(&self, banner: &Banner) -> Outcome {
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
        let Some(seen) = self.history.seen(&banner.name) else {
            return Outcome::Shown;
        };
        if self.capped_until(banner, seen).is_some() {
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

    fn speaks_to(&self, banner: &Banner) -> bool {
        let locale = self.state.book.schema.id("viewer.locale");
        banner.locales.is_empty()
            || match locale.map(|locale| self.facts.read(locale, None, self.clock)) {
                Some(Ok(Value::Text(viewer))) => banner
                    .locales
                    .iter()
                    .any(|own| own.eq_ignore_ascii_case(viewer)),
                _ => false,
            }
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
        let text = match value {
            Value::Text(text) => text.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Enum(code) => schema.fact(share.by)?.kind.value_name(*code)?.to_owned(),
            Value::Time(_) | Value::Codes(_) | Value::Texts(_) => return None,
        };
        Some(bucket(purpose, name, &text) < share.hundredths)
    }

    /// Where the viewer saw the banner as often as they may: the last moment at which that is
    /// so by itself, or the end of time.
    fn capped_until(&self, banner: &Banner, seen: &Seen) -> Option<Time> {
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
        let counted = seen.shown_at.iter().filter(|shown| **shown >= since);
        if counted.clone().count() < times {
            return None;
        }
        let mut counted: Vec<Time> = counted.copied().collect();
        counted.sort_unstable();
        let hinge = counted
            .len()
            .checked_sub(times)
            .and_then(|at| counted.get(at));
        hinge.map(|hinge| hinge.plus(within))
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

    /// The next moment at which a banner could come to match or to be shown, or stop, by itself.
    fn until(&self, banner: &Banner, outcome: Outcome) -> Option<Time> {
        let now = self.clock.now;
        if matches!(outcome, Outcome::Killed | Outcome::Quarantined) {
            return None;
        }
        if !outcome.is_match() {
            return self.shut_until(banner);
        }
        let truths = earlier(
            self.edges.of(banner.audience),
            self.edges.of(self.contract(banner)),
        );
        let matching = earlier(earlier(banner.until, self.locale_edge(banner)), truths);
        let kind = self.state.book.kinds.get(banner.kind);
        let holdout = kind
            .and_then(|kind| kind.holdout)
            .and_then(|share| self.share_edge(share));
        let rollout = banner.rollout.and_then(|share| self.share_edge(share));
        let seen = self.history.seen(&banner.name);
        let capped = seen.and_then(|seen| self.capped_until(banner, seen));
        let dismissed = seen.and_then(|seen| match banner.dismiss? {
            Dismissal::For(length) => Some(seen.dismissed_at?.plus(length)),
            Dismissal::Forever => None,
        });
        let passing = |edge: Option<Time>| soonest(edge.filter(|edge| *edge < Time::MAX), now);
        let delivery = match outcome {
            Outcome::Holdout => holdout,
            Outcome::Rollout => rollout,
            Outcome::Cap => passing(capped),
            Outcome::Dismissed => passing(dismissed),
            Outcome::Clicked => None,
            _ => earlier(holdout, rollout),
        };
        earlier(matching, delivery)
    }

    /// Where a banner does not match: it could only when the last of the gates that are shut
    /// opens, so never where one of them never does.
    fn shut_until(&self, banner: &Banner) -> Option<Time> {
        let now = self.clock.now;
        let ended = banner.until.is_some_and(|until| now >= until);
        let contract = self.contract(banner);
        let gates = [
            (banner.from.is_none_or(|from| now >= from), banner.from),
            (!ended, None),
            (self.speaks_to(banner), self.locale_edge(banner)),
            (
                self.truths.of(banner.audience).is_true(),
                self.edges.of(banner.audience),
            ),
            (self.truths.of(contract).is_true(), self.edges.of(contract)),
        ];
        let shut = gates.into_iter().filter(|(open, _)| !open);
        let opens: Option<Vec<Time>> = shut.map(|(_, edge)| edge).collect();
        opens?.into_iter().max()
    }

    fn share_edge(&self, share: Share) -> Option<Time> {
        match share.hundredths {
            0 | crate::book::BUCKETS.. => None,
            _ => self.fact_edge(share.by),
        }
    }

    fn locale_edge(&self, banner: &Banner) -> Option<Time> {
        let locale = self.state.book.schema.id("viewer.locale");
        locale
            .filter(|_| !banner.locales.is_empty())
            .and_then(|locale| self.fact_edge(locale))
    }

    fn fact_edge(&self, fact: FactId) -> Option<Time> {
        fact_edge(fact, self.facts, self.clock)
    }

    /// Why each banner came out as it did.
    pub(super) fn why(&self, decision: &Decision) -> Vec<Why> {
        let book = &self.state.book;
        let name = |at: usize| book.banners.get(at).map(|banner| banner.name.clone());
        let whys = decision.outcomes().map(|(banner, outcome)| {
            let trace = |root| Trace::of(&book.formulas, root, self.facts, self.clock, self.truths);
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

/// Whether a banner is shown in a placement that was given out before.
fn holds_another(decision: &Decision, at: usize) -> bool {
    decision.shown.iter().any(|shown| shown.banner == at)
}

fn put<T>(list: &mut [T], at: usize, value: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = value;
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
            let codes: Vec<_> = decision.outcomes().map(|(_, one)| one.code()).collect();
            assert_eq!(decision.shows().count(), usize::from(codes == ["shown"]));
            codes[0]
        };
        assert_eq!(outcome(Some(true), now), "shown");
        assert_eq!(outcome(Some(false), now), "contract");
        assert_eq!(outcome(None, now), "contract");
        assert_eq!(outcome(Some(true), stale), "contract");
    }
}
