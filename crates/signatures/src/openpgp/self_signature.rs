//! What an OpenPGP key states about itself and its subkeys, each statement verified.
//!
//! The newest statement counts, as in GnuPG: whoever prolongs a key exports only the new one.
//! Revocation by a third key (a designated revoker) is not looked at.

use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{KeyFlags, PublicKey, Signature, SignatureType, SubpacketData};
use pgp::types::{SignedUser, Tag};

/// Returns what the primary key last stated about its expiry and its use.
///
/// A direct-key signature without key flags only names a revoker and states nothing of these.
pub(super) fn primary_statement(certificate: &SignedPublicKey) -> Option<&Signature> {
    let key = &certificate.primary_key;
    let details = &certificate.details;
    let direct = details
        .direct_signatures
        .iter()
        .filter(|signature| signature.verify_key(key).is_ok());
    let certified = details
        .users
        .iter()
        .flat_map(|user| certifications(key, user));
    let statements: Vec<_> = direct
        .chain(certified)
        .filter(|signature| is_sound(signature))
        .collect();
    let with_flags = statements
        .iter()
        .copied()
        .filter(|signature| key_flags(signature).is_some());
    newest(with_flags).or_else(|| newest(statements.iter().copied()))
}

/// Returns the newest statement that binds the subkey, if that one lets it sign.
pub(super) fn signing_binding<'a>(
    primary: &PublicKey,
    subkey: &'a SignedPublicSubKey,
) -> Option<&'a Signature> {
    let bindings = signatures_on(primary, subkey, SignatureType::SubkeyBinding);
    let binding = newest(bindings.filter(|signature| is_sound(signature)))?;
    // RFC 9580, section 5.2.1.8: without the subkey's own consent anyone could adopt it.
    let consent = binding.embedded_signature()?;
    let may_sign = key_flags(binding).is_some_and(|flags| flags.sign());
    let consents = is_sound(consent)
        && consent
            .verify_primary_key_binding(&subkey.key, primary)
            .is_ok();
    (may_sign && consents).then_some(binding)
}

/// Returns the revocations of the primary key by itself.
pub(super) fn primary_revocations(certificate: &SignedPublicKey) -> Vec<&Signature> {
    let key = &certificate.primary_key;
    let revocations = certificate.details.revocation_signatures.iter();
    revocations
        .filter(|signature| signature.verify_key(key).is_ok())
        .collect()
}

/// Returns the revocations of the subkey by its primary key.
pub(super) fn subkey_revocations<'a>(
    primary: &PublicKey,
    subkey: &'a SignedPublicSubKey,
) -> Vec<&'a Signature> {
    signatures_on(primary, subkey, SignatureType::SubkeyRevocation).collect()
}

/// Returns the key flags, where the signature has any.
pub(super) fn key_flags(signature: &Signature) -> Option<&KeyFlags> {
    signature
        .config()?
        .hashed_subpackets()
        .find_map(|subpacket| match &subpacket.data {
            SubpacketData::KeyFlags(flags) => Some(flags),
            _ => None,
        })
}

fn certifications<'a>(key: &PublicKey, user: &'a SignedUser) -> Vec<&'a Signature> {
    let own = user.signatures.iter().filter(|signature| {
        signature
            .verify_certification(key, Tag::UserId, &user.id)
            .is_ok()
    });
    let (revocations, certifications): (Vec<_>, Vec<_>) =
        own.partition(|signature| signature.typ() == Some(SignatureType::CertRevocation));
    let revoked_at = newest(revocations.into_iter()).and_then(Signature::created);
    certifications
        .into_iter()
        .filter(|signature| signature.created() > revoked_at)
        .collect()
}

fn signatures_on<'a>(
    primary: &PublicKey,
    subkey: &'a SignedPublicSubKey,
    typ: SignatureType,
) -> impl Iterator<Item = &'a Signature> {
    subkey.signatures.iter().filter(move |signature| {
        signature.typ() == Some(typ)
            && signature
                .verify_subkey_binding(primary, &subkey.key)
                .is_ok()
    })
}

/// SHA-1 remains good for what a key says of itself, where only a second preimage would forge.
fn is_sound(signature: &Signature) -> bool {
    signature.created().is_some() && signature.hash_alg() != Some(HashAlgorithm::Md5)
}

fn newest<'a>(signatures: impl Iterator<Item = &'a Signature>) -> Option<&'a Signature> {
    signatures.max_by_key(|signature| signature.created())
}
