//! The records of keys beside the tiles of an audited log: where one lies there, it is what its leaf commits to.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{AuditError, is_hidden};
use crate::leaf::{Commitment, LeafKind};
use crate::payload::{self, SALT_BYTES, Stored};
use crate::read::{Entry, Reader};

/// Returns the names of the records that lie there. A log that was not published since they are written has none, and
/// a ledger may hold one whose leaf nobody signed for yet.
pub(super) fn check(reader: &Reader, entries: &[Entry]) -> Result<BTreeSet<String>, AuditError> {
    let of_keys = entries
        .iter()
        .filter(|entry| entry.leaf.kind == LeafKind::Key);
    let known: BTreeMap<String, Commitment> = of_keys
        .map(|entry| entry.leaf.payload)
        .map(|payload| (payload::public_name(&payload.salted_sha256), payload))
        .collect();
    let mut present = BTreeSet::new();
    for name in reader.store.list(payload::PUBLIC_FOLDER)? {
        let name = format!("{}/{name}", payload::PUBLIC_FOLDER);
        match known.get(&name) {
            Some(commitment) => check_one(reader, &name, *commitment)?,
            None if is_hidden(&name) => continue,
            None if reader.records.is_some() && payload::is_public_name(&name) => continue,
            None => {
                let path = reader.store.place(&name);
                return Err(AuditError::ForeignFile { path });
            }
        }
        present.insert(name);
    }
    Ok(present)
}

fn check_one(reader: &Reader, name: &str, commitment: Commitment) -> Result<(), AuditError> {
    let limit = SALT_BYTES as u64 + commitment.bytes + 1;
    let file = reader.store.read_start(name, limit)?.unwrap_or_default();
    let found = Stored::parse(&file).map(Stored::commitment);
    match found {
        Some(found) if found == commitment => Ok(()),
        found => Err(AuditError::FileMismatch {
            path: reader.store.place(name),
            offset: 0,
            expected: commitment.salted_sha256.to_string(),
            found: found.map_or("no salt".to_owned(), |it| it.salted_sha256.to_string()),
            why: "the record of a key is not what its leaf commits to",
        }),
    }
}
