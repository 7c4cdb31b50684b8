//! Holding an engine against the cases.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::file::{
    BucketFile, DecisionCase, DecisionFile, File, Group, Truth, TruthFile, Withheld,
};

/// Why an engine gives no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot do this, and says why; that is counted, and no failure.
    Skip(String),
    /// It should have been able to.
    Fail(String),
}

/// An engine under test. What it does not override it skips.
pub trait Subject {
    /// A rule book as the engine keeps it.
    type Book;

    /// Reads a rule book, given as names and texts of files.
    ///
    /// # Errors
    /// Why there is no such book.
    fn load(&self, files: &BTreeMap<String, String>) -> Result<Self::Book, Refusal>;

    /// The truth of a rule for each account. An account is what stands on a line of NDJSON.
    ///
    /// # Errors
    /// Why there is no answer.
    fn truths(
        &self,
        _book: &Self::Book,
        _rule: &str,
        _accounts: &[Json],
        _now: &str,
    ) -> Result<Vec<Truth>, Refusal> {
        Err(Refusal::Skip("it evaluates no single rules".to_owned()))
    }

    /// What an account sees, after the host has taken some banners away.
    ///
    /// # Errors
    /// Why there is no answer.
    fn decide(
        &self,
        _book: &Self::Book,
        _account: &Json,
        _withheld: &Withheld,
        _now: &str,
    ) -> Result<Decided, Refusal> {
        Err(Refusal::Skip("it makes no decisions".to_owned()))
    }

    /// The bucket of a value for a `rollout` or `holdout` of that name.
    ///
    /// # Errors
    /// Why there is no answer.
    fn bucket(&self, _purpose: &str, _name: &str, _value: &str) -> Result<u16, Refusal> {
        Err(Refusal::Skip("it draws no shares".to_owned()))
    }
}

/// What came of a decision. Times are in RFC 3339, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The banners that are true for the account, sorted.
    pub matches: Vec<String>,
    /// What is shown in each placement that shows anything, best first.
    pub shows: BTreeMap<String, Vec<String>>,
    /// `shown`, or the first gate that failed, by banner.
    pub reasons: BTreeMap<String, String>,
    /// Why which facts are unknown, by banner.
    pub unknown: BTreeMap<String, BTreeMap<String, String>>,
    /// Who outranked a banner.
    pub outranked_by: BTreeMap<String, String>,
    /// The hash of the words, by banner that is shown.
    pub copy_hash: BTreeMap<String, String>,
    /// Until when everything stays as it is.
    pub valid_until: Option<String>,
    /// Until when what is shown in a placement stays as it is.
    pub placement_until: BTreeMap<String, Option<String>>,
}

/// A case that came out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file and the case.
    pub case: String,
    /// What was wrong.
    pub wrong: String,
}

/// A case that the engine cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file and the case.
    pub case: String,
    /// Why.
    pub because: String,
}

/// What came of a run. Prints its counts, then every failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Checks of a rule on an account, that passed or failed.
    pub truths: usize,
    /// Checks of a decision.
    pub decisions: usize,
    /// Checks of the hash.
    pub buckets: usize,
    /// Cases that the engine cannot do.
    pub skipped: Vec<Skipped>,
    /// Checks that failed.
    pub failures: Vec<Failure>,
}

/// Holds an engine against every case.
///
/// # Panics
/// Where a case file of this crate cannot be read.
pub fn run<S: Subject>(subject: &S) -> Report {
    let files = crate::FILES
        .iter()
        .map(|(name, text)| match File::read(text) {
            Ok(file) => (*name, file),
            Err(error) => panic!("cases/{name}: {error}"),
        });
    run_files(subject, files)
}

/// Holds an engine against the cases of those files.
pub fn run_files<'n, S: Subject>(
    subject: &S,
    files: impl IntoIterator<Item = (&'n str, File)>,
) -> Report {
    let mut runner = Runner {
        subject,
        file: "",
        report: Report::default(),
    };
    for (name, file) in files {
        runner.file = name;
        match file {
            File::Truths(file) => runner.truths(&file),
            File::Decisions(file) => runner.decisions(&file),
            File::Buckets(file) => runner.buckets(&file),
        }
    }
    runner.report
}

struct Runner<'s, S> {
    subject: &'s S,
    file: &'s str,
    report: Report,
}

