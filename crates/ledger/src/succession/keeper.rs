//! The files of a log's key on this machine, while another key takes its place.

use std::sync::Arc;

use crate::file::FileError;
use crate::own::key::OwnKey;
use crate::signer::LogKey;
use crate::store::files::FilesStore;

/// Where the key of a log lies. Whoever changes something there holds the lock for changes of the key.
#[derive(Debug, Clone)]
pub(crate) enum Keeper {
    /// In the folder that is the whole ledger.
    Folder(Arc<FilesStore>),
    /// In the folder of a machine whose ledger lies elsewhere.
    Machine(Arc<OwnKey>),
}

impl Keeper {
    /// Writes the key that is to follow; it is durable afterwards.
    pub(crate) fn stage(&self, key: &LogKey) -> Result<(), FileError> {
        match self {
            Keeper::Folder(store) => store.stage_key(key),
            Keeper::Machine(own) => own.stage(key),
        }
    }

    /// Notes the leaf at which the record of that key is tried next. What is written to a folder does not arrive later.
    pub(crate) fn note_trial(&self, leaf: u64) -> Result<(), FileError> {
        match self {
            Keeper::Folder(_) => Ok(()),
            Keeper::Machine(own) => own.note_trial(leaf),
        }
    }

    /// Removes a key that was staged and that no record names among so many leaves; returns whether it is gone: it
    /// stays while its record may still arrive.
    pub(crate) fn drop_staged(&self, size: u64) -> Result<bool, FileError> {
        match self {
            Keeper::Folder(store) => store.drop_staged_key().map(|()| true),
            Keeper::Machine(own) => own.drop_staged(size),
        }
    }
}
