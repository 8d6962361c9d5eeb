//! Appending: the one way in which a ledger changes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tlog::bundle::BundleError;
use tlog::merkle::{self, Hash};
use tlog::tile;

use crate::Ledger;
use crate::disk::Access;
use crate::edge::{Edge, Growth};
use crate::file::{self, FileError};
use crate::intent::{self, Intent, IntentError};
use crate::leaf::{Leaf, LeafKind, MAX_PAYLOAD_BYTES};
use crate::lock;
use crate::open::{self, SignError};
use crate::payload::{self, PayloadRef, SALT_BYTES, Stored};
use crate::read::{CHECKPOINT, ReadError, SignedCheckpoint};
use crate::stage::Stage;
use crate::tiles;
use model::digest::Digest;

/// A record that is to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeaf {
    /// What the payload is.
    pub kind: LeafKind,
    /// The bytes that the leaf commits to.
    pub payload: Vec<u8>,
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
    /// The payload, which may have been there before.
    pub payload: PayloadRef,
}

/// Why nothing was appended, or at least nothing is promised.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The ledger could not be read, or is not what its checkpoint says.
    #[error("the ledger cannot be appended to")]
    Read(#[from] ReadError),
    /// What a killed append left could not be cleared away.
    #[error("the leftovers of an interrupted append cannot be cleared away")]
    Intent(#[from] IntentError),
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
    /// Another run appended since the caller looked.
    #[error("the log has grown to {found} leaves, and the batch was made for {expected}")]
    Grown {
        /// The leaves that the caller saw.
        expected: u64,
        /// The leaves that there are.
        found: u64,
    },
}

/// A batch that is ready to be written.
struct Prepared {
    size: u64,
    growth: Growth,
    files: Vec<(String, Vec<u8>)>,
    signed: SignedCheckpoint,
    receipts: Vec<Receipt>,
}

impl NewLeaf {
    /// Returns a record of these bytes.
    pub fn new(kind: LeafKind, payload: Vec<u8>) -> NewLeaf {
        NewLeaf { kind, payload }
    }
}

impl Ledger {
    /// Returns the receipts of a batch, once all of it is durable and signed for.
    ///
    /// `at` is what the machine claims as the time; `salt` supplies 32 random bytes for each new payload.
    /// An error promises nothing: the batch may have been committed if only the last step failed.
    ///
    /// # Life of a leaf
    ///
    /// All of it happens under the lock of the folder, which the system lifts when the process dies.
    /// Each file is written under the name `staged`, flushed, and renamed; a crash in between leaves
    /// `staged`, which the next write replaces.
    ///
    /// 1. The checkpoint is read, and what an earlier append left is settled (see step 6).
    /// 2. The tiles at the right edge must hash to the signed root. Nothing was written yet.
    /// 3. `intent` says which names will appear and which will become superfluous, and is made durable.
    ///    A crash leaves an intent without effects; the next append removes it.
    /// 4. Payloads, tiles and bundles are written under new names, then their folders are made durable.
    ///    A crash leaves some of them, which no checkpoint covers; the next append, or the next to open the
    ///    ledger, removes them by the intent.
    /// 5. The signed checkpoint is renamed into place and its folder made durable: the commit.
    ///    A crash leaves either checkpoint, each with all its tiles. After this step the leaf is acknowledged.
    /// 6. Partial tiles whose full tile is now committed are removed, then the intent.
    ///    A crash leaves both; the next append goes on with this very step.
    pub fn append(
        &mut self,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        salt: &mut dyn FnMut() -> [u8; SALT_BYTES],
    ) -> Result<Receipts, AppendError> {
        self.append_if(|_| Ok(()), batch, at, salt)
    }

    /// As [`Ledger::append`], if the log still has `size` leaves: for a batch that rests on all leaves before it.
    pub fn append_at(
        &mut self,
        size: u64,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        salt: &mut dyn FnMut() -> [u8; SALT_BYTES],
    ) -> Result<Receipts, AppendError> {
        let unchanged = |found| match found == size {
            true => Ok(()),
            false => Err(AppendError::Grown {
                expected: size,
                found,
            }),
        };
        self.append_if(unchanged, batch, at, salt)
    }

    fn append_if(
        &mut self,
        is_ready: impl FnOnce(u64) -> Result<(), AppendError>,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        salt: &mut dyn FnMut() -> [u8; SALT_BYTES],
    ) -> Result<Receipts, AppendError> {
        let folder = self.reader.folder();
        let _lock = lock::exclusive(folder)?;
        let mut stage = Stage::new(&*self.disk, folder);
        let signed = self.reader.checkpoint()?;
        intent::settle(&mut stage, folder, signed.checkpoint.size())?;
        is_ready(signed.checkpoint.size())?;
        if batch.is_empty() {
            return Ok(Receipts {
                receipts: Vec::new(),
                signed,
            });
        }
        let prepared = self.prepare(&signed, batch, at, salt)?;
        self.write(&mut stage, &prepared)?;
        // The leaves are committed: what cannot be cleared away now is left to the next append.
        let _left_over = intent::settle(&mut stage, folder, prepared.growth.size);
        Ok(Receipts {
            receipts: prepared.receipts,
            signed: prepared.signed,
        })
    }

    /// Computes everything that is to be written; writes nothing.
    fn prepare(
        &self,
        signed: &SignedCheckpoint,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        salt: &mut dyn FnMut() -> [u8; SALT_BYTES],
    ) -> Result<Prepared, AppendError> {
        let edge = Edge::read(&self.reader, signed)?;
        let size = signed.checkpoint.size();
        let mut files = BTreeMap::new();
        let mut receipts = Vec::new();
        let mut leaves = Vec::new();
        for (position, record) in batch.into_iter().enumerate() {
            refuse_length(position, &record)?;
            let payload = self.payload_for(&record.payload, &mut files, salt)?;
            let leaf = Leaf {
                kind: record.kind,
                at: to_the_second(at),
                payload: payload.commitment,
            };
            let (bytes, index) = (leaf.encode(), size + position as u64);
            receipts.push(Receipt {
                index,
                leaf,
                hash: merkle::leaf_hash(&bytes),
                payload,
            });
            leaves.push(bytes);
        }
        let growth = edge.grow(&leaves)?;
        let signed = open::sign(&self.key, growth.size, growth.root)?;
        let files = files
            .into_values()
            .map(|(payload, file)| (payload::name(&payload.sha256), file));
        Ok(Prepared {
            size,
            growth,
            files: files.collect(),
            signed,
            receipts,
        })
    }

    /// Returns the payload as the ledger keeps it already, as this batch has it already, or newly salted.
    fn payload_for(
        &self,
        payload: &[u8],
        files: &mut BTreeMap<Digest, (PayloadRef, Vec<u8>)>,
        salt: &mut dyn FnMut() -> [u8; SALT_BYTES],
    ) -> Result<PayloadRef, ReadError> {
        let sha256 = Digest::of(payload);
        if let Some((reference, _)) = files.get(&sha256) {
            return Ok(*reference);
        }
        if let Some((reference, _)) = self.reader.stored(&sha256)? {
            return Ok(reference);
        }
        let salt = salt();
        let stored = Stored {
            salt: &salt,
            payload,
        };
        files.insert(sha256, (stored.reference(), stored.encode()));
        Ok(stored.reference())
    }

    /// Steps 3 to 5 of the life of a leaf.
    fn write(&self, stage: &mut Stage<'_>, prepared: &Prepared) -> Result<(), FileError> {
        let tiles = || {
            prepared
                .growth
                .tiles
                .iter()
                .map(|(tile, bytes)| (tiles::name(*tile), bytes))
        };
        let payloads = prepared.files.iter().map(|(name, _)| name.clone());
        let creates = payloads.chain(tiles().map(|(name, _)| name)).collect();
        let removes = self.superfluous(prepared.size, prepared.growth.size)?;
        Intent::new(prepared.size, creates, removes).declare(stage)?;
        for (name, bytes) in &prepared.files {
            stage.write(name, bytes, Access::Owner)?;
        }
        for (name, bytes) in tiles() {
            stage.write(&name, bytes, Access::Everyone)?;
        }
        stage.sync()?;
        stage.write(
            CHECKPOINT,
            prepared.signed.note.to_string().as_bytes(),
            Access::Everyone,
        )?;
        stage.sync()
    }

    /// Returns the partial tiles of the old tree whose full tiles the new one has.
    ///
    /// C2SP tlog-tiles, "Partial Tiles": they may be deleted once the full tile is available, and not before.
    fn superfluous(&self, old_size: u64, new_size: u64) -> Result<Vec<String>, FileError> {
        let mut names = Vec::new();
        for tile in tile::right_edge(old_size).filter(|tile| tile.full().lies_within(new_size)) {
            let partial = format!("{}.p", tiles::name(tile.full()));
            let widths = file::list(&self.reader.folder().join(&partial))?;
            let files = widths.iter().map(|width| format!("{partial}/{width}"));
            names.extend(files.filter(|name| intent::is_ours(name)));
            names.push(partial);
        }
        Ok(names)
    }
}

fn refuse_length(position: usize, record: &NewLeaf) -> Result<(), AppendError> {
    match record.payload.len() as u64 {
        bytes if bytes > MAX_PAYLOAD_BYTES => Err(AppendError::PayloadTooLong { position, bytes }),
        _ => Ok(()),
    }
}

fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
