//! Accounts to try a rule book on, in believable proportions: NDJSON, the same for the same seed.
//!
//! ```sh
//! cargo run -q -p banneret-examples --example accounts > accounts.ndjson
//! cargo run -q -p banneret-examples --example accounts -- --accounts 500 --seed 7 > few.ndjson
//! ```

mod history;
mod population;
mod situations;

use std::error::Error;
use std::io::{BufWriter, ErrorKind, Write};

use population::Population;

const USAGE: &str = "usage: accounts [--accounts NUMBER] [--seed NUMBER]";

fn main() -> Result<(), Box<dyn Error>> {
    let (mut accounts, mut seed) = (10_000, 1);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = words.next().and_then(|number| number.parse().ok());
        match (word.as_str(), number) {
            ("--accounts", Some(number)) => accounts = number,
            ("--seed", Some(number)) => seed = u64::from(number),
            _ => return Err(USAGE.into()),
        }
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    match write(Population::new(accounts, seed), &mut out) {
        // Whoever reads may have seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn write(accounts: Population, out: &mut impl Write) -> std::io::Result<()> {
    for account in accounts {
        serde_json::to_writer(&mut *out, &account)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
