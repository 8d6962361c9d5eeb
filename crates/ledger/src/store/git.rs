//! The ledger on two refs of a git remote: what a laptop and CI jobs share that have nothing but a forge.
//!
//! | ref | holds |
//! | --- | --- |
//! | `refs/countersign/ledger` | a line of commits, each with the whole log: `state`, `log.vkey`, `records/…`, `ledger/…` |
//! | `refs/countersign/keys` | one commit without a parent, replaced as a whole: `keys/…`, by which payloads are opened |
//!
//! `state` says where the log ends, and is not signed. `records/<thousands>/<index>` holds a commit from that leaf on,
//! `ledger/` the signed checkpoint and the tiles as every ledger has them.
//! An append is one push of both refs, which the remote takes only if both stand where they stood, and publishing is
//! another one. Whoever may push there may append: only the checkpoint is signed.
//! A machine remembers what it saw, and never follows a remote that does not lead on from that.
//!
//! **What erasing is worth here.** Keys never lie in a history: destroying one replaces the commit of the keys by one
//! without it, and the copies of other machines drop it at their next look. But a forge may keep objects that no ref
//! leads to: for its own housekeeping's time, in backups, in forks, in caches, or for as long as somebody knows their
//! names and asks. The payload is gone when the forge has cleaned up, which its support can often be asked to do at
//! once. Where that is not enough, keep the ledger elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tlog::checkpoint::Checkpoint;
use tlog::note::Note;

use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::erase;
use crate::file::FileError;
use crate::keyfile;
use crate::lock::{self, Lock};
use crate::read::CHECKPOINT;
use crate::seal::Key;
use crate::store::git::cache::Cache;
use crate::store::git::command::Git;
use crate::store::git::error::{GitError, Said};
use crate::store::git::import::Import;
use crate::store::git::remote::Remote;
use crate::store::git::snapshot::{Snapshot, record_name};
use crate::store::git::swap::Step;
use crate::store::{Head, Objects, Store, StoreError, Visit};

pub(crate) mod cache;
mod command;
pub mod error;
mod import;
mod keys;
mod objects;
mod push;
mod reading;
pub mod remote;
mod snapshot;
mod stale;
mod state;
mod swap;

const LEDGER_REF: &str = "refs/countersign/ledger";
const KEYS_REF: &str = "refs/countersign/keys";

/// A ledger on a remote, with the local copy of one machine.
#[derive(Debug)]
pub(crate) struct GitStore {
    folder: PathBuf,
    cache: Cache,
    known: Mutex<Known>,
}

/// What this process knows, and what it wrote and did not publish.
#[derive(Debug, Default)]
struct Known {
    snapshot: Option<Arc<Snapshot>>,
    pending: BTreeMap<String, Vec<u8>>,
}

impl GitStore {
    /// Returns the store on a remote, with its copy below a folder that is there; the remote is not asked yet.
    pub(crate) fn open(folder: &Path, remote: Remote) -> Result<GitStore, StoreError> {
        let _lock = lock::exclusive(folder)?;
        Ok(GitStore {
            folder: folder.to_owned(),
            cache: Cache::open(folder, remote)?,
            known: Mutex::default(),
        })
    }

    /// Returns the end of the log as it is now, or nothing when the remote has no log.
    pub(crate) fn look(&self) -> Result<Option<Head>, StoreError> {
        let mut known = self.known();
        let _lock = self.locked()?;
        let found = self.fetch(&mut known)?;
        Ok(found.map(|snapshot| snapshot.head))
    }

    /// Begins a log on the remote; returns whether nobody else did.
    pub(crate) fn create(
        &self,
        head: &Head,
        public: &[u8],
        checkpoint: &[u8],
    ) -> Result<bool, StoreError> {
        let mut known = self.known();
        let _lock = self.locked()?;
        self.begin(&mut known, &|| {
            let mut import = Import::new();
            import.put(state::NAME, &state::encode(head));
            import.put(keyfile::PUBLIC, public);
            import.put(CHECKPOINT, checkpoint);
            import.commit_ledger(None, "begin");
            import.commit_keys();
            import
        })
    }

