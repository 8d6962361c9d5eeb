//! Frames: how a segment file holds commits, one behind the other, so that a torn last write is told from damage.

use crate::commit::{Commit, CommitError, MAX_COMMIT_BYTES, NewEntry};
use crate::seal::{KEY_BYTES, Key};
use crate::store::Head;
use model::digest::Digest;

/// What each frame begins with, so that a later one is found behind a damaged one.
const MAGIC: &[u8; 8] = b"cs-frame";

/// The bytes of a SHA-256 digest.
const DIGEST_BYTES: usize = 32;

/// The bytes before the keys: magic, chain before, length of the commit, number of keys.
pub(crate) const HEADER_BYTES: usize = MAGIC.len() + DIGEST_BYTES + 8 + 4;

/// The longest frame.
pub(crate) const MAX_FRAME_BYTES: u64 = MAX_COMMIT_BYTES * 2;

/// A frame that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The end of the log before it.
    pub(crate) before: Digest,
    /// The end of the log after it.
    pub(crate) after: Digest,
    /// Its commit.
    pub(crate) commit: Commit,
    /// The keys of the commit's payloads, of which some may be destroyed.
    pub(crate) keys: Vec<Key>,
    /// Its bytes in the file.
    pub(crate) bytes: usize,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// They do not begin as a frame does.
    #[error("no frame begins here")]
    Magic,
    /// They end too early.
    #[error("the frame ends early")]
    Truncated,
    /// They claim to be longer than any frame.
    #[error("the frame claims {bytes} bytes, more than {MAX_FRAME_BYTES}")]
    TooLong {
        /// What is claimed.
        bytes: u64,
    },
    /// They do not hash to what stands behind them.
    #[error("the frame does not hash to its end")]
    Hash,
    /// A key is not the one that sealed its payload.
    #[error("key {position} of the frame is not the one of its payload")]
    Key {
        /// Its position.
        position: usize,
    },
    /// They hold no commit.
    #[error("the frame holds no commit")]
    Commit(#[from] CommitError),
}

impl Frame {
    /// Returns whether each key is the one of its payload, or destroyed.
    ///
    /// The keys are not hashed. One that does not fit was torn: when the frame was written, if that is the last one, or
    /// when it was destroyed.
    pub(crate) fn check_keys(&self) -> Result<(), FrameError> {
        let is_wrong =
            |(leaf, key): (&NewEntry, &Key)| !key.is_destroyed() && !leaf.sealed.fits(key);
        match self.commit.leaves.iter().zip(&self.keys).position(is_wrong) {
            Some(position) => Err(FrameError::Key { position }),
            None => Ok(()),
        }
    }

    /// As [`Frame::check_keys`], for the last frame: no key of it is destroyed yet, for the record of that would follow.
    pub(crate) fn check_last(&self) -> Result<(), FrameError> {
        match self.keys.iter().position(Key::is_destroyed) {
            Some(position) => Err(FrameError::Key { position }),
            None => self.check_keys(),
        }
    }

    /// Returns the end of the log after it.
    pub(crate) fn head(&self) -> Head {
        Head {
            size: self.commit.end(),
            chain: self.after,
        }
    }
}

/// Returns the frame of a commit behind `before`, and the end of the log after it.
pub(crate) fn encode(before: &Head, commit: &Commit, keys: &[Key]) -> (Vec<u8>, Head) {
    let length = Commit::encoded_bytes(&commit.leaves);
    let mut bytes = Vec::with_capacity(frame_bytes(length, keys.len()) as usize);
    bytes.extend_from_slice(&header(before, length, keys.len()));
    for key in keys {
        bytes.extend_from_slice(key.as_bytes());
    }
    let start = bytes.len();
    commit.encode(&mut bytes);
    let head = before.after(commit, &bytes[start..]);
    bytes.extend_from_slice(head.chain.as_bytes());
    (bytes, head)
}

/// Returns what stands before the keys.
pub(crate) fn header(before: &Head, length: u64, keys: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(before.chain.as_bytes());
    header.extend_from_slice(&length.to_be_bytes());
    header.extend_from_slice(&(keys as u32).to_be_bytes());
    header
}

/// Returns the length of the frame that a header begins.
pub(crate) fn length(header: &[u8]) -> Result<u64, FrameError> {
    Ok(extent(header)?.0)
}

/// Returns the length of the frame that a header begins, and how many leaves it claims.
pub(crate) fn extent(header: &[u8]) -> Result<(u64, u64), FrameError> {
    let header = header.get(..HEADER_BYTES).ok_or(FrameError::Truncated)?;
    let (magic, rest) = header.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(FrameError::Magic);
    }
    let (length, count) = lengths(&rest[DIGEST_BYTES..]);
    let total = frame_bytes(length, count);
    match total > MAX_FRAME_BYTES {
        true => Err(FrameError::TooLong { bytes: total }),
        false => Ok((total, count as u64)),
    }
}

