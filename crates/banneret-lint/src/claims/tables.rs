//! What payments, failures and denials are called, by language.
//!
//! A file of `words/` holds languages that could be taken for each other: what says "not" in one
//! of them counts for all. Its form: `[tag tag]` begins a language, `list: pattern | pattern` adds
//! to one of its lists, `#` begins a comment. Patterns are read by [`Pattern::new`].
//!
//! | list | what it holds |
//! |---|---|
//! | `pay`, `card`, `debt` | what is charged, with what, and what is owed |
//! | `fail`, `fault` | that a charge failed; a noun for it, such as "error" |
//! | `late`, `owed` | that a payment has not come; that something is unpaid |
//! | `good`, `got`, `settled` | the same, said with a word of `neg` before it and none of `and` or `need` |
//! | `says`, `owes`, `implies` | whole sayings |
//! | `vain`, `it` | what may say of the clause before that it failed: "without success", "but it …" |
//! | `joins` | what makes a clause one with that before it: "nicht gelungen, den Betrag abzubuchen" |
//! | `after`, `of` | what ties a noun to the payment before it: "the charge after your trial" |
//! | `not`, `if`, `modal`, `tail`, `but`, `that` | what denies, supposes, or parts what is said |
//! | `told`, `wrong`, `retracts` | a correction, in the sentence or at the beginning of the next |
//! | `other` | what else may fail |

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::pattern::{Lists, Pattern};

/// The words of one language.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) tags: Vec<&'static str>,
    /// Its own lists, and those of its relatives that deny.
    pub(super) lists: Lists,
    /// Whether its words are single characters, so that distances are longer.
    pub(super) is_spaceless: bool,
}

/// All tables, and what finds those that a text may concern.
pub(super) struct Tables {
    pub(super) tables: Vec<Table>,
    literals: AhoCorasick,
    /// The table of each literal.
    owners: Vec<usize>,
}

const FILES: [&str; 7] = [
    include_str!("words/english.txt"),
    include_str!("words/germanic.txt"),
    include_str!("words/romance.txt"),
    include_str!("words/slavic.txt"),
    include_str!("words/european.txt"),
    include_str!("words/semitic_and_indic.txt"),
    include_str!("words/east_asian.txt"),
];

/// The lists that take words away from a claim.
const SHARED: [&str; 9] = [
    "not", "if", "modal", "tail", "but", "that", "wrong", "told", "other",
];

/// The lists of which one must have a word in a text that claims anything.
const TELLING: [&str; 10] = [
    "fail", "fault", "late", "owed", "good", "got", "settled", "says", "owes", "implies",
];

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let tables: Vec<_> = FILES.iter().flat_map(|file| family(file)).collect();
    let (mut owners, mut literals) = (Vec::new(), Vec::new());
    for (owner, table) in tables.iter().enumerate() {
        for literal in telling(table) {
            owners.push(owner);
            literals.push(literal);
        }
    }
    let literals = AhoCorasick::new(&literals).expect("a few thousand words");
    Tables {
        tables,
        literals,
        owners,
    }
});

impl Tables {
    /// The tables of which a folded text, without spaces, holds a telling word; those of a
    /// language first.
    pub(super) fn of(&self, folded: &str, language: &str) -> Vec<&Table> {
        let mut found = vec![false; self.tables.len()];
        for hit in self.literals.find_overlapping_iter(folded) {
            found[self.owners[hit.pattern().as_usize()]] = true;
        }
        let tables = self.tables.iter().zip(found);
        let mut tables: Vec<_> = tables
            .filter_map(|(table, is)| is.then_some(table))
            .collect();
        tables.sort_by_key(|table| !table.tags.contains(&language));
        tables
    }
}

/// A literal for each pattern of the lists that tell; a pattern of nothing but lists and values
/// gives the literals of those lists.
fn telling(table: &Table) -> Vec<&str> {
    let lists = TELLING.iter().filter_map(|list| table.lists.get(*list));
    let mut literals = Vec::new();
    let mut left: Vec<&Pattern> = lists.flatten().collect();
    while let Some(pattern) = left.pop() {
        match pattern.literal() {
            Some(literal) => literals.push(literal),
            None => {
                let first = pattern
                    .lists()
                    .next()
                    .and_then(|list| table.lists.get(list));
                left.extend(first.into_iter().flatten());
            }
        }
    }
    literals.sort_unstable();
    literals.dedup();
    literals
}

fn family(text: &'static str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(tags) = line.strip_prefix('[') {
            let tags: Vec<_> = tags.trim_end_matches(']').split_whitespace().collect();
            tables.push(Table {
                is_spaceless: ["zh", "ja", "th", "ko"].contains(&tags[0]),
                tags,
                lists: Lists::new(),
            });
        } else if let (Some(table), Some((list, patterns))) =
            (tables.last_mut(), line.split_once(':'))
            && !line.starts_with('#')
        {
            let list = table.lists.entry(list.to_owned()).or_default();
            list.extend(patterns.split('|').map(Pattern::new));
        }
    }
    share(&mut tables);
    tables
}

/// Gives each language of a family what denies in the others.
fn share(tables: &mut [Table]) {
    for list in SHARED {
        let of_all = tables.iter().filter_map(|table| table.lists.get(list));
        let of_all: Vec<_> = of_all.flatten().cloned().collect();
        for table in &mut *tables {
            table.lists.insert(list.to_owned(), of_all.clone());
        }
    }
}
