//! The third layer, and the whole statement.

use banneret::{Codes, EnumCode, FactId, Kind, Time};

use super::answer::Answer;
use super::dialect::{Dialect, Speech};
use super::known::{Column, Known, Now, number};
use super::{Ask, Audience, SqlError};

/// The names of the layers; nobody's table is called so.
const KNOWN: &str = "banneret_known";
const ANSWERS: &str = "banneret_answers";

pub(super) struct Query<'a> {
    speech: &'static dyn Speech,
    audience: &'a Audience<'a>,
    known: Known<'a>,
}

impl<'a> Query<'a> {
    pub(super) fn new(
        audience: &'a Audience<'a>,
        dialect: Dialect,
        now: Option<Time>,
    ) -> Query<'a> {
        let speech = dialect.speech();
        let now = match now {
            Some(now) => Now::At(now),
            None => Now::Given(speech.micros(&speech.moment())),
        };
        let warehouse = &audience.book.manifest().warehouse;
        Query {
            speech,
            audience,
            known: Known::new(speech, warehouse, audience.book.schema(), now),
        }
    }

    pub(super) fn text(mut self, ask: &Ask<'_>) -> Result<String, SqlError> {
        let answer = self.answer(self.audience)?;
        let mut second = vec![format!("{answer} AS answer")];
        let third = match ask {
            Ask::Count => self.count(&mut second)?,
            Ask::Breakdown(facts) => self.breakdown(facts, &mut second)?,
            Ask::Sample(most) => self.sample(*most, &mut second)?,
            Ask::Answers => self.answers(&mut second),
            Ask::Diff(old) => self.diff(old, &mut second)?,
        };
        let second: Vec<_> = second
            .iter()
            .map(|column| format!("    {}", column.replace('\n', "\n    ")))
            .collect();
        Ok(format!(
            "WITH {KNOWN} AS (\n{}\n),\n{ANSWERS} AS (\n  SELECT\n{}\n  FROM {KNOWN}\n)\n{third}\n",
            self.known.text(),
            second.join(",\n"),
        ))
    }

    fn answer(&mut self, audience: &Audience<'_>) -> Result<String, SqlError> {
        let mut answer = Answer {
            speech: self.speech,
            known: &mut self.known,
            book: audience.book,
        };
        answer.formula(&audience.formulas, audience.root)
    }

    fn count(&mut self, second: &mut Vec<String>) -> Result<String, SqlError> {
        let mut columns = self.said("count");
        columns.extend(self.outcomes());
        if let Some(standing) = self.standing()? {
            second.push(format!("{standing} AS dunning"));
            for (name, truth) in [
                ("in_dunning", "dunning"),
                ("good", "NOT dunning"),
                ("standing_unknown", "dunning IS NULL"),
            ] {
                columns.push(self.number_of(&format!("answer AND {truth}"), name));
            }
        }
        Ok(select(&columns, ""))
    }

    fn breakdown(
        &mut self,
        facts: &[FactId],
        second: &mut Vec<String>,
    ) -> Result<String, SqlError> {
        let mut columns = self.said("breakdown");
        let names = self.values(facts, second, &mut columns)?;
        columns.extend(self.outcomes());
        let names = names.join(", ");
        let grouped = match names.is_empty() {
            true => String::new(),
            false => format!("\nGROUP BY {names}\nORDER BY {names}"),
        };
        Ok(select(&columns, &grouped))
    }

    fn sample(&mut self, most: u32, second: &mut Vec<String>) -> Result<String, SqlError> {
        let account = self.known.account();
        second.push(account.clone());
        let mut columns = self.said("sample");
        columns.push(format!("{account} AS {}", self.speech.name("id")));
        let facts = self.audience.formulas.facts_of(self.audience.root);
        self.values(&facts, second, &mut columns)?;
        let order = self.speech.digest(&account);
        Ok(select(
            &columns,
            &format!("\nWHERE answer\nORDER BY {order}, {account}\nLIMIT {most}"),
        ))
    }

    fn answers(&mut self, second: &mut Vec<String>) -> String {
        let account = self.known.account();
        second.push(account.clone());
        let truth = "CASE WHEN answer THEN 'true' WHEN NOT answer THEN 'false' ELSE 'unknown' END";
        let columns = [
            format!("{account} AS {}", self.speech.name("id")),
            format!("{truth} AS {}", self.speech.name("truth")),
        ];
        select(&columns, "")
    }

    /// By standing, as the new version sees it.
    fn diff(&mut self, old: &Audience<'_>, second: &mut Vec<String>) -> Result<String, SqlError> {
        let was = self.answer(old)?;
        second.push(format!("{was} AS was"));
        let standing = match self.standing()? {
            Some(standing) => format!(
                "CASE WHEN {standing} THEN 'in_dunning' WHEN NOT {standing} THEN 'good' \
                 ELSE 'unknown' END"
            ),
            None => "'unknown'".to_owned(),
        };
        second.push(format!("{standing} AS stand"));
        let mut columns = self.said("diff");
        let old_book = self.speech.literal(old.book.fingerprint());
        columns.push(format!("{old_book} AS {}", self.speech.name("old_book")));
        columns.push(format!("stand AS {}", self.speech.name("standing")));
        columns.push(format!("count(*) AS {}", self.speech.name("accounts")));
        for (name, moved) in [
            ("entered", "answer AND NOT COALESCE(was, FALSE)"),
            ("left", "was AND NOT COALESCE(answer, FALSE)"),
            ("stayed", "answer AND was"),
            (
                "unknown",
                "NOT COALESCE(answer, FALSE) AND NOT COALESCE(was, FALSE) \
                 AND (answer IS NULL OR was IS NULL)",
            ),
        ] {
            columns.push(self.number_of(moved, name));
        }
        Ok(select(&columns, "\nGROUP BY stand\nORDER BY stand"))
    }

    /// What every row says of itself, so that a file of rows can be read without the question.
    fn said(&self, query: &str) -> Vec<String> {
        let text = |text: &str| self.speech.literal(text);
        let said = [
            ("banneret", "1".to_owned()),
            ("query", text(query)),
            ("audience", text(&self.audience.name)),
            ("kind", text(self.audience.kind)),
            ("book", text(self.audience.book.fingerprint())),
            (
                "now",
                match self.known.now() {
                    Now::At(now) => number(now.as_unix_micros()),
                    Now::Given(now) => now.clone(),
                },
            ),
        ];
        let said = said
            .iter()
            .map(|(name, value)| format!("{value} AS {}", self.speech.name(name)));
        said.collect()
    }

    fn outcomes(&self) -> Vec<String> {
        let all = format!("count(*) AS {}", self.speech.name("accounts"));
        vec![
            all,
            self.number_of("answer", "true"),
            self.number_of("NOT answer", "false"),
            self.number_of("answer IS NULL", "unknown"),
        ]
    }

    /// `CASE` and not `FILTER`, which takes DuckDB and DataFusion two to four times as long.
    fn number_of(&self, which: &str, name: &str) -> String {
        let name = self.speech.name(name);
        format!("count(CASE WHEN {which} THEN 1 END) AS {name}")
    }

    /// Whether an account is in dunning, where the book has a fact that can say so.
    fn standing(&mut self) -> Result<Option<String>, SqlError> {
        let book = self.audience.book;
        let Some((role, fact)) = book.schema().dunning_role() else {
            return Ok(None);
        };
        let values = fact.kind.values();
        let marked = values.iter().filter(|value| value.in_dunning);
        let marked: Vec<EnumCode> = marked
            .filter_map(|value| fact.kind.code(&value.name))
            .collect();
        let codes = Codes::of(values.len(), marked);
        let mut answer = Answer {
            speech: self.speech,
            known: &mut self.known,
            book,
        };
        answer.is_one_of(role, codes).map(Some)
    }

    /// The values of facts: adds a column for each, and gives those of the second layer.
    fn values(
        &mut self,
        facts: &[FactId],
        second: &mut Vec<String>,
        columns: &mut Vec<String>,
    ) -> Result<Vec<String>, SqlError> {
        let mut names = Vec::new();
        for (at, id) in facts.iter().enumerate() {
            let Some(fact) = self.audience.book.schema().fact(*id) else {
                continue;
            };
            let value = match self.known.column(self.audience.book, *id, None)? {
                Column::Value(value) => value,
                Column::Nowhere => nothing(&fact.kind).to_owned(),
                Column::Set { known, list } => {
                    let (empty, all) = (self.speech.is_empty(&list), self.speech.joined(&list));
                    format!(
                        "CASE WHEN {known} THEN CASE WHEN {empty} THEN '{{}}' ELSE {all} END END"
                    )
                }
            };
            let name = format!("value_{}", at + 1);
            second.push(format!("{value} AS {name}"));
            columns.push(format!("{name} AS {}", self.speech.name(&fact.name)));
            names.push(name);
        }
        Ok(names)
    }
}

/// A null of the fact's type.
fn nothing(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "CASE WHEN FALSE THEN TRUE END",
        Kind::Int { .. } | Kind::Time => "CASE WHEN FALSE THEN 0 END",
        _ => "CASE WHEN FALSE THEN '' END",
    }
}

fn select(columns: &[String], rest: &str) -> String {
    format!("SELECT\n  {}\nFROM {ANSWERS}{rest}", columns.join(",\n  "))
}