/// Returns the frame that begins these bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    let total = length(bytes)? as usize;
    let frame = bytes.get(..total).ok_or(FrameError::Truncated)?;
    let (header, rest) = frame.split_at(HEADER_BYTES);
    let (length, count) = lengths(&header[MAGIC.len() + DIGEST_BYTES..]);
    let (keys, rest) = rest.split_at(count * KEY_BYTES);
    let (commit, end) = rest.split_at(length as usize);
    let after = chain(header, commit);
    if end != after.as_bytes() {
        return Err(FrameError::Hash);
    }
    let before = header[MAGIC.len()..].first_chunk::<DIGEST_BYTES>();
    let (keys, _) = keys.as_chunks::<KEY_BYTES>();
    let commit = Commit::parse(commit)?;
    if commit.leaves.len() != count {
        let position = commit.leaves.len().min(count);
        return Err(FrameError::Key { position });
    }
    Ok(Frame {
        before: Digest::from_bytes(*before.expect("the header has room for a digest")),
        after,
        commit,
        keys: keys.iter().copied().map(Key::from_bytes).collect(),
        bytes: total,
    })
}

/// Returns whether a whole frame begins anywhere in these bytes.
pub(crate) fn is_anywhere_in(bytes: &[u8]) -> bool {
    let starts = bytes.windows(MAGIC.len()).enumerate();
    let mut starts = starts.filter(|(_, window)| *window == MAGIC);
    starts.any(|(start, _)| decode(&bytes[start..]).is_ok())
}

/// Returns where the key of a leaf stands in its frame.
pub(crate) fn key_offset(position: usize) -> usize {
    HEADER_BYTES + position * KEY_BYTES
}

/// The keys are not hashed: they are to be destroyed one day.
pub(crate) fn chain(header: &[u8], commit: &[u8]) -> Digest {
    Digest::of_parts([header, commit])
}

fn frame_bytes(length: u64, keys: usize) -> u64 {
    let fixed = (HEADER_BYTES + keys * KEY_BYTES + DIGEST_BYTES) as u64;
    fixed.saturating_add(length)
}

fn lengths(numbers: &[u8]) -> (u64, usize) {
    let (length, count) = numbers.split_at(8);
    let length = length.try_into().map(u64::from_be_bytes);
    let count = count.try_into().map(u32::from_be_bytes);
    let expectation = "the header has this length";
    (
        length.expect(expectation),
        count.expect(expectation) as usize,
    )
}

#[cfg(test)]
mod tests {
    use super::{FrameError, decode, encode, is_anywhere_in, key_offset};
    use crate::commit::{Commit, NewEntry};
    use crate::payload::Stored;
    use crate::seal::{KEY_BYTES, Key, Sealed};
    use crate::store::Head;
    use model::digest::Digest;

    fn frame() -> (Vec<u8>, Head) {
        let before = Head {
            size: 3,
            chain: Digest::of(b"before"),
        };
        let key = Key::from_bytes([5; 32]);
        let stored = Stored {
            salt: &[1; 32],
            payload: b"payload",
        };
        let sealed = Sealed::seal(stored, &key);
        let leaf = b"leaf".to_vec();
        let commit = Commit {
            base: 3,
            leaves: vec![NewEntry { leaf, sealed }],
        };
        encode(&before, &commit, &[key])
    }

    #[test]
    fn a_frame_comes_back_and_leads_to_its_head() {
        let (mut bytes, head) = frame();
        let length = bytes.len();
        bytes.extend_from_slice(b"behind");
        let frame = decode(&bytes).unwrap();
        assert_eq!((frame.after, frame.commit.end()), (head.chain, head.size));
        assert_eq!((frame.before, frame.bytes), (Digest::of(b"before"), length));
    }

    #[test]
    fn every_cut_and_every_flipped_bit_is_found() {
        let (bytes, _) = frame();
        for length in 0..bytes.len() {
            assert_eq!(
                decode(&bytes[..length]),
                Err(FrameError::Truncated),
                "{length}"
            );
        }
        for bit in 0..bytes.len() * 8 {
            let mut spoilt = bytes.clone();
            spoilt[bit / 8] ^= 1 << (bit % 8);
            let decoded = decode(&spoilt).and_then(|frame| frame.check_keys());
            assert!(decoded.is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_destroyed_key_leaves_the_frame_whole() {
        let (mut bytes, head) = frame();
        bytes[key_offset(0)..][..KEY_BYTES].fill(0);
        let frame = decode(&bytes).unwrap();
        assert!(frame.keys[0].is_destroyed());
        assert_eq!(frame.after, head.chain);
    }

    #[test]
    fn a_whole_frame_is_found_behind_a_torn_one() {
        let (whole, _) = frame();
        assert!(is_anywhere_in(&[&whole[..50], &whole].concat()));
        assert!(!is_anywhere_in(
            &[&whole[..50], &whole[..whole.len() - 1]].concat()
        ));
    }
}
