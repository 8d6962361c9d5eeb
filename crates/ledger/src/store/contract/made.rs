//! Commits that the checks append.

use crate::commit::{Commit, NewEntry};
use crate::payload::Stored;
use crate::seal::{Key, Sealed};
use crate::store::{Head, Store};

/// A commit that is in the log.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) commit: Commit,
    pub(super) keys: Vec<Key>,
    pub(super) head: Head,
}

/// Returns a commit of so many leaves behind an end, which differs by its number.
pub(super) fn make(base: u64, number: u8, leaves: u8) -> (Commit, Vec<Key>) {
    let key = |position| Key::from_bytes([number + 1, position + 1].repeat(16).try_into().unwrap());
    let keys: Vec<Key> = (0..leaves).map(key).collect();
    let entry = |(position, key)| {
        let payload = format!("payload {position} of commit {number}");
        let stored = Stored {
            salt: &[number; 32],
            payload: payload.as_bytes(),
        };
        NewEntry {
            leaf: format!("leaf {position} of commit {number}").into_bytes(),
            sealed: Sealed::seal(stored, key),
        }
    };
    let leaves = keys.iter().enumerate().map(entry).collect();
    (Commit { base, leaves }, keys)
}

/// Returns a commit once it is in the log, however often others are first.
pub(super) fn one(store: &dyn Store, number: u8, leaves: u8) -> Made {
    loop {
        let end = store.head().unwrap();
        let (commit, keys) = make(end.size, number, leaves);
        if let Some(head) = store.commit(&end, &commit, &keys).unwrap() {
            return Made { commit, keys, head };
        }
    }
}

/// Returns what a store shows of a commit.
pub(super) fn shown(made: &Made) -> (Commit, Vec<Key>) {
    (made.commit.clone(), made.keys.clone())
}

/// Returns all commits that reach into a window.
pub(super) fn all(store: &dyn Store, from: u64, end: u64) -> Vec<(Commit, Vec<Key>)> {
    let mut all = Vec::new();
    let mut visit = |commit, keys| {
        all.push((commit, keys));
        Ok(())
    };
    store.commits(from, end, &mut visit).unwrap();
    all
}
