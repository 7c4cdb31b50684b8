//! The changed rules of one place before their judges: the contract, the book's tests, and the
//! question whether anything is different at all.

use std::collections::{BTreeMap, HashMap};

use banneret::ast::Expr;
use banneret::{
    Answer, BUDGET, Banner, Book, Clock, Duration, Facts, Formulas, NodeId, Prover, Sources, Time,
    Truth, Truths, Unproven, Witness,
};

use super::change::Change;
use super::seen::{Look, Looked};
use super::{Expectation, Missed, Mutant, Outcome, edited};
use crate::lint::{Rule, What};
use crate::uses::Uses;

/// Once all questions together have taken so many steps, each of the rest may take fewer: a book
/// full of entangled rules must come to an end too.
const ENTANGLED: u64 = 200_000_000;

/// A change, and what it makes of the rule.
pub(super) struct Draft {
    pub(super) change: Change,
    pub(super) expr: Expr,
}

/// What a banner is, in formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct View {
    audience: NodeId,
    contract: NodeId,
    /// Both together.
    shown: NodeId,
}

/// A rule, the banners that hang on it, and what its changes make of them.
pub(super) struct Batch<'u, 'c> {
    rule: &'u Rule<'c>,
    formulas: Formulas,
    /// By their places among the book's.
    banners: Vec<usize>,
    /// In the order of the banners.
    before: Vec<View>,
    mutants: Vec<(Change, Made)>,
}

/// What a change makes of the banners; nothing where the formulas have grown out of bounds.
type Made = Option<Vec<View>>;

impl<'u, 'c> Batch<'u, 'c> {
    /// Nothing where even the book as it is has grown out of bounds.
    pub(super) fn of(
        uses: &Uses<'c>,
        rule: &'u Rule<'c>,
        banners: Vec<usize>,
        drafts: Vec<Draft>,
    ) -> Option<Batch<'u, 'c>> {
        let mut formulas = Formulas::default();
        let before = views(uses, &mut formulas, &banners, None)?;
        let mut mutants: Vec<(Change, Made)> = Vec::new();
        for Draft { change, expr } in drafts {
            if !means_something(uses.book, &expr) {
                continue;
            }
            let made = views(uses, &mut formulas, &banners, Some((rule, &expr)));
            // Two ways to write one change are one change.
            let is_known = made.is_some() && mutants.iter().any(|(_, other)| *other == made);
            if !is_known {
                mutants.push((change, made));
            }
        }
        Some(Batch {
            rule,
            formulas,
            banners,
            before,
            mutants,
        })
    }
}

/// A banner's audience and contract.
type Ids = (NodeId, NodeId);

/// What some banners of a batch are, and what each of its changes makes of them, by themselves: a
/// segment that a thousand banners hang on is asked about by a thousand tests, of one banner each.
struct Part {
    /// By their places among the batch's.
    banners: Vec<usize>,
    formulas: Formulas,
    before: Vec<Ids>,
    /// Empty where nobody knows.
    made: Vec<Vec<Ids>>,
}

impl Batch<'_, '_> {
    fn part(&self, banners: Vec<usize>) -> Part {
        let pick = |views: &[View]| -> Vec<NodeId> {
            let views = banners.iter().filter_map(|at| views.get(*at));
            views
                .flat_map(|view| [view.audience, view.contract])
                .collect()
        };
        let made = self.mutants.iter().map(|(_, made)| made.as_deref());
        let picked: Vec<_> = std::iter::once(Some(&*self.before))
            .chain(made)
            .map(|views| views.map_or_else(Vec::new, pick))
            .collect();
        let (formulas, ids) = self.formulas.extract(&picked.concat());
        let mut ids = ids.into_iter();
        let mut parts = picked.iter().map(|picked| {
            let ids: Vec<_> = ids.by_ref().take(picked.len()).collect();
            let pairs = ids.chunks_exact(2);
            pairs
                .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
                .collect()
        });
        let before = parts.next().unwrap_or_default();
        let made = parts.collect();
        Part {
            banners,
            formulas,
            before,
            made,
        }
    }
}

