//! Verification of signatures that others made: on git commits, and on moments.
//!
//! In scope: SSHSIG and OpenPGP signatures as git stores them, the keys that made them, and which key is the forge's own; timestamps of outside authorities.
//! Not here: whom a key belongs to (the program says that), reading objects (`sources`), and signing (`cli`).
//! Nothing here reads a clock: keys are judged at the moment that the signature itself claims.

mod armor;
mod checked;
mod commit;
mod flaw;
mod forge;
mod key_error;
mod keyring;
mod openpgp;
mod ssh;
pub mod timestamp;

pub use armor::{SignatureKind, kind};
pub use checked::{Check, Checked};
pub use commit::{ObjectFormat, Split, split_commit};
pub use flaw::Flaw;
pub use forge::GITHUB_WEB_FLOW_KEYS;
pub use key_error::KeyError;
pub use keyring::{KeyList, KeySources, Keyring, KeyringError, MAX_SIGNATURE_BYTES};
pub use openpgp::{MAX_OPENPGP_KEY_BYTES, MAX_SIGNATURE_PACKETS, openpgp_fingerprints};
pub use ssh::{MAX_SSH_KEY_BYTES, ssh_fingerprint};
