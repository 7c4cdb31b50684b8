//! Rollouts only grow, and whoever is held out is held out of a whole kind.

use std::sync::LazyLock;

use banneret::{BUCKETS, Book, Engine, History, Outcome, Purpose, bucket};
use proptest::prelude::*;

use crate::cases;
use crate::world::{MANIFEST, NOW, time};

const SHARES: [&str; 8] = ["0", "0.01", "1", "25", "50", "75.5", "99.99", "100"];

/// A book whose banners are rolled out to that share, and whose kind is held out from it.
fn book(share: &str) -> Book {
    let mut rules = format!("message tip:\n\nmessage held:\n  holdout {share}% by p.who\n");
    for (name, kind) in [("one", "tip"), ("two", "held"), ("three", "held")] {
        rules.push_str(&format!(
            "\nbanner {name}:\n  message {kind}\n  audience true\n  placement inline\n  copy {kind}\n  owner \"tests\"\n"
        ));
        if kind == "tip" {
            rules.push_str(&format!("  rollout {share}% by p.who\n"));
        }
    }
    let manifest = MANIFEST.replace("inline: 2", "inline: 9");
    let files = [
        ("banneret.yaml", manifest.as_str()),
        (
            "schema.yaml",
            "facts: {p.who: {type: string, fresh_for: 1h}}",
        ),
        (
            "copy/en.ftl",
            "tip = Words.\n    .kind = tip\n\nheld = Words.\n    .kind = held\n",
        ),
        ("rules.banner", &rules),
    ];
    Book::from_files(files).unwrap()
}

static ENGINES: LazyLock<Vec<Engine>> =
    LazyLock::new(|| SHARES.map(|share| Engine::new(book(share))).into());

/// The reason of each banner: `one`, `three`, `two`.
fn outcomes(engine: &Engine, who: Option<&str>) -> Vec<Outcome> {
    let now = time(NOW);
    let facts = engine.facts().as_of(now).set("p.who", who).unwrap().build();
    engine.outcomes(&facts, &History::new(), now).unwrap()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn raising_a_rollout_takes_nothing_away(who in prop::option::weighted(0.95, "\\PC{0,12}")) {
        let (mut was_shown, mut was_held) = (false, false);
        for (engine, share) in ENGINES.iter().zip(SHARES) {
            let outcomes = outcomes(engine, who.as_deref());
            let [one, three, two] = outcomes[..] else { panic!() };
            prop_assert!(one == Outcome::Shown || one == Outcome::Rollout, "{:?}", one);
            prop_assert!(one == Outcome::Shown || !was_shown, "{} % took it from {:?}", share, who);
            prop_assert_eq!(two, three, "one kind has one holdout");
            prop_assert!(two == Outcome::Holdout || two == Outcome::Shown);
            let (shown, held) = (one == Outcome::Shown, two == Outcome::Holdout);
            prop_assert!(held || !was_held || who.is_none(), "{} % lets {:?} in", share, who);
            (was_shown, was_held) = (shown, held);
            if let Some(who) = &who {
                let hundredths = (share.parse::<f64>().unwrap() * 100.0).round() as u16;
                prop_assert_eq!(shown, bucket(Purpose::Rollout, "one", who) < hundredths);
                prop_assert_eq!(held, bucket(Purpose::Holdout, "held", who) < hundredths);
            } else {
                prop_assert_eq!(shown, share == "100", "nobody can be placed");
                prop_assert_eq!(held, share != "0", "nobody can be placed");
            }
        }
        prop_assert!(was_shown && was_held);
    }

    #[test]
    fn a_bucket_is_one_of_ten_thousand(name in "[a-z][a-z0-9_]{0,20}", value in "\\PC{0,40}") {
        let rollout = bucket(Purpose::Rollout, &name, &value);
        prop_assert!(rollout < BUCKETS);
        prop_assert_eq!(rollout, bucket(Purpose::Rollout, &name, &value));
        prop_assert!(bucket(Purpose::Holdout, &name, &value) < BUCKETS);
    }
}

/// Rollouts and holdouts of one name are drawn apart, and each tenth of the buckets has its tenth.
#[test]
fn buckets_are_even() {
    let mut tenths = [0; 10];
    let mut both = 0;
    for number in 0..20_000 {
        let who = format!("acct_{number}");
        let rollout = bucket(Purpose::Rollout, "upsell", &who);
        let holdout = bucket(Purpose::Holdout, "upsell", &who);
        tenths[usize::from(rollout / 1_000)] += 1;
        both += u32::from(rollout < 5_000 && holdout < 5_000);
    }
    assert!(
        tenths.iter().all(|count| (1_850..2_150).contains(count)),
        "{tenths:?}"
    );
    assert!((4_800..5_200).contains(&both), "{both}");
}
