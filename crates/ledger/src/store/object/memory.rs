//! What this machine saw last of a log in a bucket: whoever puts an older one back cannot put this back.

use std::path::{Path, PathBuf};

use crate::disk::{Access, Disk, LocalDisk};
use crate::file::{self, failed};
use crate::lock;
use crate::own::SEEN;
use crate::store::StoreError;
use crate::store::object::state::{MAX_BYTES, State};

/// The file, in the folder of the machine.
#[derive(Debug)]
pub(super) struct Memory {
    folder: PathBuf,
}

impl Memory {
    pub(super) fn in_folder(folder: &Path) -> Memory {
        Memory {
            folder: folder.to_owned(),
        }
    }

    /// Returns the last state that any process of this machine saw.
    pub(super) fn load(&self) -> Result<Option<State>, StoreError> {
        let path = self.folder.join(SEEN);
        let Some(bytes) = file::read_if_present(&path, MAX_BYTES)? else {
            return Ok(None);
        };
        let state = State::parse(&bytes);
        state.map(Some).ok_or_else(|| StoreError::Damaged {
            place: path,
            offset: 0,
            why: "it does not say where a log ended".to_owned(),
        })
    }

    /// Remembers a state, unless a later one was seen.
    pub(super) fn keep(&self, state: &State) -> Result<(), StoreError> {
        let _lock = lock::exclusive(&self.folder)?;
        let before = self.load()?.map_or(0, |before| before.head().size);
        if before >= state.head().size {
            return Ok(());
        }
        let path = self.folder.join(SEEN);
        let staged = path.with_added_extension("staged");
        let write = || {
            LocalDisk.write(&staged, &state.encode(), Access::Everyone)?;
            LocalDisk.sync_file(&staged)?;
            LocalDisk.rename(&staged, &path)
        };
        Ok(write().map_err(failed("write", &path))?)
    }
}
