//! The command line, and what each of its words starts.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::{bench, ci, counterparts, faults, test};

const USAGE: &str = "\
Usage: cargo xtask <command>

  test                    install what the tests need, and run them all
  ci                      formatting, clippy, fuzz targets, dependencies, documentation, test, faults
  counterparts            install the third-party programs of the tests, and print their folder
  faults SECONDS          break the ledger's disk and kill its process, and look at what is left
  bench audit REPO        time `countersign audit` against `git log` on a clone
  bench census            time a year of 10,000 requests against its records and the forge's latency
  bench ledger            time durable appends against the disk, SQLite and PostgreSQL
  bench signatures REPO   time signature checks against bare Ed25519 and `git log --format=%G?`

Example: cargo xtask bench audit ../git";

/// Obeys the words after `cargo xtask`.
pub(crate) fn run(arguments: Vec<OsString>) -> Result<(), Failure> {
    let words: Vec<&str> = arguments
        .iter()
        .map(|word| word.to_str().unwrap_or_default())
        .collect();
    match words.as_slice() {
        ["test"] => test::run(),
        ["ci"] => ci::run(),
        ["counterparts"] => {
            println!("{}", counterparts::install()?.display());
            Ok(())
        }
        ["faults", seconds] => faults::run(seconds),
        ["bench", "audit", _] => bench::audit::run(&PathBuf::from(&arguments[2])),
        ["bench", "census"] => bench::census::run(),
        ["bench", "ledger"] => bench::ledger::run(),
        ["bench", "signatures", _] => bench::signatures::run(&PathBuf::from(&arguments[2])),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::usage(format!("no such command\n\n{USAGE}"))),
    }
}
