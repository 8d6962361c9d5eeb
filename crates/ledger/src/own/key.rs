//! The key of a shared log in the folder of one machine, while another one takes its place.
//!
//! The store, not this folder, says which key is the log's. A commit may be on its way there when the process dies, and
//! arrive later. So the leaf at which a record of the new key was tried is noted first, and that key stays until the
//! log has grown beyond it: only then is it certain that the record never arrives.

use std::path::{Path, PathBuf};

use crate::disk::{Access, Disk};
use crate::file::{self, FileError, failed};
use crate::keyfile::{self, KeyFileError, NEXT_PRIVATE, PRIVATE, TRIED};
use crate::lock;
use crate::signer::{HeldKeys, KeySources, LogKey};
use crate::stage::Stage;

/// The longest that is read: a number and a line break.
const MAX_TRIED_BYTES: u64 = 32;

/// The key in the folder of a machine.
#[derive(Debug)]
pub(crate) struct OwnKey {
    folder: PathBuf,
    disk: Box<dyn Disk>,
}

impl OwnKey {
    pub(crate) fn new(folder: &Path, disk: Box<dyn Disk>) -> OwnKey {
        let folder = folder.to_owned();
        OwnKey { folder, disk }
    }

    /// Returns the keys that this machine can sign with: the one that it was given comes before the one in the folder.
    pub(crate) fn held(&self, sources: &KeySources) -> Result<HeldKeys, KeyFileError> {
        let current = match &sources.given {
            Some(key) => Some(key.clone().into()),
            None => keyfile::read_private(&self.folder, sources)?,
        };
        let heir = keyfile::read_private_at(self.folder.join(NEXT_PRIVATE), sources)?;
        Ok(HeldKeys { current, heir })
    }

    /// Writes the key that is to follow; it is durable afterwards.
    pub(crate) fn stage(&self, key: &LogKey) -> Result<(), FileError> {
        self.write(
            NEXT_PRIVATE,
            keyfile::private_text(key).as_bytes(),
            Access::Owner,
        )
    }

    /// Notes the leaf at which the record of that key is tried next.
    pub(crate) fn note_trial(&self, leaf: u64) -> Result<(), FileError> {
        self.write(TRIED, format!("{leaf}\n").as_bytes(), Access::Everyone)
    }

    /// Makes the key that was staged the key of this machine.
    pub(crate) fn name(&self) -> Result<(), FileError> {
        let _lock = lock::exclusive(&self.folder)?;
        let (from, to) = (self.folder.join(NEXT_PRIVATE), self.folder.join(PRIVATE));
        if from.exists() {
            // In this moment the private key before is gone.
            let named = self.disk.rename(&from, &to);
            named.map_err(failed("rename a file to", &to))?;
            self.sync()?;
        }
        self.remove(TRIED)
    }

    /// Removes the key that was staged, if its record is not in a log of so many leaves and can never be; returns
    /// whether it is gone.
    pub(crate) fn drop_staged(&self, size: u64) -> Result<bool, FileError> {
        let _lock = lock::exclusive(&self.folder)?;
        if self.trial()?.is_some_and(|leaf| leaf >= size) {
            return Ok(false);
        }
        self.remove(NEXT_PRIVATE)?;
        self.remove(TRIED)?;
        Ok(true)
    }

    /// Returns the leaf of the last trial; a note that cannot be understood is of one that may still arrive.
    fn trial(&self) -> Result<Option<u64>, FileError> {
        let bytes = file::read_if_present(&self.folder.join(TRIED), MAX_TRIED_BYTES)?;
        let number = |bytes: Vec<u8>| String::from_utf8(bytes).ok()?.trim_end().parse().ok();
        Ok(bytes.map(|bytes| number(bytes).unwrap_or(u64::MAX)))
    }

    fn write(&self, name: &str, bytes: &[u8], access: Access) -> Result<(), FileError> {
        let _lock = lock::exclusive(&self.folder)?;
        let mut stage = Stage::new(&*self.disk, &self.folder);
        stage.write(name, bytes, access)?;
        stage.sync()
    }

    fn remove(&self, name: &str) -> Result<(), FileError> {
        let path = self.folder.join(name);
        self.disk.remove(&path).map_err(failed("remove", &path))?;
        self.sync()
    }

    fn sync(&self) -> Result<(), FileError> {
        self.disk
            .sync_dir(&self.folder)
            .map_err(failed("make durable", &self.folder))
    }
}
