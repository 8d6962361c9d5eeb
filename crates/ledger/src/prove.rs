//! Proofs out of the tiles of a ledger.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::{Occupied, Vacant};

use tlog::merkle::{self, Hash};
use tlog::proof::Proof;
use tlog::range::Node;
use tlog::tile::{self, Tile};
use tlog::{consistency, inclusion};

use crate::read::{ReadError, Reader, SignedCheckpoint};

impl Reader {
    /// Returns the path from a leaf to the root of the tree of `size` leaves, which may be an older one.
    pub fn inclusion_path(&self, index: u64, size: u64) -> Result<Vec<Hash>, ReadError> {
        let now = self.size_reaching(size)?;
        if index >= size {
            return Err(ReadError::BeyondEnd {
                end: index.saturating_add(1),
                size,
            });
        }
        inclusion::prove(index, size, self.nodes(now))
    }

    /// Returns the path that shows the tree of `new_size` leaves to extend the one of `old_size`.
    pub fn consistency_path(&self, old_size: u64, new_size: u64) -> Result<Vec<Hash>, ReadError> {
        let now = self.size_reaching(new_size)?;
        if old_size > new_size {
            return Err(ReadError::BeyondEnd {
                end: old_size,
                size: new_size,
            });
        }
        consistency::prove(old_size, new_size, self.nodes(now))
    }

    /// Returns the proof that an entry stands in the log as it is now.
    pub fn proof(&self, index: u64) -> Result<Proof, ReadError> {
        let SignedCheckpoint {
            checkpoint, note, ..
        } = self.checkpoint()?;
        let size = checkpoint.size();
        let path = self.inclusion_path(index, size)?;
        let entry = self.entries(index..index + 1)?.pop();
        let entry = entry.ok_or(ReadError::BeyondEnd { end: index, size })?;
        let leaf = merkle::leaf_hash(&entry.bytes);
        inclusion::verify(&leaf, index, size, &path, checkpoint.root())
            .map_err(|source| ReadError::NotIncluded { index, source })?;
        Ok(Proof {
            extra: None,
            index,
            path,
            checkpoint: note,
        })
    }

    /// Returns a source of the complete subtrees of a tree of `size` leaves, which reads each tile once.
    fn nodes(&self, size: u64) -> impl FnMut(Node) -> Result<Hash, ReadError> {
        let mut tiles: BTreeMap<Tile, Vec<Hash>> = BTreeMap::new();
        move |node| {
            let end = (node.index + 1) << node.level;
            let location = tile::locate(node, size).ok_or(ReadError::BeyondEnd { end, size })?;
            let hashes = match tiles.entry(location.tile) {
                Vacant(place) => place.insert(self.hashes(location.tile)?),
                Occupied(place) => place.into_mut(),
            };
            location
                .root(hashes)
                .ok_or(ReadError::BeyondEnd { end, size })
        }
    }
}
