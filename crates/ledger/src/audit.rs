//! The audit of a store: everything public is hashed again, and every byte that does not fit is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;
use tlog::checkpoint;
use tlog::consistency;
use tlog::key::VerifierKey;
use tlog::merkle::{self, Hash};
use tlog::note::MAX_NOTE_BYTES;
use tlog::range::Node;
use tlog::tile;

use crate::audit::compared::compare;
use crate::audit::entries::RawEntry;
use crate::audit::tree::Tree;
use crate::erase::Erasure;
use crate::file::FileError;
use crate::keyfile;
use crate::keys::history::{KeyHistory, Unvouched};
use crate::leaf::{LeafError, LeafKind};
use crate::payload;
use crate::read::{CHECKPOINT, Entry, ReadError, Reader, SignedCheckpoint};
use crate::store::StoreError;
use crate::tiles::name as tile_name;
use model::digest::Digest;

pub(crate) mod behind;
mod compared;
mod entries;
mod keyfiles;
mod payloads;
mod sealed;
mod signer;
mod tiles;
mod tree;

/// Which payloads must be there; whatever is there must match a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payloads {
    /// The payload of every leaf.
    AllPresent,
    /// Those with these salted digests, such as a report carries. A ledger has all that were not erased.
    Listed(BTreeSet<Digest>),
}

/// A store in which everything fits.
#[derive(Debug)]
pub struct Audited {
    /// The checkpoint that everything was hashed up to.
    pub signed: SignedCheckpoint,
    /// Every entry of the log.
    pub entries: Vec<Entry>,
    /// The payloads that are present, by the salted digest under which leaves know them.
    pub payloads: BTreeSet<Digest>,
    /// The leaves whose payloads were erased.
    pub erased: BTreeMap<u64, Erased>,
    /// The keys that the log has had.
    pub keys: KeyHistory,
    /// Leaves that were committed behind the checkpoint, and that nobody signed for.
    pub unsigned: u64,
    /// The records of keys that lie beside the tiles.
    key_files: BTreeSet<String>,
    tree: Tree,
}

/// What the log says of an erased payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The leaf that records the erasure.
    pub record: u64,
    /// When it was recorded, by the clock of that machine.
    pub at: Timestamp,
    /// Who erased it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Whether its period of retention had not ended.
    pub retained: bool,
}

