//! Two versions of a rule book: who is newly in and newly out of each banner's audience, and what
//! else is different. Decided over the formulas, so that a change of a segment, of the schema or of
//! a message shows wherever it has an effect, and a change of layout shows nowhere.

pub(crate) mod words;

use std::collections::BTreeSet;

use banneret::{
    Answer, Banner, Book, Counterexample, Difference, Joined, MessageKind, NodeId, Prover, Schema,
    Unproven, Witness,
};

/// What is different between two versions of a rule book.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Of every banner of either, by name.
    pub banners: Vec<Change>,
    /// Of message kinds, those that are different, by name.
    pub kinds: Vec<KindChange>,
    /// Of the rest of the book, in words, a line each.
    pub book: Vec<String>,
}

/// Whether something is there in both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In the new one only.
    Added,
    /// In the old one only.
    Removed,
    /// In both.
    Both,
}

/// What is different about one banner.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its name.
    pub banner: String,
    /// Whether it is there in both versions.
    pub presence: Presence,
    /// Who is in its audience now and was not.
    pub entered: Moved,
    /// Who was in its audience and is no more.
    pub left: Moved,
    /// Why the new version shows it to nobody, whatever its audience says.
    pub withheld: Option<String>,
    /// Whether the old version showed it to nobody.
    pub was_withheld: bool,
    /// What else is different, in words, a line each.
    pub also: Vec<String>,
}

/// What is different about one message kind.
#[derive(Clone, Debug)]
pub struct KindChange {
    /// Its name.
    pub kind: String,
    /// Whether it is there in both versions.
    pub presence: Presence,
    /// Whom its contract lets be told now and did not.
    pub entered: Moved,
    /// Whom its contract let be told and does no more.
    pub left: Moved,
    /// What else is different, in words, a line each.
    pub also: Vec<String>,
}

/// Who has come in or gone out.
#[derive(Clone, Debug)]
pub enum Moved {
    /// Nobody: proven.
    Nobody,
    /// These.
    These(Group),
    /// Nobody can say.
    Unproven(Unproven),
}

/// Some of an audience.
#[derive(Clone, Debug)]
pub struct Group {
    /// They are those of the audience for whom one of these is true, in the rule language.
    pub told_by: Vec<String>,
    /// How many more lines it would take.
    pub more: usize,
    /// One of them.
    pub example: Counterexample,
}

impl Moved {
    /// Whether it is proven that nobody has moved.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        matches!(self, Moved::Nobody)
    }

    /// Those who moved, where they are known.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        match self {
            Moved::These(group) => Some(group),
            _ => None,
        }
    }
}

impl Change {
    /// Whether nothing about the banner is different.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.presence == Presence::Both
            && self.entered.is_nobody()
            && self.left.is_nobody()
            && self.withheld.is_some() == self.was_withheld
            && self.also.is_empty()
    }
}

impl KindChange {
    /// Whether nothing about the kind is different.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.presence == Presence::Both
            && self.entered.is_nobody()
            && self.left.is_nobody()
            && self.also.is_empty()
    }
}

impl Comparison {
    /// Whether the versions mean the same.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.book.is_empty() && self.kinds.is_empty() && self.banners.iter().all(Change::is_nothing)
    }
}

/// What is different between two versions of a rule book.
#[must_use]
pub fn compare(old: &Book, new: &Book) -> Comparison {
    let pair = Pair::of(old, new);
    let mut prover = pair.prover();
    let names: BTreeSet<&str> = [old, new]
        .iter()
        .flat_map(|book| book.banners().iter().map(|banner| &*banner.name))
        .collect();
    let banners = names.into_iter().map(|name| pair.banner(name, &mut prover));
    let banners = banners.collect();
    Comparison {
        banners,
        kinds: pair.kinds(&mut prover),
        book: words::book(&pair),
    }
}

/// Whether the versions mean the same, whatever findings their banners waive and however their
/// contracts are written.
pub(crate) fn means_the_same(old: &Book, new: &Book) -> bool {
    let mut comparison = compare(old, new);
    for change in &mut comparison.banners {
        if let (Some(before), Some(after)) =
            (old.banner(&change.banner), new.banner(&change.banner))
        {
            let mut waived = Vec::new();
            words::waivers(before, after, &mut waived);
            change.also.retain(|line| !waived.contains(line));
        }
    }
    for change in &mut comparison.kinds {
        if let (Some((_, before)), Some((_, after))) = (
            kind_by_name(old, &change.kind),
            kind_by_name(new, &change.kind),
        ) {
            let worded = words::requirements(before, after);
            change.also.retain(|line| !worded.contains(line));
        }
    }
    comparison.kinds.retain(|change| !change.is_nothing());
    comparison.is_nothing()
}

