//! Decisions on random books: what matches is what the oracle says, and an answer holds as long as
//! it says.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use banneret::{Book, Decision, Engine, Facts, History, Time, WrongSchema};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::accounts::{Account, Value, account, facts};
use crate::books::{Draft, draft, history, name};
use crate::cases;
use crate::oracle::Oracle;
use crate::rules::{BOUNDS, LENGTHS, micros};
use crate::world::{DAY, FACTS, HOUR, MINUTE, NOW, SKEW, WORLD, time};

/// Everything of a decision that a host can see, but how long it holds.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    matches: Vec<String>,
    placements: BTreeMap<String, Vec<String>>,
}

/// A viewer before an engine.
struct Viewer<'a> {
    engine: &'a Engine,
    facts: Facts,
    history: &'a History,
}

impl Viewer<'_> {
    fn at<T>(&self, now: i64, look: impl FnOnce(&Decision) -> T) -> T {
        let mut scratch = self.engine.scratch();
        let decided = self
            .engine
            .decide(&self.facts, self.history, time(now), &mut scratch);
        look(decided.unwrap())
    }
}

fn seen(decision: &Decision) -> Seen {
    let mut placements: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for show in decision.shows() {
        let placement = placements.entry(show.placement.to_owned()).or_default();
        placement.push(show.banner.to_owned());
    }
    let matches = decision.matches().map(str::to_owned).collect();
    Seen {
        matches,
        placements,
    }
}

fn engine(draft: &Draft) -> Engine {
    Engine::new(draft.book())
}

fn with_locale(account: &Account, locale: &str, engine: &Engine) -> Facts {
    let of_account = facts(engine.book().schema(), account);
    let viewer = engine.facts().set("viewer.locale", locale).unwrap().build();
    of_account.merge(&viewer).unwrap()
}

/// What should match, by the oracle; which banners are withheld is given.
fn matching(
    draft: &Draft,
    withheld: &BTreeSet<String>,
    account: &Account,
    now: i64,
    german: bool,
) -> Vec<String> {
    let oracle = Oracle { account, now };
    let holds = |rule| oracle.truth(rule) == Some(true);
    let numbered = draft.banners.iter().enumerate();
    let matching = numbered.filter(|(at, banner)| {
        let is_killed = draft.first_is_killed && *at == 0;
        let is_off = is_killed || withheld.contains(&name(*at));
        !is_off
            && banner.from.is_none_or(|from| from <= now)
            && banner.until.is_none_or(|until| now < until)
            && (german || !banner.german)
            && holds(&banner.audience)
            && (!banner.claims || holds(&draft.requirement))
    });
    matching.map(|(at, _)| name(at)).collect()
}

/// The banners that would tell this account an untruth, by the oracle: it is in the audience, and
/// what the kind requires is not true of it.
fn lying(draft: &Draft, account: &Account, now: i64) -> Vec<String> {
    let oracle = Oracle { account, now };
    let holds = |rule| oracle.truth(rule) == Some(true);
    let numbered = draft.banners.iter().enumerate();
    let lying = numbered.filter(|(_, banner)| {
        banner.claims && holds(&banner.audience) && !holds(&draft.requirement)
    });
    lying.map(|(at, _)| name(at)).collect()
}

/// The banners that were withheld when the book was read.
fn withheld(engine: &Engine) -> BTreeSet<String> {
    let book = engine.book();
    let withheld = book.quarantined().map(|(name, _)| name.to_owned());
    withheld.collect()
}

