//! Following the log from its last record, by names that records vouch for; a listing is never believed.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};

use crate::commit::Commit;
use crate::seal::Key;
use crate::store::object::failure::BucketError;
use crate::store::object::listing::Versions;
use crate::store::object::record::{self, Header, MAX_HEADER_BYTES, MAX_RECORD_BYTES};
use crate::store::object::state::State;
use crate::store::object::trail::Link;
use crate::store::object::{BucketStore, keys};
use crate::store::{Head, StoreError, Tampering};

/// The headers that are kept in memory.
const MAX_KEPT: usize = 4096;

/// The versions of an object that are read where the newest is not the one that was committed.
const MAX_READ: usize = 10_000;

/// The keys that are asked for before their record was read.
const MAX_UNREAD_KEYS: u64 = 1 << 15;

/// A record with the keys of its payloads.
pub(super) struct Whole {
    pub(super) header: Header,
    pub(super) commit: Commit,
    pub(super) keys: Vec<Key>,
}

impl BucketStore {
    /// Returns the record that holds a leaf, after a few headers at most.
    pub(super) async fn find(&self, last: Link, leaf: u64) -> Result<Link, StoreError> {
        let mut at = last;
        while !at.holds(leaf) {
            let next = self.header(at).await?.trail.towards(leaf);
            let next = next.filter(|next| next.end <= at.base);
            at = next.ok_or_else(|| {
                self.damaged(&record::name(&at), format!("it leads to no leaf {leaf}"))
            })?;
        }
        Ok(at)
    }

    /// Returns the records that reach beyond a size, up to an end, in the order of the log.
    pub(super) async fn links(
        &self,
        last: Link,
        from: u64,
        end: u64,
    ) -> Result<Vec<Link>, StoreError> {
        let Some(leaf) = end.checked_sub(1).filter(|leaf| *leaf >= from) else {
            return Ok(Vec::new());
        };
        let last = self.find(last, leaf).await?;
        let (mut links, mut ahead) = (Vec::new(), Vec::new());
        self.unfold(last, usize::MAX, from, &mut ahead).await?;
        while let Some((level, link)) = ahead.pop() {
            match level {
                0 => links.push(link),
                level => self.unfold(link, level, from, &mut ahead).await?,
            }
        }
        Ok(links)
    }

    /// Puts a record on the stack, and upon it those before it that its trail knows below a level.
    async fn unfold(
        &self,
        link: Link,
        level: usize,
        from: u64,
        ahead: &mut Vec<(usize, Link)>,
    ) -> Result<(), StoreError> {
        ahead.push((0, link));
        if link.base > from {
            let header = self.header(link).await?;
            let before = header.trail.links();
            let mut before: Vec<_> = before
                .filter(|(at, link)| *at < level && link.end > from)
                .collect();
            before.reverse();
            ahead.append(&mut before);
        }
        Ok(())
    }

    /// Returns records with their keys; several are fetched at once.
    pub(super) async fn whole(&self, links: &[Link]) -> Result<Vec<Whole>, StoreError> {
        try_join_all(links.iter().map(|link| self.one(*link))).await
    }

    /// Keys are asked for beside their record where they are few, and else when the record says how many it has: what
    /// leads to a record may claim any number.
    async fn one(&self, link: Link) -> Result<Whole, StoreError> {
        let (name, keys) = (record::name(&link), keys::name(&link));
        let check = |bytes: &[u8]| Header::with_commit(&link, bytes);
        let record = self.vouched(&name, MAX_RECORD_BYTES, check);
        let ((header, commit), stored) = match link.end - link.base <= MAX_UNREAD_KEYS {
            true => {
                let limit = keys::bytes_of((link.end - link.base) as usize);
                try_join(record, self.stored_keys(&keys, limit)).await?
            }
            false => {
                let (header, commit) = record.await?;
                let limit = keys::bytes_of(commit.leaves.len());
                ((header, commit), self.stored_keys(&keys, limit).await?)
            }
        };
        let keys = self.keys(link, &commit, stored.as_ref()).await?;
        Ok(Whole {
            header,
            commit,
            keys,
        })
    }

