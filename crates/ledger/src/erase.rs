//! Erasing: the key of a payload is destroyed, and a record says so, by whom and why.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Ledger;
use crate::append::{AppendError, Entropy, NewLeaf, Receipts};
use crate::leaf::{Leaf, LeafKind};
use crate::payload::SALT_BYTES;
use crate::read::{Entry, ReadError};
use crate::seal::Key;
use crate::store::StoreError;

const VERSION: u32 = 1;

/// What a record of an erasure says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    v: u32,
    /// The leaves whose payloads are gone.
    pub leaves: BTreeSet<u64>,
    /// Those of them whose period of retention had not ended.
    pub retained: BTreeSet<u64>,
    /// Who erased them.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The record could not be appended.
    #[error(
        "the erasure was not finished, and no payload is gone: if its record was appended, the next command that appends finishes it, else run the same command again"
    )]
    Append(#[from] AppendError),
    /// A key could not be destroyed.
    #[error(
        "the erasure is recorded, but not every key could be destroyed: run the same command again"
    )]
    Store(#[from] StoreError),
    /// No leaf was named.
    #[error("no leaf is to be erased")]
    Nothing,
    /// The reason or the name is empty.
    #[error("an erasure needs {what}")]
    Unsaid {
        /// What is missing.
        what: &'static str,
    },
    /// The payload of a leaf is needed to verify the log.
    #[error("leaf {index} is a record of kind `{kind}`, without which the log cannot be verified")]
    Needed {
        /// Its index.
        index: u64,
        /// Its kind.
        kind: LeafKind,
    },
}

impl Erasure {
    /// Returns what a payload says, or nothing when it is no record of this version.
    pub fn parse(payload: &[u8]) -> Option<Erasure> {
        let erasure: Erasure = serde_json::from_slice(payload).ok()?;
        (erasure.v == VERSION).then_some(erasure)
    }

    /// Returns an erasure of these leaves.
    pub fn new(leaves: BTreeSet<u64>, retained: BTreeSet<u64>, by: &str, reason: &str) -> Erasure {
        Erasure {
            v: VERSION,
            leaves,
            retained,
            by: by.to_owned(),
            reason: reason.to_owned(),
        }
    }

    /// Returns the leaves that it erases, where it is recorded at this index.
    ///
    /// It speaks of what was there before it: the operator writes it, and would otherwise say beforehand of what is still
    /// to come that it was erased.
    pub(crate) fn before(&self, record: u64) -> impl Iterator<Item = u64> + '_ {
        self.leaves.range(..record).copied()
    }
}

impl Ledger {
    /// Returns the receipt of the record, once it is durable and the keys of the leaves are destroyed.
    ///
    /// The record comes first: a crash leaves it alone at worst, and the next to open the ledger destroys the keys.
    pub fn erase(
        &mut self,
        erasure: &Erasure,
        at: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<Receipts, EraseError> {
        self.refuse_erasure(erasure)?;
        let payload = serde_json::to_vec(erasure).expect("an erasure is numbers and text");
        let leaf = NewLeaf::new(LeafKind::Erasure, payload);
        let receipts = self.append(vec![leaf], at, entropy)?;
        let leaves: Vec<u64> = erasure.leaves.iter().copied().collect();
        self.store.destroy(&leaves)?;
        Ok(receipts)
    }

    /// Returns the leaves that were erased before, each with the leaf that recorded it first.
    pub fn erasures(&self) -> Result<BTreeMap<u64, u64>, ReadError> {
        let reader = &self.reader;
        let entries = reader.entries(0..reader.checkpoint()?.checkpoint.size())?;
        let records = entries
            .into_iter()
            .filter(|entry| entry.leaf.kind == LeafKind::Erasure);
        let records: Vec<Entry> = records.collect();
        let mut erased = BTreeMap::new();
        for (record, kept) in reader.payloads_of(&records)? {
            let erasure = Erasure::parse(&kept.bytes);
            for leaf in erasure.iter().flat_map(|erasure| erasure.before(record)) {
                erased.entry(leaf).or_insert(record);
            }
        }
        Ok(erased)
    }

    fn refuse_erasure(&self, erasure: &Erasure) -> Result<(), EraseError> {
        for (text, what) in [
            (&erasure.by, "the name of who erases, in one line"),
            (&erasure.reason, "a reason, in one line"),
        ] {
            if text.trim().is_empty() || text.contains(char::is_control) {
                return Err(EraseError::Unsaid { what });
            }
        }
        if erasure.leaves.is_empty() {
            return Err(EraseError::Nothing);
        }
        for leaf in &erasure.leaves {
            for Entry { index, leaf, .. } in self.reader.entries(*leaf..leaf.saturating_add(1))? {
                if leaf.kind.is_needed() {
                    let kind = leaf.kind;
                    return Err(EraseError::Needed { index, kind });
                }
            }
        }
        Ok(())
    }

    /// Destroys the keys that a record says are destroyed, behind the last tree that was made durable.
    pub(crate) fn finish_erasures(&self, from: u64, end: u64) -> Result<(), StoreError> {
        let mut leaves = BTreeSet::new();
        self.store.commits(from, end, &mut |commit, keys| {
            for (index, (entry, key)) in (commit.base..).zip(commit.leaves.iter().zip(&keys)) {
                let erasure = opened(&entry.leaf, |leaf| entry.sealed.open(key, &leaf.payload));
                leaves.extend(erasure.iter().flat_map(|erasure| erasure.before(index)));
            }
            Ok(())
        })?;
        let mut left = Vec::new();
        for leaf in leaves.into_iter().filter(|leaf| *leaf < end) {
            self.store.commits(leaf, leaf + 1, &mut |commit, keys| {
                let key: Option<&Key> = keys.get((leaf - commit.base) as usize);
                left.extend(key.filter(|key| !key.is_destroyed()).map(|_| leaf));
                Ok(())
            })?;
        }
        match left.is_empty() {
            true => Ok(()),
            false => self.store.destroy(&left),
        }
    }
}

/// Returns the erasure that a leaf records, if it does.
pub(crate) fn opened(leaf: &[u8], open: impl FnOnce(&Leaf) -> Option<Vec<u8>>) -> Option<Erasure> {
    // Most leaves are something else, and are not parsed.
    let mark = br#""kind":"erasure""#;
    leaf.windows(mark.len()).find(|window| window == mark)?;
    let leaf = Leaf::parse(leaf).ok()?;
    let file = open(&leaf)?;
    Erasure::parse(file.get(SALT_BYTES..)?)
}
