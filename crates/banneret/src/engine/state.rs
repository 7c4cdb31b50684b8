//! A book and what is switched off in it, always read together, and what is worked out of them
//! beforehand.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexSet;

use crate::book::Banner;
use crate::facts::{Cells, Clock, Facts, Value, WrongSchema};
use crate::formula::{Formulas, Node, NodeId, Question};
use crate::index::{Answers, Domains, Index, Moment, Rules, Search, are_walkable};
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
    /// What is asked of banners that their audiences let pass, each once: most ask alike.
    gates: IndexSet<Gate>,
    /// By banner, its gate.
    gate_of: Vec<u32>,
    /// The banners whose audience or contract could come to be true by the passing of time alone.
    turning: Vec<u32>,
    /// The banners that begin one day, by that day.
    starting: Vec<(Time, u32)>,
    /// The facts that audiences and contracts ask about, and the viewer's locale.
    facts: Vec<FactId>,
    /// Whether every audience and contract is small enough to be walked as a tree.
    is_walkable: bool,
    /// By banner, its place in the order in which banners may speak: priority, then name.
    ranks: Vec<u32>,
    by_rank: Vec<u32>,
    locale: Option<FactId>,
}

/// What is asked of a banner that its audience lets pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Gate {
    from: Option<Time>,
    until: Option<Time>,
    kind: usize,
    locales: Vec<Box<str>>,
}

impl Gate {
    fn of(banner: &Banner) -> Gate {
        Gate {
            from: banner.from,
            until: banner.until,
            kind: banner.kind,
            locales: banner.locales.clone(),
        }
    }
}

