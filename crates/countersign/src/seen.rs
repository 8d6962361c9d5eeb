//! A log beside a checkpoint of it that the verifier kept from before.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ledger::audit::Audited;
use tlog::checkpoint::{self, Checkpoint, CheckpointError};
use tlog::conflict::{Conflict, ConflictError, MAX_CONFLICT_BYTES};
use tlog::key::VerifierKey;
use tlog::note::{MAX_NOTE_BYTES, Note, NoteError};

/// Where a checkpoint lies in a folder: of a served log, of a ledger, of a report.
const PLACES: [&str; 3] = [
    "checkpoint",
    "ledger/checkpoint",
    "ledger/ledger/checkpoint",
];

/// A checkpoint that the verifier kept.
#[derive(Debug, Clone)]
pub struct Seen {
    note: Note,
    checkpoint: Checkpoint,
}

/// Why a log is not the one that the verifier saw, or why that cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    /// The file is absent or unreadable.
    #[error("cannot read the checkpoint in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no signed note.
    #[error("{} is no checkpoint", path.display())]
    NoNote {
        /// The file.
        path: PathBuf,
        /// Why.
        source: NoteError,
    },
    /// The note is no checkpoint.
    #[error("{} is no checkpoint", path.display())]
    NoCheckpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        source: CheckpointError,
    },
    /// It is of another log.
    #[error(
        "this is the log {origin}, and the checkpoint that you have seen is of {seen} with {size} leaves: a log was begun anew beside that one"
    )]
    OtherLog {
        /// The log at hand.
        origin: String,
        /// The log that was seen.
        seen: String,
        /// Its leaves.
        size: u64,
    },
    /// This log's key did not sign it.
    #[error(
        "the checkpoint of {size} leaves that you have seen is not signed by a key of this log: it was begun anew under its old name"
    )]
    OtherKey {
        /// The leaves that were seen.
        size: u64,
    },
    /// The log has fewer leaves.
    #[error(
        "you have seen {seen} leaves of this log, and it has {size}: an older copy was put back, its end was cut off, or it was begun anew"
    )]
    Shorter {
        /// The leaves that were seen.
        seen: u64,
        /// The leaves of the log.
        size: u64,
    },
    /// The log holds other leaves.
    #[error("the first {} leaves of this log are not those that you have seen: it was rewritten", conflict.size())]
    Rewritten {
        /// The proof, which anybody can check who has the key of the log.
        conflict: Box<Conflict>,
    },
}

/// Why there is no proof of a contradiction.
#[derive(Debug, thiserror::Error)]
pub enum ConflictFileError {
    /// The file is absent or unreadable.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It proves nothing.
    #[error("{} proves no contradiction", path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ConflictError,
    },
}

impl SeenError {
    /// Returns whether the log is not the one that was seen, rather than that nobody can tell.
    pub fn contradicts_log(&self) -> bool {
        match self {
            SeenError::OtherLog { .. }
            | SeenError::OtherKey { .. }
            | SeenError::Shorter { .. }
            | SeenError::Rewritten { .. } => true,
            SeenError::Read { .. } | SeenError::NoNote { .. } | SeenError::NoCheckpoint { .. } => {
                false
            }
        }
    }
}

/// Returns the checkpoint in a file, or in the folder of a ledger or a report.
pub fn read(path: &Path) -> Result<Seen, SeenError> {
    let inside = PLACES.map(|place| path.join(place)).into_iter();
    let path = match path.is_dir() {
        true => inside.clone().find(|file| file.is_file()),
        false => None,
    }
    .unwrap_or_else(|| path.to_owned());
    let bytes = bytes(&path, MAX_NOTE_BYTES).map_err(|source| SeenError::Read {
        path: path.clone(),
        source,
    })?;
    let note = Note::parse(&bytes).map_err(|source| SeenError::NoNote {
        path: path.clone(),
        source,
    })?;
    let checkpoint = note.text().parse();
    let checkpoint = checkpoint.map_err(|source| SeenError::NoCheckpoint { path, source })?;
    Ok(Seen { note, checkpoint })
}

/// Returns a file of at most so many bytes, or one byte more of a longer one.
fn bytes(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Seen {
    /// Returns the leaves that were seen, if the log extends them: the log as it was audited, for who serves it may answer
    /// the next question with another one.
    pub fn is_extended_by(&self, log: &Audited) -> Result<u64, SeenError> {
        let signed = &log.signed;
        let (seen, size) = (self.checkpoint.size(), signed.checkpoint.size());
        if self.checkpoint.origin() != signed.checkpoint.origin() {
            return Err(SeenError::OtherLog {
                origin: signed.checkpoint.origin().to_owned(),
                seen: self.checkpoint.origin().to_owned(),
                size: seen,
            });
        }
        let Some(then) = log.root_at(seen) else {
            return Err(SeenError::Shorter { seen, size });
        };
        // By whichever key of the log: a record of another one does not undo what this one signed.
        let keys: Vec<VerifierKey> = log.keys.keys().cloned().collect();
        if checkpoint::verify(&self.note, &keys).is_err() {
            return Err(SeenError::OtherKey { size: seen });
        }
        if then == *self.checkpoint.root() {
            return Ok(seen);
        }
        let notes = [self.note.clone(), signed.note.clone()];
        match Conflict::joined(notes, then, log.consistency_path(seen)) {
            Ok(conflict) => Err(SeenError::Rewritten {
                conflict: Box::new(conflict),
            }),
            // Only a tree without leaves joins nothing, and its root is no choice of the log's.
            Err(_) => Err(SeenError::OtherKey { size: seen }),
        }
    }
}

/// Returns the proof of a contradiction in a file.
pub fn conflict(path: &Path) -> Result<Conflict, ConflictFileError> {
    let bytes = bytes(path, MAX_CONFLICT_BYTES).map_err(|source| ConflictFileError::Read {
        path: path.into(),
        source,
    })?;
    // What is no text is no proof either.
    String::from_utf8_lossy(&bytes)
        .parse()
        .map_err(|source| ConflictFileError::Conflict {
            path: path.into(),
            source,
        })
}
