//! Which banners speak about a payment, and what lints on them have in common.

use std::collections::HashSet;

use banneret::ast::Expr;
use banneret::{Banner, Book, Diagnostic, FactId, MessageKind, Span, ast};

use crate::lint::Context;

/// The standard kinds that speak about money; of an incident nobody is to blame.
const STANDARD: [&str; 11] = [
    "payment_failed",
    "invoice_overdue",
    "action_required",
    "card_expiring",
    "trial_ending",
    "payment_processing",
    "duplicate_charge_refund",
    "invoice_available",
    "account_restricted",
    "price_change",
    "payment_notice_correction",
];

/// Whether a kind of message speaks about a payment: a standard one that does, or one of the
/// book's own that requires something about billing, reconciliation or dunning.
pub(crate) fn is_payment(book: &Book, kind: &MessageKind) -> bool {
    if kind.standard {
        return STANDARD.contains(&&*kind.name);
    }
    let asked = book.formulas().facts_of(kind.contract);
    asked.into_iter().any(|id| is_about_payment(book, id))
}

fn is_about_payment(book: &Book, id: FactId) -> bool {
    book.schema().fact(id).is_some_and(|fact| {
        let of_billing = matches!(fact.group, Some("billing@1" | "recon@1"));
        fact.is_dunning_role || (of_billing && !is_about_who(&fact.name))
    })
}

/// Whether a fact is about who is looking, or the account itself, and not about its payments.
pub(crate) fn is_about_who(fact: &str) -> bool {
    fact.starts_with("viewer.") || fact.starts_with("account.")
}

/// A banner that speaks about a payment, and its audience.
#[derive(Clone, Copy)]
pub(crate) struct Payment<'c> {
    pub(crate) written: &'c ast::Banner,
    pub(crate) banner: &'c Banner,
    pub(crate) audience: &'c Expr,
}

impl<'c> Context<'c> {
    /// The banners that speak about a payment.
    pub(crate) fn payments(&self) -> Vec<Payment<'c>> {
        let banners = self.banners().filter_map(|(written, banner)| {
            let kind = self.book.kind_of(banner)?;
            is_payment(self.book, kind).then_some(Payment {
                written,
                banner,
                audience: written.audience.as_ref()?,
            })
        });
        banners.collect()
    }

    /// Whether a banner waives a lint now.
    pub(crate) fn is_waived(&self, banner: &Banner, code: &str) -> bool {
        let mut waivers = banner.waivers.iter();
        waivers.any(|waiver| *waiver.code == *code && self.now < waiver.until)
    }
}

/// Findings about places that several banners can come to, each told once: for the first banner
/// that does not waive it, so that a waiver hides nothing from the others. What a banner waives is
/// found of it too: its waiver has something to waive.
#[derive(Default)]
pub(crate) struct Once {
    told: HashSet<(Span, FactId)>,
}

impl Once {
    pub(crate) fn tell(
        &mut self,
        place: (Span, FactId),
        is_waived: bool,
        finding: impl FnOnce() -> Diagnostic,
        found: &mut Vec<Diagnostic>,
    ) {
        if is_waived || self.told.insert(place) {
            found.push(finding());
        }
    }
}
