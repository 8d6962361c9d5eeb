//! One log, and machines that share it: each with a home and keys of its own, and nothing of another's.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod bucket;
mod forge;
mod machines;
mod memory;
mod refused;
mod rotated;
mod served;

use std::fs;
use std::path::Path;
use testkit::Runner;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

/// Returns a machine with an empty home, on which git is installed.
fn machine() -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign")).env("PATH", "/usr/local/bin:/usr/bin:/bin")
}

/// Returns what a command says, if its exit code is this one.
fn says(machine: &Runner, arguments: &[&str], code: i32) -> String {
    let run = machine.run(arguments).expect_code(code);
    format!("{}{}", run.stdout, run.stderr)
}

/// Returns the public key of the log that a machine sees.
fn log_key(machine: &Runner, place: &[&str]) -> String {
    let status = ["ledger", "status", "--format", "json"];
    let run = machine.run([&status[..], place].concat()).expect_code(0);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    answer["key"].as_str().unwrap().to_owned()
}

/// Returns name and ID of a key.
fn name_and_id(key: &str) -> &str {
    let id = key.find('+').unwrap() + 1;
    &key[..id + 8]
}

/// Returns the text of the private key in the folder of a machine.
fn private_key(folder: &Path) -> String {
    fs::read_to_string(folder.join(".countersign/log.key")).unwrap()
}

/// Checks that no file below a folder holds a text.
fn holds_nowhere(folder: &Path, text: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds_nowhere(&path, text),
            false => {
                let bytes = fs::read(&path).unwrap_or_default();
                let found = bytes.windows(text.len()).any(|it| it == text.as_bytes());
                assert!(!found, "{}", path.display());
            }
        }
    }
}
