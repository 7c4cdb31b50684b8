//! Texts in classes: two texts are of one class where every question of the formulas has the same
//! answer for both. Each class is held by its plainest text.
//!
//! A text that a list names is a class of its own. What remains is told apart by `starts with`,
//! `ends with` and `contains`: a search over all texts, breadth first, that keeps of a text only
//! what later characters can still change (the idea of Aho and Corasick, "Efficient string
//! matching", 1975). It finds a shortest text of every class, so the classes are exact.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use crate::eval::text_is;
use crate::formula::{Ranges, TextTest};

/// More questions with operators than this are not told apart.
const MOST_TESTS: usize = 128;
/// More steps of the search than this are not taken.
const MOST_STEPS: usize = 50_000;

/// The classes of the texts of one fact.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    /// The plainest text of each class: the listed ones, sorted, then the rest.
    plainest: Vec<Box<str>>,
    listed: usize,
    /// The questions about beginnings, ends and contents that tell the rest apart.
    operators: Vec<TextTest>,
}

/// What telling texts apart may cost at most, in steps of a proof.
pub(super) fn cost(tests: &[&TextTest]) -> u64 {
    let operators = tests.iter().filter(|test| !matches!(test, TextTest::In(_)));
    let operators = u64::try_from(operators.count()).unwrap_or(u64::MAX);
    // Few questions make few classes, and are not worth counting.
    if operators < 8 {
        operators
    } else {
        operators.saturating_mul(10_000)
    }
}

impl Texts {
    /// The classes that the tests tell apart, of the domain's texts where there is a domain;
    /// nothing where there are too many.
    pub(super) fn new(domain: Option<&[Box<str>]>, tests: &[&TextTest]) -> Option<Texts> {
        let mut listed = BTreeSet::new();
        if let Some(domain) = domain {
            listed.extend(domain.iter().cloned());
            return Some(Texts::of(listed, Vec::new(), Vec::new()));
        }
        let mut operators: Vec<&TextTest> = Vec::new();
        let mut seen = HashSet::new();
        for test in tests {
            match test {
                TextTest::In(members) => listed.extend(members.iter().cloned()),
                test => {
                    if seen.insert(*test) {
                        operators.push(test);
                    }
                }
            }
        }
        let others = Search::new(&operators, &listed)?.run()?;
        let operators = operators.into_iter().cloned().collect();
        Some(Texts::of(listed, others, operators))
    }

    fn of(listed: BTreeSet<Box<str>>, others: Vec<Box<str>>, operators: Vec<TextTest>) -> Texts {
        let mut plainest: Vec<_> = listed.into_iter().collect();
        let listed = plainest.len();
        plainest.extend(others);
        Texts {
            plainest,
            listed,
            operators,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.plainest.len()
    }

    /// The plainest text of a class.
    pub(super) fn text(&self, class: i64) -> &str {
        let class = usize::try_from(class).ok();
        class
            .and_then(|class| self.plainest.get(class))
            .map_or("", |text| text)
    }

    /// Whether a class is one text that a list names.
    pub(super) fn is_listed(&self, class: i64) -> bool {
        usize::try_from(class).is_ok_and(|class| class < self.listed)
    }

    /// The class of a text; past them all where it has none, which no text should.
    pub(super) fn class_of(&self, text: &str) -> i64 {
        let listed = self.plainest.get(..self.listed).unwrap_or_default();
        let listed = listed.binary_search_by(|known| (**known).cmp(text)).ok();
        let alike = |other: &str| {
            let mut tests = self.operators.iter();
            tests.all(|test| text_is(test, other) == text_is(test, text))
        };
        let mut others = self.plainest.iter().enumerate().skip(self.listed);
        let class = listed.or_else(|| Some(others.find(|(_, other)| alike(other))?.0));
        class.map_or(i64::MAX, |class| i64::try_from(class).unwrap_or(i64::MAX))
    }

    /// Questions with answers that only the texts of one class have, no listed text being one.
    pub(super) fn telling(&self, class: i64) -> Vec<(TextTest, bool)> {
        let text = self.text(class);
        let listed = self.plainest.get(..self.listed).unwrap_or_default();
        let mut telling: Vec<_> = self
            .operators
            .iter()
            .map(|test| (test.clone(), text_is(test, text)))
            .collect();
        if !listed.is_empty() {
            telling.push((TextTest::In(listed.into()), false));
        }
        telling
    }

    /// The classes for whose texts a test holds, or does not.
    pub(super) fn classes_where(&self, test: &TextTest, holds: bool) -> Ranges {
        let point = |class: usize| {
            let class = i64::try_from(class).unwrap_or(i64::MAX);
            (class, class)
        };
        if let TextTest::In(members) = test {
            let listed = self.plainest.get(..self.listed).unwrap_or_default();
            let found = members
                .iter()
                .filter_map(|text| listed.binary_search(text).ok());
            let found = Ranges::of(found.map(point));
            return if holds { found } else { found.complement() };
        }
        let classes = self.plainest.iter().enumerate();
        let found = classes.filter(|(_, text)| text_is(test, text) == holds);
        Ranges::of(found.map(|(class, _)| point(class)))
    }
}

/// What of a text later characters can still change, and what they cannot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// The whole text, while it is the beginning of something that a question names.
    head: Option<String>,
    /// The longest end of it that something to be found may begin with.
    tail: String,
    /// The questions about beginnings and contents that hold already, a bit each.
    held: u128,
}

