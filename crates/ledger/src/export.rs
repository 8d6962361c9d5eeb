//! Copying the public part of a ledger into another folder, with chosen payloads: what a report carries.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tlog::bundle::{self, BundleError};
use tlog::tile::{self, Level, Tile};

use crate::file::{FileError, failed};
use crate::keyfile;
use crate::leaf::LeafKind;
use crate::payload;
use crate::read::{CHECKPOINT, Entry, ReadError, Reader};
use crate::tiles;
use model::digest::Digest;

/// Why a ledger could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A bundle could not be written.
    #[error("a bundle cannot be written")]
    Bundle(#[from] BundleError),
    /// Another ledger lies there, whose files would mix with these.
    #[error("{} already holds a ledger", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A chosen payload is not there.
    #[error("the payload of leaf {index} is not in the ledger")]
    NoPayload {
        /// The index of the leaf.
        index: u64,
    },
}

impl ExportError {
    /// Returns whether the log is not what was written, as [`ReadError::is_damage`].
    pub fn is_damage(&self) -> bool {
        match self {
            ExportError::Read(error) => error.is_damage(),
            ExportError::Bundle(_) => true,
            ExportError::File(_) | ExportError::Occupied { .. } | ExportError::NoPayload { .. } => {
                false
            }
        }
    }
}

impl Reader {
    /// Returns the salted digests of the exported payloads, as [`crate::audit::Payloads::Listed`] takes them.
    ///
    /// The folder `to` receives public key, checkpoint, tiles and bundles, and the payloads of these leaves as files
    /// that anybody can read. Appends may go on meanwhile: the copy is of one checkpoint.
    pub fn export(
        &self,
        to: &Path,
        payloads: &BTreeSet<u64>,
    ) -> Result<BTreeSet<Digest>, ExportError> {
        if to.join(CHECKPOINT).exists() {
            return Err(ExportError::Occupied {
                path: to.to_owned(),
            });
        }
        let signed = self.checkpoint()?;
        for tile in tile::all(signed.checkpoint.size()) {
            write(&to.join(tiles::name(tile)), &self.content(tile)?)?;
        }
        let salted = self.export_payloads(to, signed.checkpoint.size(), payloads)?;
        write(
            &to.join(keyfile::PUBLIC),
            format!("{}\n", signed.key).as_bytes(),
        )?;
        write(&to.join(CHECKPOINT), signed.note.to_string().as_bytes())?;
        Ok(salted)
    }

    fn content(&self, tile: Tile) -> Result<Vec<u8>, ExportError> {
        Ok(match tile.level {
            Level::Entries => bundle::encode(&self.bundle(tile)?)?,
            Level::Hashes(_) => tile::encode(&self.hashes(tile)?),
        })
    }

    /// Whatever is chosen, a copy says what was erased and what outsiders signed.
    fn export_payloads(
        &self,
        to: &Path,
        size: u64,
        leaves: &BTreeSet<u64>,
    ) -> Result<BTreeSet<Digest>, ExportError> {
        if let Some(index) = leaves.iter().copied().find(|leaf| *leaf >= size) {
            return Err(ExportError::NoPayload { index });
        }
        let mut entries = self.entries(0..size)?;
        entries.retain(|entry| leaves.contains(&entry.index) || entry.leaf.kind.is_needed());
        let stored = self.stored(&entries)?;
        let mut salted = BTreeSet::new();
        for Entry { index, leaf, .. } in entries {
            let file = stored.get(&index).ok_or(ExportError::NoPayload { index })?;
            write(&to.join(payload::name(&leaf.payload.salted_sha256)), file)?;
            if leaf.kind == LeafKind::Key {
                // Whoever serves the tree serves its folder alone.
                let public = payload::public_name(&leaf.payload.salted_sha256);
                write(&to.join(public), file)?;
            }
            salted.insert(leaf.payload.salted_sha256);
        }
        Ok(salted)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed("create", folder))?;
    }
    fs::write(path, bytes).map_err(failed("write", path))
}
