//! A banner that others always outrank.
//!
//! A banner is shadowed in a placement where, at every account that it is for, the placement's
//! places are taken by banners that rank higher and that nothing holds back. Most banners are
//! cleared by one account: the smallest that they are for, of which so little is known that little
//! else is true of it. Only the rest is put to a solver, and only what that calls shadowed is proven
//! once more, by the diagrams, to say by whom.

use std::collections::{BTreeMap, HashMap};

use banneret::{
    Answer, BUCKETS, Banner, Book, Clock, Code, Diagnostic, Duration, Formulas, Level, NodeId,
    Space, Span, Time, Truths, Witness,
};

use crate::lint::{Context, Lint};
use crate::sat::{Found, Sat, Statement, Tally};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN304",
        name: "shadowed",
        level: Level::Warning,
        firm: false,
        summary: "a banner that others always outrank",
        page: include_str!("shadowed.md"),
    },
    check,
};

/// The conflicts that one search may take. A usual one takes none.
const CONFLICTS: u64 = 20_000;
/// The conflicts that the searches of one placement may take together with their whole budgets;
/// beyond it each has a hundredth.
const WHOLE_BUDGETS: u64 = 100_000;
/// A solver is not asked to count more than this: banners times places.
const LARGEST: usize = 1_000_000;
/// More banners than this are not named as those that shadow one.
const MOST_NAMED: usize = 12;
/// More banners than this are not tried for whether they shadow one by themselves.
const MOST_TRIED: usize = 200;

/// What is in a banner's way in one placement.
enum Shadow {
    /// These, by their ranks: no fewer of them do.
    By(Vec<usize>),
    /// So many together, and which of them it takes was not found out.
    Many(usize),
    /// Nobody can say.
    Unproven,
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let space = Space::new(context.book.schema(), context.book.formulas(), &[]);
    let placements = context.book.manifest().placements.iter().enumerate();
    let rankings = placements
        .map(|(number, (name, places))| Ranking::new(context, &space, number, name, *places));
    let mut rankings: Vec<_> = rankings.collect();
    let mut shadows: BTreeMap<&str, Vec<(usize, Shadow)>> = BTreeMap::new();
    for (number, ranking) in rankings.iter_mut().enumerate() {
        for rank in 0..ranking.banners.len() {
            if let Some(shadow) = ranking.shadow(rank) {
                let name = &*ranking.banners[rank].name;
                shadows.entry(name).or_default().push((number, shadow));
            }
        }
    }
    let places: HashMap<&str, Span> = context
        .banners()
        .map(|(written, banner)| (&*banner.name, written.name.span))
        .collect();
    let report = Report {
        context,
        rankings,
        places,
    };
    for (name, shadows) in shadows {
        if let Some(banner) = context.book.banner(name) {
            report.tell(banner, &shadows, found);
        }
    }
}

/// What a banner passes beside its audience, and those who see it have passed with it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Gate<'c> {
    from: Option<Time>,
    until: Option<Time>,
    locales: &'c [Box<str>],
    /// Its kind.
    kind: usize,
    /// Whether some never see any banner of that kind.
    held: bool,
}