/// Two versions of a book, and their formulas in one space.
pub(crate) struct Pair<'b> {
    pub(crate) old: &'b Book,
    pub(crate) new: &'b Book,
    pub(crate) joined: Joined,
}

/// What of a book is asked about: audiences, then contracts, then requirements.
fn roots(book: &Book) -> Vec<NodeId> {
    let audiences = book.banners().iter().map(|banner| banner.audience);
    let contracts = book.kinds().iter().map(|kind| kind.contract);
    let requirements = book.kinds().iter().flat_map(|kind| &kind.requirements);
    let requirements = requirements.map(|requirement| requirement.formula);
    audiences.chain(contracts).chain(requirements).collect()
}

fn at(roots: &[NodeId], place: usize) -> NodeId {
    roots.get(place).copied().unwrap_or(NodeId::FALSE)
}

/// A banner and its place; a book has its banners in the order of their names.
pub(crate) fn by_name<'b>(book: &'b Book, name: &str) -> Option<(usize, &'b Banner)> {
    let found = book
        .banners()
        .binary_search_by(|banner| (*banner.name).cmp(name));
    let place = found.ok()?;
    Some((place, book.banners().get(place)?))
}

fn kind_by_name<'b>(book: &'b Book, name: &str) -> Option<(usize, &'b MessageKind)> {
    let mut kinds = book.kinds().iter().enumerate();
    kinds.find(|(_, kind)| *kind.name == *name)
}

