//! The entries of an audited log, and the blame when they are not those that were signed.

use std::path::{Path, PathBuf};

use tlog::bundle::{self, BundleError};
use tlog::merkle::{self, HASH_BYTES, Hash};
use tlog::tile::{self, Level, MAX_TILE_BYTES, Tile};

use crate::audit::AuditError;
use crate::file;
use crate::leaf::Leaf;
use crate::read::{CHECKPOINT, Entry, SignedCheckpoint};
use crate::tiles::{self, MAX_BUNDLE_BYTES};

/// An entry that nobody looked into yet.
pub(super) struct RawEntry {
    pub(super) bytes: Vec<u8>,
    bundle: Tile,
    offset: u64,
}

/// Returns the entries of all bundles.
pub(super) fn read(folder: &Path, size: u64) -> Result<Vec<RawEntry>, AuditError> {
    let mut entries = Vec::new();
    for bundle in tile::bundles(0..size, size) {
        let path = path(folder, bundle);
        let file = file::read_start(&path, MAX_BUNDLE_BYTES + 1)?
            .ok_or_else(|| AuditError::MissingFile { path: path.clone() })?;
        let decoded = bundle::decode(&file, bundle.width).map_err(misfit(&path))?;
        entries.extend(decoded.into_iter().map(|(offset, entry)| RawEntry {
            bytes: entry.to_vec(),
            bundle,
            offset: offset as u64,
        }));
    }
    Ok(entries)
}

/// Returns the leaves that the entries are.
pub(super) fn parse(folder: &Path, raw: Vec<RawEntry>) -> Result<Vec<Entry>, AuditError> {
    let parse = |(index, raw): (u64, RawEntry)| match Leaf::parse(&raw.bytes) {
        Ok(leaf) => Ok(Entry {
            index,
            leaf,
            bytes: raw.bytes,
        }),
        Err(source) => {
            let path = path(folder, raw.bundle);
            Err(AuditError::Leaf {
                path,
                offset: raw.offset,
                index,
                source,
            })
        }
    };
    (0..).zip(raw).map(parse).collect()
}

/// Returns the first entry that its tile contradicts; if none does, the log was replaced as a whole.
pub(super) fn blame(
    folder: &Path,
    raw: &[RawEntry],
    signed: &SignedCheckpoint,
    computed: Hash,
) -> AuditError {
    let contradicted = (0..).zip(raw).find_map(|(index, entry)| {
        let (expected, found) = (
            tile_hash(folder, entry.bundle, index)?,
            merkle::leaf_hash(&entry.bytes),
        );
        (expected != found).then(|| AuditError::FileMismatch {
            path: path(folder, entry.bundle),
            offset: entry.offset,
            expected: expected.to_string(),
            found: found.to_string(),
            why: "the entry does not hash to its leaf",
        })
    });
    let root = *signed.checkpoint.root();
    contradicted.unwrap_or(AuditError::RootMismatch {
        path: folder.join(CHECKPOINT),
        computed,
        root,
    })
}

/// Returns the hash of a leaf according to the tile of its bundle, if that can be read.
fn tile_hash(folder: &Path, bundle: Tile, index: u64) -> Option<Hash> {
    let tile = Tile {
        level: Level::Hashes(0),
        ..bundle
    };
    let bytes = file::read_start(&path(folder, tile), MAX_TILE_BYTES as u64).ok()??;
    let position = (index % u64::from(tile::FULL_WIDTH)) as usize;
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    hashes.get(position).copied().map(Hash)
}

fn path(folder: &Path, tile: Tile) -> PathBuf {
    folder.join(tiles::name(tile))
}

fn misfit(path: &Path) -> impl Fn(BundleError) -> AuditError {
    let path = path.to_owned();
    move |error| match error {
        BundleError::Trailing { offset } => AuditError::TrailingBytes {
            path: path.clone(),
            offset: offset as u64,
        },
        BundleError::Truncated { offset, .. } => AuditError::Truncated {
            path: path.clone(),
            offset: offset as u64,
        },
        // Only the encoder knows an entry too long for its length.
        BundleError::TooLong { .. } => AuditError::Truncated {
            path: path.clone(),
            offset: 0,
        },
    }
}
