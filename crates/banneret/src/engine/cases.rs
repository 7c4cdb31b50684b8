//! A rule book's own tests: checked with the book, run on request.

use serde_json::Value as Json;

use crate::book::{Case, CaseBody, DecisionCase, SourceCase, SourceInput};
use crate::codes;
use crate::diagnostic::{Diagnostic, nearest};
use crate::facts::{Account, Clock, Facts, History, Said};
use crate::intake::{Intake, IntakeError};
use crate::rulebook::Book;
use crate::syntax::ast::Spanned;
use crate::truth::Truth;
use crate::value::Time;

use super::{Engine, Why};

/// What came of one of a book's tests.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseResult {
    /// The test's name.
    pub name: String,
    /// Where it stands.
    pub span: crate::Span,
    /// What came out otherwise than the test says, a line each; empty where it passed.
    pub failures: Vec<String>,
}

impl CaseResult {
    /// Whether everything came out as the test says.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl DecisionCase {
    /// What becomes of a banner with these truths where a test looks at no gates: `shown`, or the
    /// code of the reason for which it is not.
    #[must_use]
    pub fn reason(audience: Truth, contract: Truth) -> &'static str {
        match (audience, contract) {
            (Truth::True, Truth::True) => "shown",
            (Truth::True, _) => "contract",
            (Truth::False, _) => "audience-false",
            (Truth::Unknown, _) => "audience-unknown",
        }
    }
}

impl Book {
    /// Runs the book's own tests, in the order of the files.
    #[must_use]
    pub fn run_cases(&self) -> Vec<CaseResult> {
        let engine = Engine::new(self.clone());
        let results = self.cases.iter().map(|case| CaseResult {
            name: case.name.clone(),
            span: case.span,
            failures: match &case.body {
                CaseBody::Decision(body) => self.run_decision(&engine, case, body),
                CaseBody::Source(body) => self.run_source(case, body),
            },
        });
        results.collect()
    }

    /// What the tests name must be there: banners, facts, values, sources.
    pub(crate) fn check_cases(&self, found: &mut Vec<Diagnostic>) {
        for case in &self.cases {
            match &case.body {
                CaseBody::Decision(body) => self.check_decision(case, body, found),
                CaseBody::Source(body) => self.check_source(body, found),
            }
        }
    }

    fn check_decision(&self, case: &Case, body: &DecisionCase, found: &mut Vec<Diagnostic>) {
        let because = body.because.iter().map(|(banner, _)| banner);
        for banner in body.shows.iter().chain(&body.hides).chain(because) {
            if self.banner(&banner.value).is_none() {
                let names = self.banners.iter().map(|banner| &*banner.name);
                found.push(unknown("banner", banner, names));
            }
        }
        let mut builder = self.facts();
        for given in &body.facts {
            if let Err(error) = builder.set_json(&given.name.value, given.value.value.clone()) {
                let finding = Diagnostic::new(&codes::BAD_CASE, given.name.span, error.to_string());
                found.push(finding.help("write the value as the schema's type has it"));
            }
        }
        if let Err(error) = history(body) {
            let span = body
                .history
                .as_ref()
                .map_or(case.span, |history| history.span);
            let message = format!("the history cannot be read: {error}");
            found.push(Diagnostic::new(&codes::BAD_CASE, span, message));
        }
        for (banner, reason) in &body.because {
            let gate = !matches!(
                &*reason.value,
                "audience-false" | "audience-unknown" | "contract"
            );
            if gate && !body.after_gates {
                let message = format!(
                    "`{}` is hidden by a gate that this test does not look at",
                    banner.value
                );
                let finding = Diagnostic::new(&codes::BAD_CASE, reason.span, message);
                found.push(finding.help("add `after_gates: true` to the test"));
            }
        }
    }

    fn check_source(&self, body: &SourceCase, found: &mut Vec<Diagnostic>) {
        if self.source(&body.source.value).is_none() {
            let names = self.intakes.iter().map(|source| source.name());
            found.push(unknown("source", &body.source, names));
        }
        for (name, value) in &body.derives {
            if let Err(error) = self.facts().set_json(&name.value, value.value.clone()) {
                found.push(Diagnostic::new(
                    &codes::BAD_CASE,
                    name.span,
                    error.to_string(),
                ));
            }
        }
    }

    fn run_decision(&self, engine: &Engine, case: &Case, body: &DecisionCase) -> Vec<String> {
        let now = case.now.unwrap_or(Time::from_unix_seconds(0));
        match self.account(body, now) {
            Ok(account) => match engine.why(&account.facts, &account.history, now) {
                Ok(whys) => compare(body, &whys),
                Err(error) => vec![error.to_string()],
            },
            Err(error) => vec![error],
        }
    }

    /// The account of a test, whose facts are as of now where it says nothing else.
    ///
    /// # Errors
    /// What cannot be read of it; a book that loads has no such test.
    pub fn account(&self, body: &DecisionCase, now: Time) -> Result<Account, String> {
        let mut builder = self.facts().as_of(now);
        for given in &body.facts {
            let value = match given.as_of {
                Some(as_of) => serde_json::json!({"value": given.value.value, "as_of": as_of}),
                None => given.value.value.clone(),
            };
            let set = builder.set_json(&given.name.value, value);
            set.map_err(|error| error.to_string())?;
        }
        let history = history(body).map_err(|error| error.to_string())?;
        Ok(Account {
            facts: builder.build(),
            history,
        })
    }

