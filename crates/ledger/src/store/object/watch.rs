//! Watching that nobody puts an older state back.
//!
//! The state is the one object that is overwritten, and whoever may append may overwrite it with what it was before.
//! What was locked betrays that: the checkpoint, and records that were put behind the log as it was.

use tlog::checkpoint::Checkpoint;
use tlog::note::{MAX_NOTE_BYTES, Note};

use crate::read::CHECKPOINT;
use crate::store::object::BucketStore;
use crate::store::object::memory::Memory;
use crate::store::object::record;
use crate::store::object::state::{self, State};
use crate::store::object::trail::Link;
use crate::store::{Head, StoreError};

impl BucketStore {
    /// Returns the end of the log, after comparing it with what this process saw and with what cannot be deleted.
    pub(super) async fn watched_head(&self) -> Result<Head, StoreError> {
        if !self.known().is_watched {
            self.watch().await?;
            self.known().is_watched = true;
        }
        let known = self.known().state;
        let seen = self.seen().await?;
        let (head, before) = (self.head_of(&seen), known.map(|known| known.head()));
        match (before, seen.state) {
            (Some(before), _) if before.size > head.size => {
                return Err(self.shorter(head.size, before.size));
            }
            (Some(before), _) if before.size == head.size && before != head => {
                return Err(self.damaged(state::NAME, "it names another log than before"));
            }
            (_, state) => {
                if state != known {
                    self.remember(state.as_ref())?;
                }
                let mut known = self.known();
                (known.state, known.condition) = (state, Some(seen.condition));
            }
        }
        Ok(head)
    }

    /// Keeps in the folder of this machine what it saw.
    pub(super) fn remember(&self, state: Option<&State>) -> Result<(), StoreError> {
        match (&self.memory, state) {
            (Some(memory), Some(state)) => memory.keep(state),
            (None, _) | (_, None) => Ok(()),
        }
    }

    /// Returns the last record of a log that reaches so far.
    pub(super) async fn last_reaching(&self, end: u64) -> Result<Link, StoreError> {
        let known = self.known().state.filter(|state| state.head().size >= end);
        let state = match known {
            Some(state) => Some(state),
            None => self.seen().await?.state,
        };
        match state {
            Some(state) if state.head().size >= end => Ok(state.last()),
            state => Err(self.shorter(state.map_or(0, |state| state.head().size), end)),
        }
    }

    /// What is put into the bucket is put by the state that its writer read. So what lies there is read first, and the
    /// state afterwards must have got so far.
    async fn watch(&self) -> Result<(), StoreError> {
        // Before the bucket is asked: meanwhile another process of this machine may append, and remember that.
        let before = self.memory.as_ref().map(Memory::load).transpose()?;
        if let Some(before) = before.flatten() {
            self.refuse_other_than(&before).await?;
        }
        let signed = self.claimed_size().await?;
        let size = self.head_of(&self.seen().await?).size;
        let behind = format!("{}/{:020}-~", record::FOLDER, size);
        let mut reached = signed;
        self.bucket
            .each_name(&format!("{}/", record::FOLDER), &behind, |name| {
                reached = reached.max(record::base_of(name).unwrap_or(0));
            })
            .await
            .map_err(self.failed("list", record::FOLDER))?;
        if reached > size {
            let size = self.head_of(&self.seen().await?).size;
            if reached > size {
                return Err(self.shorter(size, reached));
            }
        }
        Ok(())
    }

    /// Refuses a log that does not lead on from what this machine saw.
    async fn refuse_other_than(&self, before: &State) -> Result<(), StoreError> {
        let now = self.seen().await?.state;
        let (size, found) = (before.head().size, now.map_or(0, |now| now.head().size));
        match now {
            Some(now) if found >= size && self.is_in(&now, before.last()).await? => Ok(()),
            Some(_) if found >= size => Err(self.damaged(
                state::NAME,
                "the log does not lead on from what this machine saw of it",
            )),
            _ => Err(self.shorter(found, size)),
        }
    }

    /// Returns the size that the checkpoint claims, whoever signed it.
    async fn claimed_size(&self) -> Result<u64, StoreError> {
        let bytes = self.start(CHECKPOINT, MAX_NOTE_BYTES as u64).await?;
        let note = bytes.and_then(|bytes| Note::parse(&bytes).ok());
        let checkpoint = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
        Ok(checkpoint.map_or(0, |checkpoint| checkpoint.size()))
    }

    pub(super) fn shorter(&self, found: u64, signed: u64) -> StoreError {
        StoreError::Shorter {
            place: self.bucket.service.place.called(state::NAME).into(),
            found,
            signed,
        }
    }
}