#[test]
fn what_matches_is_what_the_oracle_says() {
    let (matched, claimed, lies) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(cases(100));
    let viewers = vec((account(), history(), any::<bool>(), -2 * DAY..2 * DAY), 30);
    let outcome = runner.run(&(draft(), viewers), |(draft, viewers)| {
        let engine = engine(&draft);
        let withheld = withheld(&engine);
        let mut numbered = draft.banners.iter().enumerate();
        prop_assert!(
            numbered.all(|(at, banner)| banner.claims || !withheld.contains(&name(at))),
            "what requires nothing is withheld: {:?}",
            withheld
        );
        let mut scratch = engine.scratch();
        for (account, history, german, away) in &viewers {
            let (now, locale) = (NOW + away, if *german { "de" } else { "en" });
            let facts = with_locale(account, locale, &engine);
            let decision = engine
                .decide(&facts, history, time(now), &mut scratch)
                .unwrap();
            let wanted = matching(&draft, &withheld, account, now, *german);
            let seen = seen(decision);
            prop_assert_eq!(&seen.matches, &wanted);
            for lie in lying(&draft, account, now) {
                prop_assert!(withheld.contains(&lie), "{} is not withheld", lie);
                lies.set(lies.get() + 1);
            }
            let shown: Vec<_> = seen.placements.values().flatten().collect();
            prop_assert!(
                shown.iter().all(|banner| wanted.contains(banner)),
                "{:?}",
                seen
            );
            prop_assert!(seen.placements.get("bar").is_none_or(|bar| bar.len() == 1));
            prop_assert!(
                seen.placements
                    .get("inline")
                    .is_none_or(|inline| inline.len() <= 2)
            );
            matched.set(matched.get() + wanted.len());
            let claims = draft.banners.iter().enumerate();
            let claims = claims.filter(|(at, one)| one.claims && wanted.contains(&name(*at)));
            claimed.set(claimed.get() + claims.count());

            // Memory that was used before changes nothing, and `why` tells the same.
            let until = decision.valid_until();
            let came: Vec<_> = decision
                .outcomes()
                .map(|(banner, outcome)| (banner.name.clone(), outcome))
                .collect();
            let viewer = Viewer {
                engine: &engine,
                facts: facts.clone(),
                history,
            };
            prop_assert_eq!(
                viewer.at(now, |fresh| (self::seen(fresh), fresh.valid_until())),
                (seen.clone(), until)
            );

            // The plain evaluator tells the same, to the moment, and so does `why`.
            let plain = engine.decide_plainly(&facts, history, time(now)).unwrap();
            prop_assert_eq!((self::seen(&plain), plain.valid_until()), (seen, until));
            let outcomes = engine.outcomes(&facts, history, time(now)).unwrap();
            let book = engine.book();
            let named = book.banners().iter().zip(&outcomes);
            let matching = named.filter(|(_, outcome)| outcome.is_match());
            let matching = matching.map(|(banner, outcome)| (banner.name.clone(), *outcome));
            prop_assert_eq!(matching.collect::<Vec<_>>(), came);
            let whys = engine.why(&facts, history, time(now)).unwrap();
            let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.code()).collect();
            prop_assert_eq!(whys.iter().map(|why| why.reason).collect::<Vec<_>>(), codes);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let (matched, claimed, lies) = (matched.get(), claimed.get(), lies.get());
    assert!(
        matched > 500 && claimed > 50 && lies > 100,
        "too few to tell: {matched} matches, {claimed} of them with claims; {lies} lies"
    );
}

/// Every moment at which something could change, and the moments beside it.
fn candidates(draft: &Draft, account: &Account, history: &History, now: i64) -> BTreeSet<i64> {
    let lengths: Vec<i64> = LENGTHS.iter().chain(BOUNDS).copied().map(micros).collect();
    let steps = [MINUTE, HOUR, DAY]
        .into_iter()
        .flat_map(|unit| (0..4).map(move |n| n * unit));
    let fresh = FACTS
        .iter()
        .filter_map(|fact| fact.fresh_for.map(|minutes| minutes * MINUTE));
    let lengths: BTreeSet<i64> = lengths.into_iter().chain(steps).chain(fresh).collect();
    let mut edges = Vec::new();
    for word in account.iter().flatten() {
        edges.extend(word.as_of.map(|as_of| as_of - SKEW));
        let moment = if let Value::Time(moment) = word.value {
            Some(moment)
        } else {
            None
        };
        for start in word.as_of.into_iter().chain(moment) {
            edges.extend(
                lengths
                    .iter()
                    .flat_map(|length| [start - length, start + length]),
            );
        }
    }
    for (at, banner) in draft.banners.iter().enumerate() {
        edges.extend(banner.from.into_iter().chain(banner.until));
        let Some(seen) = history.seen(&name(at)) else {
            continue;
        };
        let moments = seen.shown_at.iter().chain(&seen.dismissed_at);
        let moments = moments.map(|moment| moment.as_unix_micros());
        edges.extend(moments.flat_map(|moment| lengths.iter().map(move |length| moment + length)));
    }
    let beside = edges
        .into_iter()
        .flat_map(|edge| [edge - 1, edge, edge + 1]);
    beside.filter(|moment| *moment > now).collect()
}

fn before(until: Option<Time>) -> i64 {
    until.map_or(i64::MAX, Time::as_unix_micros)
}

#[test]
fn an_answer_holds_as_long_as_it_says() {
    let (looks, turns) = (Cell::new(0_u64), Cell::new(0_u64));
    let mut runner = TestRunner::new(cases(120));
    let viewers = vec(
        (account(), history(), any::<bool>(), vec(0..20 * DAY, 20)),
        4,
    );
    let outcome = runner.run(&(draft(), viewers), |(draft, viewers)| {
        let engine = engine(&draft);
        for (account, history, german, random) in &viewers {
            let facts = with_locale(account, if *german { "de" } else { "en" }, &engine);
            let viewer = Viewer {
                engine: &engine,
                facts,
                history,
            };
            let (now, whole, placements) = viewer.at(NOW, |decision| {
                let shows = decision.shows();
                let placements =
                    shows.map(|show| (show.placement.to_owned(), before(show.valid_until)));
                let placements: BTreeMap<_, _> = placements.collect();
                (seen(decision), before(decision.valid_until()), placements)
            });
            let longest = placements.values().copied().max().unwrap_or(0).max(whole);
            let mut moments = candidates(&draft, account, history, NOW);
            moments.extend(random.iter().map(|away| NOW + away));
            for moment in moments.iter().copied().filter(|moment| *moment < longest) {
                let then = viewer.at(moment, seen);
                looks.set(looks.get() + 1);
                if moment < whole {
                    prop_assert_eq!(
                        &then,
                        &now,
                        "at {}, before {}",
                        time(moment),
                        time(whole.min(NOW + 9000 * DAY))
                    );
                }
                for (placement, _) in placements.iter().filter(|(_, until)| moment < **until) {
                    prop_assert_eq!(
                        then.placements.get(placement),
                        now.placements.get(placement),
                        "{} at {}",
                        placement,
                        time(moment)
                    );
                }
            }
            turns.set(turns.get() + u64::from(whole < i64::MAX));
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        looks.get() > 5_000 && turns.get() > 100,
        "{} looks, {} turns",
        looks.get(),
        turns.get()
    );
}

#[test]
fn facts_of_another_schema_are_refused() {
    let engine = Engine::new(WORLD.book.clone());
    let other = crate::world::schema().replace("max: 7", "max: 8");
    let files = [
        ("banneret.yaml", crate::world::MANIFEST),
        ("schema.yaml", &other),
    ];
    let other = Book::from_files(files).unwrap();
    let (facts, now) = (other.facts().build(), time(NOW));
    let mut scratch = engine.scratch();
    let refused = engine.decide(&facts, &History::new(), now, &mut scratch);
    assert_eq!(refused.err(), Some(WrongSchema));
    assert_eq!(
        engine.why(&facts, &History::new(), now).err(),
        Some(WrongSchema)
    );
    assert!(engine.facts().build().merge(&facts).is_err());
    let own = engine.facts().build();
    assert!(
        engine
            .decide(&own, &History::new(), now, &mut scratch)
            .is_ok()
    );
}