impl<'c> Gate<'c> {
    fn of(book: &Book, banner: &'c Banner) -> Gate<'c> {
        let holdout = book.kind_of(banner).and_then(|kind| kind.holdout);
        Gate {
            from: banner.from,
            until: banner.until,
            locales: &banner.locales,
            kind: banner.kind,
            held: holdout.is_some_and(|share| share.hundredths > 0),
        }
    }

    /// Whether it is open wherever the other is.
    fn covers(&self, other: &Gate<'_>) -> bool {
        let begins = self
            .from
            .is_none_or(|from| other.from.is_some_and(|other| from <= other));
        let ends = self
            .until
            .is_none_or(|until| other.until.is_some_and(|other| until >= other));
        let own = |locale: &str| {
            self.locales
                .iter()
                .any(|own| own.eq_ignore_ascii_case(locale))
        };
        let speaks = self.locales.is_empty()
            || (!other.locales.is_empty() && other.locales.iter().all(|locale| own(locale)));
        // A holdout takes the same people from every banner of its kind.
        begins && ends && speaks && (!self.held || self.kind == other.kind)
    }
}

/// The banners of one placement, the one that outranks all others first.
struct Ranking<'s, 'c> {
    context: &'s Context<'c>,
    space: &'s Space,
    name: &'c str,
    /// How many are shown at once.
    places: usize,
    banners: Vec<&'c Banner>,
    gates: Vec<Gate<'c>>,
    /// Whether nothing but its gate and its audience ever holds it back.
    steady: Vec<bool>,
    /// Their audiences alone, to be evaluated.
    formulas: Formulas,
    audiences: Vec<NodeId>,
    truths: Truths,
    union: Option<Union<'s, 'c>>,
}

impl<'s, 'c> Ranking<'s, 'c> {
    fn new(
        context: &'s Context<'c>,
        space: &'s Space,
        number: usize,
        name: &'c str,
        places: u32,
    ) -> Ranking<'s, 'c> {
        let book = context.book;
        // What is withheld is never shown for a better reason, and takes nobody's place.
        let withheld: Vec<&str> = book.quarantined().map(|(name, _)| name).collect();
        let ours = book.banners().iter().filter(|banner| {
            banner.placements.contains(&number) && withheld.binary_search(&&*banner.name).is_err()
        });
        let mut banners: Vec<&Banner> = ours.collect();
        // They come by name, which decides between equals.
        banners.sort_by_key(|banner| std::cmp::Reverse(banner.priority));
        let audiences: Vec<_> = banners.iter().map(|banner| banner.audience).collect();
        let (formulas, audiences) = book.formulas().extract(&audiences);
        Ranking {
            context,
            space,
            name,
            places: usize::try_from(places).unwrap_or(usize::MAX),
            gates: banners
                .iter()
                .map(|banner| Gate::of(book, banner))
                .collect(),
            steady: banners
                .iter()
                .map(|banner| is_steady(book, banner))
                .collect(),
            banners,
            formulas,
            audiences,
            truths: Truths::default(),
            union: None,
        }
    }

    /// What is in the way of the banner of that rank; nothing where it is shown to somebody, or
    /// where it is for nobody.
    fn shadow(&mut self, rank: usize) -> Option<Shadow> {
        let before = (0..rank).filter(|other| self.is_before(*other, rank));
        let before: Vec<usize> = before.collect();
        if before.len() < self.places {
            return None;
        }
        let audience = self.banners[rank].audience;
        let smallest = match self.find(audience, &[]) {
            Answer::Nobody => return None,
            Answer::Somebody(witness) => Some(witness),
            Answer::Unproven(_) => None,
        };
        let there = smallest.map(|witness| self.those_for(&witness, &before));
        if there
            .as_ref()
            .is_some_and(|there| there.len() < self.places)
        {
            return None;
        }
        match self.search(rank) {
            Found::Somebody => None,
            Found::Unproven => Some(Shadow::Unproven),
            Found::Nobody => Some(self.by_whom(audience, &before, &there.unwrap_or_default())),
        }
    }

    fn is_before(&self, other: usize, rank: usize) -> bool {
        self.steady[other] && self.gates[other].covers(&self.gates[rank])
    }

    fn find(&self, audience: NodeId, without: &[NodeId]) -> Answer {
        self.context.prover.borrow_mut().find(&[audience], without)
    }

    /// Those of some banners that are for an account.
    fn those_for(&mut self, witness: &Witness, of: &[usize]) -> Vec<usize> {
        let facts = witness.facts(self.context.book.schema());
        let clock = Clock {
            now: witness.now,
            skew: Duration::default(),
        };
        self.truths.fill(&self.formulas, &facts, clock);
        let those = of.iter().filter(|rank| {
            let audience = self.audiences[**rank];
            self.truths.of(audience).is_true()
        });
        those.copied().collect()
    }

    fn search(&mut self, rank: usize) -> Found {
        let places = self.places;
        if places.saturating_mul(rank) > LARGEST {
            return Found::Unproven;
        }
        let (formulas, space) = (self.context.book.formulas(), self.space);
        let mut union = self.union.take().unwrap_or_else(|| Union {
            sat: Sat::new(formulas, space),
            tally: Tally::up_to(places),
            counted: 0,
            gates: HashMap::new(),
        });
        let found = union.search(self, rank);
        self.union = Some(union);
        found
    }

