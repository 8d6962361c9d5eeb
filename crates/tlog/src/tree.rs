//! Whole trees: that every tile of a log is what its entries and its checkpoint make it.

use crate::bundle::{self, BundleError};
use crate::checkpoint::Checkpoint;
use crate::frontier::Frontier;
use crate::merkle::{self, Hash};
use crate::tile::{self, Tile};

/// Why the tiles of a log are not those of its checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError<E> {
    /// A tile could not be read.
    #[error(transparent)]
    Read(E),
    /// A bundle does not hold the entries that its place says.
    #[error("{tile} is damaged")]
    Bundle {
        /// The bundle.
        tile: Tile,
        /// What is wrong with it.
        source: BundleError,
    },
    /// A tile holds other hashes than follow from the entries.
    #[error("{tile} is not what the entries below it hash to")]
    OtherTile {
        /// The tile.
        tile: Tile,
    },
    /// The entries lead to another root.
    #[error("the entries lead to root {computed}, not to {root}")]
    OtherRoot {
        /// The root that follows from the entries.
        computed: Hash,
        /// The root of the checkpoint.
        root: Hash,
    },
}

/// Checks that the entries of a log hash to the root of its checkpoint, and that each of its tiles is theirs.
///
/// `read` supplies the bytes of a bundle or tile in exactly the width that the size of the checkpoint has, and must
/// limit them itself. What an entry means is left to the caller: here it is bytes. The signature of the checkpoint
/// must have been verified before, as [`crate::checkpoint::open`] does.
pub fn check<E>(
    checkpoint: &Checkpoint,
    mut read: impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<(), TreeError<E>> {
    let size = checkpoint.size();
    let mut frontier = Frontier::empty();
    for tile in tile::bundles(0..size, size) {
        let bytes = read(tile).map_err(TreeError::Read)?;
        let entries = bundle::decode(&bytes, tile.width)
            .map_err(|source| TreeError::Bundle { tile, source })?;
        for (_, entry) in entries {
            for (tile, hashes) in frontier.push(merkle::leaf_hash(entry)) {
                compare(tile, &hashes, &mut read)?;
            }
        }
    }
    for (tile, hashes) in frontier.partial_tiles() {
        compare(tile, hashes, &mut read)?;
    }
    let (computed, root) = (frontier.root(), *checkpoint.root());
    match computed == root {
        true => Ok(()),
        false => Err(TreeError::OtherRoot { computed, root }),
    }
}

fn compare<E>(
    tile: Tile,
    hashes: &[Hash],
    read: &mut impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<(), TreeError<E>> {
    let bytes = read(tile).map_err(TreeError::Read)?;
    match bytes == tile::encode(hashes) {
        true => Ok(()),
        false => Err(TreeError::OtherTile { tile }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{TreeError, check};
    use crate::bundle;
    use crate::checkpoint::Checkpoint;
    use crate::frontier::Frontier;
    use crate::merkle::leaf_hash;
    use crate::tile::{self, Tile};

    type Tiles = BTreeMap<Tile, Vec<u8>>;

    fn log(size: u64) -> (Checkpoint, Tiles) {
        let entry = |index: u64| format!("entry {index}").into_bytes();
        let mut frontier = Frontier::empty();
        let mut tiles = Tiles::new();
        for index in 0..size {
            let filled = frontier.push(leaf_hash(&entry(index)));
            tiles.extend(
                filled
                    .iter()
                    .map(|(tile, hashes)| (*tile, tile::encode(hashes))),
            );
        }
        let partial = frontier.partial_tiles();
        tiles.extend(partial.map(|(tile, hashes)| (tile, tile::encode(hashes))));
        for bundle in tile::bundles(0..size, size) {
            let first = bundle.index * 256;
            let entries: Vec<Vec<u8>> = (first..first + u64::from(bundle.width))
                .map(entry)
                .collect();
            tiles.insert(bundle, bundle::encode(&entries).unwrap());
        }
        let checkpoint = Checkpoint::new("example.com/log", size, frontier.root()).unwrap();
        (checkpoint, tiles)
    }

    fn verdict(checkpoint: &Checkpoint, tiles: &Tiles) -> Result<(), TreeError<Tile>> {
        check(checkpoint, |tile| tiles.get(&tile).cloned().ok_or(tile))
    }

    #[test]
    fn whole_trees_hold_and_every_tile_of_theirs_is_read() {
        for size in [0, 1, 255, 256, 257, 66_000] {
            let (checkpoint, tiles) = log(size);
            assert_eq!(verdict(&checkpoint, &tiles), Ok(()), "{size}");
            assert!(tiles.keys().copied().eq(tile::all(size)), "{size}");
        }
    }

    #[test]
    fn a_changed_byte_of_any_tile_is_found() {
        let (checkpoint, tiles) = log(600);
        for (tile, bytes) in &tiles {
            for offset in [0, bytes.len() / 2, bytes.len() - 1] {
                let mut changed = tiles.clone();
                changed.get_mut(tile).unwrap()[offset] ^= 1;
                assert!(
                    verdict(&checkpoint, &changed).is_err(),
                    "{tile} at {offset}"
                );
            }
        }
    }

    #[test]
    fn an_absent_tile_and_another_root_are_told_apart() {
        let (checkpoint, tiles) = log(600);
        for tile in tiles.keys() {
            let mut fewer = tiles.clone();
            fewer.remove(tile);
            assert_eq!(verdict(&checkpoint, &fewer), Err(TreeError::Read(*tile)));
        }
        let other = Checkpoint::new("example.com/log", 600, leaf_hash(b"other")).unwrap();
        let refused = verdict(&other, &tiles);
        assert!(
            matches!(refused, Err(TreeError::OtherRoot { .. })),
            "{refused:?}"
        );
    }
}
