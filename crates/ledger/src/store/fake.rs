//! A store in memory, stricter than real ones: a handle sees no more than it must, and any call can fail, before or
//! after it was done.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tlog::checkpoint::Checkpoint;
use tlog::note::Note;

use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::file::FileError;
use crate::keyfile::PUBLIC;
use crate::read::CHECKPOINT;
use crate::seal::Key;
use crate::store::{Head, Objects, Store, StoreError, Visit};
use tlog::key::KeyName;

/// All that is kept, and what every machine could see.
#[derive(Debug, Clone)]
struct World {
    head: Head,
    commits: Vec<(Commit, Vec<Key>)>,
    objects: BTreeMap<String, Vec<u8>>,
}

/// Whether a call that fails was done all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing was done.
    Before,
    /// All of it was, but nobody learns so.
    After,
}

/// What a handle does wrong: after so many calls, so many fail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Faults {
    pub(crate) calls: u32,
    pub(crate) failures: u32,
    pub(crate) fault: Fault,
}

impl Faults {
    pub(crate) const NONE: Faults = Faults {
        calls: 0,
        failures: 0,
        fault: Fault::Before,
    };
}

/// A handle of one machine.
#[derive(Debug)]
pub(crate) struct FakeStore {
    world: Arc<Mutex<World>>,
    own: Mutex<Own>,
    /// Shared by the handles that one machine has one after the other.
    faults: Arc<Mutex<Faults>>,
}

/// What one handle saw, and what it wrote and did not publish.
#[derive(Debug)]
struct Own {
    seen: World,
    pending: BTreeMap<String, Vec<u8>>,
}

impl FakeStore {
    /// Returns a store of a log without leaves, with its public key and its first checkpoint.
    pub(crate) fn new(origin: &KeyName, public: &[u8], checkpoint: &[u8]) -> FakeStore {
        let objects = [(PUBLIC, public), (CHECKPOINT, checkpoint)];
        let object = |(name, bytes): (&str, &[u8])| (name.to_owned(), bytes.to_vec());
        let world = World {
            head: Head::empty(origin),
            commits: Vec::new(),
            objects: objects.map(object).into(),
        };
        let faults = Arc::new(Mutex::new(Faults::NONE));
        FakeStore::over(Arc::new(Mutex::new(world)), faults)
    }

    fn over(world: Arc<Mutex<World>>, faults: Arc<Mutex<Faults>>) -> FakeStore {
        let seen = world.lock().unwrap().clone();
        let pending = BTreeMap::new();
        let own = Mutex::new(Own { seen, pending });
        FakeStore { world, own, faults }
    }

    /// Returns the handle of another machine, which fails as it is told.
    pub(crate) fn machine(&self, faults: Faults) -> FakeStore {
        FakeStore::over(self.world.clone(), Arc::new(Mutex::new(faults)))
    }

    /// Returns the handle of another process on this machine; what is left of the faults is the same.
    pub(crate) fn again(&self) -> FakeStore {
        FakeStore::over(self.world.clone(), self.faults.clone())
    }

    /// Returns whether any call failed that was to.
    pub(crate) fn fell(&self) -> bool {
        self.faults.lock().unwrap().calls == 0
    }

    /// Returns whether every failure happened.
    pub(crate) fn is_over(&self) -> bool {
        self.faults.lock().unwrap().failures == 0
    }

    /// Puts other bytes under a name, as whoever may write there can.
    pub(crate) fn replaces(&self, name: &str, bytes: &[u8]) {
        let mut world = self.world.lock().unwrap();
        world.objects.insert(name.to_owned(), bytes.to_vec());
    }

    fn call<T>(&self, call: impl FnOnce(&mut World, &mut Own) -> T) -> Result<T, FileError> {
        let mut faults = self.faults.lock().unwrap();
        let fails = faults.calls == 0 && faults.failures > 0;
        match fails {
            true => faults.failures -= 1,
            false => faults.calls = faults.calls.saturating_sub(1),
        }
        if fails && faults.fault == Fault::Before {
            return Err(dead("before"));
        }
        let mut world = self.world.lock().unwrap();
        let done = call(&mut world, &mut self.own.lock().unwrap());
        match fails {
            true => Err(dead("after")),
            false => Ok(done),
        }
    }
}

fn dead(when: &str) -> FileError {
    FileError::Io {
        action: "reach",
        path: PathBuf::from("the fake"),
        source: io::Error::other(format!("it died {when} it was done")),
    }
}

