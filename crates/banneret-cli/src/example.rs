//! What a finding proves its point with: an account, in a table that anybody can read, and the
//! requirement that it does not keep.

use banneret::{Counterexample, Diagnostic, Example, Time};

use crate::render::{Table, printable, wrapped};
use crate::words;

/// A terminal's usual 80 columns without what stands before a note, in files of up to 9,999 lines.
const WIDTH: usize = 63;
/// No value is pressed into less, however long the names of facts are.
const NARROWEST: usize = 16;

/// What is told under the marked place: the name of each note, and its lines.
pub(crate) fn told(finding: &Diagnostic) -> Vec<(&'static str, String)> {
    let example = finding.counterexample.as_deref();
    let example = example.map(|example| ("example", account(example)));
    let requirement = finding.requirement.as_deref();
    let requires = requirement.map(|text| ("requires", lines(&printable(text))));
    example.into_iter().chain(requires).collect()
}

/// An account in words and as a table.
pub(crate) fn account(example: &Counterexample) -> String {
    if example.facts.is_empty() {
        return "any account at all, also one of which nothing is known".to_owned();
    }
    let facts = &example.facts;
    let aged = facts.iter().any(|fact| fact.as_of.is_some());
    let dated = aged || facts.iter().any(|fact| fact.moment.is_some());
    let now = match dated {
        true => format!("this account, at {}", example.now),
        false => "this account".to_owned(),
    };
    format!("{now}\n{}", table(example, aged).trim_end())
}

fn table(example: &Counterexample, aged: bool) -> String {
    let names = example.facts.iter().map(|fact| printable(&fact.fact));
    let ages = example.facts.iter().map(|fact| age(fact, example.now));
    let beside = widest(names.clone()) + if aged { widest(ages.clone()) + 4 } else { 2 };
    let room = WIDTH.saturating_sub(beside).max(NARROWEST);
    let headings: &[&str] = if aged {
        &["fact", "value", "age"]
    } else {
        &["fact", "value"]
    };
    let mut table = Table::new(headings);
    for ((fact, name), age) in example.facts.iter().zip(names).zip(ages) {
        let value = value(fact, example.now, room);
        let mut lines = value.lines().map(str::to_owned);
        table.row([name, lines.next().unwrap_or_default(), age]);
        lines.for_each(|line| table.row([String::new(), line, String::new()]));
    }
    table.text("")
}

fn widest(cells: impl Iterator<Item = String>) -> usize {
    cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
}

/// In lines of at most `room` characters, where words allow it.
fn value(fact: &Example, now: Time, room: usize) -> String {
    match (&fact.shown, fact.moment) {
        (None, _) => "nobody knows".to_owned(),
        (Some(_), Some(moment)) => {
            let (moment, away) = (format!("{moment},"), words::away_from(moment, now));
            let fits = moment.len() + 1 + away.len() <= room;
            format!("{moment}{}{away}", if fits { ' ' } else { '\n' })
        }
        (Some(shown), None) => within(&printable(shown), room),
    }
}

/// As of when it was said.
fn age(fact: &Example, now: Time) -> String {
    match fact.as_of.map(|as_of| words::away_from(as_of, now)) {
        Some(age) if age != "now" => format!("as of {age}"),
        age => age.unwrap_or_default(),
    }
}

/// A text in lines that fit beside the name of a note.
pub(crate) fn lines(text: &str) -> String {
    within(text, WIDTH)
}

fn within(text: &str, width: usize) -> String {
    wrapped("", text, width).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use banneret::{Span, codes};

    use super::*;

    fn fact(name: &str, shown: Option<&str>, as_of: Option<&str>) -> Example {
        Example {
            fact: name.to_owned(),
            value: shown.map(Into::into),
            shown: shown.map(str::to_owned),
            as_of: as_of.map(|at| at.parse().unwrap()),
            moment: None,
        }
    }

    fn now() -> Time {
        "2026-05-04T12:00:00Z".parse().unwrap()
    }

    fn example(facts: Vec<Example>) -> String {
        account(&Counterexample { now: now(), facts })
    }

    #[test]
    fn what_is_unknown_old_or_a_moment_is_said_in_words() {
        let moment = Example {
            moment: Some("2026-05-02T12:00:00Z".parse().unwrap()),
            ..fact(
                "billing.oldest_due_at",
                Some("2026-05-02T12:00:00Z"),
                Some("2026-05-04T12:00:00Z"),
            )
        };
        let told = example(vec![
            fact(
                "billing.dunning_state",
                Some("clear"),
                Some("2026-05-03T11:00:00Z"),
            ),
            moment,
            fact("viewer.role", None, None),
        ]);
        let wanted = "this account, at 2026-05-04T12:00:00Z
fact                   value                  age
billing.dunning_state  clear                  as of 25 hours ago
billing.oldest_due_at  2026-05-02T12:00:00Z,  now
                       2 days ago
viewer.role            nobody knows";
        assert_eq!(told, wanted);
    }

    #[test]
    fn now_and_ages_are_told_only_where_they_matter() {
        let told = example(vec![fact("viewer.role", Some("owner"), None)]);
        assert_eq!(told, "this account\nfact         value\nviewer.role  owner");
        assert_eq!(
            example(Vec::new()),
            "any account at all, also one of which nothing is known"
        );
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let list: Vec<_> = (0..30).map(|n| format!("value_{n}")).collect();
        let list = format!("{{{}}}", list.join(", "));
        let told = example(vec![fact(
            "account.features",
            Some(&list),
            Some("2026-05-03T11:00:00Z"),
        )]);
        assert!(told.lines().count() > 5, "{told}");
        assert!(
            told.lines().all(|line| line.chars().count() <= WIDTH),
            "{told}"
        );
    }

    #[test]
    fn a_finding_without_an_account_has_no_table() {
        let span = Span::new(banneret::Sources::default().add("a", ""), 0, 0);
        assert_eq!(
            told(&Diagnostic::new(&codes::SYNTAX, span, "x")),
            Vec::new()
        );
    }
}
