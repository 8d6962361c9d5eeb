//! Reading a ledger: checkpoint, entries and payloads.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tlog::bundle::BundleError;
use tlog::checkpoint::{self, Checkpoint};
use tlog::inclusion::InclusionError;
use tlog::key::VerifierKey;
use tlog::merkle::Hash;
use tlog::note::{MAX_NOTE_BYTES, Note};
use tlog::tile::{self, TileError};

use crate::audit::{self, AuditError, Audited, Payloads};
use crate::disk::LocalDisk;
use crate::file::FileError;
use crate::keyfile::{self, KeyFileError};
use crate::keys::history::HistoryError;
use crate::keys::record::KeyRecordError;
use crate::leaf::{Leaf, LeafError};
use crate::payload;
use crate::slice::Slice;
use crate::store::fetched::Fetched;
pub use crate::store::fetched::Get;
use crate::store::files::FilesStore;
use crate::store::files::segment;
use crate::store::{Disturbance, Objects, Store, StoreError};
use crate::watch::Watch;
use model::digest::Digest;

mod payloads;

/// How often a log is looked at again in which a payload and the record of its erasure do not fit.
const TORN_LOOKS: u32 = 3;

/// The time between two of these looks.
const TORN_WAIT: Duration = Duration::from_millis(200);

/// Where the checkpoint lies below the folder.
pub(crate) const CHECKPOINT: &str = "ledger/checkpoint";

/// A ledger that is only read; nothing that it answers was verified but the checkpoint's signature.
#[derive(Debug, Clone)]
pub struct Reader {
    folder: PathBuf,
    log: VerifierKey,
    /// The key that is to follow, which may have signed the checkpoint already.
    pub(crate) heir: Option<VerifierKey>,
    pub(crate) store: Arc<dyn Objects>,
    /// The commits with the sealed payloads; an exported copy has files that anybody can read in their place.
    pub(crate) records: Option<Arc<dyn Store>>,
    pub(crate) watch: Watch,
}

