//! What an author can write, and what an author is told.

mod constructs;
mod hostile;
mod mistakes;
mod properties;

use super::ast::{Expr, Item};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};

/// The items and the findings of a file, the findings one a line: `line:col code message | help`.
fn read(text: &str) -> (Vec<Item>, String) {
    let mut sources = Sources::default();
    let file = sources.add("a.banner", text);
    let mut found = Vec::new();
    let items = super::parse(file, text, &mut found);
    (items, rendered(&sources, found))
}

fn read_expr(text: &str) -> (Option<Expr>, String) {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let mut found = Vec::new();
    let expr = super::parse_expr(file, 0, text, &mut found);
    (expr, rendered(&sources, found))
}

fn rendered(sources: &Sources, mut found: Vec<Diagnostic>) -> String {
    found.sort_by_key(|finding| finding.primary.span);
    let lines = found.iter().map(|finding| {
        let (_, start, _) = sources.locate(finding.primary.span).unwrap();
        let mut line = format!(
            "{}:{} {} {}",
            start.line, start.column, finding.code.id, finding.message
        );
        for label in &finding.related {
            let (_, at, _) = sources.locate(label.span).unwrap();
            line += &format!(" ({} {}:{})", label.text, at.line, at.column);
        }
        for help in &finding.help {
            line += &format!(" | {help}");
        }
        line
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The expression of a text without mistakes.
fn expr(text: &str) -> Expr {
    let (expr, found) = read_expr(text);
    assert_eq!(found, "", "{text}");
    expr.unwrap()
}

/// What an author is told about an expression.
fn told(text: &str) -> String {
    read_expr(text).1
}

/// The items of a text without mistakes.
fn items(text: &str) -> Vec<Item> {
    let (items, found) = read(text);
    assert_eq!(found, "", "{text}");
    items
}

/// The book that the language's reference shows.
const BOOK: &str = r#"# Who is behind on a charge that we tried to make ourselves.
segment charge_failed:
  in_dunning
  and billing.last_attempt_result == failed
  and billing.collection_method == automatic
  and billing.amount_overdue > 0
  and billing.invoice_state in {past_due, uncollectible}

# Who may be told. The built-in part of payment_failed cannot be removed, only added to.
message payment_failed:
  requires viewer.role in {owner, billing_admin, admin}

# A kind of our own; it may also have no requirement at all.
message upsell:
  requires payments_clear
  holdout 5% by account.id

banner payment_failed_first:
  message    payment_failed
  audience   charge_failed and viewer.role in {owner, admin}
             and billing.oldest_due_at between 2 and 4 days ago
  placement  top
  priority   900
  from       2026-03-01
  until      2027-03-01
  zone       Europe/Stockholm
  rollout    25% by account.id
  cap        3 per 7 days
  dismiss    for 2 days
  ends       on click
  copy       payment-failed-first
  owner      "billing-growth"
  review by  2027-01-15
  allow      BN404 until 2027-01-15 because "ramping up, agreed with support"
"#;
