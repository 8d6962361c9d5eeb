//! Tiles: the stretches of 256 hashes in which a tree is stored and served (C2SP tlog-tiles).

use std::ops::Range;

use crate::merkle::{self, HASH_BYTES, Hash};
use crate::range::Node;

mod path;

/// The hashes, or entries, of a full tile.
pub const FULL_WIDTH: u16 = 256;

/// The bytes of a full tile of hashes.
pub const MAX_TILE_BYTES: usize = FULL_WIDTH as usize * HASH_BYTES;

/// The levels of the tree that one tile spans.
const HEIGHT: u8 = 8;

/// The levels that a tree with a 64-bit number of leaves can have.
const LEVELS: u8 = 8;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The entries themselves, whose hashes are the tile of level 0 with the same index.
    Entries,
    /// Hashes of subtrees of `256^level` leaves.
    Hashes(u8),
}

/// The place of one tile, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// How many tiles of this level lie to its left.
    pub index: u64,
    /// How many hashes or entries it holds, from 1 to 256.
    pub width: u16,
}

/// Where the hashes below a complete subtree lie in a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The tile, as wide as a tree of the given size has it.
    pub tile: Tile,
    /// The hashes in it whose root is that of the subtree.
    pub hashes: Range<usize>,
}

/// Why bytes are not the hashes of a tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{tile} has {found} bytes, not {expected}")]
pub struct TileError {
    /// The tile.
    pub tile: Tile,
    /// The bytes that a tile of its width has.
    pub expected: usize,
    /// The bytes that were given.
    pub found: usize,
}

/// Returns every tile of a tree of `size` leaves, lower levels and lower indices first, bundles before all.
pub fn all(size: u64) -> impl Iterator<Item = Tile> {
    levels().flat_map(move |level| {
        let tiles = hashes_at(level, size).div_ceil(u64::from(FULL_WIDTH));
        (0..tiles).map(move |index| at(level, index, size))
    })
}

/// Returns the bundles of a tree of `size` leaves that hold the entries of a range.
pub fn bundles(entries: Range<u64>, size: u64) -> impl Iterator<Item = Tile> {
    let width = u64::from(FULL_WIDTH);
    let tiles = entries.start / width..entries.end.min(size).div_ceil(width);
    tiles.map(move |index| at(Level::Entries, index, size))
}

/// Returns the partial tiles of a tree of `size` leaves: its right edge, at most one for each level.
pub fn right_edge(size: u64) -> impl Iterator<Item = Tile> {
    levels().filter_map(move |level| {
        let hashes = hashes_at(level, size);
        let width = (hashes % u64::from(FULL_WIDTH)) as u16;
        (width > 0).then_some(Tile {
            level,
            index: hashes / u64::from(FULL_WIDTH),
            width,
        })
    })
}

/// Returns where a tree of `size` leaves keeps a complete subtree of it, or nothing when it has no such subtree.
pub fn locate(node: Node, size: u64) -> Option<Location> {
    let level = Level::Hashes(node.level / HEIGHT);
    let count = 1_u64 << (node.level % HEIGHT);
    let first = node.index.checked_mul(count)?;
    if first.checked_add(count)? > hashes_at(level, size) {
        return None;
    }
    let start = (first % u64::from(FULL_WIDTH)) as usize;
    let tile = at(level, first / u64::from(FULL_WIDTH), size);
    Some(Location {
        tile,
        hashes: start..start + count as usize,
    })
}

