//! The right edge of a growing tree: all that an append has to know of the leaves before it.

use crate::merkle::{self, Hash};
use crate::range;
use crate::tile::{self, FULL_WIDTH, Level, Tile};

/// A tree reduced to the hashes of its partial tiles, the lowest level first.
///
/// Leaves pushed onto it give the same tiles and the same root as the whole tree would.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// Why tiles do not make a frontier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError<E> {
    /// A tile could not be read.
    #[error(transparent)]
    Read(E),
    /// A tile has another number of hashes than its width says.
    #[error("{tile} holds {found} hashes")]
    Width {
        /// The tile.
        tile: Tile,
        /// The hashes that were given for it.
        found: usize,
    },
}

impl Frontier {
    /// Returns the frontier of the tree without leaves.
    pub fn empty() -> Frontier {
        Frontier::default()
    }

    /// Returns the frontier of a tree of `size` leaves, reading the hashes of its partial tiles.
    ///
    /// Nothing is verified: compare [`Frontier::root`] with a signed one.
    pub fn from_tiles<E>(
        size: u64,
        mut read: impl FnMut(Tile) -> Result<Vec<Hash>, E>,
    ) -> Result<Frontier, FrontierError<E>> {
        let mut frontier = Frontier {
            size,
            levels: Vec::new(),
        };
        for tile in tile::right_edge(size) {
            let Level::Hashes(level) = tile.level else {
                continue;
            };
            let hashes = read(tile).map_err(FrontierError::Read)?;
            if hashes.len() != usize::from(tile.width) {
                return Err(FrontierError::Width {
                    tile,
                    found: hashes.len(),
                });
            }
            frontier.levels.resize(usize::from(level) + 1, Vec::new());
            frontier.levels[usize::from(level)] = hashes;
        }
        Ok(frontier)
    }

    /// Returns the leaves of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of the tree.
    pub fn root(&self) -> Hash {
        let roots: Vec<Hash> = self
            .levels
            .iter()
            .rev()
            .flat_map(|hashes| peaks(hashes))
            .collect();
        range::fold(&roots)
    }

    /// Returns the leaf hashes of the partial tile of level 0.
    pub fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Returns the partial tiles with their hashes.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        tile::right_edge(self.size).filter_map(|tile| match tile.level {
            Level::Hashes(level) => Some((tile, self.levels.get(usize::from(level))?.as_slice())),
            Level::Entries => None,
        })
    }

    /// Appends a leaf, and returns the tiles that it filled, the lowest level first.
    pub fn push(&mut self, leaf: Hash) -> Vec<(Tile, Vec<Hash>)> {
        self.size += 1;
        let mut filled = Vec::new();
        let mut hash = leaf;
        for level in 0_u8.. {
            let Some(hashes) = self.push_at(level, hash) else {
                break;
            };
            hash = merkle::root(&hashes);
            let span = 8 * (u32::from(level) + 1);
            let index = (self.size >> span) - 1;
            filled.push((
                Tile {
                    level: Level::Hashes(level),
                    index,
                    width: FULL_WIDTH,
                },
                hashes,
            ));
        }
        filled
    }

    /// Adds a hash to a level, and takes the hashes away once they fill a tile.
    fn push_at(&mut self, level: u8, hash: Hash) -> Option<Vec<Hash>> {
        let level = usize::from(level);
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        let hashes = &mut self.levels[level];
        hashes.push(hash);
        (hashes.len() == usize::from(FULL_WIDTH)).then(|| std::mem::take(hashes))
    }
}

/// Returns the roots of the complete subtrees above these hashes, the largest first.
fn peaks(hashes: &[Hash]) -> Vec<Hash> {
    range::complete_subtrees(0, hashes.len() as u64)
        .into_iter()
        .map(|node| {
            let start = (node.index << node.level) as usize;
            merkle::root(&hashes[start..start + (1 << node.level)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Frontier, FrontierError};
    use crate::merkle::{Hash, leaf_hash, root};
    use crate::tile;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count)
            .map(|index| leaf_hash(&index.to_be_bytes()))
            .collect()
    }

    #[test]
    fn a_growing_tree_has_the_roots_of_the_whole_one() {
        let leaves = leaves(600);
        let mut frontier = Frontier::empty();
        for (count, leaf) in leaves.iter().enumerate() {
            assert_eq!(frontier.root(), root(&leaves[..count]), "{count} leaves");
            frontier.push(*leaf);
        }
        assert_eq!(frontier.root(), root(&leaves));
    }

    #[test]
    fn tiles_appear_full_and_partial_exactly_as_the_size_has_them() {
        let mut frontier = Frontier::empty();
        let mut tiles = BTreeMap::new();
        for leaf in leaves(66_000) {
            tiles.extend(frontier.push(leaf));
        }
        tiles.extend(
            frontier
                .partial_tiles()
                .map(|(tile, hashes)| (tile, hashes.to_vec())),
        );
        let expected = tile::all(66_000).filter(|tile| tile.level != tile::Level::Entries);
        assert!(tiles.keys().copied().eq(expected));
        let again = Frontier::from_tiles(66_000, |tile| tiles.get(&tile).cloned().ok_or(()));
        assert_eq!(again, Ok(frontier));
    }

    #[test]
    fn a_tile_of_another_width_is_refused() {
        let short = Frontier::from_tiles(3, |_| Ok::<_, ()>(leaves(2)));
        assert!(
            matches!(short, Err(FrontierError::Width { found: 2, .. })),
            "{short:?}"
        );
    }
}
