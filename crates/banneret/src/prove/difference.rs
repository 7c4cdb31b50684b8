//! Who is of one audience and not of another, said in the rule language.
//!
//! What is said need only be right within the audience, so the conditions that both share need not
//! be said again. It is a cover by prime boxes: one account after another that no line tells yet
//! is taken, and each of its values is widened as far as it goes without taking somebody of both
//! audiences (the expansion of Espresso, R. K. Brayton and others, 1984, with exact sets).

use std::collections::BTreeMap;

use super::diagram::{OverBudget, Set};
use super::smallest::{self, Choice};
use super::space::{ABSENT, Group, Member, Part, Shape, VarId};
use super::texts::Texts;
use super::{Answer, Prover, Stop, Unproven, Witness};
use crate::formula::{Atom, Codes, Formulas, Members, NodeId, Question, Ranges, SetTest, TextTest};
use crate::schema::{EnumCode, FactId, Kind};
use crate::value::Duration;

/// Who of an audience is not of another one.
#[derive(Clone, Debug)]
pub struct Difference {
    /// They are those of the audience for whom one of these holds, each in the rule language. At
    /// most eight; `true` where the other audience has nobody of this one.
    pub told_by: Vec<String>,
    /// How many more lines it would take, as far as was counted.
    pub more: usize,
    /// The smallest account of them.
    pub witness: Witness,
}

/// What a line says of one variable.
struct Stated {
    ranges: Ranges,
    /// The value that it began with.
    pick: i64,
}

/// Lines that are told.
const LINES: usize = 8;
/// Lines that are counted.
const COUNTED: usize = 64;

