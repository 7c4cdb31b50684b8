//! The standard message kinds and segments, in the rule language itself.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::schema::load::Group;

/// The texts for a book that includes those groups: the kinds that every book has, then what each
/// group adds. The contracts that ask about several groups come with `billing@1`.
pub(crate) fn rules(
    includes: &[&'static str],
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let texts = [
        (None, "<standard>/core.banner", include_str!("core.banner")),
        (
            Some("billing@1"),
            "<standard>/billing.banner",
            include_str!("billing.banner"),
        ),
        (
            Some("recon@1"),
            "<standard>/recon.banner",
            include_str!("recon.banner"),
        ),
        (
            Some("operations@1"),
            "<standard>/operations.banner",
            include_str!("operations.banner"),
        ),
    ];
    // What a group adds to contracts is of use only beside the contracts.
    let full = includes.contains(&"billing@1");
    let wanted = move |group: Option<&str>| match group {
        None => true,
        Some(group) => full && includes.contains(&group),
    };
    let wanted: Vec<_> = texts
        .into_iter()
        .filter(|(group, ..)| wanted(*group))
        .collect();
    wanted.into_iter().map(|(_, name, text)| (name, text))
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
