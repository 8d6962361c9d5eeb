//! Payloads: the bytes that leaves commit to, each behind a salt, so that a guess at an erased one cannot be checked.

use std::path::Path;

use crate::leaf::{Commitment, MAX_PAYLOAD_BYTES};
use model::digest::Digest;

/// The bytes of a salt.
pub const SALT_BYTES: usize = 32;

/// The longest file of a payload.
pub(crate) const MAX_FILE_BYTES: u64 = SALT_BYTES as u64 + MAX_PAYLOAD_BYTES;

/// The folder of all payloads in an exported copy.
pub(crate) const FOLDER: &str = "payloads";

/// The folder of the records of keys beside the tiles.
pub(crate) const PUBLIC_FOLDER: &str = "ledger/payloads";

/// A payload that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PayloadRef {
    /// The SHA-256 of the payload, which appears in no leaf.
    pub sha256: Digest,
    /// What leaves say of it.
    pub commitment: Commitment,
}

/// Salt and payload; in an exported copy they make up one file, which is named after its own SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored<'b> {
    pub(crate) salt: &'b [u8; SALT_BYTES],
    pub(crate) payload: &'b [u8],
}

impl<'b> Stored<'b> {
    /// Returns the content of a file, or nothing when it is shorter than a salt.
    pub(crate) fn parse(file: &'b [u8]) -> Option<Stored<'b>> {
        let (salt, payload) = file.split_first_chunk()?;
        Some(Stored { salt, payload })
    }

    #[cfg(test)]
    pub(crate) fn encode(self) -> Vec<u8> {
        [self.salt, self.payload].concat()
    }

    pub(crate) fn reference(self) -> PayloadRef {
        PayloadRef {
            sha256: Digest::of(self.payload),
            commitment: self.commitment(),
        }
    }

    pub(crate) fn commitment(self) -> Commitment {
        Commitment {
            bytes: self.payload.len() as u64,
            salted_sha256: Digest::of_parts([self.salt, self.payload]),
        }
    }
}

/// Returns the path of a payload below the folder of an exported copy.
pub fn name(salted_sha256: &Digest) -> String {
    let hex = salted_sha256.to_string();
    format!("{FOLDER}/{}/{hex}", &hex[..2])
}

/// Returns the path of a record of a key beside the tiles, where whoever is served the tree finds it.
pub(crate) fn public_name(salted_sha256: &Digest) -> String {
    format!("ledger/{}", name(salted_sha256))
}

/// Returns whether a path is one of those that [`public_name`] returns.
pub(crate) fn is_public_name(path: &str) -> bool {
    let below = path.strip_prefix("ledger/");
    below.is_some_and(|below| from_name(below).is_some())
}

/// Returns the digest that such a path names.
pub(crate) fn from_name(path: &str) -> Option<Digest> {
    let digest = Path::new(path).file_name()?.to_str()?.parse().ok()?;
    (name(&digest) == path).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::{Stored, from_name, name};
    use model::digest::Digest;

    #[test]
    fn a_name_and_its_digest_convert_both_ways() {
        let digest = Digest::of(b"payload");
        assert_eq!(from_name(&name(&digest)), Some(digest));
        for strange in [
            "payloads/../x",
            "payloads/ab",
            &format!("payloads/{digest}"),
            "",
        ] {
            assert_eq!(from_name(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_file_is_its_salt_and_its_payload() {
        let stored = Stored {
            salt: &[7; 32],
            payload: b"payload",
        };
        let file = stored.encode();
        assert_eq!(Stored::parse(&file), Some(stored));
        assert_eq!(stored.reference().sha256, Digest::of(b"payload"));
        assert_eq!(
            stored.reference().commitment.salted_sha256,
            Digest::of(&file)
        );
        assert_eq!(Stored::parse(&file[..31]), None);
    }
}
