//! aics-tlog: a reader and writer of transparency logs in Python.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use testkit::{Answer, Counterparts};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/aics.py");

/// The program, and a folder where it leaves what it must keep.
pub(crate) struct Aics {
    counterparts: Counterparts,
    home: TempDir,
}

impl Aics {
    /// Returns the program, or nothing after saying that the test did not run.
    pub(crate) fn find(test: &str) -> Option<Aics> {
        Some(Aics {
            counterparts: Counterparts::find(test)?,
            home: TempDir::new().unwrap(),
        })
    }

    /// Returns a path that no log holds, for keys and saved checkpoints.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Returns what the command line answers, if it accepts.
    pub(crate) fn accepts<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Value {
        json(&self.run("aics-tlog", arguments), true)
    }

    /// Returns the error of the command line, which must refuse.
    pub(crate) fn refuses<A: AsRef<OsStr>>(&self, arguments: &[A]) -> String {
        let answer = json(&self.run("aics-tlog", arguments), false);
        answer["error"].as_str().unwrap().to_owned()
    }

    /// Returns how many tiles and bundles the log has, each of which was hashed to its checkpoint.
    pub(crate) fn audit(&self, tiles: &Path, key: &Path) -> (u64, u64) {
        let arguments = [
            SCRIPT.as_ref(),
            "audit".as_ref(),
            tiles.as_os_str(),
            key.as_os_str(),
        ];
        let report = json(&self.run("python", &arguments), true);
        if report["size"] == 0 {
            assert_eq!(report["is_empty_root"], true);
        }
        let count = |name: &str| report[name].as_u64().unwrap();
        (count("tiles"), count("bundles"))
    }

    /// Signs what the tiles hold, and returns the key that verifies the checkpoint.
    pub(crate) fn sign(&self, tiles: &Path, size: u64, origin: &str) -> String {
        let size = size.to_string();
        let arguments = [
            SCRIPT.as_ref(),
            "sign".as_ref(),
            tiles.as_os_str(),
            size.as_ref(),
            origin.as_ref(),
        ];
        let signed = json(&self.run("python", &arguments), true);
        signed["vkey"].as_str().unwrap().to_owned()
    }

    fn run<A: AsRef<OsStr>>(&self, program: &str, arguments: &[A]) -> Answer {
        Answer::of(
            self.counterparts
                .command(program, self.home.path())
                .args(arguments),
        )
    }
}

fn json(answer: &Answer, is_success: bool) -> Value {
    assert_eq!(answer.is_success, is_success, "{answer:?}");
    serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}
