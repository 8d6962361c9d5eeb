//! Why a public key cannot be used.

/// Why a public key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Larger than any real key.
    #[error("the key is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The line is not in the form of `authorized_keys`.
    #[error("not an SSH public key")]
    Ssh(#[source] ssh_key::Error),
    /// The line is a whole `authorized_keys` file, or none.
    #[error("expected one line, not {found}")]
    NotOneLine {
        /// How many there are.
        found: usize,
    },
    /// The text is not exactly one armored block.
    #[error("expected one armored block, not {found}")]
    NotOneBlock {
        /// How many there are.
        found: usize,
    },
    /// The block holds no public key, or a damaged one.
    #[error("not an OpenPGP public key")]
    Openpgp(#[source] pgp::errors::Error),
    /// The block holds no key.
    #[error("the block holds no public key")]
    Empty,
    /// No statement of the key about itself verifies.
    #[error("the key {fingerprint} has no valid self-signature that is not revoked")]
    Unbound {
        /// The fingerprint of the primary key.
        fingerprint: String,
    },
    /// The key is too short to trust.
    #[error("the key {fingerprint} has {bits} bits, fewer than {limit}")]
    Short {
        /// The fingerprint of the key.
        fingerprint: String,
        /// Bits of the modulus.
        bits: usize,
        /// The limit.
        limit: usize,
    },
}
