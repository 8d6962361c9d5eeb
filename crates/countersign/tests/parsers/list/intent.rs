//! What a killed append left in a ledger's folder.

use super::owned;
use ledger::Ledger;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ORIGIN: &str = "countersign.local/0123456789abcdef";
/// What is no append's to remove.
const KEPT: [&str; 3] = ["log.key", "log.vkey", "ledger/checkpoint"];

thread_local! {
    static FOLDER: TempDir = {
        let folder = tempfile::tempdir().expect("a temporary folder");
        open(folder.path()).expect("a new ledger");
        folder
    };
}

fn open(folder: &Path) -> Result<Ledger, ledger::open::OpenError> {
    Ledger::open_or_create(folder, ORIGIN, [7; 32])
}

/// The intent of an append, which the next to open the ledger finishes or undoes.
pub fn intent(bytes: &[u8]) {
    FOLDER.with(|folder| {
        let file = |name: &str| folder.path().join(name);
        let kept = || KEPT.map(|name| fs::read(file(name)).expect("a file of the ledger"));
        let before = kept();
        fs::write(file("intent"), bytes).expect("the intent can be written");
        let _opened = open(folder.path());
        assert_eq!(kept(), before, "only tiles and payloads are ever removed");
    });
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    owned(&[
        br#"{"v":1,"size":0,"creates":["ledger/tile/0/000.p/7","ledger/tile/entries/000.p"],"removes":[]}"#,
        br#"{"v":1,"size":7,"creates":[],"removes":["ledger/tile/0/000.p/7","payloads/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}"#,
        br#"{"v":1,"size":0,"creates":["ledger/checkpoint","../log.key"],"removes":[]}"#,
    ])
}