struct Search<'t> {
    tests: &'t [&'t TextTest],
    listed: &'t BTreeSet<Box<str>>,
    alphabet: Vec<char>,
    /// A character that no question names.
    other: char,
}

impl<'t> Search<'t> {
    fn new(tests: &'t [&'t TextTest], listed: &'t BTreeSet<Box<str>>) -> Option<Search<'t>> {
        if tests.len() > MOST_TESTS {
            return None;
        }
        let mut alphabet: BTreeSet<char> = tests.iter().flat_map(|test| needle(test)).collect();
        let free = |c: &char| !alphabet.contains(c) && listed.iter().all(|text| !text.contains(*c));
        let mut others = "xyzabcdefghijklmnopqrstuvw"
            .chars()
            .chain('\u{e0}'..='\u{ffff}');
        let other = others.find(|c| c.is_alphabetic() && free(c))?;
        alphabet.insert(other);
        Some(Search {
            tests,
            listed,
            alphabet: alphabet.into_iter().collect(),
            other,
        })
    }

    /// The plainest text of every class that no list names, those of no question first.
    fn run(&self) -> Option<Vec<Box<str>>> {
        // Where no question holds of a word, it reads better than a single letter or nothing.
        let word = "other";
        let plain = self.tests.iter().all(|test| !text_is(test, word));
        let mut found: HashMap<u128, ()> = HashMap::new();
        let mut classes: Vec<Box<str>> = Vec::new();
        if plain && !self.listed.contains(word) {
            found.insert(0, ());
            classes.push(word.into());
        }
        let start = State {
            head: Some(String::new()),
            tail: String::new(),
            held: self.held(0, "", Some("")),
        };
        let mut seen = HashSet::from([start.clone()]);
        let mut next = VecDeque::from([(start, String::new())]);
        let mut steps = 0;
        while let Some((state, text)) = next.pop_front() {
            if !self.listed.contains(text.as_str())
                && found.insert(self.answers(&state), ()).is_none()
            {
                classes.push(text.as_str().into());
            }
            for c in &self.alphabet {
                steps += 1;
                if steps > MOST_STEPS {
                    return None;
                }
                let after = self.step(&state, *c);
                if seen.insert(after.clone()) {
                    next.push_back((after, format!("{text}{c}")));
                }
            }
        }
        // Nothing but listed texts and this one: better a letter than nothing at all.
        if self.tests.is_empty() && classes.iter().all(|text| text.is_empty()) {
            classes = vec![self.other.to_string().into()];
        }
        Some(classes)
    }

    /// The answer to every question for a text that ends here.
    fn answers(&self, state: &State) -> u128 {
        let ends = self.bits(|test| match test {
            TextTest::EndsWith(part) => state.tail.ends_with(&**part),
            _ => false,
        });
        state.held | ends
    }

    fn step(&self, state: &State, c: char) -> State {
        let head = state.head.as_ref().map(|head| format!("{head}{c}"));
        let whole = format!("{}{c}", state.tail);
        let held = self.held(state.held, &whole, head.as_deref());
        let head = head.filter(|head| self.begins_something(head));
        let mut starts = whole.char_indices().map(|(at, _)| at);
        let tail = starts.find_map(|at| whole.get(at..).filter(|tail| self.leads_on(tail)));
        State {
            head,
            tail: tail.unwrap_or_default().to_owned(),
            held,
        }
    }

    fn held(&self, before: u128, end: &str, head: Option<&str>) -> u128 {
        let now = self.bits(|test| match test {
            TextTest::StartsWith(part) => head == Some(part),
            TextTest::Contains(part) => end.ends_with(&**part),
            _ => false,
        });
        before | now
    }

    fn begins_something(&self, head: &str) -> bool {
        let begins = |test: &&&TextTest| matches!(test, TextTest::StartsWith(part) if part.starts_with(head));
        let from = (std::ops::Bound::Included(head), std::ops::Bound::Unbounded);
        let mut next = self.listed.range::<str, _>(from);
        next.next().is_some_and(|text| text.starts_with(head))
            || self.tests.iter().any(|test| begins(&test))
    }

    fn leads_on(&self, tail: &str) -> bool {
        self.tests.iter().any(|test| match test {
            TextTest::EndsWith(part) | TextTest::Contains(part) => part.starts_with(tail),
            _ => false,
        })
    }

