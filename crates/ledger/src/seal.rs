//! Sealed payloads: compressed, and encrypted under a key of their own, so that destroying the key erases them.

use std::io::{Read, Write};

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::leaf::{Commitment, MAX_PAYLOAD_BYTES};
use crate::payload::{SALT_BYTES, Stored};
use model::digest::Digest;

/// The bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// The bytes by which a key is recognised.
pub(crate) const KEY_CHECK_BYTES: usize = 4;

/// Payloads below this length are kept as they are: compressing them costs more than it saves.
const WORTH_COMPRESSING: usize = 1024;

/// What stands before a payload that is kept as it is, and before one that is compressed.
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

/// What the cipher adds: its authentication tag.
const TAG_BYTES: u64 = 16;

/// The longest sealed payload: one that no compression shortened.
pub(crate) const MAX_SEALED_BYTES: u64 = SALT_BYTES as u64 + 1 + MAX_PAYLOAD_BYTES + TAG_BYTES;

/// The key of one payload; all zero once it was destroyed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key([u8; KEY_BYTES]);

/// A payload that only its key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// The first bytes of the key's SHA-256: whether a key is this one, without a look at the payload.
    pub(crate) key_check: [u8; KEY_CHECK_BYTES],
    /// Salt and payload, encrypted.
    pub(crate) bytes: Vec<u8>,
}

impl Key {
    /// What is left of a key that was destroyed.
    pub(crate) const DESTROYED: Key = Key([0; KEY_BYTES]);

    pub(crate) fn from_bytes(bytes: [u8; KEY_BYTES]) -> Key {
        Key(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    pub(crate) fn is_destroyed(&self) -> bool {
        *self == Key::DESTROYED
    }

    fn check(&self) -> [u8; KEY_CHECK_BYTES] {
        let [a, b, c, d, ..] = *Digest::of(&self.0).as_bytes();
        [a, b, c, d]
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key(…)")
    }
}

impl Sealed {
    /// Returns a payload sealed under a key that seals nothing else.
    pub(crate) fn seal(stored: Stored<'_>, key: &Key) -> Sealed {
        let mut plain = Vec::with_capacity(SALT_BYTES + 1 + stored.payload.len());
        plain.extend_from_slice(stored.salt);
        match deflated(stored.payload) {
            Some(short) => {
                plain.push(DEFLATED);
                plain.extend_from_slice(&short);
            }
            None => {
                plain.push(PLAIN);
                plain.extend_from_slice(stored.payload);
            }
        }
        let sealed = key.cipher().encrypt(&nonce(), plain.as_slice());
        Sealed {
            key_check: key.check(),
            bytes: sealed.expect("a payload is shorter than AES-GCM can encrypt"),
        }
    }

    /// Returns whether this is the key of the payload.
    pub(crate) fn fits(&self, key: &Key) -> bool {
        key.check() == self.key_check
    }

    /// Returns the salt and behind it the payload, if they are what a leaf commits to.
    pub(crate) fn open(&self, key: &Key, commitment: &Commitment) -> Option<Vec<u8>> {
        let mut file = key.cipher().decrypt(&nonce(), self.bytes.as_slice()).ok()?;
        match *file.get(SALT_BYTES)? {
            PLAIN => drop(file.remove(SALT_BYTES)),
            DEFLATED => {
                let payload = inflated(&file[SALT_BYTES + 1..], commitment.bytes)?;
                file.truncate(SALT_BYTES);
                file.extend_from_slice(&payload);
            }
            _ => return None,
        }
        let stored = Stored::parse(&file)?;
        (stored.commitment() == *commitment).then_some(file)
    }
}

/// Each key encrypts one message, so the nonce never repeats under it.
fn nonce() -> Nonce<aes_gcm::aead::consts::U12> {
    Nonce::default()
}

fn deflated(payload: &[u8]) -> Option<Vec<u8>> {
    if payload.len() < WORTH_COMPRESSING {
        return None;
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(payload).ok()?;
    let short = encoder.finish().ok()?;
    (short.len() < payload.len()).then_some(short)
}

/// A payload that is longer than its leaf says is cut off, and then refused for its digest.
fn inflated(short: &[u8], bytes: u64) -> Option<Vec<u8>> {
    let mut payload = Vec::new();
    let limit = bytes.min(MAX_PAYLOAD_BYTES) + 1;
    DeflateDecoder::new(short)
        .take(limit)
        .read_to_end(&mut payload)
        .ok()?;
    Some(payload)
}

#[cfg(test)]
mod tests {
    use super::{Key, Sealed};
    use crate::payload::Stored;

    const KEY: Key = Key([3; 32]);

    fn stored(payload: &[u8]) -> Stored<'_> {
        let salt = &[7; 32];
        Stored { salt, payload }
    }

    #[test]
    fn a_payload_comes_back_compressed_or_not() {
        for payload in [vec![], b"short".to_vec(), b"long ".repeat(1000)] {
            let stored = stored(&payload);
            let sealed = Sealed::seal(stored, &KEY);
            assert_eq!(
                sealed.open(&KEY, &stored.commitment()),
                Some(stored.encode())
            );
        }
        let long = Sealed::seal(stored(&b"long ".repeat(1000)), &KEY);
        assert!(long.bytes.len() < 200);
    }

    #[test]
    fn no_other_key_opens_it() {
        let stored = stored(b"payload");
        let sealed = Sealed::seal(stored, &KEY);
        for key in [Key::DESTROYED, Key([4; 32])] {
            assert_eq!(sealed.open(&key, &stored.commitment()), None);
            assert!(!sealed.fits(&key));
        }
        assert!(sealed.fits(&KEY));
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let stored = stored(b"payload");
        let sealed = Sealed::seal(stored, &KEY);
        for bit in 0..sealed.bytes.len() * 8 {
            let mut spoilt = sealed.clone();
            spoilt.bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(spoilt.open(&KEY, &stored.commitment()), None, "bit {bit}");
        }
    }

    #[test]
    fn a_payload_under_the_leaf_of_another_is_refused() {
        let sealed = Sealed::seal(stored(b"other"), &KEY);
        assert_eq!(sealed.open(&KEY, &stored(b"first").commitment()), None);
    }
}
