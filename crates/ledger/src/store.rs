//! What the ledger asks of the place where it lives.

use std::fmt::Debug;
use std::path::PathBuf;

use tlog::key::KeyName;

use crate::commit::Commit;
use crate::file::FileError;
use crate::seal::Key;
use crate::store::files::frame;
use model::digest::Digest;

#[cfg(test)]
pub(crate) mod contract;
#[cfg(test)]
pub(crate) mod disturbed;
#[cfg(test)]
pub(crate) mod fake;
pub(crate) mod fetched;
pub(crate) mod files;
pub mod git;
#[cfg(feature = "object-store")]
pub mod object;

/// Where a log's public tree is kept: what a stranger may read.
///
/// Names are relative paths with `/` between their elements.
/// What is read MUST be as new as what [`Store::head`] last saw through the same handle; it MAY be older than what
/// others did since.
pub(crate) trait Objects: Debug + Send + Sync {
    /// Returns how errors call a name.
    fn place(&self, name: &str) -> PathBuf;

    /// Returns the first bytes under a name, at most `limit` of them, or nothing when there is no such name.
    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError>;

    /// Returns the bytes under a name, or nothing when there is no such name; more than `limit` are an error.
    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        let bytes = self.read_start(name, limit.saturating_add(1))?;
        match bytes {
            Some(bytes) if bytes.len() as u64 > limit => Err(FileError::TooLong {
                path: self.place(name),
                limit,
            }),
            bytes => Ok(bytes),
        }
    }

    /// Returns whether the public key that lies here is one that the log had at some time, and stays, rather than the one
    /// in force.
    fn keeps_public_key(&self) -> bool {
        false
    }

    /// Returns the sorted names below a folder, relative to it; none where a place cannot be listed.
    fn list(&self, folder: &str) -> Result<Vec<String>, FileError>;
}

/// Where a log is appended to, by any number of processes at once.
///
/// A commit is in the log as soon as the store holds it; tree and checkpoint follow from the commits.
pub(crate) trait Store: Objects {
    /// Returns the end of the log as it is now, whoever committed last. What was committed before it MUST be durable.
    fn head(&self) -> Result<Head, StoreError>;

    /// Returns the leaves up to the end, for who only reads, and knows of so many that were signed for.
    fn visible_size(&self, _signed: u64) -> Result<u64, StoreError> {
        Ok(self.head()?.size)
    }

    /// Appends a commit if the log still ends at `expected`, and returns the new end; nothing if it does not.
    ///
    /// Of two callers with the same `expected` at most one MUST be given an end; of the other nothing MUST be kept.
    /// The commit MUST be durable before it is returned. After an error it may be in the log or not, whole in either case.
    fn commit(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError>;

    /// Shows the commits that reach beyond a size, in their order, up to an end that [`Store::head`] returned.
    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError>;

    /// Destroys the keys of these leaves for good; a key that is destroyed already is no error.
    ///
    /// They MUST NOT be of the last commit: the record of an erasure stands behind what it erases.
    /// No handle MUST bring one back, whatever it saw before.
    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError>;

    /// Gives names to bytes. A name that is there has the same bytes already, or those of a crash.
    ///
    /// They MUST be there for this handle at once, and for every other when it sees the next checkpoint that this one
    /// publishes. Without that checkpoint they MAY be forgotten.
    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError>;

    /// Replaces the checkpoint if it is still `expected`; returns whether it was.
    ///
    /// Of two callers with the same `expected` and different checkpoints at most one MUST be told so.
    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError>;

    /// Takes no tile for durable any more, before all of them are written again.
    fn unsettle(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Removes what lies among the tiles of a tree of so many leaves and is none, where nothing but this keeps it from
    /// staying.
    fn tidy(&self, _size: u64) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns the last checkpoint whose tree is durable, by which a tree that a crash spoilt is mended.
    fn settled(&self) -> Result<Option<Vec<u8>>, FileError>;

    /// Returns whether so much was committed since that the tree of so many leaves should be made durable.
    fn is_settling_due(&self, _size: u64) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Makes the tree of a checkpoint durable that was published.
    fn settle(&self, _checkpoint: &[u8], _size: u64) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns what this process noticed that somebody did to the log, and that the log withstood.
    fn disturbances(&self) -> Vec<Disturbance> {
        Vec::new()
    }
}

/// What somebody did to an object, of which the store still has the bytes that were committed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disturbance {
    /// The object.
    pub place: PathBuf,
    /// What was done to it.
    pub tampering: Tampering,
}

impl Disturbance {
    /// Returns what happened, without a full stop.
    pub fn sentence(&self) -> String {
        let place = self.place.display();
        match self.tampering {
            Tampering::Deleted => {
                format!("somebody deleted {place}, and what was locked there was read all the same")
            }
            Tampering::Replaced => format!(
                "somebody put other bytes over {place}, and what was locked there was read all the same"
            ),
        }
    }
}

/// What can be done to an object that cannot be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tampering {
    /// It was hidden as if it had been deleted.
    Deleted,
    /// Other bytes were put over it.
    Replaced,
}

