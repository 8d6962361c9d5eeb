//! Why a signature proves nothing.

/// Why a signature proves nothing. Moments are in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// Larger than any real signature.
    #[error("the signature is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// More signatures in one armor than are looked at.
    #[error("there are more than {limit} signatures in one")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// The armor is not one whole block.
    #[error("the armor is not one whole block")]
    Armor,
    /// A part is cut short, or holds what does not belong there.
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    /// Signed for another purpose than git.
    #[error("the namespace is `{0}`, not `git`")]
    Namespace(String),
    /// Collisions can be made for the hash.
    #[error("the hash {0} is refused")]
    WeakHash(String),
    /// An algorithm that is no longer trusted.
    #[error("the algorithm {0} is refused")]
    WeakAlgorithm(String),
    /// A key so short that others can compute its private half.
    #[error("the key has {bits} bits, fewer than {limit}")]
    ShortKey {
        /// Bits of the modulus.
        bits: usize,
        /// The limit.
        limit: usize,
    },
    /// A key that verifies what nobody signed.
    #[error("the key is of small order and verifies what nobody signed")]
    SmallOrderKey,
    /// The signature is of one algorithm and its key of another.
    #[error("the signature is {signature}, its key {key}")]
    OtherAlgorithm {
        /// The algorithm of the signature.
        signature: String,
        /// The algorithm of the key.
        key: String,
    },
    /// It is not the signature of these bytes by this key.
    #[error("the signature does not match the signed bytes")]
    Mismatch,
    /// The signature is a statement about something other than a document.
    #[error("the signature of type {0:#04x} is not over a document")]
    NotOverDocument(u8),
    /// A part that must be understood is not.
    #[error("the critical subpacket {0} is unknown")]
    UnknownCritical(u8),
    /// The signature does not say when it was made.
    #[error("the signature has no creation time")]
    Undated,
    /// The key is younger than its signature.
    #[error("the signature claims {signed_at}, the key was created at {created_at}")]
    BeforeKey {
        /// When the signature was made, by its own account.
        signed_at: u32,
        /// When the key was created.
        created_at: u32,
    },
    /// The key had expired when the signature was made.
    #[error("the key expired at {expired_at}, the signature claims {signed_at}")]
    KeyExpired {
        /// When the signature was made, by its own account.
        signed_at: u32,
        /// When the key expired.
        expired_at: u64,
    },
    /// The key was revoked as compromised or without a reason, so no signature of it counts.
    #[error("the key was revoked as compromised or without a reason")]
    KeyCompromised,
    /// The key had been retired or superseded when the signature was made.
    #[error("the key was retired at {revoked_at}, the signature claims {signed_at}")]
    KeyRetired {
        /// When the signature was made, by its own account.
        signed_at: u32,
        /// When the key was retired.
        revoked_at: u32,
    },
    /// The key is for certifying or encrypting.
    #[error("the key is not for signing")]
    NotForSigning,
}
