//! A book and what is switched off in it, always read together, and what is worked out of them
//! beforehand.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::book::Banner;
use crate::facts::{Clock, Facts, Value, WrongSchema};
use crate::formula::{Formulas, Node, NodeId, Question};
use crate::index::{Answers, Hits, Index, Moment, Rules, are_walkable};
use crate::rulebook::Book;
use crate::schema::FactId;
use crate::value::Time;

use super::decision::Outcome;

/// The host's kills by name; a name may be of a banner that a later book brings.
pub(super) type Kills = BTreeSet<Box<str>>;

/// A book at work.
#[derive(Debug)]
pub(super) struct State {
    pub(super) book: Arc<Book>,
    made: Arc<Made>,
    kills: Kills,
    /// A bit for each banner that the book or the host has switched off.
    killed: Vec<u64>,
    /// A bit for each banner that is neither switched off nor withheld as wrong.
    on: Vec<u64>,
}

/// What is worked out of a book once.
#[derive(Debug)]
struct Made {
    audiences: Index,
    contracts: Rules,
    /// By banner, its message kind.
    kinds: Vec<u32>,
    /// A bit for each banner that has dates or locales.
    gated: Vec<u64>,
    /// The banners that could come to match by the passing of time alone.
    openers: Vec<usize>,
    /// Every banner, for accounts with facts that are dated ahead.
    all: Vec<usize>,
    /// The facts that audiences and contracts ask about, and the viewer's locale.
    facts: Vec<FactId>,
    /// Whether every audience and contract is small enough to be walked as a tree.
    is_walkable: bool,
    /// By banner, its place in the order in which banners may speak: priority, then name.
    ranks: Vec<usize>,
    by_rank: Vec<usize>,
    locale: Option<FactId>,
}

/// How much memory a book takes for deciding, beside the book itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// How many banners there are.
    pub banners: usize,
    /// How many bytes are taken by the index of their audiences, the contracts of their kinds,
    /// and what is known of each banner beforehand.
    pub bytes: usize,
}

fn bits(count: usize, is_set: impl Fn(usize) -> bool) -> Vec<u64> {
    let mut words = vec![0; count.div_ceil(64)];
    for at in (0..count).filter(|at| is_set(*at)) {
        if let Some(word) = words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }
    words
}

fn has(words: &[u64], at: usize) -> bool {
    let word = words.get(at / 64);
    word.is_some_and(|word| word >> (at % 64) & 1 == 1)
}

impl Made {
    fn of(book: &Book) -> Made {
        let (schema, formulas) = (&book.schema, &book.formulas);
        let audiences: Vec<NodeId> = book.banners.iter().map(|banner| banner.audience).collect();
        let contracts: Vec<NodeId> = book.kinds.iter().map(|kind| kind.contract).collect();
        let contract = |banner: &Banner| contracts.get(banner.kind).copied();
        let used = book.banners.iter().filter_map(contract);
        let used: Vec<NodeId> = used.chain(audiences.iter().copied()).collect();
        let turning = turning(formulas);
        let turns = |node: NodeId| turning.get(node.index()).copied().unwrap_or(true);
        let count = book.banners.len();
        let is = |is: &dyn Fn(&Banner) -> bool| {
            let found = |at: usize| book.banners.get(at).is_some_and(is);
            (0..count).filter(move |at| found(*at)).collect::<Vec<_>>()
        };
        let gated = is(&|banner| {
            banner.from.is_some() || banner.until.is_some() || !banner.locales.is_empty()
        });
        let mut by_rank: Vec<usize> = (0..count).collect();
        let rank = |at: &usize| {
            let banner = book.banners.get(*at);
            (banner.map(|banner| std::cmp::Reverse(banner.priority)), *at)
        };
        by_rank.sort_unstable_by_key(rank);
        let mut ranks = vec![0; count];
        for (rank, banner) in by_rank.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(*banner) {
                *slot = rank;
            }
        }
        let locale = schema.id("viewer.locale");
        Made {
            kinds: kinds(book),
            gated: bits(count, |at| gated.binary_search(&at).is_ok()),
            openers: is(&|banner| {
                banner.from.is_some()
                    || turns(banner.audience)
                    || contract(banner).is_none_or(turns)
            }),
            all: (0..count).collect(),
            facts: formulas
                .facts_among(&used)
                .into_iter()
                .chain(locale)
                .collect(),
            is_walkable: are_walkable(formulas, &used),
            ranks,
            by_rank,
            locale,
            audiences: Index::of(schema, formulas, &audiences),
            contracts: Rules::of(schema, formulas, &contracts),
        }
    }
}

fn kinds(book: &Book) -> Vec<u32> {
    let kinds = book.banners.iter().map(|banner| banner.kind);
    kinds
        .map(|kind| u32::try_from(kind).unwrap_or(u32::MAX))
        .collect()
}

/// By formula, whether it could come to be true by the passing of time alone, given facts that are
/// not dated ahead: it asks how far away a moment is, or whether something is unknown.
fn turning(formulas: &Formulas) -> Vec<bool> {
    let mut turning: Vec<bool> = Vec::with_capacity(formulas.len());
    for node in formulas.nodes() {
        let turns = match node {
            Node::False | Node::True => false,
            Node::Atom(id) => formulas
                .atom(*id)
                .is_none_or(|atom| matches!(atom.question, Question::Unknown | Question::Away(_))),
            Node::All(parts) | Node::Any(parts) => {
                let mut parts = parts.iter();
                parts.any(|part| turning.get(part.index()).copied().unwrap_or(true))
            }
        };
        turning.push(turns);
    }
    turning
}

