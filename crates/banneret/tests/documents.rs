//! What the documents state as data is what the library does.

use banneret::{Purpose, WORDS, bucket};

fn document(name: &str) -> String {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the document is there")
}

#[test]
fn the_published_hash_vectors_hold() {
    let text = document("language.md");
    let mut checked = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let purpose = match cells.first() {
            Some(&"rollout") => Purpose::Rollout,
            Some(&"holdout") => Purpose::Holdout,
            _ => continue,
        };
        let [_, name, value, expected] = cells[..] else {
            continue;
        };
        assert_eq!(bucket(purpose, name, value).to_string(), expected, "{line}");
        checked += 1;
    }
    assert!(checked >= 8, "{checked} vectors are published");
}

#[test]
fn the_words_of_the_language_are_listed() {
    let text = document("language.md");
    let listed = |word: &&&str| !text.contains(&format!("`{word}`"));
    let missing: Vec<_> = WORDS.iter().filter(listed).collect();
    assert!(
        missing.is_empty(),
        "docs/language.md does not list {missing:?}"
    );
}

#[test]
fn every_finding_has_a_page_of_one_shape() {
    for code in banneret::codes::all() {
        let parts = [
            "## What it finds",
            "## Why it matters",
            "## Example",
            "## What to do",
        ];
        for part in parts {
            assert!(code.page.contains(part), "{} lacks {part}", code.id);
        }
    }
}
