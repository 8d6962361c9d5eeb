//! Why the key of a log did not change.

use std::path::PathBuf;

use tlog::key::KeyError;

use crate::append::AppendError;
use crate::file::FileError;
use crate::keyfile::KeyFileError;
use crate::keys::record::KeyRecordError;
use crate::open::{OpenError, SignError};
use crate::read::ReadError;
use crate::store::StoreError;
use crate::succession::ATTEMPTS;

/// Why a key did not change.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The ledger could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of a key could not be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The new key is none.
    #[error("the new key cannot be used")]
    Key(#[from] KeyError),
    /// The record cannot be made.
    #[error(transparent)]
    Record(#[from] KeyRecordError),
    /// The record could not be signed.
    #[error("the record of the key cannot be signed, and nothing has changed")]
    Sign(#[from] SignError),
    /// The record could not be appended, or not signed for.
    #[error(
        "the change of the key is not finished: open the ledger again to learn what became of it"
    )]
    Append(#[source] AppendError),
    /// Others append without a pause.
    #[error("others appended to the log before each of {ATTEMPTS} attempts: try again")]
    Busy,
    /// The key lies in no file of this machine.
    #[error(
        "the log's key was given to this process, so no file of this machine can be changed: change it where log.key lies"
    )]
    Given,
    /// Another machine replaced the key first.
    #[error(
        "the log's key was replaced by another machine: the log is signed by key {id:08x} now, and this command changed nothing"
    )]
    Overtaken {
        /// The ID of the key in force.
        id: u32,
    },
    /// An earlier attempt of this machine may still reach the log.
    #[error(
        "a change of the key that this machine began may still reach the log: run that command again as it was, or append something first, such as with `countersign collect`"
    )]
    Pending,
    /// The log had the new key before.
    #[error(
        "the log has or had the key {id:08x} already: a key that went never comes back, so choose another one"
    )]
    NotNew {
        /// Its ID.
        id: u32,
    },
    /// The key is not lost.
    #[error("{} is there, so the key is not lost: replace it with `countersign ledger key rotate`; if it names a key that no agent holds any more, or one that the log has no more, move the file away first", path.display())]
    NotLost {
        /// The file.
        path: PathBuf,
    },
    /// The log has no such key.
    #[error("the log never had a key {wanted}: `countersign ledger key show` lists its keys")]
    UnknownKey {
        /// What was asked for.
        wanted: String,
    },
    /// The key to be revoked is the one in force.
    #[error(
        "{wanted} is the key in force: replace it first with `countersign ledger key rotate`, then revoke it"
    )]
    InForce {
        /// What was asked for.
        wanted: String,
    },
    /// The key signed nothing so late.
    #[error(
        "the key handed the log over in leaf {handover}, so it is revoked from leaf {latest} on at the latest"
    )]
    TooLate {
        /// The leaf of the handover.
        handover: u64,
        /// The latest leaf.
        latest: u64,
    },
}

impl From<AppendError> for ChangeError {
    fn from(error: AppendError) -> ChangeError {
        match error {
            AppendError::KeyReplaced { id } => ChangeError::Overtaken { id },
            error => ChangeError::Append(error),
        }
    }
}
