//! Two banners of one priority that can meet in one placement.

use std::cell::RefMut;
use std::collections::{BTreeMap, HashMap, HashSet};

use banneret::{
    Answer, Atom, Banner, Code, Diagnostic, Formulas, Level, Node, NodeId, Prover, Question,
    Ranges, Span, TextTest, Unproven, ast,
};

use crate::lint::{Context, Lint};
use crate::lints::UNPROVEN;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN306",
        name: "ambiguous-tie",
        level: Level::Warning,
        firm: false,
        summary: "two banners of one priority that can meet in one placement",
        page: include_str!("ambiguous_tie.md"),
    },
    check,
};

/// How many pairs are proven in a whole book, and how many are looked at.
const MOST_PROOFS: usize = 200_000;
const MOST_PAIRS: usize = 20_000_000;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let quarantined: HashSet<&str> = context.book.quarantined().map(|(name, _)| name).collect();
    let written = context
        .banners()
        .map(|(written, banner)| (&*banner.name, written));
    let mut search = Search {
        context,
        quarantined,
        prover: context.prover.borrow_mut(),
        written: written.collect(),
        never: HashSet::new(),
        told: HashSet::new(),
        proofs: 0,
        pairs: 0,
    };
    let mut ties: BTreeMap<(usize, i64), Vec<Contender<'_>>> = BTreeMap::new();
    for banner in context.book.banners() {
        if search.quarantined.contains(&*banner.name) {
            continue;
        }
        for placement in &banner.placements {
            let contender = Contender {
                banner,
                demands: demands(context.book.formulas(), banner.audience),
            };
            let group = ties.entry((*placement, banner.priority)).or_default();
            group.push(contender);
        }
    }
    for ((placement, _), group) in &ties {
        for (at, later) in group.iter().enumerate() {
            let before = group.get(..at).unwrap_or_default();
            if let Err(end) = search.look(*placement, before, later, found) {
                found.push(*end);
                search.prover.near(context.now);
                return;
            }
        }
    }
    search.prover.near(context.now);
}

/// A banner, and what its audience asks outright.
struct Contender<'c> {
    banner: &'c Banner,
    demands: Vec<&'c Atom>,
}

struct Search<'s, 'c> {
    context: &'s Context<'c>,
    quarantined: HashSet<&'c str>,
    prover: RefMut<'s, Prover<'c>>,
    written: HashMap<&'c str, &'c ast::Banner>,
    /// Pairs that never meet, by their audiences.
    never: HashSet<(NodeId, NodeId)>,
    told: HashSet<&'c str>,
    proofs: usize,
    pairs: usize,
}

