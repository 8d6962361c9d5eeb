//! The append-only log of one laptop, or of machines that share a git remote or a bucket: a C2SP tlog-tiles tree, and
//! the payloads beside it.
//!
//! One folder holds all of it, where nobody shares it:
//!
//! | path | holds |
//! | --- | --- |
//! | `log.key`, `log.vkey` | the key of the log, private (mode 0600; or the name of one in an agent) and public |
//! | `log.key.next`, `log.vkey.next` | the key that is to follow, while it takes over |
//! | `ledger/checkpoint` | the signed tree head |
//! | `ledger/tile/…` | the tiles and entry bundles of C2SP tlog-tiles |
//! | `ledger/payloads/…` | the records of keys, by which whoever is served this tree follows them |
//! | `records/<index>` | the commits from that leaf on: leaves, sealed payloads, and their keys (mode 0600) |
//! | `settled` | how far the tree is durable; a hint, which may be lost |
//! | `lock`, `lock.key`, `lock.tree`, `staged…` | what keeps writers apart, and what a killed one left half-written |
//!
//! Where it is shared ([`place`]), the public key there is the first one of the log, and the folder of each machine holds
//! what this machine keeps of it:
//!
//! | path | holds |
//! | --- | --- |
//! | `log.key` | the private key, unless that is given otherwise |
//! | `log.key.begun` | the private key of a log that is being begun, before it is known whose came first |
//! | `log.key.next` | the key that is to follow, while it takes over |
//! | `log.key.tried` | while `log.key.next` takes over: from which leaf on it was tried |
//! | `places/<16 hex>/place` | the address of a remote or a bucket; the folder is called by its SHA-256 |
//! | `places/<16 hex>/git/` | a copy of that git remote ([`store::git`]) |
//! | `places/<16 hex>/seen` | what was seen of that bucket last |
//!
//! An exported copy holds public key, checkpoint and tiles, and in place of the commits some payloads:
//! `payloads/<2 hex>/<64 hex>` is 32 bytes of salt, then the payload; the name is the SHA-256 of the file.
//!
//! Not here: the tree and its formats (`tlog`), what a payload means (`countersign`), clock and randomness (`cli`).

use std::path::Path;
use std::sync::{Arc, Mutex};

use tlog::key::VerifierKey;

use crate::audit::{AuditError, Audited, Payloads};
use crate::publish::Grown;
use crate::read::Reader;
use crate::signer::HeldKeys;
use crate::store::Store;
use crate::succession::keeper::Keeper;

pub mod append;
pub mod audit;
pub mod commit;
pub mod erase;
pub mod export;
pub mod file;
pub mod group;
pub mod keyfile;
pub mod keys;
pub mod leaf;
pub mod open;
pub mod outside;
pub mod payload;
pub mod place;
pub mod publish;
pub mod read;
pub mod shared;
pub mod signer;
pub mod store;
pub mod succession;
pub mod watch;
pub mod witness;

#[cfg(test)]
mod crash;
mod disk;
mod edge;
mod lock;
#[cfg(test)]
mod overtaken;
mod own;
mod prove;
#[cfg(test)]
mod retry;
mod seal;
mod slice;
mod stage;
mod tiles;

/// A ledger that can be appended to.
///
/// Any number of them, in any number of processes, may stand on one folder.
#[derive(Debug)]
pub struct Ledger {
    reader: Reader,
    store: Arc<dyn Store>,
    /// Where the key lies, unless it was given to this process.
    keeper: Option<Keeper>,
    keys: HeldKeys,
    /// What this process published last.
    grown: Mutex<Option<Grown>>,
}

/// Returns what a folder holds, a ledger or an exported copy, after every byte that is public was hashed again as a stranger would.
///
/// `log` is the key that the caller believes in; the one in the folder is only compared with it.
/// It must not be appended to meanwhile: see [`Ledger::audit`] for one that may be.
pub fn audit(folder: &Path, log: &VerifierKey, payloads: &Payloads) -> Result<Audited, AuditError> {
    audit::run(&Reader::of(folder, log.clone()), payloads)
}
