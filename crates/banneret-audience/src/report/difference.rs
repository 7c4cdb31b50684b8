//! The page of a difference between two versions of a rule book.

use askama::Template;
use banneret::Time;

use super::caveats::Caveats;
use super::chart::{self, Chart, Counted, Mark, Scale, mark};
use super::numbers::{accounts, are, thousands};
use super::section::{Notice, danger};
use super::told::Version;
use crate::preview::BadInput;
use crate::read::Repeated;

/// What is different, and who moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The version before.
    pub old: Version,
    /// The version after.
    pub new: Version,
    /// How many accounts were counted; nothing where none were given.
    pub accounts: Option<u64>,
    /// How many lines, rows or documents were no accounts.
    pub refused: u64,
    /// How many documents said nothing that their source derives.
    pub silent: u64,
    /// Ids that stand in more than one row.
    pub repeated_ids: Option<Repeated>,
    /// Facts that were given wrongly for the new version, of those that are asked about.
    pub bad_input: Vec<BadInput>,
    /// What was counted.
    pub source: String,
    /// The moment that everything is judged at.
    pub now: Option<Time>,
    /// The fact that says who is in dunning.
    pub dunning_role: Option<String>,
    /// The banners that are different.
    pub banners: Vec<BannerChange>,
    /// The banners that are not.
    pub same: Vec<String>,
    /// The message kinds that are different.
    pub kinds: Vec<KindChange>,
    /// What is different about the facts, the manifest and the sources.
    pub rest: Vec<String>,
    /// The limits that were set.
    pub gates: Vec<Gate>,
}

/// A banner that is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BannerChange {
    /// Its name.
    pub name: String,
    /// `takes more`
    pub what: String,
    /// Whether it says what is true only of those who are in dunning.
    pub is_of_failed_payments: bool,
    /// Who is newly in it and who newly out, as formulas.
    pub groups: Vec<Group>,
    /// What else is different.
    pub also: Vec<String>,
    /// The accounts that moved.
    pub moves: Option<Moves>,
}

/// A message kind that is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindChange {
    /// Its name.
    pub name: String,
    /// `asks less`
    pub what: String,
    /// Who may be told now, and who not any more.
    pub groups: Vec<Group>,
    /// What else is different.
    pub also: Vec<String>,
}

/// Some of an audience, as formulas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// `Newly in: those of its audience for whom`
    pub heading: String,
    /// One of these is true, in the rule language.
    pub told_by: Vec<String>,
    /// How many more lines it would take.
    pub more: usize,
    /// One of them, in lines.
    pub example: Option<String>,
}

/// The accounts that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Those newly in it.
    pub entered: u64,
    /// Those of them who are known to be in good standing.
    pub entered_good: u64,
    /// Those newly out.
    pub left: u64,
    /// Those who stay.
    pub stayed: u64,
    /// Those in neither of whom it is unknown whether they are in one.
    pub unknown: u64,
    /// By value of the dunning role.
    pub by: Vec<StatusMoves>,
}

/// The accounts of one payment status that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusMoves {
    /// The value of the dunning role.
    pub status: String,
    /// Whether it means dunning; nothing where that is unknown.
    pub in_dunning: Option<bool>,
    /// Those newly in it, newly out, and those who stay.
    pub counts: [u64; 3],
}

/// A limit, and how far from it the banner is that comes nearest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// `--max-entered`
    pub option: String,
    /// The limit as it was set.
    pub limit: String,
    /// The banner, unless there is none.
    pub banner: Option<String>,
    /// How many of its accounts moved.
    pub moved: u64,
    /// Whether that is too many.
    pub trips: bool,
}

#[derive(Template)]
#[template(path = "difference.html", whitespace = "minimize")]
pub(super) struct Page<'d> {
    difference: &'d Difference,
    title: String,
    heading: Heading,
    notices: Vec<Notice>,
    /// Of several banners, whether anybody in good standing would newly be told of a failed payment.
    truth: Option<(&'static str, String)>,
    /// Of several banners, who moves.
    summary: Vec<Summed<'d>>,
    banners: Vec<Changed<'d>>,
    counted: String,
}

