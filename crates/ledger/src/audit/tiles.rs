//! The tiles of an audited log, byte for byte: those of its size, and the narrower ones of earlier checkpoints.

use rayon::prelude::*;
use tlog::bundle;
use tlog::tile::{self, FULL_WIDTH, Level, Tile};

use crate::audit::compared::compare;
use crate::audit::entries::RawEntry;
use crate::audit::tree::Tree;
use crate::audit::{AuditError, is_hidden};
use crate::read::Reader;
use crate::tiles;

const WHY: &str = "the file is not what the signed tree has here";

/// Checks that every tile of the tree is there, and that no other file contradicts it.
pub(super) fn check(
    reader: &Reader,
    size: u64,
    tree: &Tree,
    raw: &[RawEntry],
) -> Result<(), AuditError> {
    // The entries were read from the bundles, which have one encoding.
    let tiles: Vec<Tile> = tile::all(size)
        .filter(|tile| tile.level != Level::Entries)
        .collect();
    let check = |tile: &Tile| check_one(reader, *tile, tree, raw).err();
    if let Some(error) = tiles.par_iter().find_map_first(check) {
        return Err(error);
    }
    let names = reader.store.list(tiles::FOLDER)?;
    for name in names.iter().filter(|name| !is_hidden(name)) {
        match Tile::from_path(&format!("tile/{name}")) {
            Some(tile) if tile.is_partial() && tile.lies_within(size) => {
                check_one(reader, tile, tree, raw)?
            }
            // Full tiles were checked above; wider ones than the checkpoint has are leftovers of a killed append.
            Some(_) => {}
            None => {
                return Err(AuditError::ForeignFile {
                    path: reader.store.place(&format!("{}/{name}", tiles::FOLDER)),
                });
            }
        }
    }
    Ok(())
}

fn check_one(reader: &Reader, tile: Tile, tree: &Tree, raw: &[RawEntry]) -> Result<(), AuditError> {
    match content(tile, tree, raw) {
        Some(expected) => compare(reader, &tiles::name(tile), &expected, WHY),
        None => Err(AuditError::MissingFile {
            path: reader.tile_path(tile),
        }),
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
            let entries: Vec<&[u8]> = entries.iter().map(|entry| &*entry.bytes).collect();
            bundle::encode(&entries).ok()
        }
    }
}
