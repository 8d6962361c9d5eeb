//! The Merkle tree hashes of RFC 6962 section 2.1.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::encoding;

/// The bytes of one hash.
pub const HASH_BYTES: usize = 32;

/// A SHA-256 Merkle tree hash; its text is base64, as in a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

/// Why a text is no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the base64 of {HASH_BYTES} bytes: {text:?}")]
pub struct HashTextError {
    /// The text that was read.
    pub text: String,
}

/// Returns the hash of a leaf: `SHA-256(0x00 || entry)`.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    // RFC 6962 section 2.1: the prefixes keep a leaf from passing for a node.
    let digest = Sha256::new().chain_update([0x00]).chain_update(entry);
    Hash(digest.finalize().into())
}

/// Returns the hash of an inner node: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let digest = Sha256::new()
        .chain_update([0x01])
        .chain_update(left.0)
        .chain_update(right.0);
    Hash(digest.finalize().into())
}

/// Returns the root of the tree without leaves: `SHA-256()`.
pub fn empty_root() -> Hash {
    Hash(Sha256::new().finalize().into())
}

/// Returns the root of the tree over these leaf hashes, or over these roots of equal complete subtrees.
pub fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => empty_root(),
        [only] => *only,
        many => {
            let (left, right) = many.split_at(split_point(many.len() as u64) as usize);
            node_hash(&root(left), &root(right))
        }
    }
}

/// Returns the largest power of two below `leaves`, where RFC 6962 divides a tree of two leaves or more.
pub(crate) fn split_point(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&encoding::to_base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashTextError;

    fn from_str(text: &str) -> Result<Hash, HashTextError> {
        encoding::from_base64(text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Hash)
            .ok_or_else(|| HashTextError {
                text: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, empty_root, leaf_hash, node_hash, root};

    #[test]
    fn hashes_agree_with_the_vectors_of_other_implementations() {
        // `wantErr: false` in the vectors of transparency-dev/merkle.
        assert_eq!(
            empty_root().to_string(),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert_eq!(
            leaf_hash(b"").to_string(),
            "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
        );
    }

    #[test]
    fn an_odd_leaf_rises_unhashed() {
        let [a, b, c] = [b"a", b"b", b"c"].map(|entry| leaf_hash(entry));
        assert_eq!(root(&[a, b, c]), node_hash(&node_hash(&a, &b), &c));
    }

    #[test]
    fn text_and_bytes_convert_both_ways() {
        let hash = leaf_hash(b"entry");
        assert_eq!(hash.to_string().parse::<Hash>(), Ok(hash));
        let error = "AAAA".parse::<Hash>().unwrap_err();
        assert_eq!(error.to_string(), "not the base64 of 32 bytes: \"AAAA\"");
    }
}
