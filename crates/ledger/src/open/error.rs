//! Why a ledger cannot be opened, and why a tree cannot be signed.

use std::path::PathBuf;

use tlog::checkpoint::CheckpointError;
use tlog::key::KeyError;
use tlog::note::NoteError;

use crate::append::AppendError;
use crate::file::FileError;
use crate::keyfile::{self, KeyFileError};
use crate::read::ReadError;
use crate::signer::{KeySources, NoteSignError, SignerError};
use crate::store::StoreError;

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key could not be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The origin is no name of a key.
    #[error("no log can have this origin")]
    Origin(#[from] KeyError),
    /// The log has leaves, but its private key is gone.
    #[error("{} is missing, and without it nothing can be appended to the log in this folder: put it back from a copy, or let a new key take the log over with `countersign ledger key lost`, which every later verification shows", path.display())]
    KeyLost {
        /// The file.
        path: PathBuf,
    },
    /// There is no ledger.
    #[error("no ledger lies in {}", path.display())]
    Absent {
        /// The folder.
        path: PathBuf,
    },
    /// This machine holds no key of the log.
    #[error(
        "{} is missing: copy it from a machine that appends to the log on {remote}, readable by you alone, or set {} or {}; only if no machine has a copy, let a new key take the log over with `countersign ledger key lost`",
        path.display(), keyfile::VARIABLE, keyfile::COMMAND_VARIABLE
    )]
    NoKey {
        /// The file.
        path: PathBuf,
        /// Where the log is.
        remote: String,
    },
    /// This machine holds a key that the log had before.
    #[error(
        "the log on {place} is signed by key {id:08x} now, and this machine holds key {held:08x}: put log.key of the machine that replaced it into {}, readable by you alone, or its text into {}", path.display(), keyfile::VARIABLE
    )]
    KeyReplaced {
        /// The ID of the key in force.
        id: u32,
        /// The ID of the key that is held.
        held: u32,
        /// The file of the key.
        path: PathBuf,
        /// Where the log is.
        place: String,
    },
    /// There is no ledger, and a key begins no second one.
    #[error(
        "{place} holds no ledger, but this machine has the key of one: mend the address, or find out who removed it"
    )]
    NoLog {
        /// Where none is.
        place: String,
    },
    /// There is no ledger where one is shared.
    #[error(
        "{place} holds no ledger: `countersign collect` begins one, where that is the right address"
    )]
    Nothing {
        /// Where none is.
        place: String,
    },
    /// The folder holds the ledger of one machine.
    #[error(
        "{} is part of a ledger that nobody shares, and a log keeps the place where it was begun: go on with it there, or move its folder away whole, `log.key` too, and begin a new one, beside which auditors want to see this one",
        path.display()
    )]
    Unshared {
        /// What lies there.
        path: PathBuf,
    },
    /// The folder holds the copy of a shared ledger.
    #[error("{} is what this machine keeps of a shared ledger: open that one, or choose another folder", path.display())]
    Shared {
        /// The copy.
        path: PathBuf,
    },
    /// Something else lies in the folder.
    #[error("{} lies in the folder, which is no ledger: choose an empty one", path.display())]
    Foreign {
        /// What lies there.
        path: PathBuf,
    },
    /// The public key is not the one of the private key.
    #[error("{} holds another key than {own}: the log there is another one, or its key was replaced", path.display())]
    OtherPublicKey {
        /// The file.
        path: PathBuf,
        /// Where the private key comes from.
        own: &'static str,
    },
    /// The checkpoint could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What a killed append left could not be finished, or what was appended is not there any more.
    #[error("{}", of_unfinished(.0))]
    Unfinished(#[from] Box<AppendError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first checkpoint could not be signed.
    #[error("the first checkpoint cannot be signed")]
    Sign(#[from] SignError),
}

/// Returns what kept the end of the log from being found: damage is none of an append that was cut off.
fn of_unfinished(error: &AppendError) -> &'static str {
    match error.is_damage() {
        true => "the log is not what was written there",
        false => "what an interrupted append left cannot be finished",
    }
}

impl OpenError {
    /// Returns whether the log is not what was written, as [`ReadError::is_damage`].
    pub fn is_damage(&self) -> bool {
        match self {
            OpenError::File(error) => error.is_damage(),
            OpenError::Read(error) => error.is_damage(),
            OpenError::Unfinished(error) => error.is_damage(),
            OpenError::Store(error) => error.is_damage(),
            OpenError::Key(_)
            | OpenError::Origin(_)
            | OpenError::KeyLost { .. }
            | OpenError::Absent { .. }
            | OpenError::NoKey { .. }
            | OpenError::KeyReplaced { .. }
            | OpenError::NoLog { .. }
            | OpenError::Nothing { .. }
            | OpenError::Unshared { .. }
            | OpenError::Shared { .. }
            | OpenError::Foreign { .. }
            | OpenError::OtherPublicKey { .. }
            | OpenError::Sign(_) => false,
        }
    }

    /// Returns the error of a key that comes from there.
    pub(crate) fn of_key_from(self, sources: &KeySources) -> OpenError {
        match self {
            OpenError::OtherPublicKey { path, .. } => OpenError::OtherPublicKey {
                path,
                own: sources.named(),
            },
            other => other,
        }
    }

    /// Returns whether the log is signed by another key than the one that was found, as it is while one is replaced.
    pub(crate) fn is_of_another_key(&self) -> bool {
        match self {
            OpenError::OtherPublicKey { .. } | OpenError::Read(ReadError::Checkpoint { .. }) => {
                true
            }
            OpenError::Unfinished(error) => matches!(
                **error,
                AppendError::KeyReplaced { .. } | AppendError::Read(ReadError::Checkpoint { .. })
            ),
            _ => false,
        }
    }
}

/// Why a tree could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Origin or size fit no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The text fits no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The key did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

impl From<NoteSignError> for SignError {
    fn from(error: NoteSignError) -> SignError {
        match error {
            NoteSignError::Signer(error) => error.into(),
            NoteSignError::Note(error) => error.into(),
        }
    }
}
