//! Random rule books over the facts, and random histories.

use std::collections::BTreeMap;

use banneret::ast::{Expr, ExprKind};
use banneret::{Book, History};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::{LENGTHS, micros, rule};
use crate::world::{DAY, MANIFEST, MINUTE, NOW, SECOND, WORLD, schema, time};

/// A banner, as its text says it.
#[derive(Clone, Debug)]
pub(crate) struct Banner {
    pub(crate) audience: Expr,
    pub(crate) claims: bool,
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) german: bool,
    fields: Vec<&'static str>,
}

/// A book of a few banners, the first of them killed where it says so.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) banners: Vec<Banner>,
    pub(crate) requirement: Expr,
    pub(crate) first_is_killed: bool,
    holdout: &'static str,
}

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let holdout = select(
        &[
            "",
            "  holdout 30% by p.code\n",
            "  holdout 50% by p.seats\n",
        ][..],
    );
    let banners = vec((banner(), any::<bool>()), 1..7);
    (banners, rule(), any::<bool>(), holdout).prop_map(
        |(banners, requirement, first_is_killed, holdout)| Draft {
            banners: banners
                .into_iter()
                .map(|(banner, keeps)| match keeps && banner.claims {
                    true => banner.keeping(&requirement),
                    false => banner,
                })
                .collect(),
            requirement,
            first_is_killed,
            holdout,
        },
    )
}

fn banner() -> impl Strategy<Value = Banner> {
    let date = || {
        option::weighted(
            0.3,
            (-4 * DAY..4 * DAY).prop_map(|away| (NOW + away) / SECOND * SECOND),
        )
    };
    let one = |choices: &'static [&'static str]| select(choices);
    let fields = (
        one(&[
            "placement bar",
            "placement inline",
            "placement bar, inline",
            "placement inline",
        ]),
        one(&["", "priority 5", "priority -1"]),
        one(&[
            "",
            "",
            "rollout 40% by p.code",
            "rollout 60% by p.seats",
            "rollout 0% by p.plan",
        ]),
        one(&["", "cap 1 per 2 days", "cap 2 per 90 minutes", "cap 2 ever"]),
        one(&[
            "",
            "dismiss for 3 days",
            "dismiss forever",
            "dismiss for 5 minutes",
        ]),
        one(&["", "", "ends on click"]),
    );
    let fields = fields.prop_map(|(a, b, c, d, e, f)| vec![a, b, c, d, e, f]);
    (
        rule(),
        any::<bool>(),
        date(),
        date(),
        prop::bool::weighted(0.2),
        fields,
    )
        .prop_map(|(audience, claims, from, until, german, fields)| Banner {
            audience,
            claims,
            until: until.filter(|until| from.is_none_or(|from| from < *until)),
            from,
            german,
            fields,
        })
}

/// The name of the banner at that place: `b0`.
pub(crate) fn name(at: usize) -> String {
    format!("b{at}")
}

impl Draft {
    pub(crate) fn book(&self) -> Book {
        let segments = WORLD.segments.iter();
        let mut rules: String = segments
            .map(|(name, expr)| format!("segment {name}: {expr}\n"))
            .collect();
        rules.push_str("message tip:\n");
        rules.push_str(&format!(
            "message claim:\n  requires {}\n{}",
            self.requirement, self.holdout
        ));
        for (at, banner) in self.banners.iter().enumerate() {
            rules.push_str(&banner.text(at));
        }
        let kills = "- {banner: b0, by: ada, at: 2026-05-04T12:00:00Z, because: it is wrong}\n";
        let files = BTreeMap::from([
            ("banneret.yaml", MANIFEST.to_owned()),
            ("schema.yaml", schema()),
            (
                "copy/en.ftl",
                "tip = Words.\n    .kind = tip\n\nclaim = Words.\n    .kind = claim\n".to_owned(),
            ),
            ("rules.banner", rules.clone()),
            (
                "kills.yaml",
                if self.first_is_killed {
                    kills.to_owned()
                } else {
                    String::new()
                },
            ),
        ]);
        Book::from_files(files).unwrap_or_else(|error| panic!("{error}\n{rules}"))
    }
}

impl Banner {
    /// The banner for those only of whom a requirement is true: a random audience rarely implies
    /// a random requirement, and what does not is withheld.
    fn keeping(self, requirement: &Expr) -> Banner {
        let span = requirement.span;
        let parts = [self.audience, requirement.clone()].map(|part| Expr {
            kind: ExprKind::Paren(Box::new(part)),
            span,
        });
        let audience = Expr {
            kind: ExprKind::And(parts.into()),
            span,
        };
        Banner { audience, ..self }
    }

    fn text(&self, at: usize) -> String {
        let mut text = format!("banner {}:\n  audience {}\n", name(at), self.audience);
        let kind = if self.claims { "claim" } else { "tip" };
        text.push_str(&format!(
            "  message {kind}\n  copy {kind}\n  owner \"tests\"\n"
        ));
        for (word, date) in [("from", self.from), ("until", self.until)] {
            if let Some(micros) = date {
                text.push_str(&format!("  {word} {}\n", time(micros)));
            }
        }
        if self.german {
            text.push_str("  locales de\n");
        }
        let fields = self.fields.iter().filter(|field| !field.is_empty());
        fields.for_each(|field| text.push_str(&format!("  {field}\n")));
        text
    }
}

/// What a viewer has seen of the banners `b0`, `b1`, …
pub(crate) fn history() -> impl Strategy<Value = History> {
    let edges = select(LENGTHS).prop_map(micros);
    let moment = prop_oneof![
        (edges, -1..=1_i64).prop_map(|(away, beside)| NOW - away + beside),
        (0..4 * DAY).prop_map(|ago| NOW - ago),
        (0..5 * MINUTE).prop_map(|ago| NOW - ago),
    ];
    let moment = moment.boxed();
    let copy = select(&[None, Some("44dcebcdcc564a64"), Some("0000000000000000")][..]);
    let seen = (
        vec(moment.clone(), 0..4),
        option::weighted(0.3, moment.clone()),
        copy,
        option::weighted(0.15, moment),
    );
    vec(option::of(seen), 6).prop_map(|all| {
        let mut history = History::new();
        for (at, seen) in all.into_iter().enumerate() {
            if let Some((shown, dismissed, copy, clicked)) = seen {
                let entry = history.entry(&name(at));
                entry.shown_at = shown.into_iter().map(time).collect();
                entry.dismissed_at = dismissed.map(time);
                entry.dismissed_copy = copy.map(str::to_owned);
                entry.clicked_at = clicked.map(time);
            }
        }
        history
    })
}
