//! The ledger in a bucket of an S3-compatible object store, for any number of machines.
//!
//! | name below the prefix | holds | locked |
//! | --- | --- | --- |
//! | `state` | which record is the last one; a conditional put that replaces it is the commit | yes |
//! | `records/<index>-<sha256>` | one commit behind a header that says which record it follows | yes |
//! | `keys/<index>-<sha256>` | the keys of its payloads; where one is destroyed, no older version stays | no |
//! | `ledger/…` | checkpoint and tiles; partial tiles are not locked, for full ones follow them | yes |
//! | `log.vkey` | the public key of the log | yes |
//! | `erased`, `destroying/…` | up to where erasures are finished, and those that are under way | no |
//!
//! Object Lock keeps versions, not names: whoever may write can put other bytes or a delete marker over a locked
//! object. So nothing is believed for its name. The state names the last record by its digest, each record names
//! those before it, and where the newest version is not the one that is vouched for, an older one is.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::try_join_all;
use tlog::key::KeyName;
use tlog::note::MAX_NOTE_BYTES;
use tokio::runtime::Runtime;

use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::file::FileError;
use crate::read::CHECKPOINT;
use crate::seal::Key;
use crate::store::object::bucket::{Bucket, Condition, Kept};
use crate::store::object::failure::BucketError;
use crate::store::object::memory::Memory;
use crate::store::object::record::{Attempt, Header};
use crate::store::object::state::State;
use crate::store::object::trail::Link;
use crate::store::{Disturbance, Head, Objects, Store, StoreError, Tampering, Visit};

mod append;
mod bucket;
mod chain;
pub mod failure;
#[cfg(test)]
mod fake;
mod keys;
mod listing;
mod memory;
pub mod open;
pub mod place;
mod record;
mod request;
mod state;
#[cfg(test)]
mod tests;
mod trail;
mod watch;

/// Objects that are asked for at once.
const AT_ONCE: usize = 8;

/// What tells a process that writes from every other.
pub type Writer = [u8; 16];

/// A ledger in a bucket.
///
/// It drives its own requests, on the thread that calls, which must not be one that drives others.
#[derive(Debug)]
pub(crate) struct BucketStore {
    bucket: Bucket,
    origin: KeyName,
    runtime: Runtime,
    writer: Writer,
    attempts: AtomicU64,
    memory: Option<Memory>,
    known: Mutex<Known>,
    disturbances: Mutex<BTreeSet<Disturbance>>,
}

/// What this process remembers; all of it can be asked for again.
#[derive(Debug, Default)]
struct Known {
    /// The state that was seen last.
    state: Option<State>,
    /// What a swap of that state asks for.
    condition: Option<Condition>,
    /// Whether it was asked, once, if an older state was put back.
    is_watched: bool,
    headers: HashMap<Link, Arc<Header>>,
}

impl BucketStore {
    fn new(bucket: Bucket, origin: KeyName, writer: Writer) -> io::Result<BucketStore> {
        Ok(BucketStore {
            bucket,
            origin,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
            writer,
            attempts: AtomicU64::new(0),
            memory: None,
            known: Mutex::default(),
            disturbances: Mutex::default(),
        })
    }

    /// Returns the store as a machine uses it that remembers in a folder what it saw.
    fn remembering(self, folder: &Path) -> BucketStore {
        BucketStore {
            memory: Some(Memory::in_folder(folder)),
            ..self
        }
    }

    /// Returns the store of the log with this name.
    fn of(self, origin: KeyName) -> BucketStore {
        BucketStore { origin, ..self }
    }

    fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing in it is changed in more than one step.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_attempt(&self) -> Attempt {
        let count = self.attempts.fetch_add(1, Ordering::Relaxed);
        let mut attempt = Attempt::default();
        attempt[..self.writer.len()].copy_from_slice(&self.writer);
        attempt[self.writer.len()..].copy_from_slice(&count.to_be_bytes());
        attempt
    }

    fn notice(&self, name: &str, tampering: Tampering) {
        let mut noticed = self
            .disturbances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        noticed.insert(Disturbance {
            place: self.place(name),
            tampering,
        });
    }

    fn damaged(&self, name: &str, why: impl ToString) -> StoreError {
        StoreError::Damaged {
            place: self.place(name),
            offset: 0,
            why: why.to_string(),
        }
    }

    /// Returns an error about a name, from what the bucket said.
    fn failed(
        &self,
        action: &'static str,
        name: &str,
    ) -> impl FnOnce(BucketError) -> StoreError + use<> {
        let path = self.place(name);
        move |error| {
            StoreError::File(match error {
                BucketError::TooLong { limit, .. } => FileError::TooLong { path, limit },
                error => FileError::Io {
                    action,
                    path,
                    source: io::Error::other(error),
                },
            })
        }
    }

