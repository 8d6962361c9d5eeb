//! The right edge of the log: verified when read, and grown by new leaves into new tiles.

use tlog::bundle::{self, BundleError};
use tlog::frontier::{Frontier, FrontierError};
use tlog::merkle::{self, HASH_BYTES, Hash};
use tlog::tile::{self, FULL_WIDTH, Level, Tile, TileError};

use crate::read::{ReadError, Reader, SignedCheckpoint};

/// All that an append has to know of the leaves before it.
#[derive(Debug)]
pub(crate) struct Edge {
    frontier: Frontier,
    /// The entries of the last bundle, unless it is full.
    entries: Vec<Vec<u8>>,
}

/// What an append has to write.
#[derive(Debug)]
pub(crate) struct Growth {
    pub(crate) size: u64,
    pub(crate) root: Hash,
    /// New tiles and bundles, none of which the old tree has.
    pub(crate) tiles: Vec<(Tile, Vec<u8>)>,
}

impl Edge {
    /// Returns the edge of the tree that was signed, after hashing its tiles up to the signed root.
    pub(crate) fn read(reader: &Reader, signed: &SignedCheckpoint) -> Result<Edge, ReadError> {
        let size = signed.checkpoint.size();
        let frontier =
            Frontier::from_tiles(size, |tile| reader.hashes(tile)).map_err(unwrapped(reader))?;
        let (computed, root) = (frontier.root(), *signed.checkpoint.root());
        if computed != root {
            return Err(ReadError::Edge { computed, root });
        }
        let last = tile::right_edge(size).find(|tile| tile.level == Level::Entries);
        let entries = last
            .map(|tile| reader.bundle(tile))
            .transpose()?
            .unwrap_or_default();
        let hashed = entries.iter().map(|entry| merkle::leaf_hash(entry));
        if !hashed.eq(frontier.leaves().iter().copied()) {
            let path = last.map(|tile| reader.tile_path(tile)).unwrap_or_default();
            return Err(ReadError::EdgeBundle { path });
        }
        Ok(Edge { frontier, entries })
    }

    /// Returns what these leaves add.
    pub(crate) fn grow(mut self, leaves: &[Vec<u8>]) -> Result<Growth, BundleError> {
        let old: Vec<Tile> = tile::right_edge(self.frontier.size()).collect();
        let mut tiles = Vec::new();
        for leaf in leaves {
            self.entries.push(leaf.clone());
            for (tile, hashes) in self.frontier.push(merkle::leaf_hash(leaf)) {
                tiles.push((tile, tile::encode(&hashes)));
            }
            if self.entries.len() == usize::from(FULL_WIDTH) {
                tiles.extend(self.take_bundle()?);
            }
        }
        let partial = self
            .frontier
            .partial_tiles()
            .filter(|(tile, _)| !old.contains(tile));
        tiles.extend(partial.map(|(tile, hashes)| (tile, tile::encode(hashes))));
        tiles.extend(self.take_bundle()?.filter(|(tile, _)| !old.contains(tile)));
        Ok(Growth {
            size: self.frontier.size(),
            root: self.frontier.root(),
            tiles,
        })
    }

    /// Returns the bundle of the entries that no bundle holds yet, which are the last ones.
    fn take_bundle(&mut self) -> Result<Option<(Tile, Vec<u8>)>, BundleError> {
        let entries = std::mem::take(&mut self.entries);
        let Some(last) = self
            .frontier
            .size()
            .checked_sub(1)
            .filter(|_| !entries.is_empty())
        else {
            return Ok(None);
        };
        let (index, width) = (last / u64::from(FULL_WIDTH), entries.len() as u16);
        Ok(Some((
            Tile {
                level: Level::Entries,
                index,
                width,
            },
            bundle::encode(&entries)?,
        )))
    }
}

fn unwrapped(reader: &Reader) -> impl Fn(FrontierError<ReadError>) -> ReadError {
    |error| match error {
        FrontierError::Read(error) => error,
        FrontierError::Width { tile, found } => ReadError::Tile {
            path: reader.tile_path(tile),
            source: TileError {
                tile,
                expected: usize::from(tile.width) * HASH_BYTES,
                found: found * HASH_BYTES,
            },
        },
    }
}
