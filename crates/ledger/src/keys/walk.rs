//! The keys that commits lead through, looked at before anybody signs for them.

use std::ops::Range;

use tlog::key::VerifierKey;

use crate::commit::{Commit, NewEntry};
use crate::keys::following;
use crate::keys::history::HistoryError;
use crate::keys::record::{KeyRecord, MAX_RECORD_BYTES};
use crate::leaf::Commitment;
use crate::payload::{self, SALT_BYTES, Stored};
use crate::read::{ReadError, SignedCheckpoint};
use crate::seal::Key;
use crate::store::{Store, StoreError};

/// A leaf as it was committed, with the key of its payload.
pub(crate) type CommittedLeaf<'c> = (&'c NewEntry, &'c Key);

/// The handovers among leaves that are looked at in their order.
#[derive(Debug)]
pub(crate) struct Handovers<'s> {
    /// Where records of keys also lie beside the tiles.
    store: &'s dyn Store,
    /// The leaves that the checkpoint covers, and the key that signed it.
    signed: u64,
    signer: VerifierKey,
    /// The last key that took the log over.
    key: Option<VerifierKey>,
    /// The leaf in which it did, behind the checkpoint.
    leaf: Option<u64>,
    fault: Option<ReadError>,
    /// The first record of a key, behind the checkpoint, that nobody can read.
    unread: Option<u64>,
}

/// What happened to the key of a checkpoint behind the leaves that it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Behind {
    /// It stayed in force.
    Kept,
    /// In this leaf the log was handed over, in the end to the key with this ID.
    HandedOver(u64, u32),
    /// This leaf may have handed the log over: it is of a key, and cannot be read.
    Unread(u64),
}

/// Returns the leaves of a commit with their places in the log.
pub(crate) fn leaves<'c>(
    commit: &'c Commit,
    payload_keys: &'c [Key],
) -> impl Iterator<Item = (u64, CommittedLeaf<'c>)> {
    (commit.base..).zip(commit.leaves.iter().zip(payload_keys))
}

impl<'s> Handovers<'s> {
    /// Returns what follows the handovers behind a checkpoint, or behind leaves before it of which the last one is known.
    pub(crate) fn behind(
        store: &'s dyn Store,
        signed: &SignedCheckpoint,
        key: Option<VerifierKey>,
    ) -> Handovers<'s> {
        Handovers {
            store,
            signed: signed.checkpoint.size(),
            signer: signed.key.clone(),
            key,
            leaf: None,
            fault: None,
            unread: None,
        }
    }

    /// Looks at every leaf of these that was committed.
    pub(crate) fn look_through(&mut self, committed: Range<u64>) -> Result<(), StoreError> {
        let store = self.store;
        store.commits(
            committed.start,
            committed.end,
            &mut |commit, payload_keys| {
                for (index, leaf) in leaves(&commit, &payload_keys) {
                    self.follow(index, leaf);
                }
                Ok(())
            },
        )
    }

    /// Looks at the next leaf; where it is one of a key, returns the record by its name beside the tiles.
    pub(crate) fn follow(
        &mut self,
        index: u64,
        leaf: CommittedLeaf<'_>,
    ) -> Option<(String, Vec<u8>)> {
        match self.record(index, leaf) {
            Ok(record) => record,
            Err(error) => {
                if index >= self.signed && is_unreadable(&error) {
                    self.unread.get_or_insert(index);
                }
                self.fault.get_or_insert(error);
                None
            }
        }
    }

    fn record(
        &mut self,
        index: u64,
        (entry, payload_key): CommittedLeaf<'_>,
    ) -> Result<Option<(String, Vec<u8>)>, ReadError> {
        let Some(leaf) = following::key_leaf(index, &entry.leaf)? else {
            return Ok(None);
        };
        let bytes = match entry.sealed.open(payload_key, &leaf.payload) {
            Some(bytes) => bytes,
            None => self
                .beside_tiles(&leaf.payload)?
                .ok_or(ReadError::SealedPayload { index })?,
        };
        let record = KeyRecord::parse(bytes.get(SALT_BYTES..).unwrap_or_default());
        let record = record.map_err(|source| ReadError::KeyRecord {
            index,
            source: Box::new(source),
        })?;
        self.refuse(index, &record)?;
        if let Some(successor) = record.change.successor() {
            self.key = Some(successor.clone());
            self.leaf = (index >= self.signed).then_some(index);
        }
        Ok(Some((
            payload::public_name(&leaf.payload.salted_sha256),
            bytes,
        )))
    }

    /// Returns the record as it was published, with its salt: whoever had its key destroyed did not destroy that.
    fn beside_tiles(&self, commitment: &Commitment) -> Result<Option<Vec<u8>>, ReadError> {
        let name = payload::public_name(&commitment.salted_sha256);
        let limit = SALT_BYTES as u64 + commitment.bytes.min(MAX_RECORD_BYTES as u64) + 1;
        let file = self.store.read_start(&name, limit)?;
        let is_it =
            |file: &Vec<u8>| Stored::parse(file).map(Stored::commitment) == Some(*commitment);
        Ok(file.filter(is_it))
    }

    /// Records lie in the clear beside the tiles, and whoever may append can append one again: once such a leaf is
    /// signed for, no verification of the log ever passes.
    fn refuse(&self, leaf: u64, record: &KeyRecord) -> Result<(), HistoryError> {
        // What was signed for is judged by whoever verifies it.
        if leaf < self.signed {
            return Ok(());
        }
        let made_for = record.leaf;
        if made_for != leaf {
            return Err(HistoryError::Moved { leaf, made_for });
        }
        match record.change.actor() == self.in_force() {
            true => Ok(()),
            false => Err(HistoryError::NotInForce { leaf }),
        }
    }

    fn in_force(&self) -> &VerifierKey {
        self.key.as_ref().unwrap_or(&self.signer)
    }

    /// Returns the last key that took the log over, if one did, or what is wrong with the first record that is none.
    pub(crate) fn ended(self) -> Result<Option<VerifierKey>, ReadError> {
        self.fault.map_or(Ok(self.key), Err)
    }

    /// Returns what happened behind the checkpoint; a record that was read and is refused changed nothing.
    pub(crate) fn behind_checkpoint(self) -> Behind {
        match (self.leaf.zip(self.key), self.unread) {
            (Some((leaf, key)), _) => Behind::HandedOver(leaf, key.id()),
            (None, Some(leaf)) => Behind::Unread(leaf),
            (None, None) => Behind::Kept,
        }
    }
}

/// Whoever can have its key destroyed, or keep it from being read, hides what a record says; only one that was read and is
/// refused says nothing.
fn is_unreadable(error: &ReadError) -> bool {
    !matches!(error, ReadError::KeyHistory(_))
}