/// One of several banners, in front of them all.
struct Summed<'d> {
    id: String,
    name: &'d str,
    entered: String,
    good: String,
    left: String,
    stayed: String,
    is_wrong: bool,
}

/// The sentence that comes first.
struct Heading {
    lead: String,
    text: String,
    good: Option<(String, &'static str)>,
    /// How many went out as well.
    out: Option<String>,
}

struct Changed<'d> {
    change: &'d BannerChange,
    moves: Option<Moved>,
    notices: Vec<Notice>,
}

/// The accounts of one banner that moved, for a reader.
struct Moved {
    heading: Heading,
    unknown: Option<String>,
    chart: Option<Chart>,
    rows: Vec<(String, Mark, [String; 3])>,
}

impl<'d> Page<'d> {
    pub(super) fn of(difference: &'d Difference) -> Page<'d> {
        let banners = difference.banners.iter();
        let banners = banners.map(|change| changed(difference, change));
        let tripped = difference.gates.iter().filter(|gate| gate.trips);
        let mut notices: Vec<_> = tripped.map(trip).collect();
        if let Some(taken) = difference.accounts {
            let accounts = Caveats {
                taken,
                refused: difference.refused,
                silent: difference.silent,
                repeated: difference.repeated_ids.as_ref(),
                bad_input: &difference.bad_input,
            };
            notices.extend(accounts.notices());
        }
        Page {
            difference,
            title: format!("{} → {}", difference.old.name, difference.new.name),
            heading: heading(difference),
            notices,
            truth: truth(difference),
            summary: summary(difference),
            banners: banners.collect(),
            counted: difference.accounts.map(accounts).unwrap_or_default(),
        }
    }
}

fn trip(gate: &Gate) -> Notice {
    let banner = gate.banner.as_deref().unwrap_or("a banner");
    let way = match &*gate.option {
        "--max-left" => "newly out of",
        "--max-entered-in-good-standing" => "in good standing and newly in",
        _ => "newly in",
    };
    let text = format!(
        "{} {} {way} {banner}: more than `{} {}` allows.",
        accounts(gate.moved),
        are(gate.moved),
        gate.option,
        gate.limit
    );
    danger("A limit is passed".to_owned(), text)
}

/// Of one banner it is who moves; of several, how many are different.
fn heading(difference: &Difference) -> Heading {
    let plain = |lead: String, text: &str| Heading {
        lead,
        text: text.to_owned(),
        good: None,
        out: None,
    };
    match &*difference.banners {
        [] if difference.kinds.is_empty() && difference.rest.is_empty() => {
            plain("Both versions".to_owned(), " mean the same")
        }
        [] => plain("No banner".to_owned(), " takes other accounts than it did"),
        [one] => match &one.moves {
            Some(moves) => moved_heading(difference, one, moves),
            None => plain(one.name.clone(), &format!(" {}", one.what)),
        },
        several => {
            let text = match difference.same.len() {
                0 => " are different".to_owned(),
                same => format!(" are different, {same} {} the same", are(same as u64)),
            };
            plain(format!("{} banners", several.len()), &text)
        }
    }
}

/// Those of several banners who would newly be told what is untrue for them.
fn truth(difference: &Difference) -> Option<(&'static str, String)> {
    difference.dunning_role.as_ref()?;
    let counted = difference.banners.iter().filter(|one| one.moves.is_some());
    let told = counted.filter(|one| one.is_of_failed_payments);
    let nobody = difference.accounts == Some(0);
    if nobody || difference.banners.len() < 2 || told.clone().next().is_none() {
        return None;
    }
    Some(match told.filter(|one| is_wrong(one)).count() {
        0 => (
            "none",
            "nobody known to be in good standing would newly be told that a payment failed"
                .to_owned(),
        ),
        wrong => (
            "danger",
            format!(
                "{wrong} of them would newly tell people in good standing that a payment failed"
            ),
        ),
    })
}

/// Whether people in good standing are newly told of a failed payment.
fn is_wrong(change: &BannerChange) -> bool {
    let moves = change.moves.as_ref();
    change.is_of_failed_payments && moves.is_some_and(|moves| moves.entered_good > 0)
}

fn summary(difference: &Difference) -> Vec<Summed<'_>> {
    let several = difference.banners.len() > 1;
    let banners = (1..).zip(&difference.banners).filter(|_| several);
    let rows = banners.filter_map(|(at, change)| {
        let moves = change.moves.as_ref()?;
        Some(Summed {
            id: format!("b{at}"),
            name: &change.name,
            entered: thousands(moves.entered),
            good: match difference.dunning_role {
                Some(_) => thousands(moves.entered_good),
                None => "–".to_owned(),
            },
            left: thousands(moves.left),
            stayed: thousands(moves.stayed),
            is_wrong: is_wrong(change),
        })
    });
    rows.collect()
}

