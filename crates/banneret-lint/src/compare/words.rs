//! What is different and is no matter of formulas, in plain words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use banneret::{
    BUCKETS, Banner, Book, Dismissal, Fact, Kill, Kind, Manifest, MessageKind, Share, Source,
    parse_expr,
};

use super::Pair;

/// A banner's audience as its author wrote it, in one line.
pub(super) fn audience(book: &Book, banner: &Banner) -> String {
    let span = banner.audience_span;
    let text = book.texts().text(span);
    match parse_expr(span.file, 0, text, &mut Vec::new()) {
        Some(expression) => expression.to_string(),
        None => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// `priority 910, was 900`; nothing where it is the same.
fn was<T: PartialEq>(
    what: &str,
    old: &T,
    new: &T,
    shown: impl Fn(&T) -> String,
    into: &mut Vec<String>,
) {
    if old != new {
        into.push(format!("{what} {}, was {}", shown(new), shown(old)));
    }
}

fn or_none<T: Display>(value: &Option<T>, none: &str) -> String {
    value.as_ref().map_or(none.to_owned(), ToString::to_string)
}

/// What is different about a banner that both books have, but for its audience.
pub(super) fn banner(pair: &Pair<'_>, before: &Banner, after: &Banner) -> Vec<String> {
    let mut also = decides(pair, before, after);
    was(
        "owner",
        &before.owner,
        &after.owner,
        |owner| format!("\"{owner}\""),
        &mut also,
    );
    let when = |time: &Option<_>| or_none(time, "not given");
    was(
        "review by",
        &before.review_by,
        &after.review_by,
        when,
        &mut also,
    );
    waivers(before, after, &mut also);
    also.extend(killed(
        kill(pair.old, &before.name),
        kill(pair.new, &after.name),
    ));
    also
}

/// Of that, what decides who is shown what.
pub(crate) fn decides(pair: &Pair<'_>, before: &Banner, after: &Banner) -> Vec<String> {
    let mut also = Vec::new();
    let kind = |book: &Book, banner: &Banner| {
        let kind = book.kind_of(banner);
        kind.map(|kind| kind.name.to_string()).unwrap_or_default()
    };
    let kinds = (kind(pair.old, before), kind(pair.new, after));
    was("message", &kinds.0, &kinds.1, quoted, &mut also);
    let places = (placements(pair.old, before), placements(pair.new, after));
    was("placement", &places.0, &places.1, Clone::clone, &mut also);
    was(
        "priority",
        &before.priority,
        &after.priority,
        ToString::to_string,
        &mut also,
    );
    let when = |time: &Option<_>| or_none(time, "not given");
    was("from", &before.from, &after.from, when, &mut also);
    was("until", &before.until, &after.until, when, &mut also);
    let shares = (
        share(pair.old, shared_out(before)),
        share(pair.new, shared_out(after)),
    );
    was("rollout", &shares.0, &shares.1, Clone::clone, &mut also);
    was(
        "cap",
        &before.cap,
        &after.cap,
        |cap| {
            cap.map_or("none".into(), |cap| match cap.within {
                Some(within) => format!("{} per {within}", cap.times),
                None => format!("{} ever", cap.times),
            })
        },
        &mut also,
    );
    was(
        "dismiss",
        &before.dismiss,
        &after.dismiss,
        |dismiss| match dismiss {
            Some(Dismissal::For(length)) => format!("for {length}"),
            Some(Dismissal::Forever) => "forever".to_owned(),
            None => "not possible".to_owned(),
        },
        &mut also,
    );
    was(
        "ends on click",
        &before.ends_on_click,
        &after.ends_on_click,
        yes_or_no,
        &mut also,
    );
    was(
        "locales",
        &before.locales,
        &after.locales,
        |locales| match locales.is_empty() {
            true => "every".to_owned(),
            false => locales.join(", "),
        },
        &mut also,
    );
    was("copy", &before.copy, &after.copy, quoted, &mut also);
    if before.copy == after.copy && before.copy_hash != after.copy_hash {
        also.push(
            "the words are others, so that a dismissal of the old ones does not count".to_owned(),
        );
    }
    also
}

fn quoted(name: &(impl Display + ?Sized)) -> String {
    format!("`{name}`")
}

fn yes_or_no(value: &bool) -> String {
    if *value { "yes" } else { "no" }.to_owned()
}

fn placements(book: &Book, banner: &Banner) -> String {
    let names = banner.placements.iter();
    let names = names.filter_map(|at| book.manifest().placements.keys().nth(*at));
    let mut names: Vec<_> = names.map(|name| &**name).collect();
    names.sort_unstable();
    names.join(", ")
}

/// The rollout of a banner, if it leaves anybody out.
fn shared_out(banner: &Banner) -> Option<Share> {
    banner.rollout.filter(|share| share.hundredths < BUCKETS)
}

/// The holdout of a kind, if it leaves anybody out.
pub(crate) fn held_out(kind: &MessageKind) -> Option<Share> {
    kind.holdout.filter(|share| share.hundredths > 0)
}

fn share(book: &Book, share: Option<Share>) -> String {
    let Some(share) = share else {
        return "everybody".to_owned();
    };
    let by = book.schema().fact(share.by).map_or("", |fact| &fact.name);
    let (whole, rest) = (share.hundredths / 100, share.hundredths % 100);
    match rest {
        0 => format!("{whole}% by {by}"),
        rest if rest % 10 == 0 => format!("{whole}.{}% by {by}", rest / 10),
        rest => format!("{whole}.{rest:02}% by {by}"),
    }
}

/// What is different about the findings that a banner waives.
pub(super) fn waivers(before: &Banner, after: &Banner, also: &mut Vec<String>) {
    let by_code = |banner: &Banner| -> BTreeMap<String, _> {
        let waivers = banner.waivers.iter();
        waivers
            .map(|waiver| (waiver.code.to_string(), waiver.until))
            .collect()
    };
    let (before, after) = (by_code(before), by_code(after));
    for (code, until) in &after {
        match before.get(code) {
            None => also.push(format!("allows {code} until {until}, did not")),
            Some(was) if was != until => {
                also.push(format!("allows {code} until {until}, was until {was}"))
            }
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|code| !after.contains_key(*code));
    also.extend(gone.map(|code| format!("does not allow {code} any more")));
}

/// The kill that switches a banner off.
pub(super) fn kill<'b>(book: &'b Book, name: &str) -> Option<&'b Kill> {
    book.kills().iter().find(|kill| *kill.banner == *name)
}

pub(super) fn killed(before: Option<&Kill>, after: Option<&Kill>) -> Vec<String> {
    match (before, after) {
        (None, Some(kill)) => vec![format!("killed by {}: {}", kill.by, kill.because)],
        (Some(kill), None) => vec![format!(
            "not killed any more, was by {}: {}",
            kill.by, kill.because
        )],
        _ => Vec::new(),
    }
}

/// What a message kind requires in other words, which may come to the same.
pub(super) fn requirements(before: &MessageKind, after: &MessageKind) -> Vec<String> {
    let texts = |kind: &MessageKind| -> Vec<String> {
        let requirements = kind.requirements.iter();
        requirements
            .map(|one| one.text.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let (old, new) = (texts(before), texts(after));
    let gone = old.iter().filter(|text| !new.contains(text));
    let gone = gone.map(|text| format!("does not say `requires {text}` any more"));
    let added = new.iter().filter(|text| !old.contains(text));
    let added = added.map(|text| format!("says `requires {text}`"));
    gone.chain(added).collect()
}

/// What is different about a message kind that both books have, but for whom its contract takes.
pub(super) fn kind(pair: &Pair<'_>, before: &MessageKind, after: &MessageKind) -> Vec<String> {
    let mut also = requirements(before, after);
    let nobody = |text: String| {
        if text == "everybody" {
            "nobody".to_owned()
        } else {
            text
        }
    };
    let old = nobody(share(pair.old, held_out(before)));
    let new = nobody(share(pair.new, held_out(after)));
    was("holdout", &old, &new, Clone::clone, &mut also);
    also
}

/// What is different about the facts, the manifest and the sources.
pub(super) fn book(pair: &Pair<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    schema(pair, &mut lines);
    manifest(pair.old.manifest(), pair.new.manifest(), &mut lines);
    sources(pair, &mut lines);
    lines
}

fn schema(pair: &Pair<'_>, lines: &mut Vec<String>) {
    let (old, new) = (pair.old.schema(), pair.new.schema());
    // The facts of a group come and go with it.
    let groups = |book: &Book| -> BTreeSet<&'static str> {
        book.schema()
            .facts()
            .filter_map(|(_, fact)| fact.group)
            .collect()
    };
    let (old_groups, new_groups) = (groups(pair.old), groups(pair.new));
    let dropped = old_groups.difference(&new_groups);
    lines.extend(dropped.map(|group| format!("`{group}` is not included any more")));
    let included = new_groups.difference(&old_groups);
    lines.extend(included.map(|group| format!("`{group}` is included")));
    for (_, fact) in old.facts() {
        let own = fact.group.is_none_or(|group| new_groups.contains(group));
        if own && new.id(&fact.name).is_none() {
            lines.push(format!("the fact `{}` is gone", fact.name));
        }
    }
    for (_, after) in new.facts() {
        match old.id(&after.name).and_then(|id| old.fact(id)) {
            Some(before) => fact(before, after, lines),
            None if after.group.is_none_or(|group| old_groups.contains(group)) => {
                lines.push(format!("the fact `{}` is new", after.name));
            }
            None => {}
        }
    }
}

fn fact(before: &Fact, after: &Fact, lines: &mut Vec<String>) {
    let name = &after.name;
    if before.kind.name() != after.kind.name() {
        let article = |kind: &Kind| match kind.name() {
            name @ ("enum" | "int") => format!("an {name}"),
            name => format!("a {name}"),
        };
        let (was, is) = (article(&before.kind), article(&after.kind));
        lines.push(format!(
            "`{name}` was {was} and is {is}: they are taken as two facts"
        ));
        return;
    }
    let values = |kind: &Kind| -> Vec<String> {
        match kind {
            Kind::String(Some(texts)) => texts.iter().map(|text| format!("\"{text}\"")).collect(),
            kind => kind
                .values()
                .iter()
                .map(|value| format!("`{}`", value.name))
                .collect(),
        }
    };
    let (old, new) = (values(&before.kind), values(&after.kind));
    let listed = |some: Vec<&String>| some.into_iter().cloned().collect::<Vec<_>>().join(", ");
    let open = |kind: &Kind| matches!(kind, Kind::String(None));
    match (open(&before.kind), open(&after.kind)) {
        (false, true) => lines.push(format!("`{name}` may be any text now")),
        (true, false) => lines.push(format!(
            "`{name}` may only be one of {} now",
            new.join(", ")
        )),
        _ => {
            let added: Vec<_> = new.iter().filter(|value| !old.contains(value)).collect();
            if !added.is_empty() {
                lines.push(format!("`{name}` may be {} now", listed(added)));
            }
            let gone: Vec<_> = old.iter().filter(|value| !new.contains(value)).collect();
            if !gone.is_empty() {
                lines.push(format!("`{name}` may not be {} any more", listed(gone)));
            }
        }
    }
    if let (
        Kind::Int { min, max },
        Kind::Int {
            min: low,
            max: high,
        },
    ) = (&before.kind, &after.kind)
        && (min, max) != (low, high)
    {
        lines.push(format!(
            "`{name}` is from {low} to {high}, was from {min} to {max}"
        ));
    }
    let fresh = |fact: &Fact| {
        fact.fresh_for
            .map_or("for ever".to_owned(), |length| format!("for {length}"))
    };
    let (old, new) = (fresh(before), fresh(after));
    if old != new {
        lines.push(format!("`{name}` is fresh {new}, was {old}"));
    }
    if before.is_dunning_role != after.is_dunning_role {
        let is = if after.is_dunning_role {
            "is now"
        } else {
            "is no longer"
        };
        lines.push(format!(
            "`{name}` {is} the fact that says who is in dunning"
        ));
    }
    for value in after.kind.values() {
        let was = before
            .kind
            .values()
            .iter()
            .find(|known| known.name == value.name);
        if value.in_dunning != was.is_some_and(|was| was.in_dunning) {
            let is = if value.in_dunning {
                "means dunning now"
            } else {
                "does not mean dunning any more"
            };
            lines.push(format!("`{}` of `{name}` {is}", value.name));
        }
    }
}

fn manifest(before: &Manifest, after: &Manifest, lines: &mut Vec<String>) {
    was(
        "edition",
        &before.edition,
        &after.edition,
        ToString::to_string,
        lines,
    );
    was(
        "clock_skew",
        &before.clock_skew,
        &after.clock_skew,
        ToString::to_string,
        lines,
    );
    for (name, shows) in &after.placements {
        match before.placements.get(name) {
            None => lines.push(format!("the placement `{name}` is new")),
            Some(was) if was != shows => lines.push(format!(
                "the placement `{name}` shows {shows} at once, was {was}"
            )),
            Some(_) => {}
        }
    }
    let gone = before
        .placements
        .keys()
        .filter(|name| !after.placements.contains_key(*name));
    lines.extend(gone.map(|name| format!("the placement `{name}` is gone")));
    was(
        "the source locale is",
        &before.copy.source,
        &after.copy.source,
        ToString::to_string,
        lines,
    );
    let locales = |manifest: &Manifest| manifest.copy.locales.join(", ");
    was(
        "the locales are",
        &locales(before),
        &locales(after),
        Clone::clone,
        lines,
    );
    let freezes = |manifest: &Manifest| -> Vec<_> {
        manifest
            .freezes
            .iter()
            .map(|one| (one.from, one.until))
            .collect()
    };
    if freezes(before) != freezes(after) {
        lines.push("the times in which rules may not change are others".to_owned());
    }
    let levels = |manifest: &Manifest| -> BTreeMap<Box<str>, _> {
        manifest
            .lint
            .iter()
            .map(|one| (one.code.clone(), one.level))
            .collect()
    };
    if levels(before) != levels(after) {
        lines.push("the levels that the manifest gives to lints are others".to_owned());
    }
}

fn sources(pair: &Pair<'_>, lines: &mut Vec<String>) {
    let find =
        |book: &'_ Book, name: &str| book.sources().iter().any(|source| source.name() == name);
    let text = |book: &Book, source: &Source| {
        let file = book.texts().file(source.span().file);
        file.map(|file| file.text().to_owned())
    };
    for source in pair.new.sources() {
        let before = pair
            .old
            .sources()
            .iter()
            .find(|before| before.name() == source.name());
        match before {
            None => lines.push(format!("the source `{}` is new", source.name())),
            Some(before) if text(pair.old, before) != text(pair.new, source) => {
                lines.push(format!("the source `{}` is another", source.name()));
            }
            Some(_) => {}
        }
    }
    let gone = pair
        .old
        .sources()
        .iter()
        .filter(|source| !find(pair.new, source.name()));
    lines.extend(gone.map(|source| format!("the source `{}` is gone", source.name())));
}
