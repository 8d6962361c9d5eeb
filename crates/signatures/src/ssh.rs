//! Checks SSH signatures as `ssh-keygen -Y check-novalidate` does.

mod key;
mod sshsig;
mod verify;
mod wire;

pub(crate) use key::DecodedKeys;
pub use key::{MAX_SSH_KEY_BYTES, ssh_fingerprint};

use crate::{Checked, SignatureKind};

/// Returns what the armored SSHSIG proves about the bytes in a namespace; the key is the one that it carries.
pub(crate) fn check(
    keys: &DecodedKeys,
    namespace: &str,
    armored: &[u8],
    signed_bytes: &[u8],
) -> Checked {
    let checked = |check, key| Checked::new(SignatureKind::Ssh, check, key);
    let blob = match sshsig::dearmor(armored) {
        Ok(blob) => blob,
        Err(flaw) => return checked(flaw.into(), None),
    };
    let signature = match sshsig::parse(&blob, namespace) {
        Ok(signature) => signature,
        Err(check) => return checked(check, None),
    };
    let key = key::fingerprint_of(signature.key_blob);
    checked(
        verify::verify(keys, &signature, signed_bytes).into(),
        Some(key),
    )
}
