//! Opening a ledger for appending, and creating it.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tlog::checkpoint::Checkpoint;
use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle::{self, Hash};

use crate::Ledger;
use crate::audit::{self, AuditError, Audited, Payloads};
use crate::disk::{Access, Disk, LocalDisk};
use crate::file::failed;
use crate::keyfile;
use crate::lock;
pub use crate::open::error::{OpenError, SignError};
use crate::open::foreign::refuse_foreign;
use crate::own;
use crate::publish::{HANDOVER_LOOKS, HANDOVER_WAIT};
use crate::read::{CHECKPOINT, Reader, SignedCheckpoint};
use crate::signer::{self, HeldKeys, KeySources, LogKey};
use crate::store::files::{FilesStore, segment};
use crate::store::{Disturbance, Head, Store};
use crate::succession::keeper::Keeper;

mod error;
mod foreign;
pub(crate) mod machine;

impl Ledger {
    /// Returns the ledger in a folder, created with this origin and seed when there is none.
    ///
    /// Afterwards origin and key come from the folder alone. What a killed append left is finished or cut off.
    pub fn open_or_create(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
    ) -> Result<Ledger, OpenError> {
        Ledger::open_or_create_with(folder, origin, seed, &KeySources::default())
    }

    /// As [`Ledger::open_or_create`], where the private key may lie elsewhere than in its file.
    pub fn open_or_create_with(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
        sources: &KeySources,
    ) -> Result<Ledger, OpenError> {
        let open = || {
            let how = How::local(sources.clone(), SETTLE_BYTES);
            Ledger::open_how(folder, origin, seed, how)
        };
        let mut opened = open();
        for _ in 0..HANDOVER_LOOKS {
            match &opened {
                // The key may have been replaced while it was read.
                Err(error) if error.is_of_another_key() => {}
                Ok(_) | Err(_) => break,
            }
            std::thread::sleep(HANDOVER_WAIT);
            opened = open();
        }
        opened
    }

    /// Returns the ledger in a folder, which must be there.
    pub fn open(folder: &Path) -> Result<Ledger, OpenError> {
        Ledger::open_with(folder, &KeySources::default())
    }

    /// As [`Ledger::open`], where the private key may lie elsewhere than in its file.
    pub fn open_with(folder: &Path, sources: &KeySources) -> Result<Ledger, OpenError> {
        if let Some(key) = &sources.given {
            return open_given(folder, key, sources);
        }
        let is_there = |name: &str| folder.join(name).exists();
        if !is_there(keyfile::PRIVATE) && !is_there(keyfile::NEXT_PRIVATE) {
            refuse_without_key(folder)?;
            return Err(OpenError::Absent {
                path: folder.to_owned(),
            });
        }
        Ledger::open_or_create_with(folder, "countersign.local/absent", [0; 32], sources)
    }

    /// As [`Ledger::open_or_create`], for a process that appends much and for long: its tree is made durable less often.
    pub fn open_or_create_busy(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
    ) -> Result<Ledger, OpenError> {
        let how = How::local(KeySources::default(), SETTLE_BYTES_BUSY);
        Ledger::open_how(folder, origin, seed, how)
    }

    #[cfg(test)]
    pub(crate) fn open_on(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
        disk: Box<dyn Disk>,
        settle_bytes: u64,
    ) -> Result<Ledger, OpenError> {
        let how = How {
            disk,
            settle_bytes,
            sources: KeySources::default(),
        };
        Ledger::open_how(folder, origin, seed, how)
    }

    fn open_how(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
        how: How,
    ) -> Result<Ledger, OpenError> {
        // Before anything is made there: it may be the copy of a log in a report.
        refuse_shared(folder)?;
        let changing = lock::of_change_under_way(folder)?;
        let next = folder.join(keyfile::NEXT_PRIVATE);
        if !next.exists() {
            refuse_without_key(folder)?;
            refuse_foreign(folder)?;
        }
        std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
        let new = LogKey::from(SignerKey::from_seed(KeyName::new(origin)?, &seed));
        let name = new.verifier().name().clone();
        let store = FilesStore::new(folder, name, how.disk, how.settle_bytes);
        let keys = HeldKeys {
            heir: keyfile::read_private_at(next, &how.sources)?,
            current: None,
        };
        let keys = find_or_create(&store, folder, keys, (new, &how.sources))?;
        let public = keyfile::read_public(folder)?;
        let is_held = keys.of(&public).is_some();
        if !is_held && keys.current.is_some() {
            return Err(OpenError::OtherPublicKey {
                path: folder.join(keyfile::PUBLIC),
                own: how.sources.named(),
            });
        }
        let store = Arc::new(store.of(public.name().clone()));
        let mut ledger = Ledger::unpublished(folder, (public, keys), store.clone());
        ledger.keeper = Some(Keeper::Folder(store));
        match changing {
            Some(_) => ledger.finish_change()?,
            None => ledger.finish(None)?,
        }
        Ok(ledger)
    }

    /// Returns the ledger in a store, after what was interrupted there is finished; the end is given by who just
    /// looked for it.
    pub(crate) fn over(
        folder: &Path,
        key: LogKey,
        store: Arc<dyn Store>,
        end: Option<Head>,
    ) -> Result<Ledger, OpenError> {
        let public = key.verifier();
        let keys = HeldKeys {
            current: Some(key),
            heir: None,
        };
        let ledger = Ledger::unpublished(folder, (public, keys), store);
        ledger.finish(end)?;
        Ok(ledger)
    }

