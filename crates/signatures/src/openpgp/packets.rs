//! Reads signature packets out of the armor, and what any of them must be to count.

use pgp::composed::{Deserializable, DetachedSignature};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureConfig, SignatureType, SignatureVersion, SubpacketData};

use crate::armor::only_block;
use crate::{Check, Flaw};

/// The most signatures that one armor may hold; git itself writes one.
pub const MAX_SIGNATURE_PACKETS: usize = 16;

const BEGIN: &str = "-----BEGIN PGP SIGNATURE-----\n";
const END: &str = "\n-----END PGP SIGNATURE-----";

/// Returns the signatures in the armor; all of it has to be read.
pub(super) fn read(armored: &[u8]) -> Result<Vec<Signature>, Flaw> {
    only_block(armored, BEGIN, END).ok_or(Flaw::Armor)?;
    let malformed = |_| Flaw::Malformed("the OpenPGP signature");
    let (packets, _) = DetachedSignature::from_armor_many_buf(armored).map_err(malformed)?;
    let mut signatures = Vec::new();
    for packet in packets {
        signatures.push(packet.map_err(malformed)?.signature);
        if signatures.len() > MAX_SIGNATURE_PACKETS {
            return Err(Flaw::TooMany {
                limit: MAX_SIGNATURE_PACKETS,
            });
        }
    }
    Ok(signatures)
}

/// Returns when the signature claims to be made, if it is one over a document that could count at all.
pub(super) fn check_form(signature: &Signature) -> Result<u32, Check> {
    let config = match signature.config() {
        Some(config) if is_current(config) => config,
        _ => {
            return Err(Check::Unsupported(format!(
                "version {:?}",
                signature.version()
            )));
        }
    };
    check_type(config.typ)?;
    check_hash(config.hash_alg)?;
    check_critical(config)?;
    let created = config.created().ok_or(Flaw::Undated)?;
    Ok(created.as_secs())
}

/// Returns the signature with the first two octets of the hash that it should name, or `None` where it has to name them itself.
///
/// In version 4 they only spare a hopeless verification (RFC 9580, section 5.2.3): until 2021 GitHub wrote the first two of the document there, GnuPG does not look, rPGP does.
pub(super) fn with_true_hash_prefix(
    signature: &Signature,
    signed_bytes: &[u8],
) -> Option<Signature> {
    let config = signature
        .config()
        .filter(|config| config.version() == SignatureVersion::V4)?;
    if config.typ != SignatureType::Binary {
        return None;
    }
    let mut hasher = config.hash_alg.new_hasher().ok()?;
    hasher.update(signed_bytes);
    let len = config.hash_signature_data(&mut hasher).ok()?;
    hasher.update(&config.trailer(len).ok()?);
    let prefix = *hasher.finalize().first_chunk()?;
    let signature = signature.signature()?.clone();
    Signature::from_config(config.clone(), prefix, signature).ok()
}

fn is_current(config: &SignatureConfig) -> bool {
    matches!(
        config.version(),
        SignatureVersion::V4 | SignatureVersion::V6
    )
}

fn check_type(typ: SignatureType) -> Result<(), Flaw> {
    match typ {
        SignatureType::Binary | SignatureType::Text => Ok(()),
        other => Err(Flaw::NotOverDocument(other.into())),
    }
}

/// RFC 9580, section 9.5: MD5, SHA-1 and RIPEMD-160 are not for new signatures.
///
/// The claimed date would excuse an old one, but the signer types it.
fn check_hash(hash: HashAlgorithm) -> Result<(), Check> {
    match hash {
        HashAlgorithm::Sha256
        | HashAlgorithm::Sha384
        | HashAlgorithm::Sha512
        | HashAlgorithm::Sha224
        | HashAlgorithm::Sha3_256
        | HashAlgorithm::Sha3_512 => Ok(()),
        HashAlgorithm::None
        | HashAlgorithm::Md5
        | HashAlgorithm::Sha1
        | HashAlgorithm::Ripemd160 => Err(Flaw::WeakHash(hash.to_string()).into()),
        _ => Err(Check::Unsupported(format!("hash {hash:?}"))),
    }
}

/// RFC 9580, section 5.2.3.7: what is critical and not understood makes the signature an error.
fn check_critical(config: &SignatureConfig) -> Result<(), Flaw> {
    for subpacket in config
        .hashed_subpackets()
        .filter(|subpacket| subpacket.is_critical)
    {
        match subpacket.data {
            SubpacketData::Experimental(id, _) | SubpacketData::Other(id, _) => {
                return Err(Flaw::UnknownCritical(id));
            }
            SubpacketData::Notation(_) => return Err(Flaw::UnknownCritical(NOTATION)),
            _ => {}
        }
    }
    Ok(())
}

const NOTATION: u8 = 20;
