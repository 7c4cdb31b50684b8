//! How a product backend embeds the engine: load a book once, keep the engine, ask on each page
//! view. Run it with `cargo run -p banneret-examples --example embed`.

use std::error::Error;

use banneret::{Account, Book, Engine, History, Time};

fn main() -> Result<(), Box<dyn Error>> {
    // A host reads its rule book from wherever it keeps it; `read_directory` (feature `fs`) reads
    // a directory. A book with a mistake is refused here, before it can do harm.
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../rules");
    let engine = Engine::new(Book::from_files(banneret::read_directory(rules)?)?);

    // The host passes the time in, so that a decision can be made again. Here it is fixed.
    let now: Time = "2026-05-04T12:00:00Z".parse()?;
    let fetched: Time = "2026-05-04T11:58:00Z".parse()?;

    // What the host knows, and when its sources last vouched for it.
    let facts = engine
        .facts()
        .set("account.id", "acct_17")?
        .set("viewer.role", "owner")?
        .set("billing.dunning_state", "in_progress")?
        .set("billing.last_attempt_result", "failed")?
        .set("billing.collection_method", "automatic")?
        .set("billing.invoice_state", "past_due")?
        .set("billing.amount_overdue", 24_900)?
        .set("billing.currency", "EUR")?
        .set("billing.oldest_due_at", "2026-05-01T09:00:00Z")?
        .set_at("recon.state", "matched", "2026-05-04T03:00:00Z".parse()?)?
        .set("payments.health", "ok")?
        .as_of(fetched)
        .build();

    // One scratch a thread: it is used again and again.
    let mut scratch = engine.scratch();
    let decision = engine.decide(&facts, &History::new(), now, &mut scratch)?;
    for show in decision.shows() {
        println!("{}: {} ({})", show.placement, show.banner, show.copy);
        if let Some(until) = show.valid_until {
            println!("  may be cached until {until}");
        }
    }

    // The same account as a line of JSON, and why it sees what it sees.
    let line = serde_json::to_string(&facts)?;
    let account = Account::from_line(engine.book().schema(), &line, false)?;
    for why in engine.why(&account.facts, &account.history, now)? {
        println!("{}: {}", why.banner, why.reason);
    }

    // When something is wrong with a message, it is off from the next decision of every thread.
    engine.kill("payment_failed_first");
    let decision = engine.decide(&facts, &History::new(), now, &mut scratch)?;
    println!("after the kill: {} shown", decision.shows().count());
    Ok(())
}
