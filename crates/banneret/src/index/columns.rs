//! What the rules can tell apart of each fact: its values fall into classes, and of two values of
//! one class no rule ever says different things.

use hashbrown::HashMap;
use indexmap::IndexMap;

use super::domain::{Domain, Domains};
use super::reading::{Moment, Reading};
use super::terms::Part;
use crate::facts::Sealed;
use crate::formula::{Atom, AtomId, Codes, Formulas, Node, Question, Ranges, TextTest, away};
use crate::schema::{EnumCode, Kind};
use crate::value::Time;

/// How many classes a column has at most, the unknown one included. Where rules tell more apart,
/// neighbours share a class, and the rules that tell them apart are asked again by themselves.
pub(super) const CLASSES: usize = 256;

/// The class of a fact that is unknown.
pub(super) const UNKNOWN: u8 = 0;

/// Some classes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Classes([u64; CLASSES / 64]);

impl Classes {
    pub(super) const NONE: Classes = Classes([0; CLASSES / 64]);

    pub(super) fn of(classes: impl IntoIterator<Item = u8>) -> Classes {
        let mut set = Classes::NONE;
        for class in classes {
            if let Some(word) = set.0.get_mut(usize::from(class) / 64) {
                *word |= 1 << (class % 64);
            }
        }
        set
    }

    pub(super) fn has(&self, class: u8) -> bool {
        let word = self.0.get(usize::from(class) / 64);
        word.is_some_and(|word| word >> (class % 64) & 1 == 1)
    }

    pub(super) fn and(&self, other: &Classes) -> Classes {
        let mut both = *self;
        for (word, other) in both.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        both
    }

    pub(super) fn or(&self, other: &Classes) -> Classes {
        let mut either = *self;
        for (word, other) in either.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        either
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// A column: one reading of a fact, and what is looked at in its value.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) reading: Reading,
    pub(super) view: View,
    /// Whether the fact's values are sets.
    is_set: bool,
}

#[derive(Clone, Debug)]
pub(super) enum View {
    /// Known or not.
    Whether,
    /// The class of each word, behind the class of the unknown: of truth values, values of an enum,
    /// and texts that have a number.
    Listed(Box<[u8]>),
    /// Where the classes of numbers and moments begin, but for the first.
    Number(Box<[i64]>),
    /// The same of distances from now.
    Away(Box<[i64]>),
    /// One question that no class of values answers.
    Asked(Question),
    /// By the number of each member of a set, or of each text, its place among those that rules
    /// name; what has none stands behind the last.
    Members(Box<[u32]>),
}

/// The first class of a known value; where there are two, the other is the next.
const NO: u8 = 1;

impl Column {
    /// Whether its values are looked up member by member instead of by class.
    pub(super) fn is_of_members(&self) -> bool {
        matches!(self.view, View::Members(_))
    }

    /// How many classes it has.
    pub(super) fn classes(&self) -> usize {
        match &self.view {
            View::Whether | View::Members(_) => 2,
            View::Asked(_) => 3,
            View::Listed(classes) => usize::from(classes.iter().copied().max().unwrap_or(0)) + 1,
            View::Number(cuts) | View::Away(cuts) => cuts.len() + 2,
        }
    }

    /// How many members its rules name.
    pub(super) fn members(&self) -> usize {
        match &self.view {
            View::Members(places) => places.iter().max().map_or(0, |most| *most as usize),
            _ => 0,
        }
    }

    /// The class of the fact's value.
    #[inline(always)]
    pub(super) fn class(&self, account: Sealed<'_>, moment: Moment) -> u8 {
        let (is_known, word) = self.reading.look(account, moment);
        // Nothing of the unknown, everything of the known.
        let mask = 0_u64.wrapping_sub(u64::from(is_known));
        let known = |class: u64| u8::try_from(class & mask).unwrap_or(u8::MAX);
        let number = word.cast_signed();
        match &self.view {
            View::Listed(classes) => {
                let last = (classes.len() as u64).saturating_sub(2);
                let class = classes.get(((word.min(last) + 1) & mask) as usize);
                class.copied().unwrap_or(UNKNOWN)
            }
            View::Number(cuts) => known(between(cuts, number)),
            View::Away(cuts) => known(between(cuts, away(Time(number), moment.clock.now))),
            View::Asked(question) => {
                let holds = is_known && self.reading.holds(question, account, moment);
                known(u64::from(NO) + u64::from(holds))
            }
            View::Whether | View::Members(_) => known(NO.into()),
        }
    }

