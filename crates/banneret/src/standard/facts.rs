//! The groups of facts that every rule book may include.

use crate::schema::load::{self, Group};
use crate::source::Sources;

/// The groups: what a book writes in `include`, the file's name, and its text.
const GROUPS: [(&str, &str, &str); 3] = [
    (
        "billing@1",
        "<standard>/billing.yaml",
        include_str!("billing.yaml"),
    ),
    (
        "recon@1",
        "<standard>/recon.yaml",
        include_str!("recon.yaml"),
    ),
    (
        "operations@1",
        "<standard>/operations.yaml",
        include_str!("operations.yaml"),
    ),
];

/// The names of the groups.
pub(crate) fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, _, _)| *name)
}

/// The facts of a group, whose text is added to the sources.
pub(crate) fn facts(group: &str, sources: &mut Sources) -> Option<Group> {
    let (name, file, text) = GROUPS.iter().find(|(name, _, _)| *name == group)?;
    let id = sources.add(*file, *text);
    // A test proves that the library's own files have no findings.
    Some(load::read_group(name, id, text, &mut Vec::new()))
}

/// All groups, as [`load::read`] wants them.
pub(crate) fn all(sources: &mut Sources) -> Vec<Group> {
    groups().filter_map(|group| facts(group, sources)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{GROUPS, all};
    use crate::schema::load::{Group, read, read_group};
    use crate::schema::{Fact, Kind};
    use crate::source::{FileId, Sources};
    use crate::value::Duration;
    use crate::yaml::tests::rendered;

    fn standard() -> Vec<Group> {
        all(&mut Sources::default())
    }

    #[test]
    fn every_standard_file_is_sound() {
        for (name, _, text) in GROUPS {
            let mut found = Vec::new();
            let group = read_group(name, FileId(0), text, &mut found);
            assert_eq!(rendered(text, &found), "", "{name}");
            assert!(!group.facts.is_empty());
        }
    }

    #[test]
    fn every_standard_fact_and_value_is_explained() {
        for fact in standard().iter().flat_map(|group| &group.facts) {
            assert!(fact.doc.ends_with('.'), "{}", fact.name);
            let values = fact.kind.values();
            assert!(
                values.iter().all(|value| value.doc.ends_with('.')),
                "{}",
                fact.name
            );
            assert_eq!(
                values.is_empty(),
                !values.iter().any(|value| value.usual),
                "{}",
                fact.name
            );
        }
    }

    #[test]
    fn a_book_includes_all_of_them() {
        let mut found = Vec::new();
        let text = "include: [billing@1, recon@1, operations@1]";
        let loaded = read(FileId(0), text, &standard(), &mut found);
        assert_eq!(rendered(text, &found), "");
        assert_eq!(loaded.schema.len(), 53);
        let (_, role) = loaded.schema.dunning_role().unwrap();
        assert_eq!(
            (&*role.name, role.group),
            ("billing.dunning_state", Some("billing@1"))
        );
        let marked = role.kind.values().iter().filter(|value| value.in_dunning);
        let marked: Vec<&str> = marked.map(|value| &*value.name).collect();
        assert_eq!(marked, ["in_progress", "exhausted"]);
    }

    #[test]
    fn the_groups_agree_with_the_compiled_table() {
        let Some(table) = banneret_corpus::shared("data/billing/facts.tsv") else {
            return;
        };
        let table = std::fs::read_to_string(table).unwrap();
        let standard = standard();
        let facts = standard.iter().flat_map(|group| &group.facts);
        let mut ours: BTreeMap<&str, String> = facts.map(|fact| (&*fact.name, row(fact))).collect();
        for line in table.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let allowed = match (cells[1], cells[2]) {
                ("string", _) => "",
                (_, allowed) => allowed,
            };
            let fresh = cells.get(6).copied().unwrap_or_default();
            let theirs = format!("{} {allowed} {} {fresh}", cells[1], cells[4]);
            assert_eq!(ours.remove(cells[0]), Some(theirs), "{}", cells[0]);
        }
        assert!(ours.is_empty(), "not in the table: {ours:?}");
    }

    /// A fact as the table writes it: type, values, unit, freshness.
    fn row(fact: &Fact) -> String {
        let allowed = match &fact.kind {
            Kind::Bool => "true|false|unknown".to_owned(),
            Kind::Int {
                min: 0,
                max: i64::MAX,
            } => ">=0".to_owned(),
            Kind::Int { .. } => "other bounds".to_owned(),
            kind if kind.values().is_empty() => String::new(),
            kind => {
                let names: String = kind
                    .values()
                    .iter()
                    .map(|v| format!("{}|", v.name))
                    .collect();
                names + "unknown"
            }
        };
        let unit = fact.unit.as_deref().unwrap_or_default();
        let fresh = fact.fresh_for.map(|length: Duration| length.to_string());
        format!(
            "{} {allowed} {unit} {}",
            fact.kind.name(),
            fresh.unwrap_or_default()
        )
    }
}