/// What does not fit; the first that was found.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file that the checkpoint calls for is absent.
    #[error("{} is missing", path.display())]
    MissingFile {
        /// The file.
        path: PathBuf,
    },
    /// A file differs from what the signed tree calls for.
    #[error("{} does not fit from byte {offset} on: {why}: expected {expected}, found {found}", path.display())]
    FileMismatch {
        /// The file.
        path: PathBuf,
        /// The first byte that does not fit, or the first of the record that does not.
        offset: u64,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
        /// What was compared.
        why: &'static str,
    },
    /// A file ends too early.
    #[error("{} is cut off: something is missing from byte {offset} on", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Where what is cut off begins.
        offset: u64,
    },
    /// A file goes on behind what belongs there.
    #[error("{} goes on where it should end, at byte {offset}", path.display())]
    TrailingBytes {
        /// The file.
        path: PathBuf,
        /// The first byte too many.
        offset: u64,
    },
    /// The checkpoint is not one of this log.
    #[error("{} is refused", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<checkpoint::OpenError>,
    },
    /// The records of the log's keys do not hold.
    #[error("the keys of the log do not follow from each other")]
    Keys(#[source] Box<ReadError>),
    /// The key that was believed in does not stand for the one that signs the log.
    #[error("the key that was believed in does not vouch for the one that signs the log")]
    Unvouched(#[from] Unvouched),
    /// A key signed the checkpoint that had handed the log over by then.
    #[error(
        "key {signer:08x} signed the log, but handed it over to key {id:08x} in leaf {leaf}, and the checkpoint was not signed since: a machine with the present key signs it when it appends; until then nobody knows whether the key before was stolen"
    )]
    HandedOver {
        /// The leaf of the handover, which the checkpoint does not cover.
        leaf: u64,
        /// The ID of the key that signed the checkpoint.
        signer: u32,
        /// The ID of the key in force.
        id: u32,
    },
    /// Behind the checkpoint lies a record of a key that nobody can read.
    #[error(
        "leaf {leaf} is of a key and cannot be read, and the checkpoint does not cover it: it may have handed the log over from key {signer:08x}, which signed the checkpoint"
    )]
    UnreadHandover {
        /// The leaf of the record.
        leaf: u64,
        /// The ID of the key that signed the checkpoint.
        signer: u32,
    },
    /// Entries and tiles agree with each other, but not with the checkpoint: the whole log was replaced.
    #[error("the entries lead to root {computed}, but {} has {root}", path.display())]
    RootMismatch {
        /// The file of the checkpoint.
        path: PathBuf,
        /// The root that follows from the entries.
        computed: Hash,
        /// The root that was signed.
        root: Hash,
    },
    /// An entry was signed and is no leaf.
    #[error("{}: entry {index}, at byte {offset}, is no leaf", path.display())]
    Leaf {
        /// The file of the bundle.
        path: PathBuf,
        /// Where the entry begins.
        offset: u64,
        /// The index of the entry.
        index: u64,
        /// What is wrong with it.
        source: LeafError,
    },
    /// A payload that must be there is absent.
    #[error(
        "the payload of leaf {index}, with salted digest {salted_sha256}, is missing, and no record says that it was erased"
    )]
    MissingPayload {
        /// The index of the leaf.
        index: u64,
        /// What the leaf says of it.
        salted_sha256: Digest,
    },
    /// A payload is listed as present, and no leaf commits to it.
    #[error("no leaf commits to the listed payload with salted digest {salted_sha256}")]
    UnknownPayload {
        /// The salted digest.
        salted_sha256: Digest,
    },
    /// The payload of a leaf is not what the leaf commits to.
    #[error("the payload of leaf {index} is not what the leaf commits to")]
    SealedPayload {
        /// The index of the leaf.
        index: u64,
    },
    /// A payload is there that a record says was erased.
    #[error(
        "the payload of leaf {index} can be read, though leaf {record} records that it was erased"
    )]
    NotErased {
        /// The index of the leaf.
        index: u64,
        /// The leaf that records the erasure.
        record: u64,
    },
    /// What was committed is not what stands in the tree.
    #[error("leaf {index} was committed with other bytes than the signed tree has")]
    OtherCommit {
        /// The index of the leaf.
        index: u64,
    },
    /// The commits could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file belongs to no ledger.
    #[error("{} is no part of a ledger", path.display())]
    ForeignFile {
        /// The file.
        path: PathBuf,
    },
}

impl Erased {
    /// Notes what a record says of each leaf, unless an earlier record said it.
    fn note(erased: &mut BTreeMap<u64, Erased>, entry: &Entry, erasure: &Erasure) {
        for leaf in erasure.before(entry.index) {
            erased.entry(leaf).or_insert_with(|| Erased {
                record: entry.index,
                at: entry.leaf.at,
                by: erasure.by.clone(),
                reason: erasure.reason.clone(),
                retained: erasure.retained.contains(&leaf),
            });
        }
    }
}

