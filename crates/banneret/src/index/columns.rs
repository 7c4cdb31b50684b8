//! What the rules can tell apart of each fact: its values fall into classes, and of two values of
//! one class no rule ever says different things.

use hashbrown::{HashMap, HashTable};
use indexmap::IndexMap;

use super::reading::{Moment, Reading};
use super::terms::Part;
use crate::facts::{Facts, TextHash, Value};
use crate::formula::{
    Atom, AtomId, Codes, Formulas, Members, Node, Question, Ranges, SetTest, TextTest, away,
};
use crate::schema::{EnumCode, Kind, Schema};
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
    /// A truth value.
    Bool,
    /// The class of each value of an enum.
    Enum(Box<[u8]>),
    /// Where the classes of numbers begin, but for the first.
    Int(Box<[i64]>),
    /// The same of moments.
    At(Box<[i64]>),
    /// The same of distances from now.
    Away(Box<[i64]>),
    /// One question that no class of values answers.
    Asked(Question),
    /// The texts that rules name of a text, or of a set of texts.
    Texts(Words),
    /// The values that rules name of a set of enum; others have the largest number.
    Codes(Box<[u32]>),
}

/// The first class of a known value; where there are two, the other is the next.
const NO: u8 = 1;

/// Texts and their numbers, found by hashes that are known already.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(HashTable<(u64, Box<str>, u32)>);