/// Whether an expression is about facts and values that there are.
fn means_something(book: &Book, expr: &Expr) -> bool {
    let mut formulas = Formulas::default();
    let lowered = book.lower_instead(&mut formulas, None, [(expr, false)]);
    lowered.is_some()
}

/// What banners are, where a rule is as it was written or changed.
fn views(
    uses: &Uses<'_>,
    formulas: &mut Formulas,
    banners: &[usize],
    changed: Option<(&Rule<'_>, &Expr)>,
) -> Option<Vec<View>> {
    let segment = changed.and_then(|(rule, expr)| match rule.what {
        What::Segment(segment) => Some((&*segment.name.value, expr)),
        What::Audience(..) | What::Requirement(_) => None,
    });
    let spoken = banners.iter().filter_map(|banner| uses.spoken.get(*banner));
    let expressions = spoken
        .clone()
        .flatten()
        .map(|(expr, standard)| match changed {
            Some((rule, other)) if rule.expr.span == expr.span => (other, *standard),
            _ => (*expr, *standard),
        });
    let lowered = uses.book.lower_instead(formulas, segment, expressions)?;
    let mut lowered = lowered.into_iter();
    let mut views = Vec::with_capacity(banners.len());
    for spoken in spoken {
        let audience = lowered.next().unwrap_or(NodeId::FALSE);
        let requires: Vec<_> = lowered.by_ref().take(spoken.len() - 1).collect();
        let contract = formulas.all(requires);
        let shown = formulas.all([audience, contract]);
        views.push(View {
            audience,
            contract,
            shown,
        });
    }
    Some(views)
}

/// An account that notices a mutant further up.
struct Suggested {
    /// That mutant, by its place in the list.
    mutant: usize,
    banner: usize,
    facts: Facts,
    now: Time,
    expected: Expectation,
}

/// Judges batch after batch.
pub(super) struct Bench<'b> {
    book: &'b Book,
    looked: &'b Looked<'b>,
    sources: &'b Sources,
    /// Banners that do not keep their contract as they are: no change is caught by it.
    unkept: Vec<usize>,
    suggested: Vec<Suggested>,
    spent: u64,
    /// The tests that fail as the book is, once they were asked for.
    failing: Option<Vec<usize>>,
}

/// What the tests make of a change.
#[derive(Clone, Copy, Default)]
struct Tested {
    /// The first test that fails.
    fails: Option<usize>,
    /// Whether something is different for the account of a test that looks at the gates too.
    at_gates: bool,
}

