//! `banneret import stripe`: every file of a folder in one go, whatever it holds.

use std::path::Path;
use std::process::Command;

#[test]
fn a_document_without_a_billing_fact_stops_no_other() {
    let Some(folder) = banneret_corpus::shared("data/stripe") else {
        return;
    };
    let book = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import-stripe");
    std::fs::create_dir_all(&book).unwrap();
    let write = |name: &str, text: &str| std::fs::write(book.join(name), text).unwrap();
    write(
        "banneret.yaml",
        "edition: 1\nschema: schema.yaml\nsources: [stripe@1]\nplacements: {top: 1}\ncopy: {dir: copy, source: en, locales: [en]}\n",
    );
    write("schema.yaml", "include: [billing@1, recon@1]\n");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let ran = Command::new(env!("CARGO_BIN_EXE_banneret"))
        .args([
            "import",
            "stripe",
            "--as-of",
            "2026-05-04T12:00:00Z",
            "--book",
        ])
        .arg(&book)
        .args(&files)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8(ran.stdout).unwrap(),
        String::from_utf8(ran.stderr).unwrap(),
    );
    assert_eq!(ran.status.code(), Some(0), "{err}");
    assert_eq!(out.lines().count(), 12, "{err}");
    assert!(err.contains("12 accounts imported, 0 refused"), "{err}");
    assert!(
        err.contains("9 documents carry nothing that the source derives"),
        "{err}"
    );
    assert!(
        err.contains(
            "it carries no fact that source `stripe@1` derives: \"account\" stands at `/object`"
        ),
        "{err}"
    );
    for line in out.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["id"].as_str().unwrap().starts_with("cus_"), "{line}");
    }
}