impl Words {
    /// The number of a text, which is looked at only where its hash is among these.
    #[inline]
    fn get<'t>(&self, hash: u64, text: impl Fn() -> Option<&'t str>) -> Option<u32> {
        let is = |entry: &(u64, Box<str>, u32)| entry.0 == hash && text() == Some(&*entry.1);
        self.0.find(hash, is).map(|(_, _, number)| *number)
    }

    fn insert(&mut self, text: &str) {
        let hash = TextHash::of(text).number();
        if self.get(hash, || Some(text)).is_none() {
            let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
            let entry = (hash, text.into(), number);
            self.0.insert_unique(hash, entry, |entry| entry.0);
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Column {
    /// Whether its values are looked up member by member instead of by class.
    pub(super) fn is_of_members(&self) -> bool {
        matches!(self.view, View::Texts(_) | View::Codes(_))
    }

    /// How many classes it has.
    pub(super) fn classes(&self) -> usize {
        match &self.view {
            View::Whether => 2,
            View::Bool | View::Asked(_) => 3,
            View::Enum(classes) => usize::from(classes.iter().copied().max().unwrap_or(0)) + 1,
            View::Int(cuts) | View::At(cuts) | View::Away(cuts) => cuts.len() + 2,
            View::Texts(_) | View::Codes(_) => 2,
        }
    }

    /// How many members its rules name.
    pub(super) fn members(&self) -> usize {
        match &self.view {
            View::Texts(members) => members.len(),
            View::Codes(members) => members.iter().filter(|member| **member != u32::MAX).count(),
            _ => 0,
        }
    }

    /// The class of the fact's value.
    #[inline(always)]
    pub(super) fn class(&self, facts: &Facts, moment: Moment) -> u8 {
        let Some(word) = self.reading.word(facts, moment) else {
            return UNKNOWN;
        };
        let number = word.cast_signed();
        match &self.view {
            View::Bool => NO + u8::from(word != 0),
            View::Enum(classes) => {
                let class = usize::try_from(word)
                    .ok()
                    .and_then(|code| classes.get(code));
                class.copied().unwrap_or(UNKNOWN)
            }
            View::Int(cuts) | View::At(cuts) => between(cuts, number),
            View::Away(cuts) => between(cuts, away(Time(number), moment.clock.now)),
            View::Asked(question) => NO + u8::from(self.reading.holds(question, facts, moment)),
            View::Whether | View::Texts(_) | View::Codes(_) => NO,
        }
    }

    /// Names the members that the value has and that rules name; false where it is unknown.
    #[inline(always)]
    pub(super) fn each_member(
        &self,
        facts: &Facts,
        moment: Moment,
        mut named: impl FnMut(u32),
    ) -> bool {
        let Some(word) = self.reading.word(facts, moment) else {
            return false;
        };
        match &self.view {
            View::Texts(members) if self.is_set => {
                for (place, hash) in facts.hashes(word).members.iter().enumerate() {
                    let text = || match self.reading.value(facts) {
                        Some(Value::Texts(texts)) => texts.get(place),
                        _ => None,
                    };
                    members.get(*hash, text).into_iter().for_each(&mut named);
                }
            }
            View::Texts(members) => {
                let text = || match self.reading.value(facts) {
                    Some(Value::Text(text)) => Some(&**text),
                    _ => None,
                };
                members.get(word, text).into_iter().for_each(named);
            }
            View::Codes(members) => {
                let Some(Value::Codes(codes)) = self.reading.value(facts) else {
                    return true;
                };
                for code in codes.iter() {
                    match members.get(code.index()) {
                        None | Some(&u32::MAX) => {}
                        Some(member) => named(*member),
                    }
                }
            }
            _ => {}
        }
        true
    }
}

/// The class of a number among classes that begin at those cuts.
#[inline]
fn between(cuts: &[i64], number: i64) -> u8 {
    let at = cuts.partition_point(|cut| *cut <= number);
    u8::try_from(at + 1).unwrap_or(u8::MAX)
}

/// What keeps columns apart beside their readings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Look {
    Whether,
    Bool,
    Enum,
    Int,
    At,
    Away,
    Members,
    Asked(Question),
}

impl Look {
    fn of(question: &Question) -> Look {
        match question {
            Question::Known | Question::Unknown => Look::Whether,
            Question::Bool(_) => Look::Bool,
            Question::Enum(_) => Look::Enum,
            Question::Int(_) => Look::Int,
            Question::At(_) => Look::At,
            Question::Away(_) => Look::Away,
            Question::Text {
                test: TextTest::In(_),
                ..
            } => Look::Members,
            Question::Set { test, .. } if any_of(test).is_some() => Look::Members,
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

/// The members of which one is enough.
fn any_of(test: &SetTest) -> Option<&Members> {
    match test {
        SetTest::Any(members) => Some(members),
        SetTest::All(members) if is_single(members) => Some(members),
        _ => None,
    }
}

fn is_single(members: &Members) -> bool {
    match members {
        Members::Codes(codes) => codes.len() == 1,
        Members::Texts(texts) => texts.len() == 1,
    }
}

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
        schema: &Schema,
        formulas: &'f Formulas,
        nodes: impl Iterator<Item = &'f Node>,
    ) -> Columns {
        let mut atoms: IndexMap<(Reading, Look), Vec<(AtomId, &Atom)>> = IndexMap::new();
        for node in nodes {
            if let Node::Atom(id) = node
                && let Some(atom) = formulas.atom(*id)
            {
                let key = (Reading::of(atom), Look::of(&atom.question));
                atoms.entry(key).or_default().push((*id, atom));
            }
        }
        let mut columns = Columns::default();
        for ((reading, look), atoms) in atoms {
            let view = view(schema, look, &atoms);
            let kind = schema.fact(reading.fact).map(|fact| &fact.kind);
            let column = Column {
                reading,
                view,
                is_set: matches!(kind, Some(Kind::StringSet | Kind::EnumSet(_))),
            };
            let at = columns.columns.len();
            for (id, atom) in atoms {
                let asked = asked(at, &column, &atom.question);
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

fn view(schema: &Schema, look: Look, atoms: &[(AtomId, &Atom)]) -> View {
    let ranges = atoms.iter().filter_map(|(_, atom)| match &atom.question {
        Question::Int(ranges) | Question::At(ranges) | Question::Away(ranges) => Some(ranges),
        _ => None,
    });
    match look {
        Look::Whether => View::Whether,
        Look::Bool => View::Bool,
        Look::Int => View::Int(cuts(ranges)),
        Look::At => View::At(cuts(ranges)),
        Look::Away => View::Away(cuts(ranges)),
        Look::Asked(question) => View::Asked(question),
        Look::Enum => {
            let asked = atoms.iter().filter_map(|(_, atom)| match &atom.question {
                Question::Enum(codes) => Some(codes),
                _ => None,
            });
            let fact = atoms.first().and_then(|(_, atom)| schema.fact(atom.fact));
            let values = fact.map_or(0, |fact| fact.kind.values().len());
            View::Enum(classes(values, asked))
        }
        Look::Members => members(schema, atoms),
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

/// The class of each value of an enum: values that every question answers alike share one. Where
/// there would be too many, the later questions tell nothing apart.
fn classes<'a>(values: usize, asked: impl Iterator<Item = &'a Codes>) -> Box<[u8]> {
    let mut classes = vec![1_u8; values];
    for codes in asked {
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
    classes.into()
}

fn members(schema: &Schema, atoms: &[(AtomId, &Atom)]) -> View {
    let mut texts = Words::default();
    let fact = atoms.first().and_then(|(_, atom)| schema.fact(atom.fact));
    let mut codes = vec![u32::MAX; fact.map_or(0, |fact| fact.kind.values().len())];
    let mut coded = 0_u32;
    for (_, atom) in atoms {
        for member in named(&atom.question) {
            match member {
                Member::Text(text) => texts.insert(text),
                Member::Code(code) => {
                    if let Some(slot @ &mut u32::MAX) = codes.get_mut(code.index()) {
                        *slot = coded;
                        coded += 1;
                    }
                }
            }
        }
    }
    if codes.is_empty() {
        View::Texts(texts)
    } else {
        View::Codes(codes.into())
    }
}

enum Member<'q> {
    Text(&'q str),
    Code(EnumCode),
}

/// The members that a question about members names.
fn named(question: &Question) -> Vec<Member<'_>> {
    let members = match question {
        Question::Text {
            test: TextTest::In(texts),
            ..
        } => return texts.iter().map(|text| Member::Text(text)).collect(),
        Question::Set { test, .. } => any_of(test),
        _ => None,
    };
    match members {
        Some(Members::Texts(texts)) => texts.iter().map(|text| Member::Text(text)).collect(),
        Some(Members::Codes(codes)) => codes.iter().map(Member::Code).collect(),
        None => Vec::new(),
    }
}

/// What a question asks of its column.
fn asked(at: usize, column: &Column, question: &Question) -> Asked {
    let classes = |classes, is_exact| Asked {
        part: Part::classes(at, classes),
        is_exact,
    };
    let exact = |class: u8| classes(Classes::of([class]), true);
    match (question, &column.view) {
        (Question::Known, _) => exact(NO),
        (Question::Unknown, _) => exact(UNKNOWN),
        (Question::Bool(value), _) => exact(NO + u8::from(*value)),
        (Question::Enum(codes), View::Enum(of)) => {
            let (mut some, mut not_all) = (Classes::NONE, Classes::NONE);
            for (class, code) in of.iter().zip(0..) {
                let set = if codes.has(EnumCode(code)) {
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
            View::Int(cuts) | View::At(cuts) | View::Away(cuts),
        ) => {
            let (set, is_exact) = covered(ranges, cuts);
            classes(set, is_exact)
        }
        (Question::Text { holds, .. } | Question::Set { holds, .. }, View::Asked(_)) => {
            exact(NO + u8::from(*holds))
        }
        (Question::Text { holds, .. } | Question::Set { holds, .. }, view) => {
            let numbers = named(question)
                .into_iter()
                .filter_map(|member| match (member, view) {
                    (Member::Text(text), View::Texts(members)) => {
                        members.get(TextHash::of(text).number(), || Some(text))
                    }
                    (Member::Code(code), View::Codes(members)) => {
                        members.get(code.index()).copied()
                    }
                    _ => None,
                });
            Asked {
                part: Part::members(at, numbers.collect(), *holds),
                is_exact: true,
            }
        }
        // Checking rules out a question about another type.
        _ => classes(Classes::NONE, true),
    }
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
