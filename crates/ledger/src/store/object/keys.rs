//! The keys of payloads: objects of their own, which are not locked, because they must be destroyed one day.

use std::collections::BTreeMap;

use crate::commit::Commit;
use crate::seal::{KEY_BYTES, Key};
use crate::store::object::BucketStore;
use crate::store::object::bucket::{Condition, Kept, Object};
use crate::store::object::failure::BucketError;
use crate::store::object::trail::Link;
use crate::store::{StoreError, Tampering};

/// Where keys lie below the prefix, each under the name of its record.
const FOLDER: &str = "keys";

/// Where the names of keys stand while their older versions are being destroyed.
const DESTROYING: &str = "destroying";

/// How often keys are overwritten that others overwrite at the same time.
const MAX_ROUNDS: usize = 16;

/// The versions that are destroyed before it is asked which are left, and how often it is asked.
const PORTION: usize = 1000;
const MAX_PORTIONS: usize = 10_000;

/// Returns the name of the keys of a record.
pub(super) fn name(link: &Link) -> String {
    format!("{FOLDER}/{}", link.name())
}

/// Returns keys as they are stored.
pub(super) fn encode(keys: &[Key]) -> Vec<u8> {
    keys.iter().flat_map(|key| *key.as_bytes()).collect()
}

fn parse(bytes: &[u8], count: u64) -> Option<Vec<Key>> {
    let keys = bytes
        .chunks(KEY_BYTES)
        .map(|key| Some(Key::from_bytes(key.try_into().ok()?)));
    let keys: Vec<Key> = keys.collect::<Option<_>>()?;
    (keys.len() as u64 == count).then_some(keys)
}

fn fitting(bytes: &[u8], commit: &Commit) -> Option<Vec<Key>> {
    let keys = parse(bytes, commit.leaves.len() as u64)?;
    let fits = |(key, entry): (&Key, &crate::commit::NewEntry)| {
        key.is_destroyed() || entry.sealed.fits(key)
    };
    keys.iter().zip(&commit.leaves).all(fits).then_some(keys)
}

impl BucketStore {
    /// Returns the keys of a commit, if need be from another version than what is there now.
    ///
    /// Where the object is gone with all its versions, all of them were destroyed.
    pub(super) async fn keys(
        &self,
        link: Link,
        commit: &Commit,
        now: Option<Object>,
    ) -> Result<Vec<Key>, StoreError> {
        let name = name(&link);
        if let Some(keys) = now.as_ref().and_then(|now| fitting(&now.bytes, commit)) {
            return Ok(keys);
        }
        let limit = (link.end - link.base) * KEY_BYTES as u64;
        let mut versions = self.bucket.versions(&name);
        while let Some(version) = self.next_of(&mut versions).await? {
            let object = self.bucket.version(&name, &version, limit).await;
            let object = object.map_err(self.failed("read", &name))?;
            if let Some(keys) = object.and_then(|object| fitting(&object.bytes, commit)) {
                let what = match now {
                    Some(_) => Tampering::Replaced,
                    None => Tampering::Deleted,
                };
                self.notice(&name, what);
                return Ok(keys);
            }
        }
        match now {
            Some(_) => Err(self.damaged(&name, "it does not hold the keys of its record")),
            None => Ok(vec![Key::DESTROYED; commit.leaves.len()]),
        }
    }

    /// Returns the keys of a record as they are stored now.
    pub(super) async fn stored_keys(
        &self,
        name: &str,
        link: Link,
    ) -> Result<Option<Object>, StoreError> {
        let limit = (link.end - link.base) * KEY_BYTES as u64;
        self.bucket
            .start(name, limit)
            .await
            .map_err(self.failed("read", name))
    }

    /// Destroys the keys of leaves, also in the versions that the bucket keeps of them.
    pub(super) async fn destroy_keys(&self, last: Link, leaves: &[u64]) -> Result<(), StoreError> {
        let mut records: BTreeMap<Link, Vec<usize>> = BTreeMap::new();
        for leaf in leaves {
            let link = self.find(last, *leaf).await?;
            records
                .entry(link)
                .or_default()
                .push((leaf - link.base) as usize);
        }
        for (link, positions) in records {
            let mark = format!("{DESTROYING}/{}", link.name());
            // Whoever finds the mark after a crash finishes what was begun.
            self.bucket
                .put(&mark, b"", &Condition::Absent, Kept::Free)
                .await
                .map_err(self.failed("write", &mark))?;
            self.overwrite(link, &positions).await?;
            self.forget_older(&name(&link)).await?;
            self.forget(&mark).await?;
        }
        Ok(())
    }

