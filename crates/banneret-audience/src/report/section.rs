//! One audience of a page: who, why, who else speaks, and the rule.

use std::cmp::Reverse;

use super::chart::{self, Chart, Counted, Mark, Scale, mark};
use super::numbers::{accounts, are, percent, thousands};
use super::told::{DecidingFact, Rule, Words};
use crate::preview::{AudienceCounts, Combination, Gates, Outcomes, Preview};

/// More rows than these are for a spreadsheet.
const MOST_ROWS: usize = 60;

pub(super) struct Section<'p> {
    /// What links lead to.
    pub(super) id: String,
    /// The heading's level; those inside it are one deeper.
    pub(super) level: u8,
    pub(super) name: &'p str,
    /// `Banner`, `Segment`, `Audience`
    pub(super) what: &'static str,
    pub(super) rule: &'p Rule,
    pub(super) sentence: Sentence,
    pub(super) notices: Vec<Notice>,
    /// Nothing where nobody was counted.
    pub(super) outcomes: Option<Chart>,
    pub(super) who: Option<Who>,
    pub(super) facts: &'p [DecidingFact],
    pub(super) undecided: Option<Undecided>,
    pub(super) undecided_number: String,
    pub(super) sample: Vec<Account<'p>>,
    pub(super) others: Option<Others<'p>>,
    pub(super) gates: Option<After>,
    pub(super) words: Option<&'p Words>,
}

/// `1,204 of 30,000 accounts would see this; 0 of them are in good standing.`
pub(super) struct Sentence {
    pub(super) yes: String,
    pub(super) all: String,
    pub(super) verb: &'static str,
    pub(super) good: Option<Good>,
    pub(super) not_known: Option<String>,
}

pub(super) struct Good {
    pub(super) number: String,
    pub(super) are: &'static str,
    pub(super) class: &'static str,
}

/// What a reader must not overlook.
pub(super) struct Notice {
    /// `danger`, `caution` or `note`
    pub(super) class: &'static str,
    /// The same for those who do not see colours.
    pub(super) label: &'static str,
    pub(super) title: String,
    pub(super) text: String,
}

pub(super) struct Who {
    pub(super) chart: Option<Chart>,
    pub(super) headings: Vec<String>,
    pub(super) marked: bool,
    pub(super) rows: Vec<Row>,
    pub(super) more: usize,
    /// Those of combinations that are not kept apart.
    pub(super) others: Option<[String; 3]>,
}

pub(super) struct Row {
    pub(super) values: Vec<String>,
    pub(super) mark: Mark,
    pub(super) numbers: [String; 3],
    /// Whether somebody there is told what is not true of them.
    pub(super) class: &'static str,
}

pub(super) struct Undecided {
    pub(super) text: String,
    pub(super) chart: Option<Chart>,
}

pub(super) struct Account<'p> {
    pub(super) id: &'p str,
    pub(super) facts: Vec<(&'p str, &'p str)>,
}

pub(super) struct Others<'p> {
    pub(super) rows: Vec<Other<'p>>,
    pub(super) is_banner: bool,
}

pub(super) struct Other<'p> {
    pub(super) name: &'p str,
    pub(super) both: String,
    pub(super) share: String,
    pub(super) outranks: String,
}

/// What comes behind audience and contract.
pub(super) struct After {
    pub(super) text: String,
    pub(super) withheld: Vec<(String, String)>,
}

impl<'p> Section<'p> {
    pub(super) fn of(
        preview: &'p Preview,
        counts: &'p AudienceCounts,
        rule: &'p Rule,
        (number, level): (usize, u8),
    ) -> Section<'p> {
        let is_banner = counts.kind == "banner";
        Section {
            id: format!("a{number}"),
            level,
            name: &counts.name,
            what: match &*counts.kind {
                "banner" => "Banner",
                "segment" => "Segment",
                _ => "Audience",
            },
            rule,
            sentence: sentence(preview, counts, rule),
            notices: notices(preview, counts, rule),
            outcomes: (preview.accounts > 0).then(|| outcomes(preview, counts)),
            who: who(preview, counts, rule),
            facts: &rule.facts,
            undecided: undecided(preview, counts),
            undecided_number: thousands(counts.outcomes.unknown),
            sample: sample(counts),
            others: others(counts, is_banner),
            gates: counts.after_gates.as_ref().map(after),
            words: rule.words.as_ref(),
        }
    }

    /// Whether somebody in good standing would be told of a failed payment.
    pub(super) fn is_wrong(&self) -> bool {
        self.notices.iter().any(|notice| notice.class == "danger")
    }

    /// The level of the headings inside.
    pub(super) fn inner(&self) -> u8 {
        self.level + 1
    }
}