    /// Waits until no other process works in the copy; what one that was killed left there is cleared away.
    fn locked(&self) -> Result<Lock, FileError> {
        let lock = lock::exclusive(&self.folder)?;
        stale::remove_locks(self.cache.git.directory())?;
        Ok(lock)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Whoever panicked left what it knew: a snapshot is whole, and bytes to be published follow from the commits.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GitStore {
    /// Returns the leaves whose erasure a checkpoint covers and the one before does not: with it their keys go, so that
    /// nobody finds a payload gone and no record of that signed.
    fn erased(
        &self,
        snapshot: &Snapshot,
        from: u64,
        checkpoint: &[u8],
    ) -> Result<Vec<u64>, StoreError> {
        let end = claimed_size(Some(checkpoint)).min(snapshot.head.size);
        let mut erased = BTreeSet::new();
        self.show(snapshot, from.min(end), end, &mut |commit, keys| {
            for (index, (entry, key)) in (commit.base..).zip(commit.leaves.iter().zip(&keys)) {
                let erasure =
                    erase::opened(&entry.leaf, |leaf| entry.sealed.open(key, &leaf.payload));
                erased.extend(erasure.iter().flat_map(|erasure| erasure.before(index)));
            }
            Ok(())
        })?;
        Ok(erased.into_iter().collect())
    }
}

/// Returns the leaves that the bytes of a checkpoint claim, whoever signed it; none where they are no checkpoint.
fn claimed_size(checkpoint: Option<&[u8]>) -> u64 {
    let note = checkpoint.and_then(|bytes| Note::parse(bytes).ok());
    let claimed = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
    claimed.map_or(0, |checkpoint| checkpoint.size())
}

impl Store for GitStore {
    fn head(&self) -> Result<Head, StoreError> {
        let mut known = self.known();
        let _lock = self.locked()?;
        let found = self.fetch(&mut known)?;
        Ok(self.log_of(found)?.head)
    }

    fn commit(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError> {
        let bytes = Commit::encoded_bytes(&commit.leaves);
        if bytes > MAX_COMMIT_BYTES {
            return Err(StoreError::TooLong { bytes });
        }
        let mut encoded = Vec::with_capacity(clamped(bytes));
        commit.encode(&mut encoded);
        let head = expected.after(commit, &encoded);
        let mut known = self.known();
        let taken = self.swap(&mut known, &mut |snapshot, _| {
            if snapshot.head != *expected {
                return Ok(Step::Lost);
            }
            let mut import = Import::new();
            import.put(&record_name(commit.base), &encoded);
            import.put(state::NAME, &state::encode(&head));
            import.commit_ledger(Some(&snapshot.tips.ledger), "append");
            keys::put_all(snapshot, commit, keys, &mut import);
            Ok(Step::Push(import))
        })?;
        Ok(taken.then_some(head))
    }

    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        let snapshot = self.snapshot(&mut self.known())?;
        self.show(&snapshot, from, end, visit)
    }

    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError> {
        let mut known = self.known();
        self.swap(&mut known, &mut |snapshot, _| {
            let mut import = Import::new();
            match keys::put_without(&self.cache, snapshot, leaves, &mut import)? {
                true => Ok(Step::Push(import)),
                false => Ok(Step::Done),
            }
        })?;
        Ok(())
    }

    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        self.known().pending.extend(objects.iter().cloned());
        Ok(())
    }

    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError> {
        let mut known = self.known();
        let published = self.swap(&mut known, &mut |snapshot, pending| {
            let limit = tlog::note::MAX_NOTE_BYTES as u64;
            let current = snapshot.objects.get(CHECKPOINT);
            let current = current
                .map(|blob| self.cache.read(blob, limit))
                .transpose()?;
            if current.as_deref() != expected {
                return Ok(Step::Lost);
            }
            if pending.is_empty() && expected == Some(checkpoint) {
                return Ok(Step::Done);
            }
            let mut import = Import::new();
            for (name, bytes) in pending {
                import.put(name, bytes);
                // C2SP tlog-tiles, "Partial Tiles": they may be deleted once the full tile is available.
                import.remove(&format!("{name}.p"));
            }
            import.put(CHECKPOINT, checkpoint);
            import.commit_ledger(Some(&snapshot.tips.ledger), "publish");
            let erased = self.erased(snapshot, claimed_size(current.as_deref()), checkpoint)?;
            keys::put_without(&self.cache, snapshot, &erased, &mut import)?;
            Ok(Step::Push(import))
        })?;
        // Whoever was first published the same tiles, or will be asked for them again.
        known.pending.clear();
        Ok(published)
    }

    /// A push stores tree and checkpoint together, durably or not at all.
    fn settled(&self) -> Result<Option<Vec<u8>>, FileError> {
        self.read(CHECKPOINT, tlog::note::MAX_NOTE_BYTES as u64)
    }
}

fn garbled(git: &Git) -> GitError {
    GitError::Cache {
        action: "understand git",
        path: git.directory().to_owned(),
        source: Said("an answer of another form than expected".to_owned()),
    }
}

fn clamped(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::sync::{Arc, Mutex};

    use tempfile::TempDir;
    use tlog::key::SignerKey;

    use super::GitStore;
    use super::remote::Remote;
    use crate::store::Head;
    use crate::store::contract::{FIRST, Place, contract, origin};

    contract!(bare_repository, super::place());

    fn place() -> Place {
        let server = TempDir::new().unwrap();
        let init = ["init", "--quiet", "--bare"];
        let made = Command::new("git").args(init).arg(server.path()).status();
        assert!(made.unwrap().success());
        let folders = Mutex::new(Vec::new());
        let machine = move || {
            let folder = TempDir::new().unwrap();
            let remote = Remote::new(&format!("file://{}", server.path().display())).unwrap();
            let store = GitStore::open(folder.path(), remote).unwrap();
            folders.lock().unwrap().push(folder);
            store
        };
        let head = Head::empty(&origin());
        let key = SignerKey::from_seed(origin(), &[7; 32]).verifier();
        let public = format!("{key}\n").into_bytes();
        assert!(machine().create(&head, &public, FIRST).unwrap());
        assert!(!machine().create(&head, b"other\n", FIRST).unwrap());
        Place {
            machine: Box::new(move || Arc::new(machine())),
        }
    }
}
