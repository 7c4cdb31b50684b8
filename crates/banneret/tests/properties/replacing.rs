//! A book is replaced as a whole, between two decisions.

use std::sync::atomic::{AtomicBool, Ordering};

use banneret::{Book, Engine, History};

use crate::world::{MANIFEST, NOW, time};

/// Three banners for everybody, in two placements, all of one name but a digit.
fn book(letter: char) -> Book {
    let mut rules = format!("message tip_{letter}:\n");
    let words = format!("words = Words.\n    .kind = tip_{letter}\n");
    for number in 1..=3 {
        rules.push_str(&format!(
            "\nbanner {letter}{number}:\n  message tip_{letter}\n  audience true\n  placement bar, inline\n  copy words\n  owner \"tests\"\n"
        ));
    }
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", "facts: {}"),
        ("copy/en.ftl", &words),
        ("rules.banner", &rules),
    ];
    Book::from_files(files).unwrap()
}

/// Looks at decisions while another thread changes the engine; says what each saw.
fn watch(
    engine: &Engine,
    change: impl Fn(&Engine) + Sync,
) -> Vec<(String, Vec<String>, Vec<String>)> {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (0..300).for_each(|_| change(engine));
            done.store(true, Ordering::Release);
        });
        let (facts, history, now) = (engine.facts().build(), History::new(), time(NOW));
        let mut scratch = engine.scratch();
        let mut looks = Vec::new();
        while !done.load(Ordering::Acquire) || looks.is_empty() {
            let decision = engine.decide(&facts, &history, now, &mut scratch).unwrap();
            looks.push((
                decision.book().fingerprint().to_owned(),
                decision.matches().map(str::to_owned).collect(),
                decision
                    .shows()
                    .map(|show| show.banner.to_owned())
                    .collect(),
            ));
        }
        looks
    })
}

#[test]
fn each_decision_is_of_one_book() {
    let (a, b) = (book('a'), book('b'));
    let print = a.fingerprint().to_owned();
    let engine = Engine::new(a.clone());
    let looks = watch(&engine, |engine| {
        engine.replace(b.clone());
        engine.replace(a.clone());
    });
    for (book, matches, shows) in looks {
        let letter = if book == print { 'a' } else { 'b' };
        assert_eq!(matches, [1, 2, 3].map(|number| format!("{letter}{number}")));
        assert_eq!(shows, [1, 1, 2].map(|number| format!("{letter}{number}")));
    }
}

#[test]
fn a_kill_holds_from_the_next_decision_on() {
    let engine = Engine::new(book('a'));
    let looks = watch(&engine, |engine| {
        assert!(engine.kill("a1"));
        engine.revive("a1");
    });
    for (_, matches, shows) in looks {
        let killed = !matches.contains(&"a1".to_owned());
        assert_eq!(matches.len(), if killed { 2 } else { 3 });
        let first = if killed {
            ["a2", "a2", "a3"]
        } else {
            ["a1", "a1", "a2"]
        };
        assert_eq!(shows, first);
    }
}

/// Two books of so many banners, and ten thousand changes under way: replaced, killed, revived. Every
/// answer is of one book as a whole, with or without its kill.
#[test]
fn ten_thousand_changes_tear_nothing() {
    const CHANGES: usize = 10_000;
    const BANNERS: usize = 30;
    let [a, b] = ['a', 'b'].map(|letter| crowd(letter, BANNERS));
    let print = a.fingerprint().to_owned();
    let engine = Engine::new(a.clone());
    let done = AtomicBool::new(false);
    let (answers, of_a, killed) = std::thread::scope(|scope| {
        scope.spawn(|| {
            for change in 0..CHANGES {
                match change % 20 {
                    0 => engine.replace(b.clone()),
                    10 => engine.replace(a.clone()),
                    odd if odd % 2 == 1 => _ = engine.kill("a07"),
                    _ => _ = engine.revive("a07"),
                }
            }
            done.store(true, Ordering::Release);
        });
        let (facts, history, now) = (engine.facts().build(), History::new(), time(NOW));
        let mut scratch = engine.scratch();
        let (mut answers, mut of_a, mut killed) = (0, 0, 0);
        while !done.load(Ordering::Acquire) || answers == 0 {
            let decision = engine.decide(&facts, &history, now, &mut scratch).unwrap();
            let is_a = decision.book().fingerprint() == print;
            let letter = if is_a { 'a' } else { 'b' };
            let found = decision.matches().count();
            assert!(decision.matches().all(|name| name.starts_with(letter)));
            assert!(decision.shows().all(|show| show.banner.starts_with(letter)));
            assert!(
                found == BANNERS || is_a && found == BANNERS - 1,
                "{found} of {letter}"
            );
            answers += 1;
            of_a += usize::from(is_a);
            killed += usize::from(found < BANNERS);
        }
        (answers, of_a, killed)
    });
    println!("{answers} answers, {of_a} of the one book, {killed} without the one that was killed");
    assert!(answers > 100 && of_a > 0 && of_a < answers && killed > 0);
}

