//! The hashes that a timestamp may rest on.

use std::fmt;

use der::asn1::{AnyRef, ObjectIdentifier};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::element::Element;

/// A hash without known collisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The digest of what is stamped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imprint {
    /// SHA-256.
    Sha256([u8; 32]),
    /// SHA-384.
    Sha384([u8; 48]),
    /// SHA-512.
    Sha512([u8; 64]),
}

const ALL: [HashAlgorithm; 3] = [
    HashAlgorithm::Sha256,
    HashAlgorithm::Sha384,
    HashAlgorithm::Sha512,
];

impl Imprint {
    /// Returns the SHA-256 imprint of `bytes`.
    pub fn of(bytes: &[u8]) -> Imprint {
        Imprint::Sha256(Sha256::digest(bytes).into())
    }

    /// Returns the hash.
    pub fn algorithm(&self) -> HashAlgorithm {
        match self {
            Imprint::Sha256(_) => HashAlgorithm::Sha256,
            Imprint::Sha384(_) => HashAlgorithm::Sha384,
            Imprint::Sha512(_) => HashAlgorithm::Sha512,
        }
    }

    /// Returns the bytes of the digest.
    pub fn digest(&self) -> &[u8] {
        match self {
            Imprint::Sha256(digest) => digest,
            Imprint::Sha384(digest) => digest,
            Imprint::Sha512(digest) => digest,
        }
    }
}

impl HashAlgorithm {
    /// Returns the object identifier (RFC 5754, section 2).
    pub(super) fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            HashAlgorithm::Sha256 => "2.16.840.1.101.3.4.2.1",
            HashAlgorithm::Sha384 => "2.16.840.1.101.3.4.2.2",
            HashAlgorithm::Sha512 => "2.16.840.1.101.3.4.2.3",
        })
    }

    /// Returns the hash of an object identifier.
    pub(super) fn of(oid: &ObjectIdentifier) -> Option<HashAlgorithm> {
        ALL.into_iter().find(|hash| hash.oid() == *oid)
    }

    /// Returns the digest of `bytes`.
    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            HashAlgorithm::Sha256 => Sha256::digest(bytes).to_vec(),
            HashAlgorithm::Sha384 => Sha384::digest(bytes).to_vec(),
            HashAlgorithm::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HashAlgorithm::Sha256 => "SHA-256",
            HashAlgorithm::Sha384 => "SHA-384",
            HashAlgorithm::Sha512 => "SHA-512",
        })
    }
}

/// Returns the name of an `AlgorithmIdentifier` whose parameters are absent or NULL, as those of every hash here are.
pub(super) fn plain_algorithm(element: Element<'_>) -> Option<ObjectIdentifier> {
    let mut fields = element.fields()?;
    let oid = fields.read()?;
    let null = fields.next();
    fields.end()?;
    let plain =
        null.is_none_or(|element| element.read::<AnyRef<'_>>().is_some_and(AnyRef::is_null));
    plain.then_some(oid)
}
