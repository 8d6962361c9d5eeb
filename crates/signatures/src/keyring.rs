//! The public keys that signatures are checked with, decoded once.

use std::fmt;

use crate::openpgp::{self, Certificates, Holder};
use crate::ssh::{self, DecodedKeys};
use crate::{Check, Checked, Flaw, KeyError, SignatureKind, kind};

/// The longest armored signature that is looked at. An X.509 one with its chain has some 10 KB.
pub const MAX_SIGNATURE_BYTES: usize = 64 * 1024;

/// Public keys as text, to build a [`Keyring`] from.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeySources<'a> {
    /// SSH public keys, one a string, in the form of `authorized_keys`.
    /// A signature carries its own key, so these only make checking faster.
    pub ssh: &'a [&'a str],
    /// Armored OpenPGP public keys, one a string.
    pub openpgp: &'a [&'a str],
    /// Armored OpenPGP public keys that the forge holds, such as [`crate::GITHUB_WEB_FLOW_KEYS`].
    pub forge: &'a [&'a str],
}

/// The list that a key stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyList {
    /// [`KeySources::ssh`].
    Ssh,
    /// [`KeySources::openpgp`].
    Openpgp,
    /// [`KeySources::forge`].
    Forge,
}

/// A key that cannot be used, by its place.
#[derive(Debug, thiserror::Error)]
#[error("{list} key {} cannot be used", .index + 1)]
pub struct KeyringError {
    /// The list that it stands in.
    pub list: KeyList,
    /// Its place in the list, from 0.
    pub index: usize,
    /// Why it cannot be used.
    pub source: KeyError,
}

/// Public keys, decoded once and used by any number of threads.
#[derive(Debug, Default)]
pub struct Keyring {
    ssh: DecodedKeys,
    openpgp: Certificates,
}

impl Keyring {
    /// Returns a keyring of the keys, or the first key that cannot be used.
    pub fn new(sources: KeySources<'_>) -> Result<Self, KeyringError> {
        let mut keyring = Keyring::default();
        each(KeyList::Ssh, sources.ssh, |line| keyring.ssh.add(line))?;
        each(KeyList::Openpgp, sources.openpgp, |armored| {
            keyring.openpgp.add(armored, Holder::Person)
        })?;
        each(KeyList::Forge, sources.forge, |armored| {
            keyring.openpgp.add(armored, Holder::Forge)
        })?;
        Ok(keyring)
    }

    /// Returns what the signature proves about `signed_bytes`, which [`crate::split_commit`] gives.
    ///
    /// SSH: as `ssh-keygen -Y check-novalidate -n git`, so a valid signature says nothing yet of whom the key belongs to, nor that a security key was touched.
    /// OpenPGP: keys are judged at the moment the signature claims; a signature's own expiry is not judged, since there is no clock here and an expired one was good when it was used.
    pub fn check(&self, armored_signature: &[u8], signed_bytes: &[u8]) -> Checked {
        self.check_in("git", armored_signature, signed_bytes)
    }

    /// Returns what the signature proves about `signed_bytes`; one by an SSH key must be of this namespace.
    pub fn check_in(
        &self,
        namespace: &str,
        armored_signature: &[u8],
        signed_bytes: &[u8],
    ) -> Checked {
        let kind = kind(armored_signature);
        if armored_signature.len() > MAX_SIGNATURE_BYTES {
            let flaw = Flaw::TooLong {
                limit: MAX_SIGNATURE_BYTES,
            };
            return Checked::new(kind, flaw.into(), None);
        }
        match kind {
            SignatureKind::Ssh => ssh::check(&self.ssh, namespace, armored_signature, signed_bytes),
            SignatureKind::Openpgp => {
                openpgp::check(&self.openpgp, armored_signature, signed_bytes)
            }
            SignatureKind::X509 => Checked::new(kind, Check::NoKey, None),
            SignatureKind::Other => {
                let unknown = Check::Unsupported("its armor is of no known kind".to_owned());
                Checked::new(kind, unknown, None)
            }
        }
    }
}

fn each(
    list: KeyList,
    keys: &[&str],
    mut add: impl FnMut(&str) -> Result<(), KeyError>,
) -> Result<(), KeyringError> {
    for (index, key) in keys.iter().enumerate() {
        add(key).map_err(|source| KeyringError {
            list,
            index,
            source,
        })?;
    }
    Ok(())
}

impl fmt::Display for KeyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyList::Ssh => "SSH",
            KeyList::Openpgp => "OpenPGP",
            KeyList::Forge => "forge",
        })
    }
}
