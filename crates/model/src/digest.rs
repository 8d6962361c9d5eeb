//! SHA-256 digests and commit ids, parsed once at the edge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// A SHA-256 digest; 64 lower-case hexadecimal characters in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Returns the digest of two parts, one after the other.
    pub fn of_parts(parts: [&[u8]; 2]) -> Digest {
        let [first, second] = parts;
        let hash = Sha256::new().chain_update(first).chain_update(second);
        Digest(hash.finalize().into())
    }

    /// Returns the digest whose 32 bytes are given.
    pub fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// A text that is not a digest or a commit id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct NotHex {
    text: String,
    expected: &'static str,
}

impl FromStr for Digest {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Digest, NotHex> {
        from_hex(text).map(Digest).ok_or_else(|| NotHex {
            text: text.chars().take(80).collect(),
            expected: "a SHA-256 digest of 64 lower-case hexadecimal characters",
        })
    }
}

impl TryFrom<String> for Digest {
    type Error = NotHex;

    fn try_from(text: String) -> Result<Digest, NotHex> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// A git object id, SHA-1 or SHA-256; 40 or 64 lower-case hexadecimal characters in text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct CommitId {
    length: u8,
    /// What is beyond `length` is zero. No allocation: a long history has hundreds of thousands of ids.
    bytes: [u8; 32],
}

impl CommitId {
    /// Returns the id with these 20 or 32 bytes, `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<CommitId> {
        let length @ (20 | 32) = bytes.len() else {
            return None;
        };
        let mut id = CommitId {
            length: length as u8,
            bytes: [0; 32],
        };
        id.bytes[..length].copy_from_slice(bytes);
        Some(id)
    }

    /// Returns the 20 or 32 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Returns the first twelve characters, for people.
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, self.as_bytes())
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitId({self})")
    }
}

impl FromStr for CommitId {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<CommitId, NotHex> {
        let id = match text.len() {
            40 => from_hex::<20>(text).and_then(|bytes| CommitId::from_bytes(&bytes)),
            _ => from_hex::<32>(text).and_then(|bytes| CommitId::from_bytes(&bytes)),
        };
        id.ok_or_else(|| NotHex {
            text: text.chars().take(80).collect(),
            expected: "a commit id of 40 or 64 lower-case hexadecimal characters",
        })
    }
}

impl TryFrom<String> for CommitId {
    type Error = NotHex;

    fn try_from(text: String) -> Result<CommitId, NotHex> {
        text.parse()
    }
}

impl From<CommitId> for String {
    fn from(id: CommitId) -> String {
        id.to_string()
    }
}

/// Returns the bytes of as many pairs of lower-case characters.
fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    // The library takes capitals, and more characters than it has room for.
    let text = text.as_bytes();
    let is_canonical = text.len() == 2 * N && !text.iter().any(u8::is_ascii_uppercase);
    faster_hex::hex_decode(text, &mut bytes).ok()?;
    is_canonical.then_some(bytes)
}

/// Writes up to 32 bytes.
fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let mut text = [0; 64];
    let text = &mut text[..2 * bytes.len()];
    f.write_str(faster_hex::hex_encode(bytes, text).map_err(|_| fmt::Error)?)
}
