//! Real data that lies beside the project and not in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The path of a file in `../shared`, seen from the project's root: `data/billing/facts.tsv`.
///
/// Where it is not there, nothing, and the test that wanted it says so past the test runner's
/// capture: nobody should take a skipped test for a passed one.
///
/// # Panics
/// Where it is not there and `BANNERET_CI` is `1`: in the gate a skip is a failure.
#[must_use]
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    let demanded = std::env::var_os("BANNERET_CI").is_some_and(|value| value == "1");
    assert!(
        !demanded,
        "../shared/{name} is missing, and BANNERET_CI=1 demands it"
    );
    let test = std::thread::current();
    let test = test.name().unwrap_or("a test");
    _ = writeln!(
        std::io::stderr(),
        "SKIPPED {test}: ../shared/{name} is missing"
    );
    None
}