    /// Goes through the members that the value has, by their places; a member that no rule names
    /// has the place behind the last. False where the value is unknown.
    #[inline(always)]
    pub(super) fn each_member(
        &self,
        account: Sealed<'_>,
        moment: Moment,
        mut visit: impl FnMut(usize),
    ) -> bool {
        let (is_known, word) = self.reading.look(account, moment);
        let View::Members(places) = &self.view else {
            return is_known;
        };
        if !is_known {
            return false;
        }
        let place = |number: u64| {
            let place = places.get(number as usize).or(places.last());
            place.map_or(0, |place| *place as usize)
        };
        if self.is_set {
            for number in account.members(word).numbers {
                visit(place(*number));
            }
        } else {
            visit(place(word));
        }
        true
    }
}

/// The class of a number among classes that begin at those cuts.
#[inline(always)]
fn between(cuts: &[i64], number: i64) -> u64 {
    let before = |cut: &i64| *cut <= number;
    // A few are compared all at once.
    let at = if cuts.len() <= 64 {
        cuts.iter().map(|cut| u64::from(before(cut))).sum()
    } else {
        cuts.partition_point(before) as u64
    };
    at + 1
}

/// What keeps columns apart beside their readings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Look {
    Whether,
    Listed,
    Number,
    Away,
    Members,
    Asked(Question),
}

impl Look {
    fn of(question: &Question, domain: &Domain<'_>) -> Look {
        match question {
            Question::Known | Question::Unknown => Look::Whether,
            Question::Bool(_) | Question::Enum(_) => Look::Listed,
            Question::Int(_) | Question::At(_) => Look::Number,
            Question::Away(_) => Look::Away,
            Question::Text {
                test: TextTest::In(_),
                ..
            } if domain.members() < LISTED => Look::Listed,
            Question::Text {
                test: TextTest::In(_),
                ..
            } => Look::Members,
            Question::Set { .. } if domain.named(question).is_some() => Look::Members,
            Question::Text { test, .. } => Look::Asked(Question::Text {
                test: test.clone(),
                holds: true,
            }),
            Question::Set { test, .. } => Look::Asked(Question::Set {
                test: test.clone(),
                holds: true,
            }),
        }
    }
}

/// So many texts of one fact each have a class of their own at the worst.
const LISTED: usize = CLASSES - 2;

/// Every column of some formulas, and what each atom asks of its own.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    /// By atom.
    parts: HashMap<AtomId, Asked>,
}

/// What an atom asks of its column, and whether that is all that it asks.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) part: Part,
    pub(super) is_exact: bool,
}

impl Columns {
    /// The columns of the atoms among those steps.
    pub(super) fn of<'f>(
        domains: Domains<'_>,
        formulas: &'f Formulas,
        nodes: impl Iterator<Item = &'f Node>,
    ) -> Columns {
        let mut atoms: IndexMap<(Reading, Look), Vec<(AtomId, &Atom)>> = IndexMap::new();
        for node in nodes {
            if let Node::Atom(id) = node
                && let Some(atom) = formulas.atom(*id)
            {
                let look = Look::of(&atom.question, &domains.of(atom.fact));
                let atoms = atoms.entry((Reading::of(atom), look)).or_default();
                atoms.push((*id, atom));
            }
        }
        let mut columns = Columns::default();
        for ((reading, look), atoms) in atoms {
            let kind = domains.schema.fact(reading.fact).map(|fact| &fact.kind);
            let domain = domains.of(reading.fact);
            let column = Column {
                reading,
                view: view(&domain, look, &atoms),
                is_set: matches!(kind, Some(Kind::StringSet | Kind::EnumSet(_))),
            };
            let at = columns.columns.len();
            for (id, atom) in atoms {
                let asked = asked(&domain, at, &column, &atom.question);
                columns.parts.insert(id, asked);
            }
            columns.columns.push(column);
        }
        columns
    }

    /// What an atom asks.
    pub(super) fn asked(&self, atom: AtomId) -> Option<&Asked> {
        self.parts.get(&atom)
    }
}

fn view(domain: &Domain<'_>, look: Look, atoms: &[(AtomId, &Atom)]) -> View {
    let questions = atoms.iter().map(|(_, atom)| &atom.question);
    let ranges = questions.clone().filter_map(|question| match question {
        Question::Int(ranges) | Question::At(ranges) | Question::Away(ranges) => Some(ranges),
        _ => None,
    });
    match look {
        Look::Whether => View::Whether,
        Look::Number => View::Number(cuts(ranges)),
        Look::Away => View::Away(cuts(ranges)),
        Look::Asked(question) => View::Asked(question),
        Look::Listed => {
            let wanted: Vec<Codes> = questions.filter_map(|asked| domain.wanted(asked)).collect();
            let size = wanted.first().map_or(0, Codes::size);
            View::Listed(classes(size, &wanted))
        }
        Look::Members => {
            let mut places = vec![None; domain.members()];
            let mut count = 0;
            for number in questions
                .filter_map(|question| domain.named(question))
                .flatten()
            {
                if let Some(place @ None) = places.get_mut(number) {
                    *place = Some(count);
                    count += 1;
                }
            }
            let places = places.into_iter().chain([None]);
            View::Members(places.map(|place| place.unwrap_or(count)).collect())
        }
    }
}

