//! The commits of an audited log: each must be what the signed tree has, and each payload what its leaf commits to.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{AuditError, Erased};
use crate::commit::NewEntry;
use crate::erase;
use crate::payload::{PayloadRef, Stored};
use crate::read::Entry;
use crate::seal::Key;
use crate::store::Store;
use model::digest::Digest;

/// What the commits hold.
#[derive(Debug, Default)]
pub(super) struct Sealed {
    /// The payloads whose keys are there.
    pub(super) payloads: BTreeMap<Digest, PayloadRef>,
    /// The leaves whose payloads were erased, with the record that says so.
    pub(super) erased: BTreeMap<u64, Erased>,
    /// The leaves whose keys are destroyed.
    destroyed: BTreeSet<u64>,
}

/// Returns what the commits hold. Leaves that were committed and not yet published are left alone.
pub(super) fn check(records: &dyn Store, entries: &[Entry]) -> Result<Sealed, AuditError> {
    let mut sealed = Sealed::default();
    let mut fault = None;
    records.commits(0, entries.len() as u64, &mut |commit, keys| {
        let committed = commit.leaves.iter().zip(&keys);
        for (index, (new, key)) in (commit.base..).zip(committed) {
            let entry = usize::try_from(index)
                .ok()
                .and_then(|index| entries.get(index));
            let checked = entry.map(|entry| sealed.take(entry, new, key));
            fault = fault.take().or(checked.and_then(Result::err));
        }
        Ok(())
    })?;
    fault.map_or(Ok(()), Err)?;
    sealed.refuse_unrecorded(entries)?;
    Ok(sealed)
}

impl Sealed {
    fn take(&mut self, entry: &Entry, committed: &NewEntry, key: &Key) -> Result<(), AuditError> {
        let index = entry.index;
        if committed.leaf != entry.bytes {
            return Err(AuditError::OtherCommit { index });
        }
        if key.is_destroyed() {
            self.destroyed.insert(index);
            return Ok(());
        }
        let file = committed.sealed.open(key, &entry.leaf.payload);
        let file = file.ok_or(AuditError::SealedPayload { index })?;
        let reference = Stored::parse(&file).map(Stored::reference);
        let reference = reference.ok_or(AuditError::SealedPayload { index })?;
        self.payloads
            .insert(reference.commitment.salted_sha256, reference);
        if let Some(erasure) = erase::opened(&entry.bytes, |_| Some(file)) {
            for leaf in erasure.leaves {
                self.erased.entry(leaf).or_insert_with(|| Erased {
                    record: index,
                    at: entry.leaf.at,
                    by: erasure.by.clone(),
                    reason: erasure.reason.clone(),
                    retained: erasure.retained.contains(&leaf),
                });
            }
        }
        Ok(())
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
