//! The page of a preview: one audience, or a whole book with a table in front.

use askama::Template;

use super::caveats::Caveats;
use super::numbers::{accounts, thousands};
use super::section::{Notice, Section, note};
use super::told::{Rule, Told};
use crate::preview::{AudienceCounts, Preview};

#[derive(Template)]
#[template(path = "preview.html", whitespace = "minimize")]
pub(super) struct Page<'p> {
    title: String,
    told: &'p Told,
    preview: &'p Preview,
    notices: Vec<Notice>,
    summary: Option<Summary<'p>>,
    sections: Vec<Section<'p>>,
}

/// What stands in front of several audiences.
struct Summary<'p> {
    heading: String,
    /// Whether anybody in good standing would be told of a failed payment.
    truth: Option<(&'static str, String)>,
    matrix: Option<Matrix<'p>>,
}

/// Of how many accounts two banners are true.
struct Matrix<'p> {
    names: Vec<Numbered<'p>>,
    rows: Vec<(Numbered<'p>, Vec<Met>)>,
}

#[derive(Clone)]
struct Numbered<'p> {
    number: usize,
    id: String,
    name: &'p str,
}

/// A field of the matrix.
struct Met {
    text: String,
    /// How dark it is, from 0 to 5; 6 is the banner itself.
    shade: u8,
}

impl<'p> Page<'p> {
    pub(super) fn of(preview: &'p Preview, told: &'p Told) -> Page<'p> {
        static NOTHING: Rule = Rule::nothing();
        let several = preview.audiences.len() > 1;
        let level = if several { 2 } else { 1 };
        let sections = preview.audiences.iter().enumerate().map(|(at, counts)| {
            let rule = told.rules.get(at).unwrap_or(&NOTHING);
            Section::of(preview, counts, rule, (at + 1, level))
        });
        let sections: Vec<_> = sections.collect();
        let title = match &*preview.audiences {
            [one] => format!("{}: who would see it", one.name),
            all => format!("{} audiences of {}", all.len(), told.book),
        };
        Page {
            title,
            told,
            preview,
            notices: notices(preview),
            summary: several.then(|| summary(preview, &sections)),
            sections,
        }
    }
}

impl Rule {
    pub(super) const fn nothing() -> Rule {
        Rule {
            doc: String::new(),
            says: None,
            is_of_failed_payments: false,
            withheld: None,
            audience_alone: None,
            facts: Vec::new(),
            audience: Vec::new(),
            contract: Vec::new(),
            formulas: Vec::new(),
            delivery: Vec::new(),
            words: None,
        }
    }
}

/// What is to be known of the accounts before any count is believed.
fn notices(preview: &Preview) -> Vec<Notice> {
    let mut notices = Vec::new();
    if preview.audiences.is_empty() {
        let text = "The book has no banner, and no segment or expression was named.";
        notices.push(note("Nothing was asked", text.to_owned()));
    }
    notices.extend(Caveats::of(preview).notices());
    notices
}

fn summary<'p>(preview: &'p Preview, sections: &[Section<'p>]) -> Summary<'p> {
    let banners = preview
        .audiences
        .iter()
        .all(|counts| counts.kind == "banner");
    let what = if banners { "banners" } else { "audiences" };
    Summary {
        heading: format!(
            "{} {what} over {}",
            preview.audiences.len(),
            accounts(preview.accounts)
        ),
        truth: truth(preview, sections),
        matrix: matrix(preview, sections),
    }
}

/// Of the banners that say a payment failed.
fn truth(preview: &Preview, sections: &[Section<'_>]) -> Option<(&'static str, String)> {
    // Of a segment nobody can say what it is told, and of no account whether it is told anything.
    let mut audiences = preview.audiences.iter();
    if preview.accounts == 0 || audiences.any(|counts| counts.kind != "banner") {
        return None;
    }
    let banners = preview.audiences.iter().zip(sections);
    let mut banners = banners
        .filter(|(_, section)| section.rule.is_of_failed_payments)
        .peekable();
    banners.peek()?;
    let standing: Option<Vec<_>> = banners.map(|(counts, _)| counts.standing).collect();
    let wrong = standing?
        .iter()
        .filter(|standing| standing.good > 0)
        .count();
    Some(match wrong {
        0 => (
            "none",
            "nobody known to be in good standing would be told that a payment failed".to_owned(),
        ),
        1 => (
            "danger",
            "1 of them would tell people in good standing that a payment failed".to_owned(),
        ),
        more => (
            "danger",
            format!("{more} of them would tell people in good standing that a payment failed"),
        ),
    })
}

/// Between the banners of the page, where anybody looked.
fn matrix<'p>(preview: &'p Preview, sections: &[Section<'p>]) -> Option<Matrix<'p>> {
    let looked = |counts: &&AudienceCounts| {
        counts.kind == "banner" && !counts.not_known.iter().any(|what| what == "overlap")
    };
    let banners = preview.audiences.iter().zip(sections).enumerate();
    let banners = banners.filter(|(_, (counts, _))| looked(counts));
    let banners: Vec<_> = banners
        .map(|(at, (counts, section))| {
            let numbered = Numbered {
                number: at + 1,
                id: section.id.clone(),
                name: &counts.name,
            };
            (numbered, counts)
        })
        .collect();
    if banners.len() < 2 {
        return None;
    }
    let rows = banners.iter().map(|(numbered, counts)| {
        let fields = banners.iter().map(|(other, _)| met(counts, other.name));
        (numbered.clone(), fields.collect())
    });
    Some(Matrix {
        rows: rows.collect(),
        names: banners
            .iter()
            .map(|(numbered, _)| numbered.clone())
            .collect(),
    })
}

fn met(counts: &AudienceCounts, other: &str) -> Met {
    if counts.name == other {
        let text = thousands(counts.outcomes.yes);
        return Met { text, shade: 6 };
    }
    let both = counts.overlap.get(other).copied().unwrap_or(0);
    let fifths = u128::from(both) * 5 / u128::from(counts.outcomes.yes.max(1));
    Met {
        text: thousands(both),
        shade: match both {
            0 => 0,
            _ => u8::try_from(fifths).unwrap_or(5).clamp(1, 5),
        },
    }
}
