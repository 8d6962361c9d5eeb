//! A witness in a folder: it cosigns what other logs sign, as long as each only grows (C2SP tlog-witness).
//!
//! One folder holds all of it:
//!
//! | path | holds |
//! | --- | --- |
//! | `witness.key`, `witness.vkey` | its keys, one a line, private (mode 0600) and public |
//! | `logs/<origin hash>/log.vkeys` | the keys of one log, one a line; their name is its origin |
//! | `logs/<origin hash>/latest` | the checkpoint that the next one must extend; replacing it is what commits |
//! | `logs/<origin hash>/checkpoint` | that checkpoint with the cosignatures, for monitors |
//! | `logs/<origin hash>/conflicts/…` | checkpoints that the log signed and that cannot both be true |
//! | `logs/<origin hash>/lock`, `staged` | what keeps writers apart, and a file on its way to its name |
//!
//! A log that is watched no longer loses `log.vkeys` alone: added again, it must extend what was cosigned.
//!
//! The folder is the witness: put back from an old copy, it would cosign a second time what it has cosigned otherwise.
//!
//! Not here: the rules (`tlog::witness`), sockets (`server`), clock and randomness (`cli`).

use std::path::{Path, PathBuf};

use tlog::cosignature::key::{CosignerKey, CosigningKey};

use crate::disk::Disk;

pub mod add;
pub mod key;
pub mod logs;

mod evidence;
mod state;

#[cfg(test)]
mod tests;

/// A witness that can cosign.
///
/// It caches nothing but its keys: any number of them, in any number of processes, may stand on one folder.
#[derive(Debug)]
pub struct Witness {
    folder: PathBuf,
    keys: Vec<CosigningKey>,
    disk: Box<dyn Disk>,
}

impl Witness {
    /// Returns the keys that verify its cosignatures, of which each may be believed without the others.
    pub fn cosigners(&self) -> Vec<CosignerKey> {
        self.keys.iter().map(CosigningKey::cosigner).collect()
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