    fn bits(&self, holds: impl Fn(&TextTest) -> bool) -> u128 {
        let tests = self.tests.iter().enumerate();
        tests
            .filter(|(_, test)| holds(test))
            .fold(0, |bits, (at, _)| bits | 1 << at)
    }
}

fn needle(test: &TextTest) -> impl Iterator<Item = char> + '_ {
    let part = match test {
        TextTest::In(_) => "",
        TextTest::StartsWith(part) | TextTest::EndsWith(part) | TextTest::Contains(part) => part,
    };
    part.chars()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    /// Every text over those characters that is no longer than that.
    fn all_texts(alphabet: &str, longest: usize) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let last = from..texts.len();
            from = texts.len();
            for at in last {
                texts.extend(
                    alphabet
                        .chars()
                        .map(|c| format!("{}{c}", texts[at]))
                        .collect::<Vec<_>>(),
                );
            }
        }
        texts
    }

    fn test() -> impl Strategy<Value = TextTest> {
        let part = || "[ab\u{e5}]{0,3}".prop_map(String::into_boxed_str);
        prop_oneof![
            part().prop_map(TextTest::StartsWith),
            part().prop_map(TextTest::EndsWith),
            part().prop_map(TextTest::Contains),
            btree_set("[ab\u{e5}z]{0,3}", 1..4)
                .prop_map(|texts| TextTest::In(texts.into_iter().map(Into::into).collect())),
        ]
    }

    proptest! {
        #[test]
        fn the_classes_are_exact(tests in vec(test(), 0..6)) {
            let tests: Vec<&TextTest> = tests.iter().collect();
            let texts = Texts::new(None, &tests).unwrap();
            let lists = tests.iter().filter_map(|test| match test {
                TextTest::In(members) => Some(members.iter()),
                _ => None,
            });
            let listed: BTreeSet<&str> = lists.flatten().map(|text| &**text).collect();
            prop_assert_eq!(texts.listed, listed.len());

            let answers = |text: &str| -> Vec<bool> {
                let tests = tests.iter().filter(|test| !matches!(test, TextTest::In(_)));
                tests.map(|test| text_is(test, text)).collect()
            };
            let others: Vec<&str> = texts.plainest[texts.listed..].iter().map(|text| &**text).collect();
            let known: BTreeSet<_> = others.iter().map(|text| answers(text)).collect();
            prop_assert_eq!(known.len(), others.len(), "two classes are one: {:?}", others);
            prop_assert!(others.iter().all(|text| !listed.contains(text)));

            for text in all_texts("ab\u{e5}z", 5) {
                let class = texts.class_of(&text);
                let is_listed = listed.contains(&*text);
                prop_assert_eq!(texts.is_listed(class), is_listed);
                let plainest = texts.text(class);
                prop_assert!(known.contains(&answers(&text)) || is_listed, "{:?} has no class", text);
                prop_assert_eq!(answers(plainest), answers(&text));
                let length = |text: &str| text.chars().count();
                prop_assert!(length(plainest) <= length(&text) || plainest == "other");
                for test in &tests {
                    for holds in [true, false] {
                        let said = texts.classes_where(test, holds).has(class);
                        prop_assert_eq!(said, text_is(test, &text) == holds, "{:?} {:?}", test, text);
                    }
                }
            }
        }
    }

    /// Where there is nothing but its domain, every text of it is a class.
    #[test]
    fn a_domain_is_its_classes() {
        let domain: Vec<Box<str>> = ["SE", "DE", "FR"].map(Into::into).into();
        let begins = TextTest::StartsWith("D".into());
        let texts = Texts::new(Some(&domain), &[&begins]).unwrap();
        assert_eq!(texts.len(), 3);
        assert_eq!(texts.classes_where(&begins, true), Ranges::of([(0, 0)]));
        assert_eq!(texts.classes_where(&begins, false), Ranges::of([(1, 2)]));
    }

    /// Each of these can be in a text or not, in any order: too many classes to tell apart.
    #[test]
    fn too_many_are_none() {
        let parts: Vec<_> = (0..60)
            .map(|at| TextTest::Contains(format!("<{at}>").into()))
            .collect();
        assert!(Texts::new(None, &parts.iter().collect::<Vec<_>>()).is_none());
        let many: Vec<_> = (0..200)
            .map(|at| TextTest::StartsWith(format!("<{at}>").into()))
            .collect();
        assert!(Texts::new(None, &many.iter().collect::<Vec<_>>()).is_none());
        let listed: Vec<Box<str>> = (0..9_000).map(|at| format!("{at:05}").into()).collect();
        let list = TextTest::In(listed.into());
        assert_eq!(
            Texts::new(None, &[&list]).map(|texts| texts.len()),
            Some(9_001)
        );
    }
}
