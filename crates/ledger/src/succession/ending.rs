//! The end of a handover: the new key gets its name, or is given up, at once or by the next to open the ledger.

use crate::Ledger;
use crate::append::AppendError;
use crate::keyfile;
use crate::open::OpenError;
use crate::signer::{HeldKeys, LogKey};
use crate::succession::keeper::Keeper;

impl Ledger {
    /// Finishes a handover that was interrupted, or undoes it where its record was not committed. The lock for changes
    /// of the key is held.
    pub(crate) fn finish_change(&mut self) -> Result<(), OpenError> {
        if self.keys.current.is_none() {
            return self.finish_loss();
        }
        self.finish(None)?;
        match self.is_heir_in_force()? {
            true => self.name_heir(),
            false => self.drop_heir(),
        }
    }

    fn finish_loss(&mut self) -> Result<(), OpenError> {
        let path = self.reader.folder().join(keyfile::PRIVATE);
        match self.finish(None) {
            // What was committed is to be signed by the key that is lost.
            Err(OpenError::Unfinished(error))
                if matches!(*error, AppendError::KeyReplaced { .. }) =>
            {
                self.drop_heir()?;
                return Err(OpenError::KeyLost { path });
            }
            finished => finished?,
        }
        match self.is_heir_in_force()? {
            true => self.name_heir(),
            false => {
                self.drop_heir()?;
                Err(OpenError::KeyLost { path })
            }
        }
    }

    fn is_heir_in_force(&self) -> Result<bool, OpenError> {
        let signer = self.reader.checkpoint()?.key;
        let heir = self.keys.heir.as_ref().map(LogKey::verifier);
        Ok(heir == Some(signer))
    }

    /// Ends a handover whose checkpoint is published.
    pub(super) fn name_heir(&mut self) -> Result<(), OpenError> {
        let Some(heir) = self.keys.heir.clone() else {
            return Ok(());
        };
        let public = heir.verifier();
        match self.keeper.clone() {
            Some(Keeper::Folder(home)) => {
                let (bytes, signed) = self.reader.checkpoint_bytes()?;
                let size = signed.checkpoint.size();
                self.finish_erasures(self.settled_size()?, size)?;
                home.settle_at_once(&bytes, size)?;
                home.name_key(&public)?;
            }
            Some(Keeper::Machine(own)) => own.name()?,
            None => {}
        }
        self.reader = self.reader.believing(public, None);
        self.keys = HeldKeys {
            current: Some(heir),
            heir: None,
        };
        Ok(())
    }

    /// Gives a key up whose record is not in the log, unless it may still arrive there.
    pub(super) fn drop_heir(&mut self) -> Result<(), OpenError> {
        let heir = self.keys.heir.as_ref().map(LogKey::verifier);
        let size = match self.in_force(self.store.head()?) {
            // It just arrived.
            Ok((_, in_force)) if Some(&in_force) == heir.as_ref() => return Ok(()),
            Ok((head, _)) => head.size,
            // The records lead to another key; whether this one's may still arrive, the leaf of its trial tells.
            Err(AppendError::KeyReplaced { .. }) => self.store.head()?.size,
            Err(error) => return Err(Box::new(error).into()),
        };
        let keeper = self.keeper.as_ref();
        if keeper.map_or(Ok(true), |keeper| keeper.drop_staged(size))? {
            let log = self.reader.log().clone();
            self.reader = self.reader.believing(log, None);
            self.keys.heir = None;
        }
        Ok(())
    }
}
