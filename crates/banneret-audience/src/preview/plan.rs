//! What is to be counted, as formulas that are worked out together.

use banneret::{
    Atom, Banner, Book, Clock, Codes, Engine, FactId, Formulas, Node, NodeId, Question, Schema,
    Time,
};

use super::counting::Counting;
use crate::columns::{Detail, Evaluator};
use crate::read::Wanted;

/// What an audience was named by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedKind {
    /// A banner: its audience and its contract.
    Banner,
    /// A segment of the book.
    Segment,
    /// An expression.
    Where,
}

impl AskedKind {
    /// The word in JSON: `banner`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AskedKind::Banner => "banner",
            AskedKind::Segment => "segment",
            AskedKind::Where => "where",
        }
    }
}

/// An audience that is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The banner, the segment or the expression.
    pub name: String,
    /// Which of these it is.
    pub kind: AskedKind,
    /// A formula over the facts of the book, with none that it does not need.
    pub formulas: Formulas,
    /// Its root.
    pub root: NodeId,
    /// Its place among the book's banners.
    pub banner: Option<usize>,
}

impl Asked {
    /// A banner of the book speaks where its audience and its contract are true.
    #[must_use]
    pub fn banner(book: &Book, banner: &Banner) -> Asked {
        let (formulas, root) = speaking(book, banner);
        let mut banners = book.banners().iter();
        Asked {
            name: banner.name.to_string(),
            kind: AskedKind::Banner,
            formulas,
            root,
            banner: banners.position(|known| known.name == banner.name),
        }
    }

    /// Every banner of the book.
    #[must_use]
    pub fn every_banner(book: &Book) -> Vec<Asked> {
        let banners = book.banners().iter();
        banners.map(|banner| Asked::banner(book, banner)).collect()
    }
}

fn speaking(book: &Book, banner: &Banner) -> (Formulas, NodeId) {
    let contract = book
        .kind_of(banner)
        .map_or(NodeId::FALSE, |kind| kind.contract);
    let (mut formulas, parts) = book.formulas().extract(&[banner.audience, contract]);
    let root = formulas.all(parts);
    (formulas, root)
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The audiences.
    pub asked: Vec<Asked>,
    /// The facts that counts are broken down by.
    pub by: Vec<FactId>,
    /// How many accounts of each audience are shown.
    pub sample: usize,
    /// Whether the other banners of the book are looked at too: who else speaks to whom.
    pub overlap: bool,
    /// Whether what comes behind audience and contract is applied: shares, caps, placements.
    pub after_gates: bool,
}

/// A request made ready for one book and one moment. Each thread counts for itself with
/// [`Plan::start`].
#[derive(Debug)]
pub struct Plan<'b> {
    pub(super) book: &'b Book,
    pub(super) clock: Clock,
    pub(super) asked: Vec<Asked>,
    pub(super) by: Vec<FactId>,
    pub(super) sample: usize,
    pub(super) audience: Evaluator,
    /// By banner of the book: its formula; empty where nobody asks.
    pub(super) banners: Vec<usize>,
    /// Whether the account is in dunning.
    pub(super) dunning: Option<usize>,
    /// By fact of the breakdown: whether it is known.
    pub(super) known: Vec<usize>,
    pub(super) engine: Option<Engine>,
    /// Whether the other banners are looked at.
    pub(super) overlap: bool,
}

/// The fact that can say who is in dunning, and the values of it that do.
pub(super) fn dunning_role(schema: &Schema) -> Option<(FactId, Vec<bool>)> {
    let (id, fact) = schema.dunning_role()?;
    let marks = fact.kind.values().iter().map(|value| value.in_dunning);
    Some((id, marks.collect()))
}

