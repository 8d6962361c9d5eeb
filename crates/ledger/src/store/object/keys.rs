//! The keys of payloads: objects of their own, which are not locked, because they must be destroyed one day.

use std::collections::BTreeMap;

use crate::commit::Commit;
use crate::seal::{KEY_BYTES, Key};
use crate::store::object::BucketStore;
use crate::store::object::bucket::{Condition, Kept, Object};
use crate::store::object::failure::BucketError;
use crate::store::object::record;
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

/// Returns how much is read of so many keys: one byte more than they have, or what goes on behind them would pass for them.
pub(super) fn bytes_of(count: usize) -> u64 {
    (count * KEY_BYTES) as u64 + 1
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
    /// Where no version holds them, all of them were destroyed: whoever may write may do that, and the audit names the
    /// payloads that no record says were erased.
    pub(super) async fn keys(
        &self,
        link: Link,
        commit: &Commit,
        now: Option<&Object>,
    ) -> Result<Vec<Key>, StoreError> {
        let name = name(&link);
        if let Some(keys) = now.and_then(|now| fitting(&now.bytes, commit)) {
            return Ok(keys);
        }
        let mut versions = self.bucket.versions(&name);
        while let Some(version) = self.next_of(&mut versions).await? {
            if let Some(keys) = self.keys_in(&name, &version, commit).await? {
                let what = match now {
                    Some(_) => Tampering::Replaced,
                    None => Tampering::Deleted,
                };
                self.notice(&name, what);
                return Ok(keys);
            }
        }
        if now.is_some() {
            self.notice(&name, Tampering::Replaced);
        }
        Ok(vec![Key::DESTROYED; commit.leaves.len()])
    }

    async fn keys_in(
        &self,
        name: &str,
        version: &str,
        commit: &Commit,
    ) -> Result<Option<Vec<Key>>, StoreError> {
        let limit = bytes_of(commit.leaves.len());
        let object = self.bucket.version(name, version, limit).await;
        let object = object.map_err(self.failed("read", name))?;
        Ok(object.and_then(|object| fitting(&object.bytes, commit)))
    }

    /// Returns the keys of a record as they are stored now.
    pub(super) async fn stored_keys(
        &self,
        name: &str,
        limit: u64,
    ) -> Result<Option<Object>, StoreError> {
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
            self.destroy_in(link, &positions).await?;
            self.forget(&mark).await?;
        }
        Ok(())
    }

    /// Destroys the older versions of keys that another run began to destroy.
    ///
    /// Anybody who may write can put such a mark: so what stays is what a destruction would leave.
    pub(super) async fn finish_destroying(&self) -> Result<(), StoreError> {
        let marks = self.bucket.names(&format!("{DESTROYING}/"), "").await;
        let marks = marks.map_err(self.failed("list", DESTROYING))?;
        if marks.is_empty() {
            return Ok(());
        }
        // Behind the marks: what they name was committed before they were put.
        let state = self.seen().await?.state;
        for mark in marks {
            if let Some(state) = state
                && let Some(link) = self.marked(&mark, state.last()).await?
            {
                self.destroy_in(link, &[]).await?;
            }
            self.forget(&mark).await?;
        }
        Ok(())
    }

    /// Returns the record that a mark names, if the log has it.
    async fn marked(&self, mark: &str, last: Link) -> Result<Option<Link>, StoreError> {
        let record = mark.replacen(DESTROYING, record::FOLDER, 1);
        let base = record::base_of(&record).filter(|base| *base < last.end);
        let Some(base) = base else {
            return Ok(None);
        };
        let link = self.find(last, base).await?;
        Ok((record::name(&link) == record).then_some(link))
    }

    async fn destroy_in(&self, link: Link, positions: &[usize]) -> Result<(), StoreError> {
        let commit = self.commit_of(link).await?;
        self.overwrite(link, &commit, positions).await?;
        self.forget_others(link, &commit, positions).await
    }

    /// What is put starts from the keys that are believed, whatever somebody put over them.
    async fn overwrite(
        &self,
        link: Link,
        commit: &Commit,
        positions: &[usize],
    ) -> Result<(), StoreError> {
        let name = name(&link);
        for _ in 0..MAX_ROUNDS {
            let now = self
                .stored_keys(&name, bytes_of(commit.leaves.len()))
                .await?;
            let mut keys = self.keys(link, commit, now.as_ref()).await?;
            for position in positions {
                if let Some(key) = keys.get_mut(*position) {
                    *key = Key::DESTROYED;
                }
            }
            let bytes = encode(&keys);
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

    /// Destroys all versions of keys but the newest that fits and has none at these positions, until a list shows no
    /// other.
    ///
    /// What was put over it since is destroyed as well: it may hold a key, and no record fits it.
    async fn forget_others(
        &self,
        link: Link,
        commit: &Commit,
        positions: &[usize],
    ) -> Result<(), StoreError> {
        let name = name(&link);
        let is_left = |keys: Vec<Key>| {
            let mut at = positions.iter().filter_map(|position| keys.get(*position));
            at.all(Key::is_destroyed)
        };
        for _ in 0..MAX_PORTIONS {
            let mut versions = self.bucket.versions(&name);
            let (mut others, mut is_found) = (Vec::new(), false);
            while others.len() < PORTION
                && let Some(version) = self.next_of(&mut versions).await?
            {
                let is_it = !is_found
                    && self
                        .keys_in(&name, &version, commit)
                        .await?
                        .is_some_and(is_left);
                match is_it {
                    true => is_found = true,
                    false => others.push(version),
                }
            }
            if others.is_empty() {
                return Ok(());
            }
            self.destroy_versions(&name, &others).await?;
        }
        Err(self.never_ending(&name))
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