impl<'b> Bench<'b> {
    pub(super) fn new(uses: &Uses<'b>, looked: &'b Looked<'b>, sources: &'b Sources) -> Bench<'b> {
        let book = uses.book;
        Bench {
            book,
            looked,
            sources,
            unkept: book.report().iter().map(|unkept| unkept.banner).collect(),
            suggested: Vec::new(),
            spent: 0,
            failing: None,
        }
    }

    pub(super) fn judge(&mut self, batch: Batch<'_, '_>, judged: &mut Vec<Mutant>) {
        let tested = self.tested(&batch);
        let mut questions = Questions::new(self.book, &batch.formulas);
        for ((change, made), tested) in batch.mutants.iter().zip(tested) {
            if self.spent + questions.prover.spent() > ENTANGLED {
                questions.prover.limit(BUDGET / 100);
            }
            let outcome = match made {
                Some(made) => {
                    self.outcome(&batch, change, made, tested, &mut questions, judged.len())
                }
                None => Outcome::Unproven {
                    banner: self.name(batch.banners.first().copied()),
                    why: Unproven::OverBudget,
                },
            };
            judged.push(Mutant {
                rule: batch.rule.named(),
                operator: change.operator,
                what: change.what.clone(),
                span: change.span,
                edits: change.edits.clone(),
                outcome,
            });
        }
        self.spent += questions.prover.spent();
    }

    fn name(&self, banner: Option<usize>) -> String {
        let banner = banner.and_then(|at| self.book.banners().get(at));
        banner.map_or_else(String::new, |banner| banner.name.to_string())
    }

    /// Asks every test about every change of a batch: the account of a test is looked at once, and
    /// only at the banners that the test names.
    fn tested(&self, batch: &Batch<'_, '_>) -> Vec<Tested> {
        let mut tested = vec![Tested::default(); batch.mutants.len()];
        let mut truths = Truths::default();
        let mut part: Option<Part> = None;
        for look in &self.looked.cases {
            let gates = look.body.after_gates;
            let banners = batch.banners.iter().enumerate();
            let named = banners.filter(|(_, banner)| gates || look.banners.contains(banner));
            let named: Vec<usize> = named.map(|(at, _)| at).collect();
            if named.is_empty() {
                continue;
            }
            // Tests of one banner stand together.
            let part = match part.take() {
                Some(same) if same.banners == named => part.insert(same),
                _ => part.insert(batch.part(named)),
            };
            truths.fill(&part.formulas, &look.facts, look.clock);
            let truth = |ids: &Ids| (truths.of(ids.0), truths.of(ids.1));
            for (made, tested) in part.made.iter().zip(&mut tested) {
                let of_banners = part.banners.iter().zip(&part.before).zip(made);
                for ((at, before), after) in of_banners {
                    let Some(banner) = batch.banners.get(*at) else {
                        continue;
                    };
                    if truth(before) == truth(after) {
                        continue;
                    }
                    if gates {
                        tested.at_gates = true;
                    } else if tested.fails.is_none()
                        && self.turns(look, *banner, truth(before), truth(after))
                    {
                        tested.fails = Some(look.case);
                    }
                }
            }
        }
        tested
    }

    /// Whether a test that passed of a banner fails now.
    fn turns(
        &self,
        look: &Look<'_>,
        banner: usize,
        before: (Truth, Truth),
        after: (Truth, Truth),
    ) -> bool {
        let name = self.name(Some(banner));
        look.agrees(&name, before.0, before.1) && !look.agrees(&name, after.0, after.1)
    }

    fn outcome(
        &mut self,
        batch: &Batch<'_, '_>,
        change: &Change,
        made: &[View],
        tested: Tested,
        questions: &mut Questions<'_>,
        place: usize,
    ) -> Outcome {
        if *made == *batch.before {
            return Outcome::Equivalent;
        }
        let changed = batch.banners.iter().zip(&batch.before).zip(made);
        let changed = changed.map(|((banner, before), after)| (*banner, *before, *after));
        let changed: Vec<_> = changed
            .filter(|(_, before, after)| before != after)
            .collect();
        let mut unproven = None;
        for (banner, _, after) in &changed {
            if self.unkept.contains(banner) {
                continue;
            }
            match questions.ask(*banner, after.audience, after.contract) {
                Answer::Nobody => {}
                Answer::Somebody(_) => {
                    let banner = self.name(Some(*banner));
                    return Outcome::CaughtByProof { banner };
                }
                Answer::Unproven(why) => unproven = unproven.or(Some((*banner, why))),
            }
        }
        if let Some(case) = tested.fails {
            return Outcome::CaughtByTests { case };
        }
        if tested.at_gates
            && let Some(case) = self.fails_at_gates(batch.rule, change)
        {
            return Outcome::CaughtByTests { case };
        }
        let missed = self.differs(batch, &changed, questions, &mut unproven, place);
        match (missed, unproven) {
            (Some(missed), _) => Outcome::Missed(Box::new(missed)),
            (None, Some((banner, why))) => Outcome::Unproven {
                banner: self.name(Some(banner)),
                why,
            },
            (None, None) => Outcome::Equivalent,
        }
    }

    /// The first account for which a banner is not as before.
    fn differs(
        &mut self,
        batch: &Batch<'_, '_>,
        changed: &[(usize, View, View)],
        questions: &mut Questions<'_>,
        unproven: &mut Option<(usize, Unproven)>,
        place: usize,
    ) -> Option<Missed> {
        for (banner, before, after) in changed {
            let ways = [
                (after, before, Expectation::Hides),
                (before, after, Expectation::Shows),
            ];
            for (these, those, expected) in ways {
                match questions.ask(*banner, these.shown, those.shown) {
                    Answer::Nobody => {}
                    Answer::Unproven(why) => *unproven = unproven.or(Some((*banner, why))),
                    Answer::Somebody(witness) => {
                        let noticed_with = self.noticed(batch, changed);
                        if noticed_with.is_none() {
                            self.suggest(place, *banner, &witness, expected);
                        }
                        return Some(Missed {
                            banner: self.name(Some(*banner)),
                            expected,
                            witness,
                            noticed_with,
                        });
                    }
                }
            }
        }
        None
    }

    fn suggest(&mut self, mutant: usize, banner: usize, witness: &Witness, expected: Expectation) {
        self.suggested.push(Suggested {
            mutant,
            banner,
            facts: witness.facts(self.book.schema()),
            now: witness.now,
            expected,
        });
    }

    /// The mutant further up whose account notices these changes as well.
    fn noticed(&self, batch: &Batch<'_, '_>, changed: &[(usize, View, View)]) -> Option<usize> {
        let mut truths = Truths::default();
        let mut suggested = self.suggested.iter();
        let found = suggested.find(|suggested| {
            let mut changed = changed.iter();
            let Some((.., after)) = changed.find(|(banner, ..)| *banner == suggested.banner) else {
                return false;
            };
            let (formulas, shown) = batch.formulas.extract(&[after.shown]);
            let clock = Clock {
                now: suggested.now,
                skew: self.book.manifest().clock_skew,
            };
            truths.fill(&formulas, &suggested.facts, clock);
            let is_shown = shown.iter().all(|shown| truths.of(*shown).is_true());
            is_shown != (suggested.expected == Expectation::Shows)
        });
        Some(found?.mutant)
    }

    /// The first test that fails with the change where rollout, caps and rank count: the whole book
    /// is read again, for few changes come so far.
    fn fails_at_gates(&mut self, rule: &Rule<'_>, change: &Change) -> Option<usize> {
        if self.failing.is_none() {
            self.failing = Some(failing(self.book));
        }
        let failing = self.failing.as_ref()?;
        let file = rule.expr.span.file;
        let files = self
            .sources
            .files()
            .filter(|(_, own)| !own.name().starts_with('<'));
        let files: BTreeMap<_, _> = files
            .map(|(id, own)| {
                let text = match id == file {
                    true => edited(own.text(), 0, &change.edits),
                    false => own.text().to_owned(),
                };
                (own.name().to_owned(), text)
            })
            .collect();
        let changed = Book::check(files).book?;
        let fails = self::failing(&changed);
        fails.into_iter().find(|case| !failing.contains(case))
    }
}

