//! SSH public keys: their fingerprints, and Ed25519 keys decoded ahead.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use ssh_key::authorized_keys::Entry;
use ssh_key::public::KeyData;

use crate::KeyError;

/// The longest line of a public key. OpenSSH reads no more either (`SSH_MAX_PUBKEY_BYTES`).
pub const MAX_SSH_KEY_BYTES: usize = 16 * 1024;

/// Returns the fingerprint `SHA256:…` of a public key in the form of `authorized_keys`, as `ssh-keygen -l` prints it.
pub fn ssh_fingerprint(authorized_key_line: &str) -> Result<String, KeyError> {
    let blob = read(authorized_key_line)?
        .to_bytes()
        .map_err(KeyError::Ssh)?;
    Ok(fingerprint_of(&blob))
}

/// Ed25519 keys whose points are decompressed already, a tenth of a verification.
#[derive(Debug, Default)]
pub(crate) struct DecodedKeys(BTreeMap<[u8; 32], VerifyingKey>);

impl DecodedKeys {
    /// Takes a line in the form of `authorized_keys`; only Ed25519 keys are kept.
    pub(crate) fn add(&mut self, line: &str) -> Result<(), KeyError> {
        let point = match read(line)?.key_data() {
            KeyData::Ed25519(key) => key.0,
            KeyData::SkEd25519(key) => key.public_key().0,
            _ => return Ok(()),
        };
        // A point that does not decode shows when a signature comes with it.
        if let Some(key) = decode(&point) {
            self.0.insert(point, key);
        }
        Ok(())
    }

    /// Returns the key of the point, or `None` where it verifies nothing, or what nobody signed.
    pub(super) fn key(&self, point: &[u8; 32]) -> Option<VerifyingKey> {
        self.0.get(point).copied().or_else(|| decode(point))
    }
}

/// Returns the fingerprint of an encoded public key.
pub(super) fn fingerprint_of(key_blob: &[u8]) -> String {
    format!(
        "SHA256:{}",
        STANDARD_NO_PAD.encode(Sha256::digest(key_blob))
    )
}

fn decode(point: &[u8; 32]) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(point)
        .ok()
        .filter(|key| !key.is_weak())
}

fn read(line: &str) -> Result<ssh_key::PublicKey, KeyError> {
    if line.len() > MAX_SSH_KEY_BYTES {
        return Err(KeyError::TooLong {
            limit: MAX_SSH_KEY_BYTES,
        });
    }
    let found = line.trim().lines().count();
    if found != 1 {
        return Err(KeyError::NotOneLine { found });
    }
    let entry: Entry = line.trim().parse().map_err(KeyError::Ssh)?;
    Ok(entry.public_key().clone())
}