    /// Returns the commit of a record.
    pub(super) async fn commit_of(&self, link: Link) -> Result<Commit, StoreError> {
        let check = |bytes: &[u8]| Some(Header::with_commit(&link, bytes)?.1);
        self.vouched(&record::name(&link), MAX_RECORD_BYTES, check)
            .await
    }

    /// Returns the header of a record.
    pub(super) async fn header(&self, link: Link) -> Result<Arc<Header>, StoreError> {
        if let Some(header) = self.known().headers.get(&link) {
            return Ok(header.clone());
        }
        let check = |bytes: &[u8]| Some(Header::of(&link, bytes)?.0);
        let header = self
            .vouched(&record::name(&link), MAX_HEADER_BYTES, check)
            .await?;
        Ok(self.keep(link, header))
    }

    /// Keeps a header in memory.
    pub(super) fn keep(&self, link: Link, header: Header) -> Arc<Header> {
        let header = Arc::new(header);
        let mut known = self.known();
        if known.headers.len() >= MAX_KEPT {
            known.headers.clear();
        }
        known.headers.insert(link, header.clone());
        header
    }

    /// Returns what is made of the one version of an object that fits.
    ///
    /// Object Lock keeps that version, but lets anybody who may write put another one or a delete marker over it: so
    /// where the newest does not fit, the others are looked at, the oldest first.
    async fn vouched<T>(
        &self,
        name: &str,
        limit: u64,
        check: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, StoreError> {
        let now = self
            .bucket
            .start(name, limit)
            .await
            .map_err(self.failed("read", name))?;
        if let Some(found) = now.as_ref().and_then(|object| check(&object.bytes)) {
            return Ok(found);
        }
        let (oldest, are_all) = self.oldest(name).await?;
        for version in oldest.iter().rev() {
            let object = self.bucket.version(name, version, limit).await;
            let object = object.map_err(self.failed("read", name))?;
            if let Some(found) = object.and_then(|object| check(&object.bytes)) {
                let what = match now {
                    Some(_) => Tampering::Replaced,
                    None => Tampering::Deleted,
                };
                self.notice(name, what);
                return Ok(found);
            }
        }
        if !are_all {
            let place = self.bucket.service.called(Some(name));
            let looked_at = oldest.len();
            let error = BucketError::NotAmongOldest { place, looked_at };
            return Err(self.failed("read", name)(error));
        }
        Err(match now {
            Some(_) => self.damaged(name, "it is not what the records behind it vouch for"),
            None => self.damaged(
                name,
                "it is missing, and the records behind it vouch for it",
            ),
        })
    }

    /// Returns the oldest versions of an object that have bytes, the newest of them first, and whether there are no more.
    async fn oldest(&self, name: &str) -> Result<(VecDeque<String>, bool), StoreError> {
        let (mut oldest, mut are_all) = (VecDeque::new(), true);
        let mut versions = self.bucket.versions(name);
        while let Some(version) = self.next_of(&mut versions).await? {
            if oldest.len() == MAX_READ {
                oldest.pop_front();
                are_all = false;
            }
            oldest.push_back(version);
        }
        Ok((oldest, are_all))
    }

    /// Returns the next older version of an object that has bytes.
    pub(super) async fn next_of(
        &self,
        versions: &mut Versions<'_>,
    ) -> Result<Option<String>, StoreError> {
        let next = versions.next_with_bytes().await;
        next.map_err(self.failed("list the versions of", versions.name()))
    }

    /// Returns whether a record is in the log that a state ends.
    pub(super) async fn is_in(&self, state: &State, link: Link) -> Result<bool, StoreError> {
        match state.last().end > link.base {
            true => Ok(self.find(state.last(), link.base).await? == link),
            false => Ok(false),
        }
    }

    /// Checks that a record follows the one before it.
    pub(super) fn check_order(
        &self,
        link: &Link,
        header: &Header,
        before: Option<Head>,
    ) -> Result<(), StoreError> {
        let first = (link.base == 0).then(|| Head::empty(&self.origin));
        let expected = before.or(first).unwrap_or(header.before);
        match header.before == expected {
            true => Ok(()),
            false => Err(self.damaged(
                &record::name(link),
                "it does not follow the record before it",
            )),
        }
    }
}
