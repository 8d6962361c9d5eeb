//! What an append is about to do, written down first, so that the next writer can finish or undo it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::disk::Access;
use crate::file::{self, FileError};
use crate::payload;
use crate::read::CHECKPOINT;
use crate::stage::Stage;
use crate::tiles;

/// The longest intent that is read: some 600,000 files.
pub const MAX_INTENT_BYTES: u64 = 64 << 20;

const NAME: &str = "intent";
const VERSION: u32 = 1;

/// The names that an append gives, and those that it makes superfluous.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Intent {
    v: u32,
    /// The leaves before the append.
    size: u64,
    /// Names that did not exist before: superfluous while the checkpoint has the old size.
    creates: Vec<String>,
    /// Names that the old checkpoint needs: superfluous once the checkpoint has a larger size.
    removes: Vec<String>,
}

/// Why the leftovers of a writer cannot be cleared away.
#[derive(Debug, thiserror::Error)]
pub enum IntentError {
    /// A file could not be read, removed or made durable.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is no intent.
    #[error("{} does not say what an append was about to do", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The file has another version.
    #[error("{} has version {found}, and only {VERSION} is known", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that was read.
        found: u32,
    },
    /// The file names something that no append writes.
    #[error("{} names {name:?}, which no append writes", path.display())]
    ForeignName {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// The checkpoint was replaced by an older one.
    #[error(
        "the checkpoint has {found} leaves, but an append began at {expected}: an older checkpoint was put back"
    )]
    OlderCheckpoint {
        /// The leaves at which the append began.
        expected: u64,
        /// The leaves of the checkpoint.
        found: u64,
    },
}

impl Intent {
    pub(crate) fn new(size: u64, creates: Vec<String>, removes: Vec<String>) -> Intent {
        Intent {
            v: VERSION,
            size,
            creates,
            removes,
        }
    }

    /// Writes the intent down for good.
    pub(crate) fn declare(&self, stage: &mut Stage<'_>) -> Result<(), FileError> {
        let bytes = serde_json::to_vec(self).expect("an intent is numbers and text");
        stage.write(NAME, &bytes, Access::Owner)?;
        stage.sync()
    }
}

/// Clears away what the last append left, now that the checkpoint has `size` leaves.
///
/// It runs after every commit, and again before the next append in case the process died in between.
/// Each step may be repeated.
pub(crate) fn settle(stage: &mut Stage<'_>, folder: &Path, size: u64) -> Result<(), IntentError> {
    let Some(intent) = read(folder)? else {
        return Ok(());
    };
    if size < intent.size {
        return Err(IntentError::OlderCheckpoint {
            expected: intent.size,
            found: size,
        });
    }
    // The checkpoint may have been renamed by a process that died before making that durable.
    stage.doubt(CHECKPOINT);
    stage.sync()?;
    let superfluous = if size == intent.size {
        intent.creates
    } else {
        intent.removes
    };
    for name in superfluous {
        stage.remove(&name)?;
    }
    stage.sync()?;
    stage.remove(NAME)?;
    Ok(stage.sync()?)
}

fn read(folder: &Path) -> Result<Option<Intent>, IntentError> {
    let path = folder.join(NAME);
    let Some(bytes) = file::read_if_present(&path, MAX_INTENT_BYTES)? else {
        return Ok(None);
    };
    let intent: Intent = match serde_json::from_slice(&bytes) {
        Ok(intent) => intent,
        Err(source) => return Err(IntentError::Malformed { path, source }),
    };
    if intent.v != VERSION {
        return Err(IntentError::Version {
            path,
            found: intent.v,
        });
    }
    let mut names = intent.creates.iter().chain(&intent.removes);
    match names.find(|name| !is_ours(name)) {
        Some(name) => Err(IntentError::ForeignName {
            path,
            name: name.clone(),
        }),
        None => Ok(Some(intent)),
    }
}

/// Returns whether an append writes such a name; anything else is not removed on the word of a file.
pub(crate) fn is_ours(name: &str) -> bool {
    // A folder of partial tiles is named like the tiles in it, without their width.
    let of_tile =
        |name: &str| tiles::from_name(name).or_else(|| tiles::from_name(&format!("{name}/1")));
    payload::from_name(name).is_some() || of_tile(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_tiles_and_payloads_are_ever_removed() {
        for name in [
            "ledger/tile/0/000.p/7",
            "ledger/tile/entries/x001/000",
            "ledger/tile/0/000.p",
        ] {
            assert!(is_ours(name), "{name}");
        }
        for name in [
            "ledger/checkpoint",
            "log.key",
            "../x",
            "/etc/passwd",
            "ledger/tile/../checkpoint",
            "",
        ] {
            assert!(!is_ours(name), "{name}");
        }
    }
}
