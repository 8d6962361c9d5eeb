//! Reading what was seen of the remote, without asking it again.

use std::path::PathBuf;
use std::sync::Arc;

use tlog::key::VerifierKey;

use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::file::FileError;
use crate::keyfile;
use crate::store::git::snapshot::{Snapshot, record_name};
use crate::store::git::{GitStore, Known, LEDGER_REF, clamped, keys, state};
use crate::store::{Head, Objects, StoreError, Visit};

impl GitStore {
    /// Returns what was seen last, if there is a log at all.
    pub(super) fn snapshot(&self, known: &mut Known) -> Result<Arc<Snapshot>, StoreError> {
        match &known.snapshot {
            Some(snapshot) => Ok(snapshot.clone()),
            None => {
                let _lock = self.locked()?;
                self.log_of(self.fetch(known)?)
            }
        }
    }

    fn read_blob(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut known = self.known();
        if let Some(bytes) = known.pending.get(name) {
            return Ok(Some(bytes.iter().take(clamped(limit)).copied().collect()));
        }
        let snapshot = self.snapshot(&mut known)?;
        drop(known);
        let blob = snapshot.objects.get(name);
        let read = blob.map(|blob| self.cache.read(blob, limit));
        Ok(read.transpose()?)
    }

    /// Shows the commits that reach into a window. Whoever sees all of them learns that they lead to the end.
    pub(super) fn show(
        &self,
        snapshot: &Snapshot,
        from: u64,
        end: u64,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let size = snapshot.head.size;
        if end > size {
            return Err(StoreError::Shorter {
                place: self.cache.place("").into(),
                found: size,
                signed: end,
            });
        }
        let is_all = (from, end) == (0, size) && size > 0;
        let mut chained = is_all.then(|| self.start(snapshot)).transpose()?;
        for (base, blob) in snapshot.window(from, end) {
            let bytes = self.cache.read(blob, MAX_COMMIT_BYTES)?;
            let commit = self.commit_of(snapshot, base, &bytes)?;
            let keys = keys::read(&self.cache, snapshot, &commit)?;
            chained = chained.map(|before| before.after(&commit, &bytes));
            visit(commit, keys)?;
        }
        match chained.is_some_and(|chained| chained != snapshot.head) {
            true => Err(self.damaged(
                state::NAME,
                "the records do not lead to the end that it names",
            )),
            false => Ok(()),
        }
    }

    /// Returns the end of the log before its first leaf.
    fn start(&self, snapshot: &Snapshot) -> Result<Head, StoreError> {
        let blob = snapshot.objects.get(keyfile::PUBLIC);
        let bytes = blob
            .map(|blob| self.cache.read(blob, keyfile::MAX_KEY_BYTES))
            .transpose()?;
        let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        match text.trim_end().parse::<VerifierKey>() {
            Ok(key) => Ok(Head::empty(key.name())),
            Err(error) => Err(self.damaged(keyfile::PUBLIC, error)),
        }
    }

    fn commit_of(
        &self,
        snapshot: &Snapshot,
        base: u64,
        bytes: &[u8],
    ) -> Result<Commit, StoreError> {
        let name = record_name(base);
        let commit = Commit::parse(bytes).map_err(|error| self.damaged(&name, error))?;
        match (commit.base, commit.end()) == (base, snapshot.end_of(base)) {
            true => Ok(commit),
            false => {
                let (first, end) = (commit.base, commit.end());
                Err(self.damaged(&name, format!("it holds the leaves from {first} to {end}")))
            }
        }
    }

    fn damaged(&self, name: &str, why: impl ToString) -> StoreError {
        StoreError::Damaged {
            place: self.cache.place(name).into(),
            offset: 0,
            why: why.to_string(),
        }
    }
}

impl Objects for GitStore {
    fn keeps_public_key(&self) -> bool {
        true
    }

    fn place(&self, name: &str) -> PathBuf {
        self.cache.place(name).into()
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        self.read_blob(name, limit).map_err(into_file_error)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        let mut known = self.known();
        let snapshot = self.snapshot(&mut known).map_err(into_file_error)?;
        let mut names: Vec<&String> = snapshot
            .objects
            .keys()
            .chain(known.pending.keys())
            .collect();
        names.sort();
        names.dedup();
        let below = format!("{folder}/");
        let below = |name: &String| name.strip_prefix(&below).map(str::to_owned);
        Ok(names.into_iter().filter_map(below).collect())
    }
}

fn into_file_error(error: StoreError) -> FileError {
    match error {
        StoreError::File(error) => error,
        StoreError::Git(error) => error.into(),
        other => FileError::Io {
            action: "read",
            path: LEDGER_REF.into(),
            source: std::io::Error::other(other),
        },
    }
}
