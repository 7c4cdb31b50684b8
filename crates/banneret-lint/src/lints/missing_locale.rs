//! Words that a banner needs in a locale that does not have them.

use banneret::{Code, Diagnostic, Level};

use crate::copy::{Used, blamed};
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN501",
        name: "missing-locale",
        level: Level::Error,
        firm: false,
        summary: "words that a banner needs in a locale that does not have them",
        page: include_str!("missing_locale.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let manifest = &context.book.manifest().copy;
    for locale in &context.copy().locales {
        // Without the file of the source locale a book does not load.
        if locale.words.is_none() && !locale.is_source {
            let message = format!(
                "there is no `{}`, and `{}` is a locale of this book",
                locale.file, locale.name
            );
            let finding = Diagnostic::new(&LINT.code, manifest.span, message);
            found.push(finding.help(format!(
                "write `{}`, or take `{}` out of `locales`",
                locale.file, locale.name
            )));
        }
    }
    for used in &context.copy().used {
        found.extend(missing(context, used));
    }
}

fn missing(context: &Context<'_>, used: &Used<'_>) -> Option<Diagnostic> {
    let lacks = |banner: &str| -> Vec<(&str, &str)> {
        let locales = context.copy().locales.iter();
        let lacking = locales.filter(|locale| {
            let words = locale.words.as_ref();
            let is_there = |entry: &banneret_copy::Entry<'_>| entry.has_words();
            let shown = used.shown_in(locale.name);
            shown.iter().any(|shown| *shown.banner.name == *banner)
                && words.is_some_and(|words| !words.entry(used.id).is_some_and(is_there))
                && !locale.has_broken(context, used.id)
        });
        lacking.map(|locale| (locale.name, &*locale.file)).collect()
    };
    let lacking = used
        .banners
        .iter()
        .filter(|shown| !lacks(&shown.banner.name).is_empty());
    let lacking: Vec<_> = lacking.copied().collect();
    let name = blamed(context, &lacking, LINT.code.id)?;
    let written = lacking
        .iter()
        .find(|shown| *shown.banner.name == *name)?
        .written;
    let (locales, files): (Vec<_>, Vec<_>) = lacks(name).into_iter().unzip();
    let listed = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let message = format!("there are no words `{}` in {}", used.id, listed(&locales));
    let place = written.copy.as_ref()?.span;
    let finding = Diagnostic::new(&LINT.code, place, message).banner(name);
    let finding = match context.copy().source(used.id) {
        Some(source) => finding.related(source.span, "the words to translate"),
        None => finding,
    };
    Some(finding.help(format!(
        "write `{} = …` into {}, or name the locales that have it: `locales …`",
        used.id,
        listed(&files)
    )))
}
