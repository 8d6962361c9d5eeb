//! Verifies what an X.509 key signed: RSA PKCS#1 v1.5 and ECDSA over P-256 and P-384, with SHA-2.

use der::asn1::ObjectIdentifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::hash::HashAlgorithm;

/// NIST SP 800-131A: fewer bits are disallowed.
const MIN_RSA_BITS: usize = 2048;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Algorithms of signatures and the hash that each names (RFC 5754, sections 3.2 and 3.3; RFC 5758).
const ALGORITHMS: [(ObjectIdentifier, Algorithm); 6] = [
    (
        oid("1.2.840.113549.1.1.11"),
        Algorithm::Rsa(HashAlgorithm::Sha256),
    ),
    (
        oid("1.2.840.113549.1.1.12"),
        Algorithm::Rsa(HashAlgorithm::Sha384),
    ),
    (
        oid("1.2.840.113549.1.1.13"),
        Algorithm::Rsa(HashAlgorithm::Sha512),
    ),
    (
        oid("1.2.840.10045.4.3.2"),
        Algorithm::Ecdsa(HashAlgorithm::Sha256),
    ),
    (
        oid("1.2.840.10045.4.3.3"),
        Algorithm::Ecdsa(HashAlgorithm::Sha384),
    ),
    (
        oid("1.2.840.10045.4.3.4"),
        Algorithm::Ecdsa(HashAlgorithm::Sha512),
    ),
];

/// Why a signature by an X.509 key proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The algorithm is weak, or none that authorities use.
    #[error(
        "the algorithm {0} is refused, for only SHA-2 with RSA (PKCS #1 v1.5) or ECDSA is known here"
    )]
    Algorithm(String),
    /// The algorithm has parameters of its own.
    #[error(
        "algorithms with parameters, as RSA-PSS, are refused: ask the authority for RSA (PKCS #1 v1.5) or ECDSA"
    )]
    Parameters,
    /// The hash of a token's signature is not that of its attributes.
    #[error("the signature is over {signature}, its attributes say {attributes}")]
    OtherHash {
        /// What the algorithm of the signature names.
        signature: HashAlgorithm,
        /// What the token names.
        attributes: HashAlgorithm,
    },
    /// The key is of another kind than the signature, or of a kind that is not known here.
    #[error("the key does not fit the algorithm of the signature")]
    OtherKey,
    /// The key is on another curve.
    #[error("the key is on the curve {0}, and only P-256 and P-384 are known here")]
    Curve(String),
    /// The key cannot be read.
    #[error("the public key cannot be read")]
    Key,
    /// The key is so short that others can compute its private half.
    #[error("the key has {bits} bits, fewer than {MIN_RSA_BITS}")]
    ShortKey {
        /// Bits of the modulus.
        bits: usize,
    },
    /// It is not the signature of these bytes by this key.
    #[error("the signature does not match the signed bytes")]
    Mismatch,
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    Rsa(HashAlgorithm),
    /// ECDSA.
    Ecdsa(HashAlgorithm),
}

impl Algorithm {
    /// Returns the algorithm of a certificate's signature.
    pub(super) fn of(oid: &ObjectIdentifier) -> Result<Algorithm, SignatureError> {
        let known = ALGORITHMS.iter().find(|(known, _)| known == oid);
        let (_, algorithm) = known.ok_or_else(|| SignatureError::Algorithm(oid.to_string()))?;
        Ok(*algorithm)
    }

    /// Returns the algorithm of a token's signature, whose attributes are hashed with `hash`.
    ///
    /// RFC 5754, section 3.2: `rsaEncryption` leaves the hash to the digest algorithm of the signer.
    pub(super) fn of_signer(
        oid: &ObjectIdentifier,
        hash: HashAlgorithm,
    ) -> Result<Algorithm, SignatureError> {
        if *oid == RSA {
            return Ok(Algorithm::Rsa(hash));
        }
        let algorithm = Algorithm::of(oid)?;
        let (Algorithm::Rsa(signature) | Algorithm::Ecdsa(signature)) = algorithm;
        if signature != hash {
            return Err(SignatureError::OtherHash {
                signature,
                attributes: hash,
            });
        }
        Ok(algorithm)
    }

    /// Returns nothing where the signature is by the key over `message`.
    pub(super) fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match self {
            Algorithm::Rsa(hash) => verify_rsa(key, hash, message, signature),
            Algorithm::Ecdsa(hash) => verify_ecdsa(key, hash, message, signature),
        }
    }
}

fn verify_rsa(
    key: &SubjectPublicKeyInfoOwned,
    hash: HashAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if key.algorithm.oid != RSA {
        return Err(SignatureError::OtherKey);
    }
    let key = RsaPublicKey::from_pkcs1_der(bits(key)?).map_err(|_| SignatureError::Key)?;
    let bits = key.n().bits();
    if bits < MIN_RSA_BITS {
        return Err(SignatureError::ShortKey { bits });
    }
    let scheme = match hash {
        HashAlgorithm::Sha256 => Pkcs1v15Sign::new::<rsa::sha2::Sha256>(),
        HashAlgorithm::Sha384 => Pkcs1v15Sign::new::<rsa::sha2::Sha384>(),
        HashAlgorithm::Sha512 => Pkcs1v15Sign::new::<rsa::sha2::Sha512>(),
    };
    key.verify(scheme, &hash.digest(message), signature)
        .map_err(|_| SignatureError::Mismatch)
}

fn verify_ecdsa(
    key: &SubjectPublicKeyInfoOwned,
    hash: HashAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let curve = key.algorithm.parameters.as_ref();
    let curve = curve.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    let point = bits(key)?;
    let digest = hash.digest(message);
    let matches = match curve.filter(|_| key.algorithm.oid == EC) {
        Some(P256) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            let signature = p256::ecdsa::Signature::from_der(signature);
            let key = key.map_err(|_| SignatureError::Key)?;
            signature.and_then(|signature| key.verify_prehash(&digest, &signature))
        }
        Some(P384) => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point);
            let signature = p384::ecdsa::Signature::from_der(signature);
            let key = key.map_err(|_| SignatureError::Key)?;
            signature.and_then(|signature| key.verify_prehash(&digest, &signature))
        }
        Some(other) => return Err(SignatureError::Curve(other.to_string())),
        None => return Err(SignatureError::OtherKey),
    };
    matches.map_err(|_| SignatureError::Mismatch)
}

fn bits(key: &SubjectPublicKeyInfoOwned) -> Result<&[u8], SignatureError> {
    key.subject_public_key.as_bytes().ok_or(SignatureError::Key)
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}