/// Those who came in come first; where there are none, those who went out.
fn moved_heading(difference: &Difference, change: &BannerChange, moves: &Moves) -> Heading {
    let all = difference.accounts.map(accounts).unwrap_or_default();
    if moves.entered == 0 && moves.left > 0 {
        return Heading {
            lead: thousands(moves.left),
            text: format!(" of {all} {} newly out of {}", are(moves.left), change.name),
            good: None,
            out: None,
        };
    }
    let class = match (moves.entered_good, change.is_of_failed_payments) {
        (0, _) | (_, false) => "none",
        _ => "danger",
    };
    let good = (moves.entered > 0 && difference.dunning_role.is_some())
        .then(|| (thousands(moves.entered_good), class));
    Heading {
        lead: thousands(moves.entered),
        text: format!(" of {all} {} newly in {}", are(moves.entered), change.name),
        good,
        out: (moves.left > 0).then(|| thousands(moves.left)),
    }
}

fn changed<'d>(difference: &Difference, change: &'d BannerChange) -> Changed<'d> {
    let mut notices = Vec::new();
    let good = change.moves.as_ref().map_or(0, |moves| moves.entered_good);
    if is_wrong(change) {
        notices.push(danger(
            "The new rule takes in people in good standing, to tell them that a payment failed".to_owned(),
            format!(
                "{} newly in {} known to be in good standing. What this banner says is untrue for them.",
                accounts(good),
                are(good)
            ),
        ));
    }
    Changed {
        change,
        notices,
        moves: change
            .moves
            .as_ref()
            .map(|moves| moved(difference, change, moves)),
    }
}

fn moved(difference: &Difference, change: &BannerChange, moves: &Moves) -> Moved {
    let all = difference.accounts.unwrap_or(0);
    let names = ["newly in", "newly out", "stay"];
    let bars = moves.by.iter().map(|status| Counted {
        label: status.status.clone(),
        mark: Some(mark(status.in_dunning)),
        parts: names
            .iter()
            .zip(status.counts)
            .map(|(name, number)| ((*name).to_owned(), number))
            .collect(),
    });
    let bars: Vec<_> = bars.collect();
    let role = difference.dunning_role.as_deref().unwrap_or("standing");
    let title = format!("Those in either version, by {role}");
    let rows = moves.by.iter().map(|status| {
        let counts = status.counts.map(thousands);
        (status.status.clone(), mark(status.in_dunning), counts)
    });
    Moved {
        heading: moved_heading(difference, change, moves),
        unknown: (moves.unknown > 0).then(|| accounts(moves.unknown)),
        chart: (!bars.is_empty()).then(|| chart::chart(&title, bars, all, Scale::Widest)),
        rows: rows.collect(),
    }
}
