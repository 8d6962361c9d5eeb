//! Checks detached OpenPGP signatures (RFC 9580) by the keys that were supplied.

mod certificate;
mod issuer;
mod lifetime;
mod packets;
mod self_signature;

pub use certificate::{MAX_OPENPGP_KEY_BYTES, openpgp_fingerprints};
pub use packets::MAX_SIGNATURE_PACKETS;

pub(crate) use certificate::Holder;
pub(crate) use issuer::Certificates;

use pgp::packet::Signature;

use crate::{Check, Checked, Flaw, SignatureKind};

/// Returns what the armored signatures prove about the bytes: valid where one by a known key verifies and none by a known key fails.
pub(crate) fn check(keys: &Certificates, armored: &[u8], signed_bytes: &[u8]) -> Checked {
    let checked = |check, key| Checked::new(SignatureKind::Openpgp, check, key);
    let signatures = match packets::read(armored) {
        Ok(signatures) => signatures,
        Err(flaw) => return checked(flaw.into(), None),
    };
    signatures
        .iter()
        .map(|signature| judge(keys, signature, signed_bytes))
        .min_by_key(Judged::rank)
        .map_or_else(
            || checked(Flaw::Malformed("the OpenPGP signature").into(), None),
            |judged| Checked {
                by_forge: judged.by_forge,
                ..checked(judged.check, judged.key)
            },
        )
}

struct Judged {
    check: Check,
    key: Option<String>,
    is_known: bool,
    by_forge: bool,
}

impl Judged {
    /// What decides over several signatures comes first.
    fn rank(&self) -> u8 {
        match (&self.check, self.is_known) {
            (Check::Invalid(_), true) => 0,
            (Check::Valid, _) => 1,
            (Check::Unsupported(_), true) => 2,
            (Check::Invalid(_), false) => 3,
            (Check::Unsupported(_), false) => 4,
            (Check::NoKey, _) => 5,
        }
    }
}

fn judge(keys: &Certificates, signature: &Signature, signed_bytes: &[u8]) -> Judged {
    let candidates = keys.issuers(signature);
    let verified: Vec<_> = candidates
        .iter()
        .filter(|key| key.verifies(signature, signed_bytes))
        .collect();
    let check = match packets::check_form(signature) {
        Err(check) => check,
        Ok(_) if candidates.is_empty() => Check::NoKey,
        Ok(_) if verified.is_empty() => Flaw::Mismatch.into(),
        // Of two copies of one key the stricter counts: an old one may lack the revocation.
        Ok(signed_at) => {
            let usable = verified.iter().try_for_each(|key| key.usable_at(signed_at));
            usable.map_err(Check::from).into()
        }
    };
    let named = verified.first().copied().or(candidates.first());
    Judged {
        by_forge: check == Check::Valid && verified.iter().any(|key| key.is_held_by_forge()),
        check,
        key: named
            .map(|key| key.fingerprint_hex())
            .or_else(|| issuer::claimed(signature)),
        is_known: named.is_some(),
    }
}
