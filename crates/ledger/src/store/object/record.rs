//! Records: one object for each commit, whose header says which record it follows.
//!
//! A record is named after the digest of its header, and the header has the digest of the commit behind it. So one
//! name vouches for the whole log before it, and a header that is read alone can be checked.

use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::store::Head;
use crate::store::object::trail::{Link, MAX_TRAIL_BYTES, Trail};
use model::digest::Digest;

/// Where records lie below the prefix.
pub(super) const FOLDER: &str = "records";

const MAGIC: &[u8] = b"countersign record 1\n";

/// What makes two attempts to append the same leaves two records: who tried, and how often before.
const ATTEMPT_BYTES: usize = 16 + 8;

/// The header but for the trail.
const FIXED_BYTES: usize = MAGIC.len() + 4 + 2 * HEAD_BYTES + ATTEMPT_BYTES + 32;

const HEAD_BYTES: usize = 8 + 32;

/// The longest header.
pub(super) const MAX_HEADER_BYTES: u64 = (FIXED_BYTES + MAX_TRAIL_BYTES) as u64;

/// The longest record.
pub(super) const MAX_RECORD_BYTES: u64 = MAX_HEADER_BYTES + MAX_COMMIT_BYTES;

/// One attempt of one writer.
pub(super) type Attempt = [u8; ATTEMPT_BYTES];

/// What stands in a record before its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The end of the log that it follows.
    pub(super) before: Head,
    /// The end of the log with it.
    pub(super) after: Head,
    /// Who wrote it.
    pub(super) attempt: Attempt,
    /// The SHA-256 of the encoded commit.
    pub(super) commit: Digest,
    /// The records before it.
    pub(super) trail: Trail,
}

impl Header {
    /// Returns the bytes, the only ones for this header.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut trail = Vec::new();
        self.trail.encode(&mut trail);
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&(trail.len() as u32).to_be_bytes());
        for head in [&self.before, &self.after] {
            out.extend_from_slice(&head.size.to_be_bytes());
            out.extend_from_slice(head.chain.as_bytes());
        }
        out.extend_from_slice(&self.attempt);
        out.extend_from_slice(self.commit.as_bytes());
        out.extend_from_slice(&trail);
        out
    }

    /// Returns the link that names a record with this header.
    pub(super) fn link(&self) -> Link {
        Link {
            base: self.before.size,
            end: self.after.size,
            header: Digest::of(&self.encode()),
        }
    }

    /// Returns the header that begins a record, and how long it is, if it is the one that a link names.
    pub(super) fn of(link: &Link, record: &[u8]) -> Option<(Header, usize)> {
        let (header, length) = parse(record)?;
        let is_it = Digest::of(record.get(..length)?) == link.header;
        let (base, end) = (header.before.size, header.after.size);
        (is_it && (base, end) == (link.base, link.end)).then_some((header, length))
    }

    /// Returns header and commit of a record, if it is the one that a link names.
    pub(super) fn with_commit(link: &Link, record: &[u8]) -> Option<(Header, Commit)> {
        let (header, length) = Header::of(link, record)?;
        let encoded = &record[length..];
        if Digest::of(encoded) != header.commit {
            return None;
        }
        let commit = Commit::parse(encoded).ok()?;
        let fits = commit.base == header.before.size
            && header.before.after(&commit, encoded) == header.after;
        fits.then_some((header, commit))
    }
}

/// Returns the name of a record.
pub(super) fn name(link: &Link) -> String {
    format!("{FOLDER}/{}", link.name())
}

/// Returns the leaves before a record, by its name.
pub(super) fn base_of(name: &str) -> Option<u64> {
    let (base, header) = name
        .strip_prefix(FOLDER)?
        .strip_prefix('/')?
        .split_once('-')?;
    let _header: Digest = header.parse().ok()?;
    (base.len() == 20).then(|| base.parse().ok())?
}

fn parse(record: &[u8]) -> Option<(Header, usize)> {
    let rest = record.strip_prefix(MAGIC)?;
    let (trail_bytes, rest) = rest.split_first_chunk()?;
    let trail_bytes = usize::try_from(u32::from_be_bytes(*trail_bytes)).ok()?;
    let (before, rest) = head(rest)?;
    let (after, rest) = head(rest)?;
    let (attempt, rest) = rest.split_first_chunk()?;
    let (commit, rest) = rest.split_first_chunk()?;
    let header = Header {
        before,
        after,
        attempt: *attempt,
        commit: Digest::from_bytes(*commit),
        trail: Trail::parse(rest.get(..trail_bytes)?)?,
    };
    Some((header, FIXED_BYTES + trail_bytes))
}

fn head(bytes: &[u8]) -> Option<(Head, &[u8])> {
    let (size, rest) = bytes.split_first_chunk()?;
    let (chain, rest) = rest.split_first_chunk()?;
    let head = Head {
        size: u64::from_be_bytes(*size),
        chain: Digest::from_bytes(*chain),
    };
    Some((head, rest))
}

#[cfg(test)]
mod tests {
    use super::{FOLDER, Header, MAX_HEADER_BYTES, base_of, name};
    use crate::commit::{Commit, NewEntry};
    use crate::payload::Stored;
    use crate::seal::{Key, Sealed};
    use crate::store::Head;
    use crate::store::object::trail::Trail;
    use model::digest::Digest;

    fn record(attempt: u8) -> (Header, Vec<u8>) {
        let stored = Stored {
            salt: &[1; 32],
            payload: b"payload",
        };
        let commit = Commit {
            base: 7,
            leaves: vec![NewEntry {
                leaf: b"leaf".to_vec(),
                sealed: Sealed::seal(stored, &Key::from_bytes([2; 32])),
            }],
        };
        let mut encoded = Vec::new();
        commit.encode(&mut encoded);
        let before = Head {
            size: 7,
            chain: Digest::of(b"before"),
        };
        let header = Header {
            before,
            after: before.after(&commit, &encoded),
            attempt: [attempt; 24],
            commit: Digest::of(&encoded),
            trail: Trail::default(),
        };
        let record = [header.encode(), encoded].concat();
        (header, record)
    }

    #[test]
    fn a_record_comes_back_under_its_own_name_only() {
        let (header, bytes) = record(1);
        let (found, commit) = Header::with_commit(&header.link(), &bytes).unwrap();
        assert_eq!((found, commit.end()), (header.clone(), 8));
        let (other, _) = record(2);
        assert_ne!(header.link(), other.link());
        assert_eq!(Header::with_commit(&other.link(), &bytes), None);
    }

    #[test]
    fn every_changed_byte_is_found() {
        let (header, bytes) = record(1);
        for index in 0..bytes.len() {
            let mut spoilt = bytes.clone();
            spoilt[index] ^= 1;
            assert_eq!(
                Header::with_commit(&header.link(), &spoilt),
                None,
                "{index}"
            );
            assert_eq!(
                Header::with_commit(&header.link(), &bytes[..index]),
                None,
                "{index}"
            );
        }
    }

    #[test]
    fn a_header_is_checked_without_its_commit() {
        let (header, bytes) = record(1);
        let length = header.encode().len();
        assert!(length as u64 <= MAX_HEADER_BYTES);
        let found = Header::of(&header.link(), &bytes[..length]);
        assert_eq!(found, Some((header, length)));
    }

    #[test]
    fn a_name_tells_what_comes_before() {
        let link = record(1).0.link();
        assert_eq!(base_of(&name(&link)), Some(7));
        for strange in [
            FOLDER,
            "records/7-ab",
            "records/00000000000000000007",
            "state",
        ] {
            assert_eq!(base_of(strange), None, "{strange}");
        }
    }
}