/// Memory to find in what matches.
#[derive(Clone, Debug, Default)]
pub(super) struct Finding {
    /// Of facts that were made for another vocabulary.
    cells: Cells,
    search: Search,
    /// By gate, whether it lets this account pass, as far as it was asked.
    gates: Vec<Option<bool>>,
    contracts: Answers,
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
        let (schema, formulas) = (&*book.schema, &book.formulas);
        let domains = Domains {
            schema,
            vocabulary: &book.vocabulary,
        };
        let audiences: Vec<NodeId> = book.banners.iter().map(|banner| banner.audience).collect();
        let contracts: Vec<NodeId> = book.kinds.iter().map(|kind| kind.contract).collect();
        let contract = |banner: &Banner| contracts.get(banner.kind).copied();
        let used = book.banners.iter().filter_map(contract);
        let used: Vec<NodeId> = used.chain(audiences.iter().copied()).collect();
        let turning = turning(formulas);
        let turns = |node: NodeId| turning.get(node.index()).copied().unwrap_or(true);
        let numbered = || book.banners.iter().zip(0_u32..);
        let is_turning =
            |banner: &Banner| turns(banner.audience) || contract(banner).is_none_or(turns);
        let turning = numbered().filter(|(banner, _)| is_turning(banner));
        let starting = numbered().filter_map(|(banner, at)| Some((banner.from?, at)));
        let mut starting: Vec<_> = starting.collect();
        starting.sort_unstable();
        let mut by_rank: Vec<_> = numbered()
            .map(|(banner, at)| (std::cmp::Reverse(banner.priority), at))
            .collect();
        by_rank.sort_unstable();
        let by_rank: Vec<u32> = by_rank.into_iter().map(|(_, at)| at).collect();
        let mut ranks = vec![0; by_rank.len()];
        for (banner, rank) in by_rank.iter().zip(0..) {
            if let Some(slot) = ranks.get_mut(*banner as usize) {
                *slot = rank;
            }
        }
        let mut gates = IndexSet::new();
        let gate_of: Vec<u32> = book
            .banners
            .iter()
            .map(|banner| gates.insert_full(Gate::of(banner)).0)
            .map(|gate| u32::try_from(gate).unwrap_or(u32::MAX))
            .collect();
        let locale = schema.id("viewer.locale");
        Made {
            audiences: Index::of(domains, formulas, &audiences),
            contracts: Rules::of(domains, formulas, &contracts),
            gate_of,
            gates,
            turning: turning.map(|(_, at)| at).collect(),
            starting,
            facts: formulas
                .facts_among(&used)
                .into_iter()
                .chain(locale)
                .collect(),
            is_walkable: are_walkable(formulas, &used),
            ranks,
            by_rank,
            locale,
        }
    }
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
        memory: &mut Finding,
        matching: &mut Vec<u32>,
    ) {
        let (made, formulas) = (&*self.made, &self.book.formulas);
        let Finding {
            cells,
            search,
            gates,
            contracts,
        } = memory;
        let moment = Moment::of(clock);
        let account = facts.sealed(&self.book.vocabulary, cells);
        let found = made.audiences.find(formulas, account, moment, search);
        matching.clear();
        if found.is_empty() {
            return;
        }
        gates.clear();
        gates.resize(made.gates.len(), None);
        contracts.forget(self.book.kinds.len());
        for at in found {
            let number = made.gate_of.get(*at as usize);
            let number = number.map_or(usize::MAX, |gate| *gate as usize);
            let Some(gate) = gates.get_mut(number) else {
                continue;
            };
            let passes = *gate.get_or_insert_with(|| {
                made.gates.get_index(number).is_some_and(|gate| {
                    self.undue(gate.from, gate.until, &gate.locales, facts, clock)
                        .is_none()
                        && made
                            .contracts
                            .is_true(gate.kind, formulas, account, moment, contracts)
                })
            });
            if passes && has(&self.on, *at as usize) {
                matching.push(*at);
            }
        }
    }

    /// Whether dates or locales keep a banner back.
    pub(super) fn undue(
        &self,
        from: Option<Time>,
        until: Option<Time>,
        locales: &[Box<str>],
        facts: &Facts,
        clock: Clock,
    ) -> Option<Outcome> {
        if from.is_some_and(|from| clock.now < from) {
            return Some(Outcome::NotYet);
        }
        if until.is_some_and(|until| clock.now >= until) {
            return Some(Outcome::Ended);
        }
        (!self.speaks_to(locales, facts, clock)).then_some(Outcome::Locale)
    }

    /// Whether the viewer's locale is one of those; no locales are all of them.
    pub(super) fn speaks_to(&self, locales: &[Box<str>], facts: &Facts, clock: Clock) -> bool {
        locales.is_empty()
            || match self.locale().map(|locale| facts.read(locale, None, clock)) {
                Some(Ok(Value::Text(viewer))) => {
                    let mut own = locales.iter();
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
        matching: &'s [u32],
    ) -> impl Iterator<Item = usize> + 's {
        let latest = clock.now.plus(clock.skew);
        let mut asked = self.made.facts.iter();
        let is_ahead = asked.any(|fact| facts.as_of(*fact).is_some_and(|as_of| as_of > latest));
        let made = &*self.made;
        let begun = made
            .starting
            .partition_point(|(from, _)| *from <= clock.now);
        let (all, turning, starting) = if is_ahead {
            (0..self.banners(), &[][..], &[][..])
        } else {
            let starting = made.starting.get(begun..).unwrap_or_default();
            (0..0, &*made.turning, starting)
        };
        let starting = starting.iter().map(|(_, at)| at);
        let openers = turning.iter().chain(starting).copied().chain(all);
        let openers = openers.filter(|at| matching.binary_search(at).is_err());
        openers.map(|at| at as usize).filter(|at| !self.is_off(*at))
    }

    fn banners(&self) -> u32 {
        u32::try_from(self.book.banners.len()).unwrap_or(u32::MAX)
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
        self.made.ranks.get(banner).map(|rank| *rank as usize)
    }

    /// The banner in that place.
    pub(super) fn ranked(&self, rank: usize) -> Option<usize> {
        self.made.by_rank.get(rank).map(|banner| *banner as usize)
    }

    pub(super) fn memory(&self) -> Memory {
        let made = &*self.made;
        let words = self.killed.capacity() + self.on.capacity();
        let numbers = made.turning.capacity()
            + made.ranks.capacity()
            + made.by_rank.capacity()
            + made.facts.capacity()
            + made.gate_of.capacity();
        Memory {
            banners: self.book.banners.len(),
            bytes: made.audiences.bytes()
                + made.contracts.bytes()
                + made.gates.len() * size_of::<Gate>()
                + made.starting.capacity() * size_of::<(Time, u32)>()
                + words * size_of::<u64>()
                + numbers * size_of::<u32>(),
        }
    }
}
