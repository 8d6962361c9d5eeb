//! `cargo xtask test`: what the tests need, then all of them.

use std::fs;
use std::path::PathBuf;

use crate::counterparts;
use crate::failure::Failure;
use crate::need;
use crate::step::Step;
use crate::workspace;

/// Where the tests of the HTML report lie.
const BROWSER: &str = "tests/browser";

/// Installs, builds and runs; the first failure ends it.
pub(crate) fn run() -> Result<(), Failure> {
    need::ensure(&need::TESTS)?;
    let counterparts = counterparts::install()?;
    Step::new("tests", "cargo", &["test", "--workspace", "--locked"])
        .env("COUNTERPARTS", &counterparts)
        .run()?;
    let bucket = [
        "test",
        "--package=ledger",
        "--features=object-store",
        "--lib",
        "--locked",
        "object",
    ];
    Step::new("tests of the ledger in a bucket", "cargo", &bucket)
        .env("COUNTERPARTS", counterparts)
        .run()?;
    browser()
}

/// The browser opens a report of the real binary, whose path it finds in `COUNTERSIGN`.
fn browser() -> Result<(), Failure> {
    let files = browser_tests()?;
    if files.is_empty() {
        return Ok(());
    }
    Step::new("browser driver", "npm", &["ci", "--no-audit", "--no-fund"])
        .in_folder(BROWSER)
        .run()?;
    Step::new("binary", "cargo", &["build", "--locked", "--package=cli"]).run()?;
    let folder = tempfile::tempdir().map_err(Failure::while_doing("a folder for the report"))?;
    let report = folder.path().join("report");
    let binary = workspace::binary("debug")?;
    Step::new(
        "report",
        &binary.to_string_lossy(),
        &["audit", "--period", "all"],
    )
    .argument(format!("--out={}", report.display()))
    .argument(format!(
        "--ledger={}",
        folder.path().join("ledger").display()
    ))
    .run()?;
    let node = Step::new("browser tests", "node", &["--test"])
        .env("COUNTERSIGN", binary)
        .env("REPORT_DIR", report);
    files.into_iter().fold(node, Step::argument).run()
}

/// Named one by one: what a folder means to `node --test` changed between its versions.
fn browser_tests() -> Result<Vec<PathBuf>, Failure> {
    let folder = workspace::root().join(BROWSER);
    let entries = fs::read_dir(&folder).map_err(Failure::while_doing(BROWSER))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}
