//! The entries of an audited log, and the blame when they are not those that were signed.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use tlog::bundle::{self, BundleError};
use tlog::merkle::{self, HASH_BYTES, Hash};
use tlog::tile::{self, Level, MAX_TILE_BYTES, Tile};

use crate::audit::AuditError;
use crate::leaf::Leaf;
use crate::read::{CHECKPOINT, Entry, Reader, SignedCheckpoint};
use crate::slice::Slice;
use crate::tiles::{self, MAX_BUNDLE_BYTES};
use crate::watch::Part;

/// The bundles that are read on all cores before it is asked whether all were there: few at first, as a place that lacks
/// the first may be slow to say so of each.
const FIRST_AT_ONCE: usize = 16;
const MAX_AT_ONCE: usize = 1024;

/// An entry that nobody looked into yet.
pub(super) struct RawEntry {
    pub(super) bytes: Slice,
    bundle: Tile,
    offset: u64,
}

impl RawEntry {
    pub(super) fn hash(&self) -> Hash {
        merkle::leaf_hash(&self.bytes)
    }
}

/// Returns the entries of all bundles.
///
/// A checkpoint may claim any size, whoever signed it: nothing is reserved for bundles before those to their left are
/// there.
pub(super) fn read(reader: &Reader, size: u64) -> Result<Vec<RawEntry>, AuditError> {
    let mut bundles = tile::bundles(0..size, size);
    let (mut entries, mut at_once) = (Vec::new(), FIRST_AT_ONCE);
    loop {
        let portion: Vec<Tile> = bundles.by_ref().take(at_once).collect();
        if portion.is_empty() {
            return Ok(entries);
        }
        let read = portion
            .into_par_iter()
            .map(|bundle| read_one(reader, bundle));
        // Of several that do not fit the first is told, on each run the same.
        for bundle in read.collect::<Vec<_>>() {
            entries.append(&mut bundle?);
        }
        reader.watch.tell(Part::Leaves, entries.len(), size);
        at_once = MAX_AT_ONCE.min(at_once * 2);
    }
}

fn read_one(reader: &Reader, bundle: Tile) -> Result<Vec<RawEntry>, AuditError> {
    let path = reader.tile_path(bundle);
    let file = reader
        .store
        .read_start(&tiles::name(bundle), MAX_BUNDLE_BYTES + 1)?
        .ok_or_else(|| AuditError::MissingFile { path: path.clone() })?;
    let decoded = bundle::decode(&file, bundle.width).map_err(misfit(&path))?;
    let whole: Arc<[u8]> = file.as_slice().into();
    let entry = |(offset, entry): (usize, &[u8])| {
        let start = offset + bundle::LENGTH_BYTES;
        RawEntry {
            bytes: Slice::of(&whole, start..start + entry.len()),
            bundle,
            offset: offset as u64,
        }
    };
    Ok(decoded.into_iter().map(entry).collect())
}

/// Returns the leaves that the entries are.
pub(super) fn parse(reader: &Reader, raw: Vec<RawEntry>) -> Result<Vec<Entry>, AuditError> {
    let parse = |(index, raw): (usize, RawEntry)| match Leaf::parse(&raw.bytes) {
        Ok(leaf) => Ok(Entry {
            index: index as u64,
            leaf,
            bytes: raw.bytes,
        }),
        Err(source) => {
            let path = reader.tile_path(raw.bundle);
            Err(AuditError::Leaf {
                path,
                offset: raw.offset,
                index: index as u64,
                source,
            })
        }
    };
    raw.into_par_iter().enumerate().map(parse).collect()
}

/// Returns the first entry that its tile contradicts; if none does, the log was replaced as a whole.
pub(super) fn blame(
    reader: &Reader,
    raw: &[RawEntry],
    signed: &SignedCheckpoint,
    computed: Hash,
) -> AuditError {
    let contradicted = (0..).zip(raw).find_map(|(index, entry)| {
        let (expected, found) = (tile_hash(reader, entry.bundle, index)?, entry.hash());
        (expected != found).then(|| AuditError::FileMismatch {
            path: reader.tile_path(entry.bundle),
            offset: entry.offset,
            expected: expected.to_string(),
            found: found.to_string(),
            why: "the entry does not hash to its leaf",
        })
    });
    let root = *signed.checkpoint.root();
    contradicted.unwrap_or(AuditError::RootMismatch {
        path: reader.store.place(CHECKPOINT),
        computed,
        root,
    })
}

/// Returns the hash of a leaf according to the tile of its bundle, if that can be read.
fn tile_hash(reader: &Reader, bundle: Tile, index: u64) -> Option<Hash> {
    let tile = Tile {
        level: Level::Hashes(0),
        ..bundle
    };
    let name = tiles::name(tile);
    let bytes = reader
        .store
        .read_start(&name, MAX_TILE_BYTES as u64)
        .ok()??;
    let position = (index % u64::from(tile::FULL_WIDTH)) as usize;
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    hashes.get(position).copied().map(Hash)
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