/// So many banners for everybody, `a00` and on.
fn crowd(letter: char, banners: usize) -> Book {
    let mut rules = format!("message tip_{letter}:\n");
    for number in 0..banners {
        rules.push_str(&format!(
            "\nbanner {letter}{number:02}:\n  message tip_{letter}\n  audience true\n  placement bar, inline\n  copy words\n  owner \"tests\"\n"
        ));
    }
    let words = format!("words = Words.\n    .kind = tip_{letter}\n");
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", "facts: {}"),
        ("copy/en.ftl", &words),
        ("rules.banner", &rules),
    ];
    Book::from_files(files).unwrap()
}

#[test]
fn kills_outlive_a_book() {
    let engine = Engine::new(book('a'));
    assert!(!engine.kill("b2"), "no such banner yet");
    assert!(engine.kill("a1"));
    engine.replace(book('b'));
    let (facts, now) = (engine.facts().build(), time(NOW));
    let mut scratch = engine.scratch();
    let mut matches = || {
        let decision = engine
            .decide(&facts, &History::new(), now, &mut scratch)
            .unwrap();
        decision.matches().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(matches(), ["b1", "b3"]);
    assert!(engine.revive("b2") && !engine.revive("b2"));
    assert_eq!(matches(), ["b1", "b2", "b3"]);
    engine.replace(book('a'));
    assert_eq!(matches(), ["a2", "a3"]);
    assert_eq!(engine.kills(), ["a1".into()]);
}

/// A book with so many banners, each about one tag, one name and one word of a set of enum; the
/// first is about the tag `of(0)`, and so on.
fn tagged(banners: usize, of: impl Fn(usize) -> usize) -> Book {
    let mut rules = "message tip:\n".to_owned();
    for number in 0..banners {
        let tag = of(number);
        rules.push_str(&format!(
            "\nbanner b{number:03}:\n  message tip\n  audience t.tags has \"tag {tag}\" or t.name in {{\"name {tag}\", \"nobody\"}}\n    or t.caps has cap_{}\n  placement bar\n  copy words\n  owner \"tests\"\n",
            tag % 5
        ));
    }
    let schema = "facts:\n  t.tags: {type: set of string}\n  t.name: {type: string}\n  t.caps: {type: set of enum, values: [cap_0, cap_1, cap_2, cap_3, cap_4]}\n";
    let files = [
        ("banneret.yaml", MANIFEST),
        ("schema.yaml", schema),
        ("copy/en.ftl", "words = Words.\n    .kind = tip\n"),
        ("rules.banner", &rules),
    ];
    Book::from_files(files).unwrap()
}

/// Facts of an earlier book with the same schema know its texts by other numbers, or none.
#[test]
fn facts_outlive_a_book() {
    for banners in [3, 400] {
        let (a, b) = (
            tagged(banners, |number| number),
            tagged(banners, |number| banners - 1 - number),
        );
        let gather = |book: &Book| {
            let tags = ["tag 0", "tag 2", "a tag of no rule", "tag 399"];
            let facts = book.facts().set("t.tags", tags.as_slice()).unwrap();
            facts.set("t.name", "name 1").unwrap().build()
        };
        let engine = Engine::new(a.clone());
        let mut scratch = engine.scratch();
        let (old, now) = (gather(&a), time(NOW));
        for book in [&a, &b, &a, &tagged(banners, |number| number * 7)] {
            engine.replace(book.clone());
            let mut of = |facts| -> Vec<usize> {
                engine
                    .matches(facts, now, &mut scratch)
                    .unwrap()
                    .places()
                    .collect()
            };
            let (old, new) = (of(&old), of(&gather(book)));
            assert!(!new.is_empty(), "somebody is meant");
            assert_eq!(old, new);
            let plainly = engine.decide_plainly(&gather(book), &History::new(), now);
            let plainly: Vec<String> = plainly.unwrap().matches().map(str::to_owned).collect();
            let named = engine.matches(&gather(book), now, &mut scratch).unwrap();
            assert_eq!(named.names().collect::<Vec<_>>(), plainly);
        }
    }
}
