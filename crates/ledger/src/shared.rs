//! Opening a ledger that machines share through a git remote. Each has a key of the log in a folder of its own.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle;

use crate::Ledger;
use crate::audit::{self, AuditError, Audited, Payloads};
use crate::disk::{Access, Disk, LocalDisk};
use crate::file::{FileError, failed};
use crate::keyfile;
use crate::lock;
use crate::open::{self, GITIGNORE, IGNORED, OpenError};
use crate::read::{ReadError, Reader};
use crate::store::files::segment;
use crate::store::git::GitStore;
use crate::store::git::error::GitError;
use crate::store::git::remote::Remote;
use crate::store::{Head, Objects, StoreError};

/// The private key of a log while it is begun on the remote: whoever finds it there may have begun it, or not.
const BEGUN: &str = "log.key.begun";

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
        let new = SignerKey::from_seed(KeyName::new(origin)?, &seed);
        let store = open_store(folder, remote)?;
        let end = {
            let _lock = lock::creating(folder)?;
            let has_key = folder.join(keyfile::PRIVATE).exists();
            match store.look()?.filter(|_| !folder.join(BEGUN).exists()) {
                None if !has_key => {
                    create(folder, &store, new)?;
                    store.look()?
                }
                end => end,
            }
        };
        open_on(folder, remote, store, end)
    }

    /// Returns the ledger on a remote, for a machine to which a key was given.
    pub fn open_shared(folder: &Path, remote: &Remote) -> Result<Ledger, OpenError> {
        let store = open_store(folder, remote)?;
        let end = store.look()?;
        open_on(folder, remote, store, end)
    }
}

impl Reader {
    /// Returns a reader of the ledger on a remote, as it is now, with the public key that lies there.
    ///
    /// The folder is the machine's own, and needs no key. A later change of the public key is refused.
    pub fn open_shared(folder: &Path, remote: &Remote) -> Result<Reader, OpenError> {
        let store = open_store(folder, remote)?;
        found(store.look()?, remote)?;
        let log = keyfile::read_public_in(&store).map_err(ReadError::from)?;
        Ok(Reader::appending(folder, log, Arc::new(store)))
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
    Ok(audit::run(&reader, payloads)?)
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
    for name in [segment::FOLDER, "ledger"] {
        let path = folder.join(name);
        if path.exists() {
            return Err(OpenError::Unshared { path });
        }
    }
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let ignored = folder.join(GITIGNORE);
    if !ignored.exists() {
        // The folder stands in a repository, where key and copy must not be committed by accident.
        fs::write(&ignored, IGNORED).map_err(failed("write", &ignored))?;
    }
    Ok(GitStore::open(folder, remote.clone())?)
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
) -> Result<Ledger, OpenError> {
    let end = found(end, remote)?;
    let Some(key) = keyfile::read_private(folder)? else {
        return Err(OpenError::NoKey {
            path: folder.join(keyfile::PRIVATE),
            remote: remote.to_string(),
        });
    };
    if keyfile::read_public_in(&store)? != key.verifier() {
        return Err(OpenError::OtherPublicKey {
            path: store.place(keyfile::PUBLIC),
        });
    }
    Ledger::over(folder, key, Arc::new(store), Some(end))
}

/// Begins a log, or finds out what became of an attempt that was killed.
///
/// The key is durable before the log is: a log without its key would be lost. It gets its name once the log is there,
/// so that a key under this name was never one of no log.
fn create(folder: &Path, store: &GitStore, new: SignerKey) -> Result<(), OpenError> {
    let begun = folder.join(BEGUN);
    let key = match keyfile::read_private_at(begun.clone())? {
        Some(key) => key,
        None => {
            write_key(folder, &new)?;
            new
        }
    };
    let signed = open::sign(&key, 0, merkle::empty_root())?;
    let public = keyfile::public_text(&key.verifier());
    let head = Head::empty(key.verifier().name());
    store.create(&head, public.as_bytes(), signed.note.to_string().as_bytes())?;
    match keyfile::read_public_in(store)? == key.verifier() {
        true => {
            let path = folder.join(keyfile::PRIVATE);
            let named = LocalDisk.rename(&begun, &path);
            named.map_err(failed("rename a file to", &path))?;
        }
        // Another machine was first, and this key signed nothing that anybody saw.
        false => LocalDisk.remove(&begun).map_err(failed("remove", &begun))?,
    }
    Ok(LocalDisk
        .sync_dir(folder)
        .map_err(failed("make durable", folder))?)
}

/// Writes a key so that it is there whole or not at all.
fn write_key(folder: &Path, key: &SignerKey) -> Result<(), FileError> {
    let (staged, path) = (folder.join("staged"), folder.join(BEGUN));
    let text = keyfile::private_text(key);
    let write = || {
        LocalDisk.write(&staged, text.as_bytes(), Access::Owner)?;
        LocalDisk.sync_file(&staged)?;
        LocalDisk.rename(&staged, &path)?;
        LocalDisk.sync_dir(folder)
    };
    write().map_err(failed("write", &path))
}
