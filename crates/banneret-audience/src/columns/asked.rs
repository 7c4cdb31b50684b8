//! What is asked of one fact's values, apart from ages: each question once, whatever its age and
//! whether it is to hold or not.

use banneret::{Codes, Fact, Kind, Members, Question, SetTest, TextTest};

/// The questions about one fact. The answers of a row are bits: whether there is a value of the
/// domain, whether anything was said, then one for each question.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) questions: Vec<Question>,
}

/// The place of the answer whether there is a value of the domain.
pub(super) const VALID: usize = 0;
/// The place of the answer whether anything was said.
pub(super) const SAID: usize = 1;
/// The place of the first question's answer.
pub(super) const FIRST: usize = 2;

impl Asked {
    pub(super) fn new(fact: &Fact) -> Asked {
        Asked {
            kind: fact.kind.clone(),
            questions: Vec::new(),
        }
    }

    /// The place of a question, and whether its answer is to be turned round.
    pub(super) fn place(&mut self, question: &Question) -> (usize, bool) {
        let place = |wanted: &Question| self.questions.iter().position(|one| one == wanted);
        if let Some(at) = place(question) {
            return (FIRST + at, false);
        }
        if let Some(at) = place(&question.negated()) {
            return (FIRST + at, true);
        }
        self.questions.push(question.clone());
        (FIRST + self.questions.len() - 1, false)
    }

    /// How many answers a row has.
    pub(super) fn answers(&self) -> usize {
        FIRST + self.questions.len()
    }

    /// Tells the answers for one text; of nothing all are no.
    pub(super) fn of_text(&self, text: Option<&str>, mut tell: impl FnMut(usize, bool)) {
        let Some(text) = text else { return };
        let code = match &self.kind {
            Kind::Enum(_) => match self.kind.code(text) {
                None if text == "unknown" => return,
                None => return tell(SAID, true),
                code => code,
            },
            Kind::String(Some(domain)) if !domain.iter().any(|value| **value == *text) => {
                return tell(SAID, true);
            }
            _ => None,
        };
        tell(SAID, true);
        tell(VALID, true);
        for (at, question) in self.questions.iter().enumerate() {
            let answer = match (question, code) {
                (Question::Enum(codes), Some(code)) => codes.has(code),
                (Question::Text { test, holds }, _) => is(test, text) == *holds,
                _ => false,
            };
            tell(FIRST + at, answer);
        }
    }
}

fn is(test: &TextTest, text: &str) -> bool {
    match test {
        TextTest::In(texts) => texts.binary_search_by(|one| (**one).cmp(text)).is_ok(),
        TextTest::StartsWith(part) => text.starts_with(&**part),
        TextTest::EndsWith(part) => text.ends_with(&**part),
        TextTest::Contains(part) => text.contains(&**part),
    }
}

/// What is asked of the members of sets. Each member has marks, and a set those of all its members;
/// the marks of a set answer every question about it.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    /// How many words of marks a member has.
    pub(super) words: usize,
    /// By question.
    tests: Vec<MarkTest>,
}

#[derive(Clone, Debug)]
enum MarkTest {
    /// The first of so many marks, of which one or all must be there.
    Members {
        first: usize,
        many: usize,
        all: bool,
        holds: bool,
    },
    Empty {
        holds: bool,
    },
    /// No question about a set.
    Never,
}

/// The mark of a member that is outside its enum.
const OUTSIDE: usize = 0;

impl Marks {
    pub(super) fn of(asked: &Asked) -> Marks {
        let mut next = OUTSIDE + 1;
        let tests = asked.questions.iter().map(|question| {
            let Question::Set { test, holds } = question else {
                return MarkTest::Never;
            };
            let (all, many) = match test {
                SetTest::Empty => return MarkTest::Empty { holds: *holds },
                // One mark tells of any.
                SetTest::Any(_) => (false, 1),
                SetTest::All(members) => (true, size(members)),
            };
            let first = next;
            next += many;
            MarkTest::Members {
                first,
                many,
                all,
                holds: *holds,
            }
        });
        let tests = tests.collect();
        let words = next.div_ceil(64);
        Marks { words, tests }
    }

    /// The marks of one member.
    pub(super) fn of_member(&self, asked: &Asked, member: &str, marks: &mut [u64]) {
        let mut mark = |at: usize| marks[at / 64] |= 1 << (at % 64);
        if matches!(asked.kind, Kind::EnumSet(_)) && asked.kind.code(member).is_none() {
            return mark(OUTSIDE);
        }
        for (question, test) in asked.questions.iter().zip(&self.tests) {
            let (Question::Set { test, .. }, MarkTest::Members { first, all, .. }) =
                (question, test)
            else {
                continue;
            };
            let (SetTest::Any(members) | SetTest::All(members)) = test else {
                continue;
            };
            if let Some(place) = place(members, asked, member) {
                mark(if *all { first + place } else { *first });
            }
        }
    }

    /// Tells the answers for a set with those marks.
    pub(super) fn tell(&self, marks: &[u64], is_empty: bool, mut tell: impl FnMut(usize, bool)) {
        let has = |at: usize| marks[at / 64] >> (at % 64) & 1 == 1;
        tell(SAID, true);
        if has(OUTSIDE) {
            return;
        }
        tell(VALID, true);
        for (at, test) in self.tests.iter().enumerate() {
            let answer = match *test {
                MarkTest::Never => false,
                MarkTest::Empty { holds } => is_empty == holds,
                MarkTest::Members {
                    first,
                    many,
                    all,
                    holds,
                } => {
                    let mut marks = first..first + many;
                    holds == if all { marks.all(has) } else { marks.any(has) }
                }
            };
            tell(FIRST + at, answer);
        }
    }
}

fn size(members: &Members) -> usize {
    match members {
        Members::Codes(codes) => codes.len(),
        Members::Texts(texts) => texts.len(),
    }
}

/// The place of a member among those that are asked for.
fn place(members: &Members, asked: &Asked, member: &str) -> Option<usize> {
    match members {
        Members::Texts(texts) => texts.binary_search_by(|one| (**one).cmp(member)).ok(),
        Members::Codes(codes) => {
            let code = asked.kind.code(member)?;
            place_of(codes, code)
        }
    }
}

fn place_of(codes: &Codes, code: banneret::EnumCode) -> Option<usize> {
    codes.iter().position(|one| one == code)
}