/// A checkpoint with the note that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What the log commits to.
    pub checkpoint: Checkpoint,
    /// The text with all its signatures.
    pub note: Note,
    /// The key of the log that signed it.
    pub key: VerifierKey,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its index in the log.
    pub index: u64,
    /// What it says.
    pub leaf: Leaf,
    /// The bytes that the log hashes.
    pub bytes: Slice,
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
    /// There is no checkpoint.
    #[error(
        "{} is missing: put it back from the newest report, where it is ledger/ledger/checkpoint, or from a backup; the next command that appends signs what came since", path.display()
    )]
    NoCheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// The tiles give a proof that proves nothing.
    #[error(
        "the tiles do not prove leaf {index}: `countersign ledger verify` names what does not fit"
    )]
    NotIncluded {
        /// The leaf.
        index: u64,
        /// Why.
        source: InclusionError,
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
    /// A sealed payload is damaged.
    #[error("the payload of leaf {index} is not what the leaf commits to")]
    SealedPayload {
        /// The index of the leaf.
        index: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record of a key of the log is damaged.
    #[error("leaf {index} holds no record of a key of the log")]
    KeyRecord {
        /// The index of the leaf.
        index: u64,
        /// What is wrong with it.
        source: Box<KeyRecordError>,
    },
    /// A record of a key of the log is not here.
    #[error(
        "the record of a key in leaf {index} is not here, and without it nobody knows which key signs the log"
    )]
    NoKeyRecord {
        /// The index of the leaf.
        index: u64,
    },
    /// The records of the log's keys do not follow from each other.
    #[error("the records of the log's keys do not hold")]
    KeyHistory(#[from] HistoryError),
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

impl ReadError {
    /// Returns whether the log is not what was written, rather than that a part of it cannot be reached or is not here.
    pub fn is_damage(&self) -> bool {
        match self {
            ReadError::File(error) => error.is_damage(),
            ReadError::Store(error) => error.is_damage(),
            ReadError::Checkpoint { .. }
            | ReadError::NotIncluded { .. }
            | ReadError::Tile { .. }
            | ReadError::Bundle { .. }
            | ReadError::Leaf { .. }
            | ReadError::Payload { .. }
            | ReadError::SealedPayload { .. }
            | ReadError::KeyRecord { .. }
            | ReadError::KeyHistory(_)
            | ReadError::Edge { .. }
            | ReadError::EdgeBundle { .. } => true,
            ReadError::Key(_)
            | ReadError::NoCheckpoint { .. }
            | ReadError::NoKeyRecord { .. }
            | ReadError::BeyondEnd { .. } => false,
        }
    }
}

impl Reader {
    /// Returns a reader of the ledger or exported copy in a folder, with the public key that lies there.
    pub fn open(folder: &Path) -> Result<Reader, ReadError> {
        let heir = keyfile::read_next_public(folder)?;
        let log = keyfile::read_public(folder)?;
        Ok(Reader {
            heir: heir.filter(|heir| heir.name() == log.name()),
            ..Reader::of(folder, log)
        })
    }

    /// Returns a reader that believes in a key, whatever key lies in the folder.
    pub(crate) fn of(folder: &Path, log: VerifierKey) -> Reader {
        let store = FilesStore::new(folder, log.name().clone(), Box::new(LocalDisk), 0);
        let store = Arc::new(store);
        // A ledger that lost its records is no copy: a copy has neither a private key nor a lock, but payloads.
        let is_there = |name: &str| folder.join(name).exists();
        let of_ledger = [keyfile::PRIVATE, "lock", "settled"];
        let is_ledger = is_there(segment::FOLDER)
            || (!is_there(payload::FOLDER) && of_ledger.into_iter().any(is_there));
        Reader {
            folder: folder.to_owned(),
            log,
            heir: None,
            records: is_ledger.then(|| store.clone() as Arc<dyn Store>),
            store,
            watch: Watch::default(),
        }
    }

    pub(crate) fn appending(folder: &Path, log: VerifierKey, store: Arc<dyn Store>) -> Reader {
        Reader {
            folder: folder.to_owned(),
            log,
            heir: None,
            records: Some(store.clone()),
            store,
            watch: Watch::default(),
        }
    }

    /// Returns a reader of the public tree at another place, such as an HTTP address.
    ///
    /// `get` returns the bytes of a name below the place, at most as many as it is told, or nothing where there is
    /// no such name.
    pub fn fetching(place: &str, log: VerifierKey, get: Get) -> Reader {
        Reader {
            folder: PathBuf::from(place),
            store: Arc::new(Fetched::new(place, &log, get)),
            log,
            heir: None,
            records: None,
            watch: Watch::default(),
        }
    }

    /// Returns a reader of the same place that believes in other keys: the one in force, and one that may follow it.
    pub(crate) fn believing(&self, log: VerifierKey, heir: Option<VerifierKey>) -> Reader {
        Reader {
            log,
            heir,
            ..self.clone()
        }
    }

    /// Returns a reader of the same place under the key that signed what was audited there.
    pub fn following(&self, audited: &Audited) -> Reader {
        self.believing(audited.signed.key.clone(), None)
    }

    /// Returns the reader whose audits tell somebody how far they are.
    pub fn watched(self, watch: Watch) -> Reader {
        Reader { watch, ..self }
    }

    /// Returns what [`crate::audit()`] returns of this place.
    pub fn audit(&self, payloads: &Payloads) -> Result<Audited, AuditError> {
        audit::behind::wait(self)?;
        let mut seen = audit::behind::claimed(self)?;
        let mut audited = audit::run(self, payloads);
        for _ in 0..TORN_LOOKS {
            if !self.may_be_torn(&audited) {
                break;
            }
            std::thread::sleep(TORN_WAIT);
            let now = audit::behind::claimed(self)?;
            if now == seen {
                break;
            }
            seen = now;
            audited = audit::run(self, payloads);
        }
        let mut audited = audited?;
        let end = audited.signed.checkpoint.size() + audited.unsigned;
        // Others appended meanwhile, and signed for it.
        if audited.unsigned > 0 && audit::behind::is_signed_by_now(self, end)? {
            audited.unsigned = 0;
        }
        Ok(audited)
    }

    /// Tree and payloads are not read at one moment: the one may be of before an erasure, and the other of after it.
    fn may_be_torn(&self, audited: &Result<Audited, AuditError>) -> bool {
        let is_of_payload = matches!(
            audited,
            Err(AuditError::MissingPayload { .. } | AuditError::NotErased { .. })
        );
        is_of_payload && self.records.is_some()
    }

    /// Returns the leaves that were committed behind a checkpoint, and that nobody signed for.
    pub fn unsigned(&self, signed: &SignedCheckpoint) -> Result<u64, StoreError> {
        let size = signed.checkpoint.size();
        let records = self.records.as_ref();
        let end = records
            .map(|records| records.visible_size(size))
            .transpose()?;
        Ok(end.unwrap_or(size).saturating_sub(size))
    }

    /// Returns what was noticed up to now, by this reader and others of the same store, that somebody did to the log, and
    /// that the log withstood; nothing where the place keeps only what was put there last.
    pub fn disturbances(&self) -> Vec<Disturbance> {
        let records = self.records.as_ref();
        records.map_or_else(Vec::new, |records| records.disturbances())
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
        Ok(self.checkpoint_bytes()?.1)
    }

    pub(crate) fn checkpoint_bytes(&self) -> Result<(Vec<u8>, SignedCheckpoint), ReadError> {
        let bytes = self.store.read(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
        let bytes = bytes.ok_or_else(|| ReadError::NoCheckpoint {
            path: self.store.place(CHECKPOINT),
        })?;
        let signed = self.open_checkpoint(CHECKPOINT, &bytes)?;
        Ok((bytes, signed))
    }

    /// Returns the checkpoint of these bytes, its signature verified.
    pub(crate) fn open_checkpoint(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> Result<SignedCheckpoint, ReadError> {
        let opened = self.open_bytes(bytes);
        opened.map_err(|source| ReadError::Checkpoint {
            path: self.store.place(name),
            source: Box::new(source),
        })
    }

    pub(crate) fn open_bytes(
        &self,
        bytes: &[u8],
    ) -> Result<SignedCheckpoint, checkpoint::OpenError> {
        let known: Vec<VerifierKey> = self.heir.iter().chain([&self.log]).cloned().collect();
        let (checkpoint, note) = checkpoint::open_any(bytes, &known)?;
        let key = note.verify(&known)?.first().copied().cloned();
        Ok(SignedCheckpoint {
            checkpoint,
            note,
            key: key.unwrap_or_else(|| self.log.clone()),
        })
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
                    let bytes = bytes.into();
                    entries.push(Entry { index, leaf, bytes });
                }
            }
        }
        Ok(entries)
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
