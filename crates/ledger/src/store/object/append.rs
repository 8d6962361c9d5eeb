//! Appending: keys and record first, under names that nobody else uses, and then the one swap that counts.

use futures_util::future::try_join;

use crate::commit::Commit;
use crate::seal::Key;
use crate::store::object::bucket::{Condition, Kept};
use crate::store::object::record::{self, Header};
use crate::store::object::state::{self, State};
use crate::store::object::trail::Link;
use crate::store::object::{BucketStore, keys};
use crate::store::{Head, StoreError, Tampering};
use model::digest::Digest;

/// How often the same swap is tried where the state is touched and stays the same.
const MAX_SWAPS: usize = 8;

/// The state as it is now.
pub(super) struct Seen {
    /// Nothing while the log has no leaves.
    pub(super) state: Option<State>,
    /// What a swap asks for.
    pub(super) condition: Condition,
}

/// What became of a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Swapped {
    Won,
    Lost,
}

impl BucketStore {
    /// Returns the state as it is now. One that was deleted or spoilt is the newest version that can be read.
    pub(super) async fn seen(&self) -> Result<Seen, StoreError> {
        let read = |result: Result<_, _>| result.map_err(self.failed("read", state::NAME));
        let now = read(self.bucket.start(state::NAME, state::MAX_BYTES).await)?;
        let condition = now
            .as_ref()
            .map(|now| Condition::Matches(now.e_tag.clone()));
        let condition = condition.unwrap_or(Condition::Absent);
        if let Some(state) = now.as_ref().and_then(|now| State::parse(&now.bytes)) {
            let state = Some(state);
            return Ok(Seen { state, condition });
        }
        let mut versions = self.bucket.versions(state::NAME);
        while let Some(version) = self.next_of(&mut versions).await? {
            let object = read(
                self.bucket
                    .version(state::NAME, &version, state::MAX_BYTES)
                    .await,
            )?;
            if let Some(state) = object.and_then(|object| State::parse(&object.bytes)) {
                let what = match now {
                    Some(_) => Tampering::Replaced,
                    None => Tampering::Deleted,
                };
                self.notice(state::NAME, what);
                let state = Some(state);
                return Ok(Seen { state, condition });
            }
        }
        match now {
            Some(_) => Err(self.damaged(state::NAME, "it is no state")),
            None => Ok(Seen {
                state: None,
                condition,
            }),
        }
    }

    /// Returns the end of the log.
    pub(super) fn head_of(&self, seen: &Seen) -> Head {
        seen.state
            .map_or(Head::empty(&self.origin), |state| state.head())
    }

    /// Returns what this process saw when it last looked, if that is the end which the caller expects.
    fn known_as(&self, expected: &Head) -> Option<Seen> {
        let known = self.known();
        let seen = Seen {
            state: known.state,
            condition: known.condition.clone()?,
        };
        (self.head_of(&seen) == *expected).then_some(seen)
    }

    pub(super) async fn append(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError> {
        let known = self.known_as(expected);
        let seen = match known {
            Some(seen) => seen,
            None => self.seen().await?,
        };
        // Before anything is staged: what is locked stays for years.
        if self.head_of(&seen) != *expected || commit.base != expected.size {
            return Ok(None);
        }
        let mut encoded = Vec::with_capacity(Commit::encoded_bytes(&commit.leaves) as usize);
        commit.encode(&mut encoded);
        let header = Header {
            before: *expected,
            after: expected.after(commit, &encoded),
            attempt: self.next_attempt(),
            commit: Digest::of(&encoded),
            trail: match seen.state {
                Some(state) => self
                    .header(state.last())
                    .await?
                    .trail
                    .followed_by(state.last()),
                None => Default::default(),
            },
        };
        let link = header.link();
        self.stage(link, [header.encode(), encoded].concat(), keys)
            .await?;
        let state = State::new(header.after, link);
        match self.swap(seen, state).await? {
            Swapped::Won => {
                let head = header.after;
                self.keep(link, header);
                {
                    let mut known = self.known();
                    (known.state, known.condition) = (Some(state), None);
                }
                self.remember(Some(&state))?;
                Ok(Some(head))
            }
            Swapped::Lost => {
                // The same payloads will be appended elsewhere: a key that stayed here would outlive their erasure.
                self.forget(&keys::name(&link)).await?;
                Ok(None)
            }
        }
    }

    async fn stage(&self, link: Link, record: Vec<u8>, keys: &[Key]) -> Result<(), StoreError> {
        let (keys_name, record_name) = (keys::name(&link), record::name(&link));
        let keys = keys::encode(keys);
        try_join(
            self.create(&keys_name, &keys, Kept::Free),
            self.create(&record_name, &record, Kept::Locked),
        )
        .await?;
        Ok(())
    }

    /// Puts an object that nobody else puts, or that has the same bytes wherever it is put.
    ///
    /// Whatever the answer, what can be read back afterwards decides: an answer may be lost behind what it tells of.
    pub(super) async fn create(
        &self,
        name: &str,
        bytes: &[u8],
        kept: Kept,
    ) -> Result<(), StoreError> {
        let put = self.bucket.put(name, bytes, &Condition::Absent, kept).await;
        if let Ok(Some(_)) = put {
            return Ok(());
        }
        let now = self.bucket.start(name, bytes.len() as u64 + 1).await;
        match (now, put) {
            (Ok(Some(now)), _) if now.bytes == bytes => Ok(()),
            (_, Err(error)) => Err(self.failed("write", name)(error)),
            (Err(error), _) => Err(self.failed("read back", name)(error)),
            (Ok(Some(now)), _) => {
                self.notice(name, Tampering::Replaced);
                self.put_over(name, bytes, Condition::Matches(now.e_tag), kept)
                    .await
            }
            (Ok(None), _) => {
                self.notice(name, Tampering::Deleted);
                self.put_over(name, bytes, Condition::Absent, kept).await
            }
        }
    }

    /// Puts the right bytes over others, once.
    async fn put_over(
        &self,
        name: &str,
        bytes: &[u8],
        on: Condition,
        kept: Kept,
    ) -> Result<(), StoreError> {
        let put = self.bucket.put(name, bytes, &on, kept).await;
        match put.map_err(self.failed("write", name))? {
            Some(_) => Ok(()),
            None => Err(self.damaged(name, "others put something else there all the time")),
        }
    }

    async fn swap(&self, mut seen: Seen, state: State) -> Result<Swapped, StoreError> {
        let (bytes, expected) = (state.encode(), self.head_of(&seen));
        for _ in 0..MAX_SWAPS {
            let put = self
                .bucket
                .put(state::NAME, &bytes, &seen.condition, Kept::Locked)
                .await;
            if let Ok(Some(_)) = put {
                return Ok(Swapped::Won);
            }
            // Refused, or no answer: either may follow upon a swap of ours that was carried out.
            seen = self.seen().await?;
            let now = self.head_of(&seen);
            let is_in = match &seen.state {
                Some(now) => self.is_in(now, state.last()).await?,
                None => false,
            };
            match (is_in, now == expected, put) {
                (true, _, _) => return Ok(Swapped::Won),
                (false, true, Err(error)) => return Err(self.failed("write", state::NAME)(error)),
                (false, true, Ok(_)) => {}
                (false, false, _) if now.size < expected.size => {
                    return Err(self.shorter(now.size, expected.size));
                }
                (false, false, _) => return Ok(Swapped::Lost),
            }
        }
        Err(self.damaged(state::NAME, "it cannot be replaced, though nobody appends"))
    }
}
