//! Words that are too long for a banner.

use banneret::{Code, Diagnostic, Level};
use banneret_copy::PLACEABLE;

use crate::copy::is_wide;
use crate::lint::{Context, Lint};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN507",
        name: "too-long",
        level: Level::Warning,
        firm: false,
        summary: "words that are too long for a banner",
        page: include_str!("too_long.md"),
    },
    check,
};

/// In letters: three lines of a phone, or one and a half of a desk.
const LONGEST: usize = 320;
/// What a value counts: most are amounts and dates.
const VALUE: usize = 10;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for spoken in &context.copy().spoken {
        let lengths = spoken.sayings.iter().map(|(_, plain)| length(&plain.text));
        let longest = lengths.max().unwrap_or_default();
        if longest > LONGEST {
            let message = format!(
                "the words `{}` come to {longest} characters, and a banner holds {LONGEST}",
                spoken.id
            );
            let finding = Diagnostic::new(&LINT.code, spoken.span, message)
                .help("say what happened and what to do; the rest belongs on the page behind it");
            found.push(spoken.of_a_banner(context, finding));
        }
    }
}

/// How many letters wide a text is.
fn length(text: &str) -> usize {
    let widths = text.chars().map(|character| match character {
        PLACEABLE => VALUE,
        wide if is_wide(wide) => 2,
        _ => 1,
    });
    widths.sum()
}
