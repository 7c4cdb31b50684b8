//! Words say that a payment failed, under a kind of message whose contract does not.

use std::collections::HashSet;

use banneret::{Book, Code, Diagnostic, Level, MessageKind, Span};

use crate::claims::{self, What};
use crate::copy::Spoken;
use crate::lint::{Context, Lint};
use crate::payment::is_payment;

pub(super) static LINT: Lint = Lint {
    code: Code {
        id: "BN005",
        name: "undeclared-payment-copy",
        level: Level::Error,
        firm: false,
        summary: "words say that a payment failed, under a kind of message that does not vouch for it",
        page: include_str!("undeclared_payment_copy.md"),
    },
    check,
};

/// Kinds whose words may say that a payment failed; the second quotes what was wrongly said.
const FAILED: [&str; 2] = ["payment_failed", "payment_notice_correction"];

/// Standard kinds whose contracts make sure that something is unpaid, or of which restriction for
/// that is a part.
const OWED: [&str; 2] = ["invoice_overdue", "account_restricted"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut told: HashSet<Span> = HashSet::new();
    for spoken in &context.copy().spoken {
        let kind = spoken.banners.first();
        let Some(kind) = kind.and_then(|shown| context.book.kind_of(shown.banner)) else {
            continue;
        };
        for (_, plain) in &spoken.sayings {
            for claim in claims::all(&plain.text, spoken.locale) {
                let span = plain.span(claim.range.clone()).unwrap_or(spoken.span);
                if may_say(context.book, kind, claim.what) || !told.insert(span) {
                    continue;
                }
                let finding = finding(spoken, &kind.name, claim.what, span);
                found.push(spoken.of_a_banner(context, finding));
            }
        }
    }
}

/// Whether a kind of message vouches for such a claim.
fn may_say(book: &Book, kind: &MessageKind, what: What) -> bool {
    if kind.standard && FAILED.contains(&&*kind.name) {
        return true;
    }
    match what {
        What::Failed => false,
        What::Owed if kind.standard => OWED.contains(&&*kind.name),
        What::Owed | What::Implied => is_payment(book, kind),
    }
}

fn finding(spoken: &Spoken<'_>, kind: &str, what: What, span: Span) -> Diagnostic {
    let (claim, instead) = match what {
        What::Failed => ("say that a payment failed", "payment_failed"),
        What::Owed => ("say that a payment is owed", "invoice_overdue"),
        What::Implied => ("let readers think that a payment failed", "payment_failed"),
    };
    let message = format!(
        "the words `{}` in `{}` {claim}, and are of the kind `{kind}`",
        spoken.id, spoken.locale
    );
    let help = format!(
        "give banner and words the kind `{instead}`, so that its contract is proven, or say what is true of all who see them instead"
    );
    let label = format!("`{kind}` does not vouch for this");
    Diagnostic::new(&LINT.code, span, message)
        .label(label)
        .help(help)
}