impl<S: Subject> Runner<'_, S> {
    fn truths(&mut self, file: &TruthFile) {
        match self.subject.load(&file.book()) {
            Ok(book) => {
                for group in &file.groups {
                    self.group(file, group, &book);
                }
            }
            Err(refusal) => self.refused("the book", refusal),
        }
    }

    fn group(&mut self, file: &TruthFile, group: &Group, book: &S::Book) {
        let accounts: Vec<Json> = group.accounts(file.as_of.as_deref()).collect();
        let now = group.now.as_ref().unwrap_or(&file.now);
        for rule in &group.rule {
            match self.subject.truths(book, rule, &accounts, now) {
                Ok(truths) if truths.len() == accounts.len() => self.compare(rule, group, &truths),
                Ok(_) => self.failed(rule, "not one truth for each account".to_owned()),
                Err(refusal) => self.refused(rule, refusal),
            }
        }
    }

    fn compare(&mut self, rule: &str, group: &Group, truths: &[Truth]) {
        for ((account, wanted), got) in group.on.iter().zip(truths) {
            self.report.truths += 1;
            if wanted != got {
                let wrong = format!("of {account} it should be {wanted} and is {got}");
                self.failed(rule, wrong);
            }
        }
    }

    fn decisions(&mut self, file: &DecisionFile) {
        match self.subject.load(&file.book) {
            Ok(book) => {
                for case in &file.cases {
                    self.decision(file, case, &book);
                }
            }
            Err(refusal) => self.refused("the book", refusal),
        }
    }

    fn decision(&mut self, file: &DecisionFile, case: &DecisionCase, book: &S::Book) {
        let now = case.now.as_ref().unwrap_or(&file.now);
        let decided = self
            .subject
            .decide(book, &case.account(file), &case.host, now);
        match decided.map(|decided| json!(decided)) {
            Ok(decided) => {
                for (what, wanted) in &case.expect {
                    self.expect(&case.name, what, wanted, &decided[what]);
                }
            }
            Err(refusal) => self.refused(&case.name, refusal),
        }
    }

    /// Of what is told by banner or placement each entry is a check; the rest is one as a whole.
    fn expect(&mut self, case: &str, what: &str, wanted: &Json, got: &Json) {
        match wanted {
            Json::Object(entries) if what != "shows" => {
                for (key, wanted) in entries {
                    self.same(case, &format!("{what} of {key}"), wanted, &got[key]);
                }
            }
            _ => self.same(case, what, wanted, got),
        }
    }

    fn same(&mut self, case: &str, what: &str, wanted: &Json, got: &Json) {
        self.report.decisions += 1;
        if wanted != got {
            self.failed(case, format!("{what} should be {wanted} and is {got}"));
        }
    }

    fn buckets(&mut self, file: &BucketFile) {
        for bucket in &file.buckets {
            let case = format!("{}:{}:{}", bucket.0, bucket.1, bucket.2);
            match self.subject.bucket(&bucket.0, &bucket.1, &bucket.2) {
                Ok(got) => {
                    self.report.buckets += 1;
                    if got != bucket.3 {
                        self.failed(&case, format!("should be {} and is {got}", bucket.3));
                    }
                }
                Err(refusal) => self.refused(&case, refusal),
            }
        }
    }

    fn refused(&mut self, case: &str, refusal: Refusal) {
        match refusal {
            Refusal::Fail(wrong) => self.failed(case, wrong),
            Refusal::Skip(because) => self.report.skipped.push(Skipped {
                case: format!("{}: {case}", self.file),
                because,
            }),
        }
    }

    fn failed(&mut self, case: &str, wrong: String) {
        self.report.failures.push(Failure {
            case: format!("{}: {case}", self.file),
            wrong,
        });
    }
}

impl TruthFile {
    /// The rule book that the rules are read against.
    fn book(&self) -> BTreeMap<String, String> {
        let skew = self.clock_skew.as_ref();
        let skew = skew
            .map(|skew| format!("clock_skew: {skew}\n"))
            .unwrap_or_default();
        let manifest = format!(
            "edition: 1\nplacements: {{top: 1}}\ncopy: {{dir: copy, source: en, locales: [en]}}\n{skew}"
        );
        let mut files = BTreeMap::from([
            ("banneret.yaml".to_owned(), manifest),
            ("schema.yaml".to_owned(), self.schema.clone()),
            (
                "copy/en.ftl".to_owned(),
                "words = Words.\n    .kind = anything\n".to_owned(),
            ),
        ]);
        if let Some(segments) = &self.segments {
            files.insert("segments.banner".to_owned(), segments.clone());
        }
        files
    }
}

impl Group {
    fn accounts(&self, as_of: Option<&str>) -> impl Iterator<Item = Json> {
        self.on.iter().map(move |(given, _)| {
            let mut facts = match (&self.of, given) {
                (Some(fact), value) => Map::from_iter([(fact.clone(), value.clone())]),
                (None, Json::Object(facts)) => facts.clone(),
                (None, other) => Map::from_iter([("not.a_map".to_owned(), other.clone())]),
            };
            let own = facts.remove("as_of");
            account(facts, own.unwrap_or_else(|| json!(as_of)), Map::new())
        })
    }
}

impl DecisionCase {
    fn account(&self, file: &DecisionFile) -> Json {
        let mut facts = file.facts.clone();
        facts.extend(self.facts.clone());
        let as_of = self.as_of.as_ref().or(file.as_of.as_ref());
        account(facts, json!(as_of), self.history.clone())
    }
}

fn account(facts: Map<String, Json>, as_of: Json, history: Map<String, Json>) -> Json {
    let id = facts
        .get("account.id")
        .and_then(Json::as_str)
        .unwrap_or("acct_17")
        .to_owned();
    json!({"id": id, "as_of": as_of, "facts": facts, "history": history})
}

impl Report {
    /// How many checks passed or failed.
    #[must_use]
    pub fn ran(&self) -> usize {
        self.truths + self.decisions + self.buckets
    }

    /// Whether nothing failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} checks: {} truths, {} of decisions, {} buckets; {} skipped, {} failed",
            self.ran(),
            self.truths,
            self.decisions,
            self.buckets,
            self.skipped.len(),
            self.failures.len()
        )?;
        for skipped in &self.skipped {
            writeln!(f, "  skipped {}: {}", skipped.case, skipped.because)?;
        }
        for failure in &self.failures {
            writeln!(f, "  FAILED {}: {}", failure.case, failure.wrong)?;
        }
        Ok(())
    }
}
