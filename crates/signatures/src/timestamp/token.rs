//! A timestamp token: an authority's signature over a digest and a moment.

use super::content::Content;
use super::info::Info;

/// The longest token that is read. One with its chain has some 6 KB.
pub const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// The most certificates that a token may bring.
pub const MAX_TOKEN_CERTIFICATES: usize = 16;

/// A token that can be read and is not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    bytes: Vec<u8>,
}

/// Why bytes are no token that can be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Larger than any real token.
    #[error("the token has {bytes} bytes, more than {MAX_TOKEN_BYTES}")]
    TooLong {
        /// The bytes of the token.
        bytes: usize,
    },
    /// A part is cut short, is not DER, or holds what does not belong there.
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    /// The content is something else.
    #[error("the content is of type {0}, not a signed timestamp")]
    Kind(String),
    /// A part is of a version that is not known.
    #[error("{0} is of another version")]
    Version(&'static str),
    /// The token has no signature, or more than the authority's.
    #[error("the token has {found} signatures, not one")]
    Signers {
        /// How many there are.
        found: usize,
    },
    /// Collisions can be made for the hash, or it is not known.
    #[error("the hash {0} is refused: it is not SHA-256, SHA-384 or SHA-512")]
    Hash(String),
    /// An extension that must be understood is not.
    #[error("the critical extension {0} is unknown")]
    CriticalExtension(String),
}

impl Token {
    /// Returns the token of an encoded `ContentInfo`, which nothing follows.
    pub fn parse(bytes: &[u8]) -> Result<Token, TokenError> {
        if bytes.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong { bytes: bytes.len() });
        }
        Info::parse(Content::parse(bytes)?.info)?;
        Ok(Token {
            bytes: bytes.to_vec(),
        })
    }

    /// Returns the token as the authority encoded it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
