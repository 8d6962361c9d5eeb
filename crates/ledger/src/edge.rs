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

    /// Returns the edge of a tree without leaves.
    pub(crate) fn empty() -> Edge {
        Edge {
            frontier: Frontier::empty(),
            entries: Vec::new(),
        }
    }

    /// Returns the leaves before the edge.
    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Returns the root of the tree.
    pub(crate) fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Adds a leaf, and returns the tiles and the bundle that it filled.
    pub(crate) fn push(&mut self, leaf: &[u8]) -> Result<Vec<(Tile, Vec<u8>)>, BundleError> {
        self.entries.push(leaf.to_vec());
        let filled = self.frontier.push(merkle::leaf_hash(leaf));
        let filled = filled
            .iter()
            .map(|(tile, hashes)| (*tile, tile::encode(hashes)));
        let mut tiles: Vec<(Tile, Vec<u8>)> = filled.collect();
        if self.entries.len() == usize::from(FULL_WIDTH) {
            tiles.extend(self.bundle()?);
            self.entries.clear();
        }
        Ok(tiles)
    }

    /// Returns the partial tiles and the partial bundle.
    pub(crate) fn partial(&self) -> Result<Vec<(Tile, Vec<u8>)>, BundleError> {
        let tiles = self.frontier.partial_tiles();
        let tiles = tiles.map(|(tile, hashes)| (tile, tile::encode(hashes)));
        Ok(tiles.chain(self.bundle()?).collect())
    }

    /// Returns the bundle of the last entries, unless the one before them is the last.
    fn bundle(&self) -> Result<Option<(Tile, Vec<u8>)>, BundleError> {
        let Some(last) = self
            .size()
            .checked_sub(1)
            .filter(|_| !self.entries.is_empty())
        else {
            return Ok(None);
        };
        let tile = Tile {
            level: Level::Entries,
            index: last / u64::from(FULL_WIDTH),
            width: self.entries.len() as u16,
        };
        Ok(Some((tile, bundle::encode(&self.entries)?)))
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