/// Whether it would be untrue for those in good standing.
fn is_untrue(counts: &AudienceCounts, rule: &Rule) -> bool {
    counts.kind == "banner" && rule.is_of_failed_payments
}

pub(super) fn sentence(preview: &Preview, counts: &AudienceCounts, rule: &Rule) -> Sentence {
    let yes = counts.outcomes.yes;
    let standing = counts.standing.filter(|_| yes > 0);
    Sentence {
        yes: thousands(yes),
        all: accounts(preview.accounts),
        verb: match (&*counts.kind, yes) {
            ("banner", _) => "would see this",
            (_, 1) => "is in this audience",
            _ => "are in this audience",
        },
        good: standing.map(|standing| Good {
            number: thousands(standing.good),
            are: are(standing.good),
            class: match (standing.good, &*counts.kind) {
                (0, _) => "none",
                (_, "banner") if !is_untrue(counts, rule) => "none",
                (_, "banner") => "danger",
                _ => "caution",
            },
        }),
        not_known: standing
            .filter(|standing| standing.unknown > 0)
            .map(|standing| thousands(standing.unknown)),
    }
}

fn notices(preview: &Preview, counts: &AudienceCounts, rule: &Rule) -> Vec<Notice> {
    let mut notices = Vec::new();
    let good = counts.standing.map_or(0, |standing| standing.good);
    if good > 0 && is_untrue(counts, rule) {
        notices.push(danger(
            "People in good standing would be told that a payment failed".to_owned(),
            format!(
                "{} here {} known to be in good standing. What this banner says is untrue for them.",
                accounts(good),
                are(good)
            ),
        ));
    } else if good > 0 && counts.kind != "banner" {
        notices.push(Notice {
            class: "caution",
            label: "Caution",
            title: "This is no audience for news of a failed payment".to_owned(),
            text: format!(
                "{} in it {} in good standing. Whoever told this audience that a payment failed would \
                 tell them an untruth.",
                accounts(good),
                are(good)
            ),
        });
    }
    notices.extend(alone(counts, rule));
    if let Some(why) = &rule.withheld {
        notices.push(danger(
            "Nobody sees this banner now".to_owned(),
            why.clone(),
        ));
    }
    if preview.dunning_role.is_none() {
        notices.push(note(
            "Nobody can say who is in good standing",
            "This rule book has no fact that says who is in dunning.".to_owned(),
        ));
    }
    if let Some(what) = not_known(counts) {
        let text = format!("Not known from what was counted: {what}.");
        notices.push(note("This is not all", text));
    }
    notices
}

/// What must not be overlooked of an audience, each a title and a text.
#[must_use]
pub fn warnings(preview: &Preview, counts: &AudienceCounts, rule: &Rule) -> Vec<(String, String)> {
    let notices = notices(preview, counts, rule).into_iter();
    let dangers = notices.filter(|notice| notice.class == "danger");
    dangers.map(|notice| (notice.title, notice.text)).collect()
}

/// What the contract keeps out, which the audience alone would not.
fn alone(counts: &AudienceCounts, rule: &Rule) -> Option<Notice> {
    let alone = rule.audience_alone.as_ref()?;
    let good = alone.standing.map_or(0, |standing| standing.good);
    let more = alone.outcomes.yes.saturating_sub(counts.outcomes.yes);
    let says = rule.says.as_deref().unwrap_or("its message");
    if good > 0 && is_untrue(counts, rule) {
        return Some(danger(
            "The rule alone would tell people in good standing that a payment failed".to_owned(),
            format!(
                "Its audience takes {}, of which {} {} in good standing. Only the contract of \
                 {says} keeps them out. Mend the audience.",
                accounts(alone.outcomes.yes),
                thousands(good),
                are(good)
            ),
        ));
    }
    (more > 0).then(|| {
        note(
            "The contract keeps some out",
            format!(
                "The audience alone would take {}; the contract of {says} keeps {} of them out.",
                accounts(alone.outcomes.yes),
                thousands(more)
            ),
        )
    })
}

