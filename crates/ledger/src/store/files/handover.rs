//! The files of a key that takes a log over: written before the record of it is committed, named once the checkpoint
//! that it signed is durable. Whoever calls holds the lock for changes of the key.

use tlog::key::VerifierKey;

use crate::disk::Access;
use crate::file::{FileError, failed};
use crate::keyfile::{self, NEXT_PRIVATE, NEXT_PUBLIC};
use crate::lock;
use crate::read::CHECKPOINT;
use crate::signer::LogKey;
use crate::store::files::FilesStore;

impl FilesStore {
    /// Writes the key that is to follow; it is durable afterwards.
    pub(crate) fn stage_key(&self, key: &LogKey) -> Result<(), FileError> {
        let _lock = lock::exclusive(&self.folder)?;
        let mut stage = self.stage();
        let public = keyfile::public_text(&key.verifier());
        stage.write(NEXT_PUBLIC, public.as_bytes(), Access::Everyone)?;
        let private = keyfile::private_text(key);
        stage.write(NEXT_PRIVATE, private.as_bytes(), Access::Owner)?;
        stage.sync()
    }

    /// Makes the key that was staged the key of the log. A crash on the way leaves the staged files, by which the
    /// next to open the ledger does the rest.
    pub(crate) fn name_key(&self, key: &VerifierKey) -> Result<(), FileError> {
        let _lock = lock::exclusive(&self.folder)?;
        let mut stage = self.stage();
        // The public key must not be durable before the checkpoint that it opens.
        stage.doubt(CHECKPOINT);
        stage.sync()?;
        let public = keyfile::public_text(key);
        stage.write(keyfile::PUBLIC, public.as_bytes(), Access::Everyone)?;
        stage.sync()?;
        // In this moment the private key before is gone.
        let (from, to) = (NEXT_PRIVATE, keyfile::PRIVATE);
        if self.folder.join(from).exists() {
            let (from, to) = (self.folder.join(from), self.folder.join(to));
            let named = self.disk.rename(&from, &to);
            named.map_err(failed("rename a file to", &to))?;
            stage.doubt(keyfile::PRIVATE);
            stage.sync()?;
        }
        self.remove_names(&[NEXT_PUBLIC])
    }

    /// Removes a key that was staged and that no record names.
    pub(crate) fn drop_staged_key(&self) -> Result<(), FileError> {
        let _lock = lock::exclusive(&self.folder)?;
        self.remove_names(&[NEXT_PRIVATE, NEXT_PUBLIC])
    }

    fn remove_names(&self, names: &[&str]) -> Result<(), FileError> {
        for name in names {
            let path = self.folder.join(name);
            self.disk.remove(&path).map_err(failed("remove", &path))?;
        }
        let mut stage = self.stage();
        stage.doubt(NEXT_PUBLIC);
        stage.sync()
    }
}
