//! Counting accounts, one at a time, in memory that does not grow with their number.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet};

use banneret::{
    Book, Clock, FactId, Facts, Formulas, Node, NodeId, Schema, Trace, TraceStep, Truth, Truths,
    Value, WhyUnknown,
};

/// Breaking down by something like an id would make a row of every account.
const MOST_ROWS: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Banner,
    Segment,
    Where,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Banner => "banner",
            Kind::Segment => "segment",
            Kind::Where => "where",
        }
    }
}

/// An audience to be counted, with formulas of its own so that nothing else is evaluated.
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) formulas: Formulas,
    pub(crate) root: NodeId,
    /// Its place among the book's banners.
    pub(crate) banner: Option<usize>,
}

/// How many accounts came out true, false and unknown.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub(crate) struct Outcomes {
    #[serde(rename = "true")]
    pub(crate) yes: u64,
    #[serde(rename = "false")]
    pub(crate) no: u64,
    pub(crate) unknown: u64,
}

impl Outcomes {
    pub(crate) fn take(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.yes += 1,
            Truth::False => self.no += 1,
            Truth::Unknown => self.unknown += 1,
        }
    }
}

/// A value in a breakdown: known ones in the schema's or their own order, unknown last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Known(i64, String),
    Unknown,
}

impl Cell {
    pub(crate) fn text(&self) -> &str {
        match self {
            Cell::Known(_, text) => text,
            Cell::Unknown => "unknown",
        }
    }
}

/// An account of a sample and the facts that decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sampled {
    hash: u32,
    pub(crate) id: String,
    pub(crate) facts: Vec<(String, Option<String>)>,
}

/// What was counted for one audience.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) all: Outcomes,
    /// Of those in the audience: how many are in dunning (yes), in good standing (no), or neither
    /// is known.
    pub(crate) dunning: Outcomes,
    pub(crate) why_unknown: BTreeMap<(FactId, WhyUnknown), u64>,
    pub(crate) by: BTreeMap<Vec<Cell>, Outcomes>,
    /// Accounts of combinations beyond the most that are kept apart.
    pub(crate) others: Outcomes,
    /// Of those in the audience, how many another banner speaks to, by its place in the book.
    pub(crate) overlap: BTreeMap<usize, u64>,
    sample: BinaryHeap<Sampled>,
}

impl Counts {
    /// The sampled accounts, by id.
    pub(crate) fn sample(&self) -> Vec<&Sampled> {
        let mut sample: Vec<_> = self.sample.iter().collect();
        sample.sort_by(|one, other| one.id.cmp(&other.id));
        sample
    }
}

/// Counts every audience over the accounts that it is given.
pub(crate) struct Counting {
    pub(crate) asked: Vec<Asked>,
    pub(crate) counts: Vec<Counts>,
    pub(crate) by: Vec<FactId>,
    sample: usize,
    clock: Clock,
    truths: Vec<Truths>,
    /// Every banner of the book, for the overlap.
    banners: (Formulas, Vec<NodeId>, Truths),
    in_dunning: Option<(FactId, Vec<bool>)>,
}

impl Counting {
    pub(crate) fn new(
        book: &Book,
        asked: Vec<Asked>,
        by: Vec<FactId>,
        sample: usize,
        clock: Clock,
    ) -> Counting {
        let counts = asked.iter().map(|_| Counts::default()).collect();
        let truths = asked.iter().map(|_| Truths::default()).collect();
        let (formulas, roots) = banners(book);
        let in_dunning = book.schema().dunning_role().map(|(id, fact)| {
            (
                id,
                fact.kind
                    .values()
                    .iter()
                    .map(|value| value.in_dunning)
                    .collect(),
            )
        });
        let banners = (formulas, roots, Truths::default());
        Counting {
            asked,
            counts,
            by,
            sample,
            clock,
            truths,
            banners,
            in_dunning,
        }
    }

    /// Counts an account.
    pub(crate) fn take(&mut self, facts: &Facts) {
        let clock = self.clock;
        let combination: Vec<_> = self
            .by
            .iter()
            .map(|fact| cell(facts, *fact, clock))
            .collect();
        let speaking = self.speaking(facts);
        let dunning = self.dunning(facts);
        let each = self
            .asked
            .iter()
            .zip(&mut self.counts)
            .zip(&mut self.truths);
        for ((asked, counts), truths) in each {
            truths.fill(&asked.formulas, facts, clock);
            let truth = truths.of(asked.root);
            counts.all.take(truth);
            counts.row(&combination).take(truth);
            match truth {
                Truth::True => {
                    counts.dunning.take(dunning);
                    let others = speaking
                        .iter()
                        .filter(|other| asked.banner != Some(**other));
                    for other in others {
                        *counts.overlap.entry(*other).or_default() += 1;
                    }
                    counts.keep(asked, facts, clock, truths, self.sample);
                }
                Truth::Unknown => {
                    for why in undecided(asked, facts, clock, truths) {
                        *counts.why_unknown.entry(why).or_default() += 1;
                    }
                }
                Truth::False => {}
            }
        }
    }

