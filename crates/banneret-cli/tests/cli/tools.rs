//! Tools that are not ours, which judge what the command writes. The gate installs them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::Desk;

/// A file of the tools. Where they are not installed, nothing, and the test that wanted it says so;
/// in the gate that is a failure.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let cache = std::env::var_os("BANNERET_CACHE").map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/banneret"));
    let path = cache.or_else(home).unwrap_or_default();
    let path = path.join("python").join(name);
    if path.exists() {
        return Some(path);
    }
    let demanded = std::env::var_os("BANNERET_CI").is_some_and(|value| value == "1");
    let path = path.display();
    assert!(!demanded, "{path} is missing, and BANNERET_CI=1 demands it");
    let test = std::thread::current();
    let test = test.name().unwrap_or("a test");
    _ = writeln!(
        std::io::stderr(),
        "SKIPPED {test}: {path} is missing; `.ci/run` installs it"
    );
    None
}

/// Whether a command was content, and all that it said.
pub(crate) fn ran(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    (output.status.success(), said)
}

/// What check-jsonschema says of files against a schema, as it reports to programs.
pub(crate) fn against(schema: &Path, files: &[PathBuf]) -> Option<serde_json::Value> {
    let mut command = Command::new(tool("bin/check-jsonschema")?);
    command.args(["--output-format", "json", "--regex-variant", "python"]);
    command.arg("--schemafile").arg(schema).args(files);
    let (_, said) = ran(&mut command);
    Some(serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}")))
}

/// The project's own folder.
pub(crate) fn project() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap()
}

/// A book of which nothing is told: what its makers left in it is switched off.
pub(crate) fn quiet() -> Desk {
    let desk = Desk::new();
    let codes = desk.run("lint book --format json").codes();
    let off: Vec<_> = codes.iter().map(|code| format!("{code}: off")).collect();
    let manifest = desk.read("book/banneret.yaml");
    let lint = format!("{manifest}lint: {{{}}}\n", off.join(", "));
    desk.write("book/banneret.yaml", lint);
    desk
}
