//! Verifies a parsed SSH signature by the key that it carries.

use ed25519_dalek::{Signature, Verifier};
use sha2::{Digest, Sha256};
use ssh_key::public::KeyData;
use ssh_key::{PublicKey, SshSig};

use super::key::DecodedKeys;
use super::sshsig::{RawSignature, Sshsig};
use super::wire::Reader;
use crate::{Check, Flaw};

/// NIST SP 800-131A: fewer bits are disallowed. OpenSSH itself starts at 1,024.
const MIN_RSA_BITS: usize = 2048;
/// The longest modulus that the `rsa` crate takes.
const MAX_RSA_BITS: usize = 4096;

const ED25519: &str = "ssh-ed25519";
const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
const SK_ECDSA: &str = "sk-ecdsa-sha2-nistp256@openssh.com";

/// Returns nothing where the signature is by its key over `message`.
pub(super) fn verify(
    keys: &DecodedKeys,
    signature: &Sshsig<'_>,
    message: &[u8],
) -> Result<(), Check> {
    let malformed = || Flaw::Malformed("the SSH public key");
    let mut key = Reader(signature.key_blob);
    let key_type = key.text().ok_or_else(malformed)?;
    match_algorithms(key_type, signature.raw.algorithm)?;
    match key_type {
        ED25519 => {
            let point = key.bytes().ok_or_else(malformed)?;
            key.end().ok_or_else(malformed)?;
            verify_ed25519(keys, point, &signature.signed_data(message), &signature.raw)
        }
        SK_ED25519 => {
            let point = key.bytes().ok_or_else(malformed)?;
            let application = key.bytes().ok_or_else(malformed)?;
            key.end().ok_or_else(malformed)?;
            let data = security_key_data(application, signature, message);
            verify_ed25519(keys, point, &data, &signature.raw)
        }
        _ => verify_other(signature, message),
    }
}

fn match_algorithms(key: &str, signature: &str) -> Result<(), Check> {
    let expected: &[&str] = match key {
        "ssh-rsa" => &["rsa-sha2-256", "rsa-sha2-512"],
        "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521" => &[key],
        ED25519 | SK_ED25519 | SK_ECDSA => &[key],
        "ssh-dss" => return Err(Flaw::WeakAlgorithm(key.to_owned()).into()),
        _ => return Err(Check::Unsupported(format!("an SSH key of type {key}"))),
    };
    if expected.contains(&signature) {
        return Ok(());
    }
    Err(match signature {
        // RFC 8332: `ssh-rsa` signs over SHA-1.
        "ssh-rsa" => Flaw::WeakAlgorithm(signature.to_owned()).into(),
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com" if key == SK_ECDSA => {
            Check::Unsupported("a WebAuthn signature".to_owned())
        }
        _ => Flaw::OtherAlgorithm {
            signature: signature.to_owned(),
            key: key.to_owned(),
        }
        .into(),
    })
}

fn verify_ed25519(
    keys: &DecodedKeys,
    point: &[u8],
    data: &[u8],
    signature: &RawSignature<'_>,
) -> Result<(), Check> {
    let point = point
        .try_into()
        .map_err(|_| Flaw::Malformed("the SSH public key"))?;
    let key = keys.key(point).ok_or(Flaw::SmallOrderKey)?;
    let signature =
        Signature::from_slice(signature.bytes).map_err(|_| Flaw::Malformed("the SSH signature"))?;
    key.verify(data, &signature)
        .map_err(|_| Flaw::Mismatch.into())
}

/// Returns what a security key signs (OpenSSH, PROTOCOL.u2f). The flags are signed, but as in `ssh-keygen` none is required.
fn security_key_data(application: &[u8], signature: &Sshsig<'_>, message: &[u8]) -> Vec<u8> {
    let mut data = Sha256::digest(application).to_vec();
    data.extend_from_slice(signature.raw.flags_and_counter);
    data.extend_from_slice(&Sha256::digest(signature.signed_data(message)));
    data
}

fn verify_other(signature: &Sshsig<'_>, message: &[u8]) -> Result<(), Check> {
    let key = PublicKey::from_bytes(signature.key_blob)
        .map_err(|_| Flaw::Malformed("the SSH public key"))?;
    check_rsa_length(key.key_data())?;
    let raw = ssh_key::Signature::try_from(signature.blob)
        .map_err(|_| Flaw::Malformed("the SSH signature"))?;
    let sshsig = SshSig::new(
        key.key_data().clone(),
        signature.namespace,
        signature.hash,
        raw,
    )
    .map_err(|_| Flaw::Malformed("the SSH signature"))?;
    key.verify(signature.namespace, message, &sshsig)
        .map_err(|_| Flaw::Mismatch.into())
}

fn check_rsa_length(key: &KeyData) -> Result<(), Check> {
    let KeyData::Rsa(key) = key else {
        return Ok(());
    };
    let modulus = key.n.as_positive_bytes().unwrap_or_default();
    let unused = modulus
        .first()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = modulus.len() * 8 - unused;
    match bits {
        ..MIN_RSA_BITS => Err(Flaw::ShortKey {
            bits,
            limit: MIN_RSA_BITS,
        }
        .into()),
        MIN_RSA_BITS..=MAX_RSA_BITS => Ok(()),
        _ => Err(Check::Unsupported(format!("an RSA key of {bits} bits"))),
    }
}
