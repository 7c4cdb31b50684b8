//! Prints what a finished run of `decide` came to, as tables for `docs/performance.md`:
//! `cargo run -p banneret-benches --bin ratios -- [DIRECTORY] [--by ENGINE]`.
//!
//! DIRECTORY is where criterion wrote, `target/criterion` unless told otherwise; `--by` is the
//! engine that the others are divided by.

mod measured;
mod tables;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut directory = None;
    let mut by = tables::OURS.to_owned();
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--by" => by = given.next().unwrap_or(by),
            _ => directory = Some(PathBuf::from(argument)),
        }
    }
    let directory = directory.unwrap_or_else(|| {
        let target = std::env::var_os("CARGO_TARGET_DIR");
        PathBuf::from(target.unwrap_or_else(|| "target".into())).join("criterion")
    });
    let found = measured::read(&directory).map(tables::known);
    match found {
        Ok(found) if found.is_empty() => {
            eprintln!(
                "nothing was measured in {}: run `cargo bench -p banneret-benches --features peers --bench decide` first",
                directory.display()
            );
            ExitCode::from(2)
        }
        Ok(found) => {
            if measured::are_of_several_runs(&found) {
                eprintln!(
                    "some of this was measured hours before the rest: run the bench once more"
                );
            }
            print!("{}", tables::all(&found, &by));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_made_of_what_criterion_wrote() {
        let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ratios/fixture");
        let found = tables::known(measured::read(&fixture).expect("the fixture"));
        let expected = std::fs::read_to_string(fixture.join("expected.md")).expect("the tables");
        assert_eq!(tables::all(&found, tables::OURS), expected);
    }

    #[test]
    fn what_is_of_several_runs_is_told() {
        let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ratios/fixture");
        let mut found = measured::read(&fixture).expect("the fixture");
        for one in &mut found {
            one.written = std::time::SystemTime::UNIX_EPOCH;
        }
        assert!(!measured::are_of_several_runs(&found));
        found[0].written += std::time::Duration::from_secs(7_200);
        assert!(measured::are_of_several_runs(&found));
    }

    #[test]
    fn what_is_no_measurement_is_said_with_its_place() {
        let empty = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workload");
        assert!(measured::read(&empty).expect("a directory").is_empty());
        let broken = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ratios/broken");
        let error = measured::read(&broken).expect_err("a file that is no JSON");
        assert!(error.to_string().contains("estimates.json"), "{error}");
    }
}
