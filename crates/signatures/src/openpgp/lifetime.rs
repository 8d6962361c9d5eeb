//! From when to when a key could sign.

use pgp::packet::{RevocationCode, Signature};
use pgp::types::KeyDetails;

use crate::Flaw;

/// From when to when a key could sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    created_at: u32,
    expires_at: Option<u64>,
    revocation: Option<Revocation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Revocation {
    /// Nothing that the key signed counts: whoever stole it can date a signature as he likes.
    Hard,
    /// What the key signed before counts.
    Soft { revoked_at: u32 },
}

impl Lifetime {
    /// Returns the lifetime that a key's newest statement and its revocations give.
    pub(super) fn new(
        key: &impl KeyDetails,
        statement: &Signature,
        revocations: &[&Signature],
    ) -> Self {
        let created_at = key.created_at().as_secs();
        Lifetime {
            created_at,
            expires_at: earliest(
                key_expiry(created_at, statement),
                statement_expiry(statement),
            ),
            revocation: revocation(revocations),
        }
    }

    /// Returns nothing where the moment lies within.
    pub(super) fn covers(&self, signed_at: u32) -> Result<(), Flaw> {
        if self.revocation == Some(Revocation::Hard) {
            return Err(Flaw::KeyCompromised);
        }
        if signed_at < self.created_at {
            return Err(Flaw::BeforeKey {
                signed_at,
                created_at: self.created_at,
            });
        }
        if let Some(expired_at) = self.expires_at.filter(|&end| u64::from(signed_at) >= end) {
            return Err(Flaw::KeyExpired {
                signed_at,
                expired_at,
            });
        }
        match self.revocation {
            Some(Revocation::Soft { revoked_at }) if signed_at >= revoked_at => {
                Err(Flaw::KeyRetired {
                    signed_at,
                    revoked_at,
                })
            }
            _ => Ok(()),
        }
    }
}

/// RFC 9580, section 5.2.3.13: counted from the creation of the key, and zero means never.
fn key_expiry(created_at: u32, statement: &Signature) -> Option<u64> {
    let span = statement.key_expiration_time()?.as_secs();
    (span != 0).then(|| u64::from(created_at) + u64::from(span))
}

/// RFC 9580, section 5.2.3.18: counted from the creation of the signature, and zero means never.
fn statement_expiry(statement: &Signature) -> Option<u64> {
    let span = statement.signature_expiration_time()?.as_secs();
    let made_at = statement.created()?.as_secs();
    (span != 0).then(|| u64::from(made_at) + u64::from(span))
}

fn earliest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    a.into_iter().chain(b).min()
}

fn revocation(signatures: &[&Signature]) -> Option<Revocation> {
    let mut revocations: Vec<_> = signatures
        .iter()
        .map(|signature| severity(signature))
        .collect();
    revocations.sort_by_key(|revocation| match revocation {
        Revocation::Hard => 0,
        Revocation::Soft { revoked_at } => *revoked_at,
    });
    revocations.first().copied()
}

/// RFC 9580, section 5.2.3.31: superseded and retired keys leave their signatures good; a reason that is absent or unknown does not.
fn severity(signature: &Signature) -> Revocation {
    let is_soft = matches!(
        signature.revocation_reason_code(),
        Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired)
    );
    match signature.created() {
        Some(created) if is_soft => Revocation::Soft {
            revoked_at: created.as_secs(),
        },
        _ => Revocation::Hard,
    }
}
