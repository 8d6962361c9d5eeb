//! The tiles of an audited log, byte for byte: those of its size, and the narrower ones of earlier checkpoints.

use std::path::Path;

use tlog::bundle;
use tlog::tile::{self, FULL_WIDTH, Level, Tile};

use crate::audit::entries::RawEntry;
use crate::audit::tree::Tree;
use crate::audit::{AuditError, compare, is_hidden};
use crate::file;
use crate::tiles;

const WHY: &str = "the file is not what the signed tree has here";

/// Checks that every tile of the tree is there, and that no other file contradicts it.
pub(super) fn check(
    folder: &Path,
    size: u64,
    tree: &Tree,
    raw: &[RawEntry],
) -> Result<(), AuditError> {
    for tile in tile::all(size) {
        check_one(folder, tile, tree, raw)?;
    }
    let tiles = folder.join(tiles::FOLDER);
    for name in file::list(&tiles)?.iter().filter(|name| !is_hidden(name)) {
        match Tile::from_path(&format!("tile/{name}")) {
            Some(tile) if tile.is_partial() && tile.lies_within(size) => {
                check_one(folder, tile, tree, raw)?
            }
            // Full tiles were checked above; wider ones than the checkpoint has are leftovers of a killed append.
            Some(_) => {}
            None => {
                return Err(AuditError::ForeignFile {
                    path: tiles.join(name),
                });
            }
        }
    }
    Ok(())
}

fn check_one(folder: &Path, tile: Tile, tree: &Tree, raw: &[RawEntry]) -> Result<(), AuditError> {
    let path = folder.join(tiles::name(tile));
    match content(tile, tree, raw) {
        Some(expected) => compare(&path, &expected, WHY),
        None => Err(AuditError::MissingFile { path }),
    }
}

/// Returns the bytes of a tile, or nothing when the tree does not reach it.
fn content(tile: Tile, tree: &Tree, raw: &[RawEntry]) -> Option<Vec<u8>> {
    match tile.level {
        Level::Hashes(level) => tree.hashes(level, tile.index, tile.width).map(tile::encode),
        Level::Entries => {
            let start = usize::try_from(tile.index)
                .ok()?
                .checked_mul(usize::from(FULL_WIDTH))?;
            let entries = raw.get(start..start.checked_add(usize::from(tile.width))?)?;
            let entries: Vec<&[u8]> = entries.iter().map(|entry| entry.bytes.as_slice()).collect();
            bundle::encode(&entries).ok()
        }
    }
}
