//! The standard message kinds and segments, in the rule language itself.

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
    let mut sources = crate::source::Sources::default();
    let groups = super::all(&mut sources);
    let mut having = groups
        .iter()
        .filter(|group| group.facts.iter().any(|known| &*known.name == fact));
    having.next().map(|group| group.name)
}