impl<'b> Pair<'b> {
    pub(crate) fn of(old: &'b Book, new: &'b Book) -> Pair<'b> {
        let joined = Joined::of(
            (old.schema(), old.formulas(), &roots(old)),
            (new.schema(), new.formulas(), &roots(new)),
        );
        Pair { old, new, joined }
    }

    pub(crate) fn prover(&self) -> Prover<'_> {
        Prover::new(&self.joined.schema, &self.joined.formulas)
    }

    /// The audience of the old book's banner at that place, in the joint space.
    pub(crate) fn old_audience(&self, place: usize) -> NodeId {
        at(&self.joined.old, place)
    }

    pub(crate) fn new_audience(&self, place: usize) -> NodeId {
        at(&self.joined.new, place)
    }

    pub(crate) fn old_contract(&self, kind: usize) -> NodeId {
        at(&self.joined.old, self.old.banners().len() + kind)
    }

    pub(crate) fn new_contract(&self, kind: usize) -> NodeId {
        at(&self.joined.new, self.new.banners().len() + kind)
    }

    /// A requirement of an old kind, by its place among the kind's.
    pub(crate) fn old_requirement(&self, kind: usize, place: usize) -> NodeId {
        let kinds = self.old.kinds();
        let before = kinds.iter().take(kind).map(|kind| kind.requirements.len());
        let before: usize = before.sum();
        at(
            &self.joined.old,
            self.old.banners().len() + kinds.len() + before + place,
        )
    }

    /// Who is in one audience and not in another.
    pub(crate) fn moved(&self, prover: &mut Prover<'_>, into: NodeId, from: NodeId) -> Moved {
        if into == from {
            return Moved::Nobody;
        }
        match prover.difference(into, from) {
            Ok(None) => Moved::Nobody,
            Ok(Some(difference)) => Moved::These(self.group(difference)),
            Err(unproven) => Moved::Unproven(unproven),
        }
    }

    fn group(&self, difference: Difference) -> Group {
        let Difference {
            told_by,
            more,
            witness,
        } = difference;
        Group {
            told_by,
            more,
            example: self.example(&witness),
        }
    }

    /// An account as it is told: with an age for every fact that goes stale in one of the books,
    /// so that it can be tried with either.
    pub(crate) fn example(&self, witness: &Witness) -> Counterexample {
        let mut example = witness.example(&self.joined.schema);
        let goes_stale = |schema: &Schema, name: &str| {
            let fact = schema.id(name).and_then(|id| schema.fact(id));
            fact.is_some_and(|fact| fact.fresh_for.is_some())
        };
        for fact in &mut example.facts {
            let dated = [self.old, self.new]
                .iter()
                .any(|book| goes_stale(book.schema(), &fact.fact));
            if dated && fact.value.is_some() && fact.as_of.is_none() {
                fact.as_of = Some(example.now);
            }
        }
        example
    }

    /// Everybody of an audience, who came or went with their banner.
    fn everybody(&self, prover: &mut Prover<'_>, audience: NodeId, text: String) -> Moved {
        match prover.find(&[audience], &[]) {
            Answer::Nobody => Moved::Nobody,
            Answer::Unproven(unproven) => Moved::Unproven(unproven),
            Answer::Somebody(witness) => Moved::These(Group {
                told_by: vec![text],
                more: 0,
                example: self.example(&witness),
            }),
        }
    }

    fn banner(&self, name: &str, prover: &mut Prover<'_>) -> Change {
        let withheld = |book: &Book| {
            let mut withheld = book.quarantined();
            withheld
                .find(|(known, _)| *known == name)
                .map(|(_, why)| why.to_owned())
        };
        let mut change = Change {
            banner: name.to_owned(),
            presence: Presence::Both,
            entered: Moved::Nobody,
            left: Moved::Nobody,
            withheld: withheld(self.new),
            was_withheld: withheld(self.old).is_some(),
            also: Vec::new(),
        };
        match (by_name(self.old, name), by_name(self.new, name)) {
            (Some((old, before)), Some((new, after))) => {
                let (old, new) = (self.old_audience(old), self.new_audience(new));
                change.entered = self.moved(prover, new, old);
                change.left = self.moved(prover, old, new);
                change.also = words::banner(self, before, after);
                change.also.extend(self.undated(old, new));
            }
            (None, Some((new, banner))) => {
                change.presence = Presence::Added;
                let text = words::audience(self.new, banner);
                change.entered = self.everybody(prover, self.new_audience(new), text);
                change.also = words::killed(None, words::kill(self.new, name));
            }
            (Some((old, banner)), None) => {
                change.presence = Presence::Removed;
                let text = words::audience(self.old, banner);
                change.left = self.everybody(prover, self.old_audience(old), text);
            }
            (None, None) => {}
        }
        change
    }

    /// What formulas cannot say: a fact without an age is known to one of the books only.
    pub(crate) fn undated(&self, old: NodeId, new: NodeId) -> Vec<String> {
        let formulas = &self.joined.formulas;
        let asked: BTreeSet<_> = [old, new]
            .into_iter()
            .flat_map(|root| formulas.facts_of(root))
            .collect();
        let undated = self.joined.undated.iter().filter(|name| {
            let id = self.joined.schema.id(name);
            id.is_some_and(|id| asked.contains(&id))
        });
        let line = |name: &str| {
            let fact = self
                .new
                .schema()
                .id(name)
                .and_then(|id| self.new.schema().fact(id));
            match fact.is_some_and(|fact| fact.fresh_for.is_some()) {
                true => format!(
                    "`{name}` goes stale now: where it comes without its age, it is unknown and was believed"
                ),
                false => format!(
                    "`{name}` does not go stale any more: where it comes without its age, it is believed and was unknown"
                ),
            }
        };
        undated.map(|name| line(name)).collect()
    }

    fn kinds(&self, prover: &mut Prover<'_>) -> Vec<KindChange> {
        let names: BTreeSet<&str> = [self.old, self.new]
            .iter()
            .flat_map(|book| book.kinds().iter().map(|kind| &*kind.name))
            .collect();
        let mut changes = Vec::new();
        for name in names {
            let mut change = KindChange {
                kind: name.to_owned(),
                presence: Presence::Both,
                entered: Moved::Nobody,
                left: Moved::Nobody,
                also: Vec::new(),
            };
            match (kind_by_name(self.old, name), kind_by_name(self.new, name)) {
                (Some((old, before)), Some((new, after))) => {
                    let (old, new) = (self.old_contract(old), self.new_contract(new));
                    change.entered = self.moved(prover, new, old);
                    change.left = self.moved(prover, old, new);
                    change.also = words::kind(self, before, after);
                }
                (None, _) => change.presence = Presence::Added,
                (_, None) => change.presence = Presence::Removed,
            }
            if !change.is_nothing() {
                changes.push(change);
            }
        }
        changes
    }
}