impl State {
    pub(super) fn new(book: Arc<Book>) -> State {
        let made = Arc::new(Made::of(&book));
        State::with(book, made, Kills::new())
    }

    /// The same book with other kills.
    pub(super) fn with_kills(&self, kills: Kills) -> State {
        State::with(Arc::clone(&self.book), Arc::clone(&self.made), kills)
    }

    fn with(book: Arc<Book>, made: Arc<Made>, kills: Kills) -> State {
        let listed: BTreeSet<&str> = book.kills.iter().map(|kill| &*kill.banner).collect();
        let name = |at: usize| book.banners.get(at).map(|banner| &*banner.name);
        let is_killed =
            |at: usize| name(at).is_none_or(|name| listed.contains(name) || kills.contains(name));
        let count = book.banners.len();
        let killed = bits(count, is_killed);
        let on = bits(count, |at| {
            !has(&killed, at) && name(at).is_some_and(|name| !book.quarantined.contains_key(name))
        });
        State {
            book,
            made,
            kills,
            killed,
            on,
        }
    }

    pub(super) fn kills(&self) -> &Kills {
        &self.kills
    }

    pub(super) fn clock(&self, now: Time) -> Clock {
        Clock {
            now,
            skew: self.book.manifest.clock_skew,
        }
    }

    #[inline]
    pub(super) fn fits(&self, facts: &Facts) -> Result<(), WrongSchema> {
        let same = facts.schema().fingerprint() == self.book.schema.fingerprint();
        same.then_some(()).ok_or(WrongSchema)
    }

    /// Finds the banners that match, in the order of their names.
    #[inline]
    pub(super) fn find(
        &self,
        facts: &Facts,
        clock: Clock,
        hits: &mut Hits,
        contracts: &mut Answers,
        matching: &mut Vec<usize>,
    ) {
        let (made, formulas) = (&*self.made, &self.book.formulas);
        let moment = Moment::of(clock);
        made.audiences.find(formulas, facts, moment, hits);
        contracts.forget(self.book.kinds.len());
        matching.clear();
        hits.keep(&self.on);
        hits.retain(|at| {
            let kind = made.kinds.get(at).map_or(usize::MAX, |kind| *kind as usize);
            let keeps = made
                .contracts
                .is_true(kind, formulas, facts, moment, contracts)
                && (!has(&made.gated, at) || self.is_due(at, facts, clock));
            if keeps {
                matching.push(at);
            }
            keeps
        });
    }

    fn is_due(&self, at: usize, facts: &Facts, clock: Clock) -> bool {
        let banner = self.book.banners.get(at);
        banner.is_some_and(|banner| self.undue(banner, facts, clock).is_none())
    }

    /// Whether its dates or its locales keep a banner back.
    pub(super) fn undue(&self, banner: &Banner, facts: &Facts, clock: Clock) -> Option<Outcome> {
        if banner.from.is_some_and(|from| clock.now < from) {
            return Some(Outcome::NotYet);
        }
        if banner.until.is_some_and(|until| clock.now >= until) {
            return Some(Outcome::Ended);
        }
        (!self.speaks_to(banner, facts, clock)).then_some(Outcome::Locale)
    }

    /// Whether a banner has words in the viewer's locale.
    pub(super) fn speaks_to(&self, banner: &Banner, facts: &Facts, clock: Clock) -> bool {
        banner.locales.is_empty()
            || match self.locale().map(|locale| facts.read(locale, None, clock)) {
                Some(Ok(Value::Text(viewer))) => {
                    let mut own = banner.locales.iter();
                    own.any(|own| own.eq_ignore_ascii_case(viewer))
                }
                _ => false,
            }
    }

    /// The banners that do not match and could come to by themselves: of an account with facts
    /// that are dated ahead any could.
    pub(super) fn openers<'s>(
        &'s self,
        facts: &Facts,
        clock: Clock,
        hits: &'s Hits,
    ) -> impl Iterator<Item = usize> + 's {
        let latest = clock.now.plus(clock.skew);
        let mut asked = self.made.facts.iter();
        let is_ahead = asked.any(|fact| facts.as_of(*fact).is_some_and(|as_of| as_of > latest));
        let openers = if is_ahead {
            &self.made.all
        } else {
            &self.made.openers
        };
        let openers = openers.iter().copied();
        openers.filter(|at| !hits.has(*at) && !self.is_off(*at))
    }

    pub(super) fn is_walkable(&self) -> bool {
        self.made.is_walkable
    }

    pub(super) fn is_killed(&self, at: usize) -> bool {
        has(&self.killed, at)
    }

    /// Whether a banner is switched off or withheld as wrong.
    pub(super) fn is_off(&self, at: usize) -> bool {
        !has(&self.on, at)
    }

    pub(super) fn locale(&self) -> Option<FactId> {
        self.made.locale
    }

    /// A banner's place in the order in which banners may speak.
    pub(super) fn rank(&self, banner: usize) -> Option<usize> {
        self.made.ranks.get(banner).copied()
    }

    /// The banner in that place.
    pub(super) fn ranked(&self, rank: usize) -> Option<usize> {
        self.made.by_rank.get(rank).copied()
    }

    pub(super) fn memory(&self) -> Memory {
        let made = &*self.made;
        let places = made.openers.capacity()
            + made.all.capacity()
            + made.ranks.capacity()
            + made.by_rank.capacity();
        let words = made.gated.capacity() + self.killed.capacity() + self.on.capacity();
        let numbers = made.kinds.capacity() + made.facts.capacity();
        Memory {
            banners: self.book.banners.len(),
            bytes: made.audiences.bytes()
                + made.contracts.bytes()
                + places * size_of::<usize>()
                + words * size_of::<u64>()
                + numbers * size_of::<u32>(),
        }
    }
}
