//! A part of bytes that many share: the entries of a bundle are not copied out of it.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Bytes of an entry, which keep those of its bundle in memory.
#[derive(Clone)]
pub struct Slice {
    whole: Arc<[u8]>,
    part: Range<usize>,
}

impl Slice {
    /// # Panics
    ///
    /// Where the part does not lie within the whole.
    pub(crate) fn of(whole: &Arc<[u8]>, part: Range<usize>) -> Slice {
        assert!(part.start <= part.end && part.end <= whole.len());
        Slice {
            whole: Arc::clone(whole),
            part,
        }
    }
}

impl From<Vec<u8>> for Slice {
    fn from(bytes: Vec<u8>) -> Slice {
        let part = 0..bytes.len();
        Slice {
            whole: bytes.into(),
            part,
        }
    }
}

impl Deref for Slice {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.whole[self.part.clone()]
    }
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Slice {
    fn eq(&self, other: &Slice) -> bool {
        **self == **other
    }
}

impl Eq for Slice {}

impl fmt::Debug for Slice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}