    async fn start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let now = self
            .bucket
            .start(name, limit)
            .await
            .map_err(self.failed("read", name))?;
        if let Some(now) = now {
            return Ok(Some(now.bytes));
        }
        let mut versions = self.bucket.versions(name);
        let Some(newest) = self.next_of(&mut versions).await? else {
            return Ok(None);
        };
        let object = self.bucket.version(name, &newest, limit).await;
        let object = object.map_err(self.failed("read", name))?;
        self.notice(name, Tampering::Deleted);
        Ok(object.map(|object| object.bytes))
    }

    async fn replace_checkpoint(
        &self,
        expected: Option<&[u8]>,
        new: &[u8],
    ) -> Result<bool, StoreError> {
        let limit = MAX_NOTE_BYTES as u64 + 1;
        let now = self.bucket.start(CHECKPOINT, limit).await;
        let now = now.map_err(self.failed("read", CHECKPOINT))?;
        let condition = match now {
            Some(now) if Some(now.bytes.as_slice()) != expected => return Ok(false),
            Some(now) => Condition::Matches(now.e_tag),
            None if expected.is_some()
                && self.start(CHECKPOINT, limit).await?.as_deref() != expected =>
            {
                return Ok(false);
            }
            None => Condition::Absent,
        };
        if expected == Some(new) && condition != Condition::Absent {
            // It is there, and every put would leave another version of it that stays for years.
            return Ok(true);
        }
        let put = self
            .bucket
            .put(CHECKPOINT, new, &condition, Kept::Locked)
            .await;
        if let Ok(Some(_)) = put {
            return Ok(true);
        }
        // Refused, or no answer: either may follow upon a put of ours that was carried out.
        let now = self.bucket.start(CHECKPOINT, limit).await;
        match (now, put) {
            (Ok(Some(now)), _) if now.bytes == new => Ok(true),
            (_, Err(error)) | (Err(error), _) => Err(self.failed("write", CHECKPOINT)(error)),
            _ => Ok(false),
        }
    }
}

impl Objects for BucketStore {
    fn keeps_public_key(&self) -> bool {
        true
    }

    fn place(&self, name: &str) -> PathBuf {
        self.bucket.service.place.called(name).into()
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        self.run(self.start(name, limit)).map_err(only_file)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        let prefix = format!("{folder}/");
        let names = self.run(self.bucket.names(&prefix, ""));
        let names = names
            .map_err(self.failed("list", folder))
            .map_err(only_file)?;
        let below = |name: String| name.strip_prefix(&prefix).map(str::to_owned);
        Ok(names.into_iter().filter_map(below).collect())
    }
}

impl Store for BucketStore {
    fn head(&self) -> Result<Head, StoreError> {
        self.run(self.watched_head())
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
        self.run(self.append(expected, commit, keys))
    }

    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        if from >= end {
            return Ok(());
        }
        let last = self.run(self.last_reaching(end))?;
        let links = self.run(self.links(last, from, end))?;
        let mut before = None;
        for links in links.chunks(AT_ONCE) {
            for (link, whole) in links.iter().zip(self.run(self.whole(links))?) {
                self.check_order(link, &whole.header, before)?;
                before = Some(whole.header.after);
                visit(whole.commit, whole.keys)?;
            }
        }
        Ok(())
    }

    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError> {
        let Some(last) = leaves.iter().max() else {
            return Ok(());
        };
        let last = self.run(self.last_reaching(last.saturating_add(1)))?;
        self.run(self.destroy_keys(last, leaves))
    }

    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        for some in objects.chunks(AT_ONCE) {
            let created = some
                .iter()
                .map(|(name, bytes)| self.create(name, bytes, kept(name)));
            self.run(try_join_all(created))?;
        }
        Ok(())
    }

    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError> {
        self.run(self.replace_checkpoint(expected, checkpoint))
    }

    /// What a bucket took is durable, and tiles are put before the checkpoint.
    fn settled(&self) -> Result<Option<Vec<u8>>, FileError> {
        self.read(CHECKPOINT, MAX_NOTE_BYTES as u64)
    }

    fn settle(&self, _checkpoint: &[u8], _size: u64) -> Result<(), StoreError> {
        Ok(())
    }

    fn disturbances(&self) -> Vec<Disturbance> {
        let noticed = self
            .disturbances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        noticed.iter().cloned().collect()
    }
}

/// C2SP tlog-tiles: `….p/<width>` is a partial tile, which a full one makes useless.
fn kept(name: &str) -> Kept {
    match name.contains(".p/") {
        true => Kept::Free,
        false => Kept::Locked,
    }
}

/// Reading an object and listing names fail in no other way.
fn only_file(error: StoreError) -> FileError {
    match error {
        StoreError::File(error) => error,
        error => FileError::Io {
            action: "read",
            path: PathBuf::new(),
            source: io::Error::other(error),
        },
    }
}
