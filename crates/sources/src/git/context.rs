//! Reads commits with several threads: one finds them, all read them.

use super::batch::Batch;
use super::census::{CensusError, Options};
use super::facts::FactReader;
use super::interned::{Interned, locked};
use super::objects::{COMMIT_BASES, Objects, Packs, TREE_BASES};
use super::open::Repo;
use super::queue::Queue;
use super::reader::{Reader, Told};
use super::signature::Header;
use super::walk::{Found, Known, Walk};
use gix::ObjectId;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::thread::ScopedJoinHandle;

/// Batches that may wait before the thread that finds them has to read some itself.
const MAX_WAITING: usize = 256;

/// What all threads share.
pub(super) struct Context<'a> {
    repo: &'a Repo,
    options: &'a Options<'a>,
    packs: Packs,
    /// Commits whose parents a shallow clone cut off.
    pub(super) boundary: BTreeSet<ObjectId>,
    /// Identities and signatures of what was read.
    pub(super) interned: Interned,
    header: Header,
    from: Option<i64>,
}

impl<'a> Context<'a> {
    /// Returns what reading a repository takes; changes from the second `from` on are read in full.
    pub(super) fn new(repo: &'a Repo, options: &'a Options<'a>, from: Option<i64>) -> Context<'a> {
        let local = repo.local();
        let hash = local.object_hash();
        let shallow = local.shallow_commits().ok().flatten();
        Context {
            repo,
            options,
            packs: repo.packs(),
            boundary: shallow
                .iter()
                .flat_map(|commits| commits.iter().copied())
                .collect(),
            interned: Interned::default(),
            header: match hash {
                gix::hash::Kind::Sha256 => Header::Sha256,
                _ => Header::Sha1,
            },
            from,
        }
    }

    /// Returns what is found from a tip on, and what it told.
    pub(super) fn read(
        &self,
        tip: ObjectId,
        known: &dyn Known,
    ) -> Result<(Found, Told), CensusError> {
        let queue = Queue::new();
        let failure = Mutex::new(None);
        let helpers = self.options.threads.max(1) - 1;
        let (found, tolds) = std::thread::scope(|scope| {
            let help = || self.drain(&queue, &failure);
            let handles: Vec<_> = (0..helpers).map(|_| scope.spawn(help)).collect();
            let (found, told) = self.find(tip, known, &queue, &failure);
            queue.close();
            let mut tolds = vec![told, self.drain(&queue, &failure)];
            tolds.extend(handles.into_iter().map(joined));
            (found, tolds)
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok((found?, Told::of_all(tolds))),
        }
    }

    /// Finds commits, and reads some where the other threads do not keep up.
    fn find(
        &self,
        tip: ObjectId,
        known: &dyn Known,
        queue: &Queue<Batch>,
        failure: &Failure,
    ) -> (Result<Found, CensusError>, Told) {
        let mut reader = self.reader();
        let mut told = Told::default();
        let mut hand_on = |batch| {
            if queue.push(batch) > MAX_WAITING
                && let Some(batch) = queue.try_pop()
            {
                self.read_batch(&mut reader, &batch, &mut told, failure);
            }
        };
        let mut walk = Walk {
            objects: &mut self.objects(COMMIT_BASES),
            boundary: &self.boundary,
            known,
            progress: self.options.progress,
            waiting: Vec::new(),
            hand_on: &mut hand_on,
        };
        let found = walk.from(tip);
        (found, told)
    }

    fn drain(&self, queue: &Queue<Batch>, failure: &Failure) -> Told {
        let mut reader = self.reader();
        let mut told = Told::default();
        while let Some(batch) = queue.pop() {
            self.read_batch(&mut reader, &batch, &mut told, failure);
        }
        told
    }

    /// After a failure batches are dropped, so that every thread comes to its end.
    fn read_batch(
        &self,
        reader: &mut Reader<'_>,
        batch: &Batch,
        told: &mut Told,
        failure: &Failure,
    ) {
        if locked(failure).is_some() {
            return;
        }
        if let Err(error) = reader.read(batch, told) {
            locked(failure).get_or_insert(error);
        }
        self.options.progress.read(batch.len() as u64);
    }

    fn objects(&self, kept_bytes: usize) -> Objects<'_> {
        Objects::new(&self.packs, self.repo.local(), kept_bytes)
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            objects: self.objects(TREE_BASES),
            facts: FactReader {
                interned: &self.interned,
                checker: self.options.checker,
                forge_addresses: self.options.forge_addresses,
                header: self.header,
                met: HashMap::new(),
                key: Vec::new(),
            },
            from: self.from,
        }
    }
}

type Failure = Mutex<Option<CensusError>>;

fn joined(handle: ScopedJoinHandle<'_, Told>) -> Told {
    let told = handle.join();
    told.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