impl Audited {
    /// Returns the root that the log had at a smaller size, or nothing when it never had so many leaves.
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        let leaves = self.tree.leaves().get(..usize::try_from(size).ok()?)?;
        Some(merkle::root(leaves))
    }

    /// Returns the path that shows the log to extend the tree that it had at a smaller size.
    pub fn consistency_path(&self, size: u64) -> Vec<Hash> {
        let leaves = self.tree.leaves();
        let subtree = |node: Node| {
            let place = |index: u64| usize::try_from(index << node.level).ok();
            let range = place(node.index).zip(place(node.index + 1));
            let leaves = range.and_then(|(start, end)| leaves.get(start..end));
            leaves.map(merkle::root).ok_or(())
        };
        consistency::prove(size, leaves.len() as u64, subtree)
            .expect("every subtree that is asked for lies in the tree")
    }

    /// Returns whether the log ever had a key.
    fn had(&self, wanted: &VerifierKey) -> bool {
        self.keys.keys().any(|key| key == wanted)
    }

    /// Returns how many records of erasures are not here: what they erased is unknown.
    pub fn absent_erasures(&self) -> u64 {
        let is_absent = |entry: &&Entry| {
            entry.leaf.kind == LeafKind::Erasure
                && !self.payloads.contains(&entry.leaf.payload.salted_sha256)
        };
        self.entries.iter().filter(is_absent).count() as u64
    }

    /// Returns the files that the checkpoint calls for and the payloads that are present, by their paths below the
    /// folder. A store may hold more, such as tiles of earlier sizes; an export holds these and nothing else.
    pub fn files(&self) -> BTreeSet<String> {
        let tiles = tile::all(self.signed.checkpoint.size()).map(tile_name);
        [keyfile::PUBLIC, CHECKPOINT]
            .map(String::from)
            .into_iter()
            .chain(tiles)
            .chain(self.payloads.iter().map(payload::name))
            .chain(self.key_files.iter().cloned())
            .collect()
    }
}

impl AuditError {
    /// Returns whether something does not fit, rather than that it cannot be read or is not here.
    pub fn is_damage(&self) -> bool {
        match self {
            AuditError::File(error) => error.is_damage(),
            AuditError::Store(error) => error.is_damage(),
            AuditError::Keys(error) => error.is_damage(),
            AuditError::HandedOver { .. } | AuditError::UnreadHandover { .. } => false,
            AuditError::MissingFile { .. }
            | AuditError::FileMismatch { .. }
            | AuditError::Truncated { .. }
            | AuditError::TrailingBytes { .. }
            | AuditError::Checkpoint { .. }
            | AuditError::Unvouched(_)
            | AuditError::RootMismatch { .. }
            | AuditError::Leaf { .. }
            | AuditError::MissingPayload { .. }
            | AuditError::UnknownPayload { .. }
            | AuditError::SealedPayload { .. }
            | AuditError::NotErased { .. }
            | AuditError::OtherCommit { .. }
            | AuditError::ForeignFile { .. } => true,
        }
    }

    /// Returns the file that does not fit, unless what is wrong lies in no file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            AuditError::File(
                FileError::Io { path, .. }
                | FileError::Missing { path }
                | FileError::TooLong { path, .. },
            )
            | AuditError::MissingFile { path }
            | AuditError::FileMismatch { path, .. }
            | AuditError::Truncated { path, .. }
            | AuditError::TrailingBytes { path, .. }
            | AuditError::Checkpoint { path, .. }
            | AuditError::RootMismatch { path, .. }
            | AuditError::Leaf { path, .. }
            | AuditError::ForeignFile { path } => Some(path),
            AuditError::Store(
                StoreError::Damaged { place, .. } | StoreError::Shorter { place, .. },
            ) => Some(place),
            AuditError::MissingPayload { .. }
            | AuditError::UnknownPayload { .. }
            | AuditError::SealedPayload { .. }
            | AuditError::OtherCommit { .. }
            | AuditError::NotErased { .. }
            | AuditError::Keys(_)
            | AuditError::HandedOver { .. }
            | AuditError::UnreadHandover { .. }
            | AuditError::Unvouched(_)
            | AuditError::Store(_) => None,
        }
    }
}

/// Returns what the store holds, if all of it fits.
///
/// Where another key signed the log than the one that is believed in, the whole log is hashed under that other one
/// first: only then is it known whether the records lead from the one to the other.
pub(crate) fn run(reader: &Reader, wanted: &Payloads) -> Result<Audited, AuditError> {
    let end = behind::end(reader)?;
    let mut audited = run_as_signed(reader, wanted)?;
    behind::refuse_handed_over(reader, &audited, end)?;
    audited.unsigned = behind::unsigned(&audited.signed, end);
    Ok(audited)
}

