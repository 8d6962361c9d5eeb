//! Commits: the leaves and sealed payloads of one batch, as every store keeps them.

use crate::leaf::MAX_LEAF_BYTES;
use crate::seal::{KEY_CHECK_BYTES, MAX_SEALED_BYTES, Sealed};

/// The longest commit that is read or written.
pub const MAX_COMMIT_BYTES: u64 = 1 << 30;

const VERSION: u8 = 1;

/// The fields before the leaves: version, base, number of leaves.
const HEADER_BYTES: usize = 1 + 8 + 4;

/// The bytes of a leaf but for the leaf and its payload.
const LEAF_OVERHEAD: u64 = 2 + KEY_CHECK_BYTES as u64 + 8;

/// The leaves of one batch; it is what a store appends, whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// The leaves of the log before it.
    pub(crate) base: u64,
    /// Its leaves, in their order in the log.
    pub(crate) leaves: Vec<NewEntry>,
}

/// One leaf with its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewEntry {
    /// The bytes that the log hashes.
    pub(crate) leaf: Vec<u8>,
    /// The payload that the leaf commits to.
    pub(crate) sealed: Sealed,
}

/// Why bytes are no commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// They end too early.
    #[error("it ends early, at byte {offset}")]
    Truncated {
        /// Where what is cut off begins.
        offset: usize,
    },
    /// They go on behind the last leaf.
    #[error("it goes on where it should end, at byte {offset}")]
    Trailing {
        /// The first byte too many.
        offset: usize,
    },
    /// It has another version.
    #[error("it has version {found}, and only {VERSION} is known")]
    Version {
        /// The version that was read.
        found: u8,
    },
    /// It has no leaf, or more than an index can count.
    #[error("it has {leaves} leaves from index {base} on")]
    Leaves {
        /// The first index.
        base: u64,
        /// How many.
        leaves: u32,
    },
    /// A length is beyond what may be written.
    #[error("byte {offset} begins a length of {found}, more than {limit}")]
    Length {
        /// Where the length stands.
        offset: usize,
        /// The length.
        found: u64,
        /// The greatest that may stand there.
        limit: u64,
    },
}

impl Commit {
    /// Returns the leaves of the log after it.
    pub(crate) fn end(&self) -> u64 {
        self.base + self.leaves.len() as u64
    }

    /// Returns the bytes that [`Commit::encode`] makes of these leaves.
    pub(crate) fn encoded_bytes(leaves: &[NewEntry]) -> u64 {
        let bytes = |entry: &NewEntry| {
            LEAF_OVERHEAD + entry.leaf.len() as u64 + entry.sealed.bytes.len() as u64
        };
        HEADER_BYTES as u64 + leaves.iter().map(bytes).sum::<u64>()
    }

    /// Appends the one encoding of the commit; numbers are big-endian.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        out.extend_from_slice(&self.base.to_be_bytes());
        out.extend_from_slice(&(self.leaves.len() as u32).to_be_bytes());
        for NewEntry { leaf, sealed } in &self.leaves {
            out.extend_from_slice(&(leaf.len() as u16).to_be_bytes());
            out.extend_from_slice(leaf);
            out.extend_from_slice(&sealed.key_check);
            out.extend_from_slice(&(sealed.bytes.len() as u64).to_be_bytes());
            out.extend_from_slice(&sealed.bytes);
        }
    }

    /// Returns the commit of bytes that [`Commit::encode`] could have written, and of no others.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Commit, CommitError> {
        let mut input = Input { bytes, offset: 0 };
        let [version] = input.take()?;
        if version != VERSION {
            return Err(CommitError::Version { found: version });
        }
        let base = u64::from_be_bytes(input.take()?);
        let count = u32::from_be_bytes(input.take()?);
        if count == 0 || base.checked_add(u64::from(count)).is_none() {
            return Err(CommitError::Leaves {
                base,
                leaves: count,
            });
        }
        let leaves = (0..count)
            .map(|_| input.entry())
            .collect::<Result<_, _>>()?;
        match input.offset == bytes.len() {
            true => Ok(Commit { base, leaves }),
            false => Err(CommitError::Trailing {
                offset: input.offset,
            }),
        }
    }
}

/// Bytes of which some were read.
struct Input<'b> {
    bytes: &'b [u8],
    offset: usize,
}

impl<'b> Input<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], CommitError> {
        let taken = self.slice(N)?;
        Ok(taken.try_into().expect("so many bytes were asked for"))
    }

    fn slice(&mut self, length: usize) -> Result<&'b [u8], CommitError> {
        let offset = self.offset;
        let taken = self.bytes[offset..].get(..length);
        self.offset += length;
        taken.ok_or(CommitError::Truncated { offset })
    }

    /// Returns the bytes behind a length, which is checked first: nothing is reserved on the word of a number.
    fn bytes(&mut self, at: usize, length: u64, limit: u64) -> Result<&'b [u8], CommitError> {
        if length > limit {
            return Err(CommitError::Length {
                offset: at,
                found: length,
                limit,
            });
        }
        self.slice(length as usize)
    }

    fn entry(&mut self) -> Result<NewEntry, CommitError> {
        let at = self.offset;
        let length = u64::from(u16::from_be_bytes(self.take()?));
        let leaf = self.bytes(at, length, MAX_LEAF_BYTES as u64)?.to_vec();
        let key_check = self.take()?;
        let at = self.offset;
        let length = u64::from_be_bytes(self.take()?);
        let sealed = Sealed {
            key_check,
            bytes: self.bytes(at, length, MAX_SEALED_BYTES)?.to_vec(),
        };
        Ok(NewEntry { leaf, sealed })
    }
}

#[cfg(test)]
mod tests {
    use super::{Commit, CommitError, NewEntry};
    use crate::payload::Stored;
    use crate::seal::{Key, Sealed};

    fn commit() -> Commit {
        let stored = Stored {
            salt: &[1; 32],
            payload: b"payload",
        };
        let sealed = Sealed::seal(stored, &Key::from_bytes([2; 32]));
        let leaf = |leaf: &[u8]| NewEntry {
            leaf: leaf.to_vec(),
            sealed: sealed.clone(),
        };
        Commit {
            base: 7,
            leaves: vec![leaf(b"first"), leaf(b"")],
        }
    }

    fn encoded() -> Vec<u8> {
        let mut bytes = Vec::new();
        commit().encode(&mut bytes);
        bytes
    }

    #[test]
    fn a_commit_comes_back() {
        let (commit, bytes) = (commit(), encoded());
        assert_eq!(bytes.len() as u64, Commit::encoded_bytes(&commit.leaves));
        assert_eq!(Commit::parse(&bytes), Ok(commit));
    }

    #[test]
    fn every_cut_and_every_addition_is_refused() {
        let mut bytes = encoded();
        for length in 0..bytes.len() {
            let cut = Commit::parse(&bytes[..length]);
            assert!(
                matches!(cut, Err(CommitError::Truncated { .. })),
                "{length}"
            );
        }
        bytes.push(0);
        let trailing = Commit::parse(&bytes);
        assert!(matches!(trailing, Err(CommitError::Trailing { .. })));
    }

    #[test]
    fn a_length_beyond_the_limits_is_refused_before_it_is_read() {
        let mut bytes = encoded();
        bytes[13..15].fill(0xff);
        let long = Commit::parse(&bytes);
        assert!(
            matches!(long, Err(CommitError::Length { offset: 13, .. })),
            "{long:?}"
        );
        let mut none = encoded();
        none[9..13].fill(0);
        assert!(matches!(
            Commit::parse(&none),
            Err(CommitError::Leaves { .. })
        ));
    }
}
