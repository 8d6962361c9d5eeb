//! What a witness keeps of one log: the checkpoint that the next must extend, and the cosigned one for monitors.

use std::path::{Path, PathBuf};

use tlog::checkpoint::{Checkpoint, CheckpointError};
use tlog::cosignature::key::CosignerKey;
use tlog::cosignature::{self, CosignatureError};
use tlog::note::{MAX_NOTE_BYTES, Note, NoteError, Signature};

use crate::disk::{Access, Disk};
use crate::file::{self, FileError};
use crate::stage::Stage;
use crate::witness::logs::LogFolder;

const LATEST: &str = "latest";
pub(super) const CHECKPOINT: &str = "checkpoint";

/// Why what is kept of a log cannot be relied on; nothing is cosigned until somebody has looked.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is no signed note.
    #[error("{} is damaged", path.display())]
    Note {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: NoteError,
    },
    /// A file is no checkpoint.
    #[error("{} is damaged", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// The cosigned checkpoint is not cosigned by this witness.
    #[error("{} is damaged", path.display())]
    Cosignature {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CosignatureError,
    },
    /// A checkpoint was cosigned, and the one that the next must extend is absent or does not follow it.
    #[error("{} does not follow the checkpoint beside it, which was cosigned: put back what was there", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
    },
}

/// The checkpoint that the next must extend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Latest {
    pub(super) checkpoint: Checkpoint,
    /// With the signatures of the log.
    pub(super) note: Note,
}

impl Latest {
    pub(super) fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    fn may_follow(&self, cosigned: &Latest) -> bool {
        let same_root = self.checkpoint.root() == cosigned.checkpoint.root();
        self.size() > cosigned.size() || (self.size() == cosigned.size() && same_root)
    }
}

impl LogFolder {
    /// Returns what was recorded last, or nothing before the first checkpoint.
    pub(super) fn latest(&self) -> Result<Option<Latest>, StateError> {
        let path = self.path.join(LATEST);
        let latest = read(&path)?;
        // A cosigned checkpoint was recorded before, so one without a record means that the record was lost.
        let Some(cosigned) = self.cosigned()? else {
            return Ok(latest);
        };
        match latest.filter(|latest| latest.may_follow(&cosigned)) {
            Some(latest) => Ok(Some(latest)),
            None => Err(StateError::Lost { path }),
        }
    }

    /// Returns the checkpoint that was cosigned last, with the cosignatures.
    pub(super) fn cosigned(&self) -> Result<Option<Latest>, StateError> {
        read(&self.path.join(CHECKPOINT))
    }

    /// Returns the latest time that the witness stated for the log.
    pub(super) fn cosigned_at(&self, own: &[CosignerKey]) -> Result<Option<u64>, StateError> {
        let Some(cosigned) = self.cosigned()? else {
            return Ok(None);
        };
        let found = cosignature::verify(&cosigned.note, own);
        let found = found.map_err(|source| StateError::Cosignature {
            path: self.path.join(CHECKPOINT),
            source,
        })?;
        Ok(found.iter().map(|cosignature| cosignature.time).max())
    }

    /// Makes a checkpoint the one that the next must extend.
    pub(super) fn record(&self, disk: &dyn Disk, note: &Note) -> Result<(), FileError> {
        self.write(disk, LATEST, note)
    }

    /// Shows the recorded checkpoint, with its cosignatures, to monitors.
    pub(super) fn publish(
        &self,
        disk: &dyn Disk,
        note: &Note,
        lines: &[Signature],
    ) -> Result<(), PublishError> {
        let mut cosigned = note.clone();
        for line in lines {
            cosigned = cosigned.with_signature(line.clone())?;
        }
        Ok(self.write(disk, CHECKPOINT, &cosigned)?)
    }

    fn write(&self, disk: &dyn Disk, name: &str, note: &Note) -> Result<(), FileError> {
        let mut stage = Stage::new(disk, &self.path);
        stage.write(name, note.to_string().as_bytes(), Access::Everyone)?;
        stage.sync()
    }
}

/// Why a cosigned checkpoint could not be shown to monitors.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The checkpoint has no room for the cosignatures.
    #[error("the checkpoint cannot take the cosignatures")]
    Note(#[from] NoteError),
}

fn read(path: &Path) -> Result<Option<Latest>, StateError> {
    let Some(bytes) = file::read_if_present(path, MAX_NOTE_BYTES as u64)? else {
        return Ok(None);
    };
    let note = Note::parse(&bytes).map_err(|source| StateError::Note {
        path: path.to_owned(),
        source,
    })?;
    let checkpoint = note.text().parse();
    let checkpoint = checkpoint.map_err(|source| StateError::Checkpoint {
        path: path.to_owned(),
        source,
    })?;
    Ok(Some(Latest { checkpoint, note }))
}
