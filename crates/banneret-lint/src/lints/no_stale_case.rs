//! A banner of which no test says that old news hides it.

use banneret::{Code, Diagnostic, Level};

use crate::lint::{Context, Lint};
use crate::tested;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN602",
        name: "no-stale-case",
        level: Level::Warning,
        firm: false,
        summary: "a banner that no test hides because a fact is stale",
        page: include_str!("no_stale_case.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let formulas = context.book.formulas();
    let stale = tested::hidden_as_stale(context.book);
    let finding = |banner: &banneret::Banner, span| {
        let message = format!("no test hides `{}` because a fact is stale", banner.name);
        let ages = formulas.atoms_of(banner.audience).into_iter();
        let mut ages = ages.filter_map(|atom| {
            let atom = formulas.atom(atom)?;
            let fact = context.book.schema().fact(atom.fact)?;
            Some((&fact.name, atom.within?))
        });
        let help = ages.next().map(|(fact, within)| {
            format!(
                "copy a test that shows it, give `{fact}` an `as_of` more than {within} before its `now`, and write `hides: [{}]`",
                banner.name
            )
        });
        Diagnostic::new(&LINT.code, span, message).help(help.unwrap_or_default())
    };
    let without = |banner: &banneret::Banner| {
        let atoms = formulas.atoms_of(banner.audience).into_iter();
        let mut atoms = atoms.filter_map(|atom| formulas.atom(atom));
        !stale.contains(&*banner.name) && atoms.any(|atom| atom.within.is_some())
    };
    tested::missing(context, without, finding, found);
}