fn shorter(found: u64, signed: u64) -> StoreError {
    StoreError::Shorter {
        place: PathBuf::from("the fake"),
        found,
        signed,
    }
}

impl Objects for FakeStore {
    fn keeps_public_key(&self) -> bool {
        true
    }

    fn place(&self, name: &str) -> PathBuf {
        PathBuf::from("fake").join(name)
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        self.call(|_, own| {
            let bytes = own.pending.get(name).or_else(|| own.seen.objects.get(name));
            let start = |bytes: &Vec<u8>| bytes.iter().take(limit as usize).copied().collect();
            bytes.map(start)
        })
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        self.call(|_, own| {
            let mut names: Vec<String> = own
                .pending
                .keys()
                .chain(own.seen.objects.keys())
                .cloned()
                .collect();
            names.sort();
            names.dedup();
            let below = format!("{folder}/");
            let below = |name: String| name.strip_prefix(&below).map(str::to_owned);
            names.into_iter().filter_map(below).collect()
        })
    }
}

impl Store for FakeStore {
    fn head(&self) -> Result<Head, StoreError> {
        let head = self.call(|world, own| {
            own.seen = world.clone();
            world.head
        });
        Ok(head?)
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
        assert_eq!(
            (commit.base, commit.leaves.len()),
            (expected.size, keys.len())
        );
        assert!(
            commit
                .leaves
                .iter()
                .zip(keys)
                .all(|(leaf, key)| leaf.sealed.fits(key))
        );
        let head = self.call(|world, own| {
            if world.head != *expected {
                return None;
            }
            let mut encoded = Vec::new();
            commit.encode(&mut encoded);
            world.head = expected.after(commit, &encoded);
            world.commits.push((commit.clone(), keys.to_vec()));
            own.seen = world.clone();
            Some(world.head)
        });
        Ok(head?)
    }

    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        let (size, commits) = self.call(|_, own| (own.seen.head.size, own.seen.commits.clone()))?;
        if end > size {
            return Err(shorter(size, end));
        }
        for (commit, keys) in commits {
            if from < end && commit.base < end && commit.end() > from {
                visit(commit, keys)?;
            }
        }
        Ok(())
    }

    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError> {
        let missing = self.call(|world, own| {
            let missing = leaves.iter().find(|leaf| **leaf >= world.head.size);
            if missing.is_some() {
                return missing.copied();
            }
            for (commit, keys) in &mut world.commits {
                for (index, key) in (commit.base..).zip(keys) {
                    if leaves.contains(&index) {
                        *key = Key::DESTROYED;
                    }
                }
            }
            own.seen = world.clone();
            None
        })?;
        match missing {
            Some(leaf) => Err(shorter(leaf, leaf + 1)),
            None => Ok(()),
        }
    }

    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        Ok(self.call(|_, own| own.pending.extend(objects.iter().cloned()))?)
    }

    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError> {
        let published = self.call(|world, own| {
            let current = world.objects.get(CHECKPOINT).map(Vec::as_slice);
            if current != expected {
                own.seen = world.clone();
                return false;
            }
            let (before, after) = (current.map_or(0, claimed), claimed(checkpoint));
            assert!(
                before <= after,
                "a checkpoint of {before} leaves became one of {after}"
            );
            assert!(
                after <= world.head.size,
                "{after} leaves were signed too early"
            );
            for (name, bytes) in std::mem::take(&mut own.pending) {
                let there = world.objects.insert(name.clone(), bytes.clone());
                assert!(there.is_none_or(|there| there == bytes), "{name} changed");
            }
            world
                .objects
                .insert(CHECKPOINT.to_owned(), checkpoint.to_vec());
            own.seen = world.clone();
            true
        });
        Ok(published?)
    }

    fn settled(&self) -> Result<Option<Vec<u8>>, FileError> {
        self.call(|_, own| own.seen.objects.get(CHECKPOINT).cloned())
    }
}

/// Returns the leaves that a checkpoint claims; the checks publish texts that are none.
fn claimed(bytes: &[u8]) -> u64 {
    let note = Note::parse(bytes).ok();
    let checkpoint = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
    checkpoint.map_or(0, |checkpoint| checkpoint.size())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FakeStore, Faults};
    use crate::store::contract::{FIRST, Place, contract, origin};

    contract!(fake, super::place());

    fn place() -> Place {
        let first = FakeStore::new(&origin(), b"key\n", FIRST);
        Place {
            machine: Box::new(move || Arc::new(first.machine(Faults::NONE))),
        }
    }
}
