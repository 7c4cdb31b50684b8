//! A folder with a small rule book, and the command run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const NOW: &str = "2026-05-04T12:00:00Z";

const MANIFEST: &str = "edition: 1
schema: schema.yaml
placements: {top: 1}
copy: {dir: copy, source: en, locales: [en]}
";

const SCHEMA: &str = "include: [billing@1]
facts:
  plan.seats: {type: int, min: 0, max: 1000, unit: seats, doc: How many people may work.}
  plan.features: {type: set of string, doc: What the plan unlocks.}
";

const WORDS: &str = "failed = Your payment failed. Please check your payment method.
    .kind = payment_failed
hello = Good to see you.
    .kind = greeting
";

const RULES: &str = "# People who can pay.
segment payers: viewer.role in {owner, admin}

message greeting:

# The first word after a failed charge.
banner failed:
  message    payment_failed
  audience   in_dunning
             and billing.last_attempt_result == failed
             and billing.collection_method == automatic
             and billing.amount_overdue > 0
             and billing.invoice_state in {past_due, uncollectible}
             and payers
  placement  top
  priority   900
  until      2027-05-01
  cap        3 per 7 days
  dismiss    for 1 day
  copy       failed
  owner      \"billing\"

banner hello:
  message    greeting
  audience   plan.seats between 2 and 10
  placement  top
  copy       hello
  owner      \"growth\"
  until      2027-05-01
  cap        1 ever
";

const TESTS: &str = "- name: a small team is greeted
  now: 2026-05-04T12:00:00Z
  facts: {plan.seats: 3, billing.dunning_state: {value: in_progress, as_of: 2026-05-03T11:00:00Z},
          billing.last_attempt_result: failed, billing.collection_method: automatic,
          billing.amount_overdue: 24900, billing.invoice_state: past_due, viewer.role: owner}
  shows: [hello]
  hides: [failed]
- name: nobody greets a crowd
  now: 2026-05-04T12:00:00Z
  facts: {plan.seats: 300}
  hides: [hello]
  because: {hello: audience-false}
";

const SOURCE: &str = "source: crm
account: /id
as_of: given
raw:
  row.seats: {at: /seats, type: int}
derive:
  plan.seats: {from: row.seats}
";

pub(crate) const ACCOUNTS: &str = r#"{"id":"late","as_of":"2026-05-04T11:55:00Z","facts":{"billing.dunning_state":"in_progress","billing.last_attempt_result":"failed","billing.collection_method":"automatic","billing.amount_overdue":24900,"billing.invoice_state":"past_due","viewer.role":"owner","plan.seats":3}}
{"id":"team","facts":{"plan.seats":3,"viewer.role":"agent"}}
{"id":"stale","as_of":"2026-05-03T11:00:00Z","facts":{"billing.dunning_state":"in_progress","billing.last_attempt_result":"failed","billing.collection_method":"automatic","billing.amount_overdue":24900,"billing.invoice_state":"past_due","viewer.role":"owner"}}
{"id":"odd","facts":{"plan.seats":70000,"viewer.role":"boss"}}
"#;

/// A folder of its own for one test, gone with it.
pub(crate) struct Desk(PathBuf);

impl Desk {
    fn bare() -> Desk {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("banneret-{}-{number}", std::process::id());
        Desk(std::env::temp_dir().join(name))
    }

    /// A folder with a copy in `book` of a rule book that the project ships.
    pub(crate) fn with_shipped(book: &str) -> Desk {
        let desk = Desk::bare();
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(book);
        copy(&from, &desk.0.join("book"));
        desk
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Desk {
        let desk = Desk::bare();
        std::fs::create_dir_all(&desk.0).unwrap();
        desk
    }

    /// A folder with a rule book in `book`.
    pub(crate) fn new() -> Desk {
        let desk = Desk::bare();
        let files = [
            ("book/banneret.yaml", MANIFEST),
            ("book/schema.yaml", SCHEMA),
            ("book/copy/en.ftl", WORDS),
            ("book/rules.banner", RULES),
            ("book/tests/hello.yaml", TESTS),
            ("book/sources/crm.yaml", SOURCE),
            ("accounts.ndjson", ACCOUNTS),
        ];
        for (name, text) in files {
            desk.write(name, text);
        }
        desk
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Replaces a piece of a file, which must be there.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replacen(from, to, 1));
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Keeps the rule book as it is now under another name beside it.
    pub(crate) fn keep_as(&self, name: &str) {
        copy(&self.0.join("book"), &self.0.join(name));
    }

    /// Runs the command in the folder; words are separated by spaces.
    pub(crate) fn run(&self, words: &str) -> Ran {
        self.run_with(&words.split(' ').collect::<Vec<_>>(), "")
    }

    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Ran {
        run(&self.0, words, input)
    }
}

/// A folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// What was written for programs.
    pub(crate) fn json(&self) -> serde_json::Value {
        let json = serde_json::from_str(&self.out);
        json.unwrap_or_else(|error| panic!("{error}: {}", self.all()))
    }

    /// The codes of the findings that `lint --format json` wrote, each once.
    pub(crate) fn codes(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().unwrap().iter();
        let codes = findings.map(|finding| finding["code"].as_str().unwrap().to_owned());
        codes
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// Everything that a person would see.
    pub(crate) fn all(&self) -> String {
        format!("{}{}(exit {})", self.out, self.err, self.code)
    }
}

pub(crate) fn run(folder: &Path, words: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_banneret"))
        .args(words)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing closes the pipe, which is its right.
    _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}