    /// Returns a ledger as it was left.
    pub(crate) fn unpublished(
        folder: &Path,
        (public, keys): (VerifierKey, HeldKeys),
        store: Arc<dyn Store>,
    ) -> Ledger {
        let heir = keys.heir.as_ref().map(LogKey::verifier);
        let reader = Reader::appending(folder, public.clone(), store.clone());
        Ledger {
            reader: reader.believing(public, heir),
            store,
            keeper: None,
            keys,
            grown: Mutex::new(None),
        }
    }

    /// Finishes what was interrupted.
    pub(crate) fn finish(&self, end: Option<Head>) -> Result<(), OpenError> {
        let settled = self.settled_size()?;
        let signed = self.publish_from(end).map_err(Box::new)?;
        Ok(self.finish_erasures(settled, signed.checkpoint.size())?)
    }

    /// Returns what reads this ledger.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Returns what this process noticed that somebody did to the log, and that the log withstood.
    pub fn disturbances(&self) -> Vec<Disturbance> {
        self.store.disturbances()
    }

    /// Returns what [`crate::audit()`] returns, while nobody changes the tree.
    pub fn audit(&self, payloads: &Payloads) -> Result<Audited, AuditError> {
        let _lock = lock::reading(self.reader.folder())?;
        audit::run(&self.reader, payloads)
    }
}

/// How a folder is opened.
struct How {
    disk: Box<dyn Disk>,
    settle_bytes: u64,
    sources: KeySources,
}

impl How {
    fn local(sources: KeySources, settle_bytes: u64) -> How {
        How {
            disk: Box::new(LocalDisk),
            settle_bytes,
            sources,
        }
    }
}

/// Returns the ledger in a folder that does not hold its key, or need not.
fn open_given(folder: &Path, key: &SignerKey, sources: &KeySources) -> Result<Ledger, OpenError> {
    refuse_shared(folder)?;
    if !folder.join(segment::FOLDER).exists() {
        let place = folder.display().to_string();
        return Err(OpenError::NoLog { place });
    }
    if keyfile::read_public(folder)? != key.verifier() {
        let path = folder.join(keyfile::PUBLIC);
        let own = sources.named();
        return Err(OpenError::OtherPublicKey { path, own });
    }
    let name = key.verifier().name().clone();
    let store = FilesStore::new(folder, name, Box::new(LocalDisk), SETTLE_BYTES);
    {
        let _lock = lock::exclusive(folder)?;
        store.remove_staged()?;
    }
    Ledger::over(folder, key.clone().into(), Arc::new(store), None)
}

/// Where a key is to follow, the one before may be gone.
fn find_or_create(
    store: &FilesStore,
    folder: &Path,
    keys: HeldKeys,
    (new, sources): (LogKey, &KeySources),
) -> Result<HeldKeys, OpenError> {
    let _lock = lock::exclusive(folder)?;
    store.remove_staged()?;
    let current = match keyfile::read_private(folder, sources)? {
        None if keys.heir.is_none() => {
            refuse_without_key(folder)?;
            Some(create(store, new)?)
        }
        current => current,
    };
    Ok(HeldKeys { current, ..keys })
}

/// Returns the signed checkpoint of a tree.
pub(crate) fn sign(key: &LogKey, size: u64, root: Hash) -> Result<SignedCheckpoint, SignError> {
    let public = key.verifier();
    let checkpoint = Checkpoint::new(public.name().as_str(), size, root)?;
    let note = signer::sign(&checkpoint.to_string(), &[key])?;
    Ok(SignedCheckpoint {
        checkpoint,
        note,
        key: public,
    })
}

/// The key in the folder signs for the log on the remote, and must not begin another one.
fn refuse_shared(folder: &Path) -> Result<(), OpenError> {
    match own::remembered(folder)? {
        Some(path) => Err(OpenError::Shared { path }),
        None => Ok(()),
    }
}

/// A log that has leaves had a key before it had them.
pub(crate) fn refuse_without_key(folder: &Path) -> Result<(), OpenError> {
    let path = folder.join(keyfile::PRIVATE);
    let begun = folder.join(segment::name(0)).metadata();
    let has_leaves = folder.join("ledger/tile").exists()
        || begun.is_ok_and(|segment| segment.len() > segment::HEADER_BYTES);
    match has_leaves && !path.exists() {
        true => Err(OpenError::KeyLost { path }),
        false => Ok(()),
    }
}

/// Commits behind which the tree is made durable: a process that appends once spends little on the next one's start.
const SETTLE_BYTES: u64 = 1 << 20;

/// The same for a process that appends all the time.
const SETTLE_BYTES_BUSY: u64 = 64 << 20;

pub(crate) const GITIGNORE: &str = ".gitignore";
pub(crate) const IGNORED: &[u8] = b"*\n";

/// Creates an empty log. The private key comes last: until it is there, the next call begins anew.
fn create(store: &FilesStore, key: LogKey) -> Result<LogKey, OpenError> {
    let signed = sign(&key, 0, merkle::empty_root())?;
    // The folder stands in a repository, where key and payloads must not be committed by accident.
    let mut stage = store.stage();
    stage.doubt("");
    stage.write(GITIGNORE, IGNORED, Access::Everyone)?;
    let note = signed.note.to_string();
    stage.write(CHECKPOINT, note.as_bytes(), Access::Everyone)?;
    let public = keyfile::public_text(&key.verifier());
    stage.write(keyfile::PUBLIC, public.as_bytes(), Access::Everyone)?;
    stage.sync()?;
    store.begin_segment(Head::empty(key.verifier().name()))?;
    let private = keyfile::private_text(&key);
    stage.write(keyfile::PRIVATE, private.as_bytes(), Access::Owner)?;
    stage.sync()?;
    Ok(key)
}