    /// Which of those `before` fill the places for the whole audience; `there` are those that do
    /// for one account of it.
    fn by_whom(&mut self, audience: NodeId, before: &[usize], there: &[usize]) -> Shadow {
        let mut named = Vec::new();
        for rank in there.iter().take(MOST_TRIED) {
            if self.find(audience, &[self.banners[*rank].audience]) == Answer::Nobody {
                named.push(*rank);
            }
            if named.len() == self.places {
                return Shadow::By(named);
            }
        }
        while named.len() <= MOST_NAMED {
            match self.left_by(audience, &named) {
                Answer::Nobody => return Shadow::By(self.fewest(audience, named)),
                Answer::Unproven(_) => break,
                Answer::Somebody(witness) => {
                    let there = self.those_for(&witness, before);
                    let mut more = there.iter().filter(|rank| !named.contains(rank));
                    match more.next() {
                        Some(more) if there.len() >= self.places => named.push(*more),
                        // The diagrams know somebody whom the solver does not: one of them errs.
                        _ => return Shadow::Unproven,
                    }
                }
            }
        }
        Shadow::Many(before.len())
    }

    /// Leaves out those without whom the others fill the places too.
    fn fewest(&self, audience: NodeId, mut named: Vec<usize>) -> Vec<usize> {
        for place in (0..named.len()).rev() {
            let rank = named.remove(place);
            if self.left_by(audience, &named) != Answer::Nobody {
                named.insert(place, rank);
            }
        }
        named.sort_unstable();
        named
    }

    /// Somebody of the audience for whom a place is left by those banners: for whom all but fewer
    /// than there are places are not.
    fn left_by(&self, audience: NodeId, named: &[usize]) -> Answer {
        let fewer = (self.places - 1).min(named.len());
        let mut last = Answer::Nobody;
        for some in 0_u32..1 << named.len() {
            if usize::try_from(some.count_ones()) != Ok(fewer) {
                continue;
            }
            let others = named
                .iter()
                .enumerate()
                .filter(|(at, _)| some >> at & 1 == 0);
            let others = others.map(|(_, rank)| self.banners[*rank].audience);
            let others: Vec<_> = others.collect();
            last = self.find(audience, &others);
            if last != Answer::Nobody {
                break;
            }
        }
        last
    }
}

/// Whether nothing but dates, locales, a holdout and its audience ever holds a banner back.
fn is_steady(book: &Book, banner: &Banner) -> bool {
    let killed = || book.kills().iter().any(|kill| kill.banner == banner.name);
    let to_all = banner
        .rollout
        .is_none_or(|share| share.hundredths >= BUCKETS);
    to_all && banner.cap.is_none() && banner.dismiss.is_none() && !banner.ends_on_click && !killed()
}

/// The steady banners of one placement down to some rank, as a solver knows them.
struct Union<'s, 'c> {
    sat: Sat<'s>,
    tally: Tally,
    counted: usize,
    /// For each gate, that it is open.
    gates: HashMap<Gate<'c>, Statement>,
}

impl<'c> Union<'_, 'c> {
    /// Looks for an account of the banner of that rank that leaves it a place.
    fn search(&mut self, ranking: &Ranking<'_, 'c>, rank: usize) -> Found {
        for other in self.counted..rank {
            if ranking.steady[other] {
                let audience = self.sat.formula(ranking.banners[other].audience);
                let gate = ranking.gates[other].clone();
                let open = *self.gates.entry(gate).or_insert_with(|| self.sat.free());
                self.tally.add(&mut self.sat, &[audience, open]);
            }
        }
        self.counted = self.counted.max(rank);
        let Some(full) = self.tally.is_full() else {
            return Found::Somebody;
        };
        let gate = &ranking.gates[rank];
        let open = self.gates.iter().filter(|(other, _)| other.covers(gate));
        let mut these: Vec<_> = open.map(|(_, open)| *open).collect();
        these.push(!full);
        these.push(self.sat.formula(ranking.banners[rank].audience));
        let conflicts = match self.sat.conflicts() {
            0..WHOLE_BUDGETS => CONFLICTS,
            _ => CONFLICTS / 100,
        };
        self.sat.find(&these, conflicts)
    }
}