fn failing(book: &Book) -> Vec<usize> {
    let results = book.run_cases().into_iter().enumerate();
    let failing = results.filter(|(_, result)| !result.passed());
    failing.map(|(case, _)| case).collect()
}

/// Questions about the formulas of one batch, each asked once.
struct Questions<'f> {
    book: &'f Book,
    prover: Prover<'f>,
    asked: HashMap<(NodeId, NodeId), Answer>,
}

impl<'f> Questions<'f> {
    fn new(book: &'f Book, formulas: &'f Formulas) -> Questions<'f> {
        Questions {
            book,
            prover: Prover::new(book.schema(), formulas),
            asked: HashMap::new(),
        }
    }

    fn ask(&mut self, banner: usize, these: NodeId, those: NodeId) -> Answer {
        if let Some(known) = self.asked.get(&(these, those)) {
            return known.clone();
        }
        if let Some(banner) = self.book.banners().get(banner) {
            self.prover.near(shown_at(banner));
        }
        let answer = self.prover.find(&[these], &[those]);
        self.asked.insert((these, those), answer.clone());
        answer
    }
}

/// A moment at which the banner may be shown, the same whenever it is asked for.
fn shown_at(banner: &Banner) -> Time {
    let usual = Time::from_unix_seconds(1_767_268_800);
    let late = banner
        .until
        .map(|until| until.minus(Duration::from_hours(24)));
    let late = late.map_or(usual, |late| usual.min(late));
    banner.from.map_or(late, |from| late.max(from))
}
