//! Appending: the one way in which a ledger changes.

use jiff::Timestamp;
use tlog::bundle::BundleError;
use tlog::merkle::{self, Hash};

use crate::Ledger;
use crate::commit::{Commit, NewEntry};
use crate::file::FileError;
use crate::leaf::{self, Leaf, LeafKind, MAX_PAYLOAD_BYTES};
use crate::open::SignError;
use crate::payload::{PayloadRef, SALT_BYTES, Stored};
use crate::read::{ReadError, SignedCheckpoint};
use crate::seal::{Key, Sealed};
use crate::store::{Head, StoreError};
use model::digest::Digest;

/// A source of 32 random bytes.
pub type Entropy<'e> = &'e mut dyn FnMut() -> [u8; SALT_BYTES];

/// A record that is to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeaf {
    /// What the payload is.
    pub kind: LeafKind,
    /// The bytes that the leaf commits to.
    pub payload: Vec<u8>,
    /// The SHA-256 of an outside signature that is older than the record.
    pub after: Option<Digest>,
}

/// What was appended, and the checkpoint that commits to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipts {
    /// One for each record, in the order of the batch.
    pub receipts: Vec<Receipt>,
    /// The checkpoint.
    pub signed: SignedCheckpoint,
}

/// Where a record stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The index of the leaf.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
    /// The hash that the tree holds of it.
    pub hash: Hash,
    /// The payload.
    pub payload: PayloadRef,
}

/// Why nothing was appended, or at least nothing is promised.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The ledger could not be read, or is not what its checkpoint says.
    #[error("the ledger cannot be appended to")]
    Read(#[from] ReadError),
    /// The store failed.
    #[error("the ledger cannot be appended to")]
    Store(#[from] StoreError),
    /// A payload is too long.
    #[error("payload {position} of the batch has {bytes} bytes, more than {MAX_PAYLOAD_BYTES}")]
    PayloadTooLong {
        /// Its position in the batch.
        position: usize,
        /// Its bytes.
        bytes: u64,
    },
    /// The leaves make no bundle.
    #[error("the leaves make no bundle")]
    Bundle(#[from] BundleError),
    /// The new checkpoint could not be signed.
    #[error("the new checkpoint cannot be signed")]
    Sign(#[from] SignError),
    /// The log is to be signed by a key that this process does not hold.
    #[error(
        "the log is signed by key {id:08x} now, which was not its key when it was opened: open it again, with that key where machines share the log; what was appended meanwhile is in the log, and the next to open it signs for that"
    )]
    KeyReplaced {
        /// The ID of that key.
        id: u32,
    },
    /// Another run appended since the caller looked.
    #[error("the log has grown to {found} leaves, and the batch was made for {expected}")]
    Grown {
        /// The leaves that the caller saw.
        expected: u64,
        /// The leaves that there are.
        found: u64,
    },
}

impl AppendError {
    /// Returns whether the log is not what was written, as [`ReadError::is_damage`].
    pub fn is_damage(&self) -> bool {
        match self {
            AppendError::File(error) => error.is_damage(),
            AppendError::Read(error) => error.is_damage(),
            AppendError::Store(error) => error.is_damage(),
            AppendError::PayloadTooLong { .. }
            | AppendError::Bundle(_)
            | AppendError::Sign(_)
            | AppendError::KeyReplaced { .. }
            | AppendError::Grown { .. } => false,
        }
    }
}

/// A record that is ready to be committed, wherever in the log that will be.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) entry: NewEntry,
    pub(crate) key: Key,
    leaf: Leaf,
    hash: Hash,
    payload: PayloadRef,
}

impl NewLeaf {
    /// Returns a record of these bytes.
    pub fn new(kind: LeafKind, payload: Vec<u8>) -> NewLeaf {
        NewLeaf {
            kind,
            payload,
            after: None,
        }
    }
}

