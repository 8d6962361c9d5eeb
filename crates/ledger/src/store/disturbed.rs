//! A store in which something is done once, at a moment that a test names.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::commit::Commit;
use crate::file::FileError;
use crate::seal::Key;
use crate::store::{Head, Objects, Store, StoreError, Visit};

type Deed = Box<dyn FnOnce() + Send>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Somebody asked for the end, and has it.
    AfterHead,
    /// Somebody is about to commit.
    BeforeCommit,
    /// Somebody has committed, and does not know it yet.
    AfterCommit,
}

pub(crate) struct Disturbed {
    store: Arc<dyn Store>,
    moment: Moment,
    deed: Mutex<Option<Deed>>,
}

impl Disturbed {
    pub(crate) fn store(
        store: Arc<dyn Store>,
        moment: Moment,
        deed: impl FnOnce() + Send + 'static,
    ) -> Arc<dyn Store> {
        Arc::new(Disturbed {
            store,
            moment,
            deed: Mutex::new(Some(Box::new(deed))),
        })
    }

    fn reached(&self, moment: Moment) {
        let deed = match moment == self.moment {
            true => self.deed.lock().unwrap().take(),
            false => None,
        };
        if let Some(deed) = deed {
            deed();
        }
    }
}

impl fmt::Debug for Disturbed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(formatter)
    }
}

impl Objects for Disturbed {
    fn keeps_public_key(&self) -> bool {
        self.store.keeps_public_key()
    }

    fn place(&self, name: &str) -> PathBuf {
        self.store.place(name)
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        self.store.read_start(name, limit)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        self.store.list(folder)
    }
}

impl Store for Disturbed {
    fn head(&self) -> Result<Head, StoreError> {
        let head = self.store.head();
        self.reached(Moment::AfterHead);
        head
    }

    fn commit(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError> {
        self.reached(Moment::BeforeCommit);
        let committed = self.store.commit(expected, commit, keys);
        self.reached(Moment::AfterCommit);
        committed
    }

    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        self.store.commits(from, end, visit)
    }

    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError> {
        self.store.destroy(leaves)
    }

    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        self.store.write(objects)
    }

    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError> {
        self.store.publish(expected, checkpoint)
    }

    fn settled(&self) -> Result<Option<Vec<u8>>, FileError> {
        self.store.settled()
    }

    fn settle(&self, checkpoint: &[u8], size: u64) -> Result<(), StoreError> {
        self.store.settle(checkpoint, size)
    }
}