impl<'c> Search<'_, 'c> {
    /// Looks for the first banner that the later one ties with. The error is that the search ends.
    fn look(
        &mut self,
        placement: usize,
        before: &[Contender<'c>],
        later: &Contender<'c>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), Box<Diagnostic>> {
        let banner = later.banner;
        for other in before {
            if self.told.contains(&*banner.name) {
                break;
            }
            self.pairs += 1;
            let pair = (other.banner.audience, banner.audience);
            let never = !other.banner.can_meet(banner)
                || contradict(&other.demands, &later.demands)
                || self.never.contains(&pair)
                || self.is_shadowed(banner, other.banner);
            if self.pairs > MOST_PAIRS || (!never && self.proofs >= MOST_PROOFS) {
                return Err(Box::new(self.end(banner)));
            }
            if never {
                continue;
            }
            self.proofs += 1;
            self.prover
                .near(self.context.moment(&[other.banner, banner]));
            match self.prover.find(&[pair.0, pair.1], &[]) {
                Answer::Nobody => _ = self.never.insert(pair),
                Answer::Somebody(witness) => {
                    let finding = self.finding(placement, other.banner, banner);
                    let example = witness.example(self.context.book.schema());
                    found.push(finding.counterexample(example));
                    self.told.insert(&banner.name);
                }
                Answer::Unproven(why) => {
                    if self.context.says_unproven(banner.audience_span) {
                        found.push(self.unproven(other.banner, banner, why));
                    }
                    self.told.insert(&banner.name);
                }
            }
        }
        Ok(())
    }

    /// Whether a finding that the later one does not waive says so of the pair already.
    fn is_shadowed(&self, later: &'c Banner, first: &'c Banner) -> bool {
        let told = self.context.shadowed.borrow();
        told.contains(&(&*later.name, &*first.name)) && !self.context.is_waived(later, "BN304")
    }

    /// Whether a placement has room for all that can be shown there beside these two.
    fn has_room(&self, placement: usize, places: u32, pair: [&Banner; 2]) -> bool {
        let banners = self.context.book.banners().iter();
        let there = banners.filter(|banner| {
            banner.placements.contains(&placement)
                && !self.quarantined.contains(&*banner.name)
                && pair.iter().all(|one| one.can_meet(banner))
        });
        let places = usize::try_from(places).unwrap_or(usize::MAX);
        there.take(places.saturating_add(1)).count() <= places
    }

    fn finding(&self, placement: usize, first: &Banner, later: &Banner) -> Diagnostic {
        let number = placement;
        let placements = &self.context.book.manifest().placements;
        let placement = placements.iter().nth(placement);
        let (placement, places) = placement.map_or(("", 1), |(name, places)| (&**name, *places));
        let (label, help) = match self.has_room(number, places, [first, later]) {
            true => (
                "stands above this one",
                "give the one that should stand above the other a higher priority",
            ),
            false => (
                "goes first",
                "give the one that matters more a higher priority",
            ),
        };
        let message = format!(
            "the banners `{}` and `{}` can meet in `{placement}` with one priority",
            first.name, later.name
        );
        Diagnostic::new(&LINT.code, self.place(later), message)
            .label(format!(
                "today `{}` {label}, because of its name alone",
                first.name
            ))
            .related(
                self.place(first),
                format!("priority {} too", first.priority),
            )
            .help(help)
            .banner(&*later.name)
    }

    fn unproven(&self, first: &Banner, later: &Banner, why: Unproven) -> Diagnostic {
        let message = format!(
            "it is not proven that `{}` and `{}`, of one priority, never meet: {why}",
            first.name, later.name
        );
        let finding = Diagnostic::new(&UNPROVEN.code, self.place(later), message);
        let finding = finding.related(self.place(first), "the other one");
        finding
            .banner(&*later.name)
            .help("give the one that matters more a higher priority")
    }

    fn end(&self, banner: &Banner) -> Diagnostic {
        let message = format!(
            "from `{}` on it is not proven which banners of one priority can meet: there are too many pairs",
            banner.name
        );
        Diagnostic::new(&UNPROVEN.code, self.place(banner), message)
            .banner(&*banner.name)
            .help("give the banners of a placement more different priorities")
    }

    /// Where a banner says its priority, or who it is.
    fn place(&self, banner: &Banner) -> Span {
        let written = self.written.get(&*banner.name);
        written.map_or(banner.span, |written| match &written.priority {
            Some(priority) => priority.span,
            None => written.name.span,
        })
    }
}

/// The questions that an audience must answer with yes, by fact.
fn demands(formulas: &Formulas, audience: NodeId) -> Vec<&Atom> {
    let atom = |node: &NodeId| match formulas.node(*node) {
        Node::Atom(atom) => formulas.atom(*atom),
        _ => None,
    };
    let mut demands: Vec<_> = match formulas.node(audience) {
        Node::All(parts) => parts.iter().filter_map(atom).collect(),
        _ => atom(&audience).into_iter().collect(),
    };
    demands.sort_by_key(|atom| atom.fact);
    demands
}

/// Whether two lists, each by fact, ask for two values of one fact: a glance that spares most
/// proofs.
fn contradict(one: &[&Atom], other: &[&Atom]) -> bool {
    let mut rest = other;
    for asked in one {
        let start = rest.partition_point(|atom| atom.fact < asked.fact);
        rest = rest.get(start..).unwrap_or_default();
        let same = rest.iter().take_while(|atom| atom.fact == asked.fact);
        if same
            .into_iter()
            .any(|atom| exclude(&asked.question, &atom.question))
        {
            return true;
        }
    }
    false
}

fn exclude(one: &Question, other: &Question) -> bool {
    match (one, other) {
        (Question::Bool(one), Question::Bool(other)) => one != other,
        (Question::Enum(one), Question::Enum(other)) => !one.meets(other),
        (Question::Int(one), Question::Int(other))
        | (Question::At(one), Question::At(other))
        | (Question::Away(one), Question::Away(other)) => !overlap(one, other),
        (
            Question::Text {
                test: TextTest::In(one),
                holds: true,
            },
            Question::Text {
                test: TextTest::In(other),
                holds: true,
            },
        ) => one.iter().all(|text| other.binary_search(text).is_err()),
        _ => false,
    }
}

fn overlap(one: &Ranges, other: &Ranges) -> bool {
    let within = |(low, high): (i64, i64)| {
        let mut others = other.iter();
        others.any(|(from, to)| from <= high && low <= to)
    };
    one.iter().any(within)
}
