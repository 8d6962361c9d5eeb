//! Signed checkpoints that contradict what a witness has recorded: kept, for their log cannot take them back.

use std::path::PathBuf;

use tlog::conflict::Conflict;
use tlog::key::VerifierKey;
use tlog::witness::request::Request;

use crate::disk::{Access, Disk};
use crate::file::{self, FileError};
use crate::stage::Stage;
use crate::witness::logs::LogFolder;
use crate::witness::state::Latest;

/// The conflicts that are kept of one log; one proves as much as a thousand.
pub(super) const MAX_CONFLICTS: usize = 16;

const CONFLICTS: &str = "conflicts";

impl LogFolder {
    /// Keeps a checkpoint that was asked for, if the log signed it and it contradicts the recorded one.
    ///
    /// C2SP tlog-witness, "add-checkpoint": a witness may log what it refuses, as it might be proof of log misbehaviour.
    pub(super) fn keep_conflict(
        &self,
        disk: &dyn Disk,
        request: &Request,
        keys: &[VerifierKey],
        latest: Option<&Latest>,
    ) -> Result<(), FileError> {
        let Some(conflict) = latest.and_then(|latest| contradiction(request, keys, latest)) else {
            return Ok(());
        };
        if self.conflicts()?.len() >= MAX_CONFLICTS {
            return Ok(());
        }
        let [_, root] = conflict.roots();
        let name = format!(
            "{CONFLICTS}/{}-{}",
            conflict.size(),
            hex::encode(&root.0[..8])
        );
        let mut stage = Stage::new(disk, &self.path);
        stage.write(&name, conflict.to_string().as_bytes(), Access::Everyone)?;
        stage.sync()
    }

    /// Returns the files of the conflicts.
    pub(super) fn conflicts(&self) -> Result<Vec<PathBuf>, FileError> {
        let folder = self.path.join(CONFLICTS);
        let names = file::list(&folder)?;
        Ok(names.iter().map(|name| folder.join(name)).collect())
    }
}

/// Only lines of the log are kept: nobody vouches for the others, and they could be many.
fn contradiction(request: &Request, keys: &[VerifierKey], latest: &Latest) -> Option<Conflict> {
    let signers = request.note().verify(keys).ok()?;
    let asked = request.note().only_by(&signers);
    let conflict = Conflict::new([latest.note.clone(), asked]).ok()?;
    conflict.verify(keys).ok()?;
    Some(conflict)
}
