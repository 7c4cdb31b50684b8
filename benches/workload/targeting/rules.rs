//! Rules as teams write them: some conditions at once, now and then a choice, and the same few
//! words and numbers again and again. Each is true of some accounts and of few.

use super::accounts::{Account, Value, accounts};
use super::chance::Chance;
use super::facts::{FACTS, Kind};

/// A rule: true, false or unknown of an account, in Kleene's logic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// All of these.
    All(Vec<Rule>),
    /// One of these.
    Any(Vec<Rule>),
    /// Not this.
    Not(Box<Rule>),
    /// A question about one fact.
    Ask(Atom),
}

/// A question about one fact. It is unknown where the fact is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Atom {
    /// The fact's place among [`FACTS`].
    pub fact: usize,
    /// What is asked.
    pub test: Test,
}

/// What is asked of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// Whether a bool is that.
    Is(bool),
    /// Whether an enum is one of these words, or is none of them.
    Among(Vec<u8>, bool),
    /// How a number compares.
    Number(Order, i64),
    /// Whether a set has one of these words, or has none of them.
    Has(Vec<u8>, bool),
}

/// How a number compares with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Order {
    Equal,
    Other,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    /// As most languages write it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Order::Equal => "==",
            Order::Other => "!=",
            Order::Less => "<",
            Order::AtMost => "<=",
            Order::More => ">",
            Order::AtLeast => ">=",
        }
    }

    fn holds(self, one: i64, other: i64) -> bool {
        match self {
            Order::Equal => one == other,
            Order::Other => one != other,
            Order::Less => one < other,
            Order::AtMost => one <= other,
            Order::More => one > other,
            Order::AtLeast => one >= other,
        }
    }

    fn negated(self) -> Order {
        match self {
            Order::Equal => Order::Other,
            Order::Other => Order::Equal,
            Order::Less => Order::AtLeast,
            Order::AtMost => Order::More,
            Order::More => Order::AtMost,
            Order::AtLeast => Order::Less,
        }
    }
}

impl Test {
    fn negated(&self) -> Test {
        match self {
            Test::Is(wanted) => Test::Is(!wanted),
            Test::Among(words, holds) => Test::Among(words.clone(), !holds),
            Test::Number(order, number) => Test::Number(order.negated(), *number),
            Test::Has(words, holds) => Test::Has(words.clone(), !holds),
        }
    }

    fn holds(&self, value: Value) -> Option<bool> {
        match (self, value) {
            (Test::Is(wanted), Value::Flag(flag)) => Some(*wanted == flag),
            (Test::Among(words, holds), Value::Word(word)) => Some(words.contains(&word) == *holds),
            (Test::Number(order, than), Value::Number(number)) => Some(order.holds(number, *than)),
            (Test::Has(words, holds), Value::Words(has)) => {
                let is_in = |code: &u8| has[usize::from(code / 64)] >> (code % 64) & 1 == 1;
                Some(words.iter().any(is_in) == *holds)
            }
            _ => None,
        }
    }
}

impl Rule {
    /// Whether it holds of an account: the plain meaning, with which every engine is compared.
    #[must_use]
    pub fn truth(&self, account: &Account) -> Option<bool> {
        match self {
            Rule::All(parts) => {
                let mut truth = Some(true);
                for part in parts {
                    match part.truth(account) {
                        Some(false) => return Some(false),
                        None => truth = None,
                        Some(true) => {}
                    }
                }
                truth
            }
            Rule::Any(parts) => {
                let mut truth = Some(false);
                for part in parts {
                    match part.truth(account) {
                        Some(true) => return Some(true),
                        None => truth = None,
                        Some(false) => {}
                    }
                }
                truth
            }
            Rule::Not(part) => part.truth(account).map(|truth| !truth),
            Rule::Ask(atom) => atom.test.holds(account.values[atom.fact]?),
        }
    }

    /// Whether it is true of an account; unknown is not.
    #[must_use]
    pub fn matches(&self, account: &Account) -> bool {
        self.truth(account) == Some(true)
    }

    /// The same rule without `not`. It is true where this is; for an engine that knows nothing of
    /// unknown, a question is then simply false where its fact is missing.
    #[must_use]
    pub fn positive(&self) -> Rule {
        self.signed(true)
    }

    fn signed(&self, holds: bool) -> Rule {
        match (self, holds) {
            (Rule::Not(part), _) => part.signed(!holds),
            (Rule::All(parts), true) | (Rule::Any(parts), false) => Rule::All(flat(
                parts.iter().map(|part| part.signed(holds)),
                |part| match part {
                    Rule::All(parts) => Ok(parts),
                    other => Err(other),
                },
            )),
            (Rule::Any(parts), true) | (Rule::All(parts), false) => Rule::Any(flat(
                parts.iter().map(|part| part.signed(holds)),
                |part| match part {
                    Rule::Any(parts) => Ok(parts),
                    other => Err(other),
                },
            )),
            (Rule::Ask(_), true) => self.clone(),
            (Rule::Ask(atom), false) => Rule::Ask(Atom {
                fact: atom.fact,
                test: atom.test.negated(),
            }),
        }
    }

