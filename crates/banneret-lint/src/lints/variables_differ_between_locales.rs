//! A translation says other facts than the words it translates.

use std::collections::BTreeMap;

use banneret::{Code, Diagnostic, Level, Span};

use crate::copy::Spoken;
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN502",
        name: "variables-differ-between-locales",
        level: Level::Error,
        firm: false,
        summary: "a translation says other facts than the words it translates",
        page: include_str!("variables_differ_between_locales.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let copy = context.copy();
    for spoken in copy.spoken.iter().filter(|spoken| !spoken.is_source) {
        if let Some(source) = copy.source(spoken.id) {
            found.extend(differing(context, source, spoken));
        }
    }
}

fn differing(
    context: &Context<'_>,
    source: &Spoken<'_>,
    spoken: &Spoken<'_>,
) -> Option<Diagnostic> {
    let (wanted, said) = (variables(source), variables(spoken));
    let left_out: Vec<_> = wanted
        .keys()
        .filter(|name| !said.contains_key(*name))
        .collect();
    let added: Vec<_> = said
        .iter()
        .filter(|(name, _)| !wanted.contains_key(*name))
        .collect();
    // A misspelt fact is told as such.
    if added
        .iter()
        .any(|(name, _)| context.copy_facts(name).is_empty())
    {
        return None;
    }
    let listed = |names: Vec<&str>| {
        let names: Vec<_> = names.iter().map(|name| format!("`${name}`")).collect();
        names.join(", ")
    };
    let left_out = listed(left_out.into_iter().copied().collect());
    let added_names = listed(added.iter().map(|(name, _)| **name).collect());
    let (what, help) = match (left_out.is_empty(), added_names.is_empty()) {
        (true, true) => return None,
        (false, true) => (
            format!("leave out {left_out}"),
            format!("say {left_out} here too, or take it out of the words in every locale"),
        ),
        (true, false) => (
            format!("say {added_names}, and those of `{}` do not", source.locale),
            format!("take {added_names} out, or say it in every locale"),
        ),
        (false, false) => (
            format!(
                "say {added_names}, and those of `{}` say {left_out}",
                source.locale
            ),
            format!("say {left_out} instead"),
        ),
    };
    let message = format!("the words `{}` in `{}` {what}", spoken.id, spoken.locale);
    let place = added.first().map_or(spoken.span, |(_, span)| **span);
    let finding = Diagnostic::new(&LINT.code, place, message);
    let missing = wanted.iter().find(|(name, _)| !said.contains_key(*name));
    let finding = match missing {
        Some((name, span)) => {
            finding.related(*span, format!("`{}` says `${name}` here", source.locale))
        }
        None => finding.related(source.span, format!("the words in `{}`", source.locale)),
    };
    Some(spoken.of_a_banner(context, finding.help(help)))
}

/// The variables of everything that an entry can say, and where each stands first.
fn variables<'s>(spoken: &'s Spoken<'_>) -> BTreeMap<&'s str, Span> {
    let mut variables = BTreeMap::new();
    for (name, span) in spoken.sayings.iter().flat_map(|(saying, _)| saying.uses()) {
        let first = variables.entry(name).or_insert(span);
        *first = (*first).min(span);
    }
    variables
}
