//! SSH keys from fixed seeds, and signatures that `ssh-keygen` would make with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha512};

/// An Ed25519 key of somebody.
#[derive(Clone)]
pub(crate) struct Key(SigningKey);

/// Returns the key of a principal; every name has one.
pub(crate) fn of(name: &str) -> Key {
    Key(SigningKey::from_bytes(&sha2::Sha256::digest(name).into()))
}

impl Key {
    /// Returns the public key as `authorized_keys` has it.
    pub(crate) fn line(&self) -> String {
        format!("ssh-ed25519 {}", STANDARD.encode(self.public()))
    }

    /// Returns the fingerprint that the facts of a commit give.
    pub(crate) fn fingerprint(&self) -> String {
        signatures::ssh_fingerprint(&self.line()).unwrap()
    }

    /// Returns the armoured signature of some bytes in a namespace (OpenSSH, PROTOCOL.sshsig).
    pub(crate) fn sign(&self, namespace: &str, bytes: &[u8]) -> String {
        let namespace = namespace.as_bytes();
        let mut signed = b"SSHSIG".to_vec();
        for field in [namespace, b"", b"sha512", &Sha512::digest(bytes)] {
            string(&mut signed, field);
        }
        let mut signature = vec![];
        string(&mut signature, b"ssh-ed25519");
        string(&mut signature, &self.0.sign(&signed).to_bytes());
        let mut blob = b"SSHSIG\0\0\0\x01".to_vec();
        for field in [&self.public()[..], namespace, b"", b"sha512", &signature] {
            string(&mut blob, field);
        }
        format!(
            "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
            STANDARD.encode(blob)
        )
    }

    fn public(&self) -> Vec<u8> {
        let mut blob = vec![];
        string(&mut blob, b"ssh-ed25519");
        string(&mut blob, self.0.verifying_key().as_bytes());
        blob
    }
}

/// RFC 4251, section 5: a string is its length in four bytes, then its bytes.
fn string(to: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap();
    to.extend(length.to_be_bytes());
    to.extend(bytes);
}
