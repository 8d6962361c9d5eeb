//! The logs that a witness watches: whoever runs it names them, by their keys.

use std::path::PathBuf;

use tlog::key::{KeyError, KeyName, VerifierKey};
use tlog::witness;

use crate::disk::Access;
use crate::file::{self, FileError, failed};
use crate::lock;
use crate::stage::Stage;
use crate::witness::Witness;
use crate::witness::state::{Latest, StateError};

/// The keys that one log may have.
pub const MAX_LOG_KEYS: usize = 16;

/// The longest origin: C2SP tlog-cosignature, "ML-DSA-44 signed message".
pub const MAX_ORIGIN_BYTES: usize = 255;

/// The longest file of keys that is read.
const MAX_KEYS_BYTES: u64 = 64 * 1024;

const LOGS: &str = "logs";
const KEYS: &str = "log.vkeys";

/// A log as its witness knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Its identity, which is the name of its keys.
    pub origin: KeyName,
    /// The keys that are trusted for it.
    pub keys: Vec<VerifierKey>,
    /// The leaves of the tree cosigned last.
    pub size: Option<u64>,
    /// When that was, in seconds of POSIX time.
    pub cosigned_at: Option<u64>,
    /// The files that show that the log contradicted itself.
    pub conflicts: Vec<PathBuf>,
}

/// Why a log could not be added or shown.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is kept of a log is damaged.
    #[error(transparent)]
    State(#[from] StateError),
    /// A file of keys holds something else.
    #[error("{} does not hold the keys of one log", path.display())]
    Keys {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, if it is a key.
        source: Option<KeyError>,
    },
    /// The origin does not fit into a cosignature.
    #[error(
        "an origin of {bytes} bytes does not fit into an ML-DSA-44 cosignature, which holds {MAX_ORIGIN_BYTES}"
    )]
    LongOrigin {
        /// The bytes of the origin.
        bytes: usize,
    },
    /// The log has too many keys.
    #[error("{origin} has {MAX_LOG_KEYS} keys already")]
    TooManyKeys {
        /// The origin.
        origin: KeyName,
    },
    /// Another key of the log has the same ID, so that a signature could be of either.
    #[error("another key of {origin} has the ID {id:08x} too")]
    AmbiguousKey {
        /// The origin.
        origin: KeyName,
        /// The ID of both.
        id: u32,
    },
}

/// The folder of one log.
#[derive(Debug)]
pub(super) struct LogFolder {
    pub(super) path: PathBuf,
}

impl Witness {
    /// Trusts a key for the log that it is named after, beside those trusted before.
    pub fn add_log(&self, key: &VerifierKey) -> Result<(), LogsError> {
        let origin = key.name();
        if origin.as_str().len() > MAX_ORIGIN_BYTES {
            let bytes = origin.as_str().len();
            return Err(LogsError::LongOrigin { bytes });
        }
        let mut stage = Stage::new(&*self.disk, &self.folder);
        let log = self.log_folder(&witness::origin_hash(origin.as_str()));
        // A stage makes the folders above a file, and makes their names durable with it.
        let name = format!("{LOGS}/{}/{KEYS}", witness::origin_hash(origin.as_str()));
        let _lock = lock::exclusive(&self.folder)?;
        let mut keys = log.keys()?.unwrap_or_default();
        if keys.contains(key) {
            return Ok(());
        }
        refuse_key(key, &keys)?;
        keys.push(key.clone());
        let lines: String = keys.iter().map(|key| format!("{key}\n")).collect();
        stage.write(&name, lines.as_bytes(), Access::Everyone)?;
        Ok(stage.sync()?)
    }

    /// Watches a log no longer, and returns whether it did. Only the keys go: what was cosigned last stays, for a log that
    /// is watched again must go on from there, or its operator could have a second history of it cosigned.
    pub fn remove_log(&self, origin: &str) -> Result<bool, LogsError> {
        let log = self.log_folder(&witness::origin_hash(origin));
        let _lock = lock::exclusive(&self.folder)?;
        let path = log.path.join(KEYS);
        if !path.exists() {
            return Ok(false);
        }
        self.disk.remove(&path).map_err(failed("remove", &path))?;
        let synced = self.disk.sync_dir(&log.path);
        synced.map_err(failed("make durable", &log.path))?;
        Ok(true)
    }

    /// Returns the logs in the order of their origins.
    pub fn logs(&self) -> Result<Vec<Watched>, LogsError> {
        let folder = self.folder.join(LOGS);
        let mut logs = Vec::new();
        for name in file::list(&folder)? {
            if let Some(hash) = name.strip_suffix(KEYS).and_then(|it| it.strip_suffix('/')) {
                logs.extend(self.watched(hash)?);
            }
        }
        logs.sort_by(|one, other| one.origin.cmp(&other.origin));
        Ok(logs)
    }

    /// Returns the folder of a log, which is there only if the log is watched.
    pub(super) fn log_folder(&self, origin_hash: &str) -> LogFolder {
        LogFolder {
            path: self.folder.join(LOGS).join(origin_hash),
        }
    }

    fn watched(&self, origin_hash: &str) -> Result<Option<Watched>, LogsError> {
        let log = self.log_folder(origin_hash);
        let Some(keys) = log.keys()?.filter(|keys| !keys.is_empty()) else {
            return Ok(None);
        };
        let latest = log.latest()?;
        Ok(Some(Watched {
            origin: keys[0].name().clone(),
            keys,
            size: latest.as_ref().map(Latest::size),
            cosigned_at: log.cosigned_at(&self.cosigners())?,
            conflicts: log.conflicts()?,
        }))
    }
}

impl LogFolder {
    /// Returns the keys of the log, or nothing when it is not watched.
    pub(super) fn keys(&self) -> Result<Option<Vec<VerifierKey>>, LogsError> {
        let path = self.path.join(KEYS);
        let Some(bytes) = file::read_if_present(&path, MAX_KEYS_BYTES)? else {
            return Ok(None);
        };
        let malformed = |path, source| LogsError::Keys { path, source };
        let text = String::from_utf8(bytes).map_err(|_| malformed(path.clone(), None))?;
        let keys: Result<Vec<VerifierKey>, KeyError> = text.lines().map(str::parse).collect();
        let keys = keys.map_err(|source| malformed(path.clone(), Some(source)))?;
        let one_log = keys.iter().all(|key| key.name() == keys[0].name());
        match one_log && keys.len() <= MAX_LOG_KEYS {
            true => Ok(Some(keys)),
            false => Err(malformed(path, None)),
        }
    }
}

fn refuse_key(key: &VerifierKey, keys: &[VerifierKey]) -> Result<(), LogsError> {
    let origin = key.name().clone();
    if keys.len() == MAX_LOG_KEYS {
        return Err(LogsError::TooManyKeys { origin });
    }
    match keys.iter().any(|other| other.id() == key.id()) {
        true => Err(LogsError::AmbiguousKey {
            origin,
            id: key.id(),
        }),
        false => Ok(()),
    }
}
