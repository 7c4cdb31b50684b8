//! Whatever texts a page is made of, they stay texts.

use std::collections::BTreeMap;

use banneret::Time;
use banneret_audience::report::{
    BannerChange, DecidingFact, Difference, Gate, Group, KindChange, Moves, Piece, Rule,
    StatusMoves, Told, Version, Words, difference_page, page,
};
use banneret_audience::{
    AudienceCounts, BadInput, Combination, Gates, Outcomes, Preview, Repeated, Sampled, Standing,
};
use proptest::prelude::*;

const SOME: Outcomes = Outcomes {
    yes: 3,
    no: 2,
    unknown: 1,
};

/// Ids and values with which something is wrong, of the same text.
fn odd(text: &str) -> (Repeated, BadInput) {
    let own = || text.to_owned();
    let repeated = Repeated {
        ids: 1,
        of: 2,
        example: own(),
        rows: 2,
    };
    let bad_input = BadInput {
        fact: own(),
        why: own(),
        accounts: 1,
    };
    (repeated, bad_input)
}

/// A preview that says the same text wherever it can.
fn preview(text: &str, kind: &str) -> Preview {
    let own = || text.to_owned();
    let (repeated, bad_input) = odd(text);
    let combination = Combination {
        values: BTreeMap::from([(own(), own())]),
        in_dunning: Some(false),
        outcomes: SOME,
    };
    let counts = AudienceCounts {
        name: own(),
        kind: kind.to_owned(),
        outcomes: SOME,
        standing: Some(Standing {
            in_dunning: 1,
            good: 1,
            unknown: 1,
        }),
        why_unknown: vec![(own(), BTreeMap::from([(own(), 1)]))],
        by: vec![combination],
        by_others: Some(SOME),
        overlap: BTreeMap::from([(own(), 1)]),
        outranked_by: BTreeMap::from([(own(), 1)]),
        after_gates: Some(Gates {
            shown: 1,
            withheld: BTreeMap::from([(own(), 1)]),
            outranked_by: BTreeMap::from([(own(), 1)]),
        }),
        sample: vec![Sampled {
            id: own(),
            facts: vec![(own(), Some(own()))],
            place: own(),
        }],
        not_known: vec![own()],
    };
    Preview {
        banneret: 1,
        book: own(),
        now: Time::from_unix_seconds(0),
        accounts: 6,
        refused: 1,
        silent: 2,
        repeated_ids: Some(repeated),
        bad_input: vec![bad_input],
        dunning_role: Some(own()),
        by: vec![own()],
        audiences: vec![counts],
    }
}

fn told(text: &str, alone: AudienceCounts) -> Told {
    let own = || text.to_owned();
    let rule = Rule {
        doc: format!("x{text}"),
        says: Some(own()),
        is_of_failed_payments: true,
        withheld: Some(own()),
        audience_alone: Some(alone),
        facts: vec![DecidingFact {
            name: own(),
            doc: format!("x{text}"),
            believed_for: Some(own()),
        }],
        audience: vec![(1, own())],
        contract: vec![(1, own())],
        formulas: vec![(own(), own())],
        delivery: vec![(own(), own())],
        words: Some(Words {
            locale: own(),
            entry: own(),
            sayings: vec![vec![Piece::Text(own()), Piece::Value(own())]],
            more: 1,
        }),
    };
    Told {
        source: own(),
        book: own(),
        rules: vec![rule],
    }
}

fn difference(text: &str) -> Difference {
    let own = || text.to_owned();
    let version = || Version {
        name: own(),
        book: own(),
    };
    let group = || Group {
        heading: own(),
        told_by: vec![own()],
        more: 1,
        example: Some(own()),
    };
    let (repeated, bad_input) = odd(text);
    Difference {
        old: version(),
        new: version(),
        accounts: Some(6),
        refused: 1,
        silent: 2,
        repeated_ids: Some(repeated),
        bad_input: vec![bad_input],
        source: own(),
        now: None,
        dunning_role: Some(own()),
        banners: vec![BannerChange {
            name: own(),
            what: own(),
            is_of_failed_payments: true,
            groups: vec![group()],
            also: vec![own()],
            moves: Some(Moves {
                entered: 2,
                entered_good: 1,
                left: 1,
                stayed: 1,
                unknown: 1,
                by: vec![StatusMoves {
                    status: own(),
                    in_dunning: None,
                    counts: [2, 1, 1],
                }],
            }),
        }],
        same: vec![own()],
        kinds: vec![KindChange {
            name: own(),
            what: own(),
            groups: vec![group()],
            also: vec![own()],
        }],
        rest: vec![own()],
        gates: vec![Gate {
            option: own(),
            limit: own(),
            banner: Some(own()),
            moved: 2,
            trips: true,
        }],
    }
}

fn pages(text: &str) -> Vec<String> {
    let mut pages = vec![difference_page(&difference(text)).expect("a page")];
    for kind in ["banner", "where"] {
        let mut one = preview(text, kind);
        let told = told(text, one.audiences[0].clone());
        pages.push(page(&one, &told).expect("a page"));
        one.audiences.push(one.audiences[0].clone());
        pages.push(page(&one, &told).expect("a page"));
    }
    pages
}

/// What a browser takes for tags and for the ends of values; but backticks may make code of a text,
/// which does nothing.
fn marks(page: &str) -> (usize, usize, usize) {
    let page = page.replace("<code>", "").replace("</code>", "");
    let number = |mark| page.matches(mark).count();
    (number('<'), number('>'), number('"'))
}

proptest! {
    #[test]
    fn texts_make_no_tags_and_end_no_values(
        text in prop_oneof![any::<String>(), "[<>\"'`&;/=! a-z{}%#\u{202e}\u{0}-]{0,24}"]
    ) {
        // A text of nothing leaves out what stands around it.
        let text = format!("t{text}");
        for (page, plain) in pages(&text).iter().zip(pages("t")) {
            prop_assert_eq!(marks(page), marks(&plain));
            let hidden = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            prop_assert!(!page.contains(hidden));
        }
    }
}