/// Says what was found, in the words of the book.
struct Report<'s, 'c> {
    context: &'s Context<'c>,
    rankings: Vec<Ranking<'s, 'c>>,
    /// Where each banner's name stands.
    places: HashMap<&'c str, Span>,
}

impl<'c> Report<'_, 'c> {
    fn tell(&self, banner: &'c Banner, shadows: &[(usize, Shadow)], found: &mut Vec<Diagnostic>) {
        let unproven = |shadow: &Shadow| matches!(shadow, Shadow::Unproven);
        let everywhere = shadows.len() == banner.placements.len()
            && !shadows.iter().any(|(_, shadow)| unproven(shadow));
        if everywhere {
            found.push(self.shadowed(banner, shadows, "anywhere"));
            return;
        }
        for one in shadows {
            let placement = self.rankings[one.0].name;
            found.push(match unproven(&one.1) {
                true => self.unproven(banner, placement),
                false => {
                    let place = format!("in `{placement}`");
                    self.shadowed(banner, std::slice::from_ref(one), &place)
                }
            });
        }
    }

    fn shadowed(&self, banner: &'c Banner, shadows: &[(usize, Shadow)], place: &str) -> Diagnostic {
        let ways: Vec<String> = shadows.iter().map(|shadow| self.way(shadow)).collect();
        let same = ways.iter().all(|way| *way == ways[0]);
        let way = match same {
            true => ways[0].clone(),
            false => "others always come first in each of its placements".to_owned(),
        };
        let message = format!("`{}` is never shown {place}: {way}", banner.name);
        let mut finding = Diagnostic::new(&LINT.code, self.place(banner), message)
            .label(format!("priority {}", banner.priority))
            .banner(&*banner.name);
        let mut told: Vec<&str> = Vec::new();
        let mut least = None;
        for (number, shadow) in shadows {
            let Shadow::By(ranks) = shadow else {
                continue;
            };
            for rank in ranks {
                let other = self.rankings[*number].banners[*rank];
                let mut told_of = self.context.shadowed.borrow_mut();
                told_of.insert((&banner.name, &other.name));
                least = least.into_iter().chain([other.priority]).min();
                if !told.contains(&&*other.name) {
                    told.push(&other.name);
                    finding = finding.related(self.place(other), goes_first(other, banner));
                }
            }
        }
        let narrower = "narrow who sees those before it, or choose another placement";
        finding.help(match least {
            Some(least) => format!("give it a priority above {least}, {narrower}"),
            None => format!("give it a higher priority, {narrower}"),
        })
    }

    /// How the places are taken.
    fn way(&self, (number, shadow): &(usize, Shadow)) -> String {
        let ranking = &self.rankings[*number];
        let places = match ranking.places {
            1 => String::new(),
            places => format!(", and `{}` has {places} places", ranking.name),
        };
        match shadow {
            Shadow::By(ranks) => {
                let names = ranks.iter().map(|rank| &*ranking.banners[*rank].name);
                let verb = if ranks.len() == 1 { "comes" } else { "come" };
                let together = if ranks.len() > ranking.places {
                    "together always"
                } else {
                    "always"
                };
                format!("{} {together} {verb} first{places}", listed(names))
            }
            Shadow::Many(count) => {
                format!("the {count} banners above it together always come first{places}")
            }
            Shadow::Unproven => String::new(),
        }
    }

    fn unproven(&self, banner: &Banner, placement: &str) -> Diagnostic {
        let message = format!(
            "whether `{}` is ever shown in `{placement}` was not proven: the search went over its budget",
            banner.name
        );
        Diagnostic::new(&super::unproven::LINT.code, self.place(banner), message)
            .help(
                "let fewer banners share the placement, or ask for less in the audiences above it",
            )
            .banner(&*banner.name)
    }

    fn place(&self, banner: &Banner) -> Span {
        self.places
            .get(&*banner.name)
            .copied()
            .unwrap_or(banner.span)
    }
}

fn goes_first(other: &Banner, banner: &Banner) -> String {
    match other.priority == banner.priority {
        true => "has the same priority, and goes first by its name".to_owned(),
        false => format!("has priority {}", other.priority),
    }
}

/// `a`, `b` and `c`
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
