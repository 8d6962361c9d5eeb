//! The one way in which the remote changes: look, make what is to follow, push it if nobody else was first.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::store::StoreError;
use crate::store::git::error::{GitError, Said};
use crate::store::git::import::{Import, Made};
use crate::store::git::push::Pushed;
use crate::store::git::snapshot::{Snapshot, Tips};
use crate::store::git::{GitStore, Known};

/// How often a push is tried while others are first, or hold the refs.
const MAX_ATTEMPTS: u32 = 50;

/// How often a push is tried that the remote does not take although nobody was first.
const MAX_BUSY_ATTEMPTS: u32 = 8;

/// How often a remote is read again whose two refs do not belong together, because somebody just replaces them.
const MAX_TORN_READS: u32 = 3;

/// The wait before the second of these attempts; it grows with each.
const WAIT: Duration = Duration::from_millis(30);

/// What a remote says that others push to at that moment.
const BUSY: [&str; 4] = [
    "cannot lock ref",
    "failed to update ref",
    "unable to lock",
    "File exists",
];

/// What is to follow on what was seen.
pub(super) enum Step {
    /// Nothing: somebody else was first.
    Lost,
    /// Nothing: it is there already.
    Done,
    /// New commits.
    Push(Import),
}

/// Returns what is to follow on a snapshot, with the bytes that wait to be published.
type Make<'m> =
    &'m mut dyn FnMut(&Snapshot, &BTreeMap<String, Vec<u8>>) -> Result<Step, StoreError>;

/// What became of new commits.
enum Outcome {
    /// The remote has them.
    Stored,
    /// Others were first, or at it at the same time; this is what is there now.
    Overtaken(Option<Arc<Snapshot>>),
}

impl GitStore {
    /// Returns what the remote has now. The lock is held.
    pub(super) fn fetch(&self, known: &mut Known) -> Result<Option<Arc<Snapshot>>, StoreError> {
        let mut reads = 1;
        loop {
            match self.fetch_once(known) {
                Err(StoreError::Git(GitError::Garbage { .. })) if reads < MAX_TORN_READS => {
                    reads += 1
                }
                fetched => return fetched,
            }
        }
    }

    fn fetch_once(&self, known: &mut Known) -> Result<Option<Arc<Snapshot>>, StoreError> {
        let Some(tips) = self.cache.fetch()? else {
            known.snapshot = None;
            return Ok(None);
        };
        if let Some(snapshot) = known.snapshot.as_ref().filter(|known| known.tips == tips) {
            return Ok(Some(snapshot.clone()));
        }
        let snapshot = Arc::new(Snapshot::load(&self.cache, tips)?);
        self.cache.follow(&snapshot.tips)?;
        known.snapshot = Some(snapshot.clone());
        Ok(Some(snapshot))
    }

    /// Returns the log that was found; where one is needed, its absence is an error.
    pub(super) fn log_of(&self, found: Option<Arc<Snapshot>>) -> Result<Arc<Snapshot>, StoreError> {
        let remote = self.cache.remote.to_string();
        found.ok_or(StoreError::Git(GitError::NoLog { remote }))
    }

    /// Returns whether the remote holds what was to follow, or held it already.
    pub(super) fn swap(&self, known: &mut Known, make: Make<'_>) -> Result<bool, StoreError> {
        let _lock = self.locked()?;
        // What was seen last may be old: before anything is given up, it is looked at again.
        let (mut snapshot, mut is_fresh) = match &known.snapshot {
            Some(snapshot) => (snapshot.clone(), false),
            None => (self.log_of(self.fetch(known)?)?, true),
        };
        let mut attempts = 0;
        loop {
            match make(&snapshot, &known.pending)? {
                Step::Done => return Ok(true),
                Step::Lost if is_fresh => return Ok(false),
                Step::Lost => snapshot = self.log_of(self.fetch(known)?)?,
                Step::Push(import) => {
                    attempts += 1;
                    let made = import.write(&self.cache.git)?;
                    match self.push(known, Some(&snapshot.tips), &made, attempts)? {
                        Outcome::Stored => return Ok(true),
                        Outcome::Overtaken(found) => snapshot = self.log_of(found)?,
                    }
                }
            }
            is_fresh = true;
        }
    }

    /// Begins a log, unless there is one; returns whether it is this one.
    pub(super) fn begin(
        &self,
        known: &mut Known,
        make: &dyn Fn() -> Import,
    ) -> Result<bool, StoreError> {
        let mut attempts = 0;
        while self.fetch(known)?.is_none() {
            attempts += 1;
            let made = make().write(&self.cache.git)?;
            if let Outcome::Stored = self.push(known, None, &made, attempts)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Pushes new commits. Whatever the answer is, and if there was none, what the remote has then decides.
    fn push(
        &self,
        known: &mut Known,
        before: Option<&Tips>,
        made: &Made,
        attempt: u32,
    ) -> Result<Outcome, StoreError> {
        let remote = self.cache.remote.to_string();
        let (error, is_busy) = match self.cache.push(before, made)? {
            Pushed::Yes => {
                self.adopt(known, before, made)?;
                return Ok(Outcome::Stored);
            }
            Pushed::Refused(said) => {
                let is_busy = BUSY.iter().any(|busy| said.contains(busy));
                let source = Said(said);
                (GitError::Refused { remote, source }, is_busy)
            }
            Pushed::Unanswered(said) => {
                let source = Said(said);
                (GitError::Unanswered { remote, source }, false)
            }
        };
        let found = match self.fetch(known) {
            Err(StoreError::Git(GitError::Unreachable { .. })) => return Err(error.into()),
            found => found?,
        };
        if let Some(found) = &found
            && self.holds(found, made)?
        {
            return Ok(Outcome::Stored);
        }
        let is_unchanged = found.as_ref().map(|found| &found.tips) == before;
        if attempt >= MAX_ATTEMPTS || is_unchanged && !(is_busy && attempt < MAX_BUSY_ATTEMPTS) {
            return Err(error.into());
        }
        if is_unchanged {
            std::thread::sleep(WAIT * attempt);
        }
        Ok(Outcome::Overtaken(found))
    }

    /// Takes over what was just pushed as what the remote has.
    fn adopt(
        &self,
        known: &mut Known,
        before: Option<&Tips>,
        made: &Made,
    ) -> Result<(), StoreError> {
        known.snapshot = None;
        let ledger = made.ledger.as_ref().or(before.map(|tips| &tips.ledger));
        let keys = made.keys.as_ref().or(before.map(|tips| &tips.keys));
        if let (Some(ledger), Some(keys)) = (ledger.cloned(), keys.cloned()) {
            let snapshot = Snapshot::load(&self.cache, Tips { ledger, keys })?;
            self.cache.follow(&snapshot.tips)?;
            known.snapshot = Some(Arc::new(snapshot));
        }
        Ok(())
    }

    /// Returns whether the remote has the new commits, at the tip or before it.
    fn holds(&self, found: &Snapshot, made: &Made) -> Result<bool, GitError> {
        match (&made.ledger, &made.keys) {
            (Some(ledger), _) => self.cache.is_part_of(ledger, &found.tips.ledger),
            (None, keys) => Ok(keys.as_ref() == Some(&found.tips.keys)),
        }
    }
}