    /// The banners that are true of the account.
    fn speaking(&mut self, facts: &Facts) -> Vec<usize> {
        let (formulas, roots, truths) = &mut self.banners;
        truths.fill(formulas, facts, self.clock);
        let roots = roots.iter().enumerate();
        let speaking = roots.filter(|(_, root)| truths.of(**root).is_true());
        speaking.map(|(at, _)| at).collect()
    }

    /// Whether the account is in dunning, by the one fact that can say so.
    pub(crate) fn dunning(&self, facts: &Facts) -> Truth {
        let Some((role, marked)) = &self.in_dunning else {
            return Truth::Unknown;
        };
        match facts.read(*role, None, self.clock) {
            Ok(Value::Enum(code)) => marked.get(code.index()).copied().unwrap_or(false).into(),
            _ => Truth::Unknown,
        }
    }

    /// Whether a row of the breakdown is in dunning; nothing where that is not broken down.
    pub(crate) fn row_in_dunning(&self, row: &[Cell]) -> Option<Truth> {
        let (role, marked) = self.in_dunning.as_ref()?;
        let at = self.by.iter().position(|fact| fact == role)?;
        Some(match row.get(at)? {
            Cell::Known(code, _) => {
                let code = usize::try_from(*code).unwrap_or(usize::MAX);
                marked.get(code).copied().unwrap_or(false).into()
            }
            Cell::Unknown => Truth::Unknown,
        })
    }
}

impl Counts {
    fn row(&mut self, combination: &[Cell]) -> &mut Outcomes {
        if !self.by.contains_key(combination) && self.by.len() >= MOST_ROWS {
            return &mut self.others;
        }
        self.by.entry(combination.to_vec()).or_default()
    }

    /// Keeps the accounts whose ids hash lowest: the same ones whatever their order.
    fn keep(&mut self, asked: &Asked, facts: &Facts, clock: Clock, truths: &Truths, size: usize) {
        let id = facts.account_id().unwrap_or_default();
        let hash = murmur3::murmur3_32(&mut id.as_bytes(), 0).unwrap_or_default();
        let full = self.sample.len() >= size;
        let highest = self.sample.peek().map(|kept| (kept.hash, kept.id.as_str()));
        if size == 0 || (full && highest.is_some_and(|highest| highest <= (hash, id))) {
            return;
        }
        let trace = Trace::of(&asked.formulas, asked.root, facts, clock, truths);
        let mut decided = Vec::new();
        values(&trace, &mut decided);
        self.sample.push(Sampled {
            hash,
            id: id.to_owned(),
            facts: decided,
        });
        if full {
            self.sample.pop();
        }
    }
}

fn banners(book: &Book) -> (Formulas, Vec<NodeId>) {
    let banners = book.banners().iter();
    let parts: Vec<_> = banners
        .flat_map(|banner| {
            let contract = book
                .kind_of(banner)
                .map_or(NodeId::FALSE, |kind| kind.contract);
            [banner.audience, contract]
        })
        .collect();
    let (mut formulas, parts) = book.formulas().extract(&parts);
    let roots = parts
        .chunks(2)
        .map(|pair| formulas.all(pair.iter().copied()))
        .collect();
    (formulas, roots)
}

fn cell(facts: &Facts, fact: FactId, clock: Clock) -> Cell {
    let Ok(value) = facts.read(fact, None, clock) else {
        return Cell::Unknown;
    };
    let order = match value {
        Value::Bool(value) => i64::from(*value),
        Value::Enum(code) => i64::try_from(code.index()).unwrap_or(i64::MAX),
        Value::Int(number) => *number,
        _ => 0,
    };
    Cell::Known(order, plain(value, facts.schema(), fact))
}

/// A value without the quotes that the rule language puts around texts.
fn plain(value: &Value, schema: &Schema, fact: FactId) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        value => value.display(schema, fact),
    }
}

/// The unknown facts that leave an audience undecided.
fn undecided(
    asked: &Asked,
    facts: &Facts,
    clock: Clock,
    truths: &Truths,
) -> BTreeSet<(FactId, WhyUnknown)> {
    let mut found = BTreeSet::new();
    let mut seen = HashSet::new();
    let mut next = vec![asked.root];
    while let Some(id) = next.pop() {
        if truths.of(id) != Truth::Unknown || !seen.insert(id) {
            continue;
        }
        match asked.formulas.node(id) {
            Node::All(parts) | Node::Any(parts) => next.extend(parts.iter().copied()),
            Node::Atom(atom) => {
                if let Some(atom) = asked.formulas.atom(*atom)
                    && let Err(why) = facts.read(atom.fact, atom.within, clock)
                {
                    found.insert((atom.fact, why));
                }
            }
            Node::True | Node::False => {}
        }
    }
    found
}

fn values(trace: &Trace, found: &mut Vec<(String, Option<String>)>) {
    match &trace.step {
        TraceStep::All(parts) | TraceStep::Any(parts) => {
            parts.iter().for_each(|part| values(part, found));
        }
        TraceStep::Fact { fact, value, .. } => {
            if !found.iter().any(|(name, _)| **name == **fact) {
                found.push((fact.to_string(), value.clone()));
            }
        }
        TraceStep::Constant | TraceStep::Told => {}
    }
}
