//! banneret as one engine among others, and what it is compared with in its own house.

use std::hint::black_box;
use std::sync::Arc;

use banneret::{Account, Book, Clock, Engine, Facts, History, Scratch, Truths};

use crate::peer::{Given, Peer};
use crate::targeting::{self, Rule};
use crate::{form, rule_book};

/// [`Engine::matches`]: audiences, freshness, contracts, dates and kills.
pub struct Matches {
    engine: Engine,
    scratch: Scratch,
    /// Read into again and again.
    account: Account,
}

/// [`Engine::decide`]: that, every other gate, what to show and until when, for a viewer who has
/// seen nothing yet.
pub struct Decide {
    engine: Engine,
    scratch: Scratch,
    history: History,
    /// Read into again and again.
    account: Account,
}

/// The plain evaluator: every formula of the book, each once.
pub struct Plain {
    book: Book,
    truths: Truths,
}

/// The plain meaning of the rules, rule by rule: an interpreter over typed values.
pub struct Interpreter(Vec<Rule>);

/// The book of the workload's rules.
///
/// # Panics
/// Where banneret finds something wrong with it.
#[must_use]
pub fn book(files: Vec<(String, String)>) -> Book {
    let book = Book::from_files(files).expect("the workload is sound");
    assert_eq!(book.report().len(), 0, "every contract is proven");
    book
}

/// An account as facts, from JSON that is parsed already.
///
/// # Panics
/// Where banneret refuses it.
#[must_use]
pub fn facts(book: &Book, given: &Given) -> Facts {
    let account = Account::from_json(book.schema(), given.json.clone(), false);
    account.expect("an account of this schema").facts
}

impl Matches {
    /// An engine with a book.
    #[must_use]
    pub fn new(book: Book) -> Matches {
        let engine = Engine::new(book);
        let scratch = engine.scratch();
        let account = Account::new(engine.book().schema());
        Matches {
            engine,
            scratch,
            account,
        }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// From a line of NDJSON to what matches.
    ///
    /// # Panics
    /// Where banneret refuses the line.
    pub fn run_line(&mut self, line: &str) {
        let schema = Arc::clone(self.account.facts.schema());
        let read = self.account.read_line(&schema, line, false);
        read.expect("an account of this schema");
        self.run_read();
    }

    fn run_read(&mut self) {
        places(&self.engine, &self.account.facts, &mut self.scratch);
    }

    /// Goes through what matches.
    ///
    /// # Panics
    /// Where the facts are of another book.
    pub fn each(&mut self, facts: &Facts, visit: impl FnMut(&str)) {
        matches(&self.engine, facts, &mut self.scratch, visit);
    }
}

/// Goes through the places of what matches: numbers, as the other engines give them.
fn places(engine: &Engine, facts: &Facts, scratch: &mut Scratch) {
    let matches = engine.matches(facts, form::now(), scratch);
    for place in matches.expect("facts of this book").places() {
        black_box(place);
    }
}

/// Goes through what matches.
///
/// # Panics
/// Where the facts are of another book than the engine's.
pub fn matches(engine: &Engine, facts: &Facts, scratch: &mut Scratch, mut visit: impl FnMut(&str)) {
    let matches = engine.matches(facts, form::now(), scratch);
    for name in matches.expect("facts of this book").names() {
        visit(name);
    }
}

impl Decide {
    /// An engine with a book.
    #[must_use]
    pub fn new(book: Book) -> Decide {
        let engine = Engine::new(book);
        Decide {
            scratch: engine.scratch(),
            account: Account::new(engine.book().schema()),
            engine,
            history: History::new(),
        }
    }

    /// From a line of NDJSON to what is shown.
    ///
    /// # Panics
    /// Where banneret refuses the line.
    pub fn run_line(&mut self, line: &str) {
        let schema = Arc::clone(self.account.facts.schema());
        let read = self.account.read_line(&schema, line, false);
        read.expect("an account of this schema");
        self.run_read();
    }

    fn run_read(&mut self) {
        shown(
            &self.engine,
            &self.account.facts,
            &self.history,
            &mut self.scratch,
        );
    }
}

/// Goes through what matches and what is shown.
fn shown(engine: &Engine, facts: &Facts, history: &History, scratch: &mut Scratch) {
    let decision = engine.decide(facts, history, form::now(), scratch);
    let decision = decision.expect("facts of this book");
    for name in decision.matches() {
        black_box(name);
    }
    for show in decision.shows() {
        black_box(show);
    }
}

impl Peer for Matches {
    const NAME: &'static str = "banneret, matches";
    type Source = Vec<(String, String)>;
    type Account = Facts;

