//! The examples of docs/sources.md are one rule book, and its tests pass. What is Rust there runs with
//! the documentation's tests.

use banneret::Book;

/// The files of the page: each a comment with its name, then a block.
fn files(page: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for part in page.split("<!-- file: ").skip(1) {
        let (name, rest) = part
            .split_once(" -->\n```yaml\n")
            .expect("a block follows a name");
        let (text, _) = rest.split_once("\n```\n").expect("a block ends");
        files.push((name.to_owned(), format!("{text}\n")));
    }
    files
}

#[test]
fn the_examples_are_a_book_whose_tests_pass() {
    let path = format!("{}/../../docs/sources.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(path).unwrap();
    let mut files = files(&page);
    assert_eq!(
        page.matches("```yaml").count(),
        files.len(),
        "each block of YAML has a name"
    );
    files.push(("copy/en.ftl".to_owned(), String::new()));
    let book = Book::from_files(files).unwrap_or_else(|error| {
        let told = error.diagnostics().iter();
        let told: Vec<_> = told.map(|found| (found.code.id, &found.message)).collect();
        panic!("{told:#?}")
    });
    let results = book.run_cases();
    assert_eq!(results.len(), 10);
    for result in &results {
        assert!(result.passed(), "{result:?}");
    }
}

#[test]
fn every_fact_that_stripe_derives_is_in_the_table() {
    let path = format!("{}/../../docs/sources.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(path).unwrap();
    let book = Book::from_files([
        ("banneret.yaml", "edition: 1\nschema: schema.yaml\nsources: stripe@1\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n"),
        ("schema.yaml", "include: [billing@1, recon@1]\n"),
    ])
    .unwrap();
    let table = page.split("### What each fact is made of").nth(1).unwrap();
    let table = table.split("### Traps").next().unwrap();
    for fact in book.source("stripe@1").unwrap().derives() {
        let name = &book.schema().fact(fact).unwrap().name;
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}
