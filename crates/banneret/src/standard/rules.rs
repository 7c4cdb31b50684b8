//! The standard message kinds and segments, in the rule language itself.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::schema::load::Group;

/// The texts for a book that includes those groups: the kinds that every book has, then what the
/// groups say of them.
///
/// A contract comes with the group that it is about. `billing@1` brings the contracts of the other
/// groups too, false where the group is left out; only what another group excludes falls away.
pub(crate) fn rules(
    includes: &[&'static str],
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has = |group| includes.contains(&group);
    let (billing, recon, operations) = (has("billing@1"), has("recon@1"), has("operations@1"));
    let texts = [
        (true, "<standard>/core.banner", include_str!("core.banner")),
        (
            billing,
            "<standard>/billing.banner",
            include_str!("billing.banner"),
        ),
        (
            billing || recon,
            "<standard>/recon.banner",
            include_str!("recon.banner"),
        ),
        (
            billing || operations,
            "<standard>/operations.banner",
            include_str!("operations.banner"),
        ),
        (
            billing && recon,
            "<standard>/recon-exclusions.banner",
            include_str!("recon-exclusions.banner"),
        ),
        (
            billing && operations,
            "<standard>/operations-exclusions.banner",
            include_str!("operations-exclusions.banner"),
        ),
    ];
    let wanted = texts.into_iter().filter(|(wanted, ..)| *wanted);
    wanted.map(|(_, name, text)| (name, text))
}

/// The group that carries the fact of that name, for a hint to a book that leaves it out.
pub(crate) fn group_of(fact: &str) -> Option<&'static str> {
    // Read once: a book with many unknown facts asks for each of them.
    static GROUPS: LazyLock<HashMap<Box<str>, &'static str>> = LazyLock::new(|| {
        let groups = super::all(&mut crate::source::Sources::default());
        let named = |group: Group| {
            group
                .facts
                .into_iter()
                .map(move |fact| (fact.name, group.name))
        };
        groups.into_iter().flat_map(named).collect()
    });
    GROUPS.get(fact).copied()
}