pub(super) fn danger(title: String, text: String) -> Notice {
    Notice {
        class: "danger",
        label: "Warning",
        title,
        text,
    }
}

pub(super) fn note(title: &str, text: String) -> Notice {
    Notice {
        class: "note",
        label: "Note",
        title: title.to_owned(),
        text,
    }
}

/// What nobody looked at, in words; nothing where that is nothing.
#[must_use]
pub fn not_known(counts: &AudienceCounts) -> Option<String> {
    let words: Vec<_> = counts.not_known.iter().map(|what| in_words(what)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What is missing, by its name in JSON.
fn in_words(what: &str) -> &str {
    match what {
        "standing" => "who is in good standing",
        "why_unknown" => "why some accounts are undecided",
        "by" => "who they are",
        "overlap" => "which other banners speak to them",
        "outranked_by" => "which banners come first",
        "sample" => "single accounts",
        other => other,
    }
}

fn outcomes(preview: &Preview, counts: &AudienceCounts) -> Chart {
    let Outcomes { yes, no, unknown } = counts.outcomes;
    let (inside, outside) = match &*counts.kind {
        "banner" => ("would see it", "would not see it"),
        _ => ("in it", "not in it"),
    };
    let bars = [(inside, yes), (outside, no), ("undecided", unknown)];
    let bars = bars.map(|(label, number)| Counted {
        label: label.to_owned(),
        mark: None,
        parts: vec![(String::new(), number)],
    });
    chart::chart("All accounts", bars.into(), preview.accounts, Scale::Whole)
}

fn who(preview: &Preview, counts: &AudienceCounts, rule: &Rule) -> Option<Who> {
    if preview.by.is_empty() || counts.by.is_empty() {
        return None;
    }
    let role = preview.dunning_role.as_ref();
    let marked = role.is_some_and(|role| preview.by.contains(role));
    let untrue = is_untrue(counts, rule) || counts.kind != "banner";
    let rows = counts.by.iter().take(MOST_ROWS).map(|row| {
        let Outcomes { yes, no, unknown } = row.outcomes;
        let wrong = untrue && marked && row.in_dunning == Some(false) && yes > 0;
        Row {
            values: values(preview, row).map(str::to_owned).collect(),
            mark: mark(row.in_dunning),
            numbers: [yes, no, unknown].map(thousands),
            class: if wrong { "wrong" } else { "plain" },
        }
    });
    let others = counts.by_others.map(|others| {
        let Outcomes { yes, no, unknown } = others;
        [yes, no, unknown].map(thousands)
    });
    Some(Who {
        chart: breakdown(preview, counts, untrue),
        headings: preview.by.clone(),
        marked,
        rows: rows.collect(),
        more: counts.by.len().saturating_sub(MOST_ROWS),
        others,
    })
}

/// A combination's values, in the order of the facts.
fn values<'p>(preview: &'p Preview, row: &'p Combination) -> impl Iterator<Item = &'p str> {
    let values = preview.by.iter().map(|fact| row.values.get(fact));
    values.map(|value| value.map_or("", String::as_str))
}

/// Those in the audience by the first fact, in the colours of the others.
fn breakdown(preview: &Preview, counts: &AudienceCounts, untrue: bool) -> Option<Chart> {
    let first = preview.by.first()?;
    let is_marked = preview.dunning_role.as_ref() == Some(first);
    let mut bars: Vec<Counted> = Vec::new();
    for row in counts.by.iter().filter(|row| row.outcomes.yes > 0) {
        let mut values = values(preview, row);
        let label = values.next().unwrap_or_default();
        let rest: Vec<_> = values.collect();
        let part = (rest.join(", "), row.outcomes.yes);
        match bars.iter_mut().find(|bar| bar.label == label) {
            Some(bar) => match bar.parts.iter_mut().find(|(name, _)| *name == part.0) {
                Some((_, number)) => *number += part.1,
                None => bar.parts.push(part),
            },
            None => bars.push(Counted {
                label: label.to_owned(),
                mark: is_marked.then(|| match untrue && row.in_dunning == Some(false) {
                    true => chart::wrong(),
                    false => mark(row.in_dunning),
                }),
                parts: vec![part],
            }),
        }
    }
    let rest = preview.by.get(1..).unwrap_or_default();
    let title = match rest.is_empty() {
        true => format!("Those in it, by {first}"),
        false => format!("Those in it, by {first}; colours: {}", rest.join(", ")),
    };
    (!bars.is_empty()).then(|| chart::chart(&title, bars, counts.outcomes.yes, Scale::Widest))
}

fn undecided(preview: &Preview, counts: &AudienceCounts) -> Option<Undecided> {
    let unknown = counts.outcomes.unknown;
    if unknown == 0 {
        return None;
    }
    let whys = counts.why_unknown.iter();
    let whys =
        whys.flat_map(|(fact, whys)| whys.iter().map(move |(why, number)| (fact, why, *number)));
    let mut whys: Vec<_> = whys.collect();
    whys.sort_by_key(|(_, _, number)| Reverse(*number));
    let bars = whys.into_iter().map(|(fact, why, number)| Counted {
        label: format!("{fact} {}", reason(why)),
        mark: None,
        parts: vec![(String::new(), number)],
    });
    let bars: Vec<_> = bars.collect();
    let title = format!(
        "What leaves these {} undecided; one may be in several rows",
        accounts(unknown)
    );
    let title = title.as_str();
    Some(Undecided {
        text: format!(
            "Of {} ({}) nobody can say whether the rule is true of them. Where that is so, nothing is \
             shown.",
            accounts(unknown),
            percent(unknown, preview.accounts)
        ),
        chart: (!bars.is_empty()).then(|| chart::chart(title, bars, unknown, Scale::Whole)),
    })
}

/// Why a fact is unknown, by its word in JSON: `is too old`.
#[must_use]
pub fn reason(why: &str) -> &str {
    match why {
        "absent" => "is absent",
        "stale" => "is too old",
        "undated" => "has no age",
        "future" => "is dated in the future",
        "out-of-domain" => "has a value that is not allowed",
        "contradiction" => "contradicts itself",
        other => other,
    }
}

fn sample(counts: &AudienceCounts) -> Vec<Account<'_>> {
    let sampled = counts.sample.iter().map(|sampled| Account {
        id: &sampled.id,
        facts: sampled
            .facts
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or("unknown")))
            .collect(),
    });
    sampled.collect()
}

