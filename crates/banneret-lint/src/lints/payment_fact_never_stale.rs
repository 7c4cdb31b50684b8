//! A payment message relies on a fact that never goes stale.

use std::collections::HashSet;

use banneret::{Code, Diagnostic, Level};

use crate::asked::{Asked, Names};
use crate::lint::{Context, Lint};
use crate::payment::{Once, Payment, is_about_who};

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN202",
        name: "payment-fact-never-stale",
        level: Level::Warning,
        firm: false,
        summary: "a payment message relies on a fact that never goes stale",
        page: include_str!("payment_fact_never_stale.md"),
    },
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let names = Names::of(context.book, context.items);
    let mut once = Once::default();
    for payment in context.payments() {
        let is_waived = context.is_waived(payment.banner, LINT.code.id);
        let mut seen = HashSet::new();
        for asked in names.asked(payment.audience) {
            let is_meant = asked.believed().is_none() && !is_about_who(&asked.fact.name);
            if is_meant && seen.insert(asked.id) {
                let finding = || finding(&payment, &asked);
                // One line of the schema mends it for all who ask.
                once.tell((asked.fact.span, asked.id), is_waived, finding, found);
            }
        }
    }
}

fn finding(payment: &Payment<'_>, asked: &Asked<'_>) -> Diagnostic {
    let (banner, fact) = (&payment.written.name.value, &asked.fact.name);
    // Of what the library asks the reader is shown where the banner asks it.
    let place = if asked.own {
        asked.span
    } else {
        payment.audience.span
    };
    let message =
        format!("`{banner}` speaks about a payment and relies on `{fact}`, which never goes stale");
    Diagnostic::new(&LINT.code, place, message)
        .label("counts however old it is")
        .related(asked.fact.span, "declared without `fresh_for`")
        .help("say in the schema how long it counts, such as `fresh_for: 24h`")
        .banner(&**banner)
}
