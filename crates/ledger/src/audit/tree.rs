//! The whole tree of an audited log, as its tiles have it.

use rayon::prelude::*;
use tlog::merkle::{self, Hash};
use tlog::tile::FULL_WIDTH;

/// The hashes of every tile level, the leaves first.
#[derive(Debug)]
pub(super) struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    pub(super) fn over(leaves: Vec<Hash>) -> Tree {
        let mut levels = vec![leaves];
        while let Some(below) = levels
            .last()
            .filter(|below| below.len() >= usize::from(FULL_WIDTH))
        {
            let above = below
                .par_chunks_exact(usize::from(FULL_WIDTH))
                .map(merkle::root)
                .collect();
            levels.push(above);
        }
        Tree { levels }
    }

    pub(super) fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    pub(super) fn root(&self) -> Hash {
        let mut edge = None;
        for level in &self.levels {
            // What no tile above this level holds; RFC 6962 divides at powers of two, as tiles do.
            let (_, rest) = level.as_chunks::<{ FULL_WIDTH as usize }>();
            let rest: Vec<Hash> = rest.iter().copied().chain(edge).collect();
            edge = (!rest.is_empty()).then(|| merkle::root(&rest));
        }
        edge.unwrap_or_else(merkle::empty_root)
    }

    /// Returns the first hashes of a tile, or nothing when the tree has fewer.
    pub(super) fn hashes(&self, level: u8, index: u64, width: u16) -> Option<&[Hash]> {
        let start = usize::try_from(index)
            .ok()?
            .checked_mul(usize::from(FULL_WIDTH))?;
        let end = start.checked_add(usize::from(width))?;
        self.levels.get(usize::from(level))?.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use tlog::merkle::{self, Hash};

    #[test]
    fn the_root_of_the_tiles_is_the_root_of_the_leaves() {
        let leaves: Vec<Hash> = (0..65_800u32)
            .map(|number| merkle::leaf_hash(&number.to_be_bytes()))
            .collect();
        for size in [
            0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_800,
        ] {
            let leaves = &leaves[..size];
            assert_eq!(
                Tree::over(leaves.to_vec()).root(),
                merkle::root(leaves),
                "{size}"
            );
        }
    }
}
