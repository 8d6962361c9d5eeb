//! The commits of an audited log: each must be what the signed tree has, and each payload what its leaf commits to.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::audit::{AuditError, Erased};
use crate::commit::{Commit, NewEntry};
use crate::erase::Erasure;
use crate::leaf::LeafKind;
use crate::payload::Stored;
use crate::read::Entry;
use crate::seal::Key;
use crate::store::Store;
use crate::watch::{Part, Watch};
use model::digest::Digest;

/// What the commits hold.
#[derive(Debug, Default)]
pub(super) struct Sealed {
    /// The payloads whose keys are there.
    pub(super) payloads: Vec<Digest>,
    /// The leaves whose payloads were erased, with the record that says so.
    pub(super) erased: BTreeMap<u64, Erased>,
    /// The leaves whose keys are destroyed.
    destroyed: BTreeSet<u64>,
}

/// Commits are opened together, on every core, once they have so many leaves or bytes.
const PORTION_LEAVES: usize = 4096;
const PORTION_BYTES: usize = 32 << 20;

/// Returns what the commits hold. Leaves that were committed and not yet published are left alone.
pub(super) fn check(
    records: &dyn Store,
    entries: &[Entry],
    watch: &Watch,
) -> Result<Sealed, AuditError> {
    let mut sealed = Sealed::default();
    let mut portion = Portion::default();
    let mut fault = None;
    let (mut done, all) = (0, entries.len() as u64);
    records.commits(0, entries.len() as u64, &mut |commit, keys| {
        portion.add(commit, keys);
        if portion.is_full() {
            done += portion.leaves.len();
            watch.tell(Part::Payloads, done, all);
            let checked = sealed.take_all(std::mem::take(&mut portion), entries);
            fault = fault.take().or(checked.err());
        }
        Ok(())
    })?;
    let checked = sealed.take_all(portion, entries);
    fault.or(checked.err()).map_or(Ok(()), Err)?;
    sealed.refuse_unrecorded(entries)?;
    Ok(sealed)
}

/// Leaves with their payloads and keys, from as many commits as make it worth several cores.
#[derive(Default)]
struct Portion {
    leaves: Vec<(u64, NewEntry, Key)>,
    bytes: usize,
}

impl Portion {
    fn add(&mut self, commit: Commit, keys: Vec<Key>) {
        let leaves = (commit.base..).zip(commit.leaves.into_iter().zip(keys));
        for (index, (leaf, key)) in leaves {
            self.bytes += leaf.sealed.bytes.len();
            self.leaves.push((index, leaf, key));
        }
    }

    fn is_full(&self) -> bool {
        self.leaves.len() >= PORTION_LEAVES || self.bytes >= PORTION_BYTES
    }
}

/// What opening one payload gave: nothing where its key is destroyed.
type Opened = Option<(Digest, Option<Erasure>)>;

fn open(entry: &Entry, committed: &NewEntry, key: &Key) -> Result<Opened, AuditError> {
    let index = entry.index;
    if committed.leaf != *entry.bytes {
        return Err(AuditError::OtherCommit { index });
    }
    if key.is_destroyed() {
        return Ok(None);
    }
    let file = committed.sealed.open(key, &entry.leaf.payload);
    let file = file.ok_or(AuditError::SealedPayload { index })?;
    let stored = Stored::parse(&file).ok_or(AuditError::SealedPayload { index })?;
    let is_erasure = entry.leaf.kind == LeafKind::Erasure;
    let erasure = is_erasure.then(|| Erasure::parse(stored.payload)).flatten();
    Ok(Some((entry.leaf.payload.salted_sha256, erasure)))
}

impl Sealed {
    fn take_all(&mut self, portion: Portion, entries: &[Entry]) -> Result<(), AuditError> {
        let entry = |index: u64| usize::try_from(index).ok().and_then(|at| entries.get(at));
        let open = |(index, leaf, key): (u64, NewEntry, Key)| {
            let entry = entry(index)?;
            Some(open(entry, &leaf, &key).map(|opened| (entry, opened)))
        };
        let leaves = portion.leaves.into_par_iter().filter_map(open);
        for opened in leaves.collect::<Vec<_>>() {
            let (entry, opened) = opened?;
            self.take(entry, opened);
        }
        Ok(())
    }

    fn take(&mut self, entry: &Entry, opened: Opened) {
        let Some((salted_sha256, erasure)) = opened else {
            self.destroyed.insert(entry.index);
            return;
        };
        self.payloads.push(salted_sha256);
        if let Some(erasure) = erasure {
            Erased::note(&mut self.erased, entry, &erasure);
        }
    }

    /// A key that is gone without a record is a loss, and one that is there in spite of it an erasure left undone.
    fn refuse_unrecorded(&self, entries: &[Entry]) -> Result<(), AuditError> {
        for entry in entries {
            let index = entry.index;
            match (self.destroyed.contains(&index), self.erased.get(&index)) {
                (true, None) => {
                    let salted_sha256 = entry.leaf.payload.salted_sha256;
                    return Err(AuditError::MissingPayload {
                        index,
                        salted_sha256,
                    });
                }
                (false, Some(erased)) => {
                    let record = erased.record;
                    return Err(AuditError::NotErased { index, record });
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        Ok(())
    }
}
