//! How far the tree is durable: a hint, which a reader may lose and a writer makes again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::disk::Access;
use crate::file::{self, FileError, failed};
use crate::lock;
use crate::store::Head;
use crate::store::files::{FilesStore, segment};
use model::digest::Digest;

pub(super) const NAME: &str = "settled";

/// Where the hint is written before it gets its name.
pub(super) const STAGED_HINT: &str = "staged.hint";

const VERSION: u32 = 1;

/// The longest hint that is read.
const MAX_BYTES: u64 = 2 << 20;

/// A checkpoint whose tree is durable, and the end of the commits that it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settled {
    v: u32,
    pub(super) segment: u64,
    pub(super) offset: u64,
    size: u64,
    chain: Digest,
    pub(super) checkpoint: String,
}

impl Settled {
    /// Returns the hint, or nothing where it is absent or not to be understood.
    pub(super) fn read(folder: &Path) -> Result<Option<Settled>, FileError> {
        let bytes = file::read_if_present(&folder.join(NAME), MAX_BYTES)?;
        let settled: Option<Settled> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(settled.filter(|settled| settled.v == VERSION))
    }

    pub(super) fn head(&self) -> Head {
        Head {
            size: self.size,
            chain: self.chain,
        }
    }
}

/// The end of the commits that a tree was made from.
pub(super) struct End {
    head: Head,
    segment: u64,
    offset: u64,
}

impl FilesStore {
    /// Returns the end of a log of so many leaves, if enough was committed behind the last settling.
    pub(super) fn unsettled_end(&self, size: u64) -> Result<Option<End>, FileError> {
        self.unsettled_end_by(size, self.settle_bytes)
    }

    /// Makes the tree of a checkpoint durable that was published, however little was committed since the last time.
    pub(crate) fn settle_at_once(&self, checkpoint: &[u8], size: u64) -> Result<(), FileError> {
        match self.unsettled_end_by(size, 0)? {
            Some(end) => self.make_tree_durable(checkpoint, &end),
            None => Ok(()),
        }
    }

    fn unsettled_end_by(&self, size: u64, settle_bytes: u64) -> Result<Option<End>, FileError> {
        let tail = self.tail();
        let Some(tail) = tail.as_ref().filter(|tail| tail.head.size == size) else {
            return Ok(None);
        };
        let last = Settled::read(&self.folder)?;
        let since = match last.filter(|last| last.segment == tail.base) {
            Some(last) => tail.end.saturating_sub(last.offset),
            None => tail.end - segment::HEADER_BYTES,
        };
        let end = End {
            head: tail.head,
            segment: tail.base,
            offset: tail.end,
        };
        Ok((since >= settle_bytes).then_some(end))
    }

    /// One sync of the whole file system costs less than one of each tile; appends go on meanwhile.
    pub(super) fn make_tree_durable(&self, checkpoint: &[u8], end: &End) -> Result<(), FileError> {
        let settled = Settled {
            v: VERSION,
            segment: end.segment,
            offset: end.offset,
            size: end.head.size,
            chain: end.head.chain,
            checkpoint: String::from_utf8_lossy(checkpoint).into_owned(),
        };
        let _lock = lock::publishing(&self.folder)?;
        self.disk
            .sync_all(&self.folder)
            .map_err(failed("make durable", &self.folder))?;
        let bytes = serde_json::to_vec(&settled).expect("a hint is numbers and text");
        self.write_hint(&bytes)
    }

    fn write_hint(&self, bytes: &[u8]) -> Result<(), FileError> {
        let (staged, path) = (self.folder.join(STAGED_HINT), self.folder.join(NAME));
        self.disk
            .write(&staged, bytes, Access::Owner)
            .map_err(failed("write", &staged))?;
        self.disk
            .rename(&staged, &path)
            .map_err(failed("rename a file to", &path))
    }
}
