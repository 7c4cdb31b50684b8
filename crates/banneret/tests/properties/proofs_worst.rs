//! The worst that an author can ask of the prover: each question ends within its budget, on a small
//! stack, and never with a wrong answer.

use std::fmt::Write as _;

use banneret::{Answer, Book, Prover, Unproven, WhyNot};

/// What threads have by default.
const STACK: usize = 2 << 20;

const MANIFEST: &str =
    "edition: 1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}";

/// A book with those facts, and a banner for that audience of a kind with that requirement.
fn book(schema: &str, audience: &str, requirement: &str) -> Book {
    let rules = format!(
        "message claim:\n  requires {requirement}\n\nbanner b:\n  message claim\n  audience {audience}\n  \
         placement top\n  copy words\n  owner \"tests\"\n"
    );
    read(schema, &rules)
}

/// A book with those facts and rules, whose messages are of the kind `claim`.
fn read(schema: &str, rules: &str) -> Book {
    let schema = format!("facts:\n{schema}");
    let book = Book::from_files([
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", &schema),
        ("copy/en.ftl", "words = Words.\n    .kind = claim\n"),
        ("rules.banner", rules),
    ]);
    book.unwrap_or_else(|error| panic!("{error}"))
}

/// A question may be asked once in the order of the schema, and once more in that of the rule.
const MOST_STEPS: u64 = 2 * (banneret::BUDGET + 1);

