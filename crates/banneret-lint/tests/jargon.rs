//! The table of words that do not belong in a message, against the lint.

use banneret::Book;
use banneret_lint::Options;

/// Stands in the table as a name out of a program; as a word it is what customers say.
const PLAIN: [&str; 1] = ["unpaid"];

fn is_found(word: &str, locale: &str) -> bool {
    let files = [
        (
            "banneret.yaml".to_owned(),
            format!(
                "edition: 1\nschema: schema.yaml\nplacements: {{top: 1}}\ncopy: {{dir: copy, source: {locale}, locales: [{locale}]}}\n"
            ),
        ),
        ("schema.yaml".to_owned(), "include: [billing@1]\n".to_owned()),
        (
            format!("copy/{locale}.ftl"),
            format!("told = Hello, {word}.\n    .kind = news\n"),
        ),
        (
            "rules.banner".to_owned(),
            "message news:\n\nbanner told:\n  message news\n  audience account.country == \"SE\"\n  placement top\n  copy told\n  owner \"x\"\n".to_owned(),
        ),
    ];
    let options = Options {
        now: "2026-05-04T12:00:00Z".parse().unwrap(),
        levels: Vec::new(),
    };
    let checked = banneret_lint::lint(Book::check(files), &options);
    assert!(checked.book.is_some(), "{:#?}", checked.diagnostics);
    let mut found = checked.diagnostics.iter();
    found.any(|found| found.code.id == "BN504")
}

#[test]
fn every_word_of_the_table_is_found() {
    let Some(path) = banneret_corpus::shared("data/billing/jargon.tsv") else {
        return;
    };
    let table = std::fs::read_to_string(path).unwrap();
    let (mut count, mut missed) = (0, Vec::new());
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let language = cells.next().unwrap();
        let words = cells.next().unwrap().split(" (").next().unwrap();
        let locale = if language == "zh" { "zh-CN" } else { language };
        for word in words.split('/').map(str::trim) {
            count += 1;
            if !PLAIN.contains(&word) && !is_found(word, locale) {
                missed.push(word.to_owned());
            }
        }
    }
    assert!(count > 20, "the table is not read");
    assert!(missed.is_empty(), "{missed:?}");
    for (word, locale) in [("unpaid", "en"), ("Mahlzeit", "de"), ("indragen", "sv")] {
        assert!(!is_found(word, locale), "{word}");
    }
}
