//! Opening a ledger that machines share through a git remote. Each has a key of the log in a folder of its own.

use std::path::Path;
use std::sync::Arc;

use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle;

use crate::Ledger;
use crate::audit::{AuditError, Audited, Payloads};
use crate::disk::LocalDisk;
use crate::keyfile;
use crate::lock;
use crate::open::machine::Machine;
use crate::open::{self, OpenError};
use crate::own;
use crate::read::{ReadError, Reader};
use crate::signer::{KeySources, LogKey, NewKey};
use crate::store::git::GitStore;
use crate::store::git::error::GitError;
use crate::store::git::remote::Remote;
use crate::store::{Head, StoreError};
use crate::succession::{ChangeError, Occasion};

impl Ledger {
    /// Returns the ledger on a remote, created with this origin and seed when there is none.
    ///
    /// The private key lies in the folder, which is the machine's own. One that has a key begins no second log with
    /// it: if the remote has none any more, that is an error.
    pub fn open_or_create_shared(
        folder: &Path,
        remote: &Remote,
        origin: &str,
        seed: [u8; 32],
    ) -> Result<Ledger, OpenError> {
        Ledger::open_or_create_shared_with(folder, remote, (origin, seed), &KeySources::default())
    }

    /// As [`Ledger::open_or_create_shared`], where the private key may lie elsewhere than in its file.
    pub fn open_or_create_shared_with(
        folder: &Path,
        remote: &Remote,
        (origin, seed): (&str, [u8; 32]),
        sources: &KeySources,
    ) -> Result<Ledger, OpenError> {
        let new = SignerKey::from_seed(KeyName::new(origin)?, &seed);
        let store = open_store(folder, remote)?;
        let end = {
            let _lock = lock::creating(folder)?;
            let has_key = own::has_key(folder);
            match store.look()?.filter(|_| !own::has_begun(folder)) {
                None if !has_key => {
                    create(folder, &store, new.into())?;
                    store.look()?
                }
                end => end,
            }
        };
        open_on(folder, remote, store, end, sources)
    }

    /// Returns the ledger on a remote, for a machine that has its key in the folder.
    pub fn open_shared(folder: &Path, remote: &Remote) -> Result<Ledger, OpenError> {
        Ledger::open_shared_with(folder, remote, &KeySources::default())
    }

    /// As [`Ledger::open_shared`], with a key that was given to the machine otherwise, if one was.
    pub fn open_shared_with(
        folder: &Path,
        remote: &Remote,
        sources: &KeySources,
    ) -> Result<Ledger, OpenError> {
        let store = open_store(folder, remote)?;
        let end = store.look()?;
        open_on(folder, remote, store, end, sources)
    }

    /// Lets a new key take over a log on a remote whose private key is gone.
    ///
    /// No other machine can be asked whether it still has that key: whoever calls knows that none has.
    pub fn take_over_lost_shared(
        folder: &Path,
        remote: &Remote,
        (new, sources): (&NewKey, &KeySources),
        occasion: Occasion<'_>,
    ) -> Result<Ledger, ChangeError> {
        let store = open_store(folder, remote)?;
        let end = store.look().map_err(OpenError::from)?;
        found(end, remote).map_err(OpenError::from)?;
        let machine = Machine::new(folder, Box::new(LocalDisk), sources, remote.to_string());
        Ledger::take_over_shared(machine, Arc::new(store), new, occasion)
    }
}

impl Reader {
    /// Returns a reader of the ledger on a remote, as it is now, under the key to which the public key that lies there
    /// leads by the records of the log.
    ///
    /// The folder is the machine's own, and needs no key. A later change of that public key is refused.
    pub fn open_shared(folder: &Path, remote: &Remote) -> Result<Reader, OpenError> {
        let reader = Reader::find_shared(folder, remote)?;
        let remote = remote.to_string();
        reader.ok_or(OpenError::Store(GitError::NoLog { remote }.into()))
    }

    /// As [`Reader::open_shared`], or nothing where the remote has no ledger and none was seen there.
    pub fn find_shared(folder: &Path, remote: &Remote) -> Result<Option<Reader>, OpenError> {
        let store = open_store(folder, remote)?;
        if store.look()?.is_none() {
            return Ok(None);
        }
        let first = keyfile::read_public_in(&store).map_err(ReadError::from)?;
        let reader = Reader::appending(folder, first, Arc::new(store));
        Ok(Some(reader.under_key_in_force()?))
    }
}

/// Returns what the ledger on a remote holds, as [`crate::audit()`] does for a folder.
///
/// `log` is the key that the caller believes in; the one on the remote is only compared with it.
pub fn audit(
    folder: &Path,
    remote: &Remote,
    log: &VerifierKey,
    payloads: &Payloads,
) -> Result<Audited, SharedAuditError> {
    let store = open_store(folder, remote)?;
    let end = store.look().and_then(|end| found(end, remote));
    end.map_err(OpenError::from)?;
    let reader = Reader::appending(folder, log.clone(), Arc::new(store));
    Ok(reader.audit(payloads)?)
}

/// Why the ledger on a remote does not hold, or could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SharedAuditError {
    /// It could not be looked at.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It does not hold.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// Returns the store on a remote, with its copy in a folder that holds nothing but what belongs to it.
fn open_store(folder: &Path, remote: &Remote) -> Result<GitStore, OpenError> {
    own::prepare(folder)?;
    let memory = own::memory(folder, &remote.to_string())?;
    Ok(GitStore::open(&memory, remote.clone())?)
}

/// Returns the end of a log that must be there.
fn found(end: Option<Head>, remote: &Remote) -> Result<Head, StoreError> {
    let remote = remote.to_string();
    end.ok_or(StoreError::Git(GitError::NoLog { remote }))
}

fn open_on(
    folder: &Path,
    remote: &Remote,
    store: GitStore,
    end: Option<Head>,
    sources: &KeySources,
) -> Result<Ledger, OpenError> {
    let end = found(end, remote)?;
    let machine = Machine::new(folder, Box::new(LocalDisk), sources, remote.to_string());
    Ledger::over_shared(machine, Arc::new(store), Some(end))
}

/// Begins a log, or finds out what became of an attempt that was killed.
fn create(folder: &Path, store: &GitStore, new: LogKey) -> Result<(), OpenError> {
    let key = own::key_to_begin(folder, new)?;
    let signed = open::sign(&key, 0, merkle::empty_root())?;
    let public = keyfile::public_text(&key.verifier());
    let head = Head::empty(key.verifier().name());
    store.create(&head, public.as_bytes(), signed.note.to_string().as_bytes())?;
    match keyfile::read_public_in(store)? == key.verifier() {
        true => own::keep_begun(folder)?,
        false => own::drop_begun(folder)?,
    }
    Ok(())
}