    /// The questions of which all must hold, whatever else must.
    pub fn demands(&self) -> impl Iterator<Item = &Atom> {
        let parts = match self {
            Rule::All(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        parts.iter().filter_map(|part| match part {
            Rule::Ask(atom) => Some(atom),
            _ => None,
        })
    }

    /// How many questions it asks.
    #[must_use]
    pub fn questions(&self) -> usize {
        match self {
            Rule::All(parts) | Rule::Any(parts) => parts.iter().map(Rule::questions).sum(),
            Rule::Not(part) => part.questions(),
            Rule::Ask(_) => 1,
        }
    }
}

fn flat(
    parts: impl Iterator<Item = Rule>,
    open: impl Fn(Rule) -> Result<Vec<Rule>, Rule>,
) -> Vec<Rule> {
    let mut all = Vec::new();
    for part in parts {
        match open(part) {
            Ok(parts) => all.extend(parts),
            Err(part) => all.push(part),
        }
    }
    all
}

/// So many rules; fewer are the first of more. Each is true of 0.1 to 5 % of accounts.
#[must_use]
pub fn rules(count: usize) -> Vec<Rule> {
    let sample = accounts(2_000, 1);
    let (least, most) = (sample.len() / 1_000, sample.len() / 20);
    let mut author = Author::new(5);
    let mut rules = Vec::with_capacity(count);
    while rules.len() < count {
        let rule = author.rule();
        let matching = sample.iter().filter(|account| rule.matches(account));
        // Who is true of too many is known soon.
        if (least..=most).contains(&matching.take(most + 1).count()) {
            rules.push(rule);
        }
    }
    rules
}

/// Who writes rules, with the lists of words that everybody uses.
struct Author {
    chance: Chance,
    /// By fact.
    lists: Vec<Vec<Vec<u8>>>,
    asked: Vec<u32>,
}

impl Author {
    fn new(seed: u64) -> Author {
        let mut chance = Chance::new(seed);
        let lists = FACTS.iter().map(|fact| match fact.words() {
            0 => Vec::new(),
            words => (0..40).map(|_| list(&mut chance, words)).collect(),
        });
        let lists = lists.collect();
        Author {
            chance,
            lists,
            asked: FACTS.iter().map(|fact| fact.asked).collect(),
        }
    }

    fn rule(&mut self) -> Rule {
        let questions = 2 + self.chance.below(7);
        if questions >= 4 && self.chance.percent(8.0) {
            let first = questions / 2;
            return Rule::Any(vec![
                Rule::All(self.conditions(first)),
                Rule::All(self.conditions(questions - first)),
            ]);
        }
        Rule::All(self.conditions(questions))
    }

    fn conditions(&mut self, questions: usize) -> Vec<Rule> {
        let (mut conditions, mut left) = (Vec::new(), questions);
        while left > 0 {
            let (condition, refused) = if left >= 2 && self.chance.percent(18.0) {
                let choices = (2 + self.chance.below(2)).min(left);
                left -= choices;
                let choices = (0..choices).map(|_| Rule::Ask(self.question()));
                (Rule::Any(choices.collect()), 20.0)
            } else {
                left -= 1;
                (Rule::Ask(self.question()), 10.0)
            };
            conditions.push(match self.chance.percent(refused) {
                true => Rule::Not(Box::new(condition)),
                false => condition,
            });
        }
        conditions
    }

    fn question(&mut self) -> Atom {
        let place = self.chance.weighted(&self.asked);
        let fact = &FACTS[place];
        let test = match fact.kind {
            Kind::Bool if fact.name == "account.is_test" => Test::Is(self.chance.percent(4.0)),
            Kind::Bool => Test::Is(self.chance.percent(70.0)),
            Kind::Int => self.comparison(fact.name),
            Kind::Enum(_) => {
                let holds = !self.chance.percent(20.0);
                let words = match self.chance.percent(53.0) {
                    true => vec![self.chance.zipf(fact.words(), 0.8) as u8],
                    false => self.list_of(place),
                };
                Test::Among(words, holds)
            }
            Kind::Set(_, words) => match self.chance.weighted(&[55, 30, 15]) {
                0 => Test::Has(vec![self.chance.zipf(words.into(), 0.8) as u8], true),
                1 => Test::Has(self.list_of(place), true),
                _ => Test::Has(self.list_of(place), false),
            },
        };
        Atom { fact: place, test }
    }

    fn list_of(&mut self, fact: usize) -> Vec<u8> {
        let lists = &self.lists[fact];
        lists[self.chance.zipf(lists.len(), 0.9)].clone()
    }

    fn comparison(&mut self, fact: &str) -> Test {
        let numbers: &[i64] = match fact {
            "account.seats" => &[5, 10, 20, 50, 3, 100, 2, 25, 1, 15, 30, 75],
            "account.monthly_cents" => &[
                10_000, 50_000, 100_000, 0, 20_000, 5_000, 250_000, 1_000, 500_000, 30_000,
            ],
            "dues.days" => &[7, 0, 14, 30, 3, 1, 21, 10, 5, 45, 60, 90],
            "dues.attempts" => &[0, 1, 3, 2, 4, 5],
            "card.ends_in_days" => &[30, 60, 7, 14, 90, 0, 45, 120, 180, 365],
            "account.age_days" => &[30, 90, 365, 7, 180, 14, 60, 730, 1, 270],
            _ => &[350, 360, 340, 370, 380, 390, 355, 345, 365, 375, 330, 320],
        };
        let number = numbers[self.chance.zipf(numbers.len(), 0.9)];
        let equal = if fact == "dues.attempts" { 20 } else { 0 };
        let order = match self.chance.weighted(&[30, 20, 20, 30, equal]) {
            0 => Order::AtLeast,
            1 => Order::More,
            2 => Order::AtMost,
            3 => Order::Less,
            _ => Order::Equal,
        };
        Test::Number(order, number)
    }
}

/// Some different words, in order.
fn list(chance: &mut Chance, words: usize) -> Vec<u8> {
    let wanted = 2 + chance.below((words / 2).clamp(1, 7));
    let mut list = Vec::new();
    while list.len() < wanted {
        let word = chance.zipf(words, 0.6) as u8;
        if !list.contains(&word) {
            list.push(word);
        }
    }
    list.sort_unstable();
    list
}
