//! Signature checks for `sources`, with the keys of a program and those of the forges.

use model::change::{Signature, SignatureCheck, SignatureKind};
use model::digest::Digest;
use model::program::Principal;
use signatures::{Check, Flaw, KeySources, Keyring, KeyringError};

/// The keyring of a program, and the digest of every key in it.
#[derive(Debug)]
pub struct Checker {
    keyring: Keyring,
    /// What SSH signatures must have been made for.
    namespace: &'static str,
    keys_sha256: Digest,
}

impl Checker {
    /// Returns a checker with the keys of all principals and of the shipped forges.
    pub fn new(principals: &[Principal]) -> Result<Checker, KeyringError> {
        Checker::in_namespace(principals, "git")
    }

    /// Returns a checker of what SSH keys signed in another namespace than git's.
    pub fn in_namespace(
        principals: &[Principal],
        namespace: &'static str,
    ) -> Result<Checker, KeyringError> {
        let ssh: Vec<&str> = keys(principals, |principal| &principal.ssh_keys);
        let openpgp: Vec<&str> = keys(principals, |principal| &principal.openpgp_keys);
        let forge = signatures::GITHUB_WEB_FLOW_KEYS;
        let keyring = Keyring::new(KeySources {
            ssh: &ssh,
            openpgp: &openpgp,
            forge: &forge,
        })?;
        let mut sorted: Vec<&str> = openpgp.into_iter().chain(forge).collect();
        sorted.sort_unstable();
        Ok(Checker {
            keyring,
            namespace,
            keys_sha256: Digest::of(sorted.join("\n").as_bytes()),
        })
    }

    /// Returns the digest of the OpenPGP keys; SSH signatures carry their own.
    pub fn keys_sha256(&self) -> Digest {
        self.keys_sha256
    }
}

impl sources::git::SignatureChecker for Checker {
    fn check(&self, armored: &[u8], signed_bytes: &[u8]) -> Signature {
        let checked = self.keyring.check_in(self.namespace, armored, signed_bytes);
        Signature {
            kind: kind(checked.kind),
            check: match checked.check {
                Check::Valid => SignatureCheck::Valid,
                // No key could make such a signature count, so whose it is stays open.
                Check::Invalid(Flaw::WeakHash(_)) => SignatureCheck::NoKey,
                Check::Invalid(_) => SignatureCheck::Invalid,
                Check::NoKey | Check::Unsupported(_) => SignatureCheck::NoKey,
            },
            key: checked.key,
            by_forge: checked.by_forge,
        }
    }
}

fn keys(principals: &[Principal], of: impl Fn(&Principal) -> &Vec<String>) -> Vec<&str> {
    principals
        .iter()
        .flat_map(|principal| of(principal).iter().map(String::as_str))
        .collect()
}

fn kind(kind: signatures::SignatureKind) -> SignatureKind {
    match kind {
        signatures::SignatureKind::Ssh => SignatureKind::Ssh,
        signatures::SignatureKind::Openpgp => SignatureKind::Openpgp,
        signatures::SignatureKind::X509 => SignatureKind::X509,
        signatures::SignatureKind::Other => SignatureKind::Other,
    }
}