/// Nothing where nobody looked.
fn others(counts: &AudienceCounts, is_banner: bool) -> Option<Others<'_>> {
    if counts.not_known.iter().any(|what| what == "overlap") {
        return None;
    }
    let mut rows: Vec<_> = counts.overlap.iter().collect();
    rows.sort_by_key(|(name, both)| (Reverse(**both), *name));
    let rows = rows.into_iter().map(|(name, both)| Other {
        name,
        both: thousands(*both),
        share: percent(*both, counts.outcomes.yes),
        outranks: thousands(counts.outranked_by.get(name).copied().unwrap_or(0)),
    });
    Some(Others {
        rows: rows.collect(),
        is_banner,
    })
}

/// What keeps a banner from an account, by its word in JSON.
fn gate(why: &str) -> &str {
    match why {
        "killed" => "it is killed",
        "quarantined" => "it is withheld",
        "not-yet" => "it has not begun",
        "ended" => "it has ended",
        "locale" => "it does not speak the viewer’s language",
        "holdout" => "held out of such messages",
        "rollout" => "not in its share yet",
        "cap" => "shown often enough",
        "dismissed" => "dismissed",
        "clicked" => "clicked already",
        "outranked" => "another banner comes first",
        other => other,
    }
}

fn after(gates: &Gates) -> After {
    let withheld = gates.withheld.iter();
    // Those that come first are named below.
    let withheld = withheld.filter(|(why, _)| *why != "outranked" || gates.outranked_by.is_empty());
    let withheld = withheld.map(|(why, number)| (gate(why).to_owned(), thousands(*number)));
    let outranked = gates.outranked_by.iter();
    let outranked = outranked.map(|(by, number)| (format!("{by} comes first"), thousands(*number)));
    let shown = gates.shown;
    let see = if shown == 1 { "sees" } else { "see" };
    After {
        text: format!("{} {see} it in the end.", accounts(shown)),
        withheld: withheld.chain(outranked).collect(),
    }
}