    /// Destroys the older versions of keys that another run began to destroy.
    pub(super) async fn finish_destroying(&self) -> Result<(), StoreError> {
        let marks = self.bucket.names(&format!("{DESTROYING}/"), "").await;
        for mark in marks.map_err(self.failed("list", DESTROYING))? {
            let name = mark.replacen(DESTROYING, FOLDER, 1);
            self.forget_older(&name).await?;
            self.forget(&mark).await?;
        }
        Ok(())
    }

    async fn overwrite(&self, link: Link, positions: &[usize]) -> Result<(), StoreError> {
        let name = name(&link);
        for _ in 0..MAX_ROUNDS {
            let now = self.stored_keys(&name, link).await?;
            let mut bytes = match &now {
                Some(now) => now.bytes.clone(),
                None => match self.next_of(&mut self.bucket.versions(&name)).await? {
                    Some(newest) => self.version_of_keys(&name, &newest, link).await?,
                    None => return Ok(()),
                },
            };
            for position in positions {
                if let Some(key) = bytes.chunks_mut(KEY_BYTES).nth(*position) {
                    key.fill(0);
                }
            }
            let condition = match now {
                Some(now) if now.bytes == bytes => return Ok(()),
                Some(now) => Condition::Matches(now.e_tag),
                None => Condition::Absent,
            };
            let put = self.bucket.put(&name, &bytes, &condition, Kept::Free).await;
            // Where it was refused, another run destroyed one too, or an answer was lost: the next round tells.
            if put
                .map_err(self.failed("destroy keys in", &name))?
                .is_some()
            {
                return Ok(());
            }
        }
        Err(self.damaged(&name, "others overwrite it all the time"))
    }

    async fn version_of_keys(
        &self,
        name: &str,
        version: &str,
        link: Link,
    ) -> Result<Vec<u8>, StoreError> {
        let limit = (link.end - link.base) * KEY_BYTES as u64;
        let object = self.bucket.version(name, version, limit).await;
        Ok(object
            .map_err(self.failed("read", name))?
            .map(|object| object.bytes)
            .unwrap_or_default())
    }

    /// Destroys all versions of an object but the newest that has bytes, until a list shows no other.
    async fn forget_older(&self, name: &str) -> Result<(), StoreError> {
        for _ in 0..MAX_PORTIONS {
            let mut versions = self.bucket.versions(name);
            let mut older = Vec::new();
            let mut newest = None;
            while older.len() < PORTION
                && let Some(version) = self.next_of(&mut versions).await?
            {
                match newest {
                    None => newest = Some(version),
                    Some(_) => older.push(version),
                }
            }
            if older.is_empty() {
                return Ok(());
            }
            self.destroy_versions(name, &older).await?;
        }
        Err(self.never_ending(name))
    }

    /// Removes an object that is not locked, with all its versions.
    pub(super) async fn forget(&self, name: &str) -> Result<(), StoreError> {
        for portion in 0..MAX_PORTIONS {
            let mut versions = self.bucket.versions(name);
            let mut some = Vec::new();
            while some.len() < PORTION
                && let Some(version) = versions
                    .next()
                    .await
                    .map_err(self.failed("list the versions of", name))?
            {
                some.push(version.id);
            }
            match (portion, some.is_empty()) {
                // The bucket keeps no versions.
                (0, true) => {
                    let removed = self.bucket.remove(name).await;
                    return removed.map_err(self.failed("remove", name));
                }
                (_, true) => return Ok(()),
                (_, false) => self.destroy_versions(name, &some).await?,
            }
        }
        Err(self.never_ending(name))
    }

    async fn destroy_versions(&self, name: &str, versions: &[String]) -> Result<(), StoreError> {
        for version in versions {
            let destroyed = self.bucket.destroy_version(name, version).await;
            destroyed.map_err(self.failed("destroy a version of", name))?;
        }
        Ok(())
    }

    fn never_ending(&self, name: &str) -> StoreError {
        let place = self.bucket.service.called(Some(name));
        self.failed("destroy versions of", name)(BucketError::NeverEnding { place })
    }
}