    fn source(rules: &[Rule]) -> Self::Source {
        rule_book::files(rules)
    }

    fn load(source: &Self::Source) -> Matches {
        Matches::new(book(source.clone()))
    }

    fn convert(&self, given: &Given) -> Facts {
        facts(&self.engine.book(), given)
    }

    fn find(&mut self, account: &Facts, found: &mut Vec<u32>) {
        self.each(account, |name| found.push(rule_book::number(name)));
    }

    fn run(&mut self, account: &Facts, _: &mut Vec<u32>) {
        places(&self.engine, account, &mut self.scratch);
    }

    fn run_json(&mut self, given: &Given, _: &mut Vec<u32>) {
        let schema = Arc::clone(self.account.facts.schema());
        let read = self.account.read_json(&schema, &given.json, false);
        read.expect("an account of this schema");
        self.run_read();
    }
}

impl Peer for Decide {
    const NAME: &'static str = "banneret, decide";
    type Source = Vec<(String, String)>;
    type Account = Facts;

    fn source(rules: &[Rule]) -> Self::Source {
        rule_book::files(rules)
    }

    fn load(source: &Self::Source) -> Decide {
        Decide::new(book(source.clone()))
    }

    fn convert(&self, given: &Given) -> Facts {
        facts(&self.engine.book(), given)
    }

    fn find(&mut self, account: &Facts, found: &mut Vec<u32>) {
        let decision = self
            .engine
            .decide(account, &self.history, form::now(), &mut self.scratch);
        let matches = decision.expect("facts of this book").matches();
        found.extend(matches.map(rule_book::number));
    }

    fn run(&mut self, account: &Facts, _: &mut Vec<u32>) {
        shown(&self.engine, account, &self.history, &mut self.scratch);
    }

    fn run_json(&mut self, given: &Given, _: &mut Vec<u32>) {
        let schema = Arc::clone(self.account.facts.schema());
        let read = self.account.read_json(&schema, &given.json, false);
        read.expect("an account of this schema");
        self.run_read();
    }
}

impl Plain {
    fn each(&mut self, account: &Facts, mut visit: impl FnMut(usize, &str)) {
        let clock = Clock {
            now: form::now(),
            skew: self.book.manifest().clock_skew,
        };
        self.truths.fill(self.book.formulas(), account, clock);
        for (place, banner) in self.book.banners().iter().enumerate() {
            let contract = self.book.kind_of(banner).map(|kind| kind.contract);
            let mut needed = [Some(banner.audience), contract].into_iter().flatten();
            if needed.all(|formula| self.truths.of(formula).is_true()) {
                visit(place, &banner.name);
            }
        }
    }
}

impl Peer for Plain {
    const NAME: &'static str = "banneret, the plain evaluator";
    type Source = Vec<(String, String)>;
    type Account = Facts;

    fn source(rules: &[Rule]) -> Self::Source {
        rule_book::files(rules)
    }

    fn load(source: &Self::Source) -> Plain {
        Plain {
            book: book(source.clone()),
            truths: Truths::default(),
        }
    }

    fn convert(&self, given: &Given) -> Facts {
        facts(&self.book, given)
    }

    fn find(&mut self, account: &Facts, found: &mut Vec<u32>) {
        self.each(account, |_, name| found.push(rule_book::number(name)));
    }

    fn run(&mut self, account: &Facts, _: &mut Vec<u32>) {
        self.each(account, |place, _| _ = black_box(place));
    }
}

impl Peer for Interpreter {
    const NAME: &'static str = "a typed interpreter";
    type Source = Vec<Rule>;
    type Account = targeting::Account;

    fn source(rules: &[Rule]) -> Vec<Rule> {
        rules.to_vec()
    }

    fn load(source: &Vec<Rule>) -> Interpreter {
        Interpreter(source.iter().map(Rule::positive).collect())
    }

    fn convert(&self, given: &Given) -> targeting::Account {
        given.plain.clone()
    }

    fn find(&mut self, account: &targeting::Account, found: &mut Vec<u32>) {
        let rules = (0..).zip(&self.0);
        let matching = rules.filter(|(_, rule)| rule.matches(account));
        found.extend(matching.map(|(number, _)| number));
    }
}