    fn run_source(&self, case: &Case, body: &SourceCase) -> Vec<String> {
        let as_of = body
            .as_of
            .or(case.now)
            .unwrap_or(Time::from_unix_seconds(0));
        let clock = Clock {
            now: case.now.unwrap_or(as_of),
            skew: self.manifest.clock_skew,
        };
        let Some(source) = self.source(&body.source.value) else {
            return vec![format!("there is no source `{}`", body.source.value)];
        };
        let read = match &body.input {
            SourceInput::Document(document) => source.read(&document.value, as_of, clock),
            SourceInput::Row(row) => {
                let fields: Vec<&str> = row.value.iter().map(|(_, field)| &**field).collect();
                let reader = source.rows(row.value.iter().map(|(column, _)| &**column));
                reader.and_then(|reader| reader.read(&fields, as_of, clock))
            }
        };
        match read {
            Ok(intake) => body
                .derives
                .iter()
                .filter_map(|derived| self.derived(derived, &intake))
                .collect(),
            // Nothing comes of it: every fact is unknown.
            Err(IntakeError::NoFact { .. }) => {
                let nothing = Intake {
                    account: Box::default(),
                    as_of,
                    facts: self.facts(),
                    notes: Vec::new(),
                };
                let derives = body.derives.iter();
                derives
                    .filter_map(|derived| self.derived(derived, &nothing))
                    .collect()
            }
            Err(error) => vec![error.to_string()],
        }
    }

    /// What came out otherwise than wanted for one derived fact.
    fn derived(
        &self,
        derived: &(Spanned<Box<str>>, Spanned<Json>),
        intake: &Intake,
    ) -> Option<String> {
        let (name, wanted) = derived;
        let id = self.schema.id(&name.value)?;
        let mut builder = self.facts();
        builder.set_json(&name.value, wanted.value.clone()).ok()?;
        let wanted = builder.build();
        let got = intake.facts.clone().build();
        if same(wanted.said(id), got.said(id)) {
            return None;
        }
        let show = |facts: &Facts| match facts.said(id) {
            Said::Value(value) => value.display(&self.schema, id),
            Said::OutOfDomain(given) => format!("{given}, which is outside its domain"),
            Said::Nothing | Said::Unknown | Said::Contradiction => "unknown".to_owned(),
        };
        let notes = intake.notes.iter().map(ToString::to_string);
        let notes: String = notes.map(|note| format!("; {note}")).collect();
        Some(format!(
            "{} should be {} and is {}{notes}",
            name.value,
            show(&wanted),
            show(&got)
        ))
    }
}

fn same(wanted: &Said, got: &Said) -> bool {
    match (wanted, got) {
        (Said::Value(wanted), Said::Value(got)) => wanted == got,
        (Said::Value(_), _) | (_, Said::Value(_)) => false,
        _ => true,
    }
}

fn history(body: &DecisionCase) -> Result<History, serde_json::Error> {
    match &body.history {
        Some(history) => serde_json::from_value(history.value.clone()),
        None => Ok(History::default()),
    }
}

fn compare(body: &DecisionCase, whys: &[Why]) -> Vec<String> {
    let why = |name: &str| whys.iter().find(|why| *why.banner == *name);
    let mut failures = Vec::new();
    for (wanted, names) in [(true, &body.shows), (false, &body.hides)] {
        for name in names {
            if let Some(why) = why(&name.value)
                && visible(why, body.after_gates) != wanted
            {
                let outcome = if wanted { "shown" } else { "hidden" };
                failures.push(format!(
                    "{} should be {outcome}: {}",
                    name.value,
                    reason(why, body.after_gates)
                ));
            }
        }
    }
    for (name, wanted) in &body.because {
        if let Some(why) = why(&name.value)
            && code(why, body.after_gates) != &*wanted.value
        {
            failures.push(format!(
                "{} should be hidden by {}: {}",
                name.value,
                wanted.value,
                reason(why, body.after_gates)
            ));
        }
    }
    failures
}

fn visible(why: &Why, after_gates: bool) -> bool {
    code(why, after_gates) == "shown"
}

/// The reason code; without gates, only audience and contract count.
fn code(why: &Why, after_gates: bool) -> &'static str {
    match after_gates {
        true => why.reason,
        false => DecisionCase::reason(why.audience.truth, why.contract.truth),
    }
}

/// What came out, with the facts that decided.
fn reason(why: &Why, after_gates: bool) -> String {
    let code = code(why, after_gates);
    let trace = match code {
        "contract" => &why.contract,
        _ => &why.audience,
    };
    let facts = trace
        .facts()
        .into_iter()
        .map(|(fact, unknown)| match unknown {
            Some(unknown) => format!("{fact} is unknown ({})", unknown.name()),
            None => fact.to_owned(),
        });
    let facts: Vec<_> = facts.collect();
    match (code, facts.is_empty()) {
        ("audience-false" | "audience-unknown" | "contract" | "shown", false) => {
            format!("{code}, decided by {}", facts.join(", "))
        }
        _ => code.to_owned(),
    }
}

fn unknown<'n>(
    what: &str,
    name: &Spanned<Box<str>>,
    names: impl Iterator<Item = &'n str>,
) -> Diagnostic {
    let message = format!("there is no {what} `{}`", name.value);
    let finding = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message);
    match nearest(&name.value, names) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("name one that this book has"),
    }
}