impl<'b> Plan<'b> {
    /// Makes a request ready.
    #[must_use]
    pub fn new(book: &'b Book, clock: Clock, request: Request) -> Plan<'b> {
        let Request {
            asked,
            by,
            sample,
            overlap,
            after_gates,
        } = request;
        let schema = book.schema();
        let mut together = Together::default();
        for asked in &asked {
            together.add(&asked.formulas, asked.root);
        }
        let others = book.banners().iter().filter(|_| overlap);
        let banners = others.map(|banner| {
            let (formulas, root) = speaking(book, banner);
            together.add(&formulas, root)
        });
        let banners = banners.collect();
        let dunning = in_dunning(schema).map(|atom| together.ask(atom));
        let known = by.iter().map(|fact| together.ask(known(schema, *fact)));
        let known = known.collect();
        let Together { formulas, roots } = together;
        Plan {
            book,
            clock,
            asked,
            by,
            sample,
            audience: Evaluator::new(schema, &formulas, &roots, Detail::Reasons),
            banners,
            dunning,
            known,
            engine: after_gates.then(|| Engine::new(book.clone())),
            overlap,
        }
    }

    /// What a reader must read.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let wanted = Wanted::nothing().with_facts(self.audience.facts());
        let wanted = match self.sample {
            0 => wanted,
            _ => wanted.with_ids(),
        };
        if self.engine.is_none() {
            return wanted;
        }
        let banners = self.book.banners();
        let formulas = self.book.formulas();
        let shares = banners.iter().flat_map(|banner| {
            let kind = self.book.kind_of(banner);
            [banner.rollout, kind.and_then(|kind| kind.holdout)]
        });
        let roots: Vec<_> = banners
            .iter()
            .flat_map(|banner| {
                let contract = self.book.kind_of(banner).map(|kind| kind.contract);
                [Some(banner.audience), contract]
            })
            .flatten()
            .collect();
        wanted
            .with_ids()
            .with_histories()
            .with_formulas(formulas, &roots)
            .with_facts(shares.flatten().map(|share| share.by))
            .with_facts(self.book.schema().id("viewer.locale"))
    }

    /// The moment that everything is judged at.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now
    }

    /// Whether an audience or the breakdown hangs on that fact, rather than what else there is to
    /// tell of them.
    #[must_use]
    pub fn hangs_on(&self, fact: FactId) -> bool {
        let mut asked = self.asked.iter();
        self.by.contains(&fact)
            || asked.any(|asked| asked.formulas.facts_of(asked.root).contains(&fact))
    }

    /// What a preview of it does not look at, by the names in JSON.
    pub(super) fn not_known(&self) -> Vec<String> {
        let others: &[&str] = match self.overlap {
            true => &[],
            false => &["overlap", "outranked_by"],
        };
        others.iter().map(|what| (*what).to_owned()).collect()
    }

    /// Counts nothing yet.
    #[must_use]
    pub fn start(&self) -> Counting<'_> {
        Counting::new(self)
    }
}

/// Formulas of several books' worth in one, equal parts once.
#[derive(Default)]
struct Together {
    formulas: Formulas,
    roots: Vec<NodeId>,
}

impl Together {
    /// Adds a formula; its place among the roots.
    fn add(&mut self, from: &Formulas, root: NodeId) -> usize {
        let mut moved: Vec<NodeId> = Vec::with_capacity(from.len());
        for node in from.nodes() {
            let at = |part: &NodeId| moved.get(part.index()).copied().unwrap_or(NodeId::FALSE);
            let id = match node {
                Node::False => NodeId::FALSE,
                Node::True => NodeId::TRUE,
                Node::Atom(atom) => match from.atom(*atom) {
                    Some(atom) => self.formulas.ask(atom.clone()),
                    None => NodeId::FALSE,
                },
                Node::All(parts) => {
                    let parts: Vec<_> = parts.iter().map(at).collect();
                    self.formulas.all(parts)
                }
                Node::Any(parts) => {
                    let parts: Vec<_> = parts.iter().map(at).collect();
                    self.formulas.any(parts)
                }
            };
            moved.push(id);
        }
        let root = moved.get(root.index()).copied().unwrap_or(NodeId::FALSE);
        self.root(root)
    }

    fn ask(&mut self, atom: Atom) -> usize {
        let root = self.formulas.ask(atom);
        self.root(root)
    }

    fn root(&mut self, root: NodeId) -> usize {
        self.roots.push(root);
        self.roots.len() - 1
    }
}

fn in_dunning(schema: &Schema) -> Option<Atom> {
    let (fact, declared) = schema.dunning_role()?;
    let values = declared.kind.values();
    let marked = values.iter().filter(|value| value.in_dunning);
    let codes = marked.filter_map(|value| declared.kind.code(&value.name));
    Some(Atom {
        fact,
        within: declared.fresh_for,
        question: Question::Enum(Codes::of(values.len(), codes)),
    })
}

fn known(schema: &Schema, fact: FactId) -> Atom {
    Atom {
        fact,
        within: schema.fact(fact).and_then(|fact| fact.fresh_for),
        question: Question::Known,
    }
}