/// What is called for each commit with its keys.
pub(crate) type Visit<'v> = &'v mut dyn FnMut(Commit, Vec<Key>) -> Result<(), StoreError>;

/// The end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The leaves of the log.
    pub(crate) size: u64,
    /// The hash over all commits, each with the hash before it; unlike a checkpoint it is not signed.
    pub(crate) chain: Digest,
}

/// Why a store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A git remote could not be used.
    #[error(transparent)]
    Git(#[from] git::error::GitError),
    /// What was committed is not what was written.
    #[error("{} is damaged from byte {offset} on: {why}", place.display())]
    Damaged {
        /// The file or object.
        place: PathBuf,
        /// The first byte that does not fit, or the first of the record that does not.
        offset: u64,
        /// What does not fit.
        why: String,
    },
    /// The log has fewer leaves than its checkpoint says.
    #[error(
        "{} holds {found} leaves, but a checkpoint of {signed} was signed: an older copy was put back, or the end was cut off",
        place.display()
    )]
    Shorter {
        /// Where the log is kept.
        place: PathBuf,
        /// The leaves that are there.
        found: u64,
        /// The leaves of the checkpoint.
        signed: u64,
    },
    /// Leaves make no bundle.
    #[error("the leaves make no bundle")]
    Bundle(#[from] tlog::bundle::BundleError),
    /// A batch is longer than a commit may be.
    #[error(
        "the batch has {bytes} bytes, more than {}",
        crate::commit::MAX_COMMIT_BYTES
    )]
    TooLong {
        /// The bytes of the commit.
        bytes: u64,
    },
}

impl StoreError {
    /// Returns whether the log is not what was written there, rather than that it cannot be reached.
    pub fn is_damage(&self) -> bool {
        match self {
            StoreError::Damaged { .. } | StoreError::Shorter { .. } => true,
            StoreError::File(error) => error.is_damage(),
            StoreError::Git(error) => error.is_damage(),
            StoreError::Bundle(_) | StoreError::TooLong { .. } => false,
        }
    }
}

impl Head {
    /// Returns the end of a log without leaves.
    pub(crate) fn empty(origin: &KeyName) -> Head {
        let chain = Digest::of_parts([b"countersign commits\n", origin.as_str().as_bytes()]);
        Head { size: 0, chain }
    }

    /// Returns the end of the log after a commit behind this one, by its encoding; it is the same in every store.
    pub(crate) fn after(&self, commit: &Commit, encoded: &[u8]) -> Head {
        let header = frame::header(self, encoded.len() as u64, commit.leaves.len());
        Head {
            size: commit.end(),
            chain: frame::chain(&header, encoded),
        }
    }
}
