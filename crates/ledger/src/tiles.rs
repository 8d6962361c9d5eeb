//! The tiles of a ledger as files, each read in whatever width it is there.

use std::path::PathBuf;

use tlog::bundle;
use tlog::merkle::Hash;
use tlog::tile::{self, Level, MAX_TILE_BYTES, Tile};

use crate::Ledger;
use crate::append::AppendError;
use crate::file::FileError;
use crate::leaf::MAX_LEAF_BYTES;
use crate::read::{ReadError, Reader};
use crate::store::StoreError;

/// The folder of all tiles and bundles.
pub(crate) const FOLDER: &str = "ledger/tile";

/// The longest bundle of leaves.
pub(crate) const MAX_BUNDLE_BYTES: u64 =
    tile::FULL_WIDTH as u64 * (bundle::LENGTH_BYTES + MAX_LEAF_BYTES) as u64;

/// Returns the path of a tile below the folder of the ledger.
pub(crate) fn name(tile: Tile) -> String {
    format!("ledger/{tile}")
}

/// Returns whether a file in the folder of all tiles is none of a tree of so many leaves, nor of one that grew meanwhile.
pub(crate) fn is_superfluous(file: &str, size: u64) -> bool {
    let Some(tile) = Tile::from_path(&format!("tile/{file}")) else {
        return true;
    };
    // C2SP tlog-tiles, "Partial Tiles": one is served until the full tile is there.
    tile.is_partial() && tile.full().lies_within(size)
}

impl Ledger {
    /// Writes those partial tiles of smaller trees again that are there, as the tiles of this size begin.
    ///
    /// C2SP tlog-tiles, "Partial Tiles": they are served until the full tile is there, so they stay.
    pub(crate) fn mend_narrower(&self, size: u64) -> Result<(), AppendError> {
        let names = self.store.list(FOLDER)?;
        let tiles = names
            .iter()
            .filter_map(|file| Tile::from_path(&format!("tile/{file}")));
        let tiles: Vec<Tile> = tiles.filter(|tile| tile.is_partial()).collect();
        for wide in tile::right_edge(size) {
            let is_narrower = |tile: &&Tile| {
                (tile.level, tile.index) == (wide.level, wide.index) && tile.width < wide.width
            };
            for narrow in tiles.iter().filter(is_narrower) {
                let content = self.reader.narrower(*narrow, wide)?;
                self.store.write(&[(name(*narrow), content)])?;
            }
        }
        Ok(())
    }
}

impl Reader {
    /// Returns the bytes of a partial tile, which a wider one begins with.
    fn narrower(&self, narrow: Tile, wide: Tile) -> Result<Vec<u8>, AppendError> {
        let width = usize::from(narrow.width);
        match wide.level {
            Level::Hashes(_) => Ok(tile::encode(self.hashes(wide)?.get(..width).unwrap_or(&[]))),
            Level::Entries => {
                let entries = self.bundle(wide)?;
                let entries: Vec<&[u8]> = entries.iter().take(width).map(Vec::as_slice).collect();
                Ok(bundle::encode(&entries).map_err(StoreError::from)?)
            }
        }
    }

    /// Returns the entries of a bundle.
    pub(crate) fn bundle(&self, tile: Tile) -> Result<Vec<Vec<u8>>, ReadError> {
        let (path, bytes, width) = self.tile_file(tile)?;
        let entries =
            bundle::decode(&bytes, width).map_err(|source| ReadError::Bundle { path, source })?;
        let wanted = entries.iter().take(usize::from(tile.width));
        Ok(wanted.map(|(_, entry)| entry.to_vec()).collect())
    }

    /// Returns the hashes of a tile.
    pub(crate) fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, ReadError> {
        let (path, bytes, width) = self.tile_file(tile)?;
        let mut hashes = tile::decode(Tile { width, ..tile }, &bytes)
            .map_err(|source| ReadError::Tile { path, source })?;
        hashes.truncate(usize::from(tile.width));
        Ok(hashes)
    }

    /// Returns the file of a tile and how wide it is: C2SP tlog-tiles, "Partial Tiles", lets a partial one
    /// go once the full one is there, which another process may just have done.
    fn tile_file(&self, tile: Tile) -> Result<(PathBuf, Vec<u8>, u16), ReadError> {
        let limit = match tile.level {
            Level::Entries => MAX_BUNDLE_BYTES,
            Level::Hashes(_) => MAX_TILE_BYTES as u64,
        };
        if let Some(bytes) = self.store.read(&name(tile), limit)? {
            return Ok((self.tile_path(tile), bytes, tile.width));
        }
        let full = tile.full();
        match self.store.read(&name(full), limit)? {
            Some(bytes) => Ok((self.tile_path(full), bytes, tile::FULL_WIDTH)),
            None => Err(FileError::Missing {
                path: self.tile_path(tile),
            }
            .into()),
        }
    }

    pub(crate) fn tile_path(&self, tile: Tile) -> PathBuf {
        self.store.place(&name(tile))
    }
}
