//! How bad findings are, from the command line.

use crate::desk::Desk;

/// A book with one finding that is a lint, and nothing else.
fn with_a_lint() -> Desk {
    let desk = Desk::new();
    desk.edit(
        "book/rules.banner",
        "audience   plan.seats between 2 and 10\n",
        "audience   plan.seats > 2 and plan.seats < 9 or plan.seats == 20\n",
    );
    desk
}

#[test]
fn a_lint_has_the_level_that_is_asked_for() {
    let desk = with_a_lint();
    for (options, code, errors, warnings) in [
        ("", 1, 1, 0),
        (" --level BN106=error", 1, 1, 0),
        (" --level BN106=warning", 0, 0, 1),
        (" --level BN106=off", 0, 0, 0),
        (" --level BN301=warning,BN106=off", 0, 0, 0),
        (" --level BN106=off --level BN106=warning", 0, 0, 1),
        (" --ignore BN106", 0, 0, 0),
        (" --select BN301", 0, 0, 0),
    ] {
        let ran = desk.run(&format!("lint book --format json{options}"));
        let summary = &ran.json()["summary"];
        let all = (
            ran.code,
            summary["errors"].as_u64(),
            summary["warnings"].as_u64(),
        );
        assert_eq!(all, (code, Some(errors), Some(warnings)), "{options}");
    }
}

#[test]
fn the_command_line_goes_before_the_manifest() {
    let desk = with_a_lint();
    let manifest = desk.read("book/banneret.yaml");
    desk.write(
        "book/banneret.yaml",
        format!("{manifest}lint: {{BN106: warning}}\n"),
    );
    assert_eq!(desk.run("lint book").code, 0);
    assert_eq!(desk.run("lint book --level BN106=error").code, 1);
}

#[test]
fn a_level_that_cannot_be_is_refused_with_the_reason() {
    let desk = Desk::new();
    for (option, reason) in [
        ("--level BN001=off", "guards the truth"),
        ("--level BN010=warning", "guards the truth"),
        ("--ignore BN006", "guards the truth"),
        ("--level BN101=off", "cannot be understood"),
        ("--level BN999=off", "is no lint code"),
        ("--level bn301=off", "did you mean `BN301`?"),
        ("--level BN301=of", "write `BN301=off`"),
        ("--level BN301", "write `BN301=off`"),
    ] {
        let ran = desk.run(&format!("lint book {option}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{option}");
        assert!(ran.err.contains(reason), "{option}: {}", ran.err);
    }
    for allowed in [
        "--level BN001=error",
        "--select BN001",
        "--level BN101=error",
    ] {
        assert_eq!(
            desk.run(&format!("lint book {allowed}")).code,
            0,
            "{allowed}"
        );
    }
}