impl Prover<'_> {
    /// Who is in an audience and not in another; nothing where there is nobody.
    ///
    /// # Errors
    /// Where it was not decided, and why.
    pub fn difference(
        &mut self,
        audience: NodeId,
        other: NodeId,
    ) -> Result<Option<Difference>, Unproven> {
        let witness = match self.find(&[audience], &[other]) {
            Answer::Nobody => return Ok(None),
            Answer::Unproven(unproven) => return Err(unproven),
            Answer::Somebody(witness) => witness,
        };
        let (formulas, roots) = self.formulas.extract(&[audience, other]);
        let [audience, other] = roots.as_slice() else {
            return Err(Unproven::NotReplayed);
        };
        let mut alone = self.alone(&formulas, &roots);
        let boxes = alone.boxes(*audience, *other);
        self.taken += alone.taken();
        self.posed += alone.posed;
        let boxes = boxes?;
        let told = boxes.iter().take(LINES);
        Ok(Some(Difference {
            told_by: told.map(|told| self.line(told)).collect(),
            more: boxes.len().saturating_sub(LINES),
            witness,
        }))
    }

    fn line(&self, atoms: &[Atom]) -> String {
        let mut formulas = Formulas::default();
        let atoms: Vec<_> = atoms
            .iter()
            .map(|atom| formulas.ask(atom.clone()))
            .collect();
        let line = formulas.all(atoms);
        formulas.display(line, &self.schema)
    }

    /// Conjunctions of atoms that tell everybody of the audience who is not of the other from
    /// those who are of both.
    fn boxes(&mut self, audience: NodeId, other: NodeId) -> Result<Vec<Vec<Atom>>, Stop> {
        self.begin();
        let audience = self.all(&[audience])?;
        let other = self.all(&[other])?;
        let both = self.diagrams.and(audience, other)?;
        let wanted = self.diagrams.without(audience, other)?;
        let mut left = wanted;
        let mut found: Vec<(Vec<Atom>, Set)> = Vec::new();
        while left != Set::NOBODY && found.len() < COUNTED {
            let (_, choices) =
                smallest::smallest(&mut self.diagrams, &self.space, &self.schema, left);
            let wide = self.widened(&choices, both)?;
            let wide = self.held_to(wide, wanted)?;
            let atoms = self.atoms(&wide);
            let set = self.set_of(&atoms)?;
            let rest = self.diagrams.without(left, set)?;
            let wrong = self.diagrams.and(set, both)?;
            if wrong != Set::NOBODY || rest == left {
                // Nothing in the language tells these from the others.
                return Err(Stop::OverBudget);
            }
            found.push((atoms, set));
            left = rest;
        }
        if left == Set::NOBODY {
            self.thin_out(&mut found, audience, other)?;
        }
        Ok(found.into_iter().map(|(atoms, _)| atoms).collect())
    }

    /// Leaves out the lines that later ones have made superfluous.
    fn thin_out(
        &mut self,
        found: &mut Vec<(Vec<Atom>, Set)>,
        audience: Set,
        other: Set,
    ) -> Result<(), OverBudget> {
        let wanted = self.diagrams.without(audience, other)?;
        let mut at = 0;
        while at < found.len() {
            let mut left = wanted;
            for (number, (_, set)) in found.iter().enumerate() {
                if number != at {
                    left = self.diagrams.without(left, *set)?;
                }
            }
            if left == Set::NOBODY {
                found.remove(at);
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    /// The choices with each value widened as far as nobody of `both` is taken.
    fn widened(
        &mut self,
        choices: &[Choice],
        both: Set,
    ) -> Result<BTreeMap<VarId, Stated>, OverBudget> {
        let mut told: BTreeMap<VarId, Stated> = BTreeMap::new();
        for Choice {
            var,
            low,
            high,
            pick,
        } in choices.iter().copied()
        {
            let ranges = Ranges::of([(low, high)]);
            told.insert(var, Stated { ranges, pick });
        }
        // What a set has beside its named members comes first: it says nothing where one is told.
        let mut order: Vec<VarId> = told.keys().copied().collect();
        let part = |var: &VarId| self.space.var(*var).map(|var| var.part);
        order.sort_by_key(|var| match part(var) {
            Some(Part::Rest) => 0,
            Some(Part::Age) => 2,
            _ => 1,
        });
        for var in order {
            let mut here = both;
            for (other, stated) in told.iter().filter(|(other, _)| **other != var) {
                let domain = self.space.domain(*other);
                let within = self.diagrams.within(*other, domain, &stated.ranges);
                here = self.diagrams.and(here, within)?;
            }
            let taken = self.values(here, var)?;
            let (least, most) = self.space.domain(var);
            let free = taken.complement();
            let free = free
                .iter()
                .map(|(low, high)| (low.max(least), high.min(most)));
            let mut free = Ranges::of(free);
            let is_span = |part| matches!(part, Part::Age | Part::Away);
            if self.space.var(var).is_some_and(|var| is_span(var.part)) {
                // One stretch of time can be said, so it is the one that was chosen.
                let chosen = told.get(&var).map_or(0, |stated| stated.pick);
                let stretch = free
                    .iter()
                    .find(|(low, high)| (low..=high).contains(&&chosen));
                free = Ranges::of(stretch);
            }
            if free == Ranges::of([(least, most)]) {
                told.remove(&var);
            } else if let Some(stated) = told.get_mut(&var) {
                stated.ranges = free;
            }
        }
        Ok(told)
    }

    /// What was told, without values that nobody has who is to be told of: nobody should read
    /// there that somebody has moved who has not.
    fn held_to(
        &mut self,
        mut told: BTreeMap<VarId, Stated>,
        wanted: Set,
    ) -> Result<BTreeMap<VarId, Stated>, OverBudget> {
        let vars: Vec<VarId> = told.keys().copied().collect();
        for var in vars {
            let Some(of) = self.space.var(var).copied() else {
                continue;
            };
            let mut here = wanted;
            for (other, stated) in told.iter().filter(|(other, _)| **other != var) {
                let domain = self.space.domain(*other);
                let within = self.diagrams.within(*other, domain, &stated.ranges);
                here = self.diagrams.and(here, within)?;
            }
            let has = self.values(here, var)?;
            let Some(stated) = told.get_mut(&var) else {
                continue;
            };
            let kind = self.schema.fact(of.fact).map(|fact| &fact.kind);
            let met = |(low, high): (i64, i64)| {
                has.iter()
                    .map(move |(from, to)| (from.max(low), to.min(high)))
                    .filter(|(low, high)| low <= high)
            };
            let held = match (of.part, kind) {
                // A whole stretch of numbers reads better than the part of it that somebody has.
                (Part::At, _) | (Part::Value, Some(Kind::Int { .. })) => Ranges::of(
                    stated
                        .ranges
                        .iter()
                        .filter(|stretch| met(*stretch).next().is_some()),
                ),
                (Part::Value, _) => Ranges::of(stated.ranges.iter().flat_map(met)),
                _ => continue,
            };
            if held.iter().len() > 0 {
                stated.ranges = held;
            }
        }
        Ok(told)
    }

    /// The values that a variable has for somebody of a set.
    fn values(&mut self, set: Set, var: VarId) -> Result<Ranges, OverBudget> {
        let domain = self.space.domain(var);
        let mut values = Vec::new();
        let mut open = vec![set];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(set) = open.pop() {
            if set == Set::NOBODY || !seen.insert(set) {
                continue;
            }
            self.diagrams.step_over(self.diagrams.edges(set).len())?;
            let asked = self.diagrams.var(set);
            if asked > var {
                return Ok(Ranges::of([domain]));
            }
            let mut low = domain.0;
            for (high, next) in self.diagrams.edges(set) {
                match asked == var {
                    true if *next != Set::NOBODY => values.push((low, *high)),
                    true => {}
                    false => open.push(*next),
                }
                low = high.saturating_add(1);
            }
        }
        Ok(Ranges::of(values))
    }

    fn set_of(&mut self, atoms: &[Atom]) -> Result<Set, Stop> {
        let mut sets = Vec::with_capacity(atoms.len());
        for atom in atoms {
            let claim = self.space.claim(atom, super::Reading::True);
            sets.push(self.claimed(&claim.ok_or(Stop::TooManyTexts)?)?);
        }
        Ok(self.join(sets, true)?)
    }

    /// What was told, fact by fact, as atoms.
    fn atoms(&self, told: &BTreeMap<VarId, Stated>) -> Vec<Atom> {
        let mut facts: BTreeMap<FactId, Vec<(Part, &Stated)>> = BTreeMap::new();
        for (id, stated) in told {
            if let Some(var) = self.space.var(*id) {
                facts.entry(var.fact).or_default().push((var.part, stated));
            }
        }
        let atoms = facts
            .into_iter()
            .flat_map(|(fact, told)| self.about(fact, &told));
        atoms.collect()
    }

    /// The atoms of one fact: its value at the greatest age that was told, and that it is older
    /// than the least.
    fn about(&self, fact: FactId, told: &[(Part, &Stated)]) -> Vec<Atom> {
        let mut questions = self.questions(fact, told);
        let ages = told.iter().find(|(part, _)| *part == Part::Age);
        let ages = ages.and_then(|(_, ages)| ages.ranges.iter().next());
        let (youngest, oldest) = ages.unwrap_or((0, ABSENT - i64::from(!questions.is_empty())));
        let fresh_for = self.schema.fact(fact).and_then(|fact| fact.fresh_for);
        let bound = |age: i64| match age >= ABSENT - 1 {
            true => fresh_for,
            false => u64::try_from(age / 1_000_000)
                .ok()
                .and_then(Duration::from_seconds),
        };
        let known = oldest < ABSENT || !questions.is_empty();
        if known && questions.is_empty() {
            questions.push(Question::Known);
        }
        let mut atoms: Vec<Atom> = Vec::new();
        atoms.extend(questions.into_iter().map(|question| Atom {
            fact,
            within: bound(oldest),
            question,
        }));
        if youngest > 0 {
            atoms.push(Atom {
                fact,
                within: bound(youngest - 1),
                question: Question::Unknown,
            });
        }
        atoms
    }

    fn questions(&self, fact: FactId, told: &[(Part, &Stated)]) -> Vec<Question> {
        let kind = self.schema.fact(fact).map(|fact| &fact.kind);
        let shape = self.space.shape(fact);
        let mut questions = Vec::new();
        for (part, stated) in told {
            let ranges = &stated.ranges;
            match (part, shape) {
                (Part::Value, Some(Shape::Texts(_, texts))) => {
                    questions.extend(of_texts(texts, ranges, stated.pick));
                }
                (Part::Value, _) => questions.extend(kind.map(|kind| plain(kind, ranges))),
                (Part::At, _) => {
                    questions.push(Question::At(unbounded(ranges, self.domain_of(fact, *part))))
                }
                (Part::Away, _) => {
                    let ranges = unbounded(ranges, self.domain_of(fact, *part));
                    questions.extend(ranges.iter().flat_map(stretch).map(Question::Away));
                }
                (Part::Group(number), Some(Shape::Set { groups, .. })) => {
                    let group = groups.get(*number);
                    questions.extend(
                        group
                            .into_iter()
                            .flat_map(|group| of_group(group, kind, ranges, stated.pick)),
                    );
                }
                (Part::Rest, _) => questions.push(Question::Set {
                    test: SetTest::Empty,
                    holds: !ranges.has(1),
                }),
                _ => {}
            }
        }
        questions
    }

    fn domain_of(&self, fact: FactId, part: Part) -> (i64, i64) {
        match (self.space.shape(fact), part) {
            (Some(Shape::Time { at, .. }), Part::At) => self.space.domain(*at),
            (Some(Shape::Time { away, .. }), Part::Away) => self.space.domain(*away),
            _ => (i64::MIN, i64::MAX),
        }
    }
}

/// Ranges whose ends are those of the domain have no end.
fn unbounded(ranges: &Ranges, (least, most): (i64, i64)) -> Ranges {
    Ranges::of(ranges.iter().map(|(low, high)| {
        (
            if low == least { i64::MIN } else { low },
            if high == most { i64::MAX } else { high },
        )
    }))
}

/// A stretch of distances from now in pieces that the language has words for: its spans have both
/// ends in, and its half lines reach strictly beyond a whole length.
fn stretch((low, high): (i64, i64)) -> Vec<Ranges> {
    const MINUTE: i64 = 60_000_000;
    let whole = |end: i64| end % MINUTE == 0;
    if whole(low) && whole(high) {
        return vec![Ranges::of([(low, high)])];
    }
    let other_than = |point: i64| Ranges::of([(point, point)]).complement();
    let mut pieces = Vec::new();
    if low > i64::MIN {
        let is_strict = low <= 0 && !whole(low);
        let from = if is_strict { low - 1 } else { low };
        pieces.push(Ranges::of([(from, i64::MAX)]));
        pieces.extend(is_strict.then(|| other_than(from)));
    }
    if high < i64::MAX {
        let is_strict = high >= 0 && !whole(high);
        let to = if is_strict { high + 1 } else { high };
        pieces.push(Ranges::of([(i64::MIN, to)]));
        pieces.extend(is_strict.then(|| other_than(to)));
    }
    pieces
}

fn plain(kind: &Kind, ranges: &Ranges) -> Question {
    match kind {
        Kind::Bool => Question::Bool(ranges.has(1)),
        Kind::Enum(values) => {
            let codes = (0..values.len()).filter_map(|at| u16::try_from(at).ok());
            let codes = codes.filter(|code| ranges.has(i64::from(*code)));
            Question::Enum(Codes::of(values.len(), codes.map(EnumCode)))
        }
        Kind::Int { min, max } => Question::Int(unbounded(ranges, (*min, *max))),
        _ => Question::Known,
    }
}

/// Listed texts by their names; others by what they are not, or by what every question says.
fn of_texts(texts: &Texts, ranges: &Ranges, pick: i64) -> Vec<Question> {
    let classes = (0_i64..).take(texts.len());
    let (inside, outside): (Vec<i64>, Vec<i64>) = classes.partition(|class| ranges.has(*class));
    let named = |classes: &[i64]| {
        let texts = classes.iter().map(|class| Box::from(texts.text(*class)));
        TextTest::In(texts.collect())
    };
    let listed = |class: &i64| texts.is_listed(*class);
    if outside.iter().all(listed) {
        return vec![Question::Text {
            test: named(&outside),
            holds: false,
        }];
    }
    let of_list: Vec<i64> = inside.iter().copied().filter(listed).collect();
    if texts.is_listed(pick) {
        return vec![Question::Text {
            test: named(&of_list),
            holds: true,
        }];
    }
    let mut questions = texts.telling(pick);
    // Leave out what is not needed to stay inside.
    let mut at = 0;
    while at < questions.len() {
        let mut without = questions.clone();
        without.remove(at);
        let stays = |class: &i64| {
            !without
                .iter()
                .all(|(test, holds)| texts.classes_where(test, *holds).has(*class))
        };
        if outside.iter().all(stays) {
            questions = without;
        } else {
            at += 1;
        }
    }
    let questions = questions.into_iter();
    questions
        .map(|(test, holds)| Question::Text { test, holds })
        .collect()
}

fn of_group(group: &Group, kind: Option<&Kind>, ranges: &Ranges, pick: i64) -> Vec<Question> {
    let members = || match kind {
        Some(Kind::EnumSet(values)) => {
            let codes = group.members.iter().filter_map(|member| match member {
                Member::Code(code) => Some(*code),
                Member::Text(_) => None,
            });
            Members::Codes(Codes::of(values.len(), codes))
        }
        _ => {
            let texts = group.members.iter().filter_map(|member| match member {
                Member::Text(text) => Some(text.clone()),
                Member::Code(_) => None,
            });
            Members::Texts(texts.collect())
        }
    };
    let any = |holds| Question::Set {
        test: SetTest::Any(members()),
        holds,
    };
    let all = |holds| Question::Set {
        test: SetTest::All(members()),
        holds,
    };
    let most = if group.members.len() > 1 { 2 } else { 1 };
    match (ranges.has(0), ranges.has(1), ranges.has(most)) {
        // None or all: no one question says both, so it is the one that was chosen.
        (true, false, true) if pick == most => vec![all(true)],
        (true, false, _) => vec![any(false)],
        (true, true, _) => vec![all(false)],
        (false, true, true) => vec![any(true)],
        (false, true, false) => vec![any(true), all(false)],
        (false, false, _) => vec![all(true)],
    }
}
