//! The append-only log in a folder of one laptop: a C2SP tlog-tiles tree, and the payloads beside it.
//!
//! One folder holds all of it:
//!
//! | path | holds |
//! | --- | --- |
//! | `log.key`, `log.vkey` | the key of the log, private (mode 0600) and public |
//! | `ledger/checkpoint` | the signed tree head; replacing it is what commits an append |
//! | `ledger/tile/…` | the tiles and entry bundles of C2SP tlog-tiles |
//! | `payloads/<2 hex>/<64 hex>` | 32 bytes of salt, then the payload; the name is the payload's SHA-256 |
//! | `lock`, `staged`, `intent` | what keeps writers apart, and lets the next one clear up after a killed one |
//!
//! Not here: the tree and its formats (`tlog`), what a payload means (`countersign`), clock and randomness (`cli`).

use std::path::Path;

use tlog::key::{SignerKey, VerifierKey};

use crate::audit::{AuditError, Audited, Payloads};
use crate::disk::Disk;
use crate::read::Reader;

pub mod append;
pub mod audit;
pub mod export;
pub mod file;
pub mod intent;
pub mod keyfile;
pub mod leaf;
pub mod open;
pub mod payload;
pub mod read;

#[cfg(test)]
mod crash;
mod disk;
mod edge;
mod lock;
mod prove;
mod stage;
mod tiles;

/// A ledger that can be appended to.
///
/// It caches nothing: any number of them, in any number of processes, may stand on one folder.
#[derive(Debug)]
pub struct Ledger {
    reader: Reader,
    key: SignerKey,
    disk: Box<dyn Disk>,
}

/// Returns what the folder holds, after every byte that is public was hashed again as a stranger would.
///
/// `log` is the key that the caller believes in; the one in the folder is only compared with it.
/// The folder must not be appended to meanwhile: see [`Ledger::audit`] for one that may be.
pub fn audit(folder: &Path, log: &VerifierKey, payloads: &Payloads) -> Result<Audited, AuditError> {
    audit::run(folder, log, payloads)
}