fn run_as_signed(reader: &Reader, wanted: &Payloads) -> Result<Audited, AuditError> {
    let key = format!("{}\n", reader.log());
    let why = "this is not the key that was believed in";
    let other = compare(reader, keyfile::PUBLIC, key.as_bytes(), why).err();
    let there = keyfile::read_public_in(&*reader.store).ok();
    let there = there.filter(|key| key.name() == reader.log().name());
    let signed = signer::find(reader, there.as_ref());
    let signed = signed.map_err(|error| match error {
        ReadError::File(error) => AuditError::File(error),
        ReadError::Store(error) => AuditError::Store(error),
        error => AuditError::Keys(Box::new(error)),
    })?;
    let (signed, other) = match (signed, other) {
        (Some(signed), other) => (signed, other),
        (None, Some(other)) => return Err(other),
        (None, None) => return run_under(reader, wanted),
    };
    let audited = run_under(&signed, wanted)?;
    let keys: Vec<&VerifierKey> = match reader.store.keeps_public_key() {
        true => audited.keys.keys().collect(),
        false => vec![signed.log()],
    };
    if let Some(other) = other
        && !(there.is_some_and(|there| keys.contains(&&there)) && audited.had(reader.log()))
    {
        return Err(other);
    }
    if signed.log() != reader.log() {
        audited
            .keys
            .vouched_by(std::slice::from_ref(reader.log()))?;
    }
    Ok(audited)
}

/// Bundles come first: only when the entries lead to another root than the signed one is it
/// asked which of them the tiles contradict, and a tile is blamed only beside entries that were signed.
fn run_under(reader: &Reader, wanted: &Payloads) -> Result<Audited, AuditError> {
    let signed = signed_checkpoint(reader)?;
    let raw = entries::read(reader, signed.checkpoint.size())?;
    let tree = Tree::over(raw.par_iter().map(RawEntry::hash).collect());
    if tree.root() != *signed.checkpoint.root() {
        return Err(entries::blame(reader, &raw, &signed, tree.root()));
    }
    tiles::check(reader, signed.checkpoint.size(), &tree, &raw)?;
    let entries = entries::parse(reader, raw)?;
    let (payloads, erased) = match &reader.records {
        None => {
            let present = payloads::check(reader, &entries, wanted)?;
            (present, payloads::erased(reader, &entries)?)
        }
        Some(records) => {
            let mut sealed = sealed::check(&**records, &entries, &reader.watch)?;
            sealed.payloads.par_sort_unstable();
            (sealed.payloads.into_iter().collect(), sealed.erased)
        }
    };
    let keys = reader.keys(&entries, &signed.key);
    let keys = keys.map_err(|error| AuditError::Keys(Box::new(error)))?;
    Ok(Audited {
        key_files: keyfiles::check(reader, &entries)?,
        signed,
        entries,
        payloads,
        erased,
        keys,
        unsigned: 0,
        tree,
    })
}

fn signed_checkpoint(reader: &Reader) -> Result<SignedCheckpoint, AuditError> {
    let path = reader.store.place(CHECKPOINT);
    let bytes = reader
        .store
        .read(CHECKPOINT, MAX_NOTE_BYTES as u64)?
        .ok_or_else(|| AuditError::MissingFile { path: path.clone() })?;
    let opened = reader.open_bytes(&bytes);
    opened.map_err(|source| AuditError::Checkpoint {
        path,
        source: Box::new(source),
    })
}

/// Returns whether a name is one of those that systems leave in folders that people look into.
fn is_hidden(name: &str) -> bool {
    name.rsplit('/')
        .next()
        .is_some_and(|last| last.starts_with('.'))
}
