//! The proof that a book is sound, when it is read: what is not proven is never shown.

use crate::book::{Banner, MessageKind};
use crate::facts::Value;
use crate::formula::NodeId;
use crate::prove::{Answer, BUDGET, Prover};
use crate::rulebook::{Book, Unkept, WhyNot};
use crate::schema::Schema;
use crate::value::{Duration, Time};

/// How much all proofs of a book may have taken before each of the rest has a smaller budget, and in
/// the end none: a book full of entangled rules must still be read in seconds. In steps, beside
/// [`USUAL`] for each banner.
const TIGHTER: [(u64, u64); 3] = [
    (30_000_000, 0),
    (10_000_000, BUDGET / 100),
    (2_000_000, BUDGET / 10),
];

/// What the proofs of a banner usually take, and some.
const USUAL: u64 = 1_000;

/// Withholds every banner whose audience is not proven to imply what its kind requires.
pub(super) fn prove(mut book: Book) -> Book {
    let unkept = unkept(&book);
    for unkept in &unkept {
        let Some(banner) = book.banners.get(unkept.banner) else {
            continue;
        };
        let kind = book.kinds.get(banner.kind);
        let requirement = kind.and_then(|kind| kind.requirements.get(unkept.requirement));
        let text = requirement.map_or("", |requirement| &requirement.text);
        let why = why(&unkept.why, text, &book.schema);
        let name = banner.name.clone();
        // The first that is not kept is told; all are in the report.
        book.quarantined.entry(name).or_insert(why);
    }
    book.unkept = unkept;
    book
}

fn unkept(book: &Book) -> Vec<Unkept> {
    let kinds = book
        .banners
        .iter()
        .filter_map(|banner| book.kinds.get(banner.kind));
    if kinds
        .map(|kind| kind.contract)
        .all(|contract| contract == NodeId::TRUE)
    {
        return Vec::new();
    }
    let mut prover = Prover::new(&book.schema, &book.formulas);
    let hold = Hold::of(book);
    let mut unkept = Vec::new();
    for (place, banner) in book.banners.iter().enumerate() {
        let Some(kind) = book.kinds.get(banner.kind) else {
            continue;
        };
        unkept.extend(of_banner(&mut prover, &hold, place, banner, kind));
    }
    unkept
}

/// Holds questions to what is left for the whole book.
struct Hold {
    usual: u64,
}

impl Hold {
    fn of(book: &Book) -> Hold {
        let banners = u64::try_from(book.banners.len()).unwrap_or(u64::MAX);
        Hold {
            usual: banners.saturating_mul(USUAL),
        }
    }

    /// The next question of a banner may take so many steps at the most, whatever is left.
    fn next(&self, prover: &mut Prover<'_>, most: u64) {
        let spent = prover.spent().saturating_sub(self.usual);
        let tighter = TIGHTER.iter().find(|(taken, _)| spent > *taken);
        let budget = tighter.map_or(BUDGET, |(_, budget)| *budget);
        prover.limit(budget.min(most));
    }
}

fn of_banner(
    prover: &mut Prover<'_>,
    hold: &Hold,
    place: usize,
    banner: &Banner,
    kind: &MessageKind,
) -> Vec<Unkept> {
    // All requirements at once are as quickly proven as one, and most banners keep them.
    hold.next(prover, BUDGET);
    let several = kind.requirements.len() > 1;
    if several && prover.find(&[banner.audience], &[kind.contract]) == Answer::Nobody {
        return Vec::new();
    }
    prover.near(shown_at(banner));
    let mut unkept = Vec::new();
    // What is still refuted of an audience that is too entangled is found soon or not at all, and
    // that it is entangled is told once, not for each requirement.
    let mut most = BUDGET;
    for (number, requirement) in kind.requirements.iter().enumerate() {
        let (these, those) = ([banner.audience], [requirement.formula]);
        hold.next(prover, most);
        let why = match prover.find(&these, &those) {
            Answer::Nobody => continue,
            Answer::Somebody(witness) => WhyNot::Refuted {
                witness,
                by_age_alone: prover.find_at_any_age(&these, &those) == Answer::Nobody,
            },
            Answer::Unproven(_) if most < BUDGET => continue,
            Answer::Unproven(unproven) => {
                most = BUDGET / 100;
                WhyNot::Unproven(unproven)
            }
        };
        unkept.push(Unkept {
            banner: place,
            requirement: number,
            why,
        });
    }
    unkept
}

/// A moment at which the banner may be shown, so that a counterexample can be tried as it stands.
fn shown_at(banner: &Banner) -> Time {
    let day = Duration::from_hours(24);
    let usual = Time::from_unix_seconds(1_767_268_800);
    let late = banner.until.map(|until| until.minus(day));
    let late = late.map_or(usual, |late| usual.min(late));
    banner.from.map_or(late, |from| late.max(from))
}

fn why(why: &WhyNot, requirement: &str, schema: &Schema) -> String {
    match why {
        WhyNot::Unproven(unproven) => {
            format!("its audience was not proven to imply `{requirement}`: {unproven}")
        }
        WhyNot::Refuted { witness, .. } => {
            let told = witness.told.iter().filter_map(|told| {
                let name = &schema.fact(told.fact)?.name;
                let shown = told
                    .value
                    .as_ref()
                    .map(|value: &Value| value.display(schema, told.fact));
                Some(format!(
                    "{name} = {}",
                    shown.as_deref().unwrap_or("unknown")
                ))
            });
            let told: Vec<_> = told.collect();
            format!(
                "its audience takes accounts for which `{requirement}` is not true, such as {}",
                if told.is_empty() {
                    "any".to_owned()
                } else {
                    told.join(", ")
                }
            )
        }
    }
}