/// What a question asks of its column.
fn asked(domain: &Domain<'_>, at: usize, column: &Column, question: &Question) -> Asked {
    let classes = |classes, is_exact| Asked {
        part: Part::classes(at, classes),
        is_exact,
    };
    let exact = |class: u8| classes(Classes::of([class]), true);
    match (question, &column.view) {
        (Question::Known, _) => exact(NO),
        (Question::Unknown, _) => exact(UNKNOWN),
        (question, View::Listed(of)) => {
            let wanted = domain.wanted(question).unwrap_or(Codes::none(0));
            let (mut some, mut not_all) = (Classes::NONE, Classes::NONE);
            for (class, code) in of.iter().skip(1).zip(0..) {
                let set = if wanted.has(EnumCode(code)) {
                    &mut some
                } else {
                    &mut not_all
                };
                *set = set.or(&Classes::of([*class]));
            }
            classes(some, some.and(&not_all).is_empty())
        }
        (
            Question::Int(ranges) | Question::At(ranges) | Question::Away(ranges),
            View::Number(cuts) | View::Away(cuts),
        ) => {
            let (set, is_exact) = covered(ranges, cuts);
            classes(set, is_exact)
        }
        (Question::Text { holds, .. } | Question::Set { holds, .. }, View::Members(places)) => {
            let numbers = domain.named(question).into_iter().flatten();
            let places = numbers.filter_map(|number| places.get(number).copied());
            Asked {
                part: Part::members(at, places.collect(), *holds),
                is_exact: true,
            }
        }
        (Question::Text { holds, .. } | Question::Set { holds, .. }, _) => {
            exact(NO + u8::from(*holds))
        }
        // Checking rules out a question about another type.
        _ => classes(Classes::NONE, true),
    }
}

/// Where classes of numbers begin. Past what one column can hold, every so many ends are one.
fn cuts<'a>(ranges: impl Iterator<Item = &'a Ranges>) -> Box<[i64]> {
    let ends = ranges.flat_map(Ranges::iter);
    let ends = ends.flat_map(|(low, high)| {
        let first = (low != i64::MIN).then_some(low);
        [first, high.checked_add(1)].into_iter().flatten()
    });
    let mut cuts: Vec<i64> = ends.collect();
    cuts.sort_unstable();
    cuts.dedup();
    let step = cuts.len().div_ceil(CLASSES - 2).max(1);
    cuts.into_iter().step_by(step).collect()
}

/// The class of each of so many values, behind the class of the unknown: values that every question
/// answers alike share one. Where there would be too many, the later questions tell nothing apart.
fn classes(values: usize, wanted: &[Codes]) -> Box<[u8]> {
    let mut classes = vec![NO; values];
    for codes in wanted {
        let mut split: HashMap<(u8, bool), u8> = HashMap::new();
        let finer: Option<Vec<u8>> = classes
            .iter()
            .zip(0..)
            .map(|(class, code)| {
                let key = (*class, codes.has(EnumCode(code)));
                let next = u8::try_from(split.len() + 1).ok();
                match split.get(&key) {
                    Some(class) => Some(*class),
                    None => {
                        split.insert(key, next?);
                        next
                    }
                }
            })
            .collect();
        classes = finer.unwrap_or(classes);
    }
    std::iter::once(UNKNOWN).chain(classes).collect()
}

/// The classes that share a number with the ranges, and whether each of them lies in these as a
/// whole.
fn covered(ranges: &Ranges, cuts: &[i64]) -> (Classes, bool) {
    let starts = std::iter::once(i64::MIN).chain(cuts.iter().copied());
    let ends = cuts.iter().map(|cut| cut - 1).chain([i64::MAX]);
    let (mut set, mut is_exact) = (Classes::NONE, true);
    for ((start, end), class) in starts.zip(ends).zip(1_u8..=u8::MAX) {
        let mut meeting = ranges
            .iter()
            .filter(|(low, high)| *low <= end && start <= *high);
        if let Some((low, high)) = meeting.next() {
            set = set.or(&Classes::of([class]));
            is_exact &= low <= start && end <= high;
        }
    }
    (set, is_exact)
}
