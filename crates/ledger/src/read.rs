//! Reading a ledger: checkpoint, entries and payloads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use tlog::bundle::BundleError;
use tlog::checkpoint::{self, Checkpoint};
use tlog::key::VerifierKey;
use tlog::merkle::Hash;
use tlog::note::{MAX_NOTE_BYTES, Note};
use tlog::tile::{self, TileError};

use crate::file::{self, FileError};
use crate::keyfile::{self, KeyFileError};
use crate::leaf::{Leaf, LeafError};
use crate::payload::{self, PayloadRef, SALT_BYTES, Stored};
use model::digest::Digest;

/// Where the checkpoint lies below the folder.
pub(crate) const CHECKPOINT: &str = "ledger/checkpoint";

/// A ledger that is only read; nothing that it answers was verified but the checkpoint's signature.
#[derive(Debug, Clone)]
pub struct Reader {
    folder: PathBuf,
    log: VerifierKey,
}

/// A checkpoint with the note that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What the log commits to.
    pub checkpoint: Checkpoint,
    /// The text with all its signatures.
    pub note: Note,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its index in the log.
    pub index: u64,
    /// What it says.
    pub leaf: Leaf,
    /// The bytes that the log hashes.
    pub bytes: Vec<u8>,
}

/// A payload that the ledger keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its digest.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The public key could not be read.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The checkpoint is not one of this log.
    #[error("{} is refused", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<checkpoint::OpenError>,
    },
    /// A tile has another length.
    #[error("{} is damaged", path.display())]
    Tile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: TileError,
    },
    /// A bundle does not hold the entries that its name says.
    #[error("{} is damaged", path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BundleError,
    },
    /// An entry is no leaf.
    #[error("entry {index} is damaged")]
    Leaf {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        source: LeafError,
    },
    /// A payload file is damaged.
    #[error("{} does not hold the payload that it is named after", path.display())]
    Payload {
        /// The file.
        path: PathBuf,
    },
    /// The log has fewer leaves.
    #[error("the log has {size} leaves, so none reaches up to {end}")]
    BeyondEnd {
        /// The end of what was asked for.
        end: u64,
        /// The leaves of the log.
        size: u64,
    },
    /// The right edge of the tree is not the one that was signed.
    #[error("the tiles at the right edge lead to root {computed}, but {root} was signed")]
    Edge {
        /// The root that follows from the tiles.
        computed: Hash,
        /// The root of the checkpoint.
        root: Hash,
    },
    /// The last bundle is not the one that was signed.
    #[error("{} does not hash to the tile of its leaves", path.display())]
    EdgeBundle {
        /// The file.
        path: PathBuf,
    },
}

impl Reader {
    /// Returns a reader of the ledger in a folder, with the public key that lies there.
    pub fn open(folder: &Path) -> Result<Reader, ReadError> {
        Ok(Reader::new(folder, keyfile::read_public(folder)?))
    }

    pub(crate) fn new(folder: &Path, log: VerifierKey) -> Reader {
        Reader {
            folder: folder.to_owned(),
            log,
        }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the public key of the log, whose name is the origin.
    pub fn log(&self) -> &VerifierKey {
        &self.log
    }

    /// Returns the checkpoint as it is now, its signature verified.
    pub fn checkpoint(&self) -> Result<SignedCheckpoint, ReadError> {
        let path = self.folder.join(CHECKPOINT);
        let bytes = file::read(&path, MAX_NOTE_BYTES as u64)?;
        match checkpoint::open(&bytes, &self.log) {
            Ok((checkpoint, note)) => Ok(SignedCheckpoint { checkpoint, note }),
            Err(source) => Err(ReadError::Checkpoint {
                path,
                source: Box::new(source),
            }),
        }
    }

    /// Returns the entries of a range that ends within the log.
    pub fn entries(&self, range: Range<u64>) -> Result<Vec<Entry>, ReadError> {
        let size = self.size_reaching(range.end)?;
        let mut entries = Vec::new();
        for tile in tile::bundles(range.clone(), size) {
            let first = tile.index * u64::from(tile::FULL_WIDTH);
            for (index, bytes) in (first..).zip(self.bundle(tile)?) {
                if range.contains(&index) {
                    let leaf =
                        Leaf::parse(&bytes).map_err(|source| ReadError::Leaf { index, source })?;
                    entries.push(Entry { index, leaf, bytes });
                }
            }
        }
        Ok(entries)
    }

    /// Returns the payload with this SHA-256, or nothing when it was erased or never kept.
    pub fn payload(&self, sha256: &Digest) -> Result<Option<Vec<u8>>, ReadError> {
        let Some((_, file)) = self.stored(sha256)? else {
            return Ok(None);
        };
        Ok(Some(file[payload::SALT_BYTES..].to_vec()))
    }

    /// Returns all payloads that are present, by the salted digest under which leaves know them.
    pub fn payloads(&self) -> Result<BTreeMap<Digest, PayloadRef>, ReadError> {
        let names = file::list(&self.folder.join(payload::FOLDER))?;
        let digests = names
            .iter()
            .filter_map(|name| payload::from_name(&format!("{}/{name}", payload::FOLDER)));
        let mut found = BTreeMap::new();
        for sha256 in digests {
            let stored = self.stored(&sha256)?.map(|(reference, _)| reference);
            found.extend(stored.map(|reference| (reference.commitment.salted_sha256, reference)));
        }
        Ok(found)
    }

    /// Returns the payloads of these entries, by index, but for those that were erased or never kept.
    ///
    /// Only files of a length that an entry names are read.
    pub fn payloads_of(&self, entries: &[Entry]) -> Result<BTreeMap<u64, Kept>, ReadError> {
        let lengths: BTreeSet<u64> = entries
            .iter()
            .map(|entry| SALT_BYTES as u64 + entry.leaf.payload.bytes)
            .collect();
        let mut kept = BTreeMap::new();
        for name in file::list(&self.folder.join(payload::FOLDER))? {
            let name = format!("{}/{name}", payload::FOLDER);
            let length = file::length(&self.folder.join(&name))?;
            if let Some(sha256) = payload::from_name(&name)
                && length.is_some_and(|length| lengths.contains(&length))
                && let Some((reference, mut file)) = self.stored(&sha256)?
            {
                file.drain(..SALT_BYTES);
                let bytes = file;
                kept.insert(reference.commitment, Kept { sha256, bytes });
            }
        }
        let of_entry = |entry: &Entry| Some((entry.index, kept.get(&entry.leaf.payload)?.clone()));
        Ok(entries.iter().filter_map(of_entry).collect())
    }

    /// Returns the file of a payload, which must match its name, and what leaves say of it.
    pub(crate) fn stored(
        &self,
        sha256: &Digest,
    ) -> Result<Option<(PayloadRef, Vec<u8>)>, ReadError> {
        let path = self.folder.join(payload::name(sha256));
        let Some(file) = file::read_if_present(&path, payload::MAX_FILE_BYTES)? else {
            return Ok(None);
        };
        match Stored::parse(&file).map(Stored::reference) {
            Some(reference) if reference.sha256 == *sha256 => Ok(Some((reference, file))),
            _ => Err(ReadError::Payload { path }),
        }
    }

    /// Returns the leaves of the log, which must be so many at least.
    pub(crate) fn size_reaching(&self, end: u64) -> Result<u64, ReadError> {
        let size = self.checkpoint()?.checkpoint.size();
        if end > size {
            return Err(ReadError::BeyondEnd { end, size });
        }
        Ok(size)
    }
}
