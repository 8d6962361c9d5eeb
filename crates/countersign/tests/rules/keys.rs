//! SSH keys from fixed seeds, and the signatures that git would have `ssh-keygen` make with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha512};

const ADA: [u8; 32] = [1; 32];
const BO: [u8; 32] = [2; 32];
const NOOR: [u8; 32] = [3; 32];
const STRANGER: [u8; 32] = [4; 32];

/// An Ed25519 key of somebody.
pub(crate) struct Key(SigningKey);

pub(crate) fn ada() -> Key {
    Key(SigningKey::from_bytes(&ADA))
}

pub(crate) fn bo() -> Key {
    Key(SigningKey::from_bytes(&BO))
}

/// The outsider's.
pub(crate) fn noor() -> Key {
    Key(SigningKey::from_bytes(&NOOR))
}

/// Of nobody in any program.
pub(crate) fn stranger() -> Key {
    Key(SigningKey::from_bytes(&STRANGER))
}

impl Key {
    /// Returns the public key as `authorized_keys` has it.
    pub(crate) fn line(&self) -> String {
        format!("ssh-ed25519 {}", STANDARD.encode(self.public()))
    }

    /// Returns the armoured signature of a commit's bytes, in the namespace `git` (OpenSSH, PROTOCOL.sshsig).
    pub(crate) fn sign(&self, commit: &[u8]) -> String {
        let mut signed = b"SSHSIG".to_vec();
        for field in [b"git", b"".as_slice(), b"sha512", &Sha512::digest(commit)] {
            string(&mut signed, field);
        }
        let mut signature = vec![];
        string(&mut signature, b"ssh-ed25519");
        string(&mut signature, &self.0.sign(&signed).to_bytes());
        let mut blob = b"SSHSIG\0\0\0\x01".to_vec();
        for field in [&self.public()[..], b"git", b"", b"sha512", &signature] {
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
