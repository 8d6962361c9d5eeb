//! Finds the keys that a signature claims to be by.

use pgp::packet::Signature;

use super::certificate::{self, Holder, KnownKey};
use crate::KeyError;

/// The keys that were supplied.
#[derive(Debug, Default)]
pub(crate) struct Certificates(Vec<KnownKey>);

impl Certificates {
    /// Takes the keys of an armored block.
    pub(crate) fn add(&mut self, armored: &str, holder: Holder) -> Result<(), KeyError> {
        self.0.extend(certificate::read(armored, holder)?);
        Ok(())
    }

    /// Returns the keys that the signature names, by fingerprint or by key id.
    ///
    /// A claim may be wrong or someone else's, so a name only selects what is tried.
    pub(super) fn issuers(&self, signature: &Signature) -> Vec<&KnownKey> {
        let fingerprints = signature.issuer_fingerprint();
        let ids = signature.issuer_key_id();
        let is_named =
            |key: &&KnownKey| fingerprints.contains(&key.fingerprint()) || ids.contains(&key.id());
        self.0.iter().filter(is_named).collect()
    }
}

/// Returns the fingerprint that the signature claims as its issuer's, or else the key id.
pub(super) fn claimed(signature: &Signature) -> Option<String> {
    let fingerprints = signature.issuer_fingerprint();
    let ids = signature.issuer_key_id();
    let fingerprint = fingerprints.first().map(hex::encode_upper);
    fingerprint.or_else(|| ids.first().map(hex::encode_upper))
}