impl Ledger {
    /// Returns the receipts of a batch, once all of it is durable and signed for.
    ///
    /// `at` is what the machine claims as the time; `entropy` supplies a salt and a key for each payload.
    /// The life of a leaf, and what a crash after each step leaves:
    ///
    /// 1. The payload is salted, compressed and encrypted under its own key; the leaf commits to its salted digest.
    ///    Nothing was written yet.
    /// 2. The store appends leaves, sealed payloads and keys as one commit, if the log still ends where the batch
    ///    was put; if another one was first, this step begins anew. Only now is the batch in the log, unsigned.
    ///    A crash leaves the whole commit or none of it; a torn one is cut off by the next writer.
    /// 3. Tiles and bundles are written, which follow from the commits.
    ///    A crash leaves some of them; whoever publishes next writes the same bytes again.
    /// 4. The checkpoint of the new tree is signed, if it extends the one before, and replaces it.
    ///    A crash leaves either; the next to publish signs for what was committed.
    ///
    /// After an error of a store the batch may be in the log or not, whole in either case. Who sends it again without
    /// a look may have it there twice, as two sightings that nothing hides. To have it once, open the ledger again,
    /// which signs for whatever was committed, and look for the payloads in the entries from the size on that the
    /// log had before: they are there, or the batch is not in the log.
    pub fn append(
        &mut self,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<Receipts, AppendError> {
        self.append_if(None, batch, at, entropy)
    }

    /// As [`Ledger::append`], if the log still has `size` leaves: for a batch that rests on all leaves before it.
    pub fn append_at(
        &mut self,
        size: u64,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<Receipts, AppendError> {
        self.append_if(Some(size), batch, at, entropy)
    }

    fn append_if(
        &self,
        expected: Option<u64>,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        entropy: Entropy<'_>,
    ) -> Result<Receipts, AppendError> {
        let prepare = |(position, record)| prepare(position, record, at, entropy);
        let batch: Result<Vec<Prepared>, _> = batch.into_iter().enumerate().map(prepare).collect();
        let (receipts, end) = self.commit(expected, batch?)?;
        let signed = self.publish_from(Some(end))?;
        Ok(Receipts { receipts, signed })
    }

    /// Commits prepared records behind whatever is there, or only behind `expected` leaves; returns the end, too.
    pub(crate) fn commit(
        &self,
        expected: Option<u64>,
        batch: Vec<Prepared>,
    ) -> Result<(Vec<Receipt>, Head), AppendError> {
        let head = self.store.head()?;
        refuse_growth(expected, &head)?;
        if batch.is_empty() {
            return Ok((Vec::new(), head));
        }
        self.refuse_replaced_key(&head)?;
        match expected {
            None => self.commit_behind(Some(head), batch),
            Some(_) => self.commit_at(&head, batch),
        }
    }

    /// Commits prepared records if the log still ends here.
    pub(crate) fn commit_at(
        &self,
        head: &Head,
        batch: Vec<Prepared>,
    ) -> Result<(Vec<Receipt>, Head), AppendError> {
        let (commit, keys, rest) = split(head.size, batch);
        match self.store.commit(head, &commit, &keys)? {
            Some(end) => Ok((receipts(commit.base, rest), end)),
            None => Err(AppendError::Grown {
                expected: head.size,
                found: self.store.head()?.size,
            }),
        }
    }

    /// Commits prepared records behind the end that the caller knows, or behind the one that others made of it.
    pub(crate) fn commit_behind(
        &self,
        known: Option<Head>,
        batch: Vec<Prepared>,
    ) -> Result<(Vec<Receipt>, Head), AppendError> {
        let mut head = known.map_or_else(|| self.store.head(), Ok)?;
        let (mut commit, keys, rest) = split(head.size, batch);
        loop {
            match self.store.commit(&head, &commit, &keys)? {
                Some(after) => return Ok((receipts(commit.base, rest), after)),
                None => head = self.store.head()?,
            }
            self.refuse_replaced_key(&head)?;
            commit.base = head.size;
        }
    }
}

/// What a receipt says but for the index.
type Unplaced = (Leaf, Hash, PayloadRef);

fn split(base: u64, batch: Vec<Prepared>) -> (Commit, Vec<Key>, Vec<Unplaced>) {
    let keys = batch.iter().map(|record| record.key).collect();
    let parts = |record: Prepared| (record.entry, (record.leaf, record.hash, record.payload));
    let (leaves, rest) = batch.into_iter().map(parts).unzip();
    (Commit { base, leaves }, keys, rest)
}

fn receipts(base: u64, rest: Vec<Unplaced>) -> Vec<Receipt> {
    let receipt = |(index, (leaf, hash, payload))| Receipt {
        index,
        leaf,
        hash,
        payload,
    };
    (base..).zip(rest).map(receipt).collect()
}

/// Returns a record that no longer needs anything but its place in the log.
pub(crate) fn prepare(
    position: usize,
    record: NewLeaf,
    at: Timestamp,
    entropy: Entropy<'_>,
) -> Result<Prepared, AppendError> {
    let bytes = record.payload.len() as u64;
    if bytes > MAX_PAYLOAD_BYTES {
        return Err(AppendError::PayloadTooLong { position, bytes });
    }
    let (salt, key) = (entropy(), Key::from_bytes(entropy()));
    let stored = Stored {
        salt: &salt,
        payload: &record.payload,
    };
    let payload = stored.reference();
    let leaf = Leaf {
        kind: record.kind,
        at: leaf::to_the_second(at),
        payload: payload.commitment,
        after: record.after,
    };
    let bytes = leaf.encode();
    Ok(Prepared {
        hash: merkle::leaf_hash(&bytes),
        entry: NewEntry {
            leaf: bytes,
            sealed: Sealed::seal(stored, &key),
        },
        key,
        leaf,
        payload,
    })
}

fn refuse_growth(expected: Option<u64>, head: &Head) -> Result<(), AppendError> {
    let found = head.size;
    match expected {
        Some(expected) if expected != found => Err(AppendError::Grown { expected, found }),
        _ => Ok(()),
    }
}
