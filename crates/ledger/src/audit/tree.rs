//! The whole tree of an audited log, as its tiles have it.

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
                .chunks_exact(usize::from(FULL_WIDTH))
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
        merkle::root(self.leaves())
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