/// What comes of the proof, on a small stack; what is not proven must be withheld.
fn answer(schema: String, audience: String, requirement: &'static str) -> Answer {
    let work = move || {
        let book = book(&schema, &audience, requirement);
        let banner = book.banner("b").unwrap();
        let contract = book.kind_of(banner).unwrap().contract;
        let mut prover = Prover::new(book.schema(), book.formulas());
        let answer = prover.find(&[banner.audience], &[contract]);
        assert!(prover.taken() <= MOST_STEPS, "{}", prover.taken());
        // A question about one formula takes another way.
        let anybody = prover.find(&[banner.audience], &[]);
        assert!(anybody != Answer::Nobody || answer == Answer::Nobody);
        let is_kept = answer == Answer::Nobody;
        assert_eq!(
            book.quarantined().count(),
            usize::from(!is_kept),
            "{answer:?}"
        );
        assert_eq!(book.report().is_empty(), is_kept);
        for unkept in book.report() {
            match (&unkept.why, &answer) {
                (WhyNot::Refuted { witness, .. }, Answer::Somebody(_)) => {
                    assert!(!witness.told.is_empty());
                }
                (WhyNot::Unproven(why), Answer::Unproven(same)) => assert_eq!(why, same),
                (why, answer) => panic!("{why:?}, but {answer:?}"),
            }
        }
        answer
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    thread.unwrap().join().unwrap()
}

fn bools(names: impl IntoIterator<Item = String>) -> String {
    let facts = names
        .into_iter()
        .map(|name| format!("  {name}: {{type: bool}}\n"));
    facts.collect::<String>() + "  z.claim: {type: bool}\n"
}

fn join(word: &str, parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> = parts.into_iter().collect();
    parts.join(&format!("\n    {word} "))
}

/// All first halves come before all second halves, so a diagram must remember which of the first
/// were true: twice as large with each pair.
fn crossed(pairs: usize) -> (String, String) {
    let names = |half: char| (0..pairs).map(move |at| format!("{half}.f{at:03}"));
    let schema = bools(names('a').chain(names('b')));
    let pairs = names('a').zip(names('b'));
    (
        schema,
        join("or", pairs.map(|(a, b)| format!("({a} and {b})"))),
    )
}

#[test]
fn pairs_that_lie_far_apart_are_proven_in_their_authors_order() {
    for pairs in [10, 60] {
        let (schema, rule) = crossed(pairs);
        let kept = format!("z.claim and ({rule})");
        assert_eq!(
            answer(schema.clone(), kept, "z.claim"),
            Answer::Nobody,
            "{pairs}"
        );
        match answer(schema, rule, "z.claim") {
            Answer::Somebody(witness) => assert_eq!(witness.told.len(), 3, "{pairs}"),
            other => panic!("{pairs}: {other:?}"),
        }
    }
}

/// Two rules that pair the same facts in two ways: there is no good order for both.
#[test]
fn what_no_order_helps_is_unproven_and_withheld() {
    let count = 40;
    let names: Vec<_> = (0..count).map(|at| format!("a.f{at:03}")).collect();
    let schema = bools(names.clone());
    let pair = |step: usize| {
        let pairs = (0..count).map(|at| {
            let (one, other) = (at, (at * step + 1) % count);
            format!(
                "(({} and {}) or ({} and not {}))",
                names[one], names[other], names[other], names[one]
            )
        });
        join("and", pairs)
    };
    let tangle = format!("({})\n    or ({})\n    or ({})", pair(3), pair(7), pair(11));
    let audience = format!("z.claim and ({tangle})");
    // It is true, but too much to show.
    let said = answer(schema.clone(), audience, "z.claim");
    assert!(
        matches!(
            said,
            Answer::Nobody | Answer::Unproven(Unproven::OverBudget)
        ),
        "{said:?}"
    );
    let said = answer(schema, tangle, "z.claim");
    assert_ne!(said, Answer::Nobody);
}

/// Random clauses of three facts each, fewer and more than are usually true at once: what solvers
/// find hardest. Of eighteen facts every account can be tried.
#[test]
fn random_clauses_end() {
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for (facts, clauses) in [(18, 50), (18, 75), (18, 110), (40, 100)] {
        let names: Vec<_> = (0..facts).map(|at| format!("a.f{at:03}")).collect();
        let clauses: Vec<_> = (0..clauses)
            .map(|_| [(); 3].map(|()| (next(facts), next(2) == 1)))
            .collect();
        let literal = |(fact, holds): (u64, bool)| {
            let name = &names[usize::try_from(fact).unwrap()];
            format!("{}{name}", if holds { "" } else { "not " })
        };
        let written = clauses
            .iter()
            .map(|clause| format!("({})", clause.map(literal).join(" or ")));
        let rule = join("and", written);
        let said = answer(
            bools(names.clone()),
            format!("z.claim and {rule}"),
            "z.claim",
        );
        assert!(
            matches!(
                said,
                Answer::Nobody | Answer::Unproven(Unproven::OverBudget)
            ),
            "{said:?}"
        );
        let said = answer(bools(names), rule, "z.claim");
        if facts == 18 {
            let is_true =
                |account: u32, (fact, holds): (u64, bool)| (account >> fact & 1 == 1) == holds;
            let holds = |account: &u32| {
                let mut clauses = clauses.iter();
                clauses.all(|clause| clause.iter().any(|literal| is_true(*account, *literal)))
            };
            let anybody = (0..1 << 18).any(|account: u32| holds(&account));
            assert_eq!(matches!(said, Answer::Somebody(_)), anybody, "{said:?}");
            assert_eq!(said == Answer::Nobody, !anybody, "{said:?}");
        }
    }
}

#[test]
fn two_hundred_members_of_a_set() {
    let schema = "  s.tags: {type: set of string}\n  z.claim: {type: bool}\n";
    let has = |word: &str, count: usize| {
        join(
            word,
            (0..count).map(|at| format!("s.tags has \"t{at:03}\"")),
        )
    };
    let all = has("and", 200);
    let none = format!(
        "s.tags has none of {{{}}}",
        (0..199)
            .map(|at| format!("\"t{at:03}\""))
            .collect::<Vec<_>>()
            .join(", ")
    );
    assert_eq!(
        answer(schema.into(), format!("{all}\n    and z.claim"), "z.claim"),
        Answer::Nobody
    );
    match answer(schema.into(), all.clone(), "z.claim") {
        Answer::Somebody(witness) => assert_eq!((witness.told.len(), witness.cost), (2, 2_200)),
        other => panic!("{other:?}"),
    }
    let odd = format!("({}) and {none} and not (s.tags is empty)", has("or", 200));
    assert_eq!(
        answer(schema.into(), odd, "s.tags has \"t199\""),
        Answer::Nobody
    );
    assert_eq!(
        answer(schema.into(), format!("({all})"), "not (s.tags is empty)"),
        Answer::Nobody
    );
}

#[test]
fn a_thousand_facts() {
    for word in ["and", "or"] {
        let names = || (0..400).map(|at| format!("a.f{at:03}"));
        let rule = join(word, names());
        let kept = format!("z.claim and ({rule})");
        assert_eq!(
            answer(bools(names()), kept, "z.claim"),
            Answer::Nobody,
            "{word}"
        );
        match answer(bools(names()), rule, "z.claim") {
            Answer::Somebody(witness) => {
                assert_eq!(witness.told.len(), if word == "and" { 401 } else { 2 });
            }
            other => panic!("{word}: {other:?}"),
        }
    }
    // Deeper than proofs go: said so, not a stack that runs out.
    for (word, count) in [("and", 1_000), ("or", 1_000), ("and", 5_000), ("or", 5_000)] {
        let names = || (0..count).map(|at| format!("a.f{at:04}"));
        let rule = join(word, names());
        let kept = format!("z.claim and ({rule})");
        let said = answer(bools(names()), kept, "z.claim");
        assert!(
            matches!(
                said,
                Answer::Nobody | Answer::Unproven(Unproven::OverBudget)
            ),
            "{said:?}"
        );
        let said = answer(bools(names()), rule, "z.claim");
        assert_ne!(said, Answer::Nobody, "{word}");
    }
    // One that flips with every fact: as deep as it is long, in both readings of each fact.
    let names: Vec<_> = (0..120).map(|at| format!("a.f{at:03}")).collect();
    let mut rule = names[0].clone();
    for (at, name) in names.iter().enumerate().skip(1).take(100) {
        let word = if at % 2 == 0 { "and" } else { "or" };
        rule = format!("({name} {word} {rule})");
    }
    let kept = format!("z.claim and {rule}");
    assert_eq!(answer(bools(names), kept, "z.claim"), Answer::Nobody);
}

/// Brackets as deep as they may be; and segments, each of which names the one before it twice.
#[test]
fn as_deep_as_it_goes() {
    let schema = bools(["a.x".to_owned(), "a.y".to_owned()]);
    let deep = format!("{}a.x and z.claim{}", "not (".repeat(62), ")".repeat(62));
    assert_eq!(answer(schema, deep, "z.claim"), Answer::Nobody);

    let mut rules = "segment s0: a.x or a.y\n".to_owned();
    for at in 1..120 {
        let fact = if at % 2 == 0 { "a.x" } else { "a.y" };
        _ = writeln!(
            rules,
            "segment s{at}: (s{before} and {fact}) or (not s{before} and not {fact})",
            before = at - 1
        );
    }
    rules.push_str(
        "message claim:\n  requires a.x is known\n\nbanner b:\n  message claim\n  audience s119\n",
    );
    rules.push_str("  placement top\n  copy words\n  owner \"tests\"\n");
    let work = move || {
        let book = Book::from_files([
            ("banneret.yaml", MANIFEST),
            (
                "schema.yaml",
                "facts:\n  a.x: {type: bool}\n  a.y: {type: bool}\n",
            ),
            ("copy/en.ftl", "words = Words.\n    .kind = claim\n"),
            ("rules.banner", &*rules),
        ]);
        let book = book.unwrap_or_else(|error| panic!("{error}"));
        book.quarantined().count()
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    assert_eq!(thread.unwrap().join().unwrap(), 0, "s119 asks both facts");
}

/// Each of the parts can be in a text or not: more classes of texts than can be told apart.
#[test]
fn sixty_questions_about_one_text() {
    let schema = "  s.text: {type: string}\n  z.claim: {type: bool}\n";
    let contains = |word: &str| {
        join(
            word,
            (0..60).map(|at| format!("s.text contains \"<{at}>\"")),
        )
    };
    for word in ["and", "or"] {
        let kept = format!("z.claim and ({})", contains(word));
        let said = answer(schema.into(), kept, "z.claim");
        assert_eq!(said, Answer::Unproven(Unproven::Texts), "{word}");
    }
    // Fewer of them can be.
    let six = join(
        "and",
        (0..6).map(|at| format!("s.text contains \"<{at}>\"")),
    );
    let kept = answer(schema.into(), format!("{six}\n    and z.claim"), "z.claim");
    assert_eq!(kept, Answer::Nobody);
}

/// Many ages of one fact, and many dates and distances of one moment.
#[test]
fn many_ages_and_moments() {
    let schema =
        "  t.at: {type: time}\n  t.due: {type: time, fresh_for: 10d}\n  z.claim: {type: bool}\n";
    let ages = (1..400).map(|at| {
        format!(
            "((t.due in the last {at}m) no older than {at}h and t.at after 2026-01-{:02})",
            1 + at % 28
        )
    });
    let ages = join("or", ages);
    let kept = format!("z.claim and ({ages})");
    assert_eq!(answer(schema.into(), kept, "z.claim"), Answer::Nobody);
    assert!(matches!(
        answer(schema.into(), ages, "z.claim"),
        Answer::Somebody(_)
    ));
}

/// Sets of many ranges make nodes of many edges, which take memory that no step would tell of.
#[test]
fn long_lists_of_numbers_are_kept_within_the_budget() {
    const LISTS: usize = 30;
    let names: Vec<_> = (0..LISTS).map(|at| format!("a.f{at:03}")).collect();
    let schema = bools(names.clone()) + "  n.x: {type: int, min: 0, max: 99999999}\n";
    let mut number = 1_u64;
    let lists = names.iter().map(|name| {
        let numbers = (0..300).map(|_| {
            number = number.wrapping_mul(6_364_136_223_846_793_005) + 1;
            (number >> 40).to_string()
        });
        let numbers: Vec<_> = numbers.collect();
        format!("({name} and n.x in {{{}}})", numbers.join(", "))
    });
    let rule = join("or", lists);
    // Whether it is decided or not: it ends, within the memory of a small machine.
    assert_ne!(answer(schema, rule, "z.claim"), Answer::Nobody);
}

/// One entangled segment that many banners of a kind with many requirements use: it is found too
/// hard a few times, and then no more is tried. The sound one among them is proven all the same
/// as long as there is something left.
#[test]
fn a_book_full_of_them_is_read_to_its_end() {
    const BANNERS: usize = 20;
    let (schema, crossed) = crossed(40);
    let first: Vec<_> = (0..40).map(|at| format!("a.f{at:03}")).collect();
    let mut rules = "message claim:\n".to_owned();
    for at in 0..8 {
        _ = writeln!(rules, "  requires z.claim or a.f{at:03}");
    }
    _ = writeln!(
        rules,
        "\nsegment hard:\n  ({})\n  and ({crossed})\n",
        first.join(" or ")
    );
    for at in 0..BANNERS {
        let audience = if at == 0 { "z.claim" } else { "hard" };
        _ = writeln!(
            rules,
            "banner b{at:03}:\n  message claim\n  audience {audience}\n  placement top\n  copy words\n  owner \"tests\"\n"
        );
    }
    let book = read(&schema, &rules);
    let withheld: Vec<_> = book
        .quarantined()
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(withheld.len(), BANNERS - 1);
    assert!(!withheld.contains(&"b000".to_owned()));
    // Each is told once, not for each requirement.
    assert_eq!(book.report().len(), BANNERS - 1);
}

/// Telling texts apart takes its time too: asked again and again, it comes to an end.
#[test]
fn texts_are_not_told_apart_for_ever() {
    let schema = bools([]) + "  s.t: {type: string}\n";
    let asked = (0..100).map(|at| format!("s.t contains \"<{at}>\""));
    let segment = join("or", asked);
    let mut rules = "message claim:\n".to_owned();
    for at in 0..20 {
        _ = writeln!(rules, "  requires z.claim or s.t starts with \"{at}\"");
    }
    _ = writeln!(rules, "\nsegment hard:\n  {segment}\n");
    for at in 0..8 {
        _ = writeln!(
            rules,
            "banner b{at:03}:\n  message claim\n  audience hard\n  placement top\n  copy words\n  owner \"tests\"\n"
        );
    }
    let book = read(&schema, &rules);
    assert_eq!(book.quarantined().count(), 8);
}