/// Returns the bytes of a tile with these hashes.
pub fn encode(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Returns the hashes of a tile, exactly as many as it is wide.
pub fn decode(tile: Tile, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let expected = usize::from(tile.width) * HASH_BYTES;
    if bytes.len() != expected {
        return Err(TileError {
            tile,
            expected,
            found: bytes.len(),
        });
    }
    let (hashes, _) = bytes.as_chunks();
    Ok(hashes.iter().copied().map(Hash).collect())
}

impl Location {
    /// Returns the root of the subtree, out of the hashes of its tile, or nothing when the tile is too short.
    pub fn root(&self, tile: &[Hash]) -> Option<Hash> {
        tile.get(self.hashes.clone()).map(merkle::root)
    }
}

impl Tile {
    /// Returns the tile of the same place with all 256 hashes.
    pub fn full(self) -> Tile {
        Tile {
            width: FULL_WIDTH,
            ..self
        }
    }

    /// Returns whether the tile holds fewer than 256 hashes or entries.
    pub fn is_partial(self) -> bool {
        self.width < FULL_WIDTH
    }

    /// Returns whether a tree of `size` leaves has all the hashes of this tile.
    pub fn lies_within(self, size: u64) -> bool {
        let end = self.index.checked_mul(u64::from(FULL_WIDTH));
        let end = end.and_then(|start| start.checked_add(u64::from(self.width)));
        end.is_some_and(|end| end <= hashes_at(self.level, size))
    }
}

fn levels() -> impl Iterator<Item = Level> {
    std::iter::once(Level::Entries).chain((0..LEVELS).map(Level::Hashes))
}

/// Returns how many hashes of a level a tree of `size` leaves has.
fn hashes_at(level: Level, size: u64) -> u64 {
    match level {
        Level::Entries => size,
        Level::Hashes(level) => size
            .checked_shr(u32::from(level) * u32::from(HEIGHT))
            .unwrap_or(0),
    }
}

/// Returns the tile at an index that a tree of `size` leaves reaches.
fn at(level: Level, index: u64, size: u64) -> Tile {
    let left = hashes_at(level, size) - index * u64::from(FULL_WIDTH);
    Tile {
        level,
        index,
        width: left.min(u64::from(FULL_WIDTH)) as u16,
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Tile, all, bundles, decode, encode, locate, right_edge};
    use crate::merkle::leaf_hash;
    use crate::range::Node;

    fn paths(tiles: impl Iterator<Item = Tile>) -> Vec<String> {
        tiles.map(Tile::path).collect()
    }

    #[test]
    fn a_tree_of_70_000_leaves_has_the_tiles_of_the_specification() {
        let at = |level| all(70_000).filter(move |tile| tile.level == Level::Hashes(level));
        let full = |level| at(level).filter(|tile| !tile.is_partial()).count();
        assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
        assert_eq!(
            paths(right_edge(70_000)),
            [
                "tile/entries/273.p/112",
                "tile/0/273.p/112",
                "tile/1/001.p/17",
                "tile/2/000.p/1"
            ]
        );
    }

    #[test]
    fn a_range_of_entries_lies_in_few_bundles() {
        let found = |range| paths(bundles(range, 600));
        assert_eq!(found(255..257), ["tile/entries/000", "tile/entries/001"]);
        assert_eq!(found(512..u64::MAX), ["tile/entries/002.p/88"]);
        assert_eq!(found(0..0), [""; 0]);
        assert_eq!(found(600..601), ["tile/entries/002.p/88"]);
        assert_eq!(found(u64::MAX..u64::MAX), [""; 0]);
    }

    #[test]
    fn full_tiles_leave_no_partial_one_beside_them() {
        assert_eq!(
            paths(all(256)),
            ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
        );
        assert_eq!(paths(all(0)), [""; 0]);
        assert_eq!(paths(right_edge(256)), ["tile/1/000.p/1"]);
    }

    #[test]
    fn a_subtree_is_found_in_the_tile_that_holds_its_hashes() {
        let location = locate(
            Node {
                level: 3,
                index: 40,
            },
            600,
        )
        .unwrap();
        assert_eq!(
            (location.tile.path(), location.hashes),
            ("tile/0/001".into(), 64..72)
        );
        let top = locate(Node { level: 9, index: 0 }, 600).unwrap();
        assert_eq!(
            (top.tile.path(), top.hashes),
            ("tile/1/000.p/2".into(), 0..2)
        );
        assert_eq!(locate(Node { level: 9, index: 1 }, 600), None);
        assert_eq!(
            locate(
                Node {
                    level: 63,
                    index: u64::MAX
                },
                u64::MAX
            ),
            None
        );
    }

    #[test]
    fn bytes_of_another_width_are_refused() {
        let tile = Tile {
            level: Level::Hashes(0),
            index: 0,
            width: 2,
        };
        let hashes = [leaf_hash(b"a"), leaf_hash(b"b")];
        assert_eq!(decode(tile, &encode(&hashes)), Ok(hashes.to_vec()));
        let error = decode(tile, &encode(&hashes)[..63]).unwrap_err();
        assert_eq!(error.to_string(), "tile/0/000.p/2 has 63 bytes, not 64");
    }

    #[test]
    fn a_tile_lies_within_a_tree_that_has_all_its_hashes() {
        let tile = Tile {
            level: Level::Hashes(1),
            index: 0,
            width: 2,
        };
        assert!(tile.lies_within(512) && !tile.lies_within(511));
        let far = Tile {
            level: Level::Entries,
            index: u64::MAX,
            width: 1,
        };
        assert!(!far.lies_within(u64::MAX));
    }
}
