//! Ledgers in temporary folders.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::{NewLeaf, Receipts};
use ledger::leaf::LeafKind;

pub(crate) const ORIGIN: &str = "countersign.local/0123456789abcdef";

pub(crate) fn open(folder: &Path) -> Ledger {
    Ledger::open_or_create(folder, ORIGIN, [7; 32]).unwrap()
}

pub(crate) fn at() -> Timestamp {
    "2026-03-01T12:00:05Z".parse().unwrap()
}

pub(crate) fn append<T: AsRef<[u8]>>(ledger: &mut Ledger, payloads: &[T]) -> Receipts {
    let record = |payload: &T| NewLeaf::new(LeafKind::Observation, payload.as_ref().to_vec());
    let mut next = 0_u8;
    let mut salts = || {
        next = next.wrapping_add(1).max(1);
        [next; 32]
    };
    ledger
        .append(payloads.iter().map(record).collect(), at(), &mut salts)
        .unwrap()
}

/// Every file below a folder but those that are the writer's own business.
pub(crate) fn public_files(folder: &Path) -> Vec<PathBuf> {
    let private: BTreeSet<&str> =
        BTreeSet::from([".gitignore", "log.key", "lock", "lock.tree", "settled"]);
    let is_public = |path: &PathBuf| !private.contains(path.file_name().unwrap().to_str().unwrap());
    files(folder).into_iter().filter(is_public).collect()
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    found.sort();
    found
}

/// Returns the bytes without the zeros at their end, which are room for what is still to come.
pub(crate) fn written(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0);
    &bytes[..end.map_or(0, |last| last + 1)]
}

/// Returns an error with all that led to it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let below = std::iter::successors(error.source(), |error: &&dyn Error| (*error).source());
    let below = below.map(|error| format!(": {error}"));
    below.fold(error.to_string(), |shown, cause| shown + &cause)
}
